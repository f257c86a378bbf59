"""Which source a file is an export of: told by its columns. Pure."""

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import PurePath
from typing import Any, Final

from storage.models.ingestion import Connector
from tools.ingestion.catalogue import Entity, plain_name
from tools.ingestion.file_mapping import FileMapping

_ALIKE: Final = 0.8
"""Share of common columns from which a file is a newer export of a known source."""


def source_key(columns: Sequence[str], mapping: FileMapping) -> str:
    """The signature of a family of files. Series that no column names are told apart by their file."""
    parts = sorted(plain_name(column) for column in columns)
    if mapping.entity == Entity.OBSERVATION and _is_nameless(columns):
        parts.append(f"series {mapping.series_name}")
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def find_source(sources: Iterable[Connector], columns: Sequence[str], filename: str) -> Connector | None:
    """The known source whose files have these columns, or nearly; the newest of several."""
    ours = {plain_name(column) for column in columns}
    best: tuple[float, Connector] | None = None
    for source in sources:
        known = source.config.get("columns")
        if not known:
            continue
        theirs = {plain_name(column) for column in known}
        alike = len(ours & theirs) / len(ours | theirs)
        named = source.config["mapping"].get("series_name")
        if alike < _ALIKE or (_is_nameless(columns) and named and named != PurePath(filename).stem):
            continue
        if best is None or alike >= best[0]:
            best = (alike, source)
    return best[1] if best else None


def remember(columns: Sequence[str], mapping: FileMapping) -> dict[str, Any]:
    """What a source keeps of an import: asked once, used for every later export."""
    return {"columns": list(columns), "mapping": mapping.model_dump(mode="json")}


def source_name(filename: str) -> str:
    return PurePath(filename).stem.replace("_", " ").replace("-", " ").strip().capitalize() or "File"


def _is_nameless(columns: Sequence[str]) -> bool:
    """A date and a value: such files look all the same."""
    return len(columns) <= 2  # noqa: PLR2004 - nothing names the series
