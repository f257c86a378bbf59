"""Groups and bands in plain words: "define northern countries as Norway and Sweden", "group products starting with LAMP as
lamps", "price bands: under 10, 10 to 25, over 25". Pure: nothing is kept here."""

import re
from dataclasses import dataclass

from storage.metrics.model import MemberGroup, SemanticModel
from tools.language.annotation import Meaning
from tools.language.lexicon import Lexicon
from tools.language.numbers import find_numbers
from tools.language.text import tokenize
from tools.language.values import ValueIndex
from tools.query.defining import members_of, names_a_member, read_definition
from tools.query.slots import Unclear

_BY_TEXT = re.compile(
    r"^(?:please\s+|can you\s+|could you\s+)*(?:group|put|combine|bundle)\s+(?:all\s+)?(?:the\s+|our\s+|my\s+)?(?P<thing>[\w ]{2,40}?)\s+"
    r"(?:that\s+|which\s+|whose names?\s+)?(?P<how>start(?:ing|s)?\s+with|begin(?:ning|s)?\s+with|contain(?:ing|s)?|with)\s+(?:the word\s+)?"
    r"(?P<text>.{1,100}?)\s+(?:together\s+)?(?:as|into|under|in a group called)\s+(?P<label>\S.{0,80})$",
    re.IGNORECASE | re.DOTALL,
)
_BY_LIST = re.compile(
    r"^(?:please\s+|can you\s+|could you\s+)*(?:group|put|combine|bundle)\s+(?P<words>\S.{1,600}?)\s+(?:together\s+)?(?:as|into|under)\s+"
    r"(?P<label>\S.{0,80})$",
    re.IGNORECASE | re.DOTALL,
)
_BANDS = re.compile(
    r"^(?:please\s+)?(?:(?:set|make|change|define|draw|use)\s+)?(?:the\s+|our\s+|my\s+)?(?P<label>[\w ]{3,40}?)\s*(?::|=|\s(?:as|to|are|should be)\s)\s*"
    r"(?P<words>(?:under|below|up to|less than|from|over|above|[£$€\d]).*)$",
    re.IGNORECASE | re.DOTALL,
)
_EDGE_WORDS = frozenset("under below up to less than from over above more and or of items pieces months month at least - – + plus".split())  # fmt: skip


@dataclass(frozen=True, slots=True)
class Grouping:
    """A group of the members of a dimension."""

    of: str
    group: MemberGroup


@dataclass(frozen=True, slots=True)
class Edges:
    """Other edges for the bands of a dimension."""

    of: str
    edges: tuple[float, ...]


def read_dimension(
    sentence: str, model: SemanticModel, lexicon: Lexicon, values: ValueIndex, currency: str | None
) -> Grouping | Edges | None:
    """What a sentence defines; None where it defines no dimension. Raises Unclear where it is not clear what is meant."""
    said = sentence.strip().rstrip(" .!?")
    if (found := _BANDS.match(said)) and (of := _banded(found["label"], model, lexicon)) is not None:
        return Edges(of, _edges(found["words"], model, of, currency))
    if found := _BY_TEXT.match(said):
        of = _thing(found["thing"], lexicon)
        if of is not None:
            text = found["text"].strip(" \"'“”„«»")
            begins = found["how"].lower().startswith(("start", "begin"))
            group = {"begins_with": (text,)} if begins else {"contains": (text,)}
            return Grouping(of, MemberGroup(label=_named(found["label"]), **group))
    if found := _BY_LIST.match(said):
        return _listed(found["label"], found["words"], values, model)
    if (defined := read_definition(said)) is not None and names_a_member(defined.words, values):
        return _listed(defined.label, defined.words, values, model)
    return None


def _named(label: str) -> str:
    label = label.strip(" \"'“”„«».!?")
    return label[:1].upper() + label[1:]


def _thing(phrase: str, lexicon: Lexicon) -> str | None:
    tokens = tokenize(phrase)
    hits = lexicon.phrases.find(tokens)
    whole = hits[0].meanings if hits and (hits[0].start, hits[0].end) == (0, len(tokens)) else ()
    return next((term.id for term in whole if term.meaning is Meaning.DIMENSION), None)


def _banded(phrase: str, model: SemanticModel, lexicon: Lexicon) -> str | None:
    of = _thing(phrase, lexicon)
    return of if of is not None and model.dimensions[of].bands else None


def _listed(label: str, words: str, values: ValueIndex, model: SemanticModel) -> Grouping:
    """Each member by its name, all of one dimension."""
    members: list[dict[str, str]] = []
    for part in members_of(words):
        tokens = tokenize(part)
        hits = values.whole(tokens, set())
        if not hits or (hits[0].start, hits[0].end) != (0, len(tokens)):
            raise Unclear(f"I found nothing called “{part.strip()[:80]}” in your data. What do you mean by it?")
        members.append({value.dimension: value.text for value in hits[0].values})
    common = set[str].intersection(*(set(found) for found in members)) if members else set[str]()
    if not common:
        raise Unclear(
            "These are not all of one kind. A group has members of one thing: countries, products or customers."
        )
    if len(common) > 1:
        labels = sorted(model.dimensions[name].label.lower() for name in common)
        raise Unclear(
            f"Do you mean each as a {' or as a '.join(labels)}? Please define it with names that only one has."
        )
    (of,) = common
    return Grouping(of, MemberGroup(label=_named(label), values=tuple(dict.fromkeys(one[of] for one in members))))


def _edges(words: str, model: SemanticModel, of: str, currency: str | None) -> tuple[float, ...]:
    """Every number is an edge; said twice ("under 10, 10 to 25") it is one. Raises Unclear for words that say more, and
    where bands would leave a gap or overlap."""
    tokens = tokenize(words)
    numbers = find_numbers(tokens, currency)
    taken = {i for number in numbers for i in number.tokens}
    other = [
        t.text for i, t in enumerate(tokens) if i not in taken and t.norm not in _EDGE_WORDS and t.norm not in ",;."
    ]
    bands = model.dimensions[of].bands
    if other or bands is None:
        raise Unclear(
            f"I do not know what “{' '.join(other)[:80]}” means for bands. Say them so: under 10, 10 to 25, over 25."
        )
    foreign = next((n.unit for n in numbers if n.unit not in (None, currency)), None)
    if foreign is not None or (bands.unit != "money" and any(n.unit for n in numbers)):
        raise Unclear(f"Bands are in your own currency{f', {currency}' if currency else ''}, in pieces or in months.")
    said = [float(number.value) for number in numbers]
    edges = tuple(dict.fromkeys(said))
    inner = [edge for edge in edges if said.count(edge) > 1]
    if list(edges) != sorted(edges) or not edges or (len(said) > len(edges) and len(inner) < len(edges)):
        raise Unclear(
            "These bands leave a gap or overlap. Say them in their order, each beginning where the last one ends."
        )
    return edges
