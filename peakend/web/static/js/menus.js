// Menus are <details>: they work without this file, which closes them and filters long lists.
import { ready } from "./ready.js";

const menus = () => document.querySelectorAll("details.pk-menu[open]");

document.addEventListener("click", (event) => {
  menus().forEach((menu) => {
    if (!menu.contains(event.target) || event.target === menu) menu.open = false;
  });
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  menus().forEach((menu) => {
    menu.open = false;
    menu.querySelector("summary").focus();
  });
});
document.addEventListener("toggle", (event) => {
  if (event.target.matches?.("details.pk-menu") && event.target.open) {
    menus().forEach((menu) => {
      if (menu !== event.target && !menu.contains(event.target)) menu.open = false;
    });
    event.target.querySelector("[data-pk-narrow]")?.focus();
  }
}, true);
// On a phone a long list that stands before the content begins folded.
ready((root) => {
  if (!matchMedia("(max-width: 900px)").matches) return;
  root.querySelectorAll("details[data-pk-fold]").forEach((part) => {
    part.open = false;
  });
});
document.addEventListener("input", (event) => {
  if (!event.target.matches("[data-pk-narrow]")) return;
  const wanted = event.target.value.trim().toLowerCase();
  event.target.closest(".pk-menu-panel").querySelectorAll(".pk-menu-item:is(label, button)").forEach((item) => {
    item.hidden = wanted !== "" && !item.textContent.toLowerCase().includes(wanted);
  });
});
