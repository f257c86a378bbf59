"""A honey producer on an exported Access file: names with spaces, no keys declared, dates with a time of midnight.

Yes/No fields come out as -1/0 (`Active`) or as words (`Paid`). Hives belong to apiaries by name, order lines to batches.
"""

import random
from datetime import date, timedelta

from evals.foreign.world import Asked, Row, World

TODAY = date(2025, 10, 6)

TABLES = {
    "Apiaries": '"Apiary Name" VARCHAR(50), "Nearest Village" VARCHAR(50), "Landowner" VARCHAR(50), "Altitude m" INTEGER',
    "Hives": '"Hive No" INTEGER, "Apiary" VARCHAR(50), "Hive Type" VARCHAR(20), "Queen Year" INTEGER, "Set Up On" DateTime, "Status" VARCHAR(10), "Lost On" DateTime, "Remarks" TEXT',
    "Hive Inspections": '"ID" INTEGER, "Hive No" INTEGER, "Inspection Date" DateTime, "Brood Frames" INTEGER, "Varroa Count" INTEGER, "Sugar Fed kg" DOUBLE',
    "Harvests": '"ID" INTEGER, "Hive No" INTEGER, "Harvest Date" DateTime, "Honey Kind" VARCHAR(20), "Kg" DOUBLE, "Water Percent" DOUBLE',
    "Batches": '"Batch No" VARCHAR(12), "Honey Kind" VARCHAR(20), "Bottled On" DateTime, "Best Before" DateTime, "Jar Size g" INTEGER, "Jars Filled" INTEGER, "Jars Left" INTEGER',
    "Shops": '"Shop ID" INTEGER, "Shop Name" VARCHAR(60), "Town" VARCHAR(40), "Contact Person" VARCHAR(50), "Phone" VARCHAR(20), "Active" INTEGER',
    "Shop Orders": '"Order No" INTEGER, "Shop ID" INTEGER, "Order Date" DateTime, "Delivered On" DateTime, "Status" VARCHAR(12), "Paid" VARCHAR(3), "Paid On" DateTime',
    "Order Lines": '"ID" INTEGER, "Order No" INTEGER, "Batch No" VARCHAR(12), "Jars" INTEGER, "Price per Jar" NUMERIC',
}  # fmt: skip

_APIARIES = (
    ("Lime Avenue", "Wexbury", "Mr Hobbs", 85),
    ("Chestnut Wood", "Upper Dene", "Forestry Board", 240),
    ("Moor Edge", "Hathergill", "Mrs Tait", 410),
    ("Orchard", "Wexbury", None, 92),
    ("Quarry Field", "Stoke Lacy", "J. Pryce", 150),
)
_SEASONS = {
    "Acacia": (5, 20, 6, 12),
    "Linden": (6, 25, 7, 15),
    "Wildflower": (6, 1, 7, 25),
    "Chestnut": (7, 5, 7, 31),
    "Heather": (8, 18, 9, 12),
}
_AT_HOME = {
    "Lime Avenue": ("Linden", "Wildflower", "Acacia"),
    "Chestnut Wood": ("Chestnut", "Wildflower"),
    "Moor Edge": ("Heather", "Wildflower"),
    "Orchard": ("Acacia", "Wildflower"),
    "Quarry Field": ("Wildflower", "Acacia"),
}
_PRICE = {"Acacia": 6.9, "Linden": 6.2, "Wildflower": 5.5, "Chestnut": 7.4, "Heather": 8.9}
_SHOPS = (
    "Wexbury Farm Shop",
    "The Larder",
    "Green Basket",
    "Dene Village Stores",
    "Tait & Sons Deli",
    "Corner Pantry",
    "Old Mill Bakery",
    "Harvest Wholefoods",
    "Abbey Gift Shop",
    "Lacy Post Office",
    "Butcher's Row Deli",
    "Sunny Side Grocers",
    "The Cheese Room",
    "Riverside Tea Rooms",
    "Good Earth Co-op",
    "Station Kiosk",
    "Pennine Produce",
    "Miller's Yard Market",
    "Hathergill Stores",
    "The Honey Pot",
    "Castle Visitor Centre",
    "Fresh & Local",
    "Bridge Street Deli",
    "Nettle & Thyme",
    "Market Hall Stall 12",
    "Crown Hotel",
)
_TOWNS = ("Wexbury", "Leominster", "Hereford", "Ludlow", "Stoke Lacy", "Hathergill")


