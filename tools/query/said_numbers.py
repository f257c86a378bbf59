"""Numbers as people say them, and what is first, or sold less: in the words that the reader knows."""

import re

from tools.query.rewording import reworded, rules

_SO_MANY = r"(?:\d{1,2}|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty)"
_THINGS = r"(?:products?|items?|articles?|lines?|customers?|clients?|buyers?|countries|cities|states|regions|categories|subcategories|sub-categories|salespeople|sellers?|salespersons?|reps?|employees|suppliers?|brands?|channels|shops|stores|branches|shippers|segments)"
_OVER = r"(?:over|above|under|below|more than|less than|at least|exceeding|passed|exceeded)"

_AMOUNTS = rules(
    (r"(?P<rate>\d ?(?:%|per ?cent|pct)) off\b(?! (?:the|of|our|my)\b)", r"\g<rate> discount"),
    # Paper money by its name, in whatever currency the shop sells.
    (rf"\b(?P<op>{_OVER}) a fiver\b", r"\g<op> 5"),
    (rf"\b(?P<op>{_OVER}) a tenner\b", r"\g<op> 10"),
    (rf"\b(?P<op>{_OVER}) the (?P<much>hundred|thousand|million)\b(?= (?:dollars?|pounds?|euros?|bucks|quid|mark)\b|\W*$)(?: mark)?", r"\g<op> a \g<much>"),
)  # fmt: skip


def _ranked(found: re.Match[str]) -> str:
    """ "the two products that sold less": beside a number that is a ranking, as those say it who learnt it so."""
    end = "least" if found["how"].lower() in ("less", "fewer") else "most"
    return f"which {found['n']} {found['things']} {found['verb']} the {end}"


_NO_COMPARISON = r"(?!.*\b(?:than|then|vs\.?|versus|compared|against|last year|before)\b)"
_VERBS = r"(?:(?:have |has |had )?(?:sold|sell|sells|bought|buy|buys|brought|bring|brings|made|make|makes|earned|earn|ordered|order|orders|returned|spent|spend|gave|give|gives|leave|leaves|left|generate|generated|got))"
_RANKS = rules(
    (
        rf"^{_NO_COMPARISON}\W*(?:(?:which|what)(?: are| were)? )?(?:the )?(?P<n>{_SO_MANY}) (?P<things>{_THINGS})(?: (?:that|who|which|what))? (?P<verb>{_VERBS}(?: us)?)(?: the)? (?P<how>less|fewer|more)\b(?! (?:and|or|expensive|frequent|regular|profitable|recent|than)\b)",
        _ranked,
    ),
    # "which 5 products we sell most pieces"
    (rf"^\W*(?:which|what)(?: are| were)?(?: the)?(?: (?P<n>{_SO_MANY}))? (?P<things>products|items|articles)(?: that)? (?:do |did )?we (?:sell|sold)(?: the)? most (?:pieces|units|quantity)(?: of)?\b", lambda found: f"top {found['n'] or ''} {found['things']} by units".replace("  ", " ")),
    # "only the six first countries", "first five" behind what is ranked
    (rf"\bthe (?P<n>{_SO_MANY}) first (?=(?:days|weeks|months|quarters|years)\b)", r"the first \g<n> "),
    (rf"^(?P<what>(?!.*\b(?:least|lowest|worst|smallest|fewest|weakest|bottom|first order|new)\b).*\bby [a-z]+\b.*?[,;] ?)(?:only |just |and only )?(?:the )?(?:(?P<n>{_SO_MANY}) first|first (?P<m>{_SO_MANY})) (?P<things>{_THINGS})(?=\W*$)", r"\g<what>only the top \g<n>\g<m> \g<things>"),
    (rf"^(?P<list>\W*rank (?:all |the |our )*)(?P<what>[^?]*?)[,;] ?(?:only |just )?(?:the )?(?:first|top) (?P<n>{_SO_MANY})\W*$", r"top \g<n> \g<what>"),
    (rf"^\W*(?:the )?(?P<things>{_THINGS}) (?:which|that|what|with) (?:have |has )?(?:the )?(?P<figure>margin|profit|sales|turnover|revenue|discount|price) (?:the )?(?:most|more) (?P<end>high|low)(?P<rest>[^?,]*),? (?:give|show)(?: me)? (?P<n>{_SO_MANY})\W*$", lambda found: f"{found['n']} {found['things']} with the {found['end']}est {found['figure']}{found['rest']}"),
)  # fmt: skip

