"""A veterinary clinic with declared keys: the set that the draft may be taught on."""

import random
from datetime import date, timedelta

from evals.foreign.world import Asked, Row, Rows, World, count_by, index, mean, mean_by, month, sum_by, top

_FIRST, _LAST, TODAY = date(2023, 1, 1), date(2025, 6, 30), date(2025, 7, 1)
_CITIES = ("Bristol", "Bath", "Cardiff", "Exeter", "Gloucester")
_SPECIES = ("Dog", "Cat", "Rabbit", "Parrot", "Tortoise")
_VETS = ("Helen Marsh", "Omar Said", "Ines Duarte", "Jon Bell", "Priya Nair", "Karl Voss", "Ada Lund")
_SPECIALTIES = ("Surgery", "Dentistry", "Exotics", "General practice")
_REASONS = ("Vaccination", "Check-up", "Injury", "Dental", "Surgery follow-up", "Skin problem")
_KINDS = {
    "Vaccine": 42.0,
    "Blood test": 65.0,
    "X-ray": 120.0,
    "Surgery": 540.0,
    "Dental cleaning": 180.0,
    "Nail trim": 18.5,
}
_NAMES = ("Rex", "Luna", "Milo", "Bella", "Oscar", "Daisy", "Coco", "Simba", "Nala", "Poppy", "Rocky", "Willow")
_PEOPLE = ("Anna", "Ben", "Clara", "David", "Eva", "Frank", "Grace", "Hugo", "Iris", "Jack", "Kate", "Liam")
_FAMILIES = ("Abbott", "Barnes", "Carver", "Dunn", "Ellis", "Fisher", "Grant", "Hayes", "Irwin", "Jarvis")

TABLES = {
    "species": "id INTEGER PRIMARY KEY, name TEXT NOT NULL",
    "owners": "id INTEGER PRIMARY KEY, first_name TEXT, last_name TEXT, city TEXT, email TEXT, registered_on TEXT",
    "vets": "id INTEGER PRIMARY KEY, name TEXT, specialty TEXT, is_active INTEGER",
    "animals": "id INTEGER PRIMARY KEY, name TEXT, species_id INTEGER REFERENCES species(id), owner_id INTEGER "
    "REFERENCES owners(id), sex TEXT, birth_date TEXT, neutered INTEGER",
    "visits": "id INTEGER PRIMARY KEY, animal_id INTEGER REFERENCES animals(id), vet_id INTEGER REFERENCES vets(id), "
    "visit_date TEXT, reason TEXT, weight_kg REAL, duration_min INTEGER",
    "treatments": "id INTEGER PRIMARY KEY, visit_id INTEGER REFERENCES visits(id), treatment_type TEXT, cost REAL",
    "invoices": "id INTEGER PRIMARY KEY, visit_id INTEGER REFERENCES visits(id), issued_on TEXT, total REAL, tax REAL, paid_on TEXT",
}  # fmt: skip


def _rows(seed: int) -> dict[str, list[Row]]:
    draw = random.Random(seed)
    owners = [
        {"id": i, "first_name": draw.choice(_PEOPLE), "last_name": draw.choice(_FAMILIES), "city": draw.choices(_CITIES, (5, 3, 2, 1, 1))[0], "email": f"owner{i}@example.org", "registered_on": (_FIRST + timedelta(days=int(abs(draw.gauss(0, 1)) * 300) % 900)).isoformat()}
        for i in range(1, 241)
    ]  # fmt: skip
    animals = [
        {"id": i, "name": draw.choice(_NAMES), "species_id": draw.choices(range(1, 6), (50, 35, 8, 4, 3))[0], "owner_id": draw.randint(1, 240), "sex": draw.choice(("male", "female")), "birth_date": (date(2023, 1, 1) - timedelta(days=draw.randint(30, 4000))).isoformat(), "neutered": int(draw.random() < 0.6)}
        for i in range(1, 341)
    ]  # fmt: skip
    days = (_LAST - _FIRST).days
    visits: list[Row] = []
    treatments: list[Row] = []
    invoices: list[Row] = []
    for i in range(1, 2401):
        day = _FIRST + timedelta(days=min(int(draw.betavariate(1.6, 1.2) * days), days))
        visits.append({"id": i, "animal_id": min(int(draw.paretovariate(0.6)), 340), "vet_id": draw.choices(range(1, 8), (9, 7, 6, 5, 3, 2, 1))[0], "visit_date": f"{day.isoformat()} {draw.randint(8, 17):02d}:{draw.choice((0, 15, 30, 45)):02d}:00", "reason": draw.choices(_REASONS, (30, 25, 12, 14, 7, 12))[0], "weight_kg": round(draw.lognormvariate(2.2, 0.6), 1), "duration_min": draw.choice((10, 15, 20, 30, 45, 60))})  # fmt: skip
        sold = 0.0
        for _ in range(draw.choice((1, 1, 1, 2, 2, 3))):
            kind = draw.choice(list(_KINDS))
            cost = round(_KINDS[kind] * draw.uniform(0.8, 1.4), 2)
            sold += cost
            treatments.append({"id": len(treatments) + 1, "visit_id": i, "treatment_type": kind, "cost": cost})
        if draw.random() < 0.93:
            issued = day + timedelta(days=draw.randint(0, 5))
            paid = (issued + timedelta(days=draw.randint(0, 60))) if draw.random() < 0.85 else None
            invoices.append({"id": len(invoices) + 1, "visit_id": i, "issued_on": issued.isoformat(), "total": round(sold * 1.2, 2), "tax": round(sold * 0.2, 2), "paid_on": paid.isoformat() if paid else None})  # fmt: skip
    return {
        "species": [{"id": i, "name": name} for i, name in enumerate(_SPECIES, 1)],
        "owners": owners,
        "vets": [{"id": i, "name": name, "specialty": _SPECIALTIES[i % 4], "is_active": int(i != 6)} for i, name in enumerate(_VETS, 1)],
        "animals": animals,
        "visits": visits,
        "treatments": treatments,
        "invoices": invoices,
    }  # fmt: skip


