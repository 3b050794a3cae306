// What is typed or chosen is kept on this device every five seconds, offered again after a reload, and forgotten once sent.
// Kept is only what differs from what the server filled in. A form with modes (data-draft-by-mode) has a draft for each.
import { growFor } from "./lines.js";
import { sending } from "./sending.js";
import { forEachNew, memory, text } from "./texts.js";

export function startDrafts() {
  forgetOld();
  settle();
  forEachNew("[data-draft-sent]", (sent) => forget(keyOf(sent.dataset.draftSent)));
  forEachNew("form[data-draft]", prepare);
  document.addEventListener("submit", (event) => { if ("draftsForget" in event.target.dataset) forgetAll(); });
}

function person() {
  return `tingsu-draft:${document.body.dataset.person ?? ""}:`;
}

function keyOf(name) {
  return person() + name;
}

function keyOfForm(form) {
  return keyOf(form.dataset.draft + ("draftByMode" in form.dataset ? `:${form.dataset.mode}` : ""));
}

function forget(key) {
  memory.remove(key);
}

// What nobody came back for does not lie for ever on a device that others may use: a day after it was typed it goes, whoever opens
// a page of ours there, the sign-in page too. What is older than this rule counts from now on.
const SINCE = "tingsu-typed-since";
const LONGEST = 24 * 3600 * 1000;
function ages() {
  try { return JSON.parse(memory.get(SINCE) ?? "{}") ?? {}; } catch { return {}; }
}

function note(key) {
  memory.set(SINCE, JSON.stringify({ ...ages(), [key]: Date.now() }));
}

function forgetOld() {
  try {
    const known = ages();
    const since = {};
    for (const key of Object.keys(localStorage).filter((one) => one.startsWith("tingsu-draft:"))) {
      const at = known[key] ?? Date.now();
      if (Date.now() - at > LONGEST) memory.remove(key); else since[key] = at;
    }
    if (Object.keys(since).length) memory.set(SINCE, JSON.stringify(since)); else memory.remove(SINCE);
  } catch { /* nothing was kept */ }
}

// Whoever signs out leaves nothing behind on a device that others may use.
let signedOut = false;
function forgetAll() {
  signedOut = true;
  try {
    for (const key of Object.keys(localStorage)) if (key.startsWith(person())) memory.remove(key);
    forgetOld();
  } catch { /* nothing was kept */ }
}

// A form that was sent is done once the page it led to stands there: a refusal shows the form again, with its words, and a page
// that was reached in another way (after a broken connection, say) tells nothing of it.
function settle() {
  const { key, from } = sending.get() ?? {};
  if (!key) return;
  sending.clear();
  if (document.referrer !== from) return;
  const again = [...document.querySelectorAll("form[data-draft]")].some((form) => keyOfForm(form) === key);
  if (!again) forget(key);
}

// A form with modes opens in the one in which something was begun last, where nothing was in its own: words that lie in another
// mode look lost to whoever comes back after a broken line.
function begunIn(form) {
  if (!("draftByMode" in form.dataset) || memory.get(keyOfForm(form))) return null;
  const since = ages(), keyOfMode = (one) => keyOf(`${form.dataset.draft}:${one.value}`);
  const begun = [...form.querySelectorAll("[data-mode-switch]")].filter((one) => memory.get(keyOfMode(one)));
  return begun.sort((one, other) => (since[keyOfMode(other)] ?? 0) - (since[keyOfMode(one)] ?? 0))[0] ?? null;
}

function kindOf(one) {
  return ["checkbox", "radio"].includes(one.type) ? "tick" : one.tagName === "SELECT" ? "select" : "text";
}

function differs(one) {
  if (kindOf(one) === "tick") return one.checked !== one.defaultChecked;
  if (kindOf(one) === "select") return [...one.options].some((option) => option.selected !== option.defaultSelected) && one.value !== "";
  return one.value !== one.defaultValue;
}

function prepare(form) {
  // A mode that was chosen before this ran, or that the browser brought back, is the one that the form shows: never "the
  // complainant cannot see this" over words that go to them.
  const chosen = form.querySelector("[data-mode-switch]:checked");
  if (chosen) form.dataset.mode = chosen.value;
  const state = form.querySelector("[data-draft-state]") ?? document.querySelector(`[data-draft-state][form="${form.id}"]`);
  const fields = () => [...form.elements].filter((one) => one.name && !["hidden", "file", "password", "submit", "button"].includes(one.type) && !("modeSwitch" in one.dataset));
  const placeOf = (one) => (kindOf(one) === "tick" ? `${one.name}=${one.value}` : one.name);
  const read = () => Object.fromEntries(fields().filter(differs).map((one) => [placeOf(one), kindOf(one) === "tick" ? one.checked : one.value]));
  const restore = () => {
    const kept = JSON.parse(memory.get(keyOfForm(form)) ?? "null");
    if (!kept) return;
    let restored = false;
    growFor(form, Object.keys(kept).map((place) => place.split("=")[0]));
    for (const one of fields()) {
      const value = kept[placeOf(one)];
      if (value === undefined) continue;
      if (kindOf(one) === "tick") one.checked = value; else one.value = value;
      restored = true;
    }
    if (!restored) return;
    if (state) state.textContent = text("draft_restored");
    form.dispatchEvent(new Event("change", { bubbles: true }));
  };
  if (form.dataset.draftDone !== undefined) forget(keyOf(`${form.dataset.draft}:${form.dataset.draftDone}`));
  if (!form.querySelector(".error-summary")) {
    const begun = begunIn(form);
    if (begun) { begun.checked = true; form.dataset.mode = begun.value; }
    restore();
  }
  let dirty = false;
  form.addEventListener("input", () => { dirty = true; });
  form.addEventListener("change", (event) => { if (event.isTrusted) dirty = true; });
  const save = () => {
    if (!form.isConnected) { clearInterval(timer); return; }
    if (!dirty || signedOut) return;
    dirty = false;
    const kept = read();
    if (Object.keys(kept).length) { memory.set(keyOfForm(form), JSON.stringify(kept)); note(keyOfForm(form)); } else forget(keyOfForm(form));
    if (state) state.textContent = text("draft_saved", { time: new Date().toTimeString().slice(0, 5) });
  };
  const timer = setInterval(save, 5000);
  window.addEventListener("pagehide", save);
  form.addEventListener("submit", () => {
    save();
    dirty = false;
    sending.set(keyOfForm(form));
  });
  form.addEventListener("htmx:sendError", sending.clear);
  form.addEventListener("htmx:responseError", sending.clear);
  // Another mode has words of its own: what was begun in this one stays with it.
  form.addEventListener("tingsu:mode-leaves", () => { dirty = true; save(); form.querySelectorAll("textarea").forEach((one) => { one.value = ""; }); });
  form.addEventListener("tingsu:mode-comes", restore);
}
