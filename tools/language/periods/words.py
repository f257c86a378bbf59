"""The words of time, as normal forms (`Token.norm`: case folded, accents stripped). English in full; German, French
and Spanish for what people type most."""

from tools.language.periods.calendars import MONTH_NAMES, Unit
from tools.language.text import listed


def _words(text: str) -> frozenset[str]:
    return frozenset(listed(text))


MONTHS: dict[str, int] = {
    name: number + 1
    for names in (
        " ".join(MONTH_NAMES).lower(),
        "jan feb mar apr may jun jul aug sep oct nov dec",
        "januar februar marz april mai juni juli august september oktober november dezember",
        "janvier fevrier mars avril mai juin juillet aout septembre octobre novembre decembre",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    )
    for number, name in enumerate(listed(names))
} | {"sept": 9, "maerz": 3, "setiembre": 9, "okt": 10, "dez": 12}

AMBIGUOUS_MONTHS = _words("may mars mayo")
"""Month names that are other words too: they need a year, a day or a preposition beside them."""
GOODS_MONTHS = _words("mars mayo")
"""Those of them that are no sign of time for a neighbour either: "mayo and mars bars"."""

FIGURES = _words(
    "sales revenue turnover orders profit refunds figures numbers results performance total totals units pieces customers "
    "freight discounts margin"
)
"""Words after "may" that make it the month: no verb stands there."""

WEEKDAYS = {
    name: number + 1
    for names in (
        "monday tuesday wednesday thursday friday saturday sunday",
        "mon tue wed thu fri sat sun",
        "montag dienstag mittwoch donnerstag freitag samstag sonntag",
        "lundi mardi mercredi jeudi vendredi samedi dimanche",
        "lunes martes miercoles jueves viernes sabado domingo",
    )
    for number, name in enumerate(listed(names))
} | {"tues": 2, "thur": 4, "thurs": 4}

_UNIT_WORDS: tuple[tuple[Unit, int, str], ...] = (
    ("day", 1, "day days tage tagen jour jours dia dias"),
    ("week", 1, "week weeks wk wks woche wochen semaine semaines semana semanas"),
    ("week", 2, "fortnight fortnights"),
    ("month", 1, "month months mth mths mo mos monat monats monate monaten mois mes meses"),
    ("quarter", 1, "quarter quarters qtr qtrs trimester trimesters quartal quartals quartale trimestre trimestres"),
    ("half", 1, "half halves semester halbjahr semestre"),
    ("year", 1, "year years yr yrs jahr jahres jahre jahren annee annees ans ano anos"),
)
UNITS: dict[str, tuple[Unit, int]] = {word: (unit, size) for unit, size, row in _UNIT_WORDS for word in listed(row)}
"""Unit words, each with its unit and how many of it."""

LETTER_UNITS: dict[str, Unit] = {"d": "day", "w": "week", "m": "month", "q": "quarter", "y": "year"}

LAST = _words(
    "last latest recent previous prior past preceding trailing rolling letzte letzter letztes letzten letztem vorige voriger voriges vorigen "
    "vergangene vergangener vergangenes vergangenen derniere derniers dernieres dernier ultimo ultima ultimos ultimas "
    "pasado pasada pasados pasadas passe passee"
)
THIS = _words(
    "this current present ongoing diese dieser dieses diesen diesem aktuelle aktueller aktuelles aktuellen laufende "
    "laufenden ce cet cette este esta actual"
)
NEXT = _words(
    "next coming upcoming nachste nachster nachstes nachsten kommende kommender kommendes kommenden prochain prochaine "
    "prochains prochaines proximo proxima proximos proximas"
)
DIRECTIONS: dict[str, int] = dict.fromkeys(LAST, -1) | dict.fromkeys(THIS, 0) | dict.fromkeys(NEXT, 1)
AFTER_UNIT = _words(
    "dernier derniere derniers dernieres passe passee pasado pasada pasados pasadas prochain prochaine proximo proxima actual"
)
"""Directions that stand behind their unit: "le mois dernier", "el mes pasado"."""

WHOLE = _words("full whole complete completed entire calendar rolling trailing consecutive")
FISCAL = _words("fiscal financial business accounting")
OWN_YEAR = _words("business accounting")
"""Those of them that say so only before "year" or a part of it: "business 2025" is no year."""

DAY_WORDS: dict[str, int] = {
    "today": 0, "yesterday": -1, "tomorrow": 1,
    "heute": 0, "gestern": -1, "vorgestern": -2,
    "aujourd'hui": 0, "hier": -1, "demain": 1,
    "hoy": 0, "ayer": -1, "anteayer": -2,
}  # fmt: skip

TO_DATE: dict[str, tuple[Unit, bool]] = {
    "ytd": ("year", False),
    "qtd": ("quarter", False),
    "mtd": ("month", False),
    "wtd": ("week", False),
    "fytd": ("year", True),
}

FIRST_TO_LAST: dict[str, int] = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5,
    "1st": 1, "2nd": 2, "3rd": 3, "4th": 4, "5th": 5,
    "last": -1, "final": -1, "erste": 1, "ersten": 1, "erstes": 1, "zweite": 2, "zweiten": 2, "zweites": 2,
}  # fmt: skip

VAGUE_COUNTS = {"few": 3, "couple": 2}
"""Vague numbers of units, read as what most people mean; the label shows which."""

CUES = _words(
    "in of since until till from during last this next previous before after through between for by to on at over around "
    "about vs versus than and or im en au seit depuis desde bis hasta von vom ab de del within past coming early mid "
    "late beginning start end"
)
"""Words before a name that make it a time: "in may", "since mars"."""

DAY_CUES = _words("on since from until till before after between to by am le el through bis vs versus than and")
"""Words before a bare weekday or day of the month that make it one certain day."""

CLOSING = _words(
    "vs versus by for and or in on with compared than per to until of this last was were is are did do does have had we i "
    "you they please only from across at over against the a an each split grouped broken how what which show but so far "
    "until as it my our too also again instead"
)
"""Words that cannot go on a noun phrase: after them a season's name was the season, not a product's."""

AMOUNT_BEFORE = _words(
    "top bottom best worst under above below exceeding exceed exceeds least most maximum minimum max min limit number no "
    "nr sku id code item order invoice product customer > < ≥ ≤ = # £ $ € ¥ ₹ first"
)
"""Words before a number of four digits that make it an amount or a code, not a year."""

COMPARED_AMOUNT = _words("more less fewer greater larger smaller bigger")
YEARS_NOUN = _words("year years jahr ano annee quarter half semester")
BEFORE_SHORT_YEAR = _words("in of during since from until till vs versus and to for through")
AFTER_SHORT_YEAR = frozenset(
    [
        "",
        *listed(
            ", . ? ! ; : ) w without except excluding excl up until so till by per vs versus and for in compared against to only please pls split broken each from"
        ),
    ]
)
"""Around two digits that are a year ("in 97, by month") and no number of things ("in 97 countries")."""
COUNTED_AFTER = _words(
    "unit units piece pieces item items % percent euro euros dollar dollars pound pounds eur usd gbp kg times"
)
