"""How owners really put it: remarks beside the point, returned pieces, averages of one thing, pieces of names, lists
and sums, and changes to the question before."""

from typing import Any

import pytest

from tests.query.conftest import PlanIt
from tools.query.slots import Unclear, Unsupported

Y2025 = {"start": "2025-01-01", "end": "2026-01-01", "label": "2025"}


def shape(plan_it: PlanIt, *turns: str) -> dict[str, Any]:
    """The last question's query, without labels and defaults."""
    plan, previous = None, None
    for turn in turns:
        plan = plan_it(turn, previous)
        previous = plan.context
    assert plan is not None
    query = plan.query.model_dump(mode="json", exclude_defaults=True)
    for name in ("time", "compare"):
        if name in query:
            query[name] = (query[name].get("start"), query[name].get("end"))
    return query | ({"mean_over": plan.mean_over} if plan.mean_over else {})


def eq(dimension: str, *values: str) -> dict[str, Any]:
    return {"dimension": dimension, "operator": "eq" if len(values) == 1 else "in", "values": list(values)}


def ne(dimension: str, *values: str) -> dict[str, Any]:
    return {"dimension": dimension, "operator": "ne" if len(values) == 1 else "not_in", "values": list(values)}


YEAR = ("2025-01-01", "2026-01-01")
SO_FAR = ("2026-01-01", "2027-01-01")
HIGH = {"by": "revenue"}
LOW = {"by": "revenue", "descending": False}
BY_PRODUCT = {"dimensions": ["product"]}


@pytest.mark.parametrize(
    ("question", "left_out", "expected"),
    [
        ("Moreno are calling at three, revenue in 2025 by country", "Moreno are calling at three", {"dimensions": ["country"]}),
        ("I have supplier talks on Monday, so give me sales 2025 by category", "I have supplier talks on Monday", {"dimensions": ["category"]}),
        ("My accountant wants to know the sales of 2025", "My accountant wants to know", {}),
        ("for the staff meeting: sales 2025", "for the staff meeting:", {}),
        ("sales 2025 by month so I can send it to my brother", "so I can send it to my brother", {"grain": "month"}),
        ("sales 2025 by country? We want to plan the stand for next Christmas.", "We want to plan the stand for next Christmas", {"dimensions": ["country"]}),
        ("sales 2025 please. Many thanks, Anna", "Anna", {}),
        ("sales 2025, thinking of dropping the catalogue", "thinking of dropping the catalogue", {}),
    ],
)  # fmt: skip
def test_what_is_said_beside_the_point_is_left_out_and_named(
    plan_it: PlanIt, question: str, left_out: str, expected: dict[str, Any]
) -> None:
    plan = plan_it(question)
    assert any(left_out in said for said in plan.ignored)
    assert shape(plan_it, question) == {"metrics": ["revenue"], "time": YEAR} | expected


@pytest.mark.parametrize(
    ("question", "filters", "time"),
    [
        ("Ernst Handel on the phone. What have they spent in 2025?", [eq("customer", "Ernst Handel")], YEAR),
        ("I look after Germany. Give me 2025 revenue of every city in it.", [eq("country", "Germany")], YEAR),
        ("we look at Germany only: revenue in 2025", [eq("country", "Germany")], YEAR),
    ],
)
def test_what_an_aside_names_is_kept_where_the_question_needs_it(
    plan_it: PlanIt, question: str, filters: list[dict[str, Any]], time: tuple[str, str]
) -> None:
    query = shape(plan_it, question)
    assert query.get("filters", []) == filters
    assert query["time"] == time


