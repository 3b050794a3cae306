// Forms made from the process table: fields asked for only "when", and tables that grow by a line.
import { addLine } from "./lines.js";
import { forEachNew, text } from "./texts.js";

export function startSteps() {
  forEachNew("form[data-step]", (form) => {
    const refresh = () => form.querySelectorAll("[data-when]").forEach((one) => {
      const [name, wanted] = one.dataset.when.split("=");
      const given = valuesOf(form, name);
      const show = wanted.split("|").some((code) => given.some((value) => value === code || value.startsWith(`${code}.`)));
      one.hidden = !show;
      one.querySelectorAll("input, select, textarea").forEach((input) => { input.disabled = !show; });
    });
    form.addEventListener("change", refresh);
    form.addEventListener("input", () => form.querySelectorAll("[data-sum]").forEach(sum));
    form.querySelectorAll("[data-sum]").forEach(sum);
    form.addEventListener("click", (event) => {
      const adder = event.target.closest("[data-add-line]");
      if (!adder) return;
      const table = adder.closest("[data-lines]");
      addLine(table)?.focus();
      refresh();
    });
    refresh();
  });
}

// The total of the amounts in a table, while they are typed.
function sum(output) {
  const amounts = [...output.closest("[data-lines]").querySelectorAll("[data-line] input[inputmode=decimal]")];
  const total = amounts.reduce((so, one) => so + (Number(one.value.normalize("NFKC").replace(/[,¥元\s]/g, "")) || 0), 0);
  output.textContent = total ? text("total", { amount: `¥${total.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}` }) : "";
}

function valuesOf(form, name) {
  const inputs = [...form.elements].filter((one) => one.name === name);
  if (inputs.length === 1 && inputs[0].type === "checkbox") return [inputs[0].checked ? "yes" : "no"];
  return inputs.filter((one) => !["checkbox", "radio"].includes(one.type) || one.checked).map((one) => one.value);
}
