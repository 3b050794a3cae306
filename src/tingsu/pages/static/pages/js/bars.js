// Bars that stay in sight: each may take its share of the window. One that would take more, with large letters or a small
// window, scrolls with its page; and whatever gets the focus stays clear of those that remain (WCAG 2.4.11).
const BARS = [[".top", "top", 0.25], [".call-bar", "top", 0.25], [".foot-bar", "bottom", 0.25], [".save-bar", "bottom", 0.25], [".bar", "bottom", 0.25], [".composer", "bottom", 0.6]];
const GAP = 12;

function measure() {
  const room = window.innerHeight, taken = { top: 0, bottom: 0 };
  for (const [selector, side, share] of BARS) {
    for (const bar of document.querySelectorAll(selector)) {
      const height = bar.offsetHeight;
      // What somebody writes in does not move under the hands.
      if (!bar.contains(document.activeElement)) bar.toggleAttribute("data-tall", height > room * share);
      const style = getComputedStyle(bar);
      if (style.position !== "sticky" || !height) continue;
      taken[side] = Math.max(taken[side], height + (parseFloat(style[side]) || 0));
    }
  }
  const root = document.documentElement;
  root.style.setProperty("--top-bar", `${document.querySelector(".top:not([data-tall])")?.offsetHeight ?? 0}px`);
  root.style.scrollPaddingTop = `${taken.top + headOf()}px`;
  root.style.scrollPaddingBottom = `${taken.bottom + GAP}px`;
}

// Heads of long tables stand below the bar at the top.
function headOf() {
  const heads = [...document.querySelectorAll(".table-sticky thead, .queue .group-row")].slice(0, 2).filter((one) => getComputedStyle(one.matches("thead") ? one.querySelector("th") ?? one : one).position === "sticky");
  return heads.reduce((sum, one) => sum + one.offsetHeight, GAP);
}

export function startBars() {
  const watch = new ResizeObserver(measure);
  for (const [selector] of BARS) for (const bar of document.querySelectorAll(selector)) watch.observe(bar);
  window.addEventListener("resize", measure);
  measure();
}
