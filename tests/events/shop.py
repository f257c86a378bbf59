"""A shop whose sources bring records in batches, looked at after each as imports and syncs are."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from storage.models.intelligence import BusinessEvent
from tests.resolution.sources import EUR, Sources, order, source_row
from tools.events.detection import DetectionService, Told
from tools.ingestion.batches import Batches
from tools.ingestion.records import CatalogueRecord, OrderRecord, ProductRecord, Record, StockRecord, VariantRecord


def listed(
    key: str,
    price: float | None = None,
    *,
    stock: int | None = None,
    on: str = "2026-06-01",
    place: str = "",
    variant: str | None = None,
    variant_price: float | None = None,
    currency: str | None = "EUR",
    **said: Any,
) -> CatalogueRecord:
    """A product of a catalogue; `stock` is counted on a day at a place."""
    source = source_row("product", f"{key}:{variant or ''}:{place}", (price, stock, on, variant_price, currency, said))
    micros = None if price is None else round(price * EUR)
    product = ProductRecord(
        id=key, title=said.pop("title", key.title()), currency=currency, list_price_micros=micros, is_named_by_id=True
    )
    part = None if variant is None else VariantRecord(variant, price_micros=round((variant_price or 0) * EUR) or None)
    count = None if stock is None else StockRecord(date.fromisoformat(on), stock * EUR, place)
    return CatalogueRecord(source, product, part, stock=count)


def orders(
    day: date, count: int, *, refunded: int = 0, back_on: date | None = None, tag: str = ""
) -> list[OrderRecord]:
    """So many orders of a day, some of them given back later."""
    found: list[OrderRecord] = []
    for n in range(count):
        more: dict[str, Any] = {}
        if n < refunded:
            more = {"back": {"Mug": 10}, "back_at": f"{(back_on or day).isoformat()}T15:00"}
        found.append(order(f"{tag}{day:%y%m%d}-{n}", at=f"{day.isoformat()}T10:{n % 60:02}", **more))
    return found


@dataclass
class Shop(Sources):
    """Looks at what happened after each batch, and with each undoing."""

    told: list[Told] = field(default_factory=list[Told])

    def __post_init__(self) -> None:
        self.detection = DetectionService(self.database)

    async def bring(self, source: str, *records: Record) -> Told:
        await self.sync(source, *records)
        return await self.look()

    async def look(self) -> Told:
        self.told.append(await self.detection.detect(self.actor))
        return self.told[-1]

    async def undo(self, batch_id: str | None = None) -> None:
        """Takes a batch back: the last one, where none is named."""
        batches = Batches(self.database, follower=self.detection)
        batch_id = batch_id or self.batches[-1]
        self.batches.remove(batch_id)
        async with self.database.write(self.actor) as uow:
            await uow.tenants.lock()
            await batches.take_back(uow, await uow.ingestion.batch(batch_id))
        await batches.purge(self.actor, batch_id)

    async def events(self, *kinds: str) -> list[BusinessEvent]:
        """Those that are on the timeline, the earliest first."""
        statement = select(BusinessEvent).order_by(BusinessEvent.occurred_at, BusinessEvent.key)
        async with self.database.read(self.actor) as uow:
            found = list(await uow.session.scalars(statement))
        return [event for event in found if not kinds or event.kind in kinds]

    async def titles(self, *kinds: str) -> list[str]:
        return [event.title for event in await self.events(*kinds)]


def days_from(first: str, count: int) -> list[date]:
    start = date.fromisoformat(first)
    return [start + timedelta(days=n) for n in range(count)]
