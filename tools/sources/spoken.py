"""What is typed in haste, written out before a question is read: contractions without their apostrophe, short words of a
chat, and where people put what they leave out. Names of the source are left as they are, and so is what is in quotation marks."""

import re

_NUMBER = r"(?:\d+|two|three|four|five|six|seven|eight|nine|ten|twelve)"
_UNITS = r"(?:%|percent|per|days?|weeks?|months?|years?|hours?|hrs?|minutes?|mins?|euros?|dollars?|pounds?|kg|km|kilos?|metres?|meters?)"
_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), told)
    for pattern, told in (
        (r",? ?\b(?:pls|plz|plse|please)\b(?=\W*$|[ ,.;?!])", ""),
        (r"\b(have|has|had|were|was|is|are|did|do|does|could|would|should)nt\b", r"\1n't"),
        (r"\b(that|what|where|how|who|there)s (?=\w)", r"\1 is "),
        (r"\bw/o\b ?", "without "),
        (r"\b(?:ie|i\.e\.)(?=[ ,])", "that is"),
        (r"\b(than|past|below|above|under|over|after|before|reached|beyond) there (?!is\b|are\b|was\b|were\b|has\b|have\b|had\b)(?=\w)", r"\1 their "),
        (r"\b(?:(?:which|that) are )?(?:(?:and )?(?:are )?still|yet) to come\b(?= *(?:$|[?.,;:]|\b(?:by|per|for|in|at|from|of)\b))", "upcoming"),
        (r"\bin average\b", "on average"),
        (r"\bhow many (?:is it|is that|are it)\b", "how many are there"),
        # "three jobs or more"
        (rf"\b({_NUMBER}) (?!{_UNITS}\b)([\w-]+) or (more|fewer|less)\b", r"\1 or \3 \2"),
        # What is left out.
        (r"(?:\b(?:leave|leaving)|(?:^|(?<=[,.;:?!–(-] ))(?:take|taking|keep|keeping)) (?:the |all |any )?((?:[\w'-]+ ){1,3}?)(?:ones )?out\b", r"without \1"),
        (r"\b(?:leave|leaving) out (?=\w)", "without "),
        (r"(?:^|(?<=[,.;:?!–(-] ))(?:skip|skipping|omit|omitting|drop) (?:the |all |any )?(?=[\w'-]+ (?:ones|and|or)\b)", "without "),
        (r"\b((?:[\w'-]+ (?:and|or) )?[\w'-]+)(?: ones)? (?:do not|don't|does not|doesn't|should not|shouldn't|must not) count\b", r"without \1"),
        (r"\bfor (?=(?:month|week|quarter|year)\b(?! (?:of|ended|ending|end|to|\d)))", "per "),
        (r"\b(?:not|without) (?:counting|including|considering)\b|\b(?:ignoring|disregarding|ignore|disregard)\b", "without"),
        (r"([.;,?!(–-])\s*(?:the )?(?!or\b|and\b|but\b|if\b|why\b)([\w'-]+)(?: ones)?,? not\s*[.!)]*$", r", without \2"),
    )
)  # fmt: skip


def spelled_out(question: str) -> str:
    """The question with its short spellings written out."""
    if '"' in question or "“" in question:
        return question
    text = question
    for pattern, told in _RULES:
        text = pattern.sub(told, text)
    return text if text == question else " ".join(text.split())
