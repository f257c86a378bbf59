"""Questions about cohorts, baskets and funnels: how they are read, and what is answered, against loops over the rows."""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import combinations
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import vl_convert
from sqlalchemy import select

from storage.database import Database, DatabaseConfig
from storage.kernel.actor import Actor
from storage.metrics.model import mapped_classes
from storage.metrics.query import BasketAnalysis, Filter, FunnelAnalysis, MetricQuery
from storage.models.base import Base
from storage.models.commerce import Order
from tests.metrics.shop import Shop
from tests.metrics.test_analyses import first_days, sold, start_of, steps_between
from tests.query.asking import AS_OF, ask
from tests.query.test_readings import as_planned, as_read, inclusive, reader_of, within
from tools.query.chart_kinds import unsuited
from tools.query.planner import Plan
from tools.query.schemas import QueryAnswer
from tools.query.service import QueryService
from tools.query.wording import filter_phrase
from tools.semantics.loader import load_semantics

READINGS = Path(__file__).with_name("readings") / "analyses.jsonl"
MODEL = load_semantics()


@pytest.fixture
def database_config(embedded_config: DatabaseConfig) -> DatabaseConfig:
    """What SQL gives on both databases is tests/metrics/test_analyses.py's to show."""
    return embedded_config


# ── read ─────────────────────────────────────────────────────────────────────────────────────────────────


def conversations() -> Iterator[list[dict[str, Any]]]:
    turns: list[dict[str, Any]] = []
    for line in READINGS.read_text(encoding="utf-8").splitlines():
        turn = json.loads(line)
        if turns and "after" not in turn:
            yield turns
            turns = []
        turns.append(turn)
    yield turns


def analysed(plan: Plan) -> dict[str, Any] | None:
    """An analysis as the readings write it: what it leaves out is left out."""
    analysis = plan.query.analysis
    if analysis is None:
        return None
    plain = {"kind": analysis.kind} | analysis.model_dump(mode="json", exclude_defaults=True)
    if isinstance(analysis, FunnelAnalysis) and analysis.then_in:
        plain["then_in"] = list(inclusive(analysis.then_in))
    if isinstance(analysis, BasketAnalysis) and analysis.of:
        plain["of"] = {item.dimension: list(item.values) for item in analysis.of}
    return plain


@pytest.mark.parametrize("conversation", list(conversations()), ids=lambda turns: turns[0]["id"])
def test_a_question_is_read_as_the_analysis_it_means(conversation: list[dict[str, Any]]) -> None:
    reader, previous = reader_of(conversation[0]["shop"]), None
    for turn in conversation:
        plan, read = reader.plan(turn["ask"], previous), turn["read"]
        if isinstance(read, str):
            assert plan is None, turn["ask"]
            continue
        assert plan is not None, turn["ask"]
        previous = plan.context
        assert analysed(plan) == read.get("analysis"), turn["ask"]
        found, expected = as_planned(plan, reader.days), as_read(read)
        bounds = (str(reader.days.first), str(reader.days.last))
        assert within(found.pop("time"), bounds) == within(expected.pop("time"), bounds), turn["ask"]
        assert found == expected, turn["ask"]


