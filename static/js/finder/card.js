/** The card that a pin opens: asked for once, shown over the map, closed by its button or Escape. */
import { parse, pointsOf } from "../common/results.js";

export class Card {
  /**
   * @param {HTMLElement} host
   * @param {(id: string) => Promise<string>} ask  an entry's card as HTML
   * @param {{onClose: () => void}} answers
   */
  constructor(host, ask, { onClose }) {
    this.host = host;
    this.ask = ask;
    this.id = null;
    /** @type {Map<string, string>} */
    this.known = new Map();
    host.addEventListener("click", (event) => { if (event.target.closest("[data-card-close]")) onClose(); });
    host.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      onClose();
    });
  }

  /** Show an entry's card and put the focus on its name. False: another was opened or this one closed meanwhile. */
  async open(id) {
    this.id = id;
    const html = await this.#html(id);
    if (this.id !== id) return false;
    this.host.replaceChildren(parse(html));
    this.host.hidden = false;
    this.host.scrollTop = 0;
    this.host.querySelector("#card-title").focus({ preventScroll: true });
    return true;
  }

  /** Where the entry lies whose card is open; null for any other. @returns {[number, number][]|null} */
  points(id) {
    const card = this.host.querySelector("[data-card]");
    return card?.dataset.card === id ? pointsOf(card) : null;
  }

  close() {
    this.id = null;
    this.host.hidden = true;
    this.host.replaceChildren();
  }

  async #html(id) {
    if (!this.known.has(id)) this.known.set(id, await this.ask(id));
    return this.known.get(id);
  }
}
