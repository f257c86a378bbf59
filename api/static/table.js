/** A table of figures: sortable by each column, long ones folded, copied as CSV. */

import { copyText, download, el, flash, icon } from "./dom.js";
import { cell, counted } from "./format.js";

const FOLDED_ROWS = 12;

const heading = (column) => column.label ?? column.name;
const isNumeric = (column) => column.type === "number" || column.type === "integer";

export function tableView({ title, columns, rows, truncated }) {
  let sorted = { by: null, ascending: true };
  let unfolded = rows.length <= FOLDED_ROWS;

  const body = el("tbody");
  const headers = columns.map((column, place) =>
    el(
      "th",
      { scope: "col", class: isNumeric(column) ? "numeric" : null },
      el("button", { type: "button", onclick: () => sortBy(place) }, heading(column)),
    ),
  );
  const table = el(
    "table",
    {},
    el("caption", { class: "visually-hidden" }, title),
    el("thead", {}, el("tr", {}, ...headers)),
    body,
  );
  const more = el(
    "button",
    { type: "button", class: "link", onclick: unfold },
    `Show all ${counted(rows.length, "row", "rows")}`,
  );
  const copy = el("button", { type: "button", class: "link", onclick: copyCsv }, icon("copy"), "Copy as CSV");

  function draw() {
    const order =
      sorted.by === null ? rows : [...rows].sort(comparison(columns[sorted.by], sorted.by, sorted.ascending));
    const shown = unfolded ? order : order.slice(0, FOLDED_ROWS);
    body.replaceChildren(
      ...shown.map((row) =>
        el(
          "tr",
          {},
          ...row.map((value, place) =>
            el("td", { class: isNumeric(columns[place]) ? "numeric" : null }, cell(value, columns[place])),
          ),
        ),
      ),
    );
    headers.forEach((header, place) => {
      if (place === sorted.by) header.setAttribute("aria-sort", sorted.ascending ? "ascending" : "descending");
      else header.removeAttribute("aria-sort");
    });
    more.hidden = unfolded;
  }

  function sortBy(place) {
    // Figures are first wanted from the largest down.
    const first = !isNumeric(columns[place]);
    sorted = { by: place, ascending: sorted.by === place ? !sorted.ascending : first };
    draw();
  }

  function unfold() {
    unfolded = true;
    draw();
    region.focus();
  }

  async function copyCsv() {
    const csv = toCsv(columns, rows);
    if (await copyText(csv)) flash(copy, "Copied");
    else download(new Blob([csv], { type: "text/csv" }), "table.csv");
  }

  const region = el("div", { class: "scroller", role: "region", tabindex: "0", "aria-label": title || "Table" }, table);
  const cut =
    truncated && el("span", { class: "hint" }, `Only the first ${counted(rows.length, "row is", "rows are")} shown.`);
  draw();
  return el("figure", { class: "block table" }, region, el("figcaption", { class: "tools" }, more, copy, cut));
}

function comparison(column, place, ascending) {
  const sign = ascending ? 1 : -1;
  const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
  return (one, other) => {
    const [a, b] = [one[place], other[place]];
    if (a === null || b === null) return (a === null) - (b === null); // what is missing comes last either way
    return sign * (typeof a === "number" && typeof b === "number" ? a - b : collator.compare(String(a), String(b)));
  };
}

/** RFC 4180, with plain figures. A spreadsheet would run text that begins like a formula: it gets an apostrophe. */
export function toCsv(columns, rows) {
  const field = (value) => {
    if (value === null || value === undefined) return "";
    const text = typeof value === "string" && /^[=+\-@\t\r]/.test(value) ? `'${value}` : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const withUnit = (column) => (column.unit ? `${heading(column)} (${column.unit})` : heading(column));
  return [columns.map(withUnit), ...rows].map((row) => `${row.map(field).join(",")}\r\n`).join("");
}
