"""German names of tables and columns in English: "Auftragsdatum" is an order date. The words of businesses only, and none
that is an English word as well."""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from tools.language.text import listed, normalize
from tools.language.values import ValueIndex

_WORDS = {
    "kunde": "customer", "kunden": "customer", "kundin": "customer", "auftrag": "order", "auftraege": "order", "auftrage": "order",
    "bestellung": "order", "bestellungen": "order", "rechnung": "invoice", "rechnungen": "invoice", "lieferung": "delivery",
    "lieferungen": "delivery", "lieferant": "supplier", "lieferanten": "supplier", "artikel": "article", "produkt": "product",
    "produkte": "product", "ware": "goods", "waren": "goods", "warengruppe": "product group", "teil": "part", "teile": "part",
    "mitarbeiter": "employee", "mitarbeiterin": "employee", "angestellte": "employee", "verkaeufer": "salesperson", "verkaufer": "salesperson",
    "abteilung": "department", "abteilungen": "department", "filiale": "branch", "filialen": "branch", "standort": "location",
    "standorte": "location", "fahrzeug": "vehicle", "fahrzeuge": "vehicle", "fahrer": "driver",
    "patienten": "patient", "arzt": "doctor", "aerzte": "doctor", "termin": "appointment", "termine": "appointment",
    "behandlung": "treatment", "behandlungen": "treatment", "zimmer": "room", "gast": "guest", "gaeste": "guest", "buchung": "booking",
    "buchungen": "booking", "reservierung": "reservation", "reservierungen": "reservation", "mitglied": "member", "mitglieder": "member",
    "beitrag": "contribution", "spende": "donation", "spenden": "donation", "spender": "donor", "verein": "club", "kurs": "course",
    "kurse": "course", "schueler": "pupil", "schuler": "pupil", "lehrer": "teacher", "klasse": "class", "vertrag": "contract",
    "vertraege": "contract", "zahlung": "payment", "zahlungen": "payment", "zahlungsart": "payment method",
    "positionen": "line", "kategorie": "category", "kategorien": "category", "gruppe": "group", "marke": "brand", "hersteller": "manufacturer",
    "modell": "model", "farbe": "color", "groesse": "size", "grosse": "size", "gewicht": "weight", "menge": "quantity", "anzahl": "quantity",
    "stueck": "units", "preis": "price", "einzelpreis": "unit price", "stueckpreis": "unit price", "betrag": "amount",
    "summe": "total", "gesamt": "total", "gesamtbetrag": "total amount", "gesamtsumme": "total amount", "netto": "net", "brutto": "gross",
    "nettobetrag": "net amount", "bruttobetrag": "gross amount", "umsatz": "revenue", "gewinn": "profit", "kosten": "cost", "gebuehr": "fee",
    "rabatt": "discount", "mwst": "vat", "steuer": "tax", "ust": "vat", "umsatzsteuer": "vat", "gehalt": "salary", "lohn": "wage",
    "stundenlohn": "hourly wage", "stunden": "hours", "stunde": "hour", "arbeitszeit": "working time", "dauer": "duration", "bestand": "stock",
    "lagerbestand": "stock", "miete": "rent", "trinkgeld": "tip", "datum": "date", "monat": "month", "jahr": "year",
    "baujahr": "year built", "geburtsdatum": "birth date", "vorname": "first name", "nachname": "last name", "ort": "city", "stadt": "city",
    "plz": "postcode", "strasse": "street", "bundesland": "state", "telefon": "phone", "geschlecht": "gender",
    "bezeichnung": "description", "beschreibung": "description", "bemerkung": "note", "nummer": "number", "kennzeichen": "plate",
    "kraftstoff": "fuel", "bezahlt": "paid", "bezahlung": "payment", "angelegt": "created", "erstellt": "created", "geaendert": "updated",
    "geloescht": "deleted", "fertig": "finished", "geliefert": "delivered", "versendet": "shipped", "versand": "shipping", "storniert": "cancelled",
    "gekuendigt": "cancelled", "eintritt": "joined", "austritt": "left", "beginn": "start", "ende": "end", "faellig": "due", "aktiv": "active",
    "gesperrt": "blocked", "garantie": "guarantee", "kundenart": "customer type", "zahlungsweise": "payment method", "bewertung": "rating",
    "verkauf": "sale", "verkaeufe": "sale", "einkauf": "purchase", "werkstatt": "workshop", "maschine": "machine", "maschinen": "machine",
    "schicht": "shift", "ausschuss": "scrap", "fehler": "defect", "projekt": "project", "projekte": "project", "aufgabe": "task",
    "anmeldung": "enrolment", "anmeldungen": "enrolment", "anmeldedatum": "enrolment date", "abmeldung": "deregistration",
    "lehrkraft": "teacher", "lehrkraefte": "teacher", "lehrerin": "teacher", "dozent": "instructor",
    "dozenten": "instructor", "raum": "room", "raeume": "room", "saal": "hall", "plaetze": "places", "platz": "place", "sitzplaetze": "seats",
    "unterricht": "lesson", "unterrichtsstunde": "lesson", "unterrichtsstunden": "lesson", "kursgebuehr": "course fee",
    "stundensatz": "hourly rate", "satz": "rate", "tagessatz": "daily rate", "tanz": "dance", "stil": "style", "stufe": "level", "niveau": "level",
    "wochentag": "weekday", "uhrzeit": "time of day", "anwesende": "people present", "anwesend": "present", "abwesend": "absent",
    "teilnehmer": "participant", "ausgefallen": "cancelled", "vertretung": "substitute", "prozent": "percent", "einstufung": "grading",
    "besuch": "visit", "besuche": "visit", "besucher": "visitor", "leistung": "service", "leistungen": "service", "angebot": "quote",
    "angebote": "quote", "gutschrift": "credit note", "gutschriften": "credit note", "mahnung": "reminder", "mahnungen": "reminder",
    "lager": "warehouse", "bestellt": "ordered", "bestelldatum": "order date", "eingang": "received", "eingegangen": "received",
    "erledigt": "done", "abgeschlossen": "completed", "begonnen": "started", "beendet": "finished", "geoeffnet": "opened",
    "geschlossen": "closed", "abgeholt": "collected", "zurueckgegeben": "returned", "rueckgabe": "return", "ausleihe": "loan",
    "ausleihen": "loan", "verliehen": "lent", "anreise": "arrival", "abreise": "departure", "ankunft": "arrival", "abfahrt": "departure",
    "naechte": "nights", "nacht": "night", "personen": "persons", "kinder": "child", "eltern": "parent", "tier": "animal",
    "tiere": "animal", "hund": "dog", "hunde": "dog", "rasse": "breed", "halter": "owner", "besitzer": "owner", "eigentuemer": "owner",
    "wohnung": "flat", "wohnungen": "flat", "mieter": "tenant", "gebaeude": "building", "haus": "house", "haeuser": "house",
    "flaeche": "area", "laenge": "length", "breite": "width", "hoehe": "height", "einheit": "unit",
    "herkunft": "origin", "sorte": "variety", "sorten": "variety", "jahrgang": "vintage", "lese": "harvest",
    "anlage": "system", "anlagen": "system", "wartung": "maintenance", "wartungen": "maintenance", "reparatur": "repair",
    "reparaturen": "repair", "geraet": "device", "geraete": "device", "techniker": "technician", "monteur": "technician",
    "fahrt": "trip", "fahrten": "trip", "touren": "tour", "vermietung": "rental", "vermietungen": "rental",
    "mietpreis": "rent", "kaution": "deposit", "anzahlung": "deposit", "restbetrag": "balance",
    "firma": "company", "ansprechpartner": "contact", "anrede": "salutation", "nationalitaet": "nationality",
    "sprache": "language", "fach": "subject", "noten": "grade", "pruefung": "exam", "pruefungen": "exam",
    "aufnahme": "admission", "entlassung": "discharge", "diagnose": "diagnosis", "kasse": "till",
    "zahlungsziel": "payment term", "faelligkeit": "due", "veranstaltung": "event", "veranstaltungen": "event", "karten": "ticket",
    "gericht": "dish", "gerichte": "dish", "tisch": "table", "tische": "table", "bedienung": "waiter", "kellner": "waiter",
    "versicherung": "insurance", "schaden": "damage", "verbrauch": "consumption", "zaehler": "meter", "strecke": "distance",
}  # fmt: skip
"""In the spelling that names have: "ae" for "ä"."""
_MANY = frozenset(listed("kunden auftraege auftrage bestellungen rechnungen lieferungen lieferanten produkte waren teile abteilungen filialen standorte fahrzeuge patienten aerzte termine behandlungen gaeste buchungen reservierungen mitglieder spenden kurse vertraege zahlungen anmeldungen lehrkraefte dozenten raeume unterrichtsstunden besuche leistungen angebote gutschriften mahnungen ausleihen naechte personen kinder eltern tiere hunde wohnungen haeuser sorten anlagen wartungen reparaturen geraete fahrten touren vermietungen noten pruefungen veranstaltungen gerichte tische positionen kategorien verkaeufe maschinen projekte stunden"))  # fmt: skip
_LINKS = ("", "s", "es", "n", "en")
_SHORTEST = 3


