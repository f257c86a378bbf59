"""A haulage firm that declares no keys, writes days first and yes as Y: the set that nothing was taught on.

The questions were written before the draft had seen this database, and asked once (see tests/sources).
"""

import random
from datetime import date, timedelta

from evals.foreign.world import Asked, Row, Rows, World, count_by, index, mean, mean_by, month, sum_by, top

_FIRST, _LAST, TODAY = date(2023, 3, 1), date(2025, 8, 31), date(2025, 9, 1)
_DEPOTS = (("HAM", "Hamburg North", "Hamburg", "Germany"), ("ROT", "Rotterdam Port", "Rotterdam", "Netherlands"), ("LYO", "Lyon East", "Lyon", "France"), ("MIL", "Milan West", "Milan", "Italy"), ("BCN", "Barcelona Dock", "Barcelona", "Spain"), ("PRG", "Prague Hub", "Prague", "Czechia"))  # fmt: skip
_CLIENTS = ("Aldus Paper", "Bricolage Plus", "Cantera Stone", "Delft Optics", "Elbe Foods", "Fjord Furniture", "Garnier Tools", "Hansa Pharma", "Iberia Wine", "Jura Watches", "Kobalt Paints", "Lumen Lighting")  # fmt: skip
_INDUSTRIES = ("Manufacturing", "Retail", "Food", "Pharma")
_VEHICLES = ("Van", "Rigid truck", "Articulated truck", "Reefer")
_CONTENTS = ("Electronics", "Furniture", "Food", "Chemicals", "Textiles")
_INCIDENTS = ("Damage", "Delay", "Loss", "Theft")
_STATUSES = ("delivered", "in transit", "lost", "refused")

TABLES = {
    "tbl_depots": "depot_code TEXT PRIMARY KEY, depot_name TEXT, city TEXT, country TEXT",
    "tbl_drivers": "driver_id INTEGER PRIMARY KEY, first_name TEXT, last_name TEXT, hired_on TEXT, licence_class TEXT",
    "tbl_vehicles": "vehicle_id INTEGER PRIMARY KEY, plate TEXT, vehicle_type TEXT, depot_code TEXT, capacity_kg INTEGER",
    "tbl_clients": "client_id INTEGER PRIMARY KEY, company_name TEXT, industry TEXT, country TEXT",
    "tbl_consignments": "consignment_id INTEGER PRIMARY KEY, client_id INTEGER, origin_depot TEXT, destination_depot TEXT, "
    "driver_id INTEGER, vehicle_id INTEGER, pickup_date TEXT, delivered_on TEXT, status TEXT, distance_km REAL, freight_charge REAL",
    "tbl_parcels": "parcel_id INTEGER PRIMARY KEY, consignment_id INTEGER, contents_category TEXT, weight_kg REAL, declared_value REAL",
    "tbl_incidents": "incident_id INTEGER PRIMARY KEY, consignment_id INTEGER, reported_on TEXT, incident_type TEXT, claim_amount REAL, settled TEXT",
}  # fmt: skip


