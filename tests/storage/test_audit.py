"""Every write is on record: who, through which door, and what was before and after."""

from datetime import date

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from storage.database import Database, DatabaseConfig, owner_engine
from storage.kernel.actor import Actor, Role
from storage.kernel.clock import FixedClock
from storage.kernel.errors import CopilotError
from storage.models.audit import AuditEntry
from storage.models.commerce import Customer
from storage.models.identity import ApiKey
from storage.models.ingestion import Connector, IngestionBatch, RawRecord
from storage.models.operations import Task
from storage.models.system import Job
from storage.repositories.audit import AuditFilter
from storage.repositories.base import PageRequest
from storage.scope import GuardError, SystemPurpose

pytestmark = pytest.mark.anyio


async def entries(database: Database, actor: Actor, entity_type: str) -> list[AuditEntry]:
    """Oldest first."""
    async with database.read(actor) as uow:
        page = await uow.audit_log.entries(PageRequest(), AuditFilter(entity_type=entity_type))
    return list(reversed(page.items))


async def test_creation_change_and_deletion_are_told_with_before_and_after(
    database: Database, actor: Actor, clock: FixedClock
) -> None:
    async with database.write(actor) as uow:
        task = Task(title="Call Ada", due_on=date(2026, 11, 5))
        uow.add(task)
    async with database.write(actor) as uow:
        (await uow.session.get_one(Task, task.id)).status = "done"
    async with database.write(actor) as uow:
        await uow.delete(await uow.session.get_one(Task, task.id))
    created, changed, deleted = await entries(database, actor, "tasks")
    assert (created.action, created.before) == ("create", None)
    assert created.after is not None
    assert created.after["due_on"] == "2026-11-05"
    assert (changed.action, changed.before, changed.after) == ("update", {"status": "open"}, {"status": "done"})
    assert (deleted.action, deleted.after) == ("delete", None)
    assert deleted.before is not None
    assert deleted.before["status"] == "done"
    for entry in (created, changed, deleted):
        assert (entry.entity_id, entry.user_id, entry.surface, entry.request_id, entry.occurred_at) == (
            task.id,
            actor.user_id,
            "rest",
            "req-1",
            clock.now(),
        )


async def test_a_write_that_is_rolled_back_leaves_no_entry(database: Database, actor: Actor) -> None:
    with pytest.raises(ZeroDivisionError):  # noqa: PT012 - the unit ends with what happens in it
        async with database.write(actor) as uow:
            uow.add(Task(title="Never"))
            await uow.flush()
            raise ZeroDivisionError
    assert await entries(database, actor, "tasks") == []


async def test_an_unchanged_row_makes_no_entry(database: Database, actor: Actor) -> None:
    async with database.write(actor) as uow:
        task = Task(title="Call Ada")
        uow.add(task)
    async with database.write(actor) as uow:
        (await uow.session.get_one(Task, task.id)).title = "Call Ada"
    assert len(await entries(database, actor, "tasks")) == 1


async def test_secrets_are_masked_and_long_values_shortened(database: Database, actor: Actor) -> None:
    async with database.write(actor) as uow:
        uow.add(
            ApiKey(name="till", prefix="smb_", key_hash="c0ffee", role=Role.VIEWER.value),
            Connector(type="shop", name="Shop", external_key="1", credentials="sesame", config={"note": "x" * 5_000}),
        )
        (await uow.users.get(actor.user_id or "")).password_hash = "$argon2id$new"
    (key,), (connector,) = await entries(database, actor, "api_keys"), await entries(database, actor, "connectors")
    (user,) = [entry for entry in await entries(database, actor, "users") if entry.action == "update"]
    assert key.after is not None
    assert connector.after is not None
    assert key.after["key_hash"] == connector.after["credentials"] == "***"
    assert (user.before, user.after) == ({"password_hash": "***"}, {"password_hash": "***"})
    assert connector.after["config"]["omitted_characters"] > 5_000


async def test_registration_is_on_record_under_its_purpose(database: Database, actor: Actor) -> None:
    (tenant,) = await entries(database, actor, "tenants")
    assert (tenant.action, tenant.surface, tenant.user_id) == ("create", "system:registration", None)
    async with database.system(SystemPurpose.MAINTENANCE) as uow:
        user = await uow.session.scalar(select(AuditEntry).where(AuditEntry.entity_id == actor.user_id))
    assert user is not None
    assert user.tenant_id is None


async def test_what_is_no_row_can_be_noted_too(database: Database, actor: Actor) -> None:
    async with database.write(actor) as uow:
        uow.audit("export", "reports", "r-1", after={"format": "pdf"})
    (entry,) = await entries(database, actor, "reports")
    assert (entry.action, entry.entity_id, entry.after) == ("export", "r-1", {"format": "pdf"})