# ── answered ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.anyio
class TestAnswers:
    """Of the small shop, on the twentieth of March: that month is not over."""

    async def test_a_cohort_has_a_zero_where_nobody_came_and_no_share_where_the_month_is_not_over(
        self, database: Database, actor: Actor, service: QueryService, shop: Shop
    ) -> None:
        answer = await ask(database, actor, service, "retention by week for Germany")
        first = first_days(shop, {"country": "Germany"})
        weeks = {start_of(day, "week") for day in first.values()}
        want: list[tuple[Any, ...]] = []
        for start in sorted(weeks):
            who = {customer for customer, day in first.items() if start_of(day, "week") == start}
            last = max(line.day for line in sold(shop))
            for later in range(steps_between(start, last, "week") + 1):
                monday = start + timedelta(weeks=later)
                active = {
                    line.customer
                    for line in sold(shop)
                    if line.customer in who and start_of(line.day, "week") == monday
                }
                over = monday + timedelta(weeks=1) <= AS_OF + timedelta(days=1)
                share = pytest.approx(len(active) / len(who)) if over else None
                number = len(active) if over or active else None
                want.append((start.isoformat(), len(who), later, number, share, "over" if over else "not over yet"))  # fmt: skip
        assert list(answer.rows) == want
        assert any(row[3] == 0 for row in answer.rows)
        assert any(row[5] == "not over yet" for row in answer.rows)
        assert "for Germany" in answer.answer
        assert "no share is given" in answer.answer

    async def test_a_cohort_without_anybody_a_month_later_is_shown_with_none(
        self, database: Database, actor: Actor, service: QueryService, shop: Shop
    ) -> None:
        answer = await ask(database, actor, service, "retention after 5 weeks")
        first = first_days(shop)
        for start, size, later, active, share, state in answer.rows:
            monday = date.fromisoformat(str(start)) + timedelta(weeks=5)
            who = {customer for customer, day in first.items() if start_of(day, "week").isoformat() == start}
            came = {
                line.customer for line in sold(shop) if line.customer in who and start_of(line.day, "week") == monday
            }
            over = monday + timedelta(weeks=1) <= AS_OF + timedelta(days=1)
            assert (size, later, state) == (len(who), 5, "over" if over else "not over yet")
            assert (active or 0) == len(came)
            assert share == (pytest.approx(len(came) / len(who)) if over else None)
        assert len(answer.rows) == len({start_of(day, "week") for day in first.values()})

    async def test_who_ordered_again_is_told_with_numbers_and_who_cannot_be_told_yet(
        self, database: Database, actor: Actor, service: QueryService, shop: Shop
    ) -> None:
        answer = await ask(database, actor, service, "how many of the new customers ordered again within 45 days")
        everybody = [(first, [day for day in days if (day - first).days <= 45]) for first, days in later_until(shop)]
        known = [days for first, days in everybody if first + timedelta(days=45) <= AS_OF]
        again = sum(bool(days) for days in known)
        assert answer.answer.startswith(f"Of {len(known)} new customers, {again} ({again / len(known) * 100:.1f} %)")
        assert f"{len(everybody) - len(known)} began less than 45 days ago" in answer.answer
        assert [row[1] for row in answer.rows] == [len(known), again]

    async def test_a_month_that_is_not_over_gives_a_number_so_far_and_no_share(
        self, database: Database, actor: Actor, service: QueryService, shop: Shop
    ) -> None:
        ask_it = "how many of the customers who first bought in December came back in {}"
        new = {who for who, day in first_days(shop).items() if (day.year, day.month) == (2025, 12)}
        for month, number in (("February", 2), ("March", 3)):
            answer = await ask(database, actor, service, ask_it.format(month))
            back = {line.customer for line in sold(shop) if line.day.month == number} & new
            assert [row[1] for row in answer.rows] == [len(new), len(back)]
            assert (answer.rows[1][2] is None) == (month == "March")
            assert ("not over yet" in answer.answer) == (month == "March")

    async def test_what_newcomers_spent_since_goes_up_to_today(
        self, database: Database, actor: Actor, service: QueryService, shop: Shop
    ) -> None:
        new = {who for who, day in first_days(shop).items() if (day.year, day.month) == (2025, 12)}
        for as_of in (AS_OF, date(2026, 1, 31)):
            answer = await ask(database, actor, service, "how much did the December newcomers spend since", as_of=as_of)
            lines = [line for line in shop.lines if line.customer in new and not line.cancelled and line.day <= as_of]
            total = sum((line.gross - line.discount) * (-1 if line.refund else 1) for line in lines) / 10**6
            assert answer.rows[0][:3] == (len(new), pytest.approx(total), pytest.approx(total / len(new)))

    async def test_pairs_and_their_shares_are_told_with_what_they_are_of(
        self, database: Database, actor: Actor, service: QueryService, shop: Shop
    ) -> None:
        baskets: dict[int, set[str]] = defaultdict(set)
        for line in sold(shop):
            baskets[line.order].add(line.product)
        of = [names for names in baskets.values() if "Product 1" in names]
        answer = await ask(database, actor, service, "what do people buy together with Product 1")
        for name, both, share, lift in answer.rows:
            together = sum(name in names for names in of)
            alone = sum(name in names for names in baskets.values())
            assert (both, share) == (together, pytest.approx(together / len(of)))
            assert lift == pytest.approx(together / len(of) / (alone / len(baskets)))
        assert len(answer.rows) == sum(
            sum(name in names for names in of) >= 3 for name in set().union(*baskets.values()) - {"Product 1"}
        )
        assert f"({len(of)} orders)" in answer.answer
        pairs = await ask(database, actor, service, "top 4 product pairs")
        counts: dict[tuple[str, str], int] = defaultdict(int)
        for names in baskets.values():
            for pair in combinations(sorted(names), 2):
                counts[pair] += 1
        assert [row[2] for row in pairs.rows] == sorted(counts.values(), reverse=True)[:4]
        assert all(counts[str(one), str(other)] == both for one, other, both, *_ in pairs.rows)

    async def test_nothing_that_the_data_does_not_know_is_a_zero(
        self, database: Database, actor: Actor, service: QueryService, shop: Shop
    ) -> None:
        asked = "how many of the orders were shipped"
        known = await ask(database, actor, service, asked)
        assert known.rows[0][1] == len({line.order for line in sold(shop)})
        async with database.write(actor) as uow:
            for order in await uow.session.scalars(select(Order)):
                order.shipped_on = None
        # Not by an import, which another version of the data would tell of: with nothing kept of before.
        unknown = await ask(database, actor, QueryService(MODEL, mapped_classes(Base), database), asked)
        assert unknown.status == "cannot_answer"
        assert "does not say which orders were shipped" in unknown.answer

    @pytest.mark.usefixtures("shop")
    async def test_no_title_says_more_than_the_sql_does_and_no_sql_does_more_than_is_said(
        self, database: Database, actor: Actor, service: QueryService
    ) -> None:
        """Every filter and period that was understood is in the answer and in the statement, and no other value is."""
        questions = (
            "retention by month for Germany since December", "how many of the new customers from France in December ordered again within 30 days",
            "sales per cohort for online", "what goes with Tea in Germany in 2026", "which products are bought together in the store in January",
            "how many of the orders from Austria were shipped in 2026", "customer funnel for Germany in December", "repeat purchase rate",
            "how many of the customers who first bought in December in Germany came back in February",
        )  # fmt: skip
        for question in questions:
            answer = await ask(database, actor, service, question)
            assert answer.status == "answered", (question, answer.answer)
            assert not list(faults(answer)), question


