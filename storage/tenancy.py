"""The session that cannot forget its tenant.

Reads: every ORM statement gets the tenant's criteria, and hides the rows of unfinished ingestion batches. What
such criteria cannot reach (Core tables, text, raw connections, bulk updates by key) is refused. Writes: new rows
are stamped, rows of another tenant are refused. On PostgreSQL row-level security says the same a second time.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NoReturn, cast

from sqlalchemy import Connection, Executable, Table, Update, bindparam, event, func, inspect, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import (
    InstanceState,
    InstrumentedAttribute,
    Mapper,
    ORMExecuteState,
    Session,
    SessionTransaction,
    with_loader_criteria,
)
from sqlalchemy.sql.base import ExecutableOption

from storage.audit import entries_of
from storage.bulk import insert_rows, update_rows
from storage.kernel.ids import new_id
from storage.models.audit import AuditEntry
from storage.models.base import Base, Identified, Ingested, Stamped, TenantOwned, Unaudited
from storage.models.identity import Membership, PasswordReset, RefreshToken, Tenant, User
from storage.models.ingestion import FINISHED_BATCH_STATES, IngestionBatch, RawRecord
from storage.models.predictions import PredictionTemplate
from storage.models.rates import ExchangeRate
from storage.models.system import VendorBudget
from storage.scope import GuardError, Scope
from storage.statements import entities_of, is_prepared
from storage.tracing import TENANT

SYSTEM_ONLY = (RefreshToken, PasswordReset, VendorBudget)
"""Secrets of people rather than of tenants, and what is counted for all: no tenant's session reads or writes them."""
SHARED = (PredictionTemplate, ExchangeRate)
"""The same for all tenants, who read them."""
APPEND_ONLY = (AuditEntry, RawRecord)
"""Never changed. Raw records of an unfinished batch may be deleted (a trigger in the database knows its state)."""
_MANY = 50
_PLAIN_STRATEGIES = ("auto", "orm")
_IS_UNFINISHED = IngestionBatch.status.not_in(FINISHED_BATCH_STATES)
_UNFINISHED = select(IngestionBatch.id).where(IngestionBatch.tenant_id == bindparam("tenant_id"), _IS_UNFINISHED)