def _visits(rows: Rows, *prefixes: str) -> list[Row]:
    """Visits with their animal, species, owner and vet; of the periods whose days begin so."""
    animals, species, owners, vets = (index(rows[t], "id") for t in ("animals", "species", "owners", "vets"))
    found: list[Row] = []
    for visit in rows["visits"]:
        if prefixes and not visit["visit_date"].startswith(prefixes):
            continue
        animal = animals[visit["animal_id"]]
        found.append({**visit, "animal": animal, "species": species[animal["species_id"]]["name"], "owner": owners[animal["owner_id"]], "vet": vets[visit["vet_id"]]})  # fmt: skip
    return found


def _treatments(rows: Rows, *prefixes: str) -> list[Row]:
    visits = index(_visits(rows, *prefixes), "id")
    return [{**t, "visit": visits[t["visit_id"]]} for t in rows["treatments"] if t["visit_id"] in visits]


def _invoices(rows: Rows, *prefixes: str) -> list[Row]:
    """Invoices of these periods. An answer as of a day knows nothing of the days after it; a few are issued later."""
    visits = index(_visits(rows), "id")
    known: list[Row] = [
        {**i, "visit": visits[i["visit_id"]]} for i in rows["invoices"] if i["issued_on"] <= TODAY.isoformat()
    ]
    return [i for i in known if not prefixes or i["issued_on"].startswith(prefixes)]


_Q1_25 = ("2025-01", "2025-02", "2025-03")

