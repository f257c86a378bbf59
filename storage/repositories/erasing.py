"""What erasing a person asks of the store: where she is, and her taken out of it."""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import JSON, String, Text, UniqueConstraint, and_, cast, delete, func, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute

from storage.models import ALL_MODELS
from storage.models.audit import AuditEntry
from storage.models.base import Identified, Ingested, TenantOwned, Unaudited
from storage.models.commerce import Address, Customer, Order, Product, ProductVariant, Transaction
from storage.models.foundry import DataSource
from storage.models.identity import ApiKey
from storage.models.ingestion import Connector, ImportReject, IngestionBatch, RawRecord, RecordLink
from storage.models.privacy import PrivacyRequest, Suppression
from storage.models.relations import Contact, Message
from storage.models.resolution import ResolutionDecision
from storage.repositories.base import Repository, parts

_ID_LENGTH: Final = 36
_SEEN_AT_ONCE: Final = 200
_WORDS_AT_ONCE: Final = 10
_MARK: Final = 8
"""Characters of an id that tell one from another."""
PERSONAL: Final[dict[type[Any], tuple[str, ...]]] = {
    Customer: ("name", "contact_name", "company", "email", "phone", "address_id"),
    Contact: ("name", "email", "phone", "company", "title", "owner", "address_id"),
    Order: ("address_id",),
    Transaction: ("counterparty", "description"),
    Message: ("subject", "preview", "sender", "sender_name"),
}
"""What a row tells of the person whose it is."""


@dataclass(frozen=True, slots=True)
class Person:
    """A row of a customer or contact."""

    id: str
    table: str
    source_key: str
    texts: tuple[str, ...]
    address_id: str | None


