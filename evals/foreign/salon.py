"""A chain of hair salons, as a developer's first project left it: singular and plural names beside each other, spelled-out
and short, prices as text with a currency sign, a rating out of five, tips in one table and prices in another, states of
appointments as numbers with a table for them, a walk-in customer who is nobody. Asked once before the draft had seen it."""

import random
from datetime import date, timedelta

from evals.foreign.world import Asked, Row, World

_FIRST, _LAST, TODAY = date(2023, 6, 1), date(2025, 10, 31), date(2025, 11, 4)

TABLES = {
    "salon": "id INTEGER PRIMARY KEY, salon_name TEXT, city TEXT, rent_per_month REAL, opened DATE",
    "stylists": "id INTEGER PRIMARY KEY, salon INTEGER REFERENCES salon(id), fullname TEXT, level TEXT, base_salary REAL, start_date DATE, left_on DATE",
    "client": "id INTEGER PRIMARY KEY, fullname TEXT, phone TEXT, gender TEXT, birthday DATE, first_visit DATE, loyalty_points INTEGER, marketing_ok INTEGER",
    "service": "id INTEGER PRIMARY KEY, service_name TEXT, service_group TEXT, list_price REAL, minutes INTEGER",
    "appt_status": "id INTEGER PRIMARY KEY, label TEXT",
    "appointments": "id INTEGER PRIMARY KEY, client INTEGER REFERENCES client(id), stylist INTEGER REFERENCES stylists(id), service INTEGER REFERENCES service(id), status INTEGER REFERENCES appt_status(id), booked_on DATE, appt_date DATE, price_charged REAL, discount_pct REAL, tip REAL, rating INTEGER, walk_in INTEGER",
    "product": "id INTEGER PRIMARY KEY, product_name TEXT, brand TEXT, cost_price REAL, retail_price REAL, stock_level INTEGER, reorder_level INTEGER",
    "product_sale": "id INTEGER PRIMARY KEY, product INTEGER REFERENCES product(id), salon INTEGER REFERENCES salon(id), sold_on DATE, qty INTEGER, total_price REAL",
}  # fmt: skip


