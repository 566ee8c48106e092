/** What scripts say. The page hands it over in its language (templates/public/_finder.html). */

let known = null;

/**
 * @param {string} name
 * @param {Object<string, string|number>} [values]  by the names that stand in braces
 * @returns {string}
 */
export function phrase(name, values = {}) {
  known ??= new Map(Array.from(document.getElementById("phrases").content.children, (one) => [one.dataset.phrase, one.textContent]));
  return known.get(name).replace(/\{(\w+)\}/g, (_, key) => values[key]);
}
