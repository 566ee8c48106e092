/** 「さがすページへ」 leads back to the search that one came from; the tab alone remembers it. */
const KEY = "search";

/** Keep the search for the way back. A browser that keeps nothing still has its own Back. */
export function rememberSearch() {
  addEventListener("pagehide", () => {
    try { sessionStorage.setItem(KEY, location.search); } catch { /* private windows may refuse */ }
  });
}

/** @param {HTMLAnchorElement|null} link */
function leadBack(link) {
  try {
    if (link) link.search = sessionStorage.getItem(KEY) ?? "";
  } catch { /* as above */ }
}

leadBack(document.querySelector("a[data-back]"));
