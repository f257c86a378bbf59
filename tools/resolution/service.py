"""Entity resolution after imports and syncs: the rows of several sources that are one person or one sale are found, and
counted once."""

from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.errors import invalid
from storage.models.commerce import Customer
from storage.models.relations import Contact
from storage.uow import ReadUnitOfWork
from tools.kit.workers import Workers
from tools.resolution.buyers import KIND, BuyerResolution, Resolution
from tools.resolution.mail import link_messages
from tools.resolution.sales import SaleResolution, SalesFound

_logger: structlog.stdlib.BoundLogger = structlog.get_logger("resolution")
_ALL_FROM_SHARE = 0.5
"""Share of all records from which comparing all anew is less work than looking each up."""


@dataclass(slots=True)
class Report:
    """What one run has found."""

    buyers: Resolution = field(default_factory=Resolution)
    sales: SalesFound = field(default_factory=SalesFound)


class ResolutionService:
    """One per process. A run looks at what committed batches have brought since the last one, and can be broken off at
    any moment: what it has not noted as done the next one does again."""

    def __init__(self, database: Database, workers: Workers) -> None:
        self._database = database
        self._buyers = BuyerResolution(database, workers)
        self._sales = SaleResolution(database)

    async def resolve(self, actor: Actor, tell: Callable[[str], None] = lambda _: None) -> Report:
        """Compares what is new. `tell` is told how far it has come, in words for the owner."""
        async with self._database.read(actor) as uow:
            batches = await uow.resolution.pending()
            first = not await uow.resolution.has_keys()
            changed: set[str] = set()
            for model in (Customer, Contact):
                changed |= await uow.resolution.touched(model, batches)
            records = await uow.resolution.count_parties() if changed else 0
        report = Report()
        if changed:
            everything = first or len(changed) > records * _ALL_FROM_SHARE
            report.buyers = await self._buyers.resolve(actor, None if everything else changed, tell)
        await self._put_right(actor, batches)
        report.sales = await self._sales.resolve(actor, batches, tell)
        async with self._database.write(actor) as uow:
            await uow.resolution.done(batches)
        if report.buyers.merged or report.sales.duplicates:
            _logger.info(
                "rows of several sources were found to be one",
                customers=report.buyers.merged, groups=report.buyers.groups, sales=report.sales.duplicates,
            )  # fmt: skip
        return report

    async def merge(self, actor: Actor, one_id: str, other_id: str) -> str:
        """Makes two customers one, whatever speaks against it, for good. Returns the id of the customer that they are now.
        Raises not_found, and CopilotError(INVALID) where they are one already."""
        async with self._database.write(actor) as uow:
            ours, theirs = await _source_rows(uow, one_id), await _source_rows(uow, other_id)
            if {row.id for row in ours} & {row.id for row in theirs}:
                raise invalid("These two are one customer already.")
            # What was said before of any two of them no longer holds.
            for one in ours:
                for two in theirs:
                    await uow.resolution.unsay(KIND, one.source_key, two.source_key)
            await uow.resolution.say(KIND, ours[0].source_key, theirs[0].source_key, same=True, user_id=actor.user_id)
            rows = {row.id for row in (*ours, *theirs)}
        await self._buyers.resolve(actor, rows)
        async with self._database.write(actor) as uow:
            whole = (await uow.resolution.customer(ours[0].id)).merged_into_id or ours[0].id
            await uow.resolution.touch()
        return whole

    async def split(self, actor: Actor, customer_id: str) -> None:
        """Makes a source's customer, or all that one stands for, customers of their own again, for good. Raises not_found,
        and CopilotError(INVALID) where nothing was merged."""
        async with self._database.write(actor) as uow:
            row = await uow.resolution.customer(customer_id)
            whole_id = row.merged_into_id or row.id
            members = await _source_rows(uow, whole_id)
            if len(members) == 1:
                raise invalid("This customer was not merged with any other.")
            parted = [one for one in members if one.id == row.id] or members
            for one in parted:
                for two in members:
                    if one is not two:
                        await uow.resolution.say(
                            KIND, one.source_key, two.source_key, same=False, user_id=actor.user_id
                        )
            rows = {one.id for one in members}
        await self._buyers.resolve(actor, rows)
        async with self._database.write(actor) as uow:
            await uow.resolution.touch()

    async def _put_right(self, actor: Actor, batches: list[str]) -> None:
        """What was written while customers were merged, what an undo has left, and mail by its addresses."""
        async with self._database.write(actor) as uow:
            await uow.tenants.lock()
            await uow.resolution.move_facts_of(batches)
            await self._buyers.dissolve_empty(uow)
            await link_messages(uow, batches)


async def _source_rows(uow: ReadUnitOfWork, customer_id: str) -> list[Customer]:
    """The rows that sources made of a customer: itself, or those it stands for. Raises not_found."""
    row = await uow.resolution.customer(customer_id)
    members = (await uow.resolution.members_of(Customer, [row.id])).get(row.id)
    return list((await uow.resolution.whole_rows(Customer, members)).values()) if members else [row]
