// Cells edited in place: the editor takes the focus, Escape leaves it, Ctrl+Enter saves it, and the
// cell has the focus again afterwards.
import { ready } from "../ready.js";

ready((root) => {
  const inside = (selector) => (root.matches?.(selector) ? root : root.querySelector(selector));
  const editor = inside("[data-pk-editor]");
  if (editor) {
    const control = editor.querySelector("input[name=value], textarea, select");
    control?.focus();
    control?.select?.();
  }
  inside("[data-pk-fresh]")?.querySelector("button")?.focus();
  // On a narrow screen the map opens at the selected moment, behind the names of the lanes.
  const map = root.querySelector("#map");
  const chosen = map?.querySelector(".pk-on");
  if (chosen) map.scrollLeft = Math.max(0, chosen.offsetLeft - (map.clientWidth - chosen.offsetWidth) / 2);
});

document.addEventListener("keydown", (event) => {
  const editor = event.target.closest?.("[data-pk-editor]");
  if (!editor) return;
  if (event.key === "Escape") {
    event.preventDefault();
    editor.querySelector("[data-pk-cancel]").click();
  }
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    editor.querySelector("form").requestSubmit();
  }
});
