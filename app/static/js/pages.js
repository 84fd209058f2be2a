// Small things on citizen pages: draft card, code from the QR's fragment, outbox, late photos.

import { comma, one, outboxPage, sure, worded } from "./outbox.js";
import { blobsOf, drop, forget, forgetRow, get, keep, lastDraft, put, rows, sendAll, token } from "./phone.js";

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
