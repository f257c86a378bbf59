"""Forms of questions: what is asked for, said in other words than the reader knows. Single orders one by one, counts of
what meets a bound, two things held against each other, what is only to be confirmed, corrections, first and last times.

Each form becomes the plain question that it stands for; what it is about is left as it was said."""

import re
from datetime import date, timedelta

from tools.query.common_words import COMMON_WORDS
from tools.query.phrasings import PHRASINGS
from tools.query.rewording import reworded, rules
from tools.query.said_numbers import in_plain_numbers
from tools.query.said_times import in_plain_times
from tools.query.sayings import SAYINGS

LONGEST_REWRITTEN = 1_000
"""Characters: the time that some of the rules take grows with the square of them."""
_MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
_MONTH = rf"(?:(?:{_MONTHS})[a-z]*\.?|january|february)"
_NOBODY = r"(?!(?:which|what|who|how|any|every|each|no|all)\w*\b)"
_OF_NO_TIME = r"(?!(?:\d+|\w+)(?:-| )?(?:day|week|month|quarter|year|hour)s?\b)"
_OF_NOTHING_ELSE = r"(?!\s?(?:in |of )?(?:(?:gross |net )?profit|units|orders|pieces|customers|margin|items|sales)\b)"
_DAYS = "mon|tues?|wed(?:nes)?|thurs?|fri|sat(?:ur)?|sun"
_WEEKDAY = rf"(?:{_DAYS})(?:days?)?"
_NUMBERS = "two|three|four|five|six|seven|eight|nine|ten|twenty|hundred|thousand|grand|million"
_WORD_OF_A_NUMBER = rf"(?:{_NUMBERS}|\w+(?:ty|teen))"
_AMOUNT = rf"(?:about |around |roughly |nearly )?(?:[$€£]\s?)?(?:\d[\d.,]*\s?(?:k\b|m\b|(?:hundred|thousand|grand|million)\b)?|(?:a |one )?{_WORD_OF_A_NUMBER}\b(?:(?:[ -]| and ){_WORD_OF_A_NUMBER}\b)*)(?:\s?(?:euros?|dollars?|pounds?|bucks|quid|eur|usd|gbp|[€$£])(?!\w))?"
_ENDS = "highest|lowest|most|least|biggest|smallest|largest|best|worst|fewest|busiest|quietest"
_A_DAY = rf"(?:(?:the )?\d{{1,2}}(?:st|nd|rd|th)? (?:of )?{_MONTH}|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?|{_MONTH})(?: (?:19|20)\d\d)?"
_PERIOD = rf"(?:q[1-4]|h[12]|(?:19|20)\d\d|{_MONTH}|this \w+|last \w+)(?: (?:19|20)?\d\d)?"
_ORDERS = r"(?:orders?|ordes|sales|tickets?|receipts?|invoices?|transactions?|bills?|purchases?)"
_TO_LIST = r"(?:(?:please |kindly )?(?:list|read|show|name|give|print|spell)(?: me| us)?(?: them| em| 'em| those| these)?(?: all)?(?: out)?|(?:can|could|may) i (?:see|have) them(?: please)?)"

_BEGINS = {"mo": 0, "tu": 1, "we": 2, "th": 3, "fr": 4, "sa": 5, "su": 6}
_WEEKDAYS = ("Mondays", "Tuesdays", "Wednesdays", "Thursdays", "Fridays", "Saturdays", "Sundays")

_NO_QUESTION = r"(?!.*\b(?:how (?:many|much)|which|count|number of|average|total)\b)"
_NOT_SPLIT = r"(?!.*\b(?:by|per|for each|of each|for every) (?!(?:value|amount|date|size|itself|line|row|one|order|ticket|sale|cent)\b)(?-i:[a-z]))"
"""A split by something asks for a table; "by Greg Tran" says whose they are."""


def _listed(found: re.Match[str]) -> str:
    """Sales that are listed are orders."""
    return "list " + re.sub(
        r"\b(?:sales|tickets|receipts|invoices|transactions|bills)\b", "orders", found["what"], count=1
    )


