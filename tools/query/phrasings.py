"""Long-winded ways to ask for what has a short name, put into the short one: "what percentage did we give away in discounts"
is the discount rate, "how many units of every one of those" their units, "Monday through to Sunday" of a week all of it.

They come before the other rules, which know the short forms.
"""

import re

from tools.query.rewording import rules

_MONTH = "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
_TILL = r" ?(?:-|–|to|till|until|up to|thru|through|through to) ?"
_WHOLE_WEEK = rf"(?:from )?mon(?:day)?{_TILL}sun(?:day)?"
_SHOP = "(?:shop|store|outlet|branch|site|location|channel)"


def _century(year: str) -> str:
    return f"19{year}" if year > "69" else f"20{year}"  # as POSIX strptime does


def _two_days(found: re.Match[str]) -> str:
    """ "jul 1 96 thru jun 30 97": days of two years, both written short."""
    return f"{found['one']} {_century(found['first'])} to {found['other']} {_century(found['second'])}"


def _in_one_order(found: re.Match[str]) -> str:
    """ "in how many orders of 1997 were Seafood and Beverages together"."""
    when = f" in {found['when']}" if found["when"] else ""
    return f"{found['ahead']}how many orders hold both {found['one']} and {found['other']}{when}"


PHRASINGS = rules(
    (
        rf"\b(?P<one>{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?),? '?(?P<first>\d\d){_TILL}(?P<other>{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?),? '?(?P<second>\d\d)\b(?![\d:/%.])",
        _two_days,
    ),
    # A week is all of its days.
    (rf"(?P<week>\b(?:last|this|past|previous|each|every) (?:week|wk)\b[^?.;]{{0,30}}?),? \(?{_WHOLE_WEEK}\b\)?,?", r"\g<week>"),
    (rf"\b{_WHOLE_WEEK}\b,? (?=(?:of )?(?:last|this|the past|the previous) (?:week|wk)\b)", ""),
    (r"\b(?P<day>(?:mon|tues|wednes|thurs|fri|satur|sun)day) last\b(?! (?:week|month|year))", r"last \g<day>"),
    (r",? (?:in|within) (?:\d+|a|an|one|two|five|ten|fifteen|twenty|thirty|a few|a couple of|half an) (?:mins?|minutes?|secs?|seconds?|hour)\b(?=\W*$)", ""),
    (r"^\W*(?:this is )?(?:the )?(?:second|third|fourth|fifth|2nd|3rd|4th|5th) time (?:that )?i(?:'m| am|'ve| have)? (?:ask|asked|asking)\b[^?.!,:]{0,20}[!.,:]+ ?", ""),
    (r"(?P<money>\b(?:dollars?|euros?|pounds?|[$€£] ?\d[\d,.]*)),? (?:for |on |of )?(?:the |a )?(?:whole|entire) order(?P<end>\W*)$", r"\g<money>\g<end>"),
    (r"[,;.!-]+ ?(?:i(?:'m| am)|am|we are|we're) (?:running )?late(?P<end>\W*)$", r"\g<end>"),
    (r",? (?:in order )?to (?:plan|prepare|organi[sz]e|schedule) (?:the|my|our|for the) \w+(?: \w+)?(?P<end>\W*)$", r"\g<end>"),
    (r"\b(?:a )?minus (?P<what>profit|margin)\b", r"negative \g<what>"),
    (r"\b(?:before|excl\.?|excluding) (?:the )?(?:tax|vat),? and (?:without|excluding|excl\.?|before|not counting) (?:the )?(?P<ship>shipping|freight|postage|delivery)\b", r"net of tax and \g<ship>"),
    # What goes together.
    (
        r"^(?P<ahead>\W*)in how many orders(?: (?:of|in|from|during) (?P<when>[^,?]{2,30}?))? (?:were|are|was|did we have|have|had) (?P<one>(?:[\w'&/-]+ ?){1,5}?) and (?P<other>(?:[\w'&/-]+ ?){1,5}?) (?:bought |sold |ordered )?together\b",
        _in_one_order,
    ),
    (r"^(?P<what>\W*what (?:else )?(?:is|are|was|were|gets|got)) (?P<traded>bought|sold|ordered|purchased) with (?=\w)", r"\g<what> \g<traded> together with "),
    (r"\bwhich (?:one )?(?:member|one) of (?:the |our |my )?(?:staff|team|crew|sales team)\b", "which salesperson"),
    (r"\b(?:the )?(?P<n>\d+|two|three|four|five|six|ten) (?P<what>\w+s) (?:that|which|who) (?:we )?(?:have )?(?:sold|sell|sells) (?:the )?(?:less|fewer|least|fewest)(?: (?:units|pieces))?\b", r"bottom \g<n> \g<what> by units"),
    (r"\b(?P<thing>chart|graph|slide|table|report|list|summary|overview) for (?:the|my|our) team\b", r"\g<thing>"),
    (r",? (?:every|all|each) (?:the )?years? (?:put |taken |added )?(?:together|combined|up)\b", " in total"),
    # What percentage was given away is the rate, of whatever it was given.
    (
        r"\b(?:what|which|how many|how much) (?:percentage|percent|per ?cent|%|share|part) (?:of (?:our |the |all )?(?:gross sales|full[- ]price sales|list[- ]price sales) )?(?:did|do|have|had) (?:we|i) (?:give|given|gave|lose|lost|knock|knocked|take|taken)(?: away| off| out)? (?:in|as|on|to|for|through|with) (?:the )?discounts?\b",
        "what is the discount rate",
    ),
    (r"\b(?:full|list)[- ]price (?=(?:sales|turnover|revenue|takings)\b)", "gross "),
    # Of things named a moment ago in the same breath.
    (
        r"^(?P<ranked>\W*(?:which|what|who)\b[^?;]*?),? (?:and|plus) (?:also )?how many (?P<what>units|pieces|orders|items)(?: (?:did|have|had) (?:we|they|it)(?: all)? (?:sell|sold|make|made|get|got|place|placed|order|ordered|bring|brought))?(?: (?:of|for|from|by|with) (?:each|every one|every|each one|all)(?: (?:of )?(?:those|these|them))?)(?=\W*$)",
        r"\g<ranked> by net sales, with their \g<what>",
    ),
    (r"\b(?P<not>did not|didn't|have not|haven't) (?P<did>buy|order|bought|ordered) nothing\b", r"\g<not> \g<did>"),
    (r"\bhow many (?:of )?(?:the |our )?(?P<who>customers|clients|buyers) (?:who|that) (?P<did>bought|ordered)(?P<when> [^,?]{2,40}?),? (?:did not|didn't|have not|haven't) (?:buy|order|bought|ordered)(?: again| anything)?\b", r"how many \g<who> who \g<did>\g<when> and did not buy"),
    (r"\b(?P<who>customers|clients|buyers|people|those) (?:who|that) did buy\b(?! not)", r"\g<who> who bought"),
    (r"\b(?P<who>customers|clients|buyers|people|those) (?:who|that) did order\b(?! not)", r"\g<who> who ordered"),
    (r"\b(?:do|does|did) not (?:buy|order|purchase) (?:anything |a thing |from us )?at all\b", "did not buy"),
    (r"\b(?P<who>customers|clients|buyers|people|those) (?:who|that) (?P<did>bought|ordered|purchased) (?P<when>[^,?;.]{2,60}?),? (?:and|but) then (?:did not|didn't|did n't) (?P<again>buy|order|purchase)\b", r"\g<who> who \g<did> \g<when> and did not \g<again>"),
    (r"^\W*(?:(?:i am|i'm) (?:curious|interested|asking|thinking) (?:about|in|of) |about |consider |take )(?:the |our )?(?P<who>(?:customers|clients|buyers) [^.?;]+)[.;,?] ?how many (?:are they|are there|is that|are those|of them are there)\W*$", r"how many \g<who>"),
    (r"\b(?P<new>(?:brand[- ])?new (?:customers|clients|buyers|shoppers))(?: (?:who|that))? (?:have )?(?:made|placed|had|did|gave) their (?:very )?first (?:order|purchase|buy)\b(?: with us| from us| here)?", "new customers"),
    (rf",? (?:every|all|each|both)(?: of)?(?: the| our)? {_SHOP}e?s? (?:added up|added together|summed up|taken together|put together|combined)\b", " in total"),
    (r"^(?P<what>(?!.*\b(?:how many|count of|number of)\b)\W*[^?,;]{4,80}),? (?:what(?:'s| is| was)|give me|i need) the count(?=\W*$)", r"how many \g<what>"),
    # Who else would have.
    (r"\b(?P<done>returned|bought|ordered|purchased) by (?:our |the |all )*(?:customers|clients|people|shoppers|buyers)\b(?! (?:named|called|like|such))", r"\g<done>"),
    (r"\b(?P<by>by|on) what (?:the |our )?(?:customers|clients|people|they|folks)(?: there| here| in them| in it)? (?:have |has |had )?(?:spent|spend|paid)(?: with us| here| on us)?\b", r"\g<by> net sales"),
    # "State" as a verb.
    (r"(?P<before>\b(?:kindly|please|pls) |^\W*|[.?!;:] )state (?=(?:the|your|our|how|what|which|both) )", r"\g<before>show "),
    (r"\b(?:i (?:need|want|would like)|give me|show me|tell me) (?:the following )?(?:\d|two|three|four|five|six) (?:things|figures|numbers|columns|values|items|points) ?: ?", "show "),
    (r",? while (?:you're|you are|ur|your|u r) (?:at it|on it|there)\b", ""),
    (r"(?P<by>\b(?:by|per|each|every) (?:\w+ ){0,2}\w+?),? (?:for example|for instance|such as|e\.? ?g\.?),? [^.?;:]{3,60}(?=\W*$)", r"\g<by>"),
    (r"(?P<store>\bin(?:side)? the (?:store|shop)s?(?: itself| only| alone)?),? (?:leaving out|excluding|without|not counting|disregarding|minus) (?:the )?(?:internet|online|web ?shop|web|website)(?: shop| store| sales| orders)?\b", r"\g<store>"),
    (r"\b(?P<which>which (?:\w+ ){1,3}?)is (?:our |the )?number one(?: for us)? (?P<by>in|by|for) ", r"\g<which>is the best \g<by> "),
    (r"\b(?:each |every |the )?(?:ways?|means|modes?|kinds?) of (?:paying|payment)\b", "each payment method"),
    (r"\bif (?:you|u|we|i) (?:leave|keep|take) (?:in )?only (?:the )?(?P<what>[\w' -]{3,30}?)(?: part| bit| side| ones?)?(?=\W*$)", r"only \g<what>"),
    (r"\b(?:the |both |two |our |all )*(?:shops|stores|caf[eé]s|branches) and (?:the |our )?(?:web(?: ?shop| ?store)?|online(?: ?shop| ?store)?|website|internet),? (?:separate(?:ly)?|seperate(?:ly)?|apart|each|on (?:its|their) own|split)\b", "by channel"),
    (r"^(?P<please>\W*(?:(?:would|could|can) you (?:please )?|please |now )?)(?:break|split) (?:that|this|it|them|those)(?: down| up| out)? (?:into|by|in|per) (?:the )?(?:individual |single |separate )?(?P<unit>day|week|month|quarter|year)s?\b", r"\g<please>by \g<unit>"),
    (r"^(?P<and>\W*(?:and |now )?)(?:the )?identical (?:(?:\w+ )?(?:table|list|figures?|numbers?|split|thing|query)) (?=for\b)", r"\g<and>the same "),
    (r"\b(?:if (?:you|u|we|i) )?add(?: up)? (?:our |the )?(?P<top>(?:top|best|biggest|largest) (?:\d+|two|three|four|five|six|seven|eight|nine|ten) \w+|(?:\d+|two|three|four|five|six|seven|eight|nine|ten) (?:top|best|biggest|largest) \w+)(?P<up> up)?(?: together)?(?P<when>[^,?;]{0,30}?), (?:how much|what (?:share|part|percentage|percent)) of (?P<all>[^?,;]{3,40}?) (?:is|are|was|makes?) (?:that|it|this|they)(?:,? (?:in|as a) (?:%|percent|percentage|per cent))?", r"our \g<top>\g<when>, together they are what percent of \g<all>"),
    (r",? (?:the )?best (?:one|ones) (?:must|should|has to|have to|needs to|goes|comes?) (?:be )?(?:on|at|to) (?:the )?top\b", ", from best to worst"),
    (r"[,;.?!] (?:but )?(?:only|just) the first(?: one| place)?(?P<end>(?:,? (?:please|thanks|thank you|pls))?\W*)$", r"\g<end>"),
)  # fmt: skip
