"""Requests, corrections and changes, said in the few forms that the reader knows; and what becomes of them."""

from datetime import date

import pytest

from tests.query.test_readings import reader_of
from tools.query.manners import corrected_within, in_plain_manners
from tools.query.planner import Plan
from tools.query.questions import context_of


@pytest.mark.parametrize(
    ("asked", "plain"),
    [
        ("Kindly furnish the sales by month", "show the sales by month"),
        ("please state the units sold", "show the units sold"),
        ("state sales in 2025", "state sales in 2025"),  # by state
        ("please share the sales of May", "show the sales of May"),
        ("share of tea in May", "share of tea in May"),
        ("Identify the best month", "show the best month"),
        ("could you please work out how many orders we had", "how many orders we had"),
        ("I'd love to see the top 5 products", "show the top 5 products"),
        ("Please advise how many orders we had", "how many orders we had"),
        ("Of the May sales, kindly state the percentage of tea", "Of the May sales, the percentage of tea"),
        ("Kindly count the orders in May", "how many orders in May"),
        ("sales by month are required.", "sales by month."),
        ("customers with no orders whatsoever in May", "customers with no orders in May"),
        ("bought tea and not even once coffee", "bought tea and never coffee"),
        ("sales at all branches", "sales at all branches"),
        ("it is how many orders in May", "how many orders in May"),
    ],
)
def test_a_request_is_asked_in_one_word(asked: str, plain: str) -> None:
    assert in_plain_manners(asked) == plain


def test_a_verb_that_is_a_name_of_the_data_asks_for_nothing() -> None:
    assert in_plain_manners("Display sales in May", is_name=lambda start, _end: start == 0) == "Display sales in May"


@pytest.mark.parametrize(
    ("asked", "plain"),
    [
        ("oh wait no i meant march", "make it march"),
        ("Sorry, wrong month, March it must be.", "make it March"),
        ("oops wrong state, should have been oregon", "make it oregon"),
        ("my bad, 2025", "make it 2025"),
        ("scratch that, make it the web shop", "make it the web shop"),
        ("sorry, how many units", "no, how many units"),
        ("not April, March", "March instead of April"),
        ("March, not April", "March instead of April"),
        ("Rather than the value, give the units of each reason", "the units of each reason instead of the value"),
        ("Restrict it to the Webshop.", "only the Webshop"),
        ("could you narrow it down to March", "only March"),
        ("same again for May", "same for May"),
        ("Please provide the equivalent for October 2025.", "same for October 2025"),
        ("And in the October before that one?", "And in October 2025?"),
        ("and the March after that", "and March 2027"),
        ("sorry to ask again, but how many orders did we have in May", "no, to ask again, but how many orders did we have in May"),
    ],
)  # fmt: skip
def test_a_correction_or_a_change_is_said_as_one(asked: str, plain: str) -> None:
    follows = asked != "sorry to ask again, but how many orders did we have in May"
    if follows:
        assert in_plain_manners(asked, follows=True, after=date(2026, 10, 1)) == plain
    else:
        assert in_plain_manners(asked, follows=True) == asked


@pytest.mark.parametrize("asked", ["restrict it to May", "my bad, 2025", "March, not April", "same again for May"])
def test_without_a_question_before_it_nothing_is_changed(asked: str) -> None:
    assert in_plain_manners(asked) == asked


@pytest.mark.parametrize(
    ("asked", "said", "meant"),
    [
        ("sales in April, no wait, March", "sales in April", "make it March"),
        ("sales in April sorry I meant March", "sales in April", "make it March"),
        ("top 5 products? Sorry, bottom 5", "top 5 products", "make it bottom 5"),
        ("sales in April, or rather in March", "sales in April", "make it in March"),
        ("sales by month, scratch that, by week", "sales by month", "make it by week"),
    ],
)
def test_a_sentence_may_take_back_a_part_of_itself(asked: str, said: str, meant: str) -> None:
    corrected = corrected_within(asked)
    assert corrected is not None
    assert (corrected.said, corrected.meant) == (said, meant)


