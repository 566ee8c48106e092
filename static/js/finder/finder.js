/**
 * The page of map and list. Marks and numbers come from mark-source.js, the list from a source, by the same rules.
 * The address leads: whatever is done changes it, then `follow` obeys.
 *
 * @typedef {Object} Source  who answers: the site (site-source.js), or a file of its own (file-source.js)
 * @property {string|null} shown  the query whose list the page came with
 * @property {(asked: URLSearchParams) => Promise<import("./filter.js").Payload>} pins
 * @property {((params: URLSearchParams, view: import("./mark-source.js").View, signal: AbortSignal)
 *   => Promise<Object>)|null} marks  where the server makes them: an answer of /marks.json
 * @property {(params: URLSearchParams, signal: AbortSignal) => Promise<DocumentFragment>} list
 * @property {(id: string) => Promise<string>} card
 * @property {() => void} loadMap  called when a map will be wanted: its scripts announce it (map-ready.js)
 */
import { goBackFrom, goToOpened, goToSearch, readAddress, searchOf } from "../common/address.js";
import { Card } from "./card.js";
import { firstView } from "../map/first-view.js";
import { closeFiltersWhenLeft, listenToForm, readForm, showCounts, vocabularyOf, writeForm } from "./form-state.js";
import { whenIdle } from "../common/idle.js";
import { whenMapReady } from "../map/map-ready.js";
import { MapView } from "../map/map-view.js";
import { AskedMarks, OwnMarks } from "./mark-source.js";
import { NearMark } from "./near-mark.js";
import { PinLayer } from "../map/pins.js";
import { Results, pointsOf } from "../common/results.js";
import { phrase } from "../common/phrases.js";

class Finder {
  /** @param {Source} source */
  constructor(root, source) {
    const part = (name) => root.querySelector(`[data-${name}]`);
    Object.assign(this, { root, part, source, form: part("form"), notice: part("map-notice"), status: part("status") });
    this.marks = source.marks ? new AskedMarks(source.marks) : new OwnMarks((asked) => source.pins(asked), vocabularyOf(this.form));
    this.results = new Results(part("results"), (params, signal) => source.list(params, signal));
    this.near = new NearMark(this.results.element);
    this.view = new MapView(root, part("map-view"));
    this.card = new Card(part("card-host"), (id) => source.card(id), { onClose: () => goBackFrom() });
    this.shown = source.shown; // The query that the list shows.
    this.counted = source.shown; // The query that the numbers beside the choices are of.
    this.hovered = null;
    this.opener = null;
  }

  async start() {
    if (this.view.visible) this.marks.prepare(readAddress().params, this.near.place ? null : () => firstView(this.part("map")));
    writeForm(this.form, readAddress().params);
    closeFiltersWhenLeft(this.form);
    listenToForm(this.form, (how) => this.#ask(how));
    this.#listenToList();
    this.#listenToMapButtons();
    addEventListener("popstate", () => this.follow());
    await this.#follow({ atStart: true });
    this.root.dataset.ready = "true";
    if (!this.found) whenIdle(() => this.#prepare());
  }

  /** On a phone the list is all there is at first; what its map will need comes when nothing else is to be done. */
  #prepare() {
    this.#wantMap();
    this.marks.prepare(readAddress().params);
  }

  /** Bring the page in line with the address. */
  follow() {
    return this.#follow({ atStart: false });
  }

  async #follow({ atStart }) {
    const { params, map, at } = readAddress();
    if (location.search !== this.shown) {
      this.shown = location.search;
      await this.#search(params);
    }
    const changed = this.view.toggle(map || at !== null);
    if (this.view.visible) await this.#wantMap();
    if (changed) await this.#settleMap(true);
    else if (atStart) await this.first;
    if (at === this.card.id) return;
    if (at === null) this.#closeCard();
    else await this.#openCard(at, atStart);
  }

