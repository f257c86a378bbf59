"""Why did it change: over a small shop, every figure held to loops over its lines."""

import json
from datetime import UTC, date, datetime
from fractions import Fraction
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
import vl_convert

from storage.database import Database
from storage.kernel.actor import Actor
from storage.models.commerce import Order, OrderLine, Product
from tests.facts import Facts
from tests.metrics.shop import MILLION, Shop, expected, write_shop
from tests.query.asking import ask, statements
from tools.query.schemas import AnswerPart, QueryAnswer
from tools.query.service import QueryService
from tools.query.tool import present

pytestmark = pytest.mark.anyio

JANUARY, FEBRUARY, MARCH = date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)
ON_SQLITE = pytest.mark.parametrize("database_config", ["sqlite"], indirect=True)
HONESTLY = "not what caused it"


def column(answer: QueryAnswer | AnswerPart, name: str) -> list[Any]:
    at = next(i for i, one in enumerate(answer.columns) if one.name == name)
    return [row[at] for row in answer.rows]


def micros(values: list[Any], per: int = MILLION) -> int:
    return sum(round(Fraction(str(value)) * per) for value in values)


def by(shop: Shop, metric: str, dimension: str | None, **keep: Any) -> dict[Any, tuple[float, float]]:
    """A metric in January and February, per value of a dimension."""
    before, after = (
        expected(shop, metric, dimension, start, end, keep) for start, end in ((JANUARY, FEBRUARY), (FEBRUARY, MARCH))
    )
    return {name: (before.get(name, 0.0), after.get(name, 0.0)) for name in {*before, *after}}


@pytest.mark.parametrize("seed", [3, 8])
async def test_a_change_is_told_by_members_that_add_up_to_it(
    database: Database, actor: Actor, service: QueryService, seed: int
) -> None:
    shop = await write_shop(database, actor, seed)
    (before, after) = by(shop, "revenue", None)[None]
    for dimension in ("country", "channel", "category", "product"):
        with statements() as seen:
            answer = await ask(database, actor, service, f"why did sales change in February, by {dimension}")
        want = by(shop, "revenue", dimension)
        assert answer.status == "answered", answer.answer
        rows = {row[0]: row[1:4] for row in answer.rows}
        assert rows == {
            name: (pytest.approx(x), pytest.approx(y), pytest.approx(y - x)) for name, (x, y) in want.items() if x or y
        }
        assert micros(column(answer, "change")) == round((after - before) * MILLION)
        assert sum(column(answer, "share_of_change")) == pytest.approx(1)
        for part in (one for one in answer.parts if one.rows):
            assert micros(column(part, "effect")) == round((after - before) * MILLION)
        ran = [text for text, _ in seen if "unified_order_lines" in text or "order_lines" in text]
        assert answer.sql is not None
        shown = answer.sql.split(";\n")
        assert all(text.startswith("SELECT") for text in shown)
        # What was found before is not run again, and its statement shown all the same.
        assert ran
        assert 2 <= len(shown) <= 12


