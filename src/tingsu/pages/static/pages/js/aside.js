// What somebody typed whose form no longer stands on the page (the step was taken meanwhile, the case is in other hands): held out to
// be copied or put into an internal note. The words of the dialog come from the server when it is needed, which is rarely.
import { openPage } from "./dialogs.js";

export async function shownAside(values, done) {
  const address = document.getElementById("session-dialog")?.dataset.stay;
  const words = values.filter(([, value]) => typeof value === "string" && value.trim()).map(([name, value, label]) => `${label ?? name}\n${value}`).join("\n\n");
  if (!address || !words) return;
  await openPage(address, document.body);
  const dialog = document.getElementById("step-dialog"), area = dialog.querySelector("[data-aside-words]");
  if (!area) return;
  area.value = words;
  const close = () => { done(); dialog.close(); };
  dialog.querySelector("[data-aside-done]").addEventListener("click", close);
  dialog.querySelector("[data-aside-copy]").addEventListener("click", async (event) => {
    area.select();
    try { await navigator.clipboard.writeText(words); dialog.querySelector("[data-aside-told]").hidden = false; } catch { /* it is marked: the keys copy it */ }
  });
  const composer = document.querySelector("form[data-composer]"), note = composer?.querySelector("[data-mode-switch][value=note]");
  const into = dialog.querySelector("[data-aside-note]");
  into.hidden = !note;
  into.addEventListener("click", () => {
    note.click();
    const text = composer.querySelector("textarea");
    text.value = text.value.trim() ? `${text.value.trimEnd()}\n\n${words}` : words;
    text.dispatchEvent(new Event("input", { bubbles: true }));
    close();
    text.focus();
  });
}
