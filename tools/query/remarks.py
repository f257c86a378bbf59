"""Whole sentences that tell a story before the question comes, or after it: "My wife cooks them and swears by them. How
many did we sell in 1997?". Clauses inside a sentence are told apart in asides.py."""

from collections.abc import Sequence

from tools.language.annotation import Span, SpanKind
from tools.query.clauses import SENTENCE_ENDS, Clause
from tools.query.vocabulary import OF_THE_DAY

_HEADS = frozenset(
    """what what's which who whose how give show tell list name rank count can could would please make let need want
    i'd""".split()
)
"""At the head of a clause these ask for something; behind "I" too."""
_BEFORE_A_HEAD = frozenset("i in to at on from for of by".split())
_SUPPOSING = frozenset("imagine suppose assume if say let's lets unless only just without not no".split())
"""At the head of a sentence these change what is asked."""
_SENTENCE_MARKS = SENTENCE_ENDS | {":", ";"}

Sentence = list[Clause]


def remarks_among(clauses: Sequence[Clause]) -> list[Clause]:
    """The clauses of sentences that ask for nothing, where another asks for a figure by itself."""
    sentences = _sentences(clauses)
    asking = [sentence for sentence in sentences if _asks(sentence)]
    if not asking:
        return []
    named = {value for sentence in asking for value in _values(sentence)}
    dated = any(clause.periods for sentence in asking for clause in sentence)
    # "Ernst Handel keep asking for a rebate: how much have they bought": who is told of is who is asked about.
    pointing = any(clause.points_back() for sentence in asking for clause in sentence)
    remarks = (
        s
        for s in sentences
        if s not in asking and _is_remark(s, named={*named, *(_values(s) if pointing else ())}, dated=dated)
    )
    return [clause for sentence in remarks for clause in sentence]


def _sentences(clauses: Sequence[Clause]) -> list[Sentence]:
    found: list[Sentence] = []
    for clause in clauses:
        tokens = clause.annotation.tokens
        ended = found and tokens[found[-1][-1].end - 1].norm in _SENTENCE_MARKS
        if not found or ended or _begins_anew(clause):
            found.append([])
        found[-1].append(clause)
    return found


def _begins_anew(clause: Clause) -> bool:
    """ "…, so what is the share of each"."""
    return clause.annotation.tokens[clause.start].norm == "so"


def _asks(sentence: Sentence) -> bool:
    """Whether a figure is asked for in so many words, or named where nothing else is said."""
    named = any(clause.asks() for clause in sentence)
    plain = not any(_unknown(clause) for clause in sentence)
    return named and (plain or any(_opens_with_a_question(clause) for clause in sentence))


def _opens_with_a_question(clause: Clause) -> bool:
    words = [word for word in clause.words if word not in _BEFORE_A_HEAD]
    return bool(words) and words[0] in _HEADS


def _is_remark(sentence: Sentence, *, named: set[str], dated: bool) -> bool:
    """Words without a meaning for figures tell a story, as long as nothing in it could narrow the question."""
    spans = [span for clause in sentence for span in clause.spans]
    telling = any(_unknown(clause) for clause in sentence) or any(_lies_outside(span) for span in spans)
    opening = [word for word in sentence[0].words[:2] if sentence[0].words[:2] != ["just", "for"]] or ["for"]
    if not telling or not opening or opening[0] in _SUPPOSING or any(_opens_with_a_question(c) for c in sentence):
        return False
    periods = any(span.period for span in spans)
    changes = any(
        _is_an_amount(span, sentence[0]) or span.kind is SpanKind.COMPARISON or _supposes(span) for span in spans
    )
    return not changes and _values(sentence) <= named and (dated or not periods)


def _values(sentence: Sentence) -> set[str]:
    """What is named in full, or at the head: "the big brown ones" names no "Brown Box". A day of the week belongs to
    any story: "she cooks them every Friday"."""
    first = sentence[0].start + 1
    named = (span for clause in sentence for span in clause.spans if span.whole or span.start <= first)
    return {value.text for span in named for value in span.values if value.dimension not in OF_THE_DAY}


def _is_an_amount(span: Span, clause: Clause) -> bool:
    """A number, but not "the young ones", "one line"."""
    said = clause.annotation.said(span.start, span.end).lower()
    return span.number is not None and said not in ("one", "ones")


def _unknown(clause: Clause) -> int:
    return sum(clause.start <= i < clause.end for i in clause.annotation.unread)


def _lies_outside(span: Span) -> bool:
    return any(term.id == "outside" for term in span.terms)


def _supposes(span: Span) -> bool:
    return any(term.id == "outside" and term.detail not in ("", "unsupported", "cancelled") for term in span.terms)
