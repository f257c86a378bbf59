"""A solar installer's web application: plural snake case with declared keys, unix seconds, money in cents, one project row that
moves from lead to installed, a sales rep and a project manager from the same staff table."""

import random
from datetime import UTC, date, datetime, timedelta

from evals.foreign.world import Asked, Row, World

_FIRST, _LAST, TODAY = date(2023, 1, 9), date(2026, 3, 17), date(2026, 3, 18)

TABLES = {
    "lead_sources": "id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL",
    "employees": "id INTEGER PRIMARY KEY, name VARCHAR(80) NOT NULL, job_title VARCHAR(40), reports_to_id INTEGER REFERENCES employees(id), hired_at INTEGER, is_active BOOLEAN NOT NULL DEFAULT 1",
    "customers": "id INTEGER PRIMARY KEY, first_name VARCHAR(40), last_name VARCHAR(40), email VARCHAR(80), town VARCHAR(40), created_at INTEGER NOT NULL",
    "projects": "id INTEGER PRIMARY KEY, ref VARCHAR(12) UNIQUE, customer_id INTEGER NOT NULL REFERENCES customers(id), lead_source_id INTEGER REFERENCES lead_sources(id), sales_rep_id INTEGER REFERENCES employees(id), project_manager_id INTEGER REFERENCES employees(id), status VARCHAR(12) NOT NULL, roof_type VARCHAR(12), size_kwp REAL, with_battery BOOLEAN, price_cents INTEGER, created_at INTEGER NOT NULL, signed_at INTEGER, installed_at INTEGER, lost_reason VARCHAR(40)",
    "products": "id INTEGER PRIMARY KEY, sku VARCHAR(16), name VARCHAR(60), category VARCHAR(20), manufacturer VARCHAR(40), cost_cents INTEGER, stock_qty INTEGER, discontinued BOOLEAN",
    "project_products": "project_id INTEGER NOT NULL REFERENCES projects(id), product_id INTEGER NOT NULL REFERENCES products(id), quantity INTEGER NOT NULL, PRIMARY KEY (project_id, product_id)",
    "payments": "id INTEGER PRIMARY KEY, project_id INTEGER NOT NULL REFERENCES projects(id), kind VARCHAR(12), method VARCHAR(16), amount_cents INTEGER NOT NULL, paid_at INTEGER NOT NULL",
    "service_visits": "id INTEGER PRIMARY KEY, project_id INTEGER NOT NULL REFERENCES projects(id), technician_id INTEGER REFERENCES employees(id), reason VARCHAR(30), under_warranty BOOLEAN, scheduled_at INTEGER NOT NULL, completed_at INTEGER, charge_cents INTEGER",
    "event_logs": "id INTEGER PRIMARY KEY, actor_id INTEGER, event VARCHAR(40), payload TEXT, created_at INTEGER",
}  # fmt: skip

