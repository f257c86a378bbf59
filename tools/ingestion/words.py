"""Status words of shops, in the languages they come in, as the unified schema's few."""

from typing import Final, Literal

from tools.ingestion.catalogue import plain_name, word_set
from tools.ingestion.records import OrderStatus, RefundKind

_CANCELLED: Final = word_set(
    "cancelled canceled cancel void voided failed declined rejected unavailable expired deleted abandoned "
    "storniert storno abgebrochen annulliert annule annulee echoue cancelado cancelada anulado anulada fallido "
    "annullato annullata fallito geannuleerd mislukt"
)
_REFUNDED: Final = word_set(
    "refunded refund returned return reversed reversal erstattet retourniert retoure zuruckgegeben rembourse "
    "remboursee retourne reembolsado reembolsada devuelto devuelta devolvido rimborsato reso terugbetaald "
    "geretourneerd gutschrift avoir reembolso devolucion remboursement rimborso erstattung creditnote cancellation"
)
_CHARGEBACK: Final = frozenset(["chargeback", "charged back", "dispute", "disputed", "ruckbuchung", "rueckbuchung"])
_PENDING: Final = word_set(
    "pending processing unpaid open created draft awaiting authorized authorised hold invoiced approved offen ausstehend bearbeitung "
    "wartend en attente pendiente procesando pendente in lavorazione attesa sospeso openstaand behandeling"
)

Verdict = Literal["refunded", "chargeback"] | OrderStatus


def read_status(text: str | None) -> Verdict:
    """What a status says of an order or a line. Unknown words count as completed: a sale is a sale."""
    if text is None:
        return "completed"
    words = plain_name(text).split()
    joined = " ".join(words)
    if joined in _CHARGEBACK:
        return "chargeback"
    if words and words[0] in ("partially", "partial", "teilweise", "partiellement", "parcialmente"):
        return "completed"
    if words and words[0] in ("not", "no", "non", "nicht", "never", "un"):
        return "completed"
    if any(word in _CANCELLED for word in words):
        return "cancelled"
    if any(word in _REFUNDED for word in words) or joined == "credit note":
        return "refunded"
    return "pending" if any(word in _PENDING for word in words) else "completed"


def refund_kind(text: str | None) -> RefundKind:
    """The kind of a refund from the source's own word for it."""
    plain = plain_name(text or "")
    if any(word in plain for word in ("return", "retour", "devol", "reso")):
        return "return"
    if any(word in plain for word in ("cancel", "storno", "annul", "anula")):
        return "cancellation"
    return "chargeback" if plain in _CHARGEBACK else "refund"
