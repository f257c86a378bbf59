"""A bespoke joinery in the Calder Valley, on a small trade program: plural snake_case tables, natural codes as declared keys, Y/N flags.
A quote is Draft, Sent, Accepted, Declined or Lapsed; an accepted one turns into a job once it is scheduled, and a job with no quote_no is
snagging on earlier work. Clients are soft-deleted (deleted_at), invoices are voided and issued again; days_worked is NULL until the work
starts; timber issued with no job_no was spoiled or used about the workshop."""

import random
from datetime import date, timedelta

from evals.foreign.world import Asked, Row, World

_FIRST, TODAY = date(2023, 9, 4), date(2026, 3, 18)
_LAST = TODAY - timedelta(days=1)

TABLES = {
    "clients": "client_code TEXT PRIMARY KEY, client_name TEXT NOT NULL, client_kind TEXT NOT NULL, town TEXT, phone TEXT, heard_from TEXT, "
    "first_contact TEXT, deleted_at TEXT",
    "quotes": "quote_no TEXT PRIMARY KEY, client_code TEXT NOT NULL REFERENCES clients(client_code), kind_of_work TEXT NOT NULL, "
    "quoted_by TEXT, quoted_on TEXT NOT NULL, net_amount REAL NOT NULL, status TEXT NOT NULL, decided_on TEXT, lost_reason TEXT",
    "jobs": "job_no INTEGER PRIMARY KEY, quote_no TEXT REFERENCES quotes(quote_no), client_code TEXT NOT NULL REFERENCES clients(client_code), "
    "kind_of_work TEXT NOT NULL, finish TEXT, stage TEXT NOT NULL, start_on TEXT, due_on TEXT, finished_on TEXT, agreed_net REAL",
    "fitters": "fitter_id INTEGER PRIMARY KEY, fitter_name TEXT NOT NULL, speciality TEXT, paid_as TEXT, day_rate REAL, joined_on TEXT, left_on TEXT",
    "job_fitters": "job_no INTEGER NOT NULL REFERENCES jobs(job_no), fitter_id INTEGER NOT NULL REFERENCES fitters(fitter_id), "
    "is_lead TEXT NOT NULL, days_worked REAL, PRIMARY KEY (job_no, fitter_id)",
    "suppliers": "supplier_id INTEGER PRIMARY KEY, supplier_name TEXT NOT NULL, town TEXT, account_ref TEXT, lead_time_days INTEGER",
    "timber": "timber_code TEXT PRIMARY KEY, description TEXT NOT NULL, species TEXT, timber_kind TEXT, unit TEXT, on_hand REAL, reorder_level REAL, "
    "unit_cost REAL, supplier_id INTEGER REFERENCES suppliers(supplier_id)",
    "timber_issues": "issue_id INTEGER PRIMARY KEY, timber_code TEXT NOT NULL REFERENCES timber(timber_code), "
    "job_no INTEGER REFERENCES jobs(job_no), issued_on TEXT NOT NULL, qty REAL NOT NULL, line_cost REAL NOT NULL",
    "invoices": "invoice_no TEXT PRIMARY KEY, job_no INTEGER NOT NULL REFERENCES jobs(job_no), invoice_stage TEXT NOT NULL, "
    "invoiced_on TEXT NOT NULL, due_on TEXT NOT NULL, net REAL NOT NULL, vat REAL NOT NULL, gross REAL NOT NULL, "
    "paid_on TEXT, voided TEXT NOT NULL DEFAULT 'N'",
}

