"""Time to the first and the last event of a chat turn with a remote model, beside bare litellm calls to the same one.

The remote model is the stand-in server on this machine: it calls the agent, then says sixty pieces of text at a fixed
pace. What the turn takes beyond the two bare calls is the product's.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson

from evals.bench.figures import Figure, Sample
from evals.bench.processes import Server, serving_product
from evals.bench.workbench import Workbench
from evals.standins.openai import Answer, Call, ChatRequest, StandInModel
from evals.workspace import SignedIn
from memory.embeddings import load_litellm
from storage.kernel.errors import CopilotError, ErrorKind
from storage.kernel.ids import new_id

RUNS = 12
_PIECES, _PIECE_LENGTH, _PACE_SECONDS = 60, 8, 0.01
_MODEL = "openai/stand-in"
_QUESTION = "revenue in October 2026"
_TOOL = "mini_foundry"
_TEXT = "".join(f"word {number:02d} " for number in range(_PIECES))
_REFERENCE = "the same calls by litellm.acompletion"
_WARM_UP = 2
_TIMEOUT_SECONDS = 60.0


@dataclass
class _Times:
    """Milliseconds from the start of each turn."""

    first_event: list[float] = field(default_factory=list[float])
    first_text: list[float] = field(default_factory=list[float])
    last: list[float] = field(default_factory=list[float])


class _Watch:
    """Notes when things first happened, in milliseconds since it was made."""

    def __init__(self) -> None:
        self._started = time.perf_counter()
        self.marks: dict[str, float] = {}

    def mark(self, name: str) -> None:
        self.marks.setdefault(name, (time.perf_counter() - self._started) * 1000)

    def note(self, times: _Times) -> None:
        """Adds the marks to the samples. Raises CopilotError for a turn without text."""
        self.mark("last")
        if "text" not in self.marks:
            raise CopilotError(ErrorKind.UNAVAILABLE, "A turn with the stand-in model ended without any text.")
        times.first_event.append(self.marks["event"])
        times.first_text.append(self.marks["text"])
        times.last.append(self.marks["last"])


async def measure(bench: Workbench) -> list[Figure]:
    shop = await bench.filled_shop()
    ours, bare = _Times(), _Times()
    with StandInModel(_play) as model:
        settings = {"SMB_MODEL": _MODEL, "SMB_MODEL_BASE_URL": model.base_url, "SMB_MODEL_API_KEY": "stand-in"}
        bench.say("streaming: starting the server with a remote model")
        async with serving_product(shop.home, settings) as server, _signed_in(server) as client:
            litellm: Any = await asyncio.to_thread(load_litellm)
            for run in range(-_WARM_UP, bench.runs(RUNS)):
                bench.say(f"streaming: turn {run + 1}" if run >= 0 else "streaming: warming up")
                before = len(model.requests)
                watch = await _turn(client)
                bare_watch = await _bare_turn(litellm, model.base_url, model.requests[before:])
                if run >= 0:
                    watch.note(ours)
                    bare_watch.note(bare)
            await litellm.close_litellm_async_clients()
    return [
        Figure("remote model: first event", "ms", Sample(ours.first_event)),
        Figure("remote model: first text", "ms", Sample(ours.first_text), Sample(bare.first_text), _REFERENCE),
        Figure("remote model: last event", "ms", Sample(ours.last), Sample(bare.last), _REFERENCE),
    ]


def _play(request: ChatRequest) -> Answer:
    """Calls the first tool that asks the figures, and speaks when its result is there."""
    if request.messages[-1].get("role") == "tool":
        return Answer(_TEXT, fragment=_PIECE_LENGTH, delay=_PACE_SECONDS)
    functions = [tool["function"] for tool in request.tools]
    wanted = next(one for one in functions if one["name"].startswith(_TOOL))
    arguments = dict.fromkeys(wanted["parameters"]["required"], _QUESTION)
    return Answer(calls=(Call(wanted["name"], arguments),))


async def _turn(client: httpx.AsyncClient) -> _Watch:
    body: dict[str, Any] = {
        "threadId": new_id(),
        "runId": new_id(),
        "messages": [{"id": new_id(), "role": "user", "content": _QUESTION}],
        "tools": [],
        "context": [],
        "state": {},
        "forwardedProps": {},
    }
    watch, last = _Watch(), ""
    async with client.stream("POST", "/api/chat/runs", json=body, headers={"Accept": "text/event-stream"}) as response:
        if response.is_error:
            raise CopilotError(ErrorKind.UNAVAILABLE, f"The chat answered {response.status_code}.")
        async for line in response.aiter_lines():
            if line.startswith("data:"):
                last = orjson.loads(line.removeprefix("data:"))["type"]
                watch.mark("event")
                if last == "TEXT_MESSAGE_CONTENT":
                    watch.mark("text")
    watch.mark("last")
    if last != "RUN_FINISHED":
        raise CopilotError(ErrorKind.UNAVAILABLE, f"A turn with the stand-in model ended in {last or 'nothing'}.")
    return watch


async def _bare_turn(litellm: Any, base_url: str, calls: Sequence[ChatRequest]) -> _Watch:
    """The calls that the product made, made again with nothing around them."""
    watch = _Watch()
    for call in calls:
        stream = await litellm.acompletion(
            model=_MODEL,
            api_base=base_url,
            api_key="stand-in",
            messages=call.messages,
            tools=call.tools or None,
            stream=True,
            # As the product does (agents.models): else litellm first loads its gateway for MCP servers.
            _skip_mcp_handler=True,
        )
        async for chunk in stream:
            watch.mark("event")
            if chunk.choices and chunk.choices[0].delta.content:
                watch.mark("text")
    watch.mark("last")
    return watch


@asynccontextmanager
async def _signed_in(server: Server) -> AsyncGenerator[httpx.AsyncClient]:
    """A client of the demo shop's owner, by the sign-in that `smb serve` prints."""
    demo = orjson.loads(await server.stdout.readline())["demo"]
    async with httpx.AsyncClient(base_url=server.url, timeout=_TIMEOUT_SECONDS) as client:
        pair = (await client.post("/api/auth/login", json=demo)).raise_for_status().json()
        bearer = {"Authorization": f"Bearer {pair['access_token']}"}
        me = (await client.get("/api/auth/me", headers=bearer)).raise_for_status().json()
        client.auth = SignedIn(me["memberships"][0]["tenant_id"], pair["access_token"], pair["refresh_token"])
        yield client