def test_the_only_period_that_is_named_is_not_lost_with_an_aside(plan_it: PlanIt) -> None:
    with pytest.raises((Unclear, Unsupported)):
        plan_it("we had a bad year in 2025. what were the sales?")


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("how many items were brought back in 2025", {"metrics": ["returned_units"]}),
        ("from which 5 products came the most pieces back in 2025", {"metrics": ["returned_units"], **BY_PRODUCT, "order": [{"by": "returned_units"}], "limit": 5}),
        ("returns per category in pieces, 2025", {"metrics": ["returned_units"], "dimensions": ["category"]}),
        ("returns in 2025, the amount", {"metrics": ["refunds"]}),
        ("the total of 2025, VAT and postage included", {"metrics": ["total_sales"]}),
        ("total sales of 2025", {"metrics": ["total_sales", "revenue"]}),
        ("gross 2025, before discounts", {"metrics": ["gross_sales"]}),
        ("discounts in percent, 2025", {"metrics": ["discount_rate"]}),
        ("how much of oak did we sell in 2025, in euros and in pieces", {"metrics": ["revenue", "units"], "filters": [{"dimension": "product", "operator": "contains", "values": ["oak"]}]}),
        ("how much did Ernst Handel buy in 2025 and in how many orders", {"metrics": ["revenue", "orders"], "filters": [eq("customer", "Ernst Handel")]}),
        ("what did one order bring us on average in 2025", {"metrics": ["average_order_value"]}),
        ("how many pieces does an order hold in 2025", {"metrics": ["units_per_order"]}),
        ("what does a German customer spend on average, 2025", {"metrics": ["revenue_per_customer"], "filters": [eq("country", "Germany")]}),
        ("what does a single unit of oak go for on average in 2025", {"metrics": ["average_price"], "filters": [{"dimension": "product", "operator": "contains", "values": ["oak"]}]}),
        ("on average what did a month bring in during 2025", {"metrics": ["revenue"], "grain": "month", "mean_over": "month"}),
        ("orders a day on average in 2025", {"metrics": ["orders"], "grain": "day", "mean_over": "day"}),
    ],
)  # fmt: skip
def test_several_words_name_one_figure(plan_it: PlanIt, question: str, expected: dict[str, Any]) -> None:
    assert shape(plan_it, question) == expected | {"time": YEAR}


@pytest.mark.parametrize(
    ("question", "values"),
    [
        ("anything with oak in the product name, units in 2025", ["oak"]),
        ('everything with "napk" in its name, units in 2025', ["napk"]),
        ("units of products whose name contains mug, 2025", ["mug"]),
        ("the mugs, units in 2025", ["mug"]),
    ],
)
def test_a_piece_of_a_name_is_looked_for_in_all_names(plan_it: PlanIt, question: str, values: list[str]) -> None:
    (item,) = shape(plan_it, question)["filters"]
    assert item["dimension"] == "product"
    assert item["values"] == values or item["values"] == ["Blue Enamel Mug"] or item["values"] == ["Linen Napkins"]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("how many customers with more than 5 orders, 2025", {"counts": True}),
        ("customers with more than 5 orders in 2025, how many are they?", {"counts": True}),
        ("count me the customers with more than 5 orders in 2025", {"counts": True}),
        ("customers with more than 5 orders in 2025", {"counts": False}),
    ],
)
def test_those_that_meet_a_condition_are_counted_or_listed(
    plan_it: PlanIt, question: str, expected: dict[str, bool]
) -> None:
    query = shape(plan_it, question)
    assert query.get("count_groups", False) is expected["counts"]
    assert query["having"] == [{"metric": "orders", "operator": "gt", "values": [5.0]}]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("sales of the four categories in 2025", {"dimensions": ["category"]}),
        ("sales 2025 split over the two channels", {"dimensions": ["channel"]}),
        ("all the kitchen products with what they took in 2025", {"dimensions": ["product"], "filters": [eq("category", "Kitchen")]}),
        ("how much did the goods of Kitchen bring in 2025", {"filters": [eq("category", "Kitchen")]}),
        ("top 3 from Kitchen in 2025", {"dimensions": ["product"], "filters": [eq("category", "Kitchen")], "order": [HIGH], "limit": 3}),
        ("which single month of 2025 had the best sales", {"grain": "month", "order": [HIGH], "limit": 1}),
        ("cities 2025, strongest first, sales", {"dimensions": ["city"], "order": [HIGH]}),
        ("sales by city 2025 from best downwards", {"dimensions": ["city"], "order": [HIGH]}),
        ("sales by city 2025, worst on top", {"dimensions": ["city"], "order": [LOW]}),
        ("Lyon and Berlin together, sales 2025", {"filters": [eq("city", "Lyon", "Berlin")]}),
        ("Lyon and Berlin side by side, sales 2025", {"dimensions": ["city"], "filters": [eq("city", "Lyon", "Berlin")]}),
        ("sales 2025 without Lyon, online orders", {"filters": [ne("city", "Lyon"), eq("channel", "Online")]}),
        ("sales 2025, Lyon not counted", {"filters": [ne("city", "Lyon")]}),
        ("sales 2025 with the oak bowls left out", {}),
    ],
)  # fmt: skip
def test_lists_sums_and_rankings(plan_it: PlanIt, question: str, expected: dict[str, Any]) -> None:
    if not expected:
        with pytest.raises((Unclear, Unsupported)):
            plan_it(question)
        return
    query = shape(plan_it, question)
    for name, value in expected.items():
        found = query.get(name, [])
        assert sorted(found, key=str) == sorted(value, key=str) if isinstance(value, list) else found == value


