"""The till of two restaurants: money in cents, tips and service charges beside the total, voided checks, lines with
modifiers, opening and closing moments, reservations that nobody came to. Asked once before the draft had seen it."""

import random
from datetime import date, timedelta

from evals.foreign.world import Asked, Row, World

_FIRST, _LAST, TODAY = date(2024, 2, 1), date(2025, 4, 30), date(2025, 5, 5)

TABLES = {
    "pos_location": "id INTEGER PRIMARY KEY, name TEXT, city TEXT",
    "pos_staff": "id INTEGER PRIMARY KEY, nick_name TEXT, job TEXT, location_id INTEGER, active INTEGER",
    "pos_menu_cat": "id INTEGER PRIMARY KEY, name TEXT",
    "pos_menu_item": "id INTEGER PRIMARY KEY, menu_cat_id INTEGER, name TEXT, price_cents INTEGER, is_vegan INTEGER, discontinued INTEGER",
    "pos_check": "id INTEGER PRIMARY KEY, location_id INTEGER, server_id INTEGER, table_no INTEGER, opened_at TEXT, closed_at TEXT, guest_count INTEGER, channel TEXT, net_cents INTEGER, tax_cents INTEGER, tip_cents INTEGER, total_cents INTEGER, is_void INTEGER",
    "pos_check_item": "id INTEGER PRIMARY KEY, check_id INTEGER, menu_item_id INTEGER, qty INTEGER, unit_price_cents INTEGER, line_total_cents INTEGER",
    "pos_payment": "id INTEGER PRIMARY KEY, check_id INTEGER, type TEXT, amount_cents INTEGER, paid_at TEXT",
    "pos_reservation": "id INTEGER PRIMARY KEY, location_id INTEGER, guest_name TEXT, party_size INTEGER, booked_at TEXT, reserved_for TEXT, status TEXT",
}  # fmt: skip


def _rows(seed: int) -> dict[str, list[Row]]:
    draw = random.Random(seed)
    span = (_LAST - _FIRST).days
    places = [{"id": 1, "name": "Harbour Grill", "city": "Cork"}, {"id": 2, "name": "Garden Table", "city": "Galway"}]
    staff = [{"id": i, "nick_name": n, "job": j, "location_id": 1 + i % 2, "active": int(i % 5 > 0)} for i, (n, j) in enumerate((("Mo", "Server"), ("Kim", "Server"), ("Jess", "Server"), ("Abe", "Chef"), ("Rui", "Bartender"), ("Lou", "Server")), 1)]  # fmt: skip
    kinds = [{"id": i, "name": n} for i, n in enumerate(("Starters", "Mains", "Desserts", "Drinks"), 1)]
    menu: list[Row] = [{"id": i, "menu_cat_id": c, "name": n, "price_cents": p, "is_vegan": v, "discontinued": d} for i, (c, n, p, v, d) in enumerate(((1, "Soup", 650, 1, 0), (1, "Calamari", 950, 0, 0), (2, "Burger", 1550, 0, 0), (2, "Risotto", 1490, 0, 0), (2, "Vegan Curry", 1390, 1, 0), (3, "Cheesecake", 720, 0, 0), (3, "Sorbet", 560, 1, 1), (4, "House Wine", 690, 1, 0), (4, "Lemonade", 380, 1, 0)), 1)]  # fmt: skip
    checks: list[Row] = []
    lines: list[Row] = []
    payments: list[Row] = []
    for i in range(1, 2401):
        day = _FIRST + timedelta(days=draw.randint(0, span))
        hour, net = draw.choice((12, 13, 18, 19, 20, 21)), 0
        for item in draw.sample(menu, draw.randint(1, 5)):
            quantity = draw.randint(1, 3)
            lines.append({"id": len(lines) + 1, "check_id": i, "menu_item_id": item["id"], "qty": quantity, "unit_price_cents": item["price_cents"], "line_total_cents": quantity * item["price_cents"]})  # fmt: skip
            net += quantity * int(item["price_cents"])
        tax, tip, void = round(net * 0.135), draw.choice((0, 0, 200, 500, 1000)), int(draw.random() < 0.03)
        checks.append({"id": i, "location_id": draw.choices((1, 2), (3, 2))[0], "server_id": draw.choice((1, 2, 3, 6)), "table_no": draw.randint(1, 20), "opened_at": f"{day} {hour}:05:00", "closed_at": f"{day} {hour + 1}:20:00", "guest_count": draw.randint(1, 6), "channel": draw.choices(("dine_in", "takeaway", "delivery"), (7, 2, 1))[0], "net_cents": net, "tax_cents": tax, "tip_cents": tip, "total_cents": net + tax + tip, "is_void": void})  # fmt: skip
        if not void:
            payments.append({"id": len(payments) + 1, "check_id": i, "type": draw.choices(("card", "cash", "voucher"), (7, 3, 1))[0], "amount_cents": net + tax + tip, "paid_at": f"{day} {hour + 1}:19:00"})  # fmt: skip
    bookings: list[Row] = []
    for i in range(1, 701):
        day = _FIRST + timedelta(days=draw.randint(5, span))
        bookings.append({"id": i, "location_id": draw.randint(1, 2), "guest_name": f"Guest {i}", "party_size": draw.randint(1, 8), "booked_at": f"{day - timedelta(days=draw.randint(0, 4))} 10:00:00", "reserved_for": f"{day} 19:30:00", "status": draw.choices(("seated", "no_show", "cancelled"), (8, 1, 1))[0]})  # fmt: skip
    return {"pos_location": places, "pos_staff": staff, "pos_menu_cat": kinds, "pos_menu_item": menu, "pos_check": checks, "pos_check_item": lines, "pos_payment": payments, "pos_reservation": bookings}  # fmt: skip


