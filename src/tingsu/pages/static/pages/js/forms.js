// Sending once: the button shows that it works, a second press is ignored. Errors take the focus. Offline is said aloud.
import { hasLine, unanswered } from "./line.js";
import { sending } from "./sending.js";
import { forEachNew, text } from "./texts.js";
import { showToast } from "./toasts.js";

const PATIENCE = 20000; // a line that is dead without saying so leaves no button dead
let sendings = 0;

export function startForms() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented && !form.closest("[hx-post], [hx-get]")) return;
    if (form.method !== "post") return;
    if (form.dataset.sending) { event.preventDefault(); event.stopImmediatePropagation(); return; }
    if (!hasLine() && !form.hasAttribute("hx-post")) {
      event.preventDefault(); // the browser's own page would take the words away
      event.stopImmediatePropagation();
      sending.clear();
      showToast({ message: text("not_sent"), level: "error" });
      return;
    }
    const mine = String(++sendings);
    form.dataset.sending = mine;
    const button = event.submitter;
    if (button) button.dataset.busy = "";
    if ([...form.elements].some((one) => one.type === "file" && one.files.length)) return; // files take their time
    setTimeout(() => {
      if (!form.isConnected || form.dataset.sending !== mine) return; // answered; what is under way by now is another sending
      release(form);
      showToast({ message: text(unanswered(form)), level: "error" });
    }, PATIENCE);
  });
  const release = (form) => {
    delete form.dataset.sending;
    form.querySelectorAll("[data-busy]").forEach((one) => delete one.dataset.busy);
  };
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt.closest?.("form");
    if (form) release(form);
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) document.querySelectorAll("form[data-sending]").forEach(release); });
  forEachNew("[data-focus]", (one) => requestAnimationFrame(() => one.focus()));
  forEachNew("[data-fill]", (button) => button.addEventListener("click", () => fill(button)));
  // Every refusal stands beside its field in the page's language: never a bubble of the browser, in another one, that passes.
  forEachNew('form[method="post"]', (form) => { form.noValidate = true; });
  forEachNew("select[data-go], input[data-go]", (one) => one.addEventListener("change", () => one.form.requestSubmit()));

  const offline = document.querySelector("[data-offline]");
  const say = () => { if (offline) offline.hidden = hasLine(); };
  window.addEventListener("online", say);
  window.addEventListener("offline", say);
  say();

  document.addEventListener("click", async (event) => {
    const copier = event.target.closest("[data-copy]");
    if (!copier) return;
    await navigator.clipboard?.writeText(copier.dataset.copy);
    document.body.dispatchEvent(new CustomEvent("tingsu:toast", { detail: { message: text("copied") } }));
  });
}

// A suggestion fills a field only when the person takes it.
function fill(button) {
  const field = document.getElementById(button.dataset.fill);
  if (!field) return;
  field.value = button.dataset.value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
  field.focus();
}
