"""Questions that name one of a million customers: how long the words take to be linked, after an import too."""

import random
import time
from collections.abc import Awaitable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

from evals.bench.figures import Budget, Figure, Sample
from evals.bench.large_questions import TODAY
from evals.bench.large_shop import new_large_shop
from evals.bench.shop import opened
from evals.bench.workbench import Workbench
from storage.database import Database
from storage.kernel.actor import Actor
from storage.metrics.model import mapped_classes
from storage.models.base import Base
from storage.models.commerce import Customer
from storage.models.ingestion import IngestionBatch
from tools.imports.service import ImportService
from tools.ingestion.catalogue import load_catalogue
from tools.language.dictionary import Dictionary
from tools.query.schemas import QueryRequest
from tools.query.service import Basis, QueryService
from tools.query.slots import Unclear, Unsupported
from tools.semantics.loader import load_semantics

NAMES = 1_000_000
IMPORTS, QUESTIONS = 5, 300
_AT_ONCE = 20_000
_SYLLABLES = "ba ke lo mi ra to shi ven dor al en ul gra pet son wic ham ber li na tor vic mar jo hen fre ste wal ing ros".split()
_SORTS = ("", "", "", "", " Ltd", " GmbH", " Bakery", " & Sons")
_ASKED = ("revenue of {} in 2026", "how much did {} spend last month", "orders from {} by month this year")
Result = TypeVar("Result")


async def measure(bench: Workbench) -> list[Figure]:
    shop = await new_large_shop(bench.folder / "names")
    count = NAMES if bench.wanted_runs is None else min(NAMES, bench.wanted_runs * 10_000)
    draw = random.Random(5)
    names = _names(draw, count)
    async with opened(shop.home) as database:
        await _fill(database, shop.owner, names)
        bench.say(f"names: {count:,} customers are in")
        service = QueryService(load_semantics(), mapped_classes(Base), database, words=Dictionary())
        await service.warm()
        imports = ImportService(database, shop.home / "uploads", load_catalogue())
        await imports.import_file(shop.owner, _file(shop.home, draw, -1))
        cold, basis = await _timed(_basis(service, database, shop.owner))
        after: list[float] = []
        for number in range(IMPORTS):
            await imports.import_file(shop.owner, _file(shop.home, draw, number))
            after.append((await _timed(_ask(service, database, shop.owner)))[0] * 1000)
        basis = await _basis(service, database, shop.owner)
        linking = [_linked(service, basis, question) for question in _questions(draw, names, QUESTIONS)]
    name = f"{count / 1_000_000:g} M names"
    memory = basis.knowledge.values.nbytes / 1_000_000
    bench.say(f"names: their index takes {memory:.0f} MB")
    return [
        Figure(f"{name}: planning a question that names one", "ms", Sample(linking), budget=Budget("p95", 10.0)),
        Figure(f"{name}: first question after an import", "ms", Sample(after), budget=Budget("p95", 200.0)),
        Figure(f"{name}: first question after a start", "s", Sample([cold])),
        Figure(f"{name}: memory", "MB", Sample([memory])),
    ]


def _linked(service: QueryService, basis: Basis, question: str) -> float:
    """Milliseconds; a slip that could be of several names is asked back, which takes no less."""
    started = time.perf_counter()
    with suppress(Unclear, Unsupported):
        service.read(basis, question)
    return (time.perf_counter() - started) * 1000


async def _basis(service: QueryService, database: Database, owner: Actor) -> Basis:
    async with database.read(owner) as uow:
        return await service.basis(uow, TODAY)


async def _ask(service: QueryService, database: Database, owner: Actor) -> None:
    async with database.read(owner) as uow:
        answer = await service.ask(uow, QueryRequest(question="revenue last month", as_of=TODAY))
    assert answer.status == "answered", answer.answer  # noqa: S101 — a bench holds its answers to the right ones


async def _fill(database: Database, owner: Actor, names: list[str]) -> None:
    async with database.write(owner) as uow:
        batch = IngestionBatch(status="applying", filename="names.csv", entity="customer")
        uow.add(batch)
        await uow.flush()
        batch_id = batch.id
    for at in range(0, len(names), _AT_ONCE):
        async with database.write(owner) as uow:
            await uow.bulk_insert(
                Customer,
                [
                    {"source_key": f"customer {at + i}", "name": name, "created_by_batch_id": batch_id}
                    for i, name in enumerate(names[at : at + _AT_ONCE])
                ],
            )
    async with database.write(owner) as uow, uow.tallies.showing(batch_id):
        batch = await uow.ingestion.batch(batch_id)
        batch.status, batch.committed_at = "committed", uow.clock.now()
    await database.learn_sizes()


def _file(home: Path, draw: random.Random, number: int) -> Path:
    """A day's orders of new customers."""
    path = home / f"orders{number}.csv"
    rows = (f"{number}-{n},2026-10-{n % 28 + 1:02},{_name(draw)},Product {n % 9},1,5" for n in range(50))
    path.write_text("\n".join(("Order ID,Date,Customer,Product,Quantity,Unit Price", *rows)) + "\n", "utf-8")
    return path


def _questions(draw: random.Random, names: list[str], count: int) -> Iterator[str]:
    """Half of them with a slip of the pen in the name."""
    for number in range(count):
        name = draw.choice(names)
        at = draw.randrange(1, len(name) - 1)
        yield _ASKED[number % len(_ASKED)].format(name[:at] + name[at + 1 :] if number % 2 else name)


def _names(draw: random.Random, count: int) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < count:
        found[_name(draw)] = None
    return list(found)


def _name(draw: random.Random) -> str:
    return f"{_word(draw, 2)} {_word(draw, 3)}{draw.choice(_SORTS)}"


def _word(draw: random.Random, most: int) -> str:
    return "".join(draw.choice(_SYLLABLES) for _ in range(draw.randrange(2, most + 2))).capitalize()


async def _timed(work: Awaitable[Result]) -> tuple[float, Result]:
    started = time.perf_counter()
    result = await work
    return time.perf_counter() - started, result
