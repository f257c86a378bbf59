"""What a payload comes to, as a report: unified rows with their origin, and every leaf that no row holds."""

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from tools.ingestion.mapping.paths import Scope
from tools.ingestion.mapping.payload import content_key, leaves, parse_file, version_of
from tools.ingestion.mapping.rosetta import Account, MappedObject, Rosetta, Unmapped, Why, mapping_of
from tools.ingestion.mapping.shown import UnifiedRow


class _View(BaseModel):
    model_config = ConfigDict(frozen=True)


class OriginView(_View):
    """The source object that a row was made from."""

    object: str = Field(examples=["charge"])
    source_id: str = Field(examples=["ch_1"])
    version: str = Field(description="Changes with the content.")
    pointer: str = Field(description="Where the object stands in the payload (RFC 6901).", examples=["/data/0"])


class FieldOrigin(_View):
    pointers: tuple[str, ...] = Field(
        description="The leaves a field was read from (RFC 6901). None: the mapping or the account says it."
    )
    rule: str = Field(description="The rule of the mapping that read it.", examples=["charge.transaction.amount"])


class RowView(_View):
    """A unified row. Amounts are exact decimal strings with their currency, moments RFC 3339 in UTC."""

    table: str = Field(examples=["unified_transactions"])
    fields: dict[str, Any]
    provenance: dict[str, FieldOrigin]
    source: OriginView


class UnmappedView(_View):
    """A leaf that no row holds; the raw record keeps it. `why`: kept_raw on purpose; read, because it decides which
    rows there are or what they are called; empty; or unknown to the mapping."""

    pointer: str
    value: Any
    why: Why


class ProblemView(_View):
    pointer: str
    message: str


class CoverageView(_View):
    """Counts of leaves: `mapped` ones are the origin of a field, the others are listed as unmapped by their reason."""

    leaves: int
    mapped: int
    kept_raw: int
    read: int
    empty: int
    unknown: int


class MappingReport(_View):
    vendor: str
    object: str
    mapping_version: int
    licence: str = Field(description="no_training: the vendor's terms forbid training models on these rows.")
    objects: int
    rows: tuple[RowView, ...]
    unmapped: tuple[UnmappedView, ...]
    problems: tuple[ProblemView, ...]
    coverage: CoverageView
    notes: tuple[str, ...] = ()


def map_payload(vendor: str, object_: str, payload: bytes | str, account: Account) -> MappingReport:
    """Maps an answer of a vendor, one object of it, or objects a line; names count in any case. An object that there is
    no mapping for is kept raw as a whole, and a note says so. Raises CopilotError: NOT_FOUND for an unknown vendor,
    INVALID for what is no JSON."""
    vendor = vendor.strip().lower()
    mapping = mapping_of(vendor)
    parsed = parse_file(payload)
    rosetta = Rosetta(mapping, account)
    known = rosetta.named(object_, parsed)
    if known is None:
        return _kept_whole(vendor, object_, mapping.version, parsed, licence=mapping.licence)
    spec = mapping.objects[known]
    items = rosetta.items(known, parsed)
    answer = Scope(parsed, "", None, mapping.either_case)
    mapped = [
        part
        for one in items
        for part in rosetta.map_all(known, one.value, one.pointer, around=answer if one.pointer else None)
    ]
    rows: list[RowView] = []
    unmapped: list[Unmapped] = []
    for one in mapped:
        own = one.rows()
        rows += [_row(row, one) for row in own]
        unmapped += one.unmapped(own)
    held = {pointer for row in rows for traced in row.provenance.values() for pointer in traced.pointers}
    unmapped = [leaf for leaf in items.around if leaf.pointer not in held] + unmapped
    return MappingReport(
        vendor=vendor,
        object=known,
        mapping_version=mapping.version,
        licence=mapping.licence,
        objects=len(mapped),
        rows=tuple(rows),
        unmapped=tuple(_unmapped(u) for u in unmapped),
        problems=tuple(
            ProblemView(pointer=_written(p.pointer), message=_written(p.message))
            for one in mapped
            for p in one.reading.problems
        ),
        coverage=_coverage(len(held), unmapped),
        notes=tuple(_foreign(mapped))
        if spec.makes or spec.wraps
        else (f"{known} makes no unified rows: it is kept raw.",),
    )


def _foreign(mapped: list[MappedObject]) -> Iterator[str]:
    """What is said of objects that have neither a key of their kind nor anything else that makes a row: an error, a hint,
    another's record. It is no problem of a payload's: a vendor that answers so is told of elsewhere."""
    for one in mapped:
        if one.records or one.reading.problems or one.source.source_id != content_key(version_of(one.item)):
            continue
        yield _written(
            f"{one.reading.pointer or '/'} is no {one.reading.object.replace('_', ' ')}: it has no key of one, and makes no "
            "row. It is kept raw."
        )


def _kept_whole(vendor: str, object_: str, version: int, parsed: Any, *, licence: str) -> MappingReport:
    unmapped = [Unmapped(leaf.pointer, leaf.value, "unknown") for leaf in leaves(parsed)]
    known = ", ".join(mapping_of(vendor).objects)
    return MappingReport(
        vendor=vendor,
        object=_written(object_),
        mapping_version=version,
        licence=licence,
        objects=0,
        rows=(),
        unmapped=tuple(_unmapped(u) for u in unmapped),
        problems=(),
        coverage=_coverage(0, unmapped),
        notes=(f"There is no mapping for “{_written(object_)[:60]}”: all of it is kept raw. Known are {known}.",),
    )


def _unmapped(leaf: Unmapped) -> UnmappedView:
    return UnmappedView(pointer=_written(leaf.pointer), value=_plain(leaf.value), why=leaf.why)


def _row(row: UnifiedRow, one: MappedObject) -> RowView:
    origin = OriginView(
        object=one.reading.object,
        source_id=one.source.source_id,
        version=one.source.version_hash,
        pointer=_written(one.reading.pointer),
    )
    traced = {
        name: FieldOrigin(pointers=tuple(map(_written, p.pointers)), rule=p.rule) for name, p in row.provenance.items()
    }
    return RowView(table=row.table, fields=row.fields, provenance=traced, source=origin)


def _coverage(mapped: int, unmapped: list[Unmapped]) -> CoverageView:
    by = Counter(one.why for one in unmapped)
    return CoverageView(
        leaves=mapped + len(unmapped),
        mapped=mapped,
        kept_raw=by["kept_raw"],
        read=by["read"],
        empty=by["empty"],
        unknown=by["unknown"],
    )


def _plain(value: Any) -> Any:
    """Exact decimals as text: JSON numbers would pass through floats in many readers."""
    return str(value) if isinstance(value, Decimal) else _written(value) if isinstance(value, str) else value


def _written(text: str) -> str:
    """Half a surrogate pair can be in JSON, but in no UTF-8: it is shown as its escape."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()
