"""Where a number comes from that was just shown: whatever number it was, the sources that it was made from are told."""

from datetime import date

import pytest

from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.ids import new_id
from storage.metrics.model import mapped_classes
from storage.models.base import Base
from tests.lineage.conftest import Import
from tests.query.asking import ask
from tools.language.dictionary import Dictionary
from tools.lineage.schemas import AnswerRequest, AnswerTrace
from tools.lineage.service import LineageService
from tools.lineage.telling import present_answer
from tools.query.service import QueryService
from tools.rates.service import import_rates
from tools.semantics.loader import load_semantics

pytestmark = pytest.mark.anyio
SOLD = """\
Order ID,Order Date,Customer Name,Product,Quantity,Unit Price,Currency
A1,2026-10-01,Ann Lee,Blue mug,2,10.50,EUR
A2,2026-10-02,Bob Ray,Red mug,3,5.50,EUR
A3,2026-10-03,Ann Lee,Red mug,1,7.25,USD
"""
COUNTED = """\
Product,SKU,On Hand,Date
Blue mug,BM1,14,2026-10-03
Red mug,RM1,20,2026-10-03
"""


@pytest.fixture(scope="module")
def words() -> Dictionary:
    return Dictionary()


@pytest.fixture
def query(database: Database, words: Dictionary) -> QueryService:
    return QueryService(load_semantics(), mapped_classes(Base), database, words=words)


async def origin(database: Database, actor: Actor, query: QueryService, question: str) -> AnswerTrace:
    """What is told of the figure that the question is answered with."""
    thread = new_id()
    answer = await ask(database, actor, query, question, thread, as_of=date(2026, 10, 31))
    assert answer.status == "answered", answer.answer
    async with database.read(actor) as uow:
        return await LineageService(database, query).answer(uow, AnswerRequest(conversation_id=thread))


async def test_amounts_that_are_shown_by_currency_come_from_the_records_of_each(
    import_file: Import, query: QueryService, database: Database, actor: Actor
) -> None:
    await import_file(SOLD)
    told = await origin(database, actor, query, "revenue in October 2026 by currency")
    assert {one.currency: (one.figure, one.records) for one in told.parts} == {"EUR": (37.5, 2), "USD": (7.25, 1)}
    assert told.records == 3
    text = present_answer(told).text
    assert text.startswith("Net sales was made from 3 records, which came in with the file orders.csv (3).")
    assert "37.5 EUR of 2 and 7.25 USD of 1" in text


async def test_amounts_that_were_converted_come_from_the_records_of_each_currency(
    import_file: Import, query: QueryService, database: Database, actor: Actor
) -> None:
    await import_rates(database, b"Date,USD\n2026-10-02,1.1\n2026-10-01,1.1\n")
    await import_file(SOLD)
    told = await origin(database, actor, query, "revenue in October 2026 in euros")
    assert told.converted == "EUR"
    assert {one.currency: one.figure for one in told.parts} == {"EUR": 37.5, "USD": 7.25}
    assert "converted into EUR" in present_answer(told).text


async def test_what_is_counted_is_told_with_its_definition_and_without_a_formula_that_says_nothing(
    import_file: Import, query: QueryService, database: Database, actor: Actor
) -> None:
    await import_file(SOLD)
    told = await origin(database, actor, query, "how many orders in October 2026")
    assert (told.figure, told.records) == (3, 3)
    text = present_answer(told).text
    assert "How many orders were placed, cancelled ones left out." in text
    assert "Orders = Orders" not in text


@pytest.mark.parametrize(
    ("question", "rests_on"),
    [
        ("how many mugs are in stock", {("stock", "file", 2)}),
        ("retention by month", {("order_line", "file", 3)}),
    ],
)
async def test_a_figure_that_no_records_add_up_to_names_the_sources_that_it_rests_on(
    import_file: Import, query: QueryService, database: Database, actor: Actor, question: str, rests_on: set[object]
) -> None:
    await import_file(SOLD)
    await import_file(COUNTED, "stock.csv")
    told = await origin(database, actor, query, question)
    assert told.without_records
    assert {(one.type, one.vendor, one.rows) for one in told.rests_on} >= rests_on
    text = present_answer(told).text
    assert told.without_records in text
    assert "is made from " in text