def test_what_is_meant_in_other_words_takes_nothing_back() -> None:
    assert corrected_within("how many new customers in 1996, I mean their first order was then") is None
    assert corrected_within("Did May do better than June? In sales, I mean, my partner swears it did.") is None


def shape(*turns: str) -> dict[str, object]:
    """The last turn's query over the wholesaler's data."""
    reader, previous = reader_of("northwind"), None
    plans: tuple[Plan, ...] = ()
    for turn in turns:
        plans = reader.read(turn, previous)
        assert plans, turn
        previous = context_of(plans)
    query = next(iter(plans)).query
    time = query.time
    return {
        "metrics": query.metrics,
        "by": query.dimensions,
        "where": {item.dimension: item.values for item in query.filters},
        "from": time and time.start,
        "to": time and time.end,
    }


CHAI = "units of Chai sold in March 1998"


@pytest.mark.parametrize(
    "turn",
    ["Germany alone, how many of those?", "Germany only: how many?", "how many of those in Germany", "Restrict it to Germany."],
)  # fmt: skip
def test_one_of_them_alone_keeps_the_thing_and_the_period(turn: str) -> None:
    query = shape(CHAI, turn)
    assert query["where"] == {"product": ("Chai",), "country": ("Germany",)}
    assert (query["metrics"], query["from"]) == (("units",), date(1998, 3, 1))


@pytest.mark.parametrize("turn", ["how much was that in money", "they came to how much"])
def test_what_points_back_is_of_the_question_before(turn: str) -> None:
    query = shape(CHAI, turn)
    assert query["where"] == {"product": ("Chai",)}
    assert (query["metrics"], query["from"]) == (("revenue",), date(1998, 3, 1))


@pytest.mark.parametrize(
    "turn", ["Germany, how many of those?", "how many orders is that in 1997", "they came to how much"]
)
def test_what_points_back_is_no_question_of_its_own(turn: str) -> None:
    assert not reader_of("northwind").read(turn, None)


def test_the_same_month_before_that_is_a_year_earlier() -> None:
    assert shape("sales in April 1998", "and in the April before that?")["from"] == date(1997, 4, 1)


def test_a_part_that_is_taken_back_is_not_added() -> None:
    query = shape("sales in march 1998 sorry i meant april 1998")
    assert (query["from"], query["to"]) == (date(1998, 4, 1), date(1998, 5, 1))
    assert shape("sales in Germany, no, France in 1998")["where"] == {"country": ("France",)}


def test_what_was_left_out_counts_again_and_what_is_dropped_counts_no_more() -> None:
    without = "sales in 1997 excluding Germany"
    assert shape(without, "sorry, including Germany")["where"] == {}
    assert shape("sales in Germany in 1997", "and including Austria")["where"] == {"country": ("Germany", "Austria")}
    assert shape(without, "drop France")["where"] == {"country": ("Germany", "France")}


@pytest.mark.parametrize(
    "question",
    ["sales per country incl. Germany in 1997", "sales for each country, Germany also, in 1997", "sales by country in 1997, Germany included"],
)  # fmt: skip
def test_one_of_the_rows_that_is_named_along_narrows_nothing(question: str) -> None:
    query = shape(question)
    assert (query["by"], query["where"]) == (("country",), {})


@pytest.mark.parametrize(
    "question",
    [
        "whit's our profit for 1997 once we've paid the producers",
        "profit in 1997, i.e. net of ingredient cost",
        "Discounting what the goods cost to us, how much of profit remained in 1997?",
    ],
)
def test_what_profit_is_anyway_is_not_asked_for_beside_it(question: str) -> None:
    assert shape(question)["metrics"] == ("profit",)


def test_the_size_of_a_thing_is_not_that_of_the_order() -> None:
    assert not reader_of("northwind").read("units of Chai by size in 1997", None)
    assert shape("orders by size in 1997")["by"] == ("order_size",)


def test_a_month_and_two_digits_are_no_number_of_pieces() -> None:
    query = shape("feb 98 units sold of Chai")
    assert (query["metrics"], query["from"], query["to"]) == (("units",), date(1998, 2, 1), date(1998, 3, 1))
