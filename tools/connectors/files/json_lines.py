"""JSON Lines: one object a line. Nested objects become dotted columns; one list of objects (the lines of an
order) becomes one row each."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, cast

from storage.kernel.errors import CopilotError, ErrorKind
from tools.connectors.files.bytes_scan import scan_text
from tools.connectors.files.table import MAX_COLUMNS, FileShape, Row

_LONGEST_LINE: Final = 16 << 20
_DEEPEST: Final = 5


def sniff_json_lines(path: Path) -> FileShape:
    """The shape of a JSON Lines file: every column that any of its objects has."""
    scan = scan_text(path)
    encoding = "utf-8-sig" if scan.encoding == "utf-8" else scan.encoding
    columns: dict[str, None] = {}
    seen = 0
    for _, parsed, _problem in _objects(path, encoding):
        if parsed is None:
            continue
        seen += 1
        for flat in _flatten(parsed):
            columns.update(dict.fromkeys(flat))
        if len(columns) > MAX_COLUMNS:
            raise CopilotError(ErrorKind.UNSUPPORTED, f"The objects have more than {MAX_COLUMNS} different fields.")
    if not seen or not columns:
        raise CopilotError(
            ErrorKind.INVALID, "No line of the file is a JSON object.", hint="JSON Lines has one object on each line."
        )
    return FileShape(format="jsonl", columns=tuple(columns), encoding=encoding)


def read_json_lines(path: Path, shape: FileShape) -> Iterator[Row]:
    """One row per object, or per element of its list of objects."""
    for line, parsed, problem in _objects(path, shape.encoding):
        if parsed is None:
            yield Row(line, [problem or ""], "the line is not a JSON object")
            continue
        for flat in _flatten(parsed):
            cells = [flat.get(column, "") for column in shape.columns]
            if any("\0" in cell for cell in cells):
                yield Row(line, [cell.replace("\0", "\u2400") for cell in cells], "the line holds NUL characters")
            else:
                yield Row(line, cells)


def _objects(path: Path, encoding: str) -> Iterator[tuple[int, dict[str, Any] | None, str | None]]:
    with path.open(encoding=encoding, errors="replace") as file:
        for number, line in enumerate(iter(lambda: file.readline(_LONGEST_LINE), ""), start=1):
            if not line.strip():
                continue
            try:
                # Numbers stay as the source wrote them: 1.10 is not 1.1, and no float ever rounds one.
                parsed = json.loads(line, parse_float=str, parse_int=str, parse_constant=str)
            except (ValueError, RecursionError):
                yield number, None, line.rstrip("\r\n")[:500].replace("\0", "\u2400")
                continue
            if isinstance(parsed, dict):
                yield number, cast(dict[str, Any], parsed), None
            else:
                yield number, None, line.rstrip("\r\n")[:500].replace("\0", "\u2400")


def _flatten(record: dict[str, Any]) -> list[dict[str, str]]:
    flat: dict[str, str] = {}
    lists: dict[str, list[dict[str, Any]]] = {}
    _walk(record, "", 0, flat, lists)
    if not lists:
        return [flat]
    # Only one list can be the grain of the rows: the longest, else the first; others stay as JSON text.
    grain = max(lists, key=lambda name: len(lists[name]))
    for name, elements in lists.items():
        if name != grain:
            flat[name] = json.dumps(elements, ensure_ascii=False)
    rows: list[dict[str, str]] = []
    for element in lists[grain]:
        own: dict[str, str] = {}
        _walk(element, f"{grain}.", 1, own, {})
        rows.append(flat | own)
    return rows


def _walk(
    value: dict[str, Any], prefix: str, depth: int, flat: dict[str, str], lists: dict[str, list[dict[str, Any]]]
) -> None:
    for key, item in value.items():
        name = f"{prefix}{key}"
        if isinstance(item, dict) and depth < _DEEPEST:
            _walk(cast(dict[str, Any], item), f"{name}.", depth + 1, flat, lists)
        elif depth == 0 and _is_list_of_objects(item):
            lists[name] = cast(list[dict[str, Any]], item)
        else:
            flat[name] = _text(item)


def _is_list_of_objects(item: object) -> bool:
    return isinstance(item, list) and bool(item) and all(isinstance(element, dict) for element in cast(list[Any], item))


def _text(item: object) -> str:
    if item is None:
        return ""
    if isinstance(item, bool):
        return "true" if item else "false"
    return item if isinstance(item, str) else json.dumps(item, ensure_ascii=False)