@pytest.mark.parametrize(
    ("question", "time", "compare"),
    [
        ("VAT in July and August 2025", ("2025-07-01", "2025-09-01"), None),
        ("sales in the spring of 2025, march april may", ("2025-03-01", "2025-06-01"), None),
        ("sales autumn of 24, so sept oct nov", ("2024-09-01", "2024-12-01"), None),
        ("this years sales", SO_FAR, None),
        ("sales june to august 25", ("2025-06-01", "2025-09-01"), None),
        ("sales in Q3 25", ("2025-07-01", "2025-10-01"), None),
        ("sales since the first of March", ("2026-03-01", "2026-05-21"), None),
        ("sales from Monday 3 March 2025 up to and including Sunday 9 March 2025", ("2025-03-03", "2025-03-10"), None),
        ("sales in the week of Monday 3 March 2025", ("2025-03-03", "2025-03-10"), None),
        ("sales of st patricks day", ("2026-03-17", "2026-03-18"), None),
        ("sales over the full calendar year 2025", YEAR, None),
        ("July through December: sales in 2025 compared with the same months of 2024", ("2025-07-01", "2026-01-01"), ("2024-07-01", "2025-01-01")),
        ("sales Q1 this year beside Q1 last yr", ("2026-01-01", "2026-04-01"), ("2025-01-01", "2025-04-01")),
        ("sales March set against February", ("2026-03-01", "2026-04-01"), ("2026-02-01", "2026-03-01")),
        ("sales March plus April this year against the same two months of 2025", ("2026-03-01", "2026-05-01"), ("2025-03-01", "2025-05-01")),
    ],
)  # fmt: skip
def test_periods_as_they_are_said(
    plan_it: PlanIt, question: str, time: tuple[str, str], compare: tuple[str, str] | None
) -> None:
    query = shape(plan_it, question)
    assert (query["time"], query.get("compare")) == (time, compare)
    assert "grain" not in query


