/**
 * The page of map and list. Filters are answered at once from bits for pins and counts; the list comes
 * from a source by the same rules. The address leads: whatever is done changes it, then `follow` obeys.
 *
 * @typedef {Object} Source  who answers: the site (site-source.js), or a file of its own (file-source.js)
 * @property {string|null} shown  the query whose list the page came with
 * @property {(asked: URLSearchParams) => Promise<import("./filter.js").Payload>} pins
 * @property {(params: URLSearchParams, signal: AbortSignal) => Promise<DocumentFragment>} list
 * @property {(id: string) => Promise<string>} card
 */
import { goBackFrom, goToOpened, goToSearch, readAddress } from "./address.js";
import { Card } from "./card.js";
import { counts, matches } from "./filter.js";
import { closeFiltersWhenLeft, followPlace, readForm, serverPart, showCounts, vocabularyOf, writeForm } from "./form-state.js";
import { whenMapReady } from "./map-ready.js";
import { MapView } from "./map-view.js";
import { PinLayer } from "./pins.js";
import { Results } from "./results.js";

const TYPING_PAUSE = 350;
const L = globalThis.L;

class Finder {
  /** @param {Source} source */
  constructor(root, source) {
    const part = (name) => root.querySelector(`[data-${name}]`);
    Object.assign(this, { root, part, source, form: part("form"), notice: part("map-notice"), status: part("status") });
    this.vocabulary = vocabularyOf(this.form);
    this.results = new Results(part("results"), (params, signal) => source.list(params, signal));
    this.view = new MapView(root, part("map-view"));
    this.card = new Card(part("card-host"), (id) => source.card(id), { onClose: () => goBackFrom() });
    this.shown = source.shown; // The query that the list shows.
    this.hovered = null;
  }

  async start() {
    writeForm(this.form, readAddress().params);
    closeFiltersWhenLeft(this.form);
    this.#listenToForm();
    this.#listenToList();
    this.#listenToMapButtons();
    addEventListener("popstate", () => this.follow());
    await Promise.all([this.#startMap(), this.#loadPayload()]);
    this.#showMatches();
    this.#follow({ atStart: true });
    this.root.dataset.ready = "true";
  }

  /** Bring the page in line with the address. */
  follow() {
    return this.#follow({ atStart: false });
  }

  async #follow({ atStart }) {
    const { params, map, at } = readAddress();
    if (location.search !== this.shown) await this.#search(params);
    const changed = this.view.toggle(map || at !== null);
    if (changed || atStart) this.#settleMap();
    if (at === this.card.id) return;
    if (at === null) this.#closeCard();
    else await this.#openCard(at, atStart);
  }

  /** A new query: pins and counts now, the list as soon as it comes. */
  async #search(params) {
    this.shown = location.search;
    writeForm(this.form, params);
    try {
      const list = this.results.load(new URLSearchParams(params));
      await this.#searchPins();
      if (!(await list)) return;
      this.#showTotals();
      this.#showNearPlace();
      this.pins?.keepSomeInView();
      this.#announce(`${this.total}件見つかりました`);
    } catch {
      this.shown = null; // The next try asks again.
      this.results.fail("リストを読み込めませんでした。通信の状態を確かめて、もう一度お試しください。");
    }
  }

  /** The pins of a new query; where they do not come, the list goes on without them and says so. */
  async #searchPins() {
    try {
      if (await this.#loadPayload()) this.#showMatches();
    } catch {
      this.rows = null;
      this.fail();
    }
  }

  /** How many match: by the bits, or as the list says where the pins did not come. */
  get total() {
    return this.rows?.length ?? Number(this.results.element.querySelector("[data-total]").textContent);
  }

