/** Bringing in a file: dropped or chosen, shown as it was understood, edited, imported, and taken back again. */

import { Problem } from "./api.js";
import { $, download, el, icon } from "./dom.js";
import { counted, percent } from "./format.js";
import { readEvents } from "./sse.js";

const FILES = "/api/connectors/files";
const ASK_ABOUT = {
  order_line: ["What was our revenue per month?", "Which are our top 10 products by revenue?", "Who are our best customers?"],
  refund: ["How much did we refund per month?", "Which products are refunded most?"],
  customer: ["How many customers do we have per country?"],
  product: ["Which are our top 10 products by revenue?"],
};

export class Imports {
  #api;
  #onAsk;
  #dialog = $("#import");
  #waiting = [];

  /** `onAsk(question)` is called for a question about what was imported. */
  constructor(api, onAsk) {
    this.#api = api;
    this.#onAsk = onAsk;
    const chooser = $("#import-file");
    $("#import-open").append(icon("upload"), "Import a file");
    $("#import-open").addEventListener("click", () => chooser.click());
    chooser.addEventListener("change", () => {
      this.take([...chooser.files]);
      chooser.value = ""; // the same file may be chosen again
    });
    this.#dialog.addEventListener("close", () => this.#next());
    watchDrops((files) => this.take(files));
  }

  /** Takes files in, one after the other. */
  take(files) {
    this.#waiting.push(...files);
    if (!this.#dialog.open) this.#next();
  }

  #next() {
    const file = this.#waiting.shift();
    if (file) this.#profile(file);
  }

  async #profile(file) {
    const leave = new AbortController();
    this.#show(`Reading ${file.name}…`, [el("progress", {}), this.#buttons(this.#closing("Cancel"))]);
    this.#dialog.addEventListener("close", () => leave.abort(), { once: true });
    const form = new FormData();
    form.append("file", file);
    try {
      const response = await this.#api.fetch("POST", FILES, { body: form, signal: leave.signal });
      this.#review(await response.json());
    } catch (error) {
      if (!leave.signal.aborted) this.#failed(file.name, error);
    }
  }

  #review(profile) {
    const columns = profile.columns.map((column) => columnRow(column, profile.fields));
    const questions = profile.questions.map(questionField);
    const blocking = profile.problems.some((problem) => problem.blocking);
    const said = el("p", { class: "error", role: "alert", hidden: true });
    const problems = el("div", {}, problemList(profile.problems) ?? "");
    const preview = el("div", {}, previewTable(profile.preview));
    const edited = () => ({
      ...profile.mapping,
      columns: Object.fromEntries(columns.map(({ name, field }) => [name, field()])),
      ...Object.fromEntries(questions.map(({ field, answer }) => [field, answer()])),
    });
    const complain = (error) => {
      said.textContent = [error.message, ...(error.errors ?? []).map(({ detail }) => detail)].join(" ");
      said.hidden = false;
    };
    const form = el(
      "form",
      {},
      el("p", {}, `${counted(profile.rows, "row", "rows")}, one for each ${profile.entity_label.toLowerCase()}. `, profile.source ? `A new export of “${profile.source}”. ` : "", "Look it over: what you change here is remembered for the next export."),
      problems,
      ...questions.map(({ node }) => node),
      el("details", { open: blocking }, el("summary", {}, `What the ${counted(columns.length, "column means", "columns mean")}`), el("div", { class: "scroller", tabindex: "0", role: "region", "aria-label": "Columns" }, el("table", {}, headRow("Column", "Meaning", "Sure", "For example"), el("tbody", {}, ...columns.map(({ node }) => node))))),
      el("details", { open: true }, el("summary", {}, "The first rows as they will be stored"), preview),
      said,
      this.#buttons(el("button", { class: "primary" }, `Import ${counted(profile.rows, "row", "rows")}`), this.#closing("Cancel")),
    );
    // The rows are shown as the mapping of this moment would store them; only the last answer counts.
    let asked = 0;
    form.addEventListener("change", async () => {
      asked += 1;
      const mine = asked;
      try {
        const now = await this.#api.json("POST", `${FILES}/${encodeURIComponent(profile.file_id)}/preview`, { mapping: edited() });
        if (mine !== asked) return;
        said.hidden = true;
        problems.replaceChildren(problemList(now.problems) ?? "");
        preview.replaceChildren(previewTable(now.preview));
      } catch (error) {
        if (mine === asked) complain(error);
      }
    });
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      said.hidden = true;
      try {
        await this.#commit(profile, edited());
      } catch (error) {
        this.#show(profile.filename, [form]); // what was edited stays, to be mended
        complain(error);
      }
    });
    this.#show(profile.filename, [form]);
  }

  /** Begins the import and follows it. Throws Problem while nothing has begun yet. */
  async #commit(profile, mapping) {
    const path = `${FILES}/${encodeURIComponent(profile.file_id)}`;
    const job = await this.#api.json("POST", `${path}/commit`, { mapping });
    const bar = el("progress", { max: 1 });
    const line = el("p", { role: "status" }, "Starting…");
    this.#show(`Importing ${profile.filename}`, [bar, line, el("p", { class: "hint" }, "You can close this: the import goes on."), this.#buttons(this.#closing("Close"))]);
    try {
      const ended = await this.#follow(job, (now) => {
        bar.value = now.progress;
        line.textContent = now.message ?? "";
      });
      if (ended.error) throw new Problem(0, { detail: ended.error.message, hint: ended.error.hint });
      if (this.#dialog.open) this.#done(profile, path, ended.result);
    } catch (error) {
      this.#failed(profile.filename, error);
    }
  }

  async #follow(job, onProgress) {
    let now = job;
    for (let attempt = 0; !now.finished_at; attempt += 1) {
      if (attempt) await new Promise((resolve) => setTimeout(resolve, 1000));
      try {
        const response = await this.#api.fetch("GET", `/api/jobs/${encodeURIComponent(job.id)}/events`);
        for await (const { data } of readEvents(response.body)) {
          now = JSON.parse(data);
          onProgress(now);
        }
      } catch (error) {
        if (attempt > 30 || (error instanceof Problem && !error.passing)) throw error;
      }
    }
    return now;
  }

  #done(profile, path, report) {
    const facts = [
      ["New", report.created],
      ["Changed", report.updated],
      ["Unchanged", report.unchanged],
      ["Left out", report.rejected],
    ];
    const questions = (ASK_ABOUT[profile.entity] ?? []).map((question) => {
      const ask = () => {
        this.#dialog.close();
        this.#onAsk(question);
      };
      return el("li", {}, el("button", { type: "button", onclick: ask }, question));
    });
    const rejects = el("button", { type: "button", class: "link", onclick: () => this.#guarded(async () => {
      const response = await this.#api.fetch("GET", `${path}/rejects`);
      download(await response.blob(), `rejected-${profile.filename.replace(/\.[^.]*$/, "")}.csv`);
    }) }, "Download the rows left out, with the reasons");
    const undo = el("button", { type: "button", class: "link", onclick: () => this.#guarded(async () => {
      await this.#api.json("DELETE", path);
      this.#show(profile.filename, [el("p", {}, "The import was taken back: your data is as it was before."), this.#buttons(this.#closing("Close"))]);
    }) }, "Take this import back");
    this.#show(`${profile.filename} is in`, [
      el("dl", { class: "figures" }, ...facts.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, counted(value, "row", "rows"))))),
      report.rejected ? rejects : null,
      questions.length ? el("p", {}, "Ask about it:") : null,
      questions.length ? el("ul", { class: "examples" }, ...questions) : null,
      this.#buttons(this.#closing("Close"), undo),
    ]);
  }

  async #guarded(work) {
    try {
      await work();
    } catch (error) {
      $(".error", this.#dialog)?.remove();
      this.#dialog.append(el("p", { class: "error", role: "alert" }, error.message));
    }
  }

  #failed(filename, error) {
    this.#show(filename, [el("p", { class: "error", role: "alert" }, error.message), this.#buttons(this.#closing("Close"))]);
  }

  #show(title, children) {
    this.#dialog.replaceChildren(el("h2", { id: "import-title" }, title), ...children.filter(Boolean));
    if (!this.#dialog.open) this.#dialog.showModal();
  }

  #closing(label) {
    return el("button", { type: "button", onclick: () => this.#dialog.close() }, label);
  }

  #buttons(...buttons) {
    return el("div", { class: "buttons" }, ...buttons);
  }
}

