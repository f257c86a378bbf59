"""Figures that several words name together: pieces that came back, totals with tax, amounts beside pieces, rates."""

from itertools import pairwise

from tools.language.annotation import Meaning, Span
from tools.language.text import listed
from tools.query.sentence import Sentence
from tools.query.slots import DEFAULT_METRIC, Unsupported
from tools.query.vocabulary import COMING_BACK, DEDUCTED, DEDUCTING, INCLUDED, KINDS_OF_CUSTOMERS, MONEY, RATES

_BEING = frozenset(["is", "are", "already", "being", "been", "was", "were", "has", "have", "all"])
_EXCLUDED = frozenset(["off", "excluded", "excl", "deducted", "removed", "aside", "exclusive", "out", "free", "apart"])

_MONEY_SAID = MONEY | {"sales", "turnover", "revenue", "value"}
_CHARGED = frozenset(
    listed(
        "tax vat shipping freight postage delivery carriage including inclusive incl included gross charged invoiced billed net"
    )
)


def take_what_is_left_out_anyway(s: Sentence, roles: dict[int, Meaning | None]) -> None:
    """ "net sales without VAT", "VAT off", "net of tax", "once refunds are off": net sales hold none of these."""
    told = False
    for i, span in enumerate(s.spans):
        metrics = set(span.ids(Meaning.METRIC))
        if {"refunds", "discounts"} & metrics and (_is_deducted(s, span) or _is_deducted_in_passing(s, i)):
            roles[i] = None
            s.slots.used.add(i)
        if not {"tax", "shipping"} & metrics or i in s.slots.used:
            continue
        negations = [j for j in (s.near(i, -1), s.near(i, 1)) if j is not None and s.spans[j].is_cue("negation")]
        words = _without_it(s, span)
        if not negations and not words:
            continue
        roles[i] = None
        s.slots.used |= {i, *negations[:1]}
        s.slots.understood |= words
        told = True
    if told:
        s.slots.notes.append("Tax and shipping are no part of net sales.")


def _without_it(s: Sentence, span: Span) -> set[int]:
    """The places of what says that an amount is without tax: "ex VAT", "net of tax", "VAT off"."""
    tokens = [token.norm for token in s.annotation.tokens]
    before, after = span.start - 1, span.end
    if tokens[before : before + 1] == ["of"] and before and tokens[before - 1] in ("net", "free", "exclusive", "clear"):
        return {before, before - 1}
    if span.start and tokens[before] in ("ex", "excl", "exclusive", "before", "pre", "less"):
        return {before}
    while after < len(tokens) and tokens[after] in _BEING:
        after += 1
    is_asked = any(other.is_cue("how_much", "how_many") and other.end == span.start for other in s.spans)
    excluded = after < len(tokens) and tokens[after] in _EXCLUDED
    return set() if is_asked or not excluded else {after}


def _is_deducted(s: Sentence, span: Span) -> bool:
    tokens = [token.norm for token in s.annotation.tokens]
    return bool(DEDUCTING & set(tokens[: span.start]) and DEDUCTED & set(tokens[span.end :]))


def _is_deducted_in_passing(s: Sentence, i: int) -> bool:
    """ "the five largest orders, discount already taken off": said apart, beside what is asked."""
    span, tokens = s.spans[i], [token.norm for token in s.annotation.tokens]
    after = span.end
    while after < len(tokens) and tokens[after] in _BEING:
        after += 1
    apart = span.start > 0 and tokens[span.start - 1] in (",", "(", ";", "-")
    others = any(j != i and (one.ids(Meaning.METRIC) or one.ids(Meaning.DIMENSION)) for j, one in enumerate(s.spans))
    already = "already" in tokens[span.end : after] or not s.is_plural(span)  # "sales, discounts taken off, refunds"
    said_off = tokens[after : after + 1] in (["deducted"], ["subtracted"], ["off"]) or tokens[after : after + 2] in (["taken", "off"], ["taken", "out"])  # fmt: skip
    return apart and others and already and said_off


def take_ruled_out(s: Sentence, roles: dict[int, Meaning | None]) -> None:
    """ "by profit, not by sales", "by how many we sold, not by £", "by orders rather than by sales": the figure that is not
    meant, beside the one that is."""
    for i, span in enumerate(s.spans):
        cues = [j for j in (i - 1, i - 2) if j >= 0 and s.spans[j].end <= span.start]
        ruling = next((j for j in cues if _rules_out(s, j, span.start)), None)
        if ruling is None or not span.ids(Meaning.METRIC) or not _another_figure(s, i, roles):
            continue
        roles[i] = None
        s.slots.used |= {i, ruling}
    for i, span in enumerate(s.spans):
        behind = [token.norm for token in s.annotation.tokens[span.end :]]
        money = behind[:1] if behind[:1] != ["by"] and behind[:1] != ["in"] else behind[1:2]
        if span.is_cue("negation") and s.is_said(i, "not") and {*money} & _MONEY_SAID and _another_figure(s, i, roles):
            s.slots.used.add(i)
            s.slots.understood |= {at for at in s.annotation.unknown if span.end <= at < span.end + 2}


