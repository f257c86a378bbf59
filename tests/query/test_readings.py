"""Questions of people who did not know the grammar become the query they mean (tests/query/readings)."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from evals.shops import shop_source
from storage.kernel.errors import CopilotError
from storage.metrics.compiler import Compiler
from storage.metrics.model import mapped_classes
from storage.metrics.query import MetricQuery, TimeRange
from storage.models.base import Base
from tools.language.annotator import Annotator
from tools.language.dictionary import Dictionary
from tools.language.periods import Calendar
from tools.language.values import ValueIndex
from tools.query.aliases import value_aliases
from tools.query.changes import Days
from tools.query.draft import Context
from tools.query.lexicon import build_lexicon
from tools.query.planner import Plan, Planner
from tools.query.questions import QuestionReader, context_of
from tools.query.slots import Unclear, Unsupported
from tools.query.times import until_today
from tools.semantics.loader import load_semantics

FOLDER = Path(__file__).with_name("readings")
TODAY = {"demo": date(2026, 10, 31), "northwind": date(1998, 5, 6), "superstore": date(2019, 12, 31)}
KEYS = "product category subcategory supplier segment city state region country channel salesperson ship_method".split()
OPERATORS = {"=": "eq", ">": "gt", ">=": "ge", "<": "lt", "<=": "le"}
UNITS = ("day", "week", "month", "quarter", "year")
NAMES = {"net_sales": "revenue", "net_sales_per_customer": "revenue_per_customer"}


class Reader:
    """Plans the questions of one shop, over the values its files hold."""

    def __init__(self, shop: str) -> None:
        lines = shop_source(shop).load().lines
        columns = dict(zip(KEYS, KEYS, strict=True)) | {"customer": "customer_name"}
        found = {key: lines[column].drop_nulls().unique().sort().to_list() for key, column in columns.items()}
        model = load_semantics()
        values = {key: texts for key, texts in found.items() if texts} | model.fixed_values
        self.days = Days(TODAY[shop], lines["day"].min(), lines["day"].max())  # pyright: ignore[reportArgumentType] — days
        self._values = ValueIndex(values, value_aliases(values))
        annotator = Annotator(build_lexicon(model), Calendar(), Dictionary())
        self._reader = QuestionReader(model, Planner(model, annotator), annotator, self.days, self._values)

    def plan(self, question: str, previous: Context | None) -> Plan | None:
        """None where the question is asked back or refused."""
        plans = self.read(question, previous)
        return plans[0] if plans else None

    def read(self, question: str, previous: Context | None) -> tuple[Plan, ...]:
        """A plan for each thing asked; none where the question is asked back or refused."""
        try:
            return self._reader.read(question, previous)
        except (Unclear, Unsupported):
            return ()


@cache
def reader_of(shop: str) -> Reader:
    return Reader(shop)


def conversations(shop: str) -> Iterator[list[dict[str, Any]]]:
    """The turns of a conversation stand one after the other."""
    turns: list[dict[str, Any]] = []
    for line in (FOLDER / f"{shop}.jsonl").read_text(encoding="utf-8").splitlines():
        turn = json.loads(line)
        if turns and "after" not in turn:
            yield turns
            turns = []
        turns.append(turn)
    yield turns


def named(conversation: list[dict[str, Any]]) -> str:
    return conversation[0]["id"]


@pytest.mark.parametrize("conversation", list(conversations("demo")), ids=named)
def test_the_demo_shops_owner_is_understood(conversation: list[dict[str, Any]]) -> None:
    check(reader_of("demo"), conversation)


@pytest.mark.parametrize("conversation", list(conversations("northwind")), ids=named)
def test_the_wholesaler_is_understood(conversation: list[dict[str, Any]]) -> None:
    check(reader_of("northwind"), conversation)


@pytest.mark.prove
@pytest.mark.parametrize("conversation", list(conversations("superstore")), ids=named)
def test_the_superstore_is_understood(conversation: list[dict[str, Any]]) -> None:
    try:
        reader = reader_of("superstore")
    except CopilotError as missing:
        pytest.skip(str(missing))
    check(reader, conversation)


CHANGES = (
    "how many of those are there", "who are they", "put online beside it", "versus the store", "and each on its own",
    "both together", "make it ten", "as quarters", "in percent?", "and in money?", "add the orders to that", "by month",
    "and above 10?", "the same for 2025", "which 5 products of that", "vs last year", "and the worst one?", "by city",
)  # fmt: skip


@pytest.mark.parametrize("step", [12, pytest.param(4, marks=pytest.mark.prove)])
def test_any_change_to_any_question_is_a_statement_or_asked_back_or_refused(step: int) -> None:
    reader, compiler = reader_of("demo"), Compiler(load_semantics(), mapped_classes(Base))
    for conversation in list(conversations("demo"))[::step]:
        first = reader.plan(conversation[0]["ask"], None)
        for change in CHANGES if first else ():
            second = reader.plan(change, first.context if first else None)
            if second is not None:
                compiler.compile(second.query)
            for again in CHANGES[::5] if second else ():
                reader.plan(again, second.context if second else None)


def check(reader: Reader, conversation: list[dict[str, Any]]) -> None:
    previous: Context | None = None
    for turn in conversation:
        plans, read = reader.read(turn["ask"], previous), turn["read"]
        if isinstance(read, str):
            assert not plans, turn["ask"]
            continue
        reads: list[dict[str, Any]] = read if isinstance(read, list) else [read]
        assert len(plans) == len(reads), turn["ask"]
        previous = context_of(plans)
        for plan, one in zip(plans, reads, strict=True):
            compare(plan, one, reader.days, turn["ask"])


def compare(plan: Plan, read: dict[str, Any], days: Days, asked: str) -> None:
    found, expected = as_planned(plan, days), as_read(read)
    if read.get("part"):  # a share is shown of the part alone, or beside the rest
        for name in ("by", "where"):
            found.pop(name), expected.pop(name)
    figures = expected.pop("figures")
    assert figures <= found.pop("figures"), asked
    bounds = (str(days.first), str(days.last))
    assert within(found.pop("time"), bounds) == within(expected.pop("time"), bounds), asked
    assert found == expected, asked


def as_planned(plan: Plan, days: Days) -> dict[str, Any]:
    query = until_today(plan.query, days)
    kept, left_out = filters(query)
    return {
        "figures": set(query.metrics),
        "by": sorted(query.dimensions) or ([plan.why.by] if plan.why and plan.why.by else []),
        "grain": None if plan.mean_over else query.grain,
        "where": kept,
        "not": left_out,
        "time": inclusive(query.time),
        "versus": inclusive(query.compare),
        "having": sorted((item.metric, item.operator, item.values[0]) for item in query.having),
        "why": plan.why is not None,
        "limit": query.limit,
        "offset": query.offset,
        "order": ("highest" if query.order[0].descending else "lowest") if query.order and query.limit else None,
        "share": query.share_of_total,
        "count": query.count_groups,
        "mean_over": plan.mean_over,
    }


def filters(query: MetricQuery) -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    kept: dict[str, list[str]] = {}
    left_out: dict[str, list[str]] = {}
    for item in query.filters:
        side = left_out if item.operator in ("ne", "not_in") else kept
        values = [f"~{item.values[0]}".lower()] if item.operator == "contains" else [str(v) for v in item.values]
        side[item.dimension] = sorted([*side.get(item.dimension, []), *values])
    return kept, left_out


def as_read(read: dict[str, Any]) -> dict[str, Any]:
    counted = read.get("count")
    grain = counted if counted in UNITS else read.get("grain")
    return {
        "figures": set() if counted else {NAMES.get(name, name) for name in read.get("figures", [])},
        "by": [counted] if counted and counted not in UNITS else sorted(read.get("by", [])),
        "grain": grain,
        "where": values_of(read.get("where", {})),
        "not": values_of(read.get("not", {})),
        "time": (read.get("from"), read.get("to")),
        "versus": (read.get("versus", {}).get("from"), read.get("versus", {}).get("to")),
        "having": sorted(
            (NAMES.get(item["figure"], item["figure"]), OPERATORS[item["op"]], float(item["value"]))
            for item in read.get("having", [])
        ),
        "why": read.get("why", False),
        "limit": read.get("limit"),
        "offset": read.get("offset", 0),
        "order": read.get("order") if read.get("limit") else None,
        "share": read.get("share", False),
        "count": bool(counted),
        "mean_over": read.get("mean_over"),
    }


def values_of(named: dict[str, Any]) -> dict[str, list[str]]:
    return {
        key: [f"~{value['contains']}".lower()] if isinstance(value, dict) else sorted(value)
        for key, value in named.items()
    }


def inclusive(time: TimeRange | None) -> tuple[str | None, str | None]:
    if time is None:
        return None, None
    last = time.end - timedelta(days=1) if time.end else None
    return str(time.start) if time.start else None, str(last) if last else None


def within(days: tuple[str | None, str | None], bounds: tuple[str, str]) -> tuple[str, str]:
    """A period that reaches beyond the data counts what is there."""
    return max(days[0] or bounds[0], bounds[0]), min(days[1] or bounds[1], bounds[1])
