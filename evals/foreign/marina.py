"""A small yacht harbour: plural snake case with declared keys, stays of which some are only reserved, fuel sold by the litre
and jobs in the yard, each with its own money and dates."""

import random
from datetime import date, datetime, timedelta

from evals.foreign.world import Asked, Row, World

_FIRST, TODAY = date(2023, 4, 1), date(2025, 9, 16)
_LAST = TODAY - timedelta(days=1)

TABLES = {
    "boat_types": "id INTEGER PRIMARY KEY, label TEXT NOT NULL",
    "owners": "id INTEGER PRIMARY KEY, full_name TEXT NOT NULL, home_town TEXT, country TEXT, email TEXT, wants_newsletter INTEGER NOT NULL DEFAULT 0, created_at TEXT",
    "boats": "id INTEGER PRIMARY KEY, name TEXT NOT NULL, boat_type_id INTEGER NOT NULL REFERENCES boat_types(id), owner_id INTEGER NOT NULL REFERENCES owners(id), length_m REAL, year_built INTEGER, is_insured INTEGER NOT NULL",
    "berths": "id INTEGER PRIMARY KEY, code TEXT NOT NULL, pontoon TEXT NOT NULL, max_length_m REAL, has_power INTEGER NOT NULL, out_of_service INTEGER NOT NULL",
    "stays": "id INTEGER PRIMARY KEY, boat_id INTEGER NOT NULL REFERENCES boats(id), berth_id INTEGER NOT NULL REFERENCES berths(id), status TEXT NOT NULL, arrived_on TEXT NOT NULL, left_on TEXT, nights INTEGER NOT NULL, nightly_rate NUMERIC(8,2), total_price NUMERIC(10,2), is_paid INTEGER NOT NULL",
    "fuel_sales": "id INTEGER PRIMARY KEY, boat_id INTEGER NOT NULL REFERENCES boats(id), sold_at TEXT NOT NULL, fuel TEXT NOT NULL, litres REAL, price_per_litre NUMERIC(6,2), amount NUMERIC(10,2)",
    "yard_jobs": "id INTEGER PRIMARY KEY, boat_id INTEGER NOT NULL REFERENCES boats(id), job_type TEXT NOT NULL, mechanic TEXT, requested_on TEXT NOT NULL, finished_on TEXT, price NUMERIC(10,2)",
}  # fmt: skip

_TOWNS = (("Falmouth", "United Kingdom"), ("Plymouth", "United Kingdom"), ("Cork", "Ireland"), ("Brest", "France"), ("Saint-Malo", "France"), ("Ostend", "Belgium"), ("Rotterdam", "Netherlands"))  # fmt: skip
_FORENAMES = ("Alan", "Brigid", "Claire", "David", "Elsa", "Frank", "Gwen", "Hugo", "Irene", "Jack", "Katja", "Liam", "Maeve", "Noel")  # fmt: skip
_SURNAMES = ("Tregear", "Murphy", "Le Goff", "Peeters", "Bakker", "Pascoe", "Doyle", "Morvan", "Jansen", "Rowe")
_ADJECTIVES = (
    "Blue",
    "Silver",
    "Wild",
    "Quiet",
    "Merry",
    "Lucky",
    "Golden",
    "Salty",
    "Northern",
    "Little",
    "Black",
    "White",
)
_NOUNS = ("Heron", "Tern", "Dolphin", "Spray", "Gannet", "Petrel", "Breeze", "Otter", "Star", "Gull", "Mermaid", "Seal")


