/** The form of an entry, made easier: everything here works without it, by the form's own buttons. */
import { Rows } from "./form-rows.js";
import { watchFragment } from "./live-fragment.js";
import { Places } from "./place-pins.js";
import { guardUnsaved } from "./unsaved.js";

const form = document.querySelector("[data-entry-form]");

/** Who sees a field is said beside it, folded or not. */
function followLevels() {
  form.addEventListener("change", (event) => {
    const level = event.target.closest("[data-level]");
    if (!level || event.target.tagName !== "SELECT") return;
    level.querySelector("[data-level-now]").textContent = event.target.selectedOptions[0].textContent;
    level.classList.toggle("is-kept", event.target.value !== "public");
  });
}

/** Who would see the entry, asked anew when something that decides it has changed. */
function followOutlook() {
  const place = form.querySelector("[data-outlook]");
  const deciding = /^(audience|status|consent|location_precision|publish_|level-)/;
  watchFragment(place, (signal) => fetch(form.dataset.outlookUrl, { method: "POST", body: new FormData(form), signal }), (ask) => {
    form.addEventListener("change", (event) => { if (deciding.test(event.target.name)) ask(0); });
  });
}

/** While a new entry's name is typed: what may be the same. */
function followLikely() {
  const place = form.querySelector("[data-likely]");
  const name = form.querySelector("[data-name]");
  const url = () => {
    const address = form.querySelector("[data-address]")?.value ?? "";
    return `${form.dataset.likelyUrl}?${new URLSearchParams({ name: name.value, address })}`;
  };
  watchFragment(place, (signal) => fetch(url(), { signal }), (ask) => {
    name.addEventListener("input", () => ask(400));
    form.addEventListener("change", (event) => { if (event.target.matches("[data-address]")) ask(0); });
  });
}

if (form) {
  guardUnsaved(form);
  form.querySelectorAll("[data-rows]").forEach((group) => new Rows(group));
  followLevels();
  followOutlook();
  if (form.dataset.likelyUrl) followLikely();
  new Places(form, document.querySelector("[data-map-panel]"));
  form.dataset.ready = "true";
}
