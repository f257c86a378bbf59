"""A photographer's studio: tbl_/fld_ prefixed names, no keys declared. Shoots are BKD (booked, still to come), DONE or CANC (cancelled); invoices are
DEP (deposit) or BAL (balance), unpaid while fld_paid_dt is NULL, and paid by CARD, BANK (transfer) or CASH; tbl_order holds albums, prints and the like.
Asked by a bookkeeper who writes terse noun phrases."""

import random
from datetime import date, timedelta

from evals.foreign.world import Asked, Row, Rows, World, index, mean, mean_by, month, sum_by, top

_FIRST, TODAY = date(2022, 6, 1), date(2025, 5, 20)
_LAST = TODAY - timedelta(days=1)

TABLES = {
    "tbl_client": "fld_client_id INTEGER, fld_client_name TEXT, fld_town TEXT, fld_phone TEXT, fld_source TEXT, fld_created_dt TEXT",
    "tbl_shoot_type": "fld_type_id INTEGER, fld_type_name TEXT",
    "tbl_photographer": "fld_phot_id INTEGER, fld_phot_name TEXT, fld_active INTEGER",
    "tbl_venue": "fld_venue_id INTEGER, fld_venue_name TEXT, fld_county TEXT",
    "tbl_shoot": "fld_shoot_id INTEGER, fld_client_id INTEGER, fld_type_id INTEGER, fld_phot_id INTEGER, fld_venue_id INTEGER, fld_booked_dt TEXT, "
    "fld_shoot_dt TEXT, fld_status TEXT, fld_hours REAL, fld_fee REAL, fld_photo_cnt INTEGER, fld_delivered_dt TEXT, fld_rating INTEGER",
    "tbl_invoice": "fld_inv_id INTEGER, fld_shoot_id INTEGER, fld_inv_kind TEXT, fld_inv_dt TEXT, fld_due_dt TEXT, fld_amount REAL, fld_paid_dt TEXT, "
    "fld_pay_method TEXT",
    "tbl_product": "fld_prod_id INTEGER, fld_prod_name TEXT, fld_prod_group TEXT, fld_price REAL",
    "tbl_order": "fld_order_id INTEGER, fld_shoot_id INTEGER, fld_prod_id INTEGER, fld_order_dt TEXT, fld_qty INTEGER, fld_total REAL",
}

_TYPES = ("Wedding", "Newborn", "Family", "Headshot", "Pet", "Corporate event")
_PHOTOGRAPHERS = (("Dana Whitlock", 1), ("Tom Ashdown", 1), ("Ngozi Eze", 1), ("Felix Brandt", 1), ("Cerys Pugh", 0))
_VENUES = (
    ("Hartley Manor", "Kent"),
    ("The Tithe Barn", "Sussex"),
    ("Oakhurst Hall", "Surrey"),
    ("Seaview Pavilion", "Sussex"),
    ("Castle Green", "Kent"),
    ("Mill House", "Surrey"),
    ("Lavender Farm", "Kent"),
    ("The Orangery", "Hampshire"),
)
_PRODUCTS = (
    ("Leather album", "Album", 420.0),
    ("Linen album", "Album", 290.0),
    ("Mini album", "Album", 95.0),
    ("Print 20x30", "Print", 18.0),
    ("Print 30x45", "Print", 32.0),
    ("Print 50x70", "Print", 58.0),
    ("Canvas small", "Canvas", 75.0),
    ("Canvas large", "Canvas", 140.0),
    ("USB box", "Digital", 60.0),
    ("Oak frame", "Frame", 49.0),
    ("Black frame", "Frame", 39.0),
)
_TOWNS = ("Tonbridge", "Lewes", "Horsham", "Guildford", "Maidstone", "Winchester")
_FORENAMES = (
    "Amelia",
    "Ben",
    "Carmen",
    "Dylan",
    "Edith",
    "Farah",
    "George",
    "Hannah",
    "Isaac",
    "Jo",
    "Kamal",
    "Lucy",
    "Martin",
    "Nadia",
    "Oscar",
    "Polly",
)
_SURNAMES = (
    "Abbott",
    "Barlow",
    "Chandra",
    "Drake",
    "Ellery",
    "Fox",
    "Greaves",
    "Hobbs",
    "Ingram",
    "Jarvis",
    "Keane",
    "Lomax",
    "Mehta",
    "Noonan",
    "Osei",
)


