"""Questions in German, French and Spanish become the query they mean (tests/query/readings/de.jsonl, fr.jsonl, es.jsonl),
and questions in English are taken for no other language."""

from functools import cache

import pytest

from tests.query.test_readings import Reader, check, conversations, named, reader_of
from tools.language.dictionary import Dictionary
from tools.query.draft import Context
from tools.query.foreign.asking import Asked, Languages
from tools.query.foreign.lexicon import LANGUAGES, tongue
from tools.query.lexicon import build_lexicon
from tools.query.planner import Plan
from tools.query.slots import Unclear, Unsupported
from tools.semantics.loader import load_semantics


class ForeignReader(Reader):
    """Plans the questions of the demo shop in whatever language they are."""

    def __init__(self) -> None:
        super().__init__("demo")
        self.model = load_semantics()
        self.lexicon = build_lexicon(self.model)
        self.languages = Languages(self.lexicon, {code: Dictionary(code) for code in LANGUAGES})

    def language(self, question: str, previous: Context | None = None) -> str | None:
        return self.languages.of(question, self._values, previous.language if previous is not None else None)

    def asked(self, question: str, previous: Context | None = None) -> Plan:
        """Raises Unclear and Unsupported."""
        language, planner = self.language(question, previous), self._reader.planner
        if language is None:
            return planner.plan(question, self.days, self._values, previous)
        asked = Asked(question, self.model, self.lexicon, self.days, self._values, previous)
        return self.languages.plan(language, asked, planner)

    def read(self, question: str, previous: Context | None) -> tuple[Plan, ...]:
        try:
            return (self.asked(question, previous),)
        except (Unclear, Unsupported):
            return ()


@cache
def reader() -> ForeignReader:
    return ForeignReader()


@pytest.mark.parametrize("conversation", list(conversations("de")), ids=named)
def test_german_is_understood(conversation: list[dict[str, str]]) -> None:
    check(reader(), conversation)


@pytest.mark.parametrize("conversation", list(conversations("fr")), ids=named)
def test_french_is_understood(conversation: list[dict[str, str]]) -> None:
    check(reader(), conversation)


@pytest.mark.parametrize("conversation", list(conversations("es")), ids=named)
def test_spanish_is_understood(conversation: list[dict[str, str]]) -> None:
    check(reader(), conversation)


@pytest.mark.parametrize("shop", ["demo", "northwind"])
def test_no_english_question_is_taken_for_another_language(shop: str) -> None:
    values = reader_of(shop)._values  # pyright: ignore[reportPrivateUsage] — names must not sway it
    asked = [turn["ask"] for conversation in conversations(shop) for turn in conversation]
    assert [question for question in asked if reader().languages.of(question, values) is not None] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_question_tells_its_language(language: str) -> None:
    for conversation in conversations(language):
        for turn in (turn for turn in conversation if turn["read"] != "ask_back"):
            before = language if "after" in turn else None
            assert reader().languages.of(turn["ask"], reader()._values, before) == language, turn["ask"]  # pyright: ignore[reportPrivateUsage]


def test_a_conversation_may_change_its_language() -> None:
    first = reader().asked("Umsatz nach Land 2025")
    second = reader().asked("and in 2026?", first.context)
    third = reader().asked("¿y para Alemania?", second.context)
    assert [plan.language for plan in (first, second, third)] == ["de", None, "es"]
    assert third.query.filters[0].values == ("Germany",)
    assert third.query.time is not None
    assert third.query.time.start is not None
    assert third.query.time.start.year == 2026


def test_a_follow_up_that_tells_no_language_keeps_that_of_the_conversation() -> None:
    first = reader().asked("Combien de commandes en mars 2026 ?")
    assert reader().asked("2025?", first.context).language == "fr"


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("Umsatz mit „Candle Gift Set“ 2025", {"Candle Gift Set"}),
        ("ventes de « Cake Stand » en 2025", {"Cake Stand"}),
        ("Umsatz von Lumière du Sud", {"Lumière du Sud"}),
        ("ventas de Moreno Hermanos en 2025", {"Moreno Hermanos"}),
        ("CA d'An Peeters", {"An Peeters"}),
    ],
)
def test_names_are_kept_as_they_are(question: str, names: set[str]) -> None:
    plan = reader().asked(question)
    assert {str(value) for held in plan.query.filters for value in held.values} == names


@pytest.mark.parametrize(
    "question",
    [
        "Umsatz mit roten Kerzen",
        "Umsatz der Filiale Atlantis",
        "ventes aux clients mécontents",
        "ventas a clientes enfadados",
        "Umsatz ohne irgendwas",
        "Umsatz mit Neukunden",
        "ventas con descuentos en 2025",
        "CA des clients qui ont acheté un mercredi pluvieux",
        "Kunden mit mehr als 1000",
    ],
)
def test_what_is_half_understood_is_asked_back_and_never_answered(question: str) -> None:
    with pytest.raises((Unclear, Unsupported)):
        reader().asked(question)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_label_reads_back_as_what_it_is_the_label_of(language: str) -> None:
    from tools.query.foreign.speech import speech

    said, words = speech(language), tongue(language)
    assert words.code == language
    for metric, label in said.metrics.items():
        plan = reader().asked(f"{label} 2025", Context(query=reader().asked("revenue").query, language=language))
        assert metric in plan.query.metrics, label
