"""The words of a question as typed items: names of the data first, then turns of time, then the words of the language.

A name is never read as anything else, and never changed: what is between quotation marks or named in full in the data is
taken out before the language is looked at, unless a longer phrase of the language says it.
"""

from collections.abc import Container, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from rapidfuzz.distance import OSA

from storage.metrics.model import SemanticModel
from tools.ingestion.places import country_name
from tools.language.annotation import Meaning
from tools.language.lexicon import Lexicon
from tools.language.text import TokenKind, tokenize
from tools.language.values import Value, ValueIndex, closest_word
from tools.query.foreign.lexicon import Sense, Tongue
from tools.query.foreign.moments import Moment, find_moments
from tools.query.foreign.words import Word, word, words_of

MOST_PARTIAL_VALUES = 60
SHORTEST_PART = 3
SHORTEST_MENDED = 5
SHORTEST_PIECE = 3
LONG = 8
_NUMBERED = frozenset(["sku", "postal_code", "order_number"])
_LONGEST_KIND = 3
_DOTTED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
_PARTS = frozenset(["metric", "dimension", "unit", "month", "ranking"])
_PART_CUES = frozenset(["share", "trend", "average", "change", "rank_high", "online", "running", "compare", "total"])


@dataclass(frozen=True, slots=True)
class Item:
    """Words [start, end) of a question. One of `senses`, `values`, `moment` and `number` is set, or none where they mean
    nothing known. `whole`: the values are named in full; `unknown`: the word as typed."""

    start: int
    end: int
    text: str
    senses: tuple[Sense, ...] = ()
    values: tuple[Value, ...] = ()
    whole: bool = True
    moment: Moment | None = None
    number: Decimal | None = None
    exact: bool = True
    """Whether the words are those of the lexicon as they stand there, and not by their stems alone."""

    def of(self, kind: str) -> tuple[Sense, ...]:
        return tuple(sense for sense in self.senses if sense.kind == kind)

    def ids(self, kind: str) -> tuple[str, ...]:
        return tuple(sense.id for sense in self.senses if sense.kind == kind)

    def cue(self, *names: str) -> bool:
        return any(sense.kind == "cue" and sense.id in names for sense in self.senses)

    @property
    def is_filler(self) -> bool:
        return bool(self.senses) and all(sense.kind == "filler" for sense in self.senses)

    @property
    def is_unknown(self) -> bool:
        return not (self.senses or self.values or self.moment or self.number is not None)


@dataclass(frozen=True, slots=True)
class Scan:
    """`mended` are words read as others: as typed → as understood."""

    text: str
    words: tuple[Word, ...]
    items: tuple[Item, ...]
    mended: dict[str, str] = field(default_factory=dict[str, str])


