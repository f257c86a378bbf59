"""Slips of the pen that hands make cost less than others."""

from math import inf

import pytest

from tools.language.slips import cost


@pytest.mark.parametrize(
    ("meant", "likelier", "less_likely"),
    [
        ("sales", "slaes", "sales"[::-1]),
        ("profit", "proift", "prxfit"),
        ("profit", "prodit", "promit"),  # the key beside
        ("seattle", "seatle", "settle"),
        ("margin", "mrgn", "mrxgn"),  # typed without vowels
        ("don't", "dont", "donst"),
        ("ordered", "orderd", "oderd"),
        ("tables", "tabels", "tablex"),
        ("sales", "sakes", "wales"),  # the first letter is looked at
    ],
)
def test_what_hands_do_is_likelier(meant: str, likelier: str, less_likely: str) -> None:
    assert cost(likelier, meant) < cost(less_likely, meant)


@pytest.mark.parametrize(("typed", "meant"), [("lamp", "sales"), ("ot", "customer"), ("units", "orders")])
def test_words_that_have_little_in_common_are_no_slips_of_each_other(typed: str, meant: str) -> None:
    assert cost(typed, meant) == inf
