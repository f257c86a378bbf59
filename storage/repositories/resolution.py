"""What entity resolution reads and writes: the rows to compare, the keys they share, and which of them are one."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import aliased

from storage.kernel.errors import not_found
from storage.models.base import Base
from storage.models.commerce import Customer, Product
from storage.models.ingestion import VISIBLE_BATCH_STATES, Connector, IngestionBatch
from storage.models.relations import Contact, Message
from storage.models.resolution import ResolutionDecision, ResolutionKey, ResolutionPair
from storage.repositories import resolution_statements as sql
from storage.repositories.base import Page, PageRequest, parts
from storage.repositories.resolution_keys import ResolutionKeys
from storage.repositories.resolution_statements import MERGED, Merged


@dataclass(frozen=True, slots=True)
class PendingBatch:
    """`tables`: of which it made or changed rows; empty where that is not known."""

    id: str
    is_undone: bool
    tables: frozenset[str]

    def may_have_brought(self, *models: type[Base]) -> bool:
        return not self.tables or any(model.__tablename__ in self.tables for model in models)


@dataclass(frozen=True, slots=True)
class StoredParty:
    """A customer or contact with its place and its source."""

    table: str
    id: str
    source_key: str
    connector_id: str | None
    vendor: str | None
    name: str | None
    contact_name: str | None
    company: str | None
    email: str | None
    phone: str | None
    line1: str | None
    city: str | None
    postal_code: str | None
    country_code: str | None
    merged_into_id: str | None
    """Of a contact, the customer that it was found to be."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a source says of one of its rows, by the names of columns; None is the vendor of a file."""

    id: str
    vendor: str | None
    updated_at: datetime
    values: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Addressed:
    """A message and the addresses it is between, the sender's first."""

    id: str
    addresses: tuple[str, ...]