_LISTS = rules(
    (r"^\W*(?:show |list |give )?(?:me |us )?(?P<who>\S[^?,]{1,40}?)'s? (?:full |whole |complete )?(?:order|purchase|buying|sales) history\W*$", r"list all orders of \g<who>"),
    (r"^\W*(?P<who>\S[^:?]{1,40}?) ?[:–] ?(?:show |list )?(?:each|every|all)(?: single| the| of the)? orders?(?:,? (?:with|by) [^?]*)?\W*$", r"list all orders of \g<who>"),
    (r"^\W*(?:show |give |list )?(?:me |us )?(?:a |the )?(?:full |complete )?list of (?:every|each|all)(?: single| the)? orders?\b", "list all orders"),
    # "read me out what Noel Murray bought in September, each order"
    (
        rf"^\W*(?:show |read (?:me |us )?out |tell )?(?:me |us )?(?:out )?what (?P<who>\S[^,?]{{1,40}}?) (?:has |have )?(?:ever )?(?:bought|ordered|purchased)\b(?P<rest>[^?]*?),? (?:each|every) {_ORDERS}(?: (?:like|by itself|alone|separately))?\W*$",
        r"list all orders of \g<who>\g<rest>",
    ),
    # "every order Greg Tran ever placed"
    (
        r"^\W*(?:show |list |give |tell )?(?:me |us )?(?:every|each|all)(?: single| the)? orders?,? (?:that |which )?(?P<who>\S[^,?]{1,40}?) (?:has |have )?(?:ever )?(?:placed|made|given us|put in)\b(?: with us)?",
        r"list all orders of \g<who>",
    ),
    # A ledger lists its orders: "sales ledger for Raymond Buch: each order, date and value".
    (
        rf"^\W*(?:the )?(?:sales|orders?|customer)? ?(?:ledger|journal|history) (?:for|of) (?P<who>[^:,?]+)(?:[:,] ?(?:with )?(?:each|every|all)(?: single)? {_ORDERS}\b[^?]*)?\W*$",
        r"list all orders of \g<who>",
    ),
    # "every order from Miami", "each sale of the frame with its date": one of them is each
    (
        rf"^\W*(?:show|list)\W+(?:me |us )?(?:each|every)(?: single| individual)? (?:order|sale|ticket|transaction)\b(?! (?:has|have|was|were|on average)\b){_NOT_SPLIT}(?P<rest>[^?]*)$",
        r"list all orders\g<rest>",
    ),
    # "orders of Miami, one by one, with the value", "yesterday's orders, list them", "refunds over 500, itemised"
    (
        rf"^\W*(?:show |list )?{_NO_QUESTION}{_NOT_SPLIT}(?P<what>[^?]*?\b(?:{_ORDERS}|refunds)\b[^?]*?)[\s,.;:–-]+(?:one by one|one (?:order |ticket |sale )?per (?:line|row)|one after (?:the other|another)|itemi[sz]ed|loose {_ORDERS}|listed(?: (?:individually|separately|one by one|out))?|each on its own|individually|{_TO_LIST})(?=\s*(?:[,.;?!]|$|with\b))",
        _listed,
    ),
    # "all orders of Miami with their value"
    (
        rf"^\W*show (?:me |us )?(?:all |the )*orders\b{_NOT_SPLIT}(?P<rest>[^?,]*?),? (?:each )?with (?:its|their|the) (?:values?|amounts?|dates?|totals?)\b(?: and (?:values?|amounts?|dates?|totals?))?\W*$",
        r"list all orders\g<rest>",
    ),
    (rf"^\W*list (?:all )?(?:the )?(?P<day>{_WEEKDAY})'s orders\b", r"list all orders on \g<day>"),
    (r"^\W*list (?P<when>yesterday|today)'?s orders\b", r"list all orders \g<when>"),
    (r"(?P<list>\b(?:list|show)\b.*?\borders\b.*?),? (?:with )?(?:the |their |its )?order (?:numbers?|nos?)\b(?:(?:,| and) (?:the |their |its )?(?:amounts?|values?|dates?|customers?))*\W*$", r"\g<list>"),
    (rf"\b{_ORDERS} dated(?: from)? ", "orders from "),
    (r"^(?P<list>\W*list )(?:any|some|ordes|the|all the) (?=orders?\b|tickets?\b)", r"\g<list>"),
    (r"^(?P<list>\W*list )(?:ordes|order|tickets?|receipts?)\b", r"\g<list>orders"),
    (r"^(?P<list>\W*list .*?),? with (?:its|their|the) (?:values?|amounts?|dates?|totals?)\b(?: and (?:values?|amounts?|dates?|totals?))?\W*$", r"\g<list>"),
)  # fmt: skip

_BOUNDS = rules(
    (rf"\b(?P<unit>days|weeks|months|quarters)\b(?P<when>(?: (?:in|of|from) [\w' ]{{2,20}}?|(?: (?:this|last|that) \w+))?)(?: (?:that|which|did|have|has))? (?:beat|topped|top|passed|pass|cleared|exceeded|went past|got past|broke) (?P<much>(?>{_AMOUNT})){_OF_NOTHING_ELSE}", r"\g<unit> with sales over \g<much>\g<when>"),
    (r"(?P<what>\b(?:orders|tickets|receipts|invoices|transactions)\b[^?]{0,40}?) (?:that |which )?(?:came|come|comes|amounted|amounting|coming|added up|run|ran) (?:in )?to (?=(?:more than|less than|over|under|at least|above|below)\b)", r"\g<what> "),
    # "orders that lost money", "went for a loss"
    (
        r"\border(?:s)?\b(?P<where>(?: (?:in|from|of|for|to) [\w' ]{2,30}?)?)(?: (?:that|which|where|we|did|have|has|were|was))*,? (?:lost (?:us )?money(?: on)?|(?:went|go|gone|sold|made|sell|ended|come|came|ran|run) (?:for |at |with |in )?an? loss|at a loss|in the red|made losses|loss[- ]making)\b",
        r"orders\g<where> with a profit under 0",
    ),
    (r"\b(?:loss[- ]making|unprofitable|money[- ]losing) orders\b", "orders with a profit under 0"),
    (
        rf"\b(?:with )?a (?:negative (?:gross )?(?:profit|margin)|loss) of (?:more than|over|at least) (?P<much>{_AMOUNT})",
        r"with a profit under -\g<much>",
    ),
    # "how many order is below 20 euro"
    (
        r"\b(?P<ask>how many |number of )?order(?:s)? (?:is|are|was|were|that is|that are|with (?:the |a )?values?(?: of)?|worth|went|of) (?=(?:below|under|over|above|less than|more than|bigger|larger|smaller|at least)\b)",
        r"\g<ask>orders ",
    ),
    (r"\b(?P<ask>how many )order (?=(?:below|under|over|above|less than|more than|bigger|larger|smaller|at least)\b)", r"\g<ask>orders "),
    (r"\borders (?:bigger|larger|higher|greater) (?:than|then) ", "orders over "),
    (r"\borders (?:smaller|lower|cheaper) (?:than|then) ", "orders under "),
    (rf"\b(?P<ask>how many |any |number of )(?:single )?(?:sales|tickets|invoices) (?P<op>over|above|under|below|exceeding|exceeded|exceed|of more than|of less than|more than|less than|bigger than) {_OF_NO_TIME}(?=[$€£]?\d|(?:a |one |{_NUMBERS})\b)", r"\g<ask>orders \g<op> "),
    (r"\borders (?:exceeded|exceed) ", "orders exceeding "),
    (r"\b(?P<op>above|over|below|under) of (?=[$€£]?\d)", r"\g<op> "),
    # "how many days did we do over 500", "months where we didn't make 40 thousand"
    (
        rf"\b(?P<unit>days|weeks|months|quarters)\b(?P<when>(?: (?:in|of|from) [\w' ]{{2,20}}?|(?: (?:this|last|that) \w+))?)(?: (?:when|where|that|in which|on which))?(?: (?:did|do|have|has))? we (?:did|do|have|make|made|took|take|taken|sold|sell|hit|went|go|get|got|done)?\s?(?P<op>over|above|more than|under|below|less than|at least) (?P<much>(?>{_AMOUNT})){_OF_NOTHING_ELSE}",
        r"\g<unit> with sales \g<op> \g<much>\g<when>",
    ),
    (
        rf"\b(?P<unit>days|weeks|months|quarters)\b(?P<when>(?: (?:in|of|from) [\w' ]{{2,20}}?|(?: (?:this|last|that) \w+))?)(?: (?:when|where|that|in which|on which))? we (?:didn'?t|did not|never|failed to|don'?t) (?:make|reach|do|hit|get to|take|get|sell|sold|reached|made) (?P<much>(?>{_AMOUNT})){_OF_NOTHING_ELSE}",
        r"\g<unit> with sales under \g<much>\g<when>",
    ),
    (
        rf"^\W*(?:can you (?:check|tell|say)(?: if| whether)? )?(?:if |whether )?(?:did|have) we (?:ever )?(?:go|gone|went|do|done|make|made|take|taken|have|had|get|got|sell|sold) (?P<op>over|above|more than|under|below|less than) (?P<much>{_AMOUNT}) (?:on|in) any (?:single |one )?(?P<unit>day|week|month)\b(?P<rest>[^?,]*?)(?:,? and (?:tell|show)(?: me)? which(?: one| ones)?)?\W*$",
        r"\g<unit>s\g<rest> with sales \g<op> \g<much>",
    ),
)  # fmt: skip

