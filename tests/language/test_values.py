"""An index of values names what a look at every value names, whatever is typed."""

import random
import string
from collections.abc import Callable, Iterator

import pytest

from tests.language.full_scan import FullScan
from tools.language.packs import Held, pack
from tools.language.shelf import Shelf
from tools.language.text import spelt, tokenize
from tools.language.values import Value, ValueIndex

SYLLABLES = ("ba", "ker", "lo", "mi", "rä", "to", "shi", "ven", "d'or", "al", "s", "and", "ø", "12", "7", "x-1")
ENDINGS = ("", "", "", " Ltd", " & Sons", " GmbH", "s", " Bakery", " (old)", " 12kg")
DIMENSIONS = ("product", "customer", "city", "channel")
ALIASES = {"uk": "bakery", "new york": "lo", "big apple": "new york", "loja": "mi", "shiva": "uk"}


@pytest.fixture(params=range(25))
def draw(request: pytest.FixtureRequest) -> random.Random:
    return random.Random(request.param)


def test_an_index_links_as_a_look_at_every_value_does(draw: random.Random) -> None:
    values = {dimension: _names(draw, draw.choice((0, 3, 60, 300))) for dimension in DIMENSIONS}
    found, expected = ValueIndex(values, ALIASES), FullScan(values, ALIASES)
    _assert_same(draw, found, expected, values)


def test_what_was_added_and_taken_away_counts_as_if_it_had_always_been_so(draw: random.Random) -> None:
    held: dict[Held, int] = {}
    shelf = Shelf()
    for _ in range(draw.randrange(2, 12)):
        changes: dict[Held, int] = {}
        for dimension in DIMENSIONS:
            for text in _names(draw, draw.choice((0, 1, 40))):
                changes[dimension, text] = draw.randrange(1, 3)
        for value in draw.sample(sorted(held), len(held) // draw.choice((2, 3, 9))):
            changes[value] = -draw.choice((1, held[value]))
        for value, change in changes.items():
            held[value] = held.get(value, 0) + change
        held = {value: times for value, times in held.items() if times > 0}
        shelf = shelf.changed(changes)
    values = {name: {text for dimension, text in held if dimension == name} for name in DIMENSIONS}
    found = ValueIndex({}, ALIASES, shelf.packs, DIMENSIONS)
    assert len(found) == sum(1 for _, text in held if tokenize(text))
    _assert_same(draw, found, FullScan(values, ALIASES), values)


def test_many_small_changes_leave_few_packs_to_look_through() -> None:
    shelf = Shelf().changed({("customer", f"Customer {n}"): 1 for n in range(2_000)})
    for n in range(300):
        shelf = shelf.changed({("customer", f"Newcomer {n}"): 1, ("customer", f"Customer {n}"): -1})
    assert len(shelf.packs) <= 6
    assert sum(len(part) - part.gone for part in shelf.packs) == 2_000
    assert ValueIndex({}, {}, shelf.packs).whole(tokenize("Customer 299"), set()) == []


def test_what_a_question_began_with_stays_while_values_change() -> None:
    before = Shelf().changed({("customer", "Anna Berg"): 1})
    after = before.changed({("customer", "Anna Berg"): -1, ("customer", "Bert Tal"): 1})
    assert ValueIndex({}, {}, before.packs).part(("berg",)) == (Value("customer", "Anna Berg"),)
    assert ValueIndex({}, {}, after.packs).part(("berg",)) == ()
    assert ValueIndex({}, {}, after.packs).part(("tal",)) == (Value("customer", "Bert Tal"),)


def test_the_first_of_many_parts_are_the_first_by_dimension_and_text() -> None:
    index = ValueIndex({"product": ["Oak C", "Oak A"], "customer": ["Oak Z"], "city": ["Oak"]})
    assert [value.text for value in index.part(("oak",), most=3)] == ["Oak", "Oak Z", "Oak A"]
    assert [value.text for value in index.part(("oak",), dimension="product")] == ["Oak A", "Oak C"]


def test_a_pack_of_names_takes_some_hundred_bytes_each() -> None:
    draw = random.Random(1)
    names = {f"{_word(draw)} {_word(draw)}" for _ in range(50_000)}
    assert pack({"customer": dict.fromkeys(names, 1)}).nbytes < 150 * len(names)


@pytest.mark.parametrize(
    "text", ["Anna Berg", "Menu 3 for 12", "tops 10", "ca 3 10", "Sales 2024 12", "a", "Q 4 The Shoes"]
)
def test_a_plain_name_has_the_words_of_its_tokens(text: str) -> None:
    tokens = tokenize(text)
    assert spelt(text, 64) == (tuple(token.norm for token in tokens), tuple(token.lemma for token in tokens))


def _assert_same(draw: random.Random, found: ValueIndex, expected: FullScan, values: dict[str, set[str]]) -> None:
    for dimension in DIMENSIONS:
        assert found.has(dimension) == bool(values[dimension])
        assert found.of(dimension) == tuple(sorted(values[dimension]))
        assert found.count(dimension) == sum(1 for text in values[dimension] if tokenize(text))
    for typed in _typed(draw, [text for texts in values.values() for text in sorted(texts)]):
        tokens = tokenize(typed)
        lemmas = tuple(token.lemma for token in tokens)
        assert found.whole(tokens, set()) == expected.whole(tokens)
        assert found.part(lemmas) == expected.part(lemmas) if lemmas else True
        assert found.near(lemmas) == expected.near(lemmas)
        if len(typed) > 2 and typed == typed.strip():
            assert found.holding(typed, "product") == expected.holding(typed, "product")
        for token in tokens:
            assert found.knows(token.lemma) == expected.knows(token.lemma)
            assert found.mend(token.norm) == expected.mend(token.norm)
            assert set(found.words_near(token.norm, 2)) == expected.words_near(token.norm, 2)


def _typed(draw: random.Random, names: list[str]) -> Iterator[str]:
    """Names and parts of them with slips, in sentences too."""
    slips: tuple[Callable[[str, int], str], ...] = (
        lambda text, at: text[:at] + text[at + 1 :],
        lambda text, at: text[:at] + draw.choice(string.ascii_lowercase + " é9") + text[at:],
        lambda text, at: text[:at] + draw.choice(string.ascii_lowercase) + text[at + 1 :],
        lambda text, at: text[:at] + text[at : at + 2][::-1] + text[at + 2 :],
    )
    yield from ("uk", "new york", "big apple", "shivaa", "lojja", "12", "the quick brown fox")
    for _ in range(60 if names else 0):
        text = draw.choice(names)
        for _ in range(draw.choice((0, 1, 1, 2, 3))):
            text = draw.choice(slips)(text, draw.randrange(len(text) + 1))
        words = text.split()
        yield draw.choice((text, text.lower(), " ".join(words[:2]), f"sales of {text} last year", f'"{text}"'))


def _names(draw: random.Random, count: int) -> set[str]:
    return {
        f"{_word(draw)} {_word(draw)}{draw.choice(ENDINGS)}" if draw.random() < 0.8 else _word(draw)
        for _ in range(count)
    }


def _word(draw: random.Random) -> str:
    return "".join(draw.choice(SYLLABLES) for _ in range(draw.choice((1, 2, 2, 3)))).capitalize()
