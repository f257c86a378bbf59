"""A unit of work is committed whole or not at all, and many may be open at once."""

import asyncio
import socket
from datetime import UTC, datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from storage.database import Database, DatabaseConfig
from storage.kernel.actor import Actor
from storage.kernel.clock import FixedClock
from storage.kernel.errors import CopilotError, ErrorKind
from storage.kernel.ids import new_id
from storage.models.conversations import ChatThread
from storage.models.identity import Membership, Tenant, User
from storage.models.ingestion import Connector
from storage.models.operations import Task
from storage.repositories.metrics import SQL_SINK
from storage.scope import SystemPurpose

pytestmark = pytest.mark.anyio


async def count(database: Database, actor: Actor) -> int:
    async with database.read(actor) as uow:
        return await uow.session.scalar(select(func.count(Task.id))) or 0


async def test_a_clean_exit_commits_and_an_exception_rolls_back(database: Database, actor: Actor) -> None:
    async with database.write(actor) as uow:
        uow.add(Task(title="Kept"))
    with pytest.raises(KeyError):  # noqa: PT012 - the unit ends with what happens in it
        async with database.write(actor) as uow:
            uow.add(Task(title="Lost"))
            await uow.flush()
            raise KeyError
    assert await count(database, actor) == 1


async def test_objects_can_be_read_after_their_unit(database: Database, actor: Actor) -> None:
    async with database.write(actor) as uow:
        task = Task(title="Call Ada")
        uow.add(task)
    assert (task.title, task.status, task.tenant_id) == ("Call Ada", "open", actor.tenant_id)


async def test_new_rows_may_be_added_in_any_order(database: Database) -> None:
    """Foreign keys are checked at the commit."""
    async with database.system(SystemPurpose.REGISTRATION) as uow:
        tenant, user = Tenant(id="t-1", name="New", modules=[]), User(id="u-1", email="a@b.example", password_hash="x")
        uow.add(Membership(tenant_id="t-1", user_id="u-1", role="owner"), user, tenant)
    with pytest.raises(CopilotError) as dangling:
        async with database.system(SystemPurpose.REGISTRATION) as uow:
            uow.add(Membership(tenant_id="t-1", user_id="nobody", role="owner"))
    assert dangling.value.kind is ErrorKind.CONFLICT


async def test_a_broken_constraint_is_a_conflict_that_tells_no_sql(database: Database, actor: Actor) -> None:
    async with database.write(actor) as uow:
        uow.add(Connector(type="shop", name="Shop", external_key="1"))
    with pytest.raises(CopilotError) as conflict:
        async with database.write(actor) as uow:
            uow.add(Connector(type="shop", name="Again", external_key="1"))
    assert conflict.value.kind is ErrorKind.CONFLICT
    assert "INSERT" not in conflict.value.message
    assert isinstance(conflict.value.__cause__, IntegrityError)


def thread(title: str, id_: str | None = None) -> ChatThread:
    return ChatThread(id=id_ or new_id(), user_id=None, title=title, last_active_at=datetime(2026, 11, 2, tzinfo=UTC))


async def titles(database: Database, actor: Actor) -> set[str]:
    async with database.read(actor) as uow:
        return set(await uow.session.scalars(select(ChatThread.title)))


async def test_inserted_rows_are_seen_by_the_next_statement_and_kept_by_the_commit(
    database: Database, actor: Actor, clock: FixedClock
) -> None:
    async with database.write(actor) as uow:
        await uow.session.insert(thread("One"), thread("Two"))
        seen = await uow.session.scalars(select(ChatThread.created_at))
        assert set(seen) == {clock.now()}
        await uow.session.insert(thread("Three"))
    assert await titles(database, actor) == {"One", "Two", "Three"}


async def test_inserted_rows_go_with_a_unit_that_fails(database: Database, actor: Actor) -> None:
    with pytest.raises(KeyError):  # noqa: PT012 - the unit ends with what happens in it
        async with database.write(actor) as uow:
            await uow.session.insert(thread("Lost"))
            raise KeyError
    async with database.write(actor) as uow:
        await uow.session.insert(thread("Kept"))
    assert await titles(database, actor) == {"Kept"}


