/**
 * Marks on the map: pins, clusters, entries at one address that fan out, soft circles. Only those in view are in
 * the page. Asks for the marks of each view, and knows neither who makes them nor list or card.
 */
import { Anchored } from "../common/anchored.js";
import { CLUSTERS_UNTIL, holdsPoint } from "./marks.js";
import { clusterArt, discWidth, manyArt, pinArt, pinWords } from "./pin-art.js";
import { Roving } from "../common/roving.js";
import { phrase } from "../common/phrases.js";

const NAMES_FROM_ZOOM = 16;
/** From how near on an entry is shown that was asked for. */
const REVEAL_ZOOM = 15;
/** Room around what a cluster held, once it has been opened: pixels. */
const AROUND = 60;

/**
 * @typedef {import("./marks.js").Mark} Mark
 * @typedef {{id: string, points: [number, number][]}} Sought  an entry, and where it lies: [lat, lng] each
 */

export class PinLayer {
  /**
   * @param {import("leaflet").Map} map
   * @param {Object<string, string>} kindLabels  code → label
   * @param {{onOpen: (id: string) => void, onLight: (id: string|null) => void, onEscape: () => boolean,
   *   onShown: (shown: import("./mark-source.js").Shown) => void, onFail: () => void}} answers
   */
  constructor(map, kindLabels, { onOpen, onLight, onEscape, onShown, onFail }) {
    Object.assign(this, { map, kindLabels, onOpen, onLight, onShown, onFail });
    this.anchored = new Anchored(map);
    /** @type {Map<string, {item: Object, look: string, latlng: L.LatLng, element: HTMLElement}>} */
    this.drawn = new Map();
    this.fan = null;
    this.lit = null;
    this.turn = 0;
    this.legs = L.layerGroup().addTo(map);
    this.roving = new Roving(map, {
      onEnter: (key) => this.#open(key),
      onEscape: () => this.closeFan(true) || onEscape(),
    });
    map.on("moveend", () => this.#redraw());
    map.on("zoomstart", () => this.closeFan());
    map.on("click", () => this.closeFan());
    this.#listen(map.getPane("markerPane"));
  }

  /**
   * Show the marks of another query.
   * @param {(view: import("./mark-source.js").View) => Promise<import("./mark-source.js").Shown>} ask
   */
  show(ask) {
    this.ask = ask;
    this.#clearFan();
    return this.draw();
  }

  /** Ask for the marks in view and show them; the old ones stay until then. False: a later view overtook this one. */
  async draw() {
    if (!this.ask || !this.map.getSize().x) return false;
    this.turn += 1;
    const { turn } = this;
    try {
      const shown = await this.ask(this.#view());
      if (turn !== this.turn) return false;
      this.shown = shown;
    } catch (error) {
      if (turn !== this.turn) return false;
      throw error;
    }
    this.#render();
    this.onShown(this.shown);
    return true;
  }

  /** Light one entry's pin, or the cluster or stack that holds it. Null: none. @param {Sought|null} sought */
  light(sought) {
    this.lit = sought;
    this.#showLit();
  }

  /** Move to an entry's pin, fan its address out if need be, and light it. False: it has no point. */
  async reveal(sought) {
    if (!sought.points.length) return false;
    this.closeFan();
    this.map.setView(sought.points[0], Math.max(this.map.getZoom(), REVEAL_ZOOM), { animate: false });
    await this.draw();
    if (this.#find(sought)?.item.cells) {
      this.map.setView(sought.points[0], CLUSTERS_UNTIL + 1, { animate: false });
      await this.draw();
    }
    const found = this.#find(sought);
    if (found?.item.entries?.length > 1) this.#openFan(found.item);
    this.light(sought);
    this.roving.setCurrent(this.#find(sought)?.key);
    return true;
  }

  /** Give the focus to an entry's pin, or to the map when it is not in view. @param {Sought} sought */
  focus(sought) {
    const found = this.#find(sought);
    if (found) this.roving.setCurrent(found.key, true);
    else this.map.getContainer().focus({ preventScroll: true });
  }

  /** Where the pin, stack or cluster of an entry lies; null when not drawn. @param {Sought} sought */
  latLngOf(sought) {
    return this.#find(sought)?.latlng ?? null;
  }

  /** If none of the marks is in view, move so that all are. */
  keepSomeInView() {
    if (!this.shown?.bounds) return;
    const view = this.map.getBounds();
    if (this.shown.marks.some((mark) => view.intersects(boxOf(mark)))) return;
    const [south, west, north, east] = this.shown.bounds;
    this.map.fitBounds([[south, west], [north, east]], { maxZoom: 15, padding: [40, 40] });
  }

  /** @returns {boolean} whether there was a fan to close */
  closeFan(refocus = false) {
    if (!this.fan) return false;
    const { key } = this.fan.hub;
    this.#clearFan();
    this.#render();
    if (refocus) this.roving.setCurrent(key, true);
    return true;
  }

  #redraw() {
    this.draw().catch((error) => { if (error.name !== "AbortError") this.onFail(); });
  }

  #view() {
    const box = this.map.getBounds().pad(0.1);
    return { zoom: Math.floor(this.map.getZoom()), box: [box.getSouth(), box.getWest(), box.getNorth(), box.getEast()] };
  }

  /** Bring the elements in line with the marks that were asked for last; what stays is not touched. */
  #render() {
    const zoom = this.map.getZoom();
    this.map.getContainer().classList.toggle("shows-names", zoom >= NAMES_FROM_ZOOM);
    const wanted = new Map((this.shown?.marks ?? []).map((item) => [item.key, item]));
    this.fan?.items.forEach((item) => wanted.set(item.key, item));
    const hadFocus = this.#removeAllBut(wanted);
    wanted.forEach((item, key) => (this.drawn.has(key) ? this.#change(item) : this.#add(item)));
    this.drawn.forEach((one) => size(one, zoom));
    this.roving.update(this.drawn, hadFocus);
    this.#showLit();
  }

  #removeAllBut(wanted) {
    let hadFocus = false;
    this.drawn.forEach(({ element }, key) => {
      if (wanted.has(key)) return;
      hadFocus ||= element.contains(document.activeElement);
      this.anchored.remove(key);
      this.drawn.delete(key);
    });
    return hadFocus;
  }

  #add(item) {
    const element = document.createElement("div");
    element.dataset.pin = item.key;
    element.setAttribute("role", "button");
    element.tabIndex = -1;
    const look = this.#lookOf(item);
    this.#dress(element, look, item);
    const latlng = L.latLng(item.lat, item.lng);
    this.anchored.add(item.key, element, latlng, look.over);
    this.drawn.set(item.key, { key: item.key, item, look: look.name, latlng, element });
  }

