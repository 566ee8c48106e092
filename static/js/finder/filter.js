/**
 * Which entries a query lets through, and what each further choice would give.
 * Pure: no page, no network. The server answers by the same rules; one table of cases proves both.
 *
 * @typedef {Object} Payload  columns, one row an entry (see /pins.json)
 * @property {string[]} id
 * @property {string[]} kind
 * @property {Object<string, number[]>} bits  a number per entry for need, age, activity, way, ease
 *
 * @typedef {Object<string, string[]>} Vocabulary  filter name → codes in the order of their bits
 */

/** Filters of which one choice suffices, and those of which every choice must hold. */
const ANY_WITHIN = ["need", "age", "activity", "way", "kind"];
const ALL_WITHIN = ["ease"];
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
  for (let row = 0; row < payload.id.length; row += 1) {
    const failed = tests.filter((test) => !test.passes(row));
    if (failed.length > 1) continue; // Two filters against it: no choice in one filter brings it back.
    const open = failed.length ? [failed[0].name] : FILTERS;
    for (const name of open) addBits(tally[name], bitsOf(payload, name, row, vocabulary));
  }
  return named(tally, vocabulary);
}

/** One test per filter that has a choice of ours. */
function testsOf(payload, query, vocabulary) {
  return FILTERS.flatMap((name) => {
    const mask = maskOf(query.getAll(name), vocabulary[name]);
    if (!mask) return [];
    const all = ALL_WITHIN.includes(name);
    const passes = (row) => {
      const common = bitsOf(payload, name, row, vocabulary) & mask;
      return all ? common === mask : common !== 0;
    };
    return [{ name, passes }];
  });
}

function maskOf(codes, order) {
  return codes.reduce((mask, code) => (order.includes(code) ? mask | (1 << order.indexOf(code)) : mask), 0);
}

/** An entry has one kind, told by its code; every other filter has bits of its own. */
function bitsOf(payload, name, row, vocabulary) {
  if (name !== "kind") return payload.bits[name][row];
  const position = vocabulary.kind.indexOf(payload.kind[row]);
  return position < 0 ? 0 : 1 << position;
}

function addBits(tally, bits) {
  for (let bit = 0; bit < tally.length; bit += 1) tally[bit] += (bits >> bit) & 1;
}

function named(tally, vocabulary) {
  return Object.fromEntries(FILTERS.map((name) => [
    name, Object.fromEntries(vocabulary[name].map((code, bit) => [code, tally[name][bit]])),
  ]));
}
