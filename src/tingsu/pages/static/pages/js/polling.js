// Asks again every data-poll seconds while the page is looked at. htmx listens for the event "tingsu:poll".
import { hasLine } from "./line.js";
import { forEachNew } from "./texts.js";

export function startPolling() {
  forEachNew("[data-poll]", (one) => {
    const timer = setInterval(() => {
      if (!one.isConnected) { clearInterval(timer); return; }
      if (!document.hidden && hasLine()) one.dispatchEvent(new CustomEvent("tingsu:poll"));
    }, 1000 * Number(one.dataset.poll));
  });
}
