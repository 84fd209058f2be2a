// The worker's phone: keeps his cases for places without a network, and sends each form once.

import { outboxPage } from "./outbox.js";
import { blobsOf, drain, drop, forgetRow, get, put, rows } from "./phone.js";

const WORK = "eco110-work";
const PACK = "/w/pack";
const PAGE = "/w/outbox";
const REST = 60000; // a pack is good for a minute before it is asked for again
const PATIENCE = 20000; // so long a form waits for its answer before it goes to the outbox

// ---- what is kept --------------------------------------------------------------------------------
async function page(cache) {
  const answer = await fetch(PAGE);
  if (!answer.ok || answer.redirected) return [];
  const text = (await answer.text()).replace(/(name="csrf_token"[^>]*value=")[^"]*/g, "$1");
  await cache.put(PAGE, new Response(text, { headers: answer.headers }));
  return (new DOMParser().parseFromString(text, "text/html").querySelector("[data-keep]")?.dataset.keep || "").split(" ");
}

async function told() {
  const asked = Date.now();
  const answer = await fetch(PACK, { headers: { Accept: "application/json" } });
  if (!answer.ok || answer.redirected) return null;
  const pack = await answer.json();
  const middle = (asked + Date.now()) / 2;
  await put("meta", { k: "offset", seconds: (pack.now - middle) / 1000, at: Date.now() });
  return { ...pack, kept: Date.now() };
}

async function keep() {
  const cache = await caches.open(WORK);
  const known = await (await cache.match(PACK))?.json();
  if (known && Date.now() - known.kept < REST) return;
  const pack = await told();
  if (!pack) return;
  const files = new Set([...(await page(cache)), ...pack.cases.flatMap((one) => one.photos)]);
  for (const request of await cache.keys()) {
    const { pathname } = new URL(request.url);
    if (pathname !== PACK && pathname !== PAGE && !files.delete(pathname)) await cache.delete(request);
  }
  await Promise.all([...files].map((file) => cache.add(file).catch(() => null)));
  await cache.put(PACK, new Response(JSON.stringify(pack), { headers: { "Content-Type": "application/json" } }));
  navigator.storage?.persist?.().catch(() => null);
}

// ---- one form, one row ---------------------------------------------------------------------------
async function photos(form, key) {
  let position = (await blobsOf(key)).length;
  for (const input of form.querySelectorAll("input[type=file]")) {
    for (const file of input.files) {
      await put("blobs", {
        id: crypto.randomUUID(), draft: key, state: "new", offset: 0, position: position++,
        fresh: input.hasAttribute("capture"), blob: new Blob([await file.arrayBuffer()], { type: file.type }),
      });
    }
  }
}

// The clock's difference that was measured while there was a network goes along, with its age.
async function clocked(fields) {
  const known = await get("meta", "offset");
  const find = (name) => fields.find((pair) => pair[0] === name);
  if (!known || !find("clock_offset_s") || find("clock_offset_s")[1]) return;
  find("clock_offset_s")[1] = String(known.seconds);
  find("offset_age_s")[1] = String((Date.now() - known.at) / 1000);
}

async function toRow(form) {
  const key = form.elements.idem_key.value;
  const fields = [...new FormData(form)].filter(([name, value]) => name !== "csrf_token" && typeof value === "string");
  await clocked(fields);
  await photos(form, key);
  const old = (await rows()).find((row) => row.key === key);
  await put("outbox", {
    ...old, key, fields, url: form.getAttribute("action") || location.pathname, act: form.dataset.work,
    case: form.dataset.case, title: form.dataset.title.replace("#", form.dataset.place), owner: document.body.dataset.owner,
    offline: !navigator.onLine, state: "waiting", tries: 0, next: 0, made: Date.now(), held: [],
  });
  return key;
}

// What the server refused comes back as its page, with the words at their fields.
async function giveBack(form, row) {
  for (const blob of await blobsOf(row.key)) await drop("blobs", blob.id);
  await drop("outbox", row.seq);
  for (const input of form.querySelectorAll("input[type=file]")) input.value = ""; // they are there already
  form.action = row.url;
  form.submit();
}

async function send(form) {
  const key = await toRow(form);
  const late = new Promise((done) => { setTimeout(done, PATIENCE); });
  if (navigator.onLine) await Promise.race([drain(() => null, { now: true }), late]);
  const row = (await rows()).find((one) => one.key === key);
  if (row.state === "done") {
    await forgetRow(row);
    location.assign(row.receipt.next);
  } else if (row.state === "attention" && navigator.onLine) {
    await giveBack(form, row);
  } else {
    location.assign(PAGE);
  }
}

document.body.dataset.works = "1";
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-work]")) return;
  event.preventDefault();
  if (form.dataset.sent) return;
  form.dataset.sent = "1";
  const button = event.submitter || form.querySelector("button[type=submit]");
  button.setAttribute("aria-disabled", "true");
  button.lastChild.textContent = button.dataset.busy;
  send(form).catch(() => form.submit()); // a phone that cannot keep anything sends as ever
});

// A row that needs its owner opens the form again, with what was written.
async function again() {
  const key = location.hash.slice(1);
  const form = document.querySelector("form[data-work]");
  const row = key && form && (await rows()).find((one) => one.key === key);
  if (!row) return;
  for (const [name, value] of row.fields) {
    const found = form.elements[name];
    if (found instanceof RadioNodeList) found.value = value;
    else if (found && found.type !== "file") found.value = value;
  }
}

again().catch(() => null);
outboxPage().catch(() => null);
navigator.serviceWorker?.register("/sw.js").catch(() => null);
if (navigator.onLine && "caches" in window) {
  keep().then(() => navigator.serviceWorker.ready).then(() => { document.body.dataset.kept = "1"; }, () => null);
}
