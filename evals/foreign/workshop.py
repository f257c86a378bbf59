"""A garage with German names, commas in numbers and days first in dates, asked in English by its English-speaking owner;
abbreviated and compound words, yes and no as "J" and "N". Asked once before the draft had seen it."""

import random
from datetime import date, timedelta

from evals.foreign.world import Asked, Row, World

_FIRST, _LAST, TODAY = date(2023, 3, 1), date(2025, 3, 31), date(2025, 4, 2)

TABLES = {
    "Kunden": "KundenNr INTEGER PRIMARY KEY, Vorname TEXT, Nachname TEXT, Ort TEXT, PLZ TEXT, Kundenart TEXT, AngelegtAm TEXT",
    "Fahrzeuge": "FahrzeugNr INTEGER PRIMARY KEY, KundenNr INTEGER REFERENCES Kunden, Kennzeichen TEXT, Marke TEXT, Baujahr INTEGER, Kraftstoff TEXT",
    "Mitarbeiter": "MitarbeiterNr INTEGER PRIMARY KEY, Name TEXT, Abteilung TEXT, Stundenlohn REAL",
    "Auftraege": "AuftragNr INTEGER PRIMARY KEY, FahrzeugNr INTEGER REFERENCES Fahrzeuge, MitarbeiterNr INTEGER REFERENCES Mitarbeiter, Auftragsdatum TEXT, FertigAm TEXT, Status TEXT, Arbeitszeit_Std REAL, Betrag_EUR REAL, Garantie TEXT",
    "Teile": "TeilNr TEXT PRIMARY KEY, Bezeichnung TEXT, Lieferant TEXT, Preis_EUR REAL, Lagerbestand INTEGER",
    "Auftragspositionen": "PosNr INTEGER PRIMARY KEY, AuftragNr INTEGER REFERENCES Auftraege, TeilNr TEXT REFERENCES Teile, Menge INTEGER, Einzelpreis_EUR REAL",
    "Rechnungen": "RechnungsNr INTEGER PRIMARY KEY, AuftragNr INTEGER REFERENCES Auftraege, Rechnungsdatum TEXT, BezahltAm TEXT, Nettobetrag_EUR REAL, MwSt_EUR REAL, Gesamtbetrag_EUR REAL",
}  # fmt: skip


def _d(day: date) -> str:
    return f"{day:%d.%m.%Y}"


