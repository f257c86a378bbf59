"""A turn of the chat, from the start of its run to its last event: one at a time, and many at once."""

import asyncio
import calendar
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from itertools import cycle
from pathlib import Path

from ag_ui.core import RunAgentInput, UserMessage

from agents.budget import Allowance
from agents.embedded.model import embedded_model
from agents.embedded.signals import LanguageSignals
from agents.models import ModelConfig, model_factory
from agents.orchestrator import Orchestrator
from agents.recollection import SemanticRecollection
from agents.runs import RunConfig, RunService
from agents.usage import StoredUsage
from evals.bench.figures import Budget, Figure, Sample
from evals.bench.noop_graph import noop_graph, run_turn
from evals.bench.shop import opened
from evals.bench.workbench import Workbench
from memory.checkpoints import CheckpointConfig, open_checkpoints
from memory.embeddings import WordLlamaEmbedder
from memory.events import InProcessEventLog
from memory.semantic import SemanticConfig, SemanticMemory
from prompts.loader import load_prompts
from storage.database import Database
from storage.kernel import collector
from storage.kernel.actor import Actor
from storage.kernel.errors import CopilotError, ErrorKind
from storage.kernel.ids import new_id
from storage.metrics.model import mapped_classes
from storage.models.base import Base
from tools.kit.catalogue import Catalogue
from tools.language.annotator import Annotator
from tools.language.dictionary import Dictionary
from tools.language.periods import Calendar
from tools.query.service import QueryService
from tools.query.tool import capabilities
from tools.semantics.loader import load_semantics

ALONE = 30
AT_ONCE = 50
ROUNDS_AT_ONCE = 5
BUDGET_RATIO = 1.5
_FIGURES = ("revenue", "orders", "units sold")
WARM_UP = 3
_AS_IT_COMES = "a no-op LangGraph of the same shape"
_TUNED = "the same, its checkpoints kept as ours are"


@dataclass(frozen=True)
class Turn:
    take: Callable[[], Awaitable[None]]
    settle: Callable[[], Awaitable[None]] | None = None
    """Waits for what the turn leaves to be done after its last event, so that it burdens no other."""


def _questions() -> Iterator[str]:
    """One after the other, each another than the last sixty: what is kept of a question helps nobody here."""
    months = [f"{calendar.month_name[month]} {year}" for year in (2026, 2025) for month in range(1, 11)]
    return cycle(f"{figure} in {month}" for month in months for figure in _FIGURES)


async def measure(bench: Workbench) -> list[Figure]:
    shop = await bench.filled_shop()
    folder = bench.folder / "chat"
    await asyncio.to_thread(folder.mkdir, exist_ok=True)
    async with (
        opened(shop.home) as database,
        _product(database, shop.owner, folder) as ours,
        _as_it_comes(folder) as bare,
        _tuned(folder) as tuned,
    ):
        turns = (ours, bare, tuned)
        bench.say("chat: warming up")
        for _ in range(WARM_UP):
            for turn in turns:
                await _timed(turn)
        collector.settle()  # as the server does when it is warm
        bench.say("chat: one at a time")
        alone = await _one_at_a_time(turns, bench.runs(ALONE))
        count = bench.runs(AT_ONCE)
        bench.say(f"chat: {count} at once")
        together, until_last = await _together(turns, count)
    return [
        *_figures("chat turn, one at a time", alone),
        *_figures(f"chat turn, {count} at once", together),
        *_figures(f"{count} chat turns, until the last", until_last),
    ]


def _figures(name: str, samples: Sequence[Sample]) -> list[Figure]:
    ours, bare, tuned = samples
    return [
        Figure(name, "ms", ours, bare, _AS_IT_COMES, Budget("ratio", BUDGET_RATIO)),
        Figure(name, "ms", ours, tuned, _TUNED),
    ]


async def _one_at_a_time(turns: Sequence[Turn], runs: int) -> list[Sample]:
    # By turns, so that whatever else the machine does falls on all alike.
    times = [[await _timed_alone(turn) for turn in turns] for _ in range(runs)]
    return [Sample(column) for column in zip(*times, strict=True)]


