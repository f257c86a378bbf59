"""Reads a file and says what it seems to be: shape, columns, mapping, problems, questions, preview. Blocking."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Final

from storage.kernel.errors import CopilotError, ErrorKind, FieldProblem
from storage.kernel.money import from_micros
from tools.connectors.files.source import rows, sniff
from tools.connectors.files.table import FileShape
from tools.imports.schemas import (
    Alternative,
    ColumnView,
    FieldChoice,
    PreviewTable,
    ProfileProblem,
    ProfileQuestion,
)
from tools.ingestion.catalogue import Catalogue, word_set
from tools.ingestion.cells import Cells, Defaults, zone_of
from tools.ingestion.file_mapping import FileMapping
from tools.ingestion.mapper import Mapper, Proposal
from tools.ingestion.pipeline import Reject, record_chunks
from tools.ingestion.records import (
    CatalogueRecord,
    CustomerFileRecord,
    LineRecord,
    ObservationRecord,
    OrderRecord,
    Record,
    RefundRecord,
    TransactionRecord,
)
from tools.ingestion.sample import BlockSampler, Sample, study

_PREVIEWED: Final = 300
_SHOWN: Final = 10
_NUMBERS: Final = 0.8
"""Share of values from which a column is one of numbers."""


@dataclass(frozen=True, slots=True)
class TenantWays:
    """What a tenant's settings say about files."""

    currency: str | None
    timezone: str
    country: str | None
    today: date

    @property
    def defaults(self) -> Defaults:
        # A shop that named no currency still has one kind of money; US dollars is what exports mean by "$".
        return Defaults(self.currency or "USD", self.timezone)


@dataclass(frozen=True, slots=True)
class Read:
    """A file as far as it can be told before any mapping."""

    shape: FileShape
    sample: Sample
    broken: int
    """Lines that are no records."""


@dataclass(frozen=True, slots=True)
class Preview:
    table: PreviewTable
    rejects: tuple[Reject, ...]
    rows: int


def read_file(path: Path) -> Read:
    """Goes through the file once. Raises CopilotError where it cannot be read at all."""
    shape = sniff(path)
    sampler = BlockSampler()
    broken = 0
    for row in rows(path, shape):
        if row.problem is None:
            sampler.add(row.cells)
        else:
            broken += 1
    if not sampler.count:
        raise CopilotError(
            ErrorKind.INVALID, "The file has headings but no rows.", hint="Export it again with its data."
        )
    return Read(shape, study(shape.columns, sampler), broken)


def propose(mapper: Mapper, read: Read, filename: str, ways: TenantWays, remembered: FileMapping | None) -> Proposal:
    """The mapper's proposal; where the source is known, what was agreed for it wins for the columns it had."""
    entity = remembered.entity if remembered else None
    proposal = mapper.propose(read.sample, filename=filename, country=ways.country, entity=entity)
    kinds = mapper.catalogue.fields(proposal.mapping.entity)
    money = {
        column for column, meaning in proposal.mapping.columns.items() if meaning and kinds[meaning].kind == "money"
    }
    currency = _currency_shown(read.sample, money, ways)
    mapping = proposal.mapping.model_copy(update={"currency": currency})
    if remembered is not None:
        taken = {f for c, f in remembered.columns.items() if f and c in mapping.columns}
        columns = {c: remembered.columns.get(c, None if f in taken else f) for c, f in mapping.columns.items()}
        mapping = remembered.model_copy(
            update={"columns": columns, "series_name": mapping.series_name or remembered.series_name}
        )
    return Proposal(mapping, proposal.columns, proposal.confidence, proposal.notes)


def _currency_shown(sample: Sample, money: Collection[str], ways: TenantWays) -> str | None:
    """The currency that signs or headings of the columns of amounts show; None where nothing does. Elsewhere a sign is
    none: a refund called R5001 was not paid in rand."""
    amounts = [facts for facts in sample.facts if facts.name in money and facts.number > _NUMBERS]
    signs = {sign for facts in amounts for sign in facts.currencies}
    named = {sign for sign in signs if sign}
    if len(named) == 1:
        return named.pop()
    words = {word for facts in amounts for word in _code_words(facts.name)}
    if len(words) == 1:
        return words.pop()
    if "" in signs and not named and ways.currency is None:
        return "USD"
    return None


def _code_words(heading: str) -> set[str]:
    signs = {"€": "EUR", "£": "GBP", "$": "USD"}
    cleaned = "".join(char if char.isalpha() else " " for char in heading)
    codes = {word for word in cleaned.split() if word in _CODES}
    return codes | {code for sign, code in signs.items() if sign in heading}


_CODES: Final = word_set("USD EUR GBP CHF CAD AUD NZD JPY INR BRL MXN SEK NOK DKK PLN CZK HUF ZAR SGD HKD")


