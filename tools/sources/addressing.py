"""Which data source a question is for, by its own words: "in the clinic database, how many visits", "ask the hotel:
stays by month", "how many shipments were late, according to the warehouse system".

A name with a word for a database beside it, or that is asked by a verb or a colon, is meant for sure, also where letters
of it are wrong. A bare one ("how many visits in Clinic") may be a place or a customer of the shop: see `Addressed.firm`.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tools.language.text import Token, listed, tokenize
from tools.language.values import ValueIndex, closest_word

_NOUNS = frozenset(listed("database db system source datasource data dataset datenbank datenquelle folder file spreadsheet export"))  # fmt: skip
_MENDED_NOUNS = ["database", "system", "datasource", "datenbank", "source"]
_SURELY_DATABASES = frozenset(listed("database db datasource datenbank datenquelle"))
_LOOSE = frozenset(listed("data source dataset folder file spreadsheet export"))
"""Nouns that stand beside much that is no data source ("the sales data"): beside them only a whole name is one."""
_TWO_WORDS = frozenset(listed("source base"))
"""Behind "data" these are a database."""
_DETERMINERS = frozenset(listed("the my our your this that its a an der die das dem den meiner meinem unserer unserem"))
_PREPOSITIONS = frozenset(listed("in from on at of for using with within inside through via against to into aus von laut bei"))  # fmt: skip
_ASKING = frozenset(listed("ask query consult frag frage"))
_LOOKING = frozenset(listed("check search use open try look switch go"))
_COURTESIES = frozenset(listed("please ok okay now so hey hi and then can could would you i want to let me us bitte"))
_JOINING = frozenset(listed("for about to nach"))
"""What stands between a source that is asked and what it is asked."""
_QUESTIONS = frozenset(listed("how what which who when where show list give tell total sum is are was were did do does wie was welche"))  # fmt: skip
_CALLED = frozenset(listed("called named"))
_OTHERS = frozenset(listed("many much all any every and or by per have has had me us than as each name names"))
_CLOSED = _DETERMINERS | _PREPOSITIONS | _ASKING | _LOOKING | _QUESTIONS | _CALLED | _OTHERS
_LONGEST_NAME = 6
_LONGEST_READ = 1_000
_EDGES = " ,;:–-"


@dataclass(frozen=True, slots=True)
class Addressed:
    """`names` are the sources that may be meant: one; several where the words fit several; none where `said` is no name
    of a source ("" where only "the database" is said). `rest` is the question without these words."""

    names: tuple[str, ...]
    said: str
    rest: str
    firm: bool = True
    """Whether it can mean nothing else."""
    apart: bool = False
    """Whether several sources are named, each for sure."""


def addressing(name: str, question: str) -> str:
    """The question in words that always mean this source."""
    return f"in {name}: {question}"


class Addresses:
    """Reads which of some sources a question is for."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = tuple(names)
        self._whole: dict[tuple[str, ...], set[str]] = {}
        cores: dict[str, set[str]] = {}
        for name in names:
            lemmas = _lemmas(name)
            core = tuple(lemma for lemma in lemmas if lemma not in _NOUNS | _DETERMINERS) or lemmas
            for form in {lemmas, core}:
                self._whole.setdefault(form, set()).add(name)
            cores.setdefault(" ".join(core), set()).add(name)
        self._cores = cores
        self._index = ValueIndex({"source": list(cores)})

    def of(self, question: str) -> Addressed | None:
        """None where no source is spoken of."""
        text = question[:_LONGEST_READ]
        if (literal := self._literal(question)) is not None:
            return literal
        tokens = tokenize(text)
        if (opened := self._opened(question, tokens)) is not None:
            return opened
        marked = [one for one in self._marked(question, tokens) if one.names]
        if len({one.names for one in marked}) > 1:
            names = tuple(dict.fromkeys(name for one in marked for name in one.names))
            return Addressed(names, "", question, apart=True)
        if marked:
            return marked[0]
        if (bare := self._bare(question, tokens)) is not None:
            return bare
        return next(iter(self._marked(question, tokens)), None)

    def name_said(self, text: str) -> tuple[str, ...]:
        """The sources that a text names and says nothing besides: "the clinic", "Clinic please"."""
        words = [token for token in tokenize(text) if token.norm[:1].isalnum()]
        while words and words[0].norm in _DETERMINERS | _PREPOSITIONS | _COURTESIES:
            words.pop(0)
        while words and (_is_noun(words[-1]) or words[-1].norm in _COURTESIES):
            words.pop()
        return self._named(words, mended=True) if words else ()

    @staticmethod
    def asks_nothing(rest: str) -> bool:
        """Whether nothing is left to ask without the words for the source: "what is (in the clinic database)"."""
        words = [token.norm for token in tokenize(rest[:_LONGEST_READ]) if token.norm[:1].isalnum()]
        return all(word in _CLOSED | _COURTESIES | _NOUNS | {"there", "inside", "available"} for word in words)

    # ── the forms ────────────────────────────────────────────────────────────────────────────────────────

    def _literal(self, question: str) -> Addressed | None:
        """What `addressing` writes, whatever the name is like."""
        plain = question.casefold().lstrip()
        found = [name for name in self._names if plain.startswith(f"in {name.casefold()}:")]
        if not found:
            return None
        name = max(found, key=len)
        return Addressed((name,), name, question.lstrip()[len(name) + 4 :].strip())

    def _opened(self, question: str, tokens: Sequence[Token]) -> Addressed | None:
        """ "ask the hotel for …", "hotel: …", "in the hotel: …"."""
        at = _begins(tokens)
        asked = at < len(tokens) and tokens[at].norm in _ASKING
        start = at + 1 if asked else at
        while start < len(tokens) and tokens[start].norm in _PREPOSITIONS | _DETERMINERS:
            start += 1
        for length in range(min(_LONGEST_NAME, len(tokens) - start), 0, -1):
            end = start + length
            behind = tokens[end].norm if end < len(tokens) else ""
            while behind and _is_noun(tokens[end]) and end + 1 < len(tokens):
                end += 1
                behind = tokens[end].norm
            opens = behind == ":" or (asked and (behind in {",", ""} | _JOINING | _QUESTIONS))
            if opens and (names := self._named(tokens[start : start + length], mended=True, parts=asked)):
                skipped = end + 1 if behind in {":", ","} | (_JOINING if asked else set[str]()) else end
                rest = question[tokens[skipped].start :] if skipped < len(tokens) else ""
                return Addressed(names, _said(question, tokens, start, start + length), rest)
        return None

    def _marked(self, question: str, tokens: Sequence[Token]) -> Iterator[Addressed]:
        """ "… in the hotel system …", "… from the database Hotel …"."""
        for i, token in enumerate(tokens):
            if not _is_noun(token) or (
                token.norm == "data" and tokens[i + 1 : i + 2] and tokens[i + 1].lemma in _TWO_WORDS
            ):
                continue
            joined = i > 0 and tokens[i - 1].norm == "data" and token.lemma in _TWO_WORDS
            end, last = (i - 1 if joined else i), i + 1
            loose = token.lemma in _LOOSE and not joined
            start, names = self._before(tokens, end, whole=loose)
            if not names and start == end and (after := self._behind(tokens, last)) is not None:
                names, start_of_name, last = after
                said = _said(question, tokens, start_of_name, last)
            else:
                said = _said(question, tokens, start, end)
            first = _taken_up(tokens, start, opens=not loose)
            if first is None or not (names or joined or token.lemma in _SURELY_DATABASES):
                continue
            verb = first < len(tokens) and tokens[first].norm in _ASKING | _LOOKING
            while verb and last < len(tokens) and tokens[last].norm in _JOINING:
                last += 1
            yield Addressed(names, said, _without(question, tokens, first, last), firm=bool(names))

    def _before(self, tokens: Sequence[Token], end: int, *, whole: bool) -> tuple[int, tuple[str, ...]]:
        """Where the words in front of a noun begin that may name a source, and what they name: by its `whole` name only,
        or also by a part of it."""
        for start in range(max(0, end - _LONGEST_NAME), end):
            if named := self._whole.get(tuple(token.lemma for token in tokens[start:end])):
                return start, tuple(sorted(named))
        start = end
        while start > 0 and end - start < _LONGEST_NAME and _may_name(tokens[start - 1]):
            start -= 1
        return start, () if whole else self._named(tokens[start:end], mended=True)

    def _behind(self, tokens: Sequence[Token], at: int) -> tuple[tuple[str, ...], int, int] | None:
        start = at + 1 if at < len(tokens) and tokens[at].norm in _CALLED else at
        for end in range(min(len(tokens), start + _LONGEST_NAME), start, -1):
            closes = tokens[end - 1].norm[:1].isalnum()
            if closes and (names := self._named(tokens[start:end], mended=start > at, parts=False)):
                return names, start, end
        return None

    def _bare(self, question: str, tokens: Sequence[Token]) -> Addressed | None:
        """ "how many visits in Clinic", "In Clinic, how many visits": the whole name, as it is written."""
        end = len(tokens)
        while end and not tokens[end - 1].norm[:1].isalnum():
            end -= 1
        at = _begins(tokens)
        places = [(start, end) for start in range(max(0, end - _LONGEST_NAME), end)]
        if at < len(tokens) and tokens[at].norm in _PREPOSITIONS:
            begin = at + 2 if at + 1 < len(tokens) and tokens[at + 1].norm in _DETERMINERS else at + 1
            commas = [i for i in range(begin, min(len(tokens), begin + _LONGEST_NAME + 1)) if tokens[i].norm == ","]
            places += [(begin, commas[0])] if commas else []
        for start, stop in places:
            first = _taken_up(tokens, start)
            named = self._whole.get(tuple(token.lemma for token in tokens[start:stop]))
            if named and first is not None and tokens[first].norm in _PREPOSITIONS:
                last = stop + 1 if stop < len(tokens) and tokens[stop].norm == "," else stop
                said = _said(question, tokens, start, stop)
                return Addressed(tuple(sorted(named)), said, _without(question, tokens, first, last), firm=False)
        return None

    # ── names ────────────────────────────────────────────────────────────────────────────────────────────

    def _named(self, tokens: Sequence[Token], *, mended: bool, parts: bool = True) -> tuple[str, ...]:
        """The sources that these words name: wholly, else by a part of their name, else with letters mended."""
        lemmas = _lemmas(" ".join(token.norm for token in tokens))
        if not lemmas:
            return ()
        if whole := self._whole.get(lemmas):
            return tuple(sorted(whole))
        if parts and (found := self._index.part(lemmas)):
            return self._of_cores([value.text for value in found])
        if not mended:
            return ()
        if len(lemmas) > 1 and (near := self._index.near(lemmas)) is not None:
            return self._of_cores([near.text])
        better = tuple(self._mended(lemma) for lemma in lemmas)
        if better == lemmas:
            return ()
        if whole := self._whole.get(better):
            return tuple(sorted(whole))
        return self._of_cores([value.text for value in self._index.part(better)]) if parts else ()

    def _mended(self, lemma: str) -> str:
        return lemma if self._index.knows(lemma) else (self._index.mend(lemma) or lemma)

    def _of_cores(self, cores: Sequence[str]) -> tuple[str, ...]:
        return tuple(sorted({name for core in cores for name in self._cores[core]}))


