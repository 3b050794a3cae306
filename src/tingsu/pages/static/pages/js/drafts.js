// What is typed is kept on this device every five seconds, offered again after a reload, and forgotten once sent.
import { forEachNew, memory, text } from "./texts.js";

export function startDrafts() {
  forEachNew("[data-draft-sent]", (sent) => memory.remove(keyOf(sent.dataset.draftSent)));
  forEachNew("form[data-draft]", prepare);
}

function keyOf(name) {
  return `tingsu-draft:${document.body.dataset.person ?? ""}:${name}`;
}

function prepare(form) {
  const key = keyOf(form.dataset.draft);
  const state = form.querySelector("[data-draft-state]") ?? document.querySelector(`[data-draft-state][form="${form.id}"]`);
  const fields = () => [...form.elements].filter((one) => one.name && !["hidden", "file", "password", "submit", "button"].includes(one.type));
  const read = () => Object.fromEntries(fields().filter((one) => !["checkbox", "radio"].includes(one.type) && one.value).map((one) => [one.name, one.value]));
  if (form.dataset.draftDone !== undefined) memory.remove(key);
  const kept = JSON.parse(memory.get(key) ?? "null");
  if (kept && !form.querySelector(".error-summary")) {
    let restored = false;
    for (const one of fields()) {
      if (kept[one.name] && !one.value && one.tagName !== "SELECT") { one.value = kept[one.name]; restored = true; }
    }
    if (restored && state) state.textContent = text("draft_restored");
  }
  let dirty = false;
  form.addEventListener("input", () => { dirty = true; });
  const save = () => {
    if (!form.isConnected) { clearInterval(timer); return; }
    if (!dirty) return;
    dirty = false;
    memory.set(key, JSON.stringify(read()));
    if (state) state.textContent = text("draft_saved", { time: new Date().toTimeString().slice(0, 5) });
  };
  const timer = setInterval(save, 5000);
  window.addEventListener("pagehide", save);
  form.addEventListener("submit", () => { save(); dirty = false; });
}