def _rows(seed: int) -> dict[str, list[Row]]:
    draw = random.Random(seed)
    span = (_LAST - _FIRST).days
    kinds: list[Row] = [{"id": i, "label": n} for i, n in enumerate(("Sailing yacht", "Motor cruiser", "Catamaran", "RIB", "Fishing boat"), 1)]  # fmt: skip
    owners: list[Row] = []
    for i, (first, last) in enumerate(draw.sample([(a, b) for a in _FORENAMES for b in _SURNAMES], 80), 1):
        town, country = draw.choices(_TOWNS, (6, 5, 3, 4, 2, 2, 3))[0]
        owners.append({"id": i, "full_name": f"{first} {last}", "home_town": town, "country": country, "email": f"{first}.{last}@example.com".lower().replace(" ", "") if draw.random() < 0.85 else None, "wants_newsletter": int(draw.random() < 0.4), "created_at": datetime(2023, 4, 1, draw.randint(8, 18), draw.randint(0, 59)).isoformat(" ") if i < 12 else (datetime(2023, 4, 1, 9) + timedelta(days=draw.randint(0, span), minutes=draw.randint(0, 540))).isoformat(" ")})  # fmt: skip
    names = draw.sample([f"{a} {b}" for a in _ADJECTIVES for b in _NOUNS], 110)
    boats: list[Row] = [{"id": i, "name": n, "boat_type_id": draw.choices(range(1, 6), (6, 4, 2, 1, 2))[0], "owner_id": i if i <= 80 else draw.randint(1, 80), "length_m": round(draw.uniform(5.5, 16.5), 1), "year_built": draw.randint(1978, 2023), "is_insured": int(draw.random() < 0.88)} for i, n in enumerate(names, 1)]  # fmt: skip
    berths: list[Row] = []
    for pontoon, count in (("North", 22), ("South", 18), ("Visitors", 14), ("Fishermen's Quay", 9)):
        for number in range(1, count + 1):
            berths.append({"id": len(berths) + 1, "code": f"{pontoon[0]}{number:02}", "pontoon": pontoon, "max_length_m": draw.choice((8.0, 10.0, 12.0, 15.0, 18.0)), "has_power": int(draw.random() < 0.7), "out_of_service": int(draw.random() < 0.1)})  # fmt: skip
    busy: dict[int, date] = {}
    plans: list[tuple[date, int, int]] = []
    for boat in boats:
        day = _FIRST + timedelta(days=draw.randint(0, 120))
        while day <= TODAY + timedelta(days=30):
            nights = draw.choices((1, 2, 3, 5, 7, 14, 21), (4, 6, 6, 4, 4, 2, 1))[0]
            plans.append((day, boat["id"], nights))
            day += timedelta(days=nights + draw.randint(20, 110 if 4 <= day.month <= 8 else 190))
    stays: list[Row] = []
    for day, boat_id, nights in sorted(plans):
        free = [b["id"] for b in berths if not b["out_of_service"] and busy.get(b["id"], _FIRST) <= day]
        berth = draw.choice(free)
        busy[berth] = left = day + timedelta(days=nights)
        status = "reserved" if day > _LAST else "moored" if left > _LAST else "departed"
        rate = round(boats[boat_id - 1]["length_m"] * (2.9 if day.month in (6, 7, 8) else 2.1), 2)
        stays.append({"id": len(stays) + 1, "boat_id": boat_id, "berth_id": berth, "status": status, "arrived_on": day.isoformat(), "left_on": left.isoformat() if status == "departed" else None, "nights": nights, "nightly_rate": rate, "total_price": round(rate * nights, 2), "is_paid": int(status == "departed" and draw.random() < 0.93)})  # fmt: skip
    fuel: list[Row] = []
    for moment in sorted(datetime(2023, 4, 1, 8) + timedelta(days=draw.randint(0, span), minutes=draw.randint(0, 600)) for _ in range(620)):  # fmt: skip
        kind = draw.choices(("Diesel", "Petrol", "HVO"), (6, 3, 1))[0]
        litres = round(draw.uniform(15, 260), 1)
        price = {"Diesel": 1.49, "Petrol": 1.78, "HVO": 2.05}[kind] + draw.choice((0, 0.04, 0.1))
        fuel.append({"id": len(fuel) + 1, "boat_id": draw.randint(1, 110), "sold_at": moment.isoformat(" "), "fuel": kind, "litres": litres, "price_per_litre": round(price, 2), "amount": round(litres * round(price, 2), 2)})  # fmt: skip
    jobs: list[Row] = []
    for day in sorted(_FIRST + timedelta(days=draw.randint(0, span)) for _ in range(330)):
        what = draw.choices(
            ("Haul-out", "Antifouling", "Engine service", "Rigging check", "Hull repair"), (5, 4, 5, 2, 1)
        )[0]
        done = day + timedelta(days=draw.randint(1, 40))
        low = {"Haul-out": 180, "Antifouling": 350, "Engine service": 240, "Rigging check": 90, "Hull repair": 900}[
            what
        ]
        jobs.append({"id": len(jobs) + 1, "boat_id": draw.randint(1, 110), "job_type": what, "mechanic": draw.choices(("Joe Nance", "Pauline Kerr", "Stefan Vogt"), (5, 4, 2))[0], "requested_on": day.isoformat(), "finished_on": done.isoformat() if done <= _LAST else None, "price": round(draw.uniform(low, low * 1.9), 2)})  # fmt: skip
    return {"boat_types": kinds, "owners": owners, "boats": boats, "berths": berths, "stays": stays, "fuel_sales": fuel, "yard_jobs": jobs}  # fmt: skip


_BO = "FROM boats b JOIN boat_types t ON t.id = b.boat_type_id JOIN owners o ON o.id = b.owner_id"
_ST = "FROM stays s JOIN berths p ON p.id = s.berth_id JOIN boats b ON b.id = s.boat_id JOIN boat_types t ON t.id = b.boat_type_id JOIN owners o ON o.id = b.owner_id"  # fmt: skip
_FU = "FROM fuel_sales f JOIN boats b ON b.id = f.boat_id JOIN boat_types t ON t.id = b.boat_type_id JOIN owners o ON o.id = b.owner_id"  # fmt: skip
_YA = "FROM yard_jobs y JOIN boats b ON b.id = y.boat_id JOIN boat_types t ON t.id = b.boat_type_id JOIN owners o ON o.id = b.owner_id"  # fmt: skip