function watchDrops(onFiles) {
  const zone = $("#drop-zone");
  const carriesFiles = (event) => !$("#app").hidden && event.dataTransfer?.types.includes("Files");
  addEventListener("dragover", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    zone.hidden = false;
  });
  addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) zone.hidden = true;
  });
  addEventListener("drop", (event) => {
    if (!carriesFiles(event)) return;
    event.preventDefault();
    zone.hidden = true;
    onFiles([...event.dataTransfer.files]);
  });
}

const headRow = (...headings) => el("thead", {}, el("tr", {}, ...headings.map((text) => el("th", { scope: "col" }, text))));

function columnRow(column, fields) {
  const options = [el("option", { value: "" }, "(keep, but not used)"), ...fields.map(({ id, label }) => el("option", { value: id }, label))];
  const choice = el("select", { "aria-label": `Meaning of ${column.column}` }, ...options);
  choice.value = column.field ?? "";
  const node = el("tr", {}, el("th", { scope: "row" }, column.column), el("td", {}, choice), el("td", { class: "numeric" }, column.field ? percent(column.confidence) : ""), el("td", { class: "samples" }, column.samples.slice(0, 3).join(" · ")));
  return { name: column.column, field: () => choice.value || null, node };
}

function questionField({ field, question, default: preset, options }) {
  const input = options.length ? el("select", {}, ...options.map((value) => el("option", { value }, ORDERS[value] ?? value))) : el("input", { required: true });
  input.value = preset;
  return { field, answer: () => input.value.trim(), node: el("label", {}, question, " ", input) };
}

const ORDERS = { dmy: "the day", mdy: "the month", ymd: "the year" };

function problemList(problems) {
  const items = problems.map(({ message, blocking }) => el("li", { class: blocking ? "error" : null }, message));
  if (!items.length) return null;
  const urgent = problems.some(({ blocking, code }) => blocking || code !== "no_meaning");
  return el("details", { class: "problems", open: urgent }, el("summary", {}, counted(items.length, "thing to look at", "things to look at")), el("ul", {}, ...items));
}

function previewTable({ columns, rows }) {
  const body = rows.map((row) => el("tr", {}, ...row.map((value) => el("td", {}, value))));
  return el("div", { class: "scroller", tabindex: "0", role: "region", "aria-label": "First rows" }, el("table", {}, headRow(...columns), el("tbody", {}, ...body)));
}