def _written(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _iso(text: str) -> str:
    return f"{text[6:10]}-{text[3:5]}-{text[:2]}"


def _rows(seed: int) -> dict[str, list[Row]]:
    draw = random.Random(seed)
    days = (_LAST - _FIRST).days
    people = ("Tomas", "Greta", "Luc", "Maria", "Piotr", "Sven", "Bruno", "Elena", "Karim")
    families = ("Novak", "Brandt", "Moreau", "Rossi", "Wolski", "Dahl", "Costa", "Petrova", "Haddad")
    drivers = [{"driver_id": 100 + i, "first_name": first, "last_name": last, "hired_on": _written(date(2015, 1, 5) + timedelta(days=311 * i)), "licence_class": draw.choice(("C", "CE"))} for i, (first, last) in enumerate(zip(people, families, strict=True))]  # fmt: skip
    vehicles = [{"vehicle_id": 10 + i, "plate": f"X-{1000 + 37 * i}", "vehicle_type": _VEHICLES[i % 4], "depot_code": draw.choice(_DEPOTS)[0], "capacity_kg": (1_200, 7_500, 24_000, 18_000)[i % 4]} for i in range(24)]  # fmt: skip
    clients = [{"client_id": 500 + i, "company_name": name, "industry": _INDUSTRIES[i % 4], "country": ("Germany", "France", "Italy", "Spain")[i % 4]} for i, name in enumerate(_CLIENTS)]  # fmt: skip
    consignments: list[Row] = []
    parcels: list[Row] = []
    incidents: list[Row] = []
    for i in range(1, 2801):
        picked = _FIRST + timedelta(days=min(int(draw.betavariate(1.4, 1.1) * days), days))
        origin, destination = draw.sample([depot[0] for depot in _DEPOTS], 2)
        status = draw.choices(_STATUSES, (88, 7, 2, 3))[0]
        arrived = _written(picked + timedelta(days=draw.randint(1, 6))) if status == "delivered" else None
        consignments.append({"consignment_id": i, "client_id": 500 + min(int(draw.expovariate(0.3)), 11), "origin_depot": origin, "destination_depot": destination, "driver_id": 100 + draw.choices(range(9), (9, 8, 7, 6, 5, 4, 3, 2, 1))[0], "vehicle_id": 10 + draw.randint(0, 23), "pickup_date": _written(picked), "delivered_on": arrived, "status": status, "distance_km": round(draw.uniform(180, 1900), 1), "freight_charge": round(draw.lognormvariate(6.1, 0.5), 2)})  # fmt: skip
        parcels.extend({"parcel_id": 10 * i + n, "consignment_id": i, "contents_category": draw.choice(_CONTENTS), "weight_kg": round(draw.lognormvariate(3.5, 0.9), 2), "declared_value": round(draw.lognormvariate(5, 1), 2)} for n in range(draw.choice((1, 1, 2, 3, 4))))  # fmt: skip
        if draw.random() < 0.08:
            incidents.append({"incident_id": len(incidents) + 1, "consignment_id": i, "reported_on": _written(picked + timedelta(days=draw.randint(0, 9))), "incident_type": draw.choices(_INCIDENTS, (5, 6, 2, 1))[0], "claim_amount": round(draw.lognormvariate(5.5, 0.8), 2), "settled": draw.choices(("Y", "N"), (3, 1))[0]})  # fmt: skip
    depots = [{"depot_code": code, "depot_name": name, "city": city, "country": country} for code, name, city, country in _DEPOTS]  # fmt: skip
    return {"tbl_depots": depots, "tbl_drivers": drivers, "tbl_vehicles": vehicles, "tbl_clients": clients, "tbl_consignments": consignments, "tbl_parcels": parcels, "tbl_incidents": incidents}  # fmt: skip


def _consignments(rows: Rows, *prefixes: str) -> list[Row]:
    depots, clients = index(rows["tbl_depots"], "depot_code"), index(rows["tbl_clients"], "client_id")
    drivers, vehicles = index(rows["tbl_drivers"], "driver_id"), index(rows["tbl_vehicles"], "vehicle_id")
    found: list[Row] = []
    for row in rows["tbl_consignments"]:
        day = _iso(row["pickup_date"])
        if not prefixes or day.startswith(prefixes):
            driver = drivers[row["driver_id"]]
            found.append({**row, "day": day, "client": clients[row["client_id"]], "origin": depots[row["origin_depot"]], "destination": depots[row["destination_depot"]], "driver": f"{driver['first_name']} {driver['last_name']}", "vehicle": vehicles[row["vehicle_id"]]})  # fmt: skip
    return found


def _parcels(rows: Rows, *prefixes: str) -> list[Row]:
    consignments = index(_consignments(rows, *prefixes), "consignment_id")
    return [{**p, "consignment": consignments[p["consignment_id"]]} for p in rows["tbl_parcels"] if p["consignment_id"] in consignments]  # fmt: skip


def _incidents(rows: Rows, *prefixes: str) -> list[Row]:
    consignments = index(_consignments(rows), "consignment_id")
    found: list[Row] = [{**i, "day": _iso(i["reported_on"]), "consignment": consignments[i["consignment_id"]]} for i in rows["tbl_incidents"]]  # fmt: skip
    # An answer as of a day knows nothing of the days after it; a few incidents are reported later.
    return [i for i in found if i["day"] <= TODAY.isoformat() and (not prefixes or i["day"].startswith(prefixes))]


_Q2_25 = ("2025-04", "2025-05", "2025-06")

QUESTIONS = (
    Asked("how many consignments did we have in 2024", lambda r: len(_consignments(r, "2024"))),
    Asked("consignments per month in 2024", lambda r: count_by([month(c["day"]) for c in _consignments(r, "2024")])),
    Asked("total freight charge in 2024", lambda r: sum(c["freight_charge"] for c in _consignments(r, "2024"))),
    Asked("freight charges by client in 2024", lambda r: sum_by([(c["client"]["company_name"], c["freight_charge"]) for c in _consignments(r, "2024")])),
    Asked("Who are our top 5 clients by freight charge last year?", lambda r: top(sum_by([(c["client"]["company_name"], c["freight_charge"]) for c in _consignments(r, "2024")]), 5)),
    Asked("average freight charge per consignment", lambda r: mean([c["freight_charge"] for c in _consignments(r)])),
    Asked("average distance by vehicle type", lambda r: mean_by([(c["vehicle"]["vehicle_type"], c["distance_km"]) for c in _consignments(r)])),
    Asked("total kilometres driven by each driver in 2024", lambda r: sum_by([(c["driver"], c["distance_km"]) for c in _consignments(r, "2024")])),
    Asked("total distance per driver in 2024", lambda r: sum_by([(c["driver"], c["distance_km"]) for c in _consignments(r, "2024")])),
    Asked("how many consignments were delivered in July 2025", lambda r: sum(bool(c["delivered_on"]) and _iso(c["delivered_on"]).startswith("2025-07") for c in _consignments(r))),
    Asked("how many consignments were lost", lambda r: sum(c["status"] == "lost" for c in _consignments(r))),
    Asked("lost consignments by client", lambda r: count_by([c["client"]["company_name"] for c in _consignments(r) if c["status"] == "lost"])),
    Asked("consignments by status", lambda r: count_by([c["status"] for c in _consignments(r)])),
    Asked("shipments from Hamburg in 2025", lambda r: sum(c["origin"]["city"] == "Hamburg" for c in _consignments(r, "2025"))),
    Asked("how many consignments went from Rotterdam to Lyon in 2024", lambda r: sum(c["origin"]["city"] == "Rotterdam" and c["destination"]["city"] == "Lyon" for c in _consignments(r, "2024"))),
    Asked("consignments by destination city", lambda r: count_by([c["destination"]["city"] for c in _consignments(r)])),
    Asked("consignments by origin country in 2024", lambda r: count_by([c["origin"]["country"] for c in _consignments(r, "2024")])),
    Asked("number of parcels by contents category", lambda r: count_by([p["contents_category"] for p in r["tbl_parcels"]])),
    Asked("total parcel weight in Q2 2025", lambda r: sum(p["weight_kg"] for p in _parcels(r, *_Q2_25))),
    Asked("average parcel weight by category", lambda r: mean_by([(p["contents_category"], p["weight_kg"]) for p in r["tbl_parcels"]])),
    Asked("what was the declared value of electronics in 2024?", lambda r: sum(p["declared_value"] for p in _parcels(r, "2024") if p["contents_category"] == "Electronics")),
    Asked("how many incidents per incident type", lambda r: count_by([i["incident_type"] for i in _incidents(r)])),
    Asked("total claim amount by month in 2024", lambda r: sum_by([(month(i["day"]), i["claim_amount"]) for i in _incidents(r, "2024")])),
    Asked("unsettled incidents", lambda r: sum(i["settled"] == "N" for i in _incidents(r))),
    Asked("how many incidents are not settled yet", lambda r: sum(i["settled"] == "N" for i in _incidents(r))),
    Asked("claim amount of unsettled incidents by client", lambda r: sum_by([(i["consignment"]["client"]["company_name"], i["claim_amount"]) for i in _incidents(r) if i["settled"] == "N"])),
    Asked("average claim for damage", lambda r: mean([i["claim_amount"] for i in _incidents(r) if i["incident_type"] == "Damage"])),
    Asked("which driver had the most incidents", lambda r: top(count_by([i["consignment"]["driver"] for i in _incidents(r)]), 1)),
    Asked("which client paid the most freight in 2025", lambda r: top(sum_by([(c["client"]["company_name"], c["freight_charge"]) for c in _consignments(r, "2025")]), 1)),
    Asked("how many vehicles do we have by type", lambda r: count_by([v["vehicle_type"] for v in r["tbl_vehicles"]])),
    Asked("how many drivers have a CE licence", lambda r: sum(d["licence_class"] == "CE" for d in r["tbl_drivers"])),
    Asked("number of clients per industry", lambda r: count_by([c["industry"] for c in r["tbl_clients"]])),
    Asked("consignments for food clients this year", lambda r: sum(c["client"]["industry"] == "Food" for c in _consignments(r, "2025"))),
    Asked("freight charge by industry in 2024", lambda r: sum_by([(c["client"]["industry"], c["freight_charge"]) for c in _consignments(r, "2024")])),
    Asked("3 drivers with the fewest consignments in 2024", lambda r: top(count_by([c["driver"] for c in _consignments(r, "2024")]), 3, lowest=True)),
    Asked("consignments in 2024 vs 2023", lambda r: len(_consignments(r, "2024"))),
    Asked("clients with more than 400 consignments", lambda r: {k: v for k, v in count_by([c["client"]["company_name"] for c in _consignments(r)]).items() if v > 400}),
    Asked("what percentage of consignments is delivered", lambda r: 100 * mean([c["status"] == "delivered" for c in _consignments(r)])),
    Asked("consignments without Elbe Foods by quarter in 2024", lambda r: count_by([f"2024-{(int(c['day'][5:7]) - 1) // 3 * 3 + 1:02d}-01" for c in _consignments(r, "2024") if c["client"]["company_name"] != "Elbe Foods"])),
    Asked("how many trips did Greta Brandt make in June 2025", lambda r: sum(c["driver"] == "Greta Brandt" for c in _consignments(r, "2025-06"))),
    Asked("consignments of Greta Brandt in June 2025", lambda r: sum(c["driver"] == "Greta Brandt" for c in _consignments(r, "2025-06"))),
    Asked("best month by freight charge in 2024", lambda r: top(sum_by([(month(c["day"]), c["freight_charge"]) for c in _consignments(r, "2024")]), 1)),
    Asked("average number of consignments per month in 2024", lambda r: len(_consignments(r, "2024")) / 12),
    Asked("freight charge by parcel category", None),
    Asked("fuel cost by vehicle in 2024", None),
    Asked("how many late deliveries in 2024", None),
    Asked("forecast of consignments for next month", None),
    Asked("consignments by city", None),
)  # fmt: skip


def freight(seed: int = 11) -> World:
    """The haulage firm with its questions."""
    return World("Haulage", TODAY, TABLES, _rows(seed), QUESTIONS)