TOP = "top 3 products in 2025"
LIST = "customers with more than 5 orders in 2025"
BEST_MONTH = "which month of 2025 had the highest sales"


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        ((LIST, "how many of those are there"), {"count_groups": True}),
        ((f"how many {LIST}", "who are they"), {"count_groups": False}),
        ((LIST, "and above 10?"), {"having": [{"metric": "orders", "operator": "gt", "values": [10.0]}]}),
        ((TOP, "make it ten"), {"limit": 10}),
        ((BEST_MONTH, "and the worst one?"), {"order": [LOW], "limit": 1, "grain": "month"}),
        (("units in 2025", "and in money?"), {"metrics": ["revenue"]}),
        (("sales in 2025", "no, how many"), {"metrics": ["units"]}),
        (("discounts in 2025", "in percent?"), {"metrics": ["discount_rate"]}),
        (("sales by month in 2025", "as quarters please"), {"grain": "quarter"}),
        (("sales in 2025 without Lyon", "take out Berlin as well"), {"filters": [ne("city", "Lyon", "Berlin")]}),
        (("sales in Lyon in 2025", "put Berlin beside it"), {"dimensions": ["city"], "filters": [eq("city", "Lyon", "Berlin")]}),
        (("Lyon and Berlin together, sales 2025", "and each on its own?"), {"dimensions": ["city"]}),
        (("sales in Kitchen in 2025", "which 5 products made the most of that"), {"dimensions": ["product"], "limit": 5, "filters": [eq("category", "Kitchen")]}),
        (("sales by country in 2025", "add the orders to that"), {"metrics": ["revenue", "orders"]}),
        (("sales in March and April 2025", "and the same two months in 2024"), {"time": ("2024-03-01", "2024-05-01")}),
        (("sales this year against last year", "online only"), {"compare": YEAR}),
    ],
)  # fmt: skip
def test_a_follow_up_changes_what_it_says(plan_it: PlanIt, turns: tuple[str, ...], expected: dict[str, Any]) -> None:
    query = shape(plan_it, *turns)
    for name, value in expected.items():
        assert query.get(name, False) == value


@pytest.mark.parametrize(
    "question",
    [
        "which 5 products made the most of that",
        "the same for Germany please",
        "by country instead",
        "how many of those are there",
        "break that down by month",
    ],
)
def test_a_question_that_points_at_nothing_is_asked_back(plan_it: PlanIt, question: str) -> None:
    with pytest.raises(Unclear, match="no question before this one"):
        plan_it(question)


@pytest.mark.parametrize(
    "question",
    [
        "units of mugs in 2025, the 20 and the 28",
        "top products in 2025, the 3 of them",
        "sales of grand pianos in 2025",
        "orders abroad in 2025",
        "damaged goods in 2025",
    ],
)
def test_words_and_numbers_that_could_narrow_the_answer_never_vanish(plan_it: PlanIt, question: str) -> None:
    with pytest.raises((Unclear, Unsupported)):
        plan_it(question)


def test_what_refers_to_a_question_that_got_no_answer_is_asked_back(plan_it: PlanIt) -> None:
    answered = plan_it("sales by country in 2025").context
    stale = answered.model_copy(update={"stale": True})
    assert plan_it("the same for 2024", answered).query.dimensions == ("country",)
    assert plan_it("only Germany", stale).query.filters
    with pytest.raises(Unclear, match="no answer to your last question"):
        plan_it("the same for 2024", stale)


@pytest.mark.parametrize(
    ("question", "order"),
    [
        ("3 categories with the worst refund rate in 2025", {"by": "refund_rate"}),
        ("3 categories with the best refund rate in 2025", {"by": "refund_rate", "descending": False}),
        ("3 categories with the lowest refund rate in 2025", {"by": "refund_rate", "descending": False}),
        ("3 categories with the worst sales in 2025", LOW),
    ],
)
def test_of_refunds_the_fewest_are_the_best(plan_it: PlanIt, question: str, order: dict[str, Any]) -> None:
    assert shape(plan_it, question)["order"] == [order]


def test_a_day_that_only_recalls_the_month_that_is_named_does_not_narrow_it(plan_it: PlanIt) -> None:
    assert shape(plan_it, "sales in November 2025 (the black friday thing)")["time"] == ("2025-11-01", "2025-12-01")
    assert shape(plan_it, "sales on Black Friday 2025")["time"] == ("2025-11-28", "2025-11-29")


