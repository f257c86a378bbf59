"""Targets in words: "set a target of 50k net sales for December", "are we on track this quarter"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from storage.kernel.errors import CopilotError, invalid
from tools.kit.blocks import Column
from tools.kpis.periods import span_of
from tools.kpis.schemas import KpiDraft, KpiView, PeriodOf, Target
from tools.language.numbers import NumberSpan, find_numbers
from tools.language.periods import PeriodSpan, find_periods, shift
from tools.language.text import Token, tokenize
from tools.query.service import Basis
from tools.query.stretches import as_range, unit_of
from tools.query.vocabulary import LESS_IS_BETTER

_EXAMPLE = (
    "For example: set a target of 50k net sales for December; aim for 10 % more orders than last year this quarter."
)
_OPENING = re.compile(
    r"""^\W*(?:(?:please|can|could|would|you|i'd|i|we'd|we|like|want|wanna|let'?s|lets|need|to|us|me|my|our|now|ok)\s+)*
    (?:(?:set|make|add|create|give|put|define|fix|enter|new|have|aim|plan|sell)\b\s*)?(?:up\s+)?(?:(?:me|us|in|for)\s+)?
    (?:(?:a|an|the|my|our|new)\s+)*(?P<each>monthly|quarterly|yearly|annual)?\s*""",
    re.IGNORECASE | re.VERBOSE,
)
_NOUN = re.compile(
    r"\b(?:targets?|goals?|kpis?|objectives?|limits?|caps?|ceilings?)\b\s*(?:of|to|for|at|is|as|:|=)*\s*", re.IGNORECASE
)
_AT_MOST = re.compile(
    r"\b(?:at most|no more than|not more than|below|under|less than|max(?:imum)?|up to|keep|limit|cap|ceiling)\b",
    re.IGNORECASE,
)
_AT_LEAST = re.compile(
    r"\b(?:at least|no less than|more than|over|above|min(?:imum)?|reach|hit|exceed)\b", re.IGNORECASE
)
_EACH = re.compile(r"\b(?:per|each|every|a)\s+(month|quarter|year|fiscal year)\b", re.IGNORECASE)
_FISCAL = re.compile(r"\b(?:fiscal|financial)\b", re.IGNORECASE)
_LAST_YEAR = re.compile(
    r"\b(?:than|over|above|on|versus|vs|against|compared (?:to|with)|beat|from|below|under)?\s*"
    r"(?:(?:the\s+)?(?:same\s+(?:month|quarter|period|time)\s+)?(?:last|the previous|previous)\s+year(?:'s)?|the year before|a year (?:ago|earlier|before))\b",
    re.IGNORECASE,
)
_GROWING = re.compile(r"\b(?:more|up|plus|growth|grow|increase|higher|beat|rise|raise|above|over)\b|\+", re.IGNORECASE)
_SHRINKING = re.compile(r"\b(?:less|fewer|down|minus|cut|reduce|lower|below|under|decrease|drop)\b|−", re.IGNORECASE)
_LOOSE = re.compile(
    r"\b(?:by|in|of|for|to|at|than|with|and|as|is|be|should|shall|will|that|from|on|aim|it|the|a|an|per|till|until)\b|[+=:,.!?%]",
    re.IGNORECASE,
)
_PERIODS: dict[str, PeriodOf] = {
    "monthly": "month", "quarterly": "quarter", "yearly": "year", "annual": "year", "month": "month",
    "quarter": "quarter", "year": "year", "fiscal year": "fiscal_year",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wish:
    """A target, and the unit that its number was said with: "%", a currency, or none."""

    draft: KpiDraft
    unit: str | None


def read_target(sentence: str, basis: Basis) -> Wish:
    """Raises CopilotError (invalid) with what is missing or not clear: the figure, the number or the period."""
    relative = _LAST_YEAR.search(sentence)
    said = sentence[: relative.start()] + " " + sentence[relative.end() :] if relative else sentence
    each, every = _OPENING.match(said), _EACH.search(said)
    if every:
        said = said[: every.start()] + said[every.end() :]
    tokens = tokenize(said)
    found = find_periods(tokens, basis.days.today, basis.calendar)
    periods = [one for one in found if not one.problem and not _is_amount(one, tokens, basis)]
    inside = {at for one in periods for at in one.tokens}
    numbers = [
        one
        for one in find_numbers(tokens)
        if inside.isdisjoint(one.tokens) and not one.ordinal and _is_figure(one, tokens)
    ]
    if len(numbers) != 1:
        raise _unclear("How much is to be reached?" if not numbers else "Which of these numbers is the target?")
    [number] = numbers
    period, starts_on = _period(each["each"] if each else None, every[1] if every else None, periods, said, basis)
    words = _rest(said, tokens, [number.tokens, *(one.tokens for one in periods)])
    if not words:
        raise _unclear("Which figure is it about?")
    at_most = bool(_AT_MOST.search(said)) or (_is_better_low(words, basis) and not _AT_LEAST.search(said))
    draft = {
        "question": words,
        "target": _target(number, said, is_relative=relative is not None),
        "period": period,
        "starts_on": starts_on,
        "direction": "at_most" if at_most and relative is None else _relative_direction(said, relative is not None),
    }
    return Wish(KpiDraft.model_validate(draft), None if relative else number.unit)


def check_unit(unit: str | None, column: Column) -> None:
    """Raises CopilotError (invalid) where the number of a target was said in another unit than its figure has."""
    if (unit == "%") != (column.unit == "%"):
        said = (
            "is a share: say its target in per cent"
            if column.unit == "%"
            else "is no share: say its target as a figure"
        )
        raise _unclear(f"{column.label} {said}.")
    if unit is not None and unit != column.unit:
        raise _unclear(f"{column.label} is in {column.unit or 'plain numbers'}, and not in {unit}.")


def about(question: str, views: Sequence[KpiView], basis: Basis) -> tuple[Sequence[KpiView], str]:
    """The targets that a question is about, and what is to be said where it names some that are not there."""
    tokens = tokenize(question)
    hits = basis.layer.metric_phrases.find(tokens)
    named = {name for hit in hits for name in hit.meanings}
    found = [one for one in views if one.metric in named] if named else list(views)
    note = ""
    if named and not found:
        labels = ", ".join(sorted(basis.model.metrics[name].label.lower() for name in named))
        note = f"There is no target for {labels}."
    periods = find_periods(tokens, basis.days.today, basis.calendar)
    spans = [as_range(one.period) for one in periods if not one.problem]
    if spans and found:
        fits = [one for one in found if _overlaps(one, spans[0].start, spans[0].end, basis)]
        if not fits:
            said = question[tokens[periods[0].tokens.start].start : tokens[periods[0].tokens.stop - 1].end]
            return [], f"There is no target for {said}. There are: {', '.join(one.name for one in found)}."
        found = fits
    return found, note


def _overlaps(view: KpiView, start: object, end: object, basis: Basis) -> bool:
    """Whether the period that a target stands in is the one that is asked for."""
    span = span_of(view.period, view.starts_on or basis.days.today, basis.calendar)
    return (span.start, span.end) == (start, end)


def _is_amount(span: PeriodSpan, tokens: Sequence[Token], basis: Basis) -> bool:
    """ "a target of 60", "of 2000": a lone number is a year only where one may still lie ahead."""
    alone = len(span.tokens) == 1 and tokens[span.tokens.start].norm.isdigit()
    return alone and (span.start is None or span.start.year < basis.days.today.year)


def _is_figure(number: NumberSpan, tokens: Sequence[Token]) -> bool:
    """ "one", "a": none that anybody sets himself."""
    return any(char.isdigit() for char in tokens[number.tokens.start].norm) or number.value > 1


def _target(number: NumberSpan, said: str, *, is_relative: bool) -> Target:
    value = float(number.value)
    if not is_relative:
        return Target(figure=value / 100 if number.unit == "%" else value)
    if number.unit != "%":
        raise _unclear("A target on last year is a change in per cent.")
    if _SHRINKING.search(said) and _GROWING.search(said):
        raise _unclear("More or less than last year?")
    return Target(on_last_year=-value / 100 if _SHRINKING.search(said) else value / 100)


def _relative_direction(said: str, is_relative: bool) -> str:
    return "at_most" if is_relative and _SHRINKING.search(said) else "at_least"


def _is_better_low(words: str, basis: Basis) -> bool:
    hits = basis.layer.metric_phrases.find(tokenize(words))
    return any(name in LESS_IS_BETTER for hit in hits for name in hit.meanings)


def _period(
    opening: str | None, each: str | None, periods: Sequence[PeriodSpan], said: str, basis: Basis
) -> tuple[PeriodOf, str | None]:
    """The kind of period, and a day of it where it is a single one."""
    if opening or each:
        if periods:
            raise _unclear("For each period, or for the one that you name?")
        return _PERIODS[(opening or each or "").lower()], None
    if len(periods) != 1:
        raise _unclear("For which period: a month, a quarter or a year?")
    [span] = periods
    period = span.period
    today = basis.days.today
    bare = span.offset is None and not span.year_given
    if bare and period.end is not None and period.end <= today:
        period = shift(period, "year", 1)  # "for December": the one to come
    found = unit_of(as_range(period))
    if period.start is None or found not in ("month", "quarter", "year"):
        raise _unclear("A target is for a month, a quarter or a year.")
    kind: PeriodOf = "fiscal_year" if found == "year" and _FISCAL.search(said) else found
    if span_of(kind, period.start, basis.calendar).start != period.start:
        raise _unclear("A target is for a whole month, quarter or year.")
    return kind, period.start.isoformat()


def _rest(said: str, tokens: Sequence[Token], taken: Sequence[range]) -> str:
    """The words that name the figure."""
    for span in sorted(taken, key=lambda one: -one.start):
        start, end = tokens[span.start].start, tokens[span.stop - 1].end
        said = said[:start] + " | " + said[end:]
    said = _OPENING.sub("", said, count=1)
    for pattern in (
        _NOUN,
        _AT_MOST,
        _AT_LEAST,
        re.compile(r"\b(?:more|up|plus|less|fewer|growth|grow|increase|cut|reduce)\b|[+−]", re.IGNORECASE),
    ):
        said = pattern.sub(" ", said)
    parts = [part.strip() for part in said.split("|")]
    kept = [part for part in parts if _LOOSE.sub(" ", part).strip()]
    words = " ".join(" ".join(kept).split())
    return re.sub(
        r"^(?:(?:of|for|in|to|by|the|a|our|my|than|on|and|at)\s+)+|(?:\s+(?:of|for|in|to|by|the|at|than|on|and|with))+$|[.!?:,=]+$",
        "",
        words,
        flags=re.IGNORECASE,
    ).strip(" .,!?:=")


def _unclear(question: str) -> CopilotError:
    return invalid(question, pointer="/question", hint=_EXAMPLE)
