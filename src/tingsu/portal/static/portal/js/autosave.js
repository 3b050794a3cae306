// Keeps what is typed on the server a moment after the last key, and says so. The form itself keeps it again when it is sent.
import { post, text } from "./texts.js";
import { forgetUnsent, keepUnsent } from "./unsent.js";

const PAUSE = 1500;
const AGAIN = 10000;

export function startAutosave() {
  for (const form of document.querySelectorAll("form[data-autosave]")) keep(form);
}

function keep(form) {
  const place = form.querySelector("[data-saved]") ?? document.querySelector("[data-saved]");
  const words = place?.querySelector("[data-saved-words]");
  const say = (key) => { if (place) { place.hidden = false; words.textContent = text(key); } };
  let timer = null;
  let dirty = false;
  let stale = false;
  const save = async () => {
    if (!dirty || stale || form.dataset.sending) return;
    dirty = false;
    const data = new FormData(form);
    data.delete("files");
    say("saving");
    try {
      const answer = await post(form.dataset.autosave, data);
      if (answer.status === 409) {
        stale = true;
        say("other_window");
        return;
      }
      if (!answer.ok) throw new Error(String(answer.status));
      say("saved");
      if (!dirty) forgetUnsent(form);
    } catch {
      keepUnsent(form);
      dirty = true;
      say("not_saved");
      timer = setTimeout(save, AGAIN);
    }
  };
  form.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  });
  window.addEventListener("online", save);
  // Whoever changes language or size of the page a moment after a word finds it again; on a case's page nothing is left in the tab.
  window.addEventListener("pagehide", () => { if (dirty && !form.dataset.sending && !form.action.includes("/case/")) keepUnsent(form); });
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
}
