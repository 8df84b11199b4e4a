// Maps: nearer and farther, moved about, by mouse, keys and buttons. Without this script they stand.

const LETTERS_PX = 13;
const BORDER_PX = 0.8;
const NEAREST = 2; // units of the map

function shown(svg) {
  const { x, y, width, height } = svg.viewBox.baseVal;
  return [x, y, width, height];
}

function show(svg, [x, y, width, height]) {
  const [, , whole, tall] = svg.dataset.whole.split(" ").map(Number);
  const factor = Math.min(Math.max(width, NEAREST), whole * 1.2) / width;
  [width, height] = [width * factor, height * factor];
  x = Math.min(Math.max(x, -width / 2), whole - width / 2);
  y = Math.min(Math.max(y, -height / 2), tall - height / 2);
  svg.setAttribute("viewBox", [x, y, width, height].map((one) => one.toFixed(3)).join(" "));
  sized(svg);
}

// Letters and borders stay as large as they are on the screen. Land is drawn in tenths of a unit.
function sized(svg) {
  const unit = svg.viewBox.baseVal.width / svg.clientWidth;
  svg.setAttribute("font-size", (LETTERS_PX * unit).toFixed(3));
  svg.querySelector(".land").setAttribute("stroke-width", (10 * BORDER_PX * unit).toFixed(3));
}

function zoom(svg, factor, at = [0.5, 0.5]) {
  const [x, y, width, height] = shown(svg);
  const wide = Math.max(width * factor, NEAREST);
  const high = (height * wide) / width;
  show(svg, [x + (width - wide) * at[0], y + (height - high) * at[1], wide, high]);
}

function move(svg, right, down) {
  const [x, y, width, height] = shown(svg);
  show(svg, [x + right * width, y + down * height, width, height]);
}

const acts = {
  in: (svg) => zoom(svg, 0.5),
  out: (svg) => zoom(svg, 2),
  home: (svg) => show(svg, svg.dataset.home.split(" ").map(Number)),
  whole: (svg) => show(svg, svg.dataset.whole.split(" ").map(Number)),
};
const keys = {
  "+": acts.in,
  "=": acts.in,
  "-": acts.out,
  0: acts.home,
  w: acts.whole,
  ArrowLeft: (svg) => move(svg, -0.2, 0),
  ArrowRight: (svg) => move(svg, 0.2, 0),
  ArrowUp: (svg) => move(svg, 0, -0.2),
  ArrowDown: (svg) => move(svg, 0, 0.2),
};
const mapAt = (target) => target.closest?.("[data-map] > svg");

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-map-do]");
  if (button) acts[button.dataset.mapDo](button.closest("[data-map]").querySelector("svg"));
});

document.addEventListener(
  "keydown",
  (event) => {
    const svg = mapAt(event.target);
    if (!svg || !keys[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    event.stopPropagation(); // the arrows turn to other photos elsewhere on the page
    keys[event.key](svg);
  },
  true,
);

// The wheel scrolls the page, unless the map has the focus.
document.addEventListener(
  "wheel",
  (event) => {
    const svg = mapAt(event.target);
    if (!svg || (document.activeElement !== svg && !event.ctrlKey)) return;
    event.preventDefault();
    const box = svg.getBoundingClientRect();
    const at = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
    zoom(svg, event.deltaY > 0 ? 1.25 : 0.8, at);
  },
  { passive: false },
);

let held = null;
document.addEventListener("pointerdown", (event) => {
  const svg = mapAt(event.target);
  if (svg && event.pointerType === "mouse") held = { svg, x: event.clientX, y: event.clientY };
});
document.addEventListener("pointermove", (event) => {
  if (!held) return;
  const box = held.svg.getBoundingClientRect();
  move(held.svg, (held.x - event.clientX) / box.width, (held.y - event.clientY) / box.height);
  held = { svg: held.svg, x: event.clientX, y: event.clientY };
});
document.addEventListener("pointerup", () => {
  held = null;
});

function ready() {
  for (const tools of document.querySelectorAll(".map-tools[hidden]")) tools.hidden = false;
  for (const svg of document.querySelectorAll("[data-map] > svg")) sized(svg);
}
ready();
addEventListener("resize", ready);
document.body.addEventListener("htmx:afterSettle", ready);