async def _together(turns: Sequence[Turn], count: int) -> tuple[list[Sample], list[Sample]]:
    """How long each of the turns took, and how long all of them: who is served first does not change the latter."""
    rounds = [[await _at_once(turn, count) for turn in turns] for _ in range(ROUNDS_AT_ONCE)]
    columns = [*zip(*rounds, strict=True)]
    each = [Sample([time for times in column for time in times]) for column in columns]
    return each, [Sample([max(times) for times in column]) for column in columns]


async def _at_once(turn: Turn, count: int) -> list[float]:
    times = await asyncio.gather(*(_timed(turn) for _ in range(count)))
    if turn.settle is not None:
        await turn.settle()
    return times


async def _timed_alone(turn: Turn) -> float:
    milliseconds = await _timed(turn)
    if turn.settle is not None:
        await turn.settle()
    return milliseconds


async def _timed(turn: Turn) -> float:
    started = time.perf_counter()
    await turn.take()
    return (time.perf_counter() - started) * 1000


@asynccontextmanager
async def _product(database: Database, actor: Actor, folder: Path) -> AsyncGenerator[Turn]:
    """The chat over the embedded model and embedded stores, put together from its parts; each turn in a new thread."""
    async with AsyncExitStack() as stack:
        query = QueryService(load_semantics(), mapped_classes(Base), database, words=Dictionary())
        catalogue, prompts, embedder = Catalogue(capabilities(query)), load_prompts(), WordLlamaEmbedder()
        signals = LanguageSignals(Annotator(query.layers.base.lexicon, Calendar()))
        embedded = embedded_model(embedder=embedder, signals=signals, prompts=prompts, clock=database.clock)
        model = model_factory(ModelConfig(), embedded, embedded.load)
        await model.warm()
        semantic = await SemanticMemory.open(SemanticConfig(path=folder / "qdrant"), embedder, database.clock)
        stack.push_async_callback(semantic.aclose)
        recollection = SemanticRecollection(semantic)
        stack.push_async_callback(recollection.settle)
        checkpoints = await stack.enter_async_context(open_checkpoints(CheckpointConfig(path=folder / "chat.sqlite3")))
        orchestrator = Orchestrator(
            model=model.chat,
            catalogue=catalogue,
            database=database,
            prompts=prompts,
            recollection=recollection,
            checkpointer=checkpoints.saver,
        )
        service = RunService(
            database=database,
            orchestrator=orchestrator,
            catalogue=catalogue,
            checkpoints=checkpoints,
            events=InProcessEventLog(),
            usage=StoredUsage(database, Allowance()),
            prompt_hash=prompts.sha256,
            config=RunConfig(exclusive=True),
        )
        runs = await stack.enter_async_context(service)
        questions = _questions()

        async def take() -> None:
            message = UserMessage(id=new_id(), content=next(questions))
            given = RunAgentInput(thread_id=new_id(), run_id=new_id(), messages=[message])
            events = [event async for event in runs.events(actor, await runs.start(actor, given))]
            if '"type":"RUN_FINISHED"' not in events[-1].data:
                raise CopilotError(ErrorKind.UNAVAILABLE, f"A turn of the chat failed: {events[-1].data}")

        yield Turn(take, recollection.settle)


@asynccontextmanager
async def _as_it_comes(folder: Path) -> AsyncGenerator[Turn]:
    from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver

    async with AsyncSqliteSaver.from_conn_string(str(folder / "bare.sqlite3")) as saver:
        graph = noop_graph(saver)
        yield Turn(lambda: run_turn(graph, new_id()))


@asynccontextmanager
async def _tuned(folder: Path) -> AsyncGenerator[Turn]:
    async with open_checkpoints(CheckpointConfig(path=folder / "tuned.sqlite3")) as checkpoints:
        graph = noop_graph(checkpoints.saver)
        yield Turn(lambda: run_turn(graph, new_id(), "exit"))
