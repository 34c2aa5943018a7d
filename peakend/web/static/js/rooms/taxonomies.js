// The names of a new group are asked for when a new group is chosen.
import { ready } from "../ready.js";

function show(select) {
  select.form.querySelectorAll("[data-pk-new-group]").forEach((field) => {
    field.hidden = select.value !== "+";
  });
}
ready((root) => {
  const select = root.querySelector?.(".pk-taxo-edit select[name=group]");
  if (select) show(select);
});
document.addEventListener("change", (event) => {
  if (event.target.matches(".pk-taxo-edit select[name=group]")) show(event.target);
});
