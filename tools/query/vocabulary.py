"""Words that decide what other words stand for, and the cues of the lexicon that belong together."""

SUPERLATIVE_OF_FIGURES = frozenset(
    ["most", "fewest", "highest", "lowest", "least", "maximum", "minimum", "max", "min", "greatest"]
)
QUESTION_WORDS = frozenset(["which", "what", "who", "whose"])
SELLING = frozenset(
    ["sold", "sell", "sells", "selling", "sale", "sales", "seller", "rang", "rung", "rings", "closed", "handled"]
)
BUYING = frozenset(
    [
        "bought",
        "buy",
        "buys",
        "buying",
        "spent",
        "spend",
        "spends",
        "spending",
        "ordered",
        "orders",
        "purchased",
        "pays",
        "paid",
    ]
)
EARNING = frozenset(
    [
        "make",
        "makes",
        "made",
        "making",
        "earn",
        "earns",
        "earned",
        "earning",
        "take",
        "took",
        "taken",
        "sell",
        "sells",
        "sold",
        "selling",
        "spend",
        "spends",
        "spent",
        "spending",
        "bring",
        "brings",
        "brought",
        "buy",
        "buys",
        "bought",
        "buying",
        "pay",
        "paid",
    ]
)
"""Verbs of selling: without a named figure they ask for net sales, or for units after "how many"."""
TOGETHER = frozenset(["together", "added", "combined", "sum", "jointly", "altogether"])
LISTING = frozenset(["which", "what", "list", "show", "name", "names"])
GROWING = frozenset(
    [
        "grew",
        "grow",
        "growing",
        "grown",
        "growth",
        "increase",
        "increased",
        "rose",
        "risen",
        "improved",
        "gained",
        "improvement",
        "climb",
        "climbed",
        "climbing",
        "jumped",
        "soared",
        "surged",
    ]
)
SHRINKING = frozenset(
    [
        "fell",
        "fallen",
        "drop",
        "dropped",
        "decline",
        "declined",
        "shrank",
        "shrunk",
        "decrease",
        "decreased",
        "worsened",
        "slipped",
        "slid",
        "dipped",
        "plunged",
        "tumbled",
    ]
)
LOSING = frozenset(["lose", "loses", "losing", "lost", "loss", "losses", "negative"])
"""Without a named figure they ask for the profit."""
BEFORE_A_QUESTION = frozenset(["and", "so", "then", ",", ":", "-", "hi", "hello", "hey"])
"""After these a "who" asks for people; elsewhere it describes ("customers who ordered")."""
LISTED = frozenset(["and", ",", "&", "plus"])
IN_PASSING = frozenset(["to", "from", "of", "for"])
PER = frozenset(["per", "each", "every"])
RANKS = ("rank_high", "rank_low", "rank_metric")
OPERATORS = {"more_than": "gt", "at_least": "ge", "less_than": "lt", "at_most": "le", "equals": "eq"}
RATIOS = {
    ("revenue", "order_number"): "average_order_value",
    ("sold_net_of_discount", "order_number"): "average_order_value",
    ("units", "order_number"): "units_per_order",
    ("revenue", "customer"): "revenue_per_customer",
    ("orders", "customer"): "orders_per_customer",
    ("revenue", "unit"): "average_price",
    ("average_price", "unit"): "average_price",
    ("sold_net_of_discount", "unit"): "average_price",
    ("profit", "order_number"): "profit_per_order",
    ("discounts", "order_number"): "discount_per_order",
    ("shipping", "order_number"): "shipping_per_order",
}
"""(figure, thing) → the figure for each thing on average."""
WITHIN = frozenset(["in", "for", "within", "at", "among", "of", "on"])
"""Before a value these say in what whole something is looked at."""
LEAVING = frozenset(["leave", "leaves", "leaving", "left", "take", "takes", "taking", "keep", "count"])
OUT = frozenset(["out", "away", "aside"])
"""Around values these leave them out."""
DETERMINERS = frozenset(["the", "a", "an", "all", "our", "my", "these", "those", "their", "its", "his", "her"])
DEDUCTED = frozenset(["off", "deducted", "subtracted", "removed"])
DEDUCTING = frozenset(["once", "after", "when", "with"])
"""Around refunds and discounts ("once refunds are taken off") they ask for what is left."""
KINDS_OF_CUSTOMERS = frozenset(["new_customers", "returning_customers"])
COUNTED_AS = {"customer": "customers", "order_number": "orders"}
"""Things whose number has a figure of another name than "<thing>_count"."""
INSTEAD = frozenset(["instead of", "rather than", "not the"])
MONEY = frozenset(["euro", "euros", "dollar", "dollars", "pounds", "money", "amount", "amounts", "€", "$", "£"])
SPENDING = frozenset(["spend", "spending", "spent"])
ACROSS = frozenset(["in", "for", "across", "over", "between", "among", "of"])
"""Before "the different countries" these group by them."""
ONE_OF = frozenset(["a", "an", "one", "single"])
"""Before a thing or a unit of time, beside "on average", these ask for what one of them comes to."""
NAMING = frozenset(["who", "which", "list", "name", "show"])
COMING_BACK = frozenset(
    [
        "come",
        "comes",
        "came",
        "coming",
        "send",
        "sends",
        "sent",
        "bring",
        "brings",
        "brought",
        "go",
        "goes",
        "went",
        "carried",
        "taken",
        "handed",
        "give",
        "given",
        "gave",
        "pay",
        "paid",
        "got",
        "get",
    ]
)
"""With "back" these are about returned goods, or about money given back."""
ALONG_WITH = frozenset(["them", "the", "these", "those", "our", "all", "both", "same", "my", "of"])
"""Before a number these say only how many there are: "the four regions"."""
ASKING_KINDLY = frozenset("please kindly pls can could would you just to me us i need want like".split())
"""Before a verb these only ask for it: "kindly count", "I need you to count"."""
AFTER_A_BARE_COUNT = frozenset(
    [
        "they",
        "it",
        "we",
        "did",
        ":",
        "exactly",
        "precisely",
        "are",
        "is",
        "were",
        "was",
        "have",
        "has",
        "of",
        "in",
        "there",
        "?",
        ".",
        "!",
        ",",
    ]
)
"""After "how many" these tell that no thing follows: "how many are there"."""
APART = frozenset(["apart", "separately", "separate", "each", "individually", "own", "split", "one"])
"""In a follow-up these show beside each other what was added up before."""
INCLUDED = frozenset(["included", "including", "inclusive", "incl", "with", "plus"])
"""Around tax and shipping these ask for all that was charged."""
AUXILIARIES = frozenset(["is", "are", "was", "were", "being", "customers", "ones", "orders", "goods", "products"])
"""What may stand between a thing and "left out"."""
PARTS_OF_A_RANGE = ("category", "subcategory", "supplier", "brand")
"""Where one of these is named and nothing else, what is ranked are its products."""
JOINTS = frozenset(["and", "or", ",", "&", "+", "plus", "vs", "versus", "v", "/"])
"""Between two values these make a list of things of one kind."""
OF_A_CUSTOMER = ("city", "state", "region", "country", "segment", "postal_code")
"""Where customers are listed, their places narrow the list and part no rows."""
IMPERATIVES = frozenset(["take", "make"])
"""At the head of a clause these ask for nothing that is earned: "take the last quarter"."""
GRANTING = frozenset(["gives", "give", "gave", "grants", "granted"])
_SALES = ("revenue", "sold_net_of_discount", "gross_sales")
PERCENTAGES: dict[tuple[str, tuple[str, ...]], str] = {
    ("refunds", _SALES): "refund_rate",
    ("discounts", _SALES): "discount_rate",
    ("profit", _SALES): "profit_margin",
}
"""(figure, figures it can be a percentage of) → that percentage."""
RATES = {"discounts": "discount_rate", "refunds": "refund_rate"}
"""What these amounts are "in percent"."""
OCCASIONS = frozenset(
    """meeting meetings call phone accountant bank boss partner visit appointment talk talks review report form
    presentation interview tax letter inspector landlord catalogue table newsletter minutes mins""".split()
)
"""Words of what a question is asked for, or of who waits for the answer."""
OF_THE_DAY = ("weekday", "part_of_week")
"""Things that the day itself tells: they are named in passing more often than they are asked about."""
REFUNDS = frozenset(["refunds", "refund_count", "returned_units"])
LESS_IS_BETTER = frozenset(["refunds", "refund_rate", "refund_count", "returned_units"])
JUDGING = frozenset(["best", "worst", "poorest", "weakest", "strongest"])
"""Words that judge a figure, where "highest" and "lowest" only measure it."""
SPREADING = frozenset(
    """over across among split broken break spread each list listed show rank ranked ranking sorted crossed compare
    overview table breakdown instead pie through""".split()
)
"""Beside these a thing that is named is one row each."""
GOODS = frozenset(["product", "category", "subcategory", "brand"])
