// On a page that says what went wrong: what was sent did not arrive, so its draft stays; it is said only where one is kept.
import { sending } from "./sending.js";
import { memory } from "./texts.js";

const UNSENT = "tingsu-unsent:"; // portal/js/unsent.js
const { key, from } = sending.get() ?? {};
sending.clear();
const place = key && memory.get(key) ? from : unsent();
const kept = document.querySelector("[data-draft-kept]");
if (kept && place) {
  kept.querySelector("a").href = place;
  kept.hidden = false;
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
