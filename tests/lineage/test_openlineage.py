"""Imports, syncs and what takes them back are told as OpenLineage events, to a receiver that is really there, and really away."""

import json
import os
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import SecretStr
from referencing import Registry, Resource
from sqlalchemy import func, select

from evals.standins.vendors.stripe import StripeStandIn
from evals.standins.vendors.world import World, truth
from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.clock import FixedClock
from storage.kernel.errors import CopilotError
from storage.kernel.ids import new_id
from storage.models.commerce import Order
from storage.models.system import OutboxMessage
from storage.repositories.base import PageRequest
from storage.scope import SystemPurpose
from tests.lineage.marquez import Marquez, receiving
from tests.lineage.test_quality import ORDERS
from tests.sync.conftest import Synced
from tools.connectors.core.wire import open_http
from tools.imports.service import ImportService
from tools.ingestion import pipeline
from tools.ingestion.batches import Batches
from tools.ingestion.catalogue import load_catalogue
from tools.lineage.openlineage.events import OutputDataset, RunEvent
from tools.lineage.openlineage.relay import KEPT_FOR, Receiver, Relay
from tools.lineage.openlineage.watching import RunTeller
from tools.sync.service import SyncService

pytestmark = pytest.mark.anyio
KEY = "a-key-that-nobody-sees"


@pytest.fixture
def marquez() -> Iterator[Marquez]:
    with receiving() as marquez:
        yield marquez


@pytest.fixture
async def relay(database: Database, marquez: Marquez) -> AsyncIterator[Relay]:
    async with open_http() as http:
        yield Relay(database, Receiver(marquez.url, api_key=SecretStr(KEY)), http)


@pytest.fixture
def teller() -> RunTeller:
    return RunTeller("test-shop")


@pytest.fixture
def imports(database: Database, tmp_path: Path, teller: RunTeller) -> ImportService:
    """As tests.imports has it, and watched."""
    return ImportService(database, tmp_path / "files", load_catalogue(), batches=Batches(database, teller))


@pytest.fixture
def shop(shop: Synced, teller: RunTeller) -> Synced:
    """A Stripe account whose syncs are watched."""
    shop.service = SyncService(shop.database, Batches(shop.database, teller), shop.service._open)
    return shop


async def commit(imports: ImportService, actor: Actor, path: Path) -> str:
    profile = await imports.profile(actor, path, "Invoices of Ann Lee.csv")
    await imports.commit(actor, profile.file_id)
    return profile.file_id


def output(event: RunEvent, table: str) -> OutputDataset:
    return next(one for one in event.outputs if one.name.endswith(f".{table}"))


def made_of(event: RunEvent, table: str, column: str) -> list[str]:
    lineage = output(event, table).facets.column_lineage
    assert lineage is not None
    return [one.field for one in lineage.fields[column].input_fields]


async def test_a_file_import_is_told_with_its_columns_and_counts_and_without_its_rows(
    imports: ImportService, actor: Actor, write: Callable[..., Path], relay: Relay, marquez: Marquez
) -> None:
    file_id = await commit(imports, actor, write(ORDERS))
    assert await relay.tick() == 2
    start, complete = marquez.events
    assert [start.event_type, complete.event_type] == ["START", "COMPLETE"]
    assert {str(one.run.run_id) for one in marquez.events} == {file_id}
    assert (complete.job.namespace, complete.job.facets.job_type.job_type) == ("test-shop", "IMPORT")
    [file] = complete.inputs
    assert file.namespace == "file://test-shop"
    assert file.input_facets is not None
    assert file.input_facets.input_statistics is not None
    assert (file.input_facets.input_statistics.row_count, file.input_facets.input_statistics.size) == (3, len(ORDERS))
    assert file.facets.described is not None
    assert [one.name for one in file.facets.described.fields] == ORDERS.splitlines()[0].split(",")
    assert output(complete, "unified_orders").namespace == "smb://test-shop"
    counts = {one.name.split(".")[1]: one.output_facets for one in complete.outputs}
    rows = {table: facets.output_statistics.row_count for table, facets in counts.items() if facets and facets.output_statistics}  # fmt: skip
    assert rows == {
        "unified_orders": 3,
        "order_lines": 3,
        "unified_customers": 3,
        "unified_products": 2,
    }
    assert made_of(complete, "unified_orders", "total_micros") == ["Order Total"]
    assert made_of(complete, "order_lines", "ordered_on") == ["Order Date"]
    assert made_of(complete, "order_lines", "net_micros") == ["Unit Price", "Quantity", "Tax"]
    assert made_of(complete, "unified_customers", "email") == ["E-mail"]
    assert marquez.paths == ["/api/v1/lineage"] * 2
    assert marquez.keys == [f"Bearer {KEY}"] * 2
    for secret in ("Ann Lee", "ann@example.com", "Blue mug", "A1", "Invoices", KEY):
        assert secret not in marquez.text, secret


