"""A marquee and party hire firm near Ludlow, as an ORM lays it out: singular tables, camelCase columns, no keys declared. A hire is
CONFIRMED (booked, still to go out), OUT, RETURNED or CANCELLED (its lines are deleted as the stock is released); no venueId and no
crewLeadId means the customer collects from the yard; chargedAmount is NULL where a breakage was let go."""

import random
from datetime import date, datetime, timedelta

from evals.foreign.world import Asked, Row, World

_FIRST, TODAY = date(2024, 1, 8), date(2026, 5, 19)
_LAST = TODAY - timedelta(days=1)

TABLES = {
    "customer": "id INTEGER, name TEXT, customerType TEXT, town TEXT, email TEXT, createdAt TEXT",
    "category": "id INTEGER, title TEXT, sortOrder INTEGER",
    "stock_item": "id INTEGER, itemName TEXT, categoryId INTEGER, quantityOwned INTEGER, listPrice REAL, replacementCost REAL, isDiscontinued INTEGER",
    "venue": "id INTEGER, venueName TEXT, county TEXT, milesFromYard REAL",
    "crew_member": "id INTEGER, fullName TEXT, jobRole TEXT, hourlyRate REAL, startDate TEXT, endDate TEXT",
    "hire": "id INTEGER, customerId INTEGER, venueId INTEGER, crewLeadId INTEGER, eventType TEXT, status TEXT, bookedAt TEXT, outDate TEXT, returnDate TEXT, "
    "deliveryFee REAL, depositAmount REAL, totalPrice REAL, isPaid INTEGER",
    "hire_line": "id INTEGER, hireId INTEGER, stockItemId INTEGER, quantity INTEGER, unitPrice REAL, lineTotal REAL",
    "breakage": "id INTEGER, hireId INTEGER, stockItemId INTEGER, quantityBroken INTEGER, chargedAmount REAL, reportedOn TEXT",
}

_CATEGORIES = ("Marquees", "Furniture", "Lighting", "Crockery", "Glassware", "Heating")
_STOCK = (
    ("Marquee 6x6m", 1, 8, 390.0, 4200.0),
    ("Marquee 6x12m", 1, 6, 640.0, 7600.0),
    ("Marquee 9x18m", 1, 3, 1250.0, 14800.0),
    ("Gazebo 3x3m", 1, 14, 75.0, 420.0),
    ("Chiavari chair", 2, 420, 2.6, 31.0),
    ("Folding chair", 2, 300, 1.2, 14.0),
    ("Round table 5ft", 2, 60, 8.5, 95.0),
    ("Trestle table", 2, 90, 6.0, 58.0),
    ("Festoon lights 20m", 3, 40, 28.0, 140.0),
    ("Uplighter", 3, 36, 14.0, 110.0),
    ("Chandelier", 3, 8, 65.0, 480.0),
    ("Dinner plate", 4, 900, 0.32, 4.5),
    ("Side plate", 4, 900, 0.24, 3.2),
    ("Soup bowl", 4, 350, 0.3, 4.1),
    ("Wine glass", 5, 1200, 0.28, 2.4),
    ("Champagne flute", 5, 1000, 0.3, 2.9),
    ("Hi-ball tumbler", 5, 800, 0.22, 1.8),
    ("Patio heater", 6, 18, 38.0, 260.0),
    ("Space heater", 6, 7, 95.0, 890.0),
    ("Oil drum brazier", 6, 5, 30.0, 120.0),
)
_VENUES = (
    ("Stokesay Court", "Shropshire", 7.2),
    ("Brampton Barns", "Herefordshire", 19.5),
    ("Wyre Hall", "Worcestershire", 24.8),
    ("Clee Hill Farm", "Shropshire", 6.1),
    ("Knighton Showground", "Powys", 17.3),
    ("Teme Valley Cricket Club", "Worcestershire", 15.9),
    ("Burford House", "Shropshire", 9.4),
    ("Orleton Village Hall", "Herefordshire", 5.7),
    ("Walcot Park", "Shropshire", 21.6),
    ("Presteigne Rectory", "Powys", 18.8),
)
_CREW = (
    ("Dave Preece", "Foreman", 16.5, "2016-04-04", None),
    ("Kelly Onions", "Foreman", 16.0, "2019-05-13", None),
    ("Marcin Zielinski", "Rigger", 13.8, "2021-03-01", None),
    ("Josh Bebb", "Rigger", 12.9, "2023-06-05", "2025-09-26"),
    ("Len Gough", "Driver", 13.4, "2018-02-19", None),
    ("Sue Mantle", "Driver", 13.7, "2022-08-08", None),
    ("Ollie Tranter", "Driver", 12.6, "2024-05-20", "2024-11-29"),
    ("Abi Wall", "Washer-up", 12.2, "2024-03-11", None),
)
_PEOPLE = (
    ("Anna", "Colin", "Diane", "Edward", "Fiona", "Graham", "Hilary", "Ian", "Jean", "Keith"),
    ("Bright", "Corfield", "Davies", "Hince", "Lello", "Morris", "Powell", "Yapp"),
)
_FIRMS = (
    ("Corve Dale Cider Ltd", "corporate"),
    ("Marches Accountancy", "corporate"),
    ("Halford Homes", "corporate"),
    ("Border Oak Brewery", "corporate"),
    ("Tenbury Tractors", "corporate"),
    ("Hopton Wines", "corporate"),
    ("Bitterley Primary", "school"),
    ("Lacon Academy", "school"),
    ("Moor Park Prep", "school"),
    ("Ludlow Town Council", "council"),
    ("Tenbury Town Council", "council"),
)
_TOWNS = ("Ludlow", "Leominster", "Tenbury Wells", "Craven Arms", "Church Stretton")


