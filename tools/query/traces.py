"""What a question says must leave a trace in its query: a word that asks for something and changed nothing is asked back.

The readers of single slots each take the words they know, so a phrase may be swallowed by one of them without another
having acted on it ("… but France must be left out"). Here the finished query is held against the words once more.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from tools.language.annotation import Annotation, Meaning, SpanKind
from tools.query.draft import Draft
from tools.query.slots import Reading, Unclear, Unsupported
from tools.query.vocabulary import GOODS

_BLANK, _FIGURE = "·", "¤"
_NEGATIVE = ("ne", "not_in", "is_null")

_EXCLUDING = re.compile(
    r"\b(?:other than|others? .{0,30}\bthan|apart from|aside from|except(?:ed|ing)?|exclud(?:e|ed|ing)|excl|leav(?:e|ing) out|left out|left aside"
    r"|leave .{1,40} out|neither|nor|minus|everything but|all but|everyone but|everybody but|besides)\b"
)
_THE_REST = re.compile(
    r"\b(?:(?:everything|everyone|everybody|anything|anyone|all|somewhere|everywhere) else|(?:all |and |vs |versus |against |than |to |with )(?:the )?"
    r"(?:others|other ones|rest|remaining|remainder))\b"
)
_BOTH_TIMES = re.compile(
    r"\b(?:both|either|each of the (?:two|three)) (?:years|months|quarters|weeks|days|seasons|times|periods|halves)\b(?! (?:are |being )?(?:included|inclusive|incl|counted|in)\b)"
)
_WHO = re.compile(r"(?:^|[,:;?.!-] ?|\band |\bplus )(?:by |from |for )?(?:who|whom|whose)\b")
_WHICH = re.compile(
    r"\b(?:and|,) (?:in |on |for )?which\b(?! (?:of|is|was|were|are|amount|sum|value|price|date|day)\b)"
)
_ONE_BASKET = re.compile(
    r"\b(?:(?:same|one|single) (?:order|basket|receipt|ticket|transaction|purchase|cart|bill|invoice)s?|in one go|at once|together with|along with)\b"
)
_BOUGHT_WITH = re.compile(
    r"\b(?:people|customers?|clients?|they|somebody|someone|everybody|buyers?|shoppers?)\b(?: \S+){0,3}? "
    r"(?:buy|buys|bought|take|takes|took|get|gets|got|have|had|order|ordered|eat|drink|add) (?:\S+ ){0,2}?with\b"
)
_MEAN_OF_MEANS = re.compile(
    r"\b(?:average|mean|avg) of (?:the |all |all the |our )*(?:\S+ )?(?:averages?|means?|avg)\b"
)
_DAYS = r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
_WEEKDAYS = re.compile(rf"\b{_DAYS} (?:to|till|until|through|thru|-|–) {_DAYS}\b")
_UP_ON = re.compile(r"\b(?:up|down|ahead|behind|back) on\b")
_RUN_UP = re.compile(r"\b(?:run|runup|lead|leading|build|building)(?: |-)?up to\b")
_SELLS_MOST = re.compile(r"\b(?:each|every|per) (?:day|week|month|quarter|year)\b")
_EACH = frozenset(["each", "every", "apiece", "per"])
_ALL_THE_TIME = re.compile(
    r"\b(?:who|that|which|customers?|products?) (?:\S+ ){0,2}?(?:bought|ordered|buy|order|sold|sell|purchased|came|come|shopped)(?: \S+){0,2} (?:in )?(?:every|each)"
    r"(?: single)? (?:day|week|month|quarter|year)\b"
)
_OTHER = re.compile(r"\b(?:and|vs|versus|against|than|with|to)(?: in| on| for)? (?:all |the )+other \S+")
_LONGER_SHORTER = re.compile(r"\b(?:which|what) (?:\S+ ){1,6}?(?:more|less|fewer|better|worse)\b.* than\b")
_OF_AN_EARLIER = re.compile(
    r"\b(?:orders?|sales|goods|things|purchases?|items) (?:\S+ )?(?:from|of|in|placed|made|bought|sold)\b"
)
_SCOPE = re.compile(
    rf"\b(?:excluding|exclude|except|without|minus|leaving out|apart from|other than)(?: the)? {_BLANK} {_FIGURE} (?:from|in|of|to|at|by|via) (?:the )?{_BLANK}"
)
_AND_WHAT = re.compile(
    r"\b(?:bought|buy|sold|sell|spent|spend|earned)\b.*\band (?:also |then )?(?:what|how much|how many)\b"
)
_SOLD_WITHOUT = re.compile(r"\b(?:sold|bought|ordered|orders?|buying|buy) (?:\S+ ){0,2}?without (?:a|an|any)\b")
_GREATER = re.compile(r"\b(?:bigger|larger|higher|lower|smaller|better|worse|more|less|fewer)\b.*\bthan\b")
_COUNTING = frozenset("many number numbers count counted nr no nb".split())
_CONTAINING = frozenset(
    "contain contains contained containing include includes included including have had with has".split()
)
_ORDERING = frozenset("ordered bought purchased shopped came buy order".split())


def refuse_untraced(annotation: Annotation, reading: Reading, draft: Draft, *, follows: bool) -> None:
    """Raises Unclear or Unsupported where the query lacks what the words ask for. `follows`: it changes the one before."""
    said = " ".join(_words(annotation))
    typed = " ".join(token.norm for token in annotation.tokens)
    _refuse_what_is_kept(said, reading, draft)
    _refuse_periods(annotation, said, draft)
    _refuse_baskets(typed, draft)
    _refuse_change(annotation, said, reading, draft)
    _refuse_parts_within(annotation, draft)
    _refuse_ratio(annotation, draft)
    _refuse_what_one_query_lacks(annotation, said, draft)
    _refuse_what_is_held_together(typed, reading, draft)
    if not follows:
        _refuse_people(said, draft)
        _refuse_each(said, draft)
        if (
            len(re.findall(r"\bwhich\b", said)) > 1
            and _WHICH.search(said)
            and len(draft.groups) + bool(draft.grain) <= 1
        ):
            raise Unsupported("That asks for two things: please ask for one at a time.")
    if _MEAN_OF_MEANS.search(typed) and draft.window is None:
        raise Unsupported("I can show an average of each, not yet the average of averages.")


def _words(annotation: Annotation) -> Iterator[str]:
    """The words that stand for themselves: of names, figures and phrases said in passing only a blank is left."""
    taken = {
        i: _FIGURE if span.ids(Meaning.METRIC) else _BLANK
        for span in annotation.spans
        if span.kind is SpanKind.VALUE or span.ids(Meaning.METRIC) or span.is_cue("chatter")
        for i in range(span.start, span.end)
    }
    for i, token in enumerate(annotation.tokens):
        yield taken.get(i, token.norm)


def _refuse_what_is_kept(said: str, reading: Reading, draft: Draft) -> None:
    left_out = any(item.operator in _NEGATIVE for item in draft.filters) or any(m.negated for m in draft.members)
    noted = any("no part of net sales" in note for note in reading.notes)
    if _SCOPE.search(said) and left_out:
        raise Unclear("What exactly is to be left out? Please say that part in another way.")
    for pattern in (_EXCLUDING, _THE_REST, _OTHER):
        found = pattern.search(said)
        if found and not left_out and not noted and not reading.replaced:
            raise Unsupported(f"I cannot tell what “{found[0].replace(_BLANK, '…').strip()}” leaves out or takes in.")


def _refuse_periods(annotation: Annotation, said: str, draft: Draft) -> None:
    named = [span for span in annotation.spans if span.period or span.comparison]
    if _BOTH_TIMES.search(said) and draft.times.compare is None and draft.grain is None and len(named) < 2:  # noqa: PLR2004 — both
        raise Unclear("Which two periods do you mean? Please name both.")
    if _RUN_UP.search(said) and draft.times.current is not None and draft.times.current.start is None:
        raise Unclear("From which day on?")
    if draft.limit == 1 and draft.grain and not draft.groups and _SELLS_MOST.search(said):
        raise Unclear("The best of what in each of them? For example: the best product of each month.")
    if _WEEKDAYS.search(said) and any(item.dimension == "weekday" for item in draft.filters):
        raise Unsupported("I cannot take weekdays from one to another yet: please name each of them.")


def _refuse_baskets(typed: str, draft: Draft) -> None:
    named = [item for item in draft.filters if item.dimension in GOODS and item.operator not in _NEGATIVE]
    several = len(named) > 1 or any(item.operator == "in" for item in named)
    if (several and _ONE_BASKET.search(typed)) or (named and _BOUGHT_WITH.search(typed)):
        raise Unsupported(
            "I cannot tell yet which orders held several things at once. I can tell what is bought together: for example, "
            "what goes with a product."
        )


def _refuse_people(said: str, draft: Draft) -> None:
    # Single orders are shown with their customers.
    told = {"customer", "salesperson", "supplier", "order_number", "counterparty"} & {
        *draft.groups,
        *(member.dimension for member in draft.members),
    }
    named = {"customer", "salesperson", "supplier"} & {item.dimension for item in draft.filters}
    named |= {item.dimension for item in draft.filters if item.operator == "in"}  # "California or Texas, who is better"
    counted = any("customer" in metric for metric in draft.metrics)
    if _WHO.search(said) and not (told or named or counted):
        raise Unclear("Who: customers, or your salespeople? Please ask for them by that name.")


_EACH_SIDE = re.compile(r"\b(?:of|in|for|much|many) each(?: one)?\W*$", re.IGNORECASE)


def _refuse_each(said: str, draft: Draft) -> None:
    split = (
        len(draft.metrics) > 1
        or draft.groups
        or draft.grain
        or draft.mean_over
        or draft.members
        or draft.having
        or draft.counts
    )
    sides = draft.times.compare is not None and _EACH_SIDE.search(said)  # "in May against April, how much each"
    if split or sides or any("_per_" in metric or metric.startswith("average") for metric in draft.metrics):
        return
    word = next((word for word in said.split(" ") if word in _EACH), None)
    if word is not None:
        raise Unclear(f"A row for each of what? I cannot tell what “{word}” goes with.")


def _refuse_change(annotation: Annotation, said: str, reading: Reading, draft: Draft) -> None:
    """A word of change asks for two figures, be they of two periods, of two things or of a line over time."""
    cue = next((span for span in annotation.spans if span.is_cue("change")), None)
    held = _UP_ON.search(said)
    if held and draft.times.compare is None and not draft.window and not draft.times.steps:
        raise Unclear(f"“{held[0]}” of which period against which? For example: this year against last year.")
    if cue is None or draft.times.compare or draft.grain or draft.window or draft.times.steps or reading.ranks_change:
        return
    if len(draft.groups) == 1 and any(item.operator == "in" or draft.groups for item in draft.filters):
        return
    change = annotation.said(cue.start, cue.end)
    raise Unclear(f"“{change}” from when to when? For example: last month against the month before.")


def _refuse_parts_within(annotation: Annotation, draft: Draft) -> None:
    """ "as a share of the country's revenue", "the share of tea in Germany's sales": parts of several wholes."""
    if not draft.share or len(draft.groups) + bool(draft.grain) < 1:
        return
    several = len(draft.groups) > 1 or any(item.operator == "in" for item in draft.filters)
    whose = any(
        annotation.tokens[span.end - 1].text.lower().endswith(("'s", "’s", "s'", "s’"))
        for span in annotation.spans
        if span.values or span.ids(Meaning.DIMENSION)
    )
    if several and whose:
        raise Unsupported("I can show shares of one total, not yet of each of several totals.")


def _refuse_what_one_query_lacks(annotation: Annotation, said: str, draft: Draft) -> None:
    periods = sum(span.period is not None for span in annotation.spans)
    words = set(said.split(" "))
    typed = " ".join(token.norm for token in annotation.tokens)
    counted = "customers" in draft.metrics and {"many", "number"} & {*typed.split(" ")}
    if _ALL_THE_TIME.search(typed) and not draft.having and not draft.limit and not counted:
        raise Unsupported("I cannot tell yet who or what was there in each of several periods.")
    held = draft.times.compare is not None and draft.groups and draft.limit is None
    if held and _LONGER_SHORTER.search(said) and not any(item.operator == "in" for item in draft.filters):
        raise Unsupported("I can show the change of each, not yet only those that rose or fell.")
    if (
        {"refunds", "refund_count"} & {*draft.metrics}
        and periods > 1
        and not draft.times.compare
        and _OF_AN_EARLIER.search(typed)
    ):
        raise Unsupported("I can count refunds by the day they were given, not yet by the day of the order as well.")
    named = len(draft.metrics) == 1 and draft.metrics[0] not in ("revenue", "units", "orders")
    if _AND_WHAT.search(said) and named and not draft.having and not draft.times.compare:
        raise Unsupported("That asks for two things: please ask for one at a time.")
    if draft.metrics[0] in ("customers", "new_customers", "returning_customers") and "customer" in draft.groups:
        raise Unclear("Which figure of each customer: net sales, or orders?")
    if not draft.share:
        return
    several = any(item.operator in ("in", "contains") and item.dimension in GOODS for item in draft.filters)
    if draft.metrics == ("orders",) and several and words & _CONTAINING:
        raise Unsupported("I cannot tell yet what part of the orders held one of several products.")
    if draft.metrics == ("customers",) and draft.filters and words & _ORDERING:
        raise Unsupported("I cannot tell yet what part of some customers ordered in a period.")
    if len(draft.metrics) > 1 and {"is", "are", "was", "were"} & words and not {"and", ",", "+", "plus"} & words:
        raise Unsupported("I can show what part of a total one thing makes up, not one figure as a part of another.")


def _refuse_what_is_held_together(typed: str, reading: Reading, draft: Draft) -> None:
    words = {*typed.split(" ")}
    listed = [item.dimension for item in draft.filters if item.operator in ("in", "contains")]
    bounded = draft.having or draft.held_to
    held = draft.times.compare or bounded or draft.grain or draft.window or reading.ranking or draft.members
    if _GREATER.search(typed) and not held and not (listed and draft.groups) and len(draft.groups) + len(listed) <= 1:
        raise Unsupported("I can hold two things of one kind against each other, or two periods: please name both.")
    if any(item.dimension in GOODS and item.operator in _NEGATIVE for item in draft.filters) and _SOLD_WITHOUT.search(
        typed
    ):
        raise Unsupported("I cannot tell yet what was sold in orders without something else.")
    if reading.counts and not words & _COUNTING and not reading.wants_count:
        raise Unsupported("I can count or list those that meet a condition, not yet add up what they come to.")
    if typed.count("share of") > 1 and not draft.share:
        raise Unsupported("I can show one share at a time.")
    years = draft.grain == "year" and "customer" in draft.groups and draft.times.current is not None
    if years and not words & {"year", "years", "yearly", "annual", "annually", "each", "per", "by"}:
        raise Unclear(
            "Those of either year, or those of both? For example: customers who bought in 2025 and also in 2026."
        )


def _refuse_ratio(annotation: Annotation, draft: Draft) -> None:
    """ "profit per unit": two figures side by side are not the one divided by the other."""
    for one, other in pairwise(annotation.spans):
        per = one.is_cue("grouping") and annotation.tokens[one.start].norm == "per" and one.end == other.start
        figure = next(iter(other.ids(Meaning.METRIC)), None)
        thing = annotation.after(other)
        per = per and not (
            thing is not None and thing.start == other.end and thing.ids(Meaning.DIMENSION)
        )  # "per sales employee"
        divided = any("_per_" in metric or metric.startswith("average") for metric in draft.metrics)
        if (
            per
            and figure in draft.metrics
            and len(draft.metrics) > 1
            and not divided
            and not other.ids(Meaning.DIMENSION)
        ):
            said = annotation.said(one.start, other.end)
            raise Unsupported(f"I cannot divide one figure by the other yet, as “{said}” asks.")