def _at(day: date | None) -> str | None:
    return f"{day.isoformat()} 00:00:00" if day else None


def _rows(seed: int) -> dict[str, list[Row]]:
    draw = random.Random(seed)
    hives: list[Row] = []
    life: dict[int, tuple[date, date]] = {}
    for number in range(1, 149):
        start = date(2019, 4, 1) + timedelta(days=int(draw.betavariate(1.1, 1.2) * 2200))
        status = draw.choices(("Active", "Dead", "Sold"), (76, 18, 6))[0]
        gone = None
        if status == "Dead":
            year = draw.choice((2023, 2024, 2025))
            gone = date(year - 1, 12, 1) + timedelta(days=draw.randint(0, 115)) if draw.random() < 0.8 else date(year, draw.randint(4, 8), draw.randint(1, 28))  # fmt: skip
        elif status == "Sold":
            gone = date(draw.choice((2024, 2025)), draw.randint(4, 6), draw.randint(1, 28))
        if gone and gone < start + timedelta(days=200):
            status, gone = "Active", None
        queen = min(2025, max(start.year, draw.choices((2025, 2024, 2023, 2022, 2021), (22, 36, 26, 12, 4))[0]))
        if gone:
            queen = min(queen, gone.year - 1)
        life[number] = (start, gone or TODAY)
        hives.append({"Hive No": number, "Apiary": draw.choices([a[0] for a in _APIARIES], (36, 27, 22, 14, 11))[0], "Hive Type": draw.choices(("National", "Langstroth", "Dadant"), (60, 28, 12))[0], "Queen Year": queen if draw.random() < 0.91 else None, "Set Up On": _at(start), "Status": status, "Lost On": _at(gone) if status == "Dead" else None, "Remarks": draw.choice(("calm", "requeened", "strong", "needs new floor")) if draw.random() < 0.2 else None})  # fmt: skip
    inspections: list[Row] = []
    harvests: list[Row] = []
    for year in (2023, 2024, 2025):
        luck = {2023: 1.0, 2024: 0.78, 2025: 1.22}[year]
        for hive in hives:
            start, end = life[hive["Hive No"]]
            day = date(year, 3, 10) + timedelta(days=draw.randint(0, 25))
            while day < min(date(year, 10, 20), TODAY):
                if start < day < end:
                    late = day.month >= 8
                    inspections.append({"Hive No": hive["Hive No"], "Inspection Date": _at(day), "Brood Frames": draw.randint(2, 11) if draw.random() < 0.95 else None, "Varroa Count": int(draw.expovariate(1 / (9 if late else 4))), "Sugar Fed kg": round(draw.uniform(1, 6), 1) if draw.random() < (0.4 if late else 0.08) else None})  # fmt: skip
                day += timedelta(days=draw.randint(16, 42))
            for kind in _AT_HOME[hive["Apiary"]]:
                m1, d1, m2, d2 = _SEASONS[kind]
                first, last = date(year, m1, d1), date(year, m2, d2)
                day = first + timedelta(days=draw.randint(0, (last - first).days))
                if start < day < end and draw.random() < 0.82:
                    harvests.append({"Hive No": hive["Hive No"], "Harvest Date": _at(day), "Honey Kind": kind, "Kg": round(max(2.0, draw.gauss(15.5, 5.5) * luck), 1), "Water Percent": round(draw.gauss(17.6 + 1.6 * (kind == "Heather"), 0.9), 1) if draw.random() < 0.93 else None})  # fmt: skip
    inspections = [{"ID": i, **row} for i, row in enumerate(sorted(inspections, key=lambda r: r["Inspection Date"]), 1)]
    harvests = [{"ID": i, **row} for i, row in enumerate(sorted(harvests, key=lambda r: r["Harvest Date"]), 1)]
    batches: list[Row] = []
    bottled: dict[str, date] = {}
    for year in (2022, 2023, 2024, 2025):
        plan: list[tuple[date, str, int]] = []
        for kind, (_, _, m2, d2) in _SEASONS.items():
            for _ in range(
                {"Wildflower": 8, "Linden": 5, "Acacia": 6, "Chestnut": 4, "Heather": 3}[kind] if year > 2022 else 2
            ):
                day = date(year, m2, d2) + timedelta(days=draw.randint(6, 170))
                if day < TODAY:
                    plan.append((day, kind, draw.choices((500, 250, 1000), (58, 32, 10))[0]))
        for n, (day, kind, size) in enumerate(sorted(plan), 1):
            filled = draw.randint(210, 820) if size < 1000 else draw.randint(80, 200)
            name = f"L{year}-{n:02d}"
            bottled[name] = day
            batches.append({"Batch No": name, "Honey Kind": kind, "Bottled On": _at(day), "Best Before": _at(day.replace(day=min(day.day, 28), year=day.year + 2)), "Jar Size g": size, "Jars Filled": filled, "Jars Left": filled})  # fmt: skip
    shops: list[Row] = [
        {"Shop ID": i, "Shop Name": name, "Town": draw.choices(_TOWNS, (18, 26, 30, 14, 7, 5))[0], "Contact Person": draw.choice(("Jill", "Mr Evans", "Tracy", "Ahmed", "Mrs Cole", None)), "Phone": f"07{draw.randint(100000000, 999999999)}", "Active": 0 if i in (6, 16, 21, 25) else -1}
        for i, name in enumerate(_SHOPS, 1)
    ]  # fmt: skip
    keen = [0.0 if i in (21, 26) else draw.paretovariate(1.1) for i in range(1, 27)]
    keen = [min(k, 7.0) for k in keen]
    orders: list[Row] = []
    lines: list[Row] = []
    day = date(2023, 1, 9)
    while day < TODAY:
        for _ in range(draw.choices((0, 1, 2, 3), (38, 38, 17, 7))[0] if day.weekday() < 6 else 0):
            shop = draw.choices(shops, keen)[0]
            if shop["Shop ID"] in (6, 16, 25) and day > date(2024, 8, 31):
                continue
            on_sale = [
                b
                for b in batches
                if bottled[b["Batch No"]] < day < bottled[b["Batch No"]] + timedelta(days=640) and b["Jars Left"] >= 48
            ]
            if len(on_sale) < 3:
                continue
            number = 4000 + len(orders) + 1
            delivered: date | None = day + timedelta(days=draw.choices((1, 2, 3, 5, 8, 14), (14, 28, 27, 18, 9, 4))[0])
            status = "Cancelled" if draw.random() < 0.06 else "Delivered" if delivered < TODAY else "Open"
            if status == "Delivered" and (TODAY - day).days < 16 and draw.random() < 0.25:
                status = "Open"
            if status != "Delivered":
                delivered = None
            paid = (
                delivered + timedelta(days=int(draw.lognormvariate(2.8, 0.6)))
                if delivered and draw.random() < 0.965
                else None
            )
            if paid and paid >= TODAY:
                paid = None
            orders.append({"Order No": number, "Shop ID": shop["Shop ID"], "Order Date": _at(day), "Delivered On": _at(delivered), "Status": status, "Paid": "Yes" if paid else "No", "Paid On": _at(paid)})  # fmt: skip
            for batch in draw.sample(on_sale, draw.choices((1, 2, 3), (38, 40, 22))[0]):
                jars = 6 * draw.choices((1, 2, 3, 4, 6, 8), (14, 34, 18, 20, 9, 5))[0]
                price = (
                    _PRICE[batch["Honey Kind"]]
                    * {250: 0.58, 500: 1.0, 1000: 1.85}[batch["Jar Size g"]]
                    * (1 + 0.04 * (day.year - 2023))
                )
                lines.append({"ID": len(lines) + 1, "Order No": number, "Batch No": batch["Batch No"], "Jars": jars, "Price per Jar": round(price * draw.choice((0.9, 0.95, 1.0, 1.0)), 2)})  # fmt: skip
                if status != "Cancelled":
                    batch["Jars Left"] -= jars
        day += timedelta(days=1)
    for batch in batches:
        if bottled[batch["Batch No"]] < date(2024, 2, 1) and draw.random() < 0.75:
            batch["Jars Left"] = 0
    return {
        "Apiaries": [{"Apiary Name": n, "Nearest Village": v, "Landowner": o, "Altitude m": a} for n, v, o, a in _APIARIES],
        "Hives": hives,
        "Hive Inspections": inspections,
        "Harvests": harvests,
        "Batches": batches,
        "Shops": shops,
        "Shop Orders": orders,
        "Order Lines": lines,
    }  # fmt: skip


