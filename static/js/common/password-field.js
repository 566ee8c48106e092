/** A button beside a password that shows what was typed, and hides it again before it is sent. */
function offer(field) {
  const input = field.querySelector("input");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link-button";
  button.setAttribute("aria-controls", input.id);
  const set = (shown) => {
    input.type = shown ? "text" : "password";
    button.textContent = shown ? "かくす" : "表示する";
    button.setAttribute("aria-label", `${field.querySelector("label").firstChild.data.trim()}を${button.textContent}`);
  };
  button.addEventListener("click", () => set(input.type === "password"));
  input.form.addEventListener("submit", () => set(false));
  set(false);
  const row = document.createElement("div");
  row.className = "input-and-button";
  input.replaceWith(row);
  row.append(input, button);
}

document.querySelectorAll("[data-password]").forEach(offer);
