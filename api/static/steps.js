/** What a run is doing, in an owner's words: a line while it works, a folded list afterwards. */

import { el } from "./dom.js";

const DOING = {
  recall: "Remembering what we talked about…",
  route: "Thinking about what is asked…",
  answer: "Writing the answer…",
  remember: "Finishing…",
  "agent:mini-foundry": "Looking at your numbers…",
  "agent:insights-hub": "Looking at how the business is doing…",
  "agent:action-hub": "Weighing what could be done…",
  "agent:data-lineage": "Checking where your data comes from…",
  "agent:ops-copilot": "Looking at your tasks…",
  "agent:cybersecurity-scanner": "Checking your security…",
  "agent:marketplace-intel": "Looking at the market…",
  "agent:predictive-analytics": "Looking ahead…",
};

const doing = (name) => DOING[name] ?? "Working…";

/** "mini_foundry__query" → "mini foundry: query". */
const toolTitle = (name) => name.replace("__", ": ").replaceAll("_", " ");

export class Steps {
  #line = el("p", { class: "working", role: "status" });
  #done = [];
  #calls = new Map();
  node = el("div", { class: "steps" }, this.#line);

  begin() {
    this.#line.textContent = "Thinking…";
  }

  started(name) {
    this.#line.textContent = doing(name);
  }

  finished(name) {
    this.#done.push(doing(name).replace(/…$/, ""));
  }

  called(id, name) {
    this.#calls.set(id, { name, given: "" });
  }

  given(id, delta) {
    const call = this.#calls.get(id);
    if (call) call.given += delta;
  }

  /** The run is over: what it did is folded away. */
  end() {
    const calls = [...this.#calls.values()].map(({ name, given }) => toolCall(name, given));
    const steps = this.#done.map((text) => el("li", {}, text));
    this.node.replaceChildren(...folded([...steps, ...calls]));
  }

  /** The same for an answer of an earlier time, of which only its tool calls were kept. */
  static ofCalls(calls) {
    const items = calls.map(({ name, arguments: given }) => toolCall(name, JSON.stringify(given)));
    return el("div", { class: "steps" }, ...folded(items));
  }
}

const toolCall = (name, given) => el("li", {}, toolTitle(name), " ", el("code", {}, given));

const folded = (items) =>
  items.length ? [el("details", {}, el("summary", {}, "How this was answered"), el("ol", {}, ...items))] : [];
