// One table of texts and how they fold, which the Python tests read too: a file finds what the site finds.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { distancesFrom, distanceText, findPlace } from "../../../static/js/finder/near.js";
import { fold, foldWords, textMatches } from "../../../static/js/common/text-search.js";

const cases = JSON.parse(readFileSync(new URL("../../data/fold_cases.json", import.meta.url)));

test("there are enough cases", () => assert.ok(cases.length >= 60));

for (const { text, folded, words } of cases) {
  test(`fold ${JSON.stringify(text)}`, () => {
    assert.equal(fold(text), folded);
    assert.deepEqual(foldWords(text), words);
  });
}

test("every word must stand, wherever it stands; no word asks nothing", () => {
  const texts = [fold("親の会 つくし"), fold("つくしの会"), ""];
  assert.deepEqual(textMatches(texts, "ツクシ　会"), [0, 1]);
  assert.deepEqual(textMatches(texts, "親 つくし"), [0]);
  assert.deepEqual(textMatches(texts, " ・ "), [0, 1, 2]);
});

const places = {
  points: [{ name: "立石5丁目", x: 0, y: 0 }, { name: "亀有駅", x: 300, y: 400 }],
  keys: { "立石5": 0, "立石5丁目": 0, "亀有駅": 1 }, prefixes: ["東京都葛飾区", "葛飾区"],
};

test("a place is found however it is written", () => {
  for (const text of ["立石5丁目", "立石５丁目", "葛飾区立石5", "東京都葛飾区立石5丁目13-1", "立石5-13-1", " 立石５ー１３ "]) {
    assert.equal(findPlace(places, text)?.name, "立石5丁目", text);
  }
  assert.equal(findPlace(places, "亀有 駅")?.name, "亀有駅");
  for (const text of ["立石", "立石50", "constructor", "葛飾区", ""]) assert.equal(findPlace(places, text), null, text);
});

test("the nearest of an entry's points counts; without a point it is nowhere", () => {
  const points = { row: [0, 0, 2], x: [300, 0, 30], y: [400, 70, 40] };
  assert.deepEqual(distancesFrom(places.points[0], points, 3), [70, Infinity, 50]);
});

/** What a page in Japanese hands to its scripts. */
function handOver(phrases) {
  const children = Object.entries(phrases).map(([phrase, textContent]) => ({ dataset: { phrase }, textContent }));
  globalThis.document = { getElementById: (id) => (id === "phrases" ? { content: { children } } : null) };
}

test("distances are told in steps", () => {
  handOver({ near: "約{distance}", "near-about": "およそ{distance}" });
  const told = [[10, "約50m"], [124, "約100m"], [126, "約150m"], [974, "約950m"], [975, "約1.0km"], [2340, "約2.3km"], [Infinity, ""]];
  for (const [metres, text] of told) assert.equal(distanceText(metres, false), text);
  assert.equal(distanceText(300, true), "およそ300m");
});
