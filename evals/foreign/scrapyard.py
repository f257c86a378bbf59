"""A car breaker near Rotherham, as an Access application of the nineties lays it out: tbl and tlk prefixes, CamelCase, short codes and
Y/N flags, no keys declared. A car is crushed once stripped (DateCrushed, ScrapValue; NULL while it stands in the yard); a void ticket
(VoidYN = 'Y') has no lines and no carriage; a part that came back goes on the shelf again (AV) or in the skip (SK)."""

import random
from datetime import date, timedelta

from evals.foreign.world import Asked, Row, World

_FIRST, TODAY = date(2024, 1, 3), date(2026, 3, 17)
_LAST = TODAY - timedelta(days=1)

TABLES = {
    "tblVehicle": "VehID INTEGER, RegNo TEXT, Make TEXT, Model TEXT, ModelYear INTEGER, FuelCode TEXT, Mileage INTEGER, SalvCat TEXT, Source TEXT, "
    "DateIn TEXT, PricePaid REAL, DateDepol TEXT, DateCrushed TEXT, ScrapKg INTEGER, ScrapValue REAL",
    "tlkPartType": "PartTypeID INTEGER, PartDesc TEXT, PartGroup TEXT, WarrantyDays INTEGER",
    "tlkPartStatus": "StatCode TEXT, StatDesc TEXT",
    "tblPart": "PartID INTEGER, StockNo TEXT, VehID INTEGER, PartTypeID INTEGER, Grade TEXT, AskPrice REAL, DateListed TEXT, StatCode TEXT, ShelfLoc TEXT",
    "tblCust": "CustID INTEGER, CustName TEXT, CustType TEXT, Town TEXT, Tel TEXT, AcctYN TEXT, CreditLimit REAL",
    "tblSale": "SaleID INTEGER, SaleDate TEXT, SaleTime TEXT, CustID INTEGER, StaffInits TEXT, Channel TEXT, PayMethod TEXT, Carriage REAL, VoidYN TEXT",
    "tblSaleLine": "SaleLineID INTEGER, SaleID INTEGER, PartID INTEGER, SellPrice REAL",
    "tlkReason": "ReasonCode TEXT, ReasonDesc TEXT",
    "tblReturn": "ReturnID INTEGER, SaleLineID INTEGER, ReturnDate TEXT, ReasonCode TEXT, RefundAmt REAL, Notes TEXT",
}

