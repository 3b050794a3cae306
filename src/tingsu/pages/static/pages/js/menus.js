// Menus are <details>; this closes them on a click outside, on Esc, and when another one opens. Also the phone's navigation.
export function startMenus() {
  const close = (menu, focus) => {
    menu.open = false;
    if (focus) menu.querySelector("summary").focus();
  };
  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.menu[open]").forEach((menu) => {
      if (!menu.contains(event.target)) close(menu, false);
    });
    const switcher = event.target.closest("[data-nav-open]");
    const nav = document.querySelector(".nav");
    if (switcher) setNav(nav, !nav.hasAttribute("data-open"), switcher);
    else if (nav?.hasAttribute("data-open") && !nav.contains(event.target)) setNav(nav, false);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    const open = [...document.querySelectorAll("details.menu[open]")].pop();
    const nav = document.querySelector(".nav[data-open]");
    if (open) { close(open, true); event.stopPropagation(); }
    else if (nav) setNav(nav, false);
  }, true);
}

function setNav(nav, open) {
  const switcher = document.querySelector("[data-nav-open]");
  nav.toggleAttribute("data-open", open);
  switcher?.setAttribute("aria-expanded", String(open));
  if (open) nav.querySelector("a")?.focus();
  else switcher?.focus();
}
