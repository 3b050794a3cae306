// Before the first paint: pieces that only scripts can open start closed.
document.documentElement.classList.add("js");
