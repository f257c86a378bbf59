"""People who were erased are not brought back by a file: what its rows say of them is taken out before it is written."""

from collections.abc import Iterable, Sequence
from typing import Any

import orjson

from tools.ingestion.cells import Cells
from tools.ingestion.identity import customer_key
from tools.ingestion.pipeline import RecordChunk, Reject
from tools.ingestion.records import (
    AddressRecord,
    CustomerFileRecord,
    CustomerRecord,
    OrderRecord,
    Record,
    SourceRow,
    TransactionRecord,
)
from tools.privacy.redaction import (
    OF_A_PERSON,
    Erased,
    pattern_of,
    plain_redacted,
    quotable,
    redacted,
    unshown,
    without_columns,
)


class Forgotten:
    """Those of one file. `words` are what they were called and reached by in it, as far as it was read."""

    def __init__(self, cells: Cells, erased: Sequence[Erased]) -> None:
        self._cells = cells
        self._erased = erased
        self._columns = frozenset(column for column, meaning in cells.mapping.columns.items() if meaning in OF_A_PERSON)
        self.words: set[str] = set()

    def take_out(self, chunk: RecordChunk) -> int:
        """Returns how many records said nothing else, and are left out."""
        if not self._erased:
            return 0
        kept = [record for record in chunk.records if self._may_stay(record)]
        left_out = len(chunk.records) - len(kept)
        chunk.records = kept
        chunk.rejects = [self._rejected(one) for one in chunk.rejects]
        return left_out

    def without(self, profile: Any) -> Any:
        """An import's profile without those who were met."""
        return plain_redacted(unshown(profile), pattern_of(quotable(self.words, ())))

    def _may_stay(self, record: Record) -> bool:
        match record:
            case OrderRecord(customer=CustomerRecord() as one) if self._holds(one):
                words = self._met(one, record.address)
                record.customer, record.address = _nobody(one), None
                self._blank(record.sources, words)
            case TransactionRecord(customer=CustomerRecord() as one) if self._holds(one):
                words = self._met(one, None)
                record.customer, record.counterparty, record.description = _nobody(one), None, None
                self._blank([record.source], words)
            case CustomerFileRecord(customer=one) if self._holds(one):
                words = self._met(one, one.address)
                if (nobody := _nobody(one)) is None:
                    return False
                record.customer = nobody
                self._blank([record.source], words, is_person=True)
            case _:
                pass
        return True

    def _holds(self, one: CustomerRecord) -> bool:
        marks = [("key", customer_key(one)), *([("reach", one.email)] if one.email is not None else [])]
        return any(erased.holds(*mark) for erased in self._erased for mark in marks)

    def _met(self, one: CustomerRecord, address: AddressRecord | None) -> set[str]:
        street = address.line1 if address is not None else None
        words = {text for text in (one.name, one.contact_name, one.email, one.phone, street) if text}
        self.words |= words
        return words

    def _blank(self, sources: Iterable[SourceRow], words: set[str], *, is_person: bool = False) -> None:
        """A row keeps its version: sent once more it is known, whatever was taken out of it."""
        for source in sources:
            row = without_columns(orjson.loads(source.payload), self._columns)
            source.payload = orjson.dumps(redacted(row, quotable(words, ()), is_person=is_person)).decode()

    def _rejected(self, reject: Reject) -> Reject:
        columns = self._cells.columns
        if len(reject.cells) < len(columns) or (one := self._cells.customer([reject.cells])) is None:
            return reject
        if not self._holds(one):
            return reject
        pattern = pattern_of(quotable(self._met(one, self._cells.address([reject.cells])), ()))
        cells = [
            "" if place < len(columns) and columns[place] in self._columns else plain_redacted(cell, pattern)
            for place, cell in enumerate(reject.cells)
        ]
        value = None if reject.column in self._columns else plain_redacted(reject.value, pattern)
        return Reject(reject.line, cells, reject.column, value, reject.reason)


def _nobody(one: CustomerRecord) -> CustomerRecord | None:
    """What is left of a customer: the number that the shop has given, where it has."""
    return CustomerRecord(id=one.id, segment=one.segment) if one.id is not None else None
