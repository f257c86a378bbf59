"""A unified row, field by field: the raw record that says it, where in it, and what other records say."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Final
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from storage.kernel.errors import CopilotError, not_found
from storage.models.identity import Tenant
from storage.models.ingestion import IngestionBatch
from storage.repositories.lineage import LinkedRecord, RecordVersion, RowChange
from storage.uow import ReadUnitOfWork
from tools.ingestion.cells import Defaults
from tools.ingestion.file_mapping import FileMapping
from tools.ingestion.mapping.shown import UnifiedRow
from tools.ingestion.mapping.terms import usage_limits
from tools.lineage.files import rows_of_file
from tools.lineage.reading import PLUMBING, Told, currency_of, leaf_values, rows_of_vendor, same, shown, told_of
from tools.lineage.schemas import (
    ChangedField,
    ChangeView,
    EntityLineage,
    FieldLineage,
    LeafView,
    RawRecordView,
    ReadingView,
    VersionView,
)
from tools.lineage.words import field_name, table_of, word_of

_RECORDS: Final = 50
_CHANGES: Final = 100
_FILE: Final = "file"
_NAMES: Final = ("name", "title", "number", "company", "email", "subject", "series", "description", "line1")
Readings = Sequence[tuple[LinkedRecord, Mapping[str, Told]]]


async def lineage_of(uow: ReadUnitOfWork, kind: str, id_: str) -> EntityLineage:
    """Where each field of a row comes from. Raises CopilotError(NOT_FOUND) for a kind that there is none of, and for an id
    that the tenant has not."""
    table = table_of(kind)
    if table is None:
        raise not_found(f"A kind of thing called “{kind[:40]}”")
    row = await uow.lineage.row(table, id_)
    if row is None:
        raise not_found(f"The {word_of(table).replace('_', ' ')}")
    linked = await uow.lineage.records_of(table, id_, _RECORDS + 1)
    versions = await uow.lineage.versions_of([one.raw for one in linked[:_RECORDS]])
    changes = await uow.lineage.changes_of(table, id_, _CHANGES + 1)
    readings = _read(linked[:_RECORDS], table, row, await uow.tenants.current())
    return EntityLineage(
        type=word_of(table),
        table=table,
        id=id_,
        label=_label(table, row),
        fields=tuple(_field(column, row, readings, changes) for column in row if column not in PLUMBING),
        records=tuple(_record(one, versions) for one in linked[:_RECORDS]),
        changes=tuple(_change(one, row) for one in changes[:_CHANGES]),
        truncated=len(linked) > _RECORDS or len(changes) > _CHANGES,
    )


def _label(table: str, row: Mapping[str, Any]) -> str:
    named = next((str(row[name]) for name in _NAMES if row.get(name)), None)
    return named or f"{word_of(table).replace('_', ' ')} {row.get('source_key') or row['id']}"


# ── reading the raw records again ────────────────────────────────────────────────────────────────────────────


def _read(linked: Sequence[LinkedRecord], table: str, row: Mapping[str, Any], tenant: Tenant) -> Readings:
    """What each record says, newest first. Rows of a file that make one order are read together."""
    whole: dict[str, list[LinkedRecord]] = defaultdict(list)
    if table == "unified_orders":
        for one in linked:
            if one.connector.type == _FILE:
                whole[one.batch.id].append(one)
    readings: list[tuple[LinkedRecord, Mapping[str, Told]]] = []
    for one in linked:
        group = sorted(whole.get(one.batch.id, [one]), key=lambda part: part.raw.position or 0)
        if one is group[0]:
            told = told_of(_rows(group, tenant), table, row)
            readings.append((one, _of_several(told, len(group)) if len(group) > 1 else told))
    return readings


def _of_several(told: Mapping[str, Told], rows: int) -> dict[str, Told]:
    """The same with a word on how many rows of the file it was read from; the leaves are those of the first."""
    return {
        column: replace(one, rule=f"{one.rule} (of {rows} rows of the file)") if one.pointers else one
        for column, one in told.items()
    }


def _rows(records: Sequence[LinkedRecord], tenant: Tenant) -> list[UnifiedRow]:
    """The unified rows that records make together; none where a mapping can no longer read them."""
    one = records[0]
    today = _day_of(one.batch, tenant)
    try:
        if one.connector.type != _FILE:
            return rows_of_vendor(
                one.connector.type,
                one.connector.external_key,
                one.raw.object,
                one.raw.payload,
                agreed=one.batch.mapping,
                today=today,
            )
        mapping = FileMapping.model_validate(one.batch.mapping)
        defaults = Defaults(tenant.currency or "USD", tenant.timezone)
        return rows_of_file([part.raw.payload for part in records], mapping, defaults, today)
    except (CopilotError, ValidationError):
        return []


def _day_of(batch: IngestionBatch, tenant: Tenant) -> date:
    """The tenant's day when the batch ran."""
    zone = ZoneInfo(batch.mapping.get("timezone") or tenant.timezone)
    return batch.created_at.astimezone(zone).date()


