"""Tokens: pieces of the text as it was typed, and forms that can be compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.language.text import Token, TokenKind, normalize, tokenize


def norms(text: str) -> list[str]:
    return [token.norm for token in tokenize(text)]


def only(text: str) -> Token:
    [token] = tokenize(text)
    return token


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Top 5 products?", ["top", "5", "products", "?"]),
        ("Germany's revenue", ["germany", "revenue"]),
        ("Germany’s revenue", ["germany", "revenue"]),
        ("customers' orders", ["customers", "orders"]),
        ("what's up", ["what", "up"]),
        ("I don't know", ["i", "don't", "know"]),
        ("O'Brien", ["o'brien"]),
        ("l'année dernière", ["l", "annee", "derniere"]),
        ("aujourd'hui", ["aujourd'hui"]),
        ("Straße in Łódź und Århus", ["strasse", "in", "lodz", "und", "arhus"]),
        ("ＦＵＬＬ　ｗｉｄｔｈ ２０１８", ["full", "width", "2018"]),
        ("٢٠١٨", ["2018"]),
        ("cafe\u0301", ["cafe"]),
        ("year-on-year", ["year", "on", "year"]),
        ("net_sales", ["net", "sales"]),
        ("April–June", ["april", "june"]),
        ("April – June", ["april", "-", "june"]),
        ("1,000.50 and 1.000,50", ["1,000.50", "and", "1.000,50"]),
        ("2017,2018", ["2017", ",", "2018"]),
        ("12,34,567", ["12,34,567"]),
        ("10%", ["10", "%"]),
        ("£100/€5", ["£", "100", "/", "€", "5"]),
        ("1.5k 30days 20EUR", ["1.5", "k", "30", "days", "20", "eur"]),
        ("85123A", ["85123a"]),
        ("1.2.3", ["1.2.3"]),
        ("3rd 21st", ["3rd", "21st"]),
        ("2024-03-01", ["2024-03-01"]),
        ("3/15/2018", ["3/15/2018"]),
        ("15.03.2018.", ["15.03.2018", "."]),
        ("03/2018", ["03/2018"]),
        ("Mar '18", ["mar", "'18"]),
        ("24/7", ["24", "/", "7"]),
        ('"Blue  Mug" sales', ["blue mug", "sales"]),
        ("“Blue Mug” 'red mug' «vert»", ["blue mug", "red mug", "vert"]),
        ('5" nails', ["5", '"', "nails"]),
        ("a\x00b\u200bc", ["a", "b", "c"]),
        ("", []),
        (" \t\n", []),
    ],
)
def test_norms(text: str, expected: list[str]) -> None:
    assert norms(text) == expected


@pytest.mark.parametrize(
    ("plural", "singular"),
    [
        ("products", "product"),
        ("cities", "city"),
        ("categories", "category"),
        ("countries", "country"),
        ("boxes", "box"),
        ("dresses", "dress"),
        ("watches", "watch"),
        ("brushes", "brush"),
        ("purchases", "purchase"),
        ("houses", "house"),
        ("sizes", "size"),
        ("potatoes", "potato"),
        ("shoes", "shoe"),
        ("refunds", "refund"),
        ("discounts", "discount"),
        ("returns", "return"),
        ("people", "person"),
        ("women", "woman"),
        ("shelves", "shelf"),
        ("bonuses", "bonus"),
        ("buses", "bus"),
        ("cookies", "cookie"),
        ("ties", "tie"),
        ("Customers'", "customer"),
        ("months", "month"),
        ("halves", "half"),
    ],
)
def test_an_english_plural_has_its_singular_as_lemma(plural: str, singular: str) -> None:
    assert only(plural).lemma == singular


@pytest.mark.parametrize(
    "word",
    [
        "sales",
        "status",
        "bus",
        "gas",
        "series",
        "news",
        "analysis",
        "business",
        "address",
        "plus",
        "is",
        "was",
        "christmas",
        "texas",
        "yes",
        "this",
        "paris",
        "canvas",
        "us",
        "as",
    ],
)
def test_a_word_that_only_looks_like_a_plural_keeps_its_form(word: str) -> None:
    assert only(word).lemma == word


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("revenue", TokenKind.WORD),
        ("q1", TokenKind.WORD),
        ("85123A", TokenKind.WORD),
        ("1,000.50", TokenKind.NUMBER),
        ("3rd", TokenKind.ORDINAL),
        ("2018-03-01T10:00:00Z", TokenKind.DATE),
        ("2018-W12", TokenKind.DATE),
        ("'18", TokenKind.DATE),
        ('"two words"', TokenKind.QUOTED),
        ("€", TokenKind.SYMBOL),
    ],
)
def test_kinds(text: str, kind: TokenKind) -> None:
    assert only(text).kind is kind


def test_a_joint_ties_a_token_to_the_one_before_it() -> None:
    assert [token.hyphenated for token in tokenize("t-shirt 10-20 - five")] == [False, True, False, True, False, False]


def test_a_long_quotation_is_read_as_words() -> None:
    assert len(tokenize('"' + "word " * 100 + '"')) == 102


def test_names_compare_without_a_tokenizer() -> None:
    assert normalize("ÅRHUS Café") == "arhus cafe"


LANGUAGE = st.text(alphabet=st.sampled_from("ab9é ,.-–'’\"“”/%£_\x00\u0301１\u200b"), max_size=60)


@given(st.one_of(st.text(), LANGUAGE))
def test_tokens_slice_the_original_in_order(text: str) -> None:
    end = 0
    for token in tokenize(text):
        assert end <= token.start < token.end
        assert token.text == text[token.start : token.end]
        end = token.end


@given(st.one_of(st.text(), LANGUAGE))
def test_nothing_but_space_controls_and_joints_is_lost(text: str) -> None:
    covered = {place for token in tokenize(text) for place in range(token.start, token.end)}
    assert not [c for place, c in enumerate(text) if place not in covered and c.isalnum()]


@pytest.mark.parametrize("part", ['"', "'", " '", "“ ", "a_", "_", "1,111", "1.1", "a-", "l'", "\x00", "é", "5 "])
def test_ten_thousand_characters_are_read(part: str) -> None:
    text = (part * 10_000)[:10_000]
    assert all(token.text == text[token.start : token.end] for token in tokenize(text))
