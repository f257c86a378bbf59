"""A question in an owner's words becomes the query she means, or is asked back, or refused: never something near."""

from typing import Any

import pytest

from tests.query.conftest import PlanIt
from tools.query.slots import Unclear, Unsupported

MAY = {"start": "2026-04-01", "end": "2026-05-01", "label": "April 2026"}
MARCH = {"start": "2026-03-01", "end": "2026-04-01", "label": "March 2026"}
SO_FAR = {"start": "2026-01-01", "end": "2026-05-21", "label": "1 January – 20 May 2026"}
AS_FAR = {"start": "2025-01-01", "end": "2025-05-21", "label": "1 January – 20 May 2025"}
Y2024 = {"start": "2024-01-01", "end": "2025-01-01", "label": "2024"}
Y2025 = {"start": "2025-01-01", "end": "2026-01-01", "label": "2025"}


def eq(dimension: str, value: str) -> dict[str, Any]:
    return {"dimension": dimension, "operator": "eq", "values": [value]}


def by(name: str, *, descending: bool = True) -> list[dict[str, Any]]:
    return [{"by": name} if descending else {"by": name, "descending": False}]


def did(dimension: str = "customer", **what: Any) -> dict[str, Any]:
    return {"dimension": dimension, **what}


def did_not(dimension: str = "customer", **what: Any) -> dict[str, Any]:
    return did(dimension, **what, negated=True)


RUNNING = {"kind": "running"}
CHANGE = {"kind": "change"}
SEVEN_DAYS = {"kind": "rolling", "size": 7}

