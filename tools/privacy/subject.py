"""Whom a request of privacy is about."""

from typing import Any, cast

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from storage.kernel.errors import invalid
from storage.kernel.text import legible
from tools.ingestion.mapping.payload import parse_payload

_TEXTS = (str, int)


class Subject(BaseModel):
    """`ids` are the vendor's ids of the person, `customer_id` ours where the owner names her; `order_ids` the orders that the
    vendor names."""

    model_config = ConfigDict(frozen=True)

    ids: tuple[str, ...] = Field(default=(), max_length=100)
    emails: tuple[str, ...] = Field(default=(), max_length=100)
    phones: tuple[str, ...] = Field(default=(), max_length=100)
    order_ids: tuple[str, ...] = Field(default=(), max_length=10_000)
    customer_id: str | None = None

    @property
    def reach(self) -> tuple[str, ...]:
        return (*self.emails, *self.phones)


def subject_of(body: bytes, resource: str) -> Subject:
    """Of a webhook that was verified. Shopify's tell `customer{id,email,phone}` and `orders_to_redact` or
    `orders_requested` (shopify.dev, privacy law compliance); others only the id of the resource."""
    told: Any = parse_payload(body)
    members = cast("dict[str, Any]", told) if isinstance(told, dict) else {}
    customer = members.get("customer")
    person = cast("dict[str, Any]", customer) if isinstance(customer, dict) else {}
    orders = members.get("orders_to_redact") or members.get("orders_requested")
    listed = cast("list[Any]", orders) if isinstance(orders, list) else []
    try:
        return Subject(
            ids=_texts([person.get("id") or (resource if not person else None)]),
            emails=_texts([person.get("email")]),
            phones=_texts([person.get("phone")]),
            order_ids=_texts(listed),
        )
    except ValidationError:
        raise invalid("The body names more than it may.") from None


def _texts(values: list[Any]) -> tuple[str, ...]:
    return tuple(
        legible(str(one))[:300] for one in values if isinstance(one, _TEXTS) and not isinstance(one, bool) and one != ""
    )
