"""Two hundred thousand customers and contacts of eight systems: how long it takes to find who is one, and how long for one
record more. What share of it is right, `python -m evals.people.measure` says."""

import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

from evals.bench.figures import Budget, Figure, Sample
from evals.bench.shop import new_shop, opened
from evals.bench.workbench import Workbench
from evals.people import practice
from evals.people.records import LabelledRecord
from evals.tenants import TenantSettings
from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.ids import new_id
from storage.models.commerce import Address, Customer
from storage.models.ingestion import Connector, IngestionBatch
from storage.models.relations import Contact
from tools.ingestion.identity import address_hash
from tools.ingestion.places import country_code
from tools.kit.workers import Workers
from tools.resolution.service import ResolutionService

RECORDS = 200_000
_PER_RECORD = 2.1
_LATER = 40
_AT_ONCE = 20_000
_SEED = 11
_TABLES = {"customer": Customer.__tablename__, "contact": Contact.__tablename__}


async def measure(bench: Workbench) -> list[Figure]:
    count = RECORDS if bench.wanted_runs is None else min(RECORDS, bench.wanted_runs * 10_000)
    records = practice.generate_people(_SEED, int(count / _PER_RECORD))
    shop = await new_shop(
        bench.folder / "identities",
        TenantSettings(tenant_name="Identities", currency="EUR", country="IE", timezone="UTC"),
    )
    workers = Workers(seconds=3_600.0)
    try:
        async with opened(shop.home) as database:
            service = ResolutionService(database, workers)
            sources = await _connect(database, shop.owner, records)
            await bring(database, shop.owner, sources, records[:-_LATER])
            bench.say(f"identities: {len(records) - _LATER:,} records are in")
            started = time.perf_counter()
            report = await service.resolve(shop.owner)
            took = time.perf_counter() - started
            bench.say(f"identities: {report.buyers.groups:,} groups, {report.buyers.merged:,} customers merged")
            later: list[float] = []
            for record in records[-_LATER:]:
                await bring(database, shop.owner, sources, [record])
                started = time.perf_counter()
                await service.resolve(shop.owner)
                later.append((time.perf_counter() - started) * 1000)
    finally:
        workers.close()
    name = f"{len(records) / 1_000:.0f} k customers"
    return [
        Figure(f"{name}: who is one, all of them", "s", Sample([took]), budget=Budget("p50", 120.0)),
        Figure(f"{name}: one record more", "ms", Sample(later), budget=Budget("p95", 100.0)),
    ]


async def _connect(database: Database, owner: Actor, records: Sequence[LabelledRecord]) -> dict[str, str]:
    """Source → its connection."""
    made = {source: new_id() for source in sorted({one.source for one in records})}
    async with database.write(owner) as uow:
        for source, id_ in made.items():
            uow.add(Connector(id=id_, type=source, name=source, external_key=source))
    return made


async def bring(
    database: Database, owner: Actor, sources: dict[str, str], records: Sequence[LabelledRecord]
) -> dict[str, str]:
    """Writes records as their sources' syncs leave them; gives the row of each by source and key."""
    rows: dict[str, str] = {}
    for source, connector_id in sources.items():
        own = [one for one in records if one.source == source]
        if not own:
            continue
        batch_id = new_id()
        async with database.write(owner) as uow:
            uow.add(
                IngestionBatch(
                    id=batch_id, connector_id=connector_id, status="committed", committed_at=uow.clock.now(),
                    written=Counter(_TABLES[one.kind] for one in own),
                )
            )  # fmt: skip
        for start in range(0, len(own), _AT_ONCE):
            await _write(database, owner, batch_id, own[start : start + _AT_ONCE], rows)
    return rows


async def _write(
    database: Database, owner: Actor, batch_id: str, records: Sequence[LabelledRecord], rows: dict[str, str]
) -> None:
    places: list[dict[str, Any]] = []
    people: dict[type[Customer | Contact], list[dict[str, Any]]] = {Customer: [], Contact: []}
    for one in records:
        address_id = new_id()
        key = f"{one.source}:{one.source_id}"
        places.append(
            {
                "id": address_id, "content_hash": address_hash((key,)), "line1": one.line1, "line2": one.line2, "city": one.city,
                "state": one.state, "postal_code": one.postal_code, "country": one.country,
                "country_code": country_code(one.country) if one.country else None, "created_by_batch_id": batch_id,
            }
        )  # fmt: skip
        row = {"name": one.name, "company": one.company, "email": one.email, "phone": one.phone, "address_id": address_id,
               "source_key": key, "id": new_id(), "created_by_batch_id": batch_id}  # fmt: skip
        rows[key] = str(row["id"])
        if one.kind == "contact":
            people[Contact].append(row)
        else:
            people[Customer].append({**row, "contact_name": one.contact_name})
    async with database.write(owner) as uow:
        await uow.bulk_insert(Address, places)
        for model, own in people.items():
            await uow.bulk_insert(model, own)
