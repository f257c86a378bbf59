/**
 * The official AG-UI client as a process: a turn per line of its input ({question} or {resume}), and per line of its
 * output what the client made of it. The client checks each event against the protocol's schema and grammar.
 * The first line says where and as whom: {url, headers, threadId}.
 */

import { createInterface } from "node:readline";
import { HttpAgent } from "@ag-ui/client";

const complaints = [];
for (const level of ["warn", "error"]) console[level] = (...said) => complaints.push(said.map(String).join(" "));

async function turn(agent, { question, resume }) {
  const events = [];
  if (question !== undefined) agent.addMessage({ id: crypto.randomUUID(), role: "user", content: question });
  let ended;
  try {
    ended = await agent.runAgent({ resume }, { onEvent: ({ event }) => void events.push(event) });
  } catch (error) {
    ended = { error: error.message };
  }
  return { events, ...ended, pendingInterrupts: agent.pendingInterrupts, complaints: complaints.splice(0) };
}

let agent = null;
for await (const line of createInterface({ input: process.stdin })) {
  const given = JSON.parse(line);
  if (agent === null) agent = new HttpAgent(given);
  else process.stdout.write(`${JSON.stringify(await turn(agent, given))}\n`);
}
