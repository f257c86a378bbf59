"""Erasing people, and telling what is known of them: asked for by a vendor, or by the owner.

What a person was sold and paid stays, as figures of nobody. Raw records stay too, with their versions and links, but for
what they say of her: so a later sync finds what it knows, and what the vendor still sends of her is not taken in.
"""

import json
import re
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any, Final

from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.errors import CopilotError, ErrorKind, not_found
from storage.models.commerce import Customer, Order, Transaction
from storage.models.ingestion import RawRecord
from storage.models.privacy import PrivacyRequest
from storage.models.relations import Contact, Message
from storage.repositories.erasing import Person
from storage.uow import ReadUnitOfWork, WriteUnitOfWork
from tools.connectors.core.credentials import CredentialStore
from tools.ingestion.batches import Batches
from tools.ingestion.identity import own_key
from tools.ingestion.mapping.payload import exact_json, parse_payload
from tools.ingestion.mapping.rosetta import mapping_of
from tools.privacy.redaction import (
    OF_A_PERSON,
    digest,
    pattern_of,
    plain_redacted,
    quotable,
    redacted,
    spellings,
    unshown,
    without_columns,
)
from tools.privacy.subject import Subject

ANSWERED_WITHIN: Final = timedelta(days=30)
"""Shopify's limit for what its webhooks ask (shopify.dev, privacy law compliance); the GDPR's is one month."""
ERASE_PERSON, ERASE_ACCOUNT, ACCESS = "erase_person", "erase_account", "access"
_FILE: Final = "file"
"""Connector.type of files."""
_KEPT_OF_ACCOUNT: Final = ("settings", "way")
"""Of a connection's configuration: which account it was."""
_PEOPLE: Final = frozenset(("customer", "contact"))
_MODELS: Final[dict[str, type[Any]]] = {Customer.__tablename__: Customer, Contact.__tablename__: Contact}
ForgetWords = Callable[[Actor, Collection[str]], Awaitable[None]]
"""Forgets what conversations remember that holds any of these texts: vectors and checkpoints."""


@dataclass(slots=True)
class _Known:
    """What is stored of a person."""

    people: list[Person] = field(default_factory=list[Person])
    raw: set[str] = field(default_factory=set[str])
    """Raw records that tell of her: her own, and those of her orders."""
    own_raw: set[str] = field(default_factory=set[str])
    facts: dict[type[Any], set[str]] = field(default_factory=dict[type[Any], set[str]])
    addresses: set[str] = field(default_factory=set[str])
    words: set[str] = field(default_factory=set[str])


