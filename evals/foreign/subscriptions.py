"""A seller of software by subscription: amounts in cents, moments with a zone, users that are deleted softly, several
dates and several amounts to a row, a user who invited a user. Asked once before the draft had seen it."""

import random
from datetime import date, timedelta

from evals.foreign.world import Asked, Row, World

_FIRST, _LAST, TODAY = date(2022, 6, 1), date(2025, 8, 31), date(2025, 9, 3)
_COUNTRIES = ("Germany", "France", "United Kingdom", "Spain", "Netherlands")
_PLANS = (("Starter", 1900), ("Team", 4900), ("Business", 12900), ("Enterprise", 49900))

TABLES = {
    "plans": "id INTEGER PRIMARY KEY, name TEXT NOT NULL, price_cents INTEGER, billing_interval TEXT",
    "accounts": "id INTEGER PRIMARY KEY, company_name TEXT, country TEXT, industry TEXT, created_at TEXT, deleted_at TEXT",
    "users": "id INTEGER PRIMARY KEY, account_id INTEGER REFERENCES accounts(id), email TEXT, full_name TEXT, role TEXT, is_admin INTEGER, invited_by_id INTEGER REFERENCES users(id), created_at TEXT, last_login_at TEXT, deleted_at TEXT",
    "subscriptions": "id INTEGER PRIMARY KEY, account_id INTEGER REFERENCES accounts(id), plan_id INTEGER REFERENCES plans(id), status TEXT, seats INTEGER, mrr_cents INTEGER, started_at TEXT, trial_ends_at TEXT, cancelled_at TEXT, cancellation_reason TEXT",
    "invoices": "id INTEGER PRIMARY KEY, subscription_id INTEGER REFERENCES subscriptions(id), number TEXT, issued_at TEXT, due_at TEXT, paid_at TEXT, subtotal_cents INTEGER, tax_cents INTEGER, total_cents INTEGER, status TEXT",
    "support_tickets": "id INTEGER PRIMARY KEY, account_id INTEGER REFERENCES accounts(id), opened_by_id INTEGER REFERENCES users(id), subject TEXT, priority TEXT, status TEXT, opened_at TEXT, closed_at TEXT, satisfaction_score INTEGER",
}  # fmt: skip


def _moment(day: date, draw: random.Random) -> str:
    return f"{day.isoformat()}T{draw.randint(7, 19):02d}:{draw.randint(0, 59):02d}:00Z"