def _number(rows: list[Row], key: str, when: str) -> None:
    """In the order of their days."""
    rows.sort(key=lambda row: (row[when], row["fld_shoot_id"]))
    for number, row in enumerate(rows, 1):
        row[key] = number


def _rows(seed: int) -> dict[str, list[Row]]:
    draw = random.Random(seed)
    span = (_LAST - _FIRST).days
    types: list[Row] = [{"fld_type_id": i, "fld_type_name": n} for i, n in enumerate(_TYPES, 1)]
    photographers: list[Row] = [
        {"fld_phot_id": i, "fld_phot_name": n, "fld_active": a} for i, (n, a) in enumerate(_PHOTOGRAPHERS, 1)
    ]
    venues: list[Row] = [
        {"fld_venue_id": i, "fld_venue_name": n, "fld_county": c} for i, (n, c) in enumerate(_VENUES, 1)
    ]
    products: list[Row] = [
        {"fld_prod_id": i, "fld_prod_name": n, "fld_prod_group": g, "fld_price": p}
        for i, (n, g, p) in enumerate(_PRODUCTS, 1)
    ]

    clients: list[Row] = []
    joined = sorted(_FIRST + timedelta(days=draw.randint(0, span)) for _ in range(210))
    for i, (first, last) in enumerate(draw.sample([(a, b) for a in _FORENAMES for b in _SURNAMES], 210), 1):
        clients.append(
            {
                "fld_client_id": i,
                "fld_client_name": f"{first} {last}",
                "fld_town": draw.choices(_TOWNS, (6, 5, 4, 4, 3, 2))[0],
                "fld_phone": f"07{draw.randint(100000000, 999999999)}" if draw.random() < 0.87 else None,
                "fld_source": draw.choices(("Referral", "Instagram", "Google", "Wedding fair"), (7, 6, 4, 2))[0],
                "fld_created_dt": joined[i - 1].isoformat(),
            }
        )

    plans: list[tuple[date, int, int]] = []
    for client in clients:
        booked = date.fromisoformat(client["fld_created_dt"])
        for _ in range(draw.choices((1, 2, 3, 4, 6), (4, 5, 4, 3, 1))[0]):
            if booked > _LAST:
                break
            plans.append((booked, client["fld_client_id"], draw.choices(range(1, 7), (4, 3, 6, 4, 2, 3))[0]))
            booked += timedelta(days=draw.randint(25, 260))
    shoots: list[Row] = []
    invoices: list[Row] = []
    orders: list[Row] = []
    for booked, client_id, kind in sorted(plans):
        day = booked + timedelta(days=draw.randint(60, 300) if kind == 1 else draw.randint(5, 60))
        shoot_id = len(shoots) + 1
        status = "CANC" if draw.random() < 0.08 else "DONE" if day <= _LAST else "BKD"
        low, high = {1: (1200, 2900), 2: (180, 380), 3: (150, 420), 4: (90, 240), 5: (80, 210), 6: (400, 1300)}[kind]
        fee = float(round(draw.uniform(low, high) / 5) * 5)
        sent = day + timedelta(days=draw.randint(20, 55) if kind == 1 else draw.randint(4, 25))
        delivered = status == "DONE" and sent <= _LAST
        crew = (1, 2, 3, 4, 5) if day < date(2024, 9, 1) else (1, 2, 3, 4)
        shoots.append(
            {
                "fld_shoot_id": shoot_id,
                "fld_client_id": client_id,
                "fld_type_id": kind,
                "fld_phot_id": draw.choices(crew, (7, 6, 4, 3, 2)[: len(crew)])[0],
                "fld_venue_id": draw.choices(range(1, 9), (7, 6, 5, 4, 3, 3, 2, 2))[0] if kind in (1, 6) else None,
                "fld_booked_dt": booked.isoformat(),
                "fld_shoot_dt": day.isoformat(),
                "fld_status": status,
                "fld_hours": draw.choice((6.0, 8.0, 9.0, 10.0))
                if kind == 1
                else draw.choice((1.0, 1.5, 2.0))
                if kind < 6
                else draw.choice((3.0, 4.0, 5.5)),
                "fld_fee": fee,
                "fld_photo_cnt": (draw.randint(280, 620) if kind == 1 else draw.randint(12, 90)) if delivered else None,
                "fld_delivered_dt": sent.isoformat() if delivered else None,
                "fld_rating": draw.choices((2, 3, 4, 5), (1, 2, 6, 9))[0]
                if delivered and draw.random() < 0.7
                else None,
            }
        )
        for part, issued, share in (("DEP", booked + timedelta(days=1), 0.3), ("BAL", day + timedelta(days=2), 0.7)):
            if issued > _LAST or (part == "BAL" and status != "DONE"):
                continue
            paid = issued + timedelta(days=draw.randint(1, 38))
            settled = paid <= _LAST and draw.random() < 0.96
            invoices.append(
                {
                    "fld_inv_id": 0,
                    "fld_shoot_id": shoot_id,
                    "fld_inv_kind": part,
                    "fld_inv_dt": issued.isoformat(),
                    "fld_due_dt": (issued + timedelta(days=21)).isoformat(),
                    "fld_amount": round(fee * share, 2),
                    "fld_paid_dt": paid.isoformat() if settled else None,
                    "fld_pay_method": draw.choices(("BANK", "CARD", "CASH"), (6, 5, 1))[0] if settled else None,
                }
            )
        if delivered and draw.random() < 0.75:
            for product in draw.sample(products, draw.randint(1, 4)):
                when = sent + timedelta(days=draw.randint(1, 40))
                if when <= _LAST:
                    quantity = (
                        draw.randint(2, 12)
                        if product["fld_prod_group"] == "Print"
                        else draw.choices((1, 2, 3), (6, 3, 1))[0]
                    )
                    orders.append(
                        {
                            "fld_order_id": 0,
                            "fld_shoot_id": shoot_id,
                            "fld_prod_id": product["fld_prod_id"],
                            "fld_order_dt": when.isoformat(),
                            "fld_qty": quantity,
                            "fld_total": round(quantity * product["fld_price"], 2),
                        }
                    )
    _number(invoices, "fld_inv_id", "fld_inv_dt")
    _number(orders, "fld_order_id", "fld_order_dt")
    return {
        "tbl_client": clients,
        "tbl_shoot_type": types,
        "tbl_photographer": photographers,
        "tbl_venue": venues,
        "tbl_shoot": shoots,
        "tbl_invoice": invoices,
        "tbl_product": products,
        "tbl_order": orders,
    }


