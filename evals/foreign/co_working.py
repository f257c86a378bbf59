"""A co-working company with three houses in Dublin, as a Django project lays it out: app_model tables in lower case, ids, timestamps,
soft deletes, keys declared. A member is_active while a membership of theirs runs (ended_on IS NULL); a booking to come is confirmed, a past
one checked_in, no_show or cancelled (nothing charged); an invoice is draft, open, paid or void, and bills the month that it is issued in."""

import random
from datetime import date, datetime, timedelta

from evals.foreign.world import Asked, Row, World

_FIRST, TODAY = date(2024, 1, 1), date(2025, 10, 8)
_LAST = TODAY - timedelta(days=1)

TABLES = {
    "spaces_location": "id INTEGER PRIMARY KEY, name TEXT NOT NULL, postcode TEXT, opened_on TEXT",
    "spaces_resource": "id INTEGER PRIMARY KEY, location_id INTEGER NOT NULL REFERENCES spaces_location (id), label TEXT NOT NULL, kind TEXT NOT NULL, capacity INTEGER, "
    "hourly_rate REAL, is_bookable INTEGER NOT NULL",
    "members_company": "id INTEGER PRIMARY KEY, legal_name TEXT NOT NULL, industry TEXT, vat_number TEXT",
    "members_member": "id INTEGER PRIMARY KEY, company_id INTEGER REFERENCES members_company (id), home_location_id INTEGER NOT NULL REFERENCES spaces_location (id), "
    "full_name TEXT NOT NULL, email TEXT, joined_at TEXT NOT NULL, is_active INTEGER NOT NULL, deleted_at TEXT",
    "members_plan": "id INTEGER PRIMARY KEY, slug TEXT NOT NULL, display_name TEXT NOT NULL, monthly_price REAL NOT NULL, included_room_hours INTEGER NOT NULL, is_archived INTEGER NOT NULL",
    "members_membership": "id INTEGER PRIMARY KEY, member_id INTEGER NOT NULL REFERENCES members_member (id), plan_id INTEGER NOT NULL REFERENCES members_plan (id), "
    "started_on TEXT NOT NULL, ended_on TEXT, end_reason TEXT, discount_pct REAL NOT NULL",
    "bookings_booking": "id INTEGER PRIMARY KEY, resource_id INTEGER NOT NULL REFERENCES spaces_resource (id), member_id INTEGER NOT NULL REFERENCES members_member (id), "
    "created_at TEXT NOT NULL, starts_at TEXT NOT NULL, ends_at TEXT NOT NULL, status TEXT NOT NULL, attendee_count INTEGER, amount_charged REAL NOT NULL",
    "billing_invoice": "id INTEGER PRIMARY KEY, number TEXT, member_id INTEGER NOT NULL REFERENCES members_member (id), issued_on TEXT NOT NULL, due_on TEXT NOT NULL, paid_on TEXT, "
    "state TEXT NOT NULL, net_total REAL NOT NULL, vat_total REAL NOT NULL, gross_total REAL NOT NULL",
    "billing_invoiceline": "id INTEGER PRIMARY KEY, invoice_id INTEGER NOT NULL REFERENCES billing_invoice (id), item_type TEXT NOT NULL, description TEXT, net_amount REAL NOT NULL",
}

