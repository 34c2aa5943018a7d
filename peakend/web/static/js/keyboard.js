// `/` search, `j` `k` next and previous, Enter open, `?` help, and letters a page gives to its buttons
// with data-pk-key. Nothing fires while somebody types.
const typing = (element) =>
  element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);

function rows() {
  return [...document.querySelectorAll("[data-pk-rows] > *")].filter((row) => !row.hidden);
}

function move(step) {
  // A page of one thing at a time has links to the next and the one before.
  const link = document.querySelector(`[data-pk-key="${step > 0 ? "j" : "k"}"]`);
  if (link) {
    link.click();
    return true;
  }
  const all = rows();
  if (all.length === 0) return false;
  const now = all.findIndex((row) => row.classList.contains("pk-focus"));
  const next = now < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(all.length - 1, Math.max(0, now + step));
  all.forEach((row) => row.classList.remove("pk-focus"));
  all[next].classList.add("pk-focus");
  all[next].scrollIntoView({ block: "nearest" });
  const target = all[next].querySelector("a, button, summary");
  target?.focus({ preventScroll: true });
  return true;
}

const actions = {
  "/": () => document.querySelector("[data-pk-search]")?.focus() ?? true,
  j: () => move(1),
  k: () => move(-1),
  "?": () => document.getElementById("pk-help")?.showModal() ?? true,
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (typing(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  if (document.querySelector("dialog[open]")) return;
  const action = actions[event.key];
  if (action) {
    if (action() !== false) event.preventDefault();
    return;
  }
  if (!/^[a-z]$/.test(event.key)) return;
  const focused = document.querySelector(".pk-focus");
  const button =
    focused?.querySelector(`[data-pk-key="${event.key}"]`) ?? document.querySelector(`[data-pk-key="${event.key}"]`);
  if (button) {
    event.preventDefault();
    button.matches("input, select, textarea") ? button.focus() : button.click();
  }
});
