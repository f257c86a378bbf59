"""A single order that is asked for by its number: "what did order 4711 come to", "order AB-2024-17: what was in it".

The number is looked up as the data spells it, and nothing else is guessed: a sentence is taken only where each of its parts
asks for the day, the customer, the value or the goods of that one order. Any other goes on to the planner."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from storage.metrics.model import SemanticModel
from storage.metrics.query import Filter, MetricQuery
from storage.uow import ReadUnitOfWork
from tools.query.planner import Plan
from tools.query.single_orders import ORDER
from tools.query.slots import DEFAULT_METRIC, Unsupported

_HERE: Final = "\x00"
"""Stands for the order in the sentence once its number is taken out."""
_NUMBER = r"(?P<number>#?(?=[\w/-]*\d)[a-z0-9]+(?:[-/][a-z0-9]+)*)(?![\w/-])(?!\.\d)"
_NAMED = re.compile(
    rf"\b(?:the |that |our )?(?:order|receipt|ticket|invoice)(?:,? ?(?:number|no\b\.?|nr\b\.?|id))? ?[:#]? ?{_NUMBER}",
    re.IGNORECASE,
)
_BARE = re.compile(r"(?<![\w/#-])(?P<number>#[a-z0-9-]*\d|[a-z]{1,4}-\d{2,4}-\d{3,})(?![\w/-])(?!\.\d)", re.IGNORECASE)
"""What is a number of an order by its looks: only where the data has such an order."""
_A_YEAR = re.compile(r"(?:19|20)\d\d")
_MARKS = re.compile(r"(?:[\s,.;:?!–—]|(?<=\s)-(?=\s))+")
_PARTS = re.compile(r" , (?:and )?| and (?:also )?")
_SHORT = ((re.compile(r"\b(what|who|when)(?:'|’)?s\b(?! order)"), r"\1 is"), (re.compile(r"^whose is "), "whose "))

_IT = rf"(?:{_HERE}|it|the order|that(?: one)?|this(?: one)?)"
_WAS = r"(?:was|is|were|are)"
_GOODS = r"(?:items?|goods|products?|articles?|things|lines|order lines|line items|contents?)"
_WORTH = r"(?:net |total |whole |order )*(?:value|amount|total|sum|worth)"
_WHO = r"(?:customer|client|buyer)"
_OF_IT = rf"(?: (?:of|for|on|in|inside|behind) {_IT})?"

_OPENINGS = re.compile(
    r"^(?:(?:fine|ok|okay|so|then|right|well|now|and|hi|hello|hey|there|please|pls|kindly|just|also|po|quick one) |"
    r"(?:can|could|would|will) you (?:please )?|(?:tell|show|give|let) (?:me|us)(?: know| see)? |(?:i|we) (?:want|need|would like) (?:to )?(?:know |see )?)+"
)
_CLOSINGS = re.compile(r"(?: (?:please|pls|plz|thanks|thank you|thx|po|exactly|then))+$")
_CONTENTS = (
    rf"what (?:all )?{_WAS}(?: all| there)? (?:in|inside|on)(?: {_IT})?",
    rf"(?:what|which) (?:all )?{_GOODS} (?:did|does) {_IT} (?:contain|include|have|hold)",
    rf"(?:what|which) (?:all )?{_GOODS} {_WAS}(?: there)?(?: (?:in|inside|on) (?:{_IT}|there))?",
    rf"(?:what|which) {_GOODS}",
    rf"what (?:did|does) {_IT} (?:contain|include|hold|consist of)",
    rf"(?:what|which) (?:{_GOODS} )?{_WAS} (?:bought|ordered|sold) (?:in|on|with) {_IT}",
    rf"(?:the |its |all |all the )?{_GOODS}{_OF_IT}",
    rf"{_HERE} with (?:its |all |all its |the )?{_GOODS}",
)
_ITSELF = (
    rf"(?:look up|look|show|find|pull up|pull|get|open|bring up|check)?(?: (?:me|us))? ?{_HERE}(?: up)?",
    rf"(?:(?:the |its |all |all the )?(?:details?|info(?:rmation)?)(?: (?:of|on|for|about) {_IT})?|about {_HERE})",
    rf"whose (?:order )?{_WAS} {_IT}",
    rf"whose {_IT}(?: {_WAS})?",
    rf"who(?:m)? {_WAS} {_IT} (?:for|from|by)",
    rf"who (?:placed|made|ordered|put in|gave us) {_IT}",
    rf"(?:from|for|by) whom(?: {_WAS} {_IT})?",
    rf"(?:which|what) {_WHO} (?:placed|made|ordered|gave us|put in) {_IT}",
    rf"(?:(?:who|which|what) {_WAS} )?(?:the |its )?(?:{_WHO})(?: name)?{_OF_IT}",
    rf"(?:what|how much) (?:did|does) {_IT} (?:come|came|amount|add up|run|total up)(?: (?:in )?to)?(?: in (?:total|all))?",
    rf"(?:what|how much) {_IT} (?:came|comes|amounted) to",
    rf"how much {_WAS} {_IT}(?: worth| for)?",
    rf"how much(?: {_WAS} in {_IT})?",
    rf"(?:what {_WAS} {_IT} worth|for how much)",
    rf"(?:for )?(?:what {_WAS} )?(?:what |which |the |its )?{_WORTH}{_OF_IT}",
    rf"when {_WAS} {_IT}(?: (?:placed|made|from|ordered))?",
    rf"when (?:did )?{_IT} (?:come in|came in)",
    rf"when(?: {_WAS})?",
    rf"(?:(?:what|which) {_WAS} )?(?:what |which |the |its )?(?:order )?(?:day|date){_OF_IT}",
    rf"(?:what|which) (?:day|date) {_WAS} {_IT}(?: (?:placed|made|from))?",
)
_OF_CONTENTS, _OF_ITSELF = (re.compile("|".join(f"(?:{one})" for one in forms)) for forms in (_CONTENTS, _ITSELF))


@dataclass(frozen=True, slots=True)
class OrderAsked:
    """The number of one order as typed. `is_named` says that the question calls it an order, `contents` that it asks what
    was in it."""

    number: str
    is_named: bool
    contents: bool

    @property
    def spellings(self) -> tuple[str, ...]:
        """How the data may spell the number: with its sign or without, its letters large or as typed."""
        plain = self.number.removeprefix("#")
        return tuple(dict.fromkeys(f"{sign}{one}" for one in (plain, plain.upper()) for sign in ("", "#")))


def read_lookup(question: str) -> OrderAsked | None:
    """None where a question asks for anything but one order by its number."""
    for pattern, is_named in ((_NAMED, True), (_BARE, False)):
        if len(found := list(pattern.finditer(question))) != 1:
            continue
        (match,) = found
        asked = _parts(f"{question[: match.start()]} {_HERE} {question[match.end() :]}")
        if asked is None:
            return None
        return OrderAsked(match["number"], is_named, any(_OF_CONTENTS.fullmatch(part) for part in asked))
    return None


def _parts(sentence: str) -> list[str] | None:
    """What a sentence asks for, one by one; None where a part of it asks for anything else."""
    marked = _MARKS.sub(lambda found: " , " if found.group().strip() else " ", sentence.lower())
    for pattern, better in _SHORT:
        marked = pattern.sub(better, marked)
    parts = [_bare(part) for part in _PARTS.split(f"{marked.strip(' ,')}")]
    kept = [part for part in parts if part]
    known = all(_OF_CONTENTS.fullmatch(part) or _OF_ITSELF.fullmatch(part) for part in kept)
    return kept if kept and known else None


def _bare(part: str) -> str:
    """A part without the words that only ask kindly."""
    said = _OPENINGS.sub("", f"{part.strip()} ").strip()
    return re.sub(rf"^{_HERE} (?=(?:what|which|who|when|how|from|for)\b)", "", _CLOSINGS.sub("", said))


async def looked_up(uow: ReadUnitOfWork, question: str, model: SemanticModel) -> tuple[Plan, ...] | None:
    """The plans for one order that is asked for by its number; None where no order is. Raises Unsupported where there is
    none of that number, or it counts for nothing."""
    asked = read_lookup(question)
    if asked is None or ORDER not in model.dimensions:
        return None
    found = await uow.metrics.orders_called(asked.spellings)
    if not found:
        if not asked.is_named or _A_YEAR.fullmatch(asked.number):
            return None
        raise Unsupported(f"There is no order {asked.number} in your data.", not_held=True)
    if all(status == "cancelled" for _, status in found):
        raise Unsupported(f"Order {found[0][0]} was cancelled, so it counts for nothing.", not_held=True)
    return tuple(_plans(asked, tuple(dict.fromkeys(number for number, _ in found))))


def _plans(asked: OrderAsked, numbers: Sequence[str]) -> list[Plan]:
    """What was in it first, where that is asked. Its day and customer are shown with the order itself (single_orders.py)."""
    only = Filter(dimension=ORDER, operator="eq" if len(numbers) == 1 else "in", values=tuple(numbers))
    contents = MetricQuery(metrics=(DEFAULT_METRIC, "units"), dimensions=("product",), filters=(only,))
    itself = MetricQuery(metrics=(DEFAULT_METRIC,), dimensions=(ORDER,), filters=(only,))
    queries = [query for query, is_asked in ((contents, asked.contents), (itself, True)) if is_asked]
    named = ("what was in it", "the order itself")
    return [Plan(query, said=said if len(queries) > 1 else "") for query, said in zip(queries, named, strict=False)]
