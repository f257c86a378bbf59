"""Asking: figures with their SQL, sources and chart; follow-ups by conversation; honest answers to the rest."""

from collections import defaultdict
from dataclasses import replace
from datetime import date, timedelta

import pytest
from pydantic import ValidationError

from storage.database import Database
from storage.kernel.actor import Actor, Role
from storage.kernel.ids import new_id
from storage.models.commerce import Order, OrderLine, Product
from storage.models.ingestion import IngestionBatch
from tests.metrics.shop import COUNTRIES, FIRST, MILLION, Line, Shop, expected, write_shop
from tests.query.asking import AS_OF, ask
from tools.query.schemas import QueryRequest
from tools.query.service import QueryService
from tools.query.tool import present

pytestmark = pytest.mark.anyio


async def test_an_answer_says_its_figure_its_period_its_sql_and_its_rows(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    answer = await ask(database, actor, service, "revenue in January 2026")
    want = expected(shop, "revenue", None, date(2026, 1, 1), date(2026, 2, 1), {})[None]
    assert answer.status == "answered"
    assert answer.rows == ((pytest.approx(want),),)
    assert f"€{want:,.2f}" in answer.answer
    assert "Net sales in January 2026" in answer.answer
    assert answer.columns[0].unit == "EUR"
    assert answer.interpretation is not None
    assert answer.interpretation.model_dump(mode="json", by_alias=True)["time"]["to"] == "2026-01-31"
    assert answer.sql is not None
    assert answer.sql.startswith("SELECT")
    counted = [x for x in shop.lines if date(2026, 1, 1) <= x.day < date(2026, 2, 1) and not x.cancelled]
    assert answer.provenance.row_count == len(counted)
    assert answer.provenance.data_from == min(x.day for x in shop.lines if not x.refund)


async def test_an_answer_as_of_a_day_knows_nothing_of_the_days_after_it(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    last = max(x.day for x in shop.lines if not x.refund)
    today = last - timedelta(days=40)
    year = date(today.year, 1, 1)
    for question, start in (
        ("revenue this year", year),
        (f"revenue in {today.year} so far", year),
        ("revenue", FIRST),
    ):
        async with database.read(actor) as uow:
            answer = await service.ask(uow, QueryRequest(question=question, as_of=today))
        want = expected(shop, "revenue", None, start, today + timedelta(days=1), {})[None]
        assert answer.rows == ((pytest.approx(want),),), question
        assert answer.interpretation is not None
        assert answer.interpretation.time is not None
        assert answer.interpretation.time.to == today


async def test_things_that_meet_a_condition_are_counted_and_the_condition_is_said(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    answer = await ask(database, actor, service, "how many customers ordered at least 2 times in January 2026")
    listed = await ask(database, actor, service, "customers with at least 2 orders in January 2026")
    assert answer.rows == ((len(listed.rows),),)
    assert len(listed.rows) > 0
    assert answer.answer == f"Customers with at least 2 orders in January 2026: {len(listed.rows)}."
    assert "with at least 2 orders in January 2026" in listed.answer
    for interpretation in (answer.interpretation, listed.interpretation):
        assert interpretation is not None
        assert [condition.model_dump() for condition in interpretation.conditions] == [
            {"metric": "orders", "operator": "ge", "values": (2.0,)}
        ]


async def test_a_conversation_keeps_its_question_and_another_does_not_know_it(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    await ask(database, actor, service, "units in Germany in January 2026", "a")
    follow = await ask(database, actor, service, "and the month before?", "a")
    want = expected(shop, "units", None, date(2025, 12, 1), date(2026, 1, 1), {"country": "Germany"})[None]
    assert follow.rows == ((want,),)
    stranger = await ask(database, actor, service, "only France", "b")
    assert stranger.status == "needs_clarification"
    assert "no question before" in stranger.answer


async def test_one_tenants_conversation_is_not_anothers(
    database: Database, actor: Actor, other_actor: Actor, service: QueryService, shop: Shop
) -> None:
    await write_shop(database, other_actor, seed=22, orders=8)
    await ask(database, actor, service, "orders in January 2026", "shared-id")
    other = await ask(database, other_actor, service, "by country", "shared-id")
    assert other.interpretation is not None
    assert other.interpretation.metrics == ("revenue",)


async def test_one_users_conversation_is_not_anothers_of_the_same_shop(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    colleague = replace(actor, user_id=new_id(), role=Role.ANALYST)
    await ask(database, actor, service, "orders in January 2026", "monday")
    other = await ask(database, colleague, service, "by country", "monday")
    assert other.interpretation is not None
    assert other.interpretation.metrics == ("revenue",)
    mine = await ask(database, actor, service, "by country", "monday")
    assert mine.interpretation is not None
    assert mine.interpretation.metrics == ("orders",)


@pytest.mark.parametrize("name", ["", "x" * 81, "a\x00b", "../../etc", "a b"])
def test_a_conversation_has_a_plain_name(name: str) -> None:
    with pytest.raises(ValidationError):
        QueryRequest(question="revenue", conversation_id=name)


async def test_a_ranking_comes_with_a_table_a_chart_and_its_sources(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    answer = await ask(database, actor, service, "top 3 products by units")
    kinds = [block.kind for block in present(answer).blocks]
    assert kinds == ["table", "chart", "sources"]
    assert answer.chart is not None
    assert len(answer.chart["data"]["values"]) == 3


@pytest.mark.parametrize("as_of", [date.min, date(1899, 12, 31), date(2200, 1, 1), date.max])
def test_today_is_no_day_at_the_end_of_the_calendar(as_of: date) -> None:
    with pytest.raises(ValidationError, match="as_of"):
        QueryRequest(question="revenue next week", as_of=as_of)


async def test_a_ranking_of_which_another_figure_is_asked_is_ranked_by_that(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    await ask(database, actor, service, "top 3 products by units", "r")
    money = await ask(database, actor, service, "and in money?", "r")
    want = sorted(
        expected(shop, "revenue", "product", None, AS_OF + timedelta(days=1), {}).items(), key=lambda item: -item[1]
    )[:3]
    assert [row[0] for row in money.rows] == [name for name, _ in want]
    assert [row[-1] for row in money.rows] == pytest.approx([value for _, value in want])


async def test_what_an_import_brings_is_seen_at_once(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    assert (await ask(database, actor, service, "sales of Lava Lamp")).status == "needs_clarification"
    async with database.write(actor) as uow:
        uow.add(IngestionBatch(status="committed"))
        product = Product(source_key="lava", title="Lava Lamp")
        order = Order(source_key="new", ordered_at=uow.clock.now(), ordered_on=FIRST, currency="EUR")
        uow.add(product, order)
        await uow.flush()
        uow.add(
            OrderLine(source_key="new-1", order_id=order.id, product_id=product.id, ordered_on=FIRST, line_no=1,
                      title="Lava Lamp", currency="EUR", gross_micros=MILLION, net_micros=MILLION, quantity_e6=MILLION)
        )  # fmt: skip
    assert (await ask(database, actor, service, "sales of Lava Lamp")).rows == ((1.0,),)


async def test_amounts_in_a_currency_without_rates_are_never_added(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    async with database.write(actor) as uow:
        order = Order(source_key="ars", ordered_at=uow.clock.now(), ordered_on=FIRST, currency="ARS")
        uow.add(order)
        await uow.flush()
        uow.add(OrderLine(source_key="ars-1", order_id=order.id, ordered_on=FIRST, line_no=1, currency="ARS", gross_micros=7 * MILLION, net_micros=7 * MILLION))  # fmt: skip
    answer = await ask(database, actor, service, "revenue")
    assert dict(answer.rows) == {
        "EUR": pytest.approx(expected(shop, "revenue", None, None, AS_OF + timedelta(days=1), {})[None]),
        "ARS": 7.0,
    }
    assert "several currencies" in answer.answer


@pytest.mark.parametrize(
    ("question", "status", "says"),
    [
        ("revenue in 1999", "cannot_answer", "Your data runs from"),
        ("what will we sell next month", "cannot_answer", "forecasts"),
        ("x" * 5_000, "cannot_answer", "too long"),
        ("revenue \x00 in January 2026", "answered", "Net sales"),
        ("tuliuza nini jana?", "cannot_answer", "could not relate"),
        ("quanto abbiamo venduto ieri?", "needs_clarification", "abbiamo"),
        ("revenue in Atlantis", "needs_clarification", "Atlantis"),
        ("revenue until 31/12/9999", "cannot_answer", "Only the years 1900 to 2199"),
        ("revenue by month last year against the 10000 years before", "cannot_answer", "Only the years 1900 to 2199"),
    ],
)
async def test_the_rest_is_said_plainly(
    database: Database, actor: Actor, service: QueryService, shop: Shop, question: str, status: str, says: str
) -> None:
    answer = await ask(database, actor, service, question)
    assert (answer.status, says in answer.answer) == (status, True), answer.answer


async def test_an_empty_shop_is_told_what_to_do(database: Database, actor: Actor, service: QueryService) -> None:
    answer = await ask(database, actor, service, "revenue last month")
    assert answer.status == "cannot_answer"
    assert "Import a file" in answer.answer


@pytest.mark.parametrize("question", ["vat charged in January 2026", "tax by month in 2026"])
async def test_a_figure_that_no_source_knows_is_not_answered_with_nothing(
    database: Database, actor: Actor, service: QueryService, shop: Shop, question: str
) -> None:
    answer = await ask(database, actor, service, question)
    assert answer.status == "cannot_answer"
    assert "holds no tax" in answer.answer
    shipping = await ask(database, actor, service, "shipping on 1 May 2025")
    assert "holds no" not in shipping.answer, "nothing on one day is not nothing at all"


async def test_the_first_of_each_are_named_member_by_member(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    answer = await ask(database, actor, service, "best selling product in each country", "c-1")
    assert answer.answer.startswith("The product with the highest net sales in each country: ")
    assert present(answer).blocks[0].title == "The product with the highest net sales in each country"
    assert [row[0] for row in answer.rows] == sorted(COUNTRIES)
    for country, product, value in answer.rows:
        sold = expected(shop, "revenue", "product", None, AS_OF + timedelta(days=1), {"country": country})
        assert value == pytest.approx(max(sold.values()))
        assert f"{country} – {product} €{value:,.2f}" in answer.answer
    assert answer.interpretation is not None
    assert (answer.interpretation.per, answer.interpretation.limit) == ("country", 1)
    online = await ask(database, actor, service, "only online", "c-1")
    assert [row[0] for row in online.rows] == sorted(COUNTRIES)
    (row,) = (await ask(database, actor, service, "only France", "c-1")).rows
    sold = expected(
        shop, "revenue", "product", None, AS_OF + timedelta(days=1), {"country": "France", "channel": "online"}
    )
    assert row[-1] == pytest.approx(max(sold.values()))


async def test_a_running_total_ends_in_the_total(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    answer = await ask(database, actor, service, "running total of sales by week in January 2026")
    want = expected(shop, "revenue", None, date(2026, 1, 1), date(2026, 2, 1), {})[None]
    assert answer.rows[-1][-1] == pytest.approx(want)
    assert "Running total of net sales by week in January 2026" in answer.answer
    assert answer.columns[-1].label == "Running total of net sales"
    assert answer.chart is not None


async def test_a_moving_mean_begins_where_it_can_look_back_far_enough(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    answer = await ask(database, actor, service, "30-day moving average of gross sales")
    first = min(line.day for line in shop.lines if not line.refund and not line.cancelled)
    assert date.fromisoformat(str(answer.rows[0][0])) >= first + timedelta(days=29)
    assert "when there are 30 days of data" in answer.answer
    day, value = answer.rows[-1]
    end = date.fromisoformat(str(day)) + timedelta(days=1)
    want = expected(shop, "gross_sales", None, end - timedelta(days=30), end, {})[None] / 30
    assert value == pytest.approx(want)
    never = await ask(database, actor, service, "12-month moving average of sales")
    assert never.status == "cannot_answer"
    assert "There are not yet 12 months of data" in never.answer


async def test_growth_goes_from_one_month_to_the_next(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    answer = await ask(database, actor, service, "monthly growth of gross sales")
    months = [date.fromisoformat(str(row[0])) for row in answer.rows]
    assert answer.rows[0][2:] == (None, None, None)
    for earlier, month, row in zip(months[:-1], months[1:], answer.rows[1:], strict=True):
        after = (month + timedelta(days=31)).replace(day=1)
        now = expected(shop, "gross_sales", None, month, after, {})[None]
        before = expected(shop, "gross_sales", None, earlier, month, {})[None]
        assert row[1:4] == pytest.approx((now, before, now - before))
        assert row[4] == pytest.approx((now - before) / before)
    assert "Gross sales by month, against the month before: " in answer.answer
    assert [column.unit for column in answer.columns[1:]] == ["EUR", "EUR", "EUR", "%"]
    steepest = await ask(database, actor, service, "which month had the biggest drop in gross sales")
    assert steepest.rows[0] == min(answer.rows[1:], key=lambda row: float(str(row[3])))
    assert "fell most" in steepest.answer


async def test_a_month_that_is_not_over_is_said_to_be_so(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    last = max(line.day for line in shop.lines).replace(day=10)
    async with database.read(actor) as uow:
        running = await service.ask(uow, QueryRequest(question="monthly growth of gross sales", as_of=last))
        over = await service.ask(uow, QueryRequest(question="monthly growth of gross sales in 2025", as_of=last))
    assert f"The month that began on 1 {last:%B %Y} is not over yet." in running.answer
    assert "not over yet" not in over.answer


async def test_who_bought_one_thing_and_not_another(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    def buyers(category: str, month: int) -> set[int]:
        sold = (line for line in shop.lines if not (line.refund or line.cancelled))
        return {line.customer for line in sold if (line.category, line.day.month) == (category, month)}

    question = "how many customers bought tea in december 2025 but not pots in january 2026"
    counted = await ask(database, actor, service, question, "m-1")
    want = buyers("Tea", 12) - buyers("Pots", 1)
    assert want
    assert counted.rows == ((len(want),),)
    assert "(only customers without orders for Pots in January 2026)" in counted.answer
    listed = await ask(database, actor, service, "who are they?", "m-1")
    assert len(listed.rows) == len(want)
    assert listed.interpretation is not None
    (member,) = listed.interpretation.members
    assert (member.dimension, member.metric, member.negated) == ("customer", "orders", True)
    both = await ask(database, actor, service, "how many customers bought both tea and pots in january 2026")
    assert both.rows == ((len(buyers("Tea", 1) & buyers("Pots", 1)),),)


async def test_who_stays_away_is_listed_with_the_day_of_the_last_order(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    answer = await ask(database, actor, service, "which customers have not ordered since 1 February 2026")
    last: dict[int, date] = {}
    for line in shop.lines:
        if not (line.refund or line.cancelled):
            last[line.customer] = max(last.get(line.customer, line.day), line.day)
    want = sorted(day for day in last.values() if day < date(2026, 2, 1))
    assert sorted(date.fromisoformat(str(row[-1])) for row in answer.rows) == want
    assert [column.type for column in answer.columns] == ["string", "number", "date"]


async def test_who_is_lost_is_asked_back(database: Database, actor: Actor, service: QueryService, shop: Shop) -> None:
    answer = await ask(database, actor, service, "how many customers did we lose this year")
    assert answer.status == "needs_clarification"
    assert answer.clarification is not None
    for option in answer.clarification.options:
        assert (await ask(database, actor, service, option.question)).status == "answered"


async def test_the_latest_orders_come_with_their_day_and_value(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    answer = await ask(database, actor, service, "the latest 3 orders")
    sold: dict[int, list[Line]] = defaultdict(list)
    for line in shop.lines:
        if not (line.refund or line.cancelled):
            sold[line.order].append(line)
    newest = sorted((lines[0].day for lines in sold.values()), reverse=True)[:3]
    assert [column.label for column in answer.columns] == ["Order", "Customer", "Day", "Net sales"]
    assert [date.fromisoformat(str(row[2])) for row in answer.rows] == newest
    assert answer.answer.startswith("The 3 latest orders, with net sales: ")
    when = await ask(database, actor, service, "when was our last order")
    assert when.rows == ((newest[0].isoformat(),),)
    assert "was on" in when.answer


async def test_what_cannot_be_gathered_is_refused(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    customers = await ask(database, actor, service, "running total of customers by month")
    assert (customers.status, customers.rows) == ("cannot_answer", ())
    assert "cannot be added up" in customers.answer
    unsaid = await ask(database, actor, service, "moving average of sales")
    assert unsaid.status == "needs_clarification"
    assert unsaid.clarification is not None
    for option in unsaid.clarification.options[:2]:
        assert (await ask(database, actor, service, option.question)).status == "answered"