async def test_rows_of_a_batch_are_covered_by_it_and_changes_by_hand_are_not(database: Database, actor: Actor) -> None:
    async with database.write(actor) as uow:
        batch = IngestionBatch(status="committed")
        uow.add(batch)
        await uow.flush()
        customer = Customer(source_key="1", name="Ada", created_by_batch_id=batch.id)
        uow.add(customer)
    assert await entries(database, actor, "unified_customers") == []
    assert len(await entries(database, actor, "ingestion_batches")) == 1
    async with database.write(actor) as uow:
        (await uow.session.get_one(Customer, customer.id)).name = "Ada Lovelace"
    (entry,) = await entries(database, actor, "unified_customers")
    assert (entry.before, entry.after) == ({"name": "Ada"}, {"name": "Ada Lovelace"})


async def test_logs_and_counters_are_not_logged(database: Database, actor: Actor) -> None:
    async with database.write(actor) as uow:
        uow.add(Job(kind="sync"))
    assert await entries(database, actor, "jobs") == []


async def test_a_tenant_reads_its_own_log_alone(database: Database, actor: Actor, other_actor: Actor) -> None:
    async with database.write(other_actor) as uow:
        uow.add(Task(title="Theirs"))
    assert await entries(database, actor, "tasks") == []


async def test_the_log_is_read_in_pages(database: Database, actor: Actor) -> None:
    async with database.write(actor) as uow:
        uow.add(*(Task(title=f"Task {number}") for number in range(5)))
    seen: list[str] = []
    cursor = None
    for _ in range(3):
        async with database.read(actor) as uow:
            page = await uow.audit_log.entries(PageRequest(2, cursor), AuditFilter(entity_type="tasks"))
        seen += [entry.id for entry in page.items]
        cursor = page.next_cursor
    assert cursor is None
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == 5


async def test_a_forged_cursor_is_refused(database: Database, actor: Actor, subtests: pytest.Subtests) -> None:
    async with database.read(actor) as uow:
        for cursor in ("", "x", "bnVsbA", "WzFd", "WyJhIiwgImIiXQ", "é", "A" * 5_000):
            with subtests.test(cursor[:20]), pytest.raises(CopilotError):
                await uow.audit_log.entries(PageRequest(2, cursor))


@pytest.mark.parametrize("limit", [0, -1, 201])
def test_a_page_has_a_size(limit: int) -> None:
    with pytest.raises(CopilotError):
        PageRequest(limit)


async def test_the_session_refuses_to_change_the_log_and_raw_records(database: Database, actor: Actor) -> None:
    await write_raw_record(database, actor, "committed")
    for change in (update(AuditEntry).values(action="x"), delete(AuditEntry), update(RawRecord).values(payload="x")):
        with pytest.raises(GuardError):
            async with database.write(actor) as uow:
                await uow.session.execute(change)
    for model, attribute in ((AuditEntry, "action"), (RawRecord, "payload")):
        with pytest.raises(GuardError):
            async with database.write(actor) as uow:
                setattr((await uow.session.scalars(select(model).limit(1))).one(), attribute, "x")


async def test_the_database_refuses_it_too(database_config: DatabaseConfig, database: Database, actor: Actor) -> None:
    await write_raw_record(database, actor, "committed")
    engine = owner_engine(database_config)
    for statement in (
        "UPDATE audit_entries SET action = 'x'",
        "DELETE FROM audit_entries",
        "UPDATE raw_records SET payload = 'x'",
        "DELETE FROM raw_records",
    ):
        async with engine.connect() as connection:
            with pytest.raises(DBAPIError, match="append-only"):
                await connection.exec_driver_sql(statement)
    await engine.dispose()


@pytest.mark.parametrize("status", ["applying", "failed", "undoing"])
async def test_raw_records_go_with_a_batch_that_is_not_committed(database: Database, actor: Actor, status: str) -> None:
    await write_raw_record(database, actor, status)
    async with database.write(actor) as uow:
        await uow.session.execute(delete(RawRecord))
        assert (await uow.session.scalars(select(RawRecord))).all() == []


async def write_raw_record(database: Database, actor: Actor, status: str) -> None:
    async with database.write(actor) as uow:
        connector = Connector(type="file", name="Orders", external_key=status)
        batch = IngestionBatch(status=status)
        uow.add(connector, batch)
        await uow.flush()
        record = {
            "connector_id": connector.id,
            "batch_id": batch.id,
            "object": "row",
            "source_id": "1",
            "version_hash": "h",
            "payload": "{}",
            "received_at": uow.clock.now(),
        }
        assert await uow.bulk_insert(RawRecord, [record]) == 1
