// What every page shares: reveal what needs scripts, show passwords, send a form once, go to the errors.
const all = (query, root = document) => [...root.querySelectorAll(query)];

for (const part of all("[data-js]")) part.hidden = false;

const summary = document.querySelector("[data-errors]");
if (summary) summary.focus();

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-show]");
  if (!button) return;
  const field = document.getElementById(button.dataset.show);
  const shown = field.type === "password";
  field.type = shown ? "text" : "password";
  button.setAttribute("aria-pressed", String(shown));
  button.querySelector("[data-off]").hidden = shown;
  button.querySelector("[data-on]").hidden = !shown;
});

// The bar that says so shows while there is no network, and stays while something waits to be sent.
const offline = document.querySelector("[data-offline]");
const network = () => {
  if (!offline) return;
  offline.querySelector("[data-no-network]").hidden = navigator.onLine;
  offline.hidden = navigator.onLine && !offline.querySelector("[data-left]").textContent;
};

// A form sent without a network would be replaced by the browser's own error page: it stays instead.
function stay(form, button) {
  const bar = form.querySelector(".bar") || button?.parentElement || form;
  if (bar.querySelector("[data-stays]")) return;
  const note = document.createElement("p");
  note.className = "note note-warn";
  note.dataset.stays = "";
  note.setAttribute("role", "alert");
  note.textContent = document.body.dataset.stays;
  bar.prepend(note);
}

addEventListener("offline", network);
addEventListener("online", () => {
  network();
  for (const note of all("[data-stays].note")) note.remove();
});
network();

document.addEventListener("submit", (event) => {
  const form = event.target;
  const button = event.submitter;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.work && document.body.dataset.works) return; // the outbox takes care of it
  if (!navigator.onLine) { event.preventDefault(); stay(form, button); return; }
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  if (!button || !button.dataset.busy) return;
  button.setAttribute("aria-disabled", "true");
  button.dataset.words = button.textContent;
  requestAnimationFrame(() => { button.lastChild.textContent = button.dataset.busy; });
});

// A page taken back from the browser's memory can be sent again.
window.addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const form of all("form[data-sent]")) delete form.dataset.sent;
  for (const button of all("[aria-disabled][data-words]")) {
    button.removeAttribute("aria-disabled");
    button.textContent = button.dataset.words;
  }
});

for (const area of all("textarea[maxlength]")) {
  const most = Number(area.maxLength);
  const note = document.createElement("p");
  note.className = "hint end";
  note.hidden = true;
  area.after(note);
  area.addEventListener("input", () => {
    note.hidden = area.value.length < most * 0.9;
    note.textContent = `${area.value.length} / ${most}`;
  });
}

for (const field of all("input[data-says]")) field.addEventListener("change", () => {
  const line = field.closest("label").nextElementSibling;
  line.textContent = field.files.length ? field.files[0].name : "";
  line.hidden = !line.textContent;
});
