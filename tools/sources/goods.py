"""What so many pieces of something come to: which column says how many, and which at what price each."""

from collections.abc import Mapping, Sequence

from tools.language.text import listed
from tools.sources.naming import plural

_PRICES, _EACH = frozenset(listed("price cost rate")), frozenset(listed("unit each item piece sale sell selling"))
_PIECES = frozenset(["quantity", "units", "pieces", "pcs", "copies"])
_ORDERED = frozenset(listed("ordered sold delivered bought shipped used quantity number of"))


def goods_among(columns: Mapping[tuple[str, ...], bool]) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """(how many, price of each) of columns by their words and whether they are money; None where not just one of each may
    be meant."""
    prices = [words for words, is_money in columns.items() if is_money and _is_of_one(words)]
    if len(prices) > 1:
        prices = [words for words in prices if len(words) > 1 and {*words} & {"unit", "each", "per"}]
    if len(prices) != 1:
        return None
    pieces = [words for words, is_money in columns.items() if not is_money and _is_number_of(words, prices[0])]
    return (pieces[0], prices[0]) if len(pieces) == 1 else None


def _is_of_one(words: Sequence[str]) -> bool:
    """ "unit price", "price per jar", "price"."""
    if "per" in words[1:-1]:
        return words[0] in _PRICES
    return (words[-1] in _PRICES and {*words[:-1]} <= _EACH) or (words[-1] == "each" and words[0] in _PRICES)


def _is_number_of(words: Sequence[str], price: Sequence[str]) -> bool:
    """ "quantity", "units sold", and "jars" beside a price per jar."""
    counted = plural(price[-1]) if "per" in price[1:-1] else ""
    rest = [word for word in words if word not in _ORDERED]
    return (not rest and "quantity" in words) or (len(rest) == 1 and (rest[0] in _PIECES or rest[0] == counted))
