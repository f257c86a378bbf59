"""Units of work: one per request, tool call or job step. The only place that commits."""

import asyncio
from collections.abc import AsyncGenerator, Generator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from functools import cached_property
from types import TracebackType
from typing import Any, Self

from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from storage.audit import entry
from storage.kernel.actor import Actor
from storage.kernel.clock import Clock
from storage.kernel.errors import CopilotError, ErrorKind
from storage.models.base import Base
from storage.repositories.audit import AuditRepository
from storage.repositories.connections import ConnectionRepository, DisconnectionRepository, OAuthStateRepository
from storage.repositories.contexts import ContextRepository
from storage.repositories.dashboards import DashboardRepository
from storage.repositories.data_sources import DataSourceRepository
from storage.repositories.erasing import ErasingRepository
from storage.repositories.events import EventRepository
from storage.repositories.goods import GoodsRepository
from storage.repositories.idempotency import IdempotencyRepository
from storage.repositories.identity import (
    ApiKeyRepository,
    MembershipRepository,
    PasswordResetRepository,
    RefreshTokenRepository,
    TenantRepository,
    UserRepository,
)
from storage.repositories.ingestion import IngestionRepository
from storage.repositories.jobs import JobRepository
from storage.repositories.lineage import LineageRepository
from storage.repositories.metrics import MetricsRepository
from storage.repositories.outbox import OutboxRepository
from storage.repositories.quality import QualityRepository
from storage.repositories.rates import RateRepository
from storage.repositories.records import RecordsRepository
from storage.repositories.remaking import RemakingRepository
from storage.repositories.resolution import ResolutionRepository
from storage.repositories.rollup import RollupRepository
from storage.repositories.runs import RunRepository
from storage.repositories.sales import SalesRepository
from storage.repositories.signals.goods import GoodsSignals
from storage.repositories.signals.money import MoneySignals
from storage.repositories.signals.sales import SaleSignals
from storage.repositories.tallies import TallyRepository
from storage.repositories.tenant_dimensions import TenantDimensionRepository
from storage.repositories.tenant_metrics import TenantMetricRepository
from storage.repositories.threads import ThreadRepository
from storage.repositories.tool_executions import ToolExecutionRepository
from storage.repositories.usage import UsageRepository
from storage.repositories.watching import AlertRepository, InsightMarkRepository, KpiRepository, NotificationRepository
from storage.repositories.webhooks import VendorSubscriptionRepository, WebhookDeliveryRepository
from storage.scope import GuardError, Scope
from storage.tenancy import TenantSession


