// Two minutes before an open complaint closes itself the page offers to stay; then it leads to the code page.
import { post, text } from "./texts.js";
import { forgetAllUnsent } from "./unsent.js";

export function startStaying() {
  const box = document.querySelector("[data-until]");
  if (!box) return;
  let until = new Date(box.dataset.until).getTime();
  const ahead = until - new Date(box.dataset.warn).getTime();
  const words = box.querySelector("p");
  let before = null;
  const look = () => {
    const left = until - Date.now();
    if (left <= 0) { close(); return; }
    if (left <= ahead && box.hidden) {
      before = document.activeElement;
      box.hidden = false;
      box.querySelector("button").focus();
    }
  };
  box.querySelector("[data-stay]").addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await post(event.target.action).catch(() => null);
    if (!answer) { words.textContent = text("not_reached"); return; }
    if (!answer.ok) { close(); return; }
    until = new Date((await answer.json()).until).getTime();
    box.hidden = true;
    before?.focus();
  });
  const timer = setInterval(look, 5000);

  async function close() {
    clearInterval(timer);
    const written = [...document.querySelectorAll("main form")].find((form) => [...form.querySelectorAll("textarea")].some((one) => one.value.trim()));
    if (written) {
      const data = new FormData(written);
      data.delete("files");
      const answer = await post(new URL("keep/", written.action), data).catch(() => null);
      if (!answer || answer.status >= 500) {
        // Without a line the words are nowhere but here: out of sight for whoever sits down next, and sent once it is back.
        document.querySelector("main").hidden = true;
        document.body.append(box);
        words.textContent = text("closed_offline");
        box.querySelector("button").hidden = true;
        box.hidden = false;
        window.addEventListener("online", close, { once: true });
        return;
      }
    }
    forgetAllUnsent(); // whoever sits down next finds nothing
    location.assign(box.dataset.closed);
  }
}
