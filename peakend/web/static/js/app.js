// What every page loads. Charts come in a file of their own, only where there is one.
import "./requests.js";
import "./keyboard.js";
import "./menus.js";
import "./theme.js";

import { ready } from "./ready.js";

ready(async (root) => {
  const charts = root.querySelectorAll("[data-pk-chart]:not([data-pk-drawn])");
  if (charts.length === 0) return;
  const { draw } = await import(document.documentElement.dataset.pkCharts);
  charts.forEach(draw);
});
