/** The small map on which one pin is put into its place, by dragging or by keys. */
import { whenMapReady } from "../map/map-ready.js";
import { pinArt } from "../map/pin-art.js";
import { step } from "./pin-questions.js";

/** Near enough for the door, far enough that the next station is often in the picture. */
const ZOOM = 15.5;

export class PinMap {
  /**
   * @param {HTMLElement} element
   * @param {{onMove: (point: {lat: number, lng: number}, how: string) => void,
   *   look: () => {kind: string, name: string, isSet: boolean, label: string}}} answers
   */
  constructor(element, { onMove, look }) {
    this.element = element;
    this.onMove = onMove;
    this.look = look;
    this.kind = "";
    this.marker = null;
    this.mark = null;
  }

  /** @returns {{lat: number, lng: number}} where the pin stands */
  get point() {
    const { lat, lng } = this.marker.getLatLng();
    return { lat, lng };
  }

  /**
   * Show the pin at a point (the middle of the map where there is none) and a ring at its address's own point.
   * @param {?{lat: number, lng: number}} point
   * @param {?{lat: number, lng: number}} own
   */
  async show(point, own) {
    const map = await whenMapReady(this.element, (ready) => ready);
    map.scrollWheelZoom.disable();
    const at = point ?? map.getCenter();
    // The bounds would pull a map that had no size yet back into them, long after it has gone elsewhere.
    const bounds = map.options.maxBounds;
    map.setMaxBounds(null);
    map.invalidateSize({ animate: false });
    map.setView(at, point ? ZOOM : 14, { animate: false });
    map.setMaxBounds(bounds);
    if (!this.marker) this.#make(map, at);
    this.place(at);
    this.#ring(map, own);
  }

  /** Put the pin at a point and draw it as it counts now: confirmed, or standing for an address. */
  place(point) {
    const { kind, name, isSet, label } = this.look();
    this.marker.setLatLng(point);
    const element = this.marker.getElement();
    element.classList.remove(`is-${this.kind}`);
    element.classList.add(`is-${kind}`);
    this.kind = kind;
    element.classList.toggle("is-about", !isSet);
    element.replaceChildren(pinArt({ name: name || "この場所", kind, look: isSet ? "exact" : "about", paused: false }, true));
    element.setAttribute("aria-label", `${name || "この場所"}：${label}`);
  }

  #make(map, at) {
    const icon = globalThis.L.divIcon({ html: "", className: "pin is-tipped is-set", iconSize: [44, 52], iconAnchor: [22, 50] });
    this.marker = globalThis.L.marker(at, { icon, draggable: true, autoPan: true, keyboard: true }).addTo(map);
    this.marker.on("dragend", () => this.onMove(this.point, "印を動かしました。"));
    const element = this.marker.getElement();
    element.setAttribute("role", "button");
    element.setAttribute("aria-describedby", "pin-help");
    element.addEventListener("keydown", (event) => {
      const to = step(this.point, event.key, event.shiftKey);
      if (!to) return;
      event.preventDefault();
      event.stopPropagation();
      this.onMove({ lat: to.lat, lng: to.lng }, to.words);
      map.panInside(this.marker.getLatLng(), { padding: [50, 60], animate: false });
    });
  }

  #ring(map, own) {
    this.mark?.remove();
    this.mark = null;
    if (!own) return;
    const icon = globalThis.L.divIcon({ html: "", className: "address-mark", iconSize: [20, 20] });
    this.mark = globalThis.L.marker([own.lat, own.lng], { icon, interactive: false, keyboard: false }).addTo(map);
  }
}