_TITLES = ("Mr", "Mrs", "Ms", "Dr")
_SURNAMES = (
    *(
        "Ackroyd",
        "Barraclough",
        "Crossley",
        "Denholm",
        "Eastwood",
        "Farrar",
        "Greenwood",
        "Hinchliffe",
        "Illingworth",
        "Jagger",
        "Khan",
        "Lumb",
    ),
    *(
        "Midgley",
        "Naylor",
        "Ogden",
        "Pickles",
        "Quarmby",
        "Rushworth",
        "Sutcliffe",
        "Thackray",
        "Uttley",
        "Varley",
        "Whiteley",
        "Yeadon",
    ),
)
_TRADE = (
    ("Calder Build Ltd", "Builder"),
    ("Hartley & Rowe Builders", "Builder"),
    ("Moorside Construction", "Builder"),
    ("Stansfield Renovations", "Builder"),
    ("Pennine Loft Co", "Builder"),
    ("Studio Hebble", "Architect"),
    ("Wren Lacey Architects", "Architect"),
    ("Fold & Field Design", "Architect"),
    ("Beck Street Lettings", "Landlord"),
    ("Ryburn Properties", "Landlord"),
    ("Oxenhope Estates", "Landlord"),
    ("Mill Row Housing", "Landlord"),
)
_TOWNS = ("Hebden Bridge", "Todmorden", "Halifax", "Skipton", "Ilkley", "Holmfirth")
_HEARD = ("Word of mouth", "Website", "Instagram", "Showroom", "Checkatrade", None)
# Kind of work: how often, lowest and highest net, working days, chance of acceptance.
_WORK: dict[str, tuple[int, int, int, int, float]] = {
    "Kitchen": (9, 9500, 34000, 24, 0.44),
    "Wardrobes": (6, 2400, 8800, 9, 0.6),
    "Staircase": (4, 4200, 15500, 14, 0.5),
    "Windows": (4, 2100, 13000, 12, 0.52),
    "Doors": (5, 700, 5200, 5, 0.66),
    "Bookcases": (4, 900, 6400, 7, 0.7),
}
_FINISHES = ("Sprayed", "Hand painted", "Oiled", "Lacquered")
_FITTERS = (
    ("Neil Ramsden", "Kitchens", "PAYE", 185.0, "2012-03-05", None),
    ("Craig Holroyd", "Kitchens", "PAYE", 178.0, "2015-09-14", None),
    ("Pawel Nowak", "Stairs", "PAYE", 192.0, "2018-01-22", None),
    ("Tom Shackleton", "Windows and doors", "PAYE", 174.0, "2019-06-03", None),
    ("Imran Sheikh", "Kitchens", "Subcontract", 225.0, "2021-02-08", None),
    ("Rob Gaukroger", "Stairs", "Subcontract", 240.0, "2020-10-19", "2025-05-30"),
    ("Beth Lister", "Spraying", "PAYE", 166.0, "2022-04-11", None),
    ("Danny Firth", "Windows and doors", "Subcontract", 210.0, "2022-08-01", None),
    ("Ioan Petrescu", "Kitchens", "Subcontract", 218.0, "2024-03-04", None),
    ("Kieran Moss", "Windows and doors", "PAYE", 128.0, "2023-09-04", "2024-08-16"),
    ("Lewis Tattersall", "Spraying", "PAYE", 118.0, "2024-09-02", None),
    ("Amy Hoyle", "Kitchens", "PAYE", 96.0, "2026-03-09", None),
)
_SUPPLIERS = (
    ("Arnold Timber Merchants", "Bradford", "ATM-4471", 5),
    ("Northern Hardwoods", "Leeds", "NH0932", 8),
    ("Sowerby Sawmill", "Sowerby Bridge", None, 3),
    ("Panelcraft UK", "Rochdale", "PC-20117", 4),
    ("Kirkby Sheet & Board", "Wakefield", "K1180", 2),
    ("Baltic Softwoods", "Hull", "BS-77", 12),
    ("Lakeland Oak", "Kendal", None, 14),
    ("Harrogate Veneers", "Harrogate", "HV551", 9),
)
# Code, description, species, kind, unit, on hand, reorder level, unit cost, supplier, the most one job takes.
_TIMBER = (
    ("OAK27", "European oak 27mm", "Oak", "Hardwood", "m3", 1.35, 0.8, 2150.0, 2, 0.35),
    ("OAK40", "European oak 40mm", "Oak", "Hardwood", "m3", 0.42, 0.6, 2340.0, 7, 0.3),
    ("OAKCH", "Character oak 27mm", "Oak", "Hardwood", "m3", 0.9, 0.5, 1820.0, 3, 0.3),
    ("WAL27", "American walnut 27mm", "Walnut", "Hardwood", "m3", 0.28, 0.4, 3960.0, 2, 0.18),
    ("ASH32", "Ash 32mm", "Ash", "Hardwood", "m3", 0.75, 0.5, 1490.0, 3, 0.3),
    ("SAP38", "Sapele 38mm", "Sapele", "Hardwood", "m3", 1.1, 0.7, 1710.0, 1, 0.32),
    ("TUL32", "Tulipwood 32mm", "Tulipwood", "Hardwood", "m3", 1.85, 1.2, 1180.0, 1, 0.4),
    ("BEE40", "Beech 40mm", "Beech", "Hardwood", "m3", 0.3, 0.25, 1260.0, 1, 0.22),
    ("RED38", "Redwood 38mm", "Pine", "Softwood", "m3", 2.4, 1.5, 560.0, 6, 0.5),
    ("RED50", "Redwood 50mm", "Pine", "Softwood", "m3", 1.05, 1.25, 610.0, 6, 0.45),
    ("ACC44", "Accoya 44mm", "Accoya", "Softwood", "m3", 0.66, 0.75, 2890.0, 6, 0.28),
    ("DFR50", "Douglas fir 50mm", "Douglas fir", "Softwood", "m3", 0.95, 0.6, 840.0, 3, 0.4),
    ("MDF18", "MR MDF 18mm", None, "Sheet", "sheet", 46.0, 30.0, 38.5, 5, 14.0),
    ("MDF25", "MR MDF 25mm", None, "Sheet", "sheet", 17.0, 20.0, 52.0, 5, 8.0),
    ("BIR18", "Birch ply 18mm", "Birch", "Sheet", "sheet", 31.0, 25.0, 84.0, 4, 12.0),
    ("BIR12", "Birch ply 12mm", "Birch", "Sheet", "sheet", 22.0, 15.0, 61.5, 4, 8.0),
    ("OVM19", "Oak veneered MDF 19mm", "Oak", "Sheet", "sheet", 9.0, 12.0, 97.0, 4, 7.0),
    ("WVM19", "Walnut veneered MDF 19mm", "Walnut", "Sheet", "sheet", 6.0, 4.0, 121.0, 4, 4.0),
)
_USED: dict[str, tuple[str, ...]] = {
    "Kitchen": ("MDF18", "BIR18", "OVM19", "TUL32", "OAK27", "WAL27", "MDF25", "BIR12", "WVM19"),
    "Wardrobes": ("MDF18", "MDF25", "TUL32", "BIR12", "OVM19"),
    "Staircase": ("OAK40", "ASH32", "RED50", "SAP38", "BEE40", "WAL27"),
    "Windows": ("ACC44", "SAP38", "RED50", "DFR50"),
    "Doors": ("OAK40", "SAP38", "RED38", "ACC44", "OAKCH"),
    "Bookcases": ("BIR18", "OAK27", "WVM19", "MDF18", "TUL32", "ASH32", "OAKCH"),
}


