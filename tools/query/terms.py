"""The figures, things and units of time that a question names."""

from collections.abc import Sequence

from storage.metrics.query import OrderBy
from tools.language.annotation import Meaning, Span, SpanKind
from tools.language.text import tokenize
from tools.query.extents import is_of_transactions
from tools.query.mentions import is_mentioned, is_numbered, is_per_customer, only_describes
from tools.query.ratios import take_ratio_of_group
from tools.query.sentence import Sentence
from tools.query.slots import DEFAULT_METRIC, Unclear, Unsupported
from tools.query.vocabulary import (
    ACROSS,
    BUYING,
    COUNTED_AS,
    DETERMINERS,
    EARNING,
    GRANTING,
    KINDS_OF_CUSTOMERS,
    LISTED,
    ONE_OF,
    PARTS_OF_A_RANGE,
    QUESTION_WORDS,
    RANKS,
    SELLING,
    SPENDING,
    TOGETHER,
)

_SELLERS = frozenset(["seller", "sellers", "bestseller", "bestsellers"])
_ORDER_SIZE = "order_size"
_NOT_BY_KIND = "Figures split into new and returning customers are not available yet; their number is."


def take_terms(s: Sentence, roles: dict[int, Meaning | None]) -> None:
    for i, role in roles.items():
        if role is None or i in s.slots.used:
            continue
        span = s.spans[i]
        if role is Meaning.METRIC:
            _take_metric(s, i, span)
        elif role is Meaning.DIMENSION:
            _take_dimension(s, i, span)
        elif role is Meaning.UNIT:
            _take_unit(s, i, span)


def _is_spending_on(s: Sentence, i: int, span: Span) -> bool:
    """ "what did we spend on freight": the freight. "Ads spend" is a figure of its own."""
    word = s.annotation.tokens[span.end - 1].norm
    others = any(j != i and other.ids(Meaning.METRIC) for j, other in enumerate(s.spans))
    return word in SPENDING and DEFAULT_METRIC in span.ids(Meaning.METRIC) and others


def _take_metric(s: Sentence, i: int, span: Span) -> None:
    metric = _choose(s, span.ids(Meaning.METRIC), span)
    s.slots.used.add(i)
    counted = s.cue_before(i, "how_many") is not None
    if (
        metric.removesuffix("_count") in s.model.dimensions
        and not counted
        and s.preposition_before(i) in ACROSS
        and (s.slots.metrics or s.is_implied())
    ):
        s.slots.groups.append(metric.removesuffix("_count"))  # "revenue in the different countries"
        return
    spent = s.is_implied() and not s.slots.wants_count and ("what" in s.words or s.slots.wants_sum)
    if metric in KINDS_OF_CUSTOMERS and spent and not s.cue_anywhere("share"):
        raise Unsupported(_NOT_BY_KIND)  # "what did the customers who came back spend"
    if s.is_replaced(span) or (s.words & SPENDING and _is_spending_on(s, i, span)) or _is_a_typical_order(s, i):
        return
    if (
        metric == "refund_count"
        and not counted
        and not s.words & {"not", "count"}
        and (s.says_money() or s.words & {"value", "worth"})
    ):
        metric = "refunds"
    if metric == "refunds" and s.cue_before(i, "how_many") is not None:
        metric = "refunds" if s.says_money() else "refund_count"
    if metric in ("new_customers", "returning_customers") and s.slots.metrics and s.word_before(i) in ("from", "of", "by", "for", "to"):  # fmt: skip
        raise Unsupported(_NOT_BY_KIND)
    grouping = s.cue_before(i, "grouping")
    if grouping is not None and (s.slots.groups or s.cue_anywhere("rank_high", "rank_low")):
        s.slots.used.add(grouping)
        s.slots.order.append(OrderBy(by=metric))
    goods = {one for other in s.spans for one in other.ids(Meaning.DIMENSION)} & {"product", "category", "subcategory"}
    if metric == "new_customers" and s.words & {"sold", "sell"} and goods and "customers" not in s.words:
        raise Unsupported("I can tell which customers are new, not yet which goods.")
    if metric in KINDS_OF_CUSTOMERS and "customers" in s.slots.metrics:
        s.slots.metrics.remove("customers")  # "customers who bought for the first time" are the new ones alone
    if metric not in s.slots.metrics:
        s.slots.metrics.append(metric)


