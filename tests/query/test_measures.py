"""Goods that are counted in the owner's own words mean units, unless the word tells a part of the goods that is sold apart."""

from datetime import UTC, date, datetime

import pytest

from storage.database import Database
from storage.kernel.actor import Actor
from storage.metrics.model import mapped_classes
from storage.models.base import Base
from storage.models.commerce import Order, OrderLine, Product, ProductVariant
from tests.facts import Facts
from tests.query.asking import AS_OF, ask
from tools.language.dictionary import Dictionary
from tools.query.schemas import QueryAnswer
from tools.query.service import QueryService
from tools.semantics.loader import load_semantics

pytestmark = pytest.mark.anyio
MILLION = 1_000_000
GOODS: dict[str, tuple[str, ...]] = {
    "Rhubarb Soda": ("Bottle",),
    "Treacle Tart": ("Whole", "Slice"),
    "Ginger Snap": ("Each", "Box of 8"),
    "Scone": ("Each",),
    "Smoky Tea": ("100 g", "1 kg"),
    "Plum Jam": (),
}
"""Product, and the names of what it is sold in."""


@pytest.fixture
def service(database: Database) -> QueryService:
    return QueryService(load_semantics(), mapped_classes(Base), database, words=Dictionary())


@pytest.fixture
async def till(database: Database, actor: Actor) -> None:
    """Five of each product in February 2026."""
    day, facts = date(2026, 2, 10), Facts()
    at = datetime.combine(day, datetime.min.time(), UTC)
    async with database.write(actor) as uow:
        order = facts.add(Order, source_key="o", number="o", ordered_at=at, ordered_on=day, currency="EUR")
        for n, (title, ways) in enumerate(GOODS.items()):
            product = Product(source_key=title, title=title)
            uow.add(product)
            await uow.flush()
            uow.add(*(ProductVariant(source_key=way, product_id=product.id, title=way) for way in ways))
            facts.add(
                OrderLine,
                source_key=title, order_id=order, product_id=product.id, ordered_on=day, line_no=n + 1, title=title, currency="EUR",
                quantity_e6=5 * MILLION, gross_micros=20 * MILLION, net_micros=20 * MILLION,
            )  # fmt: skip
        await facts.write(uow)


@pytest.mark.parametrize(
    ("question", "word"),
    [
        ("bottles of rhubarb soda sold in february 2026", "bottles"),
        ("how many bottles of the Rhubarb Soda did we sell in february 2026", "bottles"),
        ("smoky tea, how many packs we sold in february 2026", "packs"),
        ("plum jam, february 2026, jars", "jars"),
        ("plum jam in february 2026, jars I mean", "jars"),
        ("plum jam: jars sold in february 2026", "jars"),
    ],
)
@pytest.mark.usefixtures("till")
async def test_a_measure_of_goods_means_units_and_that_is_said(
    database: Database, actor: Actor, service: QueryService, question: str, word: str
) -> None:
    answer = await ask(database, actor, service, question)
    assert answer.status == "answered", answer.answer
    assert metrics_of(answer) == ("units",)
    assert answer.rows == ((5,),)
    assert f"“{word}” was read as units sold." in answer.answer


@pytest.mark.parametrize(
    ("question", "part"),
    [
        ("slices of treacle tart sold in february 2026", "slices"),
        ("how many boxes of ginger snaps in february 2026", "boxes"),
        ("scones, boxes, february 2026", "boxes"),  # sold by the piece only
        ("how many slices of plum jam in february 2026", "slices"),  # nothing says that it is sold so
        ("1 kg bags of smoky tea sold in february 2026, how many", "1 kg"),
        ("treacle tart in february 2026, how many went whole and how many by the slice", "whole"),
        ("treacle tart sold by the slice in february 2026", "slice"),
    ],
)
@pytest.mark.usefixtures("till")
async def test_what_tells_a_part_that_the_figures_do_not_keep_apart_is_asked_back(
    database: Database, actor: Actor, service: QueryService, question: str, part: str
) -> None:
    answer = await ask(database, actor, service, question)
    assert answer.status == "needs_clarification", answer.answer
    assert f"do not keep “{part}” apart" in answer.answer


@pytest.mark.parametrize(
    "question",
    [
        "how many bottles in february 2026",  # of what?
        "3 bottles of rhubarb soda in february 2026",
        "packs of 6 of smoky tea in february 2026",
        "boxes and scones sold in february 2026",
        "broken bottles rhubarb soda february 2026",
    ],
)
@pytest.mark.usefixtures("till")
async def test_a_measure_that_stands_for_something_else_is_not_passed_over(
    database: Database, actor: Actor, service: QueryService, question: str
) -> None:
    answer = await ask(database, actor, service, question)
    assert answer.status != "answered", answer.answer


@pytest.mark.usefixtures("till")
async def test_the_whole_of_a_period_is_no_way_to_sell(database: Database, actor: Actor, service: QueryService) -> None:
    answer = await ask(database, actor, service, "how many treacle tarts were sold in the whole of 2026", as_of=AS_OF)
    assert answer.status == "answered", answer.answer


def metrics_of(answer: QueryAnswer) -> tuple[str, ...]:
    return answer.interpretation.metrics if answer.interpretation else ()
