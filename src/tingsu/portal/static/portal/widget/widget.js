// One line on the page of a registered site: <script src="https://…/embed/widget.js" data-site="JR-2026-001" async></script>
// A button that opens the complaint form in a panel; where frames are refused, a plain link to it. Nothing is loaded from
// anywhere else, nothing of the page is read, nothing is kept. data-order, data-product, data-day, data-time, data-door, data-lang fill in.

(() => {
  const script = document.currentScript;
  const site = script && script.dataset.site;
  if (!site || document.querySelector(`tingsu-complaints[data-site="${CSS.escape(site)}"]`)) return;
  const base = new URL("./", script.src);
  const USUAL = { colour: "#0b5b6e", ink: "#ffffff", radius: 22, side: "right", frames: false, words: { zh: "投诉与建议", en: "Complaints" } };
  const SAID = {
    zh: { panel: "投诉与建议", close: "关闭", wait: "正在打开……", link: "在新窗口打开表单" },
    en: { panel: "Complaints and suggestions", close: "Close", wait: "Opening …", link: "Open the form in a window of its own" },
  };
  const WAIT = 8000;
  const tongue = (script.dataset.lang || document.documentElement.lang || navigator.language || "zh").toLowerCase();
  const lang = tongue.startsWith("zh") ? "zh" : "en";
  const said = SAID[lang];

  function address(framed) {
    const url = new URL(`${site}/`, base);
    for (const name of ["door", "order", "product", "day", "time"]) {
      if (script.dataset[name]) url.searchParams.set(name, script.dataset[name].slice(0, 200));
    }
    url.searchParams.set("lang", lang);
    if (framed) url.searchParams.set("frame", "1");
    return url.href;
  }

  const STYLE = `
    :host { all: initial; }
    * { box-sizing: border-box; }
    .open, .close, .away { font: 600 16px/1.4 system-ui, "PingFang SC", "Microsoft YaHei", sans-serif; cursor: pointer; }
    .open { position: fixed; bottom: max(16px, env(safe-area-inset-bottom)); z-index: 2147483000; display: inline-flex; align-items: center;
      min-height: 48px; max-width: calc(100vw - 32px); padding: 10px 18px; border: 2px solid var(--ink); text-decoration: none;
      background: var(--colour); color: var(--ink); border-radius: var(--radius); box-shadow: 0 2px 10px rgb(0 0 0 / .3); }
    .open.right { right: 16px; } .open.left { left: 16px; }
    .panel { position: fixed; z-index: 2147483001; inset: auto 16px 16px auto; width: min(440px, calc(100vw - 32px)); height: min(720px, calc(100vh - 32px));
      display: flex; flex-direction: column; background: #fff; color: #1a1a1a; border: 1px solid #555; border-radius: 12px; overflow: hidden;
      box-shadow: 0 8px 40px rgb(0 0 0 / .35); font: 16px/1.5 system-ui, "PingFang SC", "Microsoft YaHei", sans-serif; }
    .panel.left { inset: auto auto 16px 16px; }
    .head { display: flex; align-items: center; justify-content: space-between; padding: 4px 4px 4px 16px; border-bottom: 1px solid #ccc; }
    h2 { font-size: 16px; margin: 0; }
    .close { min-width: 48px; min-height: 48px; background: none; border: 0; color: inherit; font-size: 22px; }
    .note { margin: 0; padding: 8px 16px; } .note:empty { display: none; }
    .away { color: #0b5b6e; }
    iframe { flex: 1; width: 100%; border: 0; }
    :focus-visible { outline: 3px solid #1a73e8; outline-offset: 2px; }
    @media (max-width: 480px) { .panel, .panel.left { inset: 0; width: 100%; height: 100%; border: 0; border-radius: 0; } }
    @media print { .open, .panel { display: none; } }
  `;

  const host = document.createElement("tingsu-complaints");
  host.dataset.site = site;
  host.lang = lang === "zh" ? "zh-Hans" : "en";
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];
  let panel = null;
  let look = USUAL;
  let timer = 0;

  function make(tag, attributes, words) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    if (words) made.textContent = words;
    return made;
  }

  // A link from the beginning, so that it opens the form whatever else fails.
  const button = make("a", { class: "open right", part: "button", href: address(false), target: "_blank", rel: "noopener" });

  function dress(given) {
    const colour = /^#[0-9a-f]{6}$/i;
    look = { ...USUAL, ...given };
    host.style.setProperty("--colour", colour.test(look.colour) ? look.colour : USUAL.colour);
    host.style.setProperty("--ink", colour.test(look.ink) ? look.ink : USUAL.ink);
    host.style.setProperty("--radius", `${Number(look.radius) || 0}px`);
    button.className = `open ${look.side === "left" ? "left" : "right"}`;
    button.textContent = (look.words && look.words[lang]) || USUAL.words[lang];
    if (look.frames) {
      button.setAttribute("role", "button");
      button.setAttribute("aria-haspopup", "dialog");
    }
  }

  function close() {
    if (!panel) return;
    clearTimeout(timer);
    window.removeEventListener("message", hear);
    panel.remove();
    panel = null;
    button.focus();
  }

  function hear(event) {
    const frame = panel && panel.querySelector("iframe");
    if (!frame || event.source !== frame.contentWindow || event.origin !== base.origin || !event.data) return;
    if (event.data.tingsu === "close") close();
    if (event.data.tingsu === "ready") {
      clearTimeout(timer);
      panel.querySelector(".note").textContent = "";
    }
  }

  function open(fill) {
    if (panel) return panel.querySelector("iframe").focus();
    panel = make("div", { class: `panel ${look.side === "left" ? "left" : "right"}`, part: "panel", role: "dialog", "aria-modal": "true", "aria-labelledby": "title" });
    const head = make("div", { class: "head" });
    const shut = make("button", { class: "close", type: "button", "aria-label": said.close }, "✕");
    const note = make("p", { class: "note", role: "status" }, said.wait);
    const frame = make("iframe", { title: said.panel, name: "tingsu-form", allow: "camera; microphone" });
    // The focus goes round inside the panel: these two stand before and behind it.
    const [first, last] = [0, 1].map(() => make("span", { tabindex: "0", "aria-hidden": "true" }));
    first.addEventListener("focus", () => frame.focus());
    last.addEventListener("focus", () => shut.focus());
    shut.addEventListener("click", close);
    head.append(make("h2", { id: "title" }, said.panel), shut);
    panel.append(first, head, note, frame, last);
    panel.addEventListener("keydown", (event) => event.key === "Escape" && close());
    window.addEventListener("message", hear);
    root.append(panel);
    timer = setTimeout(() => {
      note.textContent = "";
      note.append(make("a", { class: "away", href: address(false), target: "_blank", rel: "noopener" }, said.link));
    }, WAIT);
    fill(frame);
    shut.focus();
  }

  function show() {
    open((frame) => (frame.src = address(true)));
  }

  // The token goes as a form's field, never in an address.
  function handOver(token, framed) {
    const form = make("form", { method: "post", action: new URL("handover/", base).href, target: framed ? "tingsu-form" : "_blank", hidden: "" });
    const field = make("input", { name: "token", type: "hidden" });
    field.value = String(token);
    form.append(field);
    (framed ? panel : root).append(form);
    form.submit();
    form.remove();
  }

  button.addEventListener("click", (event) => {
    if (!look.frames || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    show();
  });
  button.addEventListener("keydown", (event) => {
    if (event.key === " " && look.frames) {
      event.preventDefault();
      show();
    }
  });
  host.show = (token) => {
    if (!look.frames) return token ? handOver(token, false) : window.open(address(false), "_blank", "noopener");
    if (token) open(() => setTimeout(() => handOver(token, true)));
    else show();
  };
  host.close = close;

  dress(USUAL);
  root.append(button);
  document.body.append(host);
  fetch(new URL(`${site}/look.json`, base), { credentials: "omit", referrerPolicy: "origin" })
    .then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(String(answer.status)))))
    .then(dress)
    .catch((error) => console.warn(`Tingsu: ${location.origin} is not registered for ${site}; the button is a link (${error.message}).`));
})();
