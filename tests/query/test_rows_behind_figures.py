"""The rows behind a figure add up to it, exactly, whatever was asked: each list is opened for every cell of an answer and
reckoned with by plain loops."""

import random
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.errors import CopilotError, ErrorKind
from storage.metrics.model import mapped_classes
from storage.metrics.query import CohortAnalysis, Filter, Having, Member, MetricQuery, OrderBy, TimeRange, Window
from storage.models.base import Base
from storage.uow import ReadUnitOfWork
from tests.metrics.shop import COUNTRIES, FIRST, write_shop
from tools.query.drill import FigureKey, RecordListView, RowsAnswer, RowsRequest
from tools.query.planner import Plan
from tools.query.rollup import RollupKeeper
from tools.query.schemas import QueryAnswer
from tools.query.service import QueryService
from tools.semantics.loader import load_semantics

pytestmark = pytest.mark.anyio
MODEL = load_semantics()
END = FIRST + timedelta(days=120)
METRICS = (
    "revenue", "gross_sales", "refunds", "orders", "units", "customers", "new_customers", "profit", "profit_margin",
    "average_order_value", "median_order_value", "refund_count", "returning_customers", "first_order", "last_order",
    "total_sales", "shipping", "category_count", "revenue_per_customer", "discount_rate",
)  # fmt: skip


@pytest.fixture
def service(database: Database) -> QueryService:
    return QueryService(MODEL, mapped_classes(Base), database)


async def answer(uow: ReadUnitOfWork, service: QueryService, query: MetricQuery) -> QueryAnswer:
    return await service.answer(uow, END, lambda _: Plan(query))


async def opened(
    uow: ReadUnitOfWork, service: QueryService, query: MetricQuery, figure: FigureKey, **more: Any
) -> RowsAnswer:
    """All pages of the rows behind a figure, as one answer."""
    whole = await service.rows(uow, RowsRequest(query=query, figure=figure, as_of=END, limit=1_000, **more))
    for one in whole.lists:
        assert len(one.rows) == one.total_rows, "the shop is small enough for one page"
    return whole


def total(one: RecordListView, column: str, how: str, at: float | None) -> Any:
    """A list's own total of a column, by a loop."""
    place = [c.name for c in one.columns].index(column)
    values = [row[place] for row in one.rows if row[place] is not None]
    match how:
        case "sum":
            return float(sum((Decimal(str(value)) for value in values), Decimal()))
        case "first":
            return min(values, default=None)  # pyright: ignore[reportArgumentType, reportCallIssue]
        case "last":
            return max(values, default=None)  # pyright: ignore[reportArgumentType, reportCallIssue]
        case _:
            ordered = sorted(float(value) for value in values)  # pyright: ignore[reportArgumentType]
            if not ordered:
                return None
            low = int((at or 0) * (len(ordered) - 1))
            rest = (at or 0) * (len(ordered) - 1) - low
            return ordered[low] + (rest * (ordered[low + 1] - ordered[low]) if rest else 0)


def reckon(answer: RowsAnswer) -> Any:
    """The figure from the rows alone: their totals put into the metric's own expression."""
    known = {m.metric: total(one, m.column, m.how, m.at) for one in answer.lists for m in one.measures}
    for one in answer.lists:
        for m in one.measures:
            assert known[m.metric] == (pytest.approx(m.total, abs=1e-9) if m.how != "sum" else m.total), m

    def figure(name: str) -> Any:
        metric = MODEL.metrics[name]
        if metric.type != "derived":
            return known[name]
        names = {used: figure(used) for used in MODEL.base_metrics(name)} | {
            used: figure(used) for used in MODEL.made_of(name) - {name}
        }
        try:
            return eval(metric.expression, {}, names)  # noqa: S307 — the product's own file
        except ZeroDivisionError:
            return None

    found = figure(answer.metric)
    return found / answer.buckets if answer.buckets > 1 else found


def cells(found: QueryAnswer, query: MetricQuery) -> Sequence[tuple[FigureKey, Any]]:
    """Every figure that an answer shows, and what it shows."""
    names = [column.name for column in found.columns]
    assert found.drill is not None
    out: list[tuple[FigureKey, Any]] = []
    for i, row in enumerate(found.rows):
        shown = dict(zip(names, row, strict=True))
        keys = found.drill.keys[i] if found.drill.keys else {}
        group = tuple(shown[d] for d in query.dimensions) if query.dimensions else None
        bucket = date.fromisoformat(str(shown[query.grain])) if query.grain else None
        for metric in query.metrics:
            key = FigureKey(metric=metric, group=group, keys=keys, bucket=bucket)
            out.append((key, shown[metric]))
            if f"{metric}_previous" in shown and shown[f"{metric}_previous"] is not None:
                out.append((key.model_copy(update={"side": "previous"}), shown[f"{metric}_previous"]))
    return out