def _are_orders_on_average(s: Sentence, span: Span) -> bool:
    """ "average orders per month": how many there are in one, where "the average order per month" is what one is worth."""
    buckets = any(other.kind is SpanKind.GRAIN or other.ids(Meaning.UNIT) for other in s.spans)
    said = s.annotation.read(span.start, span.end)
    return buckets and said in ("average orders", "avg orders", "mean orders")


def _is_a_typical_order(s: Sentence, i: int) -> bool:
    """ "typical order: average order value": the same, said twice."""
    beside = i > 0 and s.spans[i - 1].end == s.spans[i].start and s.spans[i - 1].is_cue("average")
    worth = any("average_order_value" in span.ids(Meaning.METRIC) for span in s.spans)
    typical = beside and worth and "orders" in s.spans[i].ids(Meaning.METRIC) and not s.is_plural(s.spans[i])
    s.slots.used |= {i - 1} if typical else set()
    return typical


def _choose(s: Sentence, ids: Sequence[str], span: Span) -> str:
    if ids[0] == "average_order_value" and _are_orders_on_average(s, span):
        s.slots.average = True
        return "orders"
    if len(ids) > 1:
        options = tuple((s.model.metrics[m].label, s.rephrase(span, _told_apart(s, m, span))) for m in ids)
        raise Unclear(
            f"“{s.annotation.said(span.start, span.end)}” can mean more than one figure. Which do you mean?", options
        )
    return ids[0]


def _told_apart(s: Sentence, metric: str, span: Span) -> str:
    """A metric's label, with "my" where the label itself is what can mean several."""
    label = s.model.metrics[metric].label.lower()
    said = [token.lemma for token in s.annotation.tokens[span.start : span.end]]
    return f"my {label}" if [token.lemma for token in tokenize(label)] == said else label


def _take_dimension(s: Sentence, i: int, span: Span) -> None:
    ids = list(span.ids(Meaning.DIMENSION))
    if len(ids) > 1:
        options = tuple((s.model.dimensions[d].label, s.rephrase(span, s.model.dimensions[d].label.lower())) for d in ids)  # fmt: skip
        raise Unclear(
            f"“{s.annotation.said(span.start, span.end)}” can mean more than one thing. Which do you mean?", options
        )
    s.slots.used.add(i)
    if s.is_replaced(span):
        return  # "countries instead of categories"
    if ids[0] == "customer" and not s.is_plural(span) and s.cue_before(i, "grouping") is None and is_per_customer(s):
        return  # "what does a client leave us, spend per customer"
    kinds = {metric for other in s.spans for metric in other.ids(Meaning.METRIC)} & KINDS_OF_CUSTOMERS
    if ids[0] == "customer" and kinds and s.cue_before(i, "grouping") is None:
        return  # "new faces versus people who came back"
    counted = COUNTED_AS.get(ids[0], f"{ids[0]}_count")
    is_counted = s.is_counted(i) and (ids[0] != "product" or s.cue_before(i, "how_many") is not None)
    if not is_counted and only_describes(s, i):
        return
    if is_counted and counted in s.model.metrics:
        if ids[0] == "product":
            pieces = (
                ("pieces sold", s.rephrase(span, "units")),
                ("different products", s.rephrase(span, "different products")),
            )
            raise Unclear("How many pieces, or how many different products?", pieces)
        s.slots.metrics.append(counted)
        return
    _take_group(s, i, span, ids[0])


