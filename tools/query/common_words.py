"""Everyday words that ask for a thing the reader knows by another name: "goods that came back" are returns, "named customers"
are customers, "how deep are we discounting" asks for the discount rate, "all states bar Ohio" leaves one out.

Only words with one sensible meaning for an owner stand here; the others are asked back."""

import re

from tools.query.rewording import rules

_PART = r"(?:%|percent|percentage|per ?cent|share|proportion|part|fraction)"
_INCOME = r"(?:money|sales|revenue|turnover|takings|income)"
_GOODS = r"(?:products?|items?|goods|articles?|things)"
_FIGURE = r"(?:gross |net )?(?:profit|margin|sales|revenue|turnover|units|orders|pieces|quantity|takings|money)"
_CUSTOMERS = r"(?:customers?|clients?|accounts?|buyers?)"
_COUNTED = r"(?:how many|number of|count(?: of)?(?: the)?|(?:top|best|biggest|largest|first)(?: \w+)?|which)(?: of (?:our|the))?(?: (?:different|distinct|unique|individual|our|the|new|brand[- ]new))*"
_ONE_BY_ONE = r"(?:for each|for every|per|by|each)"
_MOVED = r"(?:fallen|risen|dropped|grown|gone up|gone down) (?:against|on|over|from|versus|compared (?:to|with))"
_BELOW = r"(?:below|under|beneath)"
_MONTHS = "january|february|march|april|may|june|july|august|september|october|november|december"


def _refund_rate(found: re.Match[str]) -> str:
    """The refund rate of what the money came from, where that is said."""
    what = (found["what"] or found["of"] or "").strip()
    what = re.sub(rf"^(?:from|of|in|at) | {_INCOME}$", "", what)
    return f"what is the refund rate of {what}" if what else "what is the refund rate"


_RATES = rules(
    # how much of the money from the web shop "went back out as refunds"
    (
        rf"\b(?:what|which|how much)(?: is the| was the)? {_PART} of (?:the |our |all )?(?P<what>[\w' &-]{{3,40}}? )??{_INCOME}(?P<of> (?:from|of|in|at) [\w' &-]{{3,40}}?)? (?:went|goes|go|gone|was paid|was given|was handed|came) (?:back |straight )?(?:out )?(?:again )?(?:as|in|for|on|to) refunds\b",
        _refund_rate,
    ),
    # "within Chorlton, what percentage of sales was refunded"
    (
        rf"\b(?:what|which)(?: is the| was the)? {_PART} of (?:the |our |all )?(?P<what>[\w' &-]{{3,40}}? )??{_INCOME}(?P<of> (?:from|of|in|at) [\w' &-]{{3,40}}?)? (?:was|were|is|are|got|gets|get|has been|have been) (?:refunded|paid back|given back|handed back)\b",
        _refund_rate,
    ),
    (r"\b(?:refund|return) (?:quote|ratio|quota)\b", "refund rate"),
    (r"\b(?:rate|ratio|quote|quota) of (?:the |our )?(?:refunds|returns)\b", "refund rate"),
    (r"\b(?:discount (?:ratio|quota)|(?:rate|ratio) of (?:the |our )?discounts?)\b", "discount rate"),
    (r"\bhow (?:deep|deeply|heavily|steeply) (?:are we|do we|did we|were we) discount(?:ing)?\b", "what is the discount rate"),
    # the part of gross sales that "we lose to discounts"
    (
        rf"\b(?:we (?:gave|give|lost|lose) )?(?:what|which|how much) {_PART} of (?:the |our )?gross(?: sales)? (?:(?:do|did|have) we (?:lose|lost|give|gave|given) )?(?:away |up )?(?:goes |went |go )?(?:to|as|in|on|for) discounts?\b",
        "what is the discount rate",
    ),
    (r"\b(?:it (?:was|is) )?how (?:many|much) (?:percent|per ?cent|%) (?:of )?discounts?\b(?:,? (?:in|on) (?:the )?average)?(?: (?:on|of|off) (?:the )?gross(?: sales)?)?", "discount rate"),
)  # fmt: skip