_COUNTED = rules(
    (r"^(?P<list>\W*(?:list |show |how many |which )?)(?:people|anyone|anybody|everyone|everybody|those) with (?=(?:at least|more than|over|exactly|fewer than|less than|only|just|\w+ or more) ?\w* orders?\b)", r"\g<list>customers with "),
    (r"\b(?P<who>how many (?:customers|clients|people|buyers)) (?:do|did) we have(?: with us)? (?=(?:that|who)\b)", r"\g<who> "),
    (r"\b(?P<who>customers|clients|regulars|people|buyers|ones|who|that) (?:have |has )?(?:only |just )?(?:came|come|visited|been|called)(?: in| here| back| by| round)?(?: to us)? (?P<often>(?:only |just |exactly |at least |more than |fewer than |over )?(?:once|twice|\d+ times|(?:two|three|four|five|six|seven|eight|nine|ten|twenty) times))\b", r"\g<who> ordered \g<often>"),
    (r"\b(?P<ask>which|how many) regulars\b", r"\g<ask> customers"),
    (r"\b(?P<op>more|less|fewer) than (?P<n>once|twice)\b(?! as)", lambda found: f"{found['op']} than {1 if found['n'].lower() == 'once' else 2} times"),
    (r"\b(?P<with>with|placed|made|having|have|had|has) (?:only |just |exactly )(?:one|1|a single) (?P<what>order|purchase)\b", r"\g<with> exactly 1 \g<what>s"),
    (r"^\W*(?:did|has|have) (?:anyone|anybody|someone|somebody) (?:ever )?(?:refund|refunded|return|returned)(?: (?:anything|something))? (?P<op>more than|over|at least) (?P<n>[\w-]+) times(?P<rest>[^?]*)\?*(?: (?:the )?names?(?: please)?)?\W*$", r"customers with \g<op> \g<n> refunds\g<rest>"),
    (r"^\W*(?:(?:show|a|the|please) )*list of (?:all |the |our )*(?P<things>products|customers|categories|brands|cities|countries|suppliers)[,:] (?P<what>[^?]+)$", r"\g<what> by \g<things>"),
    (r"^\W*(?P<of>\S[^,?]{2,40}?) (?:buyers|customers|clients) list,? (?:with|and) (?:the |their )?(?P<what>quantity|quantities|units|pieces|sales|spend|amounts?)(?: (?:that )?they (?:took|bought|ordered|spent))?", r"\g<what> by customer of \g<of>"),
    (r"(?<![\w.])(?P<n>\d{1,3})\+ ?(?=(?:orders|purchases|times|units|pieces|items)\b)", r"at least \g<n> "),
    (r"\b(?P<n>\d{1,3})x(?=\W*(?:$|this|last|in|since|over)\b|\W*$)", r"\g<n> times"),
    (r"\bonce only\b|\b(?:only|just) (?:one|1|a single) time\b|\b(?:one|1) time only\b", "exactly 1 times"),
    (r"\b(?P<n>two|three|four|five|six|seven|eight|nine|ten|\d{1,3}) times or more(?: often)?\b|\b(?P<m>two|three|four|five|six|seven|eight|nine|ten|\d{1,3}) or more times\b", r"at least \g<n>\g<m> times"),
    (r"\b(?:didn'?t|did not) (?:pass|place|make|give) (?:only|just) (?:one|1|a single) orders? but (?:two|2) or more\b", "placed at least 2 orders"),
    (r"\b(?P<who>customers|clients|regulars|people|buyers|ones|who|that) (?:do we have with us |do we have |we have )?(?:that |who )?(?:come|came|been|were|have been|has been) in (?P<op>over|more than|at least|exactly|fewer than|less than) (?P<n>[\w-]+) times\b", r"\g<who> ordered \g<op> \g<n> times"),
    (r"^\W*(?:is there |are there )?any(?:body|one) with (?P<op>more than|over|at least) (?P<n>[\w-]+) orders(?: on (?:the|our) books)?", r"customers with \g<op> \g<n> orders"),
    (r"^\W*(?:do we )?have (?:any |some )?(?P<who>customers|clients|buyers) (?:that|who) (?P<what>[^?]{3,60}?)\?? how many(?: are they| is it)?\W*$", r"how many customers \g<what>"),
    (r"^\W*(?P<who>customers?|clients?|buyers?) (?:that|who) (?P<what>[^?]{3,60}?),? how many (?:are they|is it|are there|is that)\W*$", r"how many customers \g<what>"),
    (r"^\W*(?P<which>which|what) (?P<who>customer|client) (?:only |just )(?P<what>buy|buys|bought|order|ordered)\b", r"\g<which> \g<who>s \g<what>"),
    (r"\b(?P<what>buy|buys|bought|ordered|order) (?:only |just )?(?:one|1) time\b", r"\g<what> exactly 1 times"),
)  # fmt: skip