def random_query(rng: random.Random) -> MetricQuery:
    metrics = tuple(rng.sample(METRICS, rng.choice((1, 1, 2))))
    fits = [
        d
        for d in ("country", "category", "product", "channel", "customer", "weekday")
        if all(MODEL.obstacle(m, [d]) is None for m in metrics)
    ]
    dimensions = tuple(rng.sample(fits, min(len(fits), rng.choice((0, 1, 1, 2)))))
    middle = FIRST + timedelta(days=60)
    days = any(MODEL.metrics[m].unit == "date" for m in metrics)
    time = rng.choice(
        (
            None,
            TimeRange(start=middle, end=END),
            TimeRange(start=FIRST + timedelta(days=31), end=END - timedelta(days=9)),
        )
    )
    compare = TimeRange(start=FIRST, end=middle) if time and not days and rng.random() < 0.4 else None
    grain = (
        rng.choice((None, None, "week", "month", "quarter"))
        if "customer" not in dimensions or compare is None
        else None
    )
    filters = tuple(Filter(dimension="country", operator="in", values=COUNTRIES[:2]) for _ in range(rng.random() < 0.3))
    members = tuple(
        Member(
            dimension="customer",
            filters=(Filter(dimension="category", operator="eq", values=("Tea",)),),
            negated=rng.random() < 0.5,
        )
        for _ in range(rng.random() < 0.3)
    )
    having = ()
    window = None
    if grain and not compare and not days and rng.random() < 0.5:
        kind = rng.choice(("running", "rolling", "change"))
        if kind == "change" or all(MODEL.adds_over_time(m) for m in metrics):
            window = Window(kind=kind, size=rng.choice((1, 3)))
    elif dimensions and rng.random() < 0.3:
        having = (Having(metric="orders", operator="ge", values=(rng.choice((2, 4)),)),)
    limited = dimensions and not grain and rng.random() < 0.3
    return MetricQuery(
        metrics=metrics, dimensions=dimensions, filters=filters, members=members, having=having, time=time, compare=compare,
        grain=grain, window=window, limit=3 if limited else None, order=(OrderBy(by=metrics[0]),) if limited else (),
    )  # fmt: skip


async def test_the_rows_of_every_cell_add_up_to_it(database: Database, actor: Actor, service: QueryService) -> None:
    await write_shop(database, actor, seed=5)
    rng = random.Random(11)
    seen = 0
    async with database.read(actor) as uow:
        for _ in range(30):
            query = random_query(rng)
            found = await answer(uow, service, query)
            if found.drill is None:
                continue
            shown = cells(found, query)
            for key, value in rng.sample(shown, min(4, len(shown))):
                behind = await opened(uow, service, found.drill.query, key)
                want = 0 if value is None and behind.figure == 0 else value
                if isinstance(want, str) or want is None:
                    assert behind.figure == reckon(behind) == want, (query, key)
                    continue
                assert behind.figure == pytest.approx(want, rel=1e-12, abs=0), (query, key)
                assert reckon(behind) == pytest.approx(want, rel=1e-12, abs=1e-9), (query, key)
                seen += 1
    assert seen > 50


async def test_orders_add_up_like_their_lines(database: Database, actor: Actor, service: QueryService) -> None:
    await write_shop(database, actor, seed=5)
    query = MetricQuery(metrics=("revenue",), dimensions=("category",))
    async with database.read(actor) as uow:
        for level, name in (("order", "orders"), ("customer", "customers")):
            behind = await opened(uow, service, query, FigureKey(group=("Tea",)), level=level)
            lines = await opened(uow, service, query, FigureKey(group=("Tea",)))
            assert behind.figure == lines.figure == reckon(behind)
            assert [one.label for one in behind.lists] == [name, name]
            sold = behind.lists[0]
            places = [c.name for c in sold.columns]
            assert sum(int(row[places.index("records")] or 0) for row in sold.rows) == lines.lists[0].total_rows
            numbers = [row[places.index("order_number" if level == "order" else "customer")] for row in sold.rows]
            assert level == "customer" or len(numbers) == len(set(numbers))