def column_views(read: Read, proposal: Proposal, catalogue: Catalogue) -> tuple[ColumnView, ...]:
    """Every column of the file with its meaning in the mapping."""
    fields = catalogue.fields(proposal.mapping.entity)
    proposed = {column.column: column for column in proposal.columns}
    views: list[ColumnView] = []
    for facts in read.sample.facts:
        meaning = proposal.mapping.columns.get(facts.name)
        known = proposed[facts.name]
        views.append(
            ColumnView(
                column=facts.name,
                field=meaning,
                label=fields[meaning].label if meaning in fields else None,
                confidence=known.confidence if known.field == meaning else 1.0 if meaning else 0.0,
                alternatives=tuple(Alternative(field=f, confidence=c) for f, c in known.alternatives if f in fields),
                samples=tuple(example[:80] for example in facts.examples),
                filled=round(facts.filled, 4),
            )
        )
    return tuple(views)


def field_choices(mapping: FileMapping, catalogue: Catalogue) -> tuple[FieldChoice, ...]:
    return tuple(FieldChoice(id=key, label=f.label) for key, f in catalogue.fields(mapping.entity).items())


def problems_of(read: Read, proposal: Proposal, preview: Preview, catalogue: Catalogue) -> tuple[ProfileProblem, ...]:
    """What the owner should know before the file goes in."""
    found = [ProfileProblem(code="note", message=note) for note in (*read.shape.notes, *proposal.notes)]
    found += [
        ProfileProblem(code="missing_field", message=problem.message, blocking=True)
        for problem in mapping_problems(proposal.mapping, read.shape.columns, catalogue)
    ]
    if "quantity" in proposal.mapping.fields and not proposal.mapping.fields & _AMOUNTS:
        found.append(
            ProfileProblem(code="no_amount", message="The file has quantities but no amounts: its sales count as 0.")
        )
    if read.sample.ambiguous_dates and not read.sample.date_order_by_sorting:
        order = {"dmy": "day first", "mdy": "month first", "ymd": "year first"}[proposal.mapping.date_order]
        found.append(
            ProfileProblem(
                code="ambiguous_dates",
                message=f"Every date can be read with the day or the month first; they were read {order}.",
            )
        )
    if preview.rejects or read.broken:
        first = preview.rejects[0] if preview.rejects else None
        where = f" (line {first.line}: {_reason(first)})" if first else ""
        count = len(preview.rejects) if preview.rejects else read.broken
        of = f"{count} of the first {preview.rows} rows" if preview.rejects else f"{count} lines"
        found.append(ProfileProblem(code="rows_rejected", message=f"{of} cannot be imported{where}; the rest can."))
    found += [
        ProfileProblem(
            code="no_meaning", message=f"{name!r} was not recognised; it is kept with the source.", column=name
        )
        for name, meaning in proposal.mapping.columns.items()
        if meaning is None
    ]
    return tuple(found)


_AMOUNTS: Final = word_set(
    "unit_price line_net line_gross line_total order_total order_subtotal list_price unit_cost refund_amount"
)


def questions_of(read: Read, mapping: FileMapping, ways: TenantWays) -> tuple[ProfileQuestion, ...]:
    """What to ask about a source that is new."""
    found: list[ProfileQuestion] = []
    money = mapping.fields & _AMOUNTS
    if money and mapping.currency is None and "currency" not in mapping.fields:
        found.append(
            ProfileQuestion(
                field="currency", question="In which currency are the amounts?", default=ways.defaults.currency
            )
        )
    if mapping.timezone is None and _has_times(read.sample, mapping):
        found.append(
            ProfileQuestion(field="timezone", question="In which time zone are the times?", default=ways.timezone)
        )
    if read.sample.ambiguous_dates and not read.sample.date_order_by_sorting:
        found.append(
            ProfileQuestion(
                field="date_order",
                question="Which comes first in dates such as 03/04/2024?",
                default=mapping.date_order,
                options=("dmy", "mdy"),
            )
        )
    return tuple(found)


def _has_times(sample: Sample, mapping: FileMapping) -> bool:
    if mapping.fields & {"order_time", "observed_time"}:
        return True
    column = mapping.column_of("order_date") or mapping.column_of("observed_at")
    return column is not None and any(
        ":" in cell and not cell.endswith(("00:00:00", " 0:00", " 00:00")) for cell in sample.column(column)[:500]
    )


def mapping_problems(mapping: FileMapping, columns: Sequence[str], catalogue: Catalogue) -> list[FieldProblem]:
    """Why a mapping cannot be used; empty where it can."""
    fields = catalogue.fields(mapping.entity)
    problems: list[FieldProblem] = []
    used: dict[str, str] = {}
    for column, meaning in mapping.columns.items():
        pointer = f"/mapping/columns/{column.replace('~', '~0').replace('/', '~1')}"
        if column not in columns:
            problems.append(FieldProblem(pointer, f"The file has no column {column!r}."))
        elif meaning is not None and meaning not in fields:
            problems.append(
                FieldProblem(pointer, f"{meaning!r} is no field of {catalogue.entities[mapping.entity].label.lower()}.")
            )
        elif meaning is not None and meaning in used and not fields[meaning].many:
            problems.append(FieldProblem(pointer, f"{used[meaning]!r} already has the meaning {meaning!r}."))
        elif meaning is not None:
            used[meaning] = column
    for needs in catalogue.entities[mapping.entity].needs:
        if not set(needs) & mapping.fields:
            labels = ", ".join(dict.fromkeys(fields[need].label.lower() for need in needs if need in fields))
            problems.append(FieldProblem("/mapping/columns", f"No column has one of these meanings: {labels}."))
    return problems


