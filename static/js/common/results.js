/** The list: its fragment is asked for and swapped in; focus and scroll are kept. */

import { whenIdle } from "./idle.js";

/** How long the list waits for the marks, and how long before it shows that it waits; milliseconds. */
const SOON = 100;
const FADE_AFTER = 250;
/** How many rows are laid out in one go. */
const ROWS_AT_ONCE = 5;

export class Results {
  /**
   * @param {HTMLElement} element  the list's place
   * @param {(params: URLSearchParams, signal: AbortSignal) => Promise<DocumentFragment>} ask  the list of a query
   */
  constructor(element, ask) {
    this.element = element;
    this.ask = ask;
    this.request = null; // of the list that is on its way
    this.more = null; // of its next page
    this.waiting = null;
    this.#layOut();
  }

  /**
   * Ask for the list of a query and show it.
   * @param {Promise<void>} others  what is shown along with it, drawn in one frame if that comes soon
   * @returns {Promise<boolean>} false if a newer one overtook it
   */
  async load(params, others) {
    this.#wait();
    this.request?.abort();
    this.more?.abort();
    const request = this.request = new AbortController();
    const fragment = await this.#fragment(params, request);
    await Promise.race([others, pause(SOON)]);
    if (!fragment || this.request !== request) return false;
    this.request = null;
    const hadFocus = this.element.contains(document.activeElement);
    this.element.replaceChildren(fragment);
    this.#rest();
    this.#layOut();
    if (hadFocus) this.element.querySelector("h2").focus({ preventScroll: true });
    return true;
  }

  /** Keep the old list, and say above it that the new one did not come. */
  fail(words) {
    this.request = null;
    this.#rest();
    const note = this.element.querySelector(".is-failure") ?? document.createElement("p");
    note.className = "results-note is-problem is-failure";
    note.setAttribute("role", "alert");
    note.textContent = words;
    this.element.prepend(note);
  }

  /** Put the next page's rows under those that are there, unless another list is on its way. */
  async append(params) {
    if (this.request || this.more) return;
    const more = this.more = new AbortController();
    const fragment = await this.#fragment(params, more).finally(() => { this.more = null; });
    if (!fragment || more.signal.aborted) return;
    const fresh = [...fragment.querySelectorAll("[data-rows] > *")];
    this.element.querySelector("[data-rows]").append(...fresh);
    const pager = fragment.querySelector("[data-pager]");
    pager.querySelector("[data-prev]")?.remove();
    this.element.querySelector("[data-pager]").replaceWith(pager);
    this.#layOut();
    fresh[0]?.querySelector("a")?.focus({ preventScroll: true });
  }

  /** @returns {HTMLElement|null} */
  row(id) {
    return id === null ? null : this.element.querySelector(`[data-row="${CSS.escape(id)}"]`);
  }

  light(id) {
    this.element.querySelectorAll(".row.is-lit").forEach((row) => row.classList.remove("is-lit"));
    this.row(id)?.classList.add("is-lit");
  }

  /** What comes at once does not fade before. */
  #wait() {
    this.element.setAttribute("aria-busy", "true");
    this.waiting ??= setTimeout(() => this.element.classList.add("is-waiting"), FADE_AFTER);
  }

  #rest() {
    clearTimeout(this.waiting);
    this.waiting = null;
    this.element.classList.remove("is-waiting");
    this.element.removeAttribute("aria-busy");
  }

  /** Rows out of the window get their own height once nothing else is to be done (row.css), a few at a time. */
  #layOut() {
    whenIdle(() => {
      const rows = [...this.element.querySelectorAll(".row:not(.is-laid-out)")].slice(0, ROWS_AT_ONCE);
      rows.forEach((row) => row.classList.add("is-laid-out"));
      if (rows.length === ROWS_AT_ONCE) this.#layOut();
    });
  }

  async #fragment(params, request) {
    try {
      return await this.ask(params, request.signal);
    } catch (error) {
      if (error.name === "AbortError") return null;
      throw error;
    }
  }
}

function pause(milliseconds) {
  return new Promise((resolve) => { setTimeout(resolve, milliseconds); });
}

/** The points that a row or a card tells of its entry, [lat, lng] each. @param {HTMLElement|null} element */
export function pointsOf(element) {
  const told = element?.dataset.at ?? "";
  return told ? told.split(" ").map((point) => point.split(",").map(Number)) : [];
}

/** HTML of our own templates, already escaped there. Made in the page itself, it need not be moved there node by node. */
export function parse(html) {
  return document.createRange().createContextualFragment(html);
}
