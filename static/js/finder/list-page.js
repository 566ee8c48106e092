/**
 * The list of a query, put together from templates in the page: the server's own, rendered beforehand
 * (templates/public/_results.html). Only words and numbers are filled in here, always as text.
 */

/**
 * @typedef {Object} ListPage  what the templates leave open
 * @property {string} rows  the rows of this page as HTML
 * @property {number} total
 * @property {number} without  how many of them have no point
 * @property {{filter: string, choice: string, query: URLSearchParams}[]} chips  each with the query without it
 * @property {URLSearchParams} cleared
 * @property {string} near  as it was asked
 * @property {string|null} sort
 * @property {{name: string, lat: number, lng: number}|null} place
 * @property {{number: number, pages: number, first: number, last: number, query: (number: number) => URLSearchParams}} paging
 */

/** @param {ListPage} page  @returns {DocumentFragment} */
export function listFragment(page) {
  const fragment = shapeFor(page);
  fillWords(fragment, page);
  fragment.querySelectorAll("[data-total]").forEach((place) => { place.textContent = String(page.total); });
  if (!page.without || !page.total) fragment.querySelector("[data-without-point]")?.remove();
  showPlace(fragment, page.place);
  showChips(fragment, page);
  showPaging(fragment, page.paging);
  return fragment;
}

/** The template that says what holds: something found or not, a place named, unknown, missing or not asked for, filtered or not. */
function shapeFor({ total, near, place, sort, chips }) {
  const where = place ? "place" : near ? "unknown" : sort === "near" ? "missing" : "anywhere";
  const parts = [total ? "found" : "empty", where, chips.length ? "filtered" : "all"];
  return copyOf(`shape-${parts.join("-")}`);
}

/** @returns {DocumentFragment} a copy of one of the page's templates */
export function copyOf(id) {
  return document.getElementById(id).content.cloneNode(true);
}

/** Put texts where a template has room for them: `data-fill="name"`. */
export function fill(root, words) {
  root.querySelectorAll("[data-fill]").forEach((place) => {
    if (place.dataset.fill in words) place.textContent = String(words[place.dataset.fill]);
  });
}

function fillWords(fragment, { near, place, without, paging }) {
  const { number, pages, first, last } = paging;
  fill(fragment, { near: place?.name ?? near, without, number, pages, first, last });
}

function showPlace(fragment, place) {
  const note = fragment.querySelector("[data-near-lat]");
  if (note) Object.assign(note.dataset, { nearLat: place.lat, nearLng: place.lng, nearName: place.name });
}

function showChips(fragment, { chips, cleared }) {
  // A template holds two of each, as a list of several looks.
  fragment.querySelectorAll("[data-choice] + [data-choice]").forEach((second) => second.remove());
  fragment.querySelectorAll("[data-choice]").forEach((pattern) => {
    pattern.replaceWith(...chips.map((chip) => {
      const one = pattern.cloneNode(true);
      fill(one, chip);
      one.querySelector("a").href = hrefOf(chip.query);
      return one;
    }));
  });
  fragment.querySelectorAll("[data-clear]").forEach((link) => { link.href = hrefOf(cleared); });
  if (chips.length < 2) fragment.querySelector("[data-several]")?.remove();
}

function showPaging(fragment, { number, pages, query }) {
  if (number === 1) fragment.querySelector(".results-range")?.remove();
  if (pages === 1) fragment.querySelector("[data-pager]")?.remove();
  showStep(fragment.querySelector("[data-prev]"), number > 1, () => query(number - 1));
  showStep(fragment.querySelector("[data-next]"), number < pages, () => query(number + 1));
}

function showStep(link, wanted, query) {
  if (!wanted) link?.remove();
  else if (link) link.href = hrefOf(query());
}

function hrefOf(query) {
  return `?${query}`;
}