def check_mapping(mapping: FileMapping, columns: Sequence[str], catalogue: Catalogue) -> None:
    """Raises CopilotError(INVALID) with a pointer for every fault of a mapping."""
    problems = mapping_problems(mapping, columns, catalogue)
    if mapping.timezone is not None:
        zone_of(mapping.timezone, "/mapping/timezone")
    if problems:
        raise CopilotError(
            ErrorKind.INVALID,
            "The mapping cannot be used: " + " ".join(problem.message for problem in problems[:3]),
            hint="Give a column each meaning that is missing, or say what the file's rows are.",
            problems=tuple(problems),
        )


def preview(path: Path, shape: FileShape, mapping: FileMapping, ways: TenantWays, scratch: Path) -> Preview:
    """The first rows as the mapping would have them."""
    cells = Cells(shape.columns, mapping, ways.defaults)
    records: list[Record] = []
    rejects: list[Reject] = []
    count = 0
    for chunk in record_chunks(
        islice(rows(path, shape), _PREVIEWED), cells, today=ways.today, directory=scratch, size_bytes=0
    ):
        records += chunk.records
        rejects += chunk.rejects
        count += chunk.rows
    return Preview(_table(records), tuple(sorted(rejects, key=lambda reject: reject.line)), count)


def _table(records: Sequence[Record]) -> PreviewTable:
    rows_shown: list[Mapping[str, Any]] = []
    for record in records:
        if len(rows_shown) >= _SHOWN:
            break
        rows_shown += _shown(record)
    columns = tuple(dict.fromkeys(name for row in rows_shown for name, value in row.items() if value is not None))
    return PreviewTable(
        columns=columns, rows=tuple(tuple(_cell(row.get(name)) for name in columns) for row in rows_shown[:_SHOWN])
    )


def _shown(record: Record) -> list[Mapping[str, Any]]:
    match record:
        case OrderRecord():
            items: list[LineRecord | RefundRecord] = [*record.lines, *record.refunds]
            return [_order_row(record, item) for item in items] or [_order_row(record, None)]
        case CustomerFileRecord(customer=customer):
            place = customer.address
            return [
                {
                    "customer": customer.name,
                    "id": customer.id,
                    "e-mail": customer.email,
                    "city": place.city if place else None,
                    "country": place.country if place else None,
                    "group": customer.segment,
                }
            ]
        case CatalogueRecord(product=product):
            return [
                {
                    "product": product.title,
                    "id": product.id or product.sku,
                    "category": product.category,
                    "price": _money(product.list_price_micros),
                    "cost": _money(record.cost_micros),
                    "on hand": _money(record.stock.on_hand_e6) if record.stock else None,
                }
            ]
        case TransactionRecord():
            return [
                {
                    "day": record.when.on,
                    "kind": record.kind,
                    "amount": _money(record.amount_micros),
                    "fee": _money(record.fee_micros),
                    "with": record.counterparty or (record.customer.name if record.customer else None),
                    "category": record.category,
                    "account": record.account,
                }
            ]
        case ObservationRecord():
            return [{"when": record.when.at, "series": record.series, "value": repr(record.value)}]
        case _:  # no file makes contacts, deals, mail or appointments
            return []


def _order_row(order: OrderRecord, item: LineRecord | RefundRecord | None) -> dict[str, Any]:
    sale = item if isinstance(item, LineRecord) else None
    refund = item if isinstance(item, RefundRecord) else None
    return {
        "order": order.number,
        "day": (refund.when.on if refund else None) or (order.when.on if order.when else None),
        "customer": order.customer.name or order.customer.id if order.customer else None,
        "city": order.address.city if order.address else None,
        "country": order.address.country if order.address else None,
        "product": item.title if item else None,
        "kind": refund.kind if refund else "sale",
        "quantity": _money(item.quantity_e6) if item else None,
        "gross": _money(sale.gross_micros) if sale else None,
        "discount": _money(sale.discount_micros) if sale else None,
        "net": _money(sale.net_micros)
        if sale
        else _money(-refund.amount_micros)
        if refund
        else _money(order.amount_micros),
        "tax": _money(item.tax_micros if item else order.tax_micros),
        "cost": _money(item.cost_micros) if item else None,
        "currency": order.currency,
    }


def _money(micros: int | None) -> str | None:
    return None if micros is None else f"{from_micros(micros).normalize():f}"


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.isoformat(timespec="minutes").replace("+00:00", "Z")
    return str(value)


def _reason(reject: Reject) -> str:
    where = f"{reject.column!r} " if reject.column else ""
    value = f"{reject.value!r} " if reject.value else ""
    return f"{where}{value}{reject.reason}"