class _UnitOfWork:
    """A session, its scope, and the repositories that hang on it. Not for use by two tasks at once."""

    def __init__(self, session: TenantSession, scope: Scope) -> None:
        self.session = session
        self.scope = scope

    @property
    def clock(self) -> Clock:
        return self.scope.clock

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if error is None:
                await self._finish()
        except (IntegrityError, OperationalError, PoolTimeout) as fault:
            error = fault
        finally:
            if self.session.in_transaction():
                # Shielded: a cancelled request still gives its connection back.
                await asyncio.shield(asyncio.ensure_future(self.session.close()))
            else:
                self.session.sync_session.close()  # nothing to wait for
        if isinstance(error, IntegrityError | OperationalError | PoolTimeout):
            raise _explained(error) from error

    async def _finish(self) -> None:
        """What a clean exit does beyond closing."""

    @cached_property
    def tenants(self) -> TenantRepository:
        return TenantRepository(self.session)

    @cached_property
    def users(self) -> UserRepository:
        return UserRepository(self.session)

    @cached_property
    def memberships(self) -> MembershipRepository:
        return MembershipRepository(self.session)

    @cached_property
    def api_keys(self) -> ApiKeyRepository:
        return ApiKeyRepository(self.session)

    @cached_property
    def audit_log(self) -> AuditRepository:
        return AuditRepository(self.session)

    @cached_property
    def jobs(self) -> JobRepository:
        return JobRepository(self.session)

    @cached_property
    def idempotency(self) -> IdempotencyRepository:
        return IdempotencyRepository(self.session)

    @cached_property
    def outbox(self) -> OutboxRepository:
        return OutboxRepository(self.session)

    @cached_property
    def erasing(self) -> ErasingRepository:
        return ErasingRepository(self.session)

    @cached_property
    def ingestion(self) -> IngestionRepository:
        return IngestionRepository(self.session)

    @cached_property
    def lineage(self) -> LineageRepository:
        return LineageRepository(self.session)

    @cached_property
    def quality(self) -> QualityRepository:
        return QualityRepository(self.session)

    @cached_property
    def connections(self) -> ConnectionRepository:
        return ConnectionRepository(self.session)

    @cached_property
    def disconnections(self) -> DisconnectionRepository:
        return DisconnectionRepository(self.session)

    @cached_property
    def vendor_subscriptions(self) -> VendorSubscriptionRepository:
        return VendorSubscriptionRepository(self.session)

    @cached_property
    def usage(self) -> UsageRepository:
        return UsageRepository(self.session)

    @cached_property
    def contexts(self) -> ContextRepository:
        return ContextRepository(self.session)

    @cached_property
    def dashboards(self) -> DashboardRepository:
        return DashboardRepository(self.session)

    @cached_property
    def metrics(self) -> MetricsRepository:
        return MetricsRepository(self.session)

    @cached_property
    def remaking(self) -> RemakingRepository:
        return RemakingRepository(self.session)

    @cached_property
    def goods(self) -> GoodsRepository:
        return GoodsRepository(self.session)

    @cached_property
    def resolution(self) -> ResolutionRepository:
        return ResolutionRepository(self.session)

    @cached_property
    def rollup(self) -> RollupRepository:
        return RollupRepository(self.session)

    @cached_property
    def sales(self) -> SalesRepository:
        return SalesRepository(self.session)

    @cached_property
    def tallies(self) -> TallyRepository:
        return TallyRepository(self.session)

    @cached_property
    def records(self) -> RecordsRepository:
        return RecordsRepository(self.session)

    @cached_property
    def own_metrics(self) -> TenantMetricRepository:
        return TenantMetricRepository(self.session)

    @cached_property
    def events(self) -> EventRepository:
        return EventRepository(self.session)

    @cached_property
    def sale_signals(self) -> SaleSignals:
        return SaleSignals(self.session)

    @cached_property
    def goods_signals(self) -> GoodsSignals:
        return GoodsSignals(self.session)

    @cached_property
    def money_signals(self) -> MoneySignals:
        return MoneySignals(self.session)

    @cached_property
    def insight_marks(self) -> InsightMarkRepository:
        return InsightMarkRepository(self.session)

    @cached_property
    def kpis(self) -> KpiRepository:
        return KpiRepository(self.session)

    @cached_property
    def alerts(self) -> AlertRepository:
        return AlertRepository(self.session)

    @cached_property
    def notifications(self) -> NotificationRepository:
        return NotificationRepository(self.session)

    @cached_property
    def own_dimensions(self) -> TenantDimensionRepository:
        return TenantDimensionRepository(self.session)

    @cached_property
    def rates(self) -> RateRepository:
        return RateRepository(self.session)

    @cached_property
    def data_sources(self) -> DataSourceRepository:
        return DataSourceRepository(self.session)

    @cached_property
    def threads(self) -> ThreadRepository:
        return ThreadRepository(self.session)

    @cached_property
    def runs(self) -> RunRepository:
        return RunRepository(self.session)

    @cached_property
    def tool_executions(self) -> ToolExecutionRepository:
        return ToolExecutionRepository(self.session)