_BUYERS = r"(?:people|persons|customers?|clients?|buyers?|folks?)"
_A_TIME = r"(?:january|february|march|april|may|june|july|august|september|october|november|december|(?:19|20)\d\d|q[1-4]|(?:the )?(?:first|second|third|fourth|last|past|present) (?:week|month|quarter|half|year)|(?:the )?(?:week|month|quarter|year)|spring|summer|autumn|winter)"
_WHEN = (
    rf"(?=\W*$|[,.;?!]| (?:in|during|of) {_A_TIME}\b| (?:this|last|since|between|per|by|each|every|yesterday|today)\b)"
)
_FOR_THE_FIRST_TIME = rf"for (?:the |their )?(?:very )?first time(?: ever)?{_WHEN}"
_NO_TIME = rf"(?!{_A_TIME}\b|(?:this|last|all|today|yesterday|we|they|he|she|it|you|i)\b|\d)"
_FIRSTS = rules(
    (rf"\b(?:the |all the )?{_BUYERS} (?:who |that |which )?(?:have |has |had |were )?(?:bought|buy|came|come|ordered|purchased|arrived|shopped|visited)(?: (?:here|from us|with us|to us|something))? {_FOR_THE_FIRST_TIME}", "new customers"),
    (rf"\b(?:the |all the )?(?:known |named )?{_BUYERS} (?:who |that |which )?(?:making|made|placing|placed) (?:their|his|a) (?:very )?first(?: ever)? (?:purchase|order)(?: (?:from|with) us)?{_WHEN}", "new customers"),
    (r"^\W*count (?:the )?new customers\b", "number of new customers"),
    (r"^(?P<ask>\W*(?:the )?new customers [^?]*?),? how many(?: are they| they are| are there)?\W*$", r"how many \g<ask>"),
    (rf"^\W*(?:what|which|when) (?:was|is|were)(?: our| the)? (?:very first(?: ever)?|first ever) (?:sale|order) (?:of|for) (?:an? |the )?{_NO_TIME}(?P<what>[^?,]{{2,60}}?)(?: ever)?\W*$", r"when was \g<what> first sold"),
    (rf"^\W*(?:what|which|when) (?:was|is)(?: our| the)?(?: very)? first(?: ever)? (?:sale|order) (?:that )?{_NO_TIME}(?P<what>[a-z][\w' &-]{{1,40}}?) (?:ever )?(?:had|made|took|did)(?: ever)?\W*$", r"first order of \g<what>"),
    (r"^\W*when (?:have|did|had) we (?:sold|sell) (?:the |our |a )?(?:very )?first(?: ever)? (?P<what>[^?,]{2,60}?)\W*$", r"when was \g<what> first sold"),
    (r"^\W*(?:the )?(?:very )?(?:first|1st) time (?:that )?we (?:ever )?(?:sold|did|shipped|had) (?P<what>[^?,]{2,60}?)(?:, when was (?:that|it))?\W*$", r"when was \g<what> first sold"),
    (r"^\W*(?P<what>[^?:,]{2,60}?)(?:,|:) ?(?:the )?first (?:one|time) (?:that )?we (?:ever )?(?:sold|charged for)(?: (?:was )?when|, when was (?:that|it))?\W*$", r"when was \g<what> first sold"),
)  # fmt: skip


def in_plain_numbers(question: str) -> str:
    """The question with its amounts, ranks and first times in the words that the reader knows."""
    return reworded((*_AMOUNTS, *_RANKS, *_FIRSTS), question)
