// The filter cases that the Python and the browser tests read too, asked of the browser's filter.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { counts, matches } from "../../../static/js/finder/filter.js";

const { vocabulary, entries, cases, many } = JSON.parse(readFileSync(new URL("../../data/filter_cases.json", import.meta.url)));

function maskOf(name, codes) {
  return codes.reduce((mask, code) => {
    assert.ok(vocabulary[name].includes(code), `${code} is no ${name}`);
    return mask | (1 << vocabulary[name].indexOf(code));
  }, 0);
}

/** The entries as /pins.json tells them. */
const payload = {
  id: entries.map((entry) => String(entry.no)),
  kind: entries.map((entry) => entry.kind),
  bits: {
    need: entries.map((entry) => maskOf("need", entry.needs)),
    age: entries.map((entry) => maskOf("age", entry.ages)),
    activity: entries.map((entry) => maskOf("activity", entry.activities)),
    way: entries.map((entry) => maskOf("way", entry.ways)),
    ease: entries.map((entry) => maskOf("ease", Object.keys(entry.ease).filter((code) => entry.ease[code]))),
  },
};

// Text is searched by the server: with a script, the page gets a payload that is searched already.
const byBits = cases.filter(({ query }) => !new URLSearchParams(query).has("q"));

test("there are enough cases", () => assert.ok(byBits.length >= 30));

for (const { name, query, expect, counts: expected } of byBits) {
  test(name, () => {
    const found = matches(payload, new URLSearchParams(query), vocabulary).map((row) => entries[row].no);
    assert.deepEqual(found, expect);
    checkCounts(counts(payload, new URLSearchParams(query), vocabulary), expected);
  });
}

function checkCounts(told, expected) {
  for (const [filter, numbers] of Object.entries(expected ?? {})) {
    for (const [code, number] of Object.entries(numbers)) {
      assert.equal(told[filter][code], number, `${filter}=${code}`);
    }
  }
}

for (const { name, query, expect, counts: expected } of many.cases) {
  test(`many terms: ${name}`, () => {
    const columns = { id: many.entries.map(({ no }) => String(no)), kind: many.entries.map(({ kind }) => kind), bits: many.bits };
    const found = matches(columns, new URLSearchParams(query), many.vocabulary).map((row) => many.entries[row].no);
    assert.deepEqual(found, expect);
    checkCounts(counts(columns, new URLSearchParams(query), many.vocabulary), expected);
  });
}

test("counts answer for every choice of every filter", () => {
  const told = counts(payload, new URLSearchParams(), vocabulary);
  for (const [filter, codes] of Object.entries(vocabulary)) assert.deepEqual(Object.keys(told[filter]), codes);
});