class _Writing(_UnitOfWork):
    async def _finish(self) -> None:
        await self.session.commit()

    def add(self, *rows: Base) -> None:
        """New rows, written with the next flush or at the end; tenant, times and ids are stamped by then."""
        self.session.add_all(rows)

    async def delete(self, row: Base) -> None:
        """Deletes a row that this unit loaded."""
        await self.session.delete(row)

    async def flush(self) -> None:
        """Writes what is pending, so that ids and unique keys are settled. Raises IntegrityError."""
        await self.session.flush()

    async def bulk_insert(
        self,
        model: type[Base],
        rows: Sequence[Mapping[str, Any]],
        *,
        shared: Mapping[str, Any] | None = None,
        ignore_conflicts: bool = False,
        deferrable: bool = False,
    ) -> int:
        """Many rows at once (see TenantSession.bulk_insert)."""
        return await self.session.bulk_insert(
            model, rows, shared=shared, ignore_conflicts=ignore_conflicts, deferrable=deferrable
        )

    def audit(
        self,
        action: str,
        entity_type: str,
        entity_id: str,
        *,
        before: dict[str, Any] | None = None,
        after: dict[str, Any] | None = None,
        tenant_id: str | None = None,
    ) -> None:
        """Notes something that is no change of a row (a login, an export). Changes of rows are noted by the session.
        `tenant_id` is for system units, which have none of their own."""
        self.session.add(
            entry(
                self.scope,
                tenant_id=self.scope.tenant_id or tenant_id,
                action=action,
                entity_type=entity_type,
                entity_id=entity_id,
                before=before,
                after=after,
            )
        )


class ReadUnitOfWork(_UnitOfWork):
    """A read-only look at one tenant. The database refuses writes too."""

    @property
    def actor(self) -> Actor:
        if self.scope.actor is None:
            raise GuardError("this unit of work has no actor")
        return self.scope.actor

    @property
    def tenant_id(self) -> str:
        return self.actor.tenant_id

    @asynccontextmanager
    async def apart(self) -> AsyncGenerator[None]:
        """`async with uow.apart():` a part whose failure does not spoil what the unit does after it: on PostgreSQL a
        statement that fails otherwise makes all later ones of its transaction fail too."""
        async with self.session.begin_nested():
            yield

    @contextmanager
    def including_batch(self, batch_id: str) -> Generator[None]:
        """`with uow.including_batch(id):` shows the rows of one unfinished ingestion batch to its own writer."""
        before, self.scope.shown_batch_id = self.scope.shown_batch_id, batch_id
        try:
            yield
        finally:
            self.scope.shown_batch_id = before


class WriteUnitOfWork(_Writing, ReadUnitOfWork):
    """Reads and writes of one tenant: all of it is committed, or nothing."""

    def hide_values(self) -> None:
        """The audit tells which rows this unit changes, and not what they hold or held."""
        self.scope.hides_values = True


class SystemUnitOfWork(_Writing):
    """Reads and writes over all tenants for one SystemPurpose: rows of a tenant must be given their tenant_id."""

    @cached_property
    def refresh_tokens(self) -> RefreshTokenRepository:
        return RefreshTokenRepository(self.session)

    @cached_property
    def oauth_states(self) -> OAuthStateRepository:
        return OAuthStateRepository(self.session)

    @cached_property
    def webhooks(self) -> WebhookDeliveryRepository:
        return WebhookDeliveryRepository(self.session)

    @cached_property
    def password_resets(self) -> PasswordResetRepository:
        return PasswordResetRepository(self.session)


def _explained(error: IntegrityError | OperationalError | PoolTimeout) -> CopilotError:
    if isinstance(error, IntegrityError):
        return CopilotError(
            ErrorKind.CONFLICT,
            "This conflicts with something that is already stored, or refers to something that no longer is.",
            hint="Load the current state and try again.",
        )
    return CopilotError(
        ErrorKind.UNAVAILABLE, "The database is busy or cannot be reached.", hint="Try again shortly.", retry_after=2.0
    )
