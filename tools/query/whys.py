"""Questions for what a change is made of: "why did sales fall in March", "what is behind the growth in Q3".

The words that ask for a reason are taken away and those that say how the figure changed become "change"; what is left
names a figure, its filters and its periods, and is read like any other question.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Direction = Literal["up", "down"]

_OPENING = r"^\W*(?:(?:ok|okay|so|and|but|hi|hello|hey|hm+|please|well|then|now)\b\W*)*(?:(?:can|could|would) (?:you|u) )?(?:(?:please |just )?(?:tell|explain|show)(?: to)?(?: me| us)? |do you know |any idea |i (?:want|need|would like|d like|'d like) to (?:know|understand|see) |i wonder )?"
_HELPERS = r"(?:is|are|was|were|did|do|does|have|has|had|s|'s|isn'?t|aren'?t|wasn'?t|weren'?t|didn'?t|don'?t|doesn'?t|haven'?t|hasn'?t)"
_CHANGES = r"(?:drop|fall|decline|decrease|dip|slump|loss|growth|rise|increase|jump|spike|gain|surge|change|difference|improvement|slowdown|downturn|upturn|plunge|collapse|crash|dive|drop-off|hole|trough|peak)s?"
_THING = r"(?P<things>(?:which|what) [\w -]{2,40}?|who)"
_REASONS = r"(?:reasons?|causes?|drivers?|explanations?)"
_CUES: tuple[re.Pattern[str], ...] = tuple(
    re.compile(_OPENING + pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:why|how come|what for|for what reason)(?: is it that| is that|'s it that)?\b(?P<helper>(?: {_HELPERS})\b)?",
        rf"what(?:'?s| is| was| are| were)? the (?:main |biggest |real )?{_REASONS}(?: (?:for|of|behind|that|why)\b)?",
        r"what(?:'?s| is| was| lies| lay| stands| stood)? behind\b",
        r"what(?:'?s| is| has)? (?:made|makes|making)\b(?=.*\b(?:fall|drop|rise|grow|increase|decrease|jump|decline|shrink|go)\b)",
        r"what(?:'?s| is| was| has| have)? (?:been )?(?:drove|drives|driving|driven|caused|causes|causing|explains|explained|explaining|led to|contributed (?:most )?to|pulled down|pulled up|pushed up|pushed down|dragged down|hurt)\b",
        rf"(?:{_REASONS}) (?:for|of|behind|why)\b",
        rf"explain (?:to )?(?:me |us )?(?=(?:the |this |that |our )?(?:\w+ ){{0,3}}{_CHANGES}\b)",
        r"where (?:did|does|do|is|was|were|are) (?=(?:the |this |that |our )?(?:\w+ ){0,4}(?:come|comes|coming) from\b)",
        rf"{_THING} (?:is |are |was |were |has |have |had )?(?:been )?(?:made|make|makes|making|caused?|causes|causing|drove|drives?|driving|explains?|explained|behind|responsible for|contributed? (?:the )?(?:most )?to|contributes? (?:the )?(?:most )?to)\b(?=.{{0,20}}\b{_CHANGES}\b)",
    )
)
_BARE = re.compile(
    r"^\W*(?:(?:ok|okay|so|and|but|hm+|oh|please)\b\W*)*(?:why|how come|what happened(?: there| here| then)?|what(?:'?s| is| was)? (?:the reason|behind (?:it|that|this)|the cause)(?: for (?:it|that|this))?)"
    r"(?: (?:is|was|were|are|did|has|have|so|that|this|it|the|a|an|there|then|change|changed|happen|happened|case|be|been|such|much|much of|come|came|about|like|up|down|fall|drop|rise|grow|increase|decrease|go|gone|went|go up|difference|reason|please|exactly))*\W*$",
    re.IGNORECASE,
)
_UP = """rise rises rose risen rising grow grows grew grown growing growth increase increases increased increasing jump
    jumps jumped jumping spike spikes spiked surge surged gain gained climb climbed improve improved improvement
    higher more better soar soared""".split()
_DOWN = """fall falls fell fallen falling drop drops dropped dropping decline declines declined declining decrease
    decreases decreased decreasing dip dips dipped slump slumped shrink shrank shrunk shrinking lower less fewer worse
    plunge plunged tumble tumbled sink sank suffer suffered slowdown downturn collapse collapsed crash crashed dive dived""".split()
_LEVEL_UP = "high strong many big great good well excellent fantastic amazing busy".split()
_LEVEL_DOWN = """low weak few small little bad badly poor poorly terrible awful horrible slow quiet disappointing dreich dismal
    dire dead grim rubbish lousy rough rotten miserable shocking hardly barely scarcely""".split()
_LEVELS = frozenset((*_LEVEL_UP, *_LEVEL_DOWN))
_JUDGED = frozenset("better worse good well badly poorly excellent great fantastic amazing bad poor terrible awful horrible disappointing improve improved improvement suffer suffered".split())  # fmt: skip
_NEUTRAL = ("change", "changes", "changed", "changing", "difference", "different", "differ")
_AFTER_AN_ADVERB = frozenset("many great good well big small little badly poorly few".split())
"""Words of degree that tell of a change only behind "so": "so few orders", but "few orders"."""
_NO = frozenset(["not", "no", "never", "didn't", "don't", "doesn't", "isn't", "wasn't", "weren't", "hasn't", "haven't"])
_INTENSIVE = ("so", "that", "such", "this", "too", "very", "really", "much", "a", "lot", "bit", "far", "even")
_AND_WHY = re.compile(
    r"[,;:.?!]?\s*(?:\band\b )?(?:also )?\b(?:why|how come)\b(?: (?:is|was) (?:that|it))?\W*$", re.IGNORECASE
)
_COMING_FROM = re.compile(r"\b(?:come|comes|coming) from\b", re.IGNORECASE)
_GOING = re.compile(r"\b(?:go|goes|going|gone|went|come|comes|came|coming|been|be|get|got) (?=(?:so |way |that |even |much )*(?:up|down)\b)", re.IGNORECASE)  # fmt: skip
_AMOUNT = re.compile(r"(?:\bby )?(?:about |around |over |almost |nearly |more than )?\d+(?:[.,]\d+)?\s?(?:%|percent\b|per cent\b|pct\b)", re.IGNORECASE)  # fmt: skip
_MADE_THE = re.compile(r"^\s*(?:up )?(?:most of |much of |all )?(?:the |this |that |our )?", re.IGNORECASE)
_WORD = re.compile(r"[\w'’]+")


@dataclass(frozen=True, slots=True)
class WhyAsked:
    """What is left of the question, and what it takes for granted: that the figure went up or down. Where that is
    `judged` ("so bad") it depends on the figure which of them is meant. `passed_over` are words that say how much."""

    rest: str
    claim: Direction | None = None
    judged: bool = False
    passed_over: tuple[str, ...] = ()
    tells_a_change: bool = True
    """Whether it says that a figure changed, which way or at all: "why do tables make a loss" does not."""

    @property
    def is_bare(self) -> bool:
        """Whether it names nothing itself: "why was that"."""
        return not self.rest


def find_why(question: str, names: Sequence[str] = ()) -> WhyAsked | None:
    """None where no reason is asked for. `names` are things of the data that it names, in which no word tells of a change:
    "Drop Earrings"."""
    question = question.replace("’", "'")
    if _BARE.match(question):
        told = _directed(question)
        return WhyAsked("", told.claim, told.judged)
    for cue in _CUES:
        match = cue.match(question)
        if match is None:
            continue
        rest = question[match.end() :]
        things = match.groupdict().get("things") or ""
        denied = "n't" in (match.groupdict().get("helper") or "")
        if things:
            things = "which customers" if things.lower() == "who" else things
            rest = f"{things} {_MADE_THE.sub('', rest)}"
        rest = _COMING_FROM.sub("", rest)
        passed_over = tuple(found.strip() for found in _AMOUNT.findall(rest))
        told = _directed(_AMOUNT.sub("", _GOING.sub("", rest)), names, denied=denied)
        return WhyAsked(told.rest, told.claim, told.judged, passed_over, told.changes)
    asked_last = _AND_WHY.search(question)
    if asked_last is None:
        return None
    told = _directed(question[: asked_last.start()], names)
    return WhyAsked(told.rest, told.claim, told.judged, (), told.changes) if told.changes else None


@dataclass(frozen=True, slots=True)
class _Directed:
    rest: str
    claim: Direction | None
    judged: bool
    changes: bool


def _directed(text: str, names: Sequence[str] = (), *, denied: bool = False) -> _Directed:
    """Which way the figure is said to have gone, by the first word that tells, and the text without such words."""
    claim: Direction | None = None
    judged = told = False
    pieces: list[str] = []
    last = 0
    lower = text.lower()
    inside = [found.span() for name in names for found in re.finditer(re.escape(name.lower()), lower)]
    words = list(_WORD.finditer(text))
    for i, match in enumerate(words):
        word = match.group().lower()
        before = words[i - 1].group().lower() if i else ""
        changes = word in _UP or word in _DOWN or word in _NEUTRAL
        level = word in _LEVELS and (before in _INTENSIVE or word not in _AFTER_AN_ADVERB)
        moves = word in ("up", "down") and before != "to"
        named = any(start <= match.start() < end for start, end in inside)
        if named or not (changes or level or moves):
            continue
        told = True
        if claim is None and word not in _NEUTRAL:
            claim = "up" if word in _UP or word in _LEVEL_UP or word == "up" else "down"
            judged = word in _JUDGED
            negated = denied or before in _NO
            claim = ({"up": "down", "down": "up"}[claim]) if negated else claim  # pyright: ignore[reportAssignmentType] — a Direction
        start = match.start()
        if (before in _INTENSIVE and before not in ("this", "that")) or before in _NO:
            start = words[i - 1].start()
        pieces += [text[last:start], "change" if changes or moves else ""]
        last = match.end()
    rest = re.sub(r"\s+", " ", "".join((*pieces, text[last:]))).strip(" ,:?")
    return _Directed(rest, claim, judged, told)
