"""What else is asked of single orders: "who ordered them", "with the client and the date". Their day and their customer
are shown anyway (tools/query/single_orders.py)."""

from tools.language.annotation import Meaning
from tools.query.sentence import Sentence
from tools.query.single_orders import ORDER
from tools.query.slots import DEFAULT_METRIC

_WORTH = "sold_net_of_discount"
_CUSTOMER = "customer"


def take_details_of_orders(s: Sentence) -> None:
    """After the terms are read: neither how many customers an order has, nor a ranking of days, is what is asked."""
    slots = s.slots
    if ORDER not in slots.groups or _CUSTOMER in slots.each:
        return
    asked = any(s.is_counted(i) for i, span in enumerate(s.spans) if "customers" in span.ids(Meaning.METRIC))
    if not asked and "customers" in slots.metrics:
        slots.metrics.remove("customers")
    if _CUSTOMER in slots.groups and s.has_values(_CUSTOMER):
        slots.groups.remove(_CUSTOMER)
    if slots.grain_target == "day":
        slots.grain_target = None


def take_worth_of_orders(s: Sentence) -> None:
    """ "orders over 1,000": what they came to when they were placed, as everywhere where an order has a value; what was
    given back for it later makes it no smaller order. Once all conditions are read."""
    named = any(DEFAULT_METRIC in span.ids(Meaning.METRIC) for span in s.spans)
    if s.slots.groups != [ORDER] or named or _WORTH not in s.model.metrics:
        return
    bounded = any(one.metric == DEFAULT_METRIC for one in s.slots.having)
    s.slots.having[:] = [
        one.model_copy(update={"metric": _WORTH}) if one.metric == DEFAULT_METRIC else one for one in s.slots.having
    ]
    if bounded:  # what the bound is on is shown
        s.slots.metrics[:] = [_WORTH if one == DEFAULT_METRIC else one for one in s.slots.metrics]
