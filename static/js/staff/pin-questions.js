/** What the server knows of an address and a pin, and how far one press of a key moves a pin. */

const METRES_PER_DEGREE = 111_320;
const STEPS = {
  ArrowUp: { north: 1, east: 0, words: "北" }, ArrowDown: { north: -1, east: 0, words: "南" },
  ArrowRight: { north: 0, east: 1, words: "東" }, ArrowLeft: { north: 0, east: -1, words: "西" },
};

/**
 * Where a key leads from a point (WGS84 degrees): 5 m, with Shift 50 m; null for any other key.
 * @returns {{lat: number, lng: number, words: string}|null}
 */
export function step({ lat, lng }, key, shift) {
  const way = STEPS[key];
  if (!way) return null;
  const degrees = (shift ? 50 : 5) / METRES_PER_DEGREE;
  return {
    lat: lat + way.north * degrees,
    lng: lng + (way.east * degrees) / Math.cos((lat * Math.PI) / 180),
    words: `${way.words}へ動かしました。`,
  };
}

async function answerOf(url, fields, otherwise) {
  try {
    const answer = await fetch(`${url}?${new URLSearchParams(fields)}`, { headers: { Accept: "application/json" } });
    return answer.ok ? await answer.json() : otherwise;
  } catch {
    return otherwise; // the pin can still be moved, and saving looks at it again
  }
}

export const ask = {
  /** @returns {Promise<{own: ?Object, points: Object[], starts: Object[], note: string}>} */
  candidates: (form, address) => answerOf(form.dataset.candidatesUrl, { address }, { own: null, points: [], starts: [], note: "" }),
  /** @returns {Promise<{words: string, far: boolean}>} */
  distance: (form, address, { lat, lng }) => answerOf(form.dataset.distanceUrl, { address, lat, lng }, { words: "", far: false }),
};
