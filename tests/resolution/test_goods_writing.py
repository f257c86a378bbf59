"""How shops write what tells goods apart, and what they write that says nothing."""

from typing import Any

import pytest

from tools.resolution.goods import find_goods
from tools.resolution.goods_features import Good, are_one_item, gtin


def good(id_: str, title: str, source: str = "", **told: Any) -> Good:
    return Good(id_, id_, id_, source or id_, title, **told)


def are_one(one: Good, other: Good) -> bool:
    return bool(find_goods([one, other], {}).goods)


SHOE: dict[str, Any] = {"brand": "Falkner", "price_micros": 85_000_000, "currency": "EUR"}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ridge brake pad left", "Ridge brake pad links"),
        ("Ridge brake pad LH", "Ridge brake pad L"),
        ("Ridge sandal red EU 40", "Ridge sandal red UK 6.5"),
        ("Ridge sandal red EU 42", "Ridge sandal red 42"),
        ("Ridge tyre 27.5 x 2.25", "Ridge tyre 27.5x2.25"),
        ("Ridge hex bolt M4 box of 100", "Ridge hex bolt M4 1 x 100"),
        ("Ridge hex bolt zinc 20 box of 100", "Ridge hex bolt zinc 20 100 pcs"),
        ("Ridge cordless drill refurbished", "Ridge cordless drill B-Ware"),
        ("Ridge walking boot red", "NEW! Ridge walking boot red - SALE"),
        ("Ridge walking boot red", "Ridge walking boot red (special offer) | free shipping"),
        ("Ridge walking boot red", "Ridge walkingboot red"),
        ("Ridge dog lead red", "Ridge dogs lead red"),
        ("Ridge vacuum cleaner red", "Ridge Staubsauger rot"),
        ("Ridge hiking boots blue", "Ridge Wanderstiefel blau"),
        ("Ridge protein flavoured biscuit", "Ridge protein flavored cookie"),
        ("Ridge espresso roast 1/2 kg", "Ridge espresso roast 500 g"),
        ("Ridge espresso roast ½ kg", "Ridge espresso roast 0.5 kg"),
        ("Ridge garden hose 1 1/2 in", "Ridge garden hose 38 mm"),
        ("Ridge denim jeans 34/32", "Ridge denim jeans W34 L32"),
        ("Ridge old vine riesling 2021", "Ridge old vine riesling 21"),
    ],
)
def test_one_thing_in_two_ways_of_writing_is_one(one: str, other: str) -> None:
    assert are_one(good("a", one, **SHOE), good("b", other, **SHOE))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ridge brake pad left", "Ridge brake pad right"),
        ("Ridge brake pad left", "Ridge brake pad pair"),
        ("Ridge sandal red EU 40", "Ridge sandal red UK 8"),
        ("Ridge tyre 27.5 x 2.25", "Ridge tyre 26 x 2.25"),
        ("Ridge cordless drill", "Ridge cordless drill refurbished"),
        ("Ridge tea No. 12 x3", "Ridge tea No. 12 x6"),
        ("Ridge espresso roast 1/2 kg", "Ridge espresso roast 2 kg"),
        ("Ridge denim jeans 34/32", "Ridge denim jeans 32/34"),
        ("Ridge old vine riesling 2021", "Ridge old vine riesling 22"),
        ("Ridge claw hammer", "Ridge claw hammer bundle"),
    ],
)
def test_two_things_that_are_called_nearly_alike_are_two(one: str, other: str) -> None:
    assert not are_one(good("a", one, **SHOE), good("b", other, **SHOE))


def test_an_sku_within_a_title_is_that_of_the_good() -> None:
    told = good("a", "[FRIDGEWA/00123] Bergschuh rot")
    assert are_one(told, good("b", "Bergschuh rot", sku="FRIDGEWA-00123"))
    assert not are_one(told, good("b", "Bergschuh rot", sku="FRIDGEWA-00124"))


def test_what_a_channel_puts_behind_an_sku_and_zeros_in_it_make_no_other_good() -> None:
    for other in ("RIDGEWA/00123-FBA", "RIDGEWA/123", "B2B-RIDGEWA/00123"):
        assert are_one(good("a", "Walking boot red", sku="RIDGEWA/00123"), good("b", "Walking boot red", sku=other))


def test_a_book_has_one_number_of_ten_digits_and_of_thirteen() -> None:
    assert gtin("0-306-40615-2") == gtin("9780306406157") == "09780306406157"
    assert gtin("043942089X") == gtin("9780439420891")
    assert not gtin("0306406153")


