// Uploading: drop or choose many files; each has a bar, and its own answer with what to do next.

const form = document.getElementById("upload");
const queue = document.getElementById("queue");
const drop = document.getElementById("drop");
const AT_ONCE = 2;
const waiting = [];
let running = 0;

function element(tag, css, text = "") {
  const made = document.createElement(tag);
  made.className = css;
  made.textContent = text;
  return made;
}

function icon(name, css) {
  const sheet = document.querySelector("use").getAttribute("href").split("#")[0];
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${sheet}#${name}`);
  svg.setAttribute("class", `icon ${css}`);
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

function add(files) {
  for (const file of files) {
    const row = element("li", "");
    const what = element("div", "what");
    const bar = element("progress", "");
    bar.max = 1;
    bar.value = 0;
    bar.setAttribute("aria-label", `Uploading ${file.name}`);
    what.append(element("span", "name", file.name), bar);
    row.append(icon("image-up", "muted"), what);
    queue.append(row);
    queue.hidden = false;
    const most = Number(form.dataset.most);
    if (file.size > most) {
      const limit = Math.floor(most / 2 ** 20);
      close(row, { state: "refused", said: `Larger than the ${limit} MB that fit here. Make it smaller.` });
    } else waiting.push({ file, row, bar });
  }
  next();
}

function next() {
  while (running < AT_ONCE && waiting.length) {
    running += 1;
    send(waiting.shift());
  }
}

function send({ file, row, bar }) {
  const data = new FormData(form);
  data.delete("photo");
  data.append("photo", file);
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "application/json");
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable) bar.value = event.loaded / event.total;
    if (event.loaded === event.total) bar.removeAttribute("value"); // sent; being checked
  });
  request.addEventListener("loadend", () => {
    running -= 1;
    close(row, answer(request), file);
    next();
  });
  request.send(data);
}

function answer(request) {
  const refused = (said, again = false) => ({ state: "refused", said, again });
  if (request.status === 200 && request.responseURL === form.action)
    return JSON.parse(request.responseText).outcomes[0];
  if (request.status === 413) return refused("Too large for this installation. Make it smaller.");
  if (request.status === 403 || request.status === 200)
    return refused("You are signed out. Reload the page and sign in.");
  if (request.status === 0) return refused("The connection broke.", true);
  return refused("Something broke on our side.", true);
}

function close(row, outcome, file) {
  if (outcome.state === "new") return welcome(row, outcome);
  const bad = outcome.state === "refused";
  row.querySelector("progress").remove();
  row.querySelector(".icon").replaceWith(icon(bad ? "circle-alert" : "info", bad ? "bad" : "muted"));
  row.querySelector(".what").append(element("span", bad ? "said bad" : "said", outcome.said));
  const does = element("div", "row");
  if (outcome.state === "here") does.append(link("Open it", outcome.url));
  if (outcome.state === "trash") does.append(restorer(outcome));
  if (outcome.again) does.append(button("Try again", () => (row.remove(), add([file]))));
  const dismiss = button("", () => leave(row), "icon-button");
  dismiss.append(icon("x", ""));
  dismiss.setAttribute("aria-label", "Dismiss");
  does.append(dismiss);
  row.append(does);
}

function welcome(row, outcome) {
  leave(row);
  document.getElementById("nothing-yet")?.remove();
  document.getElementById("grid").insertAdjacentHTML("afterbegin", outcome.tile);
  document.body.dispatchEvent(new CustomEvent("wake"));
}

function leave(row) {
  row.remove();
  queue.hidden = queue.childElementCount === 0;
}

function link(text, href) {
  const made = element("a", "button", text);
  made.href = href;
  return made;
}

function button(text, act, css = "button") {
  const made = element("button", css, text);
  made.type = "button";
  made.addEventListener("click", act);
  return made;
}

function restorer(outcome) {
  const made = element("form", "");
  made.method = "post";
  made.action = form.dataset.restore;
  const token = form.querySelector("[name=csrfmiddlewaretoken]").cloneNode();
  const id = Object.assign(element("input", ""), { type: "hidden", name: "photo", value: outcome.id });
  const next = Object.assign(element("input", ""), { type: "hidden", name: "next", value: outcome.url });
  made.append(token, id, next, element("button", "button", "Restore it"));
  return made;
}

if (form) {
  form.addEventListener("change", (event) => {
    if (!event.target.matches("[data-upload]")) return;
    add(event.target.files);
    event.target.value = "";
  });
  let inside = 0;
  const carriesFiles = (event) => event.dataTransfer?.types.includes("Files");
  const shows = (event, change) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    inside = Math.max(0, inside + change);
    drop.hidden = inside === 0;
  };
  addEventListener("dragenter", (event) => shows(event, 1));
  addEventListener("dragleave", (event) => shows(event, -1));
  addEventListener("dragover", (event) => carriesFiles(event) && event.preventDefault());
  addEventListener("drop", (event) => {
    shows(event, -inside);
    if (carriesFiles(event)) add(event.dataTransfer.files);
  });
  addEventListener("paste", (event) => add(event.clipboardData.files));
}
