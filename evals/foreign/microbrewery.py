"""A microbrewery with a tap room: full snake_case names and declared keys. Batches are fermenting, conditioning, packaged or dumped;
trade orders (kegs, casks, bottle cases) are open, delivered or cancelled, and unpaid while paid_on is NULL; the tap room sells over the bar.
Employees with a left_on have gone. Asked by a chatty owner."""

import random
from datetime import date, datetime, timedelta

from evals.foreign.world import Asked, Row, Rows, World, count_by, index, mean, mean_by, month, sum_by, top

_FIRST, TODAY = date(2023, 3, 1), date(2025, 10, 7)
_LAST = TODAY - timedelta(days=1)

TABLES = {
    "beer_styles": "id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE",
    "beers": "id INTEGER PRIMARY KEY, name TEXT NOT NULL, beer_style_id INTEGER NOT NULL REFERENCES beer_styles(id), alcohol_percent REAL NOT NULL, "
    "bitterness_ibu INTEGER, price_per_pint NUMERIC(5,2) NOT NULL, is_on_tap INTEGER NOT NULL",
    "employees": "id INTEGER PRIMARY KEY, full_name TEXT NOT NULL, role TEXT NOT NULL, hired_on TEXT NOT NULL, left_on TEXT",
    "tanks": "id INTEGER PRIMARY KEY, name TEXT NOT NULL, capacity_litres INTEGER NOT NULL",
    "batches": "id INTEGER PRIMARY KEY, beer_id INTEGER NOT NULL REFERENCES beers(id), brewer_id INTEGER NOT NULL REFERENCES employees(id), "
    "tank_id INTEGER NOT NULL REFERENCES tanks(id), brewed_on TEXT NOT NULL, packaged_on TEXT, status TEXT NOT NULL, volume_litres INTEGER NOT NULL, "
    "ingredient_cost NUMERIC(8,2) NOT NULL",
    "customers": "id INTEGER PRIMARY KEY, name TEXT NOT NULL, customer_type TEXT NOT NULL, town TEXT NOT NULL, email TEXT, discount_percent INTEGER NOT NULL",
    "trade_orders": "id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers(id), beer_id INTEGER NOT NULL REFERENCES beers(id), "
    "ordered_on TEXT NOT NULL, delivered_on TEXT, status TEXT NOT NULL, container TEXT NOT NULL, quantity INTEGER NOT NULL, "
    "total_amount NUMERIC(10,2) NOT NULL, paid_on TEXT",
    "tap_room_sales": "id INTEGER PRIMARY KEY, beer_id INTEGER NOT NULL REFERENCES beers(id), employee_id INTEGER NOT NULL REFERENCES employees(id), "
    "sold_at TEXT NOT NULL, serving TEXT NOT NULL, quantity INTEGER NOT NULL, total_amount NUMERIC(8,2) NOT NULL, payment_method TEXT NOT NULL",
}

