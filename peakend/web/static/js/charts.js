// Draws the options that peakend/web/charts builds: plain JSON in which colours are names ("@accent")
// and formats are names ("#signed"), so that the same option prints in a PDF or on a slide.
import { BarChart, CustomChart, HeatmapChart, LineChart, ScatterChart } from "echarts/charts";
import {
  AriaComponent,
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkLineComponent,
  MarkPointComponent,
  TooltipComponent,
  VisualMapComponent,
} from "echarts/components";
import * as echarts from "echarts/core";
import { LabelLayout } from "echarts/features";
import { CanvasRenderer } from "echarts/renderers";

echarts.use([
  AriaComponent, BarChart, CanvasRenderer, CustomChart, GridComponent, HeatmapChart, LabelLayout, LegendComponent,
  LineChart, MarkAreaComponent, MarkLineComponent, MarkPointComponent, ScatterChart, TooltipComponent,
  VisualMapComponent,
]);

const drawn = new Map();
const minus = (text) => String(text).replace(/-(?=\d)/g, "\u2212");
const formats = {
  "#number": (value) => minus(value),
  "#signed": (value) => (value > 0 ? `+${value}` : minus(value)),
  "#percent": (value) => `${minus(value)}%`,
  "#name": (point) => point.name ?? "",
  "#label": (point) => point.data?.label_text ?? point.data?.name ?? point.name ?? "",
};

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--pk-${name}`).trim();
}

function resolved(value) {
  if (Array.isArray(value)) return value.map(resolved);
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolved(inner)]));
  }
  if (typeof value !== "string") return value;
  if (value.startsWith("@")) return colour(value.slice(1)) || value;
  return formats[value] ?? value;
}

function tip(points) {
  const all = Array.isArray(points) ? points : [points];
  const lines = all.map((point) => point.data?.tip).filter(Boolean);
  return lines.length > 0 ? [...new Set(lines)].join("\n") : "";
}

function complete(option) {
  const ready = resolved(option);
  const font = getComputedStyle(document.body).fontFamily;
  ready.textStyle = { fontFamily: font, ...ready.textStyle };
  ready.animation = false;
  // An HTML tooltip carries inline styles, which the Content-Security-Policy forbids.
  ready.tooltip = {
    trigger: "item",
    ...ready.tooltip,
    renderMode: "richText",
    confine: true,
    formatter: tip,
    backgroundColor: colour("card"),
    borderColor: colour("line-strong"),
    textStyle: { color: colour("ink"), fontFamily: font, fontSize: 12, lineHeight: 18 },
  };
  return ready;
}

// On a phone the labels at the right edge take less of the picture.
function fitted(element, option) {
  if (element.clientWidth < 480 && option.grid?.right > 90) option.grid = { ...option.grid, right: 90, left: 38 };
  return option;
}

export function draw(element) {
  const option = JSON.parse(document.getElementById(element.dataset.pkChart).textContent);
  const chart = echarts.init(element, null, { renderer: "canvas" });
  chart.setOption(complete(fitted(element, option)));
  element.dataset.pkDrawn = "yes";
  drawn.set(element, { chart, option });
  chart.on("click", (point) => {
    if (point.data?.url) location.assign(point.data.url);
  });
  const observer = new ResizeObserver(() => {
    if (element.isConnected) chart.resize();
    else observer.disconnect();
  });
  observer.observe(element);
}

// A part that was exchanged leaves its charts behind.
document.addEventListener("pk:renewed", () => {
  for (const [element, { chart }] of drawn) {
    if (element.isConnected) continue;
    chart.dispose();
    drawn.delete(element);
  }
});

function redraw() {
  for (const [element, { chart, option }] of drawn) {
    if (!element.isConnected) {
      chart.dispose();
      drawn.delete(element);
    } else {
      chart.setOption(complete(option), true);
    }
  }
}

document.addEventListener("pk:theme", redraw);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redraw);
