"""Products as several sources tell of them, and what of their stock is counted."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import aliased

from storage.kernel.errors import not_found
from storage.models.commerce import Product, ProductVariant, StockLevel
from storage.models.ingestion import Connector, IngestionBatch
from storage.repositories.base import Repository, parts
from storage.repositories.resolution import MERGED

_OF_SOURCE: Final = Product.source_key.not_like(f"{MERGED}%")


@dataclass(frozen=True, slots=True)
class StoredVariant:
    id: str
    title: str | None
    sku: str | None
    barcode: str | None
    price_micros: int | None


@dataclass(frozen=True, slots=True)
class StoredProduct:
    """A product as one source knows it, with its variants."""

    id: str
    source_key: str
    connector_id: str | None
    vendor: str | None
    title: str
    sku: str | None
    brand: str | None
    category: str | None
    currency: str | None
    list_price_micros: int | None
    deleted_at: datetime | None
    merged_into_id: str | None
    variants: tuple[StoredVariant, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class StockSeries:
    """The counts of a product, or of a variant of it, at a place."""

    product_id: str
    variant_id: str | None
    location: str
    vendor: str | None
    connector_id: str | None
    covered_by_id: str | None


class GoodsRepository(Repository):
    """Rows of sources: not those that stand for several."""

    async def products(self, ids: Iterable[str] | None = None) -> list[StoredProduct]:
        """All of them, or those of these ids."""
        statement = (
            select(
                Product.id, Product.source_key, IngestionBatch.connector_id, Connector.type, Product.title, Product.sku, Product.brand,
                Product.category, Product.currency, Product.list_price_micros, Product.deleted_at, Product.merged_into_id,
            )
            .outerjoin(IngestionBatch, IngestionBatch.id == Product.created_by_batch_id)
            .outerjoin(Connector, Connector.id == IngestionBatch.connector_id)
            .where(_OF_SOURCE)
            .order_by(Product.id)
        )  # fmt: skip
        of_variants = select(
            ProductVariant.product_id, ProductVariant.id, ProductVariant.title, ProductVariant.sku, ProductVariant.barcode,
            ProductVariant.price_micros,
        ).order_by(ProductVariant.id)  # fmt: skip
        found: list[Any] = []
        variants: dict[str, list[StoredVariant]] = defaultdict(list)
        for part in [None] if ids is None else parts(ids):
            narrowed = statement if part is None else statement.where(Product.id.in_(part))
            found += (await self.session.execute(narrowed)).all()
            own = of_variants if part is None else of_variants.where(ProductVariant.product_id.in_(part))
            for product_id, id_, title, sku, barcode, price in await self.session.execute(own):
                variants[product_id].append(StoredVariant(id_, title, sku, barcode, price))
        return [StoredProduct(*row, variants=tuple(variants[row[0]])) for row in found]

    async def have_several_sources(self) -> bool:
        """Whether more than one source has brought products, or any stand for several."""
        several = select(Product.id).where(Product.source_key.like(f"{MERGED}%")).limit(1)
        if await self.session.scalar(several) is not None:
            return True
        batches = select(IngestionBatch.connector_id).where(
            select(Product.id).where(Product.created_by_batch_id == IngestionBatch.id).exists()
        )
        return len(set(await self.session.scalars(batches.distinct()))) > 1

    async def have_new_stock(self, batch_ids: Iterable[str]) -> bool:
        """Whether these batches count merged products where they were not counted before."""
        other = aliased(StockLevel)
        before = select(other.id).where(
            other.product_id == StockLevel.product_id,
            func.coalesce(other.variant_id, "") == func.coalesce(StockLevel.variant_id, ""),
            other.location == StockLevel.location,
            other.created_by_batch_id != StockLevel.created_by_batch_id,
        )
        for part in parts(batch_ids):
            statement = select(StockLevel.id).where(
                StockLevel.created_by_batch_id.in_(part),
                StockLevel.counted_product_id != StockLevel.product_id,
                ~before.correlate(StockLevel).exists(),
            )
            if await self.session.scalar(statement.limit(1)) is not None:
                return True
        return False

    async def stock(self) -> list[StockSeries]:
        """What is counted of products that were merged, and what is not counted since another source does."""
        statement = (
            select(
                StockLevel.product_id, StockLevel.variant_id, StockLevel.location, Connector.type, IngestionBatch.connector_id,
                StockLevel.covered_by_id,
            )
            .outerjoin(IngestionBatch, IngestionBatch.id == StockLevel.created_by_batch_id)
            .outerjoin(Connector, Connector.id == IngestionBatch.connector_id)
            .where(
                or_(StockLevel.counted_product_id != StockLevel.product_id, StockLevel.covered_by_id.is_not(None))
            )
            .distinct()
        )  # fmt: skip
        return [StockSeries(*row) for row in (await self.session.execute(statement)).all()]

    async def cover(self, covered: Mapping[tuple[str, str | None, str], str | None]) -> None:
        """(product, variant, place) → the product by which the same is counted; None counts it."""
        for (product_id, variant_id, location), by in covered.items():
            statement = (
                update(StockLevel)
                .where(
                    StockLevel.product_id == product_id,
                    StockLevel.variant_id.is_(None) if variant_id is None else StockLevel.variant_id == variant_id,
                    StockLevel.location == location,
                )
                .values(covered_by_id=by)
            )
            await self.session.execute(statement.execution_options(synchronize_session=False))

    async def product(self, product_id: str) -> Product:
        """As it is stored now. Raises not_found."""
        statement = select(Product).where(Product.id == product_id).execution_options(populate_existing=True)
        found = await self.session.scalar(statement)
        if found is None:
            raise not_found("The product")
        return found