def later_until(shop: Shop) -> Iterator[tuple[date, list[date]]]:
    for customer, first in first_days(shop).items():
        yield first, sorted({line.day for line in sold(shop) if line.customer == customer and line.day > first})


def faults(answer: QueryAnswer) -> Iterator[str]:
    said, sql = answer.interpretation, answer.sql or ""
    assert said is not None
    assert said.analysis is not None
    filters = [Filter(dimension=f.dimension, operator=f.operator, values=tuple(map(str, f.values))) for f in said.filters]  # fmt: skip
    of = list(said.analysis.of) if isinstance(said.analysis, BasketAnalysis) else []
    for item in filters:
        if filter_phrase(MODEL, item) not in answer.answer:
            yield f"{item} is not said"
    for item in of:
        if filter_phrase(MODEL, item).removeprefix("for ") not in answer.answer:
            yield f"{item} is not said"
    literals = set(re.findall(r"'((?:[^']|'')*)'", sql))
    values = {str(value) for item in (*filters, *of) for value in item.values}
    if missing := values - literals:
        yield f"{missing} is in no condition"
    days = {literal for literal in literals if re.fullmatch(r"\d{4}-\d\d-\d\d", literal)}
    then = said.analysis.then_in if isinstance(said.analysis, FunnelAnalysis) else None
    ends = [said.time.from_, said.time.to + timedelta(days=1) if said.time.to else None] if said.time else []
    bounds = {str(day) for day in (*ends, *((then.start, then.end) if then else ())) if day}
    known = {str(AS_OF), str(AS_OF + timedelta(days=1)), str(AS_OF - timedelta(days=30))}
    if days - bounds - known:
        yield f"{days - bounds - known} are said nowhere"
    if said.time and said.time.label and said.time.label not in answer.answer:
        yield f"{said.time.label} is not said"
    words = {one for one in literals - values - days if re.fullmatch(r"[A-Za-z][A-Za-z ]+", one)}
    if words - {"cancelled", "start of month"}:
        yield f"{words} are said nowhere"


