"""The one writer of unified rows: typed records in, rows of the unified schema out."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from storage.kernel.turns import in_turns
from storage.models.commerce import MetricObservation, ProductCost, StockLevel
from storage.uow import WriteUnitOfWork
from tools.ingestion.catalogue import Entity
from tools.ingestion.chunk import BatchContext, Chunk, Known, Memory, Values, Written, differing, version_itself
from tools.ingestion.orders import Orders
from tools.ingestion.records import (
    CatalogueRecord,
    ContactRecord,
    CustomerFileRecord,
    ObservationRecord,
    OrderRecord,
    ProductRecord,
    Record,
    SourceRow,
    TransactionRecord,
    VariantRecord,
)
from tools.ingestion.relations import Relation, write_relations
from tools.ingestion.things import Things
from tools.ingestion.transactions import write_transactions

_ALWAYS: Final = date(1970, 1, 1)
"""From when a product's first known cost holds: sales before its file was imported had a cost too."""


def nothing() -> None:
    """Where nobody waits for a chunk's rows to be made."""


class Normaliser:
    """Writes the records of one batch, chunk by chunk; each chunk in one transaction that the caller owns."""

    def __init__(self, context: BatchContext, memory: Memory | None = None) -> None:
        """`memory` may be shared by all normalisers of one batch."""
        self._context = context
        self._memory = memory or Memory()

    async def write(
        self,
        uow: WriteUnitOfWork,
        records: Sequence[Record],
        *,
        skip_known: bool,
        only_raw: Sequence[SourceRow] = (),
        resting: Callable[[], None] = nothing,
    ) -> Written:
        """Writes a chunk. With `skip_known`, records whose source rows are all stored in just this version are not
        looked at again: right as long as the source is read the same way as the last time. `only_raw` are objects that
        made no record, and are kept as they came. `resting` is called when all rows are made and only the store has
        something to do."""
        with uow.including_batch(self._context.batch_id):
            sources = [*_sources(records), *only_raw]
            known = await uow.ingestion.raw_versions(
                self._context.connector_id, self._context.object, (source.source_id for source in sources)
            )
            skipped = 0
            if skip_known:
                # Of what a chunk holds in two versions none is skipped: the later one may be the one that is stored.
                twice = {key for key, count in Counter(source.source_id for source in sources).items() if count > 1}
                known_for_sure = {key: value for key, value in known.items() if key not in twice}
                changed = [r for r in records if any(_is_new(s, known_for_sure) for s in _sources([r]))]
                only_raw = [source for source in only_raw if _is_new(source, known_for_sure)]
                skipped = len(sources) - len(_sources(changed)) - len(only_raw)
                records = changed
            self._memory.make_room()
            chunk = Chunk(uow, self._context, self._memory)
            refused = await self._collect(chunk, records, known)
            without = {id(source) for source, _ in refused}
            for source in (*_sources(records), *only_raw):
                if id(source) not in without:
                    chunk.keep_raw(source)
            resting()
            written = await chunk.write(known)
        written.unchanged += skipped
        written.refused = refused
        return written

    async def _collect(
        self, chunk: Chunk, records: Sequence[Record], known: dict[str, tuple[str, str]]
    ) -> list[tuple[SourceRow, str]]:
        things = Things(chunk)
        orders = [r for r in records if isinstance(r, OrderRecord)]
        listed = [r for r in records if isinstance(r, CustomerFileRecord)]
        catalogue = [r for r in records if isinstance(r, CatalogueRecord)]
        observed = [r for r in records if isinstance(r, ObservationRecord)]
        moved = [r for r in records if isinstance(r, TransactionRecord)]
        related = [r for r in records if isinstance(r, Relation)]
        people = [r.customer for r in (*orders, *listed, *moved) if r.customer is not None]
        places = [r.address for r in (*orders, *people) if r.address is not None]
        places += [r.address for r in related if isinstance(r, ContactRecord) and r.address is not None]
        await things.load(people, _products(orders, catalogue), places)
        await things.load_variants(_variants(orders, catalogue))
        async for record in in_turns(listed):
            things.customer(record.customer, record.source, has_the_say=True)
        await _write_catalogue(chunk, things, catalogue)
        await _write_observations(chunk, observed, known)
        await write_relations(chunk, things, related)
        writer = Orders(chunk, things)
        if orders:
            await writer.load(orders)
            async for order in in_turns(orders):
                if not order.is_credit_note:
                    writer.write(order)
            await writer.write_credit_notes([order for order in orders if order.is_credit_note])
        await writer.load_named(r.order_key for r in moved if r.order_key is not None)
        await write_transactions(chunk, things, moved, writer.id_of)
        return writer.refused


