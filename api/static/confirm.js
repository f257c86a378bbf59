/** Asks before something is done that cannot be taken back. */

import { $, el } from "./dom.js";

/** Whether the person agreed. The focus begins on the way out. */
export function confirmed(question, deed) {
  const dialog = $("#confirm");
  dialog.returnValue = "";
  dialog.replaceChildren(
    el(
      "form",
      { method: "dialog" },
      el("p", {}, question),
      el(
        "div",
        { class: "buttons" },
        el("button", { value: "no", autofocus: true }, "Cancel"),
        el("button", { value: "yes", class: "primary danger" }, deed),
      ),
    ),
  );
  dialog.showModal();
  return new Promise((resolve) =>
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true }),
  );
}