class GuardedSession(Session):
    """The synchronous heart of a TenantSession; the guards below listen to it."""

    def __init__(self, *args: Any, scope: Scope, **kwargs: Any) -> None:
        super().__init__(*args, autoflush=True, expire_on_commit=False, **kwargs)
        self.scope = scope
        self._tenant_criteria = _tenant_criteria(scope.tenant_id) if scope.tenant_id is not None else ()
        self._unfinished: tuple[str, ...] | None = None
        self.has_many_rows = False
        """Whether it has inserted so many rows at once that checking their keys is worth a plan."""

    def criteria(self, entities: frozenset[Mapper[Any]]) -> tuple[ExecutableOption, ...]:
        """What a statement over these classes is narrowed by. Only what concerns them, since each option costs some
        50 µs; no class has a relationship that would bring another one in."""
        if self.scope.tenant_id is None:
            return ()
        chosen = [one for kind, one in self._tenant_criteria if any(issubclass(e.class_, kind) for e in entities)]
        if any(issubclass(entity.class_, Ingested) for entity in entities):
            hiding = self._hiding(self.scope.tenant_id)
            if hiding is not None:
                chosen.append(hiding)
        return tuple(chosen)

    def connection(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise GuardError("a raw connection knows no tenant")

    def bulk_save_objects(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise GuardError("use bulk_insert, which stamps the tenant")

    bulk_insert_mappings = bulk_update_mappings = bulk_save_objects

    def _hiding(self, tenant_id: str) -> ExecutableOption | None:
        """What hides the rows of ingestion batches that nobody may see yet; None where there are none.

        A read unit looks once: it has one snapshot. Its statements then carry nothing while nothing is imported,
        and one comparison while one import is under way: a sub-select in each costs SQLite up to 40 % of a sum over
        60,000 rows. A write unit always carries the query: on PostgreSQL batches may change under it, and it may
        change them itself.
        """
        if self.scope.writable:
            return _hide_several(tenant_id, self.scope.shown_batch_id)
        if self._unfinished is None:
            found = super().connection().scalars(_UNFINISHED, {"tenant_id": tenant_id})
            self._unfinished = tuple(found)
        hidden = [batch_id for batch_id in self._unfinished if batch_id != self.scope.shown_batch_id]
        if len(hidden) > 1:
            return _hide_several(tenant_id, self.scope.shown_batch_id)
        return _hide_one(hidden[0]) if hidden else None

    def all_batches_are_visible(self) -> None:
        """Said by a read unit's repository that has just looked at the states of all batches, so as not to look twice."""
        if not self.scope.writable:
            self._unfinished = ()

    def insert_rows(
        self, model: type[Base], rows: Sequence[Mapping[str, Any]], shared: Mapping[str, Any] | None = None, **how: bool
    ) -> int:
        """See TenantSession.bulk_insert, and storage.bulk for `how`."""
        _require_writable(self.scope)
        if not issubclass(model, Ingested | Unaudited):
            raise GuardError(f"{model.__name__} is audited row by row: add it")
        self.flush()  # what the rows refer to goes in first
        stamp: dict[str, Any] = dict(shared or {})
        if issubclass(model, Stamped):
            stamp |= dict.fromkeys(("created_at", "updated_at"), self.scope.clock.now())
        if issubclass(model, TenantOwned) and (tenant_id := self.scope.tenant_id) is not None:
            if any(row.get("tenant_id", tenant_id) != tenant_id for row in (stamp, *rows)):
                raise GuardError("a row of another tenant is refused")
            stamp["tenant_id"] = tenant_id
        table = cast(Table, model.__table__)
        self.has_many_rows = self.has_many_rows or len(rows) >= _MANY
        return insert_rows(super().connection(), table, rows, stamp=stamp, **how)

    def update_column(self, column: InstrumentedAttribute[Any], values: Mapping[str, Any]) -> None:
        """See TenantSession.bulk_update."""
        _require_writable(self.scope)
        model = cast("type[Base]", column.class_)
        if not issubclass(model, Ingested | Unaudited) or (tenant_id := self.scope.tenant_id) is None:
            raise GuardError(f"{model.__name__} is audited row by row: load it and change it")
        if values:
            self.flush()
            update_rows(super().connection(), cast(Table, model.__table__).c[column.key], values, tenant_id)

    def insert_strangers(self, rows: Sequence[Base]) -> None:
        """See TenantSession.insert."""
        for row in rows:
            given = {name: value for name, value in vars(row).items() if name != "_sa_instance_state"}
            self.insert_rows(type(row), [given], deferrable=True)


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
        self,
        model: type[Base],
        rows: Sequence[Mapping[str, Any]],
        *,
        shared: Mapping[str, Any] | None = None,
        ignore_conflicts: bool = False,
        deferrable: bool = False,
    ) -> int:
        """Inserts many rows of an ingested or unaudited class at once, keyed by column; absent columns get their
        default, and those of `shared` what it says. Stamps tenant, times and missing ids. Returns how many rows went in: with `ignore_conflicts`
        those that break a unique key are left out. With `deferrable` they may go in with the next statement or the
        commit: that is where an IntegrityError is raised."""
        return await self.run_sync(
            lambda session: cast(GuardedSession, session).insert_rows(
                model, rows, shared, ignore_conflicts=ignore_conflicts, deferrable=deferrable
            )
        )

    async def bulk_update(self, column: InstrumentedAttribute[Any], values: Mapping[str, Any]) -> None:
        """Sets one column of many of the tenant's rows, by id."""
        await self.run_sync(lambda session: cast(GuardedSession, session).update_column(column, values))

    async def insert(self, *rows: Base) -> None:
        """Inserts new rows of unaudited classes, in half the time that adding them takes. They stay strangers to the
        session: what the database made of them is not read back. Raises IntegrityError, at the latest at the commit."""
        await self.run_sync(lambda session: cast(GuardedSession, session).insert_strangers(rows))


# Criteria are callables, so that SQLAlchemy hands them the alias where there is one: a plain expression over a class
# is not adapted in the ON clause of a self-join. Two options must not share one callable: their parameters would collide.


@lru_cache(maxsize=1024)
def _tenant_criteria(tenant_id: str) -> tuple[tuple[type[object], ExecutableOption], ...]:
    """By the classes that they narrow. Kept, since building them costs as much as a small query does."""
    members = select(Membership.user_id).where(Membership.tenant_id == tenant_id)

    def is_own(entity: type[TenantOwned]) -> Any:
        return entity.tenant_id == tenant_id

    def is_itself(entity: type[Tenant]) -> Any:
        return entity.id == tenant_id

    def is_member(entity: type[User]) -> Any:
        return entity.id.in_(members)

    return (
        (TenantOwned, with_loader_criteria(TenantOwned, is_own, include_aliases=True)),
        (Tenant, with_loader_criteria(Tenant, is_itself, include_aliases=True)),
        (User, with_loader_criteria(User, is_member, include_aliases=True)),
    )


def _hide_one(batch_id: str) -> ExecutableOption:
    def is_visible(entity: type[Ingested]) -> Any:  # takes NULL, and costs a quarter of NOT IN
        return entity.created_by_batch_id.is_distinct_from(batch_id)

    return with_loader_criteria(Ingested, is_visible, include_aliases=True)


@lru_cache(maxsize=1024)
def _hide_several(tenant_id: str, shown_batch_id: str | None) -> ExecutableOption:
    """Kept, as the tenant's criteria are."""
    unfinished = select(IngestionBatch.id).where(IngestionBatch.tenant_id == tenant_id, _IS_UNFINISHED)
    batch_ids = unfinished if shown_batch_id is None else unfinished.where(IngestionBatch.id != shown_batch_id)

    def is_visible(entity: type[Ingested]) -> Any:
        return or_(entity.created_by_batch_id.is_(None), entity.created_by_batch_id.not_in(batch_ids))

    return with_loader_criteria(Ingested, is_visible, include_aliases=True)


@event.listens_for(GuardedSession, "do_orm_execute")
def _guard_statement(state: ORMExecuteState) -> None:
    session = cast(GuardedSession, state.session)
    if state.is_column_load:  # of an object that this session already holds
        return
    entities = entities_of(state.statement)
    if state.is_from_statement or not state.is_orm_statement:
        raise GuardError("only statements over mapped classes can be given the tenant's criteria: select_from one")
    _guard_entities(session.scope, entities)
    if state.is_insert:
        raise GuardError("rows go in through add or bulk_insert, which stamp the tenant")
    if state.is_update or state.is_delete:
        _guard_bulk_change(state, session.scope)
    narrow = _narrowed if is_prepared(state.statement) else _narrowed.__wrapped__
    state.statement = narrow(state.statement, session.criteria(entities))


@lru_cache(maxsize=4096)
def _narrowed(statement: Executable, criteria: tuple[ExecutableOption, ...]) -> Executable:
    return statement.options(*criteria)


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
    is_redaction = model is RawRecord and state.is_update and _redacts(cast(Update, state.statement), state.parameters)
    if issubclass(model, APPEND_ONLY) and (state.is_update or model is AuditEntry) and not is_redaction:
        raise GuardError(f"{model.__name__} is append-only")
    if not issubclass(model, Ingested | Unaudited):
        raise GuardError(f"{model.__name__} is audited row by row: load it and change it")
    if state.is_update:
        statement = cast(Update, state.statement)
        if "tenant_id" in _assigned(statement, state.parameters):
            raise GuardError("a row never changes its tenant")
        if issubclass(model, Stamped) and is_prepared(statement):
            state.parameters = {**cast("Mapping[str, Any]", state.parameters or {}), "updated_at": scope.clock.now()}
        elif issubclass(model, Stamped):
            state.statement = statement.values(updated_at=scope.clock.now())


def _redacts(statement: Update, parameters: Any) -> bool:
    """Whether an update takes something out of raw records, and says when (a trigger in the database knows it too)."""
    assigned = _assigned(statement, parameters)
    return "redacted_at" in assigned and assigned <= {"payload", "around", "source_id", "redacted_at"}


def _assigned(statement: Update, parameters: Any) -> set[str]:
    """The names of the columns that an update sets."""
    values: Mapping[Any, Any] = statement._values or {}  # noqa: SLF001  # pyright: ignore[reportPrivateUsage] - the statement's only record
    return {str(getattr(column, "key", column)) for column in values} | set(parameters or ())


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
        if target.tenant_id is None and not isinstance(target, AuditEntry):  # pyright: ignore[reportUnnecessaryComparison] - nor by a system unit
            raise GuardError(f"{type(target).__name__} belongs to a tenant: which?")
    if scope.actor is None:
        return
    match target:
        case TenantOwned() if target.tenant_id != scope.tenant_id:
            raise GuardError("a row of another tenant is refused")
        case Tenant() if is_new or target.id != scope.tenant_id:
            raise GuardError("only its own tenant can be changed, and none created")
        case User() if is_new or target.id != scope.actor.user_id:
            raise GuardError("only one's own account can be changed, and none created")
        case _ if isinstance(target, SYSTEM_ONLY + SHARED):
            raise GuardError("only a system unit of work may write the secrets of people, or what all tenants share")
        case _:
            return


def _require_writable(scope: Scope) -> None:
    if not scope.writable:
        raise GuardError("a read unit of work cannot write")


@event.listens_for(GuardedSession, "after_begin")
def _tell_database(session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    """Hands PostgreSQL what its policies go by, and traces whose statements they are. The settings are local: they end
    with the transaction, and the connection with its options too."""
    if TENANT in connection.get_execution_options():
        connection.execution_options(**{TENANT: cast(GuardedSession, session).scope.tenant_id or ""})
    if connection.dialect.name != "postgresql":
        return
    scope = cast(GuardedSession, session).scope
    settings = {
        "app.tenant_id": scope.tenant_id or "",
        "app.user_id": (scope.actor.user_id if scope.actor else None) or "",
    }
    if scope.redone:
        settings["synchronous_commit"] = "off"
    connection.execute(select(*(func.set_config(name, value, True) for name, value in settings.items())))


@event.listens_for(GuardedSession, "before_commit")
def _plan_key_checks_once(session: Session) -> None:
    """PostgreSQL checks each foreign key of each new row by a query of its own at the commit, and as the connections are
    set up plans each of them anew: that takes longer than to run it. Of many rows they share one plan, and one by the
    index that each key has: a plan from when the other table was small would read all of it each time."""
    guarded = cast(GuardedSession, session)
    if not guarded.has_many_rows or session.in_nested_transaction():
        return
    guarded.has_many_rows = False
    session.flush()  # what is pending goes in under the usual settings
    connection = super(GuardedSession, guarded).connection()
    if connection.dialect.name == "postgresql":
        settings = {"plan_cache_mode": "force_generic_plan", "enable_seqscan": "off"}
        connection.execute(select(*(func.set_config(name, value, True) for name, value in settings.items())))
