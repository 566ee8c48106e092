/** A button that copies a text of the page; where the browser refuses, the text is selected to be copied by hand. */
function select(text) {
  const range = document.createRange();
  range.selectNodeContents(text);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}

async function copy(button) {
  const text = document.getElementById(button.dataset.copy);
  const status = document.querySelector("[data-copy-status]");
  select(text);
  try {
    await navigator.clipboard.writeText(text.textContent.trim());
    status.textContent = "コピーしました";
  } catch {
    status.textContent = document.execCommand("copy") ? "コピーしました" : "選んであります。Ctrl+Cでコピーしてください";
  }
  button.querySelector("[data-copy-text]").textContent = status.textContent;
}

document.querySelectorAll("[data-copy]").forEach((button) => button.addEventListener("click", () => copy(button)));
