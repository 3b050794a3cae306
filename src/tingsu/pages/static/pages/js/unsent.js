// A form without a draft of its own whose sending was not answered (the line broke, a page of the proxy came instead) gives its words
// back to whoever returns to it, with the key under which it was sent: what was done after all is not done twice.
import { shownAside } from "./aside.js";
import { fill, typedIn } from "./session.js";

const SENT = "tingsu-sent";
const here = () => location.href.split("#")[0];

export function startUnsent() {
  giveBack();
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post" || !form.closest("main") || form.dataset.draft || form.hasAttribute("hx-post")) return;
    const values = typedIn(form);
    if (values.length) write({ person: document.body.dataset.person, page: here(), action: form.action, once: form.elements.once?.value, values });
  });
}

function giveBack() {
  const sent = read();
  if (!sent) return;
  const followed = (performance.getEntriesByType("navigation")[0]?.type ?? "navigate") === "navigate" && document.referrer.split("#")[0] === sent.page;
  if (followed || sent.person !== document.body.dataset.person) { write(null); return; } // this page is the answer, or somebody else is here
  if (sent.page !== here()) return;
  const form = [...document.querySelectorAll("main form")].find((one) => one.action === sent.action);
  if (!form) { shownAside(sent.values, () => write(null)); return; }
  if (sent.once && form.elements.once) form.elements.once.value = sent.once;
  fill(form, sent);
}

function read() {
  try { return JSON.parse(sessionStorage.getItem(SENT)); } catch { return null; }
}

function write(record) {
  try { if (record) sessionStorage.setItem(SENT, JSON.stringify(record)); else sessionStorage.removeItem(SENT); } catch { /* nothing is remembered */ }
}
