// Counts clocks down once a minute. The server sends start, due and its own present time; it alone knows calendars.
import { text } from "./texts.js";

const MINUTE = 60_000, HOUR = 60 * MINUTE, DAY = 24 * HOUR;
let offset = 0;

export function startClocks() {
  const server = Date.parse(document.body.dataset.now ?? "");
  if (!Number.isNaN(server)) offset = server - Date.now();
  tickAll();
  setInterval(() => { if (!document.hidden) tickAll(); }, 15_000);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) tickAll(); });
  document.addEventListener("htmx:load", tickAll);
}

function tickAll() {
  const at = Date.now() + offset;
  document.querySelectorAll("[data-clock]").forEach((clock) => tick(clock, at));
}

export function faceOf(start, due, at, large) {
  const left = due - at;
  if (left <= 0) {
    const words = -left < DAY ? hoursMinutes(-left) : large ? daysHours(-left) : text("days", { days: Math.floor(-left / DAY) });
    return { state: "late", share: 100, words: text("over", { length: words }) };
  }
  const share = Math.min(100, Math.max(0, Math.round((100 * (at - start)) / Math.max(due - start, 1))));
  const state = left <= 2 * HOUR || share >= 75 ? "soon" : "normal";
  if (left >= DAY && !large) return { state, share, words: null };
  const words = left < DAY ? hoursMinutes(left) : daysHours(left);
  return { state, share, words: large ? text("left", { length: words }) : words };
}

function tick(clock, at) {
  const words = clock.querySelector("time"), bar = clock.querySelector("progress");
  const face = faceOf(Date.parse(clock.dataset.clock), Date.parse(words.dateTime), at, "large" in clock.dataset);
  if (face.words !== null && words.textContent.trim() !== face.words) words.textContent = face.words;
  if (bar && bar.value !== face.share / 100) bar.value = face.share / 100;
  if (!clock.classList.contains(`clock-${face.state}`)) {
    clock.classList.remove("clock-normal", "clock-soon", "clock-late");
    clock.classList.add(`clock-${face.state}`);
  }
}

function hoursMinutes(length) {
  const minutes = Math.floor(length / MINUTE);
  return `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, "0")}`;
}

function daysHours(length) {
  const hours = Math.floor(length / HOUR);
  return text(hours % 24 ? "days_hours" : "days", { days: Math.floor(hours / 24), hours: hours % 24 });
}
