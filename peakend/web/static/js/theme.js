// Light, dark or as the device: kept in a cookie, so that the server renders it without a flash.
document.addEventListener("click", (event) => {
  const choice = event.target.closest("[data-pk-set-theme]");
  if (!choice) return;
  const theme = choice.dataset.pkSetTheme;
  document.documentElement.dataset.pkTheme = theme;
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `pk_theme=${theme}; Path=/; Max-Age=31536000; SameSite=Lax${secure}`;
  document.querySelectorAll("[data-pk-set-theme]").forEach((button) => {
    button.setAttribute("aria-pressed", String(button === choice));
  });
  document.dispatchEvent(new CustomEvent("pk:theme"));
});