  /** A new query: marks, counts and list as soon as they are there. */
  async #search(params) {
    try {
      const marks = this.#searchMarks(params);
      const list = this.results.load(new URLSearchParams(params), marks);
      writeForm(this.form, params);
      await marks;
      if (!(await list)) return;
      this.#showTotals();
      this.#showNearPlace();
      this.pins?.keepSomeInView();
      this.#announce(phrase("found", { n: this.total }));
    } catch {
      this.shown = null; // The next try asks again.
      this.results.fail(phrase("no-list"));
    }
  }

  /** The marks of a new query; where they do not come, the list goes on without them and says so. */
  async #searchMarks(params) {
    try {
      await this.#showMatches(params);
    } catch (error) {
      if (error.name === "AbortError") return; // A later one is on its way.
      this.found = null;
      this.fail();
    }
  }

  /** Marks, counts and totals of a query: on the map, or where none is in sight, the numbers alone. */
  async #showMatches(params) {
    const asked = new URLSearchParams(params);
    this.ask = (view) => this.marks.ask(asked, view);
    this.found = null;
    if (this.pins && this.view.visible) return this.pins.show(this.ask);
    const { ask } = this;
    const shown = await ask(null);
    if (ask === this.ask) this.#onShown(shown);
    return undefined;
  }

  #onShown(shown) {
    if (location.search !== this.counted) showCounts(this.form, shown.counts());
    this.counted = location.search;
    this.found = shown;
    this.#showTotals();
    this.notice.hidden = true;
    this.#light();
  }

  /** How many match: as the marks say, or as the list does where they did not come. */
  get total() {
    return this.found?.total ?? Number(this.results.element.querySelector("[data-total]").textContent);
  }

  /** The same words twice are spoken twice. */
  #announce(words) {
    this.status.textContent = "";
    setTimeout(() => { this.status.textContent = words; }, 50);
  }

  // --- what is asked

  /** The question is on its way before the address changes, which takes an old phone a while. */
  #ask(how) {
    const params = readForm(this.form);
    if (searchOf(params) === location.search) return;
    this.#search(params);
    goToSearch(params, how);
    this.shown = location.search;
    this.follow();
  }

  #listenToList() {
    const list = this.results.element;
    list.addEventListener("click", (event) => this.#onListClick(event));
    const light = (event) => this.#hover(event.target.closest("[data-row]")?.dataset.row ?? null);
    ["pointerover", "focusin"].forEach((name) => list.addEventListener(name, light));
    ["pointerleave", "focusout"].forEach((name) => list.addEventListener(name, () => this.#hover(null)));
  }

  #onListClick(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const refine = event.target.closest("a[data-refine]");
    const next = event.target.closest("a[data-next]");
    const show = event.target.closest("[data-show]");
    if (refine || next) event.preventDefault();
    if (refine && goToSearch(new URL(refine.href).searchParams)) this.follow();
    if (next) this.results.append(new URL(next.href).searchParams).catch(() => { location.href = next.href; });
    if (show) this.#open(show.dataset.show, show);
  }

  #listenToMapButtons() {
    this.part("open-map").addEventListener("click", () => { goToOpened({ map: true, at: null }); this.follow(); });
    this.part("close-map").addEventListener("click", () => goBackFrom({ all: true }));
    this.view.onTurn(() => this.follow().then(() => this.#settleMap(true)));
  }

  #showTotals() {
    const total = String(this.total);
    this.root.querySelectorAll("[data-total]").forEach((place) => say(place, total));
    this.form.querySelectorAll("[data-close-text]").forEach((place) => say(place, phrase("see", { n: total })));
  }

  // --- the map

  #wantMap() {
    if (!this.drawing) {
      this.drawing = whenMapReady(this.part("map"), (map) => this.#startMap(map));
      this.source.loadMap();
    }
    return this.drawing;
  }

  /** Right away what is in sight is asked for; the base map's script goes on drawing. */
  #startMap(map) {
    this.map = map;
    const labels = Object.fromEntries([...this.form.querySelectorAll('input[name="kind"]')].map((box) => [
      box.value, box.closest("label").querySelector(".choice-label").textContent,
    ]));
    this.pins = new PinLayer(this.map, labels, {
      onOpen: (id) => this.#open(id, null),
      onLight: (id) => this.#hover(id),
      onEscape: () => this.#escape(),
      onShown: (shown) => this.#onShown(shown),
      onFail: () => this.fail(),
    });
    this.first = this.#settleMap(false);
    this.first.catch(() => {}); // `start` waits for it and hears of it.
  }

  /** After the map came into sight: it takes its size, and what was asked meanwhile is drawn. */
  async #settleMap(changed) {
    if (!this.view.visible || !this.pins) return;
    if (changed) this.#measure();
    const first = !this.settled;
    this.settled = true;
    this.#showNearPlace();
    await this.#showMatches(readAddress().params);
    if (!first) this.pins.keepSomeInView();
    this.#light();
  }

  /** The map takes its new size; until it was seen for the first time, it shows all of the ward. */
  #measure() {
    const before = this.map.getSize();
    this.map.invalidateSize({ animate: false });
    if (!this.settled && !this.map.getSize().equals(before)) this.map.fitBounds(this.map.options.home, { animate: false });
  }

  #showNearPlace() {
    if (this.map) this.near.show(this.map, this.view.visible);
  }

  // --- cards

  #open(id, opener) {
    this.opener = opener;
    goToOpened({ map: !this.view.onDesk, at: id });
    this.follow();
  }

  #escape() {
    if (this.card.id === null) return false;
    goBackFrom();
    return true;
  }

  /** `show`: move to its pin even if a cluster that holds it is in view. */
  async #openCard(id, show) {
    await this.#wantMap();
    const move = show || this.opener !== null;
    const known = this.#sought(id);
    if (known.points.length) await this.#bring(known, move);
    if (readAddress().at !== id) return; // Closed again meanwhile.
    try {
      if (!(await this.card.open(id))) return;
    } catch {
      this.#say(phrase("no-card"));
      return;
    }
    const sought = this.#sought(id);
    if (!known.points.length) await this.#bring(sought, move);
    this.#light();
    this.#makeRoom(sought);
    if (this.view.onDesk) this.results.row(id)?.scrollIntoView({ block: "nearest" });
  }

  /** An entry, and where it lies as its card or its row says. @returns {import("./pins.js").Sought} */
  #sought(id) {
    return { id, points: this.card.points(id) ?? pointsOf(this.results.row(id)) };
  }

  async #bring(sought, move) {
    if (move || !this.pins.latLngOf(sought)) await this.pins.reveal(sought);
  }

  /** The card must not lie over its own pin. */
  #makeRoom(sought) {
    const at = this.pins.latLngOf(sought);
    const { offsetWidth: width, offsetHeight: height } = this.card.host;
    const room = this.view.onDesk ? [width + 110, 60] : [40, height + 40];
    if (at) this.map.panInside(at, { paddingTopLeft: [40, 70], paddingBottomRight: room, animate: false });
  }

  #closeCard() {
    const sought = this.#sought(this.card.id);
    const hadFocus = this.card.host.contains(document.activeElement) || document.activeElement === document.body;
    this.card.close();
    this.#light();
    if (!hadFocus || !this.view.visible) return;
    if (this.opener?.isConnected && this.view.onDesk) this.opener.focus();
    else this.pins.focus(sought);
    this.opener = null;
  }

  #hover(id) {
    this.hovered = id;
    this.#light();
  }

  /** List and map light the same entry: the one pointed at, else the one whose card is open. */
  #light() {
    const id = this.hovered ?? this.card.id;
    this.pins?.light(id === null ? null : this.#sought(id));
    this.results.light(id);
  }

  #say(words) {
    this.notice.textContent = words;
    this.notice.hidden = false;
  }

  /** The list stands without us; only the map is missing. */
  fail() {
    this.#say(phrase("no-marks"));
  }
}

/** What says so already is left alone. */
function say(place, words) {
  if (place.textContent !== words) place.textContent = words;
}

/** Bring a page of map and list to life. */
export function startFinder(root, source) {
  const finder = new Finder(root, source);
  finder.start().catch((error) => {
    finder.fail();
    throw error;
  });
}
