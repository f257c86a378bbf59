"""A dance school with a German schema (the owner's nephew built it): lower-case German names, most keys declared, euros.

A course runs for one half-year; `zahlungen` holds what is due per enrolment, with `bezahlt_am` once it has come in.
"""

import random
from datetime import date, timedelta

from evals.foreign.world import Asked, Row, World

TODAY = date(2025, 5, 20)

TABLES = {
    "lehrkraefte": "lehrkraft_id INTEGER PRIMARY KEY, vorname TEXT NOT NULL, nachname TEXT NOT NULL, telefon TEXT, stundensatz REAL, eintritt_am TEXT, austritt_am TEXT",
    "raeume": "raum_id INTEGER PRIMARY KEY, bezeichnung TEXT, plaetze INTEGER",
    "kurse": "kurs_id INTEGER PRIMARY KEY, bezeichnung TEXT, tanzstil TEXT, stufe TEXT, lehrkraft_id INTEGER REFERENCES lehrkraefte(lehrkraft_id), raum_id INTEGER REFERENCES raeume(raum_id), wochentag TEXT, uhrzeit TEXT, beginn TEXT, ende TEXT, max_teilnehmer INTEGER, kursgebuehr REAL",
    "schueler": "schueler_nr INTEGER PRIMARY KEY, vorname TEXT, nachname TEXT, geburtsdatum TEXT, plz TEXT, ort TEXT, email TEXT, newsletter INTEGER, angelegt_am TEXT",
    "anmeldungen": "anmeldung_id INTEGER PRIMARY KEY, schueler_nr INTEGER REFERENCES schueler(schueler_nr), kurs_id INTEGER REFERENCES kurse(kurs_id), anmeldedatum TEXT, status TEXT, storniert_am TEXT, rabatt_prozent INTEGER",
    "zahlungen": "zahlung_id INTEGER PRIMARY KEY, anmeldung_id INTEGER REFERENCES anmeldungen(anmeldung_id), betrag REAL, faellig_am TEXT, bezahlt_am TEXT, zahlungsart TEXT",
    "unterrichtsstunden": "stunde_id INTEGER PRIMARY KEY, kurs_id INTEGER REFERENCES kurse(kurs_id), datum TEXT, ausgefallen INTEGER DEFAULT 0, vertretung_id INTEGER, anwesende INTEGER",
}  # fmt: skip

_LEHRER = (
    ("Carla", "Brandt", 38.0, "2015-09-01", None), ("Miguel", "Torres", 42.0, "2018-02-01", None), ("Sabine", "Keller", 35.0, "2019-09-01", None), ("Jonas", "Wirth", 33.5, "2021-09-01", None),
    ("Natalia", "Orlova", 45.0, "2016-02-01", None), ("Deniz", "Aydin", 32.0, "2023-02-01", None), ("Ulrike", "Hahn", 36.0, "2012-09-01", "2024-07-31"), ("Frank", "Lindner", 34.0, "2017-09-01", "2023-07-31"),
)  # fmt: skip
_RAEUME = (("Großer Saal", 40), ("Spiegelsaal", 24), ("Studio 3", 16))
_STUFEN = ("Anfänger", "Mittelstufe", "Fortgeschrittene")
_STILE = {"Salsa": 120.0, "Tango": 135.0, "Ballett": 150.0, "Hip-Hop": 99.0, "Standard": 129.0, "Kindertanz": 85.0}
_TAGE = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag")
_VORNAMEN = (
    "Anna",
    "Lena",
    "Mia",
    "Sophie",
    "Emma",
    "Julia",
    "Katrin",
    "Petra",
    "Heike",
    "Marie",
    "Clara",
    "Lisa",
    "Tim",
    "Paul",
    "Lukas",
    "Felix",
    "Stefan",
    "Thomas",
    "Jan",
    "Ben",
    "Murat",
    "Elif",
    "Ivana",
    "Nele",
)
_NACHNAMEN = (
    "Müller",
    "Schmidt",
    "Schneider",
    "Fischer",
    "Weber",
    "Becker",
    "Schulz",
    "Hoffmann",
    "Koch",
    "Richter",
    "Klein",
    "Wolf",
    "Schröder",
    "Neumann",
    "Zimmermann",
    "Krüger",
    "Hartmann",
    "Lange",
    "Yilmaz",
    "Peters",
    "Vogel",
    "Jansen",
    "Busch",
    "Kaya",
)
_ORTE = (
    ("53111", "Bonn", 52),
    ("53721", "Siegburg", 20),
    ("53604", "Bad Honnef", 9),
    ("53639", "Königswinter", 9),
    ("53757", "Sankt Augustin", 14),
    ("50667", "Köln", 6),
)


