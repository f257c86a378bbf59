/** A file as it was understood, before it is imported: what to look at, what its columns mean, its first rows. */

import { el } from "./dom.js";
import { counted, percent } from "./format.js";

const DATE_ORDERS = { dmy: "the day", mdy: "the month", ymd: "the year" };

export class Review {
  #profile;
  #columns;
  #questions;
  #problems = el("div");
  #preview = el("div");
  #said = el("p", { class: "error", role: "alert", hidden: true });
  #asked = 0;
  node;

  /** `preview(mapping)` gives the profile under an edited mapping. */
  constructor(profile, preview) {
    this.#profile = profile;
    this.#columns = profile.columns.map((column) => columnRow(column, profile.fields));
    this.#questions = profile.questions.map(questionField);
    this.node = el("div", { class: "review" }, ...this.#parts());
    this.node.addEventListener("change", () => this.#refresh(preview));
    this.#show(profile);
  }

  /** The mapping as it stands, edited or not. */
  mapping() {
    return {
      ...this.#profile.mapping,
      columns: Object.fromEntries(this.#columns.map(({ name, field }) => [name, field()])),
      ...Object.fromEntries(this.#questions.map(({ field, answer }) => [field, answer()])),
    };
  }

  complain(error) {
    this.#said.textContent = [error.message, ...(error.errors ?? []).map(({ detail }) => detail)].join(" ");
    this.#said.hidden = false;
  }

  #parts() {
    const { rows, entity_label, source, problems } = this.#profile;
    const columns = table(
      "Columns",
      ["Column", "Meaning", "Sure", "For example"],
      this.#columns.map(({ node }) => node),
    );
    return [
      el("p", {}, `${counted(rows, "row", "rows")}: ${entity_label.toLowerCase()}.`),
      source ? el("p", {}, `A new export of “${source}”.`) : "",
      this.#problems,
      ...this.#questions.map(({ node }) => node),
      el(
        "details",
        { open: problems.some(({ blocking }) => blocking) },
        el("summary", {}, `What the ${counted(this.#columns.length, "column means", "columns mean")}`),
        columns,
      ),
      el("details", { open: true }, el("summary", {}, "The first rows as they will be stored"), this.#preview),
      this.#said,
    ];
  }

  #show({ problems, preview: { columns, rows } }) {
    this.#problems.replaceChildren(problemList(problems));
    const body = rows.map((row) => el("tr", {}, ...row.map((value) => el("td", {}, value))));
    this.#preview.replaceChildren(table("First rows", columns, body));
  }

  async #refresh(preview) {
    this.#asked += 1;
    const mine = this.#asked;
    try {
      const now = await preview(this.mapping());
      if (mine !== this.#asked) return; // changed again meanwhile
      this.#said.hidden = true;
      this.#show(now);
    } catch (error) {
      if (mine === this.#asked) this.complain(error);
    }
  }
}

function table(label, headings, rows) {
  const head = el("thead", {}, el("tr", {}, ...headings.map((text) => el("th", { scope: "col" }, text))));
  const inside = el("table", {}, head, el("tbody", {}, ...rows));
  return el("div", { class: "scroller", tabindex: "0", role: "region", "aria-label": label }, inside);
}

function columnRow({ column, field, confidence, samples }, fields) {
  const meanings = fields.map(({ id, label }) => el("option", { value: id }, label));
  const none = el("option", { value: "" }, "(kept, not used)");
  const choice = el("select", { "aria-label": `Meaning of ${column}` }, none, ...meanings);
  choice.value = field ?? "";
  const node = el(
    "tr",
    {},
    el("th", { scope: "row" }, column),
    el("td", {}, choice),
    el("td", { class: "numeric" }, field ? percent(confidence) : ""),
    el("td", { class: "samples" }, samples.slice(0, 3).join(" · ")),
  );
  return { name: column, field: () => choice.value || null, node };
}

function questionField({ field, question, default: preset, options }) {
  const choices = options.map((value) => el("option", { value }, DATE_ORDERS[value] ?? value));
  const input = choices.length ? el("select", {}, ...choices) : el("input", { required: true });
  input.value = preset;
  return { field, answer: () => input.value.trim(), node: el("label", {}, question, " ", input) };
}

function problemList(problems) {
  if (!problems.length) return "";
  const items = problems.map(({ message, blocking }) => el("li", { class: blocking ? "error" : null }, message));
  // A column without a meaning is no cause for alarm.
  const urgent = problems.some(({ blocking, code }) => blocking || code !== "no_meaning");
  const said = counted(items.length, "thing to look at", "things to look at");
  return el("details", { class: "problems", open: urgent }, el("summary", {}, said), el("ul", {}, ...items));
}