@lru_cache(maxsize=4096)
def english(word: str) -> str | None:
    """A German word, or two of them in one, in English; None for all others."""
    plain = normalize(word.translate(_UMLAUTS))
    if plain in _WORDS:
        return _WORDS[plain]
    for at in range(_SHORTEST, len(plain) - _SHORTEST + 1):
        rest = _WORDS.get(plain[at:])
        if rest is None:
            continue
        for link in _LINKS:
            if plain[:at].endswith(link) and (head := english(plain[: at - len(link)] if link else plain[:at])):
                return f"{head} {rest}"
    return None


_STATES = {
    "bestaetigt": "confirmed", "warteliste": "waiting list", "storniert": "cancelled", "abgesagt": "cancelled", "bar": "cash",
    "barzahlung": "cash", "ueberweisung": "bank transfer", "lastschrift": "direct debit", "karte": "card", "kreditkarte": "credit card",
    "rechnung": "invoice", "anfaenger": "beginner", "mittelstufe": "intermediate", "fortgeschrittene": "advanced", "fortgeschritten": "advanced",
    "montag": "monday", "dienstag": "tuesday", "mittwoch": "wednesday", "donnerstag": "thursday", "freitag": "friday", "samstag": "saturday",
    "sonntag": "sunday", "bezahlt": "paid", "unbezahlt": "unpaid", "neu": "new", "erledigt": "done",
    "abgeschlossen": "completed", "in bearbeitung": "in progress", "abgelehnt": "rejected", "angenommen": "accepted", "versendet": "shipped",
    "geliefert": "delivered", "geplant": "planned", "laufend": "running", "aktiv": "active", "inaktiv": "inactive", "gekuendigt": "cancelled",
    "hoch": "high", "mittel": "medium", "niedrig": "low", "dringend": "urgent", "privat": "private", "firma": "company", "hund": "dog",
    "katze": "cat", "rot": "red", "weiss": "white", "schwarz": "black", "blau": "blue", "gruen": "green", "ja": "yes", "nein": "no",
}  # fmt: skip
"""What states and kinds are called in the data."""


def values_in_english(values: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """ "confirmed" for a state that is kept as "bestätigt": English name → the value's, where no value is called so."""
    held = {normalize(text) for texts in values.values() for text in texts}
    named = {text: _STATES.get(normalize(text.translate(_UMLAUTS))) for texts in values.values() for text in texts}
    return {name: normalize(text) for text, name in named.items() if name is not None and name not in held}


_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue"})
_WORD = re.compile(r"[^\W\d_]{3,}")


def is_german(names: list[str]) -> bool:
    """Whether the names of tables are German words."""
    words = [word for name in names for word in _WORD.findall(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name))]
    return sum(english(word) is not None for word in words) >= max(1, len(words) // 3)


def in_english(question: str, values: ValueIndex, plural: Callable[[str], str]) -> str:
    """A question with its German nouns in English; what is a value of the data stays."""

    def told(match: re.Match[str]) -> str:
        word = match.group()
        meant = english(word) if not values.knows(normalize(word)) else None
        if meant is None:
            return word
        return plural(meant) if normalize(word.translate(_UMLAUTS)) in _MANY else meant

    return _WORD.sub(told, question)
