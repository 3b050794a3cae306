// Short notes at the corner: 6 s, 10 s with an undo, failures until closed; they wait while hovered or focused.
import { text } from "./texts.js";

export function startToasts() {
  document.querySelectorAll("[data-toast]").forEach(keep);
  document.body.addEventListener("tingsu:toast", (event) => showToast(event.detail));
}

export function showToast({ message, level = "info", undo = null, undoLabel = "" }) {
  const box = document.querySelector(".toasts");
  const toast = document.createElement("div");
  toast.className = "toast";
  toast.dataset.toast = level;
  const words = document.createElement("span");
  words.textContent = message;
  toast.append(words);
  if (undo) {
    const form = document.querySelector("#undo-form").cloneNode(true);
    form.removeAttribute("id");
    form.action = undo;
    form.hidden = false;
    form.querySelector("button").textContent = undoLabel || text("undo");
    toast.append(form);
  }
  box.append(toast);
  keep(toast);
}

function keep(toast) {
  const closer = document.createElement("button");
  closer.type = "button";
  closer.setAttribute("aria-label", text("close"));
  closer.textContent = "×";
  closer.addEventListener("click", () => toast.remove());
  toast.append(closer);
  if (toast.dataset.toast === "error") return;
  let left = toast.querySelector("form, a") ? 10 : 6;
  const tick = setInterval(() => {
    if (toast.matches(":hover") || toast.contains(document.activeElement)) return;
    left -= 1;
    if (left <= 0 || !toast.isConnected) { clearInterval(tick); toast.remove(); }
  }, 1000);
}
