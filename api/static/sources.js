/** Where an answer's figures come from: sources, rows, period, last sync, and the SQL that ran, folded. */

import { copyText, el, flash, icon } from "./dom.js";
import { counted, moment, onlyDay, percent } from "./format.js";

export function sourcesView({ provenance, sql }) {
  const { sources = [], notes = [] } = provenance;
  const list = sources.map((source) =>
    el(
      "li",
      {},
      el("strong", {}, source.name),
      ` · ${counted(source.rows, "row", "rows")}`,
      source.last_sync_at ? ` · last brought in ${moment(source.last_sync_at)}` : "",
    ),
  );
  return el(
    "details",
    { class: "block sources" },
    el("summary", {}, summary(provenance)),
    list.length ? el("ul", {}, ...list) : null,
    facts(provenance),
    notes.length ? el("ul", { class: "notes" }, ...notes.map((note) => el("li", {}, note))) : null,
    sql ? sqlView(sql) : null,
  );
}

function summary({ sources = [], row_count, data_from, data_to }) {
  const names = sources.map((source) => source.name);
  const from = names.length > 2 ? `${names.slice(0, 2).join(", ")} and ${names.length - 2} more` : names.join(" and ");
  const parts = [from ? `From ${from}` : "Where this comes from"];
  if (typeof row_count === "number") parts.push(counted(row_count, "row", "rows"));
  if (data_from && data_to) parts.push(`${onlyDay(data_from)} – ${onlyDay(data_to)}`);
  return parts.join(" · ");
}

function facts({ last_sync_at, quality_score, confidence }) {
  const known = [
    ["Last brought in", last_sync_at && moment(last_sync_at)],
    ["Data quality", typeof quality_score === "number" && percent(quality_score)],
    ["Confidence", typeof confidence === "number" && percent(confidence)],
  ].filter(([, value]) => value);
  return known.length
    ? el("dl", {}, ...known.flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]))
    : null;
}

function sqlView(sql) {
  const copy = el("button", { type: "button", class: "link", onclick: copySql }, icon("copy"), "Copy");
  async function copySql() {
    if (await copyText(sql)) flash(copy, "Copied");
  }
  return el(
    "details",
    { class: "sql" },
    el("summary", {}, "The query that ran (SQL)"),
    el("pre", { tabindex: "0" }, el("code", {}, sql)),
    copy,
  );
}
