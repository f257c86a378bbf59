/** Bringing in a file: dropped or chosen, shown as it was understood, edited, imported, and taken back again. */

import { Problem } from "./api.js";
import { $, download, el, icon } from "./dom.js";
import { counted } from "./format.js";
import { Review } from "./review.js";
import { readEvents } from "./sse.js";

const FILES = "/api/connectors/files";
const ASK_ABOUT = {
  order_line: [
    "What was our revenue per month?",
    "Which are our top 10 products by revenue?",
    "Who are our best customers?",
  ],
  refund: ["How much did we refund per month?", "Which products are refunded most?"],
  customer: ["How many customers do we have per country?"],
  product: ["Which are our top 10 products by revenue?"],
};

export class Imports {
  #api;
  #onAsk;
  #onProblem;
  #dialog = $("#import");
  #waiting = [];

  /** `onAsk(question)`: about what was imported; `onProblem(error)`: an import failed that nobody was watching. */
  constructor(api, { onAsk, onProblem }) {
    this.#api = api;
    this.#onAsk = onAsk;
    this.#onProblem = onProblem;
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
    const path = `${FILES}/${encodeURIComponent(profile.file_id)}`;
    const review = new Review(profile, (mapping) => this.#api.json("POST", `${path}/preview`, { mapping }));
    const begin = el("button", { class: "primary" }, `Import ${counted(profile.rows, "row", "rows")}`);
    const cancel = el("button", { type: "button", onclick: () => this.#leave(path) }, "Cancel");
    const form = el("form", {}, review.node, this.#buttons(begin, cancel));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      begin.disabled = true;
      try {
        await this.#commit(profile, path, review.mapping());
      } catch (error) {
        begin.disabled = false;
        review.complain(error);
      }
    });
    this.#show(profile.filename, [form]);
  }

  /** Forgets a file that was looked at and not wanted. */
  async #leave(path) {
    this.#dialog.close();
    // It would be cleaned up in time; nobody waits for it.
    await this.#api.json("DELETE", path).catch(() => {});
  }

  /** Begins the import and follows it. Throws Problem while nothing has begun yet. */
  async #commit(profile, path, mapping) {
    const job = await this.#api.json("POST", `${path}/commit`, { mapping });
    const bar = el("progress", { max: 1 });
    const line = el("p", { role: "status" }, "Starting…");
    const hint = el("p", { class: "hint" }, "You can close this: the import goes on.");
    this.#show(`Importing ${profile.filename}`, [bar, line, hint, this.#buttons(this.#closing("Close"))]);
    const watched = () => this.#dialog.open && bar.isConnected;
    try {
      const ended = await this.#follow(job, (now) => {
        bar.value = now.progress;
        line.textContent = now.message ?? "";
      });
      if (ended.error) throw new Problem(0, { detail: ended.error.message, hint: ended.error.hint });
      if (watched()) this.#done(profile, path, ended.result);
    } catch (error) {
      if (watched()) this.#failed(profile.filename, error);
      else this.#onProblem(error);
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
    const counts = [
      ["New", report.created],
      ["Changed", report.updated],
      ["Unchanged", report.unchanged],
      ["Left out", report.rejected],
    ];
    const figures = counts.map(([name, rows]) =>
      el("div", {}, el("dt", {}, name), el("dd", {}, counted(rows, "row", "rows"))),
    );
    const questions = ASK_ABOUT[profile.entity] ?? [];
    this.#show(`${profile.filename} is in`, [
      el("dl", { class: "figures" }, ...figures),
      report.rejected
        ? this.#link("Download the rows left out, with the reasons", () => this.#downloadRejects(profile, path))
        : null,
      questions.length ? el("p", {}, "Ask about it:") : null,
      questions.length
        ? el("ul", { class: "examples" }, ...questions.map((question) => this.#question(question)))
        : null,
      this.#buttons(
        this.#closing("Close"),
        this.#link("Take this import back", () => this.#undo(profile, path)),
      ),
    ]);
  }

  #question(question) {
    const ask = () => {
      this.#dialog.close();
      this.#onAsk(question);
    };
    return el("li", {}, el("button", { type: "button", onclick: ask }, question));
  }

  async #downloadRejects(profile, path) {
    const response = await this.#api.fetch("GET", `${path}/rejects`);
    download(await response.blob(), `rejected-${profile.filename.replace(/\.[^.]*$/, "")}.csv`);
  }

  async #undo(profile, path) {
    await this.#api.json("DELETE", path);
    const said = el("p", {}, "The import was taken back: your data is as it was before.");
    this.#show(profile.filename, [said, this.#buttons(this.#closing("Close"))]);
  }

  #link(label, work) {
    return el("button", { type: "button", class: "link", onclick: () => this.#guarded(work) }, label);
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
    const said = el("p", { class: "error", role: "alert" }, error.message);
    this.#show(filename, [said, this.#buttons(this.#closing("Close"))]);
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
