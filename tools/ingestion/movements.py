"""Movements of money (payments, fees, payouts, expenses, bills): rows of a processor's, a bank's or an expense file → records."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, get_args

from tools.ingestion.catalogue import plain_name
from tools.ingestion.cells import Cells, RowError, source_row
from tools.ingestion.file_mapping import FileKind
from tools.ingestion.records import TransactionRecord
from tools.ingestion.words import read_status

_KINDS: Final[dict[str, str]] = {
    word: kind
    for kind, words in {
        "charge": "charge, card charge, sale charge, zahlung per karte, cobro",
        "payment": "payment, payment received, customer payment, invoice payment, receipt, zahlung, zahlungseingang, paiement, pago",
        "refund": "refund, payment refund, refunds, refund payment, chargeback, dispute, erstattung, remboursement, reembolso",
        "fee": "fee, fees, stripe fee, processing fee, transaction fee, application fee, network cost, service fee, bank fee, "
        "gebuehr, gebuehren, frais, comision",
        "payout": "payout, payouts, withdrawal, bank withdrawal, transfer to bank, bank deposit to pp account, auszahlung, auszahlungen, "
        "virement, retiro",
        "invoice": "invoice, sales invoice, rechnung, facture, factura",
        "bill": "bill, bills, supplier bill, vendor bill, supplier invoice, purchase invoice, eingangsrechnung",
        "bill_payment": "bill payment, bill payment check, vendor payment, supplier payment",
        "expense": "expense, expenses, purchase, debit card purchase, spend money, ausgabe, ausgaben, depense, depenses, gasto, gastos",
        "transfer": "transfer, internal transfer, account transfer, ueberweisung zwischen konten",
        "journal": "journal, journal entry, manual journal",
        "other": "adjustment, reserve, other",
    }.items()
    for word in words.split(", ")
}  # fmt: skip
_NAMED_BY_FILES: Final[tuple[FileKind, ...]] = get_args(FileKind)
_OUT: Final = frozenset(["refund", "fee", "expense", "bill", "bill_payment", "payout"])
_ALSO_OF_SALES: Final = frozenset(["payment", "refund", "invoice", "other"])
"""Kinds that exports of a till name too: by themselves they make no file one of money."""
_MOST: Final = 0.8


@dataclass(frozen=True, slots=True)
class Signs:
    """How a file writes what goes out, and what is kept of a payment."""

    outflows_positive: bool
    fees_negative: bool


def movement_kind(text: str | None) -> str | None:
    """The kind that a source's word says; None for a word that is not known."""
    return _KINDS.get(plain_name(text or ""))


def kind_of_file(filename: str) -> FileKind | None:
    """What the rows of a file are that is named after them: "payouts-2026.csv"."""
    words = plain_name(filename).split()
    kinds = {movement_kind(word): None for word in words}
    return next((kind for said in kinds for kind in _NAMED_BY_FILES if kind == said), None)


def are_of_money(kinds: Sequence[str]) -> bool:
    """Whether the words of a column are kinds of movements, and not those that exports of sales have too."""
    found = [movement_kind(text) for text in kinds if text.strip()]
    known = [kind for kind in found if kind is not None]
    return bool(found) and len(known) >= _MOST * len(found) and not set(known) <= _ALSO_OF_SALES


def signs_of(rows: Sequence[tuple[str | None, int | None, int | None]]) -> Signs:
    """Of rows (kind, amount, fee): what most of them write. Their amounts are of any unit."""
    out = [amount for kind, amount, _ in rows if kind in _OUT and amount]
    fees = [fee for _, amount, fee in rows if fee and (amount or 0) > 0]
    return Signs(
        outflows_positive=sum(amount > 0 for amount in out) > len(out) / 2,
        fees_negative=sum(fee < 0 for fee in fees) > len(fees) / 2,
    )


class MovementReader:
    """Rows of a file of money, each one movement."""

    def __init__(self, cells: Cells) -> None:
        self._cells = cells

    def key(self, row: list[str]) -> str:
        return self._cells.key(row, "transaction_id") or self._cells.content(row)

    def read(self, line: int, row: list[str], ordinal: int) -> TransactionRecord:
        """Raises RowError for a row without date or amount."""
        cells, mapping = self._cells, self._cells.mapping
        kind = movement_kind(cells.text(row, "transaction_kind")) or mapping.movement or "other"
        amount, fee = cells.micros(row, "moved_amount"), cells.micros(row, "fee")
        if amount is None:
            raise RowError(cells.column("moved_amount"), "", "has no amount")
        when = cells.when(row, "moved_on", "moved_time")
        if when is None:
            raise RowError(cells.column("moved_on"), "", "has no date")
        amount = -amount if mapping.outflows_positive and kind in _OUT else amount
        fee = -fee if fee is not None and mapping.fees_negative else fee
        if kind == "fee":
            amount, fee = (amount or -(fee or 0)), None
        status = cells.text(row, "transaction_status")
        return TransactionRecord(
            source=source_row(
                key := self.key(row) if not ordinal else f"{self.key(row)}~{ordinal}", cells.columns, row, line
            ),
            key=key,
            kind=kind,
            when=when,
            currency=cells.currency(row),
            amount_micros=amount,
            fee_micros=fee,
            account=cells.text(row, "account"),
            category=cells.text(row, "expense_category"),
            counterparty=cells.text(row, "counterparty"),
            description=cells.text(row, "movement_description"),
            status="cancelled" if read_status(status) == "cancelled" else status.lower() if status else None,
            customer=cells.customer([row]),
        )