_LOCATIONS = (
    ("Smithfield", "D07", "2019-09-02"),
    ("Portobello", "D08", "2021-05-10"),
    ("Docklands", "D01", "2024-01-08"),
)
_ROOMS = (
    ("Liffey", 1, "meeting_room", 8, 28.0),
    ("Tolka", 1, "meeting_room", 4, 16.0),
    ("Dodder", 2, "meeting_room", 6, 22.0),
    ("Poddle", 2, "meeting_room", 4, 17.0),
    ("Camac", 3, "meeting_room", 10, 38.0),
    ("Royal Canal", 3, "meeting_room", 14, 48.0),
    ("Grand Canal", 3, "meeting_room", 6, 26.0),
    ("The Distillery", 1, "event_space", 60, 95.0),
    ("The Loft", 3, "event_space", 80, 130.0),
    ("Booth S1", 1, "phone_booth", 1, 4.0),
    ("Booth P1", 2, "phone_booth", 1, 4.0),
    ("Booth D1", 3, "phone_booth", 1, 5.0),
    ("Booth D2", 3, "phone_booth", 1, 5.0),
    ("Podcast studio", 2, "studio", 3, 35.0),
)
_DESKS = ((1, 14, 9), (2, 10, 6), (3, 18, 13))
"""Location, hot desks, dedicated desks."""
_PLANS = (
    ("day-pack", "Day Pack", 95.0, 0, 0),
    ("hot-desk", "Hot Desk", 210.0, 2, 0),
    ("dedicated", "Dedicated Desk", 340.0, 5, 0),
    ("team", "Team Seat", 290.0, 8, 0),
    ("evenings", "Evenings & Weekends", 110.0, 0, 1),
    ("virtual", "Virtual Office", 45.0, 1, 0),
)
_COMPANIES = (
    ("Rowan Analytics Ltd", "Software"),
    ("Pebble Pay Ltd", "Software"),
    ("Northside Interactive Ltd", "Software"),
    ("Tidewater Games Ltd", "Software"),
    ("Kestrel Studio", "Design"),
    ("Fold & Paper Ltd", "Design"),
    ("Brehon Legal Services", "Legal"),
    ("Quay Conveyancing", "Legal"),
    ("Seachange Ireland CLG", "Non-profit"),
    ("Open Streets CLG", "Non-profit"),
    ("Hazelwood Recruitment", "Recruitment"),
    ("Mint Talent Ltd", "Recruitment"),
    ("Loop Media Ltd", "Media"),
    ("Wren Podcasts", "Media"),
    ("Greyfield Architects", "Architecture"),
    ("Dolmen Energy Ltd", "Energy"),
)
_NAMES = (
    ("Aoife", "Brendan", "Chiara", "Declan", "Eimear", "Femi", "Grainne", "Hugo", "Isla", "Jakub", "Katya", "Lorcan", "Maeve", "Niall", "Orla", "Priya", "Ruairi", "Saoirse"),
    ("Byrne", "Costa", "Doyle", "Farrell", "Gallagher", "Hanley", "Kavanagh", "Lynch", "Moran", "Nolan", "Okafor", "Quinn", "Rossi", "Tobin", "Walsh"),
)  # fmt: skip
_REASONS = ("too expensive", "moved away", "own office", "working from home", "no reason given")


def _resources() -> list[Row]:
    listed = [(label, at, kind, seats, rate, int(kind != "dedicated_desk")) for label, at, kind, seats, rate in _ROOMS]
    for at, hot, dedicated in _DESKS:
        letter = _LOCATIONS[at - 1][0][0]
        listed += [(f"{letter}-HD{i:02d}", at, "hot_desk", 1, 3.5, 1) for i in range(1, hot + 1)]
        listed += [(f"{letter}-DD{i:02d}", at, "dedicated_desk", 1, None, 0) for i in range(1, dedicated + 1)]
    return [
        {
            "id": i,
            "location_id": at,
            "label": label,
            "kind": kind,
            "capacity": seats,
            "hourly_rate": rate,
            "is_bookable": bookable,
        }
        for i, (label, at, kind, seats, rate, bookable) in enumerate(listed, 1)
    ]


