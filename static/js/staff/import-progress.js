/** How far the work on a list is, asked for again and again until it has ended; then what came of it is shown. */
import { parse } from "../common/results.js";

const WAIT = 700; // milliseconds between two looks
const place = document.querySelector("[data-progress-place]");
const status = document.querySelector("[data-progress-status]");
let told = 0;
let waited = place.querySelector("[data-progress]").dataset.waits;

function tell() {
  const words = place.querySelector("#progress-words").textContent;
  const { waits } = place.querySelector("[data-progress]").dataset;
  if (waits !== waited) status.textContent = words;
  waited = waits;
  const bar = place.querySelector("progress");
  const quarter = bar.hasAttribute("value") ? Math.floor((4 * bar.value) / bar.max) : 0;
  if (quarter > told) status.textContent = words;
  told = Math.max(told, quarter);
}

async function look() {
  try {
    const answer = await fetch(place.dataset.url, { cache: "no-store" });
    if (!answer.ok || answer.redirected) return location.replace(place.dataset.next);
    place.replaceChildren(parse(await answer.text()));
    if (place.querySelector("[data-ended]")) return location.replace(place.dataset.next);
    tell();
  } catch (error) {
    if (!(error instanceof TypeError)) throw error; // no connection for a moment: asked again
  }
  setTimeout(look, WAIT);
}

setTimeout(look, WAIT);
