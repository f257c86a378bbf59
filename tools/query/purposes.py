"""What a figure is needed for, behind the question or inside it: "…, need it for the tax man", "april sales for the bonus
sheet". It asks for nothing, and is named in the answer."""

import re

from tools.language.annotation import Annotation, Meaning, SpanKind
from tools.language.everyday import everyday_words

_OCCASIONS = (
    "sheet|file|files|report|reports|meeting|review|newsletter|books|board|boardroom|deck|slides?|presentation|budget|accounts? meeting|"
    "records|binder|wall|noticeboard|fridge|form|return|paperwork|spreadsheet|notes|minutes|diary|blog|website|bank|bank manager|"
    "accountant|bookkeeper|auditor|auditors|landlord|investors?|insurer|insurance|taxman|tax man|tax office|hmrc|revenue|"
    "grant application|bonus talks|negotiations?|pay talks|promotion|loan application|application|cash flow file|pitch|talk|interview|boss|supervisor|manager|wife|husband|team"
)
_SINGLE_OCCASIONS = "|".join(sorted(everyday_words().occasion))
_NEEDED = re.compile(
    r"[\s,;.–-]+(?:(?:and|as|cos|cause|because|since) )?(?:(?:i|we|she|he|they|my \w+|the \w+) )?(?:need|needs|needed|want|wants|require|requires|must have|have to have)"
    r"(?: to have)? (?:it|this|that|them|these|those)(?: all| both)? for (?P<what>[^,;.?!]{2,50})(?=\s*[.?!]*\s*$)",
    re.IGNORECASE,
)
_TO_KNOW = re.compile(
    r"[\s,;.–-]+(?:and )?(?:i|we)(?:'d| would)? (?:like|want|need|love) to know(?: it| this| that)? for (?P<what>[^,;.?!]{2,50})(?=\s*[.?!]*\s*$)",
    re.IGNORECASE,
)
_FOR_IT = re.compile(
    rf",? (?:for|in time for) (?:the|my|our|a|an|his|her|their|this|next) (?P<what>(?:[\w'’&-]+ ){{0,3}}?(?:{_OCCASIONS}|{_SINGLE_OCCASIONS}))(?=\s*(?:[,;.?!:)]|$))",
    re.IGNORECASE,
)
_LONGEST = 6
"""Words of a purpose."""


def purposes_of(annotation: Annotation) -> list[tuple[int, int]]:
    """The stretches of letters [start, end) that only say what the figures are for. Nothing of the data, no figure, no
    thing and no time stands in them, unless they name an occasion: "for the Christmas order" may be either."""
    found: list[tuple[int, int]] = []
    for pattern in (_NEEDED, _TO_KNOW, _FOR_IT):
        for match in pattern.finditer(annotation.text):
            begins, ends = match.span("what")
            inside = any(start <= begins < end for start, end in found)
            longest = len(match["what"].split()) <= _LONGEST
            if not inside and longest and not _narrows(annotation, begins, ends, pattern is _NEEDED):
                found.append(match.span())
    return found


def _narrows(annotation: Annotation, begins: int, ends: int, needed: bool) -> bool:
    """Whether anything in it may belong to the question. What somebody "needs it for" may be any thing with an article."""
    tokens = annotation.tokens
    spans = [span for span in annotation.spans if tokens[span.start].start < ends and begins < tokens[span.end - 1].end]
    if any(span.kind is SpanKind.VALUE and span.whole for span in spans):
        return True
    if needed and tokens[-1].norm and annotation.text[begins:ends].lower().startswith(("the ", "my ", "our ", "a ")):
        return any(span.kind in (SpanKind.PERIOD, SpanKind.COMPARISON, SpanKind.NUMBER) for span in spans)
    told = (Meaning.METRIC, Meaning.DIMENSION)
    return any(span.kind is not SpanKind.TERM or any(span.ids(kind) for kind in told) for span in spans)


def without(text: str, stretches: list[tuple[int, int]]) -> tuple[str, tuple[str, ...]]:
    """The text without these stretches, and what they said."""
    said: list[str] = []
    for start, end in sorted(stretches, reverse=True):
        said.insert(0, text[start:end].strip(" ,;.-–"))
        text = text[:start] + text[end:]
    return text, tuple(said)