def _lines(draw: random.Random, event: str, year: int) -> list[tuple[int, int, float]]:
    """What goes on a hire: item, quantity, price each."""
    guests = draw.randint(
        *{"wedding": (70, 180), "birthday": (25, 90), "corporate": (30, 140), "fete": (40, 160), "funeral": (20, 70)}[
            event
        ]
    )
    picked = draw.sample(range(1, 21), draw.choices((2, 3, 4, 5), (3, 5, 4, 2))[0])
    found: list[tuple[int, int, float]] = []
    for item in sorted(picked):
        _, category, owned, price, _ = _STOCK[item - 1]
        if item in (7, 8):
            wanted = guests // 8 + 1
        elif category in (2, 4, 5):
            wanted = guests + draw.choice((0, 5, 10, 20))
        else:
            wanted = draw.randint(1, 2 if category == 1 else 4)
        found.append((item, min(wanted, owned), round(price * (1 + 0.05 * (year - 2024)), 2)))
    return found


def _rows(seed: int) -> dict[str, list[Row]]:
    draw = random.Random(seed)
    people = draw.sample([f"{a} {b}" for a in _PEOPLE[0] for b in _PEOPLE[1]], 74)
    named = [(name, "private") for name in people] + list(_FIRMS)
    draw.shuffle(named)
    customers: list[Row] = []
    for i, (name, kind) in enumerate(named, 1):
        mail = f"{name.lower().replace(' ', '.')}@example.org" if draw.random() < 0.86 else None
        since = datetime(2023, 2, 1, 9) + timedelta(days=draw.randint(0, 330), minutes=draw.randint(0, 480))
        town = draw.choices(_TOWNS, (7, 4, 3, 3, 2))[0]
        customers.append(
            {"id": i, "name": name, "customerType": kind, "town": town, "email": mail, "createdAt": since.isoformat()}
        )
    categories: list[Row] = [{"id": i, "title": t, "sortOrder": i * 10} for i, t in enumerate(_CATEGORIES, 1)]
    stock: list[Row] = [
        {
            "id": i,
            "itemName": n,
            "categoryId": c,
            "quantityOwned": q,
            "listPrice": p,
            "replacementCost": r,
            "isDiscontinued": int(n in ("Soup bowl", "Oil drum brazier")),
        }
        for i, (n, c, q, p, r) in enumerate(_STOCK, 1)
    ]
    venues: list[Row] = [
        {"id": i, "venueName": n, "county": c, "milesFromYard": m} for i, (n, c, m) in enumerate(_VENUES, 1)
    ]
    crew: list[Row] = [
        {"id": i, "fullName": n, "jobRole": j, "hourlyRate": h, "startDate": s, "endDate": e}
        for i, (n, j, h, s, e) in enumerate(_CREW, 1)
    ]
    hires: list[Row] = []
    lines: list[Row] = []
    breakages: list[Row] = []
    plans: list[tuple[datetime, date]] = []
    while len(plans) < 760:
        out = _FIRST + timedelta(days=draw.randint(10, (_LAST - _FIRST).days + 95))
        booked = datetime(out.year, out.month, out.day, 9) - timedelta(
            days=draw.randint(5, 120), minutes=-draw.randint(0, 500)
        )
        if _FIRST <= booked.date() <= _LAST and draw.random() < (
            1.0 if 5 <= out.month <= 9 else 0.7 if out.month == 12 else 0.4
        ):
            plans.append((booked, out))
    for number, (booked, out) in enumerate(sorted(plans), 1):
        customer = (
            draw.choice(customers)
            if draw.random() < 0.75
            else draw.choice([c for c in customers if c["customerType"] != "private"])
        )
        mix = {
            "private": (6, 5, 0, 0, 2),
            "corporate": (0, 0, 8, 1, 0),
            "school": (0, 0, 1, 6, 0),
            "council": (0, 0, 2, 6, 0),
        }[customer["customerType"]]
        event = draw.choices(("wedding", "birthday", "corporate", "fete", "funeral"), mix)[0]
        back = out + timedelta(days=draw.choices((1, 2, 3, 4), (2, 5, 4, 1))[0])
        status = (
            "CANCELLED"
            if draw.random() < 0.08
            else "CONFIRMED"
            if out > _LAST
            else "OUT"
            if back > _LAST
            else "RETURNED"
        )
        venue = None if draw.random() < 0.22 else draw.choices(venues, (5, 4, 3, 4, 2, 2, 4, 2, 3, 1))[0]
        goods = _lines(draw, event, booked.year)
        delivery = round(25 + 2.2 * venue["milesFromYard"] * draw.choice((1, 1, 2)), 2) if venue else 0.0
        total = round(sum(q * p for _, q, p in goods) + delivery, 2)
        leads = [i for i in (1, 2, 3, 4) if _CREW[i - 1][4] is None or out.isoformat() <= str(_CREW[i - 1][4])]
        hires.append(
            {
                "id": number,
                "customerId": customer["id"],
                "venueId": venue["id"] if venue else None,
                "crewLeadId": draw.choice(leads) if venue else None,
                "eventType": event,
                "status": status,
                "bookedAt": booked.isoformat(),
                "outDate": out.isoformat(),
                "returnDate": back.isoformat() if status == "RETURNED" else None,
                "deliveryFee": delivery,
                "depositAmount": float(round(total * 0.25)),
                "totalPrice": total,
                "isPaid": int(
                    status == "RETURNED" and draw.random() < (0.95 if back < TODAY - timedelta(days=60) else 0.6)
                ),
            }
        )
        if status == "CANCELLED":
            continue
        for item, quantity, price in goods:
            lines.append(
                {
                    "id": len(lines) + 1,
                    "hireId": number,
                    "stockItemId": item,
                    "quantity": quantity,
                    "unitPrice": price,
                    "lineTotal": round(quantity * price, 2),
                }
            )
            if status == "RETURNED" and draw.random() < (0.28 if _STOCK[item - 1][1] in (4, 5) else 0.05):
                broken = min(quantity, draw.randint(1, 14) if _STOCK[item - 1][1] in (4, 5) else draw.randint(1, 2))
                charged = (
                    round(broken * _STOCK[item - 1][4] * (1 if _STOCK[item - 1][1] in (4, 5) else 0.3), 2)
                    if draw.random() < 0.8
                    else None
                )
                breakages.append(
                    {
                        "hireId": number,
                        "stockItemId": item,
                        "quantityBroken": broken,
                        "chargedAmount": charged,
                        "reportedOn": back.isoformat(),
                    }
                )
    breakages = [{"id": i, **row} for i, row in enumerate(sorted(breakages, key=lambda row: row["reportedOn"]), 1)]
    return {
        "customer": customers,
        "category": categories,
        "stock_item": stock,
        "venue": venues,
        "crew_member": crew,
        "hire": hires,
        "hire_line": lines,
        "breakage": breakages,
    }


