/** The site answers: pins, list and cards are fetched from the URLs that the page names. */
import { rememberSearch } from "../common/back-link.js";
import { startFinder } from "./finder.js";
import { serverPart } from "./form-state.js";
import "../common/quick-exit.js";
import { parse } from "../common/results.js";

/** @returns {import("./finder.js").Source} */
function siteSource({ pinsUrl, pinsFirst, marksUrl, listUrl, cardsUrl, mapScripts }) {
  const atStart = serverPart(new URLSearchParams(location.search)).toString();
  return {
    shown: location.search,
    // The first ones are on their way already, under the address that the page's head names.
    pins: async (asked) => (await fetched(asked.toString() === atStart ? pinsFirst : withQuery(pinsUrl, asked))).json(),
    marks: marksUrl ? async (params, view, signal) => (await fetched(withQuery(marksUrl, withView(params, view)), signal)).json() : null,
    list: async (params, signal) => parse(await (await fetched(withQuery(listUrl, params), signal)).text()),
    card: async (id) => (await fetched(cardsUrl.replace(/-$/, encodeURIComponent(id)))).text(),
    loadMap: () => document.head.append(...mapScripts.split(" ").map(script)),
  };
}

/** One of several that run in their order, as soon as they are there. */
function script(src) {
  return Object.assign(document.createElement("script"), { src, async: false });
}

function withView(params, { zoom, box: [south, west, north, east] }) {
  const numbers = Object.entries({ zoom, south, west, north, east }).map(([name, number]) => [name, String(Number(number.toFixed(6)))]);
  return new URLSearchParams([...numbers, ...params]);
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
