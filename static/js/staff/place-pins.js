/**
 * The pin of a place, in the form of an entry: one map for all places, shown in the row that asks for it.
 * A pin that was moved, taken or typed is a confirmed point; else the place stands where its address is.
 */
import { ask } from "./pin-questions.js";
import { PinMap } from "./pin-map.js";

const ASK_AFTER = 400;

/** The row's own controls. */
class Row {
  constructor(element) {
    this.element = element;
    this.address = element.querySelector("[data-address]");
    this.lat = element.querySelector("[data-lat]");
    this.lng = element.querySelector("[data-lng]");
    this.now = element.querySelector("[data-position-now]");
    this.slot = element.querySelector("[data-map-slot]");
  }

  get number() {
    return this.element.querySelector("legend [data-row-number]").textContent;
  }

  /** @returns {{lat: number, lng: number}|null} the confirmed point */
  get point() {
    const [lat, lng] = [this.lat, this.lng].map((input) => Number.parseFloat(input.value.normalize("NFKC")));
    return Number.isFinite(lat) && Number.isFinite(lng) && Math.abs(lat) <= 90 ? { lat, lng } : null;
  }

  set point(point) {
    this.lat.value = point ? point.lat.toFixed(6) : "";
    this.lng.value = point ? point.lng.toFixed(6) : "";
    this.lat.dispatchEvent(new Event("input", { bubbles: true }));
  }
}