_STYLES = ("Pale Ale", "IPA", "Stout", "Porter", "Bitter", "Sour", "Wheat Beer")
_BEERS = (
    ("Badger's Nap", 3, 5.6, 38, 5.4, 1),
    ("Millrace", 1, 4.2, 30, 4.8, 1),
    ("Long Meadow", 1, 3.8, 26, 4.6, 1),
    ("Loud Neighbour", 2, 6.4, 65, 5.9, 1),
    ("Second Breakfast", 3, 7.2, 42, 6.2, 1),
    ("Coal Barge", 4, 5.1, 33, 5.2, 1),
    ("Sexton", 5, 4.0, 35, 4.5, 1),
    ("Old Gatepost", 5, 4.4, 37, 4.6, 0),
    ("Pink Wellies", 6, 4.7, None, 5.8, 1),
    ("Hazy Thursday", 2, 5.8, 48, 5.7, 1),
    ("Cloud Ladder", 7, 4.9, 14, 5.0, 1),
    ("Widow Twanky", 4, 8.1, 40, 6.5, 0),
    ("Gooseberry Fool", 6, 5.3, None, 5.9, 0),
    ("Double Trouble", 2, 9.0, 80, 6.9, 0),
    ("Harvest Moon", 7, 5.5, 16, 5.1, 0),
)
_STAFF = (
    ("Rosalind Teague", "brewer", "2018-05-14", None),
    ("Owen Fairweather", "brewer", "2019-09-02", None),
    ("Kasia Nowicka", "brewer", "2021-01-11", None),
    ("Benedict Lusty", "brewer", "2022-10-03", None),
    ("Priya Raman", "bar", "2020-06-01", None),
    ("Callum Brodie", "bar", "2021-07-19", None),
    ("Jess Oakley", "bar", "2022-03-07", None),
    ("Theo Vane", "bar", "2022-11-28", None),
    ("Maureen Stubbs", "bar", "2019-02-04", None),
    ("Dai Prosser", "driver", "2020-02-17", None),
    ("Lenny Cobb", "driver", "2019-04-08", "2023-12-22"),
    ("Harriet Moss", "manager", "2018-05-14", None),
    ("Ivo Petrov", "bar", "2021-05-03", "2024-11-30"),
)
_TANKS = (("Big Bertha", 2000), ("Doris", 1500), ("Ethel", 1500), ("Mavis", 1000), ("Wee Jock", 600))
_TOWNS = ("Ludlow", "Leominster", "Tenbury", "Bishop's Castle", "Craven Arms")
_PUBS = (
    "Anchor Inn",
    "Rose and Crown",
    "Three Tuns",
    "Plough",
    "Black Swan",
    "Kings Head",
    "Queens Arms",
    "Fox and Hounds",
    "Railway Arms",
    "White Horse",
    "Bell",
    "Wheatsheaf",
    "Green Dragon",
    "Cross Keys",
    "Sun Inn",
    "Unicorn",
    "Bricklayers",
    "Half Moon",
)
_BISTROS = ("Mortimer's", "The Olive Branch", "Casa Nostra", "Pepper & Thyme", "The Old Bakery", "Saffron House")
_SHOPS = ("Hop and Cork", "The Bottle Bank", "Teme Wines", "Larder & Co", "Castle Deli")
_HALLS = ("Assembly Rooms", "Town Football Club", "Bowls Club", "Cricket Pavilion")