_SOURCES = ("Website", "Referral", "Trade fair", "Door to door", "Google Ads")
_STAFF = (
    ("Nora Velasquez", "Managing director", None, 1), ("Tom Harding", "Head of sales", 1, 1), ("Lucia Ferri", "Sales rep", 2, 1),
    ("Ben Oyelaran", "Sales rep", 2, 1), ("Katja Holm", "Sales rep", 2, 1), ("Rhys Morgan", "Sales rep", 2, 0),
    ("Anita Desai", "Project manager", 1, 1), ("Paul Granger", "Project manager", 1, 1), ("Sofia Marques", "Project manager", 1, 1),
    ("Dylan Reece", "Electrician", 7, 1), ("Emil Novak", "Electrician", 7, 1), ("Harriet Poole", "Electrician", 8, 1),
    ("Kofi Mensah", "Electrician", 9, 0), ("Joel Tanner", "Roofer", 8, 1), ("Mika Salo", "Roofer", 9, 1), ("Carol Finch", "Office", 1, 1),
)  # fmt: skip
_PRODUCTS = (
    ("PNL-410", "Aurora 410 panel", "Panel", "Heliox", 11200, 0), ("PNL-440", "Aurora 440 panel", "Panel", "Heliox", 12900, 0), ("PNL-425", "BlackLine 425 panel", "Panel", "Sunmark", 12100, 0), ("PNL-390", "BlackLine 390 panel", "Panel", "Sunmark", 9900, 1),
    ("INV-05", "String inverter 5 kW", "Inverter", "Voltera", 82000, 0), ("INV-08", "String inverter 8 kW", "Inverter", "Voltera", 109000, 0), ("INV-10H", "Hybrid inverter 10 kW", "Inverter", "Kestrel", 168000, 0), ("INV-04", "Micro inverter set", "Inverter", "Kestrel", 61000, 1),
    ("BAT-05", "Home battery 5 kWh", "Battery", "Kestrel", 235000, 0), ("BAT-10", "Home battery 10 kWh", "Battery", "Kestrel", 419000, 0), ("BAT-12", "Stack battery 12 kWh", "Battery", "Heliox", 478000, 0),
    ("MNT-T", "Tile roof rail kit", "Mounting", "Fixwell", 3400, 0), ("MNT-F", "Flat roof ballast kit", "Mounting", "Fixwell", 4100, 0), ("MNT-M", "Metal roof clamp kit", "Mounting", "Fixwell", 2700, 0),
)  # fmt: skip
_GIVEN = ("Adam", "Beth", "Colin", "Diane", "Ewan", "Fiona", "Gareth", "Holly", "Ian", "Joan", "Keith", "Laura", "Martin", "Nina", "Oscar", "Paula", "Quentin", "Rosie", "Stuart", "Tina")  # fmt: skip
_FAMILY = ("Atkins", "Bowen", "Carver", "Drew", "Ellery", "Frost", "Gale", "Hurst", "Ives", "Jessop", "Kemp", "Lomax", "Marsh", "Nevin", "Orr", "Pascoe", "Quill", "Rudd", "Sutton", "Thorne")  # fmt: skip


def _unix(day: date, hour: int = 12) -> int:
    return int(datetime(day.year, day.month, day.day, hour, tzinfo=UTC).timestamp())


