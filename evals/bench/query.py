"""A question about the figures: planning, SQL and wording apart, and all but the SQL together."""

import asyncio
import sqlite3
import time
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from evals.bench.figures import Budget, Figure, Sample
from evals.bench.questions import questions
from evals.bench.shop import opened
from evals.bench.workbench import Workbench
from storage.database import Database
from storage.kernel.actor import Actor
from storage.metrics.model import mapped_classes
from storage.models.base import Base
from tools.language.dictionary import Dictionary
from tools.query.schemas import QueryAnswer, QueryRequest
from tools.query.service import QueryService, Timings
from tools.semantics.loader import load_semantics

QUESTIONS = 200
BUDGET_MS = 20.0
_SAY_EVERY = 50
_CACHE_KIB = 32_768


@dataclass
class _Times:
    """Milliseconds, one entry per answered question; `rest` is everything but the SQL, the unit of work included."""

    planning: list[float] = field(default_factory=list[float])
    sql: list[float] = field(default_factory=list[float])
    wording: list[float] = field(default_factory=list[float])
    rest: list[float] = field(default_factory=list[float])
    bare_sql: list[float] = field(default_factory=list[float])


async def measure(bench: Workbench) -> list[Figure]:
    shop = await bench.filled_shop()
    async with opened(shop.home) as database:
        service = QueryService(load_semantics(), mapped_classes(Base), database, words=Dictionary())
        bench.say("query: the first question")
        first, _, _ = await _ask(service, database, shop.owner, "revenue last month")
        times = _Times()
        with closing(_bare(shop.store)) as bare:
            asked = questions(bench.runs(QUESTIONS))
            for number, question in enumerate(asked, start=1):
                seconds, timings, answer = await _ask(service, database, shop.owner, question)
                if answer.status == "answered" and answer.sql is not None:
                    _note(times, seconds, timings)
                    times.bare_sql.append(await asyncio.to_thread(_run, bare, answer.sql))
                if number % _SAY_EVERY == 0:
                    bench.say(f"query: {number} of {len(asked)} questions")
    return [
        Figure("query: first question of a process", "ms", Sample([first * 1000])),
        *_figures(times),
    ]


def _figures(times: _Times) -> list[Figure]:
    if not times.rest:
        return []
    return [
        Figure("query: planning", "ms", Sample(times.planning)),
        Figure("query: SQL", "ms", Sample(times.sql), Sample(times.bare_sql), "the same statement by sqlite3"),
        Figure("query: wording", "ms", Sample(times.wording)),
        Figure("query: all but SQL", "ms", Sample(times.rest), budget=Budget("p95", BUDGET_MS)),
    ]


async def _ask(
    service: QueryService, database: Database, owner: Actor, question: str
) -> tuple[float, Timings, QueryAnswer]:
    timings = Timings()
    started = time.perf_counter()
    async with database.read(owner) as uow:
        answer = await service.ask(uow, QueryRequest(question=question), timings)
    return time.perf_counter() - started, timings, answer


def _note(times: _Times, seconds: float, timings: Timings) -> None:
    times.planning.append(timings.planning * 1000)
    times.sql.append(timings.sql * 1000)
    times.wording.append(timings.wording * 1000)
    times.rest.append((seconds - timings.sql) * 1000)


def _bare(store: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(f"file:{store}?mode=ro", uri=True, check_same_thread=False)
    # As large a page cache as the product's own connections have: what is compared is the way to the database.
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    return connection


def _run(connection: sqlite3.Connection, statement: str) -> float:
    """Milliseconds of the statement as the answer shows it, its values written in."""
    started = time.perf_counter()
    connection.execute(statement).fetchall()
    return (time.perf_counter() - started) * 1000
