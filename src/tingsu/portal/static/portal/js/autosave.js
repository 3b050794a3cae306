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
  let saving = false; // one at a time: on a slow line an older saving would else overtake a newer one
  const save = async () => {
    if (!dirty || stale || saving || form.dataset.sending) return;
    dirty = false;
    saving = true;
    const data = new FormData(form);
    data.delete("files");
    say("saving");
    let pause = PAUSE;
    try {
      const answer = await post(form.dataset.autosave, data);
      delete form.dataset.unsaved;
      stale = answer.status === 409;
      if (!stale && !answer.ok) throw new Error(String(answer.status));
      say(stale ? "other_window" : "saved");
      if (!stale && !dirty) forgetUnsent(form);
    } catch (error) {
      if (error instanceof TypeError) form.dataset.unsaved = ""; // no answer at all, whatever the browser says of its network
      keepUnsent(form);
      dirty = true;
      say("not_saved");
      pause = AGAIN;
    }
    saving = false;
    if (dirty) again(pause);
  };
  const again = (pause) => {
    clearTimeout(timer);
    timer = setTimeout(save, pause);
  };
  form.addEventListener("input", (event) => {
    if (event.target.type === "file") return;
    dirty = true;
    again(PAUSE);
  });
  window.addEventListener("online", save);
  // Whoever changes language or size of the page a moment after a word finds it again; on a case's page nothing is left in the tab.
  window.addEventListener("pagehide", () => { if (dirty && !form.dataset.sending && !form.action.includes("/case/")) keepUnsent(form); });
  document.addEventListener("visibilitychange", () => { if (document.hidden) save(); });
}