def _on(day: date, days: int) -> date:
    """So many days on, and off the weekend."""
    found = day + timedelta(days=days)
    return found + timedelta(days=max(0, 7 - found.weekday()) if found.weekday() > 4 else 0)


def _clients(draw: random.Random) -> list[Row]:
    people = draw.sample(
        [f"{title} {initial} {name}" for title in _TITLES for initial in "ABCDEGHJMPRS" for name in _SURNAMES], 148
    )
    named = [(name, "Homeowner") for name in people] + list(_TRADE)
    draw.shuffle(named)
    since = sorted(_on(_FIRST, draw.randint(0, (_LAST - _FIRST).days - 20)) for _ in named)
    clients: list[Row] = []
    for number, ((name, kind), day) in enumerate(zip(named, since, strict=True), 1):
        stem = (name.split()[-1] if kind == "Homeowner" else name)[:3].upper()
        seen = day if kind == "Homeowner" else _on(_FIRST, number % 40)
        gone = draw.random() < 0.07 and kind == "Homeowner"
        clients.append(
            {
                "client_code": f"{stem}{number:03}",
                "client_name": name,
                "client_kind": kind,
                "town": draw.choices(_TOWNS, (8, 5, 6, 3, 2, 3))[0],
                "phone": f"07700 900{draw.randint(0, 999):03}" if draw.random() < 0.83 else None,
                "heard_from": draw.choices(_HEARD, (9, 5, 4, 3, 2, 3))[0],
                "first_contact": seen.isoformat(),
                "deleted_at": f"{_on(seen, 15).isoformat()} {draw.randint(9, 16):02}:{draw.randint(0, 59):02}:00"
                if gone
                else None,
            }
        )
    return clients