def _rows(seed: int) -> dict[str, list[Row]]:
    draw = random.Random(seed)
    span = (_LAST - _FIRST).days

    def day(least: int = 0) -> date:
        return _FIRST + timedelta(days=draw.randint(least, span))

    salons = [{"id": i, "salon_name": n, "city": c, "rent_per_month": r, "opened": f"201{i}-02-01"} for i, (n, c, r) in enumerate((("Curl Up", "Leeds", 2100.0), ("Shear Bliss", "Leeds", 1750.0), ("The Mane Room", "York", 1600.0)), 1)]  # fmt: skip
    stylists = [{"id": i, "salon": 1 + i % 3, "fullname": n, "level": ("Junior", "Senior", "Director")[i % 3 - 1], "base_salary": 21000.0 + 2500 * (i % 4), "start_date": f"20{15 + i}-03-01", "left_on": "2025-02-28" if i == 7 else None} for i, n in enumerate(("Bea Cross", "Dom Lake", "Fay Hurst", "Gil Ames", "Ivy Boyd", "Kit Rowe", "Lou Tate"), 1)]  # fmt: skip
    clients: list[Row] = [{"id": i, "fullname": f"Client {i}", "phone": f"07{i:06d}", "gender": draw.choices(("female", "male", "other"), (7, 3, 1))[0], "birthday": f"{1960 + i % 45}-05-0{1 + i % 9}", "first_visit": day().isoformat(), "loyalty_points": draw.randrange(0, 900, 10), "marketing_ok": int(draw.random() < 0.5)} for i in range(1, 321)]  # fmt: skip
    services = [{"id": i, "service_name": n, "service_group": g, "list_price": p, "minutes": m} for i, (n, g, p, m) in enumerate((("Ladies cut", "Cutting", 45.0, 60), ("Mens cut", "Cutting", 28.0, 30), ("Full colour", "Colouring", 85.0, 120), ("Highlights", "Colouring", 98.0, 150), ("Blow dry", "Styling", 24.0, 30)), 1)]  # fmt: skip
    states = [{"id": i, "label": n} for i, n in enumerate(("Booked", "Completed", "Cancelled", "No show"), 1)]
    visits: list[Row] = []
    for i in range(1, 3001):
        when, service = day(), draw.choice(services)
        status = draw.choices((2, 3, 4), (8, 1, 1))[0]
        discount = draw.choice((0, 0, 0, 10, 20))
        done = status == 2
        visits.append({"id": i, "client": draw.randint(1, 320) if draw.random() < 0.95 else None, "stylist": draw.randint(1, 7), "service": service["id"], "status": status, "booked_on": (when - timedelta(days=draw.randint(0, 30))).isoformat(), "appt_date": when.isoformat(), "price_charged": round(float(service["list_price"]) * (1 - discount / 100), 2) if done else 0.0, "discount_pct": discount, "tip": float(draw.choice((0, 0, 2, 5))) if done else 0.0, "rating": draw.choices((1, 2, 3, 4, 5, None), (1, 1, 2, 6, 8, 6))[0] if done else None, "walk_in": int(draw.random() < 0.1)})  # fmt: skip
    products = [{"id": i, "product_name": n, "brand": b, "cost_price": c, "retail_price": c * 2.1, "stock_level": 5 * i, "reorder_level": 10} for i, (n, b, c) in enumerate((("Argan oil", "Luxe", 6.5), ("Dry shampoo", "Luxe", 3.2), ("Matt clay", "Barbers Own", 4.1), ("Sea salt spray", "Barbers Own", 3.9)), 1)]  # fmt: skip
    sales: list[Row] = []
    for i in range(1, 901):
        product, quantity = draw.choice(products), draw.randint(1, 3)
        sales.append({"id": i, "product": product["id"], "salon": draw.randint(1, 3), "sold_on": day().isoformat(), "qty": quantity, "total_price": round(float(product["retail_price"]) * quantity, 2)})  # fmt: skip
    return {"salon": salons, "stylists": stylists, "client": clients, "service": services, "appt_status": states, "appointments": visits, "product": products, "product_sale": sales}  # fmt: skip


_A = "FROM appointments a JOIN service s ON s.id = a.service JOIN appt_status t ON t.id = a.status JOIN stylists y ON y.id = a.stylist JOIN salon l ON l.id = y.salon"

