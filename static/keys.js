// The keyboard: single keys outside text fields, and closing things with Escape.

const actions = {
  "?": () => document.getElementById("keys").showModal(),
  u: () => document.getElementById("choose")?.click(),
  g: () => follow(".nav a[href='/']"),
  j: () => follow(".nav a[href='/jobs/']"),
  l: () => toggleLayers(),
  n: () => nextName(),
  x: () => document.activeElement.closest(".tile")?.querySelector(".pick input")?.click(),
  ArrowLeft: () => follow("#before"),
  ArrowRight: () => follow("#after"),
};

function follow(selector) {
  document.querySelector(selector)?.click();
}

function toggleLayers() {
  const boxes = [...document.querySelectorAll("#layers input")];
  const show = !boxes.some((box) => box.checked);
  for (const box of boxes) if (box.checked !== show) box.click();
}

function nextName() {
  const fields = [...document.querySelectorAll(".naming input[type=text]")];
  (fields.find((field) => !field.value) ?? fields[0])?.focus();
}

function moves(event) {
  const tile = document.activeElement.closest(".tile");
  if (!tile || !event.key.startsWith("Arrow")) return false;
  const tiles = [...tile.parentElement.querySelectorAll(".tile")];
  const here = tile.getBoundingClientRect();
  const centre = (box) => box.left + box.width / 2;
  const sideways = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  const row = (box) => (event.key === "ArrowUp" ? box.top < here.top : box.top > here.top);
  const target = sideways
    ? tiles[tiles.indexOf(tile) + sideways]
    : tiles
        .filter((other) => row(other.getBoundingClientRect()))
        .sort((a, b) => distance(a) - distance(b))[0];
  function distance(other) {
    const box = other.getBoundingClientRect();
    return Math.abs(box.top - here.top) * 10 + Math.abs(centre(box) - centre(here));
  }
  target?.querySelector("a, input").focus();
  return true;
}

addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]"))
    return;
  if (event.key === "Escape") return leave();
  if (event.target.matches("input:not([type=checkbox]), select, textarea")) return;
  if (moves(event)) return event.preventDefault();
  if (!actions[event.key]) return;
  event.preventDefault();
  actions[event.key]();
});

function leave() {
  const menu = document.querySelector("details.menu[open]");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  } else if (document.activeElement.matches("input[type=text]")) document.activeElement.blur();
  else document.getElementById("picking")?.reset();
}
