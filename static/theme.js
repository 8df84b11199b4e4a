// Switches between light and dark at once, and remembers it in the cookie the server reads.

document.addEventListener("submit", (event) => {
  if (!event.target.matches("[data-theme-form]")) return;
  event.preventDefault();
  const chosen = event.submitter.value;
  const seconds = chosen === "system" ? 0 : 365 * 24 * 3600;
  document.cookie = `theme=${chosen}; path=/; max-age=${seconds}; samesite=lax`;
  if (chosen === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = chosen;
  for (const button of document.querySelectorAll("#look [name=theme]"))
    button.toggleAttribute("aria-current", button.value === chosen);
});
