"""Products of several sources that are one, put together in the store, and their stock counted once.

All are compared anew whenever any changes: a shop has thousands, and how rare a word is depends on them all.

Stock: what two sources count of one good at one place is there once. That of the source that golden.yaml names first counts.
A place without a name is all of a source's places; two names are two places. A source that does not tell variants apart
counts them all.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from storage.database import Database
from storage.kernel.actor import Actor
from storage.models.commerce import Product
from storage.repositories.goods import StockSeries, StoredProduct, StoredVariant
from storage.uow import WriteUnitOfWork
from tools.kit.workers import Workers
from tools.resolution.folding import folded
from tools.resolution.golden import Member, best_of, place_of
from tools.resolution.goods import GoodsFound, find_goods
from tools.resolution.goods_features import Good
from tools.resolution.joining import Decisions
from tools.resolution.wholes import dissolve, stand_for, whole_of

KIND: Final = "product"
_VALUES: Final = (
    "title", "sku", "category", "subcategory", "brand", "supplier", "status", "currency", "list_price_micros", "deleted_at",
)  # fmt: skip
_OF_ONE_VARIANT: Final = ("title", "sku", "currency", "list_price_micros")
"""What an item that is one variant of a product does not say of the product."""
_IN_A_PROCESS_FROM: Final = 1_000
"""Goods from which they are compared in a process of their own, so that the server goes on answering."""
_GROUPS_AT_ONCE: Final = 2_000
_FEWEST_VARIANTS: Final = 2

Tell = Callable[[str], None]


@dataclass(slots=True)
class ProductsFound:
    """Of how many products how many groups of two or more."""

    compared: int = 0
    groups: int = 0


@dataclass(slots=True)
class _Plan:
    wholes: dict[str, str | None] = field(default_factory=dict[str, "str | None"])
    golden: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    """Row that stands for several → those."""


class ProductResolution:
    """One per process."""

    def __init__(self, database: Database, workers: Workers) -> None:
        self._database = database
        self._workers = workers
        self.left_over: set[str] = set()
        """Tenants in which rows that stand for nothing are yet to be taken out."""

    async def resolve(self, actor: Actor, tell: Tell) -> ProductsFound:
        """Compares all of a tenant's products."""
        async with self._database.read(actor) as uow:
            if not await uow.goods.have_several_sources():
                return ProductsFound()
            stored = await uow.goods.products()
            decisions = await uow.resolution.decisions(KIND)
        tell(f"comparing {len(stored):,} products")
        found = await self._found(stored, decisions)
        by_id = {one.id: one for one in stored}
        groups, taken = _groups(found, stored), set[str]()
        for start in range(0, len(groups), _GROUPS_AT_ONCE):
            async with self._database.write(actor) as uow:
                await uow.tenants.lock()
                await self._apply(uow, _planned(groups[start : start + _GROUPS_AT_ONCE], by_id, taken), by_id)
        async with self._database.write(actor) as uow:
            await uow.tenants.lock()
            await self._finish(uow, stored, found)
        return ProductsFound(len(stored), len(found.products))

    async def resolve_in(self, uow: WriteUnitOfWork) -> None:
        """The same within a unit of work of the caller's."""
        await uow.tenants.lock()
        stored = await uow.goods.products()
        found = await self._found(stored, await uow.resolution.decisions(KIND))
        by_id = {one.id: one for one in stored}
        await self._apply(uow, _planned(_groups(found, stored), by_id, set()), by_id)
        await self._finish(uow, stored, found)

    async def _found(self, stored: Sequence[StoredProduct], decisions: Decisions) -> GoodsFound:
        goods = goods_of(stored)
        if len(goods) < _IN_A_PROCESS_FROM:
            return find_goods(goods, decisions)
        return await self._workers.run(find_goods, goods, decisions)

    @staticmethod
    async def _apply(uow: WriteUnitOfWork, plan: _Plan, by_id: Mapping[str, StoredProduct]) -> None:
        several = {id_ for id_, one in by_id.items() if len(one.variants) >= _FEWEST_VARIANTS}

        def shown(members: Sequence[Member]) -> dict[str, Any]:
            values = best_of(KIND, members).values
            wholes = [one for one in members if one.id in several]
            if wholes and len(wholes) < len(members):
                values |= {
                    name: value for name, value in best_of(KIND, wholes).values.items() if name in _OF_ONE_VARIANT
                }
            return values

        before = await uow.resolution.standing(Product, plan.wholes)
        await stand_for(uow, Product, plan.golden, plan.wholes, before, names=_VALUES, shown=shown)

    async def _finish(self, uow: WriteUnitOfWork, stored: Sequence[StoredProduct], found: GoodsFound) -> None:
        pairs = [
            {"left_id": one.left_id, "right_id": one.right_id, "accepted": one.accepted, "bits": one.bits, "evidence": one.evidence}
            for one in found.pairs
        ]  # fmt: skip
        await uow.resolution.set_pairs(KIND, [one.id for one in stored], pairs)
        if await dissolve(uow, Product, None):
            self.left_over.add(uow.resolution.tenant_id)
        series = await uow.goods.stock()
        if series:
            await uow.goods.cover(_covered(series, stored, found))