def _take_group(s: Sentence, i: int, span: Span, name: str) -> None:
    grouping = s.cue_before(i, "grouping")
    if grouping is not None:
        s.slots.used.add(grouping)
    if grouping is not None and take_ratio_of_group(s, i, grouping, name):
        return
    if (
        name == _ORDER_SIZE
        and s.words_of(i) <= {"size", "sizes"}
        and not s.words & {"order", "orders", "basket", "baskets"}
    ):
        by_orders = (("by order size", s.rephrase(span, "order size")),)
        raise Unclear("The size of what? I can group by how large the orders were.", by_orders)
    if grouping is None and name not in s.slots.groups and is_mentioned(s, i):
        label = s.model.dimensions[name].label.lower()
        options = ((f"by {label}", f"{s.annotation.text.rstrip(' ?.!')} by {label}"),)
        raise Unclear(f"“{s.annotation.said(span.start, span.end)}”: a row for each {label}?", options)
    if name not in s.slots.groups:
        s.slots.groups.append(name)
    if grouping is not None:
        s.slots.each.append(name)


def _take_unit(s: Sentence, i: int, span: Span) -> None:
    """ "which month", "best day": a unit of time as the thing that is ranked or listed."""
    if s.slots.groups and s.word_before(i) in LISTED and s.cue_anywhere("grouping"):
        s.slots.used.add(i)
        s.slots.grain = span.ids(Meaning.UNIT)[0]  # pyright: ignore[reportAttributeAccessIssue] — a Grain
        return
    if s.cue_anywhere("average") and _is_one_of(s, i):
        s.slots.used.add(i)
        s.slots.grain = span.ids(Meaning.UNIT)[0]  # pyright: ignore[reportAttributeAccessIssue] — a Grain
        return
    ranked = s.cue_anywhere("rank_high", "rank_low", "rank_metric")
    if s.word_before(i) == "a" and i and s.spans[i - 1].end == span.start - 1 and s.spans[i - 1].ids(Meaning.METRIC):
        s.slots.used.add(i)
        s.slots.grain = span.ids(Meaning.UNIT)[0]  # pyright: ignore[reportAttributeAccessIssue] — a Grain
        return  # "units a week"
    all_of_them = s.word_before(i) == "all" or (is_numbered(s, i) and "all" in s.words)
    all_of_them &= not s.words & TOGETHER  # "all three months together"
    if not ranked and s.is_plural(span) and all_of_them and not s.slots.having:
        s.slots.used |= {i - 1} if is_numbered(s, i) else set()
        s.slots.used.add(i)
        s.slots.grain = span.ids(Meaning.UNIT)[0]  # pyright: ignore[reportAttributeAccessIssue] — a Grain
        return
    if ranked or s.slots.having or s.word_before(i) in QUESTION_WORDS:
        s.slots.used.add(i)
        s.slots.grain_target = span.ids(Meaning.UNIT)[0]  # pyright: ignore[reportAttributeAccessIssue] — a Grain


def _is_one_of(s: Sentence, i: int) -> bool:
    """ "how many orders a day on average", "an average month"."""
    if s.is_plural(s.spans[i]):
        return False
    beside = i > 0 and s.spans[i - 1].end == s.spans[i].start
    said = s.annotation.said(s.spans[i - 1].start, s.spans[i - 1].end).lower() if beside else ""
    return s.word_before(i) in ONE_OF | {"normal"} or said == "one" or (beside and s.spans[i - 1].is_cue("average"))