class ErasureService:
    """One per process. Each step can be done again: a request that a crash left is done from the beginning."""

    def __init__(self, database: Database, batches: Batches, store: CredentialStore, forget_words: ForgetWords) -> None:
        self._database = database
        self._batches = batches
        self._store = store
        self._forget_words = forget_words

    # ── asking ───────────────────────────────────────────────────────────────────────────────────────────

    async def ask(self, actor: Actor, kind: str, customer_id: str) -> PrivacyRequest:
        """Writes down what the owner asks of a customer, whichever source tells of her. Raises not_found."""
        async with self._database.write(actor) as uow:
            row = await uow.resolution.customer(customer_id)
            subject = Subject(customer_id=row.merged_into_id or row.id)
            request = PrivacyRequest(
                kind=kind,
                status="received",
                subject=self._store.seal(subject.model_dump_json()),
                due_at=uow.clock.now() + ANSWERED_WITHIN,
            )
            uow.add(request)
            await uow.flush()
            return request

    async def found(self, uow: ReadUnitOfWork, request_id: str) -> dict[str, Any]:
        """What was found of a person who asked. Raises not_found, and CONFLICT while it is not gathered yet."""
        request = await uow.erasing.request(request_id)
        if request is None or request.kind != ACCESS:
            raise not_found("The request")
        if request.found is None:
            raise CopilotError(ErrorKind.CONFLICT, "It is not gathered yet.", retry_after=5)
        return json.loads(self._store.open(request.found))

    # ── doing ────────────────────────────────────────────────────────────────────────────────────────────

    async def fulfil(self, actor: Actor, request_id: str) -> dict[str, Any]:
        """Does what a request asks; of one that is done nothing. Raises not_found, and CopilotError(CONFLICT) with
        `retry_after` while data is being written."""
        async with self._database.read(actor) as uow:
            request = await uow.erasing.request(request_id)
            if request is None:
                raise not_found("The request")
            kind, connector_id, sealed, status = request.kind, request.connector_id, request.subject, request.status
        if status == "done":
            return {"request_id": request_id, "kind": kind}
        subject = Subject.model_validate_json(self._store.open(sealed)) if sealed else Subject()
        if kind == ERASE_ACCOUNT and connector_id is not None:
            counts = await self._erase_account(actor, connector_id)
        elif kind == ERASE_PERSON:
            counts = await self._erase_person(actor, connector_id, subject)
        else:
            counts = await self._gather(actor, request_id, connector_id, subject)
        async with self._database.write(actor) as uow:
            done = await uow.erasing.request(request_id)
            if done is not None:
                done.status, done.done_at = "done", uow.clock.now()
                done.subject = done.subject if kind == ACCESS else None
            uow.audit("fulfil", "privacy_requests", request_id, after={"kind": kind, **counts})
        return {"request_id": request_id, "kind": kind, **counts}

    async def _erase_person(self, actor: Actor, connector_id: str | None, subject: Subject) -> dict[str, int]:
        async with self._database.write(actor) as uow:
            uow.hide_values()
            await _none_is_written(uow)
            known = await self._known(uow, connector_id, subject)
            await self._suppress(uow, connector_id, known, subject)
            await self._blank(uow, known)
            await self._redact_raw(uow, known)
            goods = await uow.erasing.goods_called(known.words)
        # Beside what is hers by its keys she is wherever her name is quoted.
        words = quotable(known.words, goods)
        found = spellings(words)
        pattern = pattern_of(words)
        async with self._database.write(actor) as uow:
            uow.hide_values()
            await _none_is_written(uow)
            quoted = await uow.erasing.change_texts(found, lambda value: plain_redacted(value, pattern), connector_id)
            others = await uow.erasing.raw_with(found, connector_id)
            await uow.erasing.redact_raw(
                others, lambda row: _quoted(row, lambda value: plain_redacted(value, pattern), pattern), uow.clock.now()
            )
            await uow.tenants.lock()
            await uow.tallies.tally_anew()
            await uow.rollup.forget_things({Customer.__tablename__: {one.id for one in known.people}})
            await uow.resolution.touch()
        await self._forget_words(actor, found)
        return {
            "people": len(known.people),
            "orders": len(known.facts.get(Order, ())),
            "raw_records": len(known.raw | others),
            "quotes": sum(quoted.values()),
        }

    async def _known(self, uow: ReadUnitOfWork, connector_id: str | None, subject: Subject) -> _Known:
        """Raises nothing where nothing is known: a vendor asks of people whom it never told us of."""
        known, ids = _Known(), set[str]()
        if subject.customer_id is not None:
            ids |= await uow.erasing.members_of(subject.customer_id)
        if connector_id is not None:
            vendor = (await uow.ingestion.connector(connector_id)).type
            kinds = people_of(vendor)
            known.own_raw |= await uow.erasing.raw_of(connector_id, kinds, subject.ids)
            for table in _MODELS:
                ids |= await uow.erasing.made_of(known.own_raw, table)
            orders = await uow.erasing.raw_of(connector_id, ("order",), subject.order_ids)
            known.raw |= orders
        ids |= (await uow.erasing.reached(connector_id, subject.emails, subject.phones)).keys()
        ids |= await uow.erasing.wholes_of(ids) if subject.customer_id is not None else set()
        known.people = await uow.erasing.people(ids)
        emails = {*subject.emails, *(text for one in known.people for text in one.texts if "@" in text)}
        known.facts = await uow.erasing.facts_of([one.id for one in known.people])
        known.facts[Order] |= await uow.erasing.made_of(known.raw, Order.__tablename__)
        known.facts[Message] |= await uow.erasing.mail_of(emails)
        known.addresses = {one.address_id for one in known.people if one.address_id}
        known.addresses |= await uow.erasing.addresses_of(known.facts[Order])
        behind = await uow.erasing.raw_behind([one.id for one in known.people])
        if subject.customer_id is not None:
            known.own_raw |= behind
        facts = [id_ for found in known.facts.values() for id_ in found]
        known.raw |= known.own_raw | await uow.erasing.raw_behind(facts)
        known.words = {*subject.reach, *(text for one in known.people for text in one.texts)}
        known.words |= await uow.erasing.place_texts(known.addresses)
        return known

    async def _suppress(self, uow: WriteUnitOfWork, connector_id: str | None, known: _Known, subject: Subject) -> None:
        raw = await uow.remaking.raw(known.own_raw)
        reach = {text for one in known.people for text in one.texts if "@" in text} | set(subject.reach)
        of: dict[str, set[tuple[str, str]]] = {}
        for row in raw.values():
            of.setdefault(row.connector_id, set()).add(("id", row.source_id.rpartition("/")[2]))
        if connector_id is not None:
            of.setdefault(connector_id, set()).update(("id", one) for one in subject.ids)

        def bare(key: str) -> str:
            """Without the mark of a source that uses it for somebody else."""
            return next((key.removesuffix(own) for own in map(partial(own_key, ""), of) if key.endswith(own)), key)

        keys = {bare(one.source_key) for one in known.people}
        # A number means somebody else in another file; who is known by her address or name is the same.
        everywhere = {key for key in keys if not key.startswith("id:")}
        told_of = set(of)
        if connector_id is None:
            for file in await uow.ingestion.connectors(_FILE):
                of.setdefault(file.id, set())
        for source, told in of.items():
            marks = {*told, *(("reach", text) for text in reach)}
            marks |= {("key", key) for key in (keys if source in told_of else everywhere)}
            await uow.erasing.suppress(source, [digest(uow.tenant_id, source, kind, text) for kind, text in marks])

    async def _blank(self, uow: WriteUnitOfWork, known: _Known) -> None:
        ids = {table: {one.id for one in known.people if one.table == table} for table in _MODELS}
        keys = {one.source_key for one in known.people}
        # Who stands for her and others is put together anew from the others.
        ids[Customer.__tablename__] |= await uow.erasing.wholes_of(ids[Customer.__tablename__])
        for table, model in _MODELS.items():
            await uow.erasing.blank(model, ids[table])
        for model in (Order, Transaction, Message):
            await uow.erasing.blank(model, known.facts.get(model, set()))
        for one in known.people:
            if not one.source_key.startswith(("id:", "one:")) and one.table == Customer.__tablename__:
                mark = digest(uow.tenant_id, one.id, "key", one.source_key)
                await uow.erasing.rename(Customer, one.id, f"erased:{mark[:32]}")
        for decision in await uow.erasing.decisions_about(keys):
            await uow.delete(decision)
        await uow.resolution.forget([one.id for one in known.people])
        await uow.erasing.drop_unused_addresses(known.addresses)

    async def _redact_raw(self, uow: WriteUnitOfWork, known: _Known) -> None:
        def change(value: Any, *, is_person: bool) -> Any:
            return redacted(value, known.words, is_person=is_person)

        own, others = known.own_raw, known.raw - known.own_raw
        at, pattern = uow.clock.now(), pattern_of(known.words)
        columns = {one.id: _columns_of(one.config) for one in await uow.ingestion.connectors(_FILE)}

        async def redact(ids: set[str], *, is_person: bool) -> None:
            def without(row: RawRecord) -> dict[str, str | None]:
                hers = columns.get(row.connector_id, frozenset())
                return _quoted(row, lambda value: change(without_columns(value, hers), is_person=is_person), pattern)

            await uow.erasing.redact_raw(ids, without, at)

        await redact(own, is_person=True)
        await redact(others, is_person=False)
        for batch in await uow.erasing.files_with(own | others):
            batch.profile = unshown(batch.profile)

    async def _erase_account(self, actor: Actor, connector_id: str) -> dict[str, int]:
        """All that an account brought in, as if it had never been: the newest run first."""
        async with self._database.write(actor) as uow:
            await _none_is_written(uow)
            connector = await uow.ingestion.connector(connector_id)
            connector.erased_at, connector.webhook_secret = uow.clock.now(), None
            connector.credentials = connector.previous_credentials = None
            connector.status, connector.status_message = "disconnected", "The vendor asked for its data to be erased."
            connector.name = connector.type
            # Where it is connected again one day, nothing is known of it: it is read from the beginning.
            connector.last_sync_at = connector.mapping_version = None
            connector.config = {name: connector.config[name] for name in _KEPT_OF_ACCOUNT if name in connector.config}
            for one in (
                *await uow.vendor_subscriptions.of(connector_id),
                *await uow.ingestion.sync_cursors(connector_id),
                *await uow.disconnections.of(connector_id),
            ):
                await uow.delete(one)
            batches = [one.id for one in await uow.erasing.batches_of(connector_id)]
        for batch_id in batches:
            async with self._database.write(actor) as uow:
                await uow.tenants.lock()
                batch = await uow.ingestion.batch_locked(batch_id)
                if batch.status == "committed":
                    await self._batches.take_back(uow, batch)
                batch.profile = {}
            await self._batches.purge(actor, batch_id)
        async with self._database.write(actor) as uow:
            await uow.tenants.lock()
            await uow.tallies.tally_anew()  # also of what nothing holds any more
        return {"runs": len(batches)}

    # ── telling ──────────────────────────────────────────────────────────────────────────────────────────

    async def _gather(
        self, actor: Actor, request_id: str, connector_id: str | None, subject: Subject
    ) -> dict[str, int]:
        async with self._database.write(actor) as uow:
            known = await self._known(uow, connector_id, subject)
            told: dict[str, Any] = {"records": [], "people": [], "orders": [], "transactions": [], "messages": []}
            for name, model, ids in (
                *(("people", _MODELS[one.table], [one.id]) for one in known.people),
                ("orders", Order, known.facts.get(Order, set())),
                ("transactions", Transaction, known.facts.get(Transaction, set())),
                ("messages", Message, known.facts.get(Message, set())),
            ):
                told[name] += list((await uow.ingestion.snapshot(model, ids)).values())
            for row in (await uow.remaking.raw(known.raw)).values():
                told["records"].append(
                    {"object": row.object, "id": row.source_id, "received_at": row.received_at.isoformat(), "payload": json.loads(row.payload)}
                )  # fmt: skip
            request = await uow.erasing.request(request_id)
            if request is not None:
                request.found = self._store.seal(json.dumps(told, ensure_ascii=False, default=str))
            return {name: len(rows) for name, rows in told.items()}


