"""What a generator makes: records as systems hold them, with whose they are."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Kind = Literal["customer", "contact"]


@dataclass(frozen=True, slots=True)
class LabelledRecord:
    """A customer or contact. `source` and `source_id` together are unique; None is a field that the system leaves empty.

    `country` is written as the system writes it, a name or a code. `truth` says whose the record is (see evals.people),
    `decidable` whether anybody could say so from the records alone (see evals.people.deciding), and `mess` what makes it
    hard, in the words of its generator.
    """

    source: str
    source_id: str
    kind: Kind
    name: str | None
    contact_name: str | None
    company: str | None
    email: str | None
    phone: str | None
    line1: str | None
    line2: str | None
    city: str | None
    state: str | None
    postal_code: str | None
    country: str | None
    created_at: datetime
    truth: str
    decidable: bool
    mess: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LabelledProduct:
    """Goods as a shop, a till, the books or a file hold them. `price_micros` is in 10⁻⁶ of the currency's major unit;
    `variant` is what tells it from its siblings where the system has a field for that ("Blue / 250 g").

    One truth is one good as it is bought: another size, colour, flavour or number in the pack is another good. `decidable`
    and `mess` are as in LabelledRecord.
    """

    source: str
    source_id: str
    title: str
    sku: str | None
    gtin: str | None
    brand: str | None
    category: str | None
    price_micros: int | None
    currency: str | None
    variant: str | None
    truth: str
    decidable: bool
    mess: tuple[str, ...]