def _fee_by_type(rows: Rows) -> dict[str, float]:
    types = index(rows["tbl_shoot_type"], "fld_type_id")
    return mean_by(
        [
            (types[s["fld_type_id"]]["fld_type_name"], s["fld_fee"])
            for s in rows["tbl_shoot"]
            if s["fld_status"] == "DONE"
        ]
    )


def _best_photographers(rows: Rows) -> list[tuple[str, float]]:
    people = index(rows["tbl_photographer"], "fld_phot_id")
    done = [s for s in rows["tbl_shoot"] if s["fld_status"] == "DONE" and s["fld_shoot_dt"].startswith("2024")]
    return top(sum_by([(people[s["fld_phot_id"]]["fld_phot_name"], s["fld_fee"]) for s in done]), 3)


def _invoiced_by_month(rows: Rows) -> dict[str, float]:
    return sum_by(
        [(month(i["fld_inv_dt"]), i["fld_amount"]) for i in rows["tbl_invoice"] if i["fld_inv_dt"].startswith("2024")]
    )


def _days_to_payment(rows: Rows) -> float:
    paid = [i for i in rows["tbl_invoice"] if i["fld_paid_dt"] is not None]
    return mean([(date.fromisoformat(i["fld_paid_dt"]) - date.fromisoformat(i["fld_inv_dt"])).days for i in paid])


