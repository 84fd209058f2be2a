// The list of what waits to be sent: the same for citizens and for workers in the field.

import { blobsOf, drain, forgetRow, others, rows, takeBack, waiting } from "./phone.js";

export const comma = document.documentElement.lang.startsWith("zh") ? "，" : ", ";
export const one = (query, root = document) => root.querySelector(query);
export const worded = (box, name, value) => (box.dataset[name ? `text${name[0].toUpperCase()}${name.slice(1)}` : "text"] || "").replace("#", value);

// Ask once more before something is deleted: the same button, other words.
export function sure(button, words, action) {
  button.addEventListener("click", () => {
    if (button.dataset.asked) { action(); return; }
    button.dataset.asked = "1";
    button.textContent = words;
  });
}

function outboxRow(row, box, show) {
  const line = document.createElement("li");
  const words = document.createElement("p");
  const name = document.createElement("b");
  name.textContent = row.act ? row.title : `${worded(box, "report")} ${row.title || ""}`;
  const state = document.createElement("span");
  state.className = row.state === "attention" ? "red" : "hint";
  const size = (row.bytes || 0) / 1048576;
  const made = new Date(row.made).toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
  const code = row.receipt?.query_code?.replace(/(\d{4})(?=\d)/g, "$1 ");
  const parts = row.state === "done"
    ? [worded(box, "done"), row.receipt.case_number, code && `${worded(box, "code")} ${code}`, row.receipt.message]
    : [made, row.photos && worded(box, "photos", row.photos), size && `${size.toFixed(1)} MB`, worded(box, row.state), row.reason];
  state.textContent = parts.filter(Boolean).join(comma);
  words.append(name, document.createElement("br"), state);
  line.append(words);
  const acts = document.createElement("div");
  acts.className = "acts";
  if (row.state === "done") {
    const open = document.createElement("a");
    open.className = "link";
    open.href = row.receipt.next;
    open.textContent = worded(box, "open");
    acts.append(open);
  }
  const press = (words) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link";
    button.textContent = worded(box, words);
    return button;
  };
  if (row.state === "attention") {
    const fix = press("fix");
    fix.addEventListener("click", () => (row.act ? reopen(row) : change(row)));
    acts.append(fix);
  }
  const button = press(row.state === "done" ? "seen" : "delete");
  sure(button, worded(box, "sure"), async () => { await forgetRow(row); show(); });
  acts.append(button);
  line.append(acts);
  return line;
}

async function change(row) {
  await takeBack(row);
  location.assign("/report?new=1");
}

// The form of the field comes back with what was written; its photos are with the server already.
function reopen(row) {
  location.assign(`${row.url}#${row.key}`);
}

// The bar on top names how many reports wait; without any and with a network it goes.
async function tellLeft() {
  const bar = one("[data-offline]");
  if (!bar) return;
  const rest = await waiting();
  tellStuck(rest);
  const left = rest.length;
  one("[data-left]", bar).textContent = left ? worded(bar, "left", left) : "";
  bar.hidden = navigator.onLine && !left;
}

// A worker's row that waits for too long says so on every page (screens.md 4.4).
const TOO_LONG = 12 * 3600000;

function tellStuck(left) {
  const box = one("[data-stuck]");
  if (!box) return;
  const old = left.filter((row) => row.act && Date.now() - row.made > TOO_LONG).length;
  const words = worded(box, "", old);
  const slot = one("[data-stuck-n]", box);
  if (slot.textContent !== (old ? words : "")) slot.textContent = old ? words : "";
  box.hidden = !old;
}

export async function outboxPage() {
  const box = one("[data-outbox]");
  if (box) one("[data-away]", box).hidden = ["/offline", "/w/outbox"].includes(location.pathname);
  const show = async () => {
    await tellLeft();
    if (!box) return;
    const found = await rows();
    for (const row of found) {
      const photos = await blobsOf(row.key);
      row.photos = photos.length;
      row.bytes = photos.reduce((sum, photo) => sum + photo.blob.size, 0);
    }
    one("[data-outbox-rows]", box).replaceChildren(...found.map((row) => outboxRow(row, box, show)));
    one("[data-outbox-empty]", box).hidden = found.length > 0;
    const strange = await others();
    one("[data-outbox-others]", box).textContent = strange ? worded(box, "others", strange) : "";
    document.dispatchEvent(new CustomEvent("outbox", { detail: found }));
    one("[data-outbox-again]", box).hidden = !found.some((row) => row.state !== "done");
  };
  const go = (now) => drain(show, { now }).then(show, () => null);
  if (box) one("[data-outbox-again] button", box).addEventListener("click", () => go(true));
  addEventListener("online", () => go(true));
  document.addEventListener("visibilitychange", () => document.hidden || go(false));
  await show();
  await go(false);
  if (box || (await waiting()).length) setInterval(() => go(false), 5000);
}
