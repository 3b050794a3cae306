// Light or dark: follows the system until the person chooses. The cookie lets the server draw the right one at once.
export function startTheme() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-theme-switch]");
    if (!button) return;
    const root = document.documentElement;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    document.cookie = `tingsu_theme=${root.dataset.theme};path=/;max-age=31536000;samesite=lax`;
    document.querySelectorAll("[data-theme-switch]").forEach((one) => one.setAttribute("aria-pressed", String(!dark)));
    saveToAccount(root.dataset.theme);
    event.preventDefault();
  });
}

// Best effort: the cookie already holds the choice on this device.
function saveToAccount(theme) {
  const address = document.body.dataset.account, token = document.querySelector("meta[name=csrf]")?.content;
  if (address && token) {
    fetch(address, { method: "POST", headers: { "X-CSRFToken": token }, body: new URLSearchParams({ theme }), redirect: "manual" }).catch(() => {});
  }
}