def _is_new(source: SourceRow, known: dict[str, tuple[str, str]]) -> bool:
    stored = known.get(source.source_id)
    return stored is None or version_itself(stored[1]) != source.version_hash


def _sources(records: Iterable[Record]) -> list[SourceRow]:
    found: dict[int, SourceRow] = {}
    for record in records:
        for source in record.sources if isinstance(record, OrderRecord) else (record.source,):
            found[id(source)] = source
    return list(found.values())


def _products(orders: Sequence[OrderRecord], catalogue: Sequence[CatalogueRecord]) -> list[ProductRecord]:
    found = [line.product for order in orders for line in order.lines if line.product is not None]
    found += [refund.product for order in orders for refund in order.refunds if refund.product is not None]
    return found + [r.product for r in catalogue]


def _variants(
    orders: Sequence[OrderRecord], catalogue: Sequence[CatalogueRecord]
) -> list[tuple[ProductRecord, VariantRecord]]:
    found = [
        (x.product, x.variant)
        for order in orders
        for x in order.lines
        if x.product is not None and x.variant is not None
    ]
    return found + [(r.product, r.variant) for r in catalogue if r.variant is not None]


async def _rows_of(
    chunk: Chunk, model: type[Any], column: Any, values: Iterable[Any], names: tuple[str, ...]
) -> list[Known]:
    columns = [getattr(model, name) for name in ("id", "created_by_batch_id", *names)]
    own = chunk.context.batch_id
    found = await chunk.find(column, values, columns)
    return [Known(row["id"], row, own=row["created_by_batch_id"] == own) for row in found]


# ── products: what they cost, and how many there are ─────────────────────────────────────────────────────────


async def _write_catalogue(chunk: Chunk, things: Things, records: Sequence[CatalogueRecord]) -> None:
    placed: list[tuple[CatalogueRecord, str, str | None]] = []
    for record in records:
        product_id = things.product(record.product, record.source, has_the_say=True)
        if product_id is not None:
            variant_id = things.variant(product_id, record.variant, record.source, has_the_say=True)
            placed.append((record, product_id, variant_id))
    ids = {product_id for _, product_id, _ in placed}
    costs: dict[tuple[str, str | None], Known] = {}
    for row in await _rows_of(
        chunk,
        ProductCost,
        ProductCost.product_id,
        ids,
        ("product_id", "variant_id", "valid_from", "cost_micros", "currency"),
    ):
        key = (row.values["product_id"], row.values["variant_id"])
        if key not in costs or costs[key].values["valid_from"] < row.values["valid_from"]:
            costs[key] = row
    stock = {
        (row.values["product_id"], row.values["variant_id"], row.values["location"], row.values["observed_on"]): row
        for row in await _rows_of(
            chunk,
            StockLevel,
            StockLevel.product_id,
            ids,
            (
                "product_id", "variant_id", "location", "observed_on", "on_hand_e6", "reorder_level_e6", "on_order_e6",
                "covered_by_id",
            ),
        )
    }  # fmt: skip
    counts = _Counts(stock, {key[:3]: row.values["covered_by_id"] for key, row in stock.items()})
    for record, product_id, variant_id in placed:
        _write_cost(chunk, record, product_id, variant_id, costs)
        _write_stock(chunk, record, (product_id, things.whole(product_id) or product_id, variant_id), counts)


