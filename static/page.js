// What every page does: say that scripts run, the theme button, closing things, copying, and keys.

import "./keys.js";
import "./theme.js";

document.documentElement.classList.add("scripted");

document.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button?.matches("[data-close]")) button.closest(".toast").remove();
  if (button?.matches("[data-open]")) document.getElementById(button.dataset.open).showModal();
  if (button?.matches("[data-copy]")) copy(button);
  for (const menu of document.querySelectorAll("details.menu[open]"))
    if (!menu.contains(event.target) || button?.matches("[data-open]")) menu.open = false;
});

async function copy(button) {
  const source = document.getElementById(button.dataset.copy);
  try {
    await navigator.clipboard.writeText(source.textContent);
    button.lastChild.textContent = " Copied";
  } catch {
    getSelection().selectAllChildren(source); // without a secure address: ready for Ctrl-C
  }
}

const picking = document.getElementById("picking");
function count() {
  document.getElementById("picked-count").textContent =
    picking.querySelectorAll(".pick :checked").length;
}
picking?.addEventListener("change", count);
picking?.addEventListener("reset", () => setTimeout(count));
