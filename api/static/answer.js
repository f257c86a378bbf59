/** One answer in the conversation: its steps while it is made, its text, its blocks, and what can be done with it. */

import { approvalView, waitingCall } from "./approval.js";
import { blockView } from "./blocks.js";
import { el, iconButton } from "./dom.js";
import { Steps } from "./steps.js";

const SUPERSEDED = "smb.message.superseded";

export class Answer {
  #steps = new Steps();
  #texts = new Map();
  #text = el("div", { class: "text" });
  #blocks = el("div", { class: "blocks" });
  #actions = el("footer", { class: "actions" });
  #handlers;
  failed = false;
  node = el(
    "article",
    { class: "answer", "aria-label": "Answer", "aria-live": "polite" },
    this.#steps.node,
    this.#text,
    this.#blocks,
    this.#actions,
  );

  /** `handlers`: ask(question), decide(resumeEntries), rate(messageId, rating) → whether it was kept. */
  constructor(handlers) {
    this.#handlers = handlers;
  }

  /** Whether it shows anything that a person could read. */
  get empty() {
    return !this.#text.textContent && !this.#blocks.childElementCount;
  }

  begin() {
    this.node.setAttribute("aria-busy", "true");
    this.#steps.begin();
  }

  /** Shows one AG-UI event. */
  show(event) {
    switch (event.type) {
      case "STEP_STARTED":
        return this.#steps.started(event.stepName);
      case "STEP_FINISHED":
        return this.#steps.finished(event.stepName);
      case "TOOL_CALL_START":
        return this.#steps.called(event.toolCallId, event.toolCallName);
      case "TOOL_CALL_ARGS":
        return this.#steps.given(event.toolCallId, event.delta);
      case "TEXT_MESSAGE_START":
        return this.#openText(event.messageId);
      case "TEXT_MESSAGE_CONTENT":
        return this.#texts.get(event.messageId)?.append(event.delta);
      case "ACTIVITY_SNAPSHOT":
        return this.#addBlock(event.content);
      case "CUSTOM":
        return event.name === SUPERSEDED ? this.#drop(event.value.messageId) : undefined;
      case "RUN_FINISHED":
        return this.#finished(event);
      case "RUN_ERROR":
        return this.fail(event.message);
    }
  }

  /** Shows an answer of an earlier time (a message of the thread). */
  restore({ id, content, blocks, tool_calls, feedback }) {
    this.#steps.node.replaceWith(Steps.ofCalls(tool_calls));
    this.#openText(id).append(content);
    blocks.forEach((block) => this.#addBlock(block));
    this.#addActions(id, feedback?.rating);
  }

  /** Shows calls that wait for a decision. */
  wait(interrupts) {
    this.#blocks.append(approvalView(interrupts.map(waitingCall), this.#handlers.decide));
  }

  fail(message) {
    this.#end();
    this.failed = true;
    this.#actions.append(el("p", { class: "error", role: "alert" }, message));
  }

  offer(label, onclick) {
    this.#actions.append(el("button", { type: "button", onclick }, label));
  }

  #finished({ outcome, result }) {
    this.#end();
    if (outcome?.type === "interrupt") this.wait(outcome.interrupts);
    else if (outcome?.type === "cancelled") this.#actions.append(el("p", { class: "hint" }, "Stopped."));
    else if (result?.messageId) this.#addActions(result.messageId);
  }

  #end() {
    this.node.removeAttribute("aria-busy");
    this.#steps.end();
  }

  #openText(messageId) {
    const paragraph = el("p");
    this.#texts.set(messageId, paragraph);
    this.#text.append(paragraph);
    return paragraph;
  }

  #drop(messageId) {
    this.#texts.get(messageId)?.remove();
    this.#texts.delete(messageId);
  }

  #addBlock(block) {
    const view = blockView(block, this.#handlers.ask);
    if (view) this.#blocks.append(view);
  }

  #addActions(messageId, rating = null) {
    const verdicts = [
      ["up", "This helped", 1],
      ["down", "This did not help", -1],
    ];
    const pressed = (value) => ({ "aria-pressed": String(value === rating) });
    const buttons = verdicts.map(([name, label, value]) => iconButton(name, label, () => rate(value), pressed(value)));
    const rate = async (value) => {
      if (!(await this.#handlers.rate(messageId, value))) return;
      buttons.forEach((button, place) => button.setAttribute("aria-pressed", String(verdicts[place][2] === value)));
    };
    this.#actions.append(...buttons);
  }
}
