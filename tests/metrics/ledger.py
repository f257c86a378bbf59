"""A schema made to multiply rows: an invoice has amounts of its own, several lines, several credits and several
payments. Joined as they stand, each of the three counts the others, and the header, several times over (the chasm
and the fan trap)."""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from storage.metrics.model import SemanticModel

FIRST, DAYS = date(2026, 1, 1), 120
MILLION = 1_000_000
REGIONS = ("North", "South", "East")
PRODUCTS = ("Bolt", "Nut", "Washer")


class LedgerBase(DeclarativeBase):
    """The tables of the ledger: not the product's, and no tenant's."""


class Invoice(LedgerBase):
    __tablename__ = "ledger_invoices"
    id: Mapped[int] = mapped_column(primary_key=True)
    issued_on: Mapped[date]
    region: Mapped[str]
    freight_micros: Mapped[int] = mapped_column(BigInteger)


class Item(LedgerBase):
    __tablename__ = "ledger_items"
    id: Mapped[int] = mapped_column(primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("ledger_invoices.id"))
    issued_on: Mapped[date]
    product: Mapped[str]
    amount_micros: Mapped[int] = mapped_column(BigInteger)


class Credit(LedgerBase):
    __tablename__ = "ledger_credits"
    id: Mapped[int] = mapped_column(primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("ledger_invoices.id"))
    credited_on: Mapped[date]
    product: Mapped[str]
    amount_micros: Mapped[int] = mapped_column(BigInteger)


class Payment(LedgerBase):
    __tablename__ = "ledger_payments"
    id: Mapped[int] = mapped_column(primary_key=True)
    invoice_id: Mapped[int] = mapped_column(ForeignKey("ledger_invoices.id"))
    paid_on: Mapped[date]
    amount_micros: Mapped[int] = mapped_column(BigInteger)


def _sum(entity: str, column: str) -> dict[str, str]:
    return {"type": "sum", "entity": entity, "expression": column, "unit": "money", "label": entity, "definition": ""}


def _derived(expression: str, unit: str = "money") -> dict[str, str]:
    return {"type": "derived", "expression": expression, "unit": unit, "label": expression, "definition": ""}


_TO_INVOICE = {"invoice": ("invoice_id", "invoice")}
LEDGER = SemanticModel.model_validate(
    {
        "version": 1,
        "entities": {
            "invoice": {"table": "Invoice", "time": "issued_on"},
            "item": {"table": "Item", "time": "issued_on", "joins": _TO_INVOICE},
            "credit": {"table": "Credit", "time": "credited_on", "joins": _TO_INVOICE},
            "payment": {"table": "Payment", "time": "paid_on", "joins": _TO_INVOICE},
        },
        "metrics": {
            "billed": _sum("item", "amount_micros"),
            "freight": _sum("invoice", "freight_micros"),
            "credited": _sum("credit", "amount_micros"),
            "paid": _sum("payment", "amount_micros"),
            "invoices": {
                "type": "count", "entity": "item", "distinct": "invoice_id", "label": "Invoices", "definition": "",
            },
            "owed": _derived("billed + freight - credited - paid"),
            "freight_rate": _derived("freight / billed", "share"),
        },
        "dimensions": {
            "region": {"label": "Region", "definition": "", "entity": "invoice", "columns": ["region"]},
            "product": {
                "label": "Product", "definition": "", "per_entity": {"item": ["product"], "credit": ["product"]},
            },
        },
    }
)  # fmt: skip


@dataclass
class Ledger:
    """What was written, as the loops see it: (invoice, day, region, product or None, micros)."""

    rows: dict[str, list[tuple[int, date, str, str | None, int]]] = field(
        default_factory=lambda: {"billed": [], "freight": [], "credited": [], "paid": []}
    )

    def figure(self, metric: str, keep: Callable[[date, str, str | None], bool]) -> float | None:
        """A metric over the rows that are kept, by loops; None where a ratio is of nothing."""

        def added(name: str) -> int:
            return sum(micros for _, day, region, product, micros in self.rows[name] if keep(day, region, product))

        match metric:
            case "invoices":
                return len({invoice for invoice, *rest, _ in self.rows["billed"] if keep(*rest)})
            case "owed":
                return (added("billed") + added("freight") - added("credited") - added("paid")) / MILLION
            case "freight_rate":
                return added("freight") / added("billed") if added("billed") else None
            case _:
                return added(metric) / MILLION


def write_ledger(session: Session, seed: int, invoices: int = 40) -> Ledger:
    """Invoices with no to four lines, credits and payments each, so that every trap has something to multiply."""
    rng = random.Random(seed)
    ledger = Ledger()

    def days() -> Iterable[date]:
        return (FIRST + timedelta(days=rng.randrange(DAYS)) for _ in range(rng.randrange(5)))

    for number in range(invoices):
        issued, region, freight = next(iter([*days(), FIRST])), rng.choice(REGIONS), rng.randrange(1, 50) * MILLION
        session.add(Invoice(id=number, issued_on=issued, region=region, freight_micros=freight))
        session.flush()
        ledger.rows["freight"].append((number, issued, region, None, freight))
        for _ in range(rng.randrange(5)):
            product, amount = rng.choice(PRODUCTS), rng.randrange(1, 10**6) * 1_000
            session.add(Item(invoice_id=number, issued_on=issued, product=product, amount_micros=amount))
            ledger.rows["billed"].append((number, issued, region, product, amount))
        for day in days():
            product, amount = rng.choice(PRODUCTS), rng.randrange(1, 10**5) * 1_000
            session.add(Credit(invoice_id=number, credited_on=day, product=product, amount_micros=amount))
            ledger.rows["credited"].append((number, day, region, product, amount))
        for day in days():
            amount = rng.randrange(1, 10**6) * 1_000
            session.add(Payment(invoice_id=number, paid_on=day, amount_micros=amount))
            ledger.rows["paid"].append((number, day, region, None, amount))
    session.flush()
    return ledger