async def test_a_sync_is_told_with_what_it_read_and_what_became_of_it(
    shop: Synced, world: World, relay: Relay, marquez: Marquez, stripe: StripeStandIn
) -> None:
    run = await shop.sync()
    await relay.tick()
    assert marquez.told() == [("sync", "START"), ("sync", "COMPLETE")]
    complete = marquez.events[-1]
    assert str(complete.run.run_id) == run.id
    charges = next(one for one in complete.inputs if one.name == "charge")
    assert charges.namespace == f"stripe://{shop.connection.id}"
    assert charges.input_facets is not None
    assert charges.input_facets.input_statistics is not None
    assert charges.input_facets.input_statistics.row_count == truth(world, "stripe").counts["charges"]
    lineage = output(complete, "unified_transactions").facets.column_lineage
    assert lineage is not None
    inputs = {(one.name, one.field) for one in lineage.fields["amount_micros"].input_fields}
    assert {("charge", "amount"), ("refund", "amount")} <= inputs
    async with shop.database.read(shop.actor) as uow:
        person = (await uow.session.scalars(_named_customer())).first()
    assert person is not None
    for secret in (stripe.key, person.name, person.email):
        assert secret not in marquez.text


def _named_customer() -> Any:
    from storage.models.commerce import Customer

    return select(Customer).where(Customer.name.is_not(None), Customer.email.is_not(None))


async def test_a_failed_sync_names_the_kind_of_failure_alone_and_the_next_is_a_run_of_its_own(
    shop: Synced, stripe: StripeStandIn, relay: Relay, marquez: Marquez
) -> None:
    stripe.faults.outage(times=100)
    with pytest.raises(CopilotError):
        await shop.sync()
    stripe.faults.outage(times=0)
    await shop.sync()
    await relay.tick()
    assert [kind for _, kind in marquez.told()] == ["START", "FAIL", "START", "COMPLETE"]
    failed = marquez.events[1]
    assert failed.run.facets.error_message is not None
    assert failed.run.facets.error_message.message == "The sync ended early: unavailable."
    assert len({one.run.run_id for one in marquez.events}) == 2


