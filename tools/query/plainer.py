"""Turns of phrase that say a common thing in few words, put into the words that the reader knows."""

import re

_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_EXTREMES = "biggest|largest|highest|smallest|lowest|greatest"
_ITS_NUMBER = r"(?:order )?(?:nr|number|no)\b\.?(?: and (?:its |the )?(?:value|amount|worth|how much(?: is it)?))?"
_BUYING = "bought|ordered|purchased|shopped|buy|order|placed an order"
_WHOLE_WEEK = r"mon(?:day)?s? ?(?:to|till|until|through|-|–) ?sun(?:day)?s?\b"
_PARTS = "first|1st|second|2nd|third|last"
_HELD = r"vs\.?|versus|against|than(?: in)?|compared (?:to|with)"
_DATED = rf"(?:(?:{_MONTHS})[a-z]*|(?:the )?(?:year|season|summer|winter|spring|autumn|term)|q[1-4])(?: (?:of )?(?:19|20)\d\d)?"
_WEB = r"web ?shop|web|web ?site|web ?store|online(?: shop| store)?|e-?commerce(?: shop| site)?|internet(?: shop)?"
_NUMBER = r"\d{1,2}|one|two|three|four|five|six|seven|eight|nine|ten"
_DEDUCTING = (
    r"(?:net of|after (?:deducting|subtracting|removing|taking off|paying(?: for)?)|less|minus|discounting|deducting|subtracting|"
    r"(?:once|when|if|after) (?:we|i)(?:'ve| have)? (?:paid(?: for)?|pay(?: for)?|removed?|deduct(?:ed)?|subtract(?:ed)?|take off|taken off|take away|taken away))"
)
_WHAT_GOODS_COST = (
    r"(?:(?:what )?(?:the |our |my )?(?:ingredients?|raw materials?|materials?|goods|producers?|suppliers?|stock|merchandise)(?:'s)?"
    r"(?: costs?| cost prices?| bills?)?(?: (?:to )?(?:me|us))?)"
)
_ONE_AT_LEAST = r"(?:at least|a minimum of) (?:one|1|a single)"
_PREMISES = rf"\b(?:the|our|my|all|both|two|three|four|\d|and|plus|also|shops?|stores?|branch(?:es)?|outlets?|locations?|sites?|{_WEB})\b"
_TURNS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), better)
    for pattern, better in (
        (
            rf"\b(how many) (?!order (?:have|has|had|with|is|are|was|were|that|which)\b)(?=(?:have |had )?(?:{_BUYING})\b)",
            r"\1 customers ",
        ),
        (rf"\b((?:{_BUYING})\b[^.?!]{{0,40}}?\b)more than once\b", r"\1more than 1 times"),
        (rf"\b((?:{_BUYING})\b[^.?!]{{0,40}}?\b)(?:at least twice|twice or more(?: often)?)\b", r"\1at least 2 times"),
        (rf"\b((?:{_BUYING})\b[^.?!]{{0,40}}?)\b(?:only|just|exactly) once\b", r"\1exactly 1 times"),
        (rf"\b(?:only|just) ((?:{_BUYING})\b[^.?!]{{0,40}}?)\bonce\b", r"\1exactly 1 times"),
        (rf"\b((?:{_BUYING})\b[^.?!]{{0,40}}?)\b(?:only |just |exactly )?twice\b", r"\1exactly 2 times"),
        (r"\bone[- ]time (customers|buyers|clients|shoppers)\b", r"\1 who bought exactly 1 times"),
        (r",?\s*\bnot (?:the )?(?:average|mean)\b", ""),
        (rf"\b((?:last|this|previous|past) (?:week|wk)),? \(?(?:from )?{_WHOLE_WEEK}\)?", r"\1"),
        (rf"\b(?:for |from )?{_WHOLE_WEEK}", "by weekday"),
        (r"\bmonday,? tuesday[ ,.…]+sunday\b", "by weekday"),
        (rf"\b((?:{_MONTHS})\w*) ?\+ ?(?=(?:{_MONTHS}))", r"\1 and "),
        (
            r"\b(more or less|better or worse|higher or lower|up or down|less or more) (?:from|to|as|against|compared (?:to|with)) ",
            r"\1 than ",
        ),
        (r"\blow (?=\d{1,2} [a-z])", "lowest "),
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
        (
            rf"\b(?:with|having) {_ONE_AT_LEAST} ([^,;]{{1,40}}?) (?:purchase|order)s?(?: on (?:record|file))?,? (?:and|but|yet) (?:with )?(?:no|not a single|not one) ([^,;]{{1,40}}?) (?:purchase|order)s?\b",
            r"who bought \1 but not \2",
        ),
        (
            rf"\b(?:with|having) {_ONE_AT_LEAST} (?!order|purchase)([^,;]{{1,40}}?) purchases?\b(?: on (?:record|file))?",
            r"who bought \1",
        ),
        (
            r"\bincl\b\.?(?! (?:the |all )?(?:sales )?(?:tax|taxes|vat|gst|shipping|freight|delivery|postage|carriage|refunds|returns|discounts?)\b)",
            "including",
        ),
        (
            rf"^\W*(?:of )?(?:the |my |our )?([\w' &-]{{2,40}}), which ({_NUMBER}) of (?:them|these|those)\b",
            r"which \2 \1",
        ),
        (
            rf",? (?:the )?({_EXTREMES}|best|top|worst) (?:spend|sell|earn|buy)(?:er|ers|ing ones) (first|on top|at the top)\b",
            r", \1 first",
        ),
        (r"\b1st (?=(?:time|order|purchase|sale|day)\b)", "first "),
        (rf"\bsince ({_DATED}) (?:has |had )?(?:started|began|begun|came in|kicked off|set in|opened)\b", r"since \1"),
        (
            r"\b(since|from) (?:the )?(?:1st|first)(?: day)?(?: of)? (this|last) (month|year|quarter|week)\b",
            r"\1 the start of \2 \3",
        ),
        (r"\b(with|had|have|has|placed|made|and) zero (?=\w)", r"\1 no "),
        (
            rf"\b(each|every|per) (?:location|place|outlet|branch|shop|store|site|channel),? ?\((?:{_PREMISES}|\W)+\)",
            r"\1 location",
        ),
        (
            rf"\b(each|every|per) (location|outlet|branch|shop|store|site|channel),? (?:also |including |plus |and |with )+(?:the |our )?(?:{_WEB})(?: included| also| too)?",
            r"\1 \2",
        ),
        (
            rf"\b(each|every|per) (location|outlet|branch|shop|store|site|channel)\b([^,.;]*), (?:the |our )?(?:{_WEB}) (?:also|too|included|as well)\b",
            r"\1 \2\3",
        ),
        (
            rf"\b(by|per) (location|outlet|branch|shop|store|site|channel)\b([^,.;]*), with (?:the |our )?(?:{_WEB}) (?:shown |listed |counted |given )?(?:as|on) (?:its|a|their|one) (?:own )?(?:separate )?(?:line|row|location|branch|own)\b",
            r"\1 \2\3",
        ),
        (r"\b(?:up or down|ahead or behind|up or behind) (?=on |against |from )", "up "),
        (
            r"\b((?:up|ahead|down|behind|back) (?:on|over|of|against|from) last (?:year|month|quarter)),? (?:at|by) (?:this|the same) (?:point|stage|time)\b",
            r"\1",
        ),
        (r"\b(?:running |doing |trading )?(?:ahead|behind|in front) of (?=the same\b)", "compared to "),
        (
            r"\b(new (?:customers|clients|buyers)\b[^.?!]{0,20}?\b(?:against|vs\.?|versus|and|or) (?:the )?(?:returning|repeat))(?: ones)?\b(?! (?:customers|clients|buyers|ones))",
            r"\1 customers",
        ),
        # "last year and this", "this month against last"
        (
            rf"\b((last|this) (year|month|week|quarter) (?:and|{_HELD}) (?!\2)(?:last|this))(?= *(?:[?.!,;)]|$))",
            r"\1 \3",
        ),
        (r"\b(?:time|season) of (?:the )?year\b(?! (?:19|20)\d\d)", "month"),
        (
            r"\b(which|what|best|worst|busiest|quietest|strongest|weakest) month of (?:the|a|any) year\b(?! (?:19|20)\d\d)",
            r"\1 month",
        ),
    )
)

