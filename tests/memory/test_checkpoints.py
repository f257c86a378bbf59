"""Checkpoints: a graph that waits goes on after a restart, and what is over leaves nothing behind."""

import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass
from operator import add
from pathlib import Path
from typing import Annotated, Any, TypedDict

import pytest
from langgraph.graph import START, StateGraph
from langgraph.types import Command, interrupt

from memory.checkpoints import CheckpointConfig, Checkpoints, open_checkpoints, thread_config
from storage.database import DatabaseConfig
from storage.kernel.errors import CopilotError, ErrorKind

pytestmark = pytest.mark.anyio


class State(TypedDict):
    said: Annotated[list[str], add]


class Question(TypedDict):
    word: str
    answer: str


async def ask(state: Question) -> dict[str, Any]:
    return {"answer": interrupt("go on?") if state["word"] == "wait" else "fine"}


def graph(checkpoints: Checkpoints) -> Any:
    """A graph that enters another, which may wait: the shape of the orchestrator and its agents."""
    inner: Any = StateGraph(Question).add_node("ask", ask).add_edge(START, "ask").compile()

    async def enter(state: State) -> dict[str, Any]:
        return {"said": [(await inner.ainvoke({"word": state["said"][-1]}))["answer"]]}

    outer = StateGraph(State).add_node("enter", enter).add_edge(START, "enter")
    return outer.compile(checkpointer=checkpoints.saver)


@pytest.fixture(params=["sqlite", "postgres"])
def config(request: pytest.FixtureRequest, tmp_path: Path) -> CheckpointConfig:
    if request.param == "sqlite":
        return CheckpointConfig(path=tmp_path / "new" / "checkpoints.db")
    postgres: DatabaseConfig = request.getfixturevalue("postgres_config")
    return CheckpointConfig(url=postgres.url)


@pytest.fixture
async def checkpoints(config: CheckpointConfig) -> AsyncIterator[Checkpoints]:
    async with open_checkpoints(config) as opened:
        yield opened


async def kept(checkpoints: Checkpoints, thread: str) -> int:
    return len([one async for one in checkpoints.saver.alist(thread_config(thread))])


async def test_a_graph_that_waits_goes_on_after_a_restart(config: CheckpointConfig) -> None:
    async with open_checkpoints(config) as before:
        await graph(before).ainvoke({"said": ["wait"]}, thread_config("a"))
    async with open_checkpoints(config) as after:
        result = await graph(after).ainvoke(Command(resume="yes"), thread_config("a"))
    assert result["said"] == ["wait", "yes"]


async def test_pruned_a_thread_keeps_its_last_state_and_no_other_is_touched(checkpoints: Checkpoints) -> None:
    for thread in ("a", "b"):
        for word in ("one", "two"):
            await graph(checkpoints).ainvoke({"said": [word]}, thread_config(thread))
    before = await kept(checkpoints, "b")
    await checkpoints.prune(["a"])
    assert await kept(checkpoints, "a") == 1
    assert await kept(checkpoints, "b") == before
    assert (await graph(checkpoints).aget_state(thread_config("a"))).values["said"] == ["one", "fine", "two", "fine"]
    result = await graph(checkpoints).ainvoke({"said": ["three"]}, thread_config("a"))
    assert result["said"][-2:] == ["three", "fine"]


async def test_forgotten_a_thread_is_gone(checkpoints: Checkpoints) -> None:
    await graph(checkpoints).ainvoke({"said": ["wait"]}, thread_config("a"))
    await checkpoints.forget("a")
    assert await kept(checkpoints, "a") == 0
    assert (await graph(checkpoints).aget_state(thread_config("a"))).values == {}


@dataclass
class Foreign:
    """A class that no checkpoint may bring to life by its name."""

    command: str


async def test_only_safe_types_come_back_to_life(checkpoints: Checkpoints) -> None:
    serde = checkpoints.saver.serde
    assert not isinstance(serde.loads_typed(serde.dumps_typed(Foreign("rm"))), Foreign)


async def test_a_store_that_cannot_be_opened_says_so(tmp_path: Path) -> None:
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"this is no database" * 100)
    for config in (CheckpointConfig(path=broken), CheckpointConfig(url="postgresql://nobody@127.0.0.1:1/none")):
        with pytest.raises(CopilotError) as failed:
            async with open_checkpoints(config):
                pass
        assert failed.value.kind is ErrorKind.UNAVAILABLE


async def test_a_store_that_goes_away_fails_its_ping(tmp_path: Path) -> None:
    async with open_checkpoints(CheckpointConfig(path=tmp_path / "c.db")) as checkpoints:
        await checkpoints.ping()
        with sqlite3.connect(tmp_path / "c.db") as connection:
            connection.execute("DROP TABLE checkpoints")
        with pytest.raises(CopilotError):
            await checkpoints.ping()
