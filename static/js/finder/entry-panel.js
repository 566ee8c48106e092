/** All of one entry, over map and list: for a file of its own, which has no pages to go to. */
import { goBackFrom, goToOpened, readAddress } from "../common/address.js";
import { parse } from "../common/results.js";

const LINK = 'a[href^="#entry="]';

export class EntryPanel {
  /**
   * @param {HTMLDialogElement} dialog
   * @param {{entry: (id: string) => string|null, name: (id: string) => string}} source
   */
  constructor(dialog, source) {
    this.dialog = dialog;
    this.source = source;
    document.addEventListener("click", (event) => this.#onClick(event));
    dialog.querySelector("[data-close]").addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => { if (readAddress().entry !== null) goBackFrom(); });
    addEventListener("popstate", () => this.follow());
    // What lies over a page is cut off where paper ends, so the sheet is laid beside it while one prints.
    const sheet = dialog.querySelector("[data-sheet]");
    addEventListener("beforeprint", () => { if (dialog.open) document.body.append(sheet); });
    addEventListener("afterprint", () => dialog.append(sheet));
  }

  /** Bring the panel in line with the address. */
  follow() {
    const id = readAddress().entry;
    const html = id === null ? null : this.source.entry(id);
    if (html === null) return this.dialog.close();
    this.dialog.querySelector("[data-entry]").replaceChildren(parse(html));
    this.dialog.setAttribute("aria-label", this.source.name(id));
    if (!this.dialog.open) this.dialog.showModal();
    this.dialog.scrollTop = 0;
    return undefined;
  }

  #onClick(event) {
    const link = event.target.closest(LINK);
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const { map, at } = readAddress();
    goToOpened({ map, at, entry: new URLSearchParams(link.hash.slice(1)).get("entry") });
    this.follow();
  }
}