def _quotes(draw: random.Random, clients: list[Row]) -> list[Row]:
    plans: list[tuple[date, Row]] = []
    for client in clients:
        often = (
            draw.choices((0, 1, 2, 3, 4), (1, 7, 5, 3, 1))[0]
            if client["client_kind"] == "Homeowner"
            else draw.randint(9, 21)
        )
        if client["deleted_at"]:
            often = 0
        first = date.fromisoformat(client["first_contact"])
        for turn in range(often):
            day = _on(first, draw.randint(1, 30) if turn == 0 else draw.randint(30, max(31, (_LAST - first).days)))
            if day <= _LAST:
                plans.append((day, client))
    quotes: list[Row] = []
    numbers: dict[int, int] = {}
    for day, client in sorted(plans, key=lambda plan: (plan[0], plan[1]["client_code"])):
        numbers[day.year] = numbers.get(day.year, 0) + 1
        mix = [
            often * (3 if client["client_kind"] == "Landlord" and kind in ("Doors", "Windows") else 1)
            for kind, (often, *_) in _WORK.items()
        ]
        work = draw.choices(list(_WORK), mix)[0]
        _, low, high, _, chance = _WORK[work]
        decided = _on(day, draw.randint(4, 45))
        if decided > _LAST:
            status = "Draft" if (_LAST - day).days < 9 and draw.random() < 0.6 else "Sent"
        else:
            status = "Accepted" if draw.random() < chance else draw.choices(("Declined", "Lapsed"), (3, 2))[0]
        reason = draw.choices(("Price", "Lead time", "Went elsewhere", "Project shelved", None), (6, 3, 3, 2, 2))[0]
        quotes.append(
            {
                "quote_no": f"Q{day.year % 100}-{numbers[day.year]:03}",
                "client_code": client["client_code"],
                "kind_of_work": work,
                "quoted_by": draw.choices(("Maggie", "Stuart"), (3, 4))[0],
                "quoted_on": day.isoformat(),
                "net_amount": float(
                    round(draw.triangular(low, high, low + (high - low) * 0.35) * (1 + 0.04 * (day.year - 2023)), -1)
                ),
                "status": status,
                "decided_on": decided.isoformat() if status in ("Accepted", "Declined") else None,
                "lost_reason": reason if status == "Declined" else None,
            }
        )
    return quotes


