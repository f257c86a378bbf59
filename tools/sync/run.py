"""One run of a sync under way, and what it is begun with."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.clock import today
from storage.kernel.errors import CopilotError, ErrorKind
from storage.kernel.text import legible
from storage.models.ingestion import Connector, IngestionBatch
from tools.connectors.core.listing import Client, read_page
from tools.connectors.core.resources import Resources, load_resources
from tools.ingestion.chunk import BatchContext, Memory
from tools.ingestion.mapping.paths import Scope, find
from tools.ingestion.mapping.rosetta import Account, Rosetta, mapping_of
from tools.ingestion.mapping.values import read_code
from tools.ingestion.normaliser import Normaliser
from tools.privacy.erasure import people_of
from tools.privacy.redaction import Erased
from tools.sync.notes import RunNotes

_LONGEST_FACT: Final = 100
_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class OpenConnection:
    """A connection that can be spoken with. `settings` fill the templates of its resources."""

    client: Client
    settings: Mapping[str, str]


Opener = Callable[[Actor, Connector], AbstractAsyncContextManager[OpenConnection]]
"""Opens a connection's API; raises CopilotError where it cannot be used."""


@dataclass(slots=True)
class Run:
    """One run under way."""

    actor: Actor
    connector: Connector
    batch_id: str
    started_at: datetime
    full: bool
    is_first: bool
    """Whether nothing of the connection is in yet but what this very run has brought: none of it can be missing in its lists."""
    skip_known: bool
    rosetta: Rosetta
    resources: Resources
    notes: RunNotes
    today: date
    erased: Erased
    """Whom people were erased as: what the vendor still sends of them is not taken in."""
    people: tuple[str, ...]
    """Objects that tell of a person."""
    memory: Memory = field(default_factory=Memory)
    normalisers: dict[str, Normaliser] = field(default_factory=dict[str, Normaliser])

    def normaliser(self, kind: str) -> Normaliser:
        if kind not in self.normalisers:
            version = self.rosetta.mapping.version
            context = BatchContext(self.batch_id, self.connector.id, kind, self.today, version)
            self.normalisers[kind] = Normaliser(context, self.memory)
        return self.normalisers[kind]


async def prepare(
    database: Database, actor: Actor, connector: Connector, batch: IngestionBatch, opened: OpenConnection
) -> Run:
    """A run as its batch was begun, or goes on. Asks the vendor for the account's own currency and time zone. Raises the
    client's errors."""
    resources = resources_of(connector)
    told = await _account_facts(resources, opened) if resources.account_call is not None else {}
    agreed, notes = dict(batch.mapping), RunNotes(batch.profile)
    if (currency := told.get("currency")) is not None:
        try:
            agreed["currency"] = read_code(currency)
        except ValueError as error:
            without = f"Amounts that come without one are taken for {agreed['currency']}."
            notes.refused("account", f"The account's currency, “{currency[:_SHOWN]}”, {error}. {without}")
    agreed["source_timezone"] = told.get("timezone") or agreed["source_timezone"]
    async with database.write(actor) as uow:
        stored = await uow.ingestion.batch(batch.id)
        stored.mapping = agreed
        last = await uow.ingestion.last_committed(connector.id)
        row = await uow.ingestion.connector(connector.id)
        row.config = {**row.config, "currency": agreed["currency"], "timezone": agreed["source_timezone"]}
        day = today(uow.clock, agreed["timezone"])
        started_at = stored.created_at
        erased = Erased(uow.tenant_id, connector.id, await uow.erasing.suppressed(connector.id))
    account = Account(
        today=day,
        zone=ZoneInfo(agreed["timezone"]),
        currency=agreed["currency"],
        source_zone=agreed["source_timezone"],
        namespace=f"{connector.type}:{connector.external_key}",
    )
    return Run(
        actor=actor,
        connector=connector,
        batch_id=batch.id,
        started_at=started_at,
        full=bool(batch.profile.get("full")),
        is_first=last is None,
        skip_known=last is not None and last.mapping == agreed,
        rosetta=Rosetta(mapping_of(connector.type), account),
        resources=resources,
        notes=notes,
        today=day,
        erased=erased,
        people=people_of(connector.type),
    )


def resources_of(connector: Connector) -> Resources:
    try:
        return load_resources(connector.type)
    except LookupError:
        raise CopilotError(
            ErrorKind.UNSUPPORTED, f"{connector.name} cannot be synchronised yet.", hint="Import its exports as files."
        ) from None


async def _account_facts(resources: Resources, opened: OpenConnection) -> dict[str, str]:
    """What the vendor says of the account itself: its currency, its time zone."""
    assert resources.account_call is not None  # noqa: S101 - the caller looked
    page = await read_page(opened.client, resources.account_call, {}, since=None, settings=opened.settings, kept=None)
    facts: dict[str, str] = {}
    for name, path in resources.account.items():
        for one in page.items[:1]:
            found = find(Scope(one.value, one.pointer), path)[:1]
            if found:
                facts[name] = legible(str(found[0].value))[:_LONGEST_FACT]
    return facts
