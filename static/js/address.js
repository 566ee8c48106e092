/**
 * The address bar holds the whole state: the query string is the search, the hash is what is open
 * (`#map` on a phone, `at=ID` for a card), so that Back closes what was opened last.
 */

/** @returns {{params: URLSearchParams, map: boolean, at: string|null}} */
export function readAddress() {
  const hash = new URLSearchParams(location.hash.slice(1));
  return { params: new URLSearchParams(location.search), map: hash.has("map"), at: hash.get("at") };
}

/** Opened things lie over the search one by one; `depth` counts them for this entry of the history. */
function depth() {
  return history.state?.depth ?? 0;
}

/** A new search: its own step of the history, or in place of the last while one still types. */
export function goToSearch(params, { replace = false } = {}) {
  const url = withQuery(params);
  if (url === location.pathname + location.search) return false;
  history[replace ? "replaceState" : "pushState"]({ depth: 0 }, "", url);
  return true;
}

/** Open the map, a card or both. A second card takes the place of the first. */
export function goToOpened({ map, at }) {
  const now = readAddress();
  const url = location.pathname + location.search + hashOf({ map, at });
  const replace = now.at !== null && at !== null && now.map === map;
  history[replace ? "replaceState" : "pushState"]({ depth: depth() + (replace ? 0 : 1) }, "", url);
}

/** Close what was opened last, or everything; the history goes back where it came from. */
export function goBackFrom({ all = false } = {}) {
  const steps = all ? depth() : Math.min(depth(), 1);
  if (steps > 0) return history.go(-steps);
  const { map } = readAddress();
  history.replaceState({ depth: 0 }, "", location.pathname + location.search + hashOf({ map: map && !all, at: null }));
  return dispatchEvent(new PopStateEvent("popstate"));
}

function withQuery(params) {
  return location.pathname + (params.size ? `?${params}` : "");
}

function hashOf({ map, at }) {
  const parts = [map ? "map" : "", at ? `at=${encodeURIComponent(at)}` : ""].filter(Boolean);
  return parts.length ? `#${parts.join("&")}` : "";
}
