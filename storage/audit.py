"""Turns the changes of a flush into audit entries."""

import hashlib
import json
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any, cast

from sqlalchemy import inspect
from sqlalchemy.orm import InstanceState, Session

from storage.kernel.ids import new_id
from storage.models.audit import AuditEntry
from storage.models.base import Base, Ingested, Unaudited
from storage.scope import Scope

MASK = "***"
_LONGEST_VALUE = 2_000
"""Characters of JSON beyond which a value is told by size and hash: the log is read by people."""


def entry(
    scope: Scope,
    *,
    tenant_id: str | None,
    action: str,
    entity_type: str,
    entity_id: str,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> AuditEntry:
    """One line of the log, with who and when taken from the scope."""
    actor = scope.actor
    return AuditEntry(
        id=new_id(),
        tenant_id=tenant_id,
        occurred_at=scope.clock.now(),
        user_id=actor.user_id if actor else None,
        surface=actor.surface.value if actor else f"system:{scope.purpose}",
        request_id=actor.request_id if actor else None,
        action=action,
        entity_type=entity_type,
        entity_id=entity_id,
        before=before,
        after=after,
    )


def entries_of(session: Session, scope: Scope) -> list[AuditEntry]:
    """The entries for everything the session is about to write, except what is covered elsewhere: rows that an
    ingestion batch writes (the batch is in the log, the rows' origin in raw records) and logs themselves."""
    created = (
        _of(scope, target, "create", None, _values(target, scope))
        for target in session.new
        if _is_listed(target) and not (isinstance(target, Ingested) and target.created_by_batch_id)
    )
    updated = (
        _of(scope, target, "update", *changes)
        for target in session.dirty
        if _is_listed(target) and (changes := _changes(target, scope)) != ({}, {})
    )
    deleted = (
        _of(scope, target, "delete", _values(target, scope), None) for target in session.deleted if _is_listed(target)
    )
    return [*created, *updated, *deleted]


def _is_listed(target: object) -> bool:
    return isinstance(target, Base) and not isinstance(target, Unaudited | AuditEntry)


def _of(
    scope: Scope, target: object, action: str, before: dict[str, Any] | None, after: dict[str, Any] | None
) -> AuditEntry:
    row = cast(Any, target)
    return entry(
        scope,
        tenant_id=row.id if row.__tablename__ == "tenants" else getattr(row, "tenant_id", scope.tenant_id),
        action=action,
        entity_type=row.__tablename__,
        entity_id=row.id,
        before=before,
        after=after,
    )


def _values(target: object, scope: Scope) -> dict[str, Any]:
    state = cast("InstanceState[Any]", inspect(target))
    return {
        name: _shown(target, name, state.dict[name], scope)
        for name in state.mapper.column_attrs.keys()  # noqa: SIM118 - a namespace, not a dict
        if state.dict.get(name) is not None
    }


def _changes(target: object, scope: Scope) -> tuple[dict[str, Any], dict[str, Any]]:
    state = cast("InstanceState[Any]", inspect(target))
    before: dict[str, Any] = {}
    after: dict[str, Any] = {}
    for name in state.mapper.column_attrs.keys():  # noqa: SIM118 - a namespace, not a dict
        history = state.attrs[name].history
        if not history.has_changes() or state.mapper.columns[name].info.get("unlisted"):
            continue
        before[name] = _shown(target, name, history.deleted[0], scope) if history.deleted else None
        after[name] = _shown(target, name, history.added[0], scope) if history.added else None
    return before, after


def _shown(target: object, name: str, value: Any, scope: Scope) -> Any:
    if value is None:
        return None
    column = cast("InstanceState[Any]", inspect(target)).mapper.columns[name]
    if column.info.get("secret") or scope.hides_values:
        return MASK
    plain = _plain(value)
    text = json.dumps(plain, ensure_ascii=False, default=str)
    if len(text) > _LONGEST_VALUE:
        return {"omitted_characters": len(text), "sha256": hashlib.sha256(text.encode()).hexdigest()}
    return plain


def _plain(value: Any) -> Any:
    match value:
        case datetime() | date():
            return value.isoformat()
        case Decimal():
            return str(value)
        case Enum():
            return value.value
        case _:
            return value
