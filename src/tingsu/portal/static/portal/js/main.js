// Starts what a public page can do beyond plain forms. Without it every page still works.
import { startForms } from "./forms.js";
import { startAutosave } from "./autosave.js";
import { startUploads } from "./uploads.js";
import { startSpeech } from "./speech.js";
import { startOrderGuess } from "./order.js";
import { startStaying } from "./staying.js";
import { startUnsent } from "./unsent.js";
import { startOnce } from "../../pages/js/once.js";
import { startBars } from "../../pages/js/bars.js";

document.documentElement.classList.add("js");
for (const start of [startForms, startAutosave, startUploads, startSpeech, startOrderGuess, startStaying, startUnsent, startOnce, startBars]) start();
if (window.parent !== window) import("./framed.js").then(({ startFramed }) => startFramed());
