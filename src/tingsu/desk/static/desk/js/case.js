// The case page: composer modes, reasons that a date asks for, the newest entry, parts on narrow screens, folded panels.
import { forEachNew, memory } from "../../pages/js/texts.js";

forEachNew("form[data-composer]", (form) => {
  const switches = [...form.querySelectorAll("[data-mode-switch]")];
  const apply = (one) => {
    if (form.dataset.mode === one.value) return;
    form.dispatchEvent(new CustomEvent("tingsu:mode-leaves"));
    form.dataset.mode = one.value;
    form.dispatchEvent(new CustomEvent("tingsu:mode-comes"));
  };
  switches.forEach((one) => {
    one.addEventListener("change", () => apply(one));
    one.addEventListener("click", () => { apply(one); form.querySelector("textarea").focus(); });
  });
  // A ready-made reply is put where the text is written, after what stands there; its first open place is marked.
  // So is a wording of the knowledge base, which stands beside the case: it goes into the way that writes to the complainant.
  document.addEventListener("click", (event) => {
    const ready = event.target.closest("[data-reply-text]");
    if (!ready || !document.contains(form)) return;
    event.preventDefault();
    const menu = ready.closest("details.menu");
    if (menu) menu.open = false;
    const sends = switches.find((one) => one.value === form.dataset.sends);
    if (sends && form.dataset.mode !== form.dataset.sends) { sends.checked = true; apply(sends); }
    const area = form.querySelector("textarea");
    const before = area.value.trim() ? `${area.value.trimEnd()}\n\n` : "";
    area.value = before + ready.dataset.replyText;
    area.dispatchEvent(new Event("input", { bubbles: true }));
    area.focus();
    const open = area.value.indexOf("〔", before.length);
    if (open >= 0) area.setSelectionRange(open, area.value.indexOf("〕", open) + 1);
    if (!ready.dataset.used) return;
    const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
    fetch(ready.dataset.used, { method: "POST", headers: { "X-CSRFToken": token } }).catch(() => { /* put in all the same */ });
  });
  const reasons = [...form.querySelectorAll("[data-reason-of]")];
  const ask = () => reasons.forEach((one) => {
    const date = form.elements[one.dataset.reasonOf]?.value ?? "";
    const written = [...one.querySelectorAll("input")].some((input) => input.value);
    one.hidden = !("owed" in one.dataset || written || (one.dataset.reasonAfter && date > one.dataset.reasonAfter));
  });
  form.addEventListener("input", ask);
  form.addEventListener("change", ask);
  ask();
});

// The history opens where it is newest: at what is new since one looked, else at its end. The composer sticks to the foot of the
// window: as long as it would lie over the end of the history, the history ends above it, and grows as the page is scrolled.
const LEAST = 160;
forEachNew("[data-newest]", (box) => {
  const composer = document.querySelector("form[data-composer]");
  const fit = () => {
    const sticks = getComputedStyle(composer).position === "sticky";
    const room = window.innerHeight - composer.offsetHeight - box.getBoundingClientRect().top;
    if (sticks) box.style.setProperty("--room", `${Math.max(room, LEAST)}px`); else box.style.removeProperty("--room");
  };
  if (composer) {
    fit();
    new ResizeObserver(fit).observe(composer);
    for (const kind of ["scroll", "resize"]) window.addEventListener(kind, fit, { passive: true });
  }
  const fresh = box.querySelector(".entry-fresh");
  box.scrollTop = fresh ? fresh.offsetTop - box.offsetTop : box.scrollHeight;
});

document.addEventListener("click", (event) => {
  const tab = event.target.closest("[data-case-tab]");
  if (!tab) return;
  document.querySelector(".case-columns").dataset.tab = tab.dataset.caseTab;
  document.querySelectorAll("[data-case-tab]").forEach((one) => one.setAttribute("aria-pressed", String(one === tab)));
});

const key = "tingsu-folded";
const folded = new Set(JSON.parse(memory.get(key) ?? "[]"));
forEachNew("[data-panel]", (panel) => {
  if (folded.has(panel.dataset.panel)) panel.open = false;
  panel.addEventListener("toggle", () => {
    if (panel.open) folded.delete(panel.dataset.panel);
    else folded.add(panel.dataset.panel);
    memory.set(key, JSON.stringify([...folded]));
  });
});
