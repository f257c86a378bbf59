"""Conditions on the figures of orders, of goods and of units of time; and a bound that one figure is only held to."""

import pytest

from storage.database import Database
from storage.kernel.actor import Actor
from storage.metrics.model import mapped_classes
from storage.models.base import Base
from tests.query.asking import ask
from tests.query.conftest import PlanIt
from tests.query.test_readings import TODAY
from tests.query.test_wording_of_owners import YEAR, eq, shape
from tests.query.thinned import write_few
from tools.query.service import QueryService
from tools.query.slots import Unclear, Unsupported
from tools.semantics.loader import load_semantics


def over(metric: str, value: float, operator: str = "gt") -> dict[str, object]:
    return {"metric": metric, "operator": operator, "values": [value]}


@pytest.mark.parametrize(
    ("question", "metric", "condition", "counted"),
    [
        ("how many orders placed in 2025 exceeded 500 euros in value after discount", "sold_net_of_discount", over("sold_net_of_discount", 500), True),
        ("Online orders over 100 euros in 2025, how many", "sold_net_of_discount", over("sold_net_of_discount", 100), True),
        ("Online orders over 100 in 2025", "sold_net_of_discount", over("sold_net_of_discount", 100), False),
        ("how many order have quantity over 20 pcs in 2025", "units", over("units", 20), True),
        ("any order placed in 2025 that carried shipping above 50", "shipping", over("shipping", 50), False),
        ("any order carrying a discount in excess of 100 euros in 2025", "discounts", over("discounts", 100), False),
        ("orders taken by Nora Quist smaller than 100 euros in 2025", "sold_net_of_discount", over("sold_net_of_discount", 100, "lt"), False),
    ],
)  # fmt: skip
def test_orders_are_held_to_a_bound(
    plan_it: PlanIt, question: str, metric: str, condition: dict[str, object], counted: bool
) -> None:
    read = shape(plan_it, question)
    assert (read["dimensions"], read["having"], read["time"]) == (["order_number"], [condition], YEAR)
    assert read["metrics"][0] == metric
    assert read.get("count_groups", False) is counted


@pytest.mark.parametrize(
    ("question", "kind", "condition"),
    [
        ("customers of Lyon or Berlin who passed the 500 euros in 2025", "customer", over("revenue", 500)),
        ("average order value > 150 customers, 2025", "customer", over("average_order_value", 150)),
        ("did anyone spend over 2000 in 2025", "customer", over("revenue", 2000)),
        ("which Textiles sold for less than 100 euros in 2025", "product", over("revenue", 100, "lt")),
    ],
)
def test_each_of_a_kind_is_held_to_a_bound(
    plan_it: PlanIt, question: str, kind: str, condition: dict[str, object]
) -> None:
    read = shape(plan_it, question)
    assert (read["dimensions"], read["having"], read["time"]) == ([kind], [condition], YEAR)


def test_a_bound_is_one_of_each_day_where_any_of_them_is_asked_for(plan_it: PlanIt) -> None:
    read = shape(plan_it, "did we go over four thousand on any day of 2025")
    assert (read["grain"], read["having"]) == ("day", [over("revenue", 4000)])


def test_a_number_right_before_goods_counts_pieces(plan_it: PlanIt) -> None:
    plan = plan_it("did we sell more than 50 Linen Napkins in 2025")
    assert plan.query.metrics == ("units",)
    assert plan.held_to is not None
    assert plan.held_to.metric == "units"


@pytest.mark.parametrize(
    ("question", "metric", "filters"),
    [
        ("did Nora Quist do over 1k in 2025", "revenue", [eq("salesperson", "Nora Quist")]),
        ("Is the average order value in the Store higher than 60 euros in 2025", "average_order_value", [eq("channel", "Store")]),
        ("were there fewer than 20 refunds in 2025", "refund_count", []),
        ("have we had more than 900 orders in 2025?", "orders", []),
        ("please confirm whether profit surpassed 90k in 2025", "profit", []),
        ("did Kim Lee place more than 3 orders in 2025", "orders", [eq("customer", "Kim Lee")]),
    ],
)  # fmt: skip
def test_one_figure_is_held_to_a_bound_that_leaves_nothing_out(
    plan_it: PlanIt, question: str, metric: str, filters: list[dict[str, object]]
) -> None:
    plan, read = plan_it(question), shape(plan_it, question)
    assert read["metrics"] == [metric]
    assert read.get("filters", []) == filters
    assert "having" not in read
    assert plan.held_to is not None
    assert plan.held_to.metric == metric


@pytest.mark.parametrize(
    "question",
    [
        "did Lyon or Berlin sell more than 20000 in 2025",  # each, or both together
        "sales over 500 in 2025",
        "is the discount rate under 4% this month, and was it last month",
    ],
)
def test_a_bound_on_what_is_not_one_figure_is_refused(plan_it: PlanIt, question: str) -> None:
    with pytest.raises(Unsupported):
        plan_it(question)


def test_goods_may_be_meant_in_pieces_or_in_money(plan_it: PlanIt) -> None:
    with pytest.raises(Unclear) as asked:
        plan_it("did Linen Napkins sell more than 100 in 2025?")
    assert [label for label, _ in asked.value.options] == ["pieces", "in sales"]


@pytest.mark.anyio
async def test_the_answer_says_on_which_side_of_the_bound_the_figure_lies(database: Database, actor: Actor) -> None:
    await write_few(database, actor, "demo")
    service = QueryService(load_semantics(), mapped_classes(Base), database)
    told = await ask(database, actor, service, "net sales in 2025", as_of=TODAY["demo"])
    above = await ask(database, actor, service, "did we take more than 1 euro in sales in 2025?", as_of=TODAY["demo"])
    below = await ask(database, actor, service, "are net sales in 2025 more than 9,000,000 euros?", as_of=TODAY["demo"])
    assert above.rows == below.rows == told.rows
    assert "That is not more than €9,000,000.00." in below.answer
    assert below.interpretation is not None
    assert below.interpretation.held_to is not None
    assert not below.interpretation.conditions
