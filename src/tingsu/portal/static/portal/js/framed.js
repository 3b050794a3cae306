// Inside the panel of a widget: pages that may not stand in a frame open beside it, and Escape closes the panel.

const STAYS = ["/submit/", "/ask/", "/embed/", "/i18n/", "/mode/"];

export function startFramed(parent = window.parent) {
  if (parent === window) return;
  parent.postMessage({ tingsu: "ready" }, "*");
  for (const link of document.querySelectorAll("a[href]")) {
    const url = new URL(link.href, location.href);
    const stays = url.origin === location.origin && STAYS.some((part) => url.pathname.includes(part));
    if (!stays && url.protocol.startsWith("http") && !link.getAttribute("href").startsWith("#")) {
      link.target = "_blank";
      link.rel = "noopener";
    }
  }
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.defaultPrevented) parent.postMessage({ tingsu: "close" }, "*");
  });
}