_RETURNS = rules(
    (
        r"\b(?:what|which(?: one| ones)?) (?:comes|come|came|gets sent|got sent|is sent|are sent|goes|went) back (?:the )?(?P<how>more|most)(?: often)?\b",
        r"which has the \g<how> returned units",
    ),
    # "customers who came back", but "who came back within 60 days"
    (
        rf"\b(?:old |former |previous |earlier )?(?P<who>people|ones|{_CUSTOMERS}) (?:who've|who have|that have|that've|who|that) (?:come|came) back\b(?:,? (?:repeat|returning) customers)?(?! (?:within|after|again|later|for a|a second|the (?:next|following|month|week)|in the (?:next|following)|\d|as\b|with\b|to\b))",
        "returning customers",
    ),
    (
        r"^\W*do (?:the )?(?P<one>[\w' -]{3,30}?)(?: ones| people| customers)? (?:return|send back|give back|bring back)(?: things| goods| stuff)? more(?: things| goods| stuff| often)? than (?:the )?(?P<other>[\w' -]{3,30}?)(?: ones| people| customers)?,? (?:in|by|as a|as an) (?:rate|percent|percentage|per ?cent|%)(?=\W*$)",
        r"refund rate of \g<one> and \g<other>",
    ),
    (
        rf"\b(?P<what>{_GOODS}) (?:that |which )?(?:come|comes|came|coming|get sent|got sent|are sent|were sent|are brought|were brought)(?: us)? back (?:the )?most\b(?! often)",
        r"\g<what> returned the most",
    ),
    (
        r"\b(?:what|which ones) (?:do|did) (?:people|ppl|customers|clients|they|folk|folks) (?:bring|send|give|take|carry) (?:us )?back (?:the )?most\b",
        "which products are returned the most",
    ),
    (rf"^(?P<head>\W*(?:show |list |give )?(?:me |us )?(?:all |the )*)returned {_GOODS}\b(?=\W*(?:$|by\b|per\b|in\b|this\b|last\b|since\b|for\b|from\b))", r"\g<head>units returned"),
    (r"\breturns\b(?P<of>[^?]*?),? (?:in )?(?:pieces|units|pcs)(?=\W*$)", r"units returned\g<of>"),
    (
        rf"\brefunds,? count(?:ed)? (?={_ONE_BY_ONE}\b)",
        "number of refunds ",
    ),
    (
        r"^\W*(?:the )?(?:returns?|refunds?) reasons?(?P<when>[^?]*?),? (?:count(?: of)? each|counted|counts?|how many(?: of)? each|with (?:the |their )?(?:counts?|numbers?))\W*$",
        r"number of refunds by reason\g<when>",
    ),
)  # fmt: skip

_LEFT_OUT = rules(
    # "all the states bar California": a bar of chocolate follows no "all".
    (
        r"\b(?P<all>(?:all|every|each|any)(?: of)?(?: the| our| my)? [a-z-]+|everything|everyone|everybody|anything|everywhere) (?:bar|save)(?: for)? (?=(?:the|that|those|our|my|for)\b|(?-i:[A-Z]))",
        r"\g<all> except ",
    ),
    (r",? (?:if (?:you|we|i|one) )?(?:strip(?:ping|ped)?) out (?=\w)", " without "),
    (r",? with (?P<what>(?:the |our )?[\w' -]{3,60}?) stripped out\b", r" without \g<what>"),
)  # fmt: skip

