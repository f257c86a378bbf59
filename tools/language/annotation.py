"""What a question's words were recognised as: typed spans over its tokens, and what was left over."""

from dataclasses import dataclass, field
from enum import StrEnum

from tools.language.clock import ClockSpan
from tools.language.numbers import NumberSpan
from tools.language.periods import ComparisonSpan, GrainSpan, PeriodSpan, RelativeShift
from tools.language.text import Token
from tools.language.values import Value


class SpanKind(StrEnum):
    PERIOD = "period"
    SHIFT = "shift"
    COMPARISON = "comparison"
    GRAIN = "grain"
    CLOCK = "clock"
    NUMBER = "number"
    TERM = "term"
    VALUE = "value"


class Meaning(StrEnum):
    """What a known phrase can stand for. CUE ids are the keys of words_en.yaml ("rank_high", "share", …)."""

    METRIC = "metric"
    DIMENSION = "dimension"
    UNIT = "unit"
    """A unit of time named as a thing ("which month"): id is a grain."""
    CUE = "cue"


@dataclass(frozen=True, slots=True)
class Term:
    """One meaning of a phrase. `detail` refines a cue (rank_metric: "profit high"; outside: "forecast")."""

    meaning: Meaning
    id: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """Tokens [start, end), recognised as `kind`; the field of that kind is set."""

    kind: SpanKind
    start: int
    end: int
    terms: tuple[Term, ...] = ()
    values: tuple[Value, ...] = ()
    whole: bool = True
    corrected_from: str | None = None
    period: PeriodSpan | None = None
    shift: RelativeShift | None = None
    comparison: ComparisonSpan | None = None
    grain: GrainSpan | None = None
    number: NumberSpan | None = None
    clock: ClockSpan | None = None

    def ids(self, meaning: Meaning) -> tuple[str, ...]:
        return tuple(term.id for term in self.terms if term.meaning is meaning)

    def is_cue(self, *ids: str) -> bool:
        return any(term.meaning is Meaning.CUE and term.id in ids for term in self.terms)


@dataclass(frozen=True, slots=True)
class Annotation:
    """Spans do not overlap and stand in the order of the text; `unknown` are tokens that mean nothing known."""

    text: str
    tokens: tuple[Token, ...]
    spans: tuple[Span, ...]
    unknown: tuple[int, ...] = ()
    idle: tuple[int, ...] = ()
    """Words of manners, moods and the like, which ask for nothing."""
    mended: dict[str, str] = field(default_factory=dict[str, str])
    """Words read as others: as typed → as understood."""
    replaced: dict[str, str] = field(default_factory=dict[str, str])
    """Those of them that are real words: whoever wrote one may have meant it, and is always told."""
    shifts: tuple[RelativeShift, ...] = ()
    """Every shift, also one whose words are a period by themselves: "the previous month" is both, and only the
    conversation can tell."""
    everyday: frozenset[int] = frozenset()
    """Tokens of names that are real words, too, and not written as names."""

    @property
    def unread(self) -> tuple[int, ...]:
        """Tokens that name nothing, whether they may mean something or not."""
        return tuple(sorted((*self.unknown, *self.idle)))

    def said(self, start: int, end: int) -> str:
        """The text of tokens [start, end), as typed."""
        return self.text[self.tokens[start].start : self.tokens[end - 1].end] if end > start else ""

    def read(self, start: int, end: int) -> str:
        """The same as it was understood: lower case, slips mended."""
        return " ".join(token.norm for token in self.tokens[start:end])

    def before(self, span: Span) -> Span | None:
        """The span that ends right where this one starts, filler words skipped."""
        earlier = [s for s in self.spans if s.end <= span.start]
        return earlier[-1] if earlier else None

    def after(self, span: Span) -> Span | None:
        later = [s for s in self.spans if s.start >= span.end]
        return later[0] if later else None

    def cue(self, *ids: str) -> Span | None:
        return next((span for span in self.spans if span.is_cue(*ids)), None)

    def of(self, kind: SpanKind) -> tuple[Span, ...]:
        return tuple(span for span in self.spans if span.kind is kind)
