"""What questions may name follows the imports, and only what an import changes is read for it."""

import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.errors import CopilotError
from storage.metrics.model import mapped_classes
from storage.models.base import Base
from storage.models.commerce import Customer
from storage.models.tallies import ValueTally
from storage.repositories.tallies import TALLIED, TALLIED_SOURCES, TITLES_OF_WHOLES, source
from tests.query.asking import statements
from tools.imports.service import ImportService
from tools.ingestion import pipeline
from tools.language.text import tokenize
from tools.language.values import Value, ValueIndex
from tools.query.linked import LinkedValues
from tools.semantics.loader import load_semantics

pytestmark = pytest.mark.anyio
MODEL, MAPPERS = load_semantics(), mapped_classes(Base)
Write = Callable[..., Path]
ORDERS = "Order ID,Date,Customer ID,Customer Name,City,Channel,Product,Category,Quantity,Unit Price\n"
CUSTOMERS = "customer_id,name,email,segment\n"


@pytest.fixture
def linked() -> LinkedValues:
    return LinkedValues(MODEL, MAPPERS)


async def values_of(database: Database, actor: Actor, linked: LinkedValues) -> ValueIndex:
    async with database.read(actor) as uow:
        return (await linked.of(uow, {})).values


def named(values: ValueIndex, text: str) -> tuple[Value, ...]:
    return tuple(value for hit in values.whole(tokenize(text), set()) for value in hit.values)


async def assert_kept(database: Database, actor: Actor, linked: LinkedValues) -> None:
    """The tallies are in step, and with the index the same as what the tables hold."""
    counted: Counter[tuple[str, str]] = Counter()
    async with database.read(actor) as uow:
        assert await uow.tallies.step() is not None
        told = Counter({(name, text): times async for name, text, times in uow.tallies.changes()})
        for model, columns in TALLIED.items():
            for column in columns:
                rows = await uow.session.execute(select(column, func.count()).select_from(model).group_by(column))
                counted.update({(source(model, column), text): times for text, times in rows if text is not None})
        assert told == counted
        values = (await linked.of(uow, {})).values
        for name, dimension in MODEL.dimensions.items():
            if dimension.values == "linked":
                expected = await uow.metrics.values(MODEL, MAPPERS, name)
                assert sorted(value.text for value in values.members(name)) == sorted(expected)


def test_every_linked_column_is_tallied() -> None:
    linked = [name for name, one in MODEL.dimensions.items() if one.values == "linked"]
    of_data = [name for name in linked if name not in MODEL.fixed_values and not MODEL.dimensions[name].of_clock]
    columns = {f"{table}.{column}" for name in of_data for table, column in MODEL.columns_of(name)}
    assert columns <= TALLIED_SOURCES | TITLES_OF_WHOLES


@pytest.mark.parametrize("seed", range(3))
async def test_tallies_are_those_of_the_tables_whatever_comes_and_goes(
    seed: int,
    imports: ImportService,
    database: Database,
    actor: Actor,
    linked: LinkedValues,
    write: Write,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pipeline, "CHUNK_ROWS", 7)
    draw = random.Random(seed)
    done: list[str] = []
    for number in range(9):
        if done and draw.random() < 0.35:
            try:
                await imports.undo(actor, done.pop(draw.randrange(len(done))))
            except CopilotError:
                continue  # another import rests on it
        else:
            text = _orders(draw) if draw.random() < 0.6 else _customers(draw)
            done.append((await imports.import_file(actor, write(text, f"{number}.csv"))).file_id)
        await assert_kept(database, actor, linked)


def _orders(draw: random.Random) -> str:
    rows: list[str] = []
    for _ in range(draw.randrange(1, 25)):
        order, who = draw.randrange(30), draw.randrange(8)
        thing = draw.choice(("Mug", "Tea", "Oak Box", "Lamp"))
        place, way = draw.choice(("Lyon", "Lund", "")), draw.choice(("Web", "Shop"))
        rows.append(
            f"{order},2024-01-{order % 28 + 1:02},C{who},Name {who},{place},{way},{thing},{thing[0]} things,{draw.randrange(1, 9)},5\n"
        )
    return ORDERS + "".join(rows)


def _customers(draw: random.Random) -> str:
    people = draw.sample(range(8), draw.randrange(1, 6))
    return CUSTOMERS + "".join(
        f"C{who},{draw.choice(('Name', 'Dr Name'))} {who},{who}@{draw.choice('xy')}.test,{draw.choice(('Trade', 'Retail'))}\n"
        for who in people
    )