_CARS = (
    ("Ford", (("Fiesta", 9), ("Focus", 8), ("Transit", 4), ("Kuga", 2))),
    ("Vauxhall", (("Corsa", 8), ("Astra", 7), ("Insignia", 3))),
    ("Volkswagen", (("Golf", 6), ("Polo", 4), ("Passat", 2))),
    ("BMW", (("3 Series", 4), ("1 Series", 3))),
    ("Peugeot", (("208", 3), ("308", 2))),
    ("Audi", (("A3", 3), ("A4", 2))),
    ("Nissan", (("Qashqai", 4), ("Micra", 2))),
    ("Toyota", (("Yaris", 2), ("Prius", 2))),
    ("Renault", (("Clio", 4), ("Megane", 2))),
    ("Mercedes", (("C Class", 2), ("Sprinter", 1))),
)
_TYPES = (
    ("Engine", "Mechanical", 90, 520, 5),
    ("Gearbox", "Mechanical", 90, 260, 5),
    ("Turbo", "Mechanical", 60, 165, 4),
    ("Driveshaft", "Mechanical", 30, 48, 4),
    ("Alternator", "Electrical", 30, 42, 6),
    ("Starter motor", "Electrical", 30, 36, 5),
    ("ECU", "Electrical", 30, 85, 3),
    ("Headlight", "Lighting", 14, 70, 8),
    ("Rear light", "Lighting", 14, 32, 6),
    ("Bonnet", "Body panels", 0, 95, 4),
    ("Front bumper", "Body panels", 0, 110, 4),
    ("Tailgate", "Body panels", 0, 130, 3),
    ("Front wing", "Body panels", 0, 60, 5),
    ("Door", "Body panels", 0, 88, 7),
    ("Wing mirror", "Body panels", 0, 34, 8),
    ("Alloy wheel", "Wheels", 0, 55, 6),
    ("Steering rack", "Steering & suspension", 30, 72, 3),
    ("Shock absorber", "Steering & suspension", 30, 26, 4),
    ("Radio", "Interior", 14, 58, 4),
    ("Seat", "Interior", 0, 64, 3),
)
_STATUSES = (("AV", "In stock"), ("RS", "Reserved"), ("SO", "Sold"), ("SK", "Skipped"))
_REASONS = (("FLT", "Faulty"), ("WRG", "Wrong part"), ("CHM", "Changed mind"), ("DMG", "Damaged in transit"))
_REASON_WEIGHTS = {"Mechanical": (7, 3, 1, 1), "Electrical": (8, 4, 1, 0.5)}
_TOWNS = ("Rotherham", "Sheffield", "Doncaster", "Barnsley", "Worksop", "Chesterfield")
_TRADE = (
    "Masbrough Motors", "Canklow Autos", "Don Valley Garage", "Wickersley Bodyshop", "Parkgate MOT Centre", "Tinsley Car Repairs",
    "Hoyle Bros", "Bramley Accident Repair", "Dalton Service Station", "Maltby Motor Factors", "Attercliffe Autofix", "Swinton Garage",
    "Mexborough Tyre & Exhaust", "Elsecar Engines", "Penistone Road Garage", "Wombwell Autocare", "Dinnington Cars", "Rawmarsh Recovery",
    "Kimberworth Motors", "Thurcroft Taxi Repairs", "Handsworth Bodyworks", "Armthorpe Vans", "Thorne Road Autos", "Balby Bridge Motors",
)  # fmt: skip
_EXPORT = ("Baltic Auto Parts UAB", "Lagos Spares Link", "Wroclaw Czesci", "Accra Motor Imports", "Cyprus Jap Engines")
_NAMES = (
    (
        "Adam",
        "Beth",
        "Craig",
        "Dawn",
        "Emma",
        "Faisal",
        "Gaz",
        "Helen",
        "Imran",
        "Jodie",
        "Kev",
        "Lee",
        "Mick",
        "Nadia",
    ),
    (
        "Allott",
        "Beaumont",
        "Crossley",
        "Dyson",
        "Earnshaw",
        "Firth",
        "Hussain",
        "Jubb",
        "Lodge",
        "Micklethwaite",
        "Oxley",
        "Khan",
    ),
)
_LETTERS = "ABCDEFGHJKLMNOPRSTUVWXYZ"


def _customers(draw: random.Random) -> list[Row]:
    people = draw.sample([f"{first} {last}" for first in _NAMES[0] for last in _NAMES[1]], 118)
    named = [(n, "RETAIL") for n in people] + [(n, "TRADE") for n in _TRADE] + [(n, "EXPORT") for n in _EXPORT]
    draw.shuffle(named)
    found: list[Row] = [
        {
            "CustID": 1,
            "CustName": "CASH SALE",
            "CustType": "RETAIL",
            "Town": None,
            "Tel": None,
            "AcctYN": "N",
            "CreditLimit": 0.0,
        }
    ]
    for number, (name, kind) in enumerate(named, 2):
        account = kind == "TRADE" and draw.random() < 0.7
        found.append(
            {
                "CustID": number,
                "CustName": name,
                "CustType": kind,
                "Town": None if kind == "EXPORT" else draw.choices(_TOWNS, (9, 7, 5, 4, 2, 2))[0],
                "Tel": f"07{draw.randint(400, 999)} {draw.randint(100000, 999999)}" if draw.random() < 0.9 else None,
                "AcctYN": "Y" if account else "N",
                "CreditLimit": float(draw.choice((500, 1000, 1500, 2500, 4000))) if account else 0.0,
            }
        )
    return found