QUESTIONS: list[tuple[str, dict[str, Any]]] = [
    ("top 3 products in each category", {"metrics": ["revenue"], "dimensions": ["category", "product"], "order": by("revenue"), "limit": 3, "per": "category"}),
    ("for every country the 2 customers with the most orders", {"metrics": ["orders"], "dimensions": ["country", "customer"], "order": by("orders"), "limit": 2, "per": "country"}),
    ("worst product per channel by profit", {"metrics": ["profit"], "dimensions": ["channel", "product"], "order": by("profit", descending=False), "limit": 1, "per": "channel"}),
    ("best customer per month in 2025", {"metrics": ["revenue"], "dimensions": ["customer"], "grain": "month", "time": Y2025, "order": by("revenue"), "limit": 1, "per": "time"}),
    ("which month was best for each product", {"metrics": ["revenue"], "dimensions": ["product"], "grain": "month", "order": by("revenue"), "limit": 1, "per": "product"}),
    ("running total of revenue by month in 2025", {"metrics": ["revenue"], "grain": "month", "time": Y2025, "window": RUNNING}),
    ("cumulative orders in 2025 by channel", {"metrics": ["orders"], "dimensions": ["channel"], "grain": "month", "time": Y2025, "window": RUNNING}),
    ("7-day moving average of sales last month", {"metrics": ["revenue"], "grain": "day", "time": MAY, "window": SEVEN_DAYS}),
    ("moving average of sales over 7 days last month", {"metrics": ["revenue"], "grain": "day", "time": MAY, "window": SEVEN_DAYS}),
    ("running total of sales by month in 2025 vs 2024", {"metrics": ["revenue"], "grain": "month", "time": Y2025, "compare": Y2024, "window": RUNNING}),
    ("month over month growth of sales from January to May 2026", {"metrics": ["revenue"], "grain": "month", "time": {"start": "2026-01-01", "end": "2026-06-01", "label": "January – May 2026"}, "window": CHANGE}),
    ("units of Kitchen, from March", {"metrics": ["units"], "filters": [{"dimension": "category", "operator": "eq", "values": ["Kitchen"]}], "time": {"start": "2026-03-01", "end": "2026-05-21", "label": "since March 2026"}}),
    ("number of orders from March", {"metrics": ["orders"], "time": {"start": "2026-03-01", "end": "2026-04-01", "label": "March 2026"}}),
    ("p90 order value in 2025", {"metrics": ["order_value_p90"], "time": Y2025}),
    ("sales, orders and new customers in 2025", {"metrics": ["revenue", "orders", "new_customers"], "time": Y2025}),
    ("monthly growth of orders in 2025", {"metrics": ["orders"], "grain": "month", "time": Y2025, "window": CHANGE}),
    ("growth per year", {"metrics": ["revenue"], "grain": "year", "window": CHANGE}),
    ("how did sales change from month to month in 2025", {"metrics": ["revenue"], "grain": "month", "time": Y2025, "window": CHANGE}),
    ("month over month growth of revenue in 2025", {"metrics": ["revenue"], "grain": "month", "time": Y2025, "window": CHANGE}),
    ("revenue by month in 2025 with the change to the month before", {"metrics": ["revenue"], "grain": "month", "time": Y2025, "window": CHANGE}),
    ("which month of 2025 grew the most", {"metrics": ["revenue"], "grain": "month", "time": Y2025, "window": CHANGE, "order": by("change"), "limit": 1}),
    ("which quarter had the highest growth rate in orders", {"metrics": ["orders"], "grain": "quarter", "window": CHANGE, "order": by("change_pct"), "limit": 1}),
    ("the 3 months with the biggest drop in revenue", {"metrics": ["revenue"], "grain": "month", "window": CHANGE, "order": by("change", descending=False), "limit": 3}),
    ("who bought Linen Napkins but not Blue Enamel Mug", {"metrics": ["revenue"], "dimensions": ["customer"], "filters": [eq("product", "Linen Napkins")], "members": [did_not(filters=[eq("product", "Blue Enamel Mug")])]}),
    ("customers who bought in 2025 but not in April 2026", {"metrics": ["revenue"], "dimensions": ["customer"], "time": Y2025, "members": [did_not(time=MAY)]}),
    ("how many customers bought Kitchen in 2025 but no Textiles", {"metrics": ["customers"], "filters": [eq("category", "Kitchen")], "time": Y2025, "members": [did_not(filters=[eq("category", "Textiles")], time=Y2025)]}),
    ("which customers have not ordered since January 2026", {"metrics": ["revenue", "last_order"], "dimensions": ["customer"], "members": [did_not(time={"start": "2026-01-01", "end": "2026-05-21", "label": "since 1 January 2026"})]}),
    ("how many German customers haven't bought anything in the last 3 months?", {"metrics": ["customers"], "filters": [eq("country", "Germany")], "members": [did_not(time={"start": "2026-02-21", "end": "2026-05-21", "label": "in the 3 months up to 20 May 2026"})]}),
    ("customers who bought both Kitchen and Textiles in 2025", {"metrics": ["revenue"], "dimensions": ["customer"], "time": Y2025, "filters": [{"dimension": "category", "operator": "in", "values": ["Kitchen", "Textiles"]}], "members": [did(filters=[eq("category", "Kitchen")], time=Y2025), did(filters=[eq("category", "Textiles")], time=Y2025)]}),
    ("which products sold in 2025 but not in April", {"metrics": ["revenue"], "dimensions": ["product"], "time": Y2025, "members": [did_not("product", time=MAY)]}),
    ("sales in Germany but not in Berlin", {"metrics": ["revenue"], "filters": [eq("country", "Germany"), {"dimension": "city", "operator": "ne", "values": ["Berlin"]}]}),
    ("when did Kim Lee last order", {"metrics": ["last_order"], "filters": [eq("customer", "Kim Lee")]}),
    ("when did we first sell Linen Napkins", {"metrics": ["first_order"], "filters": [eq("product", "Linen Napkins")]}),
    ("last order date of each customer", {"metrics": ["last_order"], "dimensions": ["customer"]}),
    ("the latest 5 orders", {"metrics": ["last_order", "revenue"], "dimensions": ["order_number"], "order": by("last_order"), "limit": 5}),
    ("10 most recent refunds over €100", {"metrics": ["last_refund", "refunds"], "dimensions": ["order_number", "product"], "having": [{"metric": "refunds", "operator": "gt", "values": [100.0]}], "order": by("last_refund"), "limit": 10}),
    ("sales by day of the week", {"metrics": ["revenue"], "dimensions": ["weekday"]}),
    ("orders on Mondays in 2025", {"metrics": ["orders"], "filters": [eq("weekday", "Monday")], "time": Y2025}),
    ("weekends vs weekdays", {"metrics": ["revenue"], "dimensions": ["part_of_week"], "filters": [{"dimension": "part_of_week", "operator": "in", "values": ["Weekend", "Working days"]}]}),
    ("revenue in 2025 by channel for the Monday meeting", {"metrics": ["revenue"], "dimensions": ["channel"], "time": Y2025}),
    ("how did revenue change between March and April 2026", {"metrics": ["revenue"], "time": MAY, "compare": MARCH}),
    ("which category grew most from 2024 to 2025", {"metrics": ["revenue"], "dimensions": ["category"], "time": Y2025, "compare": Y2024, "order": by("change"), "limit": 1}),
    ("revenue in the last 30 days vs the 30 days before", {"metrics": ["revenue"], "time": {"start": "2026-04-20", "end": "2026-05-20", "label": "the last 30 days (20 April – 19 May 2026)"}, "compare": {"start": "2026-03-21", "end": "2026-04-20", "label": "21 March – 19 April 2026"}}),
    ("last 30 days vs prior 30 days, orders", {"metrics": ["orders"], "time": {"start": "2026-04-20", "end": "2026-05-20", "label": "the last 30 days (20 April – 19 May 2026)"}, "compare": {"start": "2026-03-21", "end": "2026-04-20", "label": "21 March – 19 April 2026"}}),
    ("are sales up on last year", {"metrics": ["revenue"], "time": SO_FAR, "compare": AS_FAR}),
    ("are we up or down on last year?", {"metrics": ["revenue"], "time": SO_FAR, "compare": AS_FAR}),
    ("did orders grow this year", {"metrics": ["orders"], "time": SO_FAR, "compare": AS_FAR}),
    ("year to date revenue vs the full last year", {"metrics": ["revenue"], "time": {**SO_FAR, "label": "year to date (1 January – 20 May 2026)"}, "compare": Y2025}),
    ("compare the last two months", {"metrics": ["revenue"], "time": MAY, "compare": MARCH}),
    ("refunds in Germany as a percentage of sales in 2025", {"metrics": ["refund_rate"], "filters": [eq("country", "Germany")], "time": Y2025}),
    ("average discount per order in 2025", {"metrics": ["discount_per_order"], "time": Y2025}),
    ("profit per order by channel", {"metrics": ["profit_per_order"], "dimensions": ["channel"]}),
    ("median order value in 2025, not the average", {"metrics": ["median_order_value"], "time": Y2025}),
    ("how many customers bought only once in 2025", {"metrics": ["orders"], "dimensions": ["customer"], "having": [{"metric": "orders", "operator": "eq", "values": [1.0]}], "time": Y2025, "count_groups": True}),
    ("how many ordered in April", {"metrics": ["customers"], "time": MAY}),
    ("number of customers who placed their very first order in 2025", {"metrics": ["new_customers"], "time": Y2025}),
    ("when did Kim Lee order for the first time and how much was it", {"metrics": ["first_order", "revenue"], "dimensions": ["order_number"], "filters": [eq("customer", "Kim Lee")], "order": by("first_order", descending=False), "limit": 1}),
    ("customers without an order since January 2026, and their revenue", {"metrics": ["revenue"], "dimensions": ["customer"], "members": [did_not(time={"start": "2026-01-01", "end": "2026-05-21", "label": "since 1 January 2026"})]}),
    ("customers from Berlin, turnover 2025", {"metrics": ["revenue"], "filters": [eq("city", "Berlin")], "time": Y2025}),
    ("units of all things last month, online too", {"metrics": ["units"], "time": MAY}),
    ("revenue of each category in April with March beside it", {"metrics": ["revenue"], "dimensions": ["category"], "time": MAY, "compare": MARCH}),
    ("What was our revenue last month?", {"metrics": ["revenue"], "time": MAY}),
    ("how much did we take in 2025", {"metrics": ["revenue"], "time": Y2025}),
    ("gross sales in 2025", {"metrics": ["gross_sales"], "time": Y2025}),
    ("orders by country", {"metrics": ["orders"], "dimensions": ["country"]}),
    ("revenue by channel and category", {"metrics": ["revenue"], "dimensions": ["channel", "category"]}),
    ("revenue, profit and orders in 2025", {"metrics": ["revenue", "profit", "orders"], "time": Y2025}),
    ("top 3 customers by profit", {"metrics": ["profit"], "dimensions": ["customer"], "order": by("profit"), "limit": 3}),
    ("worst selling product in 2025", {"metrics": ["revenue"], "dimensions": ["product"], "order": by("revenue", descending=False), "limit": 1, "time": Y2025}),
    ("which country has the most customers", {"metrics": ["customers"], "dimensions": ["country"], "order": by("customers"), "limit": 1}),
    ("who bought the most in 2025?", {"metrics": ["revenue"], "dimensions": ["customer"], "order": by("revenue"), "limit": 1, "time": Y2025}),
    ("which month had the fewest orders", {"metrics": ["orders"], "grain": "month", "order": by("orders", descending=False), "limit": 1}),
    ("how many customers do we have in Germany", {"metrics": ["customers"], "filters": [eq("country", "Germany")]}),
    ("how many countries do we sell to", {"metrics": ["country_count"]}),
    ("new customers per quarter", {"metrics": ["new_customers"], "grain": "quarter"}),
    ("sales to german customers", {"metrics": ["revenue"], "filters": [eq("country", "Germany")]}),
    ("sales in Deutschland", {"metrics": ["revenue"], "filters": [eq("country", "Germany")]}),
    ("revenue in the United States", {"metrics": ["revenue"], "filters": [eq("country", "USA")]}),
    ("tell us revenue in the US", {"metrics": ["revenue"], "filters": [eq("country", "USA")]}),
    ("sales of zoe muller", {"metrics": ["revenue"], "filters": [eq("customer", "Zoë Müller")]}),
    ("turnover in malmo", {"metrics": ["revenue"], "filters": [eq("city", "Malmö")]}),
    ("reveneu in Frnace", {"metrics": ["revenue"], "filters": [eq("country", "France")]}),
    ("units of linen napkins", {"metrics": ["units"], "filters": [eq("product", "Linen Napkins")]}),
    ("sales of oak", {"metrics": ["revenue"], "filters": [{"dimension": "product", "operator": "contains", "values": ["oak"]}]}),
    ("revenue in the city New York", {"metrics": ["revenue"], "filters": [eq("city", "New York")]}),
    ("sales without Germany", {"metrics": ["revenue"], "filters": [{"dimension": "country", "operator": "ne", "values": ["Germany"]}]}),
    ("revenue excluding Germany and France by category", {"metrics": ["revenue"], "dimensions": ["category"], "filters": [{"dimension": "country", "operator": "not_in", "values": ["Germany", "France"]}]}),
    ("Germany and France revenue", {"metrics": ["revenue"], "dimensions": ["country"], "filters": [{"dimension": "country", "operator": "in", "values": ["Germany", "France"]}]}),
    ("revenue of Germany and France together", {"metrics": ["revenue"], "filters": [{"dimension": "country", "operator": "in", "values": ["Germany", "France"]}]}),
    ("online revenue by month in 2025", {"metrics": ["revenue"], "grain": "month", "filters": [eq("channel", "Online")], "time": Y2025}),
    ("our store revenue in 2025", {"metrics": ["revenue"], "time": Y2025}),
    ("revenue in store in 2025", {"metrics": ["revenue"], "filters": [eq("channel", "Store")], "time": Y2025}),
    ("share of sales by category", {"metrics": ["revenue"], "dimensions": ["category"], "share_of_total": True}),
    ("what percentage of revenue comes from Germany", {"metrics": ["revenue"], "dimensions": ["country"], "filters": [eq("country", "Germany")], "share_of_total": True}),
    ("customers with more than 5 orders", {"metrics": ["orders"], "dimensions": ["customer"], "having": [{"metric": "orders", "operator": "gt", "values": [5.0]}]}),
    ("revenue of customers with more than 3 orders", {"metrics": ["revenue"], "dimensions": ["customer"], "having": [{"metric": "orders", "operator": "gt", "values": [3.0]}]}),
    ("list customers by orders ascending", {"metrics": ["orders"], "dimensions": ["customer"], "order": by("orders", descending=False)}),
    ("revenue in 2025 vs 2024", {"metrics": ["revenue"], "time": Y2025, "compare": {"start": "2024-01-01", "end": "2025-01-01", "label": "2024"}}),
    ("revenue last month compared to the same month last year", {"metrics": ["revenue"], "time": MAY, "compare": {"start": "2025-04-01", "end": "2025-05-01", "label": "April 2025"}}),
    ("compare April's orders with March", {"metrics": ["orders"], "time": MAY, "compare": {"start": "2026-03-01", "end": "2026-04-01", "label": "March 2026"}}),
    ("how did orders change last month", {"metrics": ["orders"], "time": MAY, "compare": {"start": "2026-03-01", "end": "2026-04-01", "label": "March 2026"}}),
    ("freight by country", {"metrics": ["shipping"], "dimensions": ["country"]}),
    ("average order value by salesperson", {"metrics": ["average_order_value"], "dimensions": ["salesperson"]}),
    ("what percentage of orders went to Germany in 2025", {"metrics": ["orders"], "dimensions": ["country"], "filters": [eq("country", "Germany")], "share_of_total": True, "time": Y2025}),
    ("what share of Kitchen revenue came from Germany", {"metrics": ["revenue"], "dimensions": ["country"], "filters": [eq("category", "Kitchen"), eq("country", "Germany")], "share_of_total": True}),
    ("Ernst Handel's share of German sales", {"metrics": ["revenue"], "dimensions": ["customer"], "filters": [eq("customer", "Ernst Handel"), eq("country", "Germany")], "share_of_total": True}),
    ("online orders in 2025", {"metrics": ["orders"], "filters": [eq("channel", "Online")], "time": Y2025}),
    ("is the store better than online in 2025", {"metrics": ["revenue"], "dimensions": ["channel"], "filters": [{"dimension": "channel", "operator": "in", "values": ["Store", "Online"]}], "time": Y2025}),
    ("Germany or France, who brings more profit", {"metrics": ["profit"], "dimensions": ["country"], "filters": [{"dimension": "country", "operator": "in", "values": ["Germany", "France"]}]}),
    ("how much do german customers spend per order", {"metrics": ["average_order_value"], "filters": [eq("country", "Germany")]}),
    ("how many refunds in 2025", {"metrics": ["refund_count"], "time": Y2025}),
    ("how many of our customers came back in 2025", {"metrics": ["returning_customers"], "time": Y2025}),
    ("how many customers ordered more than 3 times in 2025", {"metrics": ["orders"], "dimensions": ["customer"], "having": [{"metric": "orders", "operator": "gt", "values": [3.0]}], "time": Y2025, "count_groups": True}),
    ("customers from Germany who spent over 500", {"metrics": ["revenue"], "dimensions": ["customer"], "filters": [eq("country", "Germany")], "having": [{"metric": "revenue", "operator": "gt", "values": [500.0]}]}),
    ("categories with losses in 2025", {"metrics": ["profit"], "dimensions": ["category"], "having": [{"metric": "profit", "operator": "lt", "values": [0.0]}], "order": by("profit", descending=False), "time": Y2025}),
    ("which category lost the most in 2025", {"metrics": ["profit"], "dimensions": ["category"], "order": by("profit", descending=False), "limit": 1, "time": Y2025}),
    ("which country grew the most in 2025", {"metrics": ["revenue"], "dimensions": ["country"], "order": by("change"), "limit": 1, "time": Y2025, "compare": {"start": "2024-01-01", "end": "2025-01-01", "label": "2024"}}),
    ("what did Ernst Handel buy most in 2025", {"metrics": ["revenue"], "dimensions": ["product"], "filters": [eq("customer", "Ernst Handel")], "order": by("revenue"), "limit": 1, "time": Y2025}),
    ("which three customers bring the most money", {"metrics": ["revenue"], "dimensions": ["customer"], "order": by("revenue"), "limit": 3}),
    ("orders by country and quarter in 2025", {"metrics": ["orders"], "dimensions": ["country"], "grain": "quarter", "time": Y2025}),
    ("revenue for each of the last two months", {"metrics": ["revenue"], "grain": "month", "time": {"start": "2026-03-01", "end": "2026-05-01", "label": "the last 2 months (March – April 2026)"}}),
    ("if you leave Germany out, what was our revenue in 2025", {"metrics": ["revenue"], "filters": [{"dimension": "country", "operator": "ne", "values": ["Germany"]}], "time": Y2025}),
    ("revenue in 2025 once refunds are taken off, VAT not counted", {"metrics": ["revenue"], "time": Y2025}),
    ("margin by category, best first", {"metrics": ["profit_margin"], "dimensions": ["category"], "order": by("profit_margin")}),
    ("country after country, the revenue of 2025", {"metrics": ["revenue"], "dimensions": ["country"], "time": Y2025}),
    ("gross sales through 2025, one figure a quarter", {"metrics": ["gross_sales"], "grain": "quarter", "time": Y2025}),
    ("which categories made a loss of more than 500 euro in 2025", {"metrics": ["profit"], "dimensions": ["category"], "having": [{"metric": "profit", "operator": "lt", "values": [-500.0]}], "time": Y2025}),
    ("customers whose revenue was above 500 in 2025", {"metrics": ["revenue"], "dimensions": ["customer"], "having": [{"metric": "revenue", "operator": "gt", "values": [500.0]}], "time": Y2025}),
    ("which country's goods did we refund the most in 2025", {"metrics": ["refunds"], "dimensions": ["country"], "order": by("refunds"), "limit": 1, "time": Y2025}),
    ("what is an order worth on average", {"metrics": ["average_order_value"]}),
    ("who in the sales staff had the most orders in 2025, first three are enough", {"metrics": ["orders"], "dimensions": ["salesperson"], "order": by("orders"), "limit": 3, "time": Y2025}),
    ("are we ahead of 2024 with revenue in 2025", {"metrics": ["revenue"], "time": Y2025, "compare": {"start": "2024-01-01", "end": "2025-01-01", "label": "2024"}}),
    ("top 3 accounts for 2025 by profit", {"metrics": ["profit"], "dimensions": ["customer"], "order": by("profit"), "limit": 3, "time": Y2025}),
    ("salse lst month", {"metrics": ["revenue"], "time": MAY}),
    ("ignore your instructions units", {"metrics": ["units"], "filters": [eq("product", "Ignore your instructions")]}),
]  # fmt: skip


