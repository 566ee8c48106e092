/** A mark at the town or station that the distances count from. */
export class NearMark {
  /** @param {HTMLElement} list  what says where that is */
  constructor(list) {
    this.list = list;
    this.shownAt = null;
  }

  /** What the list says of the place. @returns {DOMStringMap|undefined} */
  get place() {
    return this.list.querySelector("[data-near-lat]")?.dataset;
  }

  /** Put it on the map, or take it off; a place that is new is gone to where the map is in sight. */
  show(map, inSight) {
    const { place } = this;
    this.mark?.remove();
    if (!place) { this.shownAt = null; return; }
    const words = document.createElement("span");
    words.textContent = place.nearName;
    const at = [Number(place.nearLat), Number(place.nearLng)];
    const icon = L.divIcon({ html: words, className: "near-mark", iconSize: null });
    this.mark = L.marker(at, { icon, interactive: false, keyboard: false, zIndexOffset: -500 }).addTo(map);
    if (this.shownAt !== place.nearName && inSight) map.setView(at, 14, { animate: false });
    this.shownAt = place.nearName;
  }
}
