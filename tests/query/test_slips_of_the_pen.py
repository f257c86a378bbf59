"""A mistyped word is read as the one that was clearly meant; else it stays, to be asked about."""

import pytest

from tests.language.practice_words import counted
from tests.query.conftest import TODAY, VALUES, PlanIt
from tools.language.annotator import Annotator
from tools.language.dictionary import Dictionary
from tools.language.periods import Calendar
from tools.language.question_words import question_words
from tools.language.values import ValueIndex
from tools.query.aliases import value_aliases
from tools.query.lexicon import build_lexicon
from tools.query.slots import Unclear, Unsupported
from tools.semantics.loader import load_semantics

MODEL = load_semantics()
ANNOTATOR = Annotator(build_lexicon(MODEL), Calendar(country="DE"), Dictionary())
SHOP = VALUES | {
    "category": [*VALUES["category"], "Chairs", "Candles", "Helmets"],
    "state": [*VALUES["state"], "Massachusetts"],
    "customer": [*VALUES["customer"], "Casa Lima", "Hanna Tenn"],
}
INDEX = ValueIndex(SHOP, value_aliases(SHOP))


def understood(question: str) -> str:
    annotation = ANNOTATOR.annotate(question, today=TODAY, values=INDEX)
    return annotation.read(0, len(annotation.tokens))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("seles from january until today", "sales from january until today"),
        ("avrage ordr valeu by qarter", "average order value by quarter"),
        ("hwo many chiars in Massachusets lsat yaer", "how many chairs in massachusetts last year"),
        ("hwo many oders yestreday", "how many orders yesterday"),
        ("how many did we gt", "how many did we get"),
        ("orders lst month", "orders last month"),
        ("revenue in th Wset by qaurter", "revenue in the wset by quarter"),
        ("sohw me helmts sold pre month this eyar", "show me helmets sold per month this year"),
        ("quik question: sales of candels", "quick question : sales of candles"),
        ("revenue of Casu Lima", "revenue of casa lima"),
        ("wkly sales since fbruary", "weekly sales since february"),
        ("thsi week agianst lsat week", "this week against last week"),
    ],
)
def test_slips_of_all_kinds_are_read_as_what_was_meant(typed: str, meant: str) -> None:
    assert understood(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("fright by shiper april", "freight by shipper april"),
        ("sipping income 2025", "shipping income 2025"),
        ("sales per moth 2025", "sales per month 2025"),
    ],
)
def test_a_real_word_without_meaning_here_is_mended_where_another_clearly_fits(typed: str, meant: str) -> None:
    assert understood(typed) == meant


@pytest.mark.parametrize(
    "question",
    [
        "sales by canels",  # channels, or candles
        "sails for Berlin this quarter",  # may be goods that are not sold here
        "how many lambs did we sell",
        "units of mooncakes in 2025",
        "tanks sold in march",
        "our NPS this month",
        "the CAC for september",
        "what is our Zomato rating",
        "orders not in Tenn",  # a customer's name, though a rare word
    ],
)
def test_what_may_be_meant_as_it_stands_is_left(question: str) -> None:
    annotation = ANNOTATOR.annotate(question, today=TODAY, values=INDEX)
    assert not annotation.mended
    assert understood(question) == " ".join(token.text.lower() for token in annotation.tokens)


@pytest.mark.parametrize("question", ["sales by canels in 2025", "how many lambs did we sell in 2025"])
def test_what_is_left_is_asked_back(plan_it: PlanIt, question: str) -> None:
    with pytest.raises((Unclear, Unsupported)):
        plan_it(question)


def test_a_name_and_a_real_word_that_were_mended_are_told(plan_it: PlanIt) -> None:
    assert plan_it("seles in Germny 2025").corrections == (("Germny", "Germany"),)
    assert plan_it("sales per moth 2025").corrections == (("moth", "month"),)


def test_the_counts_are_those_of_the_practice_questions() -> None:
    shipped, (words, pairs) = question_words(), counted()
    common = {word for word, count in words.items() if count >= 2}
    assert len(common & shipped.words.keys()) > 0.9 * len(common)
    assert sum(words[word] >= count for word, count in shipped.words.items()) > 0.95 * len(shipped.words)
    assert sum(pairs[pair] >= count for pair, count in shipped.pairs.items()) > 0.95 * len(shipped.pairs)
