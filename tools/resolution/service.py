"""Entity resolution after imports and syncs: the rows of several sources that are one person or one sale are found, and
counted once."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import structlog

from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.errors import CopilotError, ErrorKind, invalid
from storage.models.base import Base
from storage.models.commerce import Customer, Order, OrderLine, Product, ProductVariant, Refund, StockLevel, Transaction
from storage.models.relations import Contact, Message
from storage.repositories.base import PageRequest
from storage.repositories.resolution import PendingBatch
from storage.repositories.resolution_keys import ALL, RULES, STALE, UNSOLD
from storage.uow import ReadUnitOfWork, WriteUnitOfWork
from tools.kit.workers import Workers
from tools.resolution.buyers import KIND, BuyerResolution, Resolution
from tools.resolution.features import EDITION
from tools.resolution.mail import link_messages
from tools.resolution.products import KIND as PRODUCT
from tools.resolution.products import ProductResolution, ProductsFound
from tools.resolution.sales import SaleResolution, SalesFound
from tools.resolution.schemas import (
    DuplicateList,
    DuplicatesRequest,
    Identity,
    MaybeOne,
    MaybeOneProduct,
    MergeRequest,
    ProductIdentity,
    SplitProductRequest,
    SplitRequest,
    Tie,
)
from tools.resolution.telling import likelihood, product_view, told, told_of_goods, view_of

Row = Customer | Product
_logger: structlog.stdlib.BoundLogger = structlog.get_logger("resolution")
_ALL_FROM_SHARE = 0.5
"""Share of all records from which comparing all anew is less work than looking each up, or what is known of how rare a
value is has grown old."""

_SOLD = (Order, OrderLine, Refund, Transaction)


@dataclass(slots=True)
class Report:
    """What one run has found."""

    buyers: Resolution = field(default_factory=Resolution)
    products: ProductsFound = field(default_factory=ProductsFound)
    sales: SalesFound = field(default_factory=SalesFound)


class ResolutionService:
    """One per process. A run looks at what committed batches have brought since the last one, and can be broken off at
    any moment: what it has not noted as done the next one does again."""

    def __init__(self, database: Database, workers: Workers) -> None:
        self._database = database
        self._buyers = BuyerResolution(database, workers)
        self._products = ProductResolution(database, workers)
        self._sales = SaleResolution(workers)
        self._turns: dict[str, asyncio.Lock] = {}

    async def resolve(
        self, actor: Actor, tell: Callable[[str], None] = lambda _: None, *, after_removal: bool = False
    ) -> Report:
        """Compares what is new. `tell` is told how far it has come, in words for the owner. One run of a tenant at a time:
        two would each write what they have read before the other. `after_removal`: a batch may have taken rows out."""
        async with self._turns.setdefault(actor.tenant_id, asyncio.Lock()):
            return await self._resolve(actor, tell, after_removal=after_removal)

    async def _resolve(self, actor: Actor, tell: Callable[[str], None], *, after_removal: bool) -> Report:
        await self._database.learn_sizes()
        async with self._database.read(actor) as uow:
            pending = await uow.resolution.pending()
            batches = [one for one in pending if not one.is_undone]
            changed: set[str] = set()
            for model in (Customer, Contact):
                changed |= await uow.resolution.touched(model, _ids(batches, model))
            counted = await uow.resolution.counted([ALL, STALE, UNSOLD, RULES])
            goods_changed = (
                after_removal
                or len(batches) < len(pending)
                or actor.tenant_id in self._products.left_over
                or bool(await uow.resolution.touched(Product, _ids(batches, Product)))
                or bool(await uow.resolution.touched(ProductVariant, _ids(batches, ProductVariant)))
                or await uow.goods.have_new_stock(_ids(batches, StockLevel))
            )
        report = Report()
        if changed:
            unlike = len(changed) + counted.get(STALE, 0)
            everything = counted.get(RULES) != EDITION or unlike > counted.get(ALL, 0) * _ALL_FROM_SHARE
            report.buyers = await self._buyers.resolve(actor, None if everything else changed, tell)
        if not pending and not after_removal:
            return report
        if goods_changed:
            self._products.left_over.discard(actor.tenant_id)
            report.products = await self._products.resolve(actor, tell)
        undone = len(batches) < len(pending)
        left_over = after_removal or actor.tenant_id in self._buyers.left_over
        self._buyers.left_over.discard(actor.tenant_id)
        await self._put_right(actor, batches, after_undo=undone or left_over)
        async with self._database.write(actor) as uow:
            await uow.tenants.lock()
            # Where a run before this one broke off, nobody knows any more whose sales it left.
            sold = _ids(batches, *_SOLD)
            every_day = undone or UNSOLD in counted
            if sold or report.buyers.moved or every_day:
                report.sales = await self._sales.resolve(uow, sold, report.buyers.moved, tell, every_day=every_day)
                await uow.resolution.drop_counts([UNSOLD])
            await uow.resolution.done(one.id for one in pending)
        if report.buyers.merged or report.products.groups or report.sales.duplicates:
            _logger.info(
                "rows of several sources were found to be one",
                customers=report.buyers.merged, groups=report.buyers.groups, products=report.products.groups,
                sales=report.sales.duplicates,
            )  # fmt: skip
        return report

    async def duplicates(self, uow: ReadUnitOfWork, request: DuplicatesRequest) -> DuplicateList:
        """Pairs of customers, or of products, that may be one and were not taken for it, the likeliest first."""
        if request.of == "products":
            return await self._alike_products(uow, request)
        page = await uow.resolution.possible(KIND, PageRequest(request.limit, request.cursor))
        ids = {id_ for pair in page.items for id_ in (pair.left_id, pair.right_id)}
        stored = {one.id: one for one in await uow.resolution.parties(ids)}
        return DuplicateList(
            items=tuple(
                MaybeOne(
                    one=view_of(stored[pair.left_id]),
                    other=view_of(stored[pair.right_id]),
                    likelihood=likelihood(pair.bits),
                    evidence=told(pair.evidence),
                )
                for pair in page.items
                if pair.left_id in stored and pair.right_id in stored
            ),
            next_cursor=page.next_cursor,
        )

    async def identity(self, uow: ReadUnitOfWork, customer_id: str) -> Identity:
        """The rows of sources that a customer is made of, and what spoke for it. Raises not_found."""
        row = await uow.resolution.customer(customer_id)
        whole_id = row.merged_into_id or row.id
        ids = set((await uow.resolution.members_of(Customer, [whole_id])).get(whole_id, [whole_id]))
        ids |= await uow.resolution.contacts_of(whole_id)
        shown = await uow.resolution.customer(whole_id)
        members = await uow.resolution.parties(ids)
        pairs = await uow.resolution.pairs_of(ids)
        return Identity(
            customer_id=whole_id,
            name=shown.name or shown.company or shown.email,
            members=tuple(view_of(one) for one in sorted(members, key=lambda one: (one.vendor or "", one.id))),
            evidence=tuple(
                Tie(
                    one_id=pair.left_id,
                    other_id=pair.right_id,
                    likelihood=likelihood(pair.bits),
                    evidence=told(pair.evidence),
                )
                for pair in pairs
                if pair.accepted
            ),
        )

    async def _alike_products(self, uow: ReadUnitOfWork, request: DuplicatesRequest) -> DuplicateList:
        page = await uow.resolution.possible(PRODUCT, PageRequest(request.limit, request.cursor))
        ids = {id_ for pair in page.items for id_ in (pair.left_id, pair.right_id)}
        stored = {one.id: one for one in await uow.goods.products(ids)}
        return DuplicateList(
            products=tuple(
                MaybeOneProduct(
                    one=product_view(stored[pair.left_id]),
                    other=product_view(stored[pair.right_id]),
                    likelihood=likelihood(pair.bits),
                    evidence=told_of_goods(pair.evidence),
                )
                for pair in page.items
                if pair.left_id in stored and pair.right_id in stored
            ),
            next_cursor=page.next_cursor,
        )

    async def product_identity(self, uow: ReadUnitOfWork, product_id: str) -> ProductIdentity:
        """The rows of sources that a product is made of, and what spoke for it. Raises not_found."""
        row = await uow.goods.product(product_id)
        whole_id = row.merged_into_id or row.id
        ids = set((await uow.resolution.members_of(Product, [whole_id])).get(whole_id, [whole_id]))
        shown = await uow.goods.product(whole_id)
        members = await uow.goods.products(ids)
        pairs = await uow.resolution.pairs_of(ids)
        return ProductIdentity(
            product_id=whole_id,
            title=shown.title,
            members=tuple(product_view(one) for one in sorted(members, key=lambda one: (one.vendor or "", one.id))),
            evidence=tuple(
                Tie(
                    one_id=pair.left_id,
                    other_id=pair.right_id,
                    likelihood=likelihood(pair.bits),
                    evidence=told_of_goods(pair.evidence),
                )
                for pair in pairs
                if pair.accepted
            ),
        )

    async def merge(self, uow: WriteUnitOfWork, request: MergeRequest) -> Identity:
        """Makes two customers one, whatever speaks against it, for good. Raises not_found, and CopilotError(INVALID) where
        they are one already or CONFLICT while data is being written."""
        await _none_is_written(uow)
        ours, theirs = await _customer_rows(uow, request.one_id), await _customer_rows(uow, request.other_id)
        await _say_one(uow, KIND, ours, theirs)
        made = await self._buyers.resolve_in(uow, {row.id for row in (*ours, *theirs)})
        await self._sales.resolve_in(uow, made.moved)
        await uow.resolution.touch()
        return await self.identity(uow, ours[0].id)

    async def split(self, uow: WriteUnitOfWork, request: SplitRequest) -> Identity:
        """Makes a source's customer, or all that one stands for, customers of their own again, for good. Raises not_found,
        and CopilotError(INVALID) where nothing was merged or CONFLICT while data is being written."""
        await _none_is_written(uow)
        row = await uow.resolution.customer(request.customer_id)
        members = await _customer_rows(uow, row.merged_into_id or row.id)
        parted = await _say_two(uow, KIND, row.id, members)
        made = await self._buyers.resolve_in(uow, {one.id for one in members})
        await self._sales.resolve_in(uow, made.moved)
        await uow.resolution.touch()
        return await self.identity(uow, parted.id)

    async def merge_products(self, uow: WriteUnitOfWork, request: MergeRequest) -> ProductIdentity:
        """The same of two products."""
        await _none_is_written(uow)
        ours, theirs = await _product_rows(uow, request.one_id), await _product_rows(uow, request.other_id)
        await _say_one(uow, PRODUCT, ours, theirs)
        await self._products.resolve_in(uow)
        await uow.resolution.touch()
        return await self.product_identity(uow, ours[0].id)

    async def split_product(self, uow: WriteUnitOfWork, request: SplitProductRequest) -> ProductIdentity:
        """The same of a product."""
        await _none_is_written(uow)
        row = await uow.goods.product(request.product_id)
        parted = await _say_two(uow, PRODUCT, row.id, await _product_rows(uow, row.merged_into_id or row.id))
        await self._products.resolve_in(uow)
        await uow.resolution.touch()
        return await self.product_identity(uow, parted.id)

    async def _put_right(self, actor: Actor, batches: list[PendingBatch], *, after_undo: bool) -> None:
        """What was written while customers were merged, what an undo has left, and mail by its addresses."""
        facts, messages = _ids(batches, *_SOLD), _ids(batches, Message)
        if not facts and not messages and not after_undo:
            return
        async with self._database.write(actor) as uow:
            await uow.tenants.lock()
            await uow.resolution.move_facts_of(facts)
            if after_undo:
                await self._buyers.forget_gone(uow)
            await link_messages(uow, messages)


def _ids(batches: Iterable[PendingBatch], *models: type[Base]) -> list[str]:
    """Of the batches that may have brought any of these."""
    return [one.id for one in batches if one.may_have_brought(*models)]


async def _none_is_written(uow: WriteUnitOfWork) -> None:
    """An import or a sync has read whom its orders count as. Raises CopilotError(CONFLICT) with `retry_after` while one is
    under way."""
    await uow.tenants.lock()
    if await uow.ingestion.batches_in("applying"):
        raise CopilotError(
            ErrorKind.CONFLICT, "Data is being imported or synchronised.", hint="Wait for it to end.", retry_after=10
        )


async def _customer_rows(uow: ReadUnitOfWork, customer_id: str) -> list[Customer]:
    """The rows that sources made of a customer: itself, or those it stands for. Raises not_found."""
    row = await uow.resolution.customer(customer_id)
    members = (await uow.resolution.members_of(Customer, [row.id])).get(row.id)
    return list((await uow.resolution.whole_rows(Customer, members)).values()) if members else [row]


async def _product_rows(uow: ReadUnitOfWork, product_id: str) -> list[Product]:
    """The same of a product."""
    row = await uow.goods.product(product_id)
    members = (await uow.resolution.members_of(Product, [row.id])).get(row.id)
    return list((await uow.resolution.whole_rows(Product, members)).values()) if members else [row]


async def _say_one(uow: WriteUnitOfWork, kind: str, ours: Sequence[Row], theirs: Sequence[Row]) -> None:
    """Keeps that the owner says that these are one. Raises CopilotError(INVALID) where they are already."""
    if {row.merged_into_id or row.id for row in ours} & {row.merged_into_id or row.id for row in theirs}:
        raise invalid("These two are one already.")
    # What was said before of any two of them no longer holds.
    for one in ours:
        for two in theirs:
            await uow.resolution.unsay(kind, one.source_key, two.source_key)
    user_id = uow.scope.actor.user_id if uow.scope.actor else None
    await uow.resolution.say(kind, ours[0].source_key, theirs[0].source_key, same=True, user_id=user_id)


async def _say_two(uow: WriteUnitOfWork, kind: str, asked: str, members: Sequence[Row]) -> Row:
    """Keeps that the owner parts a row from the others of these, or all of them where none is asked for, and gives the
    first that is by itself. Raises CopilotError(INVALID) where there are no others."""
    if len(members) == 1:
        raise invalid("This one was not merged with any other.")
    parted = [one for one in members if one.id == asked] or list(members)
    user_id = uow.scope.actor.user_id if uow.scope.actor else None
    for one in parted:
        for two in members:
            if one is not two:
                await uow.resolution.say(kind, one.source_key, two.source_key, same=False, user_id=user_id)
    return parted[0]
