// Reading aloud and dictation, where the device can do so itself: nothing is sent anywhere by us. Tap to start, tap to stop.
import { text } from "./texts.js";

export function startSpeech() {
  startReading();
  startDictation();
}

function language() {
  return document.documentElement.lang.startsWith("zh") ? "zh-CN" : "en-GB";
}

// Voices of many devices fall silent within one long text: it is said line by line, some lines together.
const MOST = 180;

function pieces(words) {
  const found = [""];
  for (const line of words.split(/\n+|(?<=[。！？；])/).map((one) => one.trim()).filter(Boolean)) {
    if (found.at(-1) && found.at(-1).length + line.length > MOST) found.push("");
    found.push(`${found.pop()}${line}\n`);
  }
  return found.map((one) => one.trim()).filter(Boolean);
}

function startReading() {
  if (!("speechSynthesis" in window)) return;
  for (const button of document.querySelectorAll("[data-read-aloud]")) {
    button.hidden = false;
    const label = button.querySelector("[data-label]");
    const idle = label.textContent;
    let left = null;
    const stopped = () => { left = null; label.textContent = idle; button.setAttribute("aria-pressed", "false"); };
    const next = (mine) => {
      if (left !== mine) return;
      const words = mine.shift();
      if (!words) { stopped(); return; }
      const said = new SpeechSynthesisUtterance(words);
      said.lang = language();
      said.onend = () => next(mine);
      said.onerror = () => { if (left === mine) stopped(); };
      speechSynthesis.speak(said);
    };
    button.addEventListener("click", () => {
      const reading = left !== null || speechSynthesis.speaking;
      if (reading) { stopped(); speechSynthesis.cancel(); return; }
      left = pieces(document.getElementById("content").innerText);
      label.textContent = text("stop_reading");
      button.setAttribute("aria-pressed", "true");
      next(left);
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
