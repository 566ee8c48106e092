/** The form and the query string say the same; this module turns one into the other. */
import { FILTERS } from "./filter.js";

/** @returns {import("./filter.js").Vocabulary} read off the form: the codes in the order of their bits */
export function vocabularyOf(form) {
  return Object.fromEntries(FILTERS.map((name) => {
    const boxes = [...form.querySelectorAll(`input[name="${name}"]`)];
    const inOrder = boxes.every((box) => box.dataset.bit) ? boxes.sort((a, b) => a.dataset.bit - b.dataset.bit) : boxes;
    return [name, inOrder.map((box) => box.value)];
  }));
}

/** @returns {URLSearchParams} what the form asks for, without what goes without saying */
export function readForm(form) {
  const params = new URLSearchParams();
  for (const [name, value] of new FormData(form)) {
    if (String(value).trim()) params.append(name, String(value).trim());
  }
  const sort = chosenSort(form);
  params.delete("sort");
  if (sort !== usualSort(params)) params.set("sort", sort);
  return params;
}

/** Set every field as a query says. */
export function writeForm(form, params) {
  for (const field of form.elements) {
    if (field.type === "checkbox") field.checked = params.getAll(field.name).includes(field.value);
    else if (field.name === "sort") showSort(field, params.get("sort") ?? usualSort(params));
    else if (field.tagName === "INPUT") field.value = params.get(field.name) ?? "";
  }
}

const TYPING_PAUSE = 350;

/** Call `ask` for whatever is chosen, for what is typed after a pause, and when the form is sent. */
export function listenToForm(form, ask) {
  let typing = 0;
  form.addEventListener("change", (event) => {
    if (event.target.name === "near") followPlace(form);
    if (event.target.name !== "q") ask();
  });
  form.addEventListener("input", (event) => {
    if (event.target.name !== "q") return;
    clearTimeout(typing);
    typing = setTimeout(() => ask({ replace: true }), TYPING_PAUSE);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    clearTimeout(typing);
    ask();
    form.querySelectorAll("details[open]").forEach((box) => {
      box.open = false;
      box.querySelector("summary").focus({ preventScroll: true });
    });
  });
}

/** Naming a place orders by distance, and taking it away by name, as the server does unasked. */
function followPlace(form) {
  const params = new URLSearchParams({ near: form.elements.near.value.trim() });
  if (!params.get("near")) params.delete("near");
  showSort(form.elements.sort, usualSort(params));
}

function usualSort(params) {
  return params.has("near") ? "near" : "name";
}

function chosenSort(form) {
  return form.elements.sort.selectedOptions[0].dataset.code;
}

function showSort(select, code) {
  [...select.options].forEach((option) => { option.selected = option.dataset.code === code; });
}

/** The part of a query that only the server can answer. */
export function serverPart(params) {
  const kept = [...params].filter(([name]) => !FILTERS.includes(name) && name !== "page");
  return new URLSearchParams(kept);
}

/** Show beside each choice what it would give, and on each filter how many are chosen. */
export function showCounts(form, counts) {
  for (const group of form.querySelectorAll("[data-filter]")) {
    const boxes = [...group.querySelectorAll("input[type=checkbox]")];
    boxes.forEach((box) => showCount(box, counts[group.dataset.filter][box.value] ?? 0));
    const chosen = boxes.filter((box) => box.checked).length;
    const badge = group.querySelector("[data-chosen]");
    if (badge.hidden !== (chosen === 0)) badge.hidden = chosen === 0;
    if (badge.lastChild.textContent !== String(chosen)) badge.lastChild.textContent = String(chosen);
  }
}

function showCount(box, number) {
  const choice = box.closest("label");
  const place = choice.querySelector("[data-count]");
  if (place.textContent === String(number)) return;
  place.textContent = String(number);
  choice.classList.toggle("is-none", number === 0);
}

/** Boxes of filters close on Escape and on a touch elsewhere; the button in them closes them too. */
export function closeFiltersWhenLeft(form) {
  const open = () => form.querySelector("details[open]");
  document.addEventListener("pointerdown", (event) => {
    const box = open();
    if (box && !box.contains(event.target)) box.open = false;
  });
  form.addEventListener("keydown", (event) => {
    const box = open();
    if (event.key !== "Escape" || !box) return;
    box.open = false;
    box.querySelector("summary").focus();
  });
  // Browsers that do not yet know <details name> leave several open.
  form.addEventListener("toggle", (event) => {
    if (!event.target.open) return;
    const panel = event.target.querySelector(".filter-panel");
    if (panel.getBoundingClientRect().bottom > innerHeight) event.target.closest("[data-filters]").scrollIntoView({ block: "start" });
    form.querySelectorAll("details[open]").forEach((box) => { if (box !== event.target) box.open = false; });
  }, true);
}
