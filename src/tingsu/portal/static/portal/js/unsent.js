// What the server does not have yet is kept in this tab until it has it: words that could not be saved, and a form whose sending
// was not answered. Whoever comes back finds them. Nothing is kept once they arrived, nor after the tab is closed.
const PREFIX = "tingsu-unsent:";
const KEYS = ["once", "booking"]; // under which a form is done once: whoever sends again what was not answered sends the same form
const REFUSED = ".error-summary"; // this page is an answer: it stands above the form, or in it
const OTHERS = ["hidden", "file", "password", "submit", "button"];

const keyOf = (form) => PREFIX + (form.dataset.autosave ?? form.dataset.unsent);
const here = () => location.href.split("#")[0];
const isTick = (one) => ["checkbox", "radio"].includes(one.type);
const fieldsOf = (form) => [...form.elements].filter((one) => one.name && !OTHERS.includes(one.type));
const keysOf = (form) => [...form.elements].filter((one) => KEYS.includes(one.name) && one.value);
const placeOf = (one) => (isTick(one) ? `${one.name}=${one.value}` : one.name);

function read(key) {
  try { return JSON.parse(sessionStorage.getItem(key)); } catch { return null; }
}

function write(key, record) {
  try { sessionStorage.setItem(key, JSON.stringify(record)); } catch { /* forbidden or full: then nothing is remembered */ }
}

function forget(key) {
  try { sessionStorage.removeItem(key); } catch { /* nothing to forget */ }
}

export function keepUnsent(form, sent = false) {
  const values = Object.fromEntries(fieldsOf(form).map((one) => [placeOf(one), isTick(one) ? one.checked : one.value]));
  const keys = Object.fromEntries(keysOf(form).map((one) => [one.name, one.value]));
  write(keyOf(form), { from: here(), sent, values, ...(Object.keys(keys).length ? { keys } : {}) });
}

export function forgetUnsent(form) {
  forget(keyOf(form));
}

export function forgetAllUnsent() {
  for (const key of kept()) forget(key);
}

export function startUnsent() {
  for (const key of kept()) {
    const { sent, from } = read(key) ?? {};
    if (sent && document.referrer === from) forget(key); // this page is the answer to what was sent
  }
  for (const form of document.querySelectorAll("form[data-autosave], form[data-unsent]")) {
    giveBack(form);
    form.addEventListener("submit", () => keepUnsent(form, true));
  }
}

function kept() {
  try { return Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX)); } catch { return []; }
}

function giveBack(form) {
  const { values, keys = {}, sent } = read(keyOf(form)) ?? {};
  if (!values) return;
  // Who sends again what was refused sends another form: the page has its key.
  const again = sent && Object.keys(keys).length > 0 && !document.querySelector(REFUSED);
  if (again) for (const one of keysOf(form)) one.value = keys[one.name] ?? one.value;
  const changed = fieldsOf(form).filter((one) => {
    const value = values[placeOf(one)];
    if (value === undefined || value === (isTick(one) ? one.checked : one.value)) return false;
    if (isTick(one)) one.checked = value; else one.value = value;
    return true;
  });
  if (!changed.length && !again) forgetUnsent(form);
  for (const one of changed) for (const kind of ["input", "change"]) one.dispatchEvent(new Event(kind, { bubbles: true }));
}
