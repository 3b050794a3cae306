// Dialogs: a link or button with data-dialog opens <dialog id=…>, or fetches a page's named part into the shared one.
// Without JavaScript the link simply leads to the page. The browser traps focus; we return it to the trigger.
import { text } from "./texts.js";

export function startDialogs() {
  document.addEventListener("click", async (event) => {
    const closer = event.target.closest("[data-close]");
    if (closer) { closer.closest("dialog")?.close(); event.preventDefault(); return; }
    const opener = event.target.closest("[data-dialog]");
    if (!opener || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    if (opener.getAttribute("aria-disabled") === "true") return;
    if (opener.dataset.dialog) await openById(opener.dataset.dialog, opener);
    else await openPage(opener.href, opener);
  });
  document.addEventListener("submit", (event) => {
    const question = event.submitter?.dataset.confirm;
    if (!question || event.submitter.dataset.confirmed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(event.submitter);
  }, true);
}

// A dialog that stands empty in the page is filled from the link's page the first time it is asked for.
async function openById(id, opener) {
  const dialog = document.getElementById(id);
  if (!dialog.childElementCount) await window.htmx.ajax("GET", opener.href, { target: dialog, swap: "innerHTML" });
  if (dialog.childElementCount) open(dialog, opener);
}

function open(dialog, opener) {
  dialog.addEventListener("close", () => giveBack(opener), { once: true });
  dialog.showModal();
  const wanted = ["[data-first-focus], [data-focus], [autofocus]", "input:not([type=hidden]):not([disabled]), select, textarea", ".btn-primary"];
  wanted.map((one) => dialog.querySelector(one)).find(Boolean)?.focus();
}

// What opened it may stand in a menu that closed meanwhile: then the focus goes to the menu, and never to nowhere.
function giveBack(opener) {
  if (!opener?.isConnected) return;
  let one = opener, place = opener.parentElement;
  while (!one.checkVisibility() && (place = place?.closest("details:not([open])"))) {
    one = place.querySelector("summary");
    place = place.parentElement;
  }
  one.focus();
}

// A refusal (403, 404) leaves the body empty and is told by a toast.
export async function openPage(address, opener) {
  const dialog = document.getElementById("step-dialog"), body = document.getElementById("step-dialog-body");
  body.replaceChildren();
  opener.dataset.busy = "";
  try {
    await window.htmx.ajax("GET", address, { target: body, swap: "innerHTML" });
    if (body.childElementCount) open(dialog, opener);
  } finally {
    delete opener.dataset.busy;
  }
}

function ask(button) {
  const dialog = document.getElementById("confirm-dialog");
  dialog.querySelector("[data-title]").textContent = button.dataset.confirm;
  dialog.querySelector("[data-text]").textContent = button.dataset.confirmText ?? "";
  const yes = dialog.querySelector("[data-yes]");
  yes.textContent = button.dataset.confirmYes ?? button.textContent.trim() ?? text("yes");
  yes.onclick = () => {
    dialog.close();
    button.dataset.confirmed = "1";
    button.form.requestSubmit(button);
    delete button.dataset.confirmed;
  };
  open(dialog, button);
}
