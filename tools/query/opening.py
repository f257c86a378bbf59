"""Wishes to see the rows behind the answer before: "show me the orders behind that", "which ones?", "which refunds were they".

A wish is read only where the whole sentence says it: "show me the latest orders" asks anew.
"""

import re
from dataclasses import dataclass

from storage.metrics.records import Level

_LEVELS: dict[str, tuple[Level, str | None]] = {
    "orders": ("order", None), "invoices": ("order", None), "purchases": ("order", None), "sales": ("order", None),
    "receipts": ("order", None), "bookings": ("order", None),
    "customers": ("customer", None), "clients": ("customer", None), "buyers": ("customer", None), "people": ("customer", None),
    "refunds": ("record", "refund"), "returns": ("record", "refund"),
    "rows": ("record", None), "lines": ("record", None), "order lines": ("record", None), "records": ("record", None),
    "entries": ("record", None), "transactions": ("record", None), "details": ("record", None), "items": ("record", None),
    "raw data": ("record", None), "data": ("record", None), "underlying data": ("record", None),
}  # fmt: skip
_THINGS = "|".join(sorted((re.escape(word) for word in _LEVELS), key=len, reverse=True))
_OPEN = (
    r"(?:(?:can|could) (?:i|you|we) )?(?:let me |let us )?(?:show|give|list|open|see|display|pull up|get)(?: me| us)?"
)
_THAT = (
    r"(?:that|this|it|them|these|those|(?:that|this|the) (?:number|figure|total|sum|amount|value|result|answer|one))"
)
_WHICH = r"(?:the |all |all the |all of the |these |those |single |individual |actual |exact |underlying )*"
_BEHIND = (
    r"(?:behind|underneath|beneath|underlying|(?:that|which) (?:make|makes|made) up|(?:that|which) (?:go|went) into)"
)
_FORMS = tuple(
    re.compile(f"^{form}$")
    for form in (
        rf"(?:and )?{_OPEN} {_WHICH}(?P<thing>{_THINGS}) {_BEHIND} (?P<row>.+)",
        rf"(?:and )?{_WHICH}(?P<thing>{_THINGS}) {_BEHIND} (?P<row>{_THAT})",
        rf"(?:and )?{_OPEN} {_WHICH}(?P<thing>{_THINGS}) (?:in|of|for|from|counted in|included in) {_THAT}",
        rf"(?:and )?{_OPEN} {_WHICH}(?P<thing>rows|records|details|raw data|underlying data|order lines)",
        rf"(?:and )?(?:which|what) (?P<thing>{_THINGS}) (?:are|were) (?:these|those|they|that|it|in there|included|counted)",
        rf"(?:and )?(?:which|what) (?P<thing>{_THINGS}) (?:are |were )?{_BEHIND} (?P<row>.+)",
        r"(?:and )?which (?P<thing>orders|refunds|returns|invoices|customers|clients)(?: exactly)?",
        r"(?:and )?which ones(?: exactly)?(?: (?:are|were) (?:they|these|those))?(?: exactly)?",
        r"drill (?:down|through|in|into)(?: (?:to|on|into))?(?: (?P<row>(?!by |to |per ).+))?",
    )
)
_ARTICLE = re.compile(r"^(?:the )?(?:figure |number |total |amount )?(?:for |of )?(?:the )?")
_NOUN = re.compile(r" (?:figure|number|total|amount|row|one)s?$")
_ORDINALS = {
    "first": 0, "1st": 0, "top": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3, "fifth": 4, "5th": 4,
    "last": -1, "bottom": -1,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Opening:
    """What is to be listed. `level` is None where the words leave it open ("which ones"); `row` names one of several
    figures, `place` counts it."""

    level: Level | None = None
    entity: str | None = None
    row: str | None = None
    place: int | None = None


def read_opening(question: str) -> Opening | None:
    """None for a question of any other kind."""
    text = re.sub(r"\s+", " ", question.casefold().replace("’", "'")).strip(" ?!.")
    text = re.sub(r"^(?:ok|okay|so|now|thanks|please)[, ]+|[, ]+(?:please|pls|thanks)$", "", text)
    for form in _FORMS:
        if (match := form.match(text)) is None:
            continue
        said = match.groupdict()
        level, entity = _LEVELS[said["thing"]] if said.get("thing") else (None, None)
        row = said.get("row")
        if row is None or re.fullmatch(_THAT, row):
            return Opening(level, entity)
        row = _ARTICLE.sub("", row)
        bare = _NOUN.sub("", row)
        if bare in _ORDINALS:
            return Opening(level, entity, place=_ORDINALS[bare])
        return Opening(level, entity, row=bare)
    return None
