// Words that are cut off are shown whole when the pointer rests on them; by keyboard the focus shows them.
export function startHints() {
  document.addEventListener("mouseover", (event) => {
    const cut = event.target.closest?.(".cause, .clock > span");
    if (cut && !cut.title && cut.scrollWidth > cut.clientWidth) cut.title = (cut.lastElementChild ?? cut).textContent;
  });
}