class ErasingRepository(Repository):
    """Of one tenant. Rows are changed in place: there is nothing to be undone."""

    # ── requests ─────────────────────────────────────────────────────────────────────────────────────────

    async def request(self, request_id: str) -> PrivacyRequest | None:
        return await self.session.scalar(select(PrivacyRequest).where(PrivacyRequest.id == request_id))

    async def requests(self) -> list[PrivacyRequest]:
        """The newest first."""
        return list(await self.session.scalars(select(PrivacyRequest).order_by(PrivacyRequest.id.desc()).limit(200)))

    async def waiting(self) -> list[PrivacyRequest]:
        """What is not done yet, of all tenants in a system unit."""
        return list(await self.session.scalars(select(PrivacyRequest).where(PrivacyRequest.status == "received")))

    async def suppressed(self, connector_id: str) -> frozenset[str]:
        statement = select(Suppression.digest).where(Suppression.connector_id == connector_id)
        return frozenset(await self.session.scalars(statement))

    async def suppress(self, connector_id: str, digests: Iterable[str]) -> None:
        known = await self.suppressed(connector_id)
        rows = [{"connector_id": connector_id, "digest": one} for one in sorted(set(digests) - known)]
        await self.session.bulk_insert(Suppression, rows)

    # ── who it is ────────────────────────────────────────────────────────────────────────────────────────

    async def raw_of(self, connector_id: str, objects: Collection[str], source_ids: Collection[str]) -> set[str]:
        """Raw records of these objects, all versions."""
        found: set[str] = set()
        for part in parts(source_ids):
            statement = select(RawRecord.id).where(
                RawRecord.connector_id == connector_id, RawRecord.object.in_(objects), RawRecord.source_id.in_(part)
            )
            found.update(await self.session.scalars(statement))
        return found

    async def made_of(self, raw_ids: Collection[str], table: str) -> set[str]:
        """Unified rows of a table that these records made."""
        found: set[str] = set()
        for part in parts(raw_ids):
            statement = select(RecordLink.unified_id).where(
                RecordLink.raw_record_id.in_(part), RecordLink.unified_type == table
            )
            found.update(await self.session.scalars(statement))
        return found

    async def raw_behind(self, ids: Collection[str]) -> set[str]:
        """The raw records that made these unified rows."""
        found: set[str] = set()
        for part in parts(ids):
            found.update(
                await self.session.scalars(select(RecordLink.raw_record_id).where(RecordLink.unified_id.in_(part)))
            )
        return found

    async def reached(
        self, connector_id: str | None, emails: Collection[str], phones: Collection[str]
    ) -> dict[str, str]:
        """Customers and contacts by an address of theirs → their table; of one source, or of all."""
        found: dict[str, str] = {}
        for model in (Customer, Contact):
            row: Any = model
            near = or_(row.email.in_(list(emails)), row.phone.in_(list(phones)))
            statement = select(row.id).where(near)
            if connector_id is not None:
                own = select(IngestionBatch.id).where(IngestionBatch.connector_id == connector_id)
                statement = statement.where(row.created_by_batch_id.in_(own))
            found.update(dict.fromkeys(await self.session.scalars(statement), model.__tablename__))
        return found

    async def people(self, ids: Collection[str]) -> list[Person]:
        found: list[Person] = []
        for model in (Customer, Contact):
            names = [name for name in PERSONAL[model] if name not in ("address_id", "owner", "title", "company")]
            for part in parts(ids):
                for row in await self.session.scalars(select(model).where(model.id.in_(part))):
                    texts = tuple(value for name in names if (value := getattr(row, name)))
                    found.append(Person(row.id, model.__tablename__, row.source_key, texts, row.address_id))
        return found

    async def wholes_of(self, ids: Collection[str]) -> set[str]:
        """The rows that stand for these customers and others."""
        found: set[str] = set()
        for part in parts(ids):
            statement = select(Customer.merged_into_id).where(
                Customer.id.in_(part), Customer.merged_into_id.is_not(None)
            )
            found.update(one for one in await self.session.scalars(statement) if one)
        return found

    async def members_of(self, whole_id: str) -> set[str]:
        """The customers and contacts that a customer stands for, and it itself."""
        customers = select(Customer.id).where(or_(Customer.merged_into_id == whole_id, Customer.id == whole_id))
        contacts = select(Contact.id).where(Contact.customer_id == whole_id)
        return {*await self.session.scalars(customers), *await self.session.scalars(contacts)}

    async def facts_of(self, ids: Collection[str]) -> dict[type[Any], set[str]]:
        """What these customers bought, paid and wrote, as their sources know it."""
        found: dict[type[Any], set[str]] = {Order: set(), Transaction: set(), Message: set()}
        for part in parts(ids):
            for model in (Order, Transaction):
                row: Any = model
                own = and_(row.customer_id.in_(part), row.source_customer_id.is_(None))
                found[model].update(
                    await self.session.scalars(select(row.id).where(or_(own, row.source_customer_id.in_(part))))
                )
        return found

    async def mail_of(self, emails: Collection[str]) -> set[str]:
        """Messages from these addresses."""
        found: set[str] = set()
        for part in parts([email.lower() for email in emails]):
            found.update(await self.session.scalars(select(Message.id).where(Message.sender.in_(part))))
        return found

    async def place_texts(self, address_ids: Collection[str]) -> set[str]:
        """The streets of these addresses."""
        found: set[str] = set()
        for part in parts(address_ids):
            rows = await self.session.execute(select(Address.line1).where(Address.id.in_(part)))
            found.update(text for (text,) in rows if text)
        return found

    async def goods_called(self, words: Collection[str]) -> set[str]:
        """The titles of products, and of their variants, that are one of these words, in lower case."""
        found: set[str] = set()
        for part in parts({word.strip().casefold() for word in words}):
            for title in (Product.title, ProductVariant.title):
                called = func.lower(title)
                found.update(await self.session.scalars(select(called).where(called.in_(part)).distinct()))
        return found

    async def addresses_of(self, order_ids: Collection[str]) -> set[str]:
        found: set[str] = set()
        for part in parts(order_ids):
            statement = select(Order.address_id).where(Order.id.in_(part), Order.address_id.is_not(None))
            found.update(one for one in await self.session.scalars(statement) if one)
        return found

    # ── taking her out ───────────────────────────────────────────────────────────────────────────────────

    async def blank(self, model: type[Any], ids: Collection[str]) -> None:
        """Takes out what rows tell of a person."""
        for part in parts(ids):
            await self._run(update(model).where(model.id.in_(part)).values(dict.fromkeys(PERSONAL[model])))

    async def rename(self, model: type[Any], id_: str, source_key: str) -> None:
        await self._run(update(model).where(model.id == id_).values(source_key=source_key))

    async def drop_unused_addresses(self, address_ids: Collection[str]) -> None:
        for part in parts(address_ids):
            used = [
                select(column).where(column.in_(part))
                for column in (Order.address_id, Customer.address_id, Contact.address_id)
            ]
            unused = delete(Address).where(Address.id.in_(part), *(Address.id.not_in(one) for one in used))
            await self._run(unused)

    async def decisions_about(self, keys: Collection[str]) -> list[ResolutionDecision]:
        statement = select(ResolutionDecision).where(
            or_(ResolutionDecision.left_key.in_(list(keys)), ResolutionDecision.right_key.in_(list(keys)))
        )
        return list(await self.session.scalars(statement))

    async def redact_raw(
        self, ids: Collection[str], change: Callable[[RawRecord], Mapping[str, str | None]], at: datetime
    ) -> None:
        """Writes payload, around and source_id anew, as `change` gives them; id, version and links stay."""
        for part in parts(ids, _SEEN_AT_ONCE):
            for row in await self.session.scalars(select(RawRecord).where(RawRecord.id.in_(part))):
                values = {**change(row), "redacted_at": at}
                await self._run(update(RawRecord).where(RawRecord.id == row.id).values(**values))

    async def files_with(self, raw_ids: Collection[str]) -> list[IngestionBatch]:
        """The imports of files that brought any of these records, and those that came since from the same sources."""
        sources: set[str] = set()
        for part in parts(raw_ids):
            sources.update(await self.session.scalars(select(RawRecord.connector_id).where(RawRecord.id.in_(part))))
        own = or_(IngestionBatch.connector_id.in_(sources), IngestionBatch.connector_id.is_(None))
        return list(await self.session.scalars(select(IngestionBatch).where(IngestionBatch.filename.is_not(None), own)))

    async def raw_with(self, spellings: Collection[str], connector_id: str | None) -> set[str]:
        """Raw records of one source, or of all, that hold any of these texts."""
        found: set[str] = set()
        for part in parts(spellings, _WORDS_AT_ONCE):
            near = or_(
                *(
                    column.icontains(one, autoescape=True)
                    for one in part
                    for column in (RawRecord.payload, RawRecord.around)
                )
            )
            of = () if connector_id is None else (RawRecord.connector_id == connector_id,)
            found.update(await self.session.scalars(select(RawRecord.id).where(near, *of)))
        return found

    async def change_texts(
        self, spellings: Collection[str], change: Callable[[Any], Any], connector_id: str | None
    ) -> Counter[str]:
        """Changes every text and JSON value in every table of the tenant that holds any of these texts, of unified rows only
        those of one source where one is named; rows of counted texts, kept sums and rows that could not be imported are deleted. For a unit of work that hides
        values: what the audit lists row by row would else quote her anew. Gives rows by table."""
        done: Counter[str] = Counter()
        for table, model in _SCANNED.items():
            columns = _texts_of(model)
            if not columns:
                continue
            own: Any = ()
            if issubclass(model, Ingested) and connector_id is not None:
                batches = select(IngestionBatch.id).where(IngestionBatch.connector_id == connector_id)
                own = (model.created_by_batch_id.in_(batches),)
            for part in parts(spellings, _WORDS_AT_ONCE):
                near = or_(*(cast(column, Text).icontains(one, autoescape=True) for one in part for column in columns))
                near = and_(near, *own)
                if not issubclass(model, Identified) or model is ImportReject:
                    await self._run(delete(model).where(near))
                    continue
                async for id_, values in self._holding(model, columns, near):
                    changed = {
                        column.key: _fitting(change(value), column)
                        for column in columns
                        if (value := values[column.key]) is not None
                    }
                    await self._run(update(model).where(model.id == id_).values(**changed))
                    done[table] += 1
        for table, model in _AUDITED.items():
            done[table] += await self._change_audited(model, spellings, change)
        return +done

    async def _change_audited(self, model: type[Any], spellings: Collection[str], change: Callable[[Any], Any]) -> int:
        columns, changed = _texts_of(model), set[str]()
        for part in parts(spellings, _WORDS_AT_ONCE):
            near = or_(*(cast(column, Text).icontains(one, autoescape=True) for one in part for column in columns))
            for row in await self.session.scalars(select(model).where(near)):
                for column in columns:
                    before = getattr(row, column.key)
                    after = change(before) if before is not None else None
                    if after == before:
                        continue
                    if isinstance(after, str) and column.key in _unique_of(model):
                        after = f"{after[:-_MARK]} {row.id[-_MARK:]}"  # two that were named after her stay two
                    setattr(row, column.key, _fitting(after, column))
                    changed.add(row.id)
            await self.session.flush()
        return len(changed)

    async def _holding(
        self, model: type[Any], columns: list[InstrumentedAttribute[Any]], near: Any
    ) -> AsyncIterator[tuple[str, Mapping[str, Any]]]:
        after = ""
        names = [column.key for column in columns]
        while True:
            statement = select(model.id, *columns).where(near, model.id > after).order_by(model.id).limit(_SEEN_AT_ONCE)
            rows = (await self.session.execute(statement)).all()
            for id_, *values in rows:
                yield id_, dict(zip(names, values, strict=True))
            if len(rows) < _SEEN_AT_ONCE:
                return
            after = rows[-1][0]

    async def batches_of(self, connector_id: str) -> list[IngestionBatch]:
        """A source's committed batches, the newest first."""
        statement = (
            select(IngestionBatch)
            .where(IngestionBatch.connector_id == connector_id, IngestionBatch.status == "committed")
            .order_by(IngestionBatch.id.desc())
        )
        return list(await self.session.scalars(statement))

    async def _run(self, statement: Any) -> None:
        await self.session.execute(statement.execution_options(synchronize_session=False))


