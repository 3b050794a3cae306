// One request per file: made smaller on this device, progress, picture, the server's sentence when it refuses, another try, removal.
// Without it the form carries the files.
import { tell } from "./forms.js";
import { post, text, token } from "./texts.js";

const LONGEST = 2560; // pixels of the longer side of a photo that is sent
const WORTH = 1.5 * 1024 * 1024; // smaller photos go as they are
const AT_ONCE = 2;
const HALF = "tingsu.upload:"; // in the store of this tab: uploads that were cut
const IN_PIECES = 512 * 1024; // larger files go on after a cut
const STALLED = 60000; // so long without a byte, the line is dead
const PICTURE = /^image\/(jpeg|png|webp)$/;

export function startUploads() {
  for (const area of document.querySelectorAll("[data-upload]")) prepare(area);
}

function prepare(area) {
  const input = area.querySelector("input[type=file]");
  const list = area.querySelector("[data-files]");
  const drop = area.querySelector(".drop");
  for (const button of area.querySelectorAll("[data-shown-by-script]")) button.hidden = false;
  const waiting = [];
  let running = 0;
  const next = () => {
    while (running < AT_ONCE && waiting.length) {
      running += 1;
      waiting.shift()().finally(() => { running -= 1; next(); });
    }
  };
  const take = (file) => {
    list.querySelector(`[data-half="${CSS.escape(file.name)}"]`)?.remove();
    const row = rowFor(area, list, file);
    const most = Number(area.dataset.most || 0);
    const start = () => { waiting.push(() => send(area, row, file, start)); next(); };
    if (most && file.size > most && !PICTURE.test(file.type)) {
      refuse(row, text("too_large", { name: file.name, size: size(file.size), limit: size(most) }));
      return;
    }
    start();
  };
  input.addEventListener("change", () => {
    for (const file of input.files) take(file);
    input.value = "";
  });
  for (const kind of ["dragenter", "dragover"]) drop.addEventListener(kind, () => drop.classList.add("over"));
  for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("over"));
  area.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-remove]");
    if (!button) return;
    event.preventDefault();
    const row = button.closest("[data-file]");
    if (button.getAttribute("formaction")) {
      const answer = await post(button.getAttribute("formaction")).catch(() => null);
      if (!answer?.ok) {
        tell(button, text("not_removed"));
        return;
      }
    }
    row.remove();
    input.focus();
  });
  hold(area);
  if (area.dataset.resumable && Object.keys(sessionStorage).some((key) => key.startsWith(HALF))) {
    import("./resumable.js").then(({ unfinished, forgetUnfinished }) => {
      for (const one of unfinished()) list.append(halfRow(area, one, () => forgetUnfinished(one)));
    });
  }
}

// What was on its way when the page went: a browser gives no file to a page twice, so the person chooses it again.
function halfRow(area, one, forget) {
  const row = element("div", "file");
  row.dataset.file = "";
  row.setAttribute("role", "status");
  const away = element("button", "btn btn-text", "×");
  away.type = "button";
  away.dataset.remove = "";
  away.setAttribute("aria-label", text("remove", { name: one.name }));
  away.addEventListener("click", forget);
  row.append(icon(area), element("b", "", one.name), element("span", "hint", text("unfinished", { percent: one.percent })), away);
  row.dataset.half = one.name;
  return row;
}

// The next page would take away what is still on its way: the form waits for it and goes on by itself. A photo that was
// lost on the way stops it once.
function hold(area) {
  const form = area.closest("form");
  let warned = false;
  form.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (button?.hasAttribute("formaction")) return;
    if (area.querySelector("progress")) {
      event.preventDefault();
      event.stopImmediatePropagation();
      if (button) tell(button, text("photos_first"));
      const look = setInterval(() => {
        if (area.querySelector("progress")) return;
        clearInterval(look);
        form.querySelector("[data-told]")?.remove();
        if (form.isConnected) form.requestSubmit(button);
      }, 300);
      return;
    }
    const retry = area.querySelector("[data-retry]");
    if (retry && !warned) {
      event.preventDefault();
      event.stopImmediatePropagation();
      warned = true;
      if (button) tell(button, text("photos_lost"));
      retry.focus();
    }
  });
}

// A photo of a telephone has several times the pixels that anybody looks at; what cannot be made smaller goes as it is.
async function smaller(file) {
  if (!PICTURE.test(file.type) || file.size < WORTH || !window.createImageBitmap) return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const part = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(picture.width * part);
    canvas.height = Math.round(picture.height * part);
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#fff";
    pen.fillRect(0, 0, canvas.width, canvas.height);
    pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const made = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
    if (!made || made.size >= file.size) return file;
    return new File([made], file.name.replace(/\.[^.]*$/, "") + ".jpg", { type: "image/jpeg" });
  } catch {
    return file;
  }
}

