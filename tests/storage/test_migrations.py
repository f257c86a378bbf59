"""Models, migrations and both databases agree; an embedded store is copied before it is changed."""

import asyncio
import re
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, select, text

from storage.database import Database, DatabaseConfig, owner_engine
from storage.kernel.actor import Actor
from storage.kernel.errors import CopilotError
from storage.migrate import BACKUPS_KEPT, _alembic, current, head, upgrade
from storage.models import ALL_MODELS
from storage.models.base import Base
from storage.models.commerce import Order, Refund
from storage.models.intelligence import BusinessEvent

pytestmark = pytest.mark.anyio


async def on_owner(config: DatabaseConfig, work: Any) -> Any:
    engine = owner_engine(config)
    try:
        async with engine.begin() as connection:
            return await connection.run_sync(work)
    finally:
        await engine.dispose()


def differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return compare_metadata(context, Base.metadata)


def shape(connection: Connection) -> dict[str, Any]:
    """What a schema holds, without the two databases' own ways of naming types."""
    inspector = inspect(connection)
    return {
        table: {
            "columns": {(column["name"], column["nullable"]) for column in inspector.get_columns(table)},
            "key": tuple(inspector.get_pk_constraint(table)["constrained_columns"]),
            "unique": {tuple(each["column_names"]) for each in inspector.get_unique_constraints(table)},
            "indexes": {
                (each["name"], tuple(each["column_names"]), bool(each["unique"]))
                for each in inspector.get_indexes(table)
                if "duplicates_constraint" not in each
            },
            "references": {
                (tuple(each["constrained_columns"]), each["referred_table"], tuple(sorted(each["options"].items())))
                for each in inspector.get_foreign_keys(table)
            },
        }
        for table in inspector.get_table_names()
    }


async def test_models_and_migrations_agree(database_config: DatabaseConfig) -> None:
    assert await on_owner(database_config, differences) == []


async def test_both_databases_get_the_same_schema(
    embedded_config: DatabaseConfig, postgres_config: DatabaseConfig
) -> None:
    embedded, server = await on_owner(embedded_config, shape), await on_owner(postgres_config, shape)
    assert embedded == server
    assert set(embedded) == {model.__tablename__ for model in ALL_MODELS} | {"alembic_version"}


def test_every_table_of_the_seed_is_there() -> None:
    seed = (
        "tenants users connectors tasks workflows dashboards widgets data_sources security_issues security_devices "
        "competitors tracked_products prediction_templates prediction_history model_configs unified_customers "
        "unified_orders unified_transactions unified_products business_events causal_relationships causal_simulations "
        "customer_segments business_initiatives data_quality_scores order_lines refunds addresses product_variants "
        "product_costs stock_levels metric_observations raw_records record_links audit_entries"
    )
    assert set(re.findall(r"\w+", seed)) <= set(Base.metadata.tables)


async def test_a_second_upgrade_changes_nothing(database_config: DatabaseConfig) -> None:
    again = await upgrade(database_config)
    assert (again.before, again.after, again.backup) == (head(), head(), None)


async def test_two_servers_that_start_at_once_migrate_once(postgres_config: DatabaseConfig) -> None:
    await on_owner(postgres_config, _empty_out)
    assert await current(postgres_config) is None
    await asyncio.gather(*(upgrade(postgres_config) for _ in range(3)))
    assert await on_owner(postgres_config, differences) == []


async def test_processes_that_start_at_once_migrate_an_embedded_store_once(tmp_path: Path) -> None:
    config = DatabaseConfig(f"sqlite:///{tmp_path / 'new' / 'smb.db'}")
    await asyncio.gather(*(upgrade(config) for _ in range(3)))
    assert await current(config) == head()
    assert await on_owner(config, differences) == []


async def test_a_store_of_another_version_is_refused_and_left_alone(embedded_config: DatabaseConfig) -> None:
    path = embedded_config.embedded_path
    assert path is not None
    rewrite(path, "UPDATE alembic_version SET version_num = 'from-the-future'")
    before = path.read_bytes()
    with pytest.raises(CopilotError, match="from-the-future"):
        await upgrade(embedded_config)
    assert path.read_bytes() == before


async def test_a_store_without_a_revision_is_not_there_yet(tmp_path: Path) -> None:
    config = DatabaseConfig(f"sqlite:///{tmp_path / 'none.db'}")
    assert await current(config) is None
    assert not (tmp_path / "none.db").exists()


