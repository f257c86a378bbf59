/** The list of conversations: open, rename, delete. */

import { $, el, iconButton } from "./dom.js";
import { confirmed } from "./confirm.js";

export class Threads {
  #api;
  #onOpen;
  #onDeleted;
  #onProblem;
  #list = $("#threads");
  #older = $("#older-threads");
  #items = [];
  #cursor = null;
  #current = null;

  /** `onOpen(threadId)`, `onDeleted(threadId)`, `onProblem(error)`. */
  constructor(api, { onOpen, onDeleted, onProblem }) {
    this.#api = api;
    this.#onOpen = onOpen;
    this.#onDeleted = onDeleted;
    this.#onProblem = onProblem;
    this.#older.addEventListener("click", () => this.#guarded(() => this.#load(this.#cursor)));
  }

  set current(threadId) {
    this.#current = threadId;
    this.#draw();
  }

  titleOf(threadId) {
    return this.#items.find((thread) => thread.id === threadId)?.title || null;
  }

  /** Reads the newest ones anew. */
  refresh() {
    return this.#guarded(() => this.#load(null));
  }

  clear() {
    this.#items = [];
    this.#cursor = this.#current = null;
    this.#draw();
  }

  async #load(cursor) {
    const query = new URLSearchParams({ limit: 50, ...(cursor && { cursor }) });
    const page = await this.#api.json("GET", `/api/chat/threads?${query}`);
    this.#items = cursor ? [...this.#items, ...page.items] : page.items;
    this.#cursor = page.next_cursor;
    this.#draw();
  }

  /** Rows that stay as they are stay in place: whoever is on one with a finger or the keyboard must not lose it. */
  #draw() {
    const rows = this.#items.map((thread) => this.#kept(thread) ?? this.#row(thread));
    if (rows.some((row, place) => row !== this.#list.children[place]) || rows.length !== this.#list.childElementCount) {
      this.#list.replaceChildren(...rows);
    }
    this.#older.hidden = this.#cursor === null;
  }

  #kept({ id, title }) {
    const current = id === this.#current;
    return [...this.#list.children].find(
      ({ dataset }) => dataset.id === id && dataset.title === title && (dataset.current === "true") === current,
    );
  }

  #row(thread) {
    const title = thread.title || "New conversation";
    const isCurrent = thread.id === this.#current;
    const row = el(
      "li",
      { class: "thread", "data-id": thread.id, "data-title": thread.title, "data-current": String(isCurrent) },
      el(
        "button",
        {
          type: "button",
          class: "open",
          "aria-current": isCurrent && "true",
          onclick: () => this.#onOpen(thread.id),
        },
        title,
      ),
      iconButton("pencil", `Rename “${title}”`, () => this.#edit(row, thread)),
      iconButton("trash", `Delete “${title}”`, () => this.#delete(thread)),
    );
    return row;
  }

  #edit(row, thread) {
    const field = el("input", { value: thread.title, maxlength: 200, "aria-label": "New title" });
    const form = el("form", { class: "rename" }, field);
    let settled = false;
    const settle = async (title) => {
      if (settled) return;
      settled = true;
      if (title && title !== thread.title) {
        await this.#guarded(() =>
          this.#api.json("PATCH", `/api/chat/threads/${encodeURIComponent(thread.id)}`, { title }),
        );
      }
      await this.refresh();
      if (thread.id === this.#current) this.#onOpen(thread.id);
    };
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      settle(field.value.trim());
    });
    field.addEventListener("blur", () => settle(field.value.trim()));
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation(); // it leaves the title, and nothing else
      settle(null);
    });
    row.dataset.title = ""; // whatever comes of it, the row is drawn anew
    row.replaceChildren(form);
    field.focus();
    field.select();
  }

  async #delete(thread) {
    const question = `Delete “${thread.title || "New conversation"}”? Its questions and answers are gone then; your data stays.`;
    if (!(await confirmed(question, "Delete"))) return;
    await this.#guarded(async () => {
      await this.#api.json("DELETE", `/api/chat/threads/${encodeURIComponent(thread.id)}`);
      this.#onDeleted(thread.id);
      await this.#load(null);
    });
  }

  async #guarded(work) {
    try {
      await work();
    } catch (error) {
      this.#onProblem(error);
    }
  }
}
