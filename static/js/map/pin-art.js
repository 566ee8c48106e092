/**
 * The elements a pin, a cluster and a stack are drawn with. Text only ever becomes text nodes. What they refer to is in
 * the page (layers/sprite.py).
 */
import { phrase } from "../common/phrases.js";

const SVG = "http://www.w3.org/2000/svg";
/** What an `area` entry does not tell, in metres: its 町丁目 lies somewhere in this circle. */
export const AREA_RADIUS = 250;

/**
 * @typedef {Object} Entry
 * @property {string} name
 * @property {string} kind
 * @property {string} kindLabel
 * @property {"exact"|"about"|"area"} look
 * @property {boolean} paused
 */

/**
 * One entry's pin, or the soft circle of an `area` one.
 * @param {Entry} entry
 * @param {boolean} tip  whether it points at its place with a tip
 * @returns {HTMLElement}
 */
export function pinArt(entry, tip) {
  const art = span("pin-inner");
  if (entry.look === "area") art.append(span("pin-disc"));
  art.append(kindArt(entry.kind, tip));
  if (entry.paused) art.append(span("pin-paused", phrase("paused-mark")));
  art.append(span("pin-name", entry.name));
  return art;
}

/** The words a screen reader says for a pin. */
export function pinWords(entry) {
  const more = [];
  if (entry.look === "about") more.push(phrase("about"));
  if (entry.look === "area") more.push(phrase("area"));
  if (entry.paused) more.push(phrase("paused"));
  const said = { kind: entry.kindLabel, name: entry.name, more: more.join(phrase("and")) };
  return phrase(more.length ? "pin-more" : "pin", said);
}

/** @returns {HTMLElement} a cluster's bubble, wider with more in it */
export function clusterArt(entries) {
  const bubble = span("cluster", String(entries));
  bubble.style.setProperty("--bubble", `${Math.round(34 + Math.min(22, 7 * Math.log10(entries) ** 1.4))}px`);
  return bubble;
}

/** @returns {HTMLElement} a stack: several entries at one address */
export function manyArt(entries) {
  return span("many", String(entries));
}

/** Inner width of the soft circle on the screen, in pixels, at a latitude and zoom. */
export function discWidth(lat, zoom) {
  const metresPerPixel = (156543.034 * Math.cos((lat * Math.PI) / 180)) / 2 ** zoom;
  return Math.max(44, Math.round((2 * AREA_RADIUS) / metresPerPixel));
}

function kindArt(kind, tip) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "pin-art");
  svg.setAttribute("viewBox", tip ? "0 0 44 52" : "0 0 44 44");
  svg.setAttribute("aria-hidden", "true");
  svg.append(
    use("pin-body", `${tip ? "pin" : "shape"}-${kind}`, { width: 44, height: tip ? 52 : 44 }),
    use("pin-glyph", kind, { x: 11, y: 11, width: 22, height: 22 }),
  );
  return svg;
}

function use(look, symbol, box) {
  const element = document.createElementNS(SVG, "use");
  element.setAttribute("class", look);
  element.setAttribute("href", `#draw-${symbol}`);
  Object.entries(box).forEach(([name, value]) => element.setAttribute(name, String(value)));
  return element;
}

function span(look, text = "") {
  const element = document.createElement("span");
  element.className = look;
  element.textContent = text;
  return element;
}