def _lemmas(text: str) -> tuple[str, ...]:
    return tuple(token.lemma for token in tokenize(text) if token.norm[:1].isalnum())


def _is_noun(token: Token) -> bool:
    return token.lemma in _NOUNS or closest_word(token.lemma, _MENDED_NOUNS) is not None


def _may_name(token: Token) -> bool:
    return token.norm[:1].isalnum() and token.norm not in _CLOSED


def _begins(tokens: Sequence[Token]) -> int:
    """Where a sentence begins behind its courtesies."""
    at = 0
    while at < len(tokens) and (tokens[at].norm in _COURTESIES or tokens[at].norm == ","):
        at += 1
    return at


def _taken_up(tokens: Sequence[Token], start: int, *, opens: bool = True) -> int | None:
    """Where the words begin that lead to a name at `start`: "according to the", "ask my"; None where none does, and the
    name does not open the sentence either."""
    at = start
    while at > 0 and tokens[at - 1].norm in _DETERMINERS:
        at -= 1
    begin = _begins(tokens)
    leads = False
    while at > 0 and tokens[at - 1].norm in _PREPOSITIONS:
        at, leads = at - 1, True
        if at > 0 and tokens[at].norm == "to" and tokens[at - 1].norm == "according":
            at -= 1
    if at == begin + 1 and tokens[begin].norm in _ASKING | _LOOKING:
        return begin
    return at if leads or (opens and at <= begin) else None


def _said(question: str, tokens: Sequence[Token], start: int, end: int) -> str:
    return question[tokens[start].start : tokens[end - 1].end] if start < end else ""


def _without(question: str, tokens: Sequence[Token], first: int, last: int) -> str:
    """The question without some of its tokens, and without the commas that parted them from the rest."""
    left = question[: tokens[first].start].rstrip(_EDGES)
    right = question[tokens[last - 1].end :].lstrip(_EDGES)
    gap = " " if left and right[:1].isalnum() else ""
    return re.sub(r"^[\s,;:]+", "", f"{left}{gap}{right}").strip()