async def test_an_embedded_store_is_copied_before_it_is_changed(
    embedded_config: DatabaseConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = embedded_config.embedded_path
    assert path is not None
    rewrite(path, "CREATE TABLE keepsake (word TEXT)", "INSERT INTO keepsake VALUES ('kept')")
    old = head()
    monkeypatch.setattr("storage.migrate.head", lambda: "the next revision")
    monkeypatch.setattr("storage.migrate._migrate", rewrite_through)
    backups: list[Path] = []
    for _ in range(BACKUPS_KEPT + 2):
        backup = (await upgrade(embedded_config)).backup
        assert backup is not None
        backups.append(backup)
    assert backups[0].name.startswith("smb.")
    assert old in backups[0].name
    assert sorted(path.parent.glob("*.backup")) == backups[-BACKUPS_KEPT:]
    with closing(sqlite3.connect(backups[-1])) as copy:
        assert copy.execute("SELECT word FROM keepsake").fetchall() == [("kept",)]
        assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def rewrite(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def rewrite_through(connection: Connection) -> None:
    connection.exec_driver_sql("CREATE TABLE IF NOT EXISTS added (word TEXT)")


def _empty_out(connection: Connection) -> None:
    connection.exec_driver_sql("DROP SCHEMA public CASCADE")
    connection.exec_driver_sql("CREATE SCHEMA public")


async def test_dashboards_of_before_keep_their_widgets(database_config: DatabaseConfig) -> None:
    """SQLite rebuilds a table by dropping it: widgets would go with the dashboards that they refer to."""

    def go(step: Any, revision: str) -> Any:
        def work(connection: Connection) -> None:
            config = _alembic()
            config.attributes["connection"] = connection
            step(config, revision)

        return work

    def fill(connection: Connection) -> None:
        for statement in (
            "INSERT INTO tenants (id, name, plan, modules, clock, timezone, week_start, fiscal_year_start, settings, "
            "created_at, updated_at) VALUES ('t', 'T', 'free', '[]', 'today', 'UTC', 1, 1, '{}', NOW, NOW)",
            "INSERT INTO dashboards (id, tenant_id, name, created_at, updated_at) VALUES ('d', 't', 'Old', NOW, NOW)",
            "INSERT INTO widgets (id, tenant_id, dashboard_id, kind, title, query, layout, options, created_at, "
            "updated_at) VALUES ('w', 't', 'd', 'table', 'Sales', '{}', '{}', '{}', NOW, NOW)",
        ):
            connection.execute(text(statement.replace("NOW", "CURRENT_TIMESTAMP")))

    def kept(connection: Connection) -> list[Any]:
        both = (
            "SELECT w.title, d.name, d.version, d.visibility FROM widgets w JOIN dashboards d ON d.id = w.dashboard_id"
        )
        return [tuple(row) for row in connection.execute(text(both))]

    await on_owner(database_config, go(command.downgrade, "c483cfbe1864"))
    await on_owner(database_config, fill)
    await on_owner(database_config, go(command.upgrade, "head"))
    assert await on_owner(database_config, kept) == [("Sales", "Old", 1, "private")]
    assert await on_owner(database_config, differences) == []


async def test_orders_that_are_there_get_their_time_of_day(
    database: Database, database_config: DatabaseConfig, actor: Actor
) -> None:
    """What was midnight where it was written is a day without a time; the rest is told by the tenant's clock."""
    moments = {
        "day": (datetime(2026, 6, 30, 22, tzinfo=UTC), 120),  # midnight in Berlin
        "noted": (datetime(2026, 7, 1, 12, 30, tzinfo=UTC), 120),
        "elsewhere": (datetime(2026, 7, 1, 12, 30, tzinfo=UTC), -300),
        "unsaid": (datetime(2026, 1, 5, 0, 30, tzinfo=UTC), None),
    }
    async with database.write(actor) as uow:
        (await uow.tenants.current()).timezone = "Europe/Berlin"
        for key, (at, offset) in moments.items():
            order = Order(source_key=key, ordered_at=at, ordered_on=at.date(), source_offset_minutes=offset, currency="EUR")  # fmt: skip
            uow.add(order)
            await uow.flush()
            uow.add(Refund(source_key=key, order_id=order.id, refunded_at=at, refunded_on=at.date(), currency="EUR", amount_micros=1))  # fmt: skip

    def go(step: Any, revision: str) -> Any:
        def work(connection: Connection) -> None:
            config = _alembic()
            config.attributes["connection"] = connection
            step(config, revision)

        return work

    await on_owner(database_config, go(command.downgrade, "3b9e6d20f7a4"))
    await on_owner(database_config, go(command.upgrade, "head"))
    expected = {"day": None, "noted": 14 * 60 + 30, "elsewhere": 14 * 60 + 30, "unsaid": 90}
    async with database.read(actor) as uow:
        assert {row.source_key: row.ordered_minute for row in await uow.session.scalars(select(Order))} == expected
        assert {row.source_key: row.refunded_minute for row in await uow.session.scalars(select(Refund))} == expected


async def test_what_was_noted_before_stays_on_the_timeline(
    database: Database, database_config: DatabaseConfig, actor: Actor
) -> None:
    """A note stands at the beginning of its day; nothing of a detected event outlives a step back."""
    day = datetime(2026, 5, 3, tzinfo=UTC)
    async with database.write(actor) as uow:
        note = {"kind": "note", "title": "New prices", "occurred_at": day.replace(hour=4), "occurred_on": day.date()}
        uow.add(BusinessEvent(**note), BusinessEvent(**(note | {"kind": "payout", "key": "payout|1"})))

    def go(step: Any, revision: str) -> Any:
        def work(connection: Connection) -> None:
            config = _alembic()
            config.attributes["connection"] = connection
            step(config, revision)

        return work

    await on_owner(database_config, go(command.downgrade, "f0a6c3d8e921"))
    await on_owner(database_config, go(command.upgrade, "head"))
    async with database.read(actor) as uow:
        (kept,) = await uow.session.scalars(select(BusinessEvent))
        assert (kept.title, kept.occurred_at, kept.key) == ("New prices", day, None)
