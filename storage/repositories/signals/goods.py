"""Prices and stock of products: what some batches changed in them."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import and_, func, null, or_, select, union_all
from sqlalchemy.sql.selectable import Subquery

from storage.models.commerce import Product, ProductVariant, StockLevel
from storage.models.ingestion import VISIBLE_BATCH_STATES, BatchChange, IngestionBatch
from storage.models.intelligence import BusinessEvent
from storage.repositories.base import parts
from storage.repositories.signals.reach import Reach, Signals

PRICE_CHANGE: Final = "price_change"
STOCK_OUT: Final = "stock_out"
BACK_IN_STOCK: Final = "back_in_stock"


@dataclass(frozen=True, slots=True)
class PriceStep:
    """What one batch made of the price of a product or of one of its variants (micro-units). The product is the one that
    it counts as; `source_key` is its own."""

    batch_id: str
    at: datetime
    table: str
    row_id: str
    product_id: str
    product_key: str
    product: str
    own_key: str
    variant_key: str | None
    variant: str | None
    currency: str | None
    currency_changed: bool
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class StockStep:
    """A day on which what is on hand of a product (or a variant), over all places, came to nothing or came back. Counts are
    10⁻⁶ units; `row_ids` are the day's levels. The product is the one that it counts as."""

    on: date
    product_id: str
    product_key: str
    product: str
    variant_key: str | None
    variant: str | None
    before: int
    after: int
    row_id: str
    batch_id: str | None


