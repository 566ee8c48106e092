/**
 * The Leaflet map that the base map's script makes, whether it has run already or runs later. `answer` is called
 * while that script still draws, so that what must be asked for is on its way meanwhile.
 * @template Result
 * @param {HTMLElement} element the page's map element
 * @param {(map: import("leaflet").Map) => Result} answer
 * @returns {Promise<Result>}
 */
export function whenMapReady(element, answer) {
  return new Promise((resolve) => {
    if (element.leafletMap) resolve(answer(element.leafletMap));
    else element.addEventListener("map:ready", (event) => resolve(answer(event.detail.map)), { once: true });
  });
}
