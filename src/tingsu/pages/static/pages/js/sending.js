// Which draft was sent last from this tab, and from which page: remembered until the page it led to is there.
const SENT = "tingsu-sending";

export const sending = {
  get() { try { return JSON.parse(sessionStorage.getItem(SENT)); } catch { return null; } },
  set(key) { try { sessionStorage.setItem(SENT, JSON.stringify({ key, from: location.href.split("#")[0] })); } catch { /* not remembered */ } },
  clear() { try { sessionStorage.removeItem(SENT); } catch { /* nothing to forget */ } },
};