class GoodsSignals(Signals):
    # ── prices ───────────────────────────────────────────────────────────────────────────────────────────

    async def price_steps(self, batch_ids: Iterable[str]) -> list[PriceStep]:
        """What these batches, as far as they are committed, made of prices that were known before, in the order of batches."""
        found: list[PriceStep] = []
        for part in parts(sorted(batch_ids)):
            for model, column in ((Product, "list_price_micros"), (ProductVariant, "price_micros")):
                told: Any = await self.session.execute(_price_changes(model, column, part))
                found += [
                    PriceStep(
                        batch, at, model.__tablename__, row_id, whole or product, key, title, key, variant_key, variant, currency,
                        bool(was and now and was != now), int(before), int(after),
                    )
                    for batch, at, row_id, before, after, was, now, product, key, title, currency, whole, variant_key, variant in told
                ]  # fmt: skip
        return await self._as_wholes(found)

    async def _as_wholes(self, steps: list[PriceStep]) -> list[PriceStep]:
        """The same with the key and name of what each product counts as."""
        names = await self._names({step.product_id for step in steps})
        return [
            replace(step, product_key=names[step.product_id][0], product=names[step.product_id][1])
            for step in steps
            if step.product_id in names
        ]

    async def _names(self, ids: Iterable[str]) -> dict[str, tuple[str, str]]:
        found: dict[str, tuple[str, str]] = {}
        for part in parts(sorted(ids)):
            statement = select(Product.id, Product.source_key, Product.title).where(Product.id.in_(part))
            found.update({id_: (key, title) for id_, key, title in await self.session.execute(statement)})
        return found

    async def priced_in(self, taken_back: str) -> set[str]:
        """The batches that have events of prices of the products whose price a batch changed."""
        products = select(BatchChange.unified_id).where(
            BatchChange.batch_id == taken_back, BatchChange.unified_type == Product.__tablename__
        )
        of_variants = (
            select(ProductVariant.product_id)
            .join(BatchChange, BatchChange.unified_id == ProductVariant.id)
            .where(BatchChange.batch_id == taken_back, BatchChange.unified_type == ProductVariant.__tablename__)
        )
        statement = select(BusinessEvent.created_by_batch_id).where(
            BusinessEvent.kind == PRICE_CHANGE,
            or_(BusinessEvent.entity_id.in_(products), BusinessEvent.entity_id.in_(of_variants)),
        )
        return {id_ for id_ in await self.session.scalars(statement.distinct()) if id_ is not None}

    async def strays(self, kinds: Iterable[str]) -> list[BusinessEvent]:
        """Events of products that are gone, or were merged into another since."""
        statement = (
            select(BusinessEvent)
            .outerjoin(Product, Product.id == BusinessEvent.entity_id)
            .where(
                BusinessEvent.kind.in_(list(kinds)),
                BusinessEvent.entity_id.is_not(None),
                or_(Product.id.is_(None), Product.merged_into_id.is_not(None)),
            )
        )
        return list(await self.session.scalars(statement))

    async def families(self, product_ids: Iterable[str]) -> tuple[set[str], set[str]]:
        """What these products count as, and all rows that count as that: (rows of sources, what they count as)."""
        whole = func.coalesce(Product.merged_into_id, Product.id)
        wholes: set[str] = set()
        rows: set[str] = set(product_ids)
        for part in parts(sorted(rows)):
            wholes.update(await self.session.scalars(select(whole).where(Product.id.in_(part)).distinct()))
        for part in parts(sorted(wholes)):
            rows.update(await self.session.scalars(select(Product.id).where(Product.merged_into_id.in_(part))))
        return rows, wholes

    # ── stock ────────────────────────────────────────────────────────────────────────────────────────────

    async def stocked(self, reach: Reach) -> tuple[set[str], date | None]:
        """The products whose stock was told anew, and the first day for which it was."""
        found: set[str] = set()
        days: list[date] = []
        for levels in await self.touched(reach, StockLevel, StockLevel.product_id, StockLevel.observed_on):
            first = select(levels.c.product_id, func.min(levels.c.observed_on)).group_by(levels.c.product_id)
            for product_id, day in await self.session.execute(first):
                found.add(product_id)
                days.append(day)
        return found, min(days, default=None)

    async def stock_steps(self, product_ids: Iterable[str], since: date) -> list[StockStep]:
        """The steps from a day on, in their order. What a place holds, it holds until it is counted again; the first count
        of all is no step. A stock-out that is over within a day is none: stock is kept by the day."""
        found: list[StockStep] = []
        for part in parts(sorted(product_ids)):
            totals = self._totals(part, since)
            statement = (
                select(
                    totals.c.on, func.coalesce(Product.merged_into_id, Product.id), Product.source_key, Product.title,
                    ProductVariant.source_key, ProductVariant.title, totals.c.before, totals.c.after, totals.c.row_id,
                )
                .select_from(Product)
                .join(totals, totals.c.product_id == Product.id)
                .outerjoin(ProductVariant, ProductVariant.id == totals.c.variant_id)
                .where(
                    totals.c.on >= since,
                    or_(
                        and_(totals.c.after <= 0, totals.c.before > 0),
                        and_(totals.c.after > 0, totals.c.before <= 0, totals.c.place > 1),
                    ),
                )
                .order_by(totals.c.on, Product.source_key)
            )  # fmt: skip
            rows = (await self.session.execute(statement)).all()
            batches = await self._batches_of_levels({row[-1] for row in rows})
            names = await self._names({row[1] for row in rows})
            for on, whole, _, _, vkey, vtitle, before, after, row_id in rows:
                if whole in names:
                    key, title = names[whole]
                    found.append(
                        StockStep(on, whole, key, title, vkey, vtitle, int(before), int(after), row_id, batches[row_id])
                    )
        return found

    @staticmethod
    def _totals(product_ids: list[str], since: date) -> Subquery:
        """Per product, variant and day: what was on hand before, and after, over all places."""
        own = StockLevel.product_id.in_(product_ids)
        thing = (StockLevel.product_id, StockLevel.variant_id, StockLevel.location)
        level = (StockLevel.id, *thing, StockLevel.observed_on, StockLevel.on_hand_e6)
        place = func.row_number().over(partition_by=thing, order_by=StockLevel.observed_on.desc())
        last = select(*level, place.label("place")).where(own, StockLevel.observed_on < since).subquery()
        earlier = select(*(last.c[column.key] for column in level)).where(last.c.place == 1)
        levels = union_all(select(*level).where(own, StockLevel.observed_on >= since), earlier).subquery()
        of = (levels.c.product_id, levels.c.variant_id)
        was = func.lag(levels.c.on_hand_e6, 1, 0).over(
            partition_by=(*of, levels.c.location), order_by=levels.c.observed_on
        )
        moves = select(*of, levels.c.observed_on, levels.c.id, (levels.c.on_hand_e6 - was).label("moved")).subquery()
        of = (moves.c.product_id, moves.c.variant_id)
        days = (
            select(
                *of, moves.c.observed_on.label("on"), func.sum(moves.c.moved).label("moved"), func.max(moves.c.id).label("row_id")
            )
            .group_by(*of, moves.c.observed_on)
            .subquery()
        )  # fmt: skip
        of = (days.c.product_id, days.c.variant_id)
        after = func.sum(days.c.moved).over(partition_by=of, order_by=days.c.on)
        return select(
            *of,
            days.c.on,
            days.c.row_id,
            after.label("after"),
            (after - days.c.moved).label("before"),
            func.row_number().over(partition_by=of, order_by=days.c.on).label("place"),
        ).subquery()

    async def _batches_of_levels(self, ids: Iterable[str]) -> dict[str, str | None]:
        found: dict[str, str | None] = {}
        for part in parts(sorted(ids)):
            statement = select(StockLevel.id, StockLevel.created_by_batch_id).where(StockLevel.id.in_(part))
            found.update((await self.session.execute(statement)).all())
        return found


def _price_changes(model: type[Any], column: str, batch_ids: list[str]) -> Any:
    """What batches changed in the prices of products, or of variants."""
    before, after = BatchChange.before[column].as_string(), BatchChange.after[column].as_string()
    variant = (ProductVariant.source_key, ProductVariant.title) if model is ProductVariant else (null(), null())
    statement = (
        select(
            BatchChange.batch_id, IngestionBatch.committed_at, BatchChange.unified_id, before, after,
            BatchChange.before["currency"].as_string(), BatchChange.after["currency"].as_string(),
            Product.id, Product.source_key, Product.title, Product.currency, Product.merged_into_id, *variant,
        )
        .join(IngestionBatch, IngestionBatch.id == BatchChange.batch_id)
        .where(
            BatchChange.batch_id.in_(batch_ids),
            IngestionBatch.status.in_(VISIBLE_BATCH_STATES),
            BatchChange.unified_type == model.__tablename__,
            before.is_not(None),
            after.is_not(None),
        )
        .order_by(IngestionBatch.committed_at, BatchChange.id)
    )  # fmt: skip
    if model is Product:
        return statement.join(Product, Product.id == BatchChange.unified_id)
    return statement.join(ProductVariant, ProductVariant.id == BatchChange.unified_id).join(
        Product, Product.id == ProductVariant.product_id
    )
