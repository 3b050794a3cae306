// Starts what a staff page needs. Each module looks for its own data- attributes and does nothing without them.
import { startTheme } from "./theme.js";
import { startMenus } from "./menus.js";
import { startDialogs } from "./dialogs.js";
import { startToasts } from "./toasts.js";
import { startClocks } from "./clocks.js";
import { startForms } from "./forms.js";
import { startDrafts } from "./drafts.js";
import { startSelection } from "./selection.js";
import { startPolling } from "./polling.js";
import { startKeys } from "./keys.js";
import { startSteps } from "./steps.js";
import { startSwaps } from "./swaps.js";
import { startLooks } from "./looks.js";
import { startSession } from "./session.js";
import { startHints } from "./hints.js";
import { startOnce } from "./once.js";
import { startBars } from "./bars.js";
import { startUnsent } from "./unsent.js";

for (const start of [startTheme, startMenus, startDialogs, startToasts, startClocks, startForms, startDrafts, startSelection, startPolling, startKeys, startSteps, startSwaps, startLooks, startHints, startSession, startOnce, startBars, startUnsent]) {
  start();
}
