// After htmx swapped a piece: keep the focus, and say failures. A dialog's form that succeeded closes its dialog.
import { hasLine, unanswered } from "./line.js";
import { text } from "./texts.js";
import { showToast } from "./toasts.js";

const formOf = (event) => (event.detail.requestConfig.elt ?? event.detail.elt)?.closest?.("form");

export function startSwaps() {
  let held = null;
  document.addEventListener("htmx:beforeSwap", () => { held = document.activeElement?.id || null; });
  document.addEventListener("htmx:afterSettle", (event) => {
    if (document.activeElement !== document.body) return;
    // What fills in by itself after the page opened takes the focus from nobody.
    if (event.detail.requestConfig?.elt?.getAttribute?.("hx-trigger") === "load") return;
    const again = held && document.getElementById(held);
    if (again) again.focus();
    else {
      const heading = event.detail.elt?.querySelector?.("h1, h2, h3");
      if (heading) { heading.tabIndex = -1; heading.focus(); }
    }
  });
  for (const kind of ["htmx:sendError", "htmx:timeout"]) {
    document.addEventListener(kind, (event) => {
      const sent = hasLine() && event.detail?.requestConfig?.verb === "post"; // it may have arrived: only the answer is missing
      showToast({ message: text(sent ? unanswered(formOf(event)) : "not_sent"), level: "error" });
    });
  }
  document.addEventListener("htmx:responseError", (event) => {
    const status = event.detail.xhr.status;
    if (status === 422 || event.detail.elt.closest?.("[data-poll]")) return;
    const page = new DOMParser().parseFromString(event.detail.xhr.responseText, "text/html");
    const ours = page.querySelector("body.error-page h1")?.textContent.trim();
    const passing = status >= 502 && event.detail.requestConfig?.verb === "post"; // said by something between us: nobody knows what became of it
    showToast({ message: ours || text(passing ? unanswered(formOf(event)) : "refused", { status }), level: "error" });
  });
  document.addEventListener("htmx:configRequest", (event) => {
    const token = document.querySelector("meta[name=csrf]")?.content;
    if (token) event.detail.headers["X-CSRFToken"] = token;
  });
}
