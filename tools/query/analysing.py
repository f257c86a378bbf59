"""Questions about cohorts, baskets and funnels: "retention by month", "what goes with the tea towels", "how many of the
orders were shipped within 3 days".

What makes a question one of these is cut out of it; what is left is planned as any other question, so that its periods
and filters are read once, and the analysis is made of that plan.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from tools.query.slots import Unclear, Unsupported

LONGEST_SAID = 300
"""Letters beyond which no analysis is looked for: the shapes try every place where one may begin."""
_CUES = re.compile(
    r"\b(?:retention|what do|what did|cohorts?|funnels?|together|pairs?|combinations?|combos?|baskets?|same order|goes|go|newcomers?|first|new"
    r"|rate|orders|also|else|often|usually|frequently|commonly)\b"
)
_NUMBERS = {word: n for n, word in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), start=1)}  # fmt: skip
_N = rf"(?P<n>\d{{1,4}}|an?|{'|'.join(_NUMBERS)})"
_UNIT = r"(?P<unit>day|week|month|quarter|year)s?"
_DAYS = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}
_LEAD_IN = r"^(?:(?:and|so|ok|okay|now|please|pls|also|then|well|hi|hello|hey)\b[\s,]*)+"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of an analysis. `rest` is what else it says, as a question by itself."""

    kind: str
    """periods, since, funnel, pairs or beside."""
    rest: str
    steps: tuple[str, ...] = ()
    after: int | None = None
    grain: str | None = None
    within_days: int | None = None
    then_in: str = ""
    """The period in which the steps are taken, as typed."""
    dimension: str = "product"
    limit: int | None = None
    notes: tuple[str, ...] = ()


def cut_analysis(question: str) -> Asked | None:
    """None for a question of plain figures. Raises Unclear or Unsupported for an analysis that cannot be told or made."""
    if len(question) > LONGEST_SAID or _CUES.search(text := _plain(question)) is None:
        return None
    shapes: tuple[Callable[[str], Asked | None], ...] = (_came_back, _spent_since, _retention, _per_cohort, _orders_that_were, _funnel, _beside, _pairs, _rate_in_days)  # fmt: skip
    return next((asked for shape in shapes if (asked := shape(text)) is not None), None)


def _plain(question: str) -> str:
    """In small letters, without the mark at the end and what leads in."""
    text = re.sub(r"\s+", " ", question.strip().lower().replace("’", "'"))
    return re.sub(_LEAD_IN, "", re.sub(r"[\s?!.]+$", "", text))


def _count(said: str) -> int:
    return int(said) if said.isdigit() else _NUMBERS.get(said, 1)


# ── who came back ────────────────────────────────────────────────────────────────────────────────────────

_PEOPLE = r"(?:customers?|buyers?|clients?|shoppers?|people|those|folks)"
_BUY = r"(?:bought|buy|ordered|order|purchased|purchase|shopped|shop)"
_NEW = (
    rf"(?:(?:new|first[- ]time|newly acquired)\s{_PEOPLE}|newcomers?|first[- ]timers?"
    rf"|{_PEOPLE}\s(?:who|that|which)\s(?:have\s|had\s)?(?:first|newly)\s{_BUY}(?:\sfrom us|\ssomething|\swith us)?"
    rf"|{_PEOPLE}\s(?:who|that|which)\s(?:have\s|had\s)?{_BUY}(?:\sfrom us|\ssomething|\swith us)?\sfor (?:the|their) (?:very )?first time)"
)
_AGAIN = (
    r"(?:(?:also|later|then|ever|actually|already)\s)?"
    rf"(?:came back|come back|returned|return|reordered|reorder|repurchased|{_BUY}(?:\sfrom us|\swith us|\ssomething)?\s"
    r"(?:again|a second time|another time|once more|more than once|twice)"
    r"|(?:placed|place|made|make)\s(?:a second|another|a further|a repeat|a new|one more) (?:order|purchase))"
)
_WITHIN = rf"(?:with\s?in|inside|in|during|over)\s(?:(?:the|their|its)\s)?(?:(?:next|first|following)\s)?{_N}\s{_UNIT}(?:\s(?:of|after|from)\s(?:it|that|the first order|their first order|placing|ordering|the order))?"
_SINCE = r"(?:ever since|since then|since|so far|to date|until today|until now|up to now|up to today|yet|later|later on|afterwards|at all|ever)"
_ASKS = r"how many|how much|what|which|share|percentage|percent|part|proportion|fraction|rate|%|number of|count"


