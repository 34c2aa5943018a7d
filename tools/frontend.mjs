// Bundles what the pages load: app.css, app.js, charts.js and the icons into peakend/web/static/built.
// Run through tools/frontend.py, which finds Node; nothing built is committed.

import { build, transform } from "esbuild";
import postcss from "postcss";
import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";

const require = createRequire(import.meta.url);
const root = path.resolve(import.meta.dirname, "..");
const web = path.join(root, "peakend", "web", "static");
const built = path.join(web, "built");

// Of Tabler we take its reset, form controls, grid and spacing; the rest is our own, prefixed pk-.
const KEPT = new RegExp(
  "^(" +
    [
      "form-(control|select|check|check-input|check-label|label|text|range|switch|floating|hint)(-.+)?",
      "input-group(-.+)?|is-invalid|is-valid|invalid-feedback|valid-feedback|was-validated",
      "row|col(-.+)?|g[xy]?-[0-5]|row-cols-.+",
      "d-.+|flex-.+|justify-content-.+|align-(items|self|content)-.+|gap-[0-5]|order-.+",
      "[mp][tbsexy]?-([0-5]|auto)|w-(25|50|75|100|auto)|h-(100|auto)|overflow-.+|position-.+",
      "text-(start|end|center|nowrap|wrap|truncate|break|decoration-.+)|fw-(normal|bold)",
      "list-unstyled|visually-hidden(-focusable)?|active|disabled",
    ].join("|") +
    ")$",
);

function kept(selector) {
  const classes = [...selector.matchAll(/\.((?:[\w-]|\\.)+)/g)].map((match) => match[1]);
  if (/\[data-bs-theme/.test(selector)) return classes.length === 0;
  return classes.every((name) => KEPT.test(name.replaceAll("\\", "")));
}

// Tabler declares some hundred variables for components that were left out above.
function unused(css) {
  for (let removed = 1; removed > 0; ) {
    removed = 0;
    const used = new Set();
    css.walkDecls((decl) => {
      for (const match of decl.value.matchAll(/var\(\s*(--[\w-]+)/g)) used.add(match[1]);
    });
    css.walkDecls(/^--/, (decl) => {
      if (used.has(decl.prop)) return;
      decl.remove();
      removed += 1;
    });
  }
  css.walkRules((rule) => {
    if (rule.nodes.length === 0) rule.remove();
  });
}

async function tabler() {
  const source = await readFile(require.resolve("@tabler/core/dist/css/tabler.css"), "utf8");
  const css = postcss.parse(source);
  css.walkRules((rule) => {
    if (rule.parent.type === "atrule" && /keyframes$/.test(rule.parent.name)) return;
    rule.selectors = rule.selectors.filter(kept);
    if (rule.selectors.length === 0 || rule.selector === "") rule.remove();
  });
  css.walkAtRules((rule) => {
    if (/keyframes$/.test(rule.name) || rule.name === "charset" || (rule.nodes && !rule.nodes.length)) rule.remove();
  });
  css.walkComments((comment) => comment.remove());
  unused(css);
  // The licence asks that its notice travels with every copy.
  return `/*! Parts of Tabler, MIT licence, https://tabler.io/license */\n@layer tabler {\n${css.toString()}\n}\n`;
}

// One symbol for each icon that a template or a Python file names; read by the `icon` tag.
async function icons() {
  const names = (await readFile(path.join(web, "icons.txt"), "utf8")).split(/\s+/).filter(Boolean);
  const folder = path.join(root, "node_modules", "@tabler", "icons", "icons");
  const symbols = {};
  for (const name of names.sort()) {
    const svg = await readFile(path.join(folder, "outline", `${name}.svg`), "utf8");
    symbols[name] = svg
      .replace(/<!--[\s\S]*?-->/, "")
      .replace(/^[\s\S]*?<svg[\s\S]*?>/, "")
      .replace(/<\/svg>\s*$/, "")
      .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*\/>/, "")
      .replace(/\s+/g, " ")
      .trim();
  }
  return JSON.stringify(symbols, null, 1);
}

async function modules(folder, suffix) {
  const names = await readdir(path.join(web, folder)).catch(() => []);
  return names.filter((name) => name.endsWith(suffix)).sort();
}

await mkdir(built, { recursive: true });
const css = (await modules("css/rooms", ".css")).map((name) => `@import "./css/rooms/${name}";`);
const js = (await modules("js/rooms", ".js")).map((name) => `import "./js/rooms/${name}";`);
const common = { bundle: true, minify: true, logLevel: "warning", legalComments: "inline", target: "es2022" };
const own = await build({
  ...common,
  stdin: { contents: `@import "./css/app.css";\n${css.join("\n")}`, loader: "css", resolveDir: web },
  write: false,
});
const reset = await transform(await tabler(), { loader: "css", minify: true, legalComments: "inline" });
// Tabler stands in a layer, so that whatever is written outside it wins without specificity wars.
await writeFile(path.join(built, "app.css"), `${reset.code}\n${own.outputFiles[0].text}`);
await build({
  ...common,
  stdin: { contents: `import "./js/app.js";\n${js.join("\n")}`, loader: "js", resolveDir: web },
  format: "esm",
  nodePaths: [path.join(root, "node_modules")],
  outfile: path.join(built, "app.js"),
});
await build({
  ...common,
  entryPoints: [path.join(web, "js", "charts.js")],
  format: "esm",
  outfile: path.join(built, "charts.js"),
});
await writeFile(path.join(built, "icons.json"), await icons());