def _members(draw: random.Random) -> tuple[list[Row], list[Row]]:
    """The members and their memberships."""
    people = draw.sample([f"{first} {last}" for first in _NAMES[0] for last in _NAMES[1]], 168)
    joins = sorted(
        date(2023, 2, 1) + timedelta(days=draw.randint(0, 330))
        if draw.random() < 0.3
        else _FIRST + timedelta(days=draw.randint(3, (_LAST - _FIRST).days))
        for _ in people
    )
    members: list[Row] = []
    memberships: list[Row] = []
    for number, (name, joined) in enumerate(zip(people, joins, strict=True), 1):
        company = (
            draw.choices(range(1, 17), (11, 8, 6, 5, 4, 3, 5, 2, 4, 2, 3, 2, 4, 1, 3, 2))[0]
            if draw.random() < 0.56
            else None
        )
        home = draw.choices((1, 2, 3), (5, 3, 6) if joined >= date(2024, 1, 8) else (6, 4, 0))[0]
        start, current = joined, True
        plan = draw.choices((2, 3, 4), (2, 3, 5))[0] if company else draw.choices((1, 2, 3, 5, 6), (4, 6, 3, 2, 3))[0]
        while True:
            length = 30 + int(draw.expovariate(1 / 430))
            end = start + timedelta(days=length)
            over = end <= _LAST
            moves = over and draw.random() < 0.4
            memberships.append(
                {
                    "member_id": number,
                    "plan_id": plan,
                    "started_on": start.isoformat(),
                    "ended_on": end.isoformat() if over else None,
                    "end_reason": None
                    if not over
                    else "changed plan"
                    if moves
                    else draw.choices(_REASONS, (5, 3, 3, 4, 2))[0],
                    "discount_pct": float(draw.choices((0, 5, 10, 20), (13, 2, 3, 1))[0]),
                }
            )
            if not moves:
                current = not over
                break
            start, plan = (
                end + timedelta(days=1),
                draw.choice([p for p in (1, 2, 3, 4, 6) if p != plan and (company or p != 4)]),
            )
            if start > _LAST:
                memberships[-1].update(ended_on=None, end_reason=None)
                break
        gone = None
        if not current and draw.random() < 0.3:
            left = date.fromisoformat(memberships[-1]["ended_on"]) + timedelta(days=draw.randint(20, 90))
            gone = f"{left.isoformat()} 02:00:00" if left <= _LAST else None
        members.append(
            {
                "id": number,
                "company_id": company,
                "home_location_id": home,
                "full_name": name,
                "email": None if gone else f"{name.lower().replace(' ', '.')}@example.ie",
                "joined_at": f"{joined.isoformat()} {draw.randint(9, 17):02d}:{draw.randint(0, 59):02d}:{draw.randint(0, 59):02d}",
                "is_active": int(current),
                "deleted_at": gone,
            }
        )
    memberships.sort(key=lambda row: (row["started_on"], row["member_id"]))
    return members, [{"id": i, **row} for i, row in enumerate(memberships, 1)]


def _running(memberships: list[Row], day: date) -> list[Row]:
    text = day.isoformat()
    return [m for m in memberships if m["started_on"] <= text and (m["ended_on"] is None or m["ended_on"] >= text)]


