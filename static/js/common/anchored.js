/**
 * Elements at points of a Leaflet map that move along with it. Leaflet's own markers do the same, but each brings
 * an icon, options and listeners, and a layer of the graphics processor: too much for hundreds on an old phone.
 */
export class Anchored {
  /** @param {import("leaflet").Map} map */
  constructor(map) {
    this.map = map;
    /** @type {Map<string, {element: HTMLElement, latlng: L.LatLng, over: number, point: L.Point}>} */
    this.items = new Map();
    map.on("zoom viewreset", () => this.items.forEach((item) => this.#place(item)));
    map.on("zoomanim", ({ center, zoom }) => this.#fly(center, zoom));
  }

  /** @param {number} over  what lies over others, above those further south */
  add(key, element, latlng, over) {
    const item = { element, latlng, over };
    element.classList.add("leaflet-zoom-animated");
    this.#place(item);
    this.items.set(key, item);
    this.map.getPane("markerPane").append(element);
  }

  move(key, latlng) {
    const item = this.items.get(key);
    if (item.latlng.equals(latlng)) return;
    item.latlng = latlng;
    this.#place(item);
  }

  remove(key) {
    this.items.get(key).element.remove();
    this.items.delete(key);
  }

  #place(item) {
    item.point = this.map.latLngToLayerPoint(item.latlng).round();
    const { x, y } = item.point;
    Object.assign(item.element.style, { left: `${x}px`, top: `${y}px`, zIndex: String(y + item.over), transform: "" });
  }

  /** To where each will be at another zoom: the style sheet makes it a flight. */
  #fly(center, zoom) {
    const origin = this.map.project(center, zoom).subtract(this.map.getSize().divideBy(2))
      .add(L.DomUtil.getPosition(this.map.getPane("mapPane"))).round();
    this.items.forEach(({ element, latlng, point }) => {
      const { x, y } = this.map.project(latlng, zoom).subtract(origin).subtract(point).round();
      element.style.transform = `translate(${x}px, ${y}px)`;
    });
  }
}
