// What every page loads. Charts come in a file of their own, only where there is one.
import "./live.js"; // first: it keeps what the server wrote before anything is drawn into it
import "./requests.js";
import "./keyboard.js";
import "./menus.js";
import "./theme.js";

import { ready } from "./ready.js";

// A row of steps wider than the phone begins where the case stands.
ready((root) => {
  for (const step of root.querySelectorAll(".pk-steps [aria-current]")) {
    const row = step.parentElement;
    row.scrollLeft = step.offsetLeft - (row.clientWidth - step.offsetWidth) / 2;
  }
});

ready(async (root) => {
  const charts = root.querySelectorAll("[data-pk-chart]:not([data-pk-drawn])");
  if (charts.length === 0) return;
  const { draw } = await import(document.documentElement.dataset.pkCharts);
  charts.forEach(draw);
});
