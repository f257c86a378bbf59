"""Sources that bring records straight to the normaliser, as connectors do after mapping."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.ids import new_id
from storage.models.ingestion import Connector, IngestionBatch
from tools.ingestion.batches import Batches
from tools.ingestion.chunk import BatchContext, Written
from tools.ingestion.normaliser import Normaliser
from tools.ingestion.records import (
    AddressRecord,
    CatalogueRecord,
    ContactRecord,
    CustomerFileRecord,
    CustomerRecord,
    LineRecord,
    OrderRecord,
    ProductRecord,
    Record,
    RefundRecord,
    SourceRow,
    StockRecord,
    TransactionRecord,
    VariantRecord,
    When,
)

EUR = 1_000_000
_PLACE = ("line1", "city", "postal_code", "country")


def source_row(kind: str, key: str, said: Any) -> SourceRow:
    payload = json.dumps(said, default=str, sort_keys=True)
    return SourceRow(f"{kind}:{key}", hashlib.blake2b(payload.encode(), digest_size=16).hexdigest(), payload)


def customer(key: str, **said: Any) -> CustomerFileRecord:
    place = {name: said[name] for name in _PLACE if name in said}
    rest = {name: value or None for name, value in said.items() if name not in _PLACE}
    record = CustomerRecord(id=key, address=AddressRecord(**place) if place else None, **rest)
    return CustomerFileRecord(source_row("customer", key, said), record)


def contact(key: str, **said: Any) -> ContactRecord:
    return ContactRecord(source=source_row("contact", key, said), key=key, **said)


def product(
    key: str, title: str, *, variant: str | None = None, stock: int | None = None, place: str = "", on: date | None = None, **said: Any
) -> CatalogueRecord:  # fmt: skip
    """A product, or one variant of it, as a vendor lists it: its id is its own. `price` is in euros."""
    source = source_row("product", f"{key}:{variant}:{place}", (title, stock, str(on), said))
    sku, barcode, price = said.pop("sku", None), said.pop("barcode", None), said.pop("price", None)
    micros = price and round(price * EUR)
    known = variant or ((sku or barcode) if barcode else None)
    return CatalogueRecord(
        source=source,
        product=ProductRecord(
            id=key, title=title, sku=None if known else sku, currency="EUR", list_price_micros=micros, is_named_by_id=True, **said
        ),
        variant=VariantRecord(known, sku, barcode, micros) if known else None,
        currency="EUR",
        stock=None if stock is None else StockRecord(on or date(2026, 5, 30), stock * EUR, place),
    )  # fmt: skip


def when(text: str) -> When:
    at = datetime.fromisoformat(text).replace(tzinfo=UTC)
    return When(at, at.date(), 0, at.hour * 60 + at.minute if "T" in text else None)


def order(
    number: str, buyer: CustomerFileRecord | None = None, *, at: str = "2026-05-04T12:00", goods: dict[str, int] | None = None,
    total: int | None = None, back: dict[str, int] | None = None, listed: Sequence[CatalogueRecord] = (), **said: Any,
) -> OrderRecord:  # fmt: skip
    """An order of these goods at these prices in euros, some of them given `back`. A vendor's own id is its key. `listed`:
    the products that goods of their titles are."""
    known = {one.product.title: one.product for one in listed}
    goods = {"Mug": 10} if goods is None else goods
    source = source_row("order", number, (at, goods, total, back, buyer and buyer.customer, said))
    lines = [
        LineRecord(
            source=source, key=f"{number}:{place}", product=known.get(title, ProductRecord(title=title)), variant=None, title=title, sku=None, quantity_e6=EUR,
            unit_price_micros=price * EUR, gross_micros=price * EUR, discount_micros=0, net_micros=price * EUR,
        )
        for place, (title, price) in enumerate(goods.items())
    ]  # fmt: skip
    refunds = [
        RefundRecord(
            source=source, key=f"{number}:back:{place}", when=when(said.get("back_at", at)), kind="refund", amount_micros=price * EUR, title=title
        )
        for place, (title, price) in enumerate((back or {}).items())
    ]  # fmt: skip
    said.pop("back_at", None)
    return OrderRecord(
        source=source, key=f"order:{number}", number=number, when=when(at), currency="EUR", lines=lines, refunds=refunds,
        customer=buyer.customer if buyer else None, has_own_key=True,
        total_micros=(sum(goods.values()) if total is None else total) * EUR or None, **said,
    )  # fmt: skip


def payment(
    key: str, amount: int, buyer: CustomerFileRecord | None = None, *, at: str = "2026-05-04T12:01", **said: Any
) -> TransactionRecord:
    source = source_row("transaction", key, (amount, at, said))
    return TransactionRecord(
        source=source, key=key, kind=said.pop("kind", "charge"), when=when(at), currency="EUR", amount_micros=amount * EUR,
        customer=buyer.customer if buyer else None, **said,
    )  # fmt: skip


@dataclass
class Sources:
    """What a tenant has connected."""

    database: Database
    actor: Actor
    today: date = date(2026, 6, 1)
    batches: list[str] = field(default_factory=list[str])
    written: Written = field(default_factory=Written)

    async def connector(self, vendor: str, account: str | None = None) -> str:
        async with self.database.write(self.actor) as uow:
            row = Connector(id=new_id(), type=vendor, name=vendor.title(), external_key=account or new_id())
            uow.add(row)
            return row.id

    async def sync(self, source: str, *records: Record) -> Written:
        """Brings records of a connector, or of a new one of that vendor, in one batch."""
        written = await self.begin(source, *records)
        await self.finish()
        return written

    async def begin(self, source: str, *records: Record) -> Written:
        """The same without its end: nobody sees yet what was brought."""
        return await self.begin_pages(source, records)

    async def begin_pages(self, source: str, *pages: Sequence[Record]) -> Written:
        """The same, of a list that comes in several pages, each written by itself."""
        connector_id = source if len(source) == len(new_id()) else await self.connector(source)
        batch_id = new_id()
        async with self.database.write(self.actor) as uow:
            uow.add(IngestionBatch(id=batch_id, connector_id=connector_id, status="applying"))
        normaliser = Normaliser(BatchContext(batch_id, connector_id, "thing", self.today))
        written = Written()
        for records in pages:
            async with self.database.write(self.actor) as uow:
                written.add(await normaliser.write(uow, records, skip_known=False))
        assert written.refused == []
        self.batches.append(batch_id)
        self.written = written
        return written

    async def finish(self) -> None:
        """Lets what the last batch has brought be seen."""
        batch_id, written = self.batches[-1], self.written
        async with self.database.write(self.actor) as uow:
            await uow.tenants.lock()
            batch = await uow.ingestion.batch(batch_id)
            batch.created, batch.updated = written.created, written.updated
            await Batches(self.database).flip(uow, batch)

    async def undo(self) -> None:
        """Takes the last batch back."""
        batches = Batches(self.database)
        batch_id = self.batches.pop()
        async with self.database.write(self.actor) as uow:
            await uow.tenants.lock()
            await batches.take_back(uow, await uow.ingestion.batch(batch_id))
        await batches.purge(self.actor, batch_id)
