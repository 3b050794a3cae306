// Sentences the scripts need, in the page's language: one JSON block in the page, ids as keys.
let texts = null;

export function text(key, values = {}) {
  if (texts === null) {
    const block = document.getElementById("tingsu-texts");
    texts = block ? JSON.parse(block.textContent) : {};
  }
  return (texts[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

// A storage that may be forbidden (private windows): then nothing is remembered, and nothing breaks.
export const memory = {
  get(key) { try { return localStorage.getItem(key); } catch { return null; } },
  set(key, value) { try { localStorage.setItem(key, value); } catch { /* not remembered */ } },
  remove(key) { try { localStorage.removeItem(key); } catch { /* nothing to forget */ } },
};

// htmx swaps pieces in; a module that prepares elements runs for the page and for each new piece.
export function forEachNew(selector, prepare) {
  const prepared = new WeakSet(); // htmx tells of the whole page as well when it starts
  const once = (one) => {
    if (prepared.has(one)) return;
    prepared.add(one);
    prepare(one);
  };
  const run = (root) => {
    if (root.matches?.(selector)) once(root);
    root.querySelectorAll?.(selector).forEach(once);
  };
  run(document);
  document.addEventListener("htmx:load", (event) => run(event.detail.elt));
}
