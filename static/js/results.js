/** The list: its fragment is fetched from the server and swapped in; focus and scroll are kept. */

export class Results {
  /**
   * @param {HTMLElement} element  the list's place
   * @param {string} url  where the fragment comes from
   */
  constructor(element, url) {
    this.element = element;
    this.url = url;
    this.request = null;
  }

  /** Fetch the list of a query and show it. @returns {Promise<boolean>} false if a newer one overtook it */
  async load(params) {
    this.element.classList.add("is-waiting");
    this.element.setAttribute("aria-busy", "true");
    const fragment = await this.#fetch(params);
    if (!fragment) return false;
    const hadFocus = this.element.contains(document.activeElement);
    this.element.replaceChildren(fragment);
    this.element.classList.remove("is-waiting");
    this.element.removeAttribute("aria-busy");
    if (hadFocus) this.element.querySelector("h2").focus({ preventScroll: true });
    return true;
  }

  /** Keep the old list, and say above it that the new one did not come. */
  fail(words) {
    this.element.classList.remove("is-waiting");
    this.element.removeAttribute("aria-busy");
    const note = this.element.querySelector(".is-failure") ?? document.createElement("p");
    note.className = "results-note is-problem is-failure";
    note.setAttribute("role", "alert");
    note.textContent = words;
    this.element.prepend(note);
  }

  /** Put the next page's rows under those that are there. */
  async append(params) {
    const fragment = await this.#fetch(params);
    if (!fragment) return;
    const fresh = [...fragment.querySelectorAll("[data-rows] > *")];
    this.element.querySelector("[data-rows]").append(...fresh);
    const pager = fragment.querySelector("[data-pager]");
    pager.querySelector("[data-prev]")?.remove();
    this.element.querySelector("[data-pager]").replaceWith(pager);
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

  async #fetch(params) {
    this.request?.abort();
    const request = new AbortController();
    this.request = request;
    try {
      const answer = await fetch(`${this.url}?${params}`, { signal: request.signal });
      if (!answer.ok) throw new Error(`list: ${answer.status}`);
      return parse(await answer.text());
    } catch (error) {
      if (error.name === "AbortError") return null;
      throw error;
    }
  }
}

/** Our own server's HTML, already escaped there. */
export function parse(html) {
  const template = document.createElement("template");
  template.innerHTML = html;
  return template.content;
}
