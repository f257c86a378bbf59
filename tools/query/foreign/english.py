"""A frame said in the planner's own terms. Names are put between quotation marks and never changed."""

from storage.metrics.model import SemanticModel
from tools.query.figures import plural
from tools.query.foreign.frame import Condition, Frame, Named, NotUnderstood, Thing

_OPERATORS = {
    "more_than": "more than", "at_least": "at least", "less_than": "less than", "at_most": "at most", "equals": "exactly",
}  # fmt: skip
_AMOUNTS = {"more_than": "over", "at_least": "of at least", "less_than": "under", "at_most": "of at most", "equals": "of exactly"}  # fmt: skip
_WITHOUT_IN = (
    "from ", "since ", "until ", "before ", "after ", "today", "yesterday", "tomorrow", "on ", "last ", "this ", "next ", "the day ",
    "the same ",
)  # fmt: skip


def in_english(frame: Frame, model: SemanticModel) -> str:
    """Raises NotUnderstood where the frame says too little."""
    return _Speaker(frame, model).say()


class _Speaker:
    def __init__(self, frame: Frame, model: SemanticModel) -> None:
        self._frame = frame
        self._model = model

    def say(self) -> str:
        frame = self._frame
        parts = [self._asked(), *self._names(), *self._when(), *self._against()]
        text = " ".join(part for part in parts if part)
        if not text:
            raise NotUnderstood("nothing")
        text = f"compare {text}" if frame.side_by_side else text
        return f"and {text}" if frame.follows else text

    def _asked(self) -> str:
        frame = self._frame
        figures = self._figures()
        if frame.lacking:
            if frame.of is None or frame.condition is not None:
                raise NotUnderstood("lacking")
            return f"{self._many_if(frame.of)} without orders"
        if frame.condition is not None:
            return self._conditioned(frame.condition)
        if frame.rank is not None:
            return f"the {frame.rank.limit or 1} latest orders" if frame.latest else self._ranked(figures)
        if frame.share:
            return self._share(figures)
        if frame.average:
            return self._average(figures)
        if self._of_members():
            return ""
        return " ".join(part for part in (self._gathered(figures), self._by(frame.groups)) if part)

    def _gathered(self, figures: str) -> str:
        """The figures as they are, or over time."""
        frame = self._frame
        if frame.running:
            figures = f"running total of {figures}"
        elif frame.change and (frame.metrics or not frame.follows):
            stepwise = any(thing.is_unit for thing in frame.groups) and not frame.compare
            figures = f"growth of {figures}" if stepwise else f"change of {figures}"
        elif frame.trend:
            figures = f"trend of {figures}" if figures else "trend"
        return f"{figures} instead of {self._figure(frame.replaced)}" if frame.replaced else figures

    def _of_members(self) -> bool:
        """ "Kunden, die A gekauft haben, aber nicht B"."""
        frame = self._frame
        both = {named.negated for named in frame.names} == {True, False}
        return frame.bought and both and [thing.id for thing in frame.groups] == ["customer"]

    def _figures(self) -> str:
        names = [self._figure(metric) for metric in self._frame.metrics]
        return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)

    def _figure(self, metric: str) -> str:
        if metric not in self._model.metrics:
            raise NotUnderstood("unplaced", metric)
        return self._model.metrics[metric].label.lower()

    def _by(self, things: list[Thing]) -> str:
        return f"by {' and '.join(self._one(thing) for thing in things)}" if things else ""

    def _one(self, thing: Thing) -> str:
        return thing.id if thing.is_unit else self._model.dimensions[thing.id].label.lower()

    def _many(self, thing: Thing) -> str:
        return f"{thing.id}s" if thing.is_unit else plural(thing.id, self._model)

    def _many_if(self, thing: Thing) -> str:
        return f"how many {self._many(thing)}" if self._frame.counted else self._many(thing)

    def _ranked(self, figures: str) -> str:
        frame, rank = self._frame, self._frame.rank
        if rank is None:
            return ""
        first = "top" if rank.descending else "bottom"
        limit = f" {rank.limit}" if rank.limit is not None else ""
        if rank.target is None:
            if not frame.follows and not frame.groups:
                raise NotUnderstood("rank_of_what", options=("rank_product", "rank_customer", "rank_month"))
            return f"{first}{limit}" + (f" by {figures}" if figures else "")
        if rank.whole:
            order = "highest" if rank.descending else "lowest"
            return f"{figures or 'net sales'} by {self._one(rank.target)} {order} first"
        many = self._one(rank.target) if rank.limit == 1 else self._many(rank.target)
        each = "".join(f" in each {self._one(thing)}" for thing in frame.within)
        if frame.change:
            verb = "grew" if rank.descending == frame.rising else "fell"
            return f"which{limit} {many} {verb} the most{f' in {figures}' if figures else ''}{each}"
        return f"{first}{limit} {many}{f' by {figures}' if figures else ''}{each}"

    def _share(self, figures: str) -> str:
        groups = self._frame.groups
        if not (groups or self._frame.metrics or self._frame.names):
            return "in percent"
        if groups:
            each = " and ".join(self._one(thing) for thing in groups)
            return f"share of each {each} of {figures or 'net sales'}"
        return f"share of {figures or 'net sales'}"

    def _average(self, figures: str) -> str:
        frame = self._frame
        if not frame.groups:
            if frame.follows:
                return f"average {figures}"
            if frame.metrics == ["orders"]:
                return "average order value"
            raise NotUnderstood(
                "average_of_what", *frame.metrics, options=("average_order", "average_month", "average_day")
            )
        figures = figures or "net sales"
        if frame.metrics in (["orders"], ["customers"]):
            figures = f"number of {figures.removeprefix('active ')}"
        return f"average {figures} per {self._one(frame.groups[0])}" + (f" {self._by(frame.groups[1:])}" if frame.groups[1:] else "")  # fmt: skip

    def _conditioned(self, condition: Condition) -> str:
        frame = self._frame
        numbers = [f"{number.normalize():f}" for number in condition.numbers]
        bound = f"between {numbers[0]} and {numbers[1]}" if len(numbers) > 1 else f"{_OPERATORS[condition.operator]} {numbers[0]}"  # fmt: skip
        of = frame.of
        if of is None and frame.metrics == ["orders"] and condition.metric is None:
            of = Thing("order_number", is_unit=False)
        if of is None:
            raise NotUnderstood("condition_on_what")
        if of.id == "order_number" and condition.metric is None:
            frame.of = of
            over = f"between {numbers[0]} and {numbers[1]}" if len(numbers) > 1 else f"{_AMOUNTS[condition.operator]} {numbers[0]}"  # fmt: skip
            return f"how many orders were {over}" if frame.counted else f"orders {over} euros"
        metric = condition.metric or (frame.metrics[0] if frame.metrics and frame.metrics != ["orders"] else None)
        counted = metric is not None and self._model.metrics[metric].unit != "money"
        held = f"with {bound} {self._figure(metric)}" if counted and metric else f"with {self._figure(metric or 'revenue')} of {bound}"  # fmt: skip
        return f"{self._many_if(of)} {held}"

    # ── names and times ──────────────────────────────────────────────────────────────────────────────────

    def _names(self) -> list[str]:
        kept = [named for named in self._frame.names if not (named.negated or named.instead)]
        without = [named for named in self._frame.names if named.negated]
        replaced = [named for named in self._frame.names if named.instead]
        said: list[str] = []
        if self._of_members():
            return [f"customers who bought {self._listed(kept)} but not {self._listed(without)}"]
        days = [named for named in kept if named.kind in ("weekday", "part_of_week") and not named.values]
        others = [named for named in kept if named not in days]
        if others:
            said.append(f"for {self._listed(others)}")
        said += [f"on {named.text}" for named in days]
        if replaced:
            said.append(f"instead of {self._listed(replaced)}")
        if without:
            said.append(f"without {self._listed(without)}")
        return said

    def _listed(self, names: list[Named]) -> str:
        return " and ".join(self._name(named) for named in names)

    def _name(self, named: Named) -> str:
        values = named.narrowed()
        if not named.whole or not values:
            return named.text.strip("\"“”„«»'‘’ ")
        text = values[0].text
        quoted = f'"{text}"' if '"' not in text else text
        return f"{self._model.dimensions[values[0].dimension].label.lower()} {quoted}" if named.kind and len(named.values) > 1 else quoted  # fmt: skip

    def _when(self) -> list[str]:
        frame = self._frame
        if frame.side_by_side:
            return [_in(frame.periods[0]), f"with {frame.periods[1]}"]
        said = [_in(frame.periods[0]), *(f"and {_in(period)}" for period in frame.periods[1:])] if frame.periods else []
        if frame.shift:
            said.append(frame.shift)
        if frame.everything and not said:
            said.append("overall")
        return said

    def _against(self) -> list[str]:
        return [f"compared with {self._frame.compare}"] if self._frame.compare else []


def _in(period: str) -> str:
    if period.startswith(_WITHOUT_IN) or period.endswith((" ago", " before last")):
        return period
    if period[:1].isdigit() and ("-" in period or " " in period):
        return f"on {period}"
    return f"in {period}"
