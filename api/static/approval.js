/** Calls that wait for a person: exactly what would be done, and the person's decision. */

import { el } from "./dom.js";

const EFFECTS = {
  write: "This changes your data.",
  send: "This sends something to somebody.",
  spend: "This spends money.",
};

/** A waiting call in one form, whether it comes from a run's outcome or from a thread. */
export function waitingCall(given) {
  const { id, interrupt_id, message, title, metadata } = given;
  return {
    id: id ?? interrupt_id,
    title: message ?? title,
    effect: metadata?.effect ?? given.effect,
    arguments: metadata?.arguments ?? given.arguments ?? {},
    hash: metadata?.argumentsHash ?? given.arguments_hash,
  };
}

/**
 * Asks about each call; when all are decided `decided` gets the resume entries of AG-UI. An approval carries the hash of
 * the arguments that were shown, so that nothing else can be done in its name.
 */
export function approvalView(calls, decided) {
  const entries = new Map();
  const cards = calls.map((call) => {
    const approve = el(
      "button",
      { type: "button", class: "primary", onclick: () => decide({ decision: "approve", arguments_hash: call.hash }) },
      "Approve",
    );
    const reject = el("button", { type: "button", onclick: () => decide({ decision: "reject" }) }, "Do not do it");
    const buttons = el("div", { class: "buttons" }, approve, reject);
    function decide(payload) {
      if (entries.has(call.id)) return;
      entries.set(call.id, { interruptId: call.id, status: "resolved", payload });
      buttons.replaceChildren(payload.decision === "approve" ? "Approved" : "Not done");
      if (entries.size === calls.length) decided([...entries.values()]);
    }
    return el(
      "section",
      { class: "block approval", "aria-label": `Approval: ${call.title}` },
      el("h3", {}, call.title),
      el("p", {}, EFFECTS[call.effect] ?? "This does something.", " It waits for you."),
      el(
        "dl",
        {},
        ...Object.entries(call.arguments).flatMap(([name, value]) => [
          el("dt", {}, name.replaceAll("_", " ")),
          el("dd", {}, shown(value)),
        ]),
      ),
      buttons,
    );
  });
  return el("div", { class: "approvals" }, ...cards);
}

const shown = (value) => (typeof value === "string" ? value : JSON.stringify(value));
