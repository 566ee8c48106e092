/** The small map of one entry's page: its pins, or the soft circle of an `area` one. */
import { whenMapReady } from "./map-ready.js";
import { discWidth, pinArt } from "./pin-art.js";

/** Near enough to know the corner, far enough that the station is likely in the picture. */
const ZOOM = { exact: 15.5, about: 15, area: 14.5 };

/** @returns {{lat: number, lng: number, about: boolean}[]} from "lat,lng,0|1;…" */
function pointsOf(element) {
  return element.dataset.points.split(";").map((text) => {
    const [lat, lng, about] = text.split(",").map(Number);
    return { lat, lng, about: about === 1 };
  });
}

function lookOf(element, point) {
  if (element.dataset.precision === "area") return "area";
  return point.about ? "about" : "exact";
}

function addPin(map, element, point) {
  const look = lookOf(element, point);
  const tip = look === "exact";
  const art = pinArt({ name: element.dataset.name, kind: element.dataset.kind, look, paused: false }, tip);
  const icon = L.divIcon({
    html: art, className: `pin is-${look} is-${element.dataset.kind}${tip ? " is-tipped" : ""}`,
    iconSize: [44, tip ? 52 : 44], iconAnchor: tip ? [22, 50] : [22, 22],
  });
  const marker = L.marker([point.lat, point.lng], { icon, interactive: false, keyboard: false }).addTo(map);
  const fit = () => marker.getElement().style.setProperty("--disc", `${discWidth(point.lat, map.getZoom())}px`);
  map.on("zoomend", fit);
  fit();
}

function start(element, map) {
  const points = pointsOf(element);
  // On a page that one scrolls, the wheel scrolls; the map zooms by its buttons and keys.
  map.scrollWheelZoom.disable();
  const bounds = L.latLngBounds(points.map((point) => [point.lat, point.lng]));
  const maxZoom = Math.max(...points.map((point) => ZOOM[lookOf(element, point)]));
  map.fitBounds(bounds, { maxZoom, padding: [60, 60], animate: false });
  points.forEach((point) => addPin(map, element, point));
  element.dataset.ready = "true";
}

const element = document.querySelector("[data-entry-map]");
if (element) whenMapReady(element, (map) => start(element, map));
