// One request per file: progress, the server's sentence when it refuses, removal. Without it the form carries the files.
import { post, text, token } from "./texts.js";

export function startUploads() {
  for (const area of document.querySelectorAll("[data-upload]")) prepare(area);
}

function prepare(area) {
  const input = area.querySelector("input[type=file]");
  const list = area.querySelector("[data-files]");
  const drop = area.querySelector(".drop");
  input.addEventListener("change", () => {
    for (const file of input.files) send(area, list, file);
    input.value = "";
  });
  for (const kind of ["dragenter", "dragover"]) drop.addEventListener(kind, () => drop.classList.add("over"));
  for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("over"));
  list.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-remove]");
    if (!button) return;
    event.preventDefault();
    const row = button.closest("[data-file]");
    if (button.formAction && button.getAttribute("formaction")) {
      const answer = await post(button.getAttribute("formaction"));
      if (!answer.ok) return;
    }
    row.remove();
    input.focus();
  });
}

function send(area, list, file) {
  const row = element("div", "file");
  row.dataset.file = "";
  row.setAttribute("role", "status");
  const name = element("b", "", file.name);
  const state = element("span", "hint", text("uploading", { percent: 0 }));
  const bar = document.createElement("progress");
  bar.max = 100;
  bar.value = 0;
  bar.setAttribute("aria-label", file.name);
  row.append(icon(area), name, state, bar);
  list.append(row);

  const request = new XMLHttpRequest();
  request.open("POST", area.dataset.upload);
  request.setRequestHeader("X-CSRFToken", token());
  request.setRequestHeader("X-Requested-With", "fetch");
  request.responseType = "json";
  request.upload.addEventListener("progress", (event) => {
    const percent = event.lengthComputable ? Math.round((100 * event.loaded) / event.total) : 0;
    bar.value = percent;
    state.textContent = text("uploading", { percent });
  });
  request.addEventListener("loadend", () => {
    bar.remove();
    const taken = request.response?.files?.[0];
    if (taken) {
      state.textContent = `${size(taken.size)} · ${text("received")}`;
      row.insertBefore(removal(taken), state);
      return;
    }
    state.remove();
    const why = element("p", "field-error", request.response?.refused?.[0] ?? text("upload_failed", { name: file.name }));
    why.setAttribute("role", "alert");
    row.append(why);
  });
  const data = new FormData();
  data.append("files", file);
  request.send(data);
}

function removal(taken) {
  const button = element("button", "btn btn-text", "×");
  button.type = "button";
  button.dataset.remove = "";
  button.setAttribute("aria-label", text("remove", { name: taken.name }));
  if (taken.remove_url) button.setAttribute("formaction", taken.remove_url);
  return button;
}

function element(tag, css, words = "") {
  const made = document.createElement(tag);
  if (css) made.className = css;
  made.textContent = words;
  return made;
}

function icon(area) {
  const use = area.querySelector(".drop use").getAttribute("href").replace(/#.*/, "#file");
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const ref = document.createElementNS("http://www.w3.org/2000/svg", "use");
  ref.setAttribute("href", use);
  svg.append(ref);
  return svg;
}

function size(bytes) {
  return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}
