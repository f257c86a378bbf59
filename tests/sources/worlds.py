"""Made-up databases in a real SQLite file and a real PostgreSQL, and somebody to ask them."""

import asyncio
import re
from collections.abc import Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import asyncpg
from sqlalchemy import URL

from evals.foreign.judging import Verdict, judge
from evals.foreign.world import World, insert
from evals.statistics import Proportion
from storage.kernel.clock import FixedClock
from storage.models.identity import Tenant
from storage.sources.connection import Address, FileAddress, ServerAddress
from storage.sources.reader import look_at
from tests.postgres import administer, with_database
from tools.language.dictionary import Dictionary
from tools.query.draft import Context
from tools.query.schemas import QueryAnswer
from tools.sources.asking import AskedSource, Question, SourceAnswers
from tools.sources.draft import draft_of
from tools.sources.schemas import DraftLayer

_WORDS = Dictionary()


@dataclass(slots=True)
class Asker:
    """One source with its draft, asked on a day."""

    source: AskedSource
    answers: SourceAnswers
    tenant: Tenant
    previous: Context | None = None

    @property
    def layer(self) -> DraftLayer:
        return self.source.layer

    async def ask(self, question: str) -> QueryAnswer:
        answer, _ = await self.answers.ask(self.source, Question(question, self.tenant))
        return answer

    async def go_on(self, question: str) -> QueryAnswer:
        """A question that may change the one before it."""
        answer, self.previous = await self.answers.ask(
            self.source, Question(question, self.tenant, None, self.previous)
        )
        return answer


async def asker_of(address: Address, today: date, *, name: str = "Elsewhere") -> Asker:
    """Looks at a database, drafts its layer and lets it be asked, uncorrected."""
    layer = draft_of(await look_at(address))
    tenant = Tenant(name="Shop", currency="EUR", timezone="UTC", week_start=1, fiscal_year_start=1, clock="today")
    answers = SourceAnswers(FixedClock(datetime(today.year, today.month, today.day, 12, tzinfo=UTC)), words=_WORDS)
    source = AskedSource("source-1", "1", name, address.dialect, address, layer, is_approved=False, looked_at=None)
    return Asker(source, answers, tenant)


async def file_asker(world: World, folder: Path) -> Asker:
    path = folder / f"{world.name.lower()}.db"
    world.write(path)
    return await asker_of(FileAddress(path), world.today, name=world.name)


def server_address(url: URL, database: str) -> ServerAddress:
    return ServerAddress(
        host=str(url.host),
        address="127.0.0.1",
        port=url.port or 5432,
        database=database,
        user=str(url.username),
        password=str(url.password or ""),
        tls=False,
    )


@contextmanager
def on_server(server: URL, name: str, statements: Sequence[tuple[str, list[tuple[Any, ...]]]]) -> Generator[str]:
    """A database of its own with these statements run (each with its rows); gone at the end."""
    administer(server, f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    administer(server, f"CREATE DATABASE {name}")

    async def fill() -> None:
        connection = await asyncpg.connect(with_database(server, name))
        try:
            for statement, rows in statements:
                await (connection.executemany(statement, rows) if rows else connection.execute(statement))
        finally:
            await connection.close()

    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(lambda: asyncio.run(fill())).result()
    try:
        yield name
    finally:
        administer(server, f"DROP DATABASE {name} WITH (FORCE)")


def native(world: World) -> list[tuple[str, list[tuple[Any, ...]]]]:
    """A world for PostgreSQL in its own types: dates and moments, exact numbers, booleans."""
    statements: list[tuple[str, list[tuple[Any, ...]]]] = []
    for table, columns in world.tables.items():
        types: dict[str, str] = {}
        for name in re.findall(r"(\w+) TEXT", columns):
            texts = [row[name] for row in world.rows[table] if row[name] is not None]
            if texts and all(re.match(r"^\d{4}-\d\d-\d\d( \d\d:\d\d:\d\d)?$", text) for text in texts):
                types[name] = "TIMESTAMP" if len(texts[0]) > 10 else "DATE"
        for name in re.findall(r"(\w+) INTEGER", columns):
            if name.startswith("is_") or name == "neutered":
                types[name] = "BOOLEAN"
        ddl = columns.replace("REAL", "NUMERIC(12, 2)")
        for name, type_ in types.items():
            ddl = re.sub(rf"\b{name} (TEXT|INTEGER)", f"{name} {type_}", ddl)
        rows = [{key: _as(types.get(key), value) for key, value in row.items()} for row in world.rows[table]]
        statements.append((f"CREATE TABLE {table} ({ddl})", []))
        text, values = insert(table, rows, "?")
        for number in range(1, len(rows[0]) + 1):
            text = text.replace("?", f"${number}", 1)
        statements.append((text, values))
    return statements


def _as(type_: str | None, value: Any) -> Any:
    if value is None or type_ is None:
        return value
    if type_ == "BOOLEAN":
        return bool(value)
    moment = datetime.fromisoformat(value)
    return moment if type_ == "TIMESTAMP" else moment.date()


@dataclass(frozen=True, slots=True)
class Score:
    """How a set of questions went."""

    verdicts: dict[str, Verdict]

    def count(self, verdict: Verdict) -> int:
        return sum(one == verdict for one in self.verdicts.values())

    @property
    def answered(self) -> int:
        return self.count("right") + self.count("wrong")

    @property
    def precision(self) -> float:
        return self.count("right") / self.answered if self.answered else 1.0

    @property
    def coverage(self) -> float:
        answerable = len(self.verdicts) - self.count("rightly_silent")
        return self.count("right") / answerable

    def __str__(self) -> str:
        low, high = Proportion(self.count("right"), self.answered).interval
        wrong = [question for question, verdict in self.verdicts.items() if verdict == "wrong"]
        return (
            f"{len(self.verdicts)} questions: precision {self.count('right')}/{self.answered} = {self.precision:.1%} "
            f"(Wilson 95 %: {low:.1%} to {high:.1%}), coverage {self.coverage:.1%}; wrong: {wrong}"
        )


async def score(asker: Asker, world: World) -> Score:
    """Every question of a world, each by itself."""
    return Score({asked.question: judge(await asker.ask(asked.question), asked, world) for asked in world.questions})
