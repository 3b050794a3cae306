// Sentences of the scripts in the page's language: one JSON block, ids as keys.
let texts = null;

export function text(key, values = {}) {
  texts ??= JSON.parse(document.getElementById("portal-texts")?.textContent || '""') || {};
  return (texts[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

export function token() {
  return document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
}

export function post(address, body = new FormData()) {
  return fetch(address, { method: "POST", body, headers: { "X-CSRFToken": token(), "X-Requested-With": "fetch" }, credentials: "same-origin" });
}
