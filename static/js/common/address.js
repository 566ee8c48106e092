/**
 * The address bar holds the whole state: the query string is the search, the hash is what is open
 * (`#map` on a phone, `at=ID` for a card, `entry=ID` for all of an entry in a file of its own), so that
 * Back closes what was opened last.
 */

/** @returns {{params: URLSearchParams, map: boolean, at: string|null, entry: string|null}} */
export function readAddress() {
  const hash = new URLSearchParams(location.hash.slice(1));
  return { params: new URLSearchParams(location.search), map: hash.has("map"), at: hash.get("at"), entry: hash.get("entry") };
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

/** Open the map, a card or both, or an entry over them. A second card takes the place of the first. */
export function goToOpened({ map, at, entry = null }) {
  const now = readAddress();
  const url = location.pathname + location.search + hashOf({ map, at, entry });
  const replace = entry === null && now.at !== null && at !== null && now.map === map;
  history[replace ? "replaceState" : "pushState"]({ depth: depth() + (replace ? 0 : 1) }, "", url);
}

/** Close what was opened last, or everything; the history goes back where it came from. */
export function goBackFrom({ all = false } = {}) {
  const steps = all ? depth() : Math.min(depth(), 1);
  if (steps > 0) return history.go(-steps);
  const { map, at, entry } = readAddress();
  const left = { map: map && !all, at: entry !== null && !all ? at : null, entry: null };
  history.replaceState({ depth: 0 }, "", location.pathname + location.search + hashOf(left));
  return dispatchEvent(new PopStateEvent("popstate"));
}

function withQuery(params) {
  return location.pathname + searchOf(params);
}

/** A query as `location.search` tells it. */
export function searchOf(params) {
  return params.size ? `?${params}` : "";
}

function hashOf({ map, at, entry }) {
  const named = Object.entries({ at, entry }).filter(([, id]) => id).map(([name, id]) => `${name}=${encodeURIComponent(id)}`);
  const parts = [...(map ? ["map"] : []), ...named];
  return parts.length ? `#${parts.join("&")}` : "";
}
