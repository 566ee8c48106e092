/** Choosing entries in the staff list: how many are chosen is said, and the bar of what can be done stays in sight. */

/** @param {HTMLFormElement} form */
function watch(form) {
  const boxes = [...form.querySelectorAll("input[name=id]")];
  const bar = form.querySelector("[data-pick-bar]");
  const jump = form.querySelector("[data-pick-jump]");
  const which = () => form.elements.which.value;
  const count = () => {
    if (which() === "page") return boxes.length;
    if (which() === "all") return Number(form.querySelector("[data-pick-all]").dataset.count);
    return boxes.filter((box) => box.checked).length;
  };
  const tell = () => {
    const chosen = count();
    form.querySelectorAll("[data-pick-count]").forEach((told) => { told.textContent = chosen ? `${chosen}件を選んでいます` : ""; });
    jump.hidden = !chosen;
    bar.classList.toggle("is-stuck", chosen > 0);
  };
  form.addEventListener("change", (event) => {
    if (event.target.name === "id") form.elements.which.value = "picked";
    if (event.target.name === "which") boxes.forEach((box) => { box.checked = which() !== "picked"; });
    tell();
  });
  // Coming back by the browser's own button, the boxes are as they were left.
  addEventListener("pageshow", tell);
  tell();
}

document.querySelectorAll("[data-pick]").forEach(watch);
