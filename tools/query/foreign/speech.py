"""What answers are worded with in one language: labels, phrases, and the planner's own sentences put into it."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from storage.kernel.money import minor_digits
from storage.metrics.model import SemanticModel
from storage.metrics.query import Grain, TimeRange
from tools.kit.blocks import Cell, Column
from tools.kit.yaml_text import parse_yaml

if TYPE_CHECKING:
    from babel import Locale

_WILDCARD = re.compile(r"\{(metric|thing|text)\}")
_LENGTH_OF_CURRENCY = 3


class Unworded(Exception):  # noqa: N818 — an outcome, not an error
    """The language has no words for this: the whole answer is then in English."""


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence of the planner, its wildcards, and the same in the language."""

    pattern: re.Pattern[str]
    kinds: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Speech:
    """One language as spoken in one country."""

    locale: "Locale"
    metrics: dict[str, str]
    dimensions: dict[str, tuple[str, str]]
    units: dict[str, tuple[str, str]]
    values: dict[str, str]
    phrases: dict[str, str]
    reasons: dict[str, str]
    options: dict[str, tuple[str, str]]
    messages: tuple[Message, ...]

    def phrase(self, name: str, /, **said: object) -> str:
        return self.phrases[name].format(**said)

    def metric(self, name: str, model: SemanticModel) -> str:
        """A metric of the tenant's own has the name that she gave it."""
        return self.metrics.get(name) or model.metrics[name].label

    def thing(self, name: str, *, many: bool = False) -> str:
        """Raises Unworded."""
        found = self.dimensions.get(name) or self.units.get(name)
        if found is None:
            raise Unworded(name)
        return found[many]

    def listed(self, parts: list[str]) -> str:
        both = f" {self.phrases['and']} "
        return both.join([", ".join(parts[:-1]), parts[-1]] if len(parts) > 1 else parts)

    # ── figures and days ─────────────────────────────────────────────────────────────────────────────────

    def show(self, value: Cell, column: Column, *, signed: bool = False) -> str:
        """A figure as the language writes it; `signed` with its plus too."""
        if value is None:
            return "–"
        if isinstance(value, str):
            return self.day(date.fromisoformat(value)) if column.type == "date" else value
        plus = "+" if signed and value > 0 else ""
        return plus + self._number(value, column).replace("-", "−")

    def _number(self, value: float, column: Column) -> str:
        from babel.numbers import format_currency, format_decimal, format_percent

        if column.unit == "%":
            return format_percent(value, format="#,##0.0\u00a0%", locale=self.locale)
        if column.unit and len(column.unit) == _LENGTH_OF_CURRENCY and column.unit.isupper():
            digits = minor_digits(column.unit)
            return format_currency(round(value, digits), column.unit, locale=self.locale)
        pattern = "#,##0.00" if isinstance(value, float) and not value.is_integer() else "#,##0"
        return format_decimal(value, format=pattern, locale=self.locale)

    def count(self, number: int) -> str:
        from babel.numbers import format_decimal

        return format_decimal(number, format="#,##0", locale=self.locale)

    def day(self, day: date) -> str:
        from babel.dates import format_date

        return format_date(day, format="long", locale=self.locale)

    def bucket(self, text: str, grain: Grain | None) -> str:
        """The bucket of time that begins on an ISO date."""
        from babel.dates import format_date, format_skeleton

        day = date.fromisoformat(text)
        match grain:
            case "year":
                return str(day.year)
            case "quarter":
                return format_date(day, format="QQQQ y", locale=self.locale)
            case "month":
                return format_skeleton("yMMMM", day, locale=self.locale)
            case "week":
                return self.phrase("week", day=self.day(day))
            case _:
                return self.day(day)

    def period(self, time: TimeRange | None) -> str:
        """A period by its days, whatever it was called: "März 2026", "1. März 2026 – 15. Mai 2026"; "" for all that are
        known on the day."""
        from babel.dates import format_skeleton

        if time is None or (time.start is None and time.end is None):
            return ""
        last = time.end - timedelta(days=1) if time.end else None
        if time.start is None:
            return self.phrase("until", day=self.day(last)) if last is not None and time.label else ""
        if last is None:
            return self.phrase("since", day=self.day(time.start))
        first, end = time.start, time.end or last
        if first == last:
            return self.day(first)
        if first.day == 1 and end.day == 1:
            months = (end.year - first.year) * 12 + end.month - first.month
            if first.month == 1 and months % 12 == 0:
                return str(first.year) if months == 12 else f"{first.year} – {last.year}"  # noqa: PLR2004
            if months == 3 and first.month % 3 == 1:  # noqa: PLR2004 — a quarter
                return self.bucket(first.isoformat(), "quarter")
            names = [format_skeleton("yMMMM", day, locale=self.locale) for day in (first, last)]
            return names[0] if months == 1 else " – ".join(names)
        return f"{self.day(first)} – {self.day(last)}"

    # ── the planner's sentences ──────────────────────────────────────────────────────────────────────────

    def reason(self, name: str, *said: str) -> str:
        return self.reasons[name].format(*said)

    def put(self, sentence: str, model: SemanticModel) -> str:
        """A sentence of the planner in this language; "" where the answer says the same. Raises Unworded."""
        for message in self.messages:
            if (match := message.pattern.fullmatch(sentence)) is not None:
                said = [self._word(kind, text, model) for kind, text in zip(message.kinds, match.groups(), strict=True)]
                named = dict(zip(message.kinds, said, strict=True))
                return message.text.format(*said, **named)
        raise Unworded(sentence)

    def _word(self, kind: str, text: str, model: SemanticModel) -> str:
        plain = text.strip('"“”').strip()
        if kind == "metric":
            found = next(
                (name for name, metric in model.metrics.items() if metric.label.lower() == plain.lower()), None
            )
            return self.metric(found, model) if found else plain
        if kind == "thing":
            found = next((name for name, one in model.dimensions.items() if one.label.lower() == plain.lower()), None)
            if found is None:
                raise Unworded(plain)
            return self.thing(found)
        return plain


@cache
def speech(language: str, country: str | None = None) -> Speech:
    """The language as the country writes it, where it has a way of its own; else as most do."""
    from babel import Locale, UnknownLocaleError

    data: dict[str, Any] = parse_yaml(Path(__file__).with_name(f"speech_{language}.yaml").read_text(encoding="utf-8"))
    try:
        locale = Locale(data["locale"], country.upper()) if country else Locale(data["locale"])
    except (UnknownLocaleError, ValueError):
        locale = Locale(data["locale"])
    return Speech(
        locale=locale,
        metrics=data["metrics"],
        dimensions={name: (one, many) for name, (one, many) in data["dimensions"].items()},
        units={name: (one, many) for name, (one, many) in data["units"].items()},
        values=data["values"],
        phrases=data["phrases"],
        reasons=data["reasons"],
        options={name: (label, question) for name, (label, question) in data["options"].items()},
        messages=tuple(_message(said, meant) for said, meant in data["messages"]),
    )


@cache
def _read(language: str) -> dict[str, Any]:
    return parse_yaml(Path(__file__).with_name(f"speech_{language}.yaml").read_text(encoding="utf-8"))


def _message(said: str, meant: str) -> Message:
    pattern = ""
    kinds: list[str] = []
    end = 0
    for match in _WILDCARD.finditer(said):
        pattern += re.escape(said[end : match.start()]) + "(.+?)"
        kinds.append(match.group(1))
        end = match.end()
    return Message(re.compile(pattern + re.escape(said[end:])), tuple(kinds), meant)
