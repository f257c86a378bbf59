"""`smb ask`: the chat's own stream, in the terminal."""

import json
import sys
from typing import Any

import httpx
import orjson

from api.cli_client import connected, problem_error
from api.cli_output import figures_table, note
from api.settings import load_settings
from storage.kernel.errors import CopilotError, ErrorKind
from storage.kernel.ids import new_id

_WAITS = 3
"""The exit code of a run that waits for an approval which nobody was there to give."""
_KINDS = {kind.value: kind for kind in ErrorKind}


async def ask(question: str, tenant: str, *, as_of: str | None, thread: str | None, as_json: bool) -> int:
    thread_id = thread or new_id()
    said = {"id": new_id(), "role": "user", "content": question}
    turn: dict[str, Any] = {"messages": [said], "forwardedProps": {"as_of": as_of} if as_of else {}}
    async with connected(load_settings(), tenant) as client:
        while True:
            printer = _Printer(as_json=as_json)
            await _run(client, thread_id, turn, printer)
            if not printer.interrupts:
                break
            decisions = _decide(printer.interrupts) if sys.stdin.isatty() and not as_json else None
            if decisions is None:
                note("smb: this waits for an approval. Decide in the chat, or ask again from a terminal.")
                return _WAITS
            turn = {"messages": [], "resume": decisions}
    if thread is None and not as_json:
        note(f"(continue with --thread {thread_id})")
    return 0


async def _run(client: httpx.AsyncClient, thread_id: str, turn: dict[str, Any], printer: "_Printer") -> None:
    body: dict[str, Any] = {"threadId": thread_id, "runId": new_id(), "tools": [], "context": [], "state": {}, **turn}
    async with client.stream("POST", "/api/chat/runs", json=body) as response:
        if response.is_error:
            await response.aread()
            raise problem_error(response)
        async for text in response.aiter_lines():
            if text.startswith("data:"):
                printer.event(orjson.loads(text.removeprefix("data:")), text.removeprefix("data:").strip())
    printer.end()


class _Printer:
    """Draws events as they come: text on standard output, steps and tools on standard error."""

    def __init__(self, *, as_json: bool) -> None:
        self.interrupts: list[dict[str, Any]] = []
        self._as_json = as_json
        self._blocks: list[dict[str, Any]] = []
        self._message_id = ""
        self._ended = False

    def event(self, event: dict[str, Any], raw: str) -> None:
        if self._as_json:
            print(raw, flush=True)
        match event["type"]:
            case "RUN_FINISHED":
                self._ended = True
                outcome: dict[str, Any] = event.get("outcome") or {}
                self.interrupts = outcome.get("interrupts") or []
            case "RUN_ERROR":
                raise CopilotError(_KINDS.get(event.get("code") or "", ErrorKind.UNAVAILABLE), event["message"])
            case _ if not self._as_json:
                self._draw(event)
            case _:
                pass

    def _draw(self, event: dict[str, Any]) -> None:
        match event["type"]:
            case "TEXT_MESSAGE_CONTENT":
                if self._message_id and event["messageId"] != self._message_id:
                    print("\n")
                self._message_id = event["messageId"]
                print(event["delta"], end="", flush=True)
            case "TOOL_CALL_START":
                note(f"· {event['toolCallName'].replace('__', '.').replace('_', '-')}")
            case "ACTIVITY_SNAPSHOT":
                self._blocks.append(event["content"])
            case _:
                pass

    def end(self) -> None:
        """The tables and sources, below the words. Raises CopilotError for a stream that broke off."""
        if not self._ended:
            raise CopilotError(ErrorKind.UNAVAILABLE, "The answer broke off.", hint="Ask again.")
        if self._as_json:
            return
        print()
        for block in self._blocks:
            _draw_block(block)


def _draw_block(block: dict[str, Any]) -> None:
    match block["kind"]:
        case "table":
            print()
            figures_table(block["columns"], block["rows"])
        case "choices":
            for _, question in block["options"]:
                print(f"  · {question}")
        case "sources":
            names = [source["name"] for source in block["provenance"]["sources"]]
            if names:
                print(f"\nFrom {', '.join(names)}.")
        case _:
            pass


def _decide(interrupts: list[dict[str, Any]]) -> list[dict[str, Any]] | None:
    """Asks about each call with its exact arguments. None when nobody answers."""
    decisions: list[dict[str, Any]] = []
    for interrupt in interrupts:
        metadata: dict[str, Any] = interrupt.get("metadata") or {}
        note(f"\n{interrupt.get('message') or interrupt['reason']}")
        note(json.dumps(metadata.get("arguments", {}), indent=2, ensure_ascii=False))
        try:
            approved = input("Do this? [y/N] ").strip().lower() in {"y", "yes"}
        except EOFError:
            return None
        payload: dict[str, Any] = {"decision": "reject"}
        if approved:
            payload = {"decision": "approve", "arguments_hash": metadata.get("argumentsHash")}
        decisions.append({"interruptId": interrupt["id"], "status": "resolved", "payload": payload})
    return decisions