async def test_a_question_after_an_import_reads_only_what_the_import_changed(
    imports: ImportService, database: Database, actor: Actor, linked: LinkedValues, write: Write
) -> None:
    await imports.import_file(actor, write(ORDERS + "1,2024-01-02,C1,Ann Lee,Lyon,Web,Mug,Cups,1,5\n", "a.csv"))
    assert named(await values_of(database, actor, linked), "ann lee") == (Value("customer", "Ann Lee"),)
    second = await imports.import_file(actor, write(ORDERS + "2,2024-01-03,C2,Bo Ek,Lund,Web,Mug,Cups,1,5\n", "b.csv"))
    with statements() as seen:
        values = await values_of(database, actor, linked)
    assert named(values, "bo ek") == (Value("customer", "Bo Ek"),)
    assert named(values, "ann lee") == (Value("customer", "Ann Lee"),)
    read = " ".join(sql for sql, _ in seen)
    assert "value_tallies" in read
    assert not any(model.__tablename__ in read for model in TALLIED)
    tallies = next(parameters for sql, parameters in seen if "FROM value_tallies" in sql)
    assert 1 in tallies  # after the first change

    await imports.undo(actor, second.file_id)

    values = await values_of(database, actor, linked)
    assert named(values, "bo ek") == ()
    assert named(values, "ann lee") == (Value("customer", "Ann Lee"),)


async def test_a_question_that_began_before_an_import_names_what_there_was(
    imports: ImportService, database: Database, actor: Actor, linked: LinkedValues, write: Write
) -> None:
    await imports.import_file(actor, write(ORDERS + "1,2024-01-02,C1,Ann Lee,Lyon,Web,Mug,Cups,1,5\n", "a.csv"))
    async with database.read(actor) as early:
        assert await early.tallies.step() is not None  # its snapshot is taken
        await imports.import_file(actor, write(ORDERS + "2,2024-01-03,C2,Bo Ek,Lund,Web,Mug,Cups,1,5\n", "b.csv"))
        assert named(await values_of(database, actor, linked), "bo ek") == (Value("customer", "Bo Ek"),)
        assert named((await linked.of(early, {})).values, "bo ek") == ()


async def test_rows_that_came_in_another_way_are_read_from_the_tables_until_the_next_import(
    imports: ImportService, database: Database, actor: Actor, linked: LinkedValues, write: Write
) -> None:
    async with database.write(actor) as uow:
        uow.add(Customer(source_key="c", name="Cy Oz"))
    assert named(await values_of(database, actor, linked), "cy oz") == (Value("customer", "Cy Oz"),)
    async with database.read(actor) as uow:
        assert await uow.tallies.step() is None
    await imports.import_file(actor, write(ORDERS + "1,2024-01-02,C1,Ann Lee,Lyon,Web,Mug,Cups,1,5\n", "a.csv"))
    await assert_kept(database, actor, linked)
    assert named(await values_of(database, actor, linked), "cy oz") == (Value("customer", "Cy Oz"),)


async def test_changes_are_summed_up_before_they_are_many(
    imports: ImportService,
    database: Database,
    actor: Actor,
    linked: LinkedValues,
    write: Write,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("storage.repositories.tallies._SMALL", 8)
    for number in range(8):
        row = f"{number},2024-01-02,C{number},Name {number},Lyon,Web,Mug,Cups,1,5\n"
        await imports.import_file(actor, write(ORDERS + row, f"{number}.csv"))
        await assert_kept(database, actor, linked)
    async with database.read(actor) as uow:
        first = await uow.tallies.step()
        assert first is not None
        assert first.first > 1
        rows = await uow.session.scalar(select(func.count()).select_from(ValueTally))
        distinct = await uow.session.scalar(select(func.count(func.distinct(ValueTally.text))))
    assert (rows or 0) <= 3 * (distinct or 0)


async def test_nobody_is_told_the_values_of_another_tenant(
    imports: ImportService, database: Database, actor: Actor, other_actor: Actor, linked: LinkedValues, write: Write
) -> None:
    await imports.import_file(actor, write(ORDERS + "1,2024-01-02,C1,Ann Lee,Lyon,Web,Mug,Cups,1,5\n", "a.csv"))
    await imports.import_file(other_actor, write(ORDERS + "1,2024-01-02,C1,Cy Oz,Oslo,Web,Cap,Hats,1,5\n", "b.csv"))
    assert named(await values_of(database, actor, linked), "cy oz") == ()
    assert named(await values_of(database, other_actor, linked), "ann lee") == ()
    assert named(await values_of(database, other_actor, linked), "cy oz") == (Value("customer", "Cy Oz"),)
