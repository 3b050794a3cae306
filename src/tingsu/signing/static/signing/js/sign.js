// Draws a signature with finger, pen or mouse. Without this script, and by choice, the typed name signs.
import SignaturePad from "../../vendor/signature_pad/signature_pad.min.js";

for (const form of document.querySelectorAll("[data-sign]")) start(form);

function start(form) {
  const canvas = form.querySelector("[data-pad]"), kept = form.querySelector("[data-drawing]");
  const ways = form.querySelector("[data-ways]"), field = form.querySelector("[data-pad-field]");
  const chosen = () => form.querySelector('[name="way"]:checked');
  const refused = form.querySelector(".error-summary") !== null;
  ways.hidden = false;
  if (!refused) form.querySelector('[name="way"][value="drawn"]').checked = true;
  const pad = new SignaturePad(canvas, { penColor: "#000", backgroundColor: "rgba(255,255,255,0)" });
  const keep = () => { kept.value = pad.isEmpty() ? "" : pad.toDataURL("image/png"); };

  function fit() {
    if (field.hidden) return;
    const sharp = Math.min(Math.max(window.devicePixelRatio || 1, 1), 3), strokes = pad.toData();
    canvas.width = canvas.offsetWidth * sharp;
    canvas.height = canvas.offsetHeight * sharp;
    canvas.getContext("2d").scale(sharp, sharp);
    pad.clear();
    if (strokes.length) pad.fromData(strokes);
    else if (kept.value) pad.fromDataURL(kept.value, { ratio: 1, width: canvas.offsetWidth, height: canvas.offsetHeight });
  }
  function show() {
    field.hidden = chosen()?.value !== "drawn";
    fit();
  }
  pad.addEventListener("endStroke", keep);
  form.querySelector("[data-pad-clear]").addEventListener("click", () => { pad.clear(); kept.value = ""; });
  ways.addEventListener("change", show);
  let width = window.innerWidth;
  window.addEventListener("resize", () => { if (window.innerWidth !== width) { width = window.innerWidth; fit(); } });
  show();
}