  /** The same address or cell, perhaps with other entries: the element stays, and the focus on it. */
  #change(item) {
    const one = this.drawn.get(item.key);
    const look = this.#lookOf(item);
    one.item = item;
    if (look.name !== one.look) this.#dress(one.element, look, item);
    one.look = look.name;
    one.latlng = L.latLng(item.lat, item.lng);
    this.anchored.move(item.key, one.latlng);
  }

  #dress(element, look, item) {
    const kept = [...element.classList].filter((name) => name.startsWith("leaflet-"));
    element.className = ["pin", ...look.classes, ...kept].join(" ");
    element.replaceChildren(look.art());
    element.setAttribute("aria-label", look.words);
    if (item.entries?.length > 1) element.setAttribute("aria-expanded", String(this.fan?.hub.key === item.key));
    else element.removeAttribute("aria-expanded");
  }

  /** How an item is drawn: `name` is the same for what looks the same. */
  #lookOf(item) {
    if (item.cells) {
      return { name: `${item.n}`, art: () => clusterArt(item.n), classes: ["is-cluster"], words: phrase("cluster", { n: item.n }), over: 200 };
    }
    const entries = item.entries?.length ?? 1;
    if (entries > 1) {
      const open = this.fan?.hub.key === item.key;
      const words = phrase("stack", { n: entries });
      return { name: `${entries} ${open}`, art: () => manyArt(entries), classes: ["is-many", ...(open ? ["is-open"] : [])], words, over: 100 };
    }
    const entry = this.#entry(item.entry ?? item.entries[0]);
    const tip = entry.look === "exact" && !item.hub; // On a ring around its place, a pin must not point.
    const marks = { paused: entry.paused, tipped: tip, fanned: Boolean(item.hub) };
    const classes = [entry.look, entry.kind, ...Object.keys(marks).filter((mark) => marks[mark])].map((name) => `is-${name}`);
    return { name: JSON.stringify(entry), art: () => pinArt(entry, tip), classes, words: pinWords(entry), over: item.hub ? 1000 : 0 };
  }

  #entry({ name, kind, precision, level, paused }) {
    const look = precision === "area" ? "area" : level === "point" ? "exact" : "about";
    return { name, kind, kindLabel: this.kindLabels[kind] ?? "", paused: Boolean(paused), look };
  }

  // --- what is done with them

  /** One listener for all: `focusin` and `pointerover` come up from any pin. */
  #listen(pane) {
    const itemAt = (element) => this.drawn.get(element?.closest("[data-pin]")?.dataset.pin)?.item;
    pane.addEventListener("click", (event) => {
      const item = itemAt(event.target);
      if (!item) return;
      event.stopPropagation(); // A press on the map itself closes the fan.
      if (event.detail && this.map.dragging.moved()) return; // The map was drawn along by this pin.
      this.roving.setCurrent(item.key);
      this.#open(item.key);
    });
    ["pointerover", "focusin"].forEach((name) => pane.addEventListener(name, (event) => this.#point(itemAt(event.target))));
    ["pointerout", "focusout"].forEach((name) => pane.addEventListener(name, (event) => this.#point(itemAt(event.relatedTarget))));
    pane.addEventListener("focusin", ({ target }) => { if (target.matches(":focus-visible")) this.#keepInside(target.dataset.pin); });
  }

  /** Pointer or focus came to an item, or left for none. */
  #point(item) {
    const id = (item && singleOf(item)?.id) ?? null;
    if (id === this.lighting) return;
    this.lighting = id;
    this.onLight(id);
  }

  #keepInside(key) {
    const found = this.drawn.get(key);
    if (found) this.map.panInside(found.latlng, { padding: [26, 52] });
  }

  #open(key) {
    const { item } = this.drawn.get(key) ?? {};
    if (!item) return;
    if (item.cells) this.#zoomInto(item);
    else if (item.entries?.length > 1) this.#toggleFan(item);
    else this.onOpen(singleOf(item).id);
  }

  #zoomInto(cluster) {
    const box = L.latLngBounds(...cornersOf(cluster.box));
    const next = Math.floor(this.map.getZoom()) + 1;
    const fitting = Math.floor(this.map.getBoundsZoom(box, false, L.point(AROUND * 2, AROUND * 2)));
    this.roving.lastLatLng = L.latLng(cluster.lat, cluster.lng);
    this.map.setView(box.getCenter(), Math.min(this.map.getMaxZoom(), Math.max(next, Math.min(fitting, CLUSTERS_UNTIL + 1))));
  }

  #toggleFan(spot) {
    if (this.fan?.hub.key === spot.key) this.closeFan();
    else { this.closeFan(); this.#openFan(spot); }
  }

  /** The entries of one address on a ring around it, each on a leg. */
  #openFan(spot) {
    this.map.getContainer().classList.add("has-fan");
    const centre = this.map.latLngToLayerPoint([spot.lat, spot.lng]);
    const items = spot.entries.map((entry, number) => {
      const at = this.map.layerPointToLatLng(centre.add(ringPoint(number, spot.entries.length)));
      L.polyline([[spot.lat, spot.lng], at], { className: "leg", interactive: false }).addTo(this.legs);
      return { key: `f:${entry.id}`, lat: at.lat, lng: at.lng, entry, hub: spot.key };
    });
    this.fan = { hub: spot, items };
    this.#render();
    if (this.drawn.get(spot.key)?.element === document.activeElement) this.roving.setCurrent(items[0].key, true);
  }

  #clearFan() {
    this.fan = null;
    this.legs.clearLayers();
    this.map.getContainer().classList.remove("has-fan");
  }

  /** The pin of an entry if there is one, else the stack or cluster that holds it. @param {Sought} sought */
  #find(sought) {
    const all = [...this.drawn.values()].filter(({ item }) => holds(item, sought));
    return all.find(({ item }) => singleOf(item)) ?? all[0];
  }

  #showLit() {
    this.drawn.forEach(({ item, element }) => {
      element.classList.toggle("is-lit", this.lit !== null && holds(item, this.lit));
    });
  }
}

