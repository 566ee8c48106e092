/** On a phone the map covers the page below the header; on a desk it always stands beside the list. */

const DESK = matchMedia("(min-width: 60rem)");

export class MapView {
  /** @param {HTMLElement} root  the finder; `view` inside it is the map's part */
  constructor(root, view) {
    this.view = view;
    this.others = [...root.children].filter((part) => part !== view && !part.matches("[data-status]"));
    this.others.push(...document.querySelectorAll(".site-footer, .sample-band"));
    this.opener = null;
  }

  get onDesk() {
    return DESK.matches;
  }

  get visible() {
    return DESK.matches || document.body.classList.contains("is-map-open");
  }

  /** Open or close it; says whether that changed anything. */
  toggle(open) {
    const shown = open && !DESK.matches;
    if (shown === document.body.classList.contains("is-map-open")) return false;
    if (shown) this.opener = document.activeElement;
    document.body.classList.toggle("is-map-open", shown);
    // What lies under the map must not be reached by Tab or read out.
    this.others.forEach((part) => { part.inert = shown; });
    if (shown) this.#focus();
    else if (this.opener?.isConnected) this.opener.focus({ preventScroll: true });
    return true;
  }

  /** While a page still loads, its browser may yet give the focus to what the address names: the map itself. */
  #focus() {
    const way = this.view.querySelector("[data-close-map]");
    way.focus({ preventScroll: true });
    if (document.readyState !== "complete") addEventListener("load", () => { if (this.visible) way.focus({ preventScroll: true }); }, { once: true });
  }

  /** Call `answer` when the window turns from phone to desk or back. */
  onTurn(answer) {
    DESK.addEventListener("change", answer);
  }
}
