"""What a mapping may fill: the unified rows, their fields with their kinds, and what hangs on them."""

from dataclasses import dataclass, field
from typing import Final, Literal

FieldKind = Literal[
    "text",
    "id",
    "email",
    "word",
    "code",
    "money",
    "quantity",
    "number",
    "moment",
    "day",
    "flag",
    "words",
    "addresses",
]
"""text; id (a key, as text); email (lower case); word (lower case, as a status); code (upper case, as a currency);
money (10⁻⁶ units); quantity (10⁻⁶ units); number (exact); moment; day; flag; words (all that a path leads to, each once); addresses (the same of e-mail addresses:
one text may hold several)."""


@dataclass(frozen=True, slots=True)
class Target:
    """A kind of row. `needs` are the fields without which there is none."""

    table: str
    fields: dict[str, FieldKind]
    needs: tuple[str, ...] = ()
    parts: dict[str, str] = field(default_factory=dict[str, str])
    """Part → its row."""


def _fields(names: str, of: FieldKind = "text", /, **others: FieldKind) -> dict[str, FieldKind]:
    return {**dict.fromkeys(names.split(), of), **others}


_ADDRESS: Final = Target("addresses", _fields("line1 line2 city state region postal_code country"))
_CUSTOMER: Final = Target(
    "unified_customers",
    _fields("name contact_name company phone segment", id="id", email="email", first_seen_at="moment", deleted="flag"),
    parts={"address": "address"},
)
_VARIANT: Final = Target(
    "product_variants",
    _fields(
        "title sku barcode location", id="id", price="money", cost="money", on_hand="quantity", observed_at="moment"
    ),
)
_PRODUCT: Final = Target(
    "unified_products",
    _fields("title sku category subcategory brand supplier", id="id", status="word", currency="code", list_price="money",
            cost="money", on_hand="quantity", location="text", observed_at="moment", deleted="flag"),
    parts={"variants": "variant"},
)  # fmt: skip
_LINE: Final = Target(
    "order_lines",
    _fields(
        "unit_price gross discount net tax tax_inside unit_net cost",
        "money",
        key="id",
        title="text",
        sku="text",
        quantity="quantity",
    ),
    parts={"product": "product", "variant": "variant"},
)
_REFUND: Final = Target(
    "refunds",
    _fields("amount tax shipping", "money", key="id", at="moment", quantity="quantity", title="text", reason="text",
            kind="word", line="id", signed="flag"),
    needs=("amount",),
    parts={"product": "product"},
)  # fmt: skip
_ORDER: Final = Target(
    "unified_orders",
    _fields("discount shipping tax total amount", "money", key="id", number="text", at="moment", currency="code",
            status="word", shipped_on="day", due_on="day", channel="text", salesperson="text", ship_method="text",
            payment_method="text", discount_code="text", campaign="text", tax_included="flag"),
    needs=("at",),
    parts={"lines": "line", "refunds": "refund", "customer": "customer", "address": "address"},
)  # fmt: skip
_CREDIT_NOTE: Final = Target(
    "refunds",
    _fields(
        "currency",
        "code",
        key="id",
        number="text",
        at="moment",
        originals="words",
        tax_included="flag",
        status="word",
        discount="money",
    ),
    needs=("at",),
    parts={"refunds": "refund", "customer": "customer"},
)
_TRANSACTION: Final = Target(
    "unified_transactions",
    _fields("account category counterparty description", key="id", kind="word", at="moment", currency="code",
            amount="money", fee="money", status="word", order="id", settled_currency="code", settled="money"),
    needs=("kind", "at", "amount"),
    parts={"customer": "customer"},
)  # fmt: skip
_CONTACT: Final = Target(
    "contacts",
    _fields("name company phone title stage owner", key="id", email="email", created_at="moment", deleted="flag"),
    parts={"address": "address"},
)
_DEAL: Final = Target(
    "deals",
    _fields("title pipeline stage owner company", key="id", currency="code", amount="money", status="word",
            probability="number", expected_on="day", opened_at="moment", closed_at="moment", contacts="words",
            deleted="flag"),
)  # fmt: skip
_MESSAGE: Final = Target(
    "messages",
    _fields("subject preview sender_name", key="id", thread="id", sender="email", recipients="addresses", sent_at="moment",
            labels="words", is_read="flag", folder="text", deleted="flag"),
    needs=(),
)  # fmt: skip
_CALENDAR_EVENT: Final = Target(
    "calendar_events",
    _fields("title location organiser status", key="id", starts_at="moment", ends_at="moment", all_day="flag",
            attendees="addresses", deleted="flag"),
)  # fmt: skip
_STOCK: Final = Target(
    "stock_levels",
    _fields("sku location", product="id", variant="id", on_hand="quantity", reorder_level="quantity",
            on_order="quantity", observed_at="moment"),
    needs=("on_hand",),
)  # fmt: skip

TARGETS: Final[dict[str, Target]] = {
    "customer": _CUSTOMER,
    "address": _ADDRESS,
    "product": _PRODUCT,
    "variant": _VARIANT,
    "stock": _STOCK,
    "order": _ORDER,
    "line": _LINE,
    "refund": _REFUND,
    "credit_note": _CREDIT_NOTE,
    "transaction": _TRANSACTION,
    "contact": _CONTACT,
    "deal": _DEAL,
    "message": _MESSAGE,
    "calendar_event": _CALENDAR_EVENT,
}
