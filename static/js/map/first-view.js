/**
 * What the map will show first: all of the ward in its element, as Leaflet will fit it. Worked out before Leaflet has
 * come, so that the marks are on their way meanwhile. Where it is a little off, they are asked for again.
 */
import { degrees, worldPixels } from "./marks.js";

/** The map zooms by halves. */
const SNAP = 2;

/**
 * @param {HTMLElement} element  `data-home` holds what to fit: south, west, north, east in degrees
 * @returns {import("./mark-source.js").View}
 */
export function firstView(element) {
  const [south, west, north, east] = element.dataset.home.split(",").map(Number);
  const { clientWidth: wide, clientHeight: high } = element;
  const [left, top] = worldPixels(north, west);
  const [right, bottom] = worldPixels(south, east);
  const zoom = Math.floor((20 + Math.log2(Math.min(wide / (right - left), high / (bottom - top)))) * SNAP) / SNAP;
  const [x, y, pixel] = [(left + right) / 2, (top + bottom) / 2, 2 ** (20 - zoom)];
  const [first, last] = [degrees(x - (wide / 2) * pixel, y - (high / 2) * pixel), degrees(x + (wide / 2) * pixel, y + (high / 2) * pixel)];
  return { zoom: Math.floor(zoom), box: [last.lat, first.lng, first.lat, last.lng] };
}
