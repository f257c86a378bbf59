"""Whether a tenant's own rules hold. Rules over single records of one kind are counted by one statement together."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from storage.kernel.errors import CopilotError, invalid
from storage.kernel.money import from_micros
from storage.repositories.quality import Condition
from storage.uow import ReadUnitOfWork
from tools.lineage.own.fields import FieldOf, field_named, needs_number, needs_text, stored, table_named
from tools.lineage.own.schemas import (
    Between,
    Check,
    Fresh,
    NotEmpty,
    OneOf,
    Pattern,
    Rows,
    RuleVerdict,
    RuleView,
    Score,
    SumsEqual,
    Unique,
)
from tools.lineage.pace import chosen, rhythms
from tools.lineage.words import span_of

_EXAMPLES: Final = 3
_TEXTS_AT_ONCE: Final = 20_000
_HOUR: Final = timedelta(hours=1)
Scores = Mapping[str, float]
"""Unified table → its overall score."""


async def verdicts(uow: ReadUnitOfWork, rules: Sequence[RuleView], scores: Scores | None = None) -> list[RuleVerdict]:
    """Each of the rules as it stands now, in their order. Without `scores` rules about them wait."""
    simple: dict[str, list[tuple[int, Condition]]] = defaultdict(list)
    found: dict[int, RuleVerdict] = {}
    for place, rule in enumerate(rules):
        table = table_named(rule.type)
        try:
            if (condition := condition_of(table, rule.check)) is not None:
                simple[table].append((place, condition))
            else:
                found[place] = await _one(uow, table, rule, scores or {})
        except CopilotError as error:  # a source that is gone, a field that a later version calls otherwise
            found[place] = _verdict(rule, "waits", found=error.message)
    for table, several in simple.items():
        counts = await uow.quality.holding(table, [condition for _, condition in several])
        for (place, condition), (checked, broken) in zip(several, counts, strict=True):
            examples = await uow.quality.breaking(table, condition, _EXAMPLES) if broken else ()
            found[place] = _counted(rules[place], checked, broken, examples)
    return [found[place] for place in range(len(rules))]


def check_rule(table: str, check: Check, allowed: float) -> None:
    """Raises CopilotError (invalid) with a pointer to what the store has no such thing for."""
    match check:
        case Pattern(field=field, pattern=pattern):
            needs_text(field_named(table, field))
            _compiled(pattern)
        case Unique(field=field):
            field_named(table, field)
        case SumsEqual():
            _sums(table, check)
        case _:
            condition_of(table, check)
    if allowed and isinstance(check, Fresh | SumsEqual | Rows | Score):
        raise invalid("Only rules over single records may be broken by a share of them.", pointer="/allowed")


def condition_of(table: str, check: Check) -> Condition | None:
    """A rule over one column of each row as the store counts it; None for others."""
    match check:
        case NotEmpty(field=field):
            return Condition("not_empty", field_named(table, field).column)
        case OneOf(field=field, values=values):
            return Condition("one_of", needs_text(field_named(table, field)).column, values)
        case Between(field=field, at_least=low, at_most=high):
            of = field_named(table, field)
            return Condition(
                "between",
                of.column,
                low=stored(of, low, "/check/at_least"),
                high=stored(of, high, "/check/at_most"),
            )
        case _:
            return None


async def _one(uow: ReadUnitOfWork, table: str, rule: RuleView, scores: Scores) -> RuleVerdict:
    match rule.check:
        case Unique(field=field):
            filled, distinct = await uow.quality.repeated(table, field_named(table, field).column)
            return _counted(rule, filled, filled - distinct)
        case Pattern() as check:
            return await _matched(uow, rule, needs_text(field_named(table, check.field)), check.pattern)
        case Fresh() as check:
            return await _fresh(uow, table, rule, check)
        case SumsEqual() as check:
            return await _equal(uow, table, rule, check)
        case Rows() as check:
            rows = await uow.quality.rows(table)
            return _within(rule, rows, check.at_least, check.at_most)
        case Score() as check:
            score = scores.get(table)
            return _verdict(rule, "waits") if score is None else _within(rule, score, check.at_least, None)
        case _:
            raise AssertionError(rule.check)


# ── patterns ─────────────────────────────────────────────────────────────────────────────────────────────────


async def _matched(uow: ReadUnitOfWork, rule: RuleView, field: FieldOf, pattern: str) -> RuleVerdict:
    """Each text that stands in the column once, matched by an engine that takes no longer than a text is long."""
    expression = _compiled(pattern)
    checked = broken = 0
    wrong: list[str] = []
    after: str | None = None
    while part := await uow.quality.texts(field.table, field.column, after, _TEXTS_AT_ONCE):
        after = part[-1][0]
        matches = await asyncio.to_thread(_matching, [text for text, _ in part], expression)
        for (text, rows), is_match in zip(part, matches, strict=True):
            checked += rows
            if not is_match:
                broken += rows
                wrong = [*wrong, text][:_EXAMPLES]
    examples = await uow.quality.with_text(field.table, field.column, wrong, _EXAMPLES) if wrong else ()
    return _counted(rule, checked, broken, examples)


def _compiled(pattern: str) -> str:
    """The pattern over a whole text, tried once. Raises CopilotError (invalid) for what is no pattern, or too large a one."""
    whole = f"^(?:{pattern})$"
    try:
        _matching([""], whole)
    except ValueError:
        raise invalid(
            "This is no regular expression that can be used.",
            pointer="/check/pattern",
            hint="Look-around and back-references are not: [A-Z]{2}-[0-9]{4}, for example, is one.",
        ) from None
    return whole


def _matching(texts: Sequence[str], expression: str) -> list[bool]:
    """Raises ValueError for an expression that cannot be compiled."""
    import polars

    try:
        return [bool(one) for one in polars.Series(texts, dtype=polars.String).str.contains(expression, strict=True)]
    except polars.exceptions.ComputeError as error:
        raise ValueError(str(error)) from None


# ── figures ──────────────────────────────────────────────────────────────────────────────────────────────────


async def _fresh(uow: ReadUnitOfWork, table: str, rule: RuleView, check: Fresh) -> RuleVerdict:
    connectors = await uow.ingestion.connectors()
    of = chosen(connectors, check.source) if check.source is not None else await uow.quality.makers(table)
    paces = await rhythms(uow, [one for one in connectors if one.id in of])
    ages = [age for one in paces.values() if (age := one.age(uow.clock.now())) is not None]
    if not ages:
        return _verdict(rule, "waits")
    hours = round(min(ages) / _HOUR, 2)
    return _verdict(
        rule, "holds" if hours <= check.within_hours else "broken", seen=hours, found=f"it came {span_of(hours)} ago"
    )


def _sums(table: str, check: SumsEqual) -> tuple[FieldOf, FieldOf]:
    other = table_named(check.other_type, "/check/other_type") if check.other_type is not None else table
    return needs_number(field_named(table, check.field)), needs_number(
        field_named(other, check.other_field, "/check/other_field"), "/check/other_field"
    )


async def _equal(uow: ReadUnitOfWork, table: str, rule: RuleView, check: SumsEqual) -> RuleVerdict:
    totals: list[float] = []
    for one in _sums(table, check):
        total = await uow.quality.total(one.table, one.column)
        if total is None:
            return _verdict(rule, "waits")
        totals.append(float(from_micros(int(total))) if one.scale != 1 else float(total))
    apart = abs(totals[0] - totals[1])
    holds = apart <= check.tolerance * max(abs(total) for total in totals)
    found = f"the sums are {totals[0]:,.2f} and {totals[1]:,.2f}"
    return _verdict(rule, "holds" if holds else "broken", seen=totals, found=found)


def _within(rule: RuleView, seen: float, low: float | None, high: float | None) -> RuleVerdict:
    holds = (low is None or seen >= low) and (high is None or seen <= high)
    found = f"it is {seen:.0%}" if isinstance(rule.check, Score) else f"there are {seen:,.0f}"
    return _verdict(rule, "holds" if holds else "broken", seen=seen, found=found)


def _counted(rule: RuleView, checked: int, broken: int, examples: Sequence[str] = ()) -> RuleVerdict:
    if not checked:
        return _verdict(rule, "waits")
    state = "holds" if broken <= rule.allowed * checked else "broken"
    found = f"{broken:,} of {checked:,} break it"
    return _verdict(rule, state, checked=checked, broken=broken, found=found, examples=tuple(examples))


def _verdict(rule: RuleView, state: str, **seen: Any) -> RuleVerdict:
    known = {"rule_id": rule.id or None, "name": rule.name, "type": rule.type, "says": rule.says, "state": state}
    return RuleVerdict.model_validate({**known, **seen})
