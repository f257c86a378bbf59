"""How a thing is asked for, put into the few forms that the reader knows: "kindly furnish …" is "show …", "oh wait, I meant
March" is "make it March", "restrict it to the web shop" is "only the web shop"."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from tools.kit.yaml_text import parse_yaml

_FILE = Path(__file__).with_name("manners.yaml")
_ASKS = r"how|what|what's|which|who|who's|whose|when|whether|if"
_ARTICLE = rf"the|our|my|its|his|her|their|a|an|all|each|every|me|us|both|these|those|any|total|{_ASKS}"
_OWN_QUESTION = re.compile(r"\b(?:how|what|which|who|when|show|list|give|did|do|does|have|has)\b", re.IGNORECASE)
_MOST_CORRECTED = 6
"""Words of a correction that says no more than the right thing: "sorry, the web shop in March"."""
_ADDING = frozenset("and or plus also but only just same now then".split())
_MOST_REPLACED = 4
_SURE = re.compile(r"\b(?:meant|make|should|scratch|strike|wait|correction|mistake)\b", re.IGNORECASE)
_NOT_ONCE = re.compile(
    r"\b(?:not (?:even once|ever once|once|a single time|one single time|even a single time|even one time)|never (?:even once|ever|once|at all)|at no (?:time|point|stage))\b",
    re.IGNORECASE,
)
_AT_ALL = re.compile(
    r"\s*,?\s*\b(?:whatsoever|whatever|at all|of any (?:kind|sort))(?=\s*(?:$|[?!.,;]|\b(?:in|during|this|last|since|for|on|from)\b))(?<!all whatever)",
    re.IGNORECASE,
)
_CLEFT = re.compile(
    r"^\W*(?:so |and )?(?:it|that)(?:'s|’s| is| was) (?=how (?:many|much)\b)(?=\S+ \S+ \S+)", re.IGNORECASE
)
_HOW_MUCH = re.compile(
    r"^\W*(?:and |so |ok )?(?:they|those|these|it|that)(?: all)? (?:came|comes?|amount(?:s|ed)?|add(?:s|ed)? up) to (?:how much|what)\b",
    re.IGNORECASE,
)
_WAS_HOW_MUCH = re.compile(
    r"^\W*(?:and |so |ok )?(that|it|those|these|they) (is|was|are|were) (how (?:much|many))(?=\W*$)", re.IGNORECASE
)
_CLAIM = re.compile(
    r"^\W*(?:and |so |now |but )?(?:is it|is|it is|isn't it|would it be|am i|are we|would you say|do you think|is it really)(?: really| actually| perhaps)?"
    r" (?:true|the truth|truth|a fact|right|correct|fair|safe|the case|so)(?: to (?:say|think|assume|claim))?(?: in (?:saying|thinking|assuming))? that (?=\S+ \S)",
    re.IGNORECASE,
)
"""Before what somebody holds to be so: "is it true that Kitchen sells more than Textiles"."""
_SHOWN_BEHIND = re.compile(
    r"^(?P<what>[^?!.]{8,}?)(?:[,;:.?!…–-]+\s*|\s+)(?:can (?:i|we) see|could (?:i|we) see|show me|show us|show|list|read out|read|give me|print)"
    r"(?: out)? (?:them|'em|em|those|these)(?: all)?(?: out)?(?: please| for me)?[\s.?!]*$",
    re.IGNORECASE,
)
"""A request that stands behind what it asks for: "yesterday's orders, list them"."""
_REACHING = re.compile(
    r"\b(?P<before>(?:did|does|do|has|have|had|anyone|anybody|team|who|we|shop|that|which|to)\b[^.?!]{0,40}?\b)"
    r"(?:clear(?:ed|s)?|crack(?:ed|s)?|cross(?:ed|es)?|smash(?:ed|es)?|go over|went over|gone over|come to more than)(?: the)? "
    r"(?=[£$€¥]? ?\d|(?:one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|a) (?:hundred|thousand|grand|million|k\b))",
    re.IGNORECASE,
)
"""Verbs that before an amount say that it was exceeded: "did the shop clear €30,000"."""
_THAT_ONE = re.compile(r"\b(before|after|than|to|with|from|for|against) (that|this) one\b", re.IGNORECASE)
_MONTHS: tuple[str, ...] = tuple(
    "january february march april may june july august september october november december".split()
)
_BEFORE_THAT = re.compile(
    rf"\b(?:the )?(?P<month>{'|'.join(_MONTHS)}) (?P<side>before|prior to|preceding|after|following) (?:that|it|this|then)\b",
    re.IGNORECASE,
)
_RATHER = re.compile(
    r"^\W*(?:and |but |now )?(?:rather than|instead of|in place of|in lieu of) (?P<old>[^,;]{1,60}), ?(?:please )?(?:show |give |tell |list )?(?:me |us )?(?P<new>.+)$",
    re.IGNORECASE,
)
_NOT_THIS = re.compile(
    r"^\W*(?:no,? )?not (?:in |for )?(?P<old>[^,;]+)(?:, ?(?:but |rather )?| but )(?:in |for )?(?P<new>[^,;]+)$",
    re.IGNORECASE,
)
_THIS_NOT = re.compile(r"^\W*(?:in |for )?(?P<new>[^,;]+), ?(?:and )?not (?:in |for )?(?P<old>[^,;]+)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Corrected:
    """A sentence that takes back a part of itself: "sales in April, sorry, I meant March"."""

    said: str
    meant: str
    is_sure: bool
    """Whether nothing else can be meant: "no wait", but not "sorry"."""


def in_plain_manners(
    question: str,
    *,
    follows: bool = False,
    after: date | None = None,
    is_name: Callable[[int, int], bool] = lambda _start, _end: False,
) -> str:
    """The question without the ceremony around it. `follows` says that there is a question before it, which corrections
    and changes are about; `after` is the first day that was asked about there; `is_name` tells whether letters
    [start, end) are a name of the data."""
    forms = _forms()
    question = _AT_ALL.sub("", _NOT_ONCE.sub("never", question))
    question = _REACHING.sub(r"\g<before>exceed ", _CLAIM.sub("", question))
    if not follows and (shown := _SHOWN_BEHIND.match(question)) is not None and not _OWN_QUESTION.match(question):
        question = f"list {shown['what']}"
    question = _WAS_HOW_MUCH.sub(r"\3 \2 \1", _HOW_MUCH.sub("how much was that in money", question))
    question = _THAT_ONE.sub(r"\1 \2", _CLEFT.sub("", question))
    question = forms.wanted.sub("", question) if forms.wanted.sub("", question).strip(" .?!") else question
    question = _asked(question, forms, is_name)
    if after is not None:
        question = _BEFORE_THAT.sub(lambda found: _month_beside(found, after), question)
    return _changed(question, forms, follows=follows)


_EXPLAINING = re.compile(r"\b(?:was|were|is|are|had|has|have|did|they|their|who)\b", re.IGNORECASE)
"""A clause of its own says what was meant in other words: "I mean their very first order was then"."""


def _month_beside(found: re.Match[str], first: date) -> str:
    """ "the October before that": the nearest one of that name that is earlier than what was asked about."""
    month = _MONTHS.index(found["month"].lower()) + 1
    if found["side"].lower() in ("after", "following"):
        year = first.year if month > first.month else first.year + 1
    else:
        year = first.year if month < first.month else first.year - 1
    return f"{found['month']} {year}"


def corrected_within(question: str) -> Corrected | None:
    """The two sides of a sentence that takes back a part of itself; None where it takes back nothing."""
    found = _forms().within.search(question)
    if found is None or not any(c.isalnum() for c in question[: found.start()]):
        return None
    said, meant = question[: found.start()].strip(" ,;-–—"), question[found.end() :].strip(" ,;:")
    own = _OWN_QUESTION.match(meant) is not None
    if not said or not meant or (_EXPLAINING.search(meant) and not own):
        return None
    return Corrected(said, meant if own else f"make it {meant}", bool(_SURE.search(found.group())))


def _asked(question: str, forms: "_Forms", is_name: Callable[[int, int], bool]) -> str:
    """Requests at the head of the question or of a part of it, in one word."""
    for pattern, better in ((forms.count, "how many "), (forms.request, "show "), (forms.show, "show ")):
        found = pattern.match(question)
        if found is None or (found["verb"] is not None and is_name(*found.span("verb"))):
            continue
        rest = question[found.end() :]
        asks = re.match(rf"(?:{_ASKS})\b", rest, re.IGNORECASE)
        return found["before"] + ("" if asks else better) + rest
    found = forms.aside.search(question)
    return f"{question[: found.start()]}, {question[found.end() :]}" if found else question


def _changed(question: str, forms: "_Forms", *, follows: bool) -> str:
    bare = question.strip().rstrip(" ?!.")
    if (found := forms.meant.match(bare)) is not None:
        return _made(found["what"])
    found = forms.it_is.match(bare)
    if found is not None and (found["excuse"] or (follows and _says_only_what(found["what"]))):
        return _made(found["what"])
    if not follows:
        return question
    found = forms.sorry.match(bare)
    if found is not None and (_says_only_what(found["what"]) or _OWN_QUESTION.match(found["what"])):
        return _made(found["what"])
    for pattern in (forms.narrow, forms.look_only):
        if (found := pattern.match(bare)) is not None:
            return f"only {found['what']}"
    found = forms.without.match(bare)
    if found is not None and _says_only_what(found["what"]):
        return f"without {found['what']}"
    if (found := forms.again.match(bare)) is not None:
        return f"same {found['how']} {found['what']}"
    for pattern in (_RATHER, _NOT_THIS, _THIS_NOT):
        found = pattern.match(bare)
        if found is not None and (
            pattern is _RATHER or max(len(found[side].split()) for side in ("old", "new")) <= _MOST_REPLACED
        ):
            return f"{found['new']} instead of {found['old']}"
    return question


def _says_only_what(what: str) -> bool:
    """ "the web shop in March": no question of its own, and nothing that is added."""
    words = what.lower().split()
    return len(words) <= _MOST_CORRECTED and words[0] not in _ADDING and not _OWN_QUESTION.search(what)


def _made(what: str) -> str:
    what = re.sub(r"^(?:for|in|of|to) ", "", what.strip(" ,;:"), flags=re.IGNORECASE)
    return f"no, {what}" if _OWN_QUESTION.match(what) else f"make it {what}"


@dataclass(frozen=True, slots=True)
class _Forms:
    show: re.Pattern[str]
    count: re.Pattern[str]
    request: re.Pattern[str]
    aside: re.Pattern[str]
    wanted: re.Pattern[str]
    sorry: re.Pattern[str]
    meant: re.Pattern[str]
    it_is: re.Pattern[str]
    within: re.Pattern[str]
    narrow: re.Pattern[str]
    look_only: re.Pattern[str]
    again: re.Pattern[str]
    without: re.Pattern[str]


@cache
def _forms() -> _Forms:
    data: dict[str, list[str]] = parse_yaml(_FILE.read_text(encoding="utf-8"))
    begging, verbs = _one_of(data["begging"]), _one_of(data["show"])
    before_article = _one_of(data["show_before_an_article"])
    head = rf"^(?P<before>\W*(?:(?:and|so|now|then|ok|okay|hi|hello|hey),? )?)(?:(?:{begging}),? )*"
    of_whom = r"(?: (?:me|us|to me|to us|for me|for us|with me|with us|back|please|kindly))*(?: (?:with|of|about|on|as to|that|exactly))?(?: the following)?:? "
    excuses = rf"(?:(?:(?:the )?wrong (?:{_one_of(data['mistaken'])})|not the right (?:{_one_of(data['mistaken'])})|{_one_of(data['sorry'])})(?:[\s,.;:!…–—-]+|$))"
    firm, loose = _one_of(data["meant"]), _one_of(data["meant_behind_an_excuse"])
    thing = r"(?:it|this|that|them|these|those|the (?:list|answer|figures?|numbers?|results?|query|question|table|report|data|analysis|selection|view|above))"
    polite = rf"^\W*(?:(?:{begging}|and|now|then|ok|okay|show|give|show me|give me),? )*"
    return _Forms(
        show=_compiled(rf"{head}(?:(?P<verb>{verbs})(?={of_whom})|(?:{before_article})(?= (?:with me |with us |me |us |the following )?(?:{_ARTICLE})\b))(?! (?:of|rate)\b){of_whom}(?=\w)"),
        count=_compiled(rf"{head}(?P<verb>{_one_of(data['count_before_an_article'])}) (?:the number of |how many |all (?:of )?(?:the |our )?|the |our |my )(?=\w)"),
        request=_compiled(rf"{head}(?P<verb>{_one_of(data['requests'])})(?: please)?[,:]? (?=\w)"),
        aside=_compiled(rf", (?:{begging}),? (?:{verbs}|{before_article})(?: (?:me|us))? (?=(?:{_ARTICLE})\b)"),
        wanted=_compiled(rf"[,:]?\s+(?:is|are|would be|will be|were)(?: also| hereby| kindly)? (?:{_one_of(data['wanted'])})(?: by (?:me|us|the \w+|my \w+|our \w+))?(?: please)?(?=\W*$)"),
        sorry=_compiled(rf"^\W*{excuses}+(?:but )?(?P<what>\S.*)$"),
        meant=_compiled(rf"^\W*(?:{excuses}*(?:but |and |so )?(?:{firm})|{excuses}+(?:but )?(?:{loose}))\b[\s,:]*(?P<what>\S.*?)(?:,? (?:{_one_of(data['it_is'])}|please))?$"),
        it_is=_compiled(rf"^\W*(?P<excuse>{excuses}*)(?P<what>\S.{{0,60}}?),? (?:{_one_of(data['it_is'])})$"),
        within=_compiled(rf"(?:[,;.?!…]+|\s[–—-])\s*(?:{excuses}*(?:{firm}|i mean(?!,))\b|{excuses}{{2,}}|(?:sorry|oops|whoops|correction|scratch that|strike that|my bad|my mistake|no wait|wait no|no)\b\s*[,:]|or rather\b)[\s,:]*|\s(?:sorry|oops|no|wait|scratch that|or rather)(?: no| wait| sorry)*,? (?:i mean|i meant|make that|make it|should be|it should be)\b[\s,:]*|\s(?:no wait|wait no|no no|actually no)\b[\s,:]+"),
        narrow=_compiled(rf"{polite}(?:{_one_of(data['narrow'])})(?: {thing})?(?: down)? (?:to|on|by)(?: just| only)? (?P<what>\S.*)$"),
        look_only=_compiled(rf"{polite}(?:{_one_of(data['look_only'])}) (?P<what>\S.*)$"),
        without=_compiled(rf"{polite}(?:{_one_of(data['without'])}) (?P<what>\S.*)$"),
        again=_compiled(rf"{polite}(?:{_one_of(data['again'])}),? (?:but |now |only |just |this time )*(?P<how>for|in|with|from|at|by|on|to|over|during|of|as of) (?P<what>\S.*)$"),
    )  # fmt: skip


def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern.replace("'", "['’]"), re.IGNORECASE)


def _one_of(forms: Iterable[str]) -> str:
    return "|".join(re.escape(form).replace(r"\ ", " ") for form in sorted(forms, key=len, reverse=True))