_CONFIRMED = rules(
    (r"^\W*(?:is |are )?(?:we (?:really )?)?(?P<who>\S[^?]{0,40}?) (?:making|earning|losing) (?:us )?money or (?:no|not|losing(?: it)?)\W*$", r"profit of \g<who>"),
    (r"\b(?:we are |are we |is it )?(?:on|in) (?:the )?(?:plus|black) or (?:on |in )?(?:the )?(?:minus|red)(?: with (?:the )?profit)?\b", "profit"),
    (r"[,.]? (?:yes or no|or not(?: yet)?|or no|true\?*|is that (?:right|so|true)|am i right)\W*$", "?"),
    (
        r"^\W*(?:kindly |please |can you |could you )*(?:(?:(?:would it be|is it|it is|it's|is)(?: (?:fair|true|correct|so|right|the case|a fact|safe)\b(?: to say)?)+|would you say(?: it is)?|am i right|are we right|do you (?:think|agree)|tell me (?:if|whether)|confirm (?:if|whether|that)|let me know (?:if|whether)|check (?:if|whether))(?: that| if)?) (?=(?:the |our |my )?\w+(?: \w+){0,5}? (?:is|are|was|were|has|have|buys?|sells?|brings?|makes?|overtook|outsold|crossed|fell)\b)",
        "",
    ),
    (r"^\W*(?:i|we)(?:'ve)? (?:have|got|get|count(?:ed)?|make it|show)(?: got)? (?:about |around |roughly )?[\d.,]+ (?P<what>\w[^,;?]*?)[,;.] ?(?:and )?(?:does|do|is|are) (?:that|this|it|yours?)\b[^?]*\?*$", r"how many \g<what>"),
    (rf"^\W*(?:my|our|the) (?:ledger|books?|accountant|bookkeeper|spreadsheet|till|accounts?) (?:shows?|says?|has|have|gives?|makes? it) {_AMOUNT} (?:for|in) (?P<when>{_PERIOD})[^;,.?]*[;,.] ?(?:and )?(?:does|do|is|are) (?:that|this|it|yours?)\b[^?]*\?*$", r"net sales in \g<when>"),
    # whether a total reached an amount: the total tells
    (
        rf"^\W*(?:did|do|does|have|has) (?P<what>(?:total |our |the |my )*(?:profit|turnover|sales|revenue|takings|net sales|orders)\b[^?]*?) (?:exceed|exceeded|reach|reached|hit|pass|passed|cross|crossed|top|topped|go over|gone over|go above|beat|come to more than) {_AMOUNT}(?P<rest>[^?]*)\??$",
        r"\g<what>\g<rest>",
    ),
    (
        rf"^\W*(?:did|do|have) we (?:already )?(?:exceed|exceeded|reach|reached|hit|pass|passed|cross|crossed|top|topped|go over|gone over|beat|clear|cleared|crack|cracked|break|broken|made?|get to|take|taken) (?:over |above |more than )?{_AMOUNT} (?:in|of) (?P<what>sales|profit|turnover|revenue|takings)(?P<rest>(?: [^?]*)?)\??$",
        r"\g<what>\g<rest>",
    ),
    (
        rf"^\W*(?:did|do|have) we (?:already )?(?:exceed|exceeded|reach|reached|hit|pass|passed|cross|crossed|top|topped|go over|gone over|beat|clear|cleared|crack|cracked|break|broken|made?|get to|take|taken) (?:over |above |more than )?{_AMOUNT}(?= (?:in|this|last|on|yesterday|today|so far|during|already|yet)\b|\W*$)(?P<rest>(?!.*\b(?:any|each|every|which)\b)[^?]*)\??$",
        r"net sales\g<rest>",
    ),
    (
        rf"^\W*did {_NOBODY}(?P<who>\S[^?]{{1,40}}?)(?: on its own| alone| by itself)? (?:clear|crack|exceed|reach|hit|pass|cross|top|make|take|beat|go over|make over|take over) (?:more than |over )?{_AMOUNT}(?P<rest> (?:in|this|last|during|on) (?!.*\b(?:any|each|every|which)\b)[^?]*)?\??$",
        r"net sales of \g<who>\g<rest>",
    ),
    (
        rf"^\W*(?:(?:if|whether) )?{_NOBODY}(?P<who>\S[^?]{{1,40}}?) has (?:crossed|exceeded|passed|reached|topped|hit) {_AMOUNT}(?: in (?:total )?(?:purchases?|sales|turnover|orders))?(?P<rest>[^?]*?)(?: or not)?\??$",
        r"net sales of \g<who>\g<rest>",
    ),
    (r"^\W*(?:was|is|were|are) (?P<what>(?:the |our )?(?:refund rate|discount rate|margin|profit margin|profit|turnover|revenue|sales|average order value)\b[^?]*?) (?:above|over|below|under|more than|less than|higher than|lower than) [\w.,$€£]+(?: ?%| per ?cent)?\??$", r"\g<what>"),
    (rf"^\W*(?P<when>today|yesterday|this week|this month|this year)(?: is| are| was)?(?: we)?(?: already)? (?:over|above|past) {_AMOUNT}(?: already)?(?: or not(?: yet)?)?\W*$", r"net sales \g<when>"),
    # "did anyone in Vermont buy anything"
    (
        r"^\W*(?:did|do|does|has|have) (?:anyone|anybody|someone|somebody)(?P<where> (?:in|from) [^?]{2,30}?)? (?:ever )?(?:buy|order|bought|ordered|purchased?)(?: (?:anything|something|any|some))?(?P<rest>(?: [^?]*)?)\??$",
        r"how many customers\g<where> bought\g<rest>",
    ),
    (r"\b(?P<buy>bought|ordered|buy|order|purchased|billed|sold|sell|placed)(?P<who>(?: \w+){0,4}?) (?:anything|something)(?: at all)?\b(?! (?:but|other|except|else|under|over|above|below|that|which))", r"\g<buy>\g<who>"),
    (r"\b(?P<sell>sold|sell|selling|sells|bought|buy) (?:a|any|one|the) table(?=\W*(?:$|in\b|to\b|this\b|last\b|since\b|on\b|at\b|from\b|during\b|ever\b|yet\b))", r"\g<sell> tables"),
    (r"^\W*(?:did |does |has |have )?(?P<who>[^?]{2,30}?) (?:ever )?(?:turn|make|made|turned)(?: us)? an? (?:profit|proft)\b", r"profit of \g<who>"),
    (r"^\W*(?:are|do|did|have) we (?:really |actually |ever )?(?:making|earning|losing|make|earn|lose|made|lost|earned) (?:any |a lot of |much )?money (?:on|with|from|in|out of) (?P<who>[^?]+)\?*$", r"profit of \g<who>"),
    (r"^\W*(?:does|did|has|do|have) (?P<who>\S[^?]{0,40}?) (?:really |actually |ever )?(?:make|earn|lose|made|lost|earned)(?: us)? (?:any )?money\b(?P<rest>[^?]*)\?*$", r"profit of \g<who>\g<rest>"),
)  # fmt: skip