def _bookings(draw: random.Random, resources: list[Row], members: list[Row], memberships: list[Row]) -> list[Row]:
    keen = {member["id"]: draw.choice((0.2, 0.5, 1, 1, 1.5, 3)) for member in members}
    kinds = ("meeting_room", "hot_desk", "phone_booth", "event_space", "studio")
    found: list[Row] = []
    taken: dict[tuple[int, date], list[tuple[datetime, datetime]]] = {}
    day = _FIRST + timedelta(days=1)
    while day <= TODAY + timedelta(days=24):
        running = _running(memberships, min(day, _LAST))
        busy = (
            len(running)
            / 22
            * (0.25 if day.weekday() > 4 else 1.2 if day.weekday() in (1, 2) else 0.9)
            * (0.6 if day.month in (8, 12) else 1)
        )
        if day > _LAST:
            busy *= 0.55 - 0.018 * (day - _LAST).days
        for _ in range(int(busy) + int(draw.random() < busy % 1)) if day != TODAY else ():
            held = draw.choices(running, [keen[m["member_id"]] for m in running])[0]
            member = members[held["member_id"] - 1]
            kind = draw.choices(kinds, (44, 30, 14, 4, 6))[0]
            near = [
                r for r in resources if r["kind"] == kind and (day.isoformat() >= "2024-01-08" or r["location_id"] != 3)
            ]
            weights = [
                (4 if r["location_id"] == member["home_location_id"] else 1) * (1.0 + r["id"] % 3 * 0.3) for r in near
            ]
            resource = draw.choices(near, weights)[0]
            hours = {
                "meeting_room": (1, 1, 1.5, 2, 3),
                "hot_desk": (4, 8, 8),
                "phone_booth": (0.5, 1, 1),
                "event_space": (3, 4, 6),
                "studio": (2, 2, 3),
            }[kind]
            length = draw.choice(hours)
            starts = datetime(
                day.year, day.month, day.day, 8 if length == 8 else draw.randint(8, 17), draw.choice((0, 0, 30))
            )
            created = starts - timedelta(
                days=draw.choices((0, 1, 3, 7, 16), (3, 5, 4, 4, 2))[0],
                hours=draw.randint(1, 6),
                minutes=draw.randint(1, 59),
            )
            ends = starts + timedelta(hours=length)
            slots = taken.setdefault((resource["id"], day), [])
            if any(starts < until and since < ends for since, until in slots):
                continue
            if created.isoformat(" ") < member["joined_at"]:
                created = starts - timedelta(minutes=draw.randint(2, 50))
            if created.date() > _LAST:
                created = datetime(_LAST.year, _LAST.month, _LAST.day, draw.randint(9, 17), draw.randint(0, 59))
            status = "confirmed" if day > _LAST else draw.choices(("checked_in", "no_show"), (92, 8))[0]
            if draw.random() < 0.1:
                status = "cancelled"
            else:
                slots.append((starts, ends))
            covered = (kind in ("hot_desk", "phone_booth") and held["plan_id"] in (2, 3, 4)) or (
                kind == "meeting_room" and draw.random() < 0.3
            )
            charged = 0.0 if status == "cancelled" or covered else round(length * resource["hourly_rate"], 2)
            found.append(
                {
                    "resource_id": resource["id"],
                    "member_id": member["id"],
                    "created_at": created.isoformat(" "),
                    "starts_at": starts.isoformat(" "),
                    "ends_at": ends.isoformat(" "),
                    "status": status,
                    "attendee_count": draw.randint(max(2, resource["capacity"] // 3), resource["capacity"])
                    if kind in ("meeting_room", "event_space") and draw.random() < 0.85
                    else None,
                    "amount_charged": charged,
                }
            )
        day += timedelta(days=1)
    return [{"id": i, **row} for i, row in enumerate(sorted(found, key=lambda row: row["created_at"]), 1)]


def _bills(
    draw: random.Random, members: list[Row], memberships: list[Row], bookings: list[Row]
) -> tuple[list[Row], list[Row]]:
    invoices: list[Row] = []
    lines: list[Row] = []
    spent: dict[tuple[int, str], float] = {}
    for booking in bookings:
        key = booking["member_id"], booking["starts_at"][:7]
        spent[key] = spent.get(key, 0.0) + booking["amount_charged"]
    slow = {member["id"]: draw.random() < 0.12 for member in members}
    locker = {member["id"]: draw.random() < 0.2 for member in members}
    year, month = 2024, 1
    while (year, month) <= (TODAY.year, TODAY.month):
        issued = date(year, month, 1)
        before = (issued - timedelta(days=1)).isoformat()[:7]
        for held in sorted(_running(memberships, issued), key=lambda row: row["member_id"]):
            member, plan = held["member_id"], _PLANS[held["plan_id"] - 1]
            billed = [("membership", f"{plan[1]} {issued:%b %Y}", round(plan[2] * (1 - held["discount_pct"] / 100), 2))]
            if spent.get((member, before)):
                billed.append(("booking", f"Bookings {before}", round(spent[member, before], 2)))
            if locker[member] and held["plan_id"] in (2, 3, 4):
                billed.append(("locker", "Locker rental", 15.0))
            if draw.random() < 0.12:
                billed.append(("printing", "Print & scan", round(draw.uniform(2, 28), 2)))
            net = round(sum(amount for *_, amount in billed), 2)
            vat = round(net * 0.23, 2)
            wait = draw.randint(18, 75) if slow[member] else draw.choices((1, 3, 7, 12, 16, 25), (4, 4, 5, 5, 2, 1))[0]
            paid = issued + timedelta(days=wait)
            late = draw.random()
            state = (
                "void"
                if late < 0.02
                else "draft"
                if month == 10 and year == 2025 and late < 0.12
                else "paid"
                if paid <= _LAST and late < 0.985
                else "open"
            )
            invoices.append(
                {
                    "id": len(invoices) + 1,
                    "number": None if state == "draft" else f"INV-{year}-{len(invoices) + 1:05d}",
                    "member_id": member,
                    "issued_on": issued.isoformat(),
                    "due_on": (issued + timedelta(days=14)).isoformat(),
                    "paid_on": paid.isoformat() if state == "paid" else None,
                    "state": state,
                    "net_total": net,
                    "vat_total": vat,
                    "gross_total": round(net + vat, 2),
                }
            )
            for kind, text, amount in billed:
                lines.append(
                    {
                        "id": len(lines) + 1,
                        "invoice_id": len(invoices),
                        "item_type": kind,
                        "description": text,
                        "net_amount": amount,
                    }
                )
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
    return invoices, lines


def _rows(seed: int) -> dict[str, list[Row]]:
    draw = random.Random(seed)
    resources = _resources()
    members, memberships = _members(draw)
    bookings = _bookings(draw, resources, members, memberships)
    invoices, lines = _bills(draw, members, memberships, bookings)
    return {
        "spaces_location": [
            {"id": i, "name": n, "postcode": p, "opened_on": o} for i, (n, p, o) in enumerate(_LOCATIONS, 1)
        ],
        "spaces_resource": resources,
        "members_company": [
            {
                "id": i,
                "legal_name": n,
                "industry": k,
                "vat_number": f"IE{draw.randint(1000000, 9999999)}{draw.choice('ABCFHKT')}H"
                if draw.random() < 0.8
                else None,
            }
            for i, (n, k) in enumerate(_COMPANIES, 1)
        ],
        "members_member": members,
        "members_plan": [
            {"id": i, "slug": s, "display_name": n, "monthly_price": p, "included_room_hours": h, "is_archived": a}
            for i, (s, n, p, h, a) in enumerate(_PLANS, 1)
        ],
        "members_membership": memberships,
        "bookings_booking": bookings,
        "billing_invoice": invoices,
        "billing_invoiceline": lines,
    }


_ME = "FROM members_membership s JOIN members_plan p ON p.id = s.plan_id JOIN members_member m ON m.id = s.member_id"
_BO = "FROM bookings_booking b JOIN spaces_resource r ON r.id = b.resource_id JOIN spaces_location l ON l.id = r.location_id JOIN members_member m ON m.id = b.member_id"
_IN = "FROM billing_invoice i JOIN members_member m ON m.id = i.member_id"
_LN = "FROM billing_invoiceline n JOIN billing_invoice i ON i.id = n.invoice_id"
_REAL = "i.state IN ('open', 'paid')"

QUESTIONS = (
    # Sinéad, founder
    Asked("How many active members do we have right now?", "SELECT count(*) FROM members_member WHERE is_active = 1"),
    Asked(
        "active members split by their home location",
        "SELECT l.name, count(*) FROM members_member m JOIN spaces_location l ON l.id = m.home_location_id WHERE m.is_active = 1 GROUP BY 1",
    ),
    Asked(
        "How many people joined each month in 2024?",
        "SELECT substr(joined_at, 1, 7) || '-01', count(*) FROM members_member WHERE joined_at LIKE '2024%' GROUP BY 1",
    ),
    Asked(
        "Current memberships per plan please",
        f"SELECT p.display_name, count(*) {_ME} WHERE s.ended_on IS NULL GROUP BY 1",
    ),
    Asked(
        "What do all the memberships running now add up to a month at list price, before discounts?",
        f"SELECT sum(p.monthly_price) {_ME} WHERE s.ended_on IS NULL",
    ),
    Asked(
        "why are memberships ending? count by reason for those that ended this year",
        f"SELECT s.end_reason, count(*) {_ME} WHERE s.ended_on BETWEEN '2025-01-01' AND '2025-10-08' GROUP BY 1",
    ),
    Asked(
        "Top 5 meeting rooms by what we charged for bookings that took place in the first half of 2025",
        f"SELECT r.label, sum(b.amount_charged) {_BO} WHERE r.kind = 'meeting_room' AND b.starts_at >= '2025-01-01' AND b.starts_at < '2025-07-01' GROUP BY r.id ORDER BY 2 DESC LIMIT 5",
    ),
    Asked(
        "Which company has the most active members with us?",
        "SELECT c.legal_name, count(*) FROM members_member m JOIN members_company c ON c.id = m.company_id WHERE m.is_active = 1 GROUP BY c.id ORDER BY 2 DESC LIMIT 1",
    ),
    Asked(
        "how many members have had more than one membership with us over time?",
        "SELECT count(*) FROM (SELECT member_id FROM members_membership GROUP BY 1 HAVING count(*) > 1)",
    ),
    # Conor on the front desk, in a hurry
    Asked(
        "bookings taking place last month by location, cancelled ones too",
        f"SELECT l.name, count(*) {_BO} WHERE b.starts_at LIKE '2025-09%' GROUP BY 1",
    ),
    Asked(
        "no shows this yr",
        "SELECT count(*) FROM bookings_booking WHERE status = 'no_show' AND starts_at >= '2025-01-01' AND starts_at < '2025-10-09'",
    ),
    Asked(
        "how many hot desks in docklands",
        "SELECT count(*) FROM spaces_resource r JOIN spaces_location l ON l.id = r.location_id WHERE r.kind = 'hot_desk' AND l.name = 'Docklands'",
    ),
    Asked(
        "total seats in meeting rooms per location",
        "SELECT l.name, sum(r.capacity) FROM spaces_resource r JOIN spaces_location l ON l.id = r.location_id WHERE r.kind = 'meeting_room' GROUP BY 1",
    ),
    Asked(
        "3 dearest spaces per hour",
        "SELECT label, hourly_rate FROM spaces_resource WHERE hourly_rate IS NOT NULL ORDER BY hourly_rate DESC LIMIT 3",
    ),
    Asked(
        "confirmed bookings still to come, how many",
        "SELECT count(*) FROM bookings_booking WHERE status = 'confirmed' AND starts_at >= '2025-10-08'",
    ),
    Asked(
        "how often was Liffey booked in the last 60 days? not cancelled ones",
        f"SELECT count(*) {_BO} WHERE r.label = 'Liffey' AND b.status <> 'cancelled' AND b.starts_at >= '2025-08-09' AND b.starts_at < '2025-10-08'",
    ),
    Asked(
        "what % of 2024 bookings got cancelled",
        "SELECT 100.0 * sum(status = 'cancelled') / count(*) FROM bookings_booking WHERE starts_at LIKE '2024%'",
    ),
    Asked(
        "members not with any company - active only, count",
        "SELECT count(*) FROM members_member WHERE company_id IS NULL AND is_active = 1",
    ),
    # Deirdre, bookkeeper
    Asked(
        "Invoiced per month this year, net of VAT, open and paid invoices only.",
        f"SELECT substr(i.issued_on, 1, 7) || '-01', sum(i.net_total) {_IN} WHERE {_REAL} AND i.issued_on BETWEEN '2025-01-01' AND '2025-10-08' GROUP BY 1",
    ),
    Asked(
        "How much is outstanding on open invoices that are past their due date, including VAT?",
        f"SELECT sum(i.gross_total) {_IN} WHERE i.state = 'open' AND i.due_on < '2025-10-08'",
    ),
    Asked("Number of invoices by state, all time", "SELECT state, count(*) FROM billing_invoice GROUP BY 1"),
    Asked(
        "What VAT did we charge on invoices issued from April to June 2025? Void ones don't count.",
        f"SELECT sum(i.vat_total) {_IN} WHERE i.state <> 'void' AND i.issued_on BETWEEN '2025-04-01' AND '2025-06-30'",
    ),
    Asked(
        "How much money came in from invoices paid last month, VAT included?",
        "SELECT sum(gross_total) FROM billing_invoice WHERE state = 'paid' AND paid_on LIKE '2025-09%'",
    ),
    Asked(
        "2024 invoice lines by type of item, net amounts, leaving out void invoices",
        f"SELECT n.item_type, sum(n.net_amount) {_LN} WHERE i.issued_on LIKE '2024%' AND i.state <> 'void' GROUP BY 1",
    ),
    Asked(
        "On average, how many days after issue were the invoices paid that we issued in 2024?",
        "SELECT avg(julianday(paid_on) - julianday(issued_on)) FROM billing_invoice WHERE paid_on IS NOT NULL AND issued_on LIKE '2024%'",
    ),
    Asked(
        "Five members with the highest net invoices in 2024, void ones excluded",
        f"SELECT m.full_name, sum(i.net_total) {_IN} WHERE i.issued_on LIKE '2024%' AND i.state <> 'void' GROUP BY m.id ORDER BY 2 DESC LIMIT 5",
    ),
    Asked(
        "How many invoices issued in 2025 came to more than €500 including VAT? Skip drafts and void ones.",
        f"SELECT count(*) {_IN} WHERE {_REAL} AND i.issued_on LIKE '2025%' AND i.gross_total > 500",
    ),
    Asked(
        "how many of our companies have no VAT number on file?",
        "SELECT count(*) FROM members_company WHERE vat_number IS NULL",
    ),
    # Matteo, community manager from Bologna
    Asked(
        "How many persons are in average on a booking of meeting room, counting all the bookings?",
        f"SELECT avg(b.attendee_count) {_BO} WHERE r.kind = 'meeting_room'",
    ),
    Asked(
        "the companies that we have, how many for each sector?",
        "SELECT industry, count(*) FROM members_company GROUP BY 1",
    ),
    Asked(
        "which is the money of the event spaces bookings for month in 2024",
        f"SELECT substr(b.starts_at, 1, 7) || '-01', sum(b.amount_charged) {_BO} WHERE r.kind = 'event_space' AND b.starts_at LIKE '2024%' GROUP BY 1",
    ),
    Asked(
        "In September how many hours was reserved the meeting rooms in each location? Without the cancelled",
        f"SELECT l.name, sum((julianday(b.ends_at) - julianday(b.starts_at)) * 24) {_BO} WHERE r.kind = 'meeting_room' AND b.status <> 'cancelled' AND b.starts_at LIKE '2025-09%' GROUP BY 1",
    ),
    Asked(
        "How much discount have in media the actual memberships, only these with a discount?",
        f"SELECT avg(s.discount_pct) {_ME} WHERE s.ended_on IS NULL AND s.discount_pct > 0",
    ),
    # not kept in this system
    Asked("how much did we spend on coffee beans last month?", None),
    Asked("how many people came for a tour and did not sign up, this year?", None),
    Asked("What rent do we pay for the Portobello building?", None),
)


def co_working(seed: int = 268) -> World:
    """The co-working company with its questions."""
    return World("Co-working", TODAY, TABLES, _rows(seed), QUESTIONS)
