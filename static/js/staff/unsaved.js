/** What was typed and not saved: said beside the buttons, asked about before one leaves, still there on the way back. */

/** @returns {string} all that the form would send */
function contentsOf(form) {
  const fields = [...new FormData(form)].filter(([name]) => name !== "agreed" && name !== "base");
  return JSON.stringify(fields.map(([name, value]) => [name, String(value)]));
}

/**
 * A browser that goes back puts what was typed into a page that is asked for anew. It must be saved from the state
 * that it was typed over, or what somebody else wrote meanwhile would be lost unseen. The tab alone remembers it.
 */
const base = {
  key: `base ${location.pathname}`,
  keep(form, isChanged) {
    try {
      if (isChanged) sessionStorage.setItem(this.key, form.elements.base.value);
      else sessionStorage.removeItem(this.key);
    } catch { /* private windows may refuse */ }
  },
  bringBack(form) {
    try { form.elements.base.value = sessionStorage.getItem(this.key) ?? form.elements.base.value; } catch { /* as above */ }
  },
};

/** @param {HTMLFormElement} form */
export function guardUnsaved(form) {
  const state = form.querySelector("[data-save-state]");
  const first = "changed" in form.dataset ? null : contentsOf(form);
  let leaving = false;
  const isChanged = () => first === null || contentsOf(form) !== first;
  const tell = () => { state.textContent = isChanged() ? "まだ保存していない変更があります" : ""; };
  form.addEventListener("input", tell);
  form.addEventListener("change", tell);
  form.addEventListener("submit", (event) => { leaving = event.submitter?.formTarget !== "_blank"; });
  addEventListener("pageshow", () => {
    leaving = false;
    if (first !== null && isChanged()) base.bringBack(form);
    tell();
  });
  addEventListener("pagehide", () => base.keep(form, !leaving && isChanged()));
  addEventListener("beforeunload", (event) => {
    if (!leaving && isChanged()) event.preventDefault();
  });
  tell();
}
