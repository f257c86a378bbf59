/**
 * Charts: Vega-Lite drawn as SVG. Vega's script is loaded with the first chart, and a chart's expressions are
 * interpreted (`ast`) and not compiled, so that the page's policy needs no 'unsafe-eval'; its styles and its tooltip are
 * ours, so that it needs no 'unsafe-inline' either. A specification cannot load anything or set options of its own.
 */

import { el } from "./dom.js";

const SCRIPT = "/static/vega.js";
const dark = matchMedia("(prefers-color-scheme: dark)");
let loading = null;

const refuse = () => Promise.reject(new Error("A chart brings its own data."));
const LOADER = { load: refuse, sanitize: refuse, http: refuse, file: refuse };

export function chartView({ title, spec }) {
  const canvas = el("div", { class: "plot" });
  const tip = el("div", { class: "tooltip", hidden: true });
  const figure = el("figure", { class: "block chart" }, canvas, tip);
  let result = null;

  async function draw() {
    const vegaEmbed = await vega();
    result?.finalize();
    result = await vegaEmbed(canvas, withoutOptions(spec), {
      mode: "vega-lite",
      ast: true,
      renderer: "svg",
      actions: false,
      defaultStyle: false,
      loader: LOADER,
      tooltip: (_handler, event, _item, value) => showTip(figure, tip, event, value),
      config: appearance(),
    });
    canvas.firstElementChild?.setAttribute("aria-label", title || "Chart");
  }

  const redraw = () => {
    if (figure.isConnected) return void draw().catch(failed);
    dark.removeEventListener("change", redraw);
    result?.finalize();
  };
  const failed = () =>
    canvas.replaceChildren(el("p", { class: "hint" }, "The chart could not be drawn; the figures are in the table."));
  dark.addEventListener("change", redraw);
  // Its width is its container's, which has one only inside the page.
  requestAnimationFrame(redraw);
  return figure;
}

function vega() {
  loading ??= new Promise((resolve, reject) => {
    const failed = () => {
      loading = null; // the next chart tries again
      reject(new Error("Vega could not be loaded."));
    };
    document.head.append(el("script", { src: SCRIPT, onload: () => resolve(window.vegaEmbed), onerror: failed }));
  });
  return loading;
}

/** `usermeta` may hold options of the embedding that win over ours. */
function withoutOptions({ usermeta: _, title: __, ...spec }) {
  return { ...spec, autosize: { type: "fit-x", contains: "padding" } };
}

function showTip(figure, tip, event, value) {
  tip.hidden = value === null || value === undefined || value === "";
  if (tip.hidden) return;
  const entries = typeof value === "object" ? Object.entries(value) : [["", value]];
  tip.replaceChildren(
    ...entries.map(([name, content]) => el("div", {}, name && el("span", {}, `${name} `), String(content))),
  );
  const frame = figure.getBoundingClientRect();
  const left = Math.min(event.clientX - frame.left + 12, frame.width - tip.offsetWidth);
  tip.style.left = `${Math.max(0, left)}px`;
  tip.style.top = `${event.clientY - frame.top + 14}px`;
}

/** Vega's colours and type from the page's own. */
function appearance() {
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const [ink, quiet, line, accent] = ["--ink", "--quiet", "--line", "--accent"].map(colour);
  const font = getComputedStyle(document.body).fontFamily;
  return {
    background: null,
    font,
    view: { stroke: null },
    axis: {
      labelColor: quiet,
      titleColor: quiet,
      gridColor: line,
      domainColor: line,
      tickColor: line,
      titleFontWeight: "normal",
      labelFontSize: 12,
      titleFontSize: 12,
    },
    legend: { labelColor: ink, titleColor: quiet, titleFontWeight: "normal", orient: "top" },
    bar: { color: accent, cornerRadiusEnd: 3 },
    line: { color: accent, strokeWidth: 2.5 },
    point: { color: accent, filled: true },
    area: { color: accent },
    range: {
      category: [
        "--accent",
        "--series-2",
        "--series-3",
        "--series-4",
        "--series-5",
        "--series-6",
        "--series-7",
        "--series-8",
      ].map(colour),
    },
  };
}