QUESTIONS = (
    Asked("how many appointments in october 2025", "SELECT count(*) FROM appointments WHERE appt_date LIKE '2025-10%'"),
    Asked("appointments by status", f"SELECT t.label, count(*) {_A} GROUP BY 1"),
    Asked("how many completed appointments in 2024", f"SELECT count(*) {_A} WHERE t.label = 'Completed' AND appt_date LIKE '2024%'"),
    Asked("how many no shows did we have", f"SELECT count(*) {_A} WHERE t.label = 'No show'"),
    Asked("cancelled appointments by stylist", f"SELECT y.fullname, count(*) {_A} WHERE t.label = 'Cancelled' GROUP BY 1"),
    Asked("appointments per month in 2025", "SELECT substr(appt_date, 1, 7) || '-01', count(*) FROM appointments WHERE appt_date LIKE '2025%' GROUP BY 1"),
    Asked("which stylist has the most appointments this year", f"SELECT y.fullname, count(*) {_A} WHERE appt_date LIKE '2025%' GROUP BY 1 ORDER BY 2 DESC LIMIT 1"),
    Asked("appointments by salon", f"SELECT l.salon_name, count(*) {_A} GROUP BY 1"),
    Asked("total price charged by service", f"SELECT s.service_name, sum(price_charged) {_A} GROUP BY 1"),
    Asked("total price charged in 2024", "SELECT sum(price_charged) FROM appointments WHERE appt_date LIKE '2024%'"),
    Asked("average price charged for highlights", f"SELECT avg(price_charged) {_A} WHERE s.service_name = 'Highlights'"),
    Asked("tips by stylist in 2025", f"SELECT y.fullname, sum(tip) {_A} WHERE appt_date LIKE '2025%' GROUP BY 1"),
    Asked("total tips last month", "SELECT sum(tip) FROM appointments WHERE appt_date LIKE '2025-10%'"),
    Asked("average rating by stylist", f"SELECT y.fullname, avg(rating) {_A} GROUP BY 1"),
    Asked("average rating in Leeds", f"SELECT avg(rating) {_A} WHERE l.city = 'Leeds'"),
    Asked("which service has the best average rating", f"SELECT s.service_name, avg(rating) {_A} GROUP BY 1 ORDER BY 2 DESC LIMIT 1"),
    Asked("how many walk ins in 2025", "SELECT count(*) FROM appointments WHERE walk_in = 1 AND appt_date LIKE '2025%'"),
    Asked("how many appointments were booked in september 2025", "SELECT count(*) FROM appointments WHERE booked_on LIKE '2025-09%'"),
    Asked("colouring appointments by salon", f"SELECT l.salon_name, count(*) {_A} WHERE s.service_group = 'Colouring' GROUP BY 1"),
    Asked("how many clients do we have", "SELECT count(*) FROM client"),
    Asked("clients by gender", "SELECT gender, count(*) FROM client GROUP BY 1"),
    Asked("how many female clients are there", "SELECT count(*) FROM client WHERE gender = 'female'"),
    Asked("average loyalty points", "SELECT avg(loyalty_points) FROM client"),
    Asked("total loyalty points by gender", "SELECT gender, sum(loyalty_points) FROM client GROUP BY 1"),
    Asked("top 5 clients by number of appointments", "SELECT fullname, count(*) FROM appointments a JOIN client c ON c.id = a.client GROUP BY c.id ORDER BY 2 DESC, 1 LIMIT 5"),
    Asked("how many stylists work in York", "SELECT count(*) FROM stylists y JOIN salon l ON l.id = y.salon WHERE city = 'York'"),
    Asked("stylists by level", "SELECT level, count(*) FROM stylists GROUP BY 1"),
    Asked("average base salary of senior stylists", "SELECT avg(base_salary) FROM stylists WHERE level = 'Senior'"),
    Asked("how long does a full colour take", "SELECT minutes FROM service WHERE service_name = 'Full colour'"),
    Asked("average list price by service group", "SELECT service_group, avg(list_price) FROM service GROUP BY 1"),
    Asked("how much rent do we pay per month in total", None),
    Asked("product sales in 2024 by salon", None),
    Asked("total product sales revenue in 2025", None),
    Asked("quantity of products sold by brand", "SELECT brand, sum(qty) FROM product_sale s JOIN product p ON p.id = s.product GROUP BY 1"),
    Asked("how many dry shampoos did we sell in 2025", "SELECT sum(qty) FROM product_sale WHERE product = 2 AND sold_on LIKE '2025%'"),
    Asked("total price of product sales by product", "SELECT product_name, sum(total_price) FROM product_sale s JOIN product p ON p.id = s.product GROUP BY 1"),
    Asked("total stock level by brand", "SELECT brand, sum(stock_level) FROM product GROUP BY 1"),
    Asked("average cost price of Luxe products", "SELECT avg(cost_price) FROM product WHERE brand = 'Luxe'"),
    Asked("which products are below their reorder level", "SELECT product_name, stock_level FROM product WHERE stock_level < reorder_level"),
    Asked("how many apprentices do we have", None),
    Asked("client retention", None),
    Asked("average time between visits", None),
)  # fmt: skip


def salon(seed: int = 53) -> World:
    """The salons with their questions."""
    return World("Salon", TODAY, TABLES, _rows(seed), QUESTIONS)
