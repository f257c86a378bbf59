"""Order lines shaped like Tableau's sample superstore, as many as are wanted. Same seed, same bytes."""

import csv
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

_HEADER = (
    *("Row ID", "Order ID", "Order Date", "Ship Date", "Ship Mode", "Customer ID", "Customer Name", "Segment"),
    *("Country/Region", "City", "State", "Postal Code", "Region", "Product ID", "Category", "Sub-Category"),
    *("Product Name", "Sales", "Quantity", "Discount", "Profit"),
)
_FIRST = date(2021, 1, 1)
_DAYS = 4 * 365
_LINES_PER_ORDER = (1, 1, 2, 2, 3, 4)
_SHIP_MODES = ("Standard Class", "Second Class", "First Class", "Same Day")
_SEGMENTS = ("Consumer", "Corporate", "Home Office")
_FIRST_NAMES = ("Ada", "Ben", "Clara", "Daniel", "Eve", "Frank", "Grace", "Hugo", "Iris", "James", "Kate", "Liam")
_LAST_NAMES = ("Adams", "Baker", "Carter", "Dixon", "Ellis", "Foster", "Green", "Hughes", "Irwin", "Jones", "Knight")
_PLACES = (
    ("Henderson", "Kentucky", "42420", "South"),
    ("Los Angeles", "California", "90036", "West"),
    ("Fort Worth", "Texas", "76106", "Central"),
    ("Seattle", "Washington", "98103", "West"),
    ("Philadelphia", "Pennsylvania", "19140", "East"),
    ("New York City", "New York", "10024", "East"),
    ("Chicago", "Illinois", "60610", "Central"),
    ("Jacksonville", "Florida", "32216", "South"),
)
_CATEGORIES = {
    "Furniture": ("Bookcases", "Chairs", "Tables", "Furnishings"),
    "Office Supplies": ("Paper", "Binders", "Labels", "Storage"),
    "Technology": ("Phones", "Copiers", "Machines", "Accessories"),
}
_CUSTOMERS, _PRODUCTS = 4_000, 1_800


def write_superstore(path: Path, lines: int, seed: int = 11) -> None:
    """Writes exactly so many order lines below a header."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(_HEADER)
        writer.writerows(_lines(random.Random(seed), lines))


def _lines(draw: random.Random, lines: int) -> Iterator[tuple[object, ...]]:
    customers = [_customer(draw, number) for number in range(_CUSTOMERS)]
    products = [_product(draw, number) for number in range(_PRODUCTS)]
    row = 0
    while row < lines:
        ordered = _FIRST + timedelta(days=draw.randrange(_DAYS))
        shipped = ordered + timedelta(days=draw.randrange(8))
        order_id = f"CA-{ordered.year}-{100_000 + row}"
        buyer, (city, state, postcode, region) = draw.choice(customers), draw.choice(_PLACES)
        place = ("United States", city, state, postcode, region)
        ship_mode = draw.choice(_SHIP_MODES)
        for _ in range(min(draw.choice(_LINES_PER_ORDER), lines - row)):
            row += 1
            *product, price = draw.choice(products)
            quantity, discount = draw.randint(1, 9), draw.choice((0.0, 0.0, 0.0, 0.2, 0.4))
            sales = round(price * quantity * (1 - discount), 2)
            profit = round(sales * draw.uniform(-0.2, 0.4), 4)
            dates = (_us(ordered), _us(shipped))
            figures = (f"{sales:.2f}", quantity, f"{discount:g}", f"{profit:.4f}")
            yield (row, order_id, *dates, ship_mode, *buyer, *place, *product, *figures)


def _customer(draw: random.Random, number: int) -> tuple[str, str, str]:
    first, last = draw.choice(_FIRST_NAMES), draw.choice(_LAST_NAMES)
    return f"{first[0]}{last[0]}-{10_000 + number}", f"{first} {last}", draw.choice(_SEGMENTS)


def _product(draw: random.Random, number: int) -> tuple[str, str, str, str, float]:
    category = draw.choice(tuple(_CATEGORIES))
    kind = draw.choice(_CATEGORIES[category])
    code = f"{category[:3].upper()}-{kind[:2].upper()}-{10_000_000 + number}"
    return code, category, kind, f"{kind[:-1]} Model {number}, Series {number % 17}", round(draw.uniform(2, 900), 2)


def _us(day: date) -> str:
    return f"{day.month}/{day.day}/{day.year}"