  /** The same words twice are spoken twice. */
  #announce(words) {
    this.status.textContent = "";
    setTimeout(() => { this.status.textContent = words; }, 50);
  }

  // --- what is asked

  #listenToForm() {
    let typing = 0;
    this.form.addEventListener("change", (event) => {
      if (event.target.name === "near") followPlace(this.form);
      if (event.target.name !== "q") this.#ask();
    });
    this.form.addEventListener("input", (event) => {
      if (event.target.name !== "q") return;
      clearTimeout(typing);
      typing = setTimeout(() => this.#ask({ replace: true }), TYPING_PAUSE);
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      clearTimeout(typing);
      this.#ask();
      this.form.querySelectorAll("details[open]").forEach((box) => {
        box.open = false;
        box.querySelector("summary").focus({ preventScroll: true });
      });
    });
  }

  #ask(how) {
    if (goToSearch(readForm(this.form), how)) this.follow();
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
    this.view.onTurn(() => this.follow().then(() => this.#settleMap()));
  }

  // --- what is known

  /** Fetch the pins when the server's part of the query changed. True unless overtaken. */
  async #loadPayload() {
    const asked = serverPart(readAddress().params).toString();
    if (asked !== this.asked) {
      this.asked = asked;
      this.loading = this.#fetchPins(asked);
    }
    const payload = await this.loading;
    if (asked !== this.asked) return false;
    this.payload = payload;
    return true;
  }

  async #fetchPins(asked) {
    try {
      return await this.source.pins(new URLSearchParams(asked));
    } catch (error) {
      this.asked = null;
      throw error;
    }
  }

  /** Pins, counts and totals of the present query, from bits alone. */
  #showMatches() {
    const { params } = readAddress();
    this.rows = matches(this.payload, params, this.vocabulary);
    showCounts(this.form, counts(this.payload, params, this.vocabulary));
    this.#showTotals();
    this.notice.hidden = true;
    if (this.view.visible) this.pins?.show(this.payload, this.rows);
    this.#light();
  }

  #showTotals() {
    const total = String(this.total);
    this.root.querySelectorAll("[data-total]").forEach((place) => { place.textContent = total; });
    this.form.querySelectorAll("[data-close-text]").forEach((place) => { place.textContent = `${total}件を見る`; });
  }

  // --- the map

  async #startMap() {
    this.map = await whenMapReady(this.part("map"));
    const labels = Object.fromEntries([...this.form.querySelectorAll('input[name="kind"]')].map((box) => [
      box.value, box.closest("label").querySelector(".choice-label").textContent,
    ]));
    this.pins = new PinLayer(this.map, labels, {
      onOpen: (id) => this.#open(id, null),
      onLight: (id) => this.#hover(id),
      onEscape: () => this.#escape(),
    });
    this.map.fitBounds(this.map.options.home, { animate: false });
  }

  /** After the map came into sight: it takes its size, and what was asked meanwhile is drawn. */
  #settleMap() {
    if (!this.view.visible || !this.pins) return;
    const first = !this.settled;
    this.settled = true;
    this.map.invalidateSize({ animate: false });
    if (first) this.map.fitBounds(this.map.options.home, { animate: false });
    if (this.rows) this.pins.show(this.payload, this.rows);
    this.#showNearPlace();
    if (!first) this.pins.keepSomeInView();
    this.#light();
  }

  /** A mark at the town or station that the distances count from. */
  #showNearPlace() {
    const place = this.results.element.querySelector("[data-near-lat]")?.dataset;
    if (!this.map) return;
    this.nearMark?.remove();
    if (!place) { this.nearAt = null; return; }
    const words = document.createElement("span");
    words.textContent = place.nearName;
    const at = [Number(place.nearLat), Number(place.nearLng)];
    const icon = L.divIcon({ html: words, className: "near-mark", iconSize: null });
    this.nearMark = L.marker(at, { icon, interactive: false, keyboard: false, zIndexOffset: -500 }).addTo(this.map);
    if (this.nearAt !== place.nearName && this.view.visible) this.map.setView(at, 14, { animate: false });
    this.nearAt = place.nearName;
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
    if (!this.pins || !this.payload?.id.includes(id)) return;
    const drawn = this.pins.latLngOf(id);
    if (show || this.opener || !drawn) this.pins.reveal(id);
    try {
      await this.card.open(id);
    } catch {
      this.#say("くわしい内容を読み込めませんでした。もう一度お試しください。");
      return;
    }
    this.#light();
    this.#makeRoom(id);
    if (this.view.onDesk) this.results.row(id)?.scrollIntoView({ block: "nearest" });
  }

  /** The card must not lie over its own pin. */
  #makeRoom(id) {
    const at = this.pins.latLngOf(id);
    const { offsetWidth: width, offsetHeight: height } = this.card.host;
    const room = this.view.onDesk ? [width + 110, 60] : [40, height + 40];
    if (at) this.map.panInside(at, { paddingTopLeft: [40, 70], paddingBottomRight: room, animate: false });
  }

  #closeCard() {
    const { id } = this.card;
    const hadFocus = this.card.host.contains(document.activeElement) || document.activeElement === document.body;
    this.card.close();
    this.#light();
    if (!hadFocus || !this.view.visible) return;
    if (this.opener?.isConnected && this.view.onDesk) this.opener.focus();
    else this.pins.focus(id);
    this.opener = null;
  }

  #hover(id) {
    this.hovered = id;
    this.#light();
  }

  /** List and map light the same entry: the one pointed at, else the one whose card is open. */
  #light() {
    const id = this.hovered ?? this.card.id;
    this.pins?.light(id);
    this.results.light(id);
  }

  #say(words) {
    this.notice.textContent = words;
    this.notice.hidden = false;
  }

  /** The list stands without us; only the map is missing. */
  fail() {
    this.#say("地図の印を読み込めませんでした。リストはそのままお使いいただけます。");
  }
}

/** Bring a page of map and list to life. */
export function startFinder(root, source) {
  const finder = new Finder(root, source);
  finder.start().catch((error) => {
    finder.fail();
    throw error;
  });
}