def _which_is_it(found: re.Match[str]) -> str:
    """ "was October our best month" asks for the best month; "is Tuesday our busiest day" for a day of the week."""
    of_the_week = re.fullmatch(rf"(?:a |on )?{_WEEKDAY}s?", found["who"].strip(), re.IGNORECASE) is not None
    thing = "weekday" if of_the_week and found["thing"].lower() == "day" else found["thing"]
    rank = "best" if found["rank"].lower().startswith(("number", "no")) else found["rank"]
    return f"which is the {rank} {thing}{found['rest']}"


def _sold_on_both(found: re.Match[str]) -> str:
    return _on_both(found).replace("orders", "net sales", 1)


def _on_both(found: re.Match[str]) -> str:
    """All days of that name, not the last one of each."""
    one, other = (_WEEKDAYS[_BEGINS[found[side][:2].lower()]] for side in ("one", "other"))
    return f"orders by weekday on {one} and {other}{found.groupdict().get('rest') or ''}"


_HELD = rules(
    # Whether something is the best is told by what is.
    (rf"^\W*(?:and |so |oh |but )*(?:is|was|are|were) {_NOBODY}(?P<who>(?:(?!\b(?:than|more|less|the|our)\b)[^?,]){{1,40}}?) (?:really |still |actually |always |truly )?(?:our|the|my) (?P<rank>(?:number one|no\.? ?1|(?:second |third )?(?:best|top|worst)(?:[ -](?:selling|performing|sold))?|biggest|largest|busiest|quietest|strongest|weakest|most (?:profitable|popular|important))) (?P<thing>(?!seller)\w+)(?P<rest>[^?]*)\??\s*$", _which_is_it),
    (r"\b(?P<n>\d{1,2}|two|three|four|five|six|ten) (?P<one>best|top|biggest|largest|strongest|highest) and (?:the )?(?P=n) (?P<other>worst|bottom|smallest|weakest|lowest) (?=\w)", r"\g<one> \g<n> and \g<other> \g<n> "),
    (
        r"^\W*(?:is |are |was |were )?(?:the |our )?(?P<one>morning|afternoon|evening|night)s? (?:usually |really |generally |always )?(?:the )?(?:busier|quieter|slower|stronger|calmer) than (?:the |our )?(?P<other>morning|afternoon|evening|night)s?\b(?P<rest>[^?]*)\??$",
        r"orders \g<one> vs \g<other>\g<rest>",
    ),
    (r"\b(?P<busy>busiest|quietest|calmest|slowest|deadest) (?:with|for|in|in terms of|by) (?:the |our )?(?:number of )?orders\b", r"\g<busy>"),
    (r"^\W*(?P<who>\S[^?]{1,50}?) (?:buys?|spends?|orders?|sells?|makes?|brings?)(?: us)? (?:less|more|fewer) (?:now|these days|today|this year) than (?:in )?(?P<when>(?:19|20)\d\d|last year)\W*$", r"net sales of \g<who> this year vs \g<when>"),
    (rf"^(?P<ask>\W*(?:which|what) (?P<thing>\w+)\b[^?]*?\b(?:the )?)(?P<one>{_ENDS})(?P<rest>[^?,]*?),? and (?:which|what)(?: one)?(?: (?:has|had|is|was))?(?: the)? (?P<other>{_ENDS})\W*$", r"\g<ask>\g<one>\g<rest>? \g<ask>\g<other>\g<rest>"),
    (r"^\W*(?:is|are|was|were) (?P<what>(?:(?!\b(?:day|week|month|year|quarter|today|yesterday|this|last)\b)[^?]){1,50}?) (?:up|down|ahead|behind|higher|lower|better|worse)(?: or (?:up|down|ahead|behind|not))? (?:over|on|of|from|against|than|compared (?:to|with)) (?:where (?:it|they|we) (?:was|were)|what (?:it|they) (?:was|were))? ?(?:in |at )?last (?P<unit>year|month|quarter|week)\W*$", r"\g<what> this \g<unit> vs last \g<unit>"),
    (rf"\b(?P<one>{_WEEKDAY})(?:'s)?(?: (?:or|and|versus|vs\.?) )(?P<other>{_WEEKDAY})[ ,:–-]+(?:(?:is |are |who's |which is |which one is )?(?:the )?(?:busier|busiest|quieter|slower|stronger))\W*$", _on_both),
    (
        rf"^\W*(?:is |are |was |were )?(?:on |a |our |the )?(?P<one>{_WEEKDAY})(?: (?:the )?(?:work|business|shop|day))?(?: (?:is|are|was|were))?(?: (?:really|usually|generally|always|normally|rly))* (?P<how>busier|quieter|slower|stronger|calmer) than (?:on |a |our )?(?P<other>{_WEEKDAY})\b(?P<rest>[^?]*)\??$",
        _on_both,
    ),
    (
        rf"^\W*(?:is |are |does |do )(?:a |our |the )?(?P<one>{_WEEKDAY})s? (?:really |usually |generally |always |normally )?(?:better|worse|bigger|weaker|(?:bring|make|earn|sell|take)s?(?: us| in)* (?:more|less)(?: money)?) than (?:on |a |our )?(?P<other>{_WEEKDAY})s?(?P<rest>(?: [^?]*)?)\??$",
        _sold_on_both,
    ),
    (r"[,;]? (?:who|which(?: one)?) (?:wins|won|is winning|comes out (?:on top|ahead)|sells (?:more|better))\b(?=\W*$)", " compared"),
    (rf"\b(?P<one>{_PERIOD}) v\.? (?=(?:{_PERIOD})\b)", r"\g<one> vs "),
    (r"(?<=\w) in front of (?=\w)", " vs "),
    (r"\bnext to (?=(?:last|this|the (?:last|previous|same)) (?:year|month|week|quarter)\b)", "vs "),
    (r"\b(?P<part>last|this) (?P<unit>week|month|quarter|year) towards the (?P=unit) before\b", r"\g<part> \g<unit> vs the \g<unit> before"),
    (r"\bwhich (?:one )?(?:is|was) (?:the )?(?P<end>least|most)[ -](?:often )?(?P<verb>used|ordered|bought|sold|chosen)(?: one)? (?:out )?of (?:all )?(?:the |our |my )?(?:\d+ |two |three |four |five |six )?(?P<what>[a-z]+(?: [a-z]+)?s)\b", r"which of the \g<what> was \g<verb> the \g<end>"),
)  # fmt: skip


