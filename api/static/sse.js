/** Server-sent events out of a fetch response: EventSource can send neither a body nor a token. */

/** The stream has been silent for longer than the server's keep-alives allow. */
export class Silence extends Error {}

/**
 * Events as the HTML standard parses them: {id, event, data}. Ends when the stream ends; what it breaks off in the
 * middle of is dropped. Comments are keep-alives: after `silenceMs` without a byte it throws Silence.
 */
export async function* readEvents(stream, silenceMs = 45_000) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  let id = null;
  let event = "message";
  let data = [];
  try {
    for (;;) {
      const { value, done } = await inTime(reader.read(), silenceMs);
      if (done) return;
      rest += value;
      // A carriage return at the very end may be the first half of a line end.
      for (let end; (end = /\r\n|\n|\r(?!$)/.exec(rest));) {
        const line = rest.slice(0, end.index);
        rest = rest.slice(end.index + end[0].length);
        if (line === "") {
          if (data.length) yield { id, event, data: data.join("\n") };
          event = "message";
          data = [];
          continue;
        }
        const colon = line.indexOf(":");
        const field = colon < 0 ? line : line.slice(0, colon);
        const content = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
        if (field === "data") data.push(content);
        else if (field === "event") event = content || "message";
        else if (field === "id" && !content.includes("\0")) id = content;
      }
    }
  } finally {
    reader.cancel().catch(() => {}); // it may be broken already
  }
}

function inTime(promise, milliseconds) {
  let timer;
  const silence = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Silence()), milliseconds);
  });
  return Promise.race([promise, silence]).finally(() => clearTimeout(timer));
}