_OF_ASKING = re.compile(
    rf"\b(?:{_ASKS}|of|the|our|all|my|is|are|was|were|do|does|did|show|me|give|tell|i|want|to|know|see)\b|'s\b|[%,:]"
)


def _came_back(text: str) -> Asked | None:
    """ "how many of the customers who first bought in March came back in April", "what share of new customers from Q1
    ordered again within 60 days"."""
    found = re.search(
        rf"^(?P<lead>.*?)\b(?P<new>{_NEW})\b(?P<when>.*?)\s(?:(?:who|that|which|and)\s)?(?:(?:have|has|had|did)\s)?{_AGAIN}\b(?P<then>.*)$",
        text,
    )
    if found is None or re.search(r"\b(?:versus|vs|against|compared?|or|not|never|no|didn't|without)\b", text):
        return None
    lead, when, then = found["lead"], found["when"].strip(" ,:"), found["then"].strip(" ,")
    if (
        (lead.strip() or when)
        and not re.search(rf"\b(?:{_ASKS})\b|%", f"{lead} {when}")
        and lead.strip() not in ("", "the", "our")
    ):
        return None
    when = re.sub(rf"[,:]?\s*\b(?:{_ASKS})\b(?:\sof (?:them|those|these))?$", "", when).strip(" ,:")
    when = _squeezed(f"{re.sub(_OF_ASKING, ' ', lead)} {when}")
    within, then = _within(then)
    then = re.sub(rf"^{_SINCE}\b", "", then).strip(" ,")
    opens_with_a_period = bool(re.match(r"(?:in|during|by|between|the (?:next|following))\b", then))
    if then and opens_with_a_period and not within.days:
        if not when:
            raise Unclear(
                "When did these customers order first? For example: how many of the new customers of March came back in April."
            )
        return Asked("funnel", f"new customers {when}", steps=("repeat_rate",), then_in=then)
    rest = " ".join(("new customers", when, then)).strip()
    return Asked("funnel", rest, steps=("repeat_rate",), within_days=within.days, notes=within.notes)


@dataclass(frozen=True, slots=True)
class _Within:
    days: int | None = None
    notes: tuple[str, ...] = ()


def _within(text: str) -> tuple[_Within, str]:
    """The number of days that a step may take, and the text without it."""
    found = re.search(rf"\b{_WITHIN}\b", text)
    if found is None:
        return _Within(), text
    count, unit = _count(found["n"]), found["unit"]
    days = count * _DAYS[unit]
    if not 0 < days <= 3_660:  # noqa: PLR2004 — ten years, as the query takes
        raise Unsupported("I can look at what happens within 1 to 3,660 days.")
    rough = unit in ("month", "quarter", "year")
    notes = (f"“{found[0]}” was counted as {days} days.",) if rough else ()
    return _Within(days, notes), f"{text[: found.start()]} {text[found.end() :]}".strip()


