// Runs a function on the page and again on every part that htmx or live.js swaps in.
const todo = [];

export function ready(task) {
  todo.push(task);
  if (document.readyState !== "loading") task(document);
}

document.addEventListener("DOMContentLoaded", () => todo.forEach((task) => task(document)));
document.addEventListener("htmx:load", (event) => {
  if (event.target !== document.body) todo.forEach((task) => task(event.target));
});
document.addEventListener("pk:renewed", (event) => todo.forEach((task) => task(event.detail)));