def _jobs(draw: random.Random, quotes: list[Row]) -> list[Row]:
    plans: list[tuple[date, date, Row, bool]] = []
    for quote in quotes:
        if quote["status"] != "Accepted":
            continue
        decided = date.fromisoformat(quote["decided_on"])
        if draw.random() < (0.45 if (_LAST - decided).days < 35 else 0.03):
            continue
        start = _on(decided, draw.randint(18, 75))
        due = _on(start, round(_WORK[quote["kind_of_work"]][3] * draw.uniform(0.9, 1.7)) + 3)
        plans.append((start, due, quote, False))
        if draw.random() < 0.11 and due < _LAST:
            again = _on(due, draw.randint(20, 90))
            plans.append((again, _on(again, draw.randint(2, 7)), quote, True))
    jobs: list[Row] = []
    for number, (start, due, quote, snag) in enumerate(
        sorted(plans, key=lambda plan: (plan[0], plan[2]["quote_no"], plan[3])), 1401
    ):
        slip = draw.choices((draw.randint(-3, 0), draw.randint(1, 6), draw.randint(7, 25)), (6, 3, 1))[0]
        done = max(_on(due, slip), _on(start, 1))
        stuck = not snag and timedelta(days=8) < _LAST - due < timedelta(days=160) and draw.random() < 0.12
        if stuck:
            done = _on(_LAST, 30)
        hold = stuck or (done > _LAST and start < _LAST + timedelta(days=30) and draw.random() < 0.25)
        stage = "Finished" if done <= _LAST else "On hold" if hold else "Booked" if start > _LAST else "Workshop"
        if stage == "Workshop" and (_LAST - start).days > (due - start).days * 0.5:
            stage = "Fitting"
        agreed = quote["net_amount"] + (
            draw.choice((-250.0, 180.0, 420.0, 650.0, 95.0)) if draw.random() < 0.25 else 0.0
        )
        jobs.append(
            {
                "job_no": number,
                "quote_no": None if snag else quote["quote_no"],
                "client_code": quote["client_code"],
                "kind_of_work": quote["kind_of_work"],
                "finish": None if snag or draw.random() < 0.08 else draw.choices(_FINISHES, (5, 3, 3, 1))[0],
                "stage": stage,
                "start_on": start.isoformat(),
                "due_on": due.isoformat(),
                "finished_on": done.isoformat() if stage == "Finished" else None,
                "agreed_net": None if snag else agreed,
            }
        )
    return jobs


