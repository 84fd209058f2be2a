// Arrive: ask for the position while the worker looks, say how good it is, send once the picture is taken.
const form = document.querySelector("form[data-arrive]");
const field = (name) => form.elements[name];
const EARTH = 6371008.8;
const WAIT = 8000;
const target = form.dataset.lat
  ? { lat: Number(form.dataset.lat), lng: Number(form.dataset.lng) }
  : null;
let best = null;
let looking = Boolean(navigator.geolocation);
let shot = false;

function say(key) {
  for (const line of form.querySelectorAll("[data-say]")) line.hidden = line.dataset.say !== key;
}

function write(name, value) {
  for (const slot of form.querySelectorAll(`[data-${name}]`)) slot.textContent = String(value);
}

function metres(from, to) {
  const rad = Math.PI / 180;
  const half = (a, b) => Math.sin(((b - a) * rad) / 2) ** 2;
  const part = half(from.lat, to.lat)
    + Math.cos(from.lat * rad) * Math.cos(to.lat * rad) * half(from.lng, to.lng);
  return 2 * EARTH * Math.asin(Math.min(1, Math.sqrt(part)));
}

function open(why) {
  say(why);
  form.querySelector("[data-why]").open = true;
}

// The picture may be quicker than the position: send once both are there.
function send() {
  if (shot && !looking && !form.querySelector("[data-why]").open) form.requestSubmit();
}

function keep(position) {
  looking = false;
  const { latitude: lat, longitude: lng, accuracy } = position.coords;
  if (best && best.accuracy <= accuracy) return;
  best = { lat, lng, accuracy };
  field("lat").value = lat;
  field("lng").value = lng;
  field("accuracy").value = accuracy;
  write("accuracy", Math.round(accuracy));
  if (!target) { open("nopoint"); return; }
  const away = metres(target, best);
  write("metres", Math.round(away));
  const near = away <= Number(form.dataset.radius) + accuracy && accuracy <= 500;
  if (near) say("good"); else open("far");
  send();
}

function fail(error) {
  looking = false;
  if (best) return;
  open(error.code === 1 ? "denied" : "nofix");
}

if (navigator.geolocation) {
  say("ask");
  const watch = navigator.geolocation.watchPosition(keep, fail, {
    enableHighAccuracy: true, timeout: WAIT, maximumAge: 0,
  });
  window.addEventListener("pagehide", () => navigator.geolocation.clearWatch(watch));
} else {
  open("nofix");
}

// How far our clock is ahead of the phone's, measured while there is a network.
const asked = Date.now();
fetch(form.dataset.token, { headers: { Accept: "application/json" } })
  .then((answer) => answer.json())
  .then((told) => {
    const middle = (asked + Date.now()) / 2;
    field("clock_offset_s").value = (told.now - middle) / 1000;
    form.dataset.measured = String(Date.now());
  })
  .catch(() => {});

form.addEventListener("submit", () => {
  field("device_at").value = Date.now();
  if (form.dataset.measured) {
    field("offset_age_s").value = (Date.now() - Number(form.dataset.measured)) / 1000;
  }
});

const shoot = form.querySelector("[data-shoot-words]");
shoot.textContent = shoot.dataset.shootWords;
form.querySelector("[data-shoot]").addEventListener("change", (event) => {
  shot = event.target.files.length > 0;
  send();
});
form.addEventListener("change", (event) => {
  if (event.target.type !== "file") return;
  const line = form.querySelector("[data-picked]");
  line.hidden = event.target.files.length === 0;
});
