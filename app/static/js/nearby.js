// The nearest first: only the square of some 600 m in which the phone lies leaves it.

const button = document.querySelector("[data-near]");
const say = document.querySelector("[data-near-say]");

function square({ coords }) {
  const edge = Number(button.dataset.near);
  const middle = (degrees) => ((Math.floor(degrees / edge) + 0.5) * edge).toFixed(4);
  const address = new URL(location.href);
  address.searchParams.set("near", `${middle(coords.longitude)},${middle(coords.latitude)}`);
  address.searchParams.delete("page");
  location.assign(address);
}

if (button && navigator.geolocation) {
  button.hidden = false;
  button.addEventListener("click", () => {
    say.textContent = button.dataset.textBusy;
    navigator.geolocation.getCurrentPosition(square, () => { say.textContent = button.dataset.textFailed; }, { timeout: 15000, maximumAge: 300000 });
  });
}
