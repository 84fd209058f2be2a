// The report form: photos go while the rest is written, nothing is lost, the place comes by itself.

import { blobsOf, drop, forget, get, keep, lastDraft, put, remove, sendAll, token } from "./phone.js";

const form = document.querySelector("form[data-report]");
const fields = form.elements;
const one = (name) => form.querySelector(`[data-${name}]`) || document.querySelector(`[data-${name}]`);
const text = (name, value = "") => (form.dataset[`text${name[0].toUpperCase()}${name.slice(1)}`] || "").replace("#", value);
const SKIPPED = new Set(["csrf_token", "draft", "photos", "photo_ids", "go", "drop", "website"]);
const SILENT = new Set(["contact_mode", "lng", "lat", "accuracy"]); // filled in without anybody typing
const MOST = 9;
const IN_ROW = 3;

fields.draft.value ||= crypto.randomUUID();
let draft = { id: fields.draft.value, created: Date.now() };
let storing = true;

const say = (words) => { const box = one("say"); if (box) box.textContent = words; };
const csrf = async () => fields.csrf_token.value ||= await token();
const pairs = () => [...new FormData(form)].filter(([name, value]) => !SKIPPED.has(name) && typeof value === "string");

// ---- the draft -------------------------------------------------------------------------------
async function save() {
  if (!storing) return;
  const kept = new Map((draft.fields || []).map(([name]) => [name, 0]));
  const here = pairs();
  const asked = new Set([...form.elements].map((field) => field.name));
  const before = (draft.fields || []).filter(([name]) => kept.has(name) && !asked.has(name));
  Object.assign(draft, { fields: [...before, ...here], path: location.pathname, updated: Date.now() });
  await put("drafts", draft).catch((failure) => {
    if (failure?.name === "QuotaExceededError") say(text("full"));
  });
}

let timer;
const saveSoon = () => { clearTimeout(timer); timer = setTimeout(save, 250); };

function fill(pairs) {
  for (const [name, value] of pairs) {
    const found = fields[name];
    if (!found) continue;
    for (const input of found instanceof RadioNodeList ? found : [found]) {
      if (input.type === "checkbox" || input.type === "radio") {
        if (input.value === value) input.checked = true;
      } else {
        input.value = value;
      }
    }
  }
}

async function restore() {
  const fresh = Boolean(form.dataset.fresh);
  const kept = fresh ? await lastDraft() : await get("drafts", draft.id);
  if (kept && fresh) {
    fields.draft.value = kept.id;
    fill(kept.fields || []);
    const told = (kept.fields || []).some(([name, value]) => value && !SILENT.has(name));
    if (one("restored")) one("restored").hidden = !told;
  }
  if (kept) draft = kept;
  for (const item of await blobsOf(draft.id)) {
    if (item.photo && form.querySelector(`[data-photo="${item.photo}"]`)) continue;
    if (item.state === "done" && !fresh) { await drop("blobs", item.id); continue; }
    if (item.state === "done") item.state = "waiting";
    await put("blobs", item);
    show(item);
  }
}

// ---- photos ----------------------------------------------------------------------------------
const picker = form.querySelector("input[type=file]");
const shown = new Map();
const thumbs = () => [...form.querySelectorAll("[data-shots] .thumb:not(.more)")];

function add(item) {
  const small = one("thumb").content.firstElementChild.cloneNode(true);
  const line = one("line").content.firstElementChild.cloneNode(true);
  const address = URL.createObjectURL(item.blob);
  for (const image of [small.querySelector("img"), line.querySelector("img")]) image.src = address;
  line.querySelector("button").addEventListener("click", async () => {
    forgetPhoto(item);
    await remove(item, await csrf());
    await save();
  });
  one("rest").before(small);
  one("list").append(line);
  shown.set(item.id, { small, line });
}

function show(item) {
  if (item.state === "refused") { refuse(item); return; }
  if (!shown.has(item.id)) add(item);
  const { small, line } = shown.get(item.id);
  const share = `${Math.round((100 * (item.offset || 0)) / item.blob.size)}%`;
  const state = { done: text("sent"), waiting: text("waiting") }[item.state] || text("sending", share);
  const n = thumbs().indexOf(small) + 1;
  line.querySelector("b").textContent = `${text("photo")} ${n}`;
  line.querySelector(".hint").textContent = state;
  small.querySelector("img").alt = `${text("photo")} ${n}, ${state}`;
  const mark = small.querySelector("em");
  mark.hidden = item.state === "done";
  mark.textContent = share;
  tidy();
}

function forgetPhoto(item) {
  const boxes = shown.get(item.id);
  shown.delete(item.id);
  boxes?.small.remove();
  boxes?.line.remove();
  tidy();
}

function refuse(item) {
  const line = document.createElement("li");
  line.className = "msg-bad";
  line.textContent = item.reason ? text("out", item.position + 1) + item.reason : text("refused");
  one("refusals").append(line);
  one("refusals").hidden = false;
  forgetPhoto(item);
}

function tidy() {
  const all = thumbs();
  const room = all.length > IN_ROW ? IN_ROW - 1 : IN_ROW; // the last place is the “+n”
  all.forEach((small, n) => { small.hidden = n >= room; });
  const rest = one("rest");
  rest.hidden = all.length <= IN_ROW;
  rest.textContent = `+${all.length - room}`;
  if (!all.length || !one("list-box").open) one("list-box").hidden = true;
  one("pick-words").textContent = all.length ? text("more") : text("first");
}