_HI = "FROM hire h JOIN customer c ON c.id = h.customerId"
_VE = "FROM hire h JOIN venue v ON v.id = h.venueId JOIN crew_member m ON m.id = h.crewLeadId"
_LI = "FROM hire_line l JOIN hire h ON h.id = l.hireId JOIN stock_item s ON s.id = l.stockItemId JOIN category k ON k.id = s.categoryId"
_BR = "FROM breakage b JOIN stock_item s ON s.id = b.stockItemId JOIN category k ON k.id = s.categoryId"

QUESTIONS = (
    Asked("how many customers are on the system?", "SELECT count(*) FROM customer"),
    Asked("customers by type", "SELECT customerType, count(*) FROM customer GROUP BY 1"),
    Asked("how many customers from ludlow", "SELECT count(*) FROM customer WHERE town = 'Ludlow'"),
    Asked("how many customers have we got no email for?", "SELECT count(*) FROM customer WHERE email IS NULL"),
    Asked(
        "how many pieces do we own in each category",
        "SELECT k.title, sum(s.quantityOwned) FROM stock_item s JOIN category k ON k.id = s.categoryId GROUP BY 1",
    ),
    Asked(
        "average list price by category",
        "SELECT k.title, avg(s.listPrice) FROM stock_item s JOIN category k ON k.id = s.categoryId GROUP BY 1",
    ),
    Asked(
        "3 dearest items to replace",
        "SELECT itemName, replacementCost FROM stock_item ORDER BY replacementCost DESC LIMIT 3",
    ),
    Asked("how many items are discontinued?", "SELECT count(*) FROM stock_item WHERE isDiscontinued = 1"),
    Asked("how far's the furthest venue, in miles", "SELECT max(milesFromYard) FROM venue"),
    Asked("venues per county", "SELECT county, count(*) FROM venue GROUP BY 1"),
    Asked("how many hires are out at the moment?", "SELECT count(*) FROM hire WHERE status = 'OUT'"),
    Asked("hires by status", "SELECT status, count(*) FROM hire GROUP BY 1"),
    Asked("total deposits on the confirmed hires?", "SELECT sum(depositAmount) FROM hire WHERE status = 'CONFIRMED'"),
    Asked(
        "how many hires were booked each month in 2025",
        "SELECT substr(bookedAt, 1, 7) || '-01', count(*) FROM hire WHERE bookedAt LIKE '2025%' GROUP BY 1",
    ),
    Asked("how many hires got booked last month?", "SELECT count(*) FROM hire WHERE bookedAt LIKE '2026-04%'"),
    Asked(
        "what percent of hires booked in 2025 were cancelled",
        "SELECT 100.0 * sum(status = 'CANCELLED') / count(*) FROM hire WHERE bookedAt LIKE '2025%'",
    ),
    Asked(
        "total price of hires returned last month",
        "SELECT sum(totalPrice) FROM hire WHERE status = 'RETURNED' AND returnDate LIKE '2026-04%'",
    ),
    Asked(
        "how many weddings went out in 2024? leave out cancelled",
        "SELECT count(*) FROM hire WHERE eventType = 'wedding' AND outDate LIKE '2024%' AND status <> 'CANCELLED'",
    ),
    Asked(
        "total price by event type for hires returned in 2025",
        "SELECT eventType, sum(totalPrice) FROM hire WHERE status = 'RETURNED' AND returnDate LIKE '2025%' GROUP BY 1",
    ),
    Asked(
        "avg total price of a returned wedding hire?",
        "SELECT avg(totalPrice) FROM hire WHERE status = 'RETURNED' AND eventType = 'wedding'",
    ),
    Asked(
        "top 3 customers by total price of returned hires",
        f"SELECT c.name, sum(h.totalPrice) {_HI} WHERE h.status = 'RETURNED' GROUP BY c.id ORDER BY 2 DESC LIMIT 3",
    ),
    Asked(
        "how many returned hires haven't been paid?",
        "SELECT count(*) FROM hire WHERE status = 'RETURNED' AND isPaid = 0",
    ),
    Asked(
        "unpaid money on returned hires by customer type, total price",
        f"SELECT c.customerType, sum(h.totalPrice) {_HI} WHERE h.status = 'RETURNED' AND h.isPaid = 0 GROUP BY 1",
    ),
    Asked(
        "delivery fees by county, hires returned in 2025",
        f"SELECT v.county, sum(h.deliveryFee) {_VE} WHERE h.status = 'RETURNED' AND h.returnDate LIKE '2025%' GROUP BY 1",
    ),
    Asked(
        "how many returned hires did dave preece lead in 2025, going by date out",
        f"SELECT count(*) {_VE} WHERE m.fullName = 'Dave Preece' AND h.status = 'RETURNED' AND h.outDate LIKE '2025%'",
    ),
    Asked(
        "returned hires at stokesay court, how many?",
        f"SELECT count(*) {_VE} WHERE v.venueName = 'Stokesay Court' AND h.status = 'RETURNED'",
    ),
    Asked(
        "how many chiavari chairs went out in 2025",
        f"SELECT sum(l.quantity) {_LI} WHERE s.itemName = 'Chiavari chair' AND h.outDate LIKE '2025%'",
    ),
    Asked(
        "hire line money by category, for stuff that went out in 2025",
        f"SELECT k.title, sum(l.lineTotal) {_LI} WHERE h.outDate LIKE '2025%' GROUP BY 1",
    ),
    Asked(
        "marquees only: line totals per month out in 2025",
        f"SELECT substr(h.outDate, 1, 7) || '-01', sum(l.lineTotal) {_LI} WHERE k.title = 'Marquees' AND h.outDate LIKE '2025%' GROUP BY 1",
    ),
    Asked(
        "what % of the line money is lighting?",
        f"SELECT 100.0 * sum(CASE WHEN k.title = 'Lighting' THEN l.lineTotal ELSE 0 END) / sum(l.lineTotal) {_LI}",
    ),
    Asked(
        "how many pieces got broken this year?",
        "SELECT sum(quantityBroken) FROM breakage WHERE reportedOn LIKE '2026%'",
    ),
    Asked(
        "broken wine glasses since september",
        f"SELECT sum(b.quantityBroken) {_BR} WHERE s.itemName = 'Wine glass' AND b.reportedOn >= '2025-09-01'",
    ),
    Asked(
        "how much did we charge for breakages in 2025, by category",
        f"SELECT k.title, sum(b.chargedAmount) {_BR} WHERE b.reportedOn LIKE '2025%' GROUP BY 1",
    ),
    Asked("how many breakages did we never charge for?", "SELECT count(*) FROM breakage WHERE chargedAmount IS NULL"),
    Asked("crew still with us, by job", "SELECT jobRole, count(*) FROM crew_member WHERE endDate IS NULL GROUP BY 1"),
    Asked(
        "average hourly rate of all the drivers we've had?",
        "SELECT avg(hourlyRate) FROM crew_member WHERE jobRole = 'Driver'",
    ),
    Asked("how much diesel did the vans use last month?", None),
    Asked("whats the insurance premium on the warehouse", None),
    Asked("how many followers have we got on instagram?", None),
    Asked("how much do we still owe the bank", None),
)


def eventshire(seed: int = 933) -> World:
    """The hire firm with its questions."""
    return World("Events hire", TODAY, TABLES, _rows(seed), QUESTIONS)
