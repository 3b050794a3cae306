// Keeps what is typed on the server a moment after the last key, and says so. The form itself keeps it again when it is sent.
import { post, text } from "./texts.js";

const PAUSE = 1500;

export function startAutosave() {
  const form = document.querySelector("form[data-autosave]");
  if (!form) return;
  const place = document.querySelector("[data-saved]");
  const words = document.querySelector("[data-saved-words]");
  const say = (key) => { if (place) { place.hidden = false; words.textContent = text(key); } };
  let timer = null;
  let dirty = false;
  const save = async () => {
    if (!dirty || form.dataset.sending) return;
    dirty = false;
    const data = new FormData(form);
    data.delete("files");
    say("saving");
    try {
      const answer = await post(form.dataset.autosave, data);
      if (!answer.ok) throw new Error(String(answer.status));
      say("saved");
    } catch {
      dirty = true;
      say("not_saved");
      timer = setTimeout(save, 10000);
    }
  };
  form.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    dirty = true;
    clearTimeout(timer);
    timer = setTimeout(save, PAUSE);
  });
  window.addEventListener("online", save);
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
}