def _write_cost(
    chunk: Chunk,
    record: CatalogueRecord,
    product_id: str,
    variant_id: str | None,
    costs: dict[tuple[str, str | None], Known],
) -> None:
    if record.cost_micros is None or record.currency is None:
        return
    key = (product_id, variant_id)
    latest, is_anew = costs.get(key), chunk.context.anew is not None
    if latest is not None and latest.values["cost_micros"] == record.cost_micros and not is_anew:
        return
    today = chunk.context.today
    # What another mapping makes of the same price is no new price.
    if latest is not None and (latest.own or latest.values["valid_from"] == today or is_anew):
        chunk.change(ProductCost, latest, {"cost_micros": record.cost_micros}, record.source)
        return
    values: Values = {
        "product_id": product_id,
        "variant_id": variant_id,
        "valid_from": _ALWAYS if latest is None else today,
        "currency": record.currency,
        "cost_micros": record.cost_micros,
    }
    costs[key] = Known(chunk.add(ProductCost, values, record.source, "updated"), values, own=True)


@dataclass(frozen=True, slots=True)
class _Counts:
    """What is known of stock: by product, variant, place and day, and of each place by which product's count it is covered."""

    rows: dict[tuple[str, str | None, str, date], Known]
    covered: dict[tuple[str, str | None, str], str | None]


def _write_stock(
    chunk: Chunk,
    record: CatalogueRecord,
    of: tuple[str, str, str | None],
    counts: _Counts,
) -> None:
    """`of`: the product, what it counts as, and the variant. Where another source's count of a place stands for this
    source's, it goes on doing so."""
    product_id, whole_id, variant_id = of
    if record.stock is None:
        return
    key = (product_id, variant_id, record.stock.location, record.stock.on)
    values: Values = {
        "on_hand_e6": record.stock.on_hand_e6,
        "reorder_level_e6": record.stock.reorder_level_e6,
        "on_order_e6": record.stock.on_order_e6,
    }
    known = counts.rows.get(key)
    if known is not None:
        chunk.change(StockLevel, known, differing(known, values, fill_only=False), record.source)
        return
    values |= {
        "product_id": product_id,
        "variant_id": variant_id,
        "location": record.stock.location,
        "observed_on": record.stock.on,
        "counted_product_id": whole_id,
        "covered_by_id": counts.covered.get(key[:3]),
    }
    # In a file of stock each count is new; in a list of products it is one more thing about a product.
    outcome = "created" if chunk.context.object == Entity.STOCK else "updated"
    counts.rows[key] = Known(chunk.add(StockLevel, values, record.source, outcome), values, own=True)


# ── observed series ──────────────────────────────────────────────────────────────────────────────────────────


async def _write_observations(
    chunk: Chunk, records: Sequence[ObservationRecord], known_raw: dict[str, tuple[str, str]]
) -> None:
    # Only rows that the source has sent before can have figures that are stored.
    sent = {r.source.source_id for r in records if r.source.source_id in known_raw}
    stored: dict[tuple[str, Any, str], Known] = {}
    if sent:
        ids = await chunk.uow.ingestion.linked(
            chunk.context.connector_id, chunk.context.object, sent, MetricObservation.__tablename__
        )
        names = ("series", "observed_at", "source_key", "value", "unit")
        for row in await _rows_of(chunk, MetricObservation, MetricObservation.id, ids, names):
            stored[row.values["series"], row.values["observed_at"], row.values["source_key"]] = row
    met: dict[tuple[str, Any, str], int] = defaultdict(int)
    for record in records:
        key = (record.series, record.when.at, f"{chunk.context.connector_id}:{record.key}")
        met[key] += 1
        if met[key] > 1:  # two columns of one name, or a day written in two ways
            key = (*key[:2], f"{key[2]}.{met[key]}")
        values: Values = {"value": record.value, "unit": record.unit}
        known = stored.get(key)
        if known is not None:
            chunk.change(MetricObservation, known, differing(known, values, fill_only=False), record.source)
            continue
        series, at, source_key = key
        chunk.add(
            MetricObservation,
            {"series": series, "observed_at": at, "observed_on": record.when.on, "source_key": source_key, **values},
            record.source,
        )
