"""Texts from outside, made harmless for stores, terminals and pages."""

import pytest

from storage.kernel.text import legible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Rösthaus ☕ 👩‍🍳 Юлия, £5", "Rösthaus ☕ 👩‍🍳 Юлия, £5"),
        ("a\0b\x1b[2Jc\x7fd\x9b31m", "a\ufffdb\ufffd[2Jc\ufffdd\ufffd31m"),
        ("half \ud83d of \ude00", "half \ufffd of \ufffd"),
        ("two\nlines\r\n\tand a tab", "two lines   and a tab"),
    ],
)
def test_what_is_no_character_is_marked_and_all_else_stays(text: str, shown: str) -> None:
    assert legible(text) == shown


def test_lines_may_stay() -> None:
    assert legible("two\nlines\0", lines=True) == "two\nlines\ufffd"