def _rows(seed: int) -> dict[str, list[Row]]:
    draw = random.Random(seed)
    span = (_LAST - _FIRST).days
    styles: list[Row] = [{"id": i, "name": name} for i, name in enumerate(_STYLES, 1)]
    beers: list[Row] = [
        {
            "id": i,
            "name": n,
            "beer_style_id": s,
            "alcohol_percent": a,
            "bitterness_ibu": ibu,
            "price_per_pint": p,
            "is_on_tap": on,
        }
        for i, (n, s, a, ibu, p, on) in enumerate(_BEERS, 1)
    ]
    staff: list[Row] = [
        {"id": i, "full_name": n, "role": r, "hired_on": h, "left_on": gone}
        for i, (n, r, h, gone) in enumerate(_STAFF, 1)
    ]
    tanks: list[Row] = [{"id": i, "name": n, "capacity_litres": c} for i, (n, c) in enumerate(_TANKS, 1)]

    batches: list[Row] = []
    free = {tank["id"]: _FIRST + timedelta(days=tank["id"]) for tank in tanks}
    while min(free.values()) <= _LAST:
        tank = min(free, key=lambda key: (free[key], key))
        day = free[tank]
        days = draw.randint(13, 30)
        out = day + timedelta(days=days)
        free[tank] = out + timedelta(days=draw.randint(1, 6))
        beer = draw.choices(range(1, 16), (6, 8, 6, 5, 3, 4, 6, 3, 2, 5, 3, 1, 2, 1, 2))[0]
        litres = round(_TANKS[tank - 1][1] * draw.uniform(0.82, 0.97) / 10) * 10
        status = "packaged" if out <= _LAST else "fermenting" if (_LAST - day).days < 12 else "conditioning"
        if status == "packaged" and draw.random() < 0.06:
            status = "dumped"
        cost = round(litres * (0.38 + _BEERS[beer - 1][2] * 0.045) * draw.uniform(0.92, 1.1), 2)
        batches.append(
            {
                "id": len(batches) + 1,
                "beer_id": beer,
                "brewer_id": draw.choices((1, 2, 3, 4), (8, 5, 6, 3))[0],
                "tank_id": tank,
                "brewed_on": day.isoformat(),
                "packaged_on": out.isoformat() if status == "packaged" else None,
                "status": status,
                "volume_litres": litres,
                "ingredient_cost": cost,
            }
        )

    customers: list[Row] = []
    for kind, names in (("pub", _PUBS), ("restaurant", _BISTROS), ("shop", _SHOPS), ("club", _HALLS)):
        for name in names:
            mail = (
                f"{name.lower().replace(' ', '').replace(chr(39), '').replace('&', '')}@example.com"
                if draw.random() < 0.8
                else None
            )
            town, off = draw.choices(_TOWNS, (6, 4, 3, 2, 2))[0], draw.choice((0, 0, 5, 10))
            customers.append(
                {
                    "id": len(customers) + 1,
                    "name": name,
                    "customer_type": kind,
                    "town": town,
                    "email": mail,
                    "discount_percent": off,
                }
            )
    eager = [draw.uniform(0.4, 3.0) * (1.6 if c["customer_type"] == "pub" else 1) for c in customers]

    orders: list[Row] = []
    for day in sorted(_FIRST + timedelta(days=draw.randint(0, span)) for _ in range(940)):
        customer = draw.choices(customers, eager)[0]
        beer = draw.choices(range(1, 16), (6, 8, 6, 5, 3, 4, 6, 3, 2, 5, 3, 1, 2, 1, 2))[0]
        weights = {"pub": (5, 5, 1), "restaurant": (3, 0, 6), "shop": (0, 0, 1), "club": (6, 2, 2)}[
            customer["customer_type"]
        ]
        container = draw.choices(("keg", "cask", "bottle case"), weights)[0]
        quantity = draw.choices(
            (1, 2, 3, 4, 6, 8, 10), (5, 6, 5, 4, 2, 1, 1) if container != "bottle case" else (1, 3, 4, 4, 4, 3, 2)
        )[0]
        price = (
            {"keg": 22.5, "cask": 20.0, "bottle case": 6.8}[container]
            * _BEERS[beer - 1][4]
            * (1 - customer["discount_percent"] / 100)
        )
        came = day + timedelta(days=draw.randint(2, 12))
        status = "cancelled" if draw.random() < 0.07 else "delivered" if came <= _LAST else "open"
        paid = came + timedelta(days=draw.randint(5, 60))
        settled = status == "delivered" and paid <= _LAST and draw.random() < 0.97
        orders.append(
            {
                "id": len(orders) + 1,
                "customer_id": customer["id"],
                "beer_id": beer,
                "ordered_on": day.isoformat(),
                "delivered_on": came.isoformat() if status == "delivered" else None,
                "status": status,
                "container": container,
                "quantity": quantity,
                "total_amount": round(price * quantity, 2),
                "paid_on": paid.isoformat() if settled else None,
            }
        )

    sales: list[Row] = []
    moments = sorted(
        datetime(2023, 3, 1, 12) + timedelta(days=int(span * draw.random() ** 0.85), minutes=draw.randint(0, 630))
        for _ in range(2900)
    )
    for moment in moments:
        beer = draw.choices(range(1, 16), (7, 9, 6, 7, 3, 4, 5, 2, 4, 7, 5, 1, 2, 1, 2))[0]
        serving = draw.choices(("pint", "half", "third", "growler"), (10, 5, 2, 1))[0]
        quantity = 1 if serving == "growler" else draw.choices((1, 2, 3, 4, 5), (6, 7, 3, 2, 1))[0]
        amount = round(
            _BEERS[beer - 1][4] * {"pint": 1, "half": 0.52, "third": 0.37, "growler": 3.1}[serving] * quantity, 2
        )
        crew, weights = (
            ((5, 6, 7, 8, 9, 13), (6, 5, 4, 3, 2, 3))
            if moment.date() <= date(2024, 11, 30)
            else ((5, 6, 7, 8, 9), (6, 5, 4, 3, 2))
        )
        sales.append(
            {
                "id": len(sales) + 1,
                "beer_id": beer,
                "employee_id": draw.choices(crew, weights)[0],
                "sold_at": moment.isoformat(" "),
                "serving": serving,
                "quantity": quantity,
                "total_amount": amount,
                "payment_method": draw.choices(("card", "cash", "voucher"), (14, 5, 1))[0],
            }
        )
    return {
        "beer_styles": styles,
        "beers": beers,
        "employees": staff,
        "tanks": tanks,
        "batches": batches,
        "customers": customers,
        "trade_orders": orders,
        "tap_room_sales": sales,
    }


