/** A part of the page that the server writes anew while one types. What comes too late is left out. */
import { parse } from "../common/results.js";

/**
 * @param {HTMLElement} place
 * @param {(signal: AbortSignal) => Promise<Response>} fetchIt
 * @param {(ask: (wait: number) => void) => void} listen  calls `ask` with the milliseconds to wait for more typing
 */
export function watchFragment(place, fetchIt, listen) {
  let timer = 0;
  let request = null;
  const show = async () => {
    request?.abort();
    const mine = request = new AbortController();
    try {
      const answer = await fetchIt(mine.signal);
      if (!answer.ok || answer.redirected || request !== mine) return;
      const html = (await answer.text()).trim();
      if (request === mine) place.replaceChildren(parse(html));
    } catch (error) {
      // Without an answer the page stays as it was; saving asks the same again.
      if (error.name !== "AbortError" && !(error instanceof TypeError)) throw error;
    }
  };
  listen((wait) => {
    clearTimeout(timer);
    timer = setTimeout(show, wait);
  });
}
