// The photo page: remembered layers, labels of one size, and faces lit together with their cards.

const key = (layer) => `layer:${layer}`;

function recall() {
  for (const box of document.querySelectorAll("[data-remember]")) {
    const said = localStorage.getItem(key(box.dataset.remember));
    if (said !== null) box.checked = said === "on";
  }
}

document.addEventListener("change", (event) => {
  const layer = event.target.dataset.remember;
  if (layer) localStorage.setItem(key(layer), event.target.checked ? "on" : "off");
});

// Parts of faces' cards stay as they were left, for every face.
const partKey = (part) => `part:${part}`;

function recallParts() {
  for (const part of document.querySelectorAll("details[data-part]")) {
    const said = localStorage.getItem(partKey(part.dataset.part));
    if (said !== null) part.open = said === "open";
  }
}

document.addEventListener("click", (event) => {
  const part = event.target.closest?.("details[data-part] > summary")?.parentElement;
  if (part) localStorage.setItem(partKey(part.dataset.part), part.open ? "closed" : "open");
});

// Text scales with the photo; its size is set so that it stays 14 px on the screen.
function sizeLabels() {
  const overlay = document.getElementById("overlay");
  const { width, height } = overlay.viewBox.baseVal;
  const shown = overlay.getBoundingClientRect();
  const scale = Math.min(shown.width / width, shown.height / height);
  if (scale) overlay.setAttribute("font-size", (14 / scale).toFixed(1));
}

function light(face) {
  const overlay = document.getElementById("overlay");
  overlay.classList.toggle("dimmed", Boolean(face));
  for (const lit of document.querySelectorAll(".lit[data-face]")) lit.classList.remove("lit");
  if (!face) return;
  for (const part of document.querySelectorAll(`[data-face="${CSS.escape(face)}"]`))
    part.classList.add("lit");
}

const faceOf = (target) => target.closest?.("[data-face]")?.dataset.face;
document.addEventListener("pointerover", (event) => light(faceOf(event.target)));
document.addEventListener("focusin", (event) => light(faceOf(event.target)));
document.addEventListener("click", (event) => {
  const mark = event.target.closest("#overlay [data-face]");
  if (!mark) return;
  const card = document.getElementById(`face-${mark.dataset.face}`);
  card?.scrollIntoView({ block: "nearest" });
  card?.querySelector("input[type=text]")?.focus({ preventScroll: true });
});

// A name being typed outlives the results that arrive meanwhile.
let typed = null;
document.body.addEventListener("htmx:oobBeforeSwap", () => {
  const field = document.activeElement;
  if (field.matches(".naming input[type=text]"))
    typed = { id: field.id, value: field.value, at: field.selectionStart };
});

function resume() {
  const field = typed && document.getElementById(typed.id);
  if (!field) return;
  field.value = typed.value;
  field.focus();
  field.setSelectionRange(typed.at, typed.at);
  typed = null;
}

recall();
recallParts();
sizeLabels();
addEventListener("resize", sizeLabels);
document.body.addEventListener("htmx:afterSettle", () => {
  recall();
  recallParts();
  sizeLabels();
  resume();
});