def goods_of(stored: Iterable[StoredProduct]) -> list[Good]:
    """What is bought of these products: each variant, where a product has any that bear a name, and each other product. One
    with variants also stands as a whole."""
    found: list[Good] = []
    for one in stored:
        only = one.variants[0] if len(one.variants) == 1 else None
        named = _named(one)
        shared: dict[str, Any] = {
            "product_id": one.id, "key": one.source_key, "source": one.connector_id or "", "title": one.title, "brand": one.brand,
            "currency": one.currency, "is_gone": one.deleted_at is not None,
        }  # fmt: skip
        found.append(
            Good(
                id=one.id,
                sku=one.sku or (only.sku if only else None),
                gtin=only.barcode if only else None,
                price_micros=one.list_price_micros or (only.price_micros if only else None),
                is_whole=bool(named),
                **shared,
            )
        )
        found += [
            Good(
                id=two.id, variant=two.title, sku=two.sku or one.sku, gtin=two.barcode, price_micros=two.price_micros or one.list_price_micros,
                **shared,
            )
            for two in named
        ]  # fmt: skip
    return found


def _named(one: StoredProduct) -> tuple[StoredVariant, ...]:
    """Its variants; none where it has only the one that every product has, which its source calls by a number."""
    if len(one.variants) != 1:
        return one.variants
    title = one.variants[0].title
    return () if title is None or title.isdigit() or title == one.variants[0].sku else one.variants


def _groups(found: GoodsFound, stored: Sequence[StoredProduct]) -> list[list[str]]:
    """The groups that were found, and by itself what was part of one before and is no more."""
    grouped = {id_ for members in found.products for id_ in members}
    return found.products + [[one.id] for one in stored if one.merged_into_id is not None and one.id not in grouped]


def _planned(groups: Iterable[Sequence[str]], by_id: Mapping[str, StoredProduct], taken: set[str]) -> _Plan:
    plan = _Plan()
    for members in groups:
        whole: str | None = None
        if len(members) > 1:
            whole = whole_of([by_id[id_].merged_into_id for id_ in members], taken)
            plan.golden[whole] = sorted(members)
        plan.wholes.update(dict.fromkeys(members, whole))
    return plan


# ── stock ────────────────────────────────────────────────────────────────────────────────────────────────────

_Place = tuple[str, str | None, str]


def _covered(
    series: Iterable[StockSeries], stored: Iterable[StoredProduct], found: GoodsFound
) -> dict[_Place, str | None]:
    """What is to be said otherwise than it is of which counts another source's stand for."""
    by_id = {one.id: one for one in stored}
    group_of = {id_: members[0] for members in found.products for id_ in members}
    good_of = {id_: members[0] for members in found.goods for id_ in members}
    as_whole = {
        id_ for members in found.goods for id_ in members
        if any(other in by_id and len(by_id[other].variants) >= _FEWEST_VARIANTS for other in members)
    }  # fmt: skip
    groups: dict[str, list[StockSeries]] = defaultdict(list)
    for one in series:
        groups[group_of.get(one.product_id, one.product_id)].append(one)
    changed: dict[_Place, str | None] = {}
    for own in groups.values():
        counted: list[tuple[StockSeries, str, bool]] = []
        for one in sorted(
            own, key=lambda one: (place_of("stock", one.vendor), one.product_id, one.variant_id or "", one.location)
        ):
            variants = _named(by_id[one.product_id]) if one.product_id in by_id else ()
            leaf = one.variant_id if variants and one.variant_id is not None else one.product_id
            good = good_of.get(leaf, leaf)
            is_all = leaf in as_whole or len(variants) == 1 or (bool(variants) and one.variant_id is None)
            by = next(
                (
                    other.product_id
                    for other, theirs, all_of_it in counted
                    if other.connector_id != one.connector_id
                    and (good == theirs or is_all or all_of_it)
                    and _is_one_place(one.location, other.location)
                ),
                None,
            )
            if by is None:
                counted.append((one, good, is_all))
            if by != one.covered_by_id:
                changed[one.product_id, one.variant_id, one.location] = by
    return changed


def _is_one_place(one: str, two: str) -> bool:
    return not one or not two or folded(one) == folded(two)
