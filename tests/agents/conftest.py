"""The whole chat but the model: real store, real checkpoints, real log, one process."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, MutableMapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
import pytest
from ag_ui.core import RunAgentInput, UserMessage
from langchain_core.language_models import BaseChatModel
from structlog.testing import capture_logs

from agents.budget import Allowance, ModelUsage
from agents.orchestrator import Orchestrator
from agents.recollection import NoRecollection, Recollection
from agents.runs import RunConfig, RunService
from memory.checkpoints import CheckpointConfig, Checkpoints, open_checkpoints
from memory.events import InProcessEventLog, RunEventLog
from memory.threads import ThreadService
from prompts.loader import load_prompts
from storage.database import Database, DatabaseConfig
from storage.kernel.actor import Actor
from storage.kernel.ids import new_id
from tests.agents.shop import shop_catalogue
from tools.kit.catalogue import Catalogue


class KeptUsage:
    """Keeps what was used, and allows everything."""

    def __init__(self) -> None:
        self.records: list[ModelUsage] = []

    async def remaining(self, actor: Actor) -> Allowance:  # noqa: ARG002 - the protocol's
        return Allowance()

    async def record(self, actor: Actor, usage: ModelUsage) -> None:  # noqa: ARG002 - the protocol's
        self.records.append(usage)


@dataclass
class Chat:
    """One process's chat, as one person uses it."""

    actor: Actor
    runs: RunService
    threads: ThreadService
    log: RunEventLog
    checkpoints: Checkpoints
    usage: KeptUsage

    async def begin(self, text: str, thread_id: str, **fields: Any) -> str:
        given = RunAgentInput(
            thread_id=thread_id, run_id=new_id(), messages=[UserMessage(id=new_id(), content=text)], **fields
        )
        return await self.runs.start(self.actor, given)

    async def ask(self, text: str, thread_id: str, **fields: Any) -> list[dict[str, Any]]:
        return await self.follow(await self.begin(text, thread_id, **fields))

    async def decide(self, thread_id: str, *decisions: dict[str, Any]) -> list[dict[str, Any]]:
        given = RunAgentInput.model_validate(
            {"threadId": thread_id, "runId": new_id(), "messages": [], "resume": list(decisions)}
        )
        return await self.follow(await self.runs.start(self.actor, given))

    async def follow(self, run_id: str, after: int = 0) -> list[dict[str, Any]]:
        return [orjson.loads(event.data) async for event in self.runs.events(self.actor, run_id, after)]


@pytest.fixture(autouse=True)
def logged() -> Iterator[list[MutableMapping[str, Any]]]:
    """What was logged, instead of printing it."""
    with capture_logs() as lines:
        yield lines


OpenChat = Callable[..., Awaitable[Chat]]


@pytest.fixture
def database_config(embedded_config: DatabaseConfig) -> DatabaseConfig:
    """The embedded store alone: what differs between the two databases is tested where it can differ."""
    return embedded_config


@pytest.fixture
async def open_chat(database: Database, actor: Actor, tmp_path: Path) -> AsyncIterator[OpenChat]:
    """Opens the chat of one process over the shared store, with the model it is given."""
    async with AsyncExitStack() as stack:

        async def open_(
            model: BaseChatModel,
            *,
            local: BaseChatModel | None = None,
            who: Actor = actor,
            config: RunConfig | None = None,
            log: RunEventLog | None = None,
            catalogue: Catalogue | None = None,
            recollection: Recollection | None = None,
        ) -> Chat:
            catalogue = catalogue or shop_catalogue()
            prompts = load_prompts()
            checkpoints = await stack.enter_async_context(
                open_checkpoints(CheckpointConfig(path=tmp_path / "checkpoints.db"))
            )
            orchestrator = Orchestrator(
                model=model,
                local=local,
                catalogue=catalogue,
                database=database,
                prompts=prompts,
                recollection=recollection or NoRecollection(),
                checkpointer=checkpoints.saver,
            )
            log, usage = log or InProcessEventLog(), KeptUsage()
            service = RunService(
                database=database,
                orchestrator=orchestrator,
                catalogue=catalogue,
                checkpoints=checkpoints,
                events=log,
                usage=usage,
                prompt_hash=prompts.sha256,
                config=config or RunConfig(follow=0.2, grace=2.0),
            )
            runs = await stack.enter_async_context(service)
            return Chat(who, runs, ThreadService(database, checkpoints), log, checkpoints, usage)

        yield open_


def kinds(events: Sequence[dict[str, Any]]) -> list[str]:
    return [event["type"] for event in events]


def text_of(events: Sequence[dict[str, Any]]) -> str:
    return "".join(event["delta"] for event in events if event["type"] == "TEXT_MESSAGE_CONTENT")