def _first_or_last(found: re.Match[str]) -> str:
    return "the oldest order" if found["which"].lower() == "first" else "the latest order"


_TIMES = rules(
    (r"^\W*(?:for )?how long (?:has|have|is|are) (?P<who>\S[^?]{1,50}?) (?:already )?(?:been )?(?:(?:a |our |an )?(?:customer|client|buyer|account)s?(?: of (?:ours|us)| with us)?|(?:buying|ordering)(?: from us)?|with us)\W*$", r"when was the first order of \g<who>"),
    (r"\bfirst ever (?=order|sale|purchase|customer)", "first "),
    (r"^\W*who (?:was|is|were) (?:our |the |my )?(?:very )?(?P<which>first|last|latest)(?: ever)? (?:customer|client|buyer)(?: ever)?\W*$", _first_or_last),
    (r"^\W*(?:the )?(?:first|last) and (?:the )?(?:first|last) (?P<what>order|purchase|sale)(?: (?:of|from|by|for))? (?P<who>[^?,]{2,50}?)\W*$", r"first order of \g<who>? last order of \g<who>"),
    # who placed it is shown with a single order anyway
    (r"^\W*(?:what|which|when) (?:was|is) (?:our |the )?(?:very )?(?P<which>first|last)(?: ever)? (?:order|sale)(?: (?:that )?we (?:ever )?(?:took|had|got|made))?(?: ever)?,? (?:and )?(?:from|by|to|for) (?:whom|who)\W*$", _first_or_last),
    (r"^(?P<what>(?=.*\b(?:biggest|largest|smallest|last|latest|first|highest|lowest)\b).*\border\b.*?)[,;]? (?:and )?(?:who|which(?: one)?|whose|what) (?:was|is) (?:it|that)(?: (?:from|by|for))?\W*$", r"\g<what>"),
    (r"^\W*(?:since|from) when (?:is |are |was |has |have )?(?:been )?(?P<who>\S[^?]{1,50}?) (?:is |are |has been |been |was )?(?:a |our |an )?(?:customer|client|buyer|account)(?: of (?:ours|us)| with us)?\W*$", r"when was the first order of \g<who>"),
    (r"^\W*(?P<what>\S[^?:]{1,60}?) ?: ?(?:since|from) when (?:are|do|have|did) we (?:been )?(?:sell|selling|sold|stock|stocking|have|carry)(?: it| them)?\W*$", r"when was \g<what> first sold"),
    (r"^\W*(?:since|from) when (?:are|do|have|did) we (?:been )?(?:sell|selling|sold|stock|stocking|have|carry)(?:ing)? (?P<what>[^?]+?)\W*$", r"when was \g<what> first sold"),
    (r"^\W*when(?:'d| did| have)? we (?:first |1st )(?:start(?:ed)? |begin |began )(?:to sell|selling) (?P<what>[^?]+?)\W*$", r"when was \g<what> first sold"),
    (r"^\W*(?:the )?(?:1st|first)(?: ever)? (?:ord|order)(?: ever)? (?:(?:of|from|by|for) )?(?P<who>(?!was|is|in|on|this|last|and|we|that|ever|value|date|to|each|per)\w[^?,]{2,50}?)\W*$", r"first order of \g<who>"),
    (r"^\W*(?:the )?(?:1st|first|last) time (?P<what>[^?,]{2,50}?) (?:was )?(?P<verb>bought|sold|ordered)\W*$", r"when was \g<what> first \g<verb>"),
    (r"^\W*(?P<what>\S[^?:]{1,60}?) ?: ?(?P<which>first|last) (?P<verb>bought|sold|ordered)(?: when)?\W*$", r"when was \g<what> \g<which> \g<verb>"),
    (r"^\W*(?P<who>\S[^?]{1,50}?),? when did (?:they|he|she|it) (?P<which>last|first) (?P<verb>buy|order|sell)\W*$", r"when did \g<who> \g<which> \g<verb>"),
)  # fmt: skip


def _by_its_buckets(found: re.Match[str]) -> str:
    """How a figure went since a year is told by year, since a later day by month."""
    unit = "year" if re.fullmatch(r"(?:19|20)\d\d", found["when"]) else "month"
    return f"{found['what']} by {unit} since {found['when']}"


