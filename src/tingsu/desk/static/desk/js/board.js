// The board asks again by itself while it is looked at, and exchanges only the parts that changed. A part that somebody is in,
// by key or pointer, waits until they have left it, so nothing moves under anybody's hand and no focus is lost.
const live = document.querySelector("[data-live]");
const seen = (name) => document.querySelector(`[data-live-${name}]`);
let tag = "", asking = false, timer = 0, moved = 0;
// A pointer that lies still is nobody's hand: on a wall it would hold its part for good.
const RESTS = 10000;
const held = (one) => one.matches(":focus-within") || (Date.now() - moved < RESTS && one.matches(":hover"));

function show(body) {
  const told = new DOMParser().parseFromString(body, "text/html");
  const fresh = new Map([...told.querySelectorAll("[data-live-part]")].map((one) => [one.id, one]));
  const known = [...live.querySelectorAll("[data-live-part]")];
  if (known.length !== fresh.size || known.some((one) => !fresh.has(one.id))) {
    if (live.matches(":focus-within")) return false;
    live.replaceChildren(...[...told.body.childNodes].map((one) => document.importNode(one, true)));
    return true;
  }
  let whole = true;
  for (const one of known) {
    const next = fresh.get(one.id);
    for (const fold of one.querySelectorAll("details[open]")) {
      const place = [...one.querySelectorAll("details")].indexOf(fold);
      next.querySelectorAll("details")[place]?.setAttribute("open", "");
    }
    if (one.isEqualNode(next)) continue;
    if (held(one)) { whole = false; continue; }
    one.replaceWith(document.importNode(next, true));
  }
  return whole;
}

// Only what matters is told, and only when it is another sentence than before: what is late, and what runs out next.
function say() {
  const words = document.getElementById("live-say")?.textContent.trim() ?? "", said = seen("says");
  if (said.dataset.last !== words) {
    if ("last" in said.dataset) said.textContent = words;
    said.dataset.last = words;
  }
}

function stopped(is) {
  seen("stopped").hidden = !is;
  seen("state").hidden = is;
}

async function look() {
  if (asking || document.hidden) return;
  asking = true;
  try {
    const answer = await fetch(live.dataset.live, { headers: { "If-None-Match": tag, "X-Tingsu-Unattended": "1" }, cache: "no-store" });
    if (answer.redirected || (answer.status !== 200 && answer.status !== 304)) {
      stopped(true);
      if (answer.redirected || answer.status === 401 || answer.status === 403) clearInterval(timer);
      return;
    }
    const whole = answer.status === 304 || show(await answer.text());
    if (whole) {
      tag = answer.headers.get("ETag") ?? "";
      seen("time").textContent = answer.headers.get("X-Tingsu-Time") ?? "";
    }
    stopped(false);
    say();
  } catch {
    stopped(true);
  } finally {
    asking = false;
  }
}

if (live) {
  const words = seen("words");
  if (words) words.hidden = false;
  say();
  timer = setInterval(look, 1000 * Number(live.dataset.every));
  document.addEventListener("visibilitychange", look);
  document.addEventListener("pointermove", () => { moved = Date.now(); });
}
