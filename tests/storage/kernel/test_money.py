"""Money is exact, and rounded only when shown."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.kernel.money import Money, from_micros, minor_digits, round_micros, to_micros

MICROS = st.integers(min_value=-(2**63) + 1, max_value=2**63 - 1)
CURRENCIES = st.sampled_from(["EUR", "USD", "JPY", "KWD", "CLF", "XXX"])


@given(MICROS)
def test_micros_survive_the_way_there_and_back(micros: int) -> None:
    assert to_micros(from_micros(micros)) == micros
    assert to_micros(str(from_micros(micros))) == micros


@given(MICROS, MICROS)
def test_addition_is_exact(left: int, right: int) -> None:
    assert from_micros(left) + from_micros(right) == from_micros(left + right)


@given(MICROS, CURRENCIES)
def test_what_is_shown_is_within_half_a_minor_unit(micros: int, currency: str) -> None:
    shown = round_micros(micros, currency)
    assert abs(shown - from_micros(micros)) <= Decimal(5).scaleb(-minor_digits(currency) - 1)
    assert -shown.as_tuple().exponent == minor_digits(currency)


@given(MICROS, CURRENCIES)
def test_money_takes_what_it_shows(micros: int, currency: str) -> None:
    money = Money.of(micros, currency)
    assert Money.model_validate_json(money.model_dump_json()) == money
    assert Decimal(money.amount) == round_micros(micros, currency)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=9, min_value=-(10**9), max_value=10**9))
def test_more_decimals_than_six_are_rounded_half_even(value: Decimal) -> None:
    assert abs(from_micros(to_micros(value)) - value) <= Decimal("0.0000005")


@pytest.mark.parametrize(
    ("value", "micros"),
    [("0.0000005", 0), ("0.0000015", 2), ("-0.0000025", -2), ("1234.5", 1_234_500_000), (7, 7_000_000), ("1e3", 10**9)],
)
def test_known_values(value: str | int, micros: int) -> None:
    assert to_micros(value) == micros


@pytest.mark.parametrize("value", ["", "abc", "NaN", "Infinity", "1e19", "9223372036854.775808", "1e999999999", "1,5"])
def test_what_is_no_amount_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match=r"not a|too large"):
        to_micros(value)


@pytest.mark.parametrize(("currency", "shown"), [("JPY", "1235"), ("EUR", "1234.57"), ("KWD", "1234.568")])
def test_each_currency_has_its_own_decimals(currency: str, shown: str) -> None:
    assert Money.of(to_micros("1234.5678"), currency).amount == shown
