/**
 * Rows that can be added and taken away (places, contacts). A row that is taken away is only put aside until the form
 * is sent, so that it can come back; the server numbers rows anew and does not mind gaps.
 */

export class Rows {
  /** @param {HTMLElement} group  holds rows (`data-row`) and the button that adds one */
  constructor(group) {
    this.group = group;
    this.prefix = `${group.dataset.rows}-`;
    this.pattern = this.#blank(this.#rows()[0]);
    this.next = this.#rows().length;
    group.addEventListener("click", (event) => {
      const button = event.target.closest("[data-add], [data-remove]");
      if (!button) return;
      event.preventDefault();
      if ("add" in button.dataset) this.#add();
      else this.#putAside(button.closest("[data-row]"));
    });
  }

  #rows() {
    return [...this.group.querySelectorAll("[data-row]")];
  }

  /** @returns {HTMLElement} a row with nothing in it */
  #blank(row) {
    const copy = row.cloneNode(true);
    copy.querySelectorAll(".field-error, .field-note, .picks, [data-map-slot] > *").forEach((part) => part.remove());
    copy.querySelectorAll(".is-wrong").forEach((part) => part.classList.remove("is-wrong"));
    copy.querySelectorAll("details").forEach((part) => { part.open = false; });
    copy.querySelectorAll("input, textarea, select").forEach((control) => {
      if (control.tagName === "SELECT") [...control.options].forEach((option, i) => option.toggleAttribute("selected", i === 0));
      else if (control.tagName === "TEXTAREA") control.textContent = "";
      else if (control.type === "checkbox") control.removeAttribute("checked");
      else control.setAttribute("value", "");
      ["aria-invalid", "autofocus"].forEach((name) => control.removeAttribute(name));
      const hint = `${control.id}-hint`;
      if (copy.querySelector(`#${CSS.escape(hint)}`)) control.setAttribute("aria-describedby", hint);
      else control.removeAttribute("aria-describedby");
    });
    return copy;
  }

  /** The site takes no more; told here, before anything is typed for nothing. */
  #isFull() {
    const full = this.#rows().filter((row) => !row.hidden).length >= Number(this.group.dataset.most);
    this.group.querySelector("[data-full]")?.remove();
    if (full) {
      const note = document.createElement("p");
      note.className = "field-error";
      note.dataset.full = "";
      note.setAttribute("role", "alert");
      this.group.querySelector("[data-add]").before(note);
      note.textContent = this.group.dataset.tooMany;
    }
    return full;
  }

  #add() {
    if (this.#isFull()) return;
    const row = this.pattern.cloneNode(true);
    const number = this.next;
    this.next += 1;
    for (const name of ["id", "name", "for", "aria-describedby", "value"]) {
      row.querySelectorAll(`[${name}]`).forEach((part) => part.setAttribute(name, this.#renamed(part.getAttribute(name), number)));
    }
    this.group.querySelector("[data-add]").before(row);
    this.#renumber();
    row.querySelector("input, select").focus();
    row.dispatchEvent(new CustomEvent("row:added", { bubbles: true }));
  }

  #renamed(text, number) {
    return text.replace(new RegExp(`^${this.prefix}\\d+(?=-)`), `${this.prefix}${number}`).replace(/:\d+$/, `:${number}`);
  }

  /** The legend and button of each row count those that are there. */
  #renumber() {
    this.#rows().filter((row) => !row.hidden).forEach((row, i) => {
      row.querySelectorAll("[data-row-number]").forEach((place) => { place.textContent = String(i + 1); });
    });
  }

  #putAside(row) {
    const what = row.querySelector("legend").textContent.trim();
    const note = document.createElement("p");
    note.className = "row-gone";
    const words = document.createElement("span");
    words.textContent = `${what}を消しました。保存すると、なくなります。`;
    const back = document.createElement("button");
    back.type = "button";
    back.className = "button is-quiet";
    back.textContent = "元にもどす";
    back.setAttribute("aria-label", `${what}を元にもどす`);
    back.addEventListener("click", () => this.#bringBack(row, note));
    note.append(words, back);
    row.before(note);
    row.disabled = true;
    row.hidden = true;
    this.#renumber();
    back.focus();
    row.dispatchEvent(new Event("change", { bubbles: true }));
  }

  #bringBack(row, note) {
    row.disabled = false;
    row.hidden = false;
    note.remove();
    this.#renumber();
    row.querySelector("input, select").focus();
    row.dispatchEvent(new Event("change", { bubbles: true }));
  }
}
