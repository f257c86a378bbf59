"""What entity resolution reads and writes: the rows to compare, the keys they share, and which of them are one."""

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Select, case, delete, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, aliased

from storage.kernel.errors import not_found
from storage.models.base import Base
from storage.models.commerce import Address, Customer, Order, OrderLine, Product, Refund, Transaction
from storage.models.ingestion import VISIBLE_BATCH_STATES, BatchChange, Connector, IngestionBatch
from storage.models.relations import Contact, Message
from storage.models.resolution import ResolutionCount, ResolutionDecision, ResolutionKey, ResolutionPair
from storage.repositories.base import Page, PageRequest, Repository, parts

MERGED: Final = "one:"
"""What the source key of a row begins with that stands for several: no source wrote it."""
ALL: Final = 0
"""The key that stands for all rows in what is counted."""
Merged = type[Customer] | type[Product]
_FACTS: Final[dict[Merged, tuple[tuple[type[Any], Any, Any], ...]]] = {
    Customer: (
        (Order, Order.customer_id, Order.source_customer_id),
        (Refund, Refund.customer_id, Refund.source_customer_id),
        (Transaction, Transaction.customer_id, Transaction.source_customer_id),
    ),
    Product: (
        (OrderLine, OrderLine.product_id, OrderLine.source_product_id),
        (Refund, Refund.product_id, Refund.source_product_id),
    ),
}
"""Things that merge, and the facts that are theirs: table, whose it counts as, and whose it is in its source."""


@dataclass(frozen=True, slots=True)
class StoredParty:
    """A customer or contact with its place and its source."""

    id: str
    table: str
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
class Addressed:
    """A message and the addresses it is between, the sender's first."""

    id: str
    addresses: tuple[str, ...]


