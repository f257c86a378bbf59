"""Customers and contacts that are one person, found among what changed and put together in the store."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, Final

from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.errors import CopilotError, ErrorKind
from storage.models.commerce import Customer
from storage.repositories.resolution import StoredParty
from storage.repositories.resolution_keys import ALL, RULES, STALE, UNSOLD
from storage.uow import WriteUnitOfWork
from tools.kit.workers import Workers
from tools.resolution.features import EDITION, Party
from tools.resolution.joining import LARGEST_BLOCK, Decisions
from tools.resolution.people import Found, find_all, find_people, keys_by_id
from tools.resolution.wholes import dissolve, stand_for, values_of, whole_of

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
_TRIES: Final = 3
"""How often all is compared anew because somebody merged or parted some meanwhile."""


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
    """What is to be written of some groups, where it is not so already."""

    customers: list[str] = field(default_factory=list[str])
    """All of these groups."""
    wholes: dict[str, str | None] = field(default_factory=dict[str, "str | None"])
    contacts: dict[str, str | None] = field(default_factory=dict[str, "str | None"])
    golden: dict[str, list[str]] = field(default_factory=dict[str, "list[str]"])
    """Row that stands for several → those."""
    kept: set[str] = field(default_factory=set[str])
    """Rows that stand for the same as before, and show it."""
    merged: int = 0
    """Customers that another row stands for, also where one did before."""


@dataclass(slots=True)
class _Seen:
    """What a run over all has read. `moved` gets whose facts it moves."""

    stored: list[StoredParty]
    decisions: Decisions
    moved: set[str]


class _OvertakenError(Exception):
    """Somebody merged or parted customers after they were read."""


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
            found = await self.resolve_in(uow, set(changed), tell)
            await _note(uow, found.moved)
            return found

    # ── comparing ────────────────────────────────────────────────────────────────────────────────────────

    async def _all(self, actor: Actor, tell: Tell) -> Resolution:
        """The store is read and written in parts, and what an owner says meanwhile holds: then all begins anew."""
        moved: set[str] = set()
        for tries_left in reversed(range(_TRIES)):
            try:
                return await self._all_at_once(actor, tell, moved)
            except _OvertakenError:
                if not tries_left:
                    raise CopilotError(
                        ErrorKind.CONFLICT,
                        "Customers are being merged or parted.",
                        hint="Try again shortly.",
                        retry_after=10,
                    ) from None
        raise AssertionError

    async def _all_at_once(self, actor: Actor, tell: Tell, moved: set[str]) -> Resolution:
        async with self._database.read(actor) as uow:
            stored = await uow.resolution.parties()
            country = (await uow.tenants.current()).country or ""
            decisions = await uow.resolution.decisions(KIND)
        if not stored:
            return Resolution()
        tell(f"comparing {len(stored):,} customers and contacts")
        parties = [_party(one) for one in stored]
        keys, found = await self._run(len(parties), find_all, parties, country, decisions)
        async with self._database.write(actor) as uow:
            await uow.resolution.forget_keys()
        ids = list(keys.blocking)
        for start in range(0, len(ids), _KEYS_AT_ONCE):
            part = ids[start : start + _KEYS_AT_ONCE]
            async with self._database.write(actor) as uow:
                await uow.resolution.add_keys({id_: keys.blocking[id_] for id_ in part})
        async with self._database.write(actor) as uow:
            await uow.resolution.add_counts({**keys.counted, ALL: len(parties), RULES: EDITION})
        return await self._write(actor, _Seen(stored, decisions, moved), found, tell)

    async def resolve_in(self, uow: WriteUnitOfWork, changed: set[str], tell: Tell = lambda _: None) -> Resolution:
        """The same of a few, within a unit of work of the caller's."""
        await uow.tenants.lock()
        country = (await uow.tenants.current()).country or ""
        decisions = await uow.resolution.decisions(KIND)
        asked = changed | await uow.resolution.together_with(changed)
        stored = await uow.resolution.parties(asked)
        blocking, fresh = await self._keep_keys(uow, [one for one in stored if one.id in changed], changed, country)
        every = {key for one in blocking.values() for key in one}
        held = await uow.resolution.key_counts(every)
        alike = await uow.resolution.sharing([key for key in every if held.get(key, 0) <= LARGEST_BLOCK])
        alike |= await uow.resolution.together_with(alike - asked)
        stored += await uow.resolution.parties(alike - asked)
        if not stored:
            return Resolution()
        parties = [_party(one) for one in stored]
        keys = keys_by_id(parties, country)
        held |= await uow.resolution.key_counts(
            {key for one in keys.blocking.values() for key in one if key not in held}
        )
        counts = await self._count(uow, keys.counted, [one for one in parties if one.id in fresh], changed, country)
        tell(f"comparing {len(changed):,} customers and contacts with {len(stored):,}")
        found = await self._run(len(parties), find_people, parties, country, decisions, held | counts, counts[ALL])
        plan = _planned(_groups(found, stored), {one.id: one for one in stored}, set(), changed)
        moved = await self._apply(uow, plan, {one.id: one.merged_into_id for one in stored})
        await self._finish(uow, stored, found, plan.golden.keys() | plan.kept)
        return Resolution(len(stored), len(found.groups), plan.merged, moved)

    async def _keep_keys(
        self, uow: WriteUnitOfWork, own: Sequence[StoredParty], changed: set[str], country: str
    ) -> tuple[dict[str, tuple[int, ...]], set[str]]:
        """Keeps what these have in common with others. Gives it, and those of whom nothing was kept before."""
        blocking = keys_by_id([_party(one) for one in own], country).blocking
        before = await uow.resolution.keys_of(changed)
        other = {id_: keys for id_, keys in blocking.items() if before.get(id_) != set(keys)}
        await uow.resolution.drop_keys(id_ for id_ in before if id_ in other or id_ not in blocking)
        await uow.resolution.add_keys(other)
        return blocking, blocking.keys() - before.keys()

    async def _count(
        self, uow: WriteUnitOfWork, wanted: Iterable[int], fresh: Sequence[Party], changed: set[str], country: str
    ) -> dict[int, int]:
        """Counts those that are new, and gives how many rows hold the keys that are wanted, and how many there are."""
        counted = {**keys_by_id(fresh, country).counted, ALL: len(fresh), STALE: len(changed) - len(fresh)}
        before = await uow.resolution.counted({*wanted, *counted})
        new = {key: times for key, times in counted.items() if times}
        await uow.resolution.add_counts(new, before)
        return {ALL: 0, **before} | {key: before.get(key, 0) + times for key, times in new.items()}

    async def _run(self, count: int, work: Callable[..., Any], *arguments: Any) -> Any:
        return await self._workers.run(work, *arguments) if count >= _IN_A_PROCESS_FROM else work(*arguments)

    # ── putting together ─────────────────────────────────────────────────────────────────────────────────

    async def _write(self, actor: Actor, seen: _Seen, found: Found, tell: Tell) -> Resolution:
        """Makes the store say what was found, a few thousand groups at a time: each is whole by itself. Raises
        _OvertakenError where it is no longer what was read."""
        by_id = {one.id: one for one in seen.stored}
        result = Resolution(compared=len(seen.stored), groups=len(found.groups), moved=seen.moved)
        taken: set[str] = set()
        groups = _groups(found, seen.stored)
        for start in range(0, len(groups), _GROUPS_AT_ONCE):
            tell(f"putting together {start:,} of {len(groups):,}")
            plan = _planned(groups[start : start + _GROUPS_AT_ONCE], by_id, taken, None)
            async with self._database.write(actor) as uow:
                await uow.tenants.lock()
                before = await uow.resolution.standing(Customer, plan.customers)
                if any(by_id[id_].merged_into_id != whole for id_, whole in before.items()):
                    raise _OvertakenError
                if await uow.resolution.decisions(KIND) != seen.decisions:
                    raise _OvertakenError
                concerned = await self._apply(uow, plan, before)
                await _note(uow, concerned)
            seen.moved |= concerned
            result.merged += plan.merged
        async with self._database.write(actor) as uow:
            await uow.tenants.lock()
            await self._finish(uow, seen.stored, found, taken)
        return result

    async def _finish(
        self, uow: WriteUnitOfWork, stored: Sequence[StoredParty], found: Found, used: AbstractSet[str]
    ) -> None:
        """`used`: rows that stand for a group that was found."""
        pairs = [
            {"left_id": one.left_id, "right_id": one.right_id, "accepted": one.accepted, "bits": one.bits, "evidence": one.evidence}
            for one in found.pairs
        ]  # fmt: skip
        await uow.resolution.set_pairs(KIND, [one.id for one in stored], pairs)
        stood = {one.merged_into_id for one in stored if one.merged_into_id is not None}
        await self.dissolve_empty(uow, stood - used - {one.id for one in stored})

    async def _apply(self, uow: WriteUnitOfWork, plan: _Plan, before: Mapping[str, str | None]) -> set[str]:
        """Gives the customers whose facts were moved. `before`: what stood for each until now; absent where it is no more."""
        moved = await stand_for(
            uow, Customer, plan.golden, plan.wholes, before, names=_VALUES, shown=values_of("customer")
        )
        await uow.resolution.link_contacts(plan.contacts)
        return moved

    async def forget_gone(self, uow: WriteUnitOfWork) -> None:
        """Looks again at whoever was one with rows that an undo has taken, or is shown with values that it has put back."""
        gone = await uow.resolution.gone()
        left = await uow.resolution.forget(gone)
        if gone:
            await uow.resolution.add_counts({ALL: -len(gone), STALE: len(gone)})
        left |= await uow.resolution.newer_than_whole(Customer)
        if left:
            await self.resolve_in(uow, left)
        await self.dissolve_empty(uow)
        await uow.resolution.unlink_lost(Customer)

    async def dissolve_empty(self, uow: WriteUnitOfWork, among: set[str] | None = None) -> None:
        """Takes out what stands for nobody any more (see `dissolve`)."""
        if await dissolve(uow, Customer, among):
            self.left_over.add(uow.resolution.tenant_id)