QUESTIONS = (
    Asked("how many visits in march 2025", lambda r: len(_visits(r, "2025-03"))),
    Asked("How many visits did we have last year?", lambda r: len(_visits(r, "2024"))),
    Asked("number of visits by month in 2024", lambda r: count_by([month(v["visit_date"]) for v in _visits(r, "2024")])),
    Asked("visits per vet in 2024", lambda r: count_by([v["vet"]["name"] for v in _visits(r, "2024")])),
    Asked("top 5 vets by visits last year", lambda r: top(count_by([v["vet"]["name"] for v in _visits(r, "2024")]), 5)),
    Asked("average treatment cost per species", lambda r: mean_by([(t["visit"]["species"], t["cost"]) for t in _treatments(r)])),
    Asked("total treatment cost by treatment type", lambda r: sum_by([(t["treatment_type"], t["cost"]) for t in r["treatments"]])),
    Asked("unpaid invoices by month", lambda r: count_by([month(i["issued_on"]) for i in _invoices(r) if i["paid_on"] is None])),
    Asked("how many invoices are unpaid", lambda r: sum(i["paid_on"] is None for i in _invoices(r))),
    Asked("how many invoices were paid in March 2025", lambda r: sum((i["paid_on"] or "").startswith("2025-03") for i in _invoices(r))),
    Asked("what is the total value of unpaid invoices?", lambda r: sum(i["total"] for i in _invoices(r) if i["paid_on"] is None)),
    Asked("invoice total in 2024", lambda r: sum(i["total"] for i in _invoices(r, "2024"))),
    Asked("average invoice total by quarter in 2024", lambda r: mean_by([(f"2024-{(int(i['issued_on'][5:7]) - 1) // 3 * 3 + 1:02d}-01", i["total"]) for i in _invoices(r, "2024")])),
    Asked("how many dogs do we have", lambda r: sum(a["species_id"] == 1 for a in r["animals"])),
    Asked("how many animals per species", lambda r: count_by([index(r["species"], "id")[a["species_id"]]["name"] for a in r["animals"]])),
    Asked("visits for dogs in Q1 2025", lambda r: sum(v["species"] == "Dog" for v in _visits(r, *_Q1_25))),
    Asked("how many visits by reason in 2024?", lambda r: count_by([v["reason"] for v in _visits(r, "2024")])),
    Asked("which vet had the most visits in 2024?", lambda r: top(count_by([v["vet"]["name"] for v in _visits(r, "2024")]), 1)),
    Asked("which species has the highest average treatment cost", lambda r: top(mean_by([(t["visit"]["species"], t["cost"]) for t in _treatments(r)]), 1)),
    Asked("how many owners live in Bristol", lambda r: sum(o["city"] == "Bristol" for o in r["owners"])),
    Asked("owners by city", lambda r: count_by([o["city"] for o in r["owners"]])),
    Asked("average visit duration by vet", lambda r: mean_by([(v["vet"]["name"], v["duration_min"]) for v in _visits(r)])),
    Asked("total tax in 2024", lambda r: sum(i["tax"] for i in _invoices(r, "2024"))),
    Asked("treatment cost for cats last month", lambda r: sum(t["cost"] for t in _treatments(r, "2025-06") if t["visit"]["species"] == "Cat")),
    Asked("how many neutered animals are there by species", lambda r: count_by([index(r["species"], "id")[a["species_id"]]["name"] for a in r["animals"] if a["neutered"]])),
    Asked("how many animals are not neutered", lambda r: sum(not a["neutered"] for a in r["animals"])),
    Asked("average weight of dogs", lambda r: mean([v["weight_kg"] for v in _visits(r) if v["species"] == "Dog"])),
    Asked("share of visits by species in 2024", lambda r: count_by([v["species"] for v in _visits(r, "2024")])),
    Asked("visits in 2024 compared with 2023", lambda r: len(_visits(r, "2024"))),
    Asked("monthly treatment costs in 2024", lambda r: sum_by([(month(t["visit"]["visit_date"]), t["cost"]) for t in _treatments(r, "2024")])),
    Asked("owners with more than 30 visits", lambda r: _often(r, 30)),
    Asked("how many x-rays did we do in 2024", lambda r: sum(t["treatment_type"] == "X-ray" for t in _treatments(r, "2024"))),
    Asked("top 3 cities by invoice total in 2024", lambda r: top(sum_by([(i["visit"]["owner"]["city"], i["total"]) for i in _invoices(r, "2024")]), 3)),
    Asked("how many different animals visited in 2024", lambda r: len({v["animal_id"] for v in _visits(r, "2024")})),
    Asked("how many new owners registered in 2024", lambda r: sum(o["registered_on"].startswith("2024") for o in r["owners"])),
    Asked("number of dental visits in 2025", lambda r: sum(v["reason"] == "Dental" for v in _visits(r, "2025"))),
    Asked("visits by Helen Marsh per month in 2025", lambda r: count_by([month(v["visit_date"]) for v in _visits(r, "2025") if v["vet"]["name"] == "Helen Marsh"])),
    Asked("how many vets are active", lambda r: sum(v["is_active"] for v in r["vets"])),
    Asked("how many surgeries did each vet perform", lambda r: count_by([t["visit"]["vet"]["name"] for t in _treatments(r) if t["treatment_type"] == "Surgery"])),
    Asked("average number of visits per month in 2024", lambda r: len(_visits(r, "2024")) / 12),
    Asked("revenue by month in 2024", lambda r: sum_by([(month(i["issued_on"]), i["total"]) for i in _invoices(r, "2024")])),
    Asked("invoice total by treatment type", None),
    Asked("how many emergency visits in 2024", None),
    Asked("what is the average salary of our vets", None),
    Asked("how many appointments were cancelled in May 2025", None),
    Asked("how many visits will we have next month", None),
)  # fmt: skip


def _often(rows: Rows, more_than: int) -> list[tuple[str, int]]:
    """Owners with so many visits, the most first; two of one name are two."""
    counts = count_by([v["owner"]["id"] for v in _visits(rows)])
    owners = index(rows["owners"], "id")
    found = [(f"{owners[i]['first_name']} {owners[i]['last_name']}", n) for i, n in counts.items() if n > more_than]
    return sorted(found, key=lambda pair: -pair[1])


def clinic(seed: int = 7) -> World:
    """The clinic with its questions."""
    return World("Clinic", TODAY, TABLES, _rows(seed), QUESTIONS)
