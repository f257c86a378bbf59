"""Questions to a large shop: a million orders and two million lines over three years, in an embedded store.

What kept sums answer is held against a budget; everything else against SQL that was written by hand for the question.
"""

import asyncio
import sqlite3
import time
from collections.abc import Awaitable
from contextlib import closing
from dataclasses import dataclass, field

from evals.bench.figures import Budget, Figure, Sample
from evals.bench.large_questions import FROM_FACTS, FROM_SUMS, TODAY
from evals.bench.large_shop import fill, new_large_shop
from evals.bench.shop import Shop, opened
from evals.bench.workbench import Workbench
from storage.database import Database
from storage.kernel.actor import Actor
from storage.metrics.model import mapped_classes
from storage.models.base import Base
from tools.language.dictionary import Dictionary
from tools.query.results import ResultCache
from tools.query.rollup import RollupKeeper
from tools.query.schemas import QueryAnswer, QueryRequest
from tools.query.service import QueryService, Timings
from tools.semantics.loader import load_semantics

ORDERS = 1_000_000
ROUNDS = 3
_CACHE_KIB = 32_768


@dataclass
class _Times:
    """Milliseconds, one entry per answer."""

    whole: list[float] = field(default_factory=list[float])
    rest: list[float] = field(default_factory=list[float])
    bare: list[float] = field(default_factory=list[float])


async def measure(bench: Workbench) -> list[Figure]:
    shop = await new_large_shop(bench.folder / "large")
    orders = ORDERS if bench.wanted_runs is None else min(ORDERS, bench.wanted_runs * 10_000)
    async with opened(shop.home) as database:
        filling = await _timed(fill(database, shop.owner, orders, bench.say))
        bench.say(f"large: {orders:,} orders are in after {filling:.0f} s; keeping sums")
        keeper = RollupKeeper(load_semantics(), mapped_classes(Base), database)
        keeping = await _timed(keeper.refresh(shop.owner))
        # Nothing that was found before is given again: each answer is measured as the first of its kind.
        service = QueryService(
            load_semantics(), mapped_classes(Base), database, words=Dictionary(), results=ResultCache(most_cells=0)
        )
        served, others = _Times(), _Times()
        with closing(_bare(shop)) as bare:
            asking = _Asking(service, database, shop.owner, bare)
            first = await _timed(asking.ask("revenue last month"))
            for number in range(ROUNDS):
                bench.say(f"large: round {number + 1} of {ROUNDS}")
                for question, sql in FROM_SUMS:
                    await asking.measure(question, sql, served, from_sums=True)
                for question, sql in FROM_FACTS:
                    await asking.measure(question, sql, others, from_sums=False)
    name = f"{orders / 1_000_000:g} M orders"
    return [
        Figure(f"{name}: keeping all sums anew", "s", Sample([keeping])),
        Figure(f"{name}: first question after a change", "ms", Sample([first * 1000])),
        Figure(f"{name}: all but SQL", "ms", Sample(served.rest + others.rest), budget=Budget("p95", 15.0)),
        Figure(
            f"{name}: answer from kept sums",
            "ms",
            Sample(served.whole),
            Sample(served.bare),
            "SQL over the facts, by hand",
            Budget("p95", 60.0),
        ),
        Figure(
            f"{name}: other answers",
            "ms",
            Sample(others.whole),
            Sample(others.bare),
            "SQL over the facts, by hand",
            Budget("ratio", 1.2),
        ),
        *_each(FROM_FACTS, others),
    ]


def _each(questions: tuple[tuple[str, str], ...], times: _Times) -> list[Figure]:
    """One row per question that is answered from the facts: a mean over all would hide the slow one."""
    count = len(questions)
    return [
        Figure(
            f"  {question}",
            "ms",
            Sample(times.whole[number::count]),
            Sample(times.bare[number::count]),
            budget=Budget("ratio", 1.2),
        )
        for number, (question, _) in enumerate(questions)
    ]


@dataclass(frozen=True)
class _Asking:
    """The product and a bare connection to the same store."""

    service: QueryService
    database: Database
    owner: Actor
    bare: sqlite3.Connection

    async def ask(self, question: str, timings: Timings | None = None) -> QueryAnswer:
        async with self.database.read(self.owner) as uow:
            return await self.service.ask(uow, QueryRequest(question=question, as_of=TODAY), timings)

    async def measure(self, question: str, sql: str, times: _Times, *, from_sums: bool) -> None:
        """Raises AssertionError where the two ways give other figures: a fast wrong answer is none."""
        timings = Timings()
        started = time.perf_counter()
        answer = await self.ask(question, timings)
        whole = (time.perf_counter() - started) * 1000
        assert answer.sql is not None, (question, answer.answer)  # noqa: S101
        assert ("rollup_rows" in answer.sql) is from_sums, (question, answer.sql)  # noqa: S101
        began = time.perf_counter()
        rows = await asyncio.to_thread(lambda: self.bare.execute(sql).fetchall())
        times.bare.append((time.perf_counter() - began) * 1000)
        _same(question, answer, rows)
        times.whole.append(whole)
        times.rest.append(whole - timings.sql * 1000)


def _same(question: str, answer: QueryAnswer, rows: list[tuple[object, ...]]) -> None:
    ours = [value for row in answer.rows for value in row if isinstance(value, int | float)]
    bare = [value for row in rows for value in row if isinstance(value, int | float)]
    same = len(ours) == len(bare) and all(
        abs(a - b) <= 1e-6 * max(1.0, abs(b)) for a, b in zip(ours, bare, strict=True)
    )
    assert same, (question, ours[:5], bare[:5], len(ours), len(bare))  # noqa: S101


async def _timed(work: Awaitable[object]) -> float:
    started = time.perf_counter()
    await work
    return time.perf_counter() - started


def _bare(shop: Shop) -> sqlite3.Connection:
    connection = sqlite3.connect(f"file:{shop.store}?mode=ro", uri=True, check_same_thread=False)
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    return connection
