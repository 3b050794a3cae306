// An order number in the story is asked about and never filled in by itself. Eleven digits from 1 are a telephone, eighteen an identity number.
const ORDER = /(?<![0-9A-Za-z])[A-Z]{0,4}\d{10,24}(?![0-9A-Za-z])/g;
const NOT_ORDER = /^(1\d{10}|\d{17}[\dX])$/;

export function startOrderGuess() {
  for (const box of document.querySelectorAll("[data-order-guess]")) {
    const from = document.getElementById(box.dataset.from);
    const into = document.getElementById(box.dataset.into);
    const shown = box.querySelector("[data-guess]");
    const declined = new Set();
    const look = () => {
      const guess = (from.value.match(ORDER) ?? []).find((one) => !NOT_ORDER.test(one) && !declined.has(one));
      box.hidden = !guess || Boolean(into.value);
      shown.textContent = guess ?? "";
    };
    from.addEventListener("input", look);
    into.addEventListener("input", look);
    box.querySelector("[data-take]").addEventListener("click", () => {
      into.value = shown.textContent;
      into.dispatchEvent(new Event("input", { bubbles: true }));
      into.focus();
    });
    box.querySelector("[data-leave]").addEventListener("click", () => { declined.add(shown.textContent); look(); from.focus(); });
    look();
  }
}
