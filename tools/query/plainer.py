"""Turns of phrase that say a common thing in few words, put into the words that the reader knows."""

import re

_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_EXTREMES = "biggest|largest|highest|smallest|lowest|greatest"
_ITS_NUMBER = r"(?:order )?(?:nr|number|no)\b\.?(?: and (?:its |the )?(?:value|amount|worth|how much(?: is it)?))?"
_BUYING = "bought|ordered|purchased|shopped|buy|order|placed an order"
_PARTS = "first|1st|second|2nd|third|last"
_HELD = r"vs\.?|versus|against|than(?: in)?|compared (?:to|with)"
_TURNS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), better)
    for pattern, better in (
        (rf"\b(how many) (?=(?:have |had )?(?:{_BUYING})\b)", r"\1 customers "),
        (rf"\b((?:{_BUYING})\b[^.?!]{{0,40}}?\b)more than once\b", r"\1more than 1 times"),
        (rf"\b((?:{_BUYING})\b[^.?!]{{0,40}}?\b)(?:at least twice|twice or more(?: often)?)\b", r"\1at least 2 times"),
        (rf"\b((?:{_BUYING})\b[^.?!]{{0,40}}?)\b(?:only|just|exactly) once\b", r"\1exactly 1 times"),
        (rf"\b(?:only|just) ((?:{_BUYING})\b[^.?!]{{0,40}}?)\bonce\b", r"\1exactly 1 times"),
        (rf"\b((?:{_BUYING})\b[^.?!]{{0,40}}?)\b(?:only |just |exactly )?twice\b", r"\1exactly 2 times"),
        (r"\bone[- ]time (customers|buyers|clients|shoppers)\b", r"\1 who bought exactly 1 times"),
        (r",?\s*\bnot (?:the )?(?:average|mean)\b", ""),
        (r"\b(?:for |from )?mon(?:day)?s? (?:to|till|until|through|-|–) sun(?:day)?s?\b", "by weekday"),
        (r"\bmonday,? tuesday[ ,.…]+sunday\b", "by weekday"),
        (rf"\b((?:{_MONTHS})\w*) ?\+ ?(?=(?:{_MONTHS}))", r"\1 and "),
        (r"\brank (?:the )?first (?=\w+ \w)", "top "),
        (r"\b(?:two|three|four|2|3|4) (?=(?:numbers|figures|values)\b)", ""),
        (
            rf"\b((?:{_EXTREMES})\b[^.?!:,]*\border\b[^.?!:,]*)[:,] ?(?:which |what |its |the |with )*{_ITS_NUMBER}",
            r"\1",
        ),
        (r"\b(?:for |in )?all (?:of )?the year (?=(?:19|20)\d\d\b)", "in "),
        (
            rf"\b((?:{_PARTS}) (half|week|fortnight|quarter) of (\w+(?: (?:19|20)\d\d)?) (?:{_HELD}) (?:the )?(?:{_PARTS}))(?: \2)?(?! (?:of|half|week|fortnight|quarter|\d)\b)",
            r"\1 \2 of \3",
        ),
        (r"\bneither ((?:from |in |for |to )?)([^.?!]{1,40}?) nor (?:from |in |for |to )?", r"not \1\2 and "),
        (
            r"\b(?:to|from|by|for) (?:everybody|everyone|anybody|anyone)(?: else)? (?=(?:apart from|except|other than|but|besides|without)\b)",
            "",
        ),
        (
            r"\bby (?:what|which|how many|how much) (?:a )?(?:percentage|percent|per cent|pct|%)(?: points?)?(?= (?:did|do|does|have|has|is|are|was|were)\b)",
            "how much",
        ),
        (r"\b(?:up or down|ahead or behind|up or behind) (?=on |against |from )", "up "),
    )
)


def in_plain_words(question: str) -> str:
    """The question with its turns of phrase said in full; the same where it has none."""
    for pattern, better in _TURNS:
        question = pattern.sub(better, question)
    return question
