"""What the planner knows of a tenant's data, read once per version of the data and kept."""

from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

from storage.kernel.clock import today
from storage.metrics.model import Mappers, SemanticModel
from storage.models.identity import Tenant
from storage.repositories.metrics import DataBounds, SourceSummary
from storage.repositories.quality import KeptQuality
from storage.uow import ReadUnitOfWork
from tools.ingestion.mapping.terms import usage_limits
from tools.kit.blocks import Provenance, Source
from tools.language.values import ValueIndex
from tools.query.linked import LinkedValues
from tools.query.trust import KEPT_DAYS, Trust, trust

TENANTS_KEPT = 64
MOST_KEPT = 512 * 1024 * 1024
"""Bytes of values above which tenants are forgotten, but for the one that asks."""
_LOOK_EVERY = timedelta(seconds=30)
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Knowledge:
    """One tenant's data at one version."""

    version: str
    bounds: DataBounds
    values: ValueIndex
    sources: tuple[SourceSummary, ...]
    quality: Mapping[str, KeptQuality] = field(default_factory=dict[str, KeptQuality])
    """By unified table, as it was kept last."""

    def trust(self, tables: Iterable[str]) -> Trust | None:
        """How far figures that are made of these tables can be trusted (see tools.query.trust)."""
        used = sum(source.rows for source in self.sources)
        refused = sum(source.rejected for source in self.sources)
        return trust(used / (used + refused) if used else None, self.quality, tables)

    def provenance(
        self,
        row_count: int | None,
        notes: tuple[str, ...] = (),
        bounds: DataBounds | None = None,
        tables: Iterable[str] = (),
    ) -> Provenance:
        """Where figures of this data come from. `bounds` are those of what the figures are made of, where they are not of
        orders, and `tables` what they are made of."""
        bounds = bounds or self.bounds
        trusted = self.trust(tables)
        synced: list[datetime] = [s.last_sync_at for s in self.sources if s.last_sync_at]
        return Provenance(
            sources=tuple(Source(id=s.id, name=s.name, type=s.type, rows=s.rows, last_sync_at=s.last_sync_at, usage_limits=usage_limits(s.type)) for s in self.sources),
            last_sync_at=max(synced, default=None),
            row_count=row_count,
            data_from=bounds.first,
            data_to=bounds.last,
            quality_score=trusted.score if trusted is not None else None,
            notes=(*notes, *(trusted.notes if trusted is not None else ())),
        )  # fmt: skip


class KnowledgeStore:
    """Least recently used tenants are forgotten first."""

    def __init__(self, model: SemanticModel, mappers: Mappers) -> None:
        self._linked = LinkedValues(model, mappers)
        self._kept: OrderedDict[str, Knowledge] = OrderedDict()
        self._raw: dict[str, dict[str, int]] = {}
        """Of each tenant's committed batches, how many raw records they have."""
        self._looked: dict[str, datetime] = {}
        """When each tenant's scores of quality were read last: they are measured some seconds after the data is in."""

    async def of(self, uow: ReadUnitOfWork, tenant: Tenant, own: Mapping[str, tuple[str, ...]]) -> Knowledge:
        """What is known of the unit's tenant, read again when its data or what it has defined has changed. `own` are the
        members of the dimensions that it has defined."""
        version = f"{await uow.metrics.data_version()}/{tenant.metrics_version if own else 0}"
        known = self._kept.get(uow.tenant_id)
        if known is None or known.version != version:
            linked = await self._linked.of(uow, own)
            known = Knowledge(
                version=version,
                bounds=await uow.metrics.bounds(linked.currencies),
                values=linked.values,
                sources=tuple(await uow.metrics.sources(self._raw.setdefault(uow.tenant_id, {}))),
            )
            self._kept[uow.tenant_id] = known
            self._looked.pop(uow.tenant_id, None)
        if uow.clock.now() - self._looked.get(uow.tenant_id, _LONG_AGO) >= _LOOK_EVERY:
            since = today(uow.clock, tenant.timezone) - timedelta(days=KEPT_DAYS)
            known = replace(known, quality=await uow.quality.newest_kept(since))
            self._kept[uow.tenant_id], self._looked[uow.tenant_id] = known, uow.clock.now()
        self._kept.move_to_end(uow.tenant_id)
        while len(self._kept) > TENANTS_KEPT or (len(self._kept) > 1 and self._size() > MOST_KEPT):
            forgotten, _ = self._kept.popitem(last=False)
            self._linked.forget(forgotten)
            self._raw.pop(forgotten, None)
            self._looked.pop(forgotten, None)
        return known

    def _size(self) -> int:
        return sum(known.values.nbytes for known in self._kept.values())


def day_of(uow: ReadUnitOfWork, tenant: Tenant, bounds: DataBounds, as_of: date | None) -> date:
    """The day an answer takes for today: as asked, else by the tenant's clock."""
    if as_of is not None:
        return as_of
    latest = bounds.last or (bounds.transactions.last if bounds.transactions else None)
    if tenant.clock == "latest_data" and latest is not None:
        return latest
    return today(uow.clock, tenant.timezone)