def _rows(seed: int) -> dict[str, list[Row]]:
    draw = random.Random(seed)
    heute = TODAY.isoformat()
    schueler: list[Row] = []
    for i, (vorname, nachname) in enumerate(draw.sample([(v, n) for v in _VORNAMEN for n in _NACHNAMEN], 430), 1):
        plz, ort, _ = draw.choices(_ORTE, [o[2] for o in _ORTE])[0]
        born = date(draw.choices((draw.randint(2010, 2019), draw.randint(1996, 2009), draw.randint(1952, 1995)), (30, 30, 40))[0], draw.randint(1, 12), draw.randint(1, 28))  # fmt: skip
        added = date(2022, 7, 1) + timedelta(days=int(draw.betavariate(0.8, 1.4) * 1050))
        schueler.append({"schueler_nr": 1000 + i, "vorname": vorname, "nachname": nachname, "geburtsdatum": born.isoformat() if draw.random() < 0.94 else None, "plz": plz, "ort": ort, "email": f"{vorname.lower()}.{i}@post.example" if draw.random() < 0.88 else None, "newsletter": int(draw.random() < 0.47), "angelegt_am": added.isoformat()})  # fmt: skip
    gewichte = [min(draw.paretovariate(1.3), 9.0) if draw.random() > 0.07 else 0.0 for _ in schueler]
    kurse: list[Row] = []
    anmeldungen: list[Row] = []
    zahlungen: list[Row] = []
    stunden: list[Row] = []
    for jahr, monat in ((2022, 9), (2023, 2), (2023, 9), (2024, 2), (2024, 9), (2025, 2)):
        for stil, grundpreis in _STILE.items():
            for stufe in _STUFEN if stil != "Kindertanz" else _STUFEN[:1]:
                for gruppe in (
                    ("A", "B") if stil in ("Salsa", "Hip-Hop", "Kindertanz") and stufe == "Anfänger" else ("A",)
                ):
                    beginn = date(jahr, monat, draw.randint(1, 14))
                    while beginn.weekday() == 6:
                        beginn += timedelta(days=1)
                    fest = [i for i, lehrer in enumerate(_LEHRER, 1) if lehrer[3] <= beginn.isoformat() and (lehrer[4] is None or lehrer[4] > beginn.isoformat())]  # fmt: skip
                    wochen = draw.choice((14, 15, 16))
                    raum = draw.choices((1, 2, 3), (5, 4, 3))[0]
                    halbjahr = f"{'Herbst' if monat == 9 else 'Frühjahr'} {jahr}"
                    kurs: Row = {"kurs_id": len(kurse) + 1, "bezeichnung": f"{stil} {stufe} {gruppe}, {halbjahr}", "tanzstil": stil, "stufe": stufe, "lehrkraft_id": draw.choices(fest, [2 + (i * 5) % 7 for i in fest])[0], "raum_id": raum, "wochentag": _TAGE[beginn.weekday()], "uhrzeit": draw.choice(("16:00", "17:30", "18:00", "19:00", "20:15")), "beginn": beginn.isoformat(), "ende": (beginn + timedelta(weeks=wochen - 1)).isoformat(), "max_teilnehmer": (28, 20, 14)[raum - 1], "kursgebuehr": round(grundpreis + 12 * _STUFEN.index(stufe) + 3 * (jahr - 2022), 2)}  # fmt: skip
                    kurse.append(kurs)
                    zahl = min(draw.randint(11, 40), kurs["max_teilnehmer"] + 9)
                    bestaetigt = 0
                    schon: set[int] = set()
                    for _ in range(zahl):
                        person = draw.choices(schueler, gewichte)[0]
                        if (
                            person["schueler_nr"] in schon
                            or person["angelegt_am"] > (beginn + timedelta(days=5)).isoformat()
                        ):
                            continue
                        schon.add(person["schueler_nr"])
                        am = max(
                            beginn - timedelta(days=int(draw.expovariate(1 / 18)) - 4),
                            date.fromisoformat(person["angelegt_am"]),
                        )
                        status = "storniert" if draw.random() < 0.11 else "bestätigt"
                        if status == "bestätigt" and (bestaetigt >= kurs["max_teilnehmer"] - 1 or draw.random() < 0.04):
                            status = "Warteliste"
                        weg = (
                            min(am + timedelta(days=draw.randint(1, 25)), TODAY - timedelta(days=1)).isoformat()
                            if status == "storniert"
                            else None
                        )
                        rabatt = draw.choices((0, 5, 10, 20), (70, 8, 16, 6))[0]
                        anmeldung: Row = {"anmeldung_id": len(anmeldungen) + 1, "schueler_nr": person["schueler_nr"], "kurs_id": kurs["kurs_id"], "anmeldedatum": am.isoformat(), "status": status, "storniert_am": weg, "rabatt_prozent": rabatt}  # fmt: skip
                        anmeldungen.append(anmeldung)
                        if status != "bestätigt":
                            continue
                        bestaetigt += 1
                        raten = draw.choices((1, 3), (65, 35))[0]
                        for rate in range(raten):
                            faellig = beginn + timedelta(days=14 + 42 * rate)
                            bezahlt = (
                                max(am, faellig + timedelta(days=int(draw.gauss(-2, 9))))
                                if draw.random() < 0.955
                                else None
                            )
                            if bezahlt and bezahlt >= TODAY:
                                bezahlt = None
                            zahlungen.append({"zahlung_id": len(zahlungen) + 1, "anmeldung_id": anmeldung["anmeldung_id"], "betrag": round(kurs["kursgebuehr"] * (100 - rabatt) / 100 / raten, 2), "faellig_am": faellig.isoformat(), "bezahlt_am": bezahlt.isoformat() if bezahlt else None, "zahlungsart": draw.choices(("Lastschrift", "Überweisung", "EC-Karte", "Bar"), (44, 30, 15, 11))[0] if bezahlt else None})  # fmt: skip
                    for woche in range(wochen):
                        tag = (beginn + timedelta(weeks=woche)).isoformat()
                        if tag >= heute:
                            break
                        aus = draw.random() < 0.05
                        andere = [i for i in fest if i != kurs["lehrkraft_id"]]
                        stunden.append({"stunde_id": len(stunden) + 1, "kurs_id": kurs["kurs_id"], "datum": tag, "ausgefallen": int(aus), "vertretung_id": draw.choice(andere) if not aus and draw.random() < 0.06 else None, "anwesende": None if aus else sum(draw.random() < 0.83 for _ in range(bestaetigt))})  # fmt: skip
    return {
        "lehrkraefte": [{"lehrkraft_id": i, "vorname": v, "nachname": n, "telefon": f"0228 {draw.randint(100000, 999999)}", "stundensatz": satz, "eintritt_am": ein, "austritt_am": aus} for i, (v, n, satz, ein, aus) in enumerate(_LEHRER, 1)],
        "raeume": [{"raum_id": i, "bezeichnung": name, "plaetze": plaetze} for i, (name, plaetze) in enumerate(_RAEUME, 1)],
        "kurse": kurse,
        "schueler": schueler,
        "anmeldungen": anmeldungen,
        "zahlungen": zahlungen,
        "unterrichtsstunden": stunden,
    }  # fmt: skip