QUESTIONS = (
    Asked("how many boats do we have on file?", "SELECT count(*) FROM boats"),
    Asked("boats by kind of boat", f"SELECT t.label, count(*) {_BO} GROUP BY 1"),
    Asked("how many boats belong to French owners", f"SELECT count(*) {_BO} WHERE o.country = 'France'"),
    Asked("which boats are longer than 16 metres?", "SELECT name, length_m FROM boats WHERE length_m > 16"),
    Asked("average length of a catamaran", f"SELECT avg(b.length_m) {_BO} WHERE t.label = 'Catamaran'"),
    Asked("how many boats aren't insured", "SELECT count(*) FROM boats WHERE is_insured = 0"),
    Asked("how many berths on each pontoon?", "SELECT pontoon, count(*) FROM berths GROUP BY 1"),
    Asked("how many berths have electricity", "SELECT count(*) FROM berths WHERE has_power = 1"),
    Asked("how many boats are moored here right now?", "SELECT count(DISTINCT boat_id) FROM stays WHERE status = 'moored'"),
    Asked("number of arrivals per month in 2024", "SELECT substr(arrived_on, 1, 7) || '-01', count(*) FROM stays WHERE arrived_on LIKE '2024%' GROUP BY 1"),
    Asked("how many boats left in August 2025", "SELECT count(*) FROM stays WHERE left_on LIKE '2025-08%'"),
    Asked("total of the stays that arrived last month, in money", "SELECT sum(total_price) FROM stays WHERE arrived_on LIKE '2025-08%'"),
    Asked("how much money is still unpaid from boats that have already departed?", "SELECT sum(total_price) FROM stays WHERE status = 'departed' AND is_paid = 0"),
    Asked("average number of nights per stay, by boat type, arrivals in 2024", f"SELECT t.label, avg(s.nights) {_ST} WHERE s.arrived_on LIKE '2024%' GROUP BY 1"),
    Asked("top 5 owners by what their stays cost, arrivals in 2024", f"SELECT o.full_name, sum(s.total_price) {_ST} WHERE s.arrived_on LIKE '2024%' GROUP BY o.id ORDER BY 2 DESC LIMIT 5"),
    Asked("nights by country of the owner for arrivals in 2024", f"SELECT o.country, sum(s.nights) {_ST} WHERE s.arrived_on LIKE '2024%' GROUP BY 1"),
    Asked("how much diesel did we sell in 2025, in litres?", "SELECT sum(litres) FROM fuel_sales WHERE fuel = 'Diesel' AND sold_at LIKE '2025%'"),
    Asked("fuel takings by fuel this year", "SELECT fuel, sum(amount) FROM fuel_sales WHERE sold_at LIKE '2025%' GROUP BY 1"),
    Asked("fuel takings per month in 2025", "SELECT substr(sold_at, 1, 7) || '-01', sum(amount) FROM fuel_sales WHERE sold_at LIKE '2025%' GROUP BY 1"),
    Asked("top 5 boats for fuel bought, in litres", f"SELECT b.name, sum(f.litres) {_FU} GROUP BY b.id ORDER BY 2 DESC LIMIT 5"),
    Asked("how many times did we sell fuel in the last 30 days?", "SELECT count(*) FROM fuel_sales WHERE date(sold_at) BETWEEN '2025-08-17' AND '2025-09-15'"),
    Asked("what share of the fuel litres is HVO, in percent", "SELECT 100.0 * sum(CASE WHEN fuel = 'HVO' THEN litres ELSE 0 END) / sum(litres) FROM fuel_sales"),
    Asked("yard jobs not finished yet, by mechanic", "SELECT mechanic, count(*) FROM yard_jobs WHERE finished_on IS NULL GROUP BY 1"),
    Asked("how many engine services has Pauline Kerr finished in 2025?", "SELECT count(*) FROM yard_jobs WHERE job_type = 'Engine service' AND mechanic = 'Pauline Kerr' AND finished_on LIKE '2025%'"),
    Asked("average price of each type of yard job", "SELECT job_type, avg(price) FROM yard_jobs GROUP BY 1"),
    Asked("how many days does an antifouling take on average from request to finish", "SELECT avg(julianday(finished_on) - julianday(requested_on)) FROM yard_jobs WHERE job_type = 'Antifouling'"),
    Asked("owners without an email address, how many?", "SELECT count(*) FROM owners WHERE email IS NULL"),
    Asked("what profit do we make on diesel?", None),
    Asked("what do we pay our mechanics per hour", None),
    Asked("how satisfied are our visitors", None),
)  # fmt: skip


def marina(seed: int = 71) -> World:
    """The harbour with its questions."""
    return World("Marina", TODAY, TABLES, _rows(seed), QUESTIONS)
