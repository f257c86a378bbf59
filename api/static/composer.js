/** Where the question is written: Enter sends, Shift+Enter breaks the line, Esc stops an answer. */

import { $, icon } from "./dom.js";

const LONGEST = 10_000; // the server's limit
const TALLEST_PX = 220;

export class Composer {
  #form = $("#composer");
  #field = $("#question");
  #send = $("#send");
  #stop = $("#stop");
  #hint = $("#composer-hint");
  #usualHint = $("#composer-hint").textContent;

  /** `onSend(text)` and `onStop()`. */
  constructor({ onSend, onStop }) {
    this.#send.append(icon("send"));
    this.#stop.append(icon("stop"));
    this.#form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit(onSend);
    });
    this.#field.addEventListener("keydown", (event) => {
      // While a word is being composed Enter chooses it.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.#submit(onSend);
    });
    this.#field.addEventListener("input", () => this.#fit());
    this.#stop.addEventListener("click", onStop);
    document.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !this.#stop.hidden && !$("dialog[open]")) onStop();
    });
  }

  /** While an answer is made nothing is sent; what is written meanwhile stays. */
  set busy(busy) {
    // The focus must not fall out of the page with the button that it is on.
    if ([this.#send, this.#stop].includes(document.activeElement)) this.focus();
    this.#send.hidden = busy;
    this.#stop.hidden = !busy;
  }

  get busy() {
    return this.#send.hidden;
  }

  /** Puts a text back that could not be sent, unless something else was begun. */
  restore(text) {
    if (!this.#field.value) this.#field.value = text;
    this.#fit();
  }

  focus() {
    this.#field.focus();
  }

  #submit(onSend) {
    const text = this.#field.value.trim();
    if (!text || this.busy || text.length > LONGEST) return;
    this.#field.value = "";
    this.#fit();
    onSend(text);
  }

  #fit() {
    this.#field.style.height = "auto";
    this.#field.style.height = `${Math.min(this.#field.scrollHeight, TALLEST_PX)}px`;
    const over = this.#field.value.trim().length - LONGEST;
    this.#field.toggleAttribute("aria-invalid", over > 0);
    this.#hint.classList.toggle("error", over > 0);
    this.#hint.textContent = over > 0 ? `That is ${over} characters too long for one question.` : this.#usualHint;
  }
}
