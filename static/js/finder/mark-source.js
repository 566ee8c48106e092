/**
 * Who makes the marks of a view: the page itself, of pins and bits, or, where there are too many entries for
 * that, the server. Both answer alike.
 *
 * @typedef {Object} View  what the map shows: a whole zoom, and south, west, north, east in degrees
 * @property {number} zoom
 * @property {[number, number, number, number]} box
 *
 * @typedef {Object} Shown  a query's answer for a view
 * @property {number} total  entries that match
 * @property {() => Object<string, Object<string, number>>} counts  filter → code → what choosing it would give
 * @property {[number, number, number, number]|null} bounds  of all points of what matches
 * @property {import("./marks.js").Mark[]} marks
 */
import { counts, matches } from "./filter.js";
import { serverPart } from "./form-state.js";
import { Marks } from "../map/marks.js";

/** While no map shows, numbers are asked for with the smallest view there is. */
const WORLD = { zoom: 0, box: [-90, -180, 90, 180] };
/** How much more than the view is asked for on each side, so that a short move asks for nothing. */
const MARGIN = 0.25;

/** The page's own: the payload is fetched once for what only the server can answer, the rest are bits. */
export class OwnMarks {
  /**
   * @param {(asked: URLSearchParams) => Promise<import("./filter.js").Payload>} pins
   * @param {import("./filter.js").Vocabulary} vocabulary
   */
  constructor(pins, vocabulary) {
    Object.assign(this, { pins, vocabulary, payloads: new Latest(), answers: new Latest() });
  }

  /** @param {View|null} view  null: no map is in sight  @returns {Promise<Shown>} */
  async ask(params, view) {
    const { marks, ...numbers } = await this.answers.of(params.toString(), () => this.#answer(params));
    return { ...numbers, bounds: marks.bounds, marks: view ? marks.within(view.zoom, view.box) : [] };
  }

  /** Fetch beforehand what the next question will need. */
  prepare(params) {
    this.#payload(params).catch(() => {}); // Who asks is told.
  }

  #payload(params) {
    const asked = serverPart(params);
    return this.payloads.of(asked.toString(), () => this.pins(asked));
  }

  async #answer(params) {
    const payload = await this.#payload(params);
    const rows = matches(payload, params, this.vocabulary);
    const marks = new Marks(pointsOf(payload, rows), (row) => entryOf(payload, row));
    return { total: rows.length, counts: () => counts(payload, params, this.vocabulary), marks };
  }
}

/** The server's: asked for each view anew, but for moves inside of what was asked for last. */
export class AskedMarks {
  /** @param {(params: URLSearchParams, view: View, signal: AbortSignal) => Promise<Object>} fetched  see /marks.json */
  constructor(fetched) {
    Object.assign(this, { fetched, last: null });
  }

  /** @param {View|null} view  @returns {Promise<Shown>}  rejected with an AbortError where a later one overtook it */
  async ask(params, view) {
    const wanted = view ?? WORLD;
    if (!this.#covers(params, wanted)) {
      this.last?.request.abort();
      this.last = this.#request(params, view ? widened(view) : WORLD);
    }
    const { total, counts: given, bounds, marks } = await this.last.answer;
    return { total, counts: () => given, bounds, marks: marks.filter((mark) => holds(wanted.box, mark)) };
  }

  /** Ask beforehand for the view that is likely to come. @param {(() => View)|null} [expected] */
  prepare(params, expected) {
    if (expected) this.ask(params, expected()).catch(() => {}); // Who asks is told.
  }

  #covers(params, { zoom, box }) {
    const { last } = this;
    return last !== null && last.asked === params.toString() && last.view.zoom === zoom
      && box.every((edge, i) => (i < 2 ? edge >= last.view.box[i] : edge <= last.view.box[i]));
  }

  #request(params, view) {
    const request = new AbortController();
    const asked = { asked: params.toString(), view, request, answer: this.fetched(params, view, request.signal) };
    asked.answer.catch(() => { if (this.last === asked) this.last = null; });
    return asked;
  }
}

/** Keeps the last answer; one that failed is asked for again. */
class Latest {
  async of(key, ask) {
    if (key !== this.key) {
      this.key = key;
      this.answer = ask();
    }
    try {
      return await this.answer;
    } catch (error) {
      if (key === this.key) this.key = null;
      throw error;
    }
  }
}

function widened({ zoom, box: [south, west, north, east] }) {
  const [high, wide] = [(north - south) * MARGIN, (east - west) * MARGIN];
  return { zoom, box: [south - high, west - wide, north + high, east + wide] };
}

function holds([south, west, north, east], { lat, lng }) {
  return lat >= south && lat <= north && lng >= west && lng <= east;
}

/** The shown points of these rows, row by row and place by place. */
function pointsOf(payload, rows) {
  const { more } = payload;
  const further = new Map();
  more.row.forEach((row, i) => further.set(row, [...(further.get(row) ?? []), { row, lat: more.lat[i], lng: more.lng[i] }]));
  return rows.flatMap((row) => [{ row, lat: payload.lat[row], lng: payload.lng[row] }, ...(further.get(row) ?? [])])
    .filter(({ lat }) => lat !== null);
}

function entryOf({ id, name, kind, precision, level, paused }, row) {
  return { id: id[row], name: name[row], kind: kind[row], precision: precision[row], level: level[row], paused: paused[row] };
}
