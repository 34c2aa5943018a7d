// htmx under a strict Content-Security-Policy: it evaluates nothing and writes no style.
import htmx from "htmx.org";

htmx.config.allowEval = false;
htmx.config.includeIndicatorStyles = false;
htmx.config.selfRequestsOnly = true;
htmx.config.historyCacheSize = 0;
window.htmx = htmx;

document.addEventListener("htmx:configRequest", (event) => {
  const token = document.querySelector("meta[name=csrf-token]");
  if (token && event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token.content;
});

document.addEventListener("click", async (event) => {
  const copy = event.target.closest("[data-pk-copy]");
  if (copy) {
    event.preventDefault();
    await navigator.clipboard.writeText(copy.dataset.pkCopy || location.href);
    const label = copy.querySelector("[data-pk-copied]");
    if (label) label.textContent = label.dataset.pkCopied;
  }
  const toast = event.target.closest("[data-pk-dismiss]");
  if (toast) toast.closest(".pk-toast").remove();
  const fill = event.target.closest("[data-pk-fill]");
  if (fill) {
    document.getElementById("id_login").value = fill.dataset.pkFill;
    document.getElementById("id_password").focus();
  }
  const open = event.target.closest("[data-pk-dialog]");
  if (open) document.getElementById(open.dataset.pkDialog)?.showModal();
  if (event.target.closest("[data-pk-print]")) window.print();
  const close = event.target.closest("[data-pk-close]");
  if (close) close.closest("dialog")?.close();
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-pk-submit]")) event.target.form.requestSubmit();
});
