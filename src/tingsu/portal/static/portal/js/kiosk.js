// A visitor's screen that nobody touches asks whether somebody is there, then clears itself: the server forgets what was typed.
const leave = document.querySelector("[data-idle]");
if (leave) {
  const idle = Number(leave.dataset.idle) * 1000, asked = 30000;
  const ask = leave.querySelector("[data-ask]");
  let touched = Date.now(), told = Date.now();
  const here = () => {
    touched = Date.now();
    ask.hidden = true;
    // The server counts too: a sign of life while somebody types for long.
    if (touched - told > idle / 3) { told = touched; fetch(location.href, { credentials: "same-origin", cache: "no-store" }).catch(() => null); }
  };
  for (const what of ["pointerdown", "keydown", "input", "touchstart"]) document.addEventListener(what, here, { passive: true });
  leave.querySelector("[data-here]").addEventListener("click", here);
  const watch = setInterval(() => {
    const left = idle - (Date.now() - touched);
    if (left <= 0) {
      clearInterval(watch); // it ends once: a slow answer is waited for
      for (const form of document.querySelectorAll("main form")) form.reset();
      document.querySelector("main").hidden = true;
      leave.submit();
    } else if (left <= asked && ask.hidden) {
      ask.hidden = false;
      ask.querySelector("button").focus();
    }
  }, 1000);
}
document.querySelector("[data-print]")?.addEventListener("click", () => window.print());