def _vehicles(draw: random.Random) -> list[Row]:
    days = sorted(_FIRST + timedelta(days=draw.randint(0, (_LAST - _FIRST).days)) for _ in range(430))
    models = [(make, model, weight) for make, listed in _CARS for model, weight in listed]
    found: list[Row] = []
    for number, day in enumerate(days, 1):
        make, model, _ = draw.choices(models, [weight for *_, weight in models])[0]
        source = draw.choices(("Insurance", "Public", "Trade", "Council"), (9, 8, 4, 2))[0]
        year = day.year - draw.choices(range(4, 19), (2, 3, 4, 5, 6, 8, 9, 9, 8, 8, 7, 6, 4, 3, 2))[0]
        if model == "Prius":
            fuel = "H"
        elif model in ("Transit", "Sprinter"):
            fuel = "D"
        else:
            fuel = draw.choices("PDE", (60, 38, 2))[0]
        base = {"Insurance": 620, "Public": 230, "Trade": 300, "Council": 60}[source]
        paid = 5 * round(
            base
            * (1.9 if make in ("BMW", "Audi", "Mercedes") else 1)
            * draw.uniform(0.5, 1.5)
            * (1 + (year - 2012) * 0.04)
            / 5
        )
        depolluted = day + timedelta(days=draw.randint(1, 12))
        crushed = depolluted + timedelta(days=draw.randint(60, 210))
        kilos = draw.randint(620, 1050) + (450 if fuel == "D" and model in ("Transit", "Sprinter") else 0)
        done = crushed <= _LAST and draw.random() < 0.93
        found.append(
            {
                "VehID": number,
                "RegNo": f"{draw.choice('YFNPD')}{draw.choice(_LETTERS)}{year % 100 + draw.choice((0, 50)):02d} {''.join(draw.choices(_LETTERS, k=3))}",
                "Make": make,
                "Model": model,
                "ModelYear": year,
                "FuelCode": fuel,
                "Mileage": None if draw.random() < 0.07 else int((day.year - year) * draw.uniform(5200, 12500)),
                "SalvCat": draw.choices(("B", "S", "N"), (5, 3, 2))[0] if source == "Insurance" else None,
                "Source": source,
                "DateIn": day.isoformat(),
                "PricePaid": float(max(paid, 20)),
                "DateDepol": depolluted.isoformat() if depolluted <= _LAST else None,
                "DateCrushed": crushed.isoformat() if done else None,
                "ScrapKg": kilos if done else None,
                "ScrapValue": round(kilos * draw.uniform(0.155, 0.215), 2) if done else None,
            }
        )
    return found