def _days_to_package(rows: Rows) -> float:
    done = [b for b in rows["batches"] if b["packaged_on"] is not None]
    return mean([(date.fromisoformat(b["packaged_on"]) - date.fromisoformat(b["brewed_on"])).days for b in done])


def _cost_by_style(rows: Rows) -> dict[str, float]:
    beers, styles = index(rows["beers"], "id"), index(rows["beer_styles"], "id")
    return mean_by(
        [(styles[beers[b["beer_id"]]["beer_style_id"]]["name"], b["ingredient_cost"]) for b in rows["batches"]]
    )


def _takings_by_month(rows: Rows) -> dict[str, float]:
    return sum_by([(month(s["sold_at"]), s["total_amount"]) for s in rows["tap_room_sales"] if s["sold_at"] >= "2025"])


def _dumped_share(rows: Rows) -> float:
    return 100.0 * sum(b["status"] == "dumped" for b in rows["batches"]) / len(rows["batches"])


def _busiest_brewers(rows: Rows) -> list[tuple[str, float]]:
    staff = index(rows["employees"], "id")
    return top(count_by([staff[b["brewer_id"]]["full_name"] for b in rows["batches"]]), 3)


_BA = "FROM batches a JOIN beers b ON b.id = a.beer_id JOIN beer_styles s ON s.id = b.beer_style_id JOIN tanks t ON t.id = a.tank_id"
_OR = "FROM trade_orders o JOIN customers c ON c.id = o.customer_id JOIN beers b ON b.id = o.beer_id"
_TA = "FROM tap_room_sales r JOIN beers b ON b.id = r.beer_id JOIN beer_styles s ON s.id = b.beer_style_id JOIN employees e ON e.id = r.employee_id"

