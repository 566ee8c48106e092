/** The card that a pin opens: fetched once, shown over the map, closed by its button or Escape. */
import { parse } from "./results.js";

export class Card {
  /**
   * @param {HTMLElement} host
   * @param {string} url  of the card with "-" for its id
   * @param {{onClose: () => void}} answers
   */
  constructor(host, url, { onClose }) {
    this.host = host;
    this.url = url;
    this.id = null;
    /** @type {Map<string, string>} */
    this.fetched = new Map();
    host.addEventListener("click", (event) => { if (event.target.closest("[data-card-close]")) onClose(); });
    host.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.preventDefault();
      onClose();
    });
  }

  /** Show an entry's card and put the focus on its name. */
  async open(id) {
    this.id = id;
    const html = await this.#html(id);
    if (this.id !== id) return; // Another one was opened, or it was closed, while this one came.
    this.host.replaceChildren(parse(html));
    this.host.hidden = false;
    this.host.scrollTop = 0;
    this.host.querySelector("#card-title").focus({ preventScroll: true });
  }

  close() {
    this.id = null;
    this.host.hidden = true;
    this.host.replaceChildren();
  }

  async #html(id) {
    if (!this.fetched.has(id)) {
      const answer = await fetch(this.url.replace(/-$/, encodeURIComponent(id)));
      if (!answer.ok) throw new Error(`card: ${answer.status}`);
      this.fetched.set(id, await answer.text());
    }
    return this.fetched.get(id);
  }
}
