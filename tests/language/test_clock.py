"""Which stretch of the day people mean; what only looks like a time of day is none."""

import pytest

from tools.language.clock import find_clocks
from tools.language.text import tokenize


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("orders before noon", 0, 12), ("until 11:30", 0, 11.5), ("before 8 a.m.", 0, 8), ("by midday", 0, 12),
        ("orders after 8pm", 20, 24), ("from 18:30 on", 18.5, 24), ("after 20:00 uhr", 20, 24),
        ("between 6 and 9 pm", 18, 21), ("between 6pm and 9pm", 18, 21), ("from 9 to 5pm", 9, 17), ("6-9pm", 18, 21),
        ("between 10 and 2 pm", 10, 14), ("between 11 am and 1 pm", 11, 13), ("between 8 and 10am", 8, 10),
        ("18:00-21:30", 18, 21.5), ("18h30 to 20h", 18.5, 20), ("between 2 and 3 o'clock", 2, 3), ("10pm to 2am", 22, 2),
        ("from midnight to 6am", 0, 6), ("at 10am", 10, 11), ("at lunchtime", 12, 14), ("lunch time sales", 12, 14),
    ],
)  # fmt: skip
def test_words_mean_a_stretch_of_the_day(words: str, start: float, end: float) -> None:
    assert [(clock.start / 60, clock.end / 60) for clock in find_clocks(tokenize(words))] == [(start, end)]


@pytest.mark.parametrize(
    "words",
    [
        "between 9 and 12 orders", "top 5 products", "at 10 products", "after 8 orders", "from 2 to 5 pieces",
        "sales at 25:00", "9:99", "orders over 10", "before easter", "6.30 to 8", "the 12 am products",
    ],
)  # fmt: skip
def test_what_only_looks_like_a_time_of_day_is_none(words: str) -> None:
    assert find_clocks(tokenize(words)) == []
