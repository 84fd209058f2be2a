// Patrol: find the position while the page is open; it leaves the phone only with a tapped button.
const form = document.querySelector("form[data-patrol]");
const WAIT = 8000;
let best = null;

function say(key) {
  for (const line of document.querySelectorAll("[data-say]")) line.hidden = line.dataset.say !== key;
}

function keep(position) {
  const { latitude: lat, longitude: lng, accuracy } = position.coords;
  if (best && best < accuracy && best <= 100) return;
  best = accuracy;
  form.elements.lat.value = lat;
  form.elements.lng.value = lng;
  form.elements.accuracy.value = accuracy;
  for (const slot of document.querySelectorAll("[data-accuracy]")) {
    slot.textContent = String(Math.round(accuracy));
  }
  say("good");
}

if (navigator.geolocation) {
  say("ask");
  const watch = navigator.geolocation.watchPosition(keep, () => best || say("nofix"), {
    enableHighAccuracy: true, timeout: WAIT, maximumAge: 0,
  });
  window.addEventListener("pagehide", () => navigator.geolocation.clearWatch(watch));
} else {
  say("nofix");
}