def _parts(draw: random.Random, vehicles: list[Row]) -> tuple[list[Row], list[tuple[date, int]]]:
    """The parts taken off, in order of listing, and when each that found a buyer did."""
    listed: list[Row] = []
    for vehicle in vehicles:
        if vehicle["DateDepol"] is None:
            continue
        kinds: set[int] = set()
        for _ in range(draw.choices(range(3, 12), (2, 4, 6, 8, 8, 6, 4, 2, 1))[0]):
            kinds.add(draw.choices(range(1, 21), [row[4] for row in _TYPES])[0])
        for kind in sorted(kinds):
            day = date.fromisoformat(vehicle["DateDepol"]) + timedelta(days=draw.randint(1, 24))
            if day > _LAST:
                continue
            grade = draw.choices("ABC", (4, 5, 2))[0]
            dear = 1.6 if vehicle["Make"] in ("BMW", "Audi", "Mercedes") else 1.0
            price = _TYPES[kind - 1][3] * dear * {"A": 1.2, "B": 1.0, "C": 0.65}[grade] * draw.uniform(0.8, 1.25)
            listed.append(
                {
                    "VehID": vehicle["VehID"],
                    "PartTypeID": kind,
                    "Grade": grade,
                    "AskPrice": float(max(5, 5 * round(price / 5))),
                    "DateListed": day.isoformat(),
                    "StatCode": "AV",
                    "ShelfLoc": f"{draw.choice('ABCDEF')}{draw.randint(1, 24):02d}" if draw.random() < 0.94 else None,
                }
            )
    listed.sort(key=lambda row: row["DateListed"])
    parts: list[Row] = []
    sold: list[tuple[date, int]] = []
    for number, row in enumerate(listed, 1):
        part = {"PartID": number, "StockNo": f"S{10000 + number}", **row}
        parts.append(part)
        day = date.fromisoformat(str(part["DateListed"]))
        when = day + timedelta(days=1 + int(draw.expovariate(1 / (70 if part["Grade"] == "A" else 95))))
        if draw.random() < 0.74 and when <= _LAST:
            while when.weekday() == 6:
                when -= timedelta(days=1)
            sold.append((max(when, day), number))
        elif (_LAST - day).days > 330 and draw.random() < 0.35:
            part["StatCode"] = "SK"
        elif draw.random() < 0.05:
            part["StatCode"] = "RS"
    return parts, sorted(sold)


def _rows(seed: int) -> dict[str, list[Row]]:
    draw = random.Random(seed)
    customers, vehicles = _customers(draw), _vehicles(draw)
    parts, sold = _parts(draw, vehicles)
    pull = {
        row["CustID"]: {"RETAIL": 1.0, "TRADE": 7.0, "EXPORT": 9.0}[row["CustType"]] * draw.choice((0.3, 0.7, 1, 1, 2))
        for row in customers
    }
    pull[1] = 60.0
    for quiet in draw.sample(
        [row["CustID"] for row in customers if row["CustType"] == "RETAIL" and row["CustID"] > 1], 14
    ):
        pull[quiet] = 0.0
    sales: list[Row] = []
    lines: list[Row] = []
    returns: list[Row] = []

    def ticket(day: date, void: bool) -> Row:
        customer = customers[draw.choices(range(len(customers)), list(pull.values()))[0]]
        kind, walk_in = customer["CustType"], customer["CustID"] == 1
        channels = (
            (1, 0, 0, 0) if walk_in else {"RETAIL": (3, 2, 5, 3), "TRADE": (4, 6, 0, 1), "EXPORT": (0, 3, 1, 2)}[kind]
        )
        channel = draw.choices(("COUNTER", "PHONE", "EBAY", "WEB"), channels)[0]
        if customer["AcctYN"] == "Y" and draw.random() < 0.8:
            pay = "ACCOUNT"
        elif channel == "COUNTER":
            pay = draw.choices(("CASH", "CARD"), (4, 6))[0]
        else:
            pay = {"PHONE": "CARD", "EBAY": "PAYPAL", "WEB": "CARD"}[channel]
        staff = draw.choices(("TB", "SW", "DK", "JM"), (3, 6, 2, 4) if day < date(2025, 6, 1) else (3, 6, 4, 0))[0]
        posted = channel != "COUNTER" and draw.random() < 0.75
        sale = {
            "SaleID": len(sales) + 1,
            "SaleDate": day.isoformat(),
            "SaleTime": f"{draw.randint(8, 16):02d}:{draw.randint(0, 59):02d}",
            "CustID": customer["CustID"],
            "StaffInits": staff,
            "Channel": channel,
            "PayMethod": pay,
            "Carriage": draw.choice((6.95, 9.95, 14.5, 45.0)) if posted and not void else 0.0,
            "VoidYN": "Y" if void else "N",
        }
        sales.append(sale)
        return sale

    left = list(sold)
    while left:
        day = left[0][0]
        if draw.random() < 0.045:
            ticket(day, void=True)
        sale = ticket(day, void=False)
        trade = customers[sale["CustID"] - 1]["CustType"] != "RETAIL"
        for _ in range(draw.choices((1, 2, 3), (5, 4, 2) if trade else (9, 2, 0))[0]):
            if not left or left[0][0] != day:
                break
            part = parts[left.pop(0)[1] - 1]
            part["StatCode"] = "SO"
            price = part["AskPrice"] * (draw.uniform(0.72, 0.95) if trade else draw.choice((1, 1, 1, 0.95, 0.9, 0.85)))
            lines.append(
                {
                    "SaleLineID": len(lines) + 1,
                    "SaleID": sale["SaleID"],
                    "PartID": part["PartID"],
                    "SellPrice": float(round(price)),
                }
            )
            group = _TYPES[part["PartTypeID"] - 1][1]
            back = day + timedelta(days=draw.randint(2, 26))
            if back <= _LAST and draw.random() < {"Mechanical": 0.12, "Electrical": 0.15}.get(group, 0.06) + (
                0.05 if sale["Channel"] == "EBAY" else 0
            ):
                reason = draw.choices([code for code, _ in _REASONS], _REASON_WEIGHTS.get(group, (2, 4, 2, 3)))[0]
                part["StatCode"] = "SK" if reason in ("FLT", "DMG") else "AV"
                share = 0.8 if reason == "CHM" else 1.0
                note = (
                    draw.choice(("phoned first", "no receipt", "told Terry", "knocking", "photos on email"))
                    if draw.random() < 0.4
                    else None
                )
                returns.append(
                    {
                        "SaleLineID": len(lines),
                        "ReturnDate": back.isoformat(),
                        "ReasonCode": reason,
                        "RefundAmt": round(lines[-1]["SellPrice"] * share, 2),
                        "Notes": note,
                    }
                )
    returns = [{"ReturnID": i, **row} for i, row in enumerate(sorted(returns, key=lambda row: row["ReturnDate"]), 1)]
    return {
        "tblVehicle": vehicles,
        "tlkPartType": [
            {"PartTypeID": i, "PartDesc": d, "PartGroup": g, "WarrantyDays": w}
            for i, (d, g, w, _, _) in enumerate(_TYPES, 1)
        ],
        "tlkPartStatus": [{"StatCode": c, "StatDesc": d} for c, d in _STATUSES],
        "tblPart": parts,
        "tblCust": customers,
        "tblSale": sales,
        "tblSaleLine": lines,
        "tlkReason": [{"ReasonCode": c, "ReasonDesc": d} for c, d in _REASONS],
        "tblReturn": returns,
    }


