"""Customers and contacts that are one person, found among what changed and put together in the store."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.ids import new_id
from storage.models.commerce import Customer
from storage.repositories.resolution import ALL, StoredParty
from storage.uow import WriteUnitOfWork
from tools.kit.workers import Workers
from tools.resolution.clusters import LARGEST_BLOCK, Decisions
from tools.resolution.features import Party
from tools.resolution.golden import Member, best_of
from tools.resolution.people import Found, find_people, keys_by_id

KIND: Final = "buyer"
_CUSTOMERS: Final = Customer.__tablename__
_VALUES: Final = (
    "name", "contact_name", "company", "email", "phone", "segment", "address_id", "first_seen_at", "deleted_at",
)  # fmt: skip
_IN_A_PROCESS_FROM: Final = 2_000
"""Records from which they are compared in a process of their own, so that the server goes on answering."""
_LONGEST: Final = 300
"""Characters of a text that are compared: what is longer is no name, and patterns take time by the square of it."""
_KEYS_AT_ONCE: Final = 20_000
_GROUPS_AT_ONCE: Final = 2_000


@dataclass(slots=True)
class Resolution:
    """What a run has found: of how many records, how many groups of two or more."""

    compared: int = 0
    groups: int = 0
    merged: int = 0
    """Customers that are shown as another one now."""
    moved: set[str] = field(default_factory=set[str])
    """Customers whose orders and payments count as somebody else's than before, or may."""


@dataclass(slots=True)
class _Plan:
    """What is to be written of some groups."""

    wholes: dict[str, str | None] = field(default_factory=dict[str, "str | None"])
    contacts: dict[str, str | None] = field(default_factory=dict[str, "str | None"])
    golden: dict[str, list[str]] = field(default_factory=dict[str, "list[str]"])
    """Row that stands for several → those."""


Tell = Callable[[str], None]


