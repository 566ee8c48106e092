/** A file that is too large is refused before it is sent. */
document.querySelectorAll("[data-file-choice]").forEach((field) => {
  const input = field.querySelector("input[type=file]");
  const error = field.querySelector("[data-file-error]");
  const check = () => {
    const isLarge = [...input.files].some((file) => file.size > Number(field.dataset.most));
    error.hidden = !isLarge;
    error.textContent = isLarge ? field.dataset.tooLarge : "";
    return !isLarge;
  };
  input.addEventListener("change", check);
  input.form.addEventListener("submit", (event) => {
    if (check()) return;
    event.preventDefault();
    input.focus();
  });
});