def _texts_of(model: type[Any]) -> list[InstrumentedAttribute[Any]]:
    """Columns that may quote a person: not ids, hashes and words of our own."""
    found: list[InstrumentedAttribute[Any]] = []
    for column in model.__table__.columns:
        kind = column.type
        is_text = isinstance(kind, JSON) or (
            isinstance(kind, String) and (kind.length is None or kind.length > _ID_LENGTH)
        )
        if is_text and not column.primary_key and column.key not in _OURS:
            found.append(getattr(model, column.key))
    for column in model.__table__.columns:
        if not issubclass(model, Identified) and column.key in ("text", "label"):
            found = [getattr(model, column.key)]
    return found


def _fitting(value: Any, column: InstrumentedAttribute[Any]) -> Any:
    """What stands for a short name may be longer than it."""
    length = getattr(column.type, "length", None)
    return value[:length] if isinstance(value, str) and length is not None else value


def _unique_of(model: type[Any]) -> set[str]:
    """Columns of which no two rows of a tenant have the same."""
    keys = (one for one in model.__table__.constraints if isinstance(one, UniqueConstraint))
    return {column.key for key in keys for column in key.columns}


_OURS: Final = frozenset(
    (
        "version_hash", "content_hash", "source_key", "dedup_key", "sealed", "nonce_hash", "credentials", "key_hash",
        "fingerprint",
    )
)  # fmt: skip
_NOT_SCANNED: Final = frozenset(
    model.__tablename__
    for model in (RawRecord, Connector, PrivacyRequest, Suppression, AuditEntry, ResolutionDecision, ApiKey, DataSource)
)
"""What is gone over by itself, holds nobody, cannot be changed, or is the owner's own of her systems."""
_SCANNED: Final[dict[str, type[Any]]] = {
    model.__tablename__: model
    for model in ALL_MODELS
    if issubclass(model, TenantOwned)
    and issubclass(model, Ingested | Unaudited)
    and model.__tablename__ not in _NOT_SCANNED
}
_AUDITED: Final[dict[str, type[Any]]] = {
    model.__tablename__: model
    for model in ALL_MODELS
    if issubclass(model, TenantOwned)
    and issubclass(model, Identified)
    and not issubclass(model, Ingested | Unaudited)
    and model.__tablename__ not in _NOT_SCANNED
    and _texts_of(model)
}