def _rows(seed: int) -> dict[str, list[Row]]:
    draw = random.Random(seed)
    span = (_LAST - _FIRST).days
    plans = [{"id": i, "name": n, "price_cents": p, "billing_interval": "month"} for i, (n, p) in enumerate(_PLANS, 1)]
    accounts: list[Row] = []
    users: list[Row] = []
    subscriptions: list[Row] = []
    invoices: list[Row] = []
    tickets: list[Row] = []
    for i in range(1, 261):
        day = _FIRST + timedelta(days=draw.randint(0, span - 90))
        accounts.append({"id": i, "company_name": f"{draw.choice(('Blue', 'Red', 'North', 'Swift', 'Bright'))} {draw.choice(('Systems', 'Foods', 'Media', 'Labs'))} {i}", "country": draw.choice(_COUNTRIES), "industry": draw.choice(("Retail", "Health", "Education", "Manufacturing")), "created_at": _moment(day, draw), "deleted_at": _moment(day + timedelta(days=60), draw) if draw.random() < 0.1 else None})  # fmt: skip
        begin = len(users) + 1
        for j in range(draw.randint(1, 6)):
            users.append({"id": len(users) + 1, "account_id": i, "email": f"u{len(users)}@example.com", "full_name": f"User {len(users) + 1}", "role": draw.choice(("owner", "editor", "viewer")), "is_admin": int(j == 0), "invited_by_id": begin if j else None, "created_at": _moment(day + timedelta(days=j), draw), "last_login_at": _moment(_LAST - timedelta(days=draw.randint(0, 50)), draw), "deleted_at": _moment(_LAST, draw) if draw.random() < 0.15 else None})  # fmt: skip
        plan = draw.choices((1, 2, 3, 4), (5, 4, 2, 1))[0]
        seats = draw.randint(1, 25)
        gone = day + timedelta(days=draw.randint(30, 400)) if draw.random() < 0.25 else None
        gone = gone if gone and gone <= _LAST else None
        subscriptions.append({"id": i, "account_id": i, "plan_id": plan, "status": "cancelled" if gone else draw.choices(("active", "trialing", "past_due"), (8, 1, 1))[0], "seats": seats, "mrr_cents": _PLANS[plan - 1][1] * seats, "started_at": _moment(day, draw), "trial_ends_at": _moment(day + timedelta(days=14), draw), "cancelled_at": _moment(gone, draw) if gone else None, "cancellation_reason": draw.choice(("Too expensive", "Missing features", "Closed business")) if gone else None})  # fmt: skip
        when = day
        while when <= (gone or _LAST) and when <= _LAST:
            net = _PLANS[plan - 1][1] * seats
            paid = when + timedelta(days=draw.randint(0, 25)) if draw.random() < 0.93 else None
            paid = paid if paid and paid <= _LAST else None
            invoices.append({"id": len(invoices) + 1, "subscription_id": i, "number": f"INV-{len(invoices) + 1:05d}", "issued_at": _moment(when, draw), "due_at": _moment(when + timedelta(days=14), draw), "paid_at": _moment(paid, draw) if paid else None, "subtotal_cents": net, "tax_cents": net // 5, "total_cents": net + net // 5, "status": "paid" if paid else draw.choice(("open", "overdue"))})  # fmt: skip
            when += timedelta(days=30)
        for _ in range(draw.randint(0, 5)):
            opened = day + timedelta(days=draw.randint(0, (_LAST - day).days))
            closed = opened + timedelta(days=draw.randint(0, 9)) if draw.random() < 0.85 else None
            closed = closed if closed and closed <= _LAST else None
            tickets.append({"id": len(tickets) + 1, "account_id": i, "opened_by_id": begin, "subject": f"Help {len(tickets)}", "priority": draw.choices(("low", "normal", "high", "urgent"), (3, 5, 2, 1))[0], "status": "closed" if closed else "open", "opened_at": _moment(opened, draw), "closed_at": _moment(closed, draw) if closed else None, "satisfaction_score": draw.randint(1, 5) if closed and draw.random() < 0.6 else None})  # fmt: skip
    return {"plans": plans, "accounts": accounts, "users": users, "subscriptions": subscriptions, "invoices": invoices, "support_tickets": tickets}  # fmt: skip


QUESTIONS = (
    Asked("how many accounts do we have", "SELECT count(*) FROM accounts WHERE deleted_at IS NULL"),
    Asked("how many users are there", "SELECT count(*) FROM users WHERE deleted_at IS NULL"),
    Asked("accounts by country", "SELECT country, count(*) FROM accounts WHERE deleted_at IS NULL GROUP BY 1"),
    Asked("how many accounts are in Germany", "SELECT count(*) FROM accounts WHERE deleted_at IS NULL AND country = 'Germany'"),
    Asked("how many active subscriptions", "SELECT count(*) FROM subscriptions WHERE status = 'active'"),
    Asked("subscriptions by plan", "SELECT p.name, count(*) FROM subscriptions s JOIN plans p ON p.id = plan_id GROUP BY 1"),
    Asked("active subscriptions per plan", "SELECT p.name, count(*) FROM subscriptions s JOIN plans p ON p.id = plan_id WHERE s.status = 'active' GROUP BY 1"),
    Asked("how many subscriptions are past due", "SELECT count(*) FROM subscriptions WHERE status = 'past_due'"),
    Asked("how many subscriptions started in 2024", "SELECT count(*) FROM subscriptions WHERE started_at LIKE '2024%'"),
    Asked("how many subscriptions were cancelled in 2024", "SELECT count(*) FROM subscriptions WHERE cancelled_at LIKE '2024%'"),
    Asked("cancelled subscriptions by cancellation reason", "SELECT cancellation_reason, count(*) FROM subscriptions WHERE status = 'cancelled' GROUP BY 1"),
    Asked("total mrr of active subscriptions", "SELECT sum(mrr_cents) / 100.0 FROM subscriptions WHERE status = 'active'"),
    Asked("mrr by plan", "SELECT p.name, sum(mrr_cents) / 100.0 FROM subscriptions s JOIN plans p ON p.id = plan_id GROUP BY 1"),
    Asked("how many seats do we have in total", "SELECT sum(seats) FROM subscriptions"),
    Asked("average number of seats per subscription", "SELECT avg(seats) FROM subscriptions"),
    Asked("seats by country", "SELECT country, sum(seats) FROM subscriptions s JOIN accounts a ON a.id = account_id GROUP BY 1"),
    Asked("how many invoices did we issue in july 2025", "SELECT count(*) FROM invoices WHERE issued_at LIKE '2025-07%'"),
    Asked("how many invoices were paid in July 2025", "SELECT count(*) FROM invoices WHERE paid_at LIKE '2025-07%'"),
    Asked("how many unpaid invoices are there", "SELECT count(*) FROM invoices WHERE paid_at IS NULL"),
    Asked("how many overdue invoices", "SELECT count(*) FROM invoices WHERE status = 'overdue'"),
    Asked("total amount invoiced in 2024", "SELECT sum(total_cents) / 100.0 FROM invoices WHERE issued_at LIKE '2024%'"),
    Asked("invoice total per month in 2025", "SELECT substr(issued_at, 1, 7) || '-01', sum(total_cents) / 100.0 FROM invoices WHERE issued_at LIKE '2025%' GROUP BY 1"),
    Asked("invoice subtotal by country in 2024", "SELECT country, sum(subtotal_cents) / 100.0 FROM invoices i JOIN subscriptions s ON s.id = subscription_id JOIN accounts a ON a.id = account_id WHERE issued_at LIKE '2024%' GROUP BY 1"),
    Asked("how much tax did we invoice last month", "SELECT sum(tax_cents) / 100.0 FROM invoices WHERE issued_at LIKE '2025-08%'"),
    Asked("tax by quarter in 2024", "SELECT '2024-' || CASE WHEN substr(issued_at, 6, 2) < '04' THEN '01' WHEN substr(issued_at, 6, 2) < '07' THEN '04' WHEN substr(issued_at, 6, 2) < '10' THEN '07' ELSE '10' END || '-01', sum(tax_cents) / 100.0 FROM invoices WHERE issued_at LIKE '2024%' GROUP BY 1"),
    Asked("top 3 companies by invoice total", "SELECT company_name, sum(total_cents) / 100.0 FROM invoices i JOIN subscriptions s ON s.id = subscription_id JOIN accounts a ON a.id = account_id GROUP BY 1 ORDER BY 2 DESC LIMIT 3"),
    Asked("average invoice total", "SELECT avg(total_cents) / 100.0 FROM invoices"),
    Asked("what does the Business plan cost", "SELECT price_cents / 100.0 FROM plans WHERE name = 'Business'"),
    Asked("open tickets", "SELECT count(*) FROM support_tickets WHERE status = 'open'"),
    Asked("support tickets by priority", "SELECT priority, count(*) FROM support_tickets GROUP BY 1"),
    Asked("how many urgent tickets were opened in 2025", "SELECT count(*) FROM support_tickets WHERE priority = 'urgent' AND opened_at LIKE '2025%'"),
    Asked("tickets closed in June 2025", "SELECT count(*) FROM support_tickets WHERE closed_at LIKE '2025-06%'"),
    Asked("average satisfaction score", "SELECT avg(satisfaction_score) FROM support_tickets"),
    Asked("average satisfaction score by industry", "SELECT industry, avg(satisfaction_score) FROM support_tickets t JOIN accounts a ON a.id = account_id GROUP BY 1"),
    Asked("which industry opens the most tickets", "SELECT industry, count(*) FROM support_tickets t JOIN accounts a ON a.id = account_id GROUP BY 1 ORDER BY 2 DESC LIMIT 1"),
    Asked("how many admins do we have", "SELECT count(*) FROM users WHERE is_admin = 1 AND deleted_at IS NULL"),
    Asked("users by role", "SELECT role, count(*) FROM users WHERE deleted_at IS NULL GROUP BY 1"),
    Asked("how many users signed up in 2024", "SELECT count(*) FROM users WHERE created_at LIKE '2024%' AND deleted_at IS NULL"),
    Asked("how many trialing subscriptions do we have", "SELECT count(*) FROM subscriptions WHERE status = 'trialing'"),
    Asked("churn rate last month", None),
    Asked("how many users have two factor authentication", None),
    Asked("refunds in 2024", None),
    Asked("how many api calls per account", None),
)  # fmt: skip


def subscriptions(seed: int = 42) -> World:
    """The seller of software with its questions."""
    return World("Subscriptions", TODAY, TABLES, _rows(seed), QUESTIONS)
