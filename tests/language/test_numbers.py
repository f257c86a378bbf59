"""Numbers as people write and say them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.language.numbers import NumberSpan, find_numbers, number_at
from tools.language.text import tokenize


def read(text: str, currency: str | None = None) -> list[NumberSpan]:
    return find_numbers(tokenize(text), currency)


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("5", "5", None),
        ("1,000", "1000", None),
        ("1,000.50", "1000.50", None),
        ("1.000,50", "1000.50", None),
        ("1.000.000", "1000000", None),
        ("12,34,567", "1234567", None),
        ("1'000.5", "1000.5", None),
        ("1\u00a0000,5", "1000.5", None),
        ("1,5", "1.5", None),
        ("0.25", "0.25", None),
        ("2018", "2018", None),
        ("٢٥", "25", None),
        ("-5", "-5", None),
        ("−5", "-5", None),
        ("minus five", "-5", None),
        ("1.5k", "1500", None),
        ("3K", "3000", None),
        ("2m", "2000000", None),
        ("2 million", "2000000", None),
        ("1.2 billion", "1200000000", None),
        ("3 hundred", "300", None),
        ("5 hundred thousand", "500000", None),
        ("10 lakh", "1000000", None),
        ("5 grand", "5000", None),
        ("two dozen", "24", None),
        ("3 dozen", "36", None),
        ("a dozen", "12", None),
        ("half a dozen", "6", None),
        ("half dozen", "6", None),
        ("a hundred", "100", None),
        ("half a million", "500000", None),
        ("a couple of", "2", None),
        ("five", "5", None),
        ("zero", "0", None),
        ("twelve", "12", None),
        ("twenty-five", "25", None),
        ("twenty five", "25", None),
        ("two hundred and five", "205", None),
        ("one thousand two hundred", "1200", None),
        ("two hundred and five thousand", "205000", None),
        ("three million four hundred thousand", "3400000", None),
        ("eighteen hundred", "1800", None),
        ("10%", "10", "%"),
        ("10 %", "10", "%"),
        ("12.5 percent", "12.5", "%"),
        ("ten per cent", "10", "%"),
        ("-3%", "-3", "%"),
        ("£100", "100", "GBP"),
        ("€1.5m", "1500000", "EUR"),
        ("100€", "100", "EUR"),
        ("100 EUR", "100", "EUR"),
        ("EUR 100", "100", "EUR"),
        ("100 euros", "100", "EUR"),
        ("$50", "50", "USD"),
        ("-$50", "-50", "USD"),
        ("$-50", "-50", "USD"),
        ("US$50", "50", "USD"),
        ("A$50", "50", "AUD"),
        ("50 bucks", "50", "USD"),
        ("20 quid", "20", "GBP"),
        ("200 kr", "200", "SEK"),
        ("¥500", "500", "JPY"),
        ("₹1,00,000", "100000", "INR"),
        ("five dollars", "5", "USD"),
        ("2 million euros", "2000000", "EUR"),
        ("10 usd", "10", "USD"),
    ],
)
def test_values_and_units(text: str, value: str, unit: str | None) -> None:
    tokens = tokenize(text)
    [span] = find_numbers(tokens)
    assert (span.value, span.unit, span.ordinal) == (Decimal(value), unit, False)
    assert span.tokens == range(len(tokens))


@pytest.mark.parametrize(
    ("text", "place"),
    [("first", 1), ("third", 3), ("3rd", 3), ("21st", 21), ("twenty-first", 21), ("twelfth", 12), ("the 4th order", 4)],
)
def test_ordinals(text: str, place: int) -> None:
    [span] = read(text)
    assert (span.value, span.ordinal) == (Decimal(place), True)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("between 5 and 10", [5, 10]),
        ("10-20", [10, 20]),
        ("one two three", [1, 2, 3]),
        ("twenty eighteen", [20, 18]),
        ("2017,2018", [2017, 2018]),
        ("5 $10", [5, 10]),
        ("two and a half", [2]),
        ("5 and five", [5, 5]),
    ],
)
def test_numbers_side_by_side_stay_apart(text: str, values: list[int]) -> None:
    assert [span.value for span in read(text)] == values


@pytest.mark.parametrize(
    "text", ["this one", "which one is it", "one of them", "2018-03-01", "85123A", '"100"', "a few", "no number", ""]
)
def test_what_is_no_number(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "own", "unit"),
    [
        ("$5", "CAD", "CAD"),
        ("$5", "EUR", "USD"),
        ("5 dollars", "AUD", "AUD"),
        ("10 kr", "NOK", "NOK"),
        ("5 pounds", "EGP", "EGP"),
    ],
)
def test_a_shared_sign_means_the_readers_own_currency(text: str, own: str, unit: str) -> None:
    assert [span.unit for span in read(text, own)] == [unit]


def test_a_code_that_is_a_word_counts_in_capitals_only() -> None:
    assert [span.unit for span in read("5 TRY")] == ["TRY"]
    assert [span.unit for span in read("5 try")] == [None]


def test_a_point_before_three_digits_may_part_thousands() -> None:
    [span] = read("1.250")
    assert (span.value, span.alternatives) == (Decimal("1.250"), (Decimal(1250),))


def test_a_number_with_thousands_of_digits_stays_exact() -> None:
    digits = "9" * 5000
    assert [span.value for span in read(digits)] == [Decimal(digits)]


def test_looking_beyond_the_ends_finds_nothing() -> None:
    tokens = tokenize("5")
    assert number_at(tokens, -1) is None
    assert number_at(tokens, 1) is None


@given(st.decimals(min_value=0, max_value=10**12, places=2, allow_nan=False, allow_infinity=False))
def test_an_amount_with_separators_reads_back(amount: Decimal) -> None:
    assert [span.value for span in read(f"{amount:,.2f} EUR")] == [amount]


WORDS = st.lists(
    st.sampled_from(
        [
            "five",
            "twenty",
            "hundred",
            "and",
            "thousand",
            "million",
            "a",
            "half",
            "dozen",
            "3",
            "1,000",
            "%",
            "$",
            "k",
            "eur",
            "-",
            "minus",
            "one",
            "first",
        ]
    )
)


@given(WORDS)
def test_any_row_of_number_words_is_read_without_overlap(words: list[str]) -> None:
    end = 0
    for span in read(" ".join(words)):
        assert end <= span.tokens.start < span.tokens.stop
        assert span.value.is_finite()
        end = span.tokens.stop