class BuyerResolution:
    """One per process."""

    def __init__(self, database: Database, workers: Workers) -> None:
        self._database = database
        self._workers = workers
        self.left_over: set[str] = set()
        """Tenants in which rows that stand for nobody are yet to be taken out."""

    async def resolve(self, actor: Actor, changed: Iterable[str] | None, tell: Tell = lambda _: None) -> Resolution:
        """Compares the customers and contacts of these ids with all others; None compares all with all."""
        if changed is None:
            return await self._all(actor, tell)
        async with self._database.write(actor) as uow:
            return await self.resolve_in(uow, set(changed), tell)

    # ── comparing ────────────────────────────────────────────────────────────────────────────────────────

    async def _all(self, actor: Actor, tell: Tell) -> Resolution:
        async with self._database.read(actor) as uow:
            stored = await uow.resolution.parties()
            country = (await uow.tenants.current()).country or ""
            decisions = _decided(await uow.resolution.decisions(KIND))
        if not stored:
            return Resolution()
        tell(f"comparing {len(stored):,} customers and contacts")
        parties = [_party(one) for one in stored]
        keys = await self._run(len(parties), keys_by_id, parties, country)
        found = await self._run(len(parties), find_people, parties, country, decisions)
        async with self._database.write(actor) as uow:
            await uow.resolution.forget_keys()
        ids = list(keys.blocking)
        for start in range(0, len(ids), _KEYS_AT_ONCE):
            part = ids[start : start + _KEYS_AT_ONCE]
            async with self._database.write(actor) as uow:
                await uow.resolution.add_keys({id_: keys.blocking[id_] for id_ in part})
        async with self._database.write(actor) as uow:
            await uow.resolution.add_counts({**keys.counted, ALL: len(parties)})
        return await self._write(actor, stored, found, tell)

    async def resolve_in(self, uow: WriteUnitOfWork, changed: set[str], tell: Tell = lambda _: None) -> Resolution:
        """The same of a few, within a unit of work of the caller's."""
        await uow.tenants.lock()
        country = (await uow.tenants.current()).country or ""
        decisions = _decided(await uow.resolution.decisions(KIND))
        asked = changed | await uow.resolution.together_with(changed)
        own = await uow.resolution.parties(asked)
        keys = keys_by_id([_party(one) for one in own if one.id in changed], country)
        fresh = await uow.resolution.without_keys(keys.blocking)
        await uow.resolution.drop_keys(changed)
        await uow.resolution.add_keys(keys.blocking)
        counted = keys_by_id([_party(one) for one in own if one.id in fresh], country).counted
        await uow.resolution.add_counts({**counted, ALL: len(fresh)})
        every = {key for one in keys.blocking.values() for key in one}
        counts = await uow.resolution.key_counts(every)
        alike = await uow.resolution.sharing([key for key in every if counts.get(key, 0) <= LARGEST_BLOCK])
        alike |= await uow.resolution.together_with(alike | asked)
        stored = await uow.resolution.parties(alike | asked)
        if not stored:
            return Resolution()
        keys = keys_by_id([_party(one) for one in stored], country)
        counts = await uow.resolution.key_counts({key for one in keys.blocking.values() for key in one})
        counts |= await uow.resolution.counted(keys.counted)
        records = await uow.resolution.count_parties()
        tell(f"comparing {len(changed):,} customers and contacts with {len(stored):,}")
        parties = [_party(one) for one in stored]
        found = await self._run(len(parties), find_people, parties, country, decisions, counts, records)
        plan = _planned(_groups(found, stored), {one.id: one for one in stored}, set())
        moved = await self._apply(uow, plan)
        await self._finish(uow, stored, found)
        merged = sum(whole is not None for whole in plan.wholes.values())
        return Resolution(len(stored), len(found.groups), merged, moved)

    async def _run(self, count: int, work: Callable[..., Any], *arguments: Any) -> Any:
        return await self._workers.run(work, *arguments) if count >= _IN_A_PROCESS_FROM else work(*arguments)

    # ── putting together ─────────────────────────────────────────────────────────────────────────────────

    async def _write(self, actor: Actor, stored: Sequence[StoredParty], found: Found, tell: Tell) -> Resolution:
        """Makes the store say what was found of these rows, a few thousand groups at a time: each is whole by itself."""
        by_id = {one.id: one for one in stored}
        result = Resolution(compared=len(stored), groups=len(found.groups))
        taken: set[str] = set()
        groups = _groups(found, stored)
        for start in range(0, len(groups), _GROUPS_AT_ONCE):
            tell(f"putting together {start:,} of {len(groups):,}")
            plan = _planned(groups[start : start + _GROUPS_AT_ONCE], by_id, taken)
            async with self._database.write(actor) as uow:
                await uow.tenants.lock()
                result.moved |= await self._apply(uow, plan)
            result.merged += sum(whole is not None for whole in plan.wholes.values())
        async with self._database.write(actor) as uow:
            await uow.tenants.lock()
            await self._finish(uow, stored, found)
        return result

    async def _finish(self, uow: WriteUnitOfWork, stored: Sequence[StoredParty], found: Found) -> None:
        pairs = [
            {"left_id": one.left_id, "right_id": one.right_id, "accepted": one.accepted, "bits": one.bits, "evidence": one.evidence}
            for one in found.pairs
        ]  # fmt: skip
        await uow.resolution.set_pairs(KIND, [one.id for one in stored], pairs)
        await self.dissolve_empty(uow, {one.merged_into_id for one in stored if one.merged_into_id is not None})

    async def _apply(self, uow: WriteUnitOfWork, plan: _Plan) -> set[str]:
        """Gives the customers whose facts were moved."""
        existing = await uow.resolution.whole_rows(Customer, plan.golden)
        rows = await uow.resolution.whole_rows(Customer, {id_ for ids in plan.golden.values() for id_ in ids})
        vendors = await uow.resolution.vendors_of(rows.values())
        made: list[dict[str, Any]] = []
        for whole, ids in plan.golden.items():
            members = [
                Member(
                    id_, vendors.get(id_), {name: getattr(rows[id_], name) for name in _VALUES}, rows[id_].updated_at
                )
                for id_ in ids
                if id_ in rows
            ]
            values = best_of("customer", members).values
            if whole not in existing:
                made.append({"id": whole, **values})
            elif any(getattr(existing[whole], name) != value for name, value in values.items()):
                await uow.resolution.set_values(Customer, whole, values)
        await uow.resolution.add_whole(Customer, made)
        changed = await uow.resolution.changed(Customer, plan.wholes)
        moved = await uow.resolution.assign(Customer, changed) if changed else set[str]()
        if moved:
            await uow.rollup.forget_things({_CUSTOMERS: moved})
        await uow.resolution.link_contacts(plan.contacts)
        return moved

    async def forget_gone(self, uow: WriteUnitOfWork) -> None:
        """Looks again at whoever was one with rows that an undo has taken, or is shown with values that it has put back."""
        left = await uow.resolution.forget(await uow.resolution.gone())
        left |= await uow.resolution.newer_than_whole(Customer)
        if left:
            await self.resolve_in(uow, left)
        await self.dissolve_empty(uow)
        await uow.resolution.unlink_lost(Customer)

    async def dissolve_empty(self, uow: WriteUnitOfWork, among: Iterable[str] | None = None) -> None:
        """Takes out what stands for fewer than two rows, of all or of some: after an undo, or when an owner has parted
        some. While a batch is written, which may just give one of them something, they are left for the next run."""
        empty = await uow.resolution.empty_wholes(Customer, among)
        if empty and await uow.ingestion.batches_in("applying"):
            self.left_over.add(uow.resolution.tenant_id)
        elif empty:
            await uow.rollup.forget_things({_CUSTOMERS: set(empty)})
            await uow.resolution.drop_wholes(Customer, empty)


def _groups(found: Found, stored: Sequence[StoredParty]) -> list[list[str]]:
    """The groups that were found, and by itself what was part of one before and is no more."""
    grouped = {id_ for members in found.groups for id_ in members}
    return found.groups + [[one.id] for one in stored if one.merged_into_id is not None and one.id not in grouped]


def _planned(groups: Iterable[Sequence[str]], by_id: Mapping[str, StoredParty], taken: set[str]) -> _Plan:
    """Which row stands for each group: the one that stood for most of it, unless another group has it already."""
    plan = _Plan()
    for members in groups:
        customers = sorted(id_ for id_ in members if by_id[id_].table == _CUSTOMERS)
        contacts = [id_ for id_ in members if by_id[id_].table != _CUSTOMERS]
        whole: str | None = None
        if len(customers) > 1:
            before = [by_id[id_].merged_into_id for id_ in customers]
            known = sorted(
                {one for one in before if one is not None and one not in taken},
                key=lambda one: (-before.count(one), one),
            )
            whole = known[0] if known else new_id()
            taken.add(whole)
            plan.golden[whole] = customers
        plan.wholes.update(dict.fromkeys(customers, whole))
        plan.contacts.update(dict.fromkeys(contacts, whole or next(iter(customers), None)))
    return plan


def _party(one: StoredParty) -> Party:
    texts = (
        one.name, one.contact_name, one.company, one.email, one.phone, one.line1, one.city, one.postal_code, one.country_code,
    )  # fmt: skip
    return Party(one.id, one.source_key, one.connector_id or "", *(text[:_LONGEST] if text else text for text in texts))


def _decided(rows: Iterable[Any]) -> Decisions:
    return {frozenset((row.left_key, row.right_key)): row.same for row in rows}
