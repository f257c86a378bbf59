/** Runs over AG-UI: started, followed to their end over any number of connections, stopped. */

import { Problem } from "./api.js";
import { readEvents } from "./sse.js";

const MOST_ATTEMPTS = 8;
const LONGEST_PAUSE_MS = 10_000;

/** The connection could not be had again. The run may still be going on. */
export class ConnectionLost extends Error {
  constructor() {
    super("The connection was lost. Your question was not: the answer may be there when it is back.");
  }
}

/** The input of a turn (AG-UI RunAgentInput): a question, or decisions about calls that wait. */
export function runInput(threadId, runId, { question, resume }) {
  const messages = question === undefined ? [] : [{ id: newId(), role: "user", content: question }];
  return {
    threadId,
    runId,
    messages,
    state: {},
    tools: [],
    context: [],
    forwardedProps: {},
    ...(resume && { resume }),
  };
}

/** A random id (UUIDv4) also where there is no secure context. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}

export const cancelRun = (api, runId) => api.json("POST", `/api/chat/runs/${encodeURIComponent(runId)}/cancel`);

/**
 * A run's AG-UI events up to its last one. With `input` the run is started, unless it is there already (`again`: look
 * first); without it one that was started earlier is followed from its beginning. When the connection is cut it is taken up after the last event that came: `onConnection`
 * hears true and false. Throws Problem, ConnectionLost, or AbortError.
 */
export async function* runEvents(api, runId, { input = null, again = false, signal, onConnection = () => {} }) {
  const path = `/api/chat/runs/${encodeURIComponent(runId)}/events`;
  let mustStart = input !== null && !again;
  let unsure = input !== null && again; // the request to start was cut: the run may have begun or not
  let last = null;
  let attempt = 0;
  for (;;) {
    try {
      const response = mustStart
        ? await api.fetch("POST", "/api/chat/runs", { json: input, signal })
        : await api.fetch("GET", path, { signal, headers: last === null ? {} : { "Last-Event-ID": last } });
      mustStart = unsure = false;
      onConnection(true);
      for await (const { id, data } of readEvents(response.body)) {
        const event = JSON.parse(data);
        attempt = 0;
        last = id ?? last;
        yield event;
        if (event.type === "RUN_FINISHED" || event.type === "RUN_ERROR") return;
      }
    } catch (error) {
      if (signal?.aborted) throw error;
      if (error instanceof Problem) {
        if (error.status === 404 && unsure) mustStart = true;
        else if (mustStart || !error.passing) throw error;
      } else if (mustStart) {
        mustStart = false;
        unsure = true;
      }
    }
    attempt += 1;
    if (attempt > MOST_ATTEMPTS) throw new ConnectionLost();
    onConnection(false);
    await pause(Math.min(LONGEST_PAUSE_MS, 250 * 2 ** attempt), signal);
  }
}

/** Waits, but no longer than until the browser is online again. */
function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const done = () => {
      clearTimeout(timer);
      removeEventListener("online", done);
      signal?.removeEventListener("abort", stopped);
      resolve();
    };
    const stopped = () => {
      done();
      reject(signal.reason);
    };
    const timer = setTimeout(done, milliseconds);
    addEventListener("online", done);
    signal?.addEventListener("abort", stopped);
  });
}