_OVER_TIME = rules(
    # "in Q1, Q2, Q3 and Q4 of 1997": each by itself
    (r"\b(?:in |for |of )?q1,? (?:and |& )?q2,? (?:and |& )?q3,? (?:and |& )?q4(?: of| in)? (?P<year>(?:19|20)\d\d|'?\d\d)\b", r"by quarter in \g<year>"),
    (r"\b(?:rolling|moving) (?P<n>\d+|two|three|four|five|six|seven|twelve)[- ](?P<unit>day|week|month) (?P<what>sales|orders|units|profit|revenue|turnover) (?:average|mean)\b", r"\g<n> \g<unit> moving average of \g<what>"),
    (r"\b(?P<n>\d+|two|three|four|five|six|seven|twelve)[- ](?P<unit>day|week|month)s?'? (?:average|mean)(?= of| for)\b", r"\g<n> \g<unit> moving average"),
    (
        r"^\W*(?:is|are|has|have|do|does) (?P<what>(?:the |our |my )?(?:profit margin|margin|discount rate|refund rate|return rate|sales|revenue|turnover|profit|average order value|average order|refunds|discounts|orders)\b[^?]*?) (?:been )?(?:improv(?:ing|ed|e)|worsen(?:ing|ed)?|(?:getting|got|gotten) (?:better|worse|higher|lower|bigger|smaller)|grow(?:ing|n)?|ris(?:ing|en|e)|fall(?:ing|en)?|shr(?:inking|unk|ink)|(?:going|gone|go) (?:up or down|down or up|up|down)|dropp(?:ing|ed)|increas(?:ing|ed|e)|declin(?:ing|ed|e)|creeping up|up or down),? (?:(?:or|and) not )?(?:since|from) (?P<when>(?:19|20)\d\d|[^?,]{3,30}?)(?: (?:on|onwards?))?(?: or not)?\W*$",
        _by_its_buckets,
    ),
    (r"\b(?P<unit>day|week|month|quarter|year) (?:after|by) (?P=unit)\b", r"by \g<unit>"),
    (r"\bfrom (?:the )?(?:beginning|begin|start|beginn?ing) of (?:the |this )?(?P<unit>year|month|quarter)\b", r"since the start of this \g<unit>"),
    (r"\b(?:running|cumulative|accumulated|cumulated)(?: (?:total|totals|totl|sum))? (?:of|for|through) the (?:yr|year)(?: so far)?\b", "running total this year"),
    (r"\b(?:running|cumulative|accumulated|cumulated)(?P<what>(?: \w+){1,3}) (?:of|for|through) the (?:yr|year)(?: so far)?\b", r"running total of\g<what> this year"),
    (r"\b(?P<run>running|cumulative|accumulated|cumulated)(?P<what>(?: [\w' ]+)?) through (?P<when>(?:19|20)\d\d|this year|the year so far)\b", r"\g<run>\g<what> in \g<when>"),
    (r"\bdaily adding up\b|\badding up (?:daily|by day|day by day)\b", "running total by day"),
    (r"\bmobile (?:mean|average)s? (?:on|of|over) (?P<n>\w+) (?P<unit>day|week|month)s?\b(?: of)?", r"\g<n> \g<unit> moving average of"),
    (r"\b(?:from )?(?P<when>(?:19|20)\d\d|(?:last |this )?(?:january|february|march|april|june|july|august|september|october|november|december)(?: (?:19|20)\d\d)?) onwards?\b", r"since \g<when>"),
    (r"\bfor since\b|\bof since\b|\bfrom since\b", "since"),
)  # fmt: skip

_MOVED = "drop|fall|dip|slump|collapse|crash|decline|jump|rise|spike|peak|increase|decrease|growth"
_DATES = rules(
    # "the first half of 1997 (Jan - Jun)": in other words, and of no other year
    (rf"(?P<year>\b(?:19|20)\d\d) ?\((?:from )?{_MONTH}(?: ?[-–—] ?| to | until | till | through ){_MONTH}\)", r"\g<year>"),
    (r"\bincl?\.(?= )", "including"),
    (r"(?<!our )\bfirst (?=(?:of )?(?:january|february|march|april|may|june|july|august|september|october|november|december)\b(?! (?:order|sale|purchase|week|half|day|weekend|quarter)))", "1 "),
    (rf"\bby (?P<unit>day|week|month|quarter) (?=(?:from|between) {_A_DAY} (?:to|until|till|and)\b)", r"by \g<unit>, "),
)  # fmt: skip

_WHYS = rules(
    # "drop in february what happened there"
    (rf"^\W*(?:the |that |this )?(?P<moved>{_MOVED}) (?P<when>(?:in|of|during|since) [^?,]{{2,40}}?)[,:–-]* ?(?:what happened|what's up|what was (?:it|that)|what went wrong|any idea why|how come|what caused (?:it|that))(?: there| then| with (?:it|that))?\W*$", r"why the \g<moved> \g<when>"),
    (r"^\W*what (?:went wrong|happened|is going on|was going on|is wrong|was wrong) (?:with|to) (?P<what>(?:the |our )?(?:refunds|sales|profit|turnover|revenue|orders|margin|discounts|returns)\b[^?]*? (?:in|last|this|during) [^?]+?)\W*$", r"why did \g<what> change"),
    (r"^(?P<why>\W*(?:why|how come)\b.*?) such an? (?:absolute |total |complete |real |right )?(?:dog|disaster|flop|dud|washout|catastrophe|mess|nightmare|stinker|shambles|failure|letdown)\b(?: (?:month|week|year|quarter|day))?", r"\g<why> so bad"),
    (r"^(?P<why>\W*(?:why|how come)\b.*?) such an? (?P<how>bad|poor|weak|slow|terrible|awful|good|great|strong|quiet|busy) (?:month|week|year|quarter|day|one)\b", r"\g<why> so \g<how>"),
    (r"^(?P<why>\W*(?:why|how come)\b.*?\b(?:so|that|too)) (?:bloody|damn|damned|flipping|flaming|bleeding|awfully|terribly|incredibly|horribly|extremely|bleedin) (?=\w)", r"\g<why> "),
    (r"^(?P<why>\W*(?:why|how come)\b.*?) (?:next to no|hardly any|almost no|barely any|practically no|scarcely any) (?=\w)", r"\g<why> so little "),
)  # fmt: skip

_SEVERAL = rules(
    # Numbered questions: "two things: one … and two …", "this first. Second, …".
    (r"^\W*(?:(?:a )?(?:couple of|two|2|three|3) (?:things|questions|items|points|bits)\b(?:,? if i may)?[,:;]? ?)(?:(?:number )?(?:one|1|first|firstly|a)\b[,:.)]? )(?P<one>.+?)[,;.?]? (?:and )?(?:(?:number )?(?:two|2|second|secondly|b)\b[,:.)]? )(?=(?:what|which|who|how|when|the|show|list|give|our|top)\b)", r"\g<one>? "),
    (r"^\W*(?:(?:a )?(?:couple of|two|2|three|3) (?:things|questions|items|points|bits)\b(?:,? if i may)?[,:;] ?)", ""),
    (r"[,;]? this first[.;,] (?:and )?second(?:ly)?[,:]? ", "? "),
    (r"[,;] ?(?:and )?(?:separately|on another note|in a separate matter|secondly)[,:]? (?:the )?(?=\w)(?!(?:for|by|per|in|of|each)\b)", "? "),
    (r"(?P<and>,? and)(?: then)? (?:oh|also|besides|in addition)[,]? (?=(?:what|which|who|how|when)\b)", r"\g<and> "),
)  # fmt: skip

