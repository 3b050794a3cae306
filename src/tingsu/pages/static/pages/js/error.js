// On a page that says what went wrong: what was sent did not arrive, so its draft stays; it is said only where one is kept.
import { sending } from "./sending.js";
import { memory } from "./texts.js";

const { key, from } = sending.get() ?? {};
sending.clear();
const kept = document.querySelector("[data-draft-kept]");
if (kept && key && memory.get(key)) {
  kept.querySelector("a").href = from;
  kept.hidden = false;
}