export class Places {
  /**
   * @param {HTMLFormElement} form
   * @param {HTMLElement} panel  the map with its buttons
   */
  constructor(form, panel) {
    this.form = form;
    this.panel = panel;
    this.row = null; // where the panel stands
    this.own = null; // the point that the address has
    this.words = panel.querySelector("[data-pin-words]");
    this.picks = panel.querySelector("[data-picks]");
    this.map = new PinMap(panel.querySelector("[data-pin-map]"), {
      onMove: (point, how) => this.#moved(point, how), look: () => this.#look(),
    });
    form.querySelectorAll("[data-place]").forEach((element) => this.#offer(element));
    form.addEventListener("row:added", (event) => {
      if (event.target.matches("[data-place]")) { this.#offer(event.target); this.#describe(new Row(event.target)); }
    });
    this.#listen();
  }

  #listen() {
    const { form, panel } = this;
    form.addEventListener("click", (event) => {
      const button = event.target.closest("[data-find], [data-open-map]");
      if (!button) return;
      event.preventDefault();
      this.#open(new Row(button.closest("[data-place]")));
    });
    form.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing || !event.target.matches("[data-address]")) return;
      event.preventDefault();
      this.#open(new Row(event.target.closest("[data-place]")));
    });
    form.addEventListener("change", (event) => {
      if (!event.target.matches("[data-address], [data-lat], [data-lng]")) return;
      const row = new Row(event.target.closest("[data-place]"));
      if (this.row?.element === row.element && !event.target.matches("[data-address]")) this.#show();
      this.#describe(row);
    });
    panel.querySelector("[data-pin-take]").addEventListener("click", () => this.#moved(this.map.point, "この位置に決めました。"));
    panel.querySelector("[data-pin-back]").addEventListener("click", () => this.#back());
    panel.querySelector("[data-map-close]").addEventListener("click", () => this.#close());
  }

  /** A button that opens the map without looking the address up first. */
  #offer(element) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link-button";
    button.dataset.openMap = "";
    button.textContent = "地図で位置を決める";
    element.querySelector(".position-now").append(button);
  }

  async #open(row) {
    this.row = row;
    row.slot.append(this.panel);
    this.panel.hidden = false;
    this.panel.setAttribute("role", "group");
    this.panel.setAttribute("aria-label", `場所${row.number}の位置`);
    const found = await ask.candidates(this.form, row.address.value);
    if (this.row !== row) return;
    this.own = found.own;
    this.#offerPicks(found);
    await this.#show();
    this.#say(this.#foundWords(found));
  }

  #foundWords({ own, points, note }) {
    if (note) return note;
    if (this.row.point) return "いまの位置に、印があります。";
    if (own) return `${own.label}の${own.how}に、印があります。`;
    if (points.length) return "見つかった位置から選ぶか、印を動かしてください。";
    return this.row.address.value ? "この住所の位置は分かりませんでした。印を動かして決めてください。" : "住所がまだありません。印を動かして決めてください。";
  }

  /** Points to choose from. They belong to no form: what counts is where the pin then stands. */
  #offerPicks({ own, points, starts }) {
    const offered = [
      ...points.map((one) => ({ text: `${one.label}（${one.how}）`, choose: () => this.#moved(one, `${one.label}に決めました。`) })),
      ...starts.map((one) => ({ text: `${one.label}から動かす`, choose: () => this.#start(one) })),
    ];
    this.picks.replaceChildren();
    if (!offered.length) return;
    if (own) offered.unshift({ text: `住所のまま：${own.label}（${own.how}）`, choose: () => this.#back() });
    const group = document.createElement("fieldset");
    const legend = document.createElement("legend");
    legend.className = "field-label";
    legend.textContent = "見つかった位置";
    const options = document.createElement("div");
    options.className = "options";
    options.append(...offered.map((one) => this.#option(one)));
    group.append(legend, options);
    this.picks.append(group);
  }

  #option({ text, choose }) {
    const label = document.createElement("label");
    label.className = "option";
    const radio = document.createElement("input");
    radio.type = "radio";
    radio.name = "picked-point";
    radio.setAttribute("form", "none");
    radio.addEventListener("change", (event) => { event.stopPropagation(); choose(); });
    const words = document.createElement("span");
    words.className = "option-text";
    words.textContent = text;
    label.append(radio, words);
    return label;
  }

  /** Draw the pin where it stands now. */
  async #show() {
    const { row, own } = this;
    await this.map.show(row.point ?? own, own);
  }

  #look() {
    const kind = this.form.querySelector("[data-kind]").value;
    const name = this.form.querySelector("[data-name]").value;
    const number = this.row?.number ?? "1";
    return { kind, name, isSet: Boolean(this.row?.point), label: `場所${number}の印。矢印キーで約5m、Shiftキーと矢印キーで約50m動きます` };
  }

  /** Look from here, without saying yet that this is the place. */
  async #start(point) {
    this.row.point = null;
    await this.map.show(point, this.own);
    this.#describe(this.row);
    this.#say(`${point.label}の中ほどです。印を動かして、位置を決めてください。`);
  }

  #moved(point, how) {
    this.row.point = point;
    this.map.place(point);
    this.#tellDistance(how);
  }

  #back() {
    this.row.point = null;
    this.#show();
    this.#describe(this.row);
    this.#say(this.own ? `住所の位置に戻しました。${this.own.how}に載ります。` : "位置を消しました。まだ地図に載りません。");
    this.picks.querySelectorAll("input").forEach((radio, i) => { radio.checked = i === 0 && Boolean(this.own); });
  }

  #close() {
    this.panel.hidden = true;
    this.row.element.querySelector("[data-open-map]").focus();
    this.row = null;
  }

  /** Say how far the pin lies from its address, once it rests. */
  #tellDistance(how) {
    clearTimeout(this.timer);
    const row = this.row;
    this.timer = setTimeout(async () => {
      const { words, far } = await this.#describe(row);
      if (this.row !== row) return;
      const { lat, lng } = row.point ?? this.map.point;
      const where = words ? `${words}です。` : `緯度${lat.toFixed(5)}、経度${lng.toFixed(5)}です。`;
      this.#say(`${how}${where}${far ? "離れすぎていないか、確かめてください。" : ""}`, far);
    }, ASK_AFTER);
  }

  #say(text, far = false) {
    this.words.textContent = text;
    this.words.classList.toggle("is-far", far);
  }

  /** The line above the map: where the place stands as its row is now. */
  async #describe(row) {
    const point = row.point;
    const told = point ? await ask.distance(this.form, row.address.value, point) : { words: "", far: false };
    const { own } = point ? { own: null } : await ask.candidates(this.form, row.address.value);
    if (point) row.now.textContent = `確かめた位置に載ります${told.words ? `（${told.words}${told.far ? "。離れすぎていないか、確かめてください" : ""}）` : ""}。`;
    else if (own) row.now.textContent = `住所から、${own.how}に載ります（${own.label}）。`;
    else row.now.textContent = "まだ地図に載りません。住所を書くか、地図で位置を決めてください。";
    return told;
  }
}

