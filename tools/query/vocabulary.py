"""Words that decide what other words stand for, and the cues of the lexicon that belong together."""

SUPERLATIVE_OF_FIGURES = frozenset(
    ["most", "fewest", "highest", "lowest", "least", "maximum", "minimum", "max", "min", "greatest"]
)
QUESTION_WORDS = frozenset(["which", "what", "who", "whose"])
SELLING = frozenset(["sold", "sell", "sells", "selling", "sale", "sales", "seller"])
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
TOGETHER = frozenset(["together", "combined", "sum", "jointly", "altogether"])
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
