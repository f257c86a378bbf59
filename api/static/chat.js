/** The conversation on the page: its messages, and the run that answers the last of them. */

import { Answer } from "./answer.js";
import { Problem } from "./api.js";
import { Composer } from "./composer.js";
import { $, el } from "./dom.js";
import { cancelRun, ConnectionLost, newId, runEvents, runInput } from "./runs.js";

const PAGE = 200;
const NEAR_END_PX = 120;

export class Chat {
  #api;
  #onActivity;
  #onBegun;
  #log = $("#log");
  #welcome = $("#welcome");
  #connection = $("#connection");
  #composer = new Composer({ onSend: (text) => this.ask(text), onStop: () => this.stop() });
  #threadId = null;
  #run = null; // {id, leave} of the run on the page
  #visit = 0;

  /** `onBegun(threadId)`: a new conversation has its id; `onActivity()`: the list of conversations has changed. */
  constructor(api, { onBegun, onActivity }) {
    this.#api = api;
    this.#onBegun = onBegun;
    this.#onActivity = onActivity;
  }

  get threadId() {
    return this.#threadId;
  }

  /** Leaves whatever is shown; a run goes on without us. */
  clear() {
    this.#visit += 1;
    this.#threadId = null;
    this.#run?.leave.abort();
    this.#run = null;
    this.#composer.busy = false;
    this.#connection.hidden = true;
    this.#log.replaceChildren();
  }

  /** Begins a conversation that has no message yet. */
  begin() {
    this.clear();
    this.#welcome.hidden = false;
    this.#composer.focus();
  }

  /** Shows a conversation as it is kept, and follows the run that still works on it. Throws Problem. */
  async open(threadId) {
    this.clear();
    this.#welcome.hidden = true;
    const visit = this.#visit;
    const [thread, messages] = await Promise.all([
      this.#api.json("GET", `/api/chat/threads/${encodeURIComponent(threadId)}`),
      this.#messages(threadId),
    ]);
    if (visit !== this.#visit) return thread; // somebody chose another one meanwhile
    this.#threadId = threadId;
    messages.forEach((message) => this.#restore(message));
    if (thread.interrupts.length) this.#addAnswer().wait(thread.interrupts);
    this.#scrollToEnd();
    this.#composer.focus();
    const runId = remembered(threadId);
    if (runId && messages.some((message) => message.role === "assistant" && message.run_id === runId)) forget(threadId);
    else if (runId) this.#follow(runId, null, lastQuestion(messages));
    return thread;
  }

  /** Asks, in this conversation or in a new one. */
  ask(question) {
    if (this.#composer.busy) return;
    if (this.#threadId === null) {
      this.#threadId = newId();
      this.#welcome.hidden = true;
      this.#onBegun(this.#threadId);
    }
    this.#log.append(questionView(question));
    this.#start({ question }, question);
  }

  /** Stops the run on the page. It says itself when it has stopped. */
  async stop() {
    if (!this.#run) return;
    try {
      await cancelRun(this.#api, this.#run.id);
    } catch (error) {
      this.#say(error.message);
    }
  }

  #start(turn, question) {
    const runId = newId();
    this.#follow(runId, runInput(this.#threadId, runId, turn), question);
  }

  /** Does something else in place of an answer that failed. */
  #instead(answer, work) {
    if (this.#composer.busy) return;
    answer.node.remove();
    work();
  }

  /** Shows a run to its end: one that `input` starts, or one that was started before (`again`: perhaps). */
  async #follow(runId, input, question, again = input === null) {
    const threadId = this.#threadId;
    const leave = new AbortController();
    const answer = this.#addAnswer();
    this.#run = { id: runId, leave };
    this.#composer.busy = true;
    remember(threadId, runId);
    answer.begin();
    this.#scrollToEnd();
    const onConnection = (up) => this.#say(up ? null : "The connection was lost. Trying again…");
    let stored = false;
    let retry = question === null ? null : () => this.#start({ question }, question);
    try {
      for await (const event of runEvents(this.#api, runId, { input, again, signal: leave.signal, onConnection })) {
        const atEnd = this.#isAtEnd();
        // Where the events are gone only the end is told: the answer itself is in the thread.
        stored = event.type === "RUN_FINISHED" && event.outcome?.type === "success" && answer.empty;
        answer.show(event);
        if (event.type === "RUN_STARTED") this.#onActivity();
        if (atEnd) this.#scrollToEnd();
      }
      forget(threadId);
    } catch (error) {
      if (leave.signal.aborted) return;
      this.#say(null);
      if (error instanceof Problem) forget(threadId);
      answer.fail(error.message);
      // What may still be going on is looked for again, and not asked a second time.
      if (error instanceof ConnectionLost) retry = () => this.#follow(runId, input, question, true);
    }
    if (answer.failed && retry) answer.offer("Try again", () => this.#instead(answer, retry));
    this.#run = null;
    this.#composer.busy = false;
    this.#onActivity();
    if (stored) this.open(threadId).catch((error) => this.#say(error.message));
  }

  #addAnswer() {
    const answer = new Answer({
      ask: (text) => this.ask(text),
      decide: (resume) => this.#start({ resume }, null),
      rate: (messageId, rating) => this.#rate(messageId, rating),
    });
    this.#log.append(answer.node);
    return answer;
  }

  async #rate(messageId, rating) {
    try {
      await this.#api.json("POST", `/api/chat/messages/${encodeURIComponent(messageId)}/feedback`, { rating });
      return true;
    } catch (error) {
      this.#say(error.message);
      return false;
    }
  }

  #restore(message) {
    if (message.role === "user") this.#log.append(questionView(message.content));
    else this.#addAnswer().restore(message);
  }

  async #messages(threadId) {
    const all = [];
    let cursor = null;
    do {
      const query = new URLSearchParams({ limit: PAGE, ...(cursor && { cursor }) });
      const page = await this.#api.json("GET", `/api/chat/threads/${encodeURIComponent(threadId)}/messages?${query}`);
      all.push(...page.items);
      cursor = page.next_cursor;
    } while (cursor);
    return all;
  }

  #say(text) {
    this.#connection.hidden = text === null;
    this.#connection.textContent = text ?? "";
  }

  #isAtEnd() {
    return this.#log.scrollHeight - this.#log.scrollTop - this.#log.clientHeight < NEAR_END_PX;
  }

  #scrollToEnd() {
    this.#log.scrollTop = this.#log.scrollHeight;
  }
}

const questionView = (text) => el("article", { class: "asked", "aria-label": "You asked" }, text);
const lastQuestion = (messages) => messages.findLast((message) => message.role === "user")?.content ?? null;

// Which run works on which conversation, so that a reload or a look elsewhere does not lose sight of it.
const key = (threadId) => `smb.run.${threadId}`;
const remember = (threadId, runId) => sessionStorage.setItem(key(threadId), runId);
const remembered = (threadId) => sessionStorage.getItem(key(threadId));
const forget = (threadId) => sessionStorage.removeItem(key(threadId));
