// How far a press of a key moves a pin.
import assert from "node:assert/strict";
import { test } from "node:test";
import { step } from "../../../static/js/staff/pin-questions.js";

const HERE = { lat: 35.74, lng: 139.85 };
const metres = (to) => Math.hypot((to.lat - HERE.lat) * 111_320, (to.lng - HERE.lng) * 111_320 * Math.cos((HERE.lat * Math.PI) / 180));

for (const [key, word, lat, lng] of [["ArrowUp", "北", 1, 0], ["ArrowDown", "南", -1, 0], ["ArrowRight", "東", 0, 1], ["ArrowLeft", "西", 0, -1]]) {
  test(`${key} leads about 5 m to the ${word}, with Shift 50 m`, () => {
    const to = step(HERE, key, false);
    assert.ok(to.words.startsWith(word));
    assert.deepEqual([Math.sign(to.lat - HERE.lat), Math.sign(to.lng - HERE.lng)], [lat, lng]);
    assert.ok(Math.abs(metres(to) - 5) < 0.01);
    assert.ok(Math.abs(metres(step(HERE, key, true)) - 50) < 0.1);
  });
}

test("no other key moves it", () => {
  for (const key of ["Enter", "a", "Tab", "PageUp"]) assert.equal(step(HERE, key, false), null);
});