# ── one field ────────────────────────────────────────────────────────────────────────────────────────────────


def _field(column: str, row: Mapping[str, Any], readings: Readings, changes: Sequence[RowChange]) -> FieldLineage:
    currency = currency_of(column, row) if column.endswith("_micros") else None
    value = shown(column, row[column], currency)
    views: list[tuple[ReadingView, tuple[str, ...]]] = []
    for one, told in readings:
        said = told.get(column)
        if said is None or (value is None and not said.comparable):
            continue
        if said.value is not None or said.pointers:
            views.append((_reading(one, said, value), _thing(one)))
    origin = next((view for view, _ in views if view.agrees is not False and value is not None), None)
    return FieldLineage(
        name=field_name(column),
        column=column,
        value=value,
        currency=currency,
        origin=origin,
        alternatives=tuple(view for view, _ in views if view is not origin),
        confidence=_confidence(views) if value is not None else None,
        note=None if origin is not None else _why_none(column, value, views, changes),
    )


def _reading(one: LinkedRecord, told: Told, value: Any) -> ReadingView:
    values = leaf_values(one.raw.payload, told.pointers)
    return ReadingView(
        record_id=one.raw.id,
        source=one.connector.name,
        value=told.value,
        leaves=tuple(LeafView(pointer=pointer, value=values.get(pointer)) for pointer in told.pointers),
        rule=told.rule,
        agrees=same(told.value, value) if told.comparable else None,
        received_at=one.raw.received_at,
    )


def _thing(one: LinkedRecord) -> tuple[str, ...]:
    """What a record is a version of: a vendor's object, of which a row may stand for several. Rows of a file are all told by one
    hand, and the newest has the last word."""
    if one.connector.type == _FILE:
        return (one.connector.id,)
    return (one.connector.id, one.raw.object, one.raw.source_id)


def _confidence(views: Iterable[tuple[ReadingView, tuple[str, ...]]]) -> float | None:
    """Of the things that tell the field, the share whose newest record agrees."""
    newest: dict[tuple[str, ...], bool] = {}
    for view, thing in views:
        newest.setdefault(thing, view.agrees is not False)
    return round(sum(newest.values()) / len(newest), 4) if newest else None


def _why_none(
    column: str, value: Any, views: Sequence[tuple[ReadingView, tuple[str, ...]]], changes: Sequence[RowChange]
) -> str | None:
    if value is None:
        return "Empty: what the sources say of it was not taken over." if views else "No source tells it."
    if any(column in change.after for change in changes):
        return "Set by an import or sync whose record is no longer among those that are listed."
    if views:
        return "Worked out from several records together, or told differently by each."
    return "Not read from a record: worked out when the row was made."


# ── records and changes ──────────────────────────────────────────────────────────────────────────────────────


def _record(one: LinkedRecord, versions: Mapping[tuple[str, str, str], Sequence[RecordVersion]]) -> RawRecordView:
    raw = one.raw
    known = versions[raw.connector_id, raw.object, raw.source_id]
    return RawRecordView(
        id=raw.id,
        source_id=one.connector.id,
        source=one.connector.name,
        source_type=one.connector.type,
        object=raw.object,
        external_id=raw.source_id,
        version=next(v.number for v in known if v.id == raw.id),
        versions=tuple(
            VersionView(record_id=v.id, version=v.number, received_at=v.received_at, batch_id=v.batch_id)
            for v in known[:_RECORDS]
        ),
        received_at=raw.received_at,
        batch_id=one.batch.id,
        filename=one.batch.filename,
        position=raw.position,
        mapping_version=str(one.mapping_version) if one.mapping_version is not None else None,
        usage_limits=usage_limits(one.connector.type),
    )


def _change(one: RowChange, row: Mapping[str, Any]) -> ChangeView:
    def value(column: str, raw: Any) -> Any:
        return shown(column, raw, currency_of(column, row))

    return ChangeView(
        batch_id=one.batch.id,
        source=one.source,
        at=one.batch.committed_at,
        fields=tuple(
            ChangedField(name=field_name(name), before=value(name, one.before.get(name)), after=value(name, after))
            for name, after in one.after.items()
            if name not in PLUMBING
        ),
    )
