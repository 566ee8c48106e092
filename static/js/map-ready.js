/**
 * The Leaflet map that the base map's script makes, whether it has run already or runs later.
 * @param {HTMLElement} element the page's map element
 * @returns {Promise<import("leaflet").Map>}
 */
export function whenMapReady(element) {
  if (element.leafletMap) return Promise.resolve(element.leafletMap);
  return new Promise((resolve) => {
    element.addEventListener("map:ready", (event) => resolve(event.detail.map), { once: true });
  });
}