async function take(files) {
  const held = thumbs().length;
  if (held + files.length > MOST) say(text("many"));
  for (const [n, file] of [...files].slice(0, MOST - held).entries()) {
    const item = {
      id: crypto.randomUUID(), draft: draft.id, state: "new", offset: 0, position: held + n,
      blob: new Blob([await file.arrayBuffer()], { type: file.type }),
    };
    await put("blobs", item);
    show(item);
  }
}

const send = async () => sendAll(draft.id, await csrf(), show);

if (picker) {
  let saved = false;
  picker.addEventListener("click", async (event) => {
    if (saved) { saved = false; return; }
    event.preventDefault();
    await save().catch(() => null);
    saved = true;
    picker.click();
  });
  picker.addEventListener("change", async () => {
    try {
      await take(picker.files);
      picker.value = "";
    } catch {
      return; // no room or no storage: the plain form post still carries them
    }
    await save();
    if (fields.lng && !fields.lng.value) locate();
    await send().catch(() => null);
  });
  one("shots").addEventListener("click", (event) => {
    if (!event.target.closest("a.thumb")) return;
    one("list-box").hidden = false;
    one("list-box").open = true;
  });
}

// ---- place: asked for at a moment that explains itself, never a condition ----------------------
const OPTIONS = { enableHighAccuracy: true, timeout: 8000, maximumAge: 30000 };

async function granted() {
  try {
    return (await navigator.permissions.query({ name: "geolocation" })).state === "granted";
  } catch {
    return false;
  }
}

// Resolve to {lng, lat, accuracy} or {failed: "declined" | "nofix" | "slow" | "unknown"}.
function ask() {
  return new Promise((done) => {
    if (!navigator.geolocation) return done({ failed: "unknown" });
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => done({ lng: coords.longitude, lat: coords.latitude, accuracy: coords.accuracy }),
      ({ code }) => done({ failed: ["unknown", "declined", "nofix", "slow"][code] || "unknown" }),
      OPTIONS,
    );
  });
}

// Once the phone has found the place, what else would tell it steps back.
function placed(yes) {
  one("where").hidden = !yes;
  one("locate").hidden = yes;
  one("areas").hidden = yes && !one("areas").open;
}

async function where() {
  if (!one("where") || !fields.lng.value) return;
  placed(true);
  one("accuracy").textContent = fields.accuracy.value ? text("accuracy", Math.round(fields.accuracy.value)) : "";
  const body = new URLSearchParams({ lng: fields.lng.value, lat: fields.lat.value });
  const headers = { "X-CSRFToken": await csrf(), Accept: "application/json" };
  const answer = await fetch("/report/where", { method: "POST", headers, body }).catch(() => null);
  const told = answer?.ok ? await answer.json() : {};
  one("area").textContent = told.name || text("located");
}

async function locate() {
  if (!one("where")) return;
  say(text("locating"));
  const found = await ask();
  if (found.failed) { say(text(found.failed)); return; }
  for (const key of ["lng", "lat", "accuracy"]) fields[key].value = found[key];
  say("");
  await where().catch(() => null);
  await save();
}

one("locate")?.addEventListener("click", locate);
one("move")?.addEventListener("click", () => {
  for (const key of ["lng", "lat", "accuracy"]) fields[key].value = "";
  placed(false);
  fields.place_words.focus();
  saveSoon();
});

// ---- contact, sending -----------------------------------------------------------
function reveal() {
  const box = one("phone");
  if (box) box.hidden = fields.contact_mode.value === "anonymous" && !box.querySelector("[aria-invalid]");
}

const button = form.querySelector("[data-next]");
const later = () => button.dataset.later && !navigator.onLine;
const label = () => { button.textContent = later() ? button.dataset.later : button.dataset.next; };

async function toOutbox() {
  const title = form.querySelector("[name=kinds]:checked")?.parentElement.textContent.trim() || "";
  await save();
  const shown = [...form.querySelectorAll("[data-photo]")].map((small) => small.dataset.photo);
  const held = [...(draft.held || []), ...shown];
  await keep(draft.id, "/report/check", [["draft", draft.id], ...draft.fields], title, held);
  location.assign("/offline");
}

// Without words a report needs one photo that has arrived.
const waits = () =>
  fields.words && fields.words.value.trim().length < 5 && shown.size > 0 &&
  !form.querySelector("[data-photo]") && [...shown.values()].every(({ small }) => !small.querySelector("em").hidden);

form.addEventListener("input", () => { reveal(); saveSoon(); });
form.addEventListener("submit", async (event) => {
  if (later()) {
    event.preventDefault();
    await toOutbox();
  } else if (event.submitter?.name !== "drop" && waits()) {
    event.preventDefault();
    button.textContent = button.dataset.busy;
    await send().catch(() => null);
    label();
    if (waits()) await toOutbox();
    else form.requestSubmit(button);
  } else {
    save().catch(() => null); // the last words typed; the answer takes longer than this
  }
});
addEventListener("online", () => { label(); send().catch(() => null); });
addEventListener("offline", label);

one("erase")?.addEventListener("click", async () => {
  storing = false;
  await forget(draft.id);
  location.assign("/report?new=1");
});

if (one("locate") && !fields.lng.value) one("locate").hidden = false;
await restore().catch(() => { storing = false; });
reveal();
label();
where().catch(() => null);
granted().then((yes) => yes && fields.lng && !fields.lng.value && locate());
if (picker) tidy();
if (storing) send().then(save, () => null);