@pytest.mark.parametrize("question", ["orders on hold in 2025", "goods written off in 2025", "order lines in 2025"])
def test_what_no_figure_covers_is_refused(plan_it: PlanIt, question: str) -> None:
    with pytest.raises(Unsupported):
        plan_it(question)


@pytest.mark.parametrize(
    "turns",
    [
        ("how many customers with more than 5 orders in 2025 vs 2024",),
        ("customers with more than 5 orders in 2025 vs 2024", "how many of those are there"),
    ],
)
def test_counts_of_two_periods_are_refused(plan_it: PlanIt, turns: tuple[str, ...]) -> None:
    with pytest.raises(Unsupported, match="one period"):
        shape(plan_it, *turns)


def test_what_is_put_beside_its_own_kind_is_grouped_once(plan_it: PlanIt) -> None:
    query = shape(plan_it, "sales by city in Lyon in 2025", "put Berlin beside it")
    assert (query["dimensions"], query["filters"]) == (["city"], [eq("city", "Lyon", "Berlin")])


@pytest.mark.parametrize(
    ("question", "left_out"),
    [
        ("My wife cooks them every day and swears by them, I am not so sure. Sales in 2025?", "My wife cooks them"),
        ("In June we give a dinner with the good wine. What were the sales in 2025?", "In June we give a dinner"),
        ("sales 2025, I want to send them a card (late, I know)", "late"),
    ],
)
def test_a_sentence_that_tells_a_story_is_left_out_and_named(plan_it: PlanIt, question: str, left_out: str) -> None:
    assert any(left_out in said for said in plan_it(question).ignored)
    assert shape(plan_it, question) == {"metrics": ["revenue"], "time": YEAR}


@pytest.mark.parametrize(
    "question",
    [
        "Imagine we had doubled the postage. What were the sales in 2025?",
        "Germany is doing poorly at the moment. What were the sales in 2025?",
        "Somebody mentioned the weird 300 euro thing. Sales 2025?",
    ],
)
def test_a_sentence_that_could_change_the_figure_is_never_left_out(plan_it: PlanIt, question: str) -> None:
    try:
        kept = shape(plan_it, question).get("filters", [])
    except (Unclear, Unsupported):
        return
    assert kept == [eq("country", "Germany")]


@pytest.mark.parametrize("opening", ["Great, thanks! ", "ok, ", "hm... ", "Thank you. Now ", "oh lovely! "])
@pytest.mark.parametrize("closing", ["", " please", " thx", " pls?"])
def test_courtesies_around_a_follow_up_change_nothing(plan_it: PlanIt, opening: str, closing: str) -> None:
    query = shape(plan_it, "sales by city in 2025", f"{opening}only Germany{closing}")
    assert query["filters"] == [eq("country", "Germany")]
    assert (query["dimensions"], query["time"]) == (["city"], YEAR)


@pytest.mark.parametrize(
    "question", ["how often did customers order in 2025", "revenue of the cities in Germany in 2025"]
)
def test_a_thing_that_nothing_asks_to_list_is_asked_back(plan_it: PlanIt, question: str) -> None:
    with pytest.raises(Unclear, match="a row for each"):
        plan_it(question)


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("average order value in 2025, all customers", {"metrics": ["average_order_value"]}),
        ("what did customers spend in 2025", {"metrics": ["revenue"]}),
        ("all products with oak in the name, sales 2025, one number", {"metrics": ["revenue"], "filters": [{"dimension": "product", "operator": "contains", "values": ["oak"]}]}),
        ("which turnover did all the other countries but Germany make together in 2025", {"metrics": ["revenue"], "filters": [ne("country", "Germany")]}),
    ],
)  # fmt: skip
def test_all_of_them_together_are_one_figure(plan_it: PlanIt, question: str, expected: dict[str, Any]) -> None:
    assert shape(plan_it, question) == {"time": YEAR} | expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("which 5 products came back most in 2025", {"metrics": ["returned_units"], **BY_PRODUCT, "order": [{"by": "returned_units"}], "limit": 5}),
        ("how many times did we give money back in 2025", {"metrics": ["refund_count"]}),
        ("how many customers did we gain in 2025", {"metrics": ["new_customers"]}),
        ("of all orders in 2025, which share did each category take", {"metrics": ["orders"], "dimensions": ["category"], "share_of_total": True}),
        ("what do we make on Kitchen in 2025, as a percentage of sales", {"metrics": ["profit_margin"], "filters": [eq("category", "Kitchen")]}),
        ("how many customers placed 10 or more orders in 2025", {"metrics": ["orders"], "dimensions": ["customer"], "count_groups": True, "having": [{"metric": "orders", "operator": "ge", "values": [10.0]}]}),
        ("in how many months of 2025 was the revenue below 30000", {"metrics": ["revenue"], "grain": "month", "count_groups": True, "having": [{"metric": "revenue", "operator": "lt", "values": [30000.0]}]}),
    ],
)  # fmt: skip
def test_what_happens_names_the_figure(plan_it: PlanIt, question: str, expected: dict[str, Any]) -> None:
    assert shape(plan_it, question) == {"time": YEAR} | expected


