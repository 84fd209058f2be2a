// Small things on citizen pages: draft card, code from the QR's fragment, outbox, late photos.

import {
  blobsOf, drain, drop, forget, forgetRow, get, keep, lastDraft, put, rows, sendAll, takeBack, token, waiting,
} from "./phone.js";

const comma = document.documentElement.lang.startsWith("zh") ? "，" : ", ";
const one = (query, root = document) => root.querySelector(query);
const worded = (box, name, value) => (box.dataset[`text${name[0].toUpperCase()}${name.slice(1)}`] || "").replace("#", value);

// Ask once more before something is deleted: the same button, other words.
function sure(button, words, action) {
  button.addEventListener("click", () => {
    if (button.dataset.asked) { action(); return; }
    button.dataset.asked = "1";
    button.textContent = words;
  });
}

async function draftCard() {
  const box = one("[data-draft]");
  const draft = box && (await lastDraft());
  if (!draft) return;
  const photos = await blobsOf(draft.id);
  const fields = (draft.fields || []).filter(([name, value]) => value && !["draft", "contact_mode", "lng", "lat", "accuracy"].includes(name));
  if (!photos.length && !fields.length) return;
  const at = new Date(draft.updated);
  const when = at.toLocaleString(document.documentElement.lang, { month: "numeric", day: "numeric", hour: "2-digit", minute: "2-digit" });
  one("[data-draft-when]").textContent = worded(box, "when", when);
  const place = fields.find(([name]) => name === "place_words");
  const told = [photos.length && worded(box, "photos", photos.length), place?.[1].slice(0, 20)].filter(Boolean);
  one("[data-draft-what]").textContent = told.join(comma);
  one("a", box).href = draft.path?.startsWith("/report") ? draft.path : "/report";
  sure(one("[data-draft-drop]"), worded(box, "sure"), async () => { await forget(draft.id); box.hidden = true; });
  box.hidden = false;
}

function codeForm() {
  const form = one("form[data-code]");
  if (!form) return;
  const input = form.elements.code;
  const remember = one("[data-remember]");
  const told = decodeURIComponent(location.hash.slice(1));
  if (/^[\d\s-]{16,24}$/.test(told)) {
    input.value = told.replace(/\D/g, "").replace(/(\d{4})(?=\d)/g, "$1 ");
    history.replaceState(null, "", location.pathname);
  } else if (!input.value) {
    get("meta", "code").then((row) => {
      if (!row) return;
      input.value = row.code;
      remember.checked = true;
    }).catch(() => null);
  }
  form.addEventListener("submit", () => {
    if (remember.checked) put("meta", { k: "code", code: input.value });
    else drop("meta", "code");
  });
}

// Photos that were still under way when the report was sent go on from here.
async function latePhotos(key, box, received) {
  const left = (await blobsOf(key)).filter((item) => item.state !== "done").length;
  const tell = (n) => { if (box) box.textContent = n ? worded(box.dataset.textLeft ? box : box.closest("[data-text-left]"), "left", n) : ""; };
  tell(left);
  if (left) {
    const csrf = await token();
    let open = left;
    const rest = await sendAll(key, csrf, (item) => { if (item.state === "done") tell(--open); });
    if (box && !rest) box.textContent = worded(box.closest("[data-text-done]") || box, "done");
    if (rest) return;
  }
  if (received) await forget(key);
}

function outboxRow(row, box, show) {
  const line = document.createElement("li");
  const words = document.createElement("p");
  const name = document.createElement("b");
  name.textContent = `${worded(box, "report")} ${row.title || ""}`;
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
    fix.addEventListener("click", async () => { await takeBack(row); location.assign("/report?new=1"); });
    acts.append(fix);
  }
  const button = press(row.state === "done" ? "seen" : "delete");
  sure(button, worded(box, "sure"), async () => { await forgetRow(row); show(); });
  acts.append(button);
  line.append(acts);
  return line;
}

// The bar on top names how many reports wait; without any and with a network it goes.
async function tellLeft() {
  const bar = one("[data-offline]");
  if (!bar) return;
  const left = (await waiting()).length;
  one("[data-left]", bar).textContent = left ? worded(bar, "left", left) : "";
  bar.hidden = navigator.onLine && !left;
}

async function outboxPage() {
  const box = one("[data-outbox]");
  if (box) one("[data-away]").hidden = location.pathname === "/offline";
  const show = async () => {
    await tellLeft();
    if (!box) return;
    const found = await rows();
    for (const row of found) {
      const photos = await blobsOf(row.key);
      row.photos = photos.length;
      row.bytes = photos.reduce((sum, photo) => sum + photo.blob.size, 0);
    }
    one("[data-outbox-rows]").replaceChildren(...found.map((row) => outboxRow(row, box, show)));
    one("[data-outbox-empty]").hidden = found.length > 0;
    one("[data-outbox-again]").hidden = !found.some((row) => row.state !== "done");
  };
  const go = (now) => drain(show, { now }).then(show, () => null);
  one("[data-outbox-again] button")?.addEventListener("click", () => go(true));
  addEventListener("online", () => go(true));
  document.addEventListener("visibilitychange", () => document.hidden || go(false));
  await show();
  await go(false);
  if (box || (await waiting()).length) setInterval(() => go(false), 5000);
}

// Without a network the checked report waits in the outbox, as it would from the form itself.
function checkForm() {
  const form = one("[data-sending]");
  form?.addEventListener("submit", (event) => {
    if (navigator.onLine) return;
    event.preventDefault();
    const { name, value } = event.submitter || {};
    setAside(form, name === "join" ? [["join", value]] : []).catch(() => null);
  });
}

async function setAside(form, more) {
  const key = form.dataset.sending;
  const draft = await get("drafts", key);
  const held = [...form.querySelectorAll("[data-photo]")].map((photo) => photo.dataset.photo);
  const title = one(".kind", form)?.textContent.trim() || "";
  await keep(key, "/report/check", [["draft", key], ...draft.fields, ...more], title, held);
  location.assign("/offline");
}

// Whoever leaves and clears traces takes the remembered code and kept receipts along.
function leaveForm() {
  const form = one("[data-leave] form");
  form?.addEventListener("submit", async (event) => {
    if (form.dataset.cleared || !navigator.onLine) return;
    event.preventDefault();
    form.dataset.cleared = "1";
    await drop("meta", "code").catch(() => null);
    for (const row of await rows().catch(() => [])) if (row.state === "done") await forgetRow(row);
    form.requestSubmit();
  });
}

// Of the claim's fields only those of the chosen way are shown.
function claimForm() {
  const form = one("form[data-claim]");
  const show = () => {
    const way = form.elements.way.value;
    const payee = one("[data-claim-payee]");
    if (payee) payee.hidden = way !== "bank" && way !== "phone_credit" && !one("[aria-invalid]", payee);
  };
  form?.addEventListener("input", show);
  if (form) show();
}

checkForm();
leaveForm();
claimForm();
draftCard().catch(() => null);
codeForm();
outboxPage().catch(() => null);
const sending = one("[data-sending]");
const received = one("[data-received]");
if (sending) latePhotos(sending.dataset.sending, one("[data-uploads]"), false).catch(() => null);
if (received) latePhotos(received.dataset.received, one("[data-uploads]"), true).catch(() => null);
one("[data-print]")?.addEventListener("click", () => print());
navigator.serviceWorker?.register("/sw.js").catch(() => null);