def _crews(draw: random.Random, jobs: list[Row]) -> list[Row]:
    crews: list[Row] = []
    for job in jobs:
        idle = job["stage"] == "Booked" or job["start_on"] > _LAST.isoformat()
        if idle and draw.random() < 0.45:
            continue
        start, due = date.fromisoformat(job["start_on"]), date.fromisoformat(job["due_on"])
        free = [
            (
                number,
                (5 if number in (1, 3) else 4 if number == 2 else 2)
                * (3 if _suits(speciality, job["kind_of_work"]) else 1),
            )
            for number, (_, speciality, _, _, joined, left) in enumerate(_FITTERS[:-1], 1)
            if joined <= job["start_on"] and (left is None or job["due_on"] <= left)
        ]
        wanted = (
            1
            if job["quote_no"] is None
            else draw.choices((1, 2, 3), (4, 5, 2) if job["kind_of_work"] != "Doors" else (5, 2, 0))[0]
        )
        picked: list[int] = []
        while len(picked) < wanted:
            one = draw.choices([number for number, _ in free], [weight for _, weight in free])[0]
            if one not in picked:
                picked.append(one)
        span = max(1, (due - start).days * 5 // 7)
        share = 1.0 if job["stage"] == "Finished" else 0.5
        for place, one in enumerate(picked):
            days = max(0.5, round(span * share * draw.uniform(0.35, 0.9) * 2) / 2)
            crews.append(
                {
                    "job_no": job["job_no"],
                    "fitter_id": one,
                    "is_lead": "N" if place else "Y",
                    "days_worked": None if idle else days,
                }
            )
    return crews


def _suits(speciality: str, work: str) -> bool:
    return {
        "Kitchen": "Kitchens",
        "Staircase": "Stairs",
        "Windows": "Windows and doors",
        "Doors": "Windows and doors",
    }.get(work) == speciality


def _issues(draw: random.Random, jobs: list[Row]) -> list[Row]:
    costs = {code: (unit, cost, most) for code, _, _, _, unit, _, _, cost, _, most in _TIMBER}
    plans: list[tuple[str, int | None, str]] = []
    for job in jobs:
        if (
            job["stage"] == "Booked"
            or job["start_on"] > _LAST.isoformat()
            or (job["quote_no"] is None and draw.random() < 0.7)
        ):
            continue
        often = 1 if job["quote_no"] is None else draw.choices((1, 2, 3, 4), (2, 5, 4, 1))[0]
        for code in draw.sample(_USED[job["kind_of_work"]], min(often, len(_USED[job["kind_of_work"]]))):
            day = min(_on(date.fromisoformat(job["start_on"]), draw.randint(0, 6)), _LAST)
            plans.append((day.isoformat(), job["job_no"], code))
    for _ in range(34):
        plans.append(
            (_on(_FIRST, draw.randint(60, (_LAST - _FIRST).days - 4)).isoformat(), None, draw.choice(_TIMBER)[0])
        )
    issues: list[Row] = []
    for number, (day, job_no, code) in enumerate(sorted(plans, key=lambda plan: (plan[0], plan[1] or 0, plan[2])), 1):
        unit, cost, most = costs[code]
        taken = draw.uniform(0.15, 1.0) * most * (1 if job_no else 0.25)
        qty = float(max(1, round(taken))) if unit == "sheet" else max(0.01, round(taken, 3))
        price = cost * (1 + 0.03 * (int(day[:4]) - 2026))
        issues.append(
            {
                "issue_id": number,
                "timber_code": code,
                "job_no": job_no,
                "issued_on": day,
                "qty": qty,
                "line_cost": round(qty * price, 2),
            }
        )
    return issues


def _invoices(draw: random.Random, jobs: list[Row], quotes: list[Row]) -> list[Row]:
    decided = {quote["quote_no"]: quote["decided_on"] for quote in quotes}
    plans: list[tuple[str, int, str, float, bool]] = []
    for job in jobs:
        if job["quote_no"] is None:
            continue
        big = job["agreed_net"] > 5000
        stages = [("Deposit", _on(date.fromisoformat(decided[job["quote_no"]]), 1), 0.3)]
        if big:
            stages.append(("Interim", _on(date.fromisoformat(job["start_on"]), 4), 0.4))
        if job["finished_on"]:
            stages.append(
                ("Final", _on(date.fromisoformat(job["finished_on"]), draw.randint(1, 8)), 0.3 if big else 0.7)
            )
        for stage, day, part in stages:
            if day > _LAST or (stage == "Interim" and job["stage"] in ("Booked", "On hold")):
                continue
            net = round(job["agreed_net"] * part, 2)
            if draw.random() < 0.03:
                plans.append(
                    (day.isoformat(), job["job_no"], stage, round(net * draw.choice((0.9, 1.1, 1.25)), 2), True)
                )
                day = min(_on(day, 1), _LAST)
            plans.append((day.isoformat(), job["job_no"], stage, net, False))
    invoices: list[Row] = []
    for number, (day, job_no, stage, net, void) in enumerate(
        sorted(plans, key=lambda plan: (*plan[:3], not plan[4])), 3107
    ):
        sent = date.fromisoformat(day)
        terms = 7 if stage == "Deposit" else 14 if stage == "Interim" else 30
        paid = _on(sent, max(1, round(draw.gauss(terms * 0.9, terms * 0.45))))
        slow = draw.random() < (0.0 if stage == "Deposit" else 0.05 if sent < TODAY - timedelta(days=200) else 0.2)
        vat = round(net * 0.2, 2)
        invoices.append(
            {
                "invoice_no": f"INV{number}",
                "job_no": job_no,
                "invoice_stage": stage,
                "invoiced_on": day,
                "due_on": (sent + timedelta(days=terms)).isoformat(),
                "net": net,
                "vat": vat,
                "gross": round(net + vat, 2),
                "paid_on": None if void or slow or paid > _LAST else paid.isoformat(),
                "voided": "Y" if void else "N",
            }
        )
    return invoices


def _rows(seed: int) -> dict[str, list[Row]]:
    draw = random.Random(seed)
    clients = _clients(draw)
    quotes = _quotes(draw, clients)
    jobs = _jobs(draw, quotes)
    fitter = ("fitter_name", "speciality", "paid_as", "day_rate", "joined_on", "left_on")
    supplier = ("supplier_name", "town", "account_ref", "lead_time_days")
    timber = (
        "timber_code",
        "description",
        "species",
        "timber_kind",
        "unit",
        "on_hand",
        "reorder_level",
        "unit_cost",
        "supplier_id",
    )
    return {
        "clients": clients,
        "quotes": quotes,
        "jobs": jobs,
        "fitters": [{"fitter_id": i, **dict(zip(fitter, row, strict=True))} for i, row in enumerate(_FITTERS, 1)],
        "job_fitters": _crews(draw, jobs),
        "suppliers": [
            {"supplier_id": i, **dict(zip(supplier, row, strict=True))} for i, row in enumerate(_SUPPLIERS, 1)
        ],
        "timber": [dict(zip(timber, row[:-1], strict=True)) for row in _TIMBER],
        "timber_issues": _issues(draw, jobs),
        "invoices": _invoices(draw, jobs, quotes),
    }


_JC = "FROM jobs j JOIN clients c ON c.client_code = j.client_code"
_JF = "FROM job_fitters jf JOIN jobs j ON j.job_no = jf.job_no JOIN fitters f ON f.fitter_id = jf.fitter_id"
_TI = "FROM timber_issues i JOIN timber t ON t.timber_code = i.timber_code"
_INV = "FROM invoices i JOIN jobs j ON j.job_no = i.job_no JOIN clients c ON c.client_code = j.client_code"

QUESTIONS = (
    Asked(
        "How many clients have we got, not counting the deleted ones?",
        "SELECT count(*) FROM clients WHERE deleted_at IS NULL",
    ),
    Asked(
        "clients with no phone number, leave out deletd",
        "SELECT count(*) FROM clients WHERE phone IS NULL AND deleted_at IS NULL",
    ),
    Asked("quotes by status pls", "SELECT status, count(*) FROM quotes GROUP BY 1"),
    Asked(
        "how many qoutes are dated last month, whatever happened to them",
        "SELECT count(*) FROM quotes WHERE quoted_on LIKE '2026-02%'",
    ),
    Asked("What do the quotes at Sent add up to, net?", "SELECT sum(net_amount) FROM quotes WHERE status = 'Sent'"),
    Asked(
        "of all quotes from 2025, what percent is accepted, for each kind of work",
        "SELECT kind_of_work, 100.0 * sum(status = 'Accepted') / count(*) FROM quotes WHERE quoted_on LIKE '2025%' GROUP BY 1",
    ),
    Asked(
        "how much gross was paid to us last month on invoices?",
        "SELECT sum(gross) FROM invoices WHERE paid_on LIKE '2026-02%'",
    ),
    Asked(
        "declined quotes where nobody put a reason - how many",
        "SELECT count(*) FROM quotes WHERE status = 'Declined' AND lost_reason IS NULL",
    ),
    Asked(
        "maggie vs stuart: net total of accepted quotes, quoted in 2025",
        "SELECT quoted_by, sum(net_amount) FROM quotes WHERE status = 'Accepted' AND quoted_on LIKE '2025%' GROUP BY 1",
    ),
    Asked(
        "avarage net of an accepted kitchen quote compared with a accepted staircase quote",
        "SELECT kind_of_work, avg(net_amount) FROM quotes WHERE status = 'Accepted' AND kind_of_work IN ('Kitchen', 'Staircase') GROUP BY 1",
    ),
    Asked(
        "Accepted quotes that still have no job against them, how many is it?",
        "SELECT count(*) FROM quotes q WHERE q.status = 'Accepted' AND NOT EXISTS (SELECT 1 FROM jobs j WHERE j.quote_no = q.quote_no)",
    ),
    Asked("jobs on hold?", "SELECT count(*) FROM jobs WHERE stage = 'On hold'"),
    Asked(
        "how many jobs are past there due date and still not finished",
        "SELECT count(*) FROM jobs WHERE finished_on IS NULL AND due_on < '2026-03-18'",
    ),
    Asked("how much jobs we have without a quote number", "SELECT count(*) FROM jobs WHERE quote_no IS NULL"),
    Asked(
        "jobs finished per month in 2025",
        "SELECT substr(finished_on, 1, 7) || '-01', count(*) FROM jobs WHERE finished_on LIKE '2025%' GROUP BY 1",
    ),
    Asked(
        "what % of the jobs we finished in 2025 were finished after the due date?",
        "SELECT 100.0 * sum(finished_on > due_on) / count(*) FROM jobs WHERE finished_on LIKE '2025%'",
    ),
    Asked(
        "kitchen jobs finished in 2025 that have a quote: how many days from start to finish on average",
        "SELECT avg(julianday(finished_on) - julianday(start_on)) FROM jobs WHERE kind_of_work = 'Kitchen' AND finished_on LIKE '2025%' "
        "AND quote_no IS NOT NULL",
    ),
    Asked(
        "top 5 clients by agreed net, finished jobs only",
        f"SELECT c.client_name, sum(j.agreed_net) {_JC} WHERE j.stage = 'Finished' GROUP BY c.client_code ORDER BY 2 DESC LIMIT 5",
    ),
    Asked(
        "how many finished jobs in each town (where client is)",
        f"SELECT c.town, count(*) {_JC} WHERE j.stage = 'Finished' GROUP BY 1",
    ),
    Asked(
        "How many clients have had three jobs or more with us?",
        "SELECT count(*) FROM (SELECT client_code FROM jobs GROUP BY 1 HAVING count(*) >= 3)",
    ),
    Asked(
        "days worked per fitter on jobs finished in 2025",
        f"SELECT f.fitter_name, sum(jf.days_worked) {_JF} WHERE j.finished_on LIKE '2025%' GROUP BY 1",
    ),
    Asked(
        "which 3 fitters have been lead on the most jobs",
        f"SELECT f.fitter_name, count(*) {_JF} WHERE jf.is_lead = 'Y' GROUP BY f.fitter_id ORDER BY 2 DESC LIMIT 3",
    ),
    Asked(
        "avg day rate of fitters still with us, PAYE against subcontract",
        "SELECT paid_as, avg(day_rate) FROM fitters WHERE left_on IS NULL GROUP BY 1",
    ),
    Asked(
        "booked jobs with no fitter put on yet?",
        "SELECT count(*) FROM jobs j WHERE j.stage = 'Booked' AND NOT EXISTS (SELECT 1 FROM job_fitters jf WHERE jf.job_no = j.job_no)",
    ),
    Asked("how many timbers are below reorder levle", "SELECT count(*) FROM timber WHERE on_hand < reorder_level"),
    Asked(
        "stock on hand at unit cost, whats it worth by kind of timber",
        "SELECT timber_kind, sum(on_hand * unit_cost) FROM timber GROUP BY 1",
    ),
    Asked(
        "How many sheets of 18mm birch ply were issued in 2025?",
        f"SELECT sum(i.qty) {_TI} WHERE t.description = 'Birch ply 18mm' AND i.issued_on LIKE '2025%'",
    ),
    Asked(
        "top three suppliers by cost of their timber issued this year",
        f"SELECT s.supplier_name, sum(i.line_cost) {_TI} JOIN suppliers s ON s.supplier_id = t.supplier_id WHERE i.issued_on LIKE '2026%' "
        "GROUP BY 1 ORDER BY 2 DESC LIMIT 3",
    ),
    Asked(
        "what is total cost of timber what was issued but not for any job",
        "SELECT sum(line_cost) FROM timber_issues WHERE job_no IS NULL",
    ),
    Asked(
        "net invoiced by month 2025, without voided ones",
        "SELECT substr(invoiced_on, 1, 7) || '-01', sum(net) FROM invoices WHERE voided = 'N' AND invoiced_on LIKE '2025%' GROUP BY 1",
    ),
    Asked(
        "Unpaid invoices by kind of client please, gross, no voided",
        f"SELECT c.client_kind, sum(i.gross) {_INV} WHERE i.paid_on IS NULL AND i.voided = 'N' GROUP BY 1",
    ),
    Asked(
        "the oldest unpaid invoice thats not voided, how much gross is on it?",
        "SELECT gross FROM invoices WHERE paid_on IS NULL AND voided = 'N' ORDER BY invoiced_on LIMIT 1",
    ),
    Asked("whats the rent on the workshop per month", None),
    Asked("how many days holiday does Neil have left", None),
    Asked("what stars do customers give us on google, average?", None),
    Asked("how much did we spend on saw blades and router bits last year", None),
)


def joinery(seed: int = 4127) -> World:
    """The joinery with its questions."""
    return World("Joinery workshop", TODAY, TABLES, _rows(seed), QUESTIONS)