@pytest.mark.parametrize(
    ("turns", "expected"),
    [
        (("sales of Lyon and Berlin in 2025, each", "add Malmö"), {"filters": [eq("city", "Lyon", "Berlin", "Malmö")], "dimensions": ["city"]}),
        (("sales of Lyon and Berlin in 2025, each", "Malmö instead of Berlin"), {"filters": [eq("city", "Lyon", "Malmö")], "dimensions": ["city"]}),
        (("sales by city in Germany in 2025", "back to all countries"), {"filters": [], "dimensions": ["city"]}),
        (("discounts by category in 2025", "the discount rate please"), {"metrics": ["discount_rate"], "dimensions": ["category"]}),
        (("units by country in 2025", "revenue instead of units"), {"metrics": ["revenue"], "dimensions": ["country"]}),
        (("refund rate by category in 2025", "which one is the worst"), {"order": [{"by": "refund_rate"}], "limit": 1}),
        (("sales in Germany in 2024", "ok, now the number of orders for France"), {"metrics": ["orders"], "filters": [eq("country", "France")], "time": ("2024-01-01", "2025-01-01")}),
        (("sales in 2024", "only March"), {"time": ("2024-03-01", "2024-04-01")}),
        (("sales in July 2024", "and August?"), {"time": ("2024-08-01", "2024-09-01")}),
    ],
)  # fmt: skip
def test_a_follow_up_keeps_to_what_the_conversation_is_about(
    plan_it: PlanIt, turns: tuple[str, ...], expected: dict[str, Any]
) -> None:
    query = shape(plan_it, *turns)
    for name, value in expected.items():
        assert query.get(name, []) == value


@pytest.mark.parametrize(
    "question", ["what do we pay Anna per month", "show me the numbers for that thing we talked about", "how many did we have in 2025"]
)  # fmt: skip
def test_what_names_no_figure_of_the_shop_is_never_answered_with_one(plan_it: PlanIt, question: str) -> None:
    with pytest.raises((Unclear, Unsupported)):
        plan_it(question)


@pytest.mark.parametrize(
    ("question", "of_both"),
    [
        ("units each month, last year and this", "units each month, last year and this year"),
        ("sales by country, this year against last", "sales by country, this year against last year"),
        ("orders last month vs this?", "orders last month vs this month?"),
        ("sales this quarter and last, by channel", "sales this quarter and last quarter, by channel"),
    ],
)
def test_a_unit_of_time_that_is_said_once_is_meant_twice(plan_it: PlanIt, question: str, of_both: str) -> None:
    assert shape(plan_it, question) == shape(plan_it, of_both)


def test_a_unit_of_time_of_its_own_is_left_alone(plan_it: PlanIt) -> None:
    assert shape(plan_it, "sales last year and this month") != shape(plan_it, "sales last year and this year")
