/** The map of a pair: where the left and the right one are, near enough to see how far they lie apart. */
import { whenMapReady } from "../map/map-ready.js";

const ZOOM = 16;
/** Two at one point stand beside each other. */
const ANCHOR = { left: [34, 16], right: [-2, 16] };
const WORDS = { left: "左", right: "右" };

/** @returns {[number, number][]} from "lat,lng;…" */
function pointsOf(text) {
  return text.split(";").filter(Boolean).map((pair) => pair.split(",").map(Number));
}

function start(element, map) {
  map.scrollWheelZoom.disable();
  const sides = Object.keys(WORDS).map((side) => [side, pointsOf(element.dataset[side])]);
  const all = sides.flatMap(([, points]) => points);
  map.fitBounds(L.latLngBounds(all), { maxZoom: ZOOM, padding: [50, 50], animate: false });
  for (const [side, points] of sides) {
    for (const point of points) {
      const html = `<span class="pair-pin is-${side}">${WORDS[side]}</span>`;
      const icon = L.divIcon({ html, className: "pair-mark", iconSize: [32, 32], iconAnchor: ANCHOR[side] });
      L.marker(point, { icon, interactive: false, keyboard: false }).addTo(map);
    }
  }
  element.dataset.ready = "true";
}

const element = document.querySelector("[data-pair-map]");
if (element) whenMapReady(element, (map) => start(element, map));
