// The field without a network: the list, one case, and its three forms, out of the pack that is kept.

import "./handout.js";
import "./work.js";
import { rows } from "./phone.js";

const WORK = "eco110-work";
const OLDEST = 12 * 3600000;
const root = document.querySelector("[data-field]");
const main = document.getElementById("main");
const text = (name, value = "") => (root.dataset[`text${name[0].toUpperCase()}${name.slice(1)}`] || "").replace("#", value);
const parts = new Map([...document.querySelectorAll("template")].map((one) => [Object.keys(one.dataset)[0], one]));
const part = (name) => parts.get(name).content.cloneNode(true);
const put = (box, name, words) => { for (const slot of box.querySelectorAll(`[data-${name}]`)) slot.textContent = words; };
const hm = (at) => new Date(at).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
const lines = (list, items) => list.replaceChildren(...items.map((words) => {
  const line = document.createElement(list.dataset.line || "li");
  line.textContent = words;
  return line;
}));

async function kept() {
  const cache = await caches.open(WORK);
  const pack = await (await cache.match("/w/pack"))?.json();
  if (pack && Date.now() - pack.kept <= OLDEST) return pack;
  await cache.delete("/w/pack");
  return null;
}

// What waits in the outbox counts here as done already.
function stand(one, waiting) {
  const acts = new Set(waiting.filter((row) => row.case === one.number).map((row) => row.act));
  if (acts.has("finish")) return "finished";
  return one.arrived || acts.has("arrive") ? "arrived" : "assigned";
}

function next(one, state) {
  const act = state === "arrived" ? "finish" : "arrive";
  return { address: `/w/${one.number}/${act}`, words: text(act) };
}

function clocked(box, one, state) {
  const late = one.due && Date.now() > one.due;
  const slot = box.querySelector("[data-clock]");
  slot.hidden = !one.due && state !== "finished";
  slot.className = `clock clock-${late && state !== "finished" ? "late" : "ok"}`;
  slot.textContent = state === "finished" ? text("handed") : `${one.clock} ${late ? text("late") : ""} ${one.until}`;
}

function card(one, waiting, first) {
  const state = stand(one, waiting);
  const box = part("card");
  const image = box.querySelector("img");
  if (one.photos.length) Object.assign(image, { src: one.photos[0], alt: one.what });
  else image.remove();
  clocked(box, one, state);
  const link = box.querySelector("[data-place]");
  link.textContent = one.place;
  link.href = `/w/${one.number}`;
  put(box, "say", one.redo || one.what);
  const button = box.querySelector("[data-next]");
  const { address, words } = next(one, state);
  button.href = address;
  button.textContent = words;
  button.hidden = state === "finished";
  button.classList.toggle("btn-2", !first);
  return box;
}

function list(pack, waiting) {
  const box = part("list");
  put(box, "kept", text("kept", hm(pack.kept)));
  box.querySelector("ol").append(...pack.cases.map((one, n) => card(one, waiting, n === 0)));
  box.querySelector("[data-none]").hidden = pack.cases.length > 0;
  for (const link of document.querySelectorAll("nav.tabbar a")) {
    if (link.pathname === "/w") link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  return box;
}

function head(box, one, state) {
  put(box, "place", one.place);
  put(box, "what", one.what);
  put(box, "level", one.level);
  put(box, "number", one.number);
  clocked(box, one, state);
}

function oneCase(pack, waiting, one) {
  const state = stand(one, waiting);
  const box = part("case");
  head(box, one, state);
  put(box, "kept", text("kept", hm(pack.kept)));
  lines(box.querySelector("[data-words]"), one.words.length ? one.words : [text("silent")]);
  lines(box.querySelector("[data-look]"), one.look);
  for (const src of one.photos) {
    const image = document.createElement("img");
    Object.assign(image, { src, alt: one.what });
    box.querySelector("[data-photos]").append(image);
  }
  const way = box.querySelector("[data-way]");
  if (one.lat === null) way.hidden = true;
  else way.href = `geo:${one.lat},${one.lng}`;
  const { address, words } = next(one, state);
  const button = box.querySelector("[data-next]");
  Object.assign(button, { href: address, textContent: words });
  const reply = box.querySelector("[data-reply]");
  reply.href = `/w/${one.number}/reply`;
  box.querySelector(".bar").hidden = state === "finished";
  return flow(box);
}

// A case and its forms have a bar of their own in place of the navigation.
function flow(box) {
  document.body.className = "flow";
  document.querySelector("nav.tabbar")?.remove();
  return box;
}

async function form(act, one, waiting) {
  const box = part(act);
  const state = stand(one, waiting);
  head(box, one, state);
  for (const back of box.querySelectorAll("a.back")) back.href = `/w/${one.number}`;
  const found = box.querySelector("form");
  found.setAttribute("action", `/w/${one.number}/${act}`);
  Object.assign(found.dataset, { case: one.number, place: one.place });
  found.elements.idem_key.value = crypto.randomUUID();
  for (const [name, value] of Object.entries(one.start)) if (found.elements[name]) found.elements[name].value = value;
  if (act === "arrive" && one.lat !== null) Object.assign(found.dataset, { lat: one.lat, lng: one.lng });
  main.replaceChildren(flow(box));
  if (act === "arrive") await import("./arrive.js");
  if (act === "finish") await import("./picked.js");
}

async function show() {
  const pack = await kept();
  const [, , number, act] = location.pathname.split("/");
  const waiting = (await rows()).filter((row) => row.act && row.state !== "done");
  const one = pack?.cases.find((found) => found.number === number);
  if (!pack || number === "outbox") return;
  document.title = one ? one.place : text("today");
  if (one && ["arrive", "reply", "finish"].includes(act)) await form(act, one, waiting);
  else main.replaceChildren(one ? oneCase(pack, waiting, one) : list(pack, waiting));
}

// The network is back when the server answers, not when the phone says so; a tap goes first.
let leaving = false;
addEventListener("beforeunload", () => {
  leaving = true;
  setTimeout(() => { leaving = false; }, 10000); // a map or a telephone opens beside this page
});

async function fresh() {
  const answer = await fetch("/token", { cache: "no-store" }).catch(() => null);
  if (answer?.ok && !leaving && !document.querySelector("form[data-work]")) location.reload();
}

await show();
if (location.pathname !== "/w/outbox") addEventListener("online", fresh);