def people_of(vendor: str) -> tuple[str, ...]:
    """A vendor's objects that tell of a person."""
    objects = mapping_of(vendor).objects.items()
    return tuple(name for name, spec in objects if any(made.row in _PEOPLE for made in spec.makes))


def _columns_of(config: dict[str, Any]) -> frozenset[str]:
    """The columns of a file's source that tell of a person."""
    columns: dict[str, str | None] = config.get("mapping", {}).get("columns", {})
    return frozenset(name for name, meaning in columns.items() if meaning in OF_A_PERSON)


def _quoted(row: RawRecord, change: Callable[[Any], Any], pattern: re.Pattern[str] | None) -> dict[str, str | None]:
    """What takes the place of a raw record's texts. A row of a file may have no other key than whom it tells of."""
    names_her = pattern is not None and pattern.search(row.source_id) is not None
    mark = digest(row.tenant_id, row.connector_id, "source", row.source_id)
    return {
        "payload": exact_json(change(parse_payload(row.payload))),
        "around": exact_json(change(parse_payload(row.around))) if row.around is not None else None,
        "source_id": f"erased:{mark[:32]}" if names_her else row.source_id,
    }


async def _none_is_written(uow: WriteUnitOfWork) -> None:
    await uow.tenants.lock()
    if await uow.ingestion.batches_in("applying"):
        raise CopilotError(
            ErrorKind.CONFLICT, "Data is being imported or synchronised.", hint="Wait for it to end.", retry_after=5
        )