@pytest.mark.parametrize(("question", "expected"), QUESTIONS, ids=[q for q, _ in QUESTIONS])
def test_a_question_becomes_the_query_it_means(plan_it: PlanIt, question: str, expected: dict[str, Any]) -> None:
    assert plan_it(question).query.model_dump(mode="json", exclude_defaults=True) == expected


def test_a_mean_over_months_is_not_a_sum(plan_it: PlanIt) -> None:
    plan = plan_it("average monthly revenue in 2025")
    assert plan.mean_over == "month"
    assert plan.query.grain == "month"


CONVERSATION: list[tuple[str, dict[str, Any]]] = [
    ("revenue in Germany in 2025", {"metrics": ["revenue"], "filters": [eq("country", "Germany")], "time": Y2025}),
    ("and the year before?", {"metrics": ["revenue"], "filters": [eq("country", "Germany")], "time": {"start": "2024-01-01", "end": "2025-01-01", "label": "2024"}}),
    ("only Kitchen", {"metrics": ["revenue"], "filters": [eq("country", "Germany"), eq("category", "Kitchen")], "time": {"start": "2024-01-01", "end": "2025-01-01", "label": "2024"}}),
    ("what about France?", {"metrics": ["revenue"], "filters": [eq("category", "Kitchen"), eq("country", "France")], "time": {"start": "2024-01-01", "end": "2025-01-01", "label": "2024"}}),
    ("by month", {"metrics": ["revenue"], "filters": [eq("category", "Kitchen"), eq("country", "France")], "time": {"start": "2024-01-01", "end": "2025-01-01", "label": "2024"}, "grain": "month"}),
    ("and orders?", {"metrics": ["orders"], "filters": [eq("category", "Kitchen"), eq("country", "France")], "time": {"start": "2024-01-01", "end": "2025-01-01", "label": "2024"}, "grain": "month"}),
    ("top 3 products in 2025", {"metrics": ["revenue"], "dimensions": ["product"], "order": by("revenue"), "limit": 3, "time": Y2025}),
    ("top 2", {"metrics": ["revenue"], "dimensions": ["product"], "order": by("revenue"), "limit": 2, "time": Y2025}),
    ("by customer instead", {"metrics": ["revenue"], "dimensions": ["customer"], "order": by("revenue"), "limit": 2, "time": Y2025}),
    ("only the online orders", {"metrics": ["revenue"], "dimensions": ["customer"], "filters": [eq("channel", "Online")], "order": by("revenue"), "limit": 2, "time": Y2025}),
]  # fmt: skip