@ON_SQLITE
async def test_the_answer_says_which_way_it_went_against_what_and_claims_no_cause(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    (before, after) = by(shop, "revenue", None)[None]
    right, wrong = ("fall", "rise") if after < before else ("rise", "fall")
    went = "fell" if after < before else "rose"
    answer = await ask(database, actor, service, f"why did sales {right} in February?")
    assert f"Net sales in February 2026 {went} by {abs(after - before) / before * 100:,.1f} %" in answer.answer
    assert f"from €{before:,.2f} in January 2026 to €{after:,.2f}" in answer.answer
    assert "February 2026 has 28 days and January 2026 31" in answer.answer
    assert HONESTLY in answer.answer
    contrary = await ask(database, actor, service, f"why did sales {wrong} in February?")
    assert contrary.answer.startswith(f"Net sales in February 2026 did not {wrong} but {went}")
    assert answer.interpretation is not None
    told = answer.interpretation.model_dump(mode="json", by_alias=True)
    assert (told["time"]["from"], told["time"]["to"]) == ("2026-02-01", "2026-02-28")
    assert (told["compare"]["from"], told["compare"]["to"]) == ("2026-01-01", "2026-01-31")


@ON_SQLITE
async def test_net_sales_are_told_by_orders_their_value_and_refunds(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    answer = await ask(database, actor, service, "why did sales change in February?")
    (part,) = [part for part in answer.parts if "made of" in part.answer]
    drivers = {row[0]: row[2:4] for row in part.rows}
    sides = [
        [line for line in shop.lines if not line.cancelled and start <= line.day < end]
        for start, end in ((JANUARY, FEBRUARY), (FEBRUARY, MARCH))
    ]
    sold = [[line for line in side if not line.refund] for side in sides]
    buyers = [len({line.customer for line in side}) for side in sold]
    orders = [len({line.order for line in side}) for side in sold]
    assert drivers["Active customers"] == pytest.approx(tuple(buyers))
    assert drivers["Orders per customer"] == pytest.approx(tuple(o / b for o, b in zip(orders, buyers, strict=True)))
    refunds = [sum(line.gross - line.discount for line in side if line.refund) / MILLION for side in sides]
    assert drivers["Refunds"] == pytest.approx(tuple(refunds))
    effects = dict(zip(column(part, "driver"), column(part, "effect"), strict=True))
    assert effects["Refunds"] == pytest.approx(refunds[0] - refunds[1])


async def test_a_ratio_is_told_by_rates_and_weights_that_add_up(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    answer = await ask(database, actor, service, "why did the refund rate change in February by category")
    assert answer.status == "answered", answer.answer
    back, net = by(shop, "refunds", "category"), by(shop, "revenue", "category")
    sold = {name: tuple(net[name][side] + back[name][side] for side in (0, 1)) for name in net}
    wholes = [sum(pair[side] for pair in sold.values()) for side in (0, 1)]
    before, after = (sum(pair[side] for pair in back.values()) / wholes[side] for side in (0, 1))
    assert micros(column(answer, "contribution"), 10**9) == pytest.approx(round((after - before) * 10**9), abs=1)
    for name, x, y, rate, mix, contribution, *_ in answer.rows:
        assert isinstance(rate, float)
        assert isinstance(mix, float)
        own = [back[name][side] / sold[name][side] for side in (0, 1)]
        assert (x, y) == pytest.approx(tuple(own))
        assert rate + mix == pytest.approx(contribution)
        weights = [sold[name][side] / wholes[side] for side in (0, 1)]
        assert rate == pytest.approx(sum(weights) / 2 * (own[1] - own[0]), abs=1e-8)
    assert "percentage points" in answer.answer


@ON_SQLITE
async def test_what_counts_for_several_members_is_not_split_by_them(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    """An order of two products belongs to both: their orders come to more than all."""
    refused = await ask(database, actor, service, "why did orders change in February by product")
    assert refused.status == "cannot_answer"
    assert "add up" in refused.answer
    answer = await ask(database, actor, service, "why did orders change in February")
    want = by(shop, "orders", None)[None]
    assert answer.status == "answered"
    assert sum(column(answer, "change")) == want[1] - want[0]
    assert answer.columns[0].name in ("country", "channel", "city", "customer")
    median = await ask(database, actor, service, "why did the median order value fall in February")
    assert median.status == "cannot_answer"


@ON_SQLITE
async def test_what_is_no_change_between_two_periods_is_asked_back_or_refused(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    del shop
    statuses = {
        "why": "needs_clarification",
        "why did sales fall": "needs_clarification",
        "why did sales and orders fall in February": "needs_clarification",
        "why is Germany selling less than France in February": "cannot_answer",
        "why do the mugs lose money": "cannot_answer",
        "why did sales fall in November 2025": "cannot_answer",  # nothing was sold before it
        "why did sales fall in July 2024": "cannot_answer",
        "why did monthly sales fall in 2026": "cannot_answer",
        "why will sales fall next month": "cannot_answer",
    }
    for question, status in statuses.items():
        answer = await ask(database, actor, service, question)
        assert answer.status == status, (question, answer.answer)
        assert not answer.rows


@ON_SQLITE
async def test_a_conversation_goes_on_about_the_change(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    plain = await ask(database, actor, service, "sales in February against January", "c")
    assert len(plain.rows) == 1
    whys = await ask(database, actor, service, "why was that?", "c")
    assert micros(column(whys, "change")) == micros(column(plain, "revenue_change"))
    countries = await ask(database, actor, service, "and by country?", "c")
    assert set(column(countries, "country")) == {
        name for name, pair in by(shop, "revenue", "country").items() if any(pair)
    }
    german = await ask(database, actor, service, "what about Germany only", "c")
    (before, after) = by(shop, "revenue", None, country="Germany")[None]
    assert "for Germany in February 2026" in german.answer
    assert micros(column(german, "change")) == round((after - before) * MILLION)
    orders = await ask(database, actor, service, "and orders?", "c")
    (before, after) = by(shop, "orders", None, country="Germany")[None]
    assert f"from {before:,.0f} in January 2026 to {after:,.0f}" in orders.answer
    counted = await ask(database, actor, service, "how many orders were that?", "c")
    assert HONESTLY not in counted.answer


@ON_SQLITE
async def test_nothing_changed_and_what_is_new_or_gone_are_said(
    database: Database, actor: Actor, service: QueryService
) -> None:
    await write_months(database, actor, {1: {"Old": 60, "Tea": 40}, 2: {"Tea": 45, "New": 30}, 3: {"Tea": 75}})
    changed = await ask(database, actor, service, "why did sales fall in February by product")
    notes = dict(zip(column(changed, "product"), column(changed, "note"), strict=True))
    assert notes == {"Old": "gone", "New": "new", "Tea": None}
    assert "fell by 25.0 % (€25.00)" in changed.answer
    same = await ask(database, actor, service, "why did sales fall in March", as_of=date(2026, 4, 2))
    assert same.answer.startswith("Net sales in March 2026 did not fall: €75.00, the same as in February 2026.")
    assert HONESTLY not in same.answer


@ON_SQLITE
async def test_an_ordinary_change_is_called_so_and_an_unheard_of_one_is_not(
    database: Database, actor: Actor, service: QueryService
) -> None:
    sales = dict(zip(range(1, 13), (100, 104, 99, 103, 98, 104, 100, 105, 99, 103, 98, 150), strict=True))
    await write_months(database, actor, {month: {"Tea": amount} for month, amount in sales.items()})
    late = date(2026, 12, 31)
    usual = await ask(database, actor, service, "why did sales fall in November", as_of=late)
    steps = [abs(sales[month + 1] - sales[month]) for month in range(2, 10)]  # January begins before the data does
    assert (
        f"{sum(step >= 5 for step in steps)} of the 8 changes from one month to the next before were as large"
        in usual.answer
    )
    assert "within the usual ups and downs" in usual.answer
    leap = await ask(database, actor, service, "why did sales go up in December", as_of=late)
    assert "None of the 9 changes from one month to the next before was as large." in leap.answer


@ON_SQLITE
async def test_its_waterfalls_are_valid_and_end_where_the_figure_is(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    schema = json.loads((files("altair.vegalite.v5.schema") / "vega-lite-schema.json").read_text("utf-8"))
    answer = await ask(database, actor, service, "why did sales change in February by category")
    (_, after) = by(shop, "revenue", None)[None]
    for part in (one for one in (answer, *answer.parts) if one.rows):
        assert part.chart is not None
        jsonschema.Draft7Validator(schema).validate(part.chart)
        bars = part.chart["data"]["values"]
        assert bars[-2]["to"] == pytest.approx(after) == pytest.approx(bars[-1]["to"])
        assert "<svg" in vl_convert.vegalite_to_svg(part.chart | {"width": 400}, vl_version="5.20")
    shown = present(answer)
    assert [block.kind for block in shown.blocks] == ["table", "chart", "table", "chart", "sources"]
    assert shown.facts["parts"]


async def write_months(database: Database, actor: Actor, months: dict[int, dict[str, int]]) -> None:
    """One order a month and product, of so many euros."""
    facts = Facts()
    async with database.write(actor) as uow:
        products = {name: Product(source_key=name, title=name) for sales in months.values() for name in sales}
        uow.add(*products.values())
        await uow.flush()
        for month, sales in months.items():
            for name, euros in sales.items():
                day = date(2026, month, 5)
                order = facts.add(Order, source_key=f"{month}-{name}", number=f"{month}-{name}", ordered_on=day, currency="EUR", status="completed",
                    ordered_at=datetime.combine(day, datetime.min.time(), UTC), shipping_micros=0,
                )  # fmt: skip
                amount = euros * MILLION
                facts.add(
                    OrderLine,
                    source_key=f"{month}-{name}", order_id=order, product_id=products[name].id, ordered_on=day, line_no=0,
                    title=name, currency="EUR", quantity_e6=MILLION, unit_price_micros=amount, gross_micros=amount,
                    discount_micros=0, net_micros=amount,
                )  # fmt: skip
        await facts.write(uow)