_MEASURES = rules(
    (rf",? (?:judged|judging|measured|going|reckoned) (?:on|by) (?={_FIGURE}\b)", " by "),
    (r"\b(?:accumulate|accumulated|cumulated|cumulate) (?:sum|total)s?\b|\b(?:sum|total)s? (?:accumulate|accumulated|cumulated|progressive)\b", "running total"),
    (r"\bcumulative position\b", "running total"),
    (r"(?P<run>\b(?:running|cumulative|cumulated|accumulated)\b.*?),? each (?P<unit>day|week|month|quarter) (?:is )?added (?:on)?to the (?:ones?|(?P=unit)s?) before(?: (?:it|that))?\b", r"\g<run> by \g<unit>"),
    (r"(?P<run>\b(?:running|cumulative|cumulated|accumulated)\b.*?) after each (?=day|week|month|quarter)", r"\g<run> by "),
    (rf"\b(?P<with>with (?:the|their|its) {_FIGURE}) (?:alongside|beside it|beside them|next to (?:it|them))(?=\W*$)", r"\g<with>"),
    (r",? with (?:the )?(?P<unit>year|month|week|quarter|day) before (?:beside|next to|alongside) (?:it|them)\b", r" compared to the \g<unit> before"),
    (r"\b(?:(?:could|can|would) you )?keep adding (?:the \w+ )?up(?: for me)?,? (?=(?:cumulative|running)\b)", ""),
    (r",? (?:in )?every combination(?: of (?:both|the two|them))?(?=\W*(?:$|[,.;]))", ""),
    # "has any month fallen below 4,000"
    (
        rf"\b(?P<any>(?:any|which|what|did a|has a) (?:day|week|month|quarter)s?\b[^?]{{0,40}}?) (?:fallen|fell|fall|dropped|drop|dipped|dip|sunk|sank|slipped|slip|gone|went|go) (?={_BELOW} [$€£]?\d)",
        r"\g<any> been ",
    ),
    (
        rf"\bhas (?P<what>[^?,]{{3,40}}?) {_MOVED} (?P<when>last (?:year|month|week|quarter|{_MONTHS}))\b",
        r"\g<what> compared to \g<when>",
    ),
    (
        rf"^\W*(?P<what>[^?,]{{3,40}}?) has {_MOVED} (?P<when>last (?:year|month|week|quarter|{_MONTHS}))(?=\W*$)",
        r"\g<what> compared to \g<when>",
    ),
)  # fmt: skip

_DEALS = rules(
    # Who closed it was a salesperson, and is not told with an order.
    (
        r"^(?P<asked>(?!.*\bwho (?:closed|landed|won|made|signed|got|sold|brought)\b)[^?]*?)\b(?P<which>biggest|largest|smallest|most recent|latest) deal(?P<s>s?)\b",
        r"\g<asked>\g<which> order\g<s>",
    ),
)

_PEOPLE = rules(
    (
        rf"\b(?P<who>{_CUSTOMERS} (?:who|that) (?:bought|spent|purchased)(?: the)? most\b[^?]*?),? with (?:how many|the number of) orders (?:each(?: one)?(?: of them)?|they)(?: (?:have |has )?(?:made|placed|gave|had))?(?=\W*$)",
        r"\g<who> by net sales, and their orders",
    ),
    # Who has no name is no customer that could be counted.
    (rf"\b(?P<ask>{_COUNTED}) (?:named|known|identified) (?={_CUSTOMERS}\b)", r"\g<ask> "),
    (rf"\b(?P<who>people|{_CUSTOMERS}) \((?:the |those |only )?(?:named|known) {_CUSTOMERS}(?: only)?\)", "customers"),
    (rf"\b(?P<count>count (?:the )?)(?:named|known) (?={_CUSTOMERS}\b)", r"\g<count>"),
    (rf"(?P<who>\b{_CUSTOMERS}\b[^?]*?) \((?:only )?(?:the )?(?:those|ones) with (?:a |the |their )?names?(?: of course| only)?\)", r"\g<who>"),
    (r"\b(?P<of>of|did|for|from|to|by) (?:the )?named customers? (?=(?-i:[A-Z]))", r"\g<of> "),
    # "the home office lot", but "the whole lot"
    (
        r"\bthe (?P<who>(?!whole|entire|other|same|full|odd|last|first|next|job|parking)[\w'-]+(?: (?!a\b)[\w'-]+)?) (?:lot|crowd)(?=\W*$| (?:spend|spent|bought|buy|get|got|order|ordered)\b)",
        r"the \g<who>",
    ),
)  # fmt: skip