_PA = "FROM tblPart p JOIN tlkPartType t ON t.PartTypeID = p.PartTypeID JOIN tblVehicle v ON v.VehID = p.VehID"
_LI = (
    "FROM tblSaleLine l JOIN tblSale s ON s.SaleID = l.SaleID JOIN tblCust c ON c.CustID = s.CustID JOIN tblPart p ON p.PartID = l.PartID "
    "JOIN tlkPartType t ON t.PartTypeID = p.PartTypeID JOIN tblVehicle v ON v.VehID = p.VehID"
)
_RE = (
    "FROM tblReturn r JOIN tlkReason w ON w.ReasonCode = r.ReasonCode JOIN tblSaleLine l ON l.SaleLineID = r.SaleLineID "
    "JOIN tblSale s ON s.SaleID = l.SaleID JOIN tblPart p ON p.PartID = l.PartID JOIN tlkPartType t ON t.PartTypeID = p.PartTypeID"
)

QUESTIONS = (
    # Terry, who owns the yard
    Asked(
        "How many motors have we had in so far this year?",
        "SELECT count(*) FROM tblVehicle WHERE DateIn BETWEEN '2026-01-01' AND '2026-03-17'",
    ),
    Asked(
        "what did I spend on buying cars in 2025, month by month",
        "SELECT substr(DateIn, 1, 7) || '-01', sum(PricePaid) FROM tblVehicle WHERE DateIn LIKE '2025%' GROUP BY 1",
    ),
    Asked(
        "average I paid for a car by where it came from, 2025 only",
        "SELECT Source, avg(PricePaid) FROM tblVehicle WHERE DateIn LIKE '2025%' GROUP BY 1",
    ),
    Asked(
        "Top 3 makes by number of cars we've broken, ever",
        "SELECT Make, count(*) FROM tblVehicle GROUP BY 1 ORDER BY 2 DESC LIMIT 3",
    ),
    Asked(
        "what did the shells we crushed last month fetch in scrap",
        "SELECT sum(ScrapValue) FROM tblVehicle WHERE DateCrushed LIKE '2026-02%'",
    ),
    Asked(
        "parts takings by sales channel for 2025 please",
        f"SELECT s.Channel, sum(l.SellPrice) {_LI} WHERE s.SaleDate LIKE '2025%' GROUP BY 1",
    ),
    Asked(
        "Which make of car has earned us the most from parts sold in 2025?",
        f"SELECT v.Make, sum(l.SellPrice) {_LI} WHERE s.SaleDate LIKE '2025%' GROUP BY 1 ORDER BY 2 DESC LIMIT 1",
    ),
    Asked(
        "of all the engines we've ever sold, what percentage came back?",
        "SELECT 100.0 * count(r.ReturnID) / count(*) FROM tblSaleLine l JOIN tblPart p ON p.PartID = l.PartID JOIN tlkPartType t ON t.PartTypeID = p.PartTypeID "
        "LEFT JOIN tblReturn r ON r.SaleLineID = l.SaleLineID WHERE t.PartDesc = 'Engine'",
    ),
    Asked(
        "how many days does a part sit on average between being listed and being sold? by part group",
        f"SELECT t.PartGroup, avg(julianday(s.SaleDate) - julianday(p.DateListed)) {_LI} GROUP BY 1",
    ),
    # Shaz on the counter, always in a hurry
    Asked(
        "how many headlights in stock", f"SELECT count(*) {_PA} WHERE t.PartDesc = 'Headlight' AND p.StatCode = 'AV'"
    ),
    Asked(
        "any golf gearboxes in stock? how many",
        f"SELECT count(*) {_PA} WHERE t.PartDesc = 'Gearbox' AND v.Model = 'Golf' AND p.StatCode = 'AV'",
    ),
    Asked(
        "parts by status",
        "SELECT x.StatDesc, count(*) FROM tblPart p JOIN tlkPartStatus x ON x.StatCode = p.StatCode GROUP BY 1",
    ),
    Asked(
        "cheapest alternator in stock how much",
        f"SELECT min(p.AskPrice) {_PA} WHERE t.PartDesc = 'Alternator' AND p.StatCode = 'AV'",
    ),
    Asked("how many parts sold last month", f"SELECT count(*) {_LI} WHERE s.SaleDate LIKE '2026-02%'"),
    Asked(
        "voided tickets per staff 2025",
        "SELECT StaffInits, count(*) FROM tblSale WHERE VoidYN = 'Y' AND SaleDate LIKE '2025%' GROUP BY 1",
    ),
    Asked(
        "how many returns last 30 days",
        "SELECT count(*) FROM tblReturn WHERE ReturnDate BETWEEN '2026-02-15' AND '2026-03-16'",
    ),
    Asked("customers from barnsley, how many", "SELECT count(*) FROM tblCust WHERE Town = 'Barnsley'"),
    Asked(
        "stuff in stock with no shelf location - count",
        "SELECT count(*) FROM tblPart WHERE StatCode = 'AV' AND ShelfLoc IS NULL",
    ),
    # Pauline, who does the books
    Asked(
        "Please give me the total of parts sales for each month of 2025, excluding carriage.",
        f"SELECT substr(s.SaleDate, 1, 7) || '-01', sum(l.SellPrice) {_LI} WHERE s.SaleDate LIKE '2025%' GROUP BY 1",
    ),
    Asked("How much carriage did we charge in 2025?", "SELECT sum(Carriage) FROM tblSale WHERE SaleDate LIKE '2025%'"),
    Asked(
        "Refunds given in 2025, split by the reason for the return.",
        f"SELECT w.ReasonDesc, sum(r.RefundAmt) {_RE} WHERE r.ReturnDate LIKE '2025%' GROUP BY 1",
    ),
    Asked(
        "How much did we take for parts in cash last month?",
        f"SELECT sum(l.SellPrice) {_LI} WHERE s.PayMethod = 'CASH' AND s.SaleDate LIKE '2026-02%'",
    ),
    Asked(
        "Parts sales in 2025 by type of customer.",
        f"SELECT c.CustType, sum(l.SellPrice) {_LI} WHERE s.SaleDate LIKE '2025%' GROUP BY 1",
    ),
    Asked(
        "What is the stock on the shelves worth at asking price, by part group? Only what is in stock, not reserved.",
        f"SELECT t.PartGroup, sum(p.AskPrice) {_PA} WHERE p.StatCode = 'AV' GROUP BY 1",
    ),
    Asked(
        "How many customers have an account with a credit limit above £1,000?",
        "SELECT count(*) FROM tblCust WHERE AcctYN = 'Y' AND CreditLimit > 1000",
    ),
    Asked(
        "Five best trade customers by value of parts bought in 2025, largest first.",
        f"SELECT c.CustName, sum(l.SellPrice) {_LI} WHERE s.SaleDate LIKE '2025%' AND c.CustType = 'TRADE' GROUP BY c.CustID ORDER BY 2 DESC LIMIT 5",
    ),
    Asked(
        "How many customers on our list have never bought a single part?",
        "SELECT count(*) FROM tblCust WHERE CustID NOT IN (SELECT s.CustID FROM tblSale s JOIN tblSaleLine l ON l.SaleID = s.SaleID)",
    ),
    Asked(
        "What was the average ticket value in 2025, parts only and leaving out the voided ones?",
        "SELECT avg(total) FROM (SELECT sum(l.SellPrice) AS total FROM tblSale s JOIN tblSaleLine l ON l.SaleID = s.SaleID WHERE s.SaleDate LIKE '2025%' AND s.VoidYN = 'N' GROUP BY s.SaleID)",
    ),
    # Darek, dismantler, English is his second language
    Asked("how many car wait still for depollution?", "SELECT count(*) FROM tblVehicle WHERE DateDepol IS NULL"),
    Asked(
        "Cars what are not crushed yet, how many from each make",
        "SELECT Make, count(*) FROM tblVehicle WHERE DateCrushed IS NULL GROUP BY 1",
    ),
    Asked(
        "how much was diesel car coming to yard in year 2025? I need number of cars",
        "SELECT count(*) FROM tblVehicle WHERE FuelCode = 'D' AND DateIn LIKE '2025%'",
    ),
    Asked(
        "which 5 kind of part we sell the most pieces, from beginning",
        f"SELECT t.PartDesc, count(*) {_LI} GROUP BY 1 ORDER BY 2 DESC LIMIT 5",
    ),
    Asked(
        "what is average kilogram of crushed car for every make",
        "SELECT Make, avg(ScrapKg) FROM tblVehicle WHERE DateCrushed IS NOT NULL GROUP BY 1",
    ),
    # not kept in this system
    Asked("what did we spend on diesel for the forklift last month", None),
    Asked("how many hours overtime did the lads do in february", None),
    Asked("How many litres of waste oil were collected from us in 2025?", None),
)


def scrapyard(seed: int = 417) -> World:
    """The car breaker with its questions."""
    return World("Scrapyard", TODAY, TABLES, _rows(seed), QUESTIONS)
