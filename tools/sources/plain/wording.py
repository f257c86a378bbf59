"""A plain question in the order and the words that its reading expects: "owners without an email, how many?" asks how many
owners have none. What is told apart by the rewriting stays; nothing is added that was not said."""

import re

_TAX = r"(?:vat|v\.a\.t\.|taxes|tax|gst)"
_ENDS = r"(?=\s*(?:[?.,;:]|$|\b(?:in|for|during|this|last|since|and|by|per|with|from|on|at)\b))"
_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), told)
    for pattern, told in (
        (r"\bwhat (did|do|have) we (?=(?:take|taken|earn|earned|charge|charged|collect|collected|receive|received)\b)", r"how much \1 we "),
        # What something comes to.
        (r"^what (?:do|does|did) (.+?) (?:add up to|sum up to|amount to|come to|total up to)\b", r"total of \1"),
        # Where what is there is put.
        (r"\b(?:put |assigned |attached |linked )?(?:against|behind|attached to|linked to|assigned to|on|to|for|with) (?:them|it)\b(?= *(?:yet|at all)? *(?:$|[?.,;:–-]))", ""),
        (r"\bwhere (?:nobody|no one|no-one|noone) (?:has |have |had )?(?:put|gave|given|entered|left|noted|wrote|written|recorded|filled in|set)(?: down| in)? (?:a|an|any|the) ", "without a "),
        (r"\bnot (?:one|a single) (?=[\w-]+)(?!of\b)", "no "),
        # How many, said last.
        (r"^(?!.*\bhow many\b.*\bhow many\b)(.+?)\s*[,:;–-]\s*(?:and )?how many(?: of (?:them|these|those))?(?: are there| are they| is that| were there| do we have| have we got)?(?: in total)?\s*\??$", r"how many \1"),
        (r"^(?:any|some) ([^?]+?)\s*[?,:–-]\s*(?:and )?how many(?: of (?:them|those))?\s*\??$", r"how many \1"),
        (r"^(?!.*\bhow\b)([^?]+?)\s*[,:–-]\s*count\s*\??$", r"how many \1"),
        (r"^of (?:the|our|all(?: the| our)?) (.+?), how many ", r"how many of the \1 "),
        (r"^(?:are|were|is|was) there (?:any |some )?(.+?)\s*\?\s*(?:and )?(?:if so,? )?how many(?: of them)?(?: are there)?\s*\??$", r"how many \1"),
        (r"\bhow often\b", "how many times"),
        (r"\bhow many times (?=(?:did|do|does|was|were|has|have|had|is|are)\b)", "how many "),
        # Where all that there is is kept.
        (r"\s*\bon (?:our|the) books\b|\s*\bon (?:our )?(?:file|record|records)\b|\s*\bin (?:our|the) (?:system|database|records|files|books)\b", ""),
        # Verbs of two words.
        (r"\b(?:ended|ending|end|ends) up(?: being| as)?\b", "were"),
        (r"\bhad to be\b", "were"),
        (r"\bcalled off\b", "cancelled"),
        (r"\b(?:taken|took|take|taking|brought|bring) in\b(?=\s*(?:$|[?.,;]|per\b|by\b|during\b|in\b|on\b|since\b|each\b|every\b|last\b|this\b|between\b|from\b|yesterday\b|today\b))", "received"),
        (r"\b(?:marked|flagged|listed|recorded|registered|classed|classified|tagged|set) as (?=\w)", "that are "),
        (r",? ?\b(?:whatever|regardless of|no matter) (?:became of them|happened to them|(?:what )?(?:the |their )?(?:status|outcome|state)(?: is| was| they have)?)\b", ""),
        (r"\b(?:dollar|euro|pound|money|monetary) (?=(?:value|amount|total|worth)\b)", ""),
        (r"\b(?:been |were |was |got )?(?:brought|given|handed|sent|taken) back\b|\b(?:come|came|gone|go) back\b", "returned"),
        (r"\bbring back\b|\bgive back\b", "return"),
        (r"\bpicked[ -]up\b", "collected"),
        (r"\bpick-up\b", "pickup"),
        (r"(\w+) late (?=(?:in|this|last|during) )", r"\1 late, "),
        (r"\b(?:came|come|comes|coming) in\b(?! (?:first|second|third|last place))", "received"),
        (r"\b(?:still )?ow(?:e|es|ed|ing)(?: us| me)?(?: any| some)?(?: money)?\b", "unpaid money"),
        # Before or after tax.
        (rf"\b(?:including|includes|incl\.?|inclusive of|with|plus) {_TAX}\b", "gross"),
        (rf"\b(?:excluding|excl\.?|exclusive of|without|before|net of|ex|less) {_TAX}\b", "net"),
        (rf"\b{_TAX} (?:is )?(?:included|incl\.?)(?!\w)", "gross"),
        (rf"\b{_TAX} (?:is )?(?:excluded|excl\.?)(?!\w)", "net"),
        (r"\b(?:that |which )?(?:took|take|takes|taking|taken) place\b", ""),
        # In which unit.
        (r"\bin (?:euros?|eur|dollars?|usd|pounds?|gbp|francs?|chf|cash terms)\b(?=\s*[?.,;]|\s*$|\s+(?:on|for|by|per|of|with|in|from|during|each|last|this)\b)", "in money"),
        # Late is late as of today.
        (r"(\b(?:overdue|past (?:their|its|the|his|her) due dates?)\b)\s+(?:as of |as at |by )?(?:today|now|right now)\b", r"\1"),
        # What is not there.
        (r"^for how many (?:of )?(?:the |our )?(.+?) (?:is|are) (?:the|a|an|no|their) (?:(\w+) of the )?(.+?) (?:not (?:yet )?(?:filled in|filled|known|recorded|given|entered|set|stored|noted|on file)|missing|unknown|empty|blank)(?= *\??$)", r"how many \1 without a \3 \2"),
        (r"\bwhose (.+?) (?:is|are) (?:missing|unknown|empty|blank|not known|not recorded|not filled in|not given|not entered|not set)\b", r"without a \1"),
        # A kind of something is something's kind.
        (rf"\b(kind|type|sort|category|categorie)s? of (?:a |an |the |our )?((?:[\w'-]+ )?[\w'-]+?){_ENDS}", r"\2 type"),
        # From one day to another.
        (r"\bhow many days after (?:the )?(.+?) (?:do|does|did|are|is|was|were) ", r"how many days from \1 until "),
        (r"\bdays (?:pass|passed|go by|went by|elapse|lie|elapsed)\b", "days"),
        (r"\b(?:the )?(\d+|two|three|four|five|six|seven|eight|nine|ten|twelve) most valuable ([\w'-]+)", r"the top \1 \2 by value"),
        # The first so many, said last or with what they have.
        (r"^(?:the )?(\w+) ([\w' -]+?) with the (?:most|largest|highest|biggest|greatest) (?!number\b)", r"top \1 \2 by "),
        (r"\bin (\d{4}) or (?:later|after)\b", r"since \1"),
        # Not a single one.
        (r"\b(?:a|one) single (?=\w)", "any "),
    )
)  # fmt: skip
_COUNTED = frozenset(
    "2 3 4 5 6 7 8 9 10 12 15 20 25 50 100 two three four five six seven eight nine ten twelve".split()
)


def plainly(question: str) -> str:
    """The question with its words in their usual places. What stands in quotation marks is a name and stays."""
    if '"' in question or "“" in question:
        return question
    text = question.strip()
    for pattern, told in _RULES:
        if told.startswith("top "):
            found = pattern.match(text)
            if found is None or found.group(1).lower() not in _COUNTED:
                continue
        text = pattern.sub(told, text)
    return " ".join(text.split())
