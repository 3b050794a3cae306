// The case page: composer modes, which part is shown on narrow screens, panels that remember being folded.
import { forEachNew, memory } from "../../pages/js/texts.js";

forEachNew("form[data-composer]", (form) => {
  const switches = [...form.querySelectorAll("[data-mode-switch]")];
  const apply = (one) => { form.dataset.mode = one.value; };
  switches.forEach((one) => {
    one.addEventListener("change", () => apply(one));
    one.addEventListener("click", () => { apply(one); form.querySelector("textarea").focus(); });
  });
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
