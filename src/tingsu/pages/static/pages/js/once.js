// A form gone back to keeps the key under which it was sent. These pages are asked for anew whenever somebody goes back, and a new page
// brings a new key: what was typed before, or given back by browser or draft, would be done a second time.
export function startOnce() {
  const kept = history.state?.once ?? {}; // of this entry of the history: a page opened anew has none
  const keys = {};
  for (const form of document.querySelectorAll("form")) {
    const field = form.querySelector("input[type=hidden][name=once]");
    if (!field) continue;
    const name = form.getAttribute("action") ?? "";
    if (kept[name]) field.value = kept[name];
    keys[name] = field.value;
  }
  if (Object.keys(keys).length) history.replaceState({ ...history.state, once: keys }, "");
}
