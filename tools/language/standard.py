"""English of a region, of a hurried thumb or of a learner, said in the standard words that everything else reads.

A form is rewritten only where it cannot be a name: no part of a name that the data has, no code in capitals, no initial
beside another ("R & D"). The words of the file are closed: what is not listed stays as it was typed.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from tools.kit.yaml_text import parse_yaml
from tools.language.text import Token, TokenKind, tokenize
from tools.language.values import Value, ValueHit, ValueIndex

_FILE = Path(__file__).with_name("standard_en.yaml")
_SHORT = 2
"""Letters of a form that many names hold by chance: it is a name only beside another word of the same one."""
_QUALITIES = frozenset(["small", "big", "old", "good"])
"""Said of anything with affection ("a wee cup"): where names have the word, none of these is meant by it."""
_FEW = 2
"""Words of a name that one of them stands for."""
_MARK = r"(?:[,;:!.…]+|\s[–—-](?=\s))"
_ASKING = r"what|what's|whats|how|which|who|who's|when|can|could|would|did|do|does|is|are|was|were|show|give|tell|list"
_TIMES = "year yr month week quarter today yesterday weekend summer winter spring autumn please pls".split()
_BEHIND_A_TIME = "|".join(rf"(?<=\b{time})" for time in _TIMES) + r"|(?<=\b(?:19|20)\d\d)"
_GLUED = re.compile(r"\b([a-z]{2,}in)['’](?=\s|$)", re.IGNORECASE)
_TO_NINETEEN = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_BY_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_COUNTED: dict[str, int] = {
    **{word: n for n, word in enumerate(_TO_NINETEEN.split(), 1)},
    **{word: 10 * n for n, word in enumerate(_BY_TENS.split(), 2)},
}
_TENS = "|".join(word for word, n in _COUNTED.items() if n >= 10)  # noqa: PLR2004 — from ten on they are tens
_ONES = "|".join(word for word, n in _COUNTED.items() if n < 10)  # noqa: PLR2004 — below ten they are ones
_BEFORE_YEAR = (
    r"\b(?:in|of|since|from|to|until|till|and|through|during|year|calendar|than|vs|versus|total|jan\w*|feb\w*|march|april|may|june|"
    r"july|aug\w*|sep\w*|oct\w*|nov\w*|dec\w*|quarter|half|spring|summer|autumn|winter|christmas) "
)


_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth "
    "seventeenth eighteenth nineteenth twentieth twenty-first twenty-second twenty-third twenty-fourth twenty-fifth twenty-sixth "
    "twenty-seventh twenty-eighth twenty-ninth thirtieth thirty-first"
)
_DAYS_IN_WORDS: list[str] = [*_ORDINALS.split()]
_DAY_OF_A_MONTH = re.compile(
    rf"\b(?P<day>{'|'.join(sorted((day.replace('-', '[- ]') for day in _DAYS_IN_WORDS), key=len, reverse=True))})"
    r"(?= (?:of )?(?:january|february|march|april|may|june|july|august|september|october|november|december)\b)",
    re.IGNORECASE,
)


def _day_in_digits(found: re.Match[str]) -> str:
    """ "Friday the thirteenth of November"."""
    day = _DAYS_IN_WORDS.index(found["day"].lower().replace(" ", "-")) + 1
    ending = {1: "st", 2: "nd", 3: "rd"}.get(0 if day in (11, 12, 13) else day % 10, "th")
    return f"{day}{ending}"


def _year_in_digits(found: re.Match[str]) -> str:
    """ "in twenty twenty-five", "since ninety-seven"."""
    century = re.match(r"twenty|nineteen", found.group()[len(found["cue"]) :], re.IGNORECASE)
    parts = (_COUNTED[found["tens"].lower()], _COUNTED[found["one"].lower()] if found["one"] else 0)
    years = f"{sum(parts):02}"
    first = "20" if century is not None and century.group().lower() == "twenty" else "19"
    return f"{found['cue']}{first}{years}"


_TURNS: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    (_GLUED, r"\1g"),
    (re.compile(r"\s+o(?=\s*[?.!…]*\s*$)"), ""),  # the "how much we sell o?" of Lagos
    (re.compile(r"(?<=\d)\s?crs?\b\.?", re.IGNORECASE), " crore"),
    (re.compile(r"(?<![\w#])#\s?(?=[a-z]{4,}\b)"), "number of "),
    (_DAY_OF_A_MONTH, _day_in_digits),
    # marks that were dictated
    (re.compile(r"\s+question mark\b[\s.?!]*$", re.IGNORECASE), "?"),
    (re.compile(r"\s+full stop\b[\s.?!]*$", re.IGNORECASE), "."),
    (re.compile(r"[\s,]+new line\b[\s.?!]*$", re.IGNORECASE), ""),
    (re.compile(r"\s+comma\s+", re.IGNORECASE), ", "),
    (
        re.compile(r"\b((?:can|could|would|will) (?:you|u|i|we)) (?:maybe|perhaps|possibly) (?=\w)", re.IGNORECASE),
        r"\1 ",
    ),
    (
        re.compile(
            r"^\W*(?:sorry,? )?(?:i(?:'ve| have)? (?:got )?)?(?:my )?hands (?:are )?full\b[,.;:]?\s+(?=\w)",
            re.IGNORECASE,
        ),
        "",
    ),
    # "wait is gravel up on last year", without its mark
    (
        re.compile(
            r"^\W*(?:(?:oh |no )?wait|hang on|hold on|eh|ok(?:ay)? so|right so)\s+(?=(?:is|are|was|were|do|does|did|how|what|which|who|when|i need|i want|can|could|show|give)\b)",
            re.IGNORECASE,
        ),
        "",
    ),
    (re.compile(r"(?<=[a-z])\s?/\s?head\b", re.IGNORECASE), " per customer"),
    (re.compile(r"(?<![\d:.])(?<!\d )\bhrs\b", re.IGNORECASE), "hours"),
    (re.compile(r"(?<=[a-z] )hr\b", re.IGNORECASE), "hour"),
    (
        re.compile(
            rf"(?P<cue>{_BEFORE_YEAR})twenty[ -](?P<tens>{_TENS})(?:[ -](?P<one>{_ONES}))?\b(?![ -]\w+s\b)",
            re.IGNORECASE,
        ),
        _year_in_digits,
    ),
    (
        re.compile(rf"(?P<cue>{_BEFORE_YEAR})nineteen[ -](?P<tens>{_TENS})(?:[ -](?P<one>{_ONES}))?\b", re.IGNORECASE),
        _year_in_digits,
    ),
    (
        re.compile(
            rf"(?P<cue>{_BEFORE_YEAR})(?P<tens>eighty|ninety)(?:[ -](?P<one>{_ONES}))(?=\s*(?:$|[?.!,;]))",
            re.IGNORECASE,
        ),
        _year_in_digits,
    ),
    (
        re.compile(
            r"\b((?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|june|july|august|september|"
            r"october|november|december) past\b",
            re.IGNORECASE,
        ),
        r"last \1",  # the "Friday past" of Scotland and Ulster
    ),
)


def in_standard_english(text: str, values: ValueIndex, is_name: Callable[[str], bool] = lambda _word: False) -> str:
    """`text` in standard words; the same where nothing of it is listed. `is_name` tells words that the tenant uses for
    figures and things of his own."""
    data = _read()
    for pattern, better in _TURNS:
        text = pattern.sub(better, text)
    for forms, standard in (
        (data.phrases, data.of_phrase),
        (data.words, data.of_word),
        (data.counted, data.of_counted),
        (data.bounded, data.of_counted),
    ):
        names = Names(text, values, is_name)
        found = [(m.start("form"), m.end("form"), standard[_plain(m["form"])]) for m in forms.finditer(text)]
        found = [one for one in found if one[2] not in _QUALITIES or not values.part((one[2],))]
        text = _rewritten(text, (change for change in found if not names.hold(change[0], change[1])))
    bare = _without_fillers(text, values, is_name)
    return bare if any(c.isalnum() for c in bare) else text


def _rewritten(text: str, changes: Iterable[tuple[int, int, str]]) -> str:
    """A dropped word takes the comma behind it along: "abi, how many", "ta, and"."""
    for start, end, better in sorted(changes, reverse=True):
        after = text[end:]
        if after[:1] in ("'", "’") and not after[1:2].isalnum():
            after = after[1:]  # "sales o' May"
        if not better:
            opens = not text[:start].strip(" ,") or text[:start].rstrip()[-1:] in ",.;:!?"
            after = after.lstrip(" ").removeprefix(",") if opens else after
        elif after[:1].isalnum():
            after = f" {after}"  # "w/tax"
        elif re.match(r"\.\s+\w", after):
            after = after[1:]  # "incl. the web shop"
        text = text[:start] + better + after
    return re.sub(r"[\s,]+([?!.…]*)\s*$", r"\1", re.sub(r"^[\s,]+", "", text))


class Names:
    """What of a text names something in the data."""

    def __init__(self, text: str, values: ValueIndex, is_name: Callable[[str], bool]) -> None:
        self._text = text
        self._values = values
        self._is_name = is_name
        self._loud = text.isupper()

    @cached_property
    def _tokens(self) -> tuple[Token, ...]:
        return tokenize(self._text)

    @cached_property
    def _hits(self) -> tuple[ValueHit, ...]:
        """Whole names. Most texts hold nothing that is asked about, and then nothing is looked up."""
        return tuple(self._values.whole(self._tokens, set()))

    @cached_property
    def _quoted(self) -> frozenset[int]:
        return frozenset(i for i, token in enumerate(self._tokens) if token.kind is TokenKind.QUOTED)

    @cached_property
    def _named(self) -> frozenset[int]:
        return self._quoted.union(i for hit in self._hits for i in range(hit.start, hit.end))

    def hold(self, start: int, end: int) -> bool:
        """Whether what stands there may be a name, or a part of one. More words than a name has are none: "whit monday"
        is no Monday."""
        inside = {i for i, token in enumerate(self._tokens) if token.start < end and start < token.end}
        words = {i for i in inside if self._tokens[i].norm[:1].isalnum()}
        names = [{*range(hit.start, hit.end)} for hit in self._hits]
        named = not self._quoted.isdisjoint(inside) or any(name & inside and not name < words for name in names)
        return named or (len(inside) == 1 and self._is_a_part(next(iter(inside))))

    def _is_a_part(self, at: int) -> bool:
        token = self._tokens[at]
        if self._is_name(token.norm) or (token.text.isupper() and not self._loud):
            return True  # "WI" is a state
        if len(token.norm) > _SHORT:
            return any(self._is_meant(value, at) for value in self._values.part((token.lemma,)))
        beside = [i for i in (at - 1, at + 1) if 0 <= i < len(self._tokens)]
        pairs = (tuple(self._tokens[j].lemma for j in sorted((i, at))) for i in beside if i not in self._named)
        return any(self._tokens[i].text == "&" for i in beside) or any(self._values.part(pair) for pair in pairs)

    def _is_meant(self, value: Value, at: int) -> bool:
        """Whether a name is short enough to be known by one of its words, or another of them is said too."""
        words = {token.lemma for token in tokenize(value.text)}
        said = {t.lemma for i, t in enumerate(self._tokens) if i != at and i not in self._named and t.norm.isalnum()}
        return len(words) <= _FEW or bool(words & said)


def _without_fillers(text: str, values: ValueIndex, is_name: Callable[[str], bool]) -> str:
    """The text without what is only said before, behind or in the middle of it."""
    data = _read()
    names = Names(text, values, is_name)
    for pattern in (data.addressed, data.ahead, data.behind, data.addressed_last, data.between):
        while (found := pattern.search(text)) is not None and not names.hold(*found.span()):
            rest = text[: found.start()] + (found["kept"] or "") + text[found.end() :]
            if not any(c.isalnum() for c in rest):
                break
            text, names = rest, Names(rest, values, is_name)
    return text.strip()


@dataclass(frozen=True, slots=True)
class _Forms:
    of_word: dict[str, str]
    of_phrase: dict[str, str]
    of_counted: dict[str, str]
    words: re.Pattern[str]
    phrases: re.Pattern[str]
    counted: re.Pattern[str]
    bounded: re.Pattern[str]
    ahead: re.Pattern[str]
    behind: re.Pattern[str]
    between: re.Pattern[str]
    addressed: re.Pattern[str]
    addressed_last: re.Pattern[str]


@cache
def _read() -> _Forms:
    data: dict[str, Any] = parse_yaml(_FILE.read_text(encoding="utf-8"))
    of_word = {form: better for better, forms in data["words"].items() for form in forms}
    of_word |= dict.fromkeys(data["dropped"], "")
    of_phrase = {_plain(form): better for better, forms in data["phrases"].items() for form in forms}
    of_counted = {form: better for better, forms in data["counted"].items() for form in forms}
    alone = [form for form in data["behind"] if " " not in form]
    several = [form for form in data["behind"] if " " in form]
    return _Forms(
        of_word,
        of_phrase,
        of_counted,
        words=_anywhere(of_word),
        phrases=_anywhere(form for forms in data["phrases"].values() for form in forms),
        counted=re.compile(
            rf"\b(?:{_one_of(data['counting'])})\s+(?P<form>{_one_of(of_counted)})\b(?!['’])", re.IGNORECASE
        ),
        bounded=re.compile(rf"\b(?P<form>{_one_of(of_counted)})\s+(?={_one_of(data['bounding'])})", re.IGNORECASE),
        ahead=re.compile(rf"^\W*(?:{_one_of(data['ahead'])}){_MARK}+\s*(?P<kept>)(?=\w)", re.IGNORECASE),
        behind=re.compile(
            rf"(?:\s*{_MARK}+\s*(?:{_one_of((*alone, *several))})|\s+(?:{_one_of(several)}))\s*(?P<kept>[?!.…]*)\s*$",
            re.IGNORECASE,
        ),
        between=re.compile(rf",\s*(?:{_one_of(data['between'])}),(?P<kept>)", re.IGNORECASE),
        addressed=re.compile(rf"^\W*(?:{_one_of(data['addressing'])})\s+(?P<kept>)(?=(?:{_ASKING})\b)", re.IGNORECASE),
        addressed_last=re.compile(
            rf"(?:{_BEHIND_A_TIME})\s+(?:{_one_of(data['addressing'])})\s*(?P<kept>[?!.…]*)\s*$", re.IGNORECASE
        ),
    )


def _anywhere(forms: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<![\w'’#])(?P<form>{_one_of(forms)})(?=['’]s\b|(?!['’]?\w)|(?<=/)\w)", re.IGNORECASE)


def _one_of(forms: Iterable[str]) -> str:
    longest_first = sorted(forms, key=len, reverse=True)
    return "|".join(re.escape(form).replace(r"\ ", r"\s+").replace("'", "['’]") for form in longest_first)


def _plain(form: str) -> str:
    return " ".join(form.lower().replace("’", "'").split())