function rowFor(area, list, file) {
  const row = element("div", "file");
  row.dataset.file = "";
  row.setAttribute("role", "status");
  row.append(PICTURE.test(file.type) ? picture(file, area) : icon(area), element("b", "", file.name));
  list.append(row);
  return row;
}

// What this browser cannot draw (HEIC under the name of a JPEG) is shown as a file.
function picture(file, area) {
  const shown = document.createElement("img");
  shown.className = "file-picture";
  shown.alt = "";
  shown.width = shown.height = 48;
  shown.src = URL.createObjectURL(file);
  shown.addEventListener("load", () => URL.revokeObjectURL(shown.src), { once: true });
  shown.addEventListener("error", () => {
    URL.revokeObjectURL(shown.src);
    shown.replaceWith(icon(area));
  }, { once: true });
  return shown;
}

async function send(area, row, original, again) {
  for (const old of row.querySelectorAll(".hint, progress, .field-error, button")) old.remove();
  const state = element("span", "hint", text("uploading", { percent: 0 }));
  const bar = document.createElement("progress");
  bar.max = 100;
  bar.value = 0;
  bar.setAttribute("aria-label", original.name);
  row.append(state, bar);
  const file = await smaller(original);
  const most = Number(area.dataset.most || 0);
  if (most && file.size > most) {
    state.remove();
    bar.remove();
    refuse(row, text("too_large", { name: file.name, size: size(file.size), limit: size(most) }));
    return;
  }
  const progress = (percent) => {
    bar.value = percent;
    state.textContent = text("uploading", { percent });
  };
  const request = area.dataset.resumable && file.size > IN_PIECES
    ? await (await import("./resumable.js")).sendInPieces(area.dataset.resumable, original, file, progress)
    : await sent(area.dataset.upload, file, progress);
  bar.remove();
  const taken = request.response?.files?.[0];
  if (taken) {
    state.textContent = `${size(taken.size)} · ${text("received")}`;
    row.insertBefore(removal(taken), state);
    return;
  }
  state.remove();
  const said = request.response?.refused?.[0];
  const why = request.status >= 500 ? "upload_not_kept" : "upload_failed";
  refuse(row, said ?? text(why, { name: file.name }), said && request.status < 500 ? null : again);
}

function sent(address, file, tell) {
  return new Promise((done) => {
    const request = new XMLHttpRequest();
    request.open("POST", address);
    request.setRequestHeader("X-CSRFToken", token());
    request.setRequestHeader("X-Requested-With", "fetch");
    request.responseType = "json";
    let stalled = setTimeout(() => request.abort(), STALLED);
    request.upload.addEventListener("progress", (event) => {
      clearTimeout(stalled);
      stalled = setTimeout(() => request.abort(), STALLED);
      tell(event.lengthComputable ? Math.round((100 * event.loaded) / event.total) : 0);
    });
    request.addEventListener("loadend", () => { clearTimeout(stalled); done(request); });
    const data = new FormData();
    data.append("files", file);
    request.send(data);
  });
}

// Why it was not taken: can be sent once more where the line was at fault, and put away.
function refuse(row, sentence, again = null) {
  const away = element("button", "btn btn-text", "×");
  away.type = "button";
  away.dataset.remove = "";
  away.setAttribute("aria-label", text("dismiss"));
  const why = element("p", "field-error", sentence);
  why.setAttribute("role", "alert");
  row.append(away, why);
  if (again) {
    const retry = element("button", "btn", text("try_again"));
    retry.type = "button";
    retry.dataset.retry = "";
    retry.addEventListener("click", again);
    row.append(retry);
    window.addEventListener("online", () => { if (retry.isConnected) again(); }, { once: true });
  }
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

/** As the server says it after a reload (`filesizeformat`: one decimal, a half goes to the even one). */
function size(bytes) {
  if (bytes < 1024) return text("bytes", { count: bytes });
  const [unit, name] = bytes < 1024 * 1024 ? [1024, "KB"] : [1024 * 1024, "MB"];
  const tenths = (bytes / unit) * 10;
  const near = tenths % 1 === 0.5 ? 2 * Math.round(tenths / 2) : Math.round(tenths);
  return `${(near / 10).toFixed(1)}\u00a0${name}`;
}
