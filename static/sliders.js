// Sliders say their value beside them; without scripts they work, and say only their ends.

function tell(slider) {
  const output = document.querySelector(`output[for="${CSS.escape(slider.id)}"]`);
  if (!output) return;
  output.hidden = false;
  output.value = slider.value;
}

for (const slider of document.querySelectorAll("input[type=range]")) tell(slider);
document.addEventListener("input", (event) => {
  if (event.target.matches?.("input[type=range]")) tell(event.target);
});
document.addEventListener("reset", () => {
  setTimeout(() => document.querySelectorAll("input[type=range]").forEach(tell));
});