class ResolutionRepository(Repository):
    """Rows of sources only, where nothing else is said: not those that stand for several."""

    # ── what is to be compared ───────────────────────────────────────────────────────────────────────────

    async def pending(self) -> tuple[list[str], list[str]]:
        """Committed batches whose rows were not compared yet, oldest first, and those that were undone since they were."""
        statement = (
            select(IngestionBatch.id, IngestionBatch.status)
            .where(
                IngestionBatch.status.in_((*VISIBLE_BATCH_STATES, "undoing", "undone")),
                IngestionBatch.resolved_at.is_(None),
            )
            .order_by(IngestionBatch.id)
        )
        found = list(await self.session.execute(statement))
        return (
            [id_ for id_, status in found if status in VISIBLE_BATCH_STATES],
            [id_ for id_, status in found if status not in VISIBLE_BATCH_STATES],
        )

    async def done(self, batch_ids: Iterable[str]) -> None:
        """Their rows were compared. It changes what can be seen, and so what is kept of answers."""
        for part in parts(batch_ids):
            for batch in await self.session.scalars(select(IngestionBatch).where(IngestionBatch.id.in_(part))):
                batch.resolved_at = self.clock.now()

    async def touched(self, model: type[Any], batch_ids: Iterable[str]) -> set[str]:
        """Rows of a table that these batches made or changed."""
        found: set[str] = set()
        for part in parts(batch_ids):
            found.update(await self.session.scalars(select(model.id).where(model.created_by_batch_id.in_(part))))
            changed = select(BatchChange.unified_id).where(
                BatchChange.batch_id.in_(part), BatchChange.unified_type == model.__tablename__
            )
            found.update(await self.session.scalars(changed))
        return found

    async def count_parties(self) -> int:
        """Customers and contacts that were ever compared."""
        return (await self.counted([ALL])).get(ALL, 0)

    async def parties(self, ids: Iterable[str] | None = None) -> list[StoredParty]:
        """All of them, or those of these ids."""
        found: list[StoredParty] = []
        for statement, table, id_ in (
            (_CUSTOMERS, "unified_customers", Customer.id),
            (_CONTACTS, "contacts", Contact.id),
        ):
            for part in [None] if ids is None else parts(ids):
                narrowed = statement if part is None else statement.where(id_.in_(part))
                rows = (await self.session.execute(narrowed)).mappings()
                for row in rows:
                    values: dict[str, Any] = {"contact_name": None, **row}
                    found.append(StoredParty(table=table, **values))
        return found

    async def together_with(self, ids: Iterable[str]) -> set[str]:
        """The rows that were merged with any of these."""
        wholes: set[str] = set()
        listed = list(ids)
        for part in parts(listed):
            for column, id_ in ((Customer.merged_into_id, Customer.id), (Contact.customer_id, Contact.id)):
                found = select(column).where(id_.in_(part), column.is_not(None))
                wholes.update(one for one in await self.session.scalars(found) if one)
        members: set[str] = set()
        for part in parts(wholes | set(listed)):
            members.update(await self.session.scalars(select(Customer.id).where(Customer.merged_into_id.in_(part))))
            members.update(await self.session.scalars(select(Contact.id).where(Contact.customer_id.in_(part))))
        return members | (wholes - await self._merged_among(wholes))

    async def _merged_among(self, ids: Iterable[str]) -> set[str]:
        found: set[str] = set()
        for part in parts(ids):
            statement = select(Customer.id).where(Customer.id.in_(part), Customer.source_key.like(f"{MERGED}%"))
            found.update(await self.session.scalars(statement))
        return found

    # ── keys ─────────────────────────────────────────────────────────────────────────────────────────────

    async def add_keys(self, keys: Mapping[str, Iterable[int]]) -> None:
        """What each subject shares with others."""
        rows = sorted((key, id_) for id_, own in keys.items() for key in set(own))
        await self.session.bulk_insert(ResolutionKey, [{"key": key, "subject_id": id_} for key, id_ in rows])

    async def forget_keys(self) -> None:
        for model in (ResolutionKey, ResolutionCount):
            await self._run(delete(model))

    async def add_counts(self, counted: Mapping[int, int]) -> None:
        """So many rows more hold these keys."""
        before = await self.counted(counted)
        for part in parts(before):
            await self._run(delete(ResolutionCount).where(ResolutionCount.key.in_(part)))
        rows = [{"key": key, "times": before.get(key, 0) + times} for key, times in sorted(counted.items())]
        await self.session.bulk_insert(ResolutionCount, rows)

    async def counted(self, keys: Iterable[int]) -> dict[int, int]:
        """How many rows hold each of these."""
        found: dict[int, int] = {}
        for part in parts(keys):
            statement = select(ResolutionCount.key, ResolutionCount.times).where(ResolutionCount.key.in_(part))
            found.update((await self.session.execute(statement)).all())
        return found

    async def without_keys(self, subject_ids: Iterable[str]) -> set[str]:
        """Those of these subjects that nothing is kept of."""
        listed = set(subject_ids)
        known: set[str] = set()
        for part in parts(listed):
            known.update(
                await self.session.scalars(
                    select(ResolutionKey.subject_id).where(ResolutionKey.subject_id.in_(part)).distinct()
                )
            )
        return listed - known

    async def drop_keys(self, subject_ids: Iterable[str]) -> None:
        for part in parts(subject_ids):
            await self._run(delete(ResolutionKey).where(ResolutionKey.subject_id.in_(part)))

    async def gone(self) -> set[str]:
        """Subjects that were compared and are no more."""
        statement = select(ResolutionKey.subject_id).distinct()
        for model in (Customer, Contact):
            statement = statement.where(~select(model.id).where(model.id == ResolutionKey.subject_id).exists())
        return set(await self.session.scalars(statement))

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

    async def has_keys(self) -> bool:
        return await self.session.scalar(select(ResolutionKey.subject_id).limit(1)) is not None

    async def key_counts(self, keys: Iterable[int]) -> dict[int, int]:
        """How many subjects hold each key."""
        counts: dict[int, int] = {}
        for part in parts(keys):
            statement = select(ResolutionKey.key, func.count()).where(ResolutionKey.key.in_(part))
            counts.update((await self.session.execute(statement.group_by(ResolutionKey.key))).all())
        return counts

    async def sharing(self, keys: Iterable[int]) -> set[str]:
        """Subjects that hold any of these keys."""
        found: set[str] = set()
        for part in parts(keys):
            found.update(
                await self.session.scalars(select(ResolutionKey.subject_id).where(ResolutionKey.key.in_(part)))
            )
        return found

    # ── what is one ──────────────────────────────────────────────────────────────────────────────────────

    async def changed(self, model: Merged, wholes: Mapping[str, str | None]) -> dict[str, str | None]:
        """Those of these assignments that are not so already."""
        now: dict[str, str | None] = {}
        for part in parts(wholes):
            statement = select(model.id, model.merged_into_id).where(model.id.in_(part))
            now.update((await self.session.execute(statement)).all())
        return {id_: whole for id_, whole in wholes.items() if id_ in now and now[id_] != whole}

    async def assign(self, model: Merged, wholes: Mapping[str, str | None]) -> set[str]:
        """Row → the row that stands for it and others now; None for itself. Moves what is theirs, and returns the rows
        whose facts that concerns."""
        before = await self._standing_for(model, wholes)
        await self.session.bulk_update(model.merged_into_id, wholes)
        concerned = set(wholes) | before | {whole for whole in wholes.values() if whole is not None}
        await self.move_facts(model, set(wholes) | before)
        if model is Customer:
            await self._move_messages(set(wholes) | before)
        return concerned

    async def _move_messages(self, ids: Iterable[str]) -> None:
        """Mail stays with whoever its customer counts as now."""
        whole = (
            select(Customer.merged_into_id)
            .where(Customer.id == Message.customer_id)
            .correlate(Message)
            .scalar_subquery()
        )
        for part in parts(ids):
            await self._run(
                update(Message).where(Message.customer_id.in_(part), whole.is_not(None)).values(customer_id=whole)
            )

    async def vendors_of(self, rows: Iterable[Any]) -> dict[str, str | None]:
        """Row → the vendor whose source made it; absent where a file did."""
        batches = {row.created_by_batch_id for row in rows if row.created_by_batch_id is not None}
        found: dict[str, str] = {}
        for part in parts(batches):
            statement = (
                select(IngestionBatch.id, Connector.type)
                .join(Connector, Connector.id == IngestionBatch.connector_id)
                .where(IngestionBatch.id.in_(part))
            )
            found.update((await self.session.execute(statement)).all())
        return {row.id: found.get(row.created_by_batch_id) for row in rows}

    async def _standing_for(self, model: Merged, ids: Iterable[str]) -> set[str]:
        found: set[str] = set()
        for part in parts(ids):
            statement = select(model.merged_into_id).where(model.id.in_(part), model.merged_into_id.is_not(None))
            found.update(one for one in await self.session.scalars(statement) if one)
        return found

    async def move_facts(self, model: Merged, ids: Iterable[str]) -> None:
        """Gives the facts that count as one of these to what stands for the row that their source names."""
        for part in parts(ids):
            for fact, counted, told in _FACTS[model]:
                await self._run(self._moved(model, fact, counted, told).where(counted.in_(part)))

    async def move_facts_of(self, batch_ids: Iterable[str]) -> None:
        """The same of the facts that batches made or changed: one that was being written while its customers were merged or
        parted."""
        for part in parts(batch_ids):
            for model, facts in _FACTS.items():
                for fact, counted, told in facts:
                    merged = (
                        select(model.id).where(model.id == counted, model.merged_into_id.is_not(None)).correlate(fact)
                    )
                    changed = select(BatchChange.unified_id).where(
                        BatchChange.batch_id.in_(part), BatchChange.unified_type == fact.__tablename__
                    )
                    statement = self._moved(model, fact, counted, told).where(
                        or_(fact.created_by_batch_id.in_(part), fact.id.in_(changed)),
                        or_(told.is_not(None), merged.exists()),
                    )
                    await self._run(statement)

    @staticmethod
    def _moved(
        model: Merged, fact: type[Any], counted: InstrumentedAttribute[Any], told: InstrumentedAttribute[Any]
    ) -> Any:
        own = func.coalesce(told, counted)
        whole = (
            select(func.coalesce(model.merged_into_id, model.id))
            .where(model.id == own)
            .correlate(fact)
            .scalar_subquery()
        )
        now = func.coalesce(whole, own)
        return update(fact).values({counted.key: now, told.key: case((now == own, None), else_=own)})

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
            for column in (ResolutionPair.left_id, ResolutionPair.right_id):
                await self._run(delete(ResolutionPair).where(column.in_(part)))
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

    async def decisions(self, kind: str) -> list[ResolutionDecision]:
        statement = select(ResolutionDecision).where(ResolutionDecision.kind == kind).order_by(ResolutionDecision.id)
        return list(await self.session.scalars(statement))

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

    async def _run(self, statement: Any) -> None:
        await self.session.execute(statement.execution_options(synchronize_session=False))


