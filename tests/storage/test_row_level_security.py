"""PostgreSQL itself holds each request to its tenant, whatever SQL is sent."""

from collections.abc import AsyncIterator

import asyncpg
import pytest
from sqlalchemy import make_url

from storage.database import APP_ROLE, SYSTEM_ROLE, Database, DatabaseConfig
from storage.kernel.actor import Actor
from storage.kernel.clock import FixedClock
from storage.models import ALL_MODELS
from storage.models.base import Base, TenantOwned
from storage.models.operations import Task
from storage.models.system import Job

pytestmark = pytest.mark.anyio


@pytest.fixture
def database_config(postgres_config: DatabaseConfig) -> DatabaseConfig:
    """These tests are about one of the two databases."""
    return postgres_config


@pytest.fixture
async def tasks(database: Database, actor: Actor, other_actor: Actor) -> None:
    for owner, title in ((actor, "Ours"), (other_actor, "Theirs")):
        async with database.write(owner) as uow:
            uow.add(Task(title=title))
            await uow.bulk_insert(Job, [{"kind": title}])


@pytest.fixture
async def owner(database: Database) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(make_url(database.config.url).render_as_string(hide_password=False))
    yield connection
    await connection.close()


@pytest.fixture
async def app(database: Database) -> AsyncIterator[asyncpg.Connection]:
    """A connection as requests have it, for SQL that no session would let through."""
    connection = await asyncpg.connect(
        make_url(database.config.url).render_as_string(hide_password=False), server_settings={"role": APP_ROLE}
    )
    yield connection
    await connection.close()


async def enter(connection: asyncpg.Connection, tenant_id: str) -> None:
    await connection.execute("SELECT set_config('app.tenant_id', $1, false)", tenant_id)


async def test_raw_sql_sees_its_own_tenant_alone(app: asyncpg.Connection, actor: Actor, tasks: None) -> None:
    await enter(app, actor.tenant_id)
    assert [row["title"] for row in await app.fetch("SELECT title FROM tasks")] == ["Ours"]
    assert [row["id"] for row in await app.fetch("SELECT id FROM tenants")] == [actor.tenant_id]
    assert [row["id"] for row in await app.fetch("SELECT id FROM users")] == [actor.user_id]


async def test_with_no_tenant_set_it_sees_nothing(app: asyncpg.Connection, tasks: None) -> None:
    tables = [model.__tablename__ for model in ALL_MODELS if issubclass(model, TenantOwned)]
    for setting in (None, ""):
        if setting is not None:
            await enter(app, setting)
        for table in (*tables, "tenants", "users"):
            assert await app.fetchval(f"SELECT count(*) FROM {table}") == 0, table  # noqa: S608 - our own table names


async def test_raw_sql_changes_its_own_tenant_alone(
    app: asyncpg.Connection, owner: asyncpg.Connection, actor: Actor, other_actor: Actor, tasks: None
) -> None:
    await enter(app, actor.tenant_id)
    assert await app.execute("UPDATE tasks SET title = 'Changed'") == "UPDATE 1"
    assert await app.execute("DELETE FROM jobs") == "DELETE 1"
    assert await app.execute("UPDATE tenants SET name = 'Mine'") == "UPDATE 1"
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await app.execute("UPDATE tasks SET tenant_id = $1", other_actor.tenant_id)
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await app.execute(
            "INSERT INTO tasks (id, tenant_id, title, status, priority, labels, created_at, updated_at) "
            "VALUES ('x', $1, 't', 'open', 'low', '[]', now(), now())",
            other_actor.tenant_id,
        )
    titles = await owner.fetch("SELECT title FROM tasks ORDER BY title")
    assert [row["title"] for row in titles] == ["Changed", "Theirs"]


async def test_an_account_is_changed_by_its_owner_alone(
    app: asyncpg.Connection, actor: Actor, other_actor: Actor
) -> None:
    await enter(app, actor.tenant_id)
    assert await app.execute("UPDATE users SET name = 'x'") == "UPDATE 0"
    await app.execute("SELECT set_config('app.user_id', $1, false)", actor.user_id)
    assert await app.execute("UPDATE users SET name = 'x'") == "UPDATE 1"


FORBIDDEN = (
    "SELECT * FROM refresh_tokens",
    "SELECT * FROM password_resets",
    "INSERT INTO users (id) VALUES ('x')",
    "DELETE FROM tenants",
    "DELETE FROM audit_entries",
    "UPDATE audit_entries SET action = 'x'",
    "UPDATE prediction_templates SET name = 'x'",
    "TRUNCATE tasks",
    "ALTER TABLE tasks DISABLE ROW LEVEL SECURITY",
    "DROP POLICY tenant ON tasks",
    "CREATE TABLE escape ()",
    "RESET ROLE; ALTER TABLE tasks NO FORCE ROW LEVEL SECURITY",
)


async def test_what_a_request_may_not_do_at_all(
    app: asyncpg.Connection, actor: Actor, subtests: pytest.Subtests
) -> None:
    await enter(app, actor.tenant_id)
    for statement in FORBIDDEN:
        with subtests.test(statement), pytest.raises(asyncpg.InsufficientPrivilegeError):
            await app.execute(statement)


async def test_the_tenant_of_a_transaction_does_not_outlive_it(database: Database, actor: Actor, tasks: None) -> None:
    """A pooled connection keeps nothing of the request before."""
    async with database.write(actor) as uow:
        uow.add(Task(title="Another"))
    async with database._writers.connect() as connection:
        assert (await connection.exec_driver_sql("SELECT count(*) FROM tasks")).scalar() == 0


async def test_roles_can_bypass_nothing_and_own_nothing(owner: asyncpg.Connection) -> None:
    roles = await owner.fetch("SELECT * FROM pg_roles WHERE rolname = ANY($1)", [APP_ROLE, SYSTEM_ROLE])
    assert len(roles) == 2
    for role in roles:
        assert not any(role[power] for power in ("rolsuper", "rolbypassrls", "rolcreatedb", "rolcreaterole"))
    owned = "SELECT count(*) FROM pg_tables WHERE schemaname = 'public' AND tableowner = ANY($1)"
    assert await owner.fetchval(owned, [APP_ROLE, SYSTEM_ROLE]) == 0


async def test_every_table_is_protected_and_forced(owner: asyncpg.Connection) -> None:
    rows = await owner.fetch(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace "
        "AND relrowsecurity AND relforcerowsecurity"
    )
    assert {row["relname"] for row in rows} == {table.name for table in Base.metadata.sorted_tables}


async def test_system_units_run_as_their_own_role(database: Database, clock: FixedClock) -> None:
    async with database._system.connect() as connection:
        assert (await connection.exec_driver_sql("SELECT current_user")).scalar() == SYSTEM_ROLE
    async with database._readers.connect() as connection:
        assert (await connection.exec_driver_sql("SELECT current_user")).scalar() == APP_ROLE
        assert (await connection.exec_driver_sql("SHOW transaction_read_only")).scalar() == "on"