def _rules_out(s: Sentence, j: int, start: int) -> bool:
    """Whether "not", "not by" or "rather than by" stands right before a figure."""
    said = [token.norm for token in s.annotation.tokens[s.spans[j].start : start]]
    return said in (["not", "by"], ["not", "in"], ["rather", "than", "by"], ["rather", "than", "in"], ["instead", "of", "by"])  # fmt: skip


def _another_figure(s: Sentence, i: int, roles: dict[int, Meaning | None]) -> bool:
    """Whether a figure is named before, be it by a verb of selling behind "how many"."""
    named = any(j < i and roles.get(j) is Meaning.METRIC for j in range(len(s.spans)))
    return named or (s.slots.wants_count and s.is_implied())


def take_returned_pieces(s: Sentence, roles: dict[int, Meaning | None]) -> None:
    """ "returns per supplier in pieces", "from which articles came the most pieces back": units returned."""
    units = next((i for i, span in enumerate(s.spans) if "units" in span.ids(Meaning.METRIC)), None)
    returns = [i for i, span in enumerate(s.spans) if {"refund_count", "refunds"} & set(span.ids(Meaning.METRIC))]
    tokens = [token.norm for token in s.annotation.tokens]
    back = {at for at, word in enumerate(tokens) if word == "back" and at in s.annotation.unknown}
    named_back = "product" in {d for span in s.spans for d in span.ids(Meaning.DIMENSION)}
    if named_back:
        goods = [i for i, span in enumerate(s.spans) if _comes_back(s, span)]
        returns += goods
        if units is None and goods:
            units = next(
                (i for i, span in enumerate(s.spans) if "returned_units" in span.ids(Meaning.METRIC)), goods[0]
            )
    if back and any("refunds" in s.spans[i].ids(Meaning.METRIC) for i in returns):
        s.slots.understood |= back  # "the refund money that went back"
    comes_back = (bool(back) and bool(s.words & COMING_BACK)) or "returned" in s.words
    gone = [i for i, span in enumerate(s.spans) if _comes_back(s, span)]
    if gone and not named_back and any("refunds" in s.spans[i].ids(Meaning.METRIC) for i in returns):
        s.slots.used |= set(gone)  # "what came back, I mean the money we refunded"
        roles.update(dict.fromkeys(gone))
    comes_back |= units is not None and _comes_back(s, s.spans[units])
    if units is None or not (comes_back or (returns and (named_back or s.word_before(units) == "in"))):
        return
    for i in (units, *returns):
        roles[i] = None
        s.slots.used.add(i)
    s.slots.understood |= back
    s.slots.metrics.append("returned_units")


def _comes_back(s: Sentence, span: Span) -> bool:
    """ "came back", said of customers and of goods."""
    return "returning_customers" in span.ids(Meaning.METRIC) and s.annotation.tokens[span.end - 1].norm == "back"


def take_events(s: Sentence, roles: dict[int, Meaning | None]) -> None:
    """ "how many times did we give money back": refunds are counted; "how many customers did we gain": new ones."""
    for i, span in enumerate(s.spans):
        metrics = set(span.ids(Meaning.METRIC))
        others = {metric for j, other in enumerate(s.spans) if j != i for metric in other.ids(Meaning.METRIC)}
        times = "orders" in metrics and s.words_of(i) & {"times", "often"} and others & {"refunds", "refund_count"}
        gained = "profit" in metrics and s.words_of(i) & {"gain", "gained"} and others == {"customers"}
        if times or gained:
            kept = "refund_count" if times else "new_customers"
            known = {"refunds", "refund_count"} if times else {"customers"}
            taken = {i, *(j for j, other in enumerate(s.spans) if known & set(other.ids(Meaning.METRIC)))}
            s.slots.used |= taken
            roles.update(dict.fromkeys(taken))
            s.slots.metrics.append(kept)


def take_stock(s: Sentence, roles: dict[int, Meaning | None]) -> None:
    """ "how many pieces are in stock": the pieces that are there, and none that were sold."""
    if "sold" in s.words or not any("stock_on_hand" in span.ids(Meaning.METRIC) for span in s.spans):
        return
    for i, span in enumerate(s.spans):
        if "units" in span.ids(Meaning.METRIC) and "stock_on_hand" not in span.ids(Meaning.METRIC):
            roles[i] = None
            s.slots.used.add(i)


def take_totals_with_tax(s: Sentence, roles: dict[int, Meaning | None]) -> None:
    """ "the total, VAT and postage included": what was charged in all."""
    both = [i for i, span in enumerate(s.spans) if {"tax", "shipping"} & set(span.ids(Meaning.METRIC))]
    metrics = {metric for i in both for metric in s.spans[i].ids(Meaning.METRIC)}
    if not {"tax", "shipping"} <= metrics or not s.words & INCLUDED:
        return
    others = [i for i, span in enumerate(s.spans) if {"revenue", "total_sales"} & set(span.ids(Meaning.METRIC))]
    s.slots.understood |= {at for at in s.annotation.unknown if s.annotation.tokens[at].norm in INCLUDED}
    for i in (*both, *others):
        roles[i] = None
        s.slots.used.add(i)
    s.slots.metrics.append("total_sales")


