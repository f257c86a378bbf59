"""Words of trade in other tongues inside an English sentence, read from `trade_words.yaml`: "fatturato last month"."""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from tools.kit.yaml_text import parse_yaml

_FILE = Path(__file__).with_name("trade_words.yaml")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def in_trade_english(text: str, holds: Callable[[int, int], bool]) -> str:
    """`text` with these words in English; the same where it has none. `holds(start, end)` tells that what stands there names
    something in the data, which is never rewritten. Linear in the length of the text."""
    known, longest = _words()
    found = list(_WORD.finditer(text))
    at, changes = 0, list[tuple[int, int, str]]()
    while at < len(found):
        for length in range(min(longest, len(found) - at), 0, -1):
            start, end = found[at].start(), found[at + length - 1].end()
            better = known.get(_plain(text[start:end]))
            if better is not None and not holds(start, end):
                changes.append((start, end, better))
                at += length
                break
        else:
            at += 1
    for start, end, better in reversed(changes):
        text = text[:start] + better + text[end:]
    return text


def _plain(form: str) -> str:
    return " ".join(form.casefold().replace("’", "'").split())


@cache
def _words() -> tuple[dict[str, str], int]:
    """English by form, and of how many words the longest form is."""
    data = parse_yaml(_FILE.read_text(encoding="utf-8"))
    known = {form: english for english, forms in data.items() if english != "version" for form in forms}
    return known, max(len(_WORD.findall(form)) for form in known)
