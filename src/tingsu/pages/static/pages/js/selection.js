// Choosing rows: boxes, Shift ranges, "all"; the bottom bar becomes the bulk bar, so nothing moves.
const CASES = "[data-row] input[name=case]";

export function startSelection() {
  let last = null;
  const boxes = () => [...document.querySelectorAll(CASES)];
  const refresh = () => {
    const bar = document.querySelector("[data-bulk-bar]");
    if (!bar) return;
    const all = boxes(), chosen = all.filter((box) => box.checked);
    bar.toggleAttribute("data-selecting", chosen.length > 0);
    bar.querySelectorAll("[data-when-selecting]").forEach((one) => { one.hidden = chosen.length === 0; });
    bar.querySelectorAll("[data-when-idle]").forEach((one) => { one.hidden = chosen.length > 0; });
    const count = bar.querySelector("[data-selected-count]");
    if (count) count.textContent = String(chosen.length);
    const head = document.querySelector("[data-select-all]");
    if (head) { head.checked = chosen.length > 0 && chosen.length === all.length; head.indeterminate = chosen.length > 0 && chosen.length < all.length; }
    all.forEach((box) => box.closest("[data-row]").toggleAttribute("data-selected", box.checked));
  };
  document.addEventListener("click", (event) => {
    const box = event.target.closest(CASES);
    if (box) {
      if (event.shiftKey && last) selectRange(boxes(), last, box, box.checked);
      last = box;
      refresh();
    }
    if (event.target.closest("[data-select-none]")) { boxes().forEach((one) => { one.checked = false; }); refresh(); }
  });
  document.addEventListener("change", (event) => {
    if (!event.target.matches("[data-select-all]")) return;
    boxes().forEach((box) => { box.checked = event.target.checked; });
    refresh();
  });
  document.addEventListener("tingsu:select", (event) => {
    const box = event.detail.row.querySelector("input[name=case]");
    if (!box) return;
    box.checked = event.detail.range ? true : !box.checked;
    if (event.detail.range && last) selectRange(boxes(), last, box, true);
    last = box;
    refresh();
  });
  document.addEventListener("htmx:afterSettle", refresh);
  refresh();
}

function selectRange(all, from, to, checked) {
  const [start, end] = [all.indexOf(from), all.indexOf(to)].sort((a, b) => a - b);
  if (start < 0) return;
  for (const box of all.slice(start, end + 1)) box.checked = checked;
}
