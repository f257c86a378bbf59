"""How Alembic reaches a store and the models, and what autogeneration adds to plain tables."""

import asyncio
from collections.abc import Iterable
from typing import Any, Literal

from alembic import context
from alembic.autogenerate import renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations import MigrateOperation, MigrationScript
from alembic.operations.ops import CreateTableOp
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from storage.database import DatabaseConfig, owner_engine
from storage.models import ALL_MODELS
from storage.models.base import Base, TenantOwned, UtcDateTime
from storage.models.identity import Tenant, User
from storage.models.ingestion import RawRecord
from storage.models.predictions import PredictionTemplate
from storage.tenancy import APPEND_ONLY, SYSTEM_ONLY

_RULES = "from storage.migrations import rules"
_UNFINISHED = "NOT EXISTS (SELECT 1 FROM ingestion_batches b WHERE b.id = OLD.batch_id AND b.status = 'committed')"
"""Raw records go with their batch, once it is being undone or has failed; never while their rows are visible."""


class RuleCall(MigrateOperation):
    """One call into rules.py."""

    def __init__(self, call: str) -> None:
        self.call = call

    def reverse(self) -> MigrateOperation:
        return RuleCall(f"pass  # undoes {self.call}")


@renderers.dispatch_for(RuleCall)
def _render_rule(autogen_context: AutogenContext, operation: RuleCall) -> str:
    autogen_context.imports.add(_RULES)
    return operation.call


def _render_item(kind: str, item: Any, _autogen_context: AutogenContext) -> str | Literal[False]:
    """Revisions stand for themselves: they name no type of the models."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def _add_rules(_context: object, _revision: object, scripts: Iterable[MigrateOperation]) -> None:
    for script in scripts:
        if not isinstance(script, MigrationScript) or script.upgrade_ops is None or script.downgrade_ops is None:
            continue
        created = {each.table_name for each in script.upgrade_ops.ops if isinstance(each, CreateTableOp)}
        if not created:
            continue
        script.upgrade_ops.ops.insert(0, RuleCall("rules.create_roles()"))
        script.upgrade_ops.ops.extend(map(RuleCall, _rules_for(created)))
        for model in APPEND_ONLY:
            if model.__tablename__ in created:
                script.downgrade_ops.ops.append(RuleCall(f"rules.forget_append_only({model.__tablename__!r})"))


def _rules_for(created: set[str]) -> list[str]:
    def named(*models: type[Base]) -> list[str]:
        return sorted({model.__tablename__ for model in models} & created)

    calls: list[str] = []
    if owned := named(*(model for model in ALL_MODELS if issubclass(model, TenantOwned))):
        calls.append(f"rules.keep_to_tenant({owned!r})")
    if named(Tenant):
        calls.append("rules.protect_tenants()")
    if named(User):
        calls.append("rules.protect_users()")
    if secret := named(*SYSTEM_ONLY):
        calls.append(f"rules.keep_to_system({secret!r})")
    if shared := named(PredictionTemplate):
        calls.append(f"rules.share({shared!r})")
    for model in APPEND_ONLY:
        if model.__tablename__ in created:
            condition = f", deletable_when={_UNFINISHED!r}" if model is RawRecord else ""
            calls.append(f"rules.make_append_only({model.__tablename__!r}{condition})")
    return calls


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        compare_type=True,
        render_item=_render_item,
        process_revision_directives=_add_rules,
    )
    with context.begin_transaction():
        context.run_migrations()


async def _run_from_command_line() -> None:
    url = context.get_x_argument(as_dictionary=True).get("url")
    engine = owner_engine(DatabaseConfig(url)) if url else create_async_engine("sqlite+aiosqlite://")
    async with engine.begin() as connection:
        await connection.run_sync(_run)
    await engine.dispose()


if (given := context.config.attributes.get("connection")) is not None:
    _run(given)
else:
    asyncio.run(_run_from_command_line())