@pytest.mark.parametrize("looks_first", [False, True])
async def test_an_insert_that_breaks_a_constraint_is_a_conflict_and_undoes_all(
    database: Database, actor: Actor, looks_first: bool
) -> None:
    """Also where an embedded store runs it no sooner than with the next statement, or with the commit."""
    async with database.write(actor) as uow:
        await uow.session.insert(thread("First", "t-1"))
    with pytest.raises(CopilotError) as conflict:  # noqa: PT012 - as above
        async with database.write(actor) as uow:
            await uow.session.insert(thread("Second"), thread("First again", "t-1"))
            if looks_first:
                await uow.session.scalars(select(ChatThread.title))
    assert conflict.value.kind is ErrorKind.CONFLICT
    assert await titles(database, actor) == {"First"}


async def test_writers_that_read_first_do_not_deadlock(database: Database, actor: Actor) -> None:
    async def read_then_write(number: int) -> None:
        async with database.write(actor) as uow:
            await uow.session.scalar(select(func.count(Task.id)))
            await asyncio.sleep(0)
            uow.add(Task(title=f"Task {number}"))

    async with asyncio.timeout(20):
        await asyncio.gather(*(read_then_write(number) for number in range(25)))
    assert await count(database, actor) == 25


async def test_readers_do_not_wait_for_a_writer(database: Database, actor: Actor) -> None:
    async with database.write(actor) as uow:
        uow.add(Task(title="Under way"))
        await uow.flush()
        async with asyncio.timeout(5):
            assert await count(database, actor) == 0
    assert await count(database, actor) == 1


async def test_a_cancelled_unit_gives_its_connection_back(database: Database, actor: Actor) -> None:
    async def linger(written: asyncio.Event) -> None:
        async with database.write(actor) as uow:
            uow.add(Task(title="Lost"))
            await uow.flush()
            written.set()
            await asyncio.Event().wait()

    for _ in range(12):  # more than the pool holds
        written = asyncio.Event()
        task = asyncio.create_task(linger(written))
        await written.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    async with asyncio.timeout(5), database.write(actor) as uow:
        uow.add(Task(title="Kept"))
    assert await count(database, actor) == 1


async def test_a_writer_that_cannot_have_its_turn_is_told_to_come_back(
    embedded_config: DatabaseConfig, clock: FixedClock
) -> None:
    impatient = Database(DatabaseConfig(embedded_config.url, lock_timeout=0.1), clock)
    async with impatient.system(SystemPurpose.REGISTRATION) as holder:
        holder.add(Tenant(name="First", modules=[]))
        await holder.flush()
        with pytest.raises(CopilotError) as busy:
            async with impatient.system(SystemPurpose.REGISTRATION) as uow:
                uow.add(Tenant(name="Second", modules=[]))
    await impatient.dispose()
    assert busy.value.kind is ErrorKind.UNAVAILABLE
    assert busy.value.retry_after


async def test_a_server_that_does_not_answer_is_unavailable(actor: Actor, clock: FixedClock) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    absent = Database(DatabaseConfig(f"postgresql://postgres@127.0.0.1:{port}/smb"), clock)
    with pytest.raises(CopilotError) as unreachable:
        async with absent.read(actor) as uow:
            await uow.tenants.current()
    with pytest.raises(CopilotError):
        await absent.ping()
    await absent.dispose()
    assert unreachable.value.kind is ErrorKind.UNAVAILABLE


async def test_the_sql_that_ran_is_handed_to_who_asks(database: Database, actor: Actor) -> None:
    sink: list[tuple[str, object]] = []
    async with database.read(actor) as uow:
        await uow.session.execute(select(Task.title), execution_options={SQL_SINK: sink})
    assert len(sink) == 1
    assert "tenant_id" in sink[0][0]


async def test_ping_answers(database: Database) -> None:
    await database.ping()


@pytest.mark.parametrize(
    "url", ["mysql://x/y", "sqlite://", "sqlite:///:memory:", "sqlite:///smb.db?mode=ro", "not a url"]
)
def test_a_database_that_cannot_work_is_refused(url: str, clock: FixedClock) -> None:
    with pytest.raises(ValueError, match=r"database|embedded|URL"):
        Database(DatabaseConfig(url), clock)