def _of_source(statement: Any, model: type[Base], batch_id: Any) -> Select[Any]:
    return (
        statement.select_from(model)
        .outerjoin(IngestionBatch, IngestionBatch.id == batch_id)
        .outerjoin(Connector, Connector.id == IngestionBatch.connector_id)
    )


_PLACE: Final = (Address.line1, Address.city, Address.postal_code, Address.country_code)
_CUSTOMERS: Final = (
    _of_source(
        select(
            Customer.id, Customer.source_key, IngestionBatch.connector_id, Connector.type.label("vendor"), Customer.name,
            Customer.contact_name, Customer.company, Customer.email, Customer.phone, *_PLACE, Customer.merged_into_id,
        ),
        Customer,
        Customer.created_by_batch_id,
    )
    .outerjoin(Address, Address.id == Customer.address_id)
    .where(Customer.source_key.not_like(f"{MERGED}%"))
)  # fmt: skip
_CONTACTS: Final = (
    _of_source(
        select(
            Contact.id, Contact.source_key, IngestionBatch.connector_id, Connector.type.label("vendor"), Contact.name,
            Contact.company, Contact.email, Contact.phone, *_PLACE, Contact.customer_id.label("merged_into_id"),
        ),
        Contact,
        Contact.created_by_batch_id,
    )
    .outerjoin(Address, Address.id == Contact.address_id)
    .where(Contact.deleted_at.is_(None))
)  # fmt: skip
