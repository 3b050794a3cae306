// A session ends when nobody works here: an open page warns two minutes before, and whoever types stays signed in.
// What was typed when it ended is kept in this window, and stands in its form again after the same person signed in.
import { openPage } from "./dialogs.js";
import { shownAside } from "./aside.js";
import { growFor } from "./lines.js";
import { forEachNew, text } from "./texts.js";
import { showToast } from "./toasts.js";

const WARNED = 120;
const KEPT = "tingsu-kept";

export function startSession() {
  bringBack();
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.triggeringEvent?.type === "tingsu:poll") event.detail.headers["X-Tingsu-Unattended"] = "1";
  });
  const dialog = document.getElementById("session-dialog");
  if (!dialog) return;
  followSignIn(dialog);
  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const to = event.detail.xhr.getResponseHeader("HX-Redirect");
    if (to?.startsWith(dialog.dataset.signIn)) keep();
  });
  watch(dialog);
}

// Somebody signed in anew in another window: this page's tokens are of before. Whoever comes back here as the same person goes on
// with fresh ones, so that nothing typed or attached is refused; what another person would send is left to the server to ask about.
function followSignIn(dialog) {
  const now = () => document.cookie.match(/(?:^|; )(?:csrftoken|__Host-tingsu-csrf)=([^;]+)/)?.[1];
  let known = now(), asking = false;
  const renew = async () => {
    const token = now();
    if (!token || token === known || asking || document.hidden) return;
    asking = true;
    try {
      const answer = await fetch(dialog.dataset.stay, { method: "POST", headers: { "X-CSRFToken": token, "X-Tingsu-Unattended": "1" } });
      if (answer.ok && (await answer.json()).person === document.body.dataset.person) {
        known = token;
        for (const meta of document.querySelectorAll("meta[name=csrf]")) meta.content = token;
        for (const field of document.querySelectorAll("input[name=csrfmiddlewaretoken]")) field.value = token;
      }
    } catch { /* offline: asked again when the window is next looked at */ }
    asking = false;
  };
  for (const kind of ["visibilitychange", "focusin", "pointerdown"]) document.addEventListener(kind, renew, { passive: true });
  window.addEventListener("focus", renew);
  document.addEventListener("htmx:responseError", (event) => { if (event.detail.xhr.status === 403) renew(); });
}

function watch(dialog) {
  let left = Number(dialog.dataset.left);
  if (!left) return;
  let ends = Date.now() + 1000 * left, worked = false, asking = false;
  for (const kind of ["keydown", "pointerdown", "input"]) document.addEventListener(kind, () => { worked = true; }, { passive: true });
  const ask = async (unattended) => {
    const headers = { "X-CSRFToken": document.querySelector("meta[name=csrf]")?.content ?? "" };
    if (unattended) headers["X-Tingsu-Unattended"] = "1";
    const answer = await fetch(dialog.dataset.stay, { method: "POST", headers });
    if (answer.status === 401) return 0;
    if (!answer.ok) throw new Error(String(answer.status));
    const found = (await answer.json()).left;
    ends = Date.now() + 1000 * found;
    return found;
  };
  const look = async () => {
    if (asking) return;
    const seconds = (ends - Date.now()) / 1000;
    if (seconds > WARNED && !(worked && seconds < left / 2)) { if (dialog.open) dialog.close(); return; }
    asking = true;
    try {
      const found = await ask(!worked);
      worked = false;
      if (found <= 0) leave();
      else if (found > WARNED) dialog.open && dialog.close();
      else if (!dialog.open) dialog.showModal();
    } catch { /* offline, or the server is away: nothing is known, nothing is lost */ }
    asking = false;
  };
  dialog.querySelector("[data-stay-here]").addEventListener("click", async () => {
    const found = await ask(false).catch(() => WARNED);
    if (found > WARNED) dialog.close();
    else if (found <= 0) leave();
    else dialog.querySelector("[data-stay-here]").hidden = true; // the longest time is over: nothing makes it longer
  });
  const timer = setInterval(look, 5000);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });

  function leave() {
    clearInterval(timer);
    keep();
    location.assign(`${dialog.dataset.signIn}?next=${encodeURIComponent(location.pathname + location.search)}`);
  }
}

const shown = (one) => one.name && !["hidden", "file", "password", "submit", "button"].includes(one.type);

// What somebody typed or chose in a form, beyond what the server filled in.
export function typedIn(form) {
  const typed = [...form.elements].filter(shown).filter((one) => !["checkbox", "radio"].includes(one.type) ? one.value !== one.defaultValue && one.value : one.checked !== one.defaultChecked);
  return typed.map((one) => [one.name, ["checkbox", "radio"].includes(one.type) ? [one.value, one.checked] : one.value, ...labelOf(one)]);
}

function labelOf(one) {
  const words = one.labels?.[0]?.textContent.trim().replace(/\s+/g, " ");
  return words ? [words] : [];
}

// Everything typed into forms of this page, with the dialog that was open.
function keep() {
  const forms = [];
  for (const form of document.querySelectorAll("main form, #step-dialog form")) {
    const values = typedIn(form);
    if (values.length) forms.push({ action: form.action, inside: Boolean(form.closest("#step-dialog")), values });
  }
  const kept = { person: document.body.dataset.person, page: location.pathname, forms };
  try { if (forms.length) sessionStorage.setItem(KEPT, JSON.stringify(kept)); } catch { /* private window: nothing is remembered */ }
}

async function bringBack() {
  let kept = null;
  try { kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null"); } catch { return; }
  if (!kept || !document.body.dataset.person) return;
  const own = kept.person === document.body.dataset.person;
  if (own && kept.page !== location.pathname) return;
  sessionStorage.removeItem(KEPT);
  if (!own) return;
  const dialog = kept.forms.find((one) => one.inside), lost = [];
  if (dialog) forEachNew("#step-dialog form", (form) => fill(form, dialog));
  for (const one of kept.forms.filter((form) => !form.inside)) {
    const form = [...document.querySelectorAll("main form")].find((form) => form.action === one.action);
    if (form) fill(form, one); else lost.push(...one.values);
  }
  if (dialog) await openPage(dialog.action, document.querySelector(`[data-dialog][href="${new URL(dialog.action).pathname}"]`) ?? document.body);
  const stands = document.querySelector("#step-dialog form") !== null; // it is filled a moment later, when htmx has settled it
  if (dialog && !stands) lost.push(...dialog.values);
  if (lost.length) await aside(kept, lost, !stands);
}

// What has no form any more is held out, unless a form stands in the dialog, and stays for the next look at this page until its
// writer says what becomes of it.
async function aside(kept, lost, free) {
  const rest = { ...kept, forms: [{ action: "", inside: false, values: lost }] };
  try { sessionStorage.setItem(KEPT, JSON.stringify(rest)); } catch { /* shown all the same */ }
  if (free) await shownAside(lost, () => sessionStorage.removeItem(KEPT));
}

export function fill(form, kept) {
  let filled = false;
  growFor(form, kept.values.map(([name]) => name));
  for (const [name, value] of kept.values) {
    for (const one of [...form.elements].filter((one) => one.name === name)) {
      if (Array.isArray(value)) { if (one.value === value[0]) one.checked = value[1]; else continue; }
      else if (!one.value || one.tagName === "SELECT" || one.value === one.defaultValue) one.value = value;
      else continue;
      filled = true;
      one.dispatchEvent(new Event("input", { bubbles: true }));
      one.dispatchEvent(new Event("change", { bubbles: true }));
    }
  }
  if (filled) showToast({ message: text("draft_restored") });
}