_SOLD = '"Shop Orders" o JOIN "Order Lines" l ON l."Order No" = o."Order No" JOIN Shops s ON s."Shop ID" = o."Shop ID" JOIN Batches b ON b."Batch No" = l."Batch No"'
_WORTH = 'l."Jars" * l."Price per Jar"'

QUESTIONS = (
    Asked("How many active hives do we have?", "SELECT COUNT(*) FROM Hives WHERE Status = 'Active'"),
    Asked("active hives in each apiary", "SELECT Apiary, COUNT(*) FROM Hives WHERE Status = 'Active' GROUP BY 1"),
    Asked("how many kilos of honey did we harvest in 2025?", """SELECT SUM(Kg) FROM Harvests WHERE "Harvest Date" LIKE '2025%'"""),
    Asked("kilos harvested in 2024 by kind of honey", """SELECT "Honey Kind", SUM(Kg) FROM Harvests WHERE "Harvest Date" LIKE '2024%' GROUP BY 1"""),
    Asked("Show this year's honey harvest month by month, in kg", """SELECT substr("Harvest Date", 1, 7) || '-01', SUM(Kg) FROM Harvests WHERE "Harvest Date" LIKE '2025%' GROUP BY 1"""),
    Asked("Which hive gave the most honey in 2025?", """SELECT "Hive No", SUM(Kg) FROM Harvests WHERE "Harvest Date" LIKE '2025%' GROUP BY 1 ORDER BY 2 DESC LIMIT 1"""),
    Asked("average weight of a single harvest, over all the years", "SELECT AVG(Kg) FROM Harvests"),
    Asked("how many hives did we lose between November 2024 and March 2025", """SELECT COUNT(*) FROM Hives WHERE "Lost On" >= '2024-11-01' AND "Lost On" < '2025-04-01'"""),
    Asked("What were the orders of each month of 2024 worth, cancelled ones left out?", f"""SELECT substr(o."Order Date", 1, 7) || '-01', SUM({_WORTH}) FROM {_SOLD} WHERE o.Status <> 'Cancelled' AND o."Order Date" LIKE '2024%' GROUP BY 1"""),
    Asked("top 5 shops by number of jars in delivered orders", f"""SELECT s."Shop Name", SUM(l.Jars) FROM {_SOLD} WHERE o.Status = 'Delivered' GROUP BY s."Shop ID" ORDER BY 2 DESC LIMIT 5"""),
    Asked("How many shop orders are still open?", """SELECT COUNT(*) FROM "Shop Orders" WHERE Status = 'Open'"""),
    Asked("which shops have delivered orders they haven't paid for, and what do they owe us", f"""SELECT s."Shop Name", SUM({_WORTH}) FROM {_SOLD} WHERE o.Status = 'Delivered' AND o.Paid = 'No' GROUP BY s."Shop ID" """),
    Asked("how many jars of acacia honey are left?", """SELECT SUM("Jars Left") FROM Batches WHERE "Honey Kind" = 'Acacia'"""),
    Asked("Jars left by jar size", """SELECT "Jar Size g", SUM("Jars Left") FROM Batches GROUP BY 1"""),
    Asked("what is the highest price per jar on our order lines for each kind of honey", f"""SELECT b."Honey Kind", MAX(l."Price per Jar") FROM {_SOLD} GROUP BY 1"""),
    Asked("number of batches bottled last year", """SELECT COUNT(*) FROM Batches WHERE "Bottled On" LIKE '2024%'"""),
    Asked("Which batches are past their best-before date but still have jars left, and how many jars?", """SELECT "Batch No", "Jars Left" FROM Batches WHERE "Best Before" < '2025-10-06' AND "Jars Left" > 0"""),
    Asked("average varroa count per apiary in 2025", """SELECT h.Apiary, AVG(i."Varroa Count") FROM "Hive Inspections" i JOIN Hives h ON h."Hive No" = i."Hive No" WHERE i."Inspection Date" LIKE '2025%' GROUP BY 1"""),
    Asked("how many hive inspections were done in July 2025?", """SELECT COUNT(*) FROM "Hive Inspections" WHERE "Inspection Date" LIKE '2025-07%'"""),
    Asked("Total sugar fed in 2024", """SELECT SUM("Sugar Fed kg") FROM "Hive Inspections" WHERE "Inspection Date" LIKE '2024%'"""),
    Asked("how many active hives have not been inspected since 1 September 2025", """SELECT COUNT(*) FROM Hives WHERE Status = 'Active' AND "Hive No" NOT IN (SELECT "Hive No" FROM "Hive Inspections" WHERE "Inspection Date" >= '2025-09-01')"""),
    Asked("How many days does it take us on average to deliver an order?", """SELECT AVG(julianday("Delivered On") - julianday("Order Date")) FROM "Shop Orders" WHERE "Delivered On" IS NOT NULL"""),
    Asked("orders placed in 2025 by town of the shop", """SELECT s.Town, COUNT(*) FROM "Shop Orders" o JOIN Shops s ON s."Shop ID" = o."Shop ID" WHERE o."Order Date" LIKE '2025%' GROUP BY 1"""),
    Asked("what percentage of all our orders was cancelled?", """SELECT 100.0 * SUM(Status = 'Cancelled') / COUNT(*) FROM "Shop Orders" """),
    Asked("Are there shops that have never ordered anything? How many?", """SELECT COUNT(*) FROM Shops WHERE "Shop ID" NOT IN (SELECT "Shop ID" FROM "Shop Orders")"""),
    Asked("number of shops marked as active", "SELECT COUNT(*) FROM Shops WHERE Active <> 0"),
    Asked("how many of the active hives have a queen from 2022 or earlier", """SELECT COUNT(*) FROM Hives WHERE Status = 'Active' AND "Queen Year" <= 2022"""),
    Asked("Mean water content of our heather honey", """SELECT AVG("Water Percent") FROM Harvests WHERE "Honey Kind" = 'Heather'"""),
    Asked("harvests with more than 20 percent water, how many", """SELECT COUNT(*) FROM Harvests WHERE "Water Percent" > 20"""),
    Asked("How many orders has Green Basket placed in 2025?", """SELECT COUNT(*) FROM "Shop Orders" o JOIN Shops s ON s."Shop ID" = o."Shop ID" WHERE s."Shop Name" = 'Green Basket' AND o."Order Date" LIKE '2025%'"""),
    Asked("give me the three most valuable orders of 2025, without the cancelled ones", f"""SELECT o."Order No", SUM({_WORTH}) FROM {_SOLD} WHERE o.Status <> 'Cancelled' AND o."Order Date" LIKE '2025%' GROUP BY 1 ORDER BY 2 DESC LIMIT 3"""),
    Asked("orders received per quarter in 2024, whatever became of them", """SELECT substr("Order Date", 1, 5) || substr('0' || ((CAST(substr("Order Date", 6, 2) AS INTEGER) - 1) / 3 * 3 + 1), -2) || '-01', COUNT(*) FROM "Shop Orders" WHERE "Order Date" LIKE '2024%' GROUP BY 1"""),
    Asked("How many orders came in last week?", """SELECT COUNT(*) FROM "Shop Orders" WHERE "Order Date" >= '2025-09-29' AND "Order Date" < '2025-10-06'"""),
    Asked("how many orders did we deliver last month", """SELECT COUNT(*) FROM "Shop Orders" WHERE "Delivered On" LIKE '2025-09%'"""),
    Asked("honey yield of each apiary in 2025, in kilos", """SELECT h.Apiary, SUM(v.Kg) FROM Harvests v JOIN Hives h ON h."Hive No" = v."Hive No" WHERE v."Harvest Date" LIKE '2025%' GROUP BY 1"""),
    Asked("For how many hives is the year of the queen not filled in?", """SELECT COUNT(*) FROM Hives WHERE "Queen Year" IS NULL"""),
    Asked("How many kilos of beeswax did we sell in 2024?", None),
    Asked("what did we take at the weekly market in September 2025", None),
    Asked("how many swarms did we catch in May 2024?", None),
    Asked("wages paid to our seasonal helpers in 2024", None),
)  # fmt: skip


def beekeeper(seed: int = 12) -> World:
    """The honey producer with its questions."""
    return World("Beekeeper", TODAY, TABLES, _rows(seed), QUESTIONS)
