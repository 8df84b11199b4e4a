// The tab "Place": three clicks on the photo mark a shadow. Without it the numbers are typed.

const NAMES = ["foot", "top", "end"];
const ASKS = {
  foot: "Click the foot of something upright.",
  top: "Now its top.",
  end: "Now where the shadow of its top falls.",
};
let next = null;

const form = () => document.getElementById("locate");
const field = (name, axis) => form().elements[`${name}_${axis}`];
const say = (words) => {
  document.getElementById("shadow-next").textContent = words;
};

function drawing() {
  const overlay = document.getElementById("overlay");
  const made = overlay.querySelector(".shadow-mark");
  if (made) return made;
  const group = document.createElementNS("http://www.w3.org/2000/svg", "g");
  group.setAttribute("class", "mark line few tone-warm shadow-mark");
  for (const css of ["halo", "ink"]) {
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("class", css);
    group.append(path);
  }
  overlay.append(group);
  return group;
}

function draw() {
  const points = NAMES.map((name) => [field(name, "x").value, field(name, "y").value]);
  const [foot, top, end] = points.map(([x, y]) => (x && y ? `${x} ${y}` : null));
  const lines = [foot && top && `M${foot}L${top}`, foot && end && `M${foot}L${end}`, foot && !top && `M${foot}h0`];
  for (const path of drawing().children) path.setAttribute("d", lines.filter(Boolean).join(""));
}

function ask(name) {
  next = name;
  document.querySelector(".canvas").classList.toggle("marking", Boolean(name));
  say(name ? `${ASKS[name]} Escape stops.` : "");
}

document.addEventListener("click", (event) => {
  if (event.target.closest?.("#mark-shadow")) {
    ask(NAMES[0]);
    return;
  }
  const canvas = next && event.target.closest?.(".canvas");
  if (!canvas) return;
  const svg = document.getElementById("overlay");
  const { width, height } = svg.viewBox.baseVal;
  const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  field(next, "x").value = Math.min(Math.max(at.x, 0), width).toFixed(0);
  field(next, "y").value = Math.min(Math.max(at.y, 0), height).toFixed(0);
  draw();
  ask(NAMES[NAMES.indexOf(next) + 1] ?? null);
  if (!next) say("Marked. Look again to weigh it.");
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && next) ask(null);
});
document.addEventListener("input", (event) => {
  if (event.target.closest?.(".shadow .points")) draw();
});

function ready() {
  const button = document.getElementById("mark-shadow");
  if (button) button.hidden = false;
}
ready();
document.body.addEventListener("htmx:afterSettle", ready);
