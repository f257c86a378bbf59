"""What traders, learners and hurried people say for a form that the reader knows: "region wise", "postage/wk", "the running year"."""

from tools.query.rewording import rules

_HEADS = "customer|client|product|item|category|region|state|country|city|supplier|salesperson|channel|branch|month|week|day|quarter|year"

SAYINGS = rules(
    (r"\b(?P<way>descending|ascending|decreasing|increasing) order\b(?! (?:of|by)\b)", r"\g<way>"),
    (r"\b(?P<figure>takings|turnover|revenue|income|total sales) (?:incl\.?|including|inclusive of|with|inc\.?) (?:the )?(?:vat|tax)\b(?! ?(?:and|&|\+|plus))", "sales including tax"),
    (r"\b(?P<year>(?:19|20)\d\d) year\b(?! (?:to|on|over|by|after))", r"\g<year>"),
    (r"^\W*(?:small|big|large|little|tiny) orders,? (?=(?:under|over|below|above|less than|more than)\b)", "orders "),
    # Said of no other time: the one that is running.
    (r"^(?P<what>(?!.*(?:\b(?:this|last|previous|past|since|from|january|february|march|april|june|july|august|september|october|november|december|q[1-4])\b|\d{4}))[^?]*?)\b(?:in|for) the (?P<unit>year|month|quarter|week)\b(?=\W*$)", r"\g<what>this \g<unit>"),
    (r"\b(?P<in>in|of) the total (?P<figure>sales|turnover|revenue)\b", r"\g<in> total \g<figure>"),
    (r"^\W*(?:what|which) (?:percentage|percent|per cent|share|part)(?: of gross sales)? (?:do |did )?(?:the |our )?discounts (?:represent|make(?: up)?|are|were|come to)(?: (?:over|of|from|on)(?: the)? gross(?: sales)?)?\b", "discounts as a percentage of gross sales"),
    (r"\bnew (?:vs\.?|versus|against|and|or) (?:the )?returning(?: customers| clients| buyers)?\b", "new customers and returning customers"),
    (r"(?<!we )\b(?:haven't|have not|hasn't|has not|didn't|did not) (?:been )?(?:sold|sell)(?: at all| a single time| once)?\b(?! (?:to|any|anything)\b)", "were not sold"),
    (r"^\W*which (?:of (?:our |the ))?(?P<what>[\w' &-]{3,30}?) (?:lines|articles|items|products) were not sold\b", r"which \g<what> products were not sold"),
    (r"\b(?P<one>(?:q[1-4] ?)?(?:(?:19|20)\d\d|(?<=q\d )\d\d)) over (?!\d\d00)(?P<other>(?:q[1-4] ?)?(?:(?:19|20)\d\d|\d\d))\b", r"\g<one> vs \g<other>"),
    (r"(?P<held>\bvs\b.*?),? (?:by )?how many (?:per ?cent|%|percent)(?: (?:is it|are we))?(?: up| down| more| less)?\W*$", r"\g<held>"),
    (r"^\W*year[- ]on[- ]year growth of (?P<what>[^?]*?\bvs (?:19|20)\d\d)\b[^?]*\??$", r"\g<what>"),
    (r"(?P<held>\bvs\b.*?),? how much (?:it is|is it)\W*$", r"\g<held>"),
    (r"^\W*(?:\d|two|three) (?:days|weeks|months|years): ?", ""),
    (r"^\W*(?:sales of |revenue of )?(?:each|every) (?P<what>\w+) (?:but|except|save|bar)(?: for)? (?=\w)", r"by \g<what> without "),
    (r"\bof the lot\b", "of the total"),
    (r"\b(?P<figure>sales|turnover|revenue|takings) (?:incl\.?|including|inclusive of|with) (?:the )?(?P<ship>shipping|freight|carriage|postage|delivery)\b(?: costs?| charges?)?", r"net sales and \g<ship>"),
    (r"\bwhat we sold and what we (?:earned|made)(?: as| in)? profit\b", "sales and profit"),
    (r"\b(?P<unit>region|country|state|city|category|product|customer|channel|branch|brand|shop|store) (?:by|after|for) (?P=unit)\b", r"by \g<unit>"),
    (r"\bas (?P<figure>total sales|gross sales|net sales)\b", r"as \g<figure>"),
    (r"(?<!previous )(?<!last )(?<!this )\b(?P<unit>day|week|month|quarter|year) (?:after )?(?P=unit)\b(?! (?:on|over|to|by|after|upon)\b)", r"by \g<unit>"),
    (r"(?<=[a-z]) ?/ ?(?:wk|week)\b", " by week"),
    (r"(?<=[a-z]) ?/ ?(?:mth|month)\b", " by month"),
    (r"\b(?P<at>\d\d)(?:st|nd|rd|th)? percentile(?: of| for)?(?: the| our| all)? (?:orders?|baskets?|receipts?|tickets?|sales)(?: (?:values?|amounts?|totals?|sizes?))?\b", r"order value percentile \g<at>"),
    (r"\b(?:the |our )?(?:orders?|baskets?|receipts?|tickets?)(?: (?:values?|amounts?|totals?|sizes?))?,? (?:at the )?(?P<at>\d\d)(?:st|nd|rd|th)? percentile\b", r"order value percentile \g<at>"),
    (r"\b(?P<unit>days?|weeks?|months?|quarters?) of (?:the )?year\b(?!s? (?:19|20)?\d\d)(?! (?:before|ended|ending|so|to))", r"\g<unit> of this year"),
    (r"\b(?P<rank>best|worst|busiest|quietest|strongest|weakest|highest|lowest|biggest|slowest|top) (?P<unit>day|week|month|quarter) so far\b", r"\g<rank> \g<unit>"),
    (r"\b(?:the |this )?running (?P<unit>year|month|quarter|week)\b", r"this \g<unit>"),
    (r"\btrading (?=(?:day|week|month|quarter|year)s?\b)", ""),
    (r"\bby (?:what|how|which way) (?:they|people|customers|folks?|everyone) (?:pay|paid|settle)(?: with| by)?\b", "by payment method"),
    (r",? if (?:at all )?possible(?: (?:by|for))?(?: today| tomorrow| now)?(?: itself)?(?P<end>\W*)$", r"\g<end>"),
    (r"\b(?P<year>(?:19|20)\d\d),? (?:whole|full|entire|complete) year\b", r"\g<year>"),
    (r"\b(?:more |most )?devolutions?\b", "returns"),
    (rf"\b(?P<what>{_HEADS})[- ]wise (?P<rest>(?!.*\b(?:by|per)\b)[^?.,;:]+)", r"\g<rest> by \g<what>"),
    (rf"\b(?P<what>{_HEADS})[- ]wise\b", r"by \g<what>"),
)  # fmt: skip
