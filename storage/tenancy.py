"""The session that cannot forget its tenant.

Reads: every ORM statement gets the tenant's criteria, and hides the rows of unfinished ingestion batches. What
such criteria cannot reach (Core tables, text, raw connections, bulk updates by key) is refused. Writes: new rows
are stamped, rows of another tenant are refused. On PostgreSQL row-level security says the same a second time.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn, cast

from sqlalchemy import Connection, Table, Update, event, func, insert, inspect, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstanceState, Mapper, ORMExecuteState, Session, SessionTransaction, with_loader_criteria
from sqlalchemy.sql.base import ExecutableOption

from storage.audit import entries_of
from storage.kernel.ids import new_id
from storage.models.audit import AuditEntry
from storage.models.base import Base, Identified, Ingested, Stamped, TenantOwned, Unaudited
from storage.models.identity import Membership, PasswordReset, RefreshToken, Tenant, User
from storage.models.ingestion import VISIBLE_BATCH_STATES, IngestionBatch, RawRecord
from storage.scope import GuardError, Scope
from storage.statements import entities_of

SYSTEM_ONLY = (RefreshToken, PasswordReset)
"""Secrets of people rather than of tenants: no tenant's session reads or writes them."""
APPEND_ONLY = (AuditEntry, RawRecord)
"""Never changed. Raw records of an unfinished batch may be deleted (a trigger in the database knows its state)."""
_PLAIN_STRATEGIES = ("auto", "orm")


