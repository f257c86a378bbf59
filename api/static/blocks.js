/** Draws the typed blocks of an answer (tools/kit/blocks.py). */

import { chartView } from "./chart.js";
import { el } from "./dom.js";
import { sourcesView } from "./sources.js";
import { tableView } from "./table.js";

/** A block as an element; null for a kind that this page does not know. `ask` sends a question. */
export function blockView(block, ask) {
  switch (block.kind) {
    case "table":
      return tableView(block);
    case "chart":
      return chartView(block);
    case "sources":
      return sourcesView(block);
    case "choices":
      return choicesView(block, ask);
    default:
      return null;
  }
}

function choicesView({ question, options }, ask) {
  const buttons = options.map(([label, full]) => el("button", { type: "button", onclick: () => ask(full) }, label));
  return el("div", { class: "block choices", role: "group", "aria-label": question }, ...buttons);
}
