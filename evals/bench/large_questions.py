"""What the large shop is asked, each with SQL that somebody who knows the schema would write for it. Three in four are
what owners ask every day and sums answer; the others need single orders or customers."""

# ruff: noqa: S608 - constants, put together

from datetime import date

TODAY = date(2026, 11, 28)
_LINES = "FROM order_lines l JOIN unified_orders o ON o.id = l.order_id AND o.status <> 'cancelled'"
_BACK = "FROM refunds r JOIN unified_orders o ON o.id = r.order_id AND o.status <> 'cancelled'"
_MONTH = "strftime('%Y-%m', {day})"


def _within(day: str, start: str, end: str) -> str:
    return f"WHERE {day} >= '{start}' AND {day} < '{end}'"


_SOLD_2025 = f"{_LINES} {_within('l.ordered_on', '2025-01-01', '2026-01-01')}"
_BACK_2025 = f"{_BACK} {_within('r.refunded_on', '2025-01-01', '2026-01-01')}"
_SOLD_2026 = f"{_LINES} {_within('l.ordered_on', '2026-01-01', '2026-11-29')}"
_BACK_2026 = f"{_BACK} {_within('r.refunded_on', '2026-01-01', '2026-11-29')}"


def _net(sold: str, back: str, sold_key: str, back_key: str, order: str = "k") -> str:
    """Net sales per key."""
    return (
        f"SELECT sum(v) / 1e6 AS net FROM (SELECT {sold_key} AS k, sum(l.net_micros) AS v {sold} GROUP BY 1 UNION ALL "
        f"SELECT {back_key}, -sum(r.amount_micros) {back} GROUP BY 1) GROUP BY k ORDER BY {order}"
    )


# The shop's definition of a country: where the order went to, else where the customer is at home.
_PLACE = (
    "LEFT JOIN addresses a ON a.id = o.address_id LEFT JOIN unified_customers c ON c.id = o.customer_id "
    "LEFT JOIN addresses h ON h.id = c.address_id"
)
_COUNTRY = "coalesce(a.country, h.country)"
_SOLD_BY_MONTH, _BACK_BY_MONTH = _MONTH.format(day="l.ordered_on"), _MONTH.format(day="r.refunded_on")

FROM_SUMS: tuple[tuple[str, str], ...] = (
    ("revenue last year", _net(_SOLD_2025, _BACK_2025, "1", "1")),
    ("orders in 2025", f"SELECT count(DISTINCT l.order_id) {_SOLD_2025}"),
    ("revenue by month this year", _net(_SOLD_2026, _BACK_2026, _SOLD_BY_MONTH, _BACK_BY_MONTH)),
    (
        "orders by week this year",
        "SELECT count(DISTINCT l.order_id) "
        f"{_SOLD_2026} GROUP BY date(l.ordered_on, '-6 days', 'weekday 1') ORDER BY date(l.ordered_on, '-6 days', 'weekday 1')",
    ),
    (
        "top 10 products by revenue in 2025",
        _net(_SOLD_2025, _BACK_2025, "l.title", "r.title", "net DESC") + " LIMIT 10",
    ),
    (
        "revenue by country in 2025",
        _net(
            _SOLD_2025.replace("WHERE", f"{_PLACE} WHERE"),
            _BACK_2025.replace("WHERE", f"{_PLACE} WHERE"),
            _COUNTRY,
            _COUNTRY,
            "net DESC",
        ),
    ),
    (
        "average order value by channel in 2025",
        f"SELECT sum(l.net_micros) / 1e6 / count(DISTINCT l.order_id) AS v {_SOLD_2025} GROUP BY o.channel ORDER BY v DESC",
    ),
    (
        "gross sales by category in 2025",
        f"SELECT sum(l.gross_micros) / 1e6 AS v {_LINES} JOIN unified_products p ON p.id = l.product_id "
        f"{_within('l.ordered_on', '2025-01-01', '2026-01-01')} GROUP BY p.category ORDER BY v DESC",
    ),
    (
        "discounts by month in 2025",
        f"SELECT sum(l.discount_micros) / 1e6 {_SOLD_2025} GROUP BY {_SOLD_BY_MONTH} ORDER BY {_SOLD_BY_MONTH}",
    ),
    ("refunds by month in 2025", f"SELECT sum(r.amount_micros) / 1e6 {_BACK_2025} GROUP BY {_BACK_BY_MONTH}"),
    (
        "units sold by salesperson in 2025",
        f"SELECT sum(l.quantity_e6) / 1e6 AS v {_SOLD_2025} GROUP BY o.salesperson ORDER BY v DESC",
    ),
    (
        "gross sales in Country 3 by month in 2025",
        f"SELECT sum(l.gross_micros) / 1e6 {_LINES} {_PLACE} "
        f"{_within('l.ordered_on', '2025-01-01', '2026-01-01')} AND {_COUNTRY} = 'Country 3' GROUP BY {_SOLD_BY_MONTH} ORDER BY {_SOLD_BY_MONTH}",
    ),
    ("shipping charged this year", "SELECT sum(o.shipping_micros) / 1e6 FROM unified_orders o "
     f"{_within('o.ordered_on', '2026-01-01', '2026-11-29')} AND o.status <> 'cancelled'"),
    ("gross sales by supplier in 2025",
        f"SELECT sum(l.gross_micros) / 1e6 AS v {_LINES} JOIN unified_products p ON p.id = l.product_id "
        f"{_within('l.ordered_on', '2025-01-01', '2026-01-01')} GROUP BY p.supplier ORDER BY v DESC"),
    ("revenue per day this month", _net(
        f"{_LINES} {_within('l.ordered_on', '2026-11-01', '2026-11-29')}",
        f"{_BACK} {_within('r.refunded_on', '2026-11-01', '2026-11-29')}",
        "l.ordered_on", "r.refunded_on")),
)  # fmt: skip

