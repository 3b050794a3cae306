// Columns and density of the queue change at once and are kept behind the page; another order asks for it anew. A refusal is told.
import { forEachNew, text } from "./texts.js";
import { showToast } from "./toasts.js";

export function startLooks() {
  forEachNew("form[data-look]", (form) => form.addEventListener("change", (event) => {
    const table = document.querySelector("table.queue"), data = new FormData(form);
    const shown = data.getAll("column");
    for (const box of form.querySelectorAll("[name=column]")) table?.classList.toggle(`hide-${box.value}`, !shown.includes(box.value));
    table?.classList.toggle("queue-compact", data.get("density") === "compact");
    fetch(form.action, { method: "POST", body: new URLSearchParams(data), redirect: "manual" })
      .then((answer) => {
        if (answer.status >= 400) throw new Error(String(answer.status));
        if (event.target.name === "order") window.location.reload();
      })
      .catch(() => showToast({ message: text("not_sent"), level: "error" }));
  }));
}