class Scanner:
    """Reads one language over one tenant's figures. `real` are the words of the language, which are no slips."""

    def __init__(self, tongue: Tongue, lexicon: Lexicon, model: SemanticModel, real: Container[str]) -> None:
        self._tongue = tongue
        self._lexicon = lexicon
        self._model = model
        self._real = real

    def scan(self, text: str, values: ValueIndex) -> Scan:
        words = self._without_compounds(words_of(text, self._tongue.folding), values)
        items = self._items(text, words, values)
        mended = {
            item.start: better for item in items if item.is_unknown and (better := self._mend(item, words, values))
        }
        if mended:
            typed = {words[at].text: better for at, better in mended.items()}
            words = tuple(
                word(mended[i], self._tongue.folding, one) if i in mended else one for i, one in enumerate(words)
            )
            items = self._items(text, self._without_compounds(words, values), values)
            return Scan(text, words, tuple(items), typed)
        return Scan(text, words, tuple(items))

    # ── items ────────────────────────────────────────────────────────────────────────────────────────────

    def _items(self, text: str, words: tuple[Word, ...], values: ValueIndex) -> list[Item]:
        names = list(self._names(text, words, values))
        long = {i for item in names if item.end - item.start > 1 for i in range(item.start, item.end)}
        quoted = {i for i, one in enumerate(words) if one.kind is TokenKind.QUOTED}
        moments = find_moments(words, self._tongue, long | quoted)
        found = [*names, *(self._moment_item(text, words, moment) for moment in moments)]
        found += self._phrases(text, words)
        found.sort(key=lambda item: (-(item.end - item.start), _rank(item), item.start))
        chosen: list[Item] = []
        taken: set[int] = set()
        for item in found:
            span = range(item.start, item.end)
            if taken.isdisjoint(span):
                chosen.append(item)
                taken.update(span)
        rest = [i for i in range(len(words)) if i not in taken]
        chosen += self._rest(text, words, rest, values)
        return sorted(chosen, key=lambda item: item.start)

    def _names(self, text: str, words: tuple[Word, ...], values: ValueIndex) -> Iterator[Item]:
        places: dict[int, list[int]] = {}
        for i, one in enumerate(words):
            places.setdefault(one.token, []).append(i)
        hits = values.whole(tokenize(text), set())
        if self._tongue.folding.digraphs:  # "Österreich", which some lists know as "Oesterreich"
            hits += values.whole(tokenize(text.translate(_DOTTED)), set())
        for hit in hits:
            inside = [i for at in range(hit.start, hit.end) for i in places.get(at, ())]
            if inside and not self._is_count(words, inside):
                start, end = inside[0], inside[-1] + 1
                yield Item(start, end, _said(text, words, start, end), values=hit.values)
        for i, one in enumerate(words):
            for sense in self._tongue.senses((one,)):
                if sense.kind == "demonym" and (hits := values.whole(tokenize(country_name(sense.id)), set())):
                    countries = tuple(v for hit in hits for v in hit.values if v.dimension == "country")
                    if countries:
                        yield Item(i, i + 1, one.text, values=countries)

    def _is_count(self, words: tuple[Word, ...], inside: list[int]) -> bool:
        """Whether a number that is an article's or an order's in the data is a plain one: "die 5 besten Produkte". It is
        a name where its kind stands before it: "Artikelnummer 5"."""
        if any(words[i].number is None for i in inside):
            return False
        before = words[: inside[0]][-_LONGEST_KIND:]
        kinds = (before[at:] for at in range(len(before)))
        return not any(s.kind == "dimension" and s.id in _NUMBERED for kind in kinds for s in self._tongue.senses(kind))

    def _moment_item(self, text: str, words: tuple[Word, ...], moment: Moment) -> Item:
        return Item(moment.start, moment.end, _said(text, words, moment.start, moment.end), moment=moment)

    def _phrases(self, text: str, words: tuple[Word, ...]) -> Iterator[Item]:
        for at in range(len(words)):
            for length in range(min(self._tongue.longest, len(words) - at), 0, -1):
                piece = words[at : at + length]
                if any(one.kind is TokenKind.QUOTED for one in piece):
                    continue
                senses = tuple(s for s in self._tongue.senses(piece) if s.kind != "demonym")
                if senses:
                    number = next((Decimal(s.id) for s in senses if s.kind == "number"), None)
                    kept = tuple(s for s in senses if s.kind != "number")
                    exact = self._tongue.is_exact(piece)
                    said = _said(text, words, at, at + length)
                    yield Item(at, at + length, said, senses=kept, number=number, exact=exact)

    def _rest(self, text: str, words: tuple[Word, ...], rest: list[int], values: ValueIndex) -> Iterator[Item]:
        at = 0
        while at < len(rest):
            run = 1
            while at + run < len(rest) and rest[at + run] == rest[at] + run:
                run += 1
            for length in range(run, 0, -1):
                item = self._left(text, words, rest[at], length, values)
                if item is not None:
                    yield item
                    at += length
                    break
            else:
                if any(c.isalnum() for c in words[rest[at]].norm):
                    yield Item(rest[at], rest[at] + 1, words[rest[at]].text)
                at += 1

    def _left(self, text: str, words: tuple[Word, ...], start: int, length: int, values: ValueIndex) -> Item | None:
        """A number, a part of a name, or a figure by the name that the product or the tenant has for it."""
        piece = words[start : start + length]
        said = _said(text, words, start, start + length)
        if length == 1 and piece[0].number is not None and not piece[0].ordinal:
            return Item(start, start + 1, said, number=piece[0].number)
        if any(one.number is not None and length == 1 for one in piece):
            return None
        tokens = tokenize(said)
        for hit in self._lexicon.phrases.find(tokens):
            named = [term for term in hit.meanings if term.meaning in (Meaning.METRIC, Meaning.DIMENSION)]
            if named and hit.start == 0 and hit.end == len(tokens):
                term = named[0]
                kind = "metric" if term.meaning is Meaning.METRIC else "dimension"
                return Item(start, start + length, said, senses=(Sense(kind, term.id),))
        lemmas = tuple(token.lemma for one in tokens for token in tokenize(one.norm))
        if length == 1 and len(lemmas[0] if lemmas else "") < SHORTEST_PART:
            return None
        if any(self._tongue.folding.fold(one.text) != one.norm for one in piece):  # a mended word
            for hit in values.whole(tokenize(" ".join(one.norm for one in piece)), set()):
                if hit.start == 0 and hit.end == len(lemmas):
                    return Item(start, start + length, said, values=hit.values)
        if length > 1 and (near := values.near(lemmas)) is not None:
            return Item(start, start + length, said, values=(near,), whole=False)
        part = values.part(lemmas, most=MOST_PARTIAL_VALUES + 1)
        is_name = length > 1 or piece[0].kind is TokenKind.QUOTED or not self._is_real(piece[0])
        capital = piece[0].text[:1].isupper() and start > 0
        if part and len(part) <= MOST_PARTIAL_VALUES and (is_name or capital):
            return Item(start, start + length, said, values=part, whole=False)
        return None

    def _is_real(self, one: Word) -> bool:
        return one.text.casefold() in self._real

    # ── slips and compounds ──────────────────────────────────────────────────────────────────────────────

    def _mend(self, item: Item, words: tuple[Word, ...], values: ValueIndex) -> str | None:
        one = words[item.start]
        if one.kind is not TokenKind.WORD or one.number is not None or len(one.norm) < SHORTEST_MENDED - 1:
            return None
        if self._is_real(one) or any(c.isdigit() for c in one.norm):
            return None
        token = tokenize(one.text)[0]
        typed, lemma = token.norm, token.lemma
        known = slip_of(one.norm, self._tongue)
        named = values.mend(typed) or values.mend(lemma) if len(one.norm) >= SHORTEST_MENDED else None
        if named and sorted(named[:2]) != sorted(typed[:2]) and named[0] != typed[0]:
            named = None  # "Pologne" is no Cologne
        if known and named:
            return None if known != named else known
        return known or named

    def _without_compounds(self, words: tuple[Word, ...], values: ValueIndex) -> tuple[Word, ...]:
        """ "Monatsumsatz" as "Monat" and "Umsatz", where the language makes such words."""
        if not self._tongue.joints:
            return words
        parted: list[Word] = []
        for one in words:
            named = values.knows(tokenize(one.text)[0].lemma)
            pieces = None if named else compound_of(one, self._tongue)
            parted += [word(piece, self._tongue.folding, one) for piece in pieces] if pieces else [one]
        return tuple(parted)


