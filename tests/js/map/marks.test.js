// The cases of marks that the server's tests read too, asked of the browser's rule, and counts against plain counting.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { Marks, holdsPoint, mix, worldPixels } from "../../../static/js/map/marks.js";

const TABLE = JSON.parse(readFileSync(new URL("../../data/mark_cases.json", import.meta.url)));
const EVERYWHERE = [-90, -180, 90, 180];

function marksOf(points) {
  return new Marks(points.map(([row, lat, lng]) => ({ row, lat, lng })), (row) => ({ id: row }));
}

const near = (found, said) => assert.ok(Math.abs(found - said) < 2e-7, `${found} is not ${said}`);
const byKey = (one, other) => (one.key < other.key ? -1 : 1);

for (const { name, zoom, box, points, clusters, spots } of TABLE.cases) {
  test(name, () => {
    const found = marksOf(points).within(zoom, box ?? EVERYWHERE);
    const alone = found.filter(({ entries }) => entries).map(({ key, entries }) => ({ key, rows: entries.map(({ id }) => id) }));
    assert.deepEqual(alone.sort(byKey), spots.toSorted(byKey));
    const several = found.filter(({ cells }) => cells).sort(byKey);
    assert.deepEqual(several.map(({ key, n, cells }) => ({ key, n, cells })), clusters.map(({ key, n, cells }) => ({ key, n, cells })).sort(byKey));
    several.forEach((cluster) => {
      const said = clusters.find(({ key }) => key === cluster.key);
      [[cluster.lat, said.lat], [cluster.lng, said.lng], ...cluster.box.map((edge, i) => [edge, said.box[i]])].forEach((pair) => near(...pair));
    });
  });
}

test("mixed numbers", () => assert.deepEqual(TABLE.mix.map(([cx, cy]) => [cx, cy, mix(cx, cy)]), TABLE.mix));

test("world pixels", () => assert.deepEqual(TABLE.pixels.map(([lat, lng]) => [lat, lng, ...worldPixels(lat, lng)]), TABLE.pixels));

/** A fixed scatter of entries over the ward: some share an address, some have two. */
function scatter(number) {
  let seed = 7;
  const next = () => { seed = (seed * 16807) % 2147483647; return seed / 2147483647; };
  const anywhere = () => [35.71 + next() * 0.08, 139.82 + next() * 0.08];
  const homes = Array.from({ length: number }, anywhere);
  return homes.flatMap((home, row) => [[row, ...(row % 5 ? home : homes[0])], ...(row % 7 ? [] : [[row, ...anywhere()]])]);
}

test("each entry is in the marks that hold its points, each address in one, at every zoom", () => {
  const points = scatter(400);
  const marks = marksOf(points);
  for (const zoom of [9, 11, 12, 14, 16, 17, 18]) {
    const found = marks.within(zoom, EVERYWHERE);
    for (const mark of found) {
      const inside = points.filter(([, lat, lng]) => holdsPoint(mark, [[lat, lng]]));
      const rows = new Set(inside.map(([row]) => row));
      assert.equal(rows.size, mark.n ?? mark.entries.length, `zoom ${zoom}`);
      if (mark.box) assert.ok(inside.every(([, lat, lng]) => lat >= mark.box[0] && lat <= mark.box[2] && lng >= mark.box[1] && lng <= mark.box[3]));
    }
    points.forEach(([, lat, lng]) => assert.equal(found.filter((mark) => holdsPoint(mark, [[lat, lng]])).length, 1, `zoom ${zoom}`));
  }
});

test("the box of all points, none for none", () => {
  assert.deepEqual(marksOf([[0, 35.7, 139.8], [1, 35.8, 139.7]]).bounds, [35.7, 139.7, 35.8, 139.8]);
  assert.equal(marksOf([]).bounds, null);
});
