"""The figures, things and values that a question mentions, each with everything that it could mean, and which of that
is meant: what can be split as asked, what lies nearest. Where two readings remain, the question is asked back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from storage.metrics.model import AverageMetric, CountMetric, DerivedMetric, SemanticModel, SumMetric
from tools.language.annotation import Annotation, Span
from tools.query.slots import Unclear, Unsupported
from tools.sources.naming import identifier, singular

_MOST_OPTIONS = 6


@dataclass(frozen=True, slots=True)
class Mention:
    """One span with the metrics, or the dimensions, that its words can mean."""

    span: Span
    ids: tuple[str, ...]


class Resolver:
    """Settles what mentions mean in one semantic model."""

    def __init__(self, model: SemanticModel, annotation: Annotation) -> None:
        self._model = model
        self._annotation = annotation

    def said(self, span: Span) -> str:
        return self._annotation.said(span.start, span.end)

    # ── figures ──────────────────────────────────────────────────────────────────────────────────────────

    def entities(self, metric: str) -> frozenset[str]:
        """Where a figure is counted."""
        return frozenset(base.entity for base in self._model.base_metrics(metric).values())

    def is_count(self, metric: str) -> bool:
        """Whether a figure is how many rows of one kind there are."""
        found = self._model.metrics[metric]
        return isinstance(found, CountMetric) and found.distinct is None and found.dimension is None

    def average_of(self, metric: str) -> str | None:
        """The average of what a figure adds up."""
        summed = self._model.metrics[metric]
        if not isinstance(summed, SumMetric):
            return None
        return next(
            (
                name
                for name, other in self._model.metrics.items()
                if isinstance(other, AverageMetric)
                and (other.entity, other.expression) == (summed.entity, summed.expression)
            ),
            None,
        )

    def metric(self, mention: Mention, splits: Sequence[Sequence[str]], *, dated: bool) -> str:
        """The figure that a mention means, given what it is to be split by (each with its candidates) and whether days
        matter. Raises Unclear or Unsupported."""
        able = [m for m in mention.ids if all(any(self._reaches(m, d) for d in split) for split in splits)]
        timed = [m for m in able if not dated or self._has_days(m)]
        if not timed:
            raise Unsupported(self._why_not(mention, splits, able), unread=True)
        found = [m for m in timed if not any(o != m and self._is_part_of(m, o) for o in timed)] or timed
        if len(found) > 1:
            nearer = self._nearest(found, splits)
            found = nearer or found
        if len(found) > 1:
            raise Unclear(
                f"“{self.said(mention.span)}” can mean more than one figure. Which do you mean?",
                tuple((self._model.metrics[m].label, self.rephrase(mention.span, self._model.metrics[m].label)) for m in found[:_MOST_OPTIONS]),
                unread=True,
            )  # fmt: skip
        return found[0]

    def _nearest(self, metrics: Sequence[str], splits: Sequence[Sequence[str]]) -> list[str]:
        """Those that hold everything they are split by themselves, where the others do not."""
        if not splits:
            return []
        own = [m for m in metrics if all(any(self._distance(m, d) == 0 for d in split) for split in splits)]
        return own if len(own) == 1 else []

    def _is_part_of(self, metric: str, other: str) -> bool:
        """Whether a figure is that of the lines of what the other one is of, on the same day: the same money, once per
        line and once per invoice."""
        one, two = self._model.metrics[metric], self._model.metrics[other]
        if isinstance(one, DerivedMetric) or isinstance(two, DerivedMetric) or one.type != two.type:
            return False
        time = self._model.entities[one.entity].time or ""
        return "." in time and self.leads(one.entity, two.entity) and one.type == "sum"

    def leads(self, start: str, target: str) -> bool:
        """Whether many-to-one joins lead from one entity to another."""
        pending, seen = [start], {start}
        while pending:
            for _, reached in self._model.entities[pending.pop()].joins.values():
                if reached == target:
                    return True
                if reached not in seen:
                    seen.add(reached)
                    pending.append(reached)
        return False

    def _has_days(self, metric: str) -> bool:
        return all(self._model.entities[entity].time for entity in self.entities(metric))

    def _why_not(self, mention: Mention, splits: Sequence[Sequence[str]], able: Sequence[str]) -> str:
        label = self._model.metrics[mention.ids[0]].label
        if able:
            return f"{self._model.metrics[able[0]].label} cannot be told by date: the table has no date that says when."
        for split in splits:
            if not any(self._reaches(m, d) for m in mention.ids for d in split):
                by = self._model.dimensions[split[0]].label.lower()
                return f"{label} cannot be told by {by}: nothing in the data links each of the one to a single one of the other."
        return f"{label} cannot be told by all of that at once."

    # ── things ───────────────────────────────────────────────────────────────────────────────────────────

    def _reaches(self, metric: str, dimension: str) -> bool:
        return self._model.obstacle(metric, (dimension,)) is None

    def _distance(self, metric: str, dimension: str) -> int:
        """Joins between a figure and a dimension, the most of them where it is counted in several places."""
        paths = (self._model.paths(dimension, entity) for entity in self.entities(metric))
        joined = ([part for part in path[0].split(".")[:-1] if part != "own"] if path else [] for path in paths)
        return max((len(parts) for parts in joined), default=0)

    def dimension(self, span: Span, ids: Iterable[str], metrics: Sequence[str]) -> str:
        """The thing that is meant by words with several meanings. Raises Unclear or Unsupported."""
        candidates = list(dict.fromkeys(ids))
        able = [d for d in candidates if all(self._reaches(m, d) for m in metrics)]
        if not able:
            by = self._model.dimensions[candidates[0]].label.lower()
            raise Unsupported(f"{self._model.metrics[metrics[0]].label} cannot be told by {by}.", unread=True)
        if len(able) > 1:
            own = [d for d in able if all(self._distance(m, d) == 0 for m in metrics)]
            able = own if len(own) == 1 else able
        if len(able) > 1:
            able = [d for d in able if not any(o != d and self._is_of_the_same(d, o) for o in able)]
        if len(able) > 1:
            able = self._called_so(span, able, metrics) or able
        if len(able) > 1:
            labels = [self._full_label(d) for d in able]
            options = tuple((label, self.rephrase(span, label.lower())) for label in labels[:_MOST_OPTIONS])
            raise Unclear(f"“{self.said(span)}” can mean more than one thing. Which do you mean?", options, unread=True)
        return able[0]

    def _called_so(self, span: Span, dimensions: Sequence[str], metrics: Sequence[str]) -> list[str]:
        """The one that bears just these words as its name, where none of the others lies nearer: a "branch" is no home
        branch."""
        said = singular(self.said(span).lower())
        entities = [self._model.entities[entity] for metric in metrics for entity in self.entities(metric)]
        led = {entity.joins.get(identifier(said), ("", ""))[1] for entity in entities}
        direct = [d for d in dimensions if led == {self._model.dimensions[d].entity}]
        if len(direct) == 1:
            return direct  # what each row itself calls so
        named = [d for d in dimensions if self._model.dimensions[d].label.lower() == said]
        far = {d: max(self._distance(m, d) for m in metrics) for d in dimensions} if metrics else {}
        return named if len(named) == 1 and far and far[named[0]] == min(far.values()) else []

    def _is_of_the_same(self, dimension: str, other: str) -> bool:
        """Whether a dimension is of what another one's things point at among themselves: an employee's manager is an
        employee, and meant only where it is said."""
        one, two = self._model.dimensions[dimension].entity or "", self._model.dimensions[other].entity or ""
        entities = self._model.entities
        led = any(target == one for _, target in entities[two].joins.values())
        return one != two and led and entities[one].table == entities[two].table

    def _full_label(self, dimension: str) -> str:
        """A label that no other dimension has."""
        found = self._model.dimensions[dimension]
        others = sum(other.label == found.label for other in self._model.dimensions.values())
        thing = (found.entity or "").replace("_", " ")
        return found.label if others == 1 or not thing else f"{thing.capitalize()} {found.label.lower()}"

    def rephrase(self, span: Span, better: str) -> str:
        """The question with other words for a span."""
        tokens, text = self._annotation.tokens, self._annotation.text
        return text[: tokens[span.start].start] + better + text[tokens[span.end - 1].end :]
