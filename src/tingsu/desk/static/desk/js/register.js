// Phone registration: how long it takes, what is missing, and hints that follow the story.
import { text } from "../../pages/js/texts.js";

const form = document.getElementById("register");
const timer = document.querySelector("[data-timer]");
const began = Date.now();
setInterval(() => {
  const seconds = Math.floor((Date.now() - began) / 1000);
  timer.textContent = `${String(Math.floor(seconds / 60)).padStart(2, "0")}:${String(seconds % 60).padStart(2, "0")}`;
}, 1000);

const value = (name) => [...form.elements].filter((one) => one.name === name && (!["radio", "checkbox"].includes(one.type) || one.checked)).map((one) => one.value.trim()).join("");
const missing = document.querySelector("[data-missing]");
function sayMissing() {
  const lacking = [];
  if (!value("description")) lacking.push(text("story"));
  if (!value("problem_type")) lacking.push(text("problem_type"));
  const reachable = ["phone", "email", "address", "agent_phone", "agent_email", "contact_phone"].some(value);
  if (!reachable && !value("anonymous")) lacking.push(text("contact"));
  missing.textContent = lacking.length ? text("missing", { what: lacking.join(text("comma")) }) : text("nothing_missing");
}

// One writes while one listens: the story is open for it at once. On a telephone the keyboard would cover the form.
const taken = document.activeElement !== document.body || document.querySelector("[autofocus]") || form.querySelector(".error-summary");
if (!taken && matchMedia("(min-width: 75rem)").matches) form.elements.description.focus();

// An amount says that this is asked for.
form.addEventListener("input", (event) => {
  if (!event.target.classList.contains("demand-amount") || !event.target.value.trim()) return;
  event.target.parentElement.querySelector("input[type=checkbox]").checked = true;
});

let waiting = null;
form.addEventListener("input", (event) => {
  sayMissing();
  if (!["description", "phone", "order_number", "summary", "problem_type", "product", "branch"].includes(event.target.name)) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => document.getElementById("hints").dispatchEvent(new CustomEvent("tingsu:hints")), 900);
});
form.addEventListener("change", sayMissing);
sayMissing();

// Ctrl ; ticks the next step of the script, without leaving the field one writes in.
document.addEventListener("keydown", (event) => {
  if (!(event.ctrlKey || event.metaKey) || event.code !== "Semicolon") return;
  const next = document.querySelector(".script input:not(:checked)");
  if (!next) return;
  event.preventDefault();
  next.checked = true;
  next.dispatchEvent(new Event("change", { bubbles: true }));
  next.closest("li").scrollIntoView({ block: "nearest" });
  document.querySelector("[data-script-state]").textContent = next.labels[0].textContent;
});
