/** The one-file map: the site's page of map and list, answered from what the file holds. */
import { EntryPanel } from "./entry-panel.js";
import { FileSource } from "./file-source.js";
import { startFinder } from "./finder.js";
import { vocabularyOf } from "./form-state.js";
import "../common/print-button.js";
import "../common/quick-exit.js";

const data = JSON.parse(document.getElementById("onefile-data").textContent);
const source = new FileSource(data, vocabularyOf(document.querySelector("[data-form]")));
const panel = new EntryPanel(document.querySelector("[data-entry-panel]"), source);
startFinder(document.querySelector("[data-finder]"), source);
panel.follow();
