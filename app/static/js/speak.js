// Read the page aloud with the voice of the phone itself; no words leave it.

const button = document.querySelector("[data-read]");
if (button && "speechSynthesis" in window) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const speech = new SpeechSynthesisUtterance(document.querySelector("main").innerText);
    speech.lang = document.documentElement.lang;
    speechSynthesis.cancel();
    speechSynthesis.speak(speech);
  });
}