_SHORTFALLS = rules(
    # What one piece was sold for is told after discounts anyway.
    (
        r"^(?P<asked>(?!.*\bprice\b(?! (?:cuts|reductions)))[^?]*?\b(?:before|after)) (?:any of the |all the |any |all |the |our )?(?:reductions|rebates|markdowns|mark-downs|price reductions|price cuts|discts?)\b",
        r"\g<asked> discounts",
    ),
    (r"\b(?:the )?gross(?: figure| amount| number)? before (?:any |the )?discounts\b", "gross sales"),
    (r"\bsales before any discounts\b", "sales before discounts"),
    (r"(?P<said>\bdiscounts?\b[^?]*?),? and (?:what was |what were )?(?:the )?gross(?: sales)? before (?:them|that)\b", r"\g<said> and gross sales"),
    (r"(?P<said>\bdiscounts?\b[^?]*? what (?:was|is) left after) them\b", r"\g<said> discounts"),
    (r"\b(?:what )?would (?:the |our )?(?:revenue|turnover|sales|takings) have been without (?:any |the |our )?discounts\b", "gross sales"),
    (r"\b(?P<what>turnover|sales|revenue|takings) (?:without|with no|before) (?:the |any )?discounts? (?:deducted|taken off|subtracted)\b", "gross sales"),
)  # fmt: skip

_MONEY = rules(
    # Whether anything was left over, which sales do not tell.
    (
        r"^(?P<so>\W*(?:so |and |well )?)(?:did|do|are|have|were) (?:we|i) (?:actually |really |even |ever )?(?:make|making|made|earn|earned) (?:any |a )?(?:money|profit)(?= (?:in|at|from|with|this|last|by|selling)\b|\W*$)",
        r"\g<so>what is the profit",
    ),
    (r"^\W*how (?:is|comes?|come)(?: it)? that (?=(?:we|i|the|our|there|so)\b)", "why "),
)  # fmt: skip

_GOING = rules(
    (r"\b(?P<who>are|is|is the|are the|were|was|have|has) (?P<what>[^?,]{3,40}?) (?:been )?increasing\b(?! order)", r"\g<who> \g<what> growing"),
    (r"\b(?P<what>\w+) (?P<are>is|are|were|was) increasing\b(?! order)", r"\g<what> \g<are> growing"),
    (r"^(?P<which>\W*(?:is|are|was|were) [^?,]{2,40}? or [^?,]{2,40}?) (?:stronger|weaker)\b", r"\g<which> better"),
    (r"^\W*(?:the )?dynamics of (?=[^?]*\bby\b)", ""),
    (r"^\W*(?:the )?dynamics of (?=\w)", "evolution of "),
)  # fmt: skip

_AVERAGES = rules(
    # "in media" is also where one advertises.
    (rf"\b(?P<who>(?:they|{_CUSTOMERS}|people) (?:spend|spent|buy|order)) in media\b", r"\g<who> on average"),
    (
        rf"^\W*(?:the )?(?P<who>(?:people|{_CUSTOMERS}) (?:that|who) [^,?]{{3,60}}?),? (?:they )?(?:spend|spent) on average how much (?:for|per|an|each|by|in one) order\b",
        r"average order value of \g<who>",
    ),
)  # fmt: skip

COMMON_WORDS = (
    *_MONEY,
    *_GOING,
    *_AVERAGES,
    *_SHORTFALLS,
    *_RATES,
    *_RETURNS,
    *_LEFT_OUT,
    *_MEASURES,
    *_DEALS,
    *_PEOPLE,
)