def _rows(seed: int) -> dict[str, list[Row]]:
    draw = random.Random(seed)
    span = (_LAST - _FIRST).days
    customers: list[Row] = [{"KundenNr": i, "Vorname": draw.choice(("Jörg", "Anke", "Uli", "Heike")), "Nachname": f"Müller-{i}", "Ort": draw.choice(("Köln", "Bonn", "Aachen")), "PLZ": f"5{i:04d}", "Kundenart": draw.choices(("Privat", "Firma"), (4, 1))[0], "AngelegtAm": _d(_FIRST + timedelta(days=draw.randint(0, span - 60)))} for i in range(1, 221)]  # fmt: skip
    cars: list[Row] = [{"FahrzeugNr": i, "KundenNr": draw.randint(1, 220), "Kennzeichen": f"K-AB {i}", "Marke": draw.choice(("VW", "Opel", "BMW", "Ford")), "Baujahr": draw.randint(2004, 2023), "Kraftstoff": draw.choices(("Benzin", "Diesel", "Elektro"), (5, 4, 1))[0]} for i in range(1, 301)]  # fmt: skip
    people = [{"MitarbeiterNr": i, "Name": n, "Abteilung": a, "Stundenlohn": 17.0 + i} for i, (n, a) in enumerate((("Kai Roth", "Werkstatt"), ("Lars Pohl", "Werkstatt"), ("Eva Zorn", "Lackiererei"), ("Tim Funke", "Annahme")), 1)]  # fmt: skip
    parts = [{"TeilNr": f"T{i}", "Bezeichnung": n, "Lieferant": s, "Preis_EUR": p, "Lagerbestand": 10 * i} for i, (n, s, p) in enumerate((("Bremsscheibe", "Bosch", 45.9), ("Luftfilter", "Mann", 12.5), ("Reifen", "Conti", 88.0), ("Batterie", "Varta", 110.0), ("Zündkerze", "Bosch", 7.9)), 1)]  # fmt: skip
    orders: list[Row] = []
    lines: list[Row] = []
    bills: list[Row] = []
    for i in range(1, 1201):
        day = _FIRST + timedelta(days=draw.randint(0, span))
        done = day + timedelta(days=draw.randint(0, 6)) if draw.random() < 0.9 else None
        done = done if done and done <= _LAST else None
        hours = draw.choice((0.5, 1.0, 1.5, 3.0, 6.0))
        amount = round(hours * 80 + draw.uniform(0, 300), 2)
        orders.append({"AuftragNr": i, "FahrzeugNr": draw.randint(1, 300), "MitarbeiterNr": draw.randint(1, 3), "Auftragsdatum": _d(day), "FertigAm": _d(done) if done else None, "Status": "fertig" if done else draw.choice(("offen", "in Arbeit")), "Arbeitszeit_Std": hours, "Betrag_EUR": amount, "Garantie": draw.choices("JN", (1, 6))[0]})  # fmt: skip
        for part in draw.sample(parts, draw.randint(0, 3)):
            lines.append({"PosNr": len(lines) + 1, "AuftragNr": i, "TeilNr": part["TeilNr"], "Menge": draw.randint(1, 4), "Einzelpreis_EUR": part["Preis_EUR"]})  # fmt: skip
        if done:
            paid = done + timedelta(days=draw.randint(1, 30)) if draw.random() < 0.85 else None
            bills.append({"RechnungsNr": len(bills) + 1, "AuftragNr": i, "Rechnungsdatum": _d(done), "BezahltAm": _d(paid) if paid and paid <= _LAST else None, "Nettobetrag_EUR": amount, "MwSt_EUR": round(amount * 0.19, 2), "Gesamtbetrag_EUR": round(amount * 1.19, 2)})  # fmt: skip
    return {"Kunden": customers, "Fahrzeuge": cars, "Mitarbeiter": people, "Auftraege": orders, "Teile": parts, "Auftragspositionen": lines, "Rechnungen": bills}  # fmt: skip


_OC = "FROM Auftraege a JOIN Fahrzeuge f USING (FahrzeugNr) JOIN Kunden k USING (KundenNr)"

