/**
 * What a map shows of many points at a zoom: single addresses, and clusters of those that lie close. Pure.
 * The same rule as layers/marks.py, in the same words; both read the cases of tests/data/mark_cases.json.
 * Plane: world pixels at zoom 20, as in geocode/mercator.py.
 *
 * @typedef {Object} Entry  what a pin tells of an entry
 * @property {string} id
 * @property {string} name
 * @property {string} kind
 * @property {string} precision
 * @property {string|null} level
 * @property {number} paused
 *
 * @typedef {Object} Spot  one address and the entries there
 * @property {string} key
 * @property {number} lat
 * @property {number} lng
 * @property {Entry[]} entries
 *
 * @typedef {Object} Cluster  several addresses as one mark: `n` entries, within `box` (south, west, north, east)
 * @property {string} key
 * @property {number} lat
 * @property {number} lng
 * @property {number} n
 * @property {[number, number, number, number]} box
 * @property {[number, number][]} cells
 *
 * @typedef {Spot|Cluster} Mark
 */

const ZOOM = 20;
const WORLD = 256 * 2 ** ZOOM;
const LAST_LATITUDE = 85.0511287798066;
/** Points whose world pixels are equal without their last bits (8 pixels, about a metre) are one address. */
const ADDRESS_BITS = 3;
/** The last zoom with clusters; from the next on each spot stands for itself. */
export const CLUSTERS_UNTIL = 16;
/** The side of a cell, and how near two centres of gravity must be to become one mark, in pixels of the screen. */
const CELL = 48;
const ROUNDS = 4;
const NEIGHBOURS = [[-1, -1], [0, -1], [1, -1], [-1, 0], [1, 0], [-1, 1], [0, 1], [1, 1]];
/** More columns than there are cells or addresses: a column and a row make one number. */
const WIDER = 2 ** 26;

/** The whole world pixels that a point (WGS84 degrees) lies in; beyond the world's edge: at its edge. */
export function worldPixels(lat, lng) {
  const sine = Math.sin((Math.min(Math.max(lat, -LAST_LATITUDE), LAST_LATITUDE) * Math.PI) / 180);
  const x = Math.floor((WORLD * (lng + 180)) / 360);
  const y = Math.floor(WORLD * (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)));
  return [within(x), within(y)];
}

function within(pixel) {
  return Math.min(Math.max(pixel, 0), WORLD - 1);
}

/** The point (WGS84 degrees) at a place in the plane. */
export function degrees(x, y) {
  const lat = (Math.atan(Math.sinh(Math.PI * (1 - (2 * y) / WORLD))) * 180) / Math.PI;
  return { lat, lng: (x / WORLD) * 360 - 180 };
}

function cellSide(zoom) {
  return CELL * 2 ** (ZOOM - zoom);
}

/** Whether a mark is drawn for an entry that lies at one of these points ([lat, lng] each). */
export function holdsPoint(mark, points) {
  return points.some(([lat, lng]) => {
    const [x, y] = worldPixels(lat, lng);
    if (!mark.cells) return mark.key === addressKey(x, y);
    const side = cellSide(Number(mark.key.split(":", 1)));
    return mark.cells.some(([cx, cy]) => cx === Math.floor(x / side) && cy === Math.floor(y / side));
  });
}

function addressKey(x, y) {
  return `s:${x >> ADDRESS_BITS}:${y >> ADDRESS_BITS}`;
}

/** All marks of the same points, at any zoom; what was worked out for a zoom is kept. */
export class Marks {
  /**
   * @param {{row: number, lat: number, lng: number}[]} points  in the order of the list
   * @param {(row: number) => Entry} entryOf
   */
  constructor(points, entryOf) {
    this.entryOf = entryOf;
    this.spots = spotsOf(points);
    /** @type {Map<number, Mark[]>} */
    this.known = new Map();
  }

  /** The marks that lie in a box, whose edges belong to it. @returns {Mark[]} */
  within(zoom, [south, west, north, east]) {
    return this.#at(zoom).filter(({ lat, lng }) => lat >= south && lat <= north && lng >= west && lng <= east);
  }

  /** @returns {[number, number, number, number]|null} south, west, north, east of all points */
  get bounds() {
    return this.spots.length ? extentOf(this.spots) : null;
  }

  #at(zoom) {
    if (!this.known.has(zoom)) this.known.set(zoom, this.#draw(zoom));
    return this.known.get(zoom);
  }