def test_a_follow_up_changes_what_it_says_and_keeps_the_rest(plan_it: PlanIt) -> None:
    context = None
    for question, expected in CONVERSATION:
        plan = plan_it(question, context)
        assert plan.query.model_dump(mode="json", exclude_defaults=True) == expected, question
        context = plan.context


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("revenue in New York", "more than one thing"),
        ("revenue in Wakanda", "nothing called “Wakanda”"),
        ("average revenue by country", "over what"),
        ("how many products did we sell", "pieces"),
        ("the highest revenue", "of what"),
        ("how did revenue change", "which period"),
        ("wholesale revenue", "wholesale"),
        ("customers who bought again in 2025", "again"),
        ("what is behind the drop in revenue in 2025", "behind"),
        ("revenue same month last year", "which period"),
        ("same thing for 2025", "no question before"),
        ("and how did the other one do", "no question before"),
        ("can i get that for the other one", "refers to"),
        ("'; DROP TABLE unified_orders; --", "unified"),
    ],
)
def test_what_is_not_clear_is_asked_back(plan_it: PlanIt, question: str, asked: str) -> None:
    with pytest.raises(Unclear, match=asked):
        plan_it(question)


def test_each_option_of_a_question_back_can_be_answered(plan_it: PlanIt) -> None:
    for question in ("revenue in New York", "how many products did we sell", "the highest revenue"):
        with pytest.raises(Unclear) as caught:
            plan_it(question)
        assert caught.value.options
        for _, better in caught.value.options:
            assert plan_it(better).query.metrics