QUESTIONS = (
    Asked("how many customers do we have", "SELECT count(*) FROM Kunden"),
    Asked("how many kunden are there", "SELECT count(*) FROM Kunden"),
    Asked("customers by city", "SELECT Ort, count(*) FROM Kunden GROUP BY 1"),
    Asked("kunden by ort", "SELECT Ort, count(*) FROM Kunden GROUP BY 1"),
    Asked("how many customers are in Bonn", "SELECT count(*) FROM Kunden WHERE Ort = 'Bonn'"),
    Asked("customers by kundenart", "SELECT Kundenart, count(*) FROM Kunden GROUP BY 1"),
    Asked("how many orders did we have in 2024", "SELECT count(*) FROM Auftraege WHERE Auftragsdatum LIKE '%2024'"),
    Asked("orders per month in 2024", "SELECT '2024-' || substr(Auftragsdatum, 4, 2) || '-01', count(*) FROM Auftraege WHERE Auftragsdatum LIKE '%2024' GROUP BY 1"),
    Asked("auftraege by status", "SELECT Status, count(*) FROM Auftraege GROUP BY 1"),
    Asked("how many orders are open", None),
    Asked("orders by employee", "SELECT Name, count(*) FROM Auftraege JOIN Mitarbeiter USING (MitarbeiterNr) GROUP BY 1"),
    Asked("auftraege by mitarbeiter", "SELECT Name, count(*) FROM Auftraege JOIN Mitarbeiter USING (MitarbeiterNr) GROUP BY 1"),
    Asked("which employee had the most orders in 2024", "SELECT Name, count(*) FROM Auftraege JOIN Mitarbeiter USING (MitarbeiterNr) WHERE Auftragsdatum LIKE '%2024' GROUP BY 1 ORDER BY 2 DESC LIMIT 1"),
    Asked("total order amount in 2024", "SELECT sum(Betrag_EUR) FROM Auftraege WHERE Auftragsdatum LIKE '%2024'"),
    Asked("order amount by city", f"SELECT Ort, sum(Betrag_EUR) {_OC} GROUP BY 1"),
    Asked("average order amount", "SELECT avg(Betrag_EUR) FROM Auftraege"),
    Asked("total gesamtbetrag in 2024", "SELECT sum(Gesamtbetrag_EUR) FROM Rechnungen WHERE Rechnungsdatum LIKE '%2024'"),
    Asked("how many invoices in march 2025", "SELECT count(*) FROM Rechnungen WHERE Rechnungsdatum LIKE '%03.2025'"),
    Asked("how many rechnungen in 2024", "SELECT count(*) FROM Rechnungen WHERE Rechnungsdatum LIKE '%2024'"),
    Asked("how many unpaid invoices", "SELECT count(*) FROM Rechnungen WHERE BezahltAm IS NULL"),
    Asked("how many invoices were paid in january 2025", "SELECT count(*) FROM Rechnungen WHERE BezahltAm LIKE '%01.2025'"),
    Asked("total vat in 2024", "SELECT sum(MwSt_EUR) FROM Rechnungen WHERE Rechnungsdatum LIKE '%2024'"),
    Asked("vehicles by brand", "SELECT Marke, count(*) FROM Fahrzeuge GROUP BY 1"),
    Asked("fahrzeuge by marke", "SELECT Marke, count(*) FROM Fahrzeuge GROUP BY 1"),
    Asked("how many diesel cars", "SELECT count(*) FROM Fahrzeuge WHERE Kraftstoff = 'Diesel'"),
    Asked("orders by brand", f"SELECT Marke, count(*) {_OC} GROUP BY 1"),
    Asked("how many bmw orders in 2024", f"SELECT count(*) {_OC} WHERE Marke = 'BMW' AND Auftragsdatum LIKE '%2024'"),
    Asked("menge by teil", "SELECT Bezeichnung, sum(Menge) FROM Auftragspositionen JOIN Teile USING (TeilNr) GROUP BY 1"),
    Asked("quantity by part", "SELECT Bezeichnung, sum(Menge) FROM Auftragspositionen JOIN Teile USING (TeilNr) GROUP BY 1"),
    Asked("parts by supplier", "SELECT Lieferant, count(*) FROM Teile GROUP BY 1"),
    Asked("total stock by supplier", "SELECT Lieferant, sum(Lagerbestand) FROM Teile GROUP BY 1"),
    Asked("average price of parts", "SELECT avg(Preis_EUR) FROM Teile"),
    Asked("average hourly wage by department", "SELECT Abteilung, avg(Stundenlohn) FROM Mitarbeiter GROUP BY 1"),
    Asked("total working hours by employee", "SELECT Name, sum(Arbeitszeit_Std) FROM Auftraege JOIN Mitarbeiter USING (MitarbeiterNr) GROUP BY 1"),
    Asked("how many guarantee orders", "SELECT count(*) FROM Auftraege WHERE Garantie = 'J'"),
    Asked("how many employees work in the Werkstatt", "SELECT count(*) FROM Mitarbeiter WHERE Abteilung = 'Werkstatt'"),
    Asked("new customers in 2024", "SELECT count(*) FROM Kunden WHERE AngelegtAm LIKE '%2024'"),
    Asked("top 5 customers by order amount", f"SELECT Vorname || ' ' || Nachname, sum(Betrag_EUR) {_OC} GROUP BY k.KundenNr ORDER BY 2 DESC LIMIT 5"),
    Asked("how many accidents", None),
    Asked("profit in 2024", None),
)  # fmt: skip


def workshop(seed: int = 49) -> World:
    """The garage with its questions."""
    return World("Workshop", TODAY, TABLES, _rows(seed), QUESTIONS)
