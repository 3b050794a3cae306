// Menus are <details>; this closes them on a click outside, on Esc, and when another one opens, and keeps an open one inside the
// window, wherever its summary stands in a row that wrapped. Also the phone's navigation.
const EDGE = 8;

export function startMenus() {
  const close = (menu, focus) => {
    menu.open = false;
    if (focus) menu.querySelector("summary").focus();
  };
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) close(menu, false);
    });
    const folded = event.target.closest(".nav-fold > summary")?.parentElement;
    if (folded) keepFold(folded.dataset.fold, !folded.open);
    const switcher = event.target.closest("[data-nav-open]");
    const nav = document.querySelector(".nav");
    if (switcher) setNav(nav, !nav.hasAttribute("data-open"), switcher);
    else if (nav?.hasAttribute("data-open") && !nav.contains(event.target)) setNav(nav, false);
  });
  document.addEventListener("toggle", ({ target }) => {
    const list = target.matches?.("details.menu[open]") && target.querySelector(":scope > .menu-list");
    if (!list) return;
    list.style.translate = "";
    const { left, right } = list.getBoundingClientRect();
    const over = Math.max(right + EDGE - document.documentElement.clientWidth, 0);
    const moved = over ? Math.min(over, Math.max(left - EDGE, 0)) : Math.min(left - EDGE, 0);
    if (moved) list.style.translate = `${-moved}px`;
  }, true);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const dialog = document.querySelector("dialog:modal");
    const open = [...(dialog ?? document).querySelectorAll("details.menu[open]")].pop();
    if (dialog && !open) return;
    const nav = document.querySelector(".nav[data-open]");
    if (open) { close(open, true); event.stopPropagation(); if (dialog) event.preventDefault(); }
    else if (nav) setNav(nav, false);
  }, true);
}

// Which groups of the navigation stand open on this device: the server draws them so on the next page.
function keepFold(group, open) {
  const kept = document.cookie.match(/(?:^|; )tingsu_nav=([^;]*)/)?.[1] ?? "";
  const others = kept.split(".").filter((pair) => pair && !pair.startsWith(`${group}:`));
  document.cookie = `tingsu_nav=${[...others, `${group}:${open ? 1 : 0}`].join(".")};path=/;max-age=31536000;samesite=lax`;
}

function setNav(nav, open) {
  const switcher = document.querySelector("[data-nav-open]");
  nav.toggleAttribute("data-open", open);
  switcher?.setAttribute("aria-expanded", String(open));
  if (open) nav.querySelector("a")?.focus();
  else switcher?.focus();
}
