// Before and after in one picture: a line to draw across it, a closer look at each face, and how
// strong the change is.

const area = document.getElementById("compared");
const at = document.getElementById("wipe-at");

if (area) {
  const svg = area.querySelector("svg");
  const wipe = svg.querySelector("#wipe rect");
  const kept = svg.querySelector("#kept rect");
  const lines = svg.querySelectorAll("path:is(.halo, .ink)");

  const draw = () => {
    const { x, y, width, height } = svg.viewBox.baseVal;
    const line = x + (width * at.value) / 100;
    wipe.setAttribute("x", line);
    kept.setAttribute("width", line);
    for (const path of lines) path.setAttribute("d", `M${line} ${y}V${y + height}`);
  };

  const follow = (event) => {
    const point = new DOMPoint(event.clientX, event.clientY);
    const { x, width } = svg.viewBox.baseVal;
    const shown = point.matrixTransform(svg.getScreenCTM().inverse()).x;
    at.value = Math.round((100 * (shown - x)) / width);
    draw();
  };

  at.addEventListener("input", draw);
  const strength = document.getElementById("strength");
  strength?.addEventListener("input", () =>
    svg.querySelector("#after").setAttribute("opacity", strength.value / strength.max),
  );
  area.addEventListener("pointerdown", (event) => {
    area.setPointerCapture(event.pointerId);
    follow(event);
  });
  area.addEventListener("pointermove", (event) => {
    if (area.hasPointerCapture(event.pointerId)) follow(event);
  });

  for (const button of document.querySelectorAll("[data-zoom]"))
    button.addEventListener("click", () => {
      svg.setAttribute("viewBox", button.dataset.zoom);
      for (const one of document.querySelectorAll("[data-zoom]"))
        one.setAttribute("aria-pressed", one === button);
      draw();
    });
}
