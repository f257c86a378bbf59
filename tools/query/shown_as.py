"""How somebody wants figures shown: "sales by country on a map", "as a pie chart", "Umsatz nach Land auf einer Karte".

It is cut out before the question is read, and said so plainly that no figure or name is meant: a "Map of Paris" that the
data holds stays a name. Words alone ("on a map", "show that as a bar chart") show the answer before in another way.
"""

import re
from dataclasses import dataclass, replace
from typing import Final

from storage.metrics.model import SemanticModel
from tools.language.text import tokenize
from tools.language.values import ValueIndex
from tools.query.chart_kinds import not_shown_as
from tools.query.draft import Context, Why
from tools.query.drawn import ChartKind
from tools.query.planner import Plan
from tools.query.slots import Unclear

_KINDS: Final[tuple[tuple[ChartKind, str], ...]] = (
    ("map", r"(?:(?:world|country|state|choropleth) map|map|choropleth)(?: chart| view)?"),
    ("stacked", r"stacked(?: (?:bar|column))? (?:chart|graph|plot)"),
    ("bar", r"(?:bar|column) (?:chart|graph|plot)"),
    ("line", r"line (?:chart|graph|plot)"),
    ("pie", r"(?:pie|donut|doughnut) (?:chart|graph)"),
    ("scatter", r"scatter ?(?:chart|graph|plot)"),
    ("heatmap", r"heat ?map"),
)
_ABROAD: Final[tuple[tuple[ChartKind, str], ...]] = (
    ("map", r"(?:auf|in) (?:einer|der) (?:welt|land)?karte|als (?:welt|land)?karte"),
    ("bar", r"(?:als|in einem) (?:balken|säulen)diagramm"),
    ("line", r"(?:als|in einem) liniendiagramm"),
    ("pie", r"(?:als|in einem) (?:kreis|torten)diagramm"),
    ("map", r"(?:sur|dans) (?:une|la) carte(?: du monde)?|sous forme de carte"),
    ("bar", r"(?:en|sous forme de) (?:diagramme en barres|histogramme)"),
    ("line", r"(?:en|sous forme de) (?:courbe|graphique linéaire)"),
    ("pie", r"(?:en|sous forme de) (?:camembert|diagramme circulaire)"),
    ("map", r"(?:en|sobre) (?:un|el) mapa|como(?: un)? mapa"),
    ("bar", r"(?:en|como)(?: un)? gráfico de (?:barras|columnas)"),
    ("line", r"(?:en|como)(?: un)? gráfico de líneas?"),
    ("pie", r"(?:en|como)(?: un)? gráfico (?:circular|de (?:tarta|sectores|pastel))"),
)
_ASKING = r"(?:(?:please|can you|could you|would you|i want|i would like|i'd like|i need|let me|show|give|get|draw|make|plot|create|see|me|us|to|now|and|ok|a|an|the)\s+)*"
_HOW = r"(?:(?:shown|drawn|displayed|plotted|presented|visuali[sz]ed)\s+)?"
_BARE = re.compile(
    r"(?:(?:please|can|could|would|you|i|we|want|like|show|see|draw|plot|put|display|give|get|have|make|me|us|it|its|this|that|them|these|those|all|the|same|figures?|numbers?|results?|answer|again|instead|rather|now|and|ok|okay|then|to|zeig|zeige|mir|das|es|bitte|und|jetzt|montre|moi|ça|cela|le|les|et|muestra|muéstralo|eso|esto|y|lo|ahora)\b|[\s,.?!'’-])*",
    re.IGNORECASE,
)


def _patterns() -> tuple[tuple[ChartKind, re.Pattern[str]], ...]:
    made: list[tuple[ChartKind, re.Pattern[str]]] = []
    for kind, said in _KINDS:
        words = said.replace(" ", r"[\s-]+").replace(r"[\s-]+?", r"[\s-]?")
        on = "on|onto|in|as|into" if kind == "map" else "as|in|into|with|using"
        clause = rf"(?P<cut>(?:^|[\s,]+){_HOW}(?:{on})\s+(?:an?\s+|the\s+)?(?:{words})(?:\s+instead)?)(?=$|[\s,.?!])"
        opening = rf"^\s*(?P<cut>{_ASKING}(?:{words})\s+(?:of|with|for|showing|that\s+shows?)\s+)"
        alone = rf"^\s*(?P<cut>{_ASKING}(?:{words}))\s*(?:please)?[\s.?!]*$"
        short = rf"(?P<cut>(?:^|[\s,]+)as\s+an?\s+{kind}(?:\s+instead)?)\s*[.?!]*$"
        for one in (clause, opening, alone, short):
            made.append((kind, re.compile(one, re.IGNORECASE)))  # noqa: PERF401 - a comprehension loses the kind's type
    for kind, said in _ABROAD:
        one = rf"(?P<cut>(?:^|[\s,]+)(?:{said}))(?=$|[\s,.?!])".replace(" ", r"\s+")
        made.append((kind, re.compile(one, re.IGNORECASE)))
    return tuple(made)


_PATTERNS: Final = _patterns()


@dataclass(frozen=True, slots=True)
class Shown:
    """A question without the words for how its answer is to be shown. `kind` is None where it has none."""

    question: str
    kind: ChartKind | None = None

    @property
    def is_bare(self) -> bool:
        """Whether nothing else was asked: it is the answer before that is to be shown."""
        return self.kind is not None and _BARE.fullmatch(self.question) is not None


def read_shown(question: str, values: ValueIndex | None = None) -> Shown:
    """What is a part of a longer name in the data is none of these words."""
    for kind, pattern in _PATTERNS:
        match = pattern.search(question)
        if match is None or (values is not None and _is_named(question, match.span("cut"), values)):
            continue
        start, end = match.span("cut")
        rest = f"{question[:start]} {question[end:]}".strip(" ,")
        return Shown(" ".join(rest.split()), kind)
    return Shown(question)


def shown_again(previous: Context | None, kind: ChartKind) -> tuple[Plan, ...]:
    """The plans of the question before, to be shown otherwise. Raises Unclear where there is none with an answer."""
    if previous is None or previous.stale or previous.unanswered:
        raise Unclear(f"Which figures shall I show as {_named(kind)}? For example: sales by country.")
    first, *also = (
        Plan(
            query=one.query,
            mean_over=one.mean_over,
            to_date=one.to_date,
            follows=True,
            why=Why(next(iter(one.query.dimensions), None)) if one.why else None,
            language=one.language,
            kind=kind,
        )
        for one in (previous, *previous.also)
    )
    return (first, *also)


def as_before(plan: Plan, previous: Context | None, model: SemanticModel) -> Plan:
    """A follow-up that says nothing of it is shown like the answer before, where that still suits."""
    if previous is None or previous.kind is None or not plan.follows:
        return plan
    kept = replace(plan, kind=previous.kind)
    return plan if not_shown_as(kept, model) else kept


def _named(kind: ChartKind) -> str:
    return "a map" if kind == "map" else f"a {kind} chart"


def _is_named(question: str, cut: tuple[int, int], values: ValueIndex) -> bool:
    tokens = tokenize(question)
    start, end = cut
    return any(
        hit.end - hit.start > 1 and tokens[hit.start].start < end and tokens[hit.end - 1].end > start
        for hit in values.whole(tokens, set())
    )