async def test_an_import_that_is_tried_again_and_then_undone_is_three_runs(
    imports: ImportService,
    actor: Actor,
    write: Callable[..., Path],
    relay: Relay,
    marquez: Marquez,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    profile = await imports.profile(actor, write(ORDERS), "orders.csv")
    with monkeypatch.context() as patch:
        patch.setattr(imports, "_apply", _broken)
        with pytest.raises(RuntimeError):
            await imports.commit(actor, profile.file_id)
    await imports.commit(actor, profile.file_id)
    await imports.undo(actor, profile.file_id)
    await relay.tick()
    assert marquez.told() == [
        ("import", "START"),
        ("import", "FAIL"),
        ("import", "START"),
        ("import", "COMPLETE"),
        ("undo", "START"),
        ("undo", "COMPLETE"),
    ]
    runs = [event.run.run_id for event in marquez.events]
    assert runs[0] == runs[1] != runs[2] == runs[3] != runs[4] == runs[5]
    assert output(marquez.events[4], "unified_orders").output_facets is not None
    assert "The import ended early: fault." in marquez.text
    assert "Ann Lee" not in marquez.text


async def _broken(*_: Any) -> None:
    raise RuntimeError("Ann Lee's row is too much for me")


async def test_an_import_that_was_killed_goes_on_as_the_same_run_and_one_that_is_given_up_is_aborted(
    imports: ImportService,
    database: Database,
    actor: Actor,
    write: Callable[..., Path],
    relay: Relay,
    marquez: Marquez,
    clock: FixedClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pipeline, "CHUNK_ROWS", 1)

    async def kill(file_id: str) -> None:
        async def killed(done: float, _message: str) -> None:
            if done > 0.5:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            await imports.commit(actor, file_id, progress=killed)

    first = (await imports.profile(actor, write(ORDERS), "orders.csv")).file_id
    await kill(first)
    await imports.commit(actor, first)
    second = (await imports.profile(actor, write(ORDERS.replace("A", "B")), "orders.csv")).file_id
    await kill(second)
    await imports.recover()
    await relay.tick()
    assert [kind for _, kind in marquez.told()] == ["START", "RUNNING", "COMPLETE", "START", "ABORT"]
    assert [str(event.run.run_id) for event in marquez.events] == [first] * 3 + [second] * 2


async def test_a_long_import_says_each_minute_that_it_is_running(
    imports: ImportService,
    actor: Actor,
    write: Callable[..., Path],
    relay: Relay,
    marquez: Marquez,
    clock: FixedClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pipeline, "CHUNK_ROWS", 1)
    profile = await imports.profile(actor, write(ORDERS), "orders.csv")

    async def slowly(_done: float, _message: str) -> None:
        clock.at += timedelta(seconds=40)

    await imports.commit(actor, profile.file_id, progress=slowly)
    await relay.tick()
    assert [kind for _, kind in marquez.told()] == ["START", "RUNNING", "COMPLETE"]


async def test_events_wait_for_a_receiver_that_is_away_and_come_in_their_order(
    imports: ImportService,
    actor: Actor,
    write: Callable[..., Path],
    relay: Relay,
    marquez: Marquez,
    database: Database,
    clock: FixedClock,
) -> None:
    marquez.answers = [503, 500]
    file_id = await commit(imports, actor, write(ORDERS))
    assert await relay.tick() == 0
    assert await relay.tick() == 0  # it waits before it tries again
    assert len(marquez.paths) == 1
    clock.at += timedelta(seconds=6)
    assert await relay.tick() == 0
    clock.at += timedelta(seconds=6)
    assert await relay.tick() == 0  # longer, the second time
    assert len(marquez.paths) == 2
    async with database.read(actor) as uow:
        [complete, start] = (await uow.outbox.page_of("openlineage", PageRequest(), file_id)).items
    assert (start.attempts, start.error, complete.attempts) == (2, "The receiver answered 500.", 0)
    clock.at += timedelta(seconds=6)
    assert await relay.tick() == 2
    assert [kind for _, kind in marquez.told()] == ["START", "COMPLETE"]
    assert await relay.tick() == 0


async def test_an_event_that_the_receiver_finds_wrong_holds_up_no_other_one(
    imports: ImportService, actor: Actor, write: Callable[..., Path], relay: Relay, marquez: Marquez, database: Database
) -> None:
    marquez.answers = [422]
    file_id = await commit(imports, actor, write(ORDERS))
    assert await relay.tick() == 1
    async with database.read(actor) as uow:
        rows = (await uow.outbox.page_of("openlineage", PageRequest(), file_id)).items
    assert [(row.published_at is not None, row.refused_at is not None) for row in rows] == [
        (True, False),
        (False, True),
    ]


async def test_of_two_relays_at_one_store_one_sends(
    imports: ImportService, actor: Actor, write: Callable[..., Path], relay: Relay, marquez: Marquez, database: Database
) -> None:
    await commit(imports, actor, write(ORDERS))
    async with database.system(SystemPurpose.OUTBOX) as uow:
        claimed = await uow.outbox.claim("openlineage", 1, timedelta(minutes=1))
    assert len(claimed) == 1
    assert await relay.tick() == 0  # the other relay is at it
    async with database.system(SystemPurpose.OUTBOX) as uow:
        await uow.outbox.release([claimed[0].id])
    assert await relay.tick() == 2


async def test_a_run_does_not_fail_on_its_events(
    imports: ImportService,
    actor: Actor,
    write: Callable[..., Path],
    teller: RunTeller,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def broken(uow: Any, *_: Any) -> None:
        # What a database refuses would spoil all that the unit does after it, were it not apart.
        row = {"id": "twice", "topic": "openlineage", "key": "x", "payload": {}}
        await uow.session.bulk_insert(OutboxMessage, [row, row])

    monkeypatch.setattr(teller, "_tell", broken)
    await commit(imports, actor, write(ORDERS))
    async with database.read(actor) as uow:
        assert await uow.session.scalar(select(func.count()).select_from(Order)) == 3
        assert not (await uow.outbox.page_of("openlineage", PageRequest())).items


async def test_events_are_forgotten_after_a_month_and_others_see_none(
    imports: ImportService,
    actor: Actor,
    other_actor: Actor,
    write: Callable[..., Path],
    database: Database,
    clock: FixedClock,
) -> None:
    await commit(imports, actor, write(ORDERS))
    async with open_http() as http:
        keeper = Relay(database, None, http)
        await keeper.tick()
        async with database.read(actor) as mine, database.read(other_actor) as theirs:
            assert len((await mine.outbox.page_of("openlineage", PageRequest())).items) == 2
            assert not (await theirs.outbox.page_of("openlineage", PageRequest())).items
        clock.at += KEPT_FOR + timedelta(hours=2)
        await keeper.tick()
    async with database.read(actor) as uow:
        assert not (await uow.outbox.page_of("openlineage", PageRequest())).items


async def test_of_a_tenant_the_newest_events_are_kept(database: Database, actor: Actor) -> None:
    async with database.write(actor) as uow:
        uow.add(*(OutboxMessage(id=new_id(), topic="t", key=str(n), payload={}) for n in range(5)))
    async with database.system(SystemPurpose.OUTBOX) as uow:
        assert await uow.outbox.forget("t", uow.clock.now() - timedelta(days=1), 3) == (2, 2)
    async with database.read(actor) as uow:
        kept = (await uow.outbox.page_of("t", PageRequest())).items
    assert [row.key for row in kept] == ["4", "3", "2"]


# ── the official schemas ─────────────────────────────────────────────────────────────────────────────────────

SPEC = Path(os.environ.get("OPENLINEAGE_SPEC") or Path(__file__).parents[3] / "shared" / "specs" / "openlineage")
"""The folder `spec` of github.com/OpenLineage/OpenLineage, which is not ours to copy."""


@pytest.mark.prove
@pytest.mark.skipif(not SPEC.is_dir(), reason="OPENLINEAGE_SPEC names no folder with OpenLineage's JSON schemas")
async def test_every_event_holds_to_the_official_json_schemas(
    imports: ImportService,
    shop: Synced,
    stripe: StripeStandIn,
    actor: Actor,
    write: Callable[..., Path],
    relay: Relay,
    marquez: Marquez,
) -> None:
    file_id = await commit(imports, actor, write(ORDERS))
    await imports.undo(actor, file_id)
    await shop.sync()
    stripe.faults.outage(times=100)
    with pytest.raises(CopilotError):
        await shop.sync()
    await relay.tick()
    assert len(marquez.bodies) >= 7
    registry = _official()
    checked: set[str] = set()
    for body in marquez.bodies:
        _check(registry, body["schemaURL"], body)
        for facet in _facets(body):
            checked.add(facet["_schemaURL"])
            _check(registry, facet["_schemaURL"], facet)
    assert len(checked) >= 9


def _official() -> "Registry[Any]":
    files = SPEC / "OpenLineage.json", *SPEC.glob("facets/*.json")
    schemas = [json.loads(file.read_text("utf-8")) for file in files]
    return Registry().with_resources((schema["$id"], Resource.from_contents(schema)) for schema in schemas)


def _check(registry: "Registry[Any]", url: str, value: Any) -> None:
    validator = Draft202012Validator(
        {"$ref": url}, registry=registry, format_checker=Draft202012Validator.FORMAT_CHECKER
    )
    problems = [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]
    assert not problems, (url, problems)


def _facets(value: Any) -> Iterator[dict[str, Any]]:
    """All facets inside an event."""
    if isinstance(value, dict):
        if "_schemaURL" in value:
            yield value
        for inner in value.values():
            yield from _facets(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _facets(inner)
