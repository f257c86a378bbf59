"""Words of trade in other tongues inside an English sentence."""

import pytest

from tools.language.trade_words import in_trade_english


def holds_nothing(_start: int, _end: int) -> bool:
    return False


@pytest.mark.parametrize(
    ("said", "english"),
    [
        ("fatturato last month", "sales last month"),
        ("how many pedidos in marzo", "how many orders in March"),
        ("Chiffre d’affaires 2025 by month", "sales 2025 by month"),
        ("UMSATZ in Berlin", "sales in Berlin"),
        ("ticket médio this year", "average order value this year"),
        ("zamówienia per tydzień", "orders per week"),
        ("the umsatzsteuerfreie ones", "the umsatzsteuerfreie ones"),
        ("sales in May", "sales in May"),
    ],
)
def test_a_word_of_trade_is_put_into_english(said: str, english: str) -> None:
    assert in_trade_english(said, holds_nothing) == english


def test_what_the_data_names_so_stays() -> None:
    text = "sales of Fatturato"
    assert in_trade_english(text, lambda start, end: text[start:end] == "Fatturato") == text