def compound_of(one: Word, tongue: Tongue) -> tuple[str, str] | None:
    """The two known words that a word is made of; None where it is none of theirs."""
    if tongue.senses((one,)) or one.kind is not TokenKind.WORD:
        return None
    for at in range(len(one.norm) - SHORTEST_PIECE, SHORTEST_PIECE - 1, -1):
        tail = one.norm[at:]
        if not _may_be_part(tail, tongue):
            continue
        for joint in tongue.joints:
            head = one.norm[: at - len(joint)]
            if one.norm[:at].endswith(joint) and len(head) >= SHORTEST_PIECE and _may_be_part(head, tongue):
                return head, tail
    return None


def _may_be_part(piece: str, tongue: Tongue) -> bool:
    one = Word(piece, piece, tongue.folding.stem(piece), 0, 0, 0, TokenKind.WORD)
    return any(s.kind in _PARTS or (s.kind == "cue" and s.id in _PART_CUES) for s in tongue.senses((one,)))


def slip_of(folded: str, tongue: Tongue) -> str | None:
    """The word of the language that one is a slip of."""
    known = closest_word(folded, list(tongue.spelling))
    return known if known is not None and _is_slip(folded, known) else None


def _is_slip(typed: str, known: str) -> bool:
    """One edit, or two of a long word that begins alike: a word that the lexicon lacks is not to become another."""
    edits = OSA.distance(typed, known)
    return edits <= 1 or (edits == 2 and len(known) >= LONG and typed[0] == known[0])  # noqa: PLR2004


def _rank(item: Item) -> int:
    """Of two readings of the same words: time or a name of several words, then the language, then a name, then what is only like a word of the
    language, or carries nothing."""
    if item.moment is not None:
        return 0
    if item.values:
        return 2 if item.end - item.start == 1 else 0
    return 3 if item.is_filler or not item.exact else 1


def _said(text: str, words: tuple[Word, ...], start: int, end: int) -> str:
    return text[words[start].start : words[end - 1].end]
