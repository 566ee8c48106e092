/**
 * Near a place, without a server: the place by its name, and the straight way to each entry. Both are given
 * in metres of one plane, so that only Pythagoras is left to do.
 *
 * @typedef {Object} Places
 * @property {{name: string, lat: number, lng: number, x: number, y: number}[]} points
 * @property {Object<string, number>} keys  folded ways of writing a name → its point
 * @property {string[]} prefixes  what an address may begin with, before the town
 */
import { fold } from "../common/text-search.js";
import { phrase } from "../common/phrases.js";

/** @returns {Places["points"][0]|null} */
export function findPlace(places, text) {
  const keys = writingsOf(places, text).map(fold);
  const key = keys.find((one) => Object.hasOwn(places.keys, one));
  return key === undefined ? null : places.points[places.keys[key]];
}

/** The text itself, then without the ward in front, then without the house number behind the 丁目. */
function writingsOf({ prefixes }, text) {
  const plain = text.normalize("NFKC").trim();
  const prefix = prefixes.find((one) => plain.startsWith(one)) ?? "";
  const address = plain.slice(prefix.length);
  const chome = /^(\D+\d+)(?:丁目|[-‐‑–—―−ーの番])/.exec(address)?.[1] ?? address;
  return [plain, address, chome];
}

/**
 * Metres from a place to each row's nearest point; Infinity where none is shown.
 * @param {{row: number[], x: number[], y: number[]}} points
 * @returns {number[]}
 */
export function distancesFrom(place, points, rows) {
  const found = new Array(rows).fill(Infinity);
  points.row.forEach((row, i) => {
    found[row] = Math.min(found[row], Math.hypot(points.x[i] - place.x, points.y[i] - place.y));
  });
  return found;
}

/** 「約300m」: in steps of 50 m below a kilometre, of 100 m above; 「およそ」 for a 町丁目's point. */
export function distanceText(metres, approximate) {
  if (!Number.isFinite(metres)) return "";
  const distance = metres < 975 ? `${Math.max(50, Math.round(metres / 50) * 50)}m` : `${(metres / 1000).toFixed(1)}km`;
  return phrase(approximate ? "near-about" : "near", { distance });
}
