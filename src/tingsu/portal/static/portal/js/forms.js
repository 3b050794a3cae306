// Sending once, focus on errors, copying, printing, parts that belong to a choice.
import { text } from "./texts.js";

export function startForms() {
  const offline = document.querySelector("[data-offline]");
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.once === undefined) return;
    if (form.dataset.sending) { event.preventDefault(); return; }
    if (!navigator.onLine && offline) {
      event.preventDefault(); // the browser's own page would take the words away
      offline.hidden = false;
      offline.tabIndex = -1;
      offline.focus();
      return;
    }
    form.dataset.sending = "1";
    const button = event.submitter;
    if (button) {
      button.dataset.busy = "";
      if (button.dataset.busyWords) button.textContent = button.dataset.busyWords;
    }
  });
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    document.querySelectorAll("form[data-sending]").forEach((form) => delete form.dataset.sending);
    document.querySelectorAll("[data-busy]").forEach((button) => delete button.dataset.busy);
  });
  document.querySelector("[data-focus]")?.focus();

  for (const button of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      const said = document.createElement("span");
      said.setAttribute("role", "status");
      said.className = "hint";
      said.textContent = ` ${text("copied")}`;
      button.after(said);
      setTimeout(() => said.remove(), 3000);
    });
  }
  for (const button of document.querySelectorAll("[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
  for (const shown of document.querySelectorAll("[data-count]")) {
    const field = document.getElementById(shown.dataset.count);
    const count = () => { shown.textContent = `${[...field.value].length} / ${field.dataset.limit}`; };
    shown.hidden = false;
    field.addEventListener("input", count);
    count();
  }
  const arrange = () => {
    for (const one of document.querySelectorAll("[data-shows]")) {
      const part = document.getElementById(one.dataset.shows);
      if (part) part.hidden = !one.checked;
    }
  };
  document.addEventListener("change", arrange);
  arrange();

  const say = () => { if (offline) offline.hidden = navigator.onLine; };
  window.addEventListener("online", say);
  window.addEventListener("offline", say);
  say();
}
