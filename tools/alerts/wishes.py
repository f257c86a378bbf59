"""Alerts in words: "tell me when daily orders drop below 20", "alert me if refunds rise over 5 % week on week"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from storage.kernel.errors import CopilotError, invalid
from tools.alerts.engine import Side
from tools.alerts.schemas import AlertDraft, AlertGrain, Condition
from tools.kit.blocks import Column
from tools.language.numbers import NumberSpan, find_numbers
from tools.language.text import Token, tokenize

_EXAMPLE = "For example: tell me when daily orders drop below 20; alert me if refunds rise over 5 % week on week."
_OPENING = re.compile(
    r"""^\W*(?:(?:please|can|could|would|you|i|we|want|need|like|to|an?|set|up|create|make|add|new|be|give|send|me|us)\s+)*
    (?:(?:tell|alert|warn|notify|message|ping|inform|let|alerted|warned|notified|alert|alarm|notification|warning)\b\s*)
    (?:(?:me|us|know|by|for|to|about|on)\s+)*(?:(?:when|whenever|if|as\s+soon\s+as|once|in\s+case|that)\b\s*(?:ever\s+)?)?""",
    re.IGNORECASE | re.VERBOSE,
)
_UNITS = {"day": "day|daily|days", "week": "week|weekly|weeks", "month": "month|monthly|months"}
_STEP = re.compile(
    r"\b(?:(?P<a>day|week|month)[- ](?:on|over|to)[- ](?P=a)|wow|mom|(?:than|compared (?:to|with)|against|versus|vs\.?|from|on|since)\s+(?:the\s+)?(?:previous|prior|last)\s+(?P<b>day|week|month)|(?:than|compared (?:to|with)|against|from|on)\s+the\s+(?P<c>day|week|month)\s+before)\b",
    re.IGNORECASE,
)
_GRAIN = re.compile(
    r"\b(?:(?P<adverb>daily|weekly|monthly)|(?:per|each|every|a|in a|on a|of a|of the|for a)\s+(?P<noun>day|week|month))\b",
    re.IGNORECASE,
)
_FALLING = re.compile(
    r"\b(?:drops?|falls?|decreases?|sinks?|declines?|shrinks?|goes down|go down|dips?|lose|loses)\b", re.IGNORECASE
)
_RISING = re.compile(r"\b(?:rises?|grows?|increases?|jumps?|climbs?|spikes?|goes up|go up|surges?)\b", re.IGNORECASE)
_BELOW = re.compile(r"\b(?:below|under|less than|fewer than|lower than|beneath)\b|<", re.IGNORECASE)
_ABOVE = re.compile(
    r"\b(?:above|over|more than|exceeds?|higher than|beyond|greater than|pass(?:es)?|reach(?:es)?|hits?)\b|>",
    re.IGNORECASE,
)
_ODD = re.compile(
    r"\b(?:unusual(?:ly)?|odd|strange|abnormal|anomal\w*|weird|surprising|out of the ordinary|off|not normal)\b",
    re.IGNORECASE,
)
_LOOSE = re.compile(
    r"\b(?:is|are|was|were|be|by|to|than|at|of|the|in|has|have|get|gets|goes|go|look|looks|something|anything|about|with|high|low|any|ever|there|an|a|for|my|our|down|up|behave|behaves)\b|[.,!?:=%]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Wish:
    """An alert, and the unit that its number was said with: "%", a currency, or none. `steps`: whether a change was said
    in so many words."""

    draft: AlertDraft
    unit: str | None
    steps: bool


def read_alert(sentence: str) -> Wish:
    """Raises CopilotError (invalid) with what is missing or not clear."""
    said = _OPENING.sub("", sentence, count=1)
    step = _STEP.search(said)
    steps: AlertGrain | None = None
    if step:
        steps = _grain(step["a"] or step["b"] or step["c"] or {"wow": "week", "mom": "month"}[step[0].lower()])
        said = said[: step.start()] + " | " + said[step.end() :]
    every = _GRAIN.search(said)
    grain: AlertGrain | None = None
    if every:
        grain = _grain(every["adverb"] or every["noun"])
        said = said[: every.start()] + " " + said[every.end() :]
    if steps and grain and steps != grain:
        raise _unclear("By the day, the week or the month?")
    tokens = tokenize(said)
    numbers = [one for one in find_numbers(tokens) if not one.ordinal and _is_figure(one, tokens)]
    odd = _ODD.search(said)
    if odd and not numbers:
        draft = _draft(_rest(said, tokens, ()), Condition(kind="anomaly", side=_side_of_anomaly(said)), grain or "day")
        return Wish(draft, None, steps=False)
    if len(numbers) != 1:
        raise _unclear("From which figure on?" if not numbers else "Which of these numbers is the bound?")
    [number] = numbers
    words = _rest(said, tokens, (number.tokens,))
    value = float(number.value)
    changes = steps is not None or (number.unit == "%" and bool(_FALLING.search(said) or _RISING.search(said)))
    if changes and number.unit == "%":
        if (unit := steps or grain) is None:
            raise _unclear("A change from when to when: day on day, week on week or month on month?")
        side: Side = (
            "below"
            if _FALLING.search(said)
            else "above"
            if _RISING.search(said) or _ABOVE.search(said)
            else _side(said)
        )
        return Wish(_draft(words, Condition(kind="change", side=side, bound=value / 100), unit), None, steps=True)
    if steps is not None:
        raise _unclear("By how many per cent?")
    bound = value / 100 if number.unit == "%" else value
    return Wish(
        _draft(words, Condition(kind="threshold", side=_side(said), bound=bound), grain or "day"),
        number.unit,
        steps=False,
    )


def check_unit(wish: Wish, column: Column) -> None:
    """Raises CopilotError (invalid) where a bound was said in another unit than its figure has, or a rate that changes
    may mean two things."""
    if wish.draft.condition.kind == "anomaly":
        return
    if wish.steps:
        if column.unit == "%" and wish.draft.condition.kind == "change":
            raise _unclear(f"{column.label} is a rate itself: say the rate from which on, such as above 5 % a week.")
        return
    if (wish.unit == "%") != (column.unit == "%"):
        said = (
            "is a share: say its bound in per cent"
            if column.unit == "%"
            else "is no share: say week on week for a change"
        )
        raise _unclear(f"{column.label} {said}.")
    if wish.unit is not None and wish.unit != column.unit:
        raise _unclear(f"{column.label} is in {column.unit or 'plain numbers'}, and not in {wish.unit}.")


def _draft(words: str, condition: Condition, grain: AlertGrain) -> AlertDraft:
    if not words:
        raise _unclear("Which figure shall be watched?")
    return AlertDraft(question=words, condition=condition, grain=grain)


def _side(said: str) -> Side:
    below, above = _BELOW.search(said), _ABOVE.search(said)
    if bool(below) != bool(above):
        return "below" if below else "above"
    if bool(_FALLING.search(said)) != bool(_RISING.search(said)):
        return "below" if _FALLING.search(said) else "above"
    raise _unclear("Above it or below it?")


def _side_of_anomaly(said: str) -> Side:
    words = said.lower()
    return (
        "below"
        if re.search(r"\b(?:low|drop|fall)", words)
        else "above"
        if re.search(r"\b(?:high|spike|jump)", words)
        else "either"
    )


def _grain(word: str) -> AlertGrain:
    return next(grain for grain in ("day", "week", "month") if word.lower() in _UNITS[grain].split("|"))


def _is_figure(number: NumberSpan, tokens: Sequence[Token]) -> bool:
    return any(char.isdigit() for char in tokens[number.tokens.start].norm) or number.value > 1


def _rest(said: str, tokens: Sequence[Token], taken: Sequence[range]) -> str:
    """The words that name the figure."""
    for span in sorted(taken, key=lambda one: -one.start):
        said = said[: tokens[span.start].start] + " | " + said[tokens[span.stop - 1].end :]
    for pattern in (_FALLING, _RISING, _BELOW, _ABOVE, _ODD):
        said = pattern.sub(" | ", said)
    parts = [part.strip(" .,!?:") for part in said.split("|")]
    kept = [part for part in parts if _LOOSE.sub(" ", part).strip()]
    words = " ".join(" ".join(kept).split())
    edges = r"is|are|was|were|be|by|to|than|at|of|the|in|has|have|get|gets|goes|go|look|looks|something|anything|about|with|an|a|my|our|there|behave|behaves|for"
    return re.sub(rf"^(?:(?:{edges})\s+)+|(?:\s+(?:{edges}))+$", "", words, flags=re.IGNORECASE).strip(" .,!?:=")


def _unclear(question: str) -> CopilotError:
    return invalid(question, pointer="/question", hint=_EXAMPLE)
