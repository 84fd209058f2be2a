// The inbox on a wide screen: the chosen case beside the list; new ones are counted, never inserted.

const WIDE = matchMedia("(min-width: 1024px)");
const EVERY = 60000;
const pane = document.querySelector("[data-pane]");
const steps = document.querySelector("[data-steps]");
const fresh = document.querySelector("[data-fresh]");
const rows = [...document.querySelectorAll("tr[data-number]")];
const link = (row) => row.querySelector("th a");
const at = () => rows.findIndex((row) => row.hasAttribute("aria-current"));

function light(chosen) {
  for (const row of rows) row.toggleAttribute("aria-current", false);
  chosen.setAttribute("aria-current", "true");
  const place = at();
  const [before, after] = steps.querySelectorAll("a");
  for (const [step, row] of [[before, rows[place - 1]], [after, rows[place + 1]]]) {
    step.hidden = !row;
    if (row) step.href = link(row).href;
  }
}

// What was typed into a case is there again when one comes back to it.
const kept = new Map();
let shown = rows[at()]?.dataset.number;
let typed = false;
let turn = 0;
pane.addEventListener("input", () => { typed = true; });

function leave() {
  if (!typed) return;
  const held = document.createDocumentFragment();
  held.append(...pane.childNodes);
  kept.set(shown, held);
}

async function ask(row) {
  const answer = await fetch(link(row).href, { headers: { "HX-Request": "true" }, redirect: "manual" });
  if (!answer.ok) { location.assign(link(row).href); return null; } // signed out, gone: the page says so
  const part = document.createElement("template");
  part.innerHTML = await answer.text();
  return part.content;
}

async function open(row, { focus = true } = {}) {
  const { number } = row.dataset;
  const mine = ++turn;
  if (number !== shown) {
    const held = kept.get(number);
    const part = held || (await ask(row));
    if (!part || mine !== turn) return; // another one was chosen meanwhile
    leave();
    kept.delete(number);
    typed = Boolean(held);
    shown = number;
    pane.replaceChildren(part);
    pane.parentElement.scrollTop = 0;
  }
  light(row);
  const here = new URL(location.href);
  here.searchParams.set("case", number);
  history.replaceState(null, "", here);
  if (focus) pane.querySelector("[data-pane-head]")?.focus({ preventScroll: false });
}

document.addEventListener("click", (event) => {
  if (!WIDE.matches || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey && !event.target.closest("[data-steps]")) return;
  const pressed = event.target.closest("tr[data-number] th a, [data-steps] a");
  const row = pressed && rows.find((one) => link(one).href === pressed.href);
  if (!row) return;
  event.preventDefault();
  open(row).catch(() => location.assign(link(row).href));
});

if (WIDE.matches && rows.length) {
  if (at() < 0) open(rows[0], { focus: false }).catch(() => null);
  else light(rows[at()]);
}

async function count() {
  if (document.hidden || !navigator.onLine) return;
  const answer = await fetch(fresh.dataset.fresh, { headers: { Accept: "application/json" }, redirect: "manual" });
  if (!answer.ok) return;
  const { n } = await answer.json();
  if (n) fresh.querySelector("[data-fresh-n]").textContent = fresh.dataset.text.replace("#", n);
  fresh.hidden = !n;
}

setInterval(() => count().catch(() => null), EVERY);
document.addEventListener("visibilitychange", () => count().catch(() => null));