def take_bare_totals(s: Sentence) -> None:
    """ "total sales": to a shop's software those with tax and shipping, to most who ask what was sold in all. Both are told
    where one figure is asked for and no word says which is meant."""
    said = any(s.is_said(i, "total sales") for i in range(len(s.spans)))
    reckoned = s.slots.ranking or s.slots.share or s.slots.window or s.slots.having or s.slots.average or s.slots.order
    if said and s.slots.metrics == ["total_sales"] and not reckoned and not s.words & _CHARGED and DEFAULT_METRIC in s.model.metrics:  # fmt: skip
        s.slots.metrics.append(DEFAULT_METRIC)
        s.slots.notes.append("Total sales are with tax and shipping, net sales without.")


def _refuse_parts_of_orders(s: Sentence) -> None:
    """ "what % of our orders had a refund": the refund rate is a part of the sales, and no part of the orders."""
    for span, other in pairwise(s.spans):
        counted = span.is_cue("share") and {"orders", "customers"} & set(other.ids(Meaning.METRIC))
        if (
            counted
            and {"refunds", "refund_count", "refund_rate", "discounts"} & set(s.slots.metrics)
            and s.words & {"had", "with", "have", "got"}
        ):
            raise Unsupported("I cannot tell yet in how many orders something was given back or taken off.")


def take_kinds_of_customers(s: Sentence) -> None:
    """ "new and returning customers": both, though the first word stands alone."""
    words = {
        "new": "new_customers",
        "returning": "returning_customers",
        "repeat": "returning_customers",
        "existing": "returning_customers",
    }
    tokens = [token.norm for token in s.annotation.tokens]
    for at in s.annotation.unknown:
        joined = tokens[at + 1 : at + 2] in (["and"], ["vs"], ["versus"], ["or"], ["/"], ["+"], ["&"])
        kind = words.get(tokens[at]) if joined else None
        if kind and any(
            KINDS_OF_CUSTOMERS & set(span.ids(Meaning.METRIC)) and span.start == at + 2 for span in s.spans
        ):
            s.slots.metrics.insert(0, kind)
            s.slots.understood.add(at)


def take_money(s: Sentence) -> None:
    """ "in dollars and in pieces", "number of pieces and euros" ask for both; "and in money?" for sales where another
    figure was asked before; "how much has she bought, and in how many orders" for sales too."""
    tokens = [token.norm for token in s.annotation.tokens]
    counted = not any(s.model.metrics[metric].unit == "money" for metric in s.slots.metrics)
    amounts = {i for span in s.spans if span.number for i in range(span.start, span.end)}
    said = [
        i
        for i, word in enumerate(tokens)
        if word in MONEY and i not in amounts and tokens[i - 1 : i] not in (["of"], ["not"])
    ]
    if not counted or (s.slots.metrics and s.slots.metrics[0] not in ("units", "orders", "customers")):
        return
    if not s.slots.metrics and s.slots.wants_sum and s.slots.wants_count and s.says("for", "how", "much"):
        s.slots.metrics += ["units", DEFAULT_METRIC]  # "mirrors: how many, and for how much"
    elif not s.slots.metrics:
        s.slots.in_money = bool(said) and not s.slots.wants_count
    elif any(_is_joined(tokens, i) for i in said) or (s.slots.wants_sum and s.slots.wants_count):
        s.slots.metrics.insert(0, DEFAULT_METRIC)


def _is_joined(tokens: list[str], at: int) -> bool:
    """Whether the word at `at` is one of two that are listed: "pieces and euros", "in dollars and in pieces"."""
    before = [word for word in tokens[:at] if word not in ("in", "the", "number", "of")][-1:]
    after = tokens[at + 1 : at + 2]
    return before in (["and"], ["+"], ["&"]) or after in (["and"], ["+"], ["&"])


def take_rates(s: Sentence) -> None:
    """ "discounts in percent": the rate, since nobody asks what part of all discounts a discount is; and "what do we make
    on tables, as a percentage of sales"."""
    _refuse_parts_of_orders(s)
    of_sales = any(
        span.is_cue("share")
        and other.start - span.end <= 1
        and set(other.ids(Meaning.METRIC)) & {"revenue", "gross_sales"}
        for span, other in pairwise(s.spans)
    )
    if of_sales and s.slots.metrics == ["revenue"] and s.words & {"make", "earn", "keep"} and s.says("do", "we"):
        s.slots.metrics, s.slots.share = ["profit_margin"], False
        return
    cues = (span for span in s.spans if span.is_cue("share"))
    said = [s.annotation.read(cue.start, cue.end) for cue in cues]
    spread = {"spread", "split", "distributed", "distribution", "divided", "breakdown", "falls"} & s.words
    bare = (
        bool(said)
        and not spread
        and set(said) <= {"%", "in %", "in percent", "in per cent", "percent", "per cent", "pct"}
    )
    if bare and len(s.slots.metrics) == 1 and s.slots.metrics[0] in RATES:
        s.slots.metrics = [RATES[s.slots.metrics[0]]]
        s.slots.share = False