def _spent_since(text: str) -> Asked | None:
    """ "how much did the January newcomers spend since", "how many orders have new customers of Q1 placed so far"."""
    found = re.search(
        rf"^(?:how much (?P<money>money|revenue|sales)?\s?|how many (?P<orders>orders|purchases)\s)(?:have|has|did|do)\s(?P<who>.*?\b{_NEW}\b.*?)\s"
        rf"(?:spend|spent|bring in|brought in|bring|brought|paid|pay|placed?|made?|buy|bought|ordered|order)\b(?P<after>.*?)\b{_SINCE}\b(?P<more>.*)$",
        text,
    )
    if found is None or found["more"].strip(" ,"):
        return None  # "since March": from when on, and not who
    who = re.sub(rf"\b(?:the|our|my|all|of)\b|\b{_NEW}\b", " ", found["who"])
    figure = "orders" if found["orders"] else "net sales"
    return Asked("since", _squeezed(f"{figure} {who} {found['after']} {found['more']}"))


def _squeezed(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip(" ,")


# ── cohorts ──────────────────────────────────────────────────────────────────────────────────────────────

_RETENTION = r"(?:(?:customer|client|buyer)s?\s)?(?:cohort\s)?retention(?:\s(?:rates?|curves?|table|analysis|by cohorts?|of (?:the |our )?(?:customers?|cohorts?)))?"
_COHORTS = r"(?:(?:customer|client|buyer|retention)s?\s)?cohorts?(?:\s(?:analysis|table|chart|retention|view|report))?"


def _retention(text: str) -> Asked | None:
    """ "retention by month this year", "cohort retention", "retention after 3 months"."""
    per = re.search(r"\b(?:by|per|of each|for each|in each|of every)\s(?:\w+\s)?cohorts?\b", text)
    if re.search(r"\bretention\b", text) is None and (per is not None or re.search(rf"\b{_COHORTS}\b", text) is None):
        return None
    after, unit, text = _after(text)
    text = re.sub(r"\b(net sales|sales|revenue|turnover|orders?|units|profit) (?:cohort )?retention\b", r"\1", text)
    text = re.sub(r"\b(?:by|per|for|of)\s(?:each\s|every\s|the\s)?(?P<grain>month|quarter|week|year)(?:ly)?\scohorts?\b", r"by \g<grain>", text)  # fmt: skip
    text = re.sub(rf"\b(?:{_RETENTION}|{_COHORTS})\b", "customers", text, count=1)
    text = re.sub(r"\b(?:retention(?:\srates?)?|cohorts?|(?:by|per|of each|for each) cohort)\b", "", text)
    text = re.sub(r"\b(?:what's|what is|what was|how is|how was|how good is|how high is)\b", "show", text)
    return Asked("periods", _squeezed(text), after=after, grain=unit)


def _after(text: str) -> tuple[int | None, str | None, str]:
    """ "after 3 months", "month 3 retention", "3-month retention": of which bucket later alone."""
    shapes = (
        rf"\bafter\s{_N}\s(?P<unit>week|month|quarter|year)s?\b",
        r"\bin\s(?P<unit>week|month|quarter|year)\s(?P<n>\d{1,2})\b(?!\s?\d)",
        r"\b(?P<unit>week|month|quarter|year)[- ](?P<n>\d{1,2})(?=\s(?:customer\s)?retention)",
        rf"\b{_N}[- ](?P<unit>week|month|quarter|year)s?(?=\s(?:customer\s)?retention)",
    )
    for shape in shapes:
        if found := re.search(shape, text):
            return _count(found["n"]), found["unit"], f"{text[: found.start()]}{text[found.end() :]}"
    return None, None, text


def _per_cohort(text: str) -> Asked | None:
    """ "sales per cohort", "revenue by monthly cohort this year": what each has come to since."""
    found = re.search(r"\b(?:by|per|of each|for each|of every)\s(?:(?P<grain>month|quarter|week|year)(?:ly)?\s)?(?:customer\s)?cohorts?\b", text)  # fmt: skip
    if found is None:
        return None
    by = f"by {found['grain'] or 'month'}"
    return Asked("since", _squeezed(f"{text[: found.start()]} {by} {text[found.end() :]}"))


# ── funnels ──────────────────────────────────────────────────────────────────────────────────────────────

_PART = r"(?:how many|what (?:share|part|percentage|percent|proportion|fraction|%)|which (?:share|part|percentage)|(?:the )?(?:share|percentage|proportion|number))"
_SHIPPED = "shipped|dispatched|sent out|sent off|sent|fulfilled|posted"
_REFUNDED = "refunded|partly refunded|partially refunded|fully refunded|given a refund"
_UNKNOWN = {
    "delivered": "Your data does not say when orders were delivered, only when they were shipped, where the source tells that.",
    "paid": "Your data does not say when or whether orders were paid.",
    "invoiced": "Your data does not say when or whether orders were invoiced.",
    "opened": "Your data holds no e-mails.",
}


_SPLITS = (
    r"(?:the\s)?(?:days?|weeks?|months?|quarters?|years?|countr|cit|states?|regions?|channels?|carriers?|shippers?|segments?"
    r"|categor|products?|salesp)"
)


_BESIDE_THE_DEED = r"(?:$|,|(?:in|on|last|this|since|during|between|over|by|until|up|so far|yesterday|today|before|after|per|each|for|to date)\b)"


def _orders_that_were(text: str) -> Asked | None:
    """ "how many of the orders were shipped within 3 days last month"."""
    found = re.search(
        rf"^(?:show me |give me |tell me |list )?{_PART} of (?:the |our |all |all the |my )?(?P<mid>.*?)\b(?:orders|purchases)\b(?P<after>.*?)"
        rf"\s(?:(?:were|was|are|is|got|get|have been|had been|has been)\s(?:already |actually |then )?(?P<deed>{_SHIPPED}|{_REFUNDED}|{'|'.join(_UNKNOWN)})"
        rf"|(?:had|have|got|led to|ended in)\sa (?P<refund>refund))\b(?P<more>.*)$",
        text,
    )
    if found is None:
        return None
    deed = found["deed"] or "refunded"
    if deed in _UNKNOWN:
        raise Unsupported(_UNKNOWN[deed])
    if re.match(rf"\s(?:to|via|with|from|through|by(?!\s{_SPLITS}))\b", found["more"]):
        return None  # "were shipped to Germany", "by Speedy Express": which orders they are
    within, more = _within(found["more"])
    if re.match(_BESIDE_THE_DEED, more.strip()) is None:
        return None  # "shipped Same Day": how, and not whether
    rest = _squeezed(f"{found['mid']} orders {found['after']} {more}")
    step = "shipped_rate" if re.fullmatch(_SHIPPED, deed) else "refunded_rate"
    return Asked("funnel", rest, steps=(step,), within_days=within.days, notes=within.notes)


_RATES = (
    "repeat (?:purchase |customer |order |buyer )?rate|repurchase rate|shipped rate|fulfil?lment rate|dispatch rate"
)


def _rate_in_days(text: str) -> Asked | None:
    """ "repeat purchase rate within 60 days"."""
    if (found := re.search(rf"\b(?:{_RATES})\b", text)) is None:
        return None
    within, rest = _within(text)
    step = "repeat_rate" if found[0].startswith("rep") else "shipped_rate"
    return Asked("funnel", rest, steps=(step,), within_days=within.days, notes=within.notes) if within.days else None


_CUSTOMER_STEPS = ("repeat_rate", "third_order_rate", "fourth_order_rate")


def _funnel(text: str) -> Asked | None:
    """ "customer funnel this year", "order funnel"."""
    found = re.search(r"\b(?P<of>[\w-]+\s(?:purchase\s)?)?funnels?\b(?:\s(?:of|for)\s(?:the\s|our\s)?(?P<for>customers|new customers|orders)\b)?", text)  # fmt: skip
    if found is None:
        return None
    of = f"{found['of'] or ''} {found['for'] or ''}"
    opened = found.start() if re.search(r"customer|buyer|client|repeat|order|fulfil|shipping|sales|conversion", of) else found.end("of") + 1 if found["of"] else found.start()  # fmt: skip
    before = text[:opened]
    if re.search(r"customer|buyer|client|repeat", of):
        things, steps = "new customers", _CUSTOMER_STEPS
    elif re.search(r"order|fulfil|shipping", of):
        things, steps = "orders", ("shipped_rate",)
    else:
        raise Unclear(
            "A funnel of what? Your data follows customers from order to order, and orders to their shipping; it holds no "
            "visits, leads or carts.",
            (("customers, from order to order", "customer funnel"), ("orders, to their shipping", "order funnel")),
        )
    within, more = _within(text[found.end() :])
    before = re.sub(r"\b(?:show|me|give|us|the|our|a|an|draw|what|is|does|how|look|like)\b", " ", before)
    return Asked("funnel", _squeezed(f"{things} {before} {more}"), steps=steps, within_days=within.days, notes=within.notes)  # fmt: skip


# ── baskets ──────────────────────────────────────────────────────────────────────────────────────────────

_TRADE = r"(?:buys?|bought|buying|orders?|ordered|purchases?|purchased|sells?|sold)"
_OFTEN = (
    r"(?:(?:most|often|frequently|usually|mostly|commonly|best|well|typically|normally|always|regularly|generally)\s)*"
)
_THINGS = {
    "product": "products?|items?|articles?|goods|things?", "category": "categor(?:y|ies)|product groups?|departments?",
    "subcategory": "sub-?\\s?categor(?:y|ies)", "brand": "brands?", "supplier": "suppliers?",
}  # fmt: skip
_ANY_THING = "|".join(f"(?:{words})" for words in _THINGS.values())
_MERE = re.compile(
    rf"\b(?:what|which|who|do|does|did|is|are|was|were|get|gets|got|being|be|been|have|has|people|customers?|buyers?|shoppers?|clients?|folks|they|we|else|"
    rf"show|me|us|give|list|tell|find|see|can|could|you|i|want|to|know|the|our|my|your|a|an|of|that|top|first|other|any|"
    rf"most|often|frequently|usually|mostly|commonly|common|frequent|popular|usual|typical|best|typically|normally|always|likely|"
    rf"{_ANY_THING})\b|[,:;]"
)
_WITH = r"(?:with|as|to|alongside)"


def _beside(text: str) -> Asked | None:
    """ "what do people buy together with tea towels", "what goes with the tea towels"."""
    if re.search(r"\bhow (?:much|many)\b", text):
        return None
    also = re.search(
        rf"\b{_PEOPLE}\s(?:who|that)\s(?:have\s)?{_TRADE}\s(?P<x>\S.*?),?\s(?:also|usually|often|what else|which other)\s",
        text,
    )
    if also is not None and re.search(rf"\b(?:what|which)\b.*\b(?:{_TRADE}|take|get|have)$|^(?:what|which)\b", text):
        asked = f"what is bought together with {also['x']}"
        raise Unclear("In the same order, or at any time? I can tell what is bought in the same order.", (("in the same order", asked),))  # fmt: skip
    shapes = (
        rf"^(?P<lead>.*?)\b{_TRADE}\s{_OFTEN}(?:in (?:one|the same) (?:order|basket)|together|along|in combination|combined)\s{_WITH}\s(?P<x>\S.*)$",
        rf"^(?P<lead>.*?)\b(?:goes|go|went)\s{_OFTEN}(?:together\s|along\s)?with\s(?P<x>\S.*)$",
        rf"^(?P<lead>.*?)\b(?:in the same (?:order|basket))\s{_WITH}\s(?P<x>\S.*)$",
        rf"^(?P<lead>what (?:do|did|does) (?:our |the |most )?(?:{_PEOPLE}|they) ){_OFTEN}(?:{_TRADE}|have|get|take)\s{_OFTEN}with\s(?P<x>\S.*)$",
        rf"^(?P<lead>.*?\bwhat else\b.*?)\b{_TRADE}\swith\s(?P<x>\S.*)$",
        rf"^(?P<lead>.*?\b(?:often|frequently|usually|commonly|mostly)\s){_TRADE}\swith\s(?P<x>\S.*)$",
    )
    for shape in shapes:
        if found := re.search(shape, text):
            lead = found["lead"]
            if re.search(
                r"\b(?:orders|sales|revenue|turnover|profit|money|share|part|p\w*centage|percent|who)\b|%", lead
            ):
                return None  # "what percentage of the orders goes with Federal Shipping"
            if (
                re.search(
                    r"\b(?:what|which|products?|items?|categor|things?|brands?|top|anything|often|frequently|usually|commonly|mostly)",
                    lead,
                )
                is None
            ):
                return None
            x = re.sub(
                rf"\b(?:by|among|for|from)\s(?:our\s|the\s|my\s)?{_PEOPLE}\b(?=\s(?:in|from|of)\b|$)", "", found["x"]
            )
            rest = _squeezed(f"orders for {x} {_without_mere_words(lead)}")
            return Asked("beside", rest, dimension=_dimension(lead), limit=_limit(lead))
    return None


_PAIRED = re.compile(
    rf"\b(?:in (?:one|the same) (?:order|basket)|(?:market )?basket analysis|{_TRADE}|together|pairs?|pairings?|combinations?|combos?)\b"
)


def _pairs(text: str) -> Asked | None:
    """ "which products are often bought together", "most common pairs", "basket analysis"."""
    if re.search(r"\bhow (?:much|many)\b|\btogether with\b", text):
        return None
    shapes = (
        rf"^(?P<lead>.*\b(?:what|which|{_ANY_THING})\b.*?)\b{_TRADE}\s{_OFTEN}(?:together|in (?:one|the same) (?:order|basket))\b(?P<more>.*)$",
        r"^(?P<lead>.*?)\b(?:frequently|often|commonly) (?:bought|ordered|purchased|sold) together\b(?P<more>.*)$",
        rf"^(?P<lead>.*?)\b(?:(?:{_ANY_THING})\s)(?:pairs?|pairings?|combinations?|combos?)\b(?P<more>.*)$",
        r"^(?P<lead>.*?\b(?:common|frequent|popular|usual)\s)(?:pairs?|pairings?|combinations?|combos?)\b(?P<more>.*)$",
        r"^(?P<lead>.*?)\b(?:market )?basket analysis\b(?P<more>.*)$",
    )
    for shape in shapes:
        if found := re.search(shape, text):
            said = text[: found.start("more")]
            more = re.sub(r"^\s*of\s(?=" + _ANY_THING + ")", "", found["more"])
            dimension = _dimension(said + more)
            more = re.sub(rf"\b(?:{_ANY_THING}|most often|most|often|by us)\b", "", more)
            lead = _PAIRED.sub(" ", _without_mere_words(said))
            return Asked("pairs", _squeezed(f"orders {more} {lead}"), dimension=dimension, limit=_limit(said))
    return None


def _dimension(lead: str) -> str:
    found = [name for name, words in _THINGS.items() if re.search(rf"\b(?:{words})\b", lead)]
    return next((name for name in found if name != "product"), "product")


_N_ROWS = rf"(?P<n>\d{{1,3}}|{'|'.join(_NUMBERS)})"
_LIMIT = re.compile(
    rf"\b(?:top|first|best)\s{_N_ROWS}\b|\b{_N_ROWS.replace('<n>', '<m>')}\s(?:(?:most|best|top|common|frequent|popular|usual)\s)*(?={_ANY_THING}|pairs?|combin|combos?)"
)


def _limit(lead: str) -> int | None:
    found = _LIMIT.search(lead)
    return _count(found["n"] or found["m"]) or None if found else None


def _without_mere_words(lead: str) -> str:
    return _squeezed(_MERE.sub(" ", _LIMIT.sub(" ", lead)))