class ResolutionRepository(ResolutionKeys):
    """Rows of sources only, where nothing else is said: not those that stand for several."""

    # ── what is to be compared ───────────────────────────────────────────────────────────────────────────

    async def pending(self) -> list[PendingBatch]:
        """Committed batches whose rows were not compared yet, oldest first, and those that were undone since they were."""
        return [
            PendingBatch(id_, status not in VISIBLE_BATCH_STATES, frozenset(written))
            for id_, status, written in await self.session.execute(sql.PENDING)
        ]

    async def done(self, batch_ids: Iterable[str]) -> None:
        """Their rows were compared. It changes what can be seen, and so what is kept of answers."""
        for part in parts(batch_ids):
            for batch in await self.session.scalars(select(IngestionBatch).where(IngestionBatch.id.in_(part))):
                batch.resolved_at = self.clock.now()

    async def touched(self, model: type[Any], batch_ids: Iterable[str]) -> set[str]:
        """Rows of a table that these batches made or changed."""
        found: set[str] = set()
        for part in parts(batch_ids):
            found.update(await self.session.scalars(sql.TOUCHED[model], {"batch_ids": part}))
        return found

    async def parties(self, ids: Iterable[str] | None = None) -> list[StoredParty]:
        """All of them, or those of these ids."""
        found: list[StoredParty] = []
        for every, some, table in (
            (sql.CUSTOMERS, sql.SOME_CUSTOMERS, Customer.__tablename__),
            (sql.CONTACTS, sql.SOME_CONTACTS, Contact.__tablename__),
        ):
            if ids is None:
                found += [StoredParty(table, *row) for row in await self.session.execute(every)]
                continue
            for part in parts(ids):
                found += [StoredParty(table, *row) for row in await self.session.execute(some, {"ids": part})]
        return found

    async def together_with(self, ids: Iterable[str]) -> set[str]:
        """The rows that were merged with any of these."""
        listed = set(ids)
        wholes: set[str] = set()
        for part in parts(listed):
            wholes.update(one for one in await self.session.scalars(sql.STANDING_FOR, {"ids": part}) if one)
        members: set[str] = set()
        for part in parts(wholes | listed):
            members.update(await self.session.scalars(sql.MEMBERS, {"ids": part}))
        return members

    async def forget(self, subject_ids: Iterable[str]) -> set[str]:
        """Forgets what was known of these subjects, and gives those whom they had something in common with."""
        listed = set(subject_ids)
        await self.drop_keys(listed)
        fellows: set[str] = set()
        pair = ResolutionPair
        for part in parts(listed):
            for own, other in ((pair.left_id, pair.right_id), (pair.right_id, pair.left_id)):
                fellows.update(await self.session.scalars(select(other).where(own.in_(part))))
                await self._run(delete(pair).where(own.in_(part)))
        return fellows - listed

    # ── what is one ──────────────────────────────────────────────────────────────────────────────────────

    async def standing(self, model: Merged, ids: Iterable[str]) -> dict[str, str | None]:
        """Row → what stands for it, None for itself; absent where the row is no more."""
        now: dict[str, str | None] = {}
        for part in parts(ids):
            now.update((await self.session.execute(sql.STANDING[model], {"ids": part})).all())
        return now

    async def assign(
        self, model: Merged, wholes: Mapping[str, str | None], before: Mapping[str, str | None]
    ) -> set[str]:
        """Row → the row that stands for it and others now; None for itself. `before`: what stood for each until now. Moves
        what is theirs, and returns the rows whose facts that concerns."""
        await self.session.bulk_update(model.merged_into_id, wholes)
        parted = {whole for id_ in wholes if (whole := before.get(id_)) is not None}
        await self.move_facts(model, set(wholes) | parted)
        if model is Customer:
            await self._move_messages(set(wholes) | parted)
        return set(wholes) | parted | {whole for whole in wholes.values() if whole is not None}

    async def _move_messages(self, ids: Iterable[str]) -> None:
        """Mail stays with whoever its customer counts as now."""
        for part in parts(ids):
            await self.session.execute(sql.MOVE_MESSAGES, {"ids": part})

    async def told(self, model: Merged, names: Sequence[str], ids: Iterable[str]) -> list[Told]:
        """What sources say of these rows, by the names of columns."""
        columns = [getattr(model, name) for name in names]
        statement = sql.of_source(
            select(model.id, Connector.type, model.updated_at, *columns), model, model.created_by_batch_id
        )
        found: list[Told] = []
        for part in parts(ids):
            rows: Any = await self.session.execute(statement.where(model.id.in_(part)))
            found += [Told(row[0], row[1], row[2], dict(zip(names, row[3:], strict=True))) for row in rows]
        return found

    async def move_facts(self, model: Merged, ids: Iterable[str]) -> None:
        """Gives the facts that count as one of these to what stands for the row that their source names."""
        listed = list(ids)
        for part in parts(listed):
            for statement in sql.MOVE_FACTS[model]:
                await self.session.execute(statement, {"ids": part})
            if model is Product:
                await self.session.execute(sql.MOVE_STOCK, {"ids": part})

    async def move_facts_of(self, batch_ids: Iterable[str]) -> None:
        """The same of the facts that batches made or changed: one that was being written while its customers were merged or
        parted."""
        for part in parts(batch_ids):
            for statement in sql.MOVE_FACTS_OF_BATCHES:
                await self.session.execute(statement, {"batch_ids": part})

    async def add_whole(self, model: Merged, rows: Sequence[Mapping[str, Any]]) -> None:
        """Rows that stand for several; each has an id and the values that it shows."""
        await self.session.bulk_insert(model, [{**row, "source_key": f"{MERGED}{row['id']}"} for row in rows])

    async def set_values(self, model: type[Any], id_: str, values: Mapping[str, Any]) -> None:
        await self._run(update(model).where(model.id == id_).values(**values, updated_at=self.clock.now()))

    async def empty_wholes(self, model: Merged, among: Iterable[str] | None = None) -> list[str]:
        """Rows that stand for fewer than two, of all or of some: after an undo, or a parting."""
        member = aliased(model)
        statement = (
            select(model.id, func.count(member.id))
            .outerjoin(member, member.merged_into_id == model.id)
            .where(model.source_key.like(f"{MERGED}%"))
            .group_by(model.id)
            .having(func.count(member.id) < 2)  # noqa: PLR2004 - one is not several
        )
        if among is None:
            return [id_ for id_, _ in await self.session.execute(statement)]
        found: list[str] = []
        for part in parts(among):
            found += [id_ for id_, _ in await self.session.execute(statement.where(model.id.in_(part)))]
        return found

    async def newer_than_whole(self, model: Merged) -> set[str]:
        """Rows that changed after what stands for them, or with it."""
        whole = aliased(model)
        statement = (
            select(model.id).join(whole, whole.id == model.merged_into_id).where(model.updated_at >= whole.updated_at)
        )
        return set(await self.session.scalars(statement))

    async def members_of(self, model: Merged, wholes: Iterable[str]) -> dict[str, list[str]]:
        """Whole → the rows it stands for."""
        found: dict[str, list[str]] = {}
        for part in parts(wholes):
            statement = select(model.merged_into_id, model.id).where(model.merged_into_id.in_(part)).order_by(model.id)
            for whole, id_ in await self.session.execute(statement):
                found.setdefault(whole or "", []).append(id_)
        return found

    async def contacts_of(self, customer_id: str) -> set[str]:
        """The contacts that were found to be a customer."""
        return set(await self.session.scalars(select(Contact.id).where(Contact.customer_id == customer_id)))

    async def drop_wholes(self, model: Merged, ids: Iterable[str]) -> None:
        """Takes out rows that stand for nothing any more; what counts as theirs goes back first."""
        listed = list(ids)
        for part in parts(listed):
            await self._run(update(model).where(model.merged_into_id.in_(part)).values(merged_into_id=None))
        await self.move_facts(model, listed)
        for part in parts(listed):
            if model is Customer:
                for linked in (Contact, Message):
                    await self._run(update(linked).where(linked.customer_id.in_(part)).values(customer_id=None))
            await self._run(delete(model).where(model.id.in_(part)))

    async def unlink_lost(self, model: type[Customer]) -> None:
        """Contacts and mail that are said to be of a customer who is no more are nobody's."""
        for linked in (Contact, Message):
            known = select(model.id).where(model.id == linked.customer_id).correlate(linked).exists()
            await self._run(update(linked).where(linked.customer_id.is_not(None), ~known).values(customer_id=None))

    async def link_contacts(self, customers: Mapping[str, str | None]) -> None:
        """Contact → the customer it is; None for nobody."""
        await self.session.bulk_update(Contact.customer_id, customers)

    async def messages_of(self, batch_ids: Iterable[str]) -> AsyncIterator[list[Addressed]]:
        """The messages that these batches made or changed and nobody is known to be with, some at a time."""
        ids = sorted(await self.touched(Message, batch_ids))
        for part in parts(ids):
            statement = select(Message.id, Message.sender, Message.recipients).where(
                Message.id.in_(part), Message.customer_id.is_(None)
            )
            rows = await self.session.execute(statement)
            yield [
                Addressed(id_, tuple(one for one in (sender, *recipients) if one)) for id_, sender, recipients in rows
            ]

    async def customers_with(self, keys: Iterable[int]) -> dict[int, str]:
        """Key → the one customer whose rows hold it; absent where there are several or none."""
        holders: dict[int, set[str]] = {}
        for part in parts(keys):
            whole = func.coalesce(Customer.merged_into_id, Customer.id)
            customers = (
                select(ResolutionKey.key, whole)
                .join(Customer, Customer.id == ResolutionKey.subject_id)
                .where(ResolutionKey.key.in_(part))
            )
            contacts = (
                select(ResolutionKey.key, Contact.customer_id)
                .join(Contact, Contact.id == ResolutionKey.subject_id)
                .where(ResolutionKey.key.in_(part), Contact.customer_id.is_not(None))
            )
            for statement in (customers, contacts):
                for key, customer in await self.session.execute(statement):
                    holders.setdefault(key, set()).add(customer)
        return {key: next(iter(found)) for key, found in holders.items() if len(found) == 1}

    async def link_messages(self, customers: Mapping[str, str]) -> None:
        """Message → the customer it is with."""
        await self.session.bulk_update(Message.customer_id, customers)

    async def whole_rows(self, model: type[Any], ids: Iterable[str]) -> dict[str, Any]:
        """Rows by id."""
        found: dict[str, Any] = {}
        for part in parts(ids):
            for row in await self.session.scalars(select(model).where(model.id.in_(part))):
                found[row.id] = row
        return found

    # ── evidence and decisions ───────────────────────────────────────────────────────────────────────────

    async def set_pairs(self, kind: str, subjects: Iterable[str], pairs: Sequence[Mapping[str, Any]]) -> None:
        """What was found of these subjects, in place of what was known."""
        for part in parts(subjects):
            for statement in sql.DROP_PAIRS:
                await self.session.execute(statement, {"ids": part})
        now = self.clock.now()
        await self.session.bulk_insert(
            ResolutionPair, [{**pair, "kind": kind, "weighed_at": now} for pair in pairs], ignore_conflicts=True
        )

    async def pairs_of(self, ids: Iterable[str]) -> list[ResolutionPair]:
        """What speaks for any two of these rows being one."""
        listed = set(ids)
        found: list[ResolutionPair] = []
        for part in parts(listed):
            statement = (
                select(ResolutionPair).where(ResolutionPair.left_id.in_(part)).order_by(ResolutionPair.bits.desc())
            )
            found += [pair for pair in await self.session.scalars(statement) if pair.right_id in listed]
        return found

    async def possible(self, kind: str, request: PageRequest) -> Page[ResolutionPair]:
        """Pairs that an owner may decide, the likeliest first."""
        statement = select(ResolutionPair).where(ResolutionPair.kind == kind, ResolutionPair.accepted.is_(False))
        return await self.page(statement, request, ResolutionPair.bits, ResolutionPair.id)

    async def decisions(self, kind: str) -> dict[frozenset[str], bool]:
        """Pairs of source keys → whether the owner said that they are one (True) or two (False)."""
        rows = await self.session.execute(sql.DECISIONS, {"of_kind": kind})
        return {frozenset((left, right)): same for left, right, same in rows}

    async def decision(self, kind: str, one: str, two: str) -> ResolutionDecision | None:
        """What the owner said of two rows by their source keys."""
        left, right = sorted((one, two))
        statement = select(ResolutionDecision).where(
            ResolutionDecision.kind == kind, ResolutionDecision.left_key == left, ResolutionDecision.right_key == right
        )
        return await self.session.scalar(statement)

    async def say(self, kind: str, one: str, two: str, *, same: bool, user_id: str | None) -> None:
        """Keeps what an owner says of two rows by their source keys, in place of what was said before."""
        known = await self.decision(kind, one, two)
        if known is not None:
            known.same, known.user_id = same, user_id
            return
        left, right = sorted((one, two))
        self.session.add(ResolutionDecision(kind=kind, left_key=left, right_key=right, same=same, user_id=user_id))

    async def unsay(self, kind: str, one: str, two: str) -> None:
        known = await self.decision(kind, one, two)
        if known is not None:
            await self.session.delete(known)

    async def touch(self) -> None:
        """Says that what can be seen has changed, though no batch came: what is kept of answers is of before."""
        newest = select(func.max(IngestionBatch.id)).where(IngestionBatch.status.in_(VISIBLE_BATCH_STATES))
        for batch in await self.session.scalars(
            select(IngestionBatch).where(IngestionBatch.id == newest.scalar_subquery())
        ):
            batch.resolved_at = self.clock.now()

    async def customer(self, customer_id: str) -> Customer:
        """As it is stored now: rows are merged and parted past those that the session has loaded. Raises not_found."""
        statement = select(Customer).where(Customer.id == customer_id).execution_options(populate_existing=True)
        found = await self.session.scalar(statement)
        if found is None:
            raise not_found("The customer")
        return found
