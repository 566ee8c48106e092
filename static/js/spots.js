/**
 * From rows to what a map shows: entries at one point become a spot, near spots become a cluster.
 *
 * @typedef {Object} Spot  one point and the entries on it
 * @property {string} key
 * @property {number} lat
 * @property {number} lng
 * @property {number[]} rows  rows of the payload
 */

/** About a metre: entries closer than this are at one address. */
const PLACES = 5;
const CLUSTERS_UNTIL = 16;

/**
 * The points of an entry: the one of its row, then those of its further places.
 * @returns {{row: number, lat: number, lng: number}[]}
 */
export function pointsOf(payload, rows) {
  const wanted = new Set(rows);
  const points = rows.map((row) => ({ row, lat: payload.lat[row], lng: payload.lng[row] }));
  const more = payload.more ?? { row: [], lat: [], lng: [] };
  more.row.forEach((row, i) => {
    if (wanted.has(row)) points.push({ row, lat: more.lat[i], lng: more.lng[i] });
  });
  return points.filter((point) => point.lat !== null && point.lng !== null);
}

/** @returns {Spot[]} */
export function spotsOf(payload, rows) {
  const spots = new Map();
  for (const { row, lat, lng } of pointsOf(payload, rows)) {
    const key = `${lat.toFixed(PLACES)},${lng.toFixed(PLACES)}`;
    const spot = spots.get(key) ?? { key, lat, lng, rows: [] };
    if (!spot.rows.includes(row)) spot.rows.push(row);
    spots.set(key, spot);
  }
  return [...spots.values()];
}

/** Spots indexed for every zoom. Clusters count entries, not spots. */
export class SpotIndex {
  /** @param {Spot[]} spots */
  constructor(spots) {
    this.spots = spots;
    this.index = new globalThis.Supercluster({
      radius: 46, extent: 256, maxZoom: CLUSTERS_UNTIL, minPoints: 2,
      map: (properties) => ({ entries: properties.entries }),
      reduce: (sum, properties) => { sum.entries += properties.entries; },
    }).load(spots.map((spot, number) => ({
      type: "Feature",
      properties: { number, entries: spot.rows.length },
      geometry: { type: "Point", coordinates: [spot.lng, spot.lat] },
    })));
  }

  /**
   * What to draw between these corners (degrees) at a zoom.
   * @returns {({key: string, lat: number, lng: number, cluster: number, entries: number} | Spot)[]}
   */
  within({ west, south, east, north }, zoom) {
    return this.index.getClusters([west, south, east, north], Math.floor(zoom)).map((feature) => {
      const { cluster_id: cluster, entries, number } = feature.properties;
      if (cluster === undefined) return this.spots[number];
      const [lng, lat] = feature.geometry.coordinates;
      return { key: `c${cluster}`, lat, lng, cluster, entries };
    });
  }

  /** The first zoom from `least` on at which a spot stands alone; beyond the clusters' last one it always does. */
  loneZoom(spot, least) {
    const { lat, lng } = spot;
    for (let zoom = Math.floor(least); zoom <= CLUSTERS_UNTIL; zoom += 1) {
      const found = this.within({ west: lng - 1e-5, south: lat - 1e-5, east: lng + 1e-5, north: lat + 1e-5 }, zoom);
      if (found.some((one) => one.key === spot.key)) return zoom;
    }
    return CLUSTERS_UNTIL + 1;
  }

  /** The zoom at which a cluster falls apart. */
  openingZoom(cluster) {
    return this.index.getClusterExpansionZoom(cluster);
  }

  /** @returns {Set<number>} the rows inside a cluster */
  rowsIn(cluster) {
    const leaves = this.index.getLeaves(cluster, Infinity);
    return new Set(leaves.flatMap((leaf) => this.spots[leaf.properties.number].rows));
  }
}
