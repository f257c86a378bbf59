"""Payments, payouts and expenses one by one, and how many there were: "the biggest payout", "the latest 3 payments", "expenses
over 200", "how many payouts"."""

from dataclasses import dataclass

from tools.language.annotation import Meaning
from tools.query.extents import SINGLE
from tools.query.occurrences import adjective, is_told_to_list
from tools.query.sentence import Sentence
from tools.query.slots import DEFAULT_RANKING, Ranking, whole
from tools.query.vocabulary import OPERATORS, QUESTION_WORDS


@dataclass(frozen=True, slots=True)
class _Kind:
    """Of an amount, the figure that counts what it is made of, and that of the last day of any."""

    count: str
    last: str


_KINDS = {
    "payments_received": _Kind("payment_count", "last_payment"),
    "payouts": _Kind("payout_count", "last_payout"),
    "expenses": _Kind("expense_count", "last_expense"),
    "bills": _Kind("bill_count", "last_bill"),
}
_PAYING = frozenset(["pay", "paid", "spend", "spent"])
_LAST = frozenset(["last", "latest", "newest", "recent"])


def take_transactions(s: Sentence, roles: dict[int, Meaning | None]) -> None:
    """Before any other term is read: the figure of a sentence whose tenant has transactions."""
    for i, role in [*roles.items()]:
        name = next((one for one in s.spans[i].ids(Meaning.METRIC) if one in _KINDS), None)
        if name is None or role is not Meaning.METRIC or i in s.slots.used:
            continue
        if s.words_of(i) & _PAYING:
            if any(j != i and other.ids(Meaning.METRIC) for j, other in enumerate(s.spans)):
                _is_read(s, i, roles)  # "what did we pay in fees": the fees
        elif s.is_counted(i) and not s.says_money():
            _is_read(s, i, roles)
            s.slots.metrics.append(_KINDS[name].count)
        else:
            _take_single_ones(s, i, name, roles)


def _is_read(s: Sentence, i: int, roles: dict[int, Meaning | None]) -> None:
    roles[i] = None
    s.slots.used.add(i)


def _take_single_ones(s: Sentence, i: int, name: str, roles: dict[int, Meaning | None]) -> None:
    if s.cue_anywhere("grouping", "share") or any(role and j != i for j, role in roles.items()):
        return
    span, day, plural = s.spans[i], _KINDS[name].last, s.is_plural(s.spans[i])
    found = adjective(s, span.start)
    latest = found is not None and {s.annotation.tokens[at].norm for at in found[0]} <= _LAST | {"most"}
    bound = s.near(i, 1, 0)
    bounded = bound is not None and s.spans[bound].is_cue(*OPERATORS)
    ranked = s.cue_before(i, "rank_high", "rank_low") is not None
    listed = is_told_to_list(s, i) or (plural and s.word_before(i) in QUESTION_WORDS)
    if not (latest or bounded or ranked or listed):
        return
    _is_read(s, i, roles)
    s.slots.groups.append(SINGLE)
    s.slots.metrics += [name, day]
    s.slots.implied_amount = name
    if latest and found is not None:
        adjectives, number = found
        s.slots.understood |= set(adjectives)
        s.slots.used |= {j for j, other in enumerate(s.spans) if other.start in adjectives or j == number}
        limit = whole(s.spans[number].number) if number is not None else None
        s.slots.ranking = Ranking(True, limit or (DEFAULT_RANKING if plural else 1), metric=day)
