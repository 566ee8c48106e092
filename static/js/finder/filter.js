/**
 * Which entries a query lets through, and what each further choice would give.
 * Pure: no page, no network. The server answers by the same rules; one table of cases proves both.
 *
 * @typedef {Object} Payload  columns, one row an entry (see /pins.json)
 * @property {string[]} id
 * @property {string[]} kind
 * @property {Object<string, number[]>} bits  a number per entry for need, age, activity, way, ease; of a filter with
 *   more terms than a number has bits the further ones in need.1, need.2 … (mapdata/words.py, Vocabulary.columns)
 *
 * @typedef {Object<string, string[]>} Vocabulary  filter name → codes in the order of their bits
 */

/** Filters of which one choice suffices, and those of which every choice must hold. */
const ANY_WITHIN = ["need", "age", "activity", "way", "kind"];
const ALL_WITHIN = ["ease"];
/** Numbers have 32 bits where they are compared bit by bit, and the last is their sign. */
const COLUMN_BITS = 31;
export const FILTERS = [...ANY_WITHIN, ...ALL_WITHIN];

/**
 * The entries that pass, as row numbers in the payload's order.
 * @param {Payload} payload
 * @param {URLSearchParams} query  codes that are not ours are passed over
 * @param {Vocabulary} vocabulary
 * @returns {number[]}
 */
export function matches(payload, query, vocabulary) {
  const tests = testsOf(payload, query, vocabulary);
  return payload.id.map((_, row) => row).filter((row) => tests.every((test) => test.passes(row)));
}

/**
 * How many entries each choice would give if it alone were chosen in its filter,
 * with all other filters applied.
 * @returns {Object<string, Object<string, number>>} filter → code → number of entries
 */
export function counts(payload, query, vocabulary) {
  const tests = testsOf(payload, query, vocabulary);
  const tally = Object.fromEntries(FILTERS.map((name) => [name, new Array(vocabulary[name].length).fill(0)]));
  const columns = Object.fromEntries(FILTERS.map((name) => [name, columnsOf(payload, name, vocabulary)]));
  for (let row = 0; row < payload.id.length; row += 1) {
    const failed = tests.filter((test) => !test.passes(row));
    if (failed.length > 1) continue; // Two filters against it: no choice in one filter brings it back.
    const open = failed.length ? [failed[0].name] : FILTERS;
    for (const name of open) addBits(tally[name], columns[name], row);
  }
  return named(tally, vocabulary);
}

/** One test per filter that has a choice of ours. */
function testsOf(payload, query, vocabulary) {
  return FILTERS.flatMap((name) => {
    const masks = masksOf(query.getAll(name), vocabulary[name]);
    if (!masks.some(Boolean)) return [];
    const columns = columnsOf(payload, name, vocabulary);
    const passes = ALL_WITHIN.includes(name)
      ? (row) => masks.every((mask, number) => (columns[number][row] & mask) === mask)
      : (row) => masks.some((mask, number) => (columns[number][row] & mask) !== 0);
    return [{ name, passes }];
  });
}

/** @returns {number[]} the bits of codes, a number for each column of that order */
function masksOf(codes, order) {
  const masks = new Array(columnsFor(order)).fill(0);
  for (const position of codes.map((code) => order.indexOf(code))) {
    if (position >= 0) masks[columnOf(position)] |= bitOf(position);
  }
  return masks;
}

/** @returns {number[][]} the columns of a filter; an entry has one kind, told by its code, all else has bits of its own */
function columnsOf(payload, name, vocabulary) {
  const numbers = [...new Array(columnsFor(vocabulary[name])).keys()];
  if (name !== "kind") return numbers.map((number) => payload.bits[number ? `${name}.${number}` : name]);
  const positions = payload.kind.map((kind) => vocabulary.kind.indexOf(kind));
  return numbers.map((number) => positions.map((position) => (columnOf(position) === number ? bitOf(position) : 0)));
}

function columnsFor(order) {
  return Math.max(1, Math.ceil(order.length / COLUMN_BITS));
}

function columnOf(position) {
  return Math.floor(position / COLUMN_BITS);
}

function bitOf(position) {
  return 1 << (position % COLUMN_BITS);
}

function addBits(tally, columns, row) {
  for (let bit = 0; bit < tally.length; bit += 1) {
    tally[bit] += (columns[columnOf(bit)][row] >> (bit % COLUMN_BITS)) & 1;
  }
}

function named(tally, vocabulary) {
  return Object.fromEntries(FILTERS.map((name) => [
    name, Object.fromEntries(vocabulary[name].map((code, bit) => [code, tally[name][bit]])),
  ]));
}