async def test_members_of_one_name_are_opened_apart(database: Database, actor: Actor, service: QueryService) -> None:
    await write_shop(database, actor, seed=5)
    query = MetricQuery(metrics=("units",), dimensions=("customer",))
    async with database.read(actor) as uow:
        found = await answer(uow, service, query)
        shown = [(key, value) for key, value in cells(found, query) if key.group == ("Customer 8",)]
        assert len(shown) == 2
        for key, value in shown:
            assert (await opened(uow, service, query, key)).figure == value
        with pytest.raises(CopilotError, match=r"Several are called Customer 8"):
            await opened(uow, service, query, FigureKey(group=("Customer 8",)))


async def test_rows_are_read_from_the_facts_where_the_figure_came_from_kept_sums(
    database: Database, actor: Actor
) -> None:
    await write_shop(database, actor, seed=5)
    keeper = RollupKeeper(MODEL, mapped_classes(Base), database, worth_from=1)
    await keeper.refresh(actor)
    service = QueryService(MODEL, mapped_classes(Base), database, rollup=keeper)
    try:
        async with database.read(actor) as uow:
            for metric, dimension in (("revenue", "product"), ("orders", "country"), ("average_order_value", None)):
                query = MetricQuery(
                    metrics=(metric,),
                    dimensions=(dimension,) if dimension else (),
                    time=TimeRange(start=FIRST, end=FIRST + timedelta(days=80)),
                )
                for _ in range(2):  # the second comes from what is kept of the first
                    found = await answer(uow, service, query)
                    assert "rollup_rows" in (found.sql or "")
                    for key, value in cells(found, query)[:4]:
                        behind = await opened(uow, service, query, key)
                        assert all("rollup_rows" not in one.sql for one in behind.lists)
                        assert behind.figure == reckon(behind) == pytest.approx(value, rel=1e-12), (query, key)
    finally:
        await keeper.aclose()


async def test_rows_lie_on_the_days_that_count(database: Database, actor: Actor, service: QueryService) -> None:
    shop = await write_shop(database, actor, seed=5)
    sold = [line for line in shop.lines if not line.refund and not line.cancelled]
    days = tuple(sorted({line.day for line in sold}))[3:40:6]
    period = TimeRange(start=FIRST, end=END, label="some days", only=days)
    async with database.read(actor) as uow:
        for grain in (None, "month"):
            query = MetricQuery(metrics=("units", "orders"), time=period, grain=grain)
            found = await answer(uow, service, query)
            for key, value in cells(found, query):
                behind = await opened(uow, service, query, key)
                assert behind.figure == reckon(behind) == value
                assert {row[0] for one in behind.lists for row in one.rows} <= {day.isoformat() for day in days}


async def test_what_fell_to_nothing_has_no_rows_and_those_before(
    database: Database, actor: Actor, service: QueryService
) -> None:
    await write_shop(database, actor, seed=5)
    query = MetricQuery(
        metrics=("units",), dimensions=("product",), grain="week", window=Window(kind="change", size=1),
        time=TimeRange(start=FIRST, end=FIRST + timedelta(days=70)),
    )  # fmt: skip
    async with database.read(actor) as uow:
        shown = cells(await answer(uow, service, query), query)
        fallen = [key for key, value in shown if value == 0 and key.side == "current"][:3]
        assert fallen
        for key in fallen:
            assert (await opened(uow, service, query, key)).figure == 0
            before = key.model_copy(update={"side": "previous"})
            assert (await opened(uow, service, query, before)).figure == {
                (one.group, one.bucket): value for one, value in shown if one.side == "previous"
            }[key.group, key.bucket]


async def test_the_second_of_a_ranking_is_opened_by_its_name(
    database: Database, actor: Actor, service: QueryService
) -> None:
    await write_shop(database, actor, seed=5)
    query = MetricQuery(metrics=("units",), dimensions=("category",), order=(OrderBy(by="units"),), limit=1, offset=1)
    async with database.read(actor) as uow:
        ((key, value),) = cells(await answer(uow, service, query), query)
        assert (await opened(uow, service, query, key)).figure == value


