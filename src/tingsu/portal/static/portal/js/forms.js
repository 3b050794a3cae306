// Sending once, focus on errors, copying, printing, parts that belong to a choice.
import { hasLine } from "../../pages/js/line.js";
import { text } from "./texts.js";

const ASKED = 8000;
const PATIENCE = 20000; // a line that is dead without saying so must not leave a button dead too: sending again does nothing twice

let sendings = 0;

function release() {
  for (const form of document.querySelectorAll("form[data-sending]")) delete form.dataset.sending;
  for (const button of document.querySelectorAll("[data-busy]")) {
    delete button.dataset.busy;
    if (button.dataset.idleWords) button.textContent = button.dataset.idleWords;
  }
}

// Why nothing happened, beside the button that was pressed.
export function tell(button, sentence) {
  const form = button.form ?? button.closest("form");
  document.querySelector("[data-told]")?.remove();
  const said = document.createElement("p");
  said.className = "note note-soon";
  said.dataset.told = "";
  said.tabIndex = -1;
  said.setAttribute("role", "alert");
  said.textContent = sentence;
  (button.closest(".bar, .actions, .actions-equal") ?? form).before(said);
}

export function startForms() {
  const offline = document.querySelector("[data-offline]");
  const tellOffline = () => {
    offline.hidden = false;
    offline.tabIndex = -1;
    offline.focus();
  };
  // The last saving got no answer: a connection that is there and dead. Whoever answers now, with whatever, takes the form too.
  const askFirst = async (form, button) => {
    if (form.dataset.asking !== undefined) return;
    form.dataset.asking = "";
    if (button) button.dataset.busy = "";
    const line = await fetch(location.href, { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(ASKED) }).then(() => true, () => false);
    delete form.dataset.asking;
    if (button) delete button.dataset.busy;
    if (!line) { tellOffline(); return; }
    delete form.dataset.unsaved;
    offline.hidden = true;
    form.requestSubmit(button);
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.once === undefined) return;
    if (form.dataset.sending) { event.preventDefault(); return; }
    if (!hasLine() && offline) {
      event.preventDefault(); // the browser's own page would take the words away
      tellOffline();
      return;
    }
    if (form.dataset.unsaved !== undefined && offline) {
      event.preventDefault();
      askFirst(form, event.submitter);
      return;
    }
    const mine = String(++sendings);
    form.dataset.sending = mine;
    const button = event.submitter;
    if (button) {
      button.dataset.busy = "";
      if (button.dataset.busyWords) {
        button.dataset.idleWords = button.textContent;
        button.textContent = button.dataset.busyWords;
      }
    }
    setTimeout(() => {
      if (form.dataset.sending !== mine) return;
      release();
      if (button) tell(button, text("no_answer"));
    }, PATIENCE);
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) release(); });
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

  const say = () => { if (offline) offline.hidden = hasLine(); };
  window.addEventListener("online", say);
  window.addEventListener("offline", say);
  say();
}
