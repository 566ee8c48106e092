/** The site answers: pins, list and cards are fetched from the URLs that the page names. */
import { rememberSearch } from "./back-link.js";
import { startFinder } from "./finder.js";
import { parse } from "./results.js";

/** @returns {import("./finder.js").Source} */
function siteSource({ pinsUrl, listUrl, cardsUrl }) {
  return {
    shown: location.search,
    pins: async (asked) => (await fetched(withQuery(pinsUrl, asked))).json(),
    list: async (params, signal) => parse(await (await fetched(withQuery(listUrl, params), signal)).text()),
    card: async (id) => (await fetched(cardsUrl.replace(/-$/, encodeURIComponent(id)))).text(),
  };
}

function withQuery(url, params) {
  return params.size ? `${url}?${params}` : url;
}

async function fetched(url, signal) {
  const answer = await fetch(url, { signal });
  if (!answer.ok) throw new Error(`${url}: ${answer.status}`);
  return answer;
}

rememberSearch();
const root = document.querySelector("[data-finder]");
if (root) startFinder(root, siteSource(root.dataset));