class GuardedSession(Session):
    """The synchronous heart of a TenantSession; the guards below listen to it."""

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, autoflush=True, expire_on_commit=False, **kwargs)
        self.scope = scope
        self._criteria: dict[str | None, tuple[ExecutableOption, ...]] = {}

    @property
    def criteria(self) -> tuple[ExecutableOption, ...]:
        """What every statement of this session is narrowed by."""
        shown = self.scope.shown_batch_id
        if shown not in self._criteria:
            self._criteria[shown] = _criteria(self.scope)
        return self._criteria[shown]

    def connection(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise GuardError("a raw connection knows no tenant")

    def bulk_save_objects(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise GuardError("use bulk_insert, which stamps the tenant")

    bulk_insert_mappings = bulk_update_mappings = bulk_save_objects

    def insert_rows(self, model: type[Base], rows: Sequence[Mapping[str, Any]], *, ignore_conflicts: bool) -> int:
        """See TenantSession.bulk_insert."""
        if not rows:
            return 0
        _require_writable(self.scope)
        if not issubclass(model, Ingested | Unaudited):
            raise GuardError(f"{model.__name__} is audited row by row: add it")
        table = cast(Table, model.__table__)
        statement: Any = insert(table)
        if ignore_conflicts:
            statement = _insert_or_ignore(self, table)
        result = super().connection().execute(statement, self._stamped(model, table, rows))
        return result.rowcount

    def _stamped(self, model: type[Base], table: Table, rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
        known = {column.key for column in table.columns}
        if unknown := set().union(*rows) - known:
            raise GuardError(f"{model.__name__} has no {', '.join(sorted(unknown))}")
        stamp: dict[str, Any] = {}
        if issubclass(model, Stamped):
            stamp = dict.fromkeys(("created_at", "updated_at"), self.scope.clock.now())
        owned = issubclass(model, TenantOwned)
        if owned and (tenant_id := self.scope.tenant_id) is not None:
            if any(row.get("tenant_id", tenant_id) != tenant_id for row in rows):
                raise GuardError("a row of another tenant is refused")
            stamp["tenant_id"] = tenant_id
        # Every row gets the same keys: the driver takes the first row's for all.
        blank = {column.key: _default(column) for column in table.columns if column.key != "id"}
        return [{"id": row.get("id") or new_id(), **blank, **row, **stamp} for row in rows]


class TenantSession(AsyncSession):
    """An AsyncSession bound to a scope. Only repositories and the metric compiler's runner hold one."""

    sync_session_class = GuardedSession
    sync_session: GuardedSession  # pyright: ignore[reportIncompatibleVariableOverride] - always of the class above

    def __init__(self, bind: Any, *, scope: Scope) -> None:
        super().__init__(bind, scope=scope)

    @property
    def scope(self) -> Scope:
        return self.sync_session.scope

    async def bulk_insert(
        self, model: type[Base], rows: Sequence[Mapping[str, Any]], *, ignore_conflicts: bool = False
    ) -> int:
        """Inserts many rows of an ingested or unaudited class at once, keyed by column; absent columns get their
        default. Stamps tenant, times and missing ids. Returns how many rows went in: with `ignore_conflicts`
        those that break a unique key are left out."""
        return await self.run_sync(
            lambda session: cast(GuardedSession, session).insert_rows(model, rows, ignore_conflicts=ignore_conflicts)
        )


def _default(column: Any) -> Any:
    default = column.default
    if default is None:
        return None
    return default.arg(None) if default.is_callable else default.arg


def _insert_or_ignore(session: Session, table: Table) -> Any:
    if session.get_bind().dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert as dialect_insert
    else:
        from sqlalchemy.dialects.sqlite import insert as dialect_insert
    return dialect_insert(table).on_conflict_do_nothing()


def _criteria(scope: Scope) -> tuple[ExecutableOption, ...]:
    tenant_id = scope.tenant_id
    if tenant_id is None:
        return ()
    unfinished = select(IngestionBatch.id).where(
        IngestionBatch.tenant_id == tenant_id, IngestionBatch.status.not_in(VISIBLE_BATCH_STATES)
    )
    if scope.shown_batch_id is not None:
        unfinished = unfinished.where(IngestionBatch.id != scope.shown_batch_id)
    members = select(Membership.user_id).where(Membership.tenant_id == tenant_id)

    def is_own(entity: type[TenantOwned]) -> Any:
        return entity.tenant_id == tenant_id

    def is_visible(entity: type[Ingested]) -> Any:
        batch_id = entity.created_by_batch_id
        return or_(batch_id.is_(None), batch_id.not_in(unfinished))

    return (
        with_loader_criteria(TenantOwned, is_own, include_aliases=True),
        with_loader_criteria(Ingested, is_visible, include_aliases=True),
        with_loader_criteria(Tenant, Tenant.id == tenant_id, include_aliases=True),
        with_loader_criteria(User, User.id.in_(members), include_aliases=True),
    )


@event.listens_for(GuardedSession, "do_orm_execute")
def _guard_statement(state: ORMExecuteState) -> None:
    session = cast(GuardedSession, state.session)
    if state.is_column_load:  # of an object that this session already holds
        return
    if state.is_from_statement or not state.is_orm_statement:
        raise GuardError("only statements over mapped classes can be given the tenant's criteria")
    entities = entities_of(state.statement)
    _guard_entities(session.scope, entities)
    if state.is_insert:
        raise GuardError("rows go in through add or bulk_insert, which stamp the tenant")
    if state.is_update or state.is_delete:
        _guard_bulk_change(state, session.scope)
    state.statement = state.statement.options(*session.criteria)


def _guard_entities(scope: Scope, entities: frozenset[Mapper[Any]]) -> None:
    if scope.tenant_id is not None and any(issubclass(entity.class_, SYSTEM_ONLY) for entity in entities):
        raise GuardError("only a system unit of work may read or write the secrets of people")


def _guard_bulk_change(state: ORMExecuteState, scope: Scope) -> None:
    _require_writable(scope)
    mapper = state.bind_mapper
    if mapper is None:
        raise GuardError("a change needs a mapped class")
    model = mapper.class_
    if state.is_executemany or state.execution_options.get("dml_strategy", "auto") not in _PLAIN_STRATEGIES:
        raise GuardError("an update by key passes by the tenant's criteria")
    if issubclass(model, APPEND_ONLY) and (state.is_update or model is AuditEntry):
        raise GuardError(f"{model.__name__} is append-only")
    if not issubclass(model, Ingested | Unaudited):
        raise GuardError(f"{model.__name__} is audited row by row: load it and change it")
    if state.is_update:
        statement = cast(Update, state.statement)
        if "tenant_id" in {column.key for column in statement.table.columns if column in _assigned(statement)}:
            raise GuardError("a row never changes its tenant")
        if issubclass(model, Stamped):
            state.statement = statement.values(updated_at=scope.clock.now())


def _assigned(statement: Update) -> Any:
    return statement._values or {}  # noqa: SLF001 - the statement's own record of what it sets


@event.listens_for(GuardedSession, "before_attach")
def _refuse_detached(session: Session, instance: object) -> None:
    state = cast("InstanceState[Any]", inspect(instance))
    if state.key is not None and state.session_id != session.hash_key:
        raise GuardError("an object of another session is refused: load it in this one")


@event.listens_for(GuardedSession, "before_flush")
def _guard_flush(session: Session, _context: object, _instances: object) -> None:
    guarded = cast(GuardedSession, session)
    scope = guarded.scope
    if session.new or session.dirty or session.deleted:
        _require_writable(scope)
    for target in session.new:
        _claim(target, scope)
    for target in session.dirty:
        if session.is_modified(target):
            _guard_change(target, scope)
    for target in session.deleted:
        _guard_change(target, scope)
    session.add_all(entries_of(session, scope))


def _claim(target: object, scope: Scope) -> None:
    _guard_identity(target, scope, is_new=True)
    if isinstance(target, Identified) and target.id is None:  # pyright: ignore[reportUnnecessaryComparison] - not set before the insert
        target.id = new_id()
    if isinstance(target, Stamped):
        target.created_at = target.updated_at = scope.clock.now()


def _guard_change(target: object, scope: Scope) -> None:
    _guard_identity(target, scope, is_new=False)
    if isinstance(target, APPEND_ONLY):
        raise GuardError(f"{type(target).__name__} is append-only")
    if isinstance(target, Stamped):
        target.updated_at = scope.clock.now()


def _guard_identity(target: object, scope: Scope, *, is_new: bool) -> None:
    if isinstance(target, TenantOwned):
        history = cast("InstanceState[Any]", inspect(target)).attrs["tenant_id"].history
        if not is_new and history.has_changes():
            raise GuardError("a row never changes its tenant")
        if is_new and scope.tenant_id is not None and target.tenant_id is None:  # pyright: ignore[reportUnnecessaryComparison] - not set before this
            target.tenant_id = scope.tenant_id
    if scope.actor is None:
        return
    match target:
        case TenantOwned() if target.tenant_id != scope.tenant_id:
            raise GuardError("a row of another tenant is refused")
        case Tenant() if is_new or target.id != scope.tenant_id:
            raise GuardError("only its own tenant can be changed, and none created")
        case User() if is_new or target.id != scope.actor.user_id:
            raise GuardError("only one's own account can be changed, and none created")
        case _ if isinstance(target, SYSTEM_ONLY):
            raise GuardError("only a system unit of work may write the secrets of people")
        case _:
            return


def _require_writable(scope: Scope) -> None:
    if not scope.writable:
        raise GuardError("a read unit of work cannot write")


@event.listens_for(GuardedSession, "after_begin")
def _tell_database(session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    """Hands PostgreSQL what its policies go by. The settings are local: they end with the transaction."""
    if connection.dialect.name != "postgresql":
        return
    scope = cast(GuardedSession, session).scope
    settings = {
        "app.tenant_id": scope.tenant_id or "",
        "app.user_id": (scope.actor.user_id if scope.actor else None) or "",
    }
    if not scope.writable:
        settings["transaction_read_only"] = "on"
    connection.execute(select(*(func.set_config(name, value, True) for name, value in settings.items())))