/** The one entry that an item stands for; none for clusters and stacks. */
function singleOf({ entry, entries }) {
  return entry ?? (entries?.length === 1 ? entries[0] : undefined);
}

function holds(item, { id, points }) {
  if (item.cells) return holdsPoint(item, points);
  return item.entry ? item.entry.id === id : item.entries.some((entry) => entry.id === id);
}

/** An `area` entry's circle is as wide as what is not told. */
function size({ item, element }, zoom) {
  if (element.classList.contains("is-area")) element.style.setProperty("--disc", `${discWidth(item.lat, zoom)}px`);
}

function boxOf({ lat, lng, box }) {
  return box ? L.latLngBounds(...cornersOf(box)) : L.latLngBounds([lat, lng], [lat, lng]);
}

function cornersOf([south, west, north, east]) {
  return [[south, west], [north, east]];
}

/** The place of one of `total` around the middle, in pixels: a ring, and from ten on a widening spiral. */
function ringPoint(number, total) {
  if (total < 10) {
    const angle = (2 * Math.PI * number) / total - Math.PI / 2;
    const reach = Math.max(70, (total * 56) / (2 * Math.PI));
    return L.point(Math.round(reach * Math.cos(angle)), Math.round(reach * Math.sin(angle)));
  }
  const angle = 1.2 + 2.6 * Math.sqrt(number + 1);
  const reach = 34 + 22 * Math.sqrt(number + 1) * 1.15;
  return L.point(Math.round(reach * Math.cos(angle)), Math.round(reach * Math.sin(angle)));
}
