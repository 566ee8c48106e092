/**
 * Answers from the file itself: everything its reader may see was written into it when it was made. What the
 * site's server decides (text, place, order) is decided here by the same rules; the filter is the site's own.
 */
import { matches } from "./filter.js";
import { serverPart } from "./form-state.js";
import { copyOf, fill, listFragment } from "./list-page.js";
import { distancesFrom, distanceText, findPlace } from "./near.js";
import { parse } from "../common/results.js";
import { textMatches } from "../common/text-search.js";
import { phrase } from "../common/phrases.js";

const ROWS_PER_PAGE = 50;
const LONGEST_TEXT = 100;
const SORTS = ["name", "near", "assured"];

/** @implements {import("./finder.js").Source} */
export class FileSource {
  /**
   * @param {Object} data  see layers/onefile.py
   * @param {import("./filter.js").Vocabulary} vocabulary
   */
  constructor(data, vocabulary) {
    Object.assign(this, { data, vocabulary, shown: "", marks: null, answers: new Map() });
    this.texts = data.texts.map((text) => this.#whole(text));
    this.rowOf = new Map(data.pins.id.map((id, row) => [id, row]));
  }

  async pins(asked) {
    return this.#answer(asked).payload;
  }

  async list(params) {
    const { payload, order, place, distances } = this.#answer(serverPart(params));
    const found = matches(payload, params, this.vocabulary).map((row) => order[row]);
    const paging = pagingOf(params, found.length);
    const shown = found.slice(paging.first - 1, paging.last);
    const fragment = listFragment({
      total: found.length, without: found.filter((row) => this.data.pins.lat[row] === null).length,
      chips: this.#chips(params), cleared: cleared(params), near: textOf(params, "near"), place, paging,
      sort: params.get("sort"),
    });
    fragment.querySelector("[data-rows]")?.replaceChildren(...shown.map((row) => this.#row(row, distances)));
    return fragment;
  }

  /** Its scripts stand in the file, and have run. */
  loadMap() {}

  async card(id) {
    return this.#whole(this.data.cards[this.rowOf.get(id)]);
  }

  /** @returns {string|null} all of an entry as HTML; null for one that is not in this file */
  entry(id) {
    return this.rowOf.has(id) ? this.#whole(this.data.entries[this.rowOf.get(id)]) : null;
  }

  name(id) {
    return this.data.pins.name[this.rowOf.get(id)];
  }

  /** What text, place and order give, before any filter; kept, as list and pins both ask. */
  #answer(asked) {
    const key = asked.toString();
    if (!this.answers.has(key)) this.answers = new Map([[key, this.#ask(asked)]]);
    return this.answers.get(key);
  }

  #ask(asked) {
    const near = textOf(asked, "near");
    const place = near ? findPlace(this.data.places, near) : null;
    const distances = place && distancesFrom(place, this.data.points, this.texts.length);
    const order = this.#ordered(textMatches(this.texts, textOf(asked, "q")), sortOf(asked, place), distances);
    return { place, distances, order, payload: take(this.data.pins, order) };
  }

  /** Stable on the order by name, in which the file holds its entries; unknown ways and dates come last. */
  #ordered(rows, sort, distances) {
    const { days } = this.data;
    if (sort === "near") return rows.sort((a, b) => (distances[a] === distances[b] ? 0 : distances[a] - distances[b]));
    if (sort === "assured") return rows.sort((a, b) => days[b] - days[a]);
    return rows;
  }

  #row(row, distances) {
    const element = parse(this.#whole(this.data.rows[row])).firstElementChild;
    const distance = distances ? distanceText(distances[row], this.data.about[row] === 1) : "";
    if (distance) {
      const mark = copyOf("distance-mark");
      fill(mark, { distance });
      element.querySelector(".row-top").append(mark);
    }
    return element;
  }

  #chips(params) {
    const chips = this.data.filters.flatMap(({ name, label, choices }) => choices
      .filter(({ code }) => params.getAll(name).includes(code))
      .map(({ code, label: choice }) => ({ filter: label, choice, query: without(params, name, code) })));
    const q = textOf(params, "q");
    return q ? [...chips, { filter: phrase("words"), choice: q, query: without(params, "q") }] : chips;
  }

  /** A text whose repeated parts are written once in the file, and named by number. */
  #whole(parts) {
    return parts.map((part) => (typeof part === "number" ? this.data.parts[part] : part)).join("");
  }
}

/** The same columns with only these rows, in this order. */
function take(columns, rows) {
  const whole = columns.id.length;
  const place = new Map(rows.map((row, number) => [row, number]));
  const pick = (column) => (Array.isArray(column) && column.length === whole ? rows.map((row) => column[row]) : column);
  const taken = Object.fromEntries(Object.entries(columns).map(([name, column]) => [name, pick(column)]));
  taken.bits = Object.fromEntries(Object.entries(columns.bits).map(([name, column]) => [name, pick(column)]));
  const kept = columns.more.row.map((_, i) => i).filter((i) => place.has(columns.more.row[i]));
  taken.more = {
    row: kept.map((i) => place.get(columns.more.row[i])), lat: kept.map((i) => columns.more.lat[i]), lng: kept.map((i) => columns.more.lng[i]),
  };
  return taken;
}

/** By distance when a place is named and nothing else is asked. */
function sortOf(params, place) {
  const asked = SORTS.includes(params.get("sort")) ? params.get("sort") : "";
  if (asked === "near" && !place) return "name";
  return asked || (place ? "near" : "name");
}

function textOf(params, name) {
  return (params.get(name) ?? "").trim().slice(0, LONGEST_TEXT);
}

function pagingOf(params, total) {
  const asked = /^\d{1,5}$/.test(params.get("page") ?? "") ? Number(params.get("page")) || 1 : 1;
  const pages = Math.max(1, Math.ceil(total / ROWS_PER_PAGE));
  const number = Math.min(asked, pages);
  return {
    number, pages, first: Math.min((number - 1) * ROWS_PER_PAGE + 1, total), last: Math.min(number * ROWS_PER_PAGE, total),
    query: (other) => numbered(params, other),
  };
}

function numbered(params, number) {
  const query = without(params, "page");
  if (number > 1) query.set("page", String(number));
  return query;
}

/** A query without one choice (or all that a name says), from its first page. */
function without(params, name, value) {
  return new URLSearchParams([...params].filter(([key, one]) => key !== "page" && !(key === name && (value === undefined || one === value))));
}

/** The same place and order, no filter and no text. */
function cleared(params) {
  return new URLSearchParams([...params].filter(([name]) => name === "near" || name === "sort"));
}
