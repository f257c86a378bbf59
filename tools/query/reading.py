"""From spans to slots: which figures, things, values and words of ranking a question holds. No periods yet.

A word that can be a figure or a thing ("customers", "orders") is decided by its neighbours: "how many customers"
counts them, "top customers" and "by customer" list them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from storage.metrics.model import SemanticModel
from storage.metrics.query import Filter, Grain, Having, OrderBy
from tools.language.annotation import Annotation, Meaning, Span, SpanKind
from tools.language.numbers import NumberSpan
from tools.language.values import Value

_SUPERLATIVE_OF_FIGURES = frozenset(
    ["most", "fewest", "highest", "lowest", "least", "maximum", "minimum", "max", "min", "greatest"]
)
_QUESTION_WORDS = frozenset(["which", "what", "who", "whose"])
_SELLING = frozenset(["sold", "sell", "sells", "selling", "sale", "sales", "seller"])
_TOGETHER = frozenset(["together", "combined", "sum", "jointly", "altogether"])
_LISTING = frozenset(["which", "what", "list", "show", "name", "names"])
_EARNING = frozenset(
    [
        "make",
        "makes",
        "made",
        "making",
        "earn",
        "earns",
        "earned",
        "earning",
        "take",
        "took",
        "taken",
        "sell",
        "sells",
        "sold",
        "selling",
        "spend",
        "spends",
        "spent",
        "spending",
        "bring",
        "brings",
        "brought",
        "buy",
        "buys",
        "bought",
        "buying",
        "pay",
        "paid",
    ]
)
"""Verbs of selling: without a named figure they ask for net sales, or for units after "how many"."""
_GROWING = frozenset(
    [
        "grew",
        "grow",
        "growing",
        "grown",
        "growth",
        "increase",
        "increased",
        "rose",
        "risen",
        "improved",
        "gained",
        "improvement",
    ]
)
_SHRINKING = frozenset(
    [
        "fell",
        "fallen",
        "drop",
        "dropped",
        "decline",
        "declined",
        "shrank",
        "shrunk",
        "decrease",
        "decreased",
        "worsened",
    ]
)
_LOSING = frozenset(["lose", "loses", "losing", "lost", "loss", "losses"])
"""Without a named figure they ask for the profit."""
_BEFORE_A_QUESTION = frozenset(["and", "so", "then", ",", ":", "-", "hi", "hello", "hey"])
"""After these a "who" asks for people; elsewhere it describes ("customers who ordered")."""
_BUYING = frozenset(
    [
        "bought",
        "buy",
        "buys",
        "buying",
        "spent",
        "spend",
        "spends",
        "spending",
        "ordered",
        "orders",
        "purchased",
        "pays",
        "paid",
    ]
)
_RANKS = ("rank_high", "rank_low", "rank_metric")
_LISTED = frozenset(["and", ",", "&", "plus"])
_IN_PASSING = frozenset(["to", "from", "of", "for"])
_OPERATORS = {"more_than": "gt", "at_least": "ge", "less_than": "lt", "at_most": "le", "equals": "eq"}
_PER = frozenset(["per", "each", "every"])
_RATIOS = {
    ("revenue", "order_number"): "average_order_value",
    ("sold_net_of_discount", "order_number"): "average_order_value",
    ("units", "order_number"): "units_per_order",
    ("revenue", "customer"): "revenue_per_customer",
    ("orders", "customer"): "orders_per_customer",
}
"""(figure, thing) → the figure for each thing on average."""
DEFAULT_METRIC = "revenue"
DEFAULT_RANKING = 10
LONGEST_RANKING = 1_000
GAP = 2
"""How many words without meaning may stand between two spans that belong together."""


class Unclear(Exception):  # noqa: N818 — an outcome, not an error
    """The question must be asked back: `question`, and (label, full question) to choose from."""

    def __init__(self, question: str, options: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__(question)
        self.question = question
        self.options = options


class Unsupported(Exception):  # noqa: N818 — an outcome, not an error
    """The question cannot be answered from the data, or not yet; the text says why, in words for the owner."""


@dataclass(slots=True)
class Ranking:
    descending: bool = True
    limit: int | None = None
    metric: str | None = None


@dataclass(slots=True)
class Reading:
    """The slots. `used` are the spans (by position in the annotation) that found their place in one of them."""

    metrics: list[str] = field(default_factory=list[str])
    groups: list[str] = field(default_factory=list[str])
    grain_target: Grain | None = None
    ranking: Ranking | None = None
    ranks_change: bool = False
    """Whether what is ranked is how much a figure has changed: "which region grew the most"."""
    order: list[OrderBy] = field(default_factory=list[OrderBy])
    filters: list[Filter] = field(default_factory=list[Filter])
    having: list[Having] = field(default_factory=list[Having])
    share: bool = False
    average: bool = False
    corrections: dict[str, str] = field(default_factory=dict[str, str])
    notes: list[str] = field(default_factory=list[str])
    used: set[int] = field(default_factory=set[int])
    counts: bool = False
    """Whether the groups are to be counted, not listed: "how many customers ordered more than 5 times"."""
    implied: str | None = None
    """The figure that a verb of selling stands for where none is named."""
    wants_count: bool = False
    wants_sum: bool = False


class Reader:
    """Reads one annotation against one semantic model."""

    def __init__(self, model: SemanticModel, annotation: Annotation, has_values: Callable[[str], bool]) -> None:
        self._model = model
        self._has_values = has_values
        self._a = annotation
        self._spans = annotation.spans
        self._r = Reading()

    def read(self) -> Reading:
        """Raises Unclear or Unsupported."""
        self._refuse_what_lies_outside()
        self._take_counting_words()
        self._take_ways_of_shipping()
        roles = {i: self._role(i) for i, span in enumerate(self._spans) if span.kind is SpanKind.TERM}
        self._take_qualifiers(roles)
        self._take_values(roles)
        self._take_conditions(roles)
        self._take_terms(roles)
        self._take_who()
        self._take_what()
        if not self._r.metrics and not self._r.having and self._is_implied():
            self._r.implied = "units" if self._r.wants_count else "revenue"
        if not self._r.metrics and {token.norm for token in self._a.tokens} & _LOSING:
            self._r.implied = "profit"
        self._take_ranking()
        self._take_simple_cues()
        self._take_ranked_change()
        self._take_losses()
        return self._r

    # ── neighbours ───────────────────────────────────────────────────────────────────────────────────────

    def _near(self, i: int, step: int) -> int | None:
        """The neighbouring span, unless more than GAP meaningless words lie between."""
        j = i + step
        if not 0 <= j < len(self._spans):
            return None
        left, right = (self._spans[j], self._spans[i]) if step < 0 else (self._spans[i], self._spans[j])
        return j if right.start - left.end <= GAP else None

    def _cue_before(self, i: int, *ids: str) -> int | None:
        j = self._near(i, -1)
        if j is not None and self._spans[j].kind is SpanKind.NUMBER:
            j = self._near(j, -1)
        return j if j is not None and self._spans[j].is_cue(*ids) else None

    def _word_before(self, i: int) -> str:
        start = self._spans[i].start
        return self._a.tokens[start - 1].norm if start else ""

    def _is_plural(self, span: Span) -> bool:
        token = self._a.tokens[span.end - 1]
        return token.norm != token.lemma or token.norm in ("people", "staff")

    # ── steps ────────────────────────────────────────────────────────────────────────────────────────────

    def _refuse_what_lies_outside(self) -> None:
        reasons = {
            "forecast": "I can only answer from what has happened: forecasts are not available yet.",
            "cause": "I can show what happened, but not yet why.",
            "advice": "I can answer with figures from your data, but not yet with advice.",
            "what_if": "What-if questions are not available yet.",
        }
        for span in self._spans:
            for term in span.terms:
                if term.id == "outside" and len(span.terms) == 1:
                    said = self._a.said(span.start, span.end)
                    raise Unsupported(reasons.get(term.detail) or f"There are no figures here about “{said}”.")

    def _take_counting_words(self) -> None:
        for i, span in enumerate(self._spans):
            if span.is_cue("how_many", "how_much"):
                self._r.used.add(i)
                self._r.wants_count |= span.is_cue("how_many")
                self._r.wants_sum |= span.is_cue("how_much")

    def _role(self, i: int) -> Meaning | None:
        """Whether the term at `i` stands for a figure, a thing, or a unit of time; None for a mere cue."""
        span = self._spans[i]
        metrics, dimensions = span.ids(Meaning.METRIC), span.ids(Meaning.DIMENSION)
        if i in self._r.used:
            return None
        if span.ids(Meaning.UNIT):
            return Meaning.UNIT
        if not metrics or not dimensions:
            return Meaning.METRIC if metrics else Meaning.DIMENSION if dimensions else None
        if self._cue_before(i, "how_many") is not None:
            return Meaning.METRIC
        if self._is_said_in_passing(i) and self._something_else_is_asked(i):
            self._r.used.add(i)
            return None
        return Meaning.DIMENSION if self._is_a_thing(i) else Meaning.METRIC

    def _is_a_thing(self, i: int) -> bool:
        """Whether a word that could be a figure ("customers") names things to group by instead."""
        span = self._spans[i]
        if self._is_sorting_figure(i):
            return False
        if any(self._is_sorting_figure(j) for j in range(len(self._spans)) if j != i):
            return True
        if self._cue_before(i, "grouping", "rank_metric") is not None or self._word_before(i) in _QUESTION_WORDS:
            return True
        rank = self._cue_before(i, "rank_high", "rank_low")
        if rank is not None:
            words = {t.norm for t in self._a.tokens[self._spans[rank].start : self._spans[rank].end]}
            return not words & _SUPERLATIVE_OF_FIGURES
        if self._is_ranked_thing(i) or (self._is_numbered(i) and self._cue_anywhere(*_RANKS)):
            return True
        after = self._near(i, 1)
        while after is not None and self._spans[after].kind in (SpanKind.VALUE, SpanKind.PERIOD):
            after = self._near(after, 1)
        if after is not None and self._spans[after].is_cue(*_OPERATORS) and not self._cue_before(i, *_OPERATORS):
            return True
        following = self._a.tokens[span.end].norm if span.end < len(self._a.tokens) else ""
        listed = self._word_before(i) in _LISTED or following in _LISTED
        return self._others_name_a_figure(i) and not listed

    def _is_sorting_figure(self, i: int) -> bool:
        """ "customers by orders": the plural counts them; only "by order" would list each."""
        span = self._spans[i]
        counted = {"orders"} & set(span.ids(Meaning.METRIC)) and span.ids(Meaning.DIMENSION)
        return bool(counted) and self._is_plural(span) and self._cue_before(i, "grouping") is not None

    def _is_ranked_thing(self, i: int) -> bool:
        """ "the 3 customers with the most orders": what a superlative elsewhere does not govern is what is ranked."""
        superlatives = [span for span in self._spans if span.is_cue("rank_high", "rank_low")]
        others = any(j != i and span.ids(Meaning.METRIC) for j, span in enumerate(self._spans))
        return others and any(span.start > self._spans[i].start for span in superlatives)

    def _is_numbered(self, i: int) -> bool:
        """ "which five customers bring the most": so many things."""
        return (
            i > 0 and self._spans[i - 1].end == self._spans[i].start and _whole(self._spans[i - 1].number) is not None
        )

    def _is_said_in_passing(self, i: int) -> bool:
        """ "sales to German customers", "revenue from customers in Lyon": the noun adds nothing to the value."""
        before = self._near(i, -1)
        described = (
            before is not None
            and self._spans[before].kind is SpanKind.VALUE
            and self._spans[before].end == self._spans[i].start
        )
        return described or self._word_before(i) in _IN_PASSING

    def _something_else_is_asked(self, i: int) -> bool:
        """ "revenue from German customers", "how much did German customers spend"; but in "the share of orders from
        Germany" and in "German orders" nothing else is a figure. "Only the online orders" leaves it as it was."""
        if (
            self._r.wants_sum
            or self._is_implied()
            or (self._spans[0].is_cue("follow_up") and self._spans[0].start == 0)
        ):
            return True
        others = ((j, span) for j, span in enumerate(self._spans) if j != i and span.ids(Meaning.METRIC))
        return any(j < i or not self._is_said_in_passing(j) for j, _ in others)

    def _others_name_a_figure(self, i: int) -> bool:
        return any(
            j != i and j not in self._r.used and span.ids(Meaning.METRIC) and not span.ids(Meaning.DIMENSION)
            for j, span in enumerate(self._spans)
        )

    def _take_qualifiers(self, roles: dict[int, Meaning | None]) -> None:
        """ "the Beverages category", "customer Ernst Handel": the noun only says what kind of value it is."""
        for i, span in enumerate(self._spans):
            if not span.ids(Meaning.DIMENSION):
                continue
            for step in (-1, 1):
                j = i + step
                if not 0 <= j < len(self._spans) or self._spans[j].kind is not SpanKind.VALUE:
                    continue
                value = self._spans[j]
                gap = max(value.start - span.end, span.start - value.end)
                if gap == 0 and {v.dimension for v in value.values} & set(span.ids(Meaning.DIMENSION)):
                    if self._cue_before(i, "grouping") is not None and step == 1:
                        continue
                    roles[i] = None
                    self._r.used.add(i)

    def _take_ways_of_shipping(self) -> None:
        """ "same day shipping orders": the method's own noun, and no charge."""
        for i, span in enumerate(self._spans):
            before = self._spans[i - 1] if i else None
            if before is None or before.end != span.start or "shipping" not in span.ids(Meaning.METRIC):
                continue
            if any(value.dimension == "ship_method" for value in before.values):
                self._r.used.add(i)

    def _take_values(self, roles: dict[int, Meaning | None]) -> None:
        grouped = {
            d
            for i, span in enumerate(self._spans)
            if roles.get(i) is Meaning.DIMENSION
            for d in span.ids(Meaning.DIMENSION)
        }
        kept: dict[str, list[str]] = {}
        dropped: dict[str, list[str]] = {}
        negated = False
        for i, span in enumerate(self._spans):
            if span.kind is not SpanKind.VALUE:
                if span.is_cue("negation"):
                    following = self._near(i, 1)
                    while (
                        following is not None
                        and self._spans[following].kind is SpanKind.TERM
                        and following in self._r.used
                    ):
                        following = self._near(following, 1)
                    negated = following is not None and self._spans[following].kind is SpanKind.VALUE
                    if negated:
                        self._r.used.add(i)
                elif i not in self._r.used and not span.is_cue("follow_up"):  # "without Germany and France"
                    negated = False
                continue
            self._r.used.add(i)
            dimension, values = self._link(i, span, grouped)
            if span.corrected_from:
                self._r.corrections[span.corrected_from] = values[0]
            elif not span.whole and len(values) == 1:
                self._r.corrections[self._a.said(span.start, span.end)] = values[0]
            if not span.whole and len(values) > 1 and not negated:
                said = self._a.said(span.start, span.end)
                self._r.filters.append(Filter(dimension=dimension, operator="contains", values=(said,)))
                label = self._model.dimensions[dimension].label.lower()
                self._r.notes.append(
                    f"“{said}” was read as every {label} whose name contains it ({len(values)} of them)."
                )
            else:
                (dropped if negated else kept).setdefault(dimension, []).extend(values)
        for dimension, values in kept.items():
            unique = tuple(dict.fromkeys(values))
            self._r.filters.append(
                Filter(dimension=dimension, operator="eq" if len(unique) == 1 else "in", values=unique)
            )
        for dimension, values in dropped.items():
            unique = tuple(dict.fromkeys(values))
            operator = "ne" if len(unique) == 1 else "not_in"
            self._r.filters.append(Filter(dimension=dimension, operator=operator, values=unique))

    def _link(self, i: int, span: Span, grouped: set[str]) -> tuple[str, list[str]]:
        """The one dimension a value span is about. Raises Unclear where it could be several."""
        by_dimension: dict[str, list[Value]] = {}
        for value in span.values:
            by_dimension.setdefault(value.dimension, []).append(value)
        hinted = {
            d
            for j in (i - 1, i + 1)
            if 0 <= j < len(self._spans) and j in self._r.used
            for d in self._spans[j].ids(Meaning.DIMENSION)
        } & by_dimension.keys()
        if hinted:
            by_dimension = {d: by_dimension[d] for d in hinted}
        if len(by_dimension) > 1:
            by_dimension = {d: v for d, v in by_dimension.items() if d not in grouped} or by_dimension
        if len(by_dimension) > 1 and not span.whole:
            whole_named = {d: v for d, v in by_dimension.items() if d in ("product", "customer")}
            by_dimension = whole_named if len(whole_named) == 1 else by_dimension
        if len(by_dimension) > 1:
            said = self._a.said(span.start, span.end)
            options = tuple(
                (f"{v[0].text} ({self._model.dimensions[d].label.lower()})", self._rephrase(span, f"{self._model.dimensions[d].label.lower()} {v[0].text}"))
                for d, v in by_dimension.items()
            )  # fmt: skip
            raise Unclear(f"“{said}” can mean more than one thing. Which do you mean?", options)
        dimension, values = next(iter(by_dimension.items()))
        texts = list(dict.fromkeys(value.text for value in values))
        if len(texts) > 1 and (span.whole or dimension != "product"):
            folded = {text.casefold() for text in texts}
            if span.whole and len(folded) == 1:
                return dimension, texts
            options = tuple((text, self._rephrase(span, f'"{text}"')) for text in texts[:6])
            raise Unclear(f"Several match “{self._a.said(span.start, span.end)}”. Which do you mean?", options)
        return dimension, texts

    def _rephrase(self, span: Span, better: str) -> str:
        tokens = self._a.tokens
        return self._a.text[: tokens[span.start].start] + better + self._a.text[tokens[span.end - 1].end :]

    def _take_conditions(self, roles: dict[int, Meaning | None]) -> None:
        """ "with more than 3 orders", "revenue over 1000": conditions on the figures of each group."""
        for i, span in enumerate(self._spans):
            operator = next((op for cue, op in _OPERATORS.items() if span.is_cue(cue)), None)
            if operator is None:
                continue
            at = self._near(i, 1)
            # "3 orders or more": the number stands before
            number = self._spans[at].number if at is not None else None
            if at is None or number is None:
                continue
            after, before = self._near(at, 1), self._subject(i)
            metric_at: int | None = None
            if self._is_times(self._spans[at].end):
                if before is not None:
                    self._group_by_subject(before, roles)
                self._r.having.append(Having(metric="orders", operator=operator, values=(float(number.value),)))  # pyright: ignore[reportArgumentType] — one of the literals
                self._r.used |= {i, at}
                continue
            if after is not None and self._spans[after].ids(Meaning.METRIC):
                # A number is of what follows it: "more than 3 orders" counts orders, whatever stands before.
                metric_at = after
                self._group_by_subject(before, roles)
            elif before is not None and self._is_counted(before):
                self._group_by_subject(before, roles)
            elif before is not None and roles.get(before) is Meaning.METRIC:
                metric_at = before
            elif before is None or (
                self._spans[before].kind is SpanKind.TERM and roles.get(before) is not Meaning.DIMENSION
            ):
                continue
            metric = self._spans[metric_at].ids(Meaning.METRIC)[0] if metric_at is not None else "revenue"
            value = float(number.value) / (100 if number.unit == "%" else 1)
            self._r.having.append(Having(metric=metric, operator=operator, values=(value,)))  # pyright: ignore[reportArgumentType] — one of the literals
            self._r.used |= {i, at} | ({metric_at} if metric_at is not None else set())
            if metric_at is not None:
                roles[metric_at] = None

    def _subject(self, i: int) -> int | None:
        """What a condition is about: "customers" also in "customers from Germany who ordered more than …"."""
        at = self._near(i, -1)
        while at is not None and self._spans[at].kind in (SpanKind.VALUE, SpanKind.PERIOD):
            at = self._near(at, -1)
        return at if at is not None else self._near(i, -1)

    def _is_counted(self, i: int) -> bool:
        """ "how many customers": one kind of thing, or of time, whose number is asked."""
        span = self._spans[i]
        things = span.ids(Meaning.DIMENSION) or span.ids(Meaning.UNIT)
        return len(things) == 1 and self._cue_before(i, "how_many") is not None

    def _is_times(self, at: int) -> bool:
        """ "ordered more than 8 times": orders are what is counted."""
        return at < len(self._a.tokens) and self._a.tokens[at].norm in ("times", "x")

    def _group_by_subject(self, subject: int | None, roles: dict[int, Meaning | None]) -> None:
        """In "revenue of customers with more than 3 orders" the condition is on each customer; "how many customers
        with …" counts those who meet it."""
        if subject is not None and self._is_counted(subject):
            self._r.counts = True
            self._r.used.add(subject)
            roles[subject] = None
            (thing,) = self._spans[subject].ids(Meaning.DIMENSION) or self._spans[subject].ids(Meaning.UNIT)
            if self._spans[subject].ids(Meaning.UNIT):
                self._r.grain_target = thing  # pyright: ignore[reportAttributeAccessIssue] — a Grain
            elif thing not in self._r.groups:
                self._r.groups.append(thing)
            return
        if subject is None or roles.get(subject) is Meaning.METRIC or not self._spans[subject].ids(Meaning.DIMENSION):
            return
        roles[subject] = Meaning.DIMENSION
        self._r.used.discard(subject)

    def _take_terms(self, roles: dict[int, Meaning | None]) -> None:
        for i, role in roles.items():
            if role is None or i in self._r.used:
                continue
            span = self._spans[i]
            if role is Meaning.METRIC:
                self._take_metric(i, span)
            elif role is Meaning.DIMENSION:
                self._take_dimension(i, span)
            elif role is Meaning.UNIT:
                self._take_unit(i, span)

    def _take_metric(self, i: int, span: Span) -> None:
        metric = self._choose(span.ids(Meaning.METRIC), span)
        self._r.used.add(i)
        if metric == "refunds" and self._cue_before(i, "how_many") is not None:
            metric = "refund_count"
        if metric in ("new_customers", "returning_customers") and self._r.metrics and self._word_before(i) in ("from", "of", "by", "for", "to"):  # fmt: skip
            raise Unsupported("Figures split into new and returning customers are not available yet; their number is.")
        grouping = self._cue_before(i, "grouping")
        if grouping is not None and (self._r.groups or self._cue_anywhere("rank_high", "rank_low")):
            self._r.used.add(grouping)
            self._r.order.append(OrderBy(by=metric))
        if metric in ("new_customers", "returning_customers") and "customers" in self._r.metrics:
            self._r.metrics.remove("customers")  # "customers who bought for the first time" are the new ones alone
        if metric not in self._r.metrics:
            self._r.metrics.append(metric)

    def _cue_anywhere(self, *ids: str) -> bool:
        return any(span.is_cue(*ids) for span in self._spans)

    def _choose(self, ids: Sequence[str], span: Span) -> str:
        if len(ids) > 1:
            options = tuple((self._model.metrics[m].label, self._rephrase(span, self._model.metrics[m].label.lower())) for m in ids)  # fmt: skip
            raise Unclear(
                f"“{self._a.said(span.start, span.end)}” can mean more than one figure. Which do you mean?", options
            )
        return ids[0]

    def _take_dimension(self, i: int, span: Span) -> None:
        ids = list(span.ids(Meaning.DIMENSION))
        if len(ids) > 1:
            options = tuple((self._model.dimensions[d].label, self._rephrase(span, self._model.dimensions[d].label.lower())) for d in ids)  # fmt: skip
            raise Unclear(
                f"“{self._a.said(span.start, span.end)}” can mean more than one thing. Which do you mean?", options
            )
        self._r.used.add(i)
        if self._only_describes(i):
            return
        counted = f"{ids[0]}_count"
        if self._cue_before(i, "how_many") is not None and counted in self._model.metrics:
            if ids[0] == "product":
                pieces = (
                    ("pieces sold", self._rephrase(span, "units")),
                    ("different products", self._rephrase(span, "different products")),
                )
                raise Unclear("How many pieces, or how many different products?", pieces)
            self._r.metrics.append(counted)
            return
        grouping = self._cue_before(i, "grouping")
        if grouping is not None:
            self._r.used.add(grouping)
        if grouping is not None and self._take_ratio(i, grouping, ids[0]):
            return
        if ids[0] not in self._r.groups:
            self._r.groups.append(ids[0])

    def _take_ratio(self, i: int, grouping: int, dimension: str) -> bool:
        """ "how much do consumers spend per order": a ratio, since nobody asks for a list of single orders so."""
        ratio = _RATIOS.get((self._r.metrics[-1] if self._r.metrics else DEFAULT_METRIC, dimension))
        wanted = dimension == "order_number" or self._cue_anywhere("average")
        per = self._a.tokens[self._spans[grouping].start].norm in _PER
        if ratio is None or not wanted or not per or self._is_plural(self._spans[i]):
            return False
        self._r.metrics[-1:] = [ratio]
        return True

    def _only_describes(self, i: int) -> bool:
        """ "units of Garden products", "refunds for goods of Moreno": the noun adds nothing, unless it is what is
        ranked or listed."""
        ranked = self._cue_anywhere(*_RANKS)
        if (
            self._word_before(i) in ("all", "any")
            and i + 1 < len(self._spans)
            and self._spans[i + 1].is_cue("negation")
        ):
            return True  # "from all countries except Ireland"
        if "product" in self._spans[i].ids(Meaning.DIMENSION) and self._word_before(i) in _IN_PASSING and not ranked:
            return True
        if i == 0 or self._spans[i - 1].kind is not SpanKind.VALUE or self._spans[i - 1].end != self._spans[i].start:
            return False
        asked = any(t.norm in _LISTING for t in self._a.tokens[: self._spans[i - 1].start])
        listed = i + 1 < len(self._spans) and self._spans[i + 1].is_cue("grouping")
        return not (asked or ranked or listed)

    def _is_implied(self) -> bool:
        return bool({token.norm for token in self._a.tokens} & _EARNING)

    def _take_unit(self, i: int, span: Span) -> None:
        """ "which month", "best day": a unit of time as the thing that is ranked or listed."""
        ranked = self._cue_anywhere("rank_high", "rank_low", "rank_metric")
        if ranked or self._word_before(i) in _QUESTION_WORDS:
            self._r.used.add(i)
            self._r.grain_target = span.ids(Meaning.UNIT)[0]  # pyright: ignore[reportAttributeAccessIssue] — a Grain

    def _take_who(self) -> None:
        """ "who bought the most": customers; "who sold the most": the shop's own people."""
        words = {token.norm for token in self._a.tokens}
        asked = any(
            token.norm == "who" and (i == 0 or self._a.tokens[i - 1].norm in _BEFORE_A_QUESTION)
            for i, token in enumerate(self._a.tokens)
        )
        if any(item.operator == "in" for item in self._r.filters):
            return  # "East or West, who brings more profit"
        if not asked or self._r.groups or not (self._r.metrics or words & _EARNING or self._cue_anywhere(*_RANKS)):
            return
        selling, buying = bool(words & _SELLING), bool(words & _BUYING)
        if selling == buying and self._has_values("salesperson"):
            options = (
                ("customers", self._replace_who("which customers")),
                ("salespeople", self._replace_who("which salespeople")),
            )
            raise Unclear("Who: customers, or your salespeople?", options)
        self._r.groups.append("salesperson" if selling and not buying else "customer")

    def _take_what(self) -> None:
        """ "what did Ernst Handel buy most", "what sold best": products, where nothing else is ranked."""
        words = [token.norm for token in self._a.tokens]
        traded = set(words) & (_SELLING | _BUYING) - {"sale", "sales", "seller", "orders"}
        ranked = self._cue_anywhere("rank_high", "rank_low")
        named = self._r.groups or self._r.grain_target or any(item.operator == "in" for item in self._r.filters)
        if "what" in words and traded and ranked and not named and self._has_values("product"):
            self._r.groups.append("product")

    def _replace_who(self, better: str) -> str:
        at = next(token for token in self._a.tokens if token.norm == "who")
        return self._a.text[: at.start] + better + self._a.text[at.end :]

    def _take_ranking(self) -> None:
        for i, span in enumerate(self._spans):
            if not span.is_cue("rank_high", "rank_low", "rank_metric"):
                continue
            self._r.used.add(i)
            ranking = self._r.ranking or Ranking()
            ranking.descending = span.is_cue("rank_high") or (ranking.descending and not span.is_cue("rank_low"))
            detail = next((term.detail for term in span.terms if term.id == "rank_metric"), "")
            if detail:
                metric, direction = detail.split()
                ranking.metric, ranking.descending = metric, direction == "high"
            self._take_limit(i, ranking)
            self._r.ranking = ranking
        if self._r.ranking and self._r.ranking.limit is None:
            self._r.ranking.limit = self._counted_limit() or self._implied_limit()

    def _take_ranked_change(self) -> None:
        """ "which region grew the most", "the biggest drop": by how much, and not how high the figure is."""
        words = {token.norm for token in self._a.tokens}
        if self._r.ranking is None or self._r.grain_target or not words & (_GROWING | _SHRINKING):
            return
        self._r.ranks_change = True
        self._r.ranking.descending = bool(words & _GROWING) is self._r.ranking.descending

    def _take_losses(self) -> None:
        """ "states where we lost money", "products with losses": those whose profit is below nothing."""
        words = {token.norm for token in self._a.tokens}
        if not words & _LOSING or not (self._r.implied == "profit" or self._r.metrics == ["profit"]):
            return
        if self._r.ranking and not self._r.metrics:
            self._r.ranking.descending = not self._r.ranking.descending  # "which lost the most"
        elif self._r.groups and not self._r.ranking and not self._r.having:
            self._r.having.append(Having(metric="profit", operator="lt", values=(0.0,)))
            self._r.order.append(OrderBy(by="", descending=False))

    def _take_limit(self, i: int, ranking: Ranking) -> None:
        for step in (1, -1):
            j = self._near(i, step)
            limit = _whole(self._spans[j].number) if j is not None and j not in self._r.used else None
            if j is not None and limit:
                ranking.limit = limit
                self._r.used.add(j)
                return

    def _counted_limit(self) -> int | None:
        """ "3 products with the smallest sales": the number stands before the thing, not before the cue."""
        for i, span in enumerate(self._spans):
            if set(span.ids(Meaning.DIMENSION) + span.ids(Meaning.UNIT)) & {*self._r.groups, self._r.grain_target}:
                j = self._near(i, -1)
                limit = _whole(self._spans[j].number) if j is not None and j not in self._r.used else None
                if j is not None and limit:
                    self._r.used.add(j)
                    return limit
        return None

    def _implied_limit(self) -> int | None:
        for span in self._spans:
            named = span.ids(Meaning.DIMENSION) + span.ids(Meaning.UNIT)
            if span.kind is SpanKind.GRAIN or set(named) & {*self._r.groups, self._r.grain_target}:
                return DEFAULT_RANKING if self._is_plural(span) else 1
        return 1 if any(token.norm in _QUESTION_WORDS for token in self._a.tokens) else DEFAULT_RANKING

    def _take_simple_cues(self) -> None:
        for i, span in enumerate(self._spans):
            if span.is_cue("share"):
                self._r.share = True
            elif span.is_cue("average"):
                self._r.average = True
            elif span.is_cue("ascending", "descending"):
                self._r.order.append(OrderBy(by="", descending=span.is_cue("descending")))
            elif span.is_cue("grouping", "everything", "compare", "follow_up", "change", "trend", "more_or_less"):
                pass
            else:
                continue
            self._r.used.add(i)
        self._side_by_side()

    def _side_by_side(self) -> None:
        """Two named things are shown beside each other unless they are asked for together."""
        together = any(token.norm in _TOGETHER for token in self._a.tokens)
        for item in self._r.filters:
            if item.operator == "in" and item.dimension not in self._r.groups and not together and not self._r.ranking:
                self._r.groups.append(item.dimension)


def _whole(number: NumberSpan | None) -> int | None:
    """A number that can say how many rows to show."""
    if number is None or number.unit is not None or number.value != number.value.to_integral_value():
        return None
    return int(number.value) if 0 < number.value <= LONGEST_RANKING else None