_SH = (
    "FROM tbl_shoot s JOIN tbl_client c ON c.fld_client_id = s.fld_client_id JOIN tbl_shoot_type t ON t.fld_type_id = s.fld_type_id "
    "JOIN tbl_photographer p ON p.fld_phot_id = s.fld_phot_id LEFT JOIN tbl_venue v ON v.fld_venue_id = s.fld_venue_id"
)
_IN = (
    "FROM tbl_invoice i JOIN tbl_shoot s ON s.fld_shoot_id = i.fld_shoot_id JOIN tbl_client c ON c.fld_client_id = s.fld_client_id "
    "JOIN tbl_shoot_type t ON t.fld_type_id = s.fld_type_id"
)
_OR = (
    "FROM tbl_order o JOIN tbl_product d ON d.fld_prod_id = o.fld_prod_id JOIN tbl_shoot s ON s.fld_shoot_id = o.fld_shoot_id "
    "JOIN tbl_client c ON c.fld_client_id = s.fld_client_id"
)

QUESTIONS = (
    Asked("number of clients", "SELECT count(*) FROM tbl_client"),
    Asked("clients per town", "SELECT fld_town, count(*) FROM tbl_client GROUP BY 1"),
    Asked("clients without phone number, count", "SELECT count(*) FROM tbl_client WHERE fld_phone IS NULL"),
    Asked("no. of clients from Instagram", "SELECT count(*) FROM tbl_client WHERE fld_source = 'Instagram'"),
    Asked(
        "new clients per month 2024",
        "SELECT substr(fld_created_dt, 1, 7) || '-01', count(*) FROM tbl_client WHERE fld_created_dt LIKE '2024%' GROUP BY 1",
    ),
    Asked("active photographers, number", "SELECT count(*) FROM tbl_photographer WHERE fld_active = 1"),
    Asked("venues per county", "SELECT fld_county, count(*) FROM tbl_venue GROUP BY 1"),
    Asked(
        "number of shoots done in 2024",
        "SELECT count(*) FROM tbl_shoot WHERE fld_status = 'DONE' AND fld_shoot_dt LIKE '2024%'",
    ),
    Asked(
        "cancelled shoots by type of shoot",
        f"SELECT t.fld_type_name, count(*) {_SH} WHERE s.fld_status = 'CANC' GROUP BY 1",
    ),
    Asked("share of all shoots cancelled, %", "SELECT 100.0 * sum(fld_status = 'CANC') / count(*) FROM tbl_shoot"),
    Asked(
        "shoots booked and still to come, per photographer",
        f"SELECT p.fld_phot_name, count(*) {_SH} WHERE s.fld_status = 'BKD' GROUP BY 1",
    ),
    Asked(
        "total fees, weddings done in 2024",
        f"SELECT sum(s.fld_fee) {_SH} WHERE t.fld_type_name = 'Wedding' AND s.fld_status = 'DONE' AND s.fld_shoot_dt LIKE '2024%'",
    ),
    Asked("average fee by type of shoot, done only", _fee_by_type),
    Asked("top 3 photographers by fees, shoots done in 2024", _best_photographers),
    Asked(
        "average hours per done wedding",
        f"SELECT avg(s.fld_hours) {_SH} WHERE t.fld_type_name = 'Wedding' AND s.fld_status = 'DONE'",
    ),
    Asked(
        "Tom Ashdown, number of shoots done this year",
        f"SELECT count(*) {_SH} WHERE p.fld_phot_name = 'Tom Ashdown' AND s.fld_status = 'DONE' AND s.fld_shoot_dt LIKE '2025%'",
    ),
    Asked(
        "photos delivered last month", "SELECT sum(fld_photo_cnt) FROM tbl_shoot WHERE fld_delivered_dt LIKE '2025-04%'"
    ),
    Asked(
        "shoots done but not delivered yet, count",
        "SELECT count(*) FROM tbl_shoot WHERE fld_status = 'DONE' AND fld_delivered_dt IS NULL",
    ),
    Asked(
        "average days from shoot to delivery, newborn",
        f"SELECT avg(julianday(s.fld_delivered_dt) - julianday(s.fld_shoot_dt)) {_SH} WHERE t.fld_type_name = 'Newborn'",
    ),
    Asked(
        "average rating per photographer",
        f"SELECT p.fld_phot_name, avg(s.fld_rating) {_SH} WHERE s.fld_rating IS NOT NULL GROUP BY 1",
    ),
    Asked(
        "weddings done at Hartley Manor, count",
        f"SELECT count(*) {_SH} WHERE v.fld_venue_name = 'Hartley Manor' AND t.fld_type_name = 'Wedding' AND s.fld_status = 'DONE'",
    ),
    Asked(
        "top 3 venues, number of shoots done",
        f"SELECT v.fld_venue_name, count(*) {_SH} WHERE v.fld_venue_id IS NOT NULL AND s.fld_status = 'DONE' GROUP BY 1 ORDER BY 2 DESC LIMIT 3",
    ),
    Asked(
        "fees by client's town, shoots done since January",
        f"SELECT c.fld_town, sum(s.fld_fee) {_SH} WHERE s.fld_status = 'DONE' AND s.fld_shoot_dt >= '2025-01-01' GROUP BY 1",
    ),
    Asked("total invoiced this year", "SELECT sum(fld_amount) FROM tbl_invoice WHERE fld_inv_dt LIKE '2025%'"),
    Asked("invoiced per month, 2024", _invoiced_by_month),
    Asked("unpaid invoices, total amount", "SELECT sum(fld_amount) FROM tbl_invoice WHERE fld_paid_dt IS NULL"),
    Asked(
        "number of overdue invoices",
        "SELECT count(*) FROM tbl_invoice WHERE fld_paid_dt IS NULL AND fld_due_dt < '2025-05-20'",
    ),
    Asked(
        "deposits invoiced last month, amount",
        "SELECT sum(fld_amount) FROM tbl_invoice WHERE fld_inv_kind = 'DEP' AND fld_inv_dt LIKE '2025-04%'",
    ),
    Asked(
        "payments received in 2024 by payment method, amount",
        "SELECT fld_pay_method, sum(fld_amount) FROM tbl_invoice WHERE fld_paid_dt LIKE '2024%' GROUP BY 1",
    ),
    Asked("average days from invoice to payment", _days_to_payment),
    Asked("highest invoice amount ever", "SELECT max(fld_amount) FROM tbl_invoice"),
    Asked(
        "top 5 clients by amount invoiced",
        f"SELECT c.fld_client_name, sum(i.fld_amount) {_IN} GROUP BY c.fld_client_id ORDER BY 2 DESC LIMIT 5",
    ),
    Asked(
        "album sales in 2024, amount",
        f"SELECT sum(o.fld_total) {_OR} WHERE d.fld_prod_group = 'Album' AND o.fld_order_dt LIKE '2024%'",
    ),
    Asked(
        "product sales per group this year, amount",
        f"SELECT d.fld_prod_group, sum(o.fld_total) {_OR} WHERE o.fld_order_dt LIKE '2025%' GROUP BY 1",
    ),
    Asked(
        "top 3 products by pieces sold, 2024",
        f"SELECT d.fld_prod_name, sum(o.fld_qty) {_OR} WHERE o.fld_order_dt LIKE '2024%' GROUP BY 1 ORDER BY 2 DESC LIMIT 3",
    ),
    Asked(
        "canvases sold since March, pieces",
        f"SELECT sum(o.fld_qty) {_OR} WHERE d.fld_prod_group = 'Canvas' AND o.fld_order_dt >= '2025-03-01'",
    ),
    Asked("electricity bill, March", None),
    Asked("website visits last month", None),
    Asked("fuel costs company car 2024", None),
    Asked("pension contributions per employee", None),
)


def photo_studio(seed: int = 47) -> World:
    """The studio with its questions."""
    return World("Photo studio", TODAY, TABLES, _rows(seed), QUESTIONS)
