// The grid of slips by keyboard: Enter goes to the same field of the next slip, Ctrl D takes what stands above. An input method that
// composes keeps its keys.
const form = document.getElementById("slips");
const slips = [...form.querySelectorAll("[data-slip]")];
const COPIED = ["problem_type", "category", "product", "received_at", "signed_by", "fate"];

function named(one) {
  return one.name.replace(/^s\d+-/, "");
}

function place(one) {
  return slips.indexOf(one.closest("[data-slip]"));
}

function fields(slip, name) {
  return slip ? [...slip.querySelectorAll("input, select, textarea")].filter((one) => one.name && named(one) === name) : [];
}

function copy(from, to, name) {
  const above = fields(from, name), here = fields(to, name);
  here.forEach((one, index) => {
    if (one.type === "file" || !above[index]) return;
    if (["radio", "checkbox"].includes(one.type)) one.checked = above[index].checked;
    else one.value = above[index].value;
    one.dispatchEvent(new Event("input", { bubbles: true }));
    one.dispatchEvent(new Event("change", { bubbles: true }));
  });
}

form.addEventListener("keydown", (event) => {
  const one = event.target, at = place(one);
  if (event.isComposing || event.keyCode === 229 || at < 0 || !one.name) return;
  if (event.key === "Enter" && !event.shiftKey && !event.ctrlKey && !event.metaKey && !event.altKey && one.type !== "file") {
    event.preventDefault();
    const next = fields(slips[at + 1], named(one)).find((other) => other.type !== "radio" || other.value === one.value);
    (next ?? form.querySelector("[data-send]")).focus();
  } else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "d" && !event.shiftKey && !event.altKey) {
    event.preventDefault();
    if (at > 0) copy(slips[at - 1], slips[at], named(one));
  }
});

form.addEventListener("click", (event) => {
  if (!event.target.closest("[data-copy-line]")) return;
  const at = place(event.target);
  for (const name of COPIED) copy(slips[at - 1], slips[at], name);
  fields(slips[at], "description")[0].focus();
});
