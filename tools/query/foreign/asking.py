"""Questions of other languages, from telling the language to a plan, or to a question back in that language."""

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from functools import cached_property

from storage.metrics.model import SemanticModel
from tools.language.lexicon import Lexicon
from tools.language.values import ValueIndex
from tools.query.changes import Days
from tools.query.draft import Context
from tools.query.foreign.detection import Detector
from tools.query.foreign.frame import Frame, NotUnderstood
from tools.query.foreign.lexicon import LANGUAGES, tongue, tongues
from tools.query.foreign.planning import ForeignPlanner
from tools.query.foreign.speech import Speech, Unworded, speech
from tools.query.planner import Plan, Planner
from tools.query.slots import DEFAULT_METRIC, Unclear, Unsupported


class Languages:
    """One per process. `english` is the product's own lexicon; `real` are the words of each language, which are never
    mended into others."""

    def __init__(self, english: Lexicon, real: Mapping[str, Container[str]]) -> None:
        self._english = english
        self._real = real

    @cached_property
    def _detector(self) -> Detector:
        return Detector(tongues().values(), self._english)

    def load(self) -> None:
        """Reads the files of every language, which the first question would otherwise wait for."""
        self.of("", ValueIndex({}))
        for language in LANGUAGES:
            speech(language)

    def of(self, question: str, values: ValueIndex, before: str | None = None) -> str | None:
        """The code of the language that a question is in; None for English. `before`: that of the conversation."""
        return self._detector.language(question, values, before)

    def plan(self, language: str, asked: "Asked", planner: Planner) -> Plan:
        """Raises Unclear and Unsupported, worded in the language where it has words for it."""
        real = self._real.get(language, frozenset())
        foreign = ForeignPlanner(tongue(language), planner, asked.model, asked.lexicon, real)
        said = speech(language, asked.country)
        frame = Frame()
        try:
            frame, english = foreign.read(asked.question, asked.values, asked.previous)
            return foreign.planned(frame, english, asked.days, asked.values, asked.previous)
        except NotUnderstood as problem:
            raise asked_back(problem, said, asked.model, language) from problem
        except (Unclear, Unsupported) as problem:
            raise in_words(
                problem, said, asked.model, language, _renaming(asked.question, frame, said, asked.model)
            ) from problem


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and what it is read against. `country` is the tenant's."""

    question: str
    model: SemanticModel
    lexicon: Lexicon
    days: Days
    values: ValueIndex
    previous: Context | None = None
    country: str | None = None


def refused_in(problem: Unsupported, language: str, country: str | None, model: SemanticModel) -> Unsupported:
    """The planner's refusal in a language, where it has words for it."""
    try:
        return Unsupported(speech(language, country).put(str(problem), model), language=language)
    except Unworded:
        return problem


def asked_back(problem: NotUnderstood, said: Speech, model: SemanticModel, language: str) -> Unclear | Unsupported:
    text = said.reason(problem.reason, *(_fault(word, said, model) for word in problem.said))
    if problem.refused:
        return Unsupported(text, language=language)
    figure = said.metric(problem.figure or DEFAULT_METRIC, model)
    options = (said.options[name] for name in problem.options)
    asked = tuple((label, " ".join(to.format(figure=figure, rest=problem.rest).split())) for label, to in options)
    return Unclear(text, asked, language=language)


def _fault(word: str, said: Speech, model: SemanticModel) -> str:
    """What is wrong with a reading, where it is named as the planner names it."""
    metric = next((id_ for id_, one in model.metrics.items() if one.label == word), None)
    if metric is not None:
        return said.metric(metric, model)
    if word in said.dimensions or word in said.units:
        return said.thing(word)
    return said.phrases.get(f"fault_{word}", word)


def in_words(
    problem: Unclear | Unsupported,
    said: Speech,
    model: SemanticModel,
    language: str,
    rename: Callable[[str], tuple[str, str] | None],
) -> Unclear | Unsupported:
    """The planner's own problem in the language; as it is where the language has no words for it, or for one of the
    questions to choose from."""
    try:
        text = said.put(str(problem), model)
        if not isinstance(problem, Unclear):
            return Unsupported(text, language=language)
        options: list[tuple[str, str]] = []
        for label, _ in problem.options:
            if (renamed := rename(label)) is None:
                return problem
            options.append(renamed)
        return Unclear(text, tuple(options), language=language)
    except Unworded:
        return problem


def _renaming(
    question: str, frame: Frame, said: Speech, model: SemanticModel
) -> Callable[[str], tuple[str, str] | None]:
    """A name to choose, and the question with that name in full where it was said in part, or with the kind of thing
    that it is where it may be several."""

    def rename(label: str) -> tuple[str, str] | None:
        name, _, kind = label.partition(" (") if label.endswith(")") else (label, "", "")
        for named in frame.names:
            if question.count(named.text) != 1:
                continue
            texts = {value.text for value in named.values}
            if label in texts:
                return label, question.replace(named.text, f"“{label}”")
            if name in texts:
                dimension = next(
                    (id_ for id_, one in model.dimensions.items() if one.label.lower() == kind.rstrip(")").lower()), ""
                )
                thing = said.thing(dimension)
                return f"{name} ({thing})", question.replace(named.text, f"{thing} “{name}”")
        return None

    return rename