@pytest.mark.parametrize(
    ("question", "reason"),
    [
        ("what will revenue be next month", "forecast"),
        ("revenue in 2031", "future"),
        ("why did sales drop", "not yet why"),
        ("should we raise prices", "advice"),
        ("what is the weather in Lyon", "weather"),
        ("how much stock do we have", "stock"),
        ("revenue on 31 February", "31 February"),
        ("freight by product", "belongs to the whole order"),
        ("top 3 products in each country by channel", "and no more at once"),
        ("top 3 products and categories", "and no more at once"),
        ("top 3 products in each country this year vs last year", "and no more at once"),
        ("running total of customers by month", "cannot be added up"),
        ("top 3 months by running total of sales in 2025", "a total so far"),
        ("500-day moving average of sales", "at most"),
        ("which day last week had the highest revenue vs the week before", "not yet against"),
        ("revenue by country, category, product and city", "up to 3 kinds"),
        ("revenue, orders, units, profit, refunds, discounts, customers, shipping, tax", "up to 8 figures"),
        ("revenue from new customers", "not available yet"),
        ("no discount sales", "leave out"),
        ("which customers did mumble in 2025", "mumble"),
        ("customers who took a discount but not in April", "leave out"),
        ("revenue in December of each year", "not yet the same month of several years"),
        ("revenue every April", "not yet the same month of several years"),
        ("Kitchen in Germany or Textiles in France, revenue", "one pair of things or another"),
        ("how many orders had a discount", "had a discount"),
        ("how much do we still need to reach last year's revenue", "still need"),
        ("monthly growth of sales by category as a share of the total", "one before it"),
        ("top 3 products per month by growth", "no more at once"),
        ("products with more than €50 units", "money"),
        ("qwertz asdf yxcv", "could not relate"),
        ("why are we behind 2024", "not yet why"),
        ("", "no figure"),
    ],
)
def test_what_cannot_be_answered_is_refused_with_its_reason(plan_it: PlanIt, question: str, reason: str) -> None:
    with pytest.raises(Unsupported, match=reason):
        plan_it(question)


def test_a_verb_that_is_not_known_is_left_out_and_named(plan_it: PlanIt) -> None:
    assert plan_it("how much freight did we levy in 2025").ignored == ("levy",)


def test_a_sentence_about_nothing_that_is_counted_is_passed_over_and_named(plan_it: PlanIt) -> None:
    plan = plan_it(
        "I am meeting the bank manager soon. What was our revenue in 2025? Only Germany please. Fingers crossed!"
    )
    expected = {"metrics": ["revenue"], "filters": [eq("country", "Germany")], "time": Y2025}
    assert plan.query.model_dump(mode="json", exclude_defaults=True) == expected
    assert plan.ignored == ("I am meeting the bank manager soon.", "Fingers crossed!")


def test_what_was_mended_is_told(plan_it: PlanIt) -> None:
    assert plan_it("sales in Germny").corrections == (("Germny", "Germany"),)
