/**
 * One stop for the Tab key among all pins: arrows move between them, so that Tab passes the map soon.
 * The focused pin keeps the focus when the map redraws; if it is gone, the nearest one gets it.
 */
export class Roving {
  /**
   * @param {import("leaflet").Map} map
   * @param {{onEnter: (key: string) => void, onEscape: () => boolean}} answers
   */
  constructor(map, { onEnter, onEscape }) {
    this.map = map;
    this.onEnter = onEnter;
    this.onEscape = onEscape;
    /** @type {Map<string, {element: HTMLElement, latlng: import("leaflet").LatLng}>} */
    this.items = new Map();
    this.current = null;
    this.lastLatLng = null;
    map.getContainer().addEventListener("keydown", (event) => this.#onKey(event));
    map.getContainer().addEventListener("focusin", (event) => this.#onFocus(event));
  }

  /** Call when pins may have changed. `hadFocus`: a pin that is gone now had the focus. */
  update(items, hadFocus) {
    this.items = items;
    if (!items.has(this.current)) this.current = this.#nearestTo(this.lastLatLng ?? this.map.getCenter());
    this.#giveStop(this.current);
    if (hadFocus) this.#focusCurrent();
  }

  /** Give one pin the only tab stop, and the focus if asked. */
  setCurrent(key, focus = false) {
    if (!this.items.has(key)) return;
    this.#giveStop(key);
    this.current = key;
    this.lastLatLng = this.items.get(key).latlng;
    if (focus) this.#focusCurrent();
  }

  #giveStop(key) {
    this.items.forEach(({ element }, other) => {
      const stop = other === key ? 0 : -1;
      if (element.tabIndex !== stop) element.tabIndex = stop;
    });
  }

  #focusCurrent() {
    const item = this.items.get(this.current);
    (item?.element ?? this.map.getContainer()).focus({ preventScroll: true });
  }

  #keyOf(element) {
    return element.closest("[data-pin]")?.dataset.pin ?? null;
  }

  #onFocus(event) {
    const key = this.#keyOf(event.target);
    if (key !== null && key !== this.current) this.setCurrent(key);
  }

  #onKey(event) {
    if (event.key === "Escape") {
      if (this.onEscape()) event.preventDefault();
      return;
    }
    const key = this.#keyOf(event.target);
    if (key === null || event.altKey || event.ctrlKey || event.metaKey) return;
    const action = this.#actionOf(event.key, key);
    if (!action) return;
    event.preventDefault();
    event.stopPropagation();
    action();
  }

  #actionOf(pressed, key) {
    const steps = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    if (steps[pressed]) return () => this.#move(key, steps[pressed]);
    if (pressed === "Enter" || pressed === " ") return () => this.onEnter(key);
    if (pressed === "+" || pressed === ";") return () => this.map.zoomIn();
    if (pressed === "-") return () => this.map.zoomOut();
    return null;
  }

  /** To the nearest pin in that direction; sideways distance counts double. Else the map moves. */
  #move(key, [dx, dy]) {
    const from = this.map.latLngToContainerPoint(this.items.get(key).latlng);
    let best = null;
    this.items.forEach(({ latlng }, other) => {
      const to = this.map.latLngToContainerPoint(latlng);
      const ahead = (to.x - from.x) * dx + (to.y - from.y) * dy;
      const aside = Math.abs((to.x - from.x) * dy) + Math.abs((to.y - from.y) * dx);
      if (other === key || ahead <= 0 || aside > ahead * 2 || !this.#isInView(to)) return;
      const cost = ahead + 2 * aside;
      if (!best || cost < best.cost) best = { other, cost };
    });
    if (best) this.setCurrent(best.other, true);
    else this.map.panBy([dx * 140, dy * 140]);
  }

  #isInView({ x, y }) {
    const size = this.map.getSize();
    return x >= 0 && y >= 0 && x <= size.x && y <= size.y;
  }

  #nearestTo(latlng) {
    let best = null;
    this.items.forEach((item, key) => {
      const distance = item.latlng.distanceTo(latlng);
      if (!best || distance < best.distance) best = { key, distance };
    });
    return best?.key ?? null;
  }
}