  #draw(zoom) {
    if (zoom > CLUSTERS_UNTIL) return this.spots.map((spot) => this.#spot(spot));
    return groupsOf(cellsOf(this.spots, cellSide(zoom)), cellSide(zoom)).flatMap((cells) => {
      const spots = cells.flatMap((cell) => cell.spots);
      const entries = new Set(spots.flatMap(({ rows }) => rows)).size;
      return spots.length === 1 || entries === 1 ? spots.map((spot) => this.#spot(spot)) : [clusterOf(zoom, cells, spots, entries)];
    });
  }

  #spot({ x, y, lat, lng, rows }) {
    return { key: addressKey(x, y), lat, lng, entries: rows.map(this.entryOf) };
  }
}

/** One spot an address, at its first point, with the rows of its entries in order. */
function spotsOf(points) {
  const spots = new Map();
  for (const { row, lat, lng } of points) {
    const [x, y] = worldPixels(lat, lng);
    const address = (y >> ADDRESS_BITS) * WIDER + (x >> ADDRESS_BITS);
    const spot = spots.get(address);
    if (!spot) spots.set(address, { x, y, lat, lng, rows: [row] });
    else if (!spot.rows.includes(row)) spot.rows.push(row);
  }
  return [...spots.values()];
}

function extentOf(spots) {
  const [south, west, north, east] = spots.reduce(
    (box, { lat, lng }) => [Math.min(box[0], lat), Math.min(box[1], lng), Math.max(box[2], lat), Math.max(box[3], lng)],
    [Infinity, Infinity, -Infinity, -Infinity],
  );
  return [south, west, north, east];
}

function clusterOf(zoom, cells, spots, n) {
  const centre = cells[0];
  const sum = (axis) => spots.reduce((total, spot) => total + spot[axis], 0);
  return {
    key: `${zoom}:${centre.cx}:${centre.cy}`, ...degrees(sum("x") / spots.length, sum("y") / spots.length), n,
    box: extentOf(spots), cells: cells.map(({ cx, cy }) => [cx, cy]),
  };
}

/** The cells that hold spots, in the order of their priority, each with its centre of gravity. */
function cellsOf(spots, side) {
  const cells = new Map();
  for (const spot of spots) {
    const [cx, cy] = [Math.floor(spot.x / side), Math.floor(spot.y / side)];
    const name = cy * WIDER + cx;
    if (!cells.has(name)) cells.set(name, { cx, cy, chance: mix(cx, cy), spots: [], x: 0, y: 0 });
    const cell = cells.get(name);
    cell.spots.push(spot);
    cell.x += spot.x;
    cell.y += spot.y;
  }
  const all = [...cells.values()];
  all.forEach((cell) => { cell.x /= cell.spots.length; cell.y /= cell.spots.length; });
  return all.sort(byPriority);
}

/** The fuller cell goes first; among equals chance decides, so that ties do not run in rows. */
function byPriority(one, other) {
  return other.spots.length - one.spots.length || one.chance - other.chance || one.cy - other.cy || one.cx - other.cx;
}

/** A number of 32 bits that follows no pattern, the same for the same cell everywhere. */
export function mix(cx, cy) {
  let h = Math.imul(cx, 0x9E3779B1) ^ Math.imul(cy, 0x85EBCA77);
  h = Math.imul(h ^ (h >>> 15), 0x2C1B3C6D);
  return (h ^ (h >>> 12)) >>> 0;
}

/** The cells (the one with the highest priority first) in groups, the centre first in each. */
function groupsOf(cells, side) {
  const near = nearOf(cells, side);
  const centreOf = new Array(cells.length).fill(-1);
  let undecided = cells.map((_, place) => place);
  for (let round = 0; round < ROUNDS && undecided.length; round += 1) {
    const centres = new Set(undecided.filter((c) => !near[c].some((n) => n < c && centreOf[n] < 0)));
    centres.forEach((c) => { centreOf[c] = c; });
    undecided.filter((c) => centreOf[c] < 0).forEach((c) => {
      centreOf[c] = near[c].reduce((best, n) => (centres.has(n) && (best < 0 || n < best) ? n : best), -1);
    });
    undecided = undecided.filter((c) => centreOf[c] < 0);
  }
  undecided.forEach((c) => { centreOf[c] = c; });
  const groups = new Map();
  centreOf.forEach((centre, c) => { groups.set(centre, [...(groups.get(centre) ?? []), cells[c]]); });
  return [...groups.values()];
}

/** For each cell those that touch it and whose centres of gravity are less than a side away. */
function nearOf(cells, side) {
  const at = new Map(cells.map(({ cx, cy }, place) => [cy * WIDER + cx, place]));
  return cells.map((cell) => NEIGHBOURS
    .map(([dx, dy]) => at.get((cell.cy + dy) * WIDER + cell.cx + dx))
    .filter((place) => place !== undefined && isClose(cell, cells[place], side)));
}

function isClose(one, other, side) {
  return (one.x - other.x) ** 2 + (one.y - other.y) ** 2 < side * side;
}
