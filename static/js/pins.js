/**
 * Pins on the map: only those in view are in the page. Clusters, entries at one address that fan out,
 * soft circles. Talks to the page through the answers it is given, and knows nothing of list or card.
 */
import { clusterArt, discWidth, manyArt, pinArt, pinWords } from "./pin-art.js";
import { Roving } from "./roving.js";
import { SpotIndex, spotsOf } from "./spots.js";

const L = globalThis.L;
const NAMES_FROM_ZOOM = 16;
/** Exact pins point with their tip; everything else lies with its middle on the point. */
const TIP = [22, 50];
const MIDDLE = [22, 22];

export class PinLayer {
  /**
   * @param {import("leaflet").Map} map
   * @param {Object<string, string>} kindLabels  code → label
   * @param {{onOpen: (id: string) => void, onLight: (id: string|null) => void, onEscape: () => boolean}} answers
   */
  constructor(map, kindLabels, { onOpen, onLight, onEscape }) {
    this.map = map;
    this.kindLabels = kindLabels;
    this.onOpen = onOpen;
    this.onLight = onLight;
    /** @type {Map<string, {marker: L.Marker, item: Object, latlng: L.LatLng, element: HTMLElement}>} */
    this.drawn = new Map();
    this.fan = null;
    this.lit = new Set();
    this.legs = L.layerGroup().addTo(map);
    this.roving = new Roving(map, {
      onEnter: (key) => this.#open(key),
      onEscape: () => this.closeFan(true) || onEscape(),
    });
    map.on("moveend", () => this.draw());
    map.on("zoomstart", () => this.closeFan());
    map.on("click", () => this.closeFan());
  }

  /** Show these rows of a payload. */
  show(payload, rows) {
    this.payload = payload;
    this.rowOf = new Map(payload.id.map((id, row) => [id, row]));
    this.spots = spotsOf(payload, rows);
    this.index = new SpotIndex(this.spots);
    this.#clear();
    this.draw();
  }

  /** Bring the markers in line with what is in view. */
  draw() {
    if (!this.index || !this.map.getSize().x) return;
    const zoom = this.map.getZoom();
    this.map.getContainer().classList.toggle("shows-names", zoom >= NAMES_FROM_ZOOM);
    const wanted = new Map(this.index.within(this.#corners(), zoom).map((item) => [item.key, item]));
    (this.fan?.items ?? []).forEach((item) => wanted.set(item.key, item));
    const hadFocus = this.#removeAllBut(wanted);
    wanted.forEach((item, key) => { if (!this.drawn.has(key)) this.#add(item); });
    this.drawn.forEach((one) => this.#size(one, zoom));
    this.roving.update(this.drawn, hadFocus);
    this.#showLit();
  }

  /** Light one entry's pin, or the cluster or stack that holds it. Null: none. */
  light(id) {
    this.lit = id === null || !this.rowOf?.has(id) ? new Set() : new Set([this.rowOf.get(id)]);
    this.#showLit();
  }

  /** Move to an entry's pin, fan its address out if need be, and light it. False: it has no point. */
  reveal(id) {
    const row = this.rowOf?.get(id);
    const spot = this.spots?.find((one) => one.rows.includes(row));
    if (!spot) return false;
    this.closeFan();
    this.map.setView([spot.lat, spot.lng], this.index.loneZoom(spot, Math.max(this.map.getZoom(), 15)), { animate: false });
    if (spot.rows.length > 1) this.#openFan(spot);
    this.light(id);
    this.roving.setCurrent(spot.rows.length > 1 ? fanKey(row) : spot.key);
    return true;
  }

  /** Give the focus to an entry's pin, or to the map when it is not in view. */
  focus(id) {
    const row = this.rowOf?.get(id);
    const key = [...this.drawn.keys()].find((one) => this.#holds(this.drawn.get(one).item, row));
    if (key) this.roving.setCurrent(key, true);
    else this.map.getContainer().focus({ preventScroll: true });
  }

  /** Where the pin, stack or cluster of an entry lies; null when not drawn. */
  latLngOf(id) {
    const row = this.rowOf?.get(id);
    const one = [...this.drawn.values()].find(({ item }) => item.row === row || this.#holds(item, row));
    return one?.latlng ?? null;
  }

  /** If none of the spots is in view, move so that all are. */
  keepSomeInView() {
    const bounds = this.map.getBounds();
    if (!this.spots?.length || this.spots.some((spot) => bounds.contains([spot.lat, spot.lng]))) return;
    this.map.fitBounds(L.latLngBounds(this.spots.map((spot) => [spot.lat, spot.lng])), { maxZoom: 15, padding: [40, 40] });
  }

  /** @returns {boolean} whether there was a fan to close */
  closeFan(refocus = false) {
    if (!this.fan) return false;
    const hub = this.fan.hub;
    this.#clearFan();
    this.draw();
    this.drawn.get(hub.key)?.element.classList.remove("is-open");
    this.drawn.get(hub.key)?.element.setAttribute("aria-expanded", "false");
    if (refocus) this.roving.setCurrent(hub.key, true);
    return true;
  }

  #corners() {
    const bounds = this.map.getBounds().pad(0.1);
    return { west: bounds.getWest(), south: bounds.getSouth(), east: bounds.getEast(), north: bounds.getNorth() };
  }

  #clearFan() {
    this.fan = null;
    this.legs.clearLayers();
    this.map.getContainer().classList.remove("has-fan");
  }

  #clear() {
    this.#clearFan();
    this.#removeAllBut(new Map());
  }

  #removeAllBut(wanted) {
    let hadFocus = false;
    this.drawn.forEach(({ marker, element }, key) => {
      if (wanted.has(key)) return;
      hadFocus ||= element.contains(document.activeElement);
      marker.remove();
      this.drawn.delete(key);
    });
    return hadFocus;
  }

  #add(item) {
    const look = this.#lookOf(item);
    const icon = L.divIcon({
      html: look.art, className: `pin ${look.classes}`, iconSize: [44, look.tip ? 52 : 44], iconAnchor: look.tip ? TIP : MIDDLE,
    });
    const latlng = L.latLng(item.lat, item.lng);
    const marker = L.marker(latlng, { icon, keyboard: false, riseOnHover: true, zIndexOffset: look.over }).addTo(this.map);
    const element = marker.getElement();
    element.dataset.pin = item.key;
    element.setAttribute("role", "button");
    element.setAttribute("aria-label", look.words);
    if (item.rows?.length > 1) element.setAttribute("aria-expanded", "false");
    element.tabIndex = -1;
    this.#listen(marker, item);
    this.drawn.set(item.key, { marker, item, latlng, element });
  }

  #listen(marker, item) {
    marker.on("click", (event) => {
      L.DomEvent.stopPropagation(event);
      this.roving.setCurrent(item.key);
      this.#open(item.key);
    });
    const single = this.#rowOfItem(item);
    if (single === null) return;
    const id = this.payload.id[single];
    const element = marker.getElement();
    ["mouseenter", "focus"].forEach((name) => element.addEventListener(name, () => this.onLight(id)));
    ["mouseleave", "blur"].forEach((name) => element.addEventListener(name, () => this.onLight(null)));
  }

  #lookOf(item) {
    if (item.cluster !== undefined) {
      return { art: clusterArt(item.entries), classes: "is-cluster", words: `${item.entries}件のまとまり。Enterで拡大`, over: 200 };
    }
    const row = this.#rowOfItem(item);
    if (row === null) {
      const words = `同じところに${item.rows.length}件。Enterで開く`;
      return { art: manyArt(item.rows.length), classes: "is-many", words, over: 100 };
    }
    const entry = this.#entry(row);
    const tip = entry.look === "exact" && !item.hub; // On a ring around its place, a pin must not point.
    const classes = ["", entry.look, entry.kind, ...(entry.paused ? ["paused"] : []), ...(tip ? ["tipped"] : []), ...(item.hub ? ["fanned"] : [])].join(" is-");
    return { art: pinArt(entry, tip), classes, words: pinWords(entry), tip, over: item.hub ? 1000 : 0 };
  }