FROM_FACTS: tuple[tuple[str, str], ...] = (
    (
        "number of customers by month",
        f"SELECT count(DISTINCT o.customer_id) {_LINES} WHERE l.ordered_on < '2026-11-29' GROUP BY {_SOLD_BY_MONTH} "
        f"ORDER BY {_SOLD_BY_MONTH}",
    ),
    (
        "how many customers bought Product 5 but not Product 9",
        f"SELECT count(DISTINCT o.customer_id) {_LINES} WHERE l.title = 'Product 5' AND o.customer_id NOT IN "
        "(SELECT o.customer_id FROM order_lines l JOIN unified_orders o ON o.id = l.order_id AND o.status <> 'cancelled' "
        "WHERE l.title = 'Product 9' AND o.customer_id IS NOT NULL)",
    ),
    (
        "new customers by month in 2025",
        f"SELECT count(DISTINCT c) FROM (SELECT o.customer_id AS c, min(l.ordered_on) AS d {_LINES} GROUP BY 1) "
        f"{_within('d', '2025-01-01', '2026-01-01')} GROUP BY {_MONTH.format(day='d')} ORDER BY {_MONTH.format(day='d')}",
    ),
    (
        "top 10 customers by gross sales in 2025",
        f"SELECT c.name, sum(l.gross_micros) / 1e6 AS v {_LINES} JOIN unified_customers c ON c.id = o.customer_id "
        f"{_within('l.ordered_on', '2025-01-01', '2026-01-01')} GROUP BY c.id ORDER BY v DESC LIMIT 10",
    ),
    (
        "gross sales by category in Country 3 in 2025",
        f"SELECT sum(l.gross_micros) / 1e6 AS v {_LINES} {_PLACE} "
        f"JOIN unified_products p ON p.id = l.product_id {_within('l.ordered_on', '2025-01-01', '2026-01-01')} "
        f"AND {_COUNTRY} = 'Country 3' GROUP BY p.category ORDER BY v DESC",
    ),
    (
        "how many customers have more than 20 orders",
        f"SELECT count(*) FROM (SELECT o.customer_id {_LINES} WHERE l.ordered_on < '2026-11-29' AND o.customer_id IS NOT NULL "
        "GROUP BY 1 HAVING count(DISTINCT l.order_id) > 20)",
    ),
)