QUESTIONS = (
    Asked("right then, how many beers have we got all told, on tap or not?", "SELECT count(*) FROM beers"),
    Asked("how many beers are on tap just now", "SELECT count(*) FROM beers WHERE is_on_tap = 1"),
    Asked(
        "I was wondering, how many beers do we have in each style?",
        "SELECT s.name, count(*) FROM beers b JOIN beer_styles s ON s.id = b.beer_style_id GROUP BY 1",
    ),
    Asked(
        "remind me, what are our 3 strongest beers?", "SELECT name, alcohol_percent FROM beers ORDER BY 2 DESC LIMIT 3"
    ),
    Asked("whats the price of the dearest pint on our list", "SELECT max(price_per_pint) FROM beers"),
    Asked(
        "how many folks work here at the mo, not counting the ones who left?",
        "SELECT count(*) FROM employees WHERE left_on IS NULL",
    ),
    Asked("how many batches did we brew last year?", "SELECT count(*) FROM batches WHERE brewed_on LIKE '2024%'"),
    Asked(
        "litres brewed each month this year please",
        "SELECT substr(brewed_on, 1, 7) || '-01', sum(volume_litres) FROM batches WHERE brewed_on LIKE '2025%' GROUP BY 1",
    ),
    Asked("out of interest, who are the top 3 brewers by number of batches?", _busiest_brewers),
    Asked("how many batches are still fermenting", "SELECT count(*) FROM batches WHERE status = 'fermenting'"),
    Asked("go on then, what percent of all our batches got dumped?", _dumped_share),
    Asked(
        "what did we spend on ingredients for the beer we brewed in 2024",
        "SELECT sum(ingredient_cost) FROM batches WHERE brewed_on LIKE '2024%'",
    ),
    Asked("what does a batch cost us in ingredients on average, style by style?", _cost_by_style),
    Asked(
        "how many litres of Badger's Nap have we ever brewed?",
        f"SELECT sum(a.volume_litres) {_BA} WHERE b.name = 'Badger''s Nap'",
    ),
    Asked("how many days is it on average from brewing a batch to packaging it?", _days_to_package),
    Asked(
        "how many batches has each tank had this year",
        f"SELECT t.name, count(*) {_BA} WHERE a.brewed_on LIKE '2025%' GROUP BY 1",
    ),
    Asked(
        "how many batches of stout did we make since January",
        f"SELECT count(*) {_BA} WHERE s.name = 'Stout' AND a.brewed_on >= '2025-01-01'",
    ),
    Asked(
        "just curious, how many pubs are on our customer list?",
        "SELECT count(*) FROM customers WHERE customer_type = 'pub'",
    ),
    Asked("how many customers in each town", "SELECT town, count(*) FROM customers GROUP BY 1"),
    Asked("how many customers never gave us an email?", "SELECT count(*) FROM customers WHERE email IS NULL"),
    Asked(
        "could you tell me how many trade orders are still open",
        "SELECT count(*) FROM trade_orders WHERE status = 'open'",
    ),
    Asked(
        "how many kegs did we deliver last month?",
        "SELECT sum(quantity) FROM trade_orders WHERE container = 'keg' AND delivered_on LIKE '2025-09%'",
    ),
    Asked(
        "top 5 customers for money on orders delivered in 2024",
        f"SELECT c.name, sum(o.total_amount) {_OR} WHERE o.delivered_on LIKE '2024%' GROUP BY c.id ORDER BY 2 DESC LIMIT 5",
    ),
    Asked(
        "how much are we still owed for delivered trade orders that nobody's paid yet?",
        "SELECT sum(total_amount) FROM trade_orders WHERE status = 'delivered' AND paid_on IS NULL",
    ),
    Asked(
        "how many orders has the Anchor Inn placed since March?",
        f"SELECT count(*) {_OR} WHERE c.name = 'Anchor Inn' AND o.ordered_on >= '2025-03-01'",
    ),
    Asked(
        "roughly what percent of trade orders end up cancelled",
        "SELECT 100.0 * sum(status = 'cancelled') / count(*) FROM trade_orders",
    ),
    Asked(
        "what have our delivered trade orders come to for each type of customer, in money?",
        f"SELECT c.customer_type, sum(o.total_amount) {_OR} WHERE o.status = 'delivered' GROUP BY 1",
    ),
    Asked(
        "value of orders delivered to Leominster this year pls",
        f"SELECT sum(o.total_amount) {_OR} WHERE c.town = 'Leominster' AND o.delivered_on LIKE '2025%'",
    ),
    Asked(
        "so how much did the tap room take last month?",
        "SELECT sum(total_amount) FROM tap_room_sales WHERE sold_at LIKE '2025-09%'",
    ),
    Asked("tap room takings month by month this year, if you'd be so kind", _takings_by_month),
    Asked(
        "which 3 beers brought in the most money in the tap room in 2024",
        f"SELECT b.name, sum(r.total_amount) {_TA} WHERE r.sold_at LIKE '2024%' GROUP BY b.id ORDER BY 2 DESC LIMIT 3",
    ),
    Asked(
        "how many growlers have we sold in the tap room this year",
        "SELECT sum(quantity) FROM tap_room_sales WHERE serving = 'growler' AND sold_at LIKE '2025%'",
    ),
    Asked("what's a tap room sale worth on average?", "SELECT avg(total_amount) FROM tap_room_sales"),
    Asked(
        "what percent of the tap room money this year was cash",
        "SELECT 100.0 * sum(CASE WHEN payment_method = 'cash' THEN total_amount ELSE 0 END) / sum(total_amount) FROM tap_room_sales WHERE sold_at LIKE '2025%'",
    ),
    Asked(
        "how much has Priya taken behind the bar this year, bless her",
        f"SELECT sum(r.total_amount) {_TA} WHERE e.full_name = 'Priya Raman' AND r.sold_at LIKE '2025%'",
    ),
    Asked(
        "tap room takings for each beer style since April",
        f"SELECT s.name, sum(r.total_amount) {_TA} WHERE r.sold_at >= '2025-04-01' GROUP BY 1",
    ),
    Asked("by the way what do we pay for electricity a month?", None),
    Asked("how many people follow us on instagram", None),
    Asked("how many dogs came to the tap room last weekend, do you reckon", None),
    Asked("what was our rent last year?", None),
)


def microbrewery(seed: int = 23) -> World:
    """The brewery with its questions."""
    return World("Microbrewery", TODAY, TABLES, _rows(seed), QUESTIONS)