_THOSE = re.compile(
    r"^\W*(?P<verb>list|show|which|give|name|how many)(?: me)? (?:the |of the )?(?P<who>[a-z]+(?: [a-z]+)?) (?:who|that|which|with) .*?[.…,;–-]+ ?(?:no|sorry|wait|ok|okay|actually|oh)\b[ ,]*(?:no|sorry|wait|actually)?[ ,:]*(?:list|show|which|give|name)?(?: me)? ?(?:the )?ones (?=(?:who|that|which|with)\b)",
    re.IGNORECASE,
)
"""A list that is given up for another of the same things: "list the customers who … no sorry, the ones with …"."""
_MONTH_NAMES = "january|february|march|april|may|june|july|august|september|october|november|december"
_ON_A_LAST_MONTH = re.compile(
    rf"^\W*(?:[\w' ]{{0,20}}\.\. ?)?(?:is|are|was|were) (?P<what>\S[^?]{{0,50}}?) (?:up|down|ahead|behind)(?: or (?:up|down|ahead|behind|not))? (?:over|on|of|from|against|compared (?:to|with)) last (?P<month>{_MONTH_NAMES})(?: so far)?(?:, (?P<figure>sales|orders|profit|units|revenue|turnover|takings))?\W*$",
    re.IGNORECASE,
)
_BEGINNING_AND_ENDING = re.compile(
    rf"\b(?:beginning|starting|begins|starts|begun)(?: on| from| at)? (?P<one>{_A_DAY}),? ?(?:and )?(?:ending|ends|stopping|closing)(?: on| at| with)? (?P<other>{_A_DAY})\b",
    re.IGNORECASE,
)
_BY_BUCKETS = re.compile(r"\b(?:(?:by|per|each|every) (?P<unit>day|week|month|quarter)|daily|weekly|monthly|quarterly|running|cumulative|cumulated|accumulated|moving|rolling)\b", re.IGNORECASE)  # fmt: skip
_FROM_A_DAY = re.compile(rf"\bfrom (?P<day>{_A_DAY})\b(?!\s*(?:to|until|till|til|through|thru|up to|and|-|–|—|onwards?|\d)\b)(?!\s*[-–—])", re.IGNORECASE)  # fmt: skip
_GIVEN_UP = re.compile(
    r"^.*?(?:[.…]{2,}|[,;?]|\s)\s*(?:(?:ok|okay),? easier(?: one)?|no,? (?:wait|sorry)|sorry,? no|wait,? no|scratch that|forget (?:that|it)|never ?mind|let me rephrase|rather)[\s,:.…–-]+(?=(?:just |only )?(?:which|what|who|how (?:many|much)|show|list|give|best|worst|top|when|leave out|the (?:best|worst|top))\b)",
    re.IGNORECASE,
)
"""A question that is dropped for another: "who hasn't bought … ok easier: which customers ordered twice"."""
_RUN_IN = re.compile(r"^\W*(?:no|oh|ah|hang on|wait|sorry)(?:,? (?:no|wait|sorry|hang on))+,? (?=(?:i (?:need|want|would like)|what|which|how|show|list)\b)", re.IGNORECASE)  # fmt: skip
_THE_ONE_BEFORE = re.compile(
    rf"\b(?:this (?:past )?|(?:this |the )?last |on |the past )?(?P<day>{_WEEKDAY})(?P<between>(?: (?!\d)\w+){{0,3}}? (?:than|vs\.?|versus|against|compared (?:to|with)|with|to) )(?:the )?(?:(?P=day)|one) before(?: (?:it|that))?\b",
    re.IGNORECASE,
)


def in_known_forms(question: str, today: date, *, follows: bool = False) -> str:
    """The question in the forms that the reader knows; the same where it has none of the others. `follows` says that there
    is a question before it, which "no wait" may be about. A longer text is no form of a question, and is left as it is."""
    if len(question) > LONGEST_REWRITTEN:
        return question
    question = question.replace("’", "'")
    question = _without_what_was_given_up(question if follows else _RUN_IN.sub("", question))
    question = in_plain_numbers(in_plain_times(reworded(PHRASINGS, question), today))
    question = reworded((*COMMON_WORDS, *_DATES), question)
    question = _ON_A_LAST_MONTH.sub(lambda found: _against_a_year_ago(found, today), question)
    question = _BEGINNING_AND_ENDING.sub(r"from \g<one> to \g<other>", question)
    if (buckets := _BY_BUCKETS.search(question)) is not None:
        question = _FROM_A_DAY.sub(lambda found: _since(found, buckets), question)
    question = _THE_ONE_BEFORE.sub(lambda found: _week_apart(found, today), question)
    return reworded(
        (*_WHYS, *_SEVERAL, *_BOUNDS, *_CONFIRMED, *_COUNTED, *_LISTS, *_HELD, *_TIMES, *_OVER_TIME, *SAYINGS), question
    )


def _without_what_was_given_up(question: str) -> str:
    if (found := _THOSE.match(question)) is not None:
        return f"{found['verb']} the {found['who']} {question[found.end() :]}"
    return _GIVEN_UP.sub("", question)


def _since(found: re.Match[str], buckets: re.Match[str]) -> str:
    """Of a figure over time "from August" says where it begins; but "the days from August" may be those of August."""
    of_days = buckets["unit"] is not None and buckets["unit"].lower() == "day"
    whole_month = not any(char.isdigit() for char in found["day"])
    return found.group() if of_days and whole_month else f"since {found['day']}"


def _against_a_year_ago(found: re.Match[str], today: date) -> str:
    """ "are orders up on last December", asked in December: this one against that of last year. Asked in another month it
    is asked back which two are meant."""
    month = found["month"]
    what = found["figure"] or (
        "net sales" if found["what"].lower() in ("we", "they", "things", "it") else found["what"]
    )
    same = f"{today:%B}".lower() == month.lower()
    return f"{what} in {month} compared to last {month}" if same else f"are we up on last {month}"


def _week_apart(found: re.Match[str], today: date) -> str:
    """ "this past Monday … the Monday before": the last one, and seven days earlier."""
    weekday = _BEGINS[found["day"][:2].lower()]
    last = today - timedelta(days=(today.weekday() - weekday) % 7 or 7)
    return f"{_said(last)} compared to {_said(last - timedelta(days=7))}"


def _said(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