def take_who(s: Sentence) -> None:
    """ "who bought the most": customers; "who sold the most": the shop's own people."""
    words = s.words
    asked = any(token.norm == "who" and s.opens_a_question(i) for i, token in enumerate(s.annotation.tokens))
    compared = "or" in words or s.cue_anywhere("more_or_less", "compare", *RANKS)
    if compared and any(item.operator == "in" for item in s.slots.filters):
        return  # "East or West, who brings more profit"
    if not asked or s.slots.groups or not (s.slots.metrics or words & EARNING or s.cue_anywhere(*RANKS)):
        return
    if not s.slots.metrics and not words & (EARNING | SELLING | BUYING) and s.cue_anywhere(*RANKS):
        return  # "who is the worst": of those that were asked about before
    if s.slots.metrics and all(is_of_transactions(s.model, name) for name in s.slots.metrics):
        s.slots.groups.append("counterparty" if s.has_values("counterparty") else "customer")
        return  # "who did we pay the most"
    selling, buying = bool(words & SELLING), bool(words & BUYING)
    selling |= "discounts" in s.slots.metrics and bool(words & GRANTING)
    if selling == buying and s.has_values("salesperson"):
        options = (
            ("customers", _replace_who(s, "which customers")),
            ("salespeople", _replace_who(s, "which salespeople")),
        )
        raise Unclear("Who: customers, or your salespeople?", options)
    s.slots.groups.append("salesperson" if selling and not buying else "customer")


def take_what(s: Sentence) -> None:
    """ "what did Ernst Handel buy most", "what sold best": products, where nothing else is ranked."""
    words = [token.norm for token in s.annotation.tokens]
    if not s.slots.groups and not s.slots.grain_target and _asks_which_shop(words):
        s.slots.groups.append("channel")
        return
    traded = set(words) & (SELLING | BUYING) - {"sale", "sales", "seller", "orders"}
    ranked = s.cue_anywhere(*RANKS)
    if not ranked and _asks_for_the_goods(s, words):
        s.slots.groups.append("product")
        return
    sellers = (s.words_of(i) & _SELLERS for i, span in enumerate(s.spans) if span.is_cue("rank_high", "rank_low"))
    if any(sellers) and not s.slots.groups and "who" not in words and s.has_values("product"):
        s.slots.groups.append("product")  # "our top seller in Spain"
        return
    named = s.slots.groups or s.slots.grain_target or any(item.operator == "in" for item in s.slots.filters)
    if named or not ranked or not s.has_values("product"):
        return
    of_a_range = any(item.dimension in PARTS_OF_A_RANGE and item.operator == "eq" for item in s.slots.filters)
    asked = ("what" in words and traded) or "things" in words
    if asked or (of_a_range and _names_only_units(s)):
        s.slots.of_a_range = not asked
        s.slots.groups.append("product")


def _asks_for_the_goods(s: Sentence, words: list[str]) -> bool:
    """ "what do Germans buy", "what did Ernst Handel order in 1997": goods; but "what did they buy for, in euro"."""
    asked = words[:1] == ["what"] and words[1:2] in (["do"], ["did"], ["does"], ["have"], ["has"])
    bought = {"buy", "bought", "purchase", "purchased"} & set(words)
    figure = s.slots.metrics or s.slots.groups or s.slots.grain_target or s.slots.having or s.says_money()
    goods = any(item.dimension in ("product", *PARTS_OF_A_RANGE) for item in s.slots.filters)
    summed = {"for", "total", "spend", "spent", "worth", "altogether", "all", "much"} & set(words)
    return (
        bool(asked and bought) and not (figure or goods or summed) and bool(s.slots.filters) and s.has_values("product")
    )


def _asks_which_shop(words: list[str]) -> bool:
    """ "which shop sold most", "which of our stores": of several, where elsewhere the whole business may be meant."""
    for at, word in enumerate(words):
        if word in ("shop", "shops", "store", "stores"):
            before = [one for one in words[:at] if one not in DETERMINERS]
            if before[-1:] in (["which"], ["what"]) or before[-2:] == ["which", "of"]:
                return True
    return False


def _names_only_units(s: Sentence) -> bool:
    """ "top 3 from Moreno": no unit of time is ranked either."""
    return not any(span.ids(Meaning.UNIT) or span.kind is SpanKind.GRAIN for span in s.spans)


def _replace_who(s: Sentence, better: str) -> str:
    at = next(token for token in s.annotation.tokens if token.norm == "who")
    return s.annotation.text[: at.start] + better + s.annotation.text[at.end :]