# ── drawn ────────────────────────────────────────────────────────────────────────────────────────────────

DRAWN = (
    ("retention by week", "rect"), ("retention after 1 month", "bar"), ("net sales retention by month", "rect"),
    ("sales per cohort", "bar"), ("customer funnel", "bar"), ("repeat purchase rate by month", "bar"),
    ("what goes with Tea", "bar"), ("most common pairs", "bar"),
)  # fmt: skip


@pytest.mark.anyio
@pytest.mark.usefixtures("shop")
async def test_every_analysis_is_drawn_as_valid_vega_lite_by_what_it_is(
    database: Database, actor: Actor, service: QueryService, validator: jsonschema.Draft7Validator
) -> None:
    for question, mark in DRAWN:
        answer = await ask(database, actor, service, question)
        assert answer.chart is not None, question
        assert answer.chart["mark"]["type"] == mark, question
        assert not list(validator.iter_errors(answer.chart)), question
        svg = vl_convert.vegalite_to_svg(answer.chart | {"width": 400}, vl_version="5.20", allowed_base_urls=[])
        assert svg.count("<path") > 2, question
        shares = [one.get("customers_share", 0) for one in answer.chart["data"]["values"]]
        assert None not in shares, "what is not over yet has no colour"
    single = await ask(database, actor, service, "how much did the December newcomers spend since")
    assert single.chart is None


COHORTS = MetricQuery.model_validate({"metrics": ("customers",), "grain": "month", "analysis": {"kind": "cohorts"}})
FUNNEL = MetricQuery.model_validate({"metrics": ("repeat_rate",), "analysis": {"kind": "funnel", "steps": ("repeat_rate",)}})  # fmt: skip
BASKETS = MetricQuery.model_validate({"metrics": ("orders",), "dimensions": ("product",), "analysis": {"kind": "baskets"}})  # fmt: skip


def test_an_analysis_is_drawn_as_what_it_is_and_plain_figures_as_none_of_them() -> None:
    kinds = "figure table line bar stacked pie scatter heatmap cohort funnel".split()
    suited = {
        query.analysis.kind if query.analysis else "": [kind for kind in kinds if unsuited(kind, query, MODEL) is None]  # pyright: ignore[reportArgumentType] — kinds
        for query in (COHORTS, FUNNEL, BASKETS)
    }
    assert suited == {
        "cohorts": ["table", "heatmap", "cohort"],
        "funnel": ["figure", "table", "bar", "funnel"],
        "baskets": ["table", "bar"],
    }
    plain = MetricQuery(metrics=("revenue",), grain="month")
    assert "who ordered again" in str(unsuited("cohort", plain, MODEL))
    assert "step to step" in str(unsuited("funnel", plain, MODEL))
