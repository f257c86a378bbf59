"""English of a region, of a hurried thumb or of a learner, in standard words; and names, which nothing is made of."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.language.standard import in_standard_english
from tools.language.values import ValueIndex

NAMES = ValueIndex(
    {
        "product": [
            "Jack O Lantern",
            "Wee Mug",
            "Deflect-o Chair Mat",
            "Fold 'N Roll Cart",
            "Pet Bed",
            "Big Deflector",
        ],
        "category": ["Phones", "Pet"],
        "customer": ["Folk och fä HB", "Ken Da Silva"],
        "state": ["WI", "Oregon"],
    }
)


def said(text: str) -> str:
    return in_standard_english(text, NAMES)


@pytest.mark.parametrize(
    ("typed", "standard"),
    [
        ("sales o Phones fae 2017", "sales of Phones from 2017"),
        ("sales o' Phones", "sales of Phones"),
        ("hoo mony customers hae bought", "how many customers have bought"),
        ("whit's oor profit", "what's our profit"),
        ("gie me the maist recent orders", "give me the most recent orders"),
        ("gie's the sales", "give us the sales"),
        ("we didnae sell ony", "we didn't sell any"),
        ("how much have we gien away", "how much have we given away"),
        ("nowt but owt", "nothing but anything"),
        ("och aye, sales by month", "sales by month"),
        ("what are we sellin' most", "what are we selling most"),
        ("orders w/o tax", "orders without tax"),
        ("orders w/tax", "orders with tax"),
        ("customers w/ orders", "customers with orders"),
        ("smth abt orders cuz i wanna know", "something about orders because i want to know"),
        ("qty of mugs approx.", "quantity of mugs approximately."),
        ("#orders in May", "number of orders in May"),
        ("no. of orders", "number of orders"),
        ("sales from 1st May till date", "sales from 1st May to date"),
        ("last to last month sales", "the month before last sales"),
        ("what all products we sold", "which products we sold"),
        ("sales of 5 lacs or 2cr", "sales of 5 lakh or 2 crore"),
        ("oga, how much we sell o?", "how much we sell?"),
        ("sales of May lah", "sales of May"),
        ("sales Friday past", "sales last Friday"),
        ("how many tickets in May", "how many orders in May"),
        ("bills over 50", "orders over 50"),
        ("how much did we sell, mate?", "how much did we sell?"),
        ("sales in May, for my records.", "sales in May."),
        ("by the way, how was May", "how was May"),
        ("refunds by channel this yer", "refunds by channel this year"),
        ("what are yer sales", "what are your sales"),
    ],
)
def test_a_form_is_said_in_standard_words(typed: str, standard: str) -> None:
    assert said(typed) == standard


@pytest.mark.parametrize(
    "text",
    [
        "sales of Jack O Lantern",  # a name, whole
        "jack o lanterns sold",  # its words, beside each other
        "deflect o mats",
        "fold n roll sold",
        "wee mug sales",
        "sales of a muckle deflect",  # there are things that are called big
        "how many wee ones",  # so short a name is known by one of its words
        "sales in WI",  # a code in capitals
        "R & D sales",
        'sales of "wi fi"',  # between quotation marks
        "ken's orders",
        "orders at 5 o'clock",
        "sales in June, pet",  # a category is no form of address here
        "the lamps that people love",
        "total receipts in May",  # may be money as well
        "sales by month",
    ],
)
def test_names_and_what_is_not_listed_stay_as_typed(text: str) -> None:
    assert said(text) == text


def test_a_name_is_not_meant_by_the_words_around_it_too() -> None:
    """The Mondays of a shop are no Whit Monday."""
    days = ValueIndex({"weekday": ["Monday", "Tuesday"]})
    assert in_standard_english("sales on whit monday", days) == "sales on pentecost monday"
    assert in_standard_english("sales of monday", days) == "sales of monday"


def test_a_word_that_only_a_longer_name_holds_is_no_name() -> None:
    assert said("och, sales by month") == "sales by month"
    assert said("folk och fä sales") == "folk och fä sales"


def test_a_word_that_the_tenant_uses_stays() -> None:
    assert in_standard_english("sha by month", NAMES, lambda word: word == "sha") == "sha by month"


@given(st.text(max_size=80))
def test_what_was_said_is_never_lost(text: str) -> None:
    standard = said(text)
    assert any(c.isalnum() for c in standard) or not any(c.isalnum() for c in text)
