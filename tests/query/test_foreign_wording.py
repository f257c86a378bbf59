"""Answers, questions back and refusals come in the language of the question, as a whole or not at all."""

from storage.database import Database
from storage.kernel.actor import Actor
from tests.metrics.shop import Shop
from tests.query.asking import ask
from tools.query.service import QueryService

ENGLISH = ("Net sales", " by ", "in all", "compared", "highest", "What do you mean", "You can ask", "There is")


SAID = (
    ("Wie hoch war der Umsatz im Januar 2026?", ("Nettoumsatz, Januar 2026:", "€")),
    ("Umsatz im Januar 2026 gegenüber Dezember 2025", ("Nettoumsatz, Januar 2026:", "gegenüber", "Dezember 2025")),
    ("Umsatz nach Land im Januar 2026", ("Nettoumsatz nach Land, Januar 2026:", "Germany")),
    ("Top 2 Produkte nach Umsatz", ("Nettoumsatz nach Produkt", "Product")),
    ("Welcher Kunde hat am meisten ausgegeben?", ("höchster Wert: Customer",)),
    ("Wie viele Kunden haben mehr als 3 Bestellungen?", ("Anzahl Kunden (Bestellungen > 3)",)),
    ("Umsatz pro Monat", ("Nettoumsatz nach Monat", "höchster Wert", "insgesamt")),
    ("Durchschnittlicher Umsatz pro Monat", ("im Durchschnitt", "pro Monat")),
    ("Anteil von Frankreich am Umsatz", ("France", "% von Nettoumsatz")),
    ("Umsatz ohne Frankreich seit 1. Februar 2026", ("Nettoumsatz ohne France, 1. Februar 2026 –",)),
    ("Bestellungen im Jahr 2019", ("Die Daten reichen von", "Für 2019 liegt nichts vor")),
    ("Gewinn im Januar 2026", ("Rohgewinn, Januar 2026:", "Die Kosten sind für")),
    ("Umsatz Atlantis", ("Atlantis", "anders sagen")),
    ("Warum ist der Umsatz gesunken?", ("noch nicht, warum", "Gefragt werden kann nach")),
    ("Wie viel werden wir nächsten Monat verkaufen?", ("Prognosen",)),
    ("Quel était le chiffre d'affaires en janvier 2026 ?", ("Chiffre d'affaires net, janvier 2026 :", "€")),
    ("CA de janvier 2026 par rapport à décembre 2025", ("par rapport à", "décembre 2025")),
    ("Ventes par pays", ("Chiffre d'affaires net par pays", "Germany")),
    ("Les 2 meilleurs produits", ("Chiffre d'affaires net par produit", "Aucun chiffre n'était nommé")),
    ("Combien de clients ont plus de 3 commandes ?", ("Nombre de clients (Commandes > 3)",)),
    ("Pourquoi les ventes ont baissé ?", ("pas encore pourquoi", "Vous pouvez demander")),
    ("¿Cuánto vendimos en enero de 2026?", ("Ventas netas, enero de 2026:", "€")),
    ("Ventas de enero de 2026 frente a diciembre de 2025", ("frente a", "diciembre de 2025")),
    ("Ventas por país", ("Ventas netas por país", "Germany")),
    ("¿Qué producto se vendió más?", ("valor más alto: Product",)),
    ("¿Cuántos pedidos hubo en 2019?", ("Los datos van del", "No hay nada para: 2019")),
    ("¿Por qué bajaron las ventas?", ("todavía no por qué", "Puede preguntar")),
)


async def test_it_is_said_in_the_language_of_the_question(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    for question, says in SAID:
        answer = (await ask(database, actor, service, question)).answer.replace("\u00a0", " ").replace("\u202f", " ")
        assert all(part in answer for part in says), (question, answer)
        assert not any(word in answer for word in ENGLISH), (question, answer)


async def test_figures_are_those_of_the_english_question(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    english = await ask(database, actor, service, "net sales by country in January 2026")
    for question in ("Umsatz nach Land im Januar 2026", "ventes par pays en janvier 2026", "ventas por país en enero de 2026"):  # fmt: skip
        answer = await ask(database, actor, service, question)
        assert (answer.rows, answer.sql) == (english.rows, english.sql)


OPEN = (
    "durchschnittlicher Umsatz im Januar 2026",
    "Wie viele Produkte haben wir im Januar 2026 verkauft?",
    "CA moyen en janvier 2026",
    "ventas medias en enero de 2026",
    "¿Cuántos productos vendimos en enero de 2026?",
)


async def test_each_choice_of_a_question_back_can_be_asked(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    for question in OPEN:
        asked = await ask(database, actor, service, question)
        assert asked.status == "needs_clarification"
        assert asked.clarification is not None
        assert asked.clarification.options
        for option in asked.clarification.options:
            answer = await ask(database, actor, service, option.question)
            assert answer.status == "answered", option.question
            assert answer.interpretation is not None
            assert answer.interpretation.time is not None
            assert str(answer.interpretation.time.from_) == "2026-01-01"
            assert not any(word in answer.answer for word in ENGLISH), answer.answer


async def test_what_a_language_has_no_words_for_is_said_in_english_as_a_whole(
    database: Database, actor: Actor, service: QueryService, shop: Shop
) -> None:
    answer = await ask(database, actor, service, "Umsatz Mitte März und Ende Mai gegenüber Anfang Juni")
    assert answer.status != "answered"
    assert not ("Umsatz" in answer.answer and "You can ask" in answer.answer)
