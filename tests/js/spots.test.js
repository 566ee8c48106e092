// What lies at one point, and what a cluster holds.
import assert from "node:assert/strict";
import { test } from "node:test";
import Supercluster from "supercluster";
import { SpotIndex, pointsOf, spotsOf } from "../../static/js/spots.js";

globalThis.Supercluster = Supercluster;

const payload = {
  lat: [35.75, 35.75, null, 35.751, 35.79],
  lng: [139.85, 139.85, null, 139.85, 139.86],
  more: { row: [3, 4], lat: [35.75, 35.7], lng: [139.85, 139.8] },
};
const EVERYWHERE = { west: 139, south: 35, east: 140, north: 36 };

test("an entry without a point has no spot", () => {
  assert.deepEqual(pointsOf(payload, [2]), []);
});

test("entries and further places at one point are one spot", () => {
  const spots = spotsOf(payload, [0, 1, 2, 3]);
  assert.deepEqual(spots.map(({ rows }) => rows), [[0, 1, 3], [3]]);
});

test("further places of entries that do not match stay out", () => {
  assert.deepEqual(spotsOf(payload, [0]).map(({ rows }) => rows), [[0]]);
});

test("an entry that names one place twice is there once", () => {
  const twice = { lat: [35.75], lng: [139.85], more: { row: [0], lat: [35.75], lng: [139.85] } };
  assert.deepEqual(spotsOf(twice, [0]).map(({ rows }) => rows), [[0]]);
});

/** A fixed scatter of spots over the ward, some with several entries. */
function scatter(number) {
  let seed = 7;
  const next = () => { seed = (seed * 16807) % 2147483647; return seed / 2147483647; };
  return Array.from({ length: number }, (_, i) => ({
    key: String(i), lat: 35.71 + next() * 0.08, lng: 139.82 + next() * 0.08, rows: [2 * i, ...(i % 5 ? [] : [2 * i + 1])],
  }));
}

test("clusters count every entry once, at every zoom", () => {
  const spots = scatter(400);
  const index = new SpotIndex(spots);
  const all = spots.flatMap(({ rows }) => rows).sort((a, b) => a - b);
  for (const zoom of [11, 12.5, 14, 16, 18]) {
    const items = index.within(EVERYWHERE, zoom);
    const held = items.flatMap((item) => item.rows ?? [...index.rowsIn(item.cluster)]).sort((a, b) => a - b);
    assert.deepEqual(held, all, `zoom ${zoom}`);
    const counted = items.reduce((sum, item) => sum + (item.rows?.length ?? item.entries), 0);
    assert.equal(counted, all.length, `zoom ${zoom}`);
  }
});

test("at the zoom that is told, a spot stands alone", () => {
  const spots = scatter(400);
  const index = new SpotIndex(spots);
  for (const spot of spots.slice(0, 40)) {
    const zoom = index.loneZoom(spot, 11);
    assert.ok(index.within(EVERYWHERE, zoom).includes(spot));
    assert.ok(zoom === 11 || !index.within(EVERYWHERE, zoom - 1).includes(spot));
  }
});
