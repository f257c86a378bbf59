"""What people call the unified tables and their columns."""

from typing import Final

from tools.lineage.reading import PLUMBING

KINDS: Final[dict[str, str]] = {
    "customer": "unified_customers",
    "address": "addresses",
    "order": "unified_orders",
    "order_line": "order_lines",
    "refund": "refunds",
    "product": "unified_products",
    "variant": "product_variants",
    "cost": "product_costs",
    "stock": "stock_levels",
    "transaction": "unified_transactions",
    "observation": "metric_observations",
    "contact": "contacts",
    "deal": "deals",
    "message": "messages",
    "calendar_event": "calendar_events",
}
"""Plain word → table."""
_DAY: Final = 24
_WORDS: Final = {table: word for word, table in KINDS.items()}


def table_of(kind: str) -> str | None:
    """The table that a word means: itself, its plain word, or the plural of that; None for others."""
    plain = kind.strip().lower().replace("-", "_").replace(" ", "_")
    if plain in _WORDS:
        return plain
    singular = plain.removesuffix("s") if not plain.endswith(("ss", "address")) else plain
    singular = "address" if plain == "addresses" else singular
    return KINDS.get(plain) or KINDS.get(singular)


def word_of(table: str) -> str:
    """The plain word of a table."""
    return _WORDS.get(table, table)


def plural_of(kind: str) -> str:
    """What several of a kind are called: order_line → order lines."""
    word = word_of(table_of(kind) or kind).replace("_", " ")
    return word + ("es" if word == "address" else "" if word == "stock" else "s")


def span_of(hours: float) -> str:
    """A stretch of time as people say it: in minutes, hours, or from two days on in days."""
    number, word = (
        (hours * 60, "minute") if hours < 1 else (hours, "hour") if hours < 2 * _DAY else (hours / _DAY, "day")
    )
    return f"{round(number):,} {word}{'s' * (round(number) != 1)}"


def field_name(column: str) -> str:
    """A column without its unit: total_micros → total, quantity_e6 → quantity, customer_id → customer."""
    for suffix in ("_micros", "_e6", "_id"):
        if column.endswith(suffix) and column != suffix:
            return column.removesuffix(suffix)
    return column


def shown_columns(columns: list[str]) -> list[str]:
    """Those that say something of the thing itself."""
    return [column for column in columns if column not in PLUMBING]