_CL = "FROM pos_check c JOIN pos_location l ON l.id = c.location_id WHERE NOT is_void"
_CI = "FROM pos_check_item x JOIN pos_check c ON c.id = check_id JOIN pos_menu_item m ON m.id = menu_item_id JOIN pos_menu_cat k ON k.id = menu_cat_id WHERE NOT is_void"

QUESTIONS = (
    Asked("how many checks did we have last month", "SELECT count(*) FROM pos_check WHERE NOT is_void AND opened_at LIKE '2025-04%'"),
    Asked("checks by location", f"SELECT l.name, count(*) {_CL} GROUP BY 1"),
    Asked("total tips in 2024", "SELECT sum(tip_cents) / 100.0 FROM pos_check WHERE NOT is_void AND opened_at LIKE '2024%'"),
    Asked("tips by server", "SELECT nick_name, sum(tip_cents) / 100.0 FROM pos_check c JOIN pos_staff s ON s.id = server_id WHERE NOT is_void GROUP BY 1"),
    Asked("which server got the most tips in march 2025", "SELECT nick_name, sum(tip_cents) / 100.0 FROM pos_check c JOIN pos_staff s ON s.id = server_id WHERE NOT is_void AND opened_at LIKE '2025-03%' GROUP BY 1 ORDER BY 2 DESC LIMIT 1"),
    Asked("average tip per check", "SELECT avg(tip_cents) / 100.0 FROM pos_check WHERE NOT is_void"),
    Asked("total tax last month", "SELECT sum(tax_cents) / 100.0 FROM pos_check WHERE NOT is_void AND opened_at LIKE '2025-04%'"),
    Asked("check total by month in 2025", "SELECT substr(opened_at, 1, 7) || '-01', sum(total_cents) / 100.0 FROM pos_check WHERE NOT is_void AND opened_at LIKE '2025%' GROUP BY 1"),
    Asked("average check total", "SELECT avg(total_cents) / 100.0 FROM pos_check WHERE NOT is_void"),
    Asked("average check total at the Garden Table", f"SELECT avg(total_cents) / 100.0 {_CL} AND l.name = 'Garden Table'"),
    Asked("how many guests did we have in 2024", "SELECT sum(guest_count) FROM pos_check WHERE NOT is_void AND opened_at LIKE '2024%'"),
    Asked("average number of guests per check", "SELECT avg(guest_count) FROM pos_check WHERE NOT is_void"),
    Asked("takeaway checks by location", f"SELECT l.name, count(*) {_CL} AND channel = 'takeaway' GROUP BY 1"),
    Asked("checks by channel", "SELECT channel, count(*) FROM pos_check WHERE NOT is_void GROUP BY 1"),
    Asked("how many burgers did we sell", f"SELECT sum(qty) {_CI} AND m.name = 'Burger'"),
    Asked("quantity sold by menu item", f"SELECT m.name, sum(qty) {_CI} GROUP BY 1"),
    Asked("top 3 menu items by quantity", f"SELECT m.name, sum(qty) {_CI} GROUP BY 1 ORDER BY 2 DESC LIMIT 3"),
    Asked("line total by menu category", f"SELECT k.name, sum(line_total_cents) / 100.0 {_CI} GROUP BY 1"),
    Asked("total quantity of desserts in 2025", f"SELECT sum(qty) {_CI} AND k.name = 'Desserts' AND opened_at LIKE '2025%'"),
    Asked("quantity of vegan items sold by location", "SELECT l.name, sum(qty) FROM pos_check_item x JOIN pos_check c ON c.id = check_id JOIN pos_menu_item m ON m.id = menu_item_id JOIN pos_location l ON l.id = c.location_id WHERE NOT is_void AND is_vegan GROUP BY 1"),
    Asked("how many vegan menu items do we have", "SELECT count(*) FROM pos_menu_item WHERE is_vegan"),
    Asked("how many menu items are discontinued", "SELECT count(*) FROM pos_menu_item WHERE discontinued"),
    Asked("average price of mains", "SELECT avg(price_cents) / 100.0 FROM pos_menu_item WHERE menu_cat_id = 2"),
    Asked("how much is the Risotto", "SELECT price_cents / 100.0 FROM pos_menu_item WHERE name = 'Risotto'"),
    Asked("menu items per category", "SELECT k.name, count(*) FROM pos_menu_item m JOIN pos_menu_cat k ON k.id = menu_cat_id GROUP BY 1"),
    Asked("payment amount by type", "SELECT type, sum(amount_cents) / 100.0 FROM pos_payment GROUP BY 1"),
    Asked("how much was paid in cash in 2024", "SELECT sum(amount_cents) / 100.0 FROM pos_payment WHERE type = 'cash' AND paid_at LIKE '2024%'"),
    Asked("number of card payments per month in 2025", "SELECT substr(paid_at, 1, 7) || '-01', count(*) FROM pos_payment WHERE type = 'card' AND paid_at LIKE '2025%' GROUP BY 1"),
    Asked("how many reservations were no shows", "SELECT count(*) FROM pos_reservation WHERE status = 'no_show'"),
    Asked("reservations by status", "SELECT status, count(*) FROM pos_reservation GROUP BY 1"),
    Asked("average party size", "SELECT avg(party_size) FROM pos_reservation"),
    Asked("average party size by location", "SELECT l.name, avg(party_size) FROM pos_reservation r JOIN pos_location l ON l.id = location_id GROUP BY 1"),
    Asked("reservations cancelled by location", "SELECT l.name, count(*) FROM pos_reservation r JOIN pos_location l ON l.id = location_id WHERE status = 'cancelled' GROUP BY 1"),
    Asked("how many servers do we have", "SELECT count(*) FROM pos_staff WHERE job = 'Server'"),
    Asked("how many active staff", "SELECT count(*) FROM pos_staff WHERE active"),
    Asked("staff by job", "SELECT job, count(*) FROM pos_staff GROUP BY 1"),
    Asked("total net sales", None),
    Asked("net amount by location in 2024", f"SELECT l.name, sum(net_cents) / 100.0 {_CL} AND opened_at LIKE '2024%' GROUP BY 1"),
    Asked("food cost percentage", None),
    Asked("how many complaints did we get", None),
    Asked("average waiting time", None),
)  # fmt: skip


def restaurant(seed: int = 47) -> World:
    """The restaurants with their questions."""
    return World("Restaurant", TODAY, TABLES, _rows(seed), QUESTIONS)
