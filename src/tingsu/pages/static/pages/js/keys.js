// The keyboard map (look and feel §5). Single keys are off inside fields and dialogs and can be switched off.
// A page names its own keys with data-key on links and buttons; rows of lists carry data-row.
import { openPage } from "./dialogs.js";
import { forEachNew, memory } from "./texts.js";

const OFF = "tingsu-keys-off";

export function startKeys() {
  forEachNew("[data-keys-switch]", (switcher) => {
    switcher.checked = !switchedOff();
    switcher.disabled = "keysOff" in document.body.dataset;
    switcher.addEventListener("change", () => (switcher.checked ? memory.remove(OFF) : memory.set(OFF, "1")));
  });
  document.addEventListener("keydown", (event) => {
    // While an input method composes, Enter takes a candidate: it sends nothing, and no letter is a key of ours.
    if (event.isComposing || event.keyCode === 229) {
      if (event.key === "Enter" && event.target.matches?.("input")) event.preventDefault();
      return;
    }
    if ((event.ctrlKey || event.metaKey) && event.key === "Enter") { sendForm(event); return; }
    if (event.altKey && pressAlt(event)) return;
    if (event.ctrlKey || event.metaKey || event.altKey || switchedOff()) return;
    if (event.target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable], dialog")) {
      return;
    }
    if (event.key === "Escape") { clearAll(); return; }
    if (moveInList(event)) return;
    const wanted = [...document.querySelectorAll(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`)].find((one) => one.offsetParent !== null || one.closest("details.menu"));
    if (!wanted || event.repeat) return;
    event.preventDefault();
    if (wanted.matches("input:not([type=radio]):not([type=checkbox]), textarea, select")) { wanted.focus(); wanted.select?.(); } else wanted.click();
  });
}

// Off on this device (the dialog behind "?") or for the account (its own page).
function switchedOff() {
  return memory.get(OFF) === "1" || "keysOff" in document.body.dataset;
}

function sendForm(event) {
  const form = event.target.closest?.("form") ?? document.querySelector("form[data-main]");
  const button = form?.querySelector("[data-send]");
  if (button) { event.preventDefault(); button.click(); }
}

// Alt 1–4 and Alt letters: physical keys, because Alt gives other characters on some layouts.
function pressAlt(event) {
  const name = event.code.replace(/^(Digit|Key)/, "").toLowerCase();
  const wanted = document.querySelector(`[data-alt-key="${CSS.escape(name)}"]`);
  if (!wanted) return false;
  event.preventDefault();
  if (wanted.matches("button, a")) wanted.click();
  else (wanted.querySelector("input:not([type=hidden]), textarea, select") ?? wanted).focus();
  return true;
}

function clearAll() {
  document.querySelector("[data-select-none]")?.click();
}

function moveInList(event) {
  const rows = [...document.querySelectorAll("[data-row]")].filter((row) => row.offsetParent !== null);
  if (!rows.length) return false;
  const at = rows.findIndex((row) => row.hasAttribute("data-current"));
  const key = event.key.toLowerCase();
  if (key === "j" || key === "k") {
    const next = rows[Math.min(rows.length - 1, Math.max(0, at + (key === "j" ? 1 : -1)))];
    rows.forEach((row) => row.removeAttribute("data-current"));
    next.setAttribute("data-current", "");
    linkOf(next)?.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  } else if (key === "x" && at >= 0) {
    document.dispatchEvent(new CustomEvent("tingsu:select", { detail: { row: rows[at], range: event.shiftKey } }));
  } else if (event.key === "Enter" && at >= 0 && !event.target.closest("a, button, summary")) {
    linkOf(rows[at])?.click();
  } else if (at >= 0 && rowStep(key) && rows[at].closest("[data-cases]")) {
    openPage(`${linkOf(rows[at]).href}steps/${rowStep(key)}/`, rows[at]);
  } else if (event.key === " " && at >= 0 && !event.target.closest("button, summary, input")) {
    if (rows[at].closest("[data-cases]")) openPage(`${linkOf(rows[at]).href}preview/`, linkOf(rows[at]));
  } else return false;
  event.preventDefault();
  return true;
}

// A row leads to its case; in a list of cases their steps and preview stand below that address.
function linkOf(row) {
  return row.querySelector("a[href]");
}

// Which step a letter takes on the row of a list: the page says so, "m:link t:…".
function rowStep(key) {
  const pairs = (document.body.dataset.rowSteps ?? "").split(" ");
  return pairs.find((pair) => pair.startsWith(`${key}:`))?.slice(2);
}