async def test_figures_that_relate_records_to_each_other_offer_no_rows(
    database: Database, actor: Actor, service: QueryService
) -> None:
    await write_shop(database, actor, seed=5)
    cohorts = MetricQuery(metrics=("customers",), grain="month", analysis=CohortAnalysis(first="new_customers"))
    conversion = MetricQuery(metrics=("repeat_rate",))
    banded = (
        MetricQuery(metrics=("orders",), dimensions=("customer_age",)),
        MetricQuery(metrics=("orders",), dimensions=("order_size",)),
        MetricQuery(metrics=("orders",), dimensions=("customer_age",), count_groups=True),
    )
    async with database.read(actor) as uow:
        for query in (cohorts, conversion, *banded):
            found = await answer(uow, service, query)
            assert found.status == "answered", found.answer
            assert found.drill is None
            with pytest.raises(
                CopilotError, match=r"rows of its own|no records that add up|cannot be listed yet"
            ) as refused:
                await opened(uow, service, query, FigureKey())
            assert refused.value.kind is ErrorKind.INVALID


REFUSED: tuple[tuple[dict[str, Any], dict[str, Any], str], ...] = (
    ({"metrics": ["profits"]}, {}, "names what there is not"),
    ({"metrics": ["revenue"], "dimensions": ["planet"]}, {}, "names what there is not"),
    ({"metrics": ["revenue"]}, {"metric": "orders"}, "no figure 'orders'"),
    ({"metrics": ["revenue"]}, {"group": ["Tea"]}, "split by 0"),
    ({"metrics": ["revenue"], "dimensions": ["category"]}, {"group": ["Coffee"]}, "no such row"),
    ({"metrics": ["revenue"], "dimensions": ["category"]}, {"group": [7]}, "filter cannot be used"),
    ({"metrics": ["revenue"], "dimensions": ["category"], "limit": 2}, {}, "Say of which row"),
    (
        {"metrics": ["revenue"], "dimensions": ["country"], "having": [{"metric": "orders", "operator": "gt", "values": [999]}]},
        {"group": ["Germany"]},
        "no such row",
    ),
    ({"metrics": ["revenue"]}, {"side": "previous"}, "no other period"),
    ({"metrics": ["revenue"]}, {"bucket": "2026-01-01"}, "not split by time"),
    ({"metrics": ["revenue"], "grain": "month"}, {"bucket": "2026-01-02"}, "not the first day of a month"),
    ({"metrics": ["revenue"], "grain": "month", "time": {"start": "2026-01-01"}}, {"bucket": "2025-12-01"}, "no month"),
    ({"metrics": ["refunds"], "dimensions": ["ship_method"], "filters": [{"dimension": "country", "operator": "gt", "values": [1]}]}, {}, "filter cannot be used"),
)  # fmt: skip


async def test_what_is_no_figure_of_the_answer_is_refused(
    database: Database, actor: Actor, service: QueryService
) -> None:
    await write_shop(database, actor, seed=5)
    for query, figure, why in REFUSED:
        request = RowsRequest.model_validate({"query": query, "figure": figure, "as_of": END})
        async with database.read(actor) as uow:
            with pytest.raises(CopilotError) as refused:
                await service.rows(uow, request)
        said = " ".join((refused.value.message, *(one.message for one in refused.value.problems)))
        assert refused.value.kind is ErrorKind.INVALID, query
        assert why.casefold() in said.casefold(), (query, said)


async def test_rows_come_in_pages_and_say_what_is_not_known_of_them(
    database: Database, actor: Actor, other_actor: Actor, service: QueryService
) -> None:
    shop = await write_shop(database, actor, seed=5)
    await write_shop(database, other_actor, seed=6)
    query = MetricQuery(metrics=("profit",))
    sold = [line for line in shop.lines if not line.refund and not line.cancelled]
    async with database.read(actor) as uow:
        whole = await opened(uow, service, query, FigureKey())
        _, lines = sorted(whole.lists, key=lambda one: one.entity == "order_line")
        assert lines.total_rows == sum(line.cost is not None for line in sold), "only this tenant's"
        assert lines.not_counted == sum(line.cost is None for line in sold)
        assert f"{lines.not_counted} more order lines count for nothing" in whole.answer
        pages = [
            await service.rows(uow, RowsRequest(query=query, as_of=END, list="order_line", limit=40, offset=offset))
            for offset in range(0, lines.total_rows, 40)
        ]
    assert all(page.figure == whole.figure for page in pages), "a page is no part of the figure"
    assert [row for page in pages for row in page.lists[0].rows] == list(lines.rows)
    assert [page.lists[0].next_offset for page in pages] == [*range(40, lines.total_rows, 40), None]