_ENROLLED = "anmeldungen a JOIN kurse k ON k.kurs_id = a.kurs_id"
_LESSONS = (
    "unterrichtsstunden u JOIN kurse k ON k.kurs_id = u.kurs_id JOIN lehrkraefte l ON l.lehrkraft_id = k.lehrkraft_id"
)
_DUE = "zahlungen z JOIN anmeldungen a ON a.anmeldung_id = z.anmeldung_id"
_LATE = "z.bezahlt_am IS NULL AND z.faellig_am < '2025-05-20'"

QUESTIONS = (
    Asked("How many pupils do we have on our books?", "SELECT COUNT(*) FROM schueler"),
    Asked("confirmed enrolments per dance style", f"SELECT k.tanzstil, COUNT(*) FROM {_ENROLLED} WHERE a.status = 'bestätigt' GROUP BY 1"),
    Asked("What payments did we take in each month from August to December 2024, in euros?", "SELECT substr(bezahlt_am, 1, 7) || '-01', SUM(betrag) FROM zahlungen WHERE bezahlt_am BETWEEN '2024-08-01' AND '2024-12-31' GROUP BY 1"),
    Asked("how much money came in last month", "SELECT SUM(betrag) FROM zahlungen WHERE bezahlt_am LIKE '2025-04%'"),
    Asked("Which teacher has given the most courses since we began?", "SELECT l.vorname || ' ' || l.nachname, COUNT(*) FROM kurse k JOIN lehrkraefte l ON l.lehrkraft_id = k.lehrkraft_id GROUP BY l.lehrkraft_id ORDER BY 2 DESC LIMIT 1"),
    Asked("how many courses are still running at the moment", "SELECT COUNT(*) FROM kurse WHERE beginn <= '2025-05-20' AND ende >= '2025-05-20'"),
    Asked("waiting list entries for courses that started in 2025", f"SELECT COUNT(*) FROM {_ENROLLED} WHERE a.status = 'Warteliste' AND k.beginn LIKE '2025%'"),
    Asked("What percentage of the enrolments made in 2024 was cancelled?", "SELECT 100.0 * SUM(status = 'storniert') / COUNT(*) FROM anmeldungen WHERE anmeldedatum LIKE '2024%'"),
    Asked("how much in total is overdue and not yet paid?", f"SELECT SUM(z.betrag) FROM zahlungen z WHERE {_LATE}"),
    Asked("the 5 pupils with the largest overdue amounts", f"SELECT s.vorname || ' ' || s.nachname, SUM(z.betrag) FROM {_DUE} JOIN schueler s ON s.schueler_nr = a.schueler_nr WHERE {_LATE} GROUP BY s.schueler_nr ORDER BY 2 DESC LIMIT 5"),
    Asked("How many of our pupils were born in 2010 or later?", "SELECT COUNT(*) FROM schueler WHERE geburtsdatum >= '2010-01-01'"),
    Asked("number of pupils who live in Siegburg", "SELECT COUNT(*) FROM schueler WHERE ort = 'Siegburg'"),
    Asked("where do our pupils live? count them by town", "SELECT ort, COUNT(*) FROM schueler GROUP BY 1"),
    Asked("how many lessons had to be called off in the courses of each teacher", f"SELECT l.vorname || ' ' || l.nachname, COUNT(*) FROM {_LESSONS} WHERE u.ausgefallen = 1 GROUP BY l.lehrkraft_id"),
    Asked("What is the average number of people present at a salsa lesson?", f"SELECT AVG(u.anwesende) FROM {_LESSONS} WHERE k.tanzstil = 'Salsa'"),
    Asked("how many beginners' courses started in 2024", "SELECT COUNT(*) FROM kurse WHERE stufe = 'Anfänger' AND beginn LIKE '2024%'"),
    Asked("average course fee by level", "SELECT stufe, AVG(kursgebuehr) FROM kurse GROUP BY 1"),
    Asked("What is the highest fee we have charged for a course so far?", "SELECT MAX(kursgebuehr) FROM kurse"),
    Asked("how many payments were made in cash during 2024", "SELECT COUNT(*) FROM zahlungen WHERE zahlungsart = 'Bar' AND bezahlt_am LIKE '2024%'"),
    Asked("Money received in 2025 so far, split by payment method", "SELECT zahlungsart, SUM(betrag) FROM zahlungen WHERE bezahlt_am LIKE '2025%' GROUP BY 1"),
    Asked("how many pupils get our newsletter?", "SELECT COUNT(*) FROM schueler WHERE newsletter = 1"),
    Asked("pupils whose email address is missing, how many are there", "SELECT COUNT(*) FROM schueler WHERE email IS NULL"),
    Asked("New pupils by quarter in 2024", "SELECT substr(angelegt_am, 1, 5) || substr('0' || ((CAST(substr(angelegt_am, 6, 2) AS INTEGER) - 1) / 3 * 3 + 1), -2) || '-01', COUNT(*) FROM schueler WHERE angelegt_am LIKE '2024%' GROUP BY 1"),
    Asked("how many days pass on average between an enrolment and its cancellation", "SELECT AVG(julianday(storniert_am) - julianday(anmeldedatum)) FROM anmeldungen WHERE storniert_am IS NOT NULL"),
    Asked("How many confirmed enrolments have Carla Brandt's courses had altogether?", f"SELECT COUNT(*) FROM {_ENROLLED} JOIN lehrkraefte l ON l.lehrkraft_id = k.lehrkraft_id WHERE a.status = 'bestätigt' AND l.vorname = 'Carla' AND l.nachname = 'Brandt'"),
    Asked("how many places does each room have", "SELECT bezeichnung, plaetze FROM raeume"),
    Asked("average hourly rate of the teachers who are still with us", "SELECT AVG(stundensatz) FROM lehrkraefte WHERE austritt_am IS NULL"),
    Asked("On which weekdays do the courses that started in 2025 take place? number per weekday", "SELECT wochentag, COUNT(*) FROM kurse WHERE beginn LIKE '2025%' GROUP BY 1"),
    Asked("how many pupils have never enrolled in any course?", "SELECT COUNT(*) FROM schueler WHERE schueler_nr NOT IN (SELECT schueler_nr FROM anmeldungen)"),
    Asked("For payments that arrived after their due date, how many days late were they on average?", "SELECT AVG(julianday(bezahlt_am) - julianday(faellig_am)) FROM zahlungen WHERE bezahlt_am > faellig_am"),
    Asked("unpaid amounts by dance style, whether due yet or not", f"SELECT k.tanzstil, SUM(z.betrag) FROM {_DUE} JOIN kurse k ON k.kurs_id = a.kurs_id WHERE z.bezahlt_am IS NULL GROUP BY 1"),
    Asked("how many enrolments did we receive in January 2025", "SELECT COUNT(*) FROM anmeldungen WHERE anmeldedatum LIKE '2025-01%'"),
    Asked("How many different pupils have had a confirmed place in a tango course?", f"SELECT COUNT(DISTINCT a.schueler_nr) FROM {_ENROLLED} WHERE a.status = 'bestätigt' AND k.tanzstil = 'Tango'"),
    Asked("how often did a substitute teach a lesson last year", "SELECT COUNT(*) FROM unterrichtsstunden WHERE vertretung_id IS NOT NULL AND datum LIKE '2024%'"),
    Asked("Which pupils have enrolled more than 18 times, counting every enrolment?", "SELECT s.vorname || ' ' || s.nachname, COUNT(*) FROM anmeldungen a JOIN schueler s ON s.schueler_nr = a.schueler_nr GROUP BY s.schueler_nr HAVING COUNT(*) > 18"),
    Asked("enrolments with a discount of 10 percent or more", "SELECT COUNT(*) FROM anmeldungen WHERE rabatt_prozent >= 10"),
    Asked("How many trial lessons were booked last month?", None),
    Asked("what rent do we pay for the Spiegelsaal", None),
    Asked("how many pairs of dance shoes did we sell in 2024?", None),
    Asked("Average exam grade of the ballet pupils", None),
)  # fmt: skip


def dance_school(seed: int = 33) -> World:
    """The dance school with its questions."""
    return World("Dance school", TODAY, TABLES, _rows(seed), QUESTIONS)