def test_a_carton_bears_the_number_of_what_it_holds() -> None:
    assert are_one_item(gtin("5012345678900"), gtin("15012345678907"))
    assert not are_one_item(gtin("5012345678900"), gtin("5012345678917"))


@pytest.mark.parametrize("source", ["", "shop"])
def test_a_good_that_was_entered_twice_is_one(source: str) -> None:
    twice: dict[str, Any] = {"sku": "RIDGE-0123", **SHOE}
    found = find_goods([Good(id_, id_, id_, source, "Walking boot red", **twice) for id_ in "ab"], {})
    assert found.goods
    assert found.products


@pytest.mark.parametrize(
    "other",
    [{"sku": "RIDGE-0124"}, {"gtin": "4006381333931"}, {"brand": "Other"}, {"title": "Walking boot blue"}, {"title": "Walking boot red 2 pack"}],
)  # fmt: skip
def test_a_shop_lists_what_it_tells_apart(other: dict[str, Any]) -> None:
    """Of a good in another shop nobody could say so."""
    told: dict[str, Any] = {"title": "Walking boot red", "sku": "RIDGE-0123", **SHOE, "gtin": "4006381333948"}
    found = find_goods([Good("a", "a", "a", "shop", **told), Good("b", "b", "b", "shop", **{**told, **other})], {})
    assert not found.goods


OTHERS = [good(f"o{at}", f"Kettle model{at} steel", f"s{at}", sku=f"KET-{at:05}-X") for at in range(400)]
"""Goods beside which what the tests are about is rare."""


def found(*goods: Good) -> list[list[str]]:
    return [sorted(ids) for ids in find_goods([*goods, *OTHERS], {}).goods]


def test_what_only_one_says_to_be_used_is_another_good_also_where_its_number_is_that_of_the_new_one_and_more() -> None:
    new = good("a", "Ridge drill bit set", sku="RID-DRI-500P", **SHOE)
    assert found(new, good("b", "Ridge drill bit set open box", sku="RID-DRI-500P-B", **SHOE)) == []
    assert found(new, good("b", "Ridge drill bit set", sku="RID-DRI-500P-WEB", **SHOE)) == [["a", "b"]]


def test_a_word_of_the_title_within_a_number_is_the_goods_and_not_a_sources_own() -> None:
    fjord = good("a", "Fjord coffee pods 50 pack", sku="FJO-COF-50PA")
    assert found(fjord, good("b", "Coffee pods 50 pack", sku="COF-COF-50PA")) == []
    assert found(fjord, good("b", "Fjord coffee pods 50 pack", sku="COF-50PA")) == [["a", "b"]]


def test_a_title_that_several_goods_of_one_source_bear_does_not_make_two_of_other_sources_one() -> None:
    told: dict[str, Any] = {"currency": "EUR"}
    shop = [
        good("s1", "Play tent pirate navy", "shop", brand="Ridge", price_micros=30_000_000, sku="RG-10001", **told),
        good("s2", "Play tent pirate navy", "shop", brand="Ridge", price_micros=55_000_000, sku="RG-20002", **told),
    ]
    till = good("t", "Play tent pirate navy", "till", price_micros=32_000_000, **told)
    assert found(*shop, till) == []
    assert found(shop[0], till) == [["s1", "t"]]


def test_a_title_that_is_a_number_says_nothing_against_the_good_that_bears_it() -> None:
    named = good("a", "Ridge oolong tea tin 1 kg", sku="TEA-OOLO-1KG-2", **SHOE)
    assert are_one(named, good("b", "TEA-OOLO-1KG-2", price_micros=85_000_000, currency="EUR"))


def test_a_plain_number_that_two_sources_give_to_a_thing_of_one_name_tells_that_it_is_one() -> None:
    shop = good("a", "Rain jacket trail white", "shop", sku="1355")
    assert found(shop, good("b", "Rain jacket trail", "till", sku="1355")) == [["a", "b"]]
    assert found(shop, good("b", "Rain jacket trail", "till", sku="1356")) == []


def test_a_shops_own_name_for_a_brand_contradicts_no_makers() -> None:
    makers = ("Kestrel", "Strada", "Meyer", "Lumen")
    shop = [
        good(f"s{at}", f"Chelsea boot {at}0", "shop", brand="Hill Store", sku=f"HS-1000{at}")
        for at in range(len(makers))
    ]
    books = [
        good(f"b{at}", f"Chelsea boot {at}0", "books", brand=one, sku=f"HS-1000{at}") for at, one in enumerate(makers)
    ]
    assert sorted(found(*shop, *books)) == [[f"b{at}", f"s{at}"] for at in range(len(makers))]
    assert found(shop[0], books[0]) == []