def _rows(seed: int) -> dict[str, list[Row]]:
    draw = random.Random(seed)
    span = (_LAST - _FIRST).days
    employees: list[Row] = [{"id": i, "name": n, "job_title": j, "reports_to_id": b, "hired_at": _unix(date(2017, 2, 1) + timedelta(days=131 * i), 9), "is_active": a} for i, (n, j, b, a) in enumerate(_STAFF, 1)]  # fmt: skip
    products: list[Row] = [{"id": i, "sku": s, "name": n, "category": c, "manufacturer": m, "cost_cents": p, "stock_qty": draw.randint(150, 600) if c == "Panel" else draw.randint(3, 90), "discontinued": d} for i, (s, n, c, m, p, d) in enumerate(_PRODUCTS, 1)]  # fmt: skip
    names = [(g, f) for g in _GIVEN for f in _FAMILY]
    draw.shuffle(names)
    days = sorted(draw.randint(0, span - 2) for _ in range(380))
    customers: list[Row] = [{"id": i, "first_name": g, "last_name": f, "email": f"{g}.{f}@example.org".lower() if draw.random() < 0.88 else None, "town": draw.choices(("Ashbury", "Millbrook", "Penwick", "Stonehaven", "Westcliff"), (6, 5, 4, 3, 2))[0], "created_at": _unix(_FIRST + timedelta(days=d), draw.randint(9, 15))} for i, ((g, f), d) in enumerate(zip(names, days, strict=False), 1)]  # fmt: skip
    projects: list[Row] = []
    items: list[Row] = []
    payments: list[Row] = []
    visits: list[Row] = []
    starts = [(c["id"], d) for c, d in zip(customers, days, strict=True)]
    starts += [(draw.randint(1, 380), 0) for _ in range(60)]
    starts = sorted(((c, d or draw.randint(days[c - 1], span - 1)) for c, d in starts), key=lambda pair: pair[1])
    for i, (customer, offset) in enumerate(starts, 1):
        made = _FIRST + timedelta(days=offset)
        age = (_LAST - made).days
        signed = made + timedelta(days=draw.randint(6, 60)) if draw.random() < 0.58 else None
        signed = signed if signed and signed <= _LAST else None
        fitted = signed + timedelta(days=draw.randint(20, 110)) if signed else None
        fitted = fitted if fitted and fitted <= _LAST else None
        lost = not signed and age > 45 and draw.random() < 0.9
        status = "installed" if fitted else "sold" if signed else "lost" if lost else "quoted" if age > 12 else "lead"
        panels, battery, roof = draw.randint(8, 30), int(draw.random() < 0.45), draw.choices(("tile", "flat", "metal"), (6, 2, 2))[0]  # fmt: skip
        panel = draw.choices((1, 2, 3, 4), (4, 5, 3, 2 if made.year == 2023 else 0))[0]
        watts = (410, 440, 425, 390)[panel - 1]
        size = round(panels * watts / 1000, 2)
        price = (int(size * 1250) + 1800 + battery * 5400 + draw.randint(-300, 900)) * 100
        projects.append({"id": i, "ref": f"P{made.year % 100}{i:04}", "customer_id": customer, "lead_source_id": draw.choices((1, 2, 3, 4, 5), (6, 4, 1, 2, 3))[0], "sales_rep_id": draw.choices((3, 4, 5, 6), (5, 4, 3, 3 if made.year < 2025 else 0))[0], "project_manager_id": draw.choices((7, 8, 9), (4, 3, 2))[0] if signed else None, "status": status, "roof_type": roof, "size_kwp": size, "with_battery": battery, "price_cents": None if status == "lead" else price, "created_at": _unix(made, draw.randint(9, 16)), "signed_at": _unix(signed, 15) if signed else None, "installed_at": _unix(fitted, 15) if fitted else None, "lost_reason": draw.choices(("Too expensive", "Chose competitor", "Roof unsuitable", "No answer"), (5, 4, 2, 3))[0] if lost else None})  # fmt: skip
        if fitted:
            items.append({"project_id": i, "product_id": panel, "quantity": panels})
            items.append({"project_id": i, "product_id": draw.choice((7, 7, 6)) if battery else draw.choices((5, 6, 8), (4, 3, 1 if fitted.year < 2024 else 0))[0], "quantity": 1})  # fmt: skip
            items.append({"project_id": i, "product_id": {"tile": 12, "flat": 13, "metal": 14}[roof], "quantity": (panels + 1) // 2})  # fmt: skip
            if battery:
                items.append({"project_id": i, "product_id": draw.choices((9, 10, 11), (3, 4, 2))[0], "quantity": draw.choice((1, 1, 1, 2))})  # fmt: skip
        if signed:
            deposit = price * 3 // 10
            for kind, amount, on in (("deposit", deposit, signed + timedelta(days=draw.randint(1, 9))), ("final", price - deposit, fitted + timedelta(days=draw.randint(2, 45)) if fitted else None)):  # fmt: skip
                if on and on <= _LAST:
                    payments.append({"id": 0, "project_id": i, "kind": kind, "method": draw.choices(("bank transfer", "card", "financing"), (6, 1, 3))[0], "amount_cents": amount, "paid_at": _unix(on, draw.randint(9, 16))})  # fmt: skip
        if fitted:
            for _ in range(draw.choices((0, 1, 2, 3), (4, 4, 2, 1))[0]):
                on = fitted + timedelta(days=draw.randint(15, 500))
                if on > TODAY + timedelta(days=40):
                    continue
                done = on <= _LAST and draw.random() < 0.95
                warranty = int(draw.random() < 0.55)
                visits.append({"id": 0, "project_id": i, "technician_id": draw.choices((10, 11, 12, 13), (4, 3, 5, 2 if on.year < 2025 else 0))[0], "reason": draw.choices(("Inverter fault", "Annual check", "Monitoring offline", "Panel damage"), (4, 5, 3, 1))[0], "under_warranty": warranty, "scheduled_at": _unix(on, draw.randint(8, 14)), "completed_at": _unix(on, 16) if done else None, "charge_cents": (0 if warranty else draw.randint(60, 340) * 100) if done else None})  # fmt: skip
    payments.sort(key=lambda row: row["paid_at"])
    visits.sort(key=lambda row: row["scheduled_at"])
    for rows in (payments, visits):
        for i, row in enumerate(rows, 1):
            row["id"] = i
    logs: list[Row] = [{"id": i, "actor_id": draw.choice((3, 4, 5, 7, 8, 16, None)), "event": draw.choice(("login", "project.updated", "export", "email.sent")), "payload": "{}", "created_at": _unix(_FIRST + timedelta(days=draw.randint(0, span)), draw.randint(7, 20))} for i in range(1, 401)]  # fmt: skip
    return {"lead_sources": [{"id": i, "name": n} for i, n in enumerate(_SOURCES, 1)], "employees": employees, "customers": customers, "projects": projects, "products": products, "project_products": items, "payments": payments, "service_visits": visits, "event_logs": logs}  # fmt: skip


def _month(column: str) -> str:
    return f"strftime('%Y-%m-01', {column}, 'unixepoch')"


def _year(column: str, year: int) -> str:
    return f"strftime('%Y', {column}, 'unixepoch') = '{year}'"


def _days(column: str, start: str, end: str) -> str:
    """From a day up to and with another."""
    return f"date({column}, 'unixepoch') BETWEEN '{start}' AND '{end}'"


_PR = "FROM projects p JOIN employees e ON e.id = p.sales_rep_id"
_PC = "FROM projects p JOIN customers c ON c.id = p.customer_id"
_PP = "FROM project_products x JOIN projects p ON p.id = x.project_id JOIN products d ON d.id = x.product_id"

QUESTIONS = (
    Asked("how many customers do we have?", "SELECT count(*) FROM customers"),
    Asked("customers per town", "SELECT town, count(*) FROM customers GROUP BY 1"),
    Asked("how many systems did we install in 2025", f"SELECT count(*) FROM projects WHERE {_year('installed_at', 2025)}"),
    Asked("kwp installed per month in 2025", f"SELECT {_month('installed_at')}, sum(size_kwp) FROM projects WHERE {_year('installed_at', 2025)} GROUP BY 1"),
    Asked("projects by status", "SELECT status, count(*) FROM projects GROUP BY 1"),
    Asked("money received last month", f"SELECT sum(amount_cents) / 100.0 FROM payments WHERE {_month('paid_at')} = '2026-02-01'"),
    Asked("payments received per month in 2024", f"SELECT {_month('paid_at')}, sum(amount_cents) / 100.0 FROM payments WHERE {_year('paid_at', 2024)} GROUP BY 1"),
    Asked("total value of contracts signed in 2025 by sales rep", f"SELECT e.name, sum(price_cents) / 100.0 {_PR} WHERE {_year('signed_at', 2025)} GROUP BY 1"),
    Asked("which sales rep signed the most deals in 2024", f"SELECT e.name, count(*) {_PR} WHERE {_year('signed_at', 2024)} GROUP BY 1 ORDER BY 2 DESC LIMIT 1"),
    Asked("average size of installed systems in kwp", "SELECT avg(size_kwp) FROM projects WHERE status = 'installed'"),
    Asked("why do we lose projects? count by reason", "SELECT lost_reason, count(*) FROM projects WHERE status = 'lost' GROUP BY 1"),
    Asked("how many projects are sold but not installed yet", "SELECT count(*) FROM projects WHERE status = 'sold'"),
    Asked("value of projects sold but not yet installed", "SELECT sum(price_cents) / 100.0 FROM projects WHERE status = 'sold'"),
    Asked("average days from signing to installation", "SELECT avg(julianday(date(installed_at, 'unixepoch')) - julianday(date(signed_at, 'unixepoch'))) FROM projects WHERE installed_at IS NOT NULL"),
    Asked("new projects by lead source this year", f"SELECT s.name, count(*) FROM projects p JOIN lead_sources s ON s.id = p.lead_source_id WHERE {_year('p.created_at', 2026)} GROUP BY 1"),
    Asked("how many projects came from referral", "SELECT count(*) FROM projects p JOIN lead_sources s ON s.id = p.lead_source_id WHERE s.name = 'Referral'"),
    Asked("installed projects with a battery", "SELECT count(*) FROM projects WHERE status = 'installed' AND with_battery = 1"),
    Asked("what percent of the systems installed in 2025 have a battery", f"SELECT 100.0 * sum(with_battery) / count(*) FROM projects WHERE {_year('installed_at', 2025)}"),
    Asked("average price of installed projects by roof type", "SELECT roof_type, avg(price_cents) / 100.0 FROM projects WHERE status = 'installed' GROUP BY 1"),
    Asked("installations per project manager in 2025", f"SELECT e.name, count(*) FROM projects p JOIN employees e ON e.id = p.project_manager_id WHERE {_year('installed_at', 2025)} GROUP BY 1"),
    Asked("how many panels did we put on roofs, per manufacturer, for systems installed in 2025", f"SELECT manufacturer, sum(quantity) {_PP} WHERE category = 'Panel' AND {_year('installed_at', 2025)} GROUP BY 1"),
    Asked("most used inverter overall, by pieces", f"SELECT d.name, sum(quantity) {_PP} WHERE category = 'Inverter' GROUP BY 1 ORDER BY 2 DESC LIMIT 1"),
    Asked("stock of panels by product", "SELECT name, stock_qty FROM products WHERE category = 'Panel'"),
    Asked("value of our stock at cost by category", "SELECT category, sum(stock_qty * cost_cents) / 100.0 FROM products GROUP BY 1"),
    Asked("how many products are discontinued", "SELECT count(*) FROM products WHERE discontinued = 1"),
    Asked("service visits completed per month in 2025", f"SELECT {_month('completed_at')}, count(*) FROM service_visits WHERE {_year('completed_at', 2025)} GROUP BY 1"),
    Asked("completed warranty visits in 2025", f"SELECT count(*) FROM service_visits WHERE under_warranty = 1 AND {_year('completed_at', 2025)}"),
    Asked("how many service visits should have happened before today but aren't completed", "SELECT count(*) FROM service_visits WHERE completed_at IS NULL AND date(scheduled_at, 'unixepoch') < '2026-03-18'"),
    Asked("top 3 technicians by completed service visits", "SELECT e.name, count(*) FROM service_visits v JOIN employees e ON e.id = v.technician_id WHERE completed_at IS NOT NULL GROUP BY 1 ORDER BY 2 DESC LIMIT 3"),
    Asked("service visits by reason", "SELECT reason, count(*) FROM service_visits GROUP BY 1"),
    Asked("how much did we charge for service visits completed in 2025", f"SELECT sum(charge_cents) / 100.0 FROM service_visits WHERE {_year('completed_at', 2025)}"),
    Asked("how many active employees per job title", "SELECT job_title, count(*) FROM employees WHERE is_active = 1 GROUP BY 1"),
    Asked("how many people report to Anita Desai", "SELECT count(*) FROM employees e JOIN employees b ON b.id = e.reports_to_id WHERE b.name = 'Anita Desai'"),
    Asked("contracts signed in the last 30 days", f"SELECT count(*) FROM projects WHERE {_days('signed_at', '2026-02-16', '2026-03-17')}"),
    Asked("average deposit", "SELECT avg(amount_cents) / 100.0 FROM payments WHERE kind = 'deposit'"),
    Asked("three most expensive installed projects in Ashbury", f"SELECT ref, price_cents / 100.0 {_PC} WHERE town = 'Ashbury' AND status = 'installed' ORDER BY 2 DESC LIMIT 3"),
    Asked("how much electricity did our systems produce in 2025", None),
    Asked("average customer review score", None),
    Asked("how many building permits are still pending", None),
    Asked("what did we pay in wages last month", None),
)  # fmt: skip


def solar_installer(seed: int = 72) -> World:
    """The solar installer with its questions."""
    return World("Solar installer", TODAY, TABLES, _rows(seed), QUESTIONS)
