/** The button that prints an entry's page. Whoever prints, closed boxes open first: paper cannot be unfolded. */
let opened = [];

addEventListener("beforeprint", () => {
  opened = [...document.querySelectorAll("details:not([open])")];
  opened.forEach((box) => { box.open = true; });
});

addEventListener("afterprint", () => {
  opened.forEach((box) => { box.open = false; });
});

document.querySelectorAll("[data-print]").forEach((button) => button.addEventListener("click", () => window.print()));
