"""One wide table, as a shop's spreadsheet is exported: names with spaces, an order repeated for each of its lines, no
key, two dates, percentages. Asked once before the draft had seen it."""

import random
from datetime import date, timedelta

from evals.foreign.world import Asked, Row, World

_FIRST, _LAST, TODAY = date(2022, 1, 3), date(2024, 12, 30), date(2025, 1, 6)

TABLES = {
    "sales export": '"Order No" TEXT, "Order Date" TEXT, "Ship Date" TEXT, "Ship Mode" TEXT, "Customer Name" TEXT, "Segment" TEXT, "Country" TEXT, "Product" TEXT, "Category" TEXT, "Qty" INTEGER, "Unit Price" REAL, "Discount %" REAL, "Sales Amount" REAL, "Shipping Cost" REAL, "Profit" REAL, "Returned" TEXT',
    "sales targets": '"Year" INTEGER, "Category" TEXT, "Target" REAL',
}  # fmt: skip


def _rows(seed: int) -> dict[str, list[Row]]:
    draw = random.Random(seed)
    goods = (("Desk", "Furniture", 240.0), ("Chair", "Furniture", 95.0), ("Stapler", "Office", 9.5), ("Paper", "Office", 5.2), ("Laptop", "Technology", 890.0), ("Headset", "Technology", 59.0))  # fmt: skip
    people = [(f"Buyer {chr(65 + i)}", draw.choice(("Consumer", "Corporate")), draw.choice(("Ireland", "Spain", "Italy"))) for i in range(26)]  # fmt: skip
    lines: list[Row] = []
    for i in range(1, 1201):
        day = _FIRST + timedelta(days=draw.randint(0, (_LAST - _FIRST).days - 7))
        name, segment, country = draw.choice(people)
        mode = draw.choice(("Standard", "Express", "Same Day"))
        back = draw.choices(("No", "Yes"), (12, 1))[0]
        for product, category, price in draw.sample(goods, draw.randint(1, 4)):
            quantity, discount = draw.randint(1, 8), draw.choice((0, 0, 0, 10, 20))
            amount = round(quantity * price * (1 - discount / 100), 2)
            lines.append({"Order No": f"ORD-{i:05d}", "Order Date": day.isoformat(), "Ship Date": (day + timedelta(days=draw.randint(0, 6))).isoformat(), "Ship Mode": mode, "Customer Name": name, "Segment": segment, "Country": country, "Product": product, "Category": category, "Qty": quantity, "Unit Price": price, "Discount %": discount, "Sales Amount": amount, "Shipping Cost": round(draw.uniform(1, 20), 2), "Profit": round(amount * draw.uniform(-0.05, 0.3), 2), "Returned": back})  # fmt: skip
    targets = [{"Year": y, "Category": c, "Target": 50000.0 + 1000 * y % 7} for y in (2022, 2023, 2024) for c in ("Furniture", "Office", "Technology")]  # fmt: skip
    return {"sales export": lines, "sales targets": targets}


_T = 'FROM "sales export"'

QUESTIONS = (
    Asked("total sales amount in 2024", f'SELECT sum("Sales Amount") {_T} WHERE "Order Date" LIKE \'2024%\''),
    Asked("sales amount by category", f'SELECT "Category", sum("Sales Amount") {_T} GROUP BY 1'),
    Asked("sales amount by month in 2023", f'SELECT substr("Order Date", 1, 7) || \'-01\', sum("Sales Amount") {_T} WHERE "Order Date" LIKE \'2023%\' GROUP BY 1'),
    Asked("sales amount by country last year", f'SELECT "Country", sum("Sales Amount") {_T} WHERE "Order Date" LIKE \'2024%\' GROUP BY 1'),
    Asked("how many orders did we have in 2024", f'SELECT count(DISTINCT "Order No") {_T} WHERE "Order Date" LIKE \'2024%\''),
    Asked("number of orders by country", f'SELECT "Country", count(DISTINCT "Order No") {_T} GROUP BY 1'),
    Asked("how many customers do we have", f'SELECT count(DISTINCT "Customer Name") {_T}'),
    Asked("how many products do we sell", f'SELECT count(DISTINCT "Product") {_T}'),
    Asked("profit by product", f'SELECT "Product", sum("Profit") {_T} GROUP BY 1'),
    Asked("total profit in 2023", f'SELECT sum("Profit") {_T} WHERE "Order Date" LIKE \'2023%\''),
    Asked("which product made the most profit", f'SELECT "Product", sum("Profit") {_T} GROUP BY 1 ORDER BY 2 DESC LIMIT 1'),
    Asked("top 5 customers by sales amount", f'SELECT "Customer Name", sum("Sales Amount") {_T} GROUP BY 1 ORDER BY 2 DESC LIMIT 5'),
    Asked("total quantity by category", f'SELECT "Category", sum("Qty") {_T} GROUP BY 1'),
    Asked("how many laptops did we sell in 2024", f'SELECT sum("Qty") {_T} WHERE "Product" = \'Laptop\' AND "Order Date" LIKE \'2024%\''),
    Asked("quantity of chairs by country", f'SELECT "Country", sum("Qty") {_T} WHERE "Product" = \'Chair\' GROUP BY 1'),
    Asked("average discount", f'SELECT avg("Discount %") {_T}'),
    Asked("average unit price by category", f'SELECT "Category", avg("Unit Price") {_T} GROUP BY 1'),
    Asked("total shipping cost by ship mode", f'SELECT "Ship Mode", sum("Shipping Cost") {_T} GROUP BY 1'),
    Asked("shipping cost per month in 2024", f'SELECT substr("Order Date", 1, 7) || \'-01\', sum("Shipping Cost") {_T} WHERE "Order Date" LIKE \'2024%\' GROUP BY 1'),
    Asked("sales amount of express orders", f'SELECT sum("Sales Amount") {_T} WHERE "Ship Mode" = \'Express\''),
    Asked("profit in Ireland by segment", f'SELECT "Segment", sum("Profit") {_T} WHERE "Country" = \'Ireland\' GROUP BY 1'),
    Asked("corporate sales amount in 2024", f'SELECT sum("Sales Amount") {_T} WHERE "Segment" = \'Corporate\' AND "Order Date" LIKE \'2024%\''),
    Asked("sales amount of furniture and technology", f'SELECT "Category", sum("Sales Amount") {_T} WHERE "Category" IN (\'Furniture\', \'Technology\') GROUP BY 1'),
    Asked("how many returned orders", f'SELECT count(DISTINCT "Order No") {_T} WHERE "Returned" = \'Yes\''),
    Asked("average order value", None),
    Asked("total target in 2024", 'SELECT sum("Target") FROM "sales targets" WHERE "Year" = 2024'),
    Asked("target by category", 'SELECT "Category", sum("Target") FROM "sales targets" GROUP BY 1'),
    Asked("how many employees", None),
    Asked("sales by supplier", None),
)  # fmt: skip


def export(seed: int = 50) -> World:
    """The exported table with its questions."""
    return World("Export", TODAY, TABLES, _rows(seed), QUESTIONS)