  #entry(row) {
    const { name, kind, precision, level, paused } = this.payload;
    const surely = level[row] === "point";
    return {
      name: name[row], kind: kind[row], kindLabel: this.kindLabels[kind[row]] ?? "", paused: Boolean(paused[row]),
      look: precision[row] === "area" ? "area" : surely ? "exact" : "about",
    };
  }

  /** The one row an item stands for, or null for clusters and stacks. */
  #rowOfItem(item) {
    if (item.row !== undefined) return item.row;
    return item.rows?.length === 1 ? item.rows[0] : null;
  }

  #size({ item, element }, zoom) {
    if (element.classList.contains("is-area")) element.style.setProperty("--disc", `${discWidth(item.lat, zoom)}px`);
  }

  #open(key) {
    const { item } = this.drawn.get(key) ?? {};
    if (!item) return;
    if (item.cluster !== undefined) this.#zoomInto(item);
    else if (item.rows?.length > 1) this.#toggleFan(item);
    else this.onOpen(this.payload.id[this.#rowOfItem(item)]);
  }

  #zoomInto(item) {
    const zoom = Math.min(this.map.getMaxZoom(), this.index.openingZoom(item.cluster));
    this.roving.lastLatLng = L.latLng(item.lat, item.lng);
    this.map.setView([item.lat, item.lng], zoom);
  }

  #toggleFan(spot) {
    if (this.fan?.hub.key === spot.key) this.closeFan();
    else { this.closeFan(); this.#openFan(spot); }
  }

  /** The entries of one address on a ring around it, each on a leg. */
  #openFan(spot) {
    this.map.getContainer().classList.add("has-fan");
    const centre = this.map.latLngToLayerPoint([spot.lat, spot.lng]);
    const items = spot.rows.map((row, number) => {
      const at = this.map.layerPointToLatLng(centre.add(ringPoint(number, spot.rows.length)));
      L.polyline([[spot.lat, spot.lng], at], { className: "leg", interactive: false }).addTo(this.legs);
      return { key: fanKey(row), lat: at.lat, lng: at.lng, row, hub: spot.key };
    });
    this.fan = { hub: spot, items };
    this.draw();
    const hub = this.drawn.get(spot.key)?.element;
    hub?.classList.add("is-open");
    hub?.setAttribute("aria-expanded", "true");
    if (hub && hub === document.activeElement) this.roving.setCurrent(items[0].key, true);
  }

  #holds(item, row) {
    if (row === undefined) return false;
    if (item.row !== undefined) return item.row === row;
    if (item.rows) return item.rows.includes(row);
    item.inside ??= this.index.rowsIn(item.cluster);
    return item.inside.has(row);
  }

  #showLit() {
    this.drawn.forEach(({ item, element }) => {
      element.classList.toggle("is-lit", [...this.lit].some((row) => this.#holds(item, row)));
    });
  }
}

function fanKey(row) {
  return `f${row}`;
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