_WHO = "customers|clients|buyers|shoppers|folks|people|persons|ones|those|they"
_HAD = r"(?:(?:who|that|which)(?:'d|’d|'ve|’ve|d)?\b,? ?)?(?:had |have |has |were |was )*"
_FROM_US = r"(?: (?:from|with|off|at|of)(?: of)? us| anything| something| already| once)*"
_BOUGHT = "ordered|bought|purchased|shopped|been (?:a |our )?(?:customers?|clients?)"
_EARLIER = r"(?:before|earlier|previously|afore|prior|beforehand)(?: (?:then|that|this|it))?\b"
_FIRST_TIMERS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), better)
    for pattern, better in (
        # what only explains a word that is said: "first-time buyers, folks who'd never ordered before then"
        (
            rf"(\b(?:new|first[- ]time) (?:{_WHO})\b[^.?!]*?)[,(]? ?(?:i\.?e\.? |meaning |so )?(?:the |those )?(?:{_WHO})? ?{_HAD}never (?:{_BOUGHT}){_FROM_US} {_EARLIER}\)?",
            r"\1",
        ),
        (
            rf"(\b(?:returning|repeat|existing) (?:{_WHO})\b[^.?!]*?)[,(]? ?(?:i\.?e\.? |meaning |so )?(?:the |those )?(?:{_WHO})? ?{_HAD}(?:already )?(?:{_BOUGHT}){_FROM_US} {_EARLIER}\)?",
            r"\1",
        ),
        # "customers whose first ever order was in 1997"
        (
            rf"\b(?:{_WHO}) (?:whose|with|who had|that had|having|who (?:placed|made)|that (?:placed|made)) (?:their |the |a )?(?:very )?first[- ](?:ever |very )?(?:order|purchase|buy)(?: ever)?(?: (?:was|were|is|fell|falls|came))?(?= (?:in|on|during|since|between|from|last|this))\b",
            "new customers",
        ),
        # "how many customers in 2019 had never bought before"
        (
            rf"\b(how many|number of|count of) (?:{_WHO})\b([^.?!]{{0,40}}?) (?:who |that )?had never (?:{_BOUGHT}){_FROM_US} {_EARLIER}",
            r"\1 new customers\2",
        ),
        # "how many of them already were clients from earlier"
        (
            rf"\b(how many)(?: of (?:them|those|these))? (?:already were|were already|had already been|already had been) (?:our )?(?:customers|clients|buyers) (?:from |of )?{_EARLIER}",
            r"\1 were returning customers",
        ),
    )
)
_COUNT = r"two|three|four|five|six|seven|eight|nine|ten|\d{1,2}"
_SUPERLATIVES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), better)
    for pattern, better in (
        # "the seller with more orders than all the others"
        (
            r"\b(?:a )?more ((?:\w+ ){0,2}?\w+) than (?:(?:all|any|every)(?: of)?(?: the| our)? (?:others?|rest|other \w+)|(?:every|any)(?:one|body) else|all (?:the )?rest)\b",
            r"the most \1",
        ),
        # "the two products that earned more revenue in each category"
        (
            rf"\b((?:{_COUNT}) (?:\w+ ){{1,2}}?(?:that|which|who) (?:have |has )?\w+(?: in| us)?) more\b(?! than)",
            r"\1 the most",
        ),
        (
            r"\bthe most of (?!(?:that|it|this|these|those|them|the|our|my|your|their|all|which|what)\b)(?=\w)",
            "the most ",
        ),
        # "the three customers who bought the most": those that a ranking is of, and no figure
        (
            r"\b(customers|clients|buyers|people) who (?:have |had )?bought (?=(?:the )?(?:most|least)\b\W*(?:$|(?:in|this|last|since|from|over|during|between|ever|and|so|to)\b))",
            r"\1 who spent ",
        ),
    )
)
_OCCURRENCES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), better)
    for pattern, better in (
        (r"\b1st (?=time|order|purchase|sale|day|date)", "first "),
        (r"\b(go|goes|went|gone) over the counter\b", "sold"),
        (
            r"\bwhen was the (first|last|latest) time (?:that |when )?(\S.{0,60}?) (bought|ordered|purchased|sold|shopped)\b",
            r"when \2 \3 for the \1 time",
        ),
        (
            r"\bwhen did (we|they|he|she) (sell|order|buy) (?:the |our |their |a )?(?:very )?(first|last|latest) (?!time\b|orders?\b)",
            r"when did \1 \3 \2 ",
        ),
        # "what is the last day when we sold some", "the first date on which they bought"
        (
            r"\b(?:what (?:is|was|were) |on )?(?:the )?(last|latest|first|earliest) (?:day|date|time) (?:when |that |on which |which )?(we|they|he|she|it) (?:have |has |had )?(sold|bought|ordered|purchased)\b(?: some| any| one| it| them)?",
            r"when \2 \3 for the \1 time",
        ),
    )
)
_AVERAGES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), better)
    for pattern, better in (
        (r"\bover the (?:whole |full |entire )?(?:calendar )?year (?=(?:19|20)\d\d\b)", "in "),
        # "average orders per month" counts them; an "average order" has a value
        (
            r"\b(average|avg|mean) orders (?=(?:per|a|each|every|by) (?:calendar )?(?:day|week|month|quarter|year)\b)",
            r"\1 number of orders ",
        ),
    )
)


_PROFIT = re.compile(r"\b(?:profit|margin|earnings)", re.IGNORECASE)
_LESS_ITS_COST = re.compile(
    rf"(?:,? ?\b(?:i\.?e\.?|that is|meaning),?)?,? ?\b{_DEDUCTING} {_WHAT_GOODS_COST}(?= *(?:[,;.?!]|$)),?",
    re.IGNORECASE,
)
"""What profit is anyway: "once we have paid the producers", "net of ingredient cost"."""


def in_plain_words(question: str) -> str:
    """The question with its turns of phrase said in full; the same where it has none."""
    for pattern, better in (*_TURNS, *_FIRST_TIMERS, *_SUPERLATIVES, *_OCCURRENCES, *_AVERAGES):
        question = pattern.sub(better, question)
    return _LESS_ITS_COST.sub("", question) if _PROFIT.search(question) else question
