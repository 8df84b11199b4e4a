// Regions of a photo: drawn with a pointer, or added by a button and moved by their numbers.

const SVG = "http://www.w3.org/2000/svg";
const FEWEST = 4; // pixels on the screen that a drag is long

function prepare(area) {
  const size = { width: Number(area.dataset.width), height: Number(area.dataset.height) };
  const board = area.querySelector(".board");
  const list = area.querySelector("ol");
  const blank = area.querySelector("template");

  const at = (event) => {
    const point = new DOMPoint(event.clientX, event.clientY);
    const { x, y } = point.matrixTransform(board.getScreenCTM().inverse());
    const clip = (value, most) => Math.round(Math.min(Math.max(value, 0), most));
    return { x: clip(x, size.width), y: clip(y, size.height) };
  };

  const add = (left, top, width, height) => {
    const row = blank.content.cloneNode(true).querySelector("li");
    const shape = document.createElementNS(SVG, "rect");
    const edges = {};
    for (const input of row.querySelectorAll("[data-edge]")) edges[input.dataset.edge] = input;
    const hidden = row.querySelector("[type=hidden]");
    hidden.name = area.dataset.name;

    const draw = () => {
      const value = (name) => Number(edges[name].value);
      const [x, y, wide, high] = ["left", "top", "width", "height"].map(value);
      hidden.value = `${x} ${y} ${x + wide} ${y + high}`;
      for (const [name, one] of Object.entries({ x, y, width: wide, height: high }))
        shape.setAttribute(name, one);
    };
    const place = (x, y, wide, high) => {
      edges.left.value = x;
      edges.top.value = y;
      edges.width.value = Math.max(wide, 1);
      edges.height.value = Math.max(high, 1);
      draw();
    };
    const remove = () => {
      row.remove();
      shape.remove();
    };

    row.addEventListener("input", draw);
    row.querySelector("[data-remove]").addEventListener("click", () => {
      remove();
      area.querySelector("[data-add]").focus();
    });
    list.append(row);
    board.append(shape);
    place(left, top, width, height);
    return { row, place, remove };
  };

  area.querySelector("[data-add]").addEventListener("click", () => {
    const { width, height } = size;
    const middle = [width / 3, height / 3, width / 3, height / 3].map(Math.round);
    add(...middle).row.querySelector("[data-edge]").focus();
  });

  let began = null;
  board.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    board.setPointerCapture(event.pointerId);
    const from = at(event);
    began = { from, there: [event.clientX, event.clientY], one: add(from.x, from.y, 1, 1) };
    event.preventDefault();
  });
  board.addEventListener("pointermove", (event) => {
    if (!began) return;
    const { from, one } = began;
    const to = at(event);
    one.place(Math.min(from.x, to.x), Math.min(from.y, to.y),
      Math.abs(to.x - from.x), Math.abs(to.y - from.y));
  });
  const end = (event) => {
    if (!began) return;
    const [x, y] = began.there;
    if (Math.max(Math.abs(event.clientX - x), Math.abs(event.clientY - y)) < FEWEST)
      began.one.remove();
    began = null;
  };
  board.addEventListener("pointerup", end);
  board.addEventListener("pointercancel", end);
}

for (const area of document.querySelectorAll("fieldset.regions")) prepare(area);
