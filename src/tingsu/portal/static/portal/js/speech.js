// Reading aloud and dictation, where the device can do so itself: nothing is sent anywhere by us. Tap to start, tap to stop.
import { text } from "./texts.js";

export function startSpeech() {
  startReading();
  startDictation();
}

function language() {
  return document.documentElement.lang.startsWith("zh") ? "zh-CN" : "en-GB";
}

function startReading() {
  if (!("speechSynthesis" in window)) return;
  for (const button of document.querySelectorAll("[data-read-aloud]")) {
    button.hidden = false;
    const label = button.querySelector("[data-label]");
    const idle = label.textContent;
    const stopped = () => { label.textContent = idle; button.setAttribute("aria-pressed", "false"); };
    button.addEventListener("click", () => {
      if (speechSynthesis.speaking) { speechSynthesis.cancel(); stopped(); return; }
      const said = new SpeechSynthesisUtterance(document.getElementById("content").innerText);
      said.lang = language();
      said.onend = stopped;
      said.onerror = stopped;
      label.textContent = text("stop_reading");
      button.setAttribute("aria-pressed", "true");
      speechSynthesis.speak(said);
    });
  }
  window.addEventListener("pagehide", () => speechSynthesis.cancel());
}

function startDictation() {
  const Recognition = window.SpeechRecognition ?? window.webkitSpeechRecognition;
  for (const part of document.querySelectorAll("[data-dictation]")) {
    if (!Recognition) continue;
    const field = document.getElementById(part.dataset.for);
    const button = part.querySelector("[data-dictate]");
    const label = button.querySelector("[data-label]");
    let running = null;
    button.hidden = false;
    button.addEventListener("click", () => {
      if (running) { running.stop(); return; }
      running = new Recognition();
      running.lang = language();
      running.continuous = true;
      running.onresult = (event) => {
        for (const result of [...event.results].slice(event.resultIndex)) {
          if (result.isFinal) field.value += result[0].transcript;
        }
        field.dispatchEvent(new Event("input", { bubbles: true }));
      };
      running.onend = () => {
        running = null;
        label.textContent = text("speak");
        button.setAttribute("aria-pressed", "false");
        field.focus();
      };
      running.start();
      label.textContent = text("listening");
      button.setAttribute("aria-pressed", "true");
    });
  }
}
