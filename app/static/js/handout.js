// The last resort: what waits in a worker's phone as one file that a supervisor can read anywhere.

import { blobsOf, rows } from "./phone.js";

const box = document.querySelector("[data-handout]");
const text = (name, value = "") => (box.dataset[`text${name}`] || "").replace("#", value);
const labels = JSON.parse(box.dataset.labels);
const moment = (at) => new Date(at).toLocaleString(document.documentElement.lang, { timeZone: "Asia/Shanghai" });
const left = async () => (await rows()).filter((row) => row.act && row.state !== "done");

const encoded = (blob) => new Promise((done, fail) => {
  const reader = new FileReader();
  reader.onload = () => done(reader.result);
  reader.onerror = () => fail(reader.error);
  reader.readAsDataURL(blob);
});

function add(parent, name, words = "") {
  const made = parent.ownerDocument.createElement(name);
  made.textContent = words;
  parent.append(made);
  return made;
}

async function written(page, row) {
  const part = add(page.body, "section");
  add(part, "h2", row.title);
  add(part, "p", [row.case, moment(row.made), row.reason].filter(Boolean).join(" · "));
  const list = add(part, "dl");
  for (const [name, value] of row.fields) {
    if (!labels[name] || !value) continue;
    add(list, "dt", labels[name]);
    add(list, "dd", name === "device_at" ? moment(Number(value)) : labels[`${name}=${value}`] || value);
  }
  const photos = await blobsOf(row.key);
  for (const photo of photos) {
    const image = add(part, "img");
    image.src = await encoded(photo.blob);
    image.width = 640;
  }
}

async function save() {
  const page = document.implementation.createHTMLDocument(text("Title"));
  page.documentElement.lang = document.documentElement.lang;
  const charset = page.createElement("meta");
  charset.setAttribute("charset", "utf-8");
  page.head.prepend(charset);
  add(page.body, "h1", text("Title"));
  add(page.body, "p", text("Made", moment(Date.now())));
  for (const row of await left()) await written(page, row);
  const file = new Blob(["<!doctype html>", page.documentElement.outerHTML], { type: "text/html" });
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = `eco110-${new Date().toISOString().slice(0, 16).replace(/\D/g, "")}.html`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  box.querySelector("[data-handout-done]").textContent = text("Done");
}

async function show() { box.hidden = !(await left()).length; }

box.querySelector("button").addEventListener("click", () => save().catch(() => {
  box.querySelector("[data-handout-done]").textContent = text("Failed");
}));
document.addEventListener("outbox", () => show().catch(() => null));
show().catch(() => null);
