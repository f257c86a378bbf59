"""What "each" goes with where that stands elsewhere, two things that are named apart, and rankings said in passing."""

import pytest

from storage.database import Database
from storage.kernel.actor import Actor
from storage.metrics.model import mapped_classes
from storage.models.base import Base
from tests.query.asking import ask
from tests.query.conftest import PlanIt
from tests.query.test_readings import TODAY
from tests.query.test_wording_of_owners import YEAR, eq, ne, shape
from tests.query.thinned import write_few
from tools.query.service import QueryService
from tools.query.slots import Unclear
from tools.semantics.loader import load_semantics


@pytest.mark.parametrize(
    ("asked", "plainly"),
    [
        # what "each" goes with
        ("Textiles, pieces of each sort in 2025", "units by product for Textiles in 2025"),
        ("The clients in Germany, how much has bought each one in 2025", "net sales by customer in Germany in 2025"),
        ("sales of 2025 by each shop", "sales of 2025 by channel"),
        ("units sold at each of the shops in 2025", "units sold by channel in 2025"),
        ("Lyon and Berlin, orders of each in 2025", "orders by city for Lyon and Berlin in 2025"),
        ("Textiles: rank every one of them by sales, 2025", "net sales by product for Textiles in 2025"),
        # two things, each behind a preposition of its own
        ("how many orders from Lyon and from Berlin in 2025", "orders by city for Lyon and Berlin in 2025"),
        ("how many pieces of Linen Napkins and of Oak Salad Bowl in 2025", "units by product for Linen Napkins and Oak Salad Bowl in 2025"),
        ("how many pieces has the average order in 2025", "units per order in 2025"),
        # a figure that is ruled out, and one beside the ranking
        ("top 3 products in 2025 by how many we sold not by €", "top 3 products in 2025 by units"),
        ("top 20 customers by profit, not by sales, in 2025", "top 20 customers by profit in 2025"),
        ("top 5 customers by orders rather than by sales in 2025", "top 5 customers by orders in 2025"),
        ("top 10 products by sales in 2025 + units for each", "top 10 products by sales in 2025 with units"),
        # how many rows
        ("which countries bought the most in 2025, first 5", "which 5 countries bought the most in 2025"),
        ("which product has the highest discount rate in 2025, the ten first", "the 10 products with the highest discount rate in 2025"),
        ("customer ranking, first 20, 2025, by order count", "top 20 customers by orders in 2025"),
        # what is left out
        ("sales in 2025 excluding anyone in Germany", "sales in 2025 without Germany"),
        ("leave out Lighting, and give me the sales by city of 2025 without it", "sales by city of 2025 without Lighting"),
    ],
)  # fmt: skip
def test_both_ask_the_same(plan_it: PlanIt, asked: str, plainly: str) -> None:
    one, other = shape(plan_it, asked), shape(plan_it, plainly)
    for read in (one, other):
        read.pop("order", None) if "limit" not in read else None
    assert one == other


def test_all_rows_of_a_ranking_are_shown_where_all_are_asked_for(plan_it: PlanIt) -> None:
    read = shape(plan_it, "which salesperson sold the most in 2025, all of them, from best to worst")
    assert (read["dimensions"], read["order"]) == (["salesperson"], [{"by": "revenue"}])
    assert "limit" not in read


def test_two_things_of_two_kinds_are_both_left_out(plan_it: PlanIt) -> None:
    read = shape(plan_it, "sales without the Store and without Lighting in 2025")
    assert sorted(item["dimension"] for item in read["filters"]) == ["category", "channel"]
    assert all(item in (ne("channel", "Store"), ne("category", "Lighting")) for item in read["filters"])


def test_a_month_beside_the_same_month_of_the_year_before_is_another_one(plan_it: PlanIt) -> None:
    read = shape(plan_it, "sales in April and in April of last year")
    assert (read["time"], read["compare"]) == (("2026-04-01", "2026-05-01"), ("2025-04-01", "2025-05-01"))


def test_of_a_list_of_months_the_year_is_shared(plan_it: PlanIt) -> None:
    assert shape(plan_it, "sales in March and April 2025")["time"] == ("2025-03-01", "2025-05-01")


def test_which_way_something_went_is_asked_though_it_begins_like_a_remark(plan_it: PlanIt) -> None:
    read = shape(plan_it, "Lighting sales in April, it is more or less from april of last year? tell me both")
    assert (read["filters"], read["compare"]) == ([eq("category", "Lighting")], ("2025-04-01", "2025-05-01"))


def test_a_part_of_all_is_of_what_was_split_before(plan_it: PlanIt) -> None:
    read = shape(plan_it, "sales by channel in 2025", "the Store is how many percent of all?")
    assert read["time"] == YEAR
    assert read["share_of_total"]


def test_an_each_of_a_stretch_of_time_is_of_its_units(plan_it: PlanIt) -> None:
    read = shape(plan_it, "Textiles turnover for each of the last 6 months")
    assert read["grain"] == "month"
    assert "dimensions" not in read


def test_an_each_that_goes_with_nothing_is_asked_back(plan_it: PlanIt) -> None:
    with pytest.raises(Unclear):
        plan_it("sales of each in 2025")


@pytest.mark.anyio
@pytest.mark.parametrize("thing", ["customers", "products"])
async def test_the_first_few_together_are_one_share(database: Database, actor: Actor, thing: str) -> None:
    await write_few(database, actor, "demo")
    service = QueryService(load_semantics(), mapped_classes(Base), database)
    asked = f"our 5 biggest {thing} in 2025, together they are what percent of our sales in 2025?"
    rows = await ask(database, actor, service, f"share of sales of the top 5 {thing} in 2025", as_of=TODAY["demo"])
    one = await ask(database, actor, service, asked, "one", as_of=TODAY["demo"])
    share = next(i for i, column in enumerate(rows.columns) if column.unit == "%")
    ((part, _),) = one.rows
    assert part == pytest.approx(sum(float(str(row[share])) for row in rows.rows))
    assert "together" in one.answer
