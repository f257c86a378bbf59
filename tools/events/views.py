"""Events as the outside sees them."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final, Literal, cast

from storage.kernel.money import Money, from_micros
from storage.models.intelligence import BusinessEvent
from storage.repositories.lineage import LinkedRecord, RecordVersion
from tools.events.schemas import EventEvidence, EventFigure, EventRecord, EventSubject, EventView

WORDS: Final[Mapping[str, str]] = {
    "unified_orders": "order",
    "order_lines": "order_line",
    "refunds": "refund",
    "unified_products": "product",
    "product_variants": "variant",
    "stock_levels": "stock",
    "unified_transactions": "transaction",
}
"""Table → what lineage calls its rows (/api/data-lineage/entity/{type}/{id})."""
Severity = Literal["info", "notice", "warning"]


def view_of(row: BusinessEvent) -> EventView:
    """An event of the timeline."""
    subject = None
    if row.entity_type is not None:
        subject = EventSubject(type=WORDS.get(row.entity_type, row.entity_type), id=row.entity_id, name=row.subject)
    return EventView(
        id=row.id,
        origin="noted" if row.key is None else "detected",
        kind=row.kind,
        title=row.title,
        occurred_at=row.occurred_at,
        time_known=row.time_known,
        source_offset_minutes=row.source_offset_minutes,
        occurred_on=row.occurred_on,
        ends_on=row.ends_on,
        severity=cast(Severity, row.severity),
        subject=subject,
        amount=_money(row.amount_micros, row.currency),
        figures=tuple(_figures(row)),
        evidence=tuple(evidence_of(one) for one in row.evidence),
        batch_id=row.created_by_batch_id,
        detected_at=row.detected_at,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def evidence_of(one: Mapping[str, str], records: Sequence[EventRecord] = ()) -> EventEvidence:
    """A row that shows an event, with the sources' records of it where they were looked up."""
    kind = WORDS[one["table"]]
    return EventEvidence(
        type=kind,
        id=one["id"],
        role=one["role"],
        href=f"/api/data-lineage/entity/{kind}/{one['id']}",
        records=tuple(records),
    )


def record_of(one: LinkedRecord, versions: Sequence[RecordVersion], batch_id: str | None) -> EventRecord:
    """A raw record among the versions of it."""
    return EventRecord(
        id=one.raw.id,
        source=one.connector.name,
        object=one.raw.object,
        external_id=one.raw.source_id,
        version=next(version.number for version in versions if version.id == one.raw.id),
        received_at=one.raw.received_at,
        batch_id=one.batch.id,
        of_this_batch=one.batch.id == batch_id,
    )


def _figures(row: BusinessEvent) -> list[EventFigure]:
    """What an event's `data` holds, without the units in the names; what is no figure (keys) is left out."""
    found: list[EventFigure] = []
    for name, value in row.data.items():
        plain = name.removesuffix("_micros").removesuffix("_e6")
        if isinstance(value, dict):
            amounts = cast("dict[str, int]", value)
            found += [EventFigure(name=plain, amount=Money.of(micros, code)) for code, micros in amounts.items()]
        elif isinstance(value, bool) or not isinstance(value, int | float):
            continue
        elif name.endswith("_micros"):
            found.append(EventFigure(name=plain, amount=_money(cast(int, value), row.currency)))
        elif name.endswith("_e6"):
            found.append(EventFigure(name=plain, number=from_micros(cast(int, value)).normalize()))
        else:
            found.append(EventFigure(name=plain, number=Decimal(str(value))))
    return found


def _money(micros: Any, currency: str | None) -> Money | None:
    return Money.of(micros, currency) if micros is not None and currency is not None else None
