// On a page that says what went wrong: what was sent did not arrive, so its draft stays; it is said only where one is kept. Where the
// form itself is refused now (the case is in other hands, say) going back shows nothing either: then the words stand here.
import { sending } from "./sending.js";
import { memory } from "./texts.js";

const UNSENT = "tingsu-unsent:"; // portal/js/unsent.js
const TYPED = "tingsu-kept"; // session.js
const { key, from } = sending.get() ?? {};
sending.clear();
const { person = "", status = "" } = document.body.dataset;
const closed = ["403", "404"].includes(status);
const words = closed ? draftOf(key) || typedHere() : "";
const place = key && memory.get(key) ? from : unsent();
const kept = document.querySelector("[data-draft-kept]"), held = document.querySelector("[data-words-kept]");
if (held && words) {
  held.hidden = false;
  held.querySelector("textarea").value = words;
} else if (kept && place) {
  kept.querySelector("a").href = place;
  kept.hidden = false;
}

function wordsOf(values) {
  return values.filter((value) => typeof value === "string" && value.trim()).join("\n\n");
}

// The draft of a form that was sent from here, or that belongs to this very address.
function draftOf(sent) {
  const step = location.pathname.match(/\/cases\/([^/]+)\/steps\/([^/]+)\//);
  const named = sent ?? (step && `tingsu-draft:${person}:step:${step[1]}:${step[2]}`);
  if (!person || !named?.startsWith(`tingsu-draft:${person}:`)) return "";
  try { return wordsOf(Object.values(JSON.parse(memory.get(named)) ?? {})); } catch { return ""; }
}

// What was typed on this page when the session ended; the same person signed in again.
function typedHere() {
  try {
    const typed = JSON.parse(sessionStorage.getItem(TYPED));
    if (!person || typed?.person !== person || typed.page !== location.pathname) return "";
    return wordsOf(typed.forms.flatMap((form) => form.values.map(([, value]) => value)));
  } catch { return ""; }
}

function unsent() {
  try {
    const keys = Object.keys(sessionStorage).filter((one) => one.startsWith(UNSENT));
    const records = keys.map((one) => [one, JSON.parse(sessionStorage.getItem(one))]);
    const last = records.find(([, record]) => record.sent);
    for (const [one, record] of records) sessionStorage.setItem(one, JSON.stringify({ ...record, sent: false }));
    return last?.[1].from;
  } catch {
    return null;
  }
}