async def _note(uow: WriteUnitOfWork, moved: set[str]) -> None:
    """That sales are to be compared, in case the run that would do it breaks off before."""
    if moved:
        await uow.resolution.add_counts({UNSOLD: 1})


def _groups(found: Found, stored: Sequence[StoredParty]) -> list[list[str]]:
    """The groups that were found, and by itself what was part of one before and is no more."""
    grouped = {id_ for members in found.groups for id_ in members}
    return found.groups + [[one.id] for one in stored if one.merged_into_id is not None and one.id not in grouped]


def _planned(
    groups: Iterable[Sequence[str]], by_id: Mapping[str, StoredParty], taken: set[str], changed: set[str] | None
) -> _Plan:
    """Which row stands for each group: the one that stood for most of it, unless another group has it already. What a row
    shows that stands for the same as before is made anew only where one of those has `changed`; None for who knows."""
    plan = _Plan()
    stood = Counter(one.merged_into_id for one in by_id.values() if one.table == _CUSTOMERS)
    for members in groups:
        customers = sorted(id_ for id_ in members if by_id[id_].table == _CUSTOMERS)
        before = {id_: by_id[id_].merged_into_id for id_ in members}
        whole: str | None = None
        if len(customers) > 1:
            stands = [before[id_] for id_ in customers]
            whole = whole_of(stands, taken)
            is_as_before = stands.count(whole) == len(customers) == stood[whole]
            plan.merged += len(customers)
            if changed is None or not is_as_before or not changed.isdisjoint(customers):
                plan.golden[whole] = customers
            else:
                plan.kept.add(whole)
        plan.customers += customers
        plan.wholes.update({id_: whole for id_ in customers if before[id_] != whole})
        shown_as = whole or next(iter(customers), None)
        plan.contacts.update({id_: shown_as for id_ in members if id_ not in customers and before[id_] != shown_as})
    return plan


def _party(one: StoredParty) -> Party:
    texts = (
        one.name, one.contact_name, one.company, one.email, one.phone, one.line1, one.city, one.postal_code, one.country_code,
    )  # fmt: skip
    return Party(one.id, one.source_key, one.connector_id or "", *(text[:_LONGEST] if text else text for text in texts))
