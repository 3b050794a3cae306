// Uploads that go on where they were cut: pieces by the protocol tus 1.0.0. After a reload the same file, chosen again, goes on too.
import { token } from "./texts.js";

const PIECE = 1024 * 1024;
const WAITS = [500, 1500, 4000, 10000, 20000]; // before each try after a cut; a piece that arrives begins anew
const PASSING = new Set([408, 409, 423, 429, 460]); // another try may do: out of step, held by another request, too many, damaged on the way
const KEY = "tingsu.upload:";
const STALLED = 60000;

const keyOf = (file) => `${KEY}${file.name}:${file.size}:${file.lastModified}`;

// What this tab began and did not finish: names and the share that had arrived.
export function unfinished() {
  return Object.keys(sessionStorage)
    .filter((key) => key.startsWith(KEY))
    .map((key) => ({ key, ...JSON.parse(sessionStorage.getItem(key)) }));
}

export async function forgetUnfinished(one) {
  sessionStorage.removeItem(one.key);
  await ask("DELETE", one.url).catch(() => null);
}

// Answers like a request that sent the file whole: { status, response: { files, refused } }. `original` is what was chosen, `file` what is sent.
export async function sendInPieces(address, original, file, tell, wait = (time) => new Promise((done) => setTimeout(done, time))) {
  const key = keyOf(original);
  let { url, offset } = await begun(key, file);
  let failed = 0;
  let last = { status: 0, response: null }; // what was answered last; nothing while only the line was at fault
  for (;;) {
    try {
      if (!url) {
        const made = await ask("POST", address, { "Upload-Length": String(file.size), "Upload-Metadata": `filename ${base64(new TextEncoder().encode(file.name))}` });
        if (made.status !== 201) return await refusal(made);
        last = { status: 0, response: null };
        url = made.headers.get("Location");
        offset = 0;
      }
      while (offset < file.size) {
        keep(key, { url, name: original.name, percent: Math.round((100 * offset) / file.size) });
        tell(Math.round((100 * offset) / file.size));
        const piece = file.slice(offset, offset + PIECE);
        const answer = await ask("PATCH", url, { "Upload-Offset": String(offset), "Content-Type": "application/offset+octet-stream", ...(await checksum(piece)) }, piece);
        if (answer.status === 404 || answer.status === 410) { url = null; break; }
        if (answer.status !== 204) {
          last = await refusal(answer);
          if (last.code === "no_space" || (answer.status < 500 && !PASSING.has(answer.status))) return last;
          throw new Error(String(answer.status));
        }
        offset = Number(answer.headers.get("Upload-Offset"));
        failed = 0;
      }
      if (!url) { if ((failed += 1) > WAITS.length) break; continue; }
      const said = await fetch(url, { credentials: "same-origin" });
      if (!said.ok) throw new Error(String(said.status));
      sessionStorage.removeItem(key);
      return { status: 201, response: await said.json() };
    } catch {
      if (failed >= WAITS.length) break;
      await wait(WAITS[failed]);
      failed += 1;
      const place = url ? await placeOf(url, file).catch(() => offset) : null;
      if (place === null) url = null;
      else offset = place;
    }
  }
  return last;
}

async function begun(key, file) {
  const known = JSON.parse(sessionStorage.getItem(key) ?? "null");
  const offset = known ? await placeOf(known.url, file).catch(() => null) : null;
  return offset === null ? { url: null, offset: 0 } : { url: known.url, offset };
}

// How much has arrived; null where the upload is gone, or was another file's.
async function placeOf(url, file) {
  const answer = await ask("HEAD", url);
  if (answer.status !== 200 || Number(answer.headers.get("Upload-Length")) !== file.size) {
    if (answer.status >= 500) throw new Error(String(answer.status));
    return null;
  }
  return Number(answer.headers.get("Upload-Offset"));
}

function ask(method, url, headers = {}, body = null) {
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), STALLED);
  const all = { "Tus-Resumable": "1.0.0", "X-CSRFToken": token(), "X-Requested-With": "fetch", ...headers };
  return fetch(url, { method, headers: all, body, credentials: "same-origin", signal: stop.signal }).finally(() => clearTimeout(timer));
}

async function refusal(answer) {
  const said = await answer.json().catch(() => null);
  return { status: answer.status, response: said?.refused ? said : null, code: said?.code };
}

async function checksum(piece) {
  if (!globalThis.crypto?.subtle) return {};
  const digest = await crypto.subtle.digest("SHA-256", await piece.arrayBuffer());
  return { "Upload-Checksum": `sha256 ${base64(new Uint8Array(digest))}` };
}

function base64(bytes) {
  return btoa(Array.from(bytes, (one) => String.fromCharCode(one)).join(""));
}

function keep(key, said) {
  try {
    sessionStorage.setItem(key, JSON.stringify(said));
  } catch {
    // A full or closed store costs the way on after a reload, nothing else.
  }
}
