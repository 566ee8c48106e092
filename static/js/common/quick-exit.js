/**
 * Leave at once: a click on the link, or Shift three times within a moment. The page goes blank first,
 * and its step of the history is replaced, so that Back does not return here.
 * Escape is not used: screen readers and dialogs need it.
 */
const MOMENT = 900;
const PRESSES = 3;

function leave(url) {
  document.documentElement.hidden = true;
  location.replace(url);
}

function start(link) {
  let presses = [];
  link.addEventListener("click", (event) => {
    event.preventDefault();
    leave(link.href);
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "Shift") { presses = []; return; }
    if (event.repeat) return;
    const now = performance.now();
    presses = [...presses.filter((time) => now - time < MOMENT), now];
    if (presses.length >= PRESSES) leave(link.href);
  });
}

const link = document.querySelector("[data-quick-exit]");
if (link) start(link);
