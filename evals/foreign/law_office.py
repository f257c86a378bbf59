"""A small law firm's practice database grown out of Access: tbl and lkp prefixes, no declared keys, Y/N flags, datetimes with
an idle midnight, two lawyers on each matter (responsible and originating), hours beside invoices."""

import random
from datetime import date, timedelta

from evals.foreign.world import Asked, Row, World

_FIRST, _LAST, TODAY = date(2022, 1, 3), date(2025, 11, 11), date(2025, 11, 12)

TABLES = {
    "lkpArea": "AreaID INTEGER PRIMARY KEY, AreaDescr TEXT",
    "lkpMatterStatus": "StatusCd TEXT PRIMARY KEY, StatusDescr TEXT",
    "tblStaff": "StaffID INTEGER PRIMARY KEY, FullName TEXT, Role TEXT, HourlyRate REAL, SupervisorID INTEGER, HiredOn DATETIME, IsActive TEXT",
    "tblClient": "ClientID INTEGER PRIMARY KEY, ClientName TEXT, ClientType TEXT, City TEXT, Phone TEXT, ReferredByID INTEGER, CreatedAt DATETIME",
    "tblMatter": "MatterID INTEGER PRIMARY KEY, MatterNo TEXT, Title TEXT, ClientID INTEGER, AreaID INTEGER, ResponsibleStaffID INTEGER, OriginatingStaffID INTEGER, StatusCd TEXT, FeeType TEXT, OpenedOn DATETIME, ClosedOn DATETIME",
    "tblMatterTeam": "MatterID INTEGER, StaffID INTEGER, AssignedOn DATETIME, PRIMARY KEY (MatterID, StaffID)",
    "tblTimeEntry": "EntryID INTEGER PRIMARY KEY, MatterID INTEGER, StaffID INTEGER, WorkDate DATETIME, Hours REAL, Rate REAL, Billable TEXT, Activity TEXT, Narrative TEXT",
    "tblInvoice": "InvoiceID INTEGER PRIMARY KEY, InvoiceNo TEXT, MatterID INTEGER, InvoiceDate DATETIME, DueDate DATETIME, Amount REAL, PaidOn DATETIME",
    "tblAuditLog": "LogID INTEGER PRIMARY KEY, TableName TEXT, RecordID INTEGER, ChangedBy TEXT, ChangedAt DATETIME, Action TEXT",
}  # fmt: skip

_STAFF = (
    ("Helen Ashworth", "Partner", 420.0, None, "2004-03-01", "Y"),
    ("Victor Delgado", "Partner", 395.0, 1, "2009-09-14", "Y"),
    ("Ruth Okafor", "Partner", 380.0, 1, "2012-01-09", "Y"),
    ("Simon Pryce", "Associate", 260.0, 2, "2016-06-06", "Y"),
    ("Dana Whitfield", "Associate", 245.0, 2, "2018-02-19", "Y"),
    ("Marcus Ito", "Associate", 235.0, 3, "2019-10-01", "Y"),
    ("Priya Nair", "Associate", 215.0, 3, "2021-05-17", "Y"),
    ("Owen Castell", "Associate", 210.0, 2, "2020-08-03", "N"),
    ("Greta Lindholm", "Paralegal", 120.0, 4, "2015-11-02", "Y"),
    ("Jamal Rivers", "Paralegal", 110.0, 6, "2020-01-13", "Y"),
    ("Tess Moran", "Paralegal", 105.0, 5, "2021-09-20", "Y"),
    ("Felix Brandt", "Paralegal", 100.0, 5, "2019-03-04", "N"),
)
_AREAS = ("Family", "Employment", "Real Property", "Criminal Defense", "Wills & Estates", "Corporate")
_TITLES = (("Divorce", "Custody", "Adoption"), ("Wrongful dismissal", "Severance"), ("House purchase", "Boundary dispute", "Lease review"), ("Traffic offence", "Assault charge"), ("Probate", "New will"), ("Incorporation", "Shareholder agreement", "Merger"))  # fmt: skip
_GIVEN = ("Alice", "Brian", "Carla", "Derek", "Elena", "Frank", "Gloria", "Hugo", "Irene", "Jacob", "Kim", "Leon", "Mona", "Nathan")  # fmt: skip
_FAMILY = ("Abbott", "Barlow", "Chavez", "Dunn", "Eriksen", "Foley", "Garner", "Hobbs", "Ingram", "Jarvis")
_FIRMS = ("Harbor Foods", "Redwood Builders", "Pinnacle Software", "Lakeside Dental", "Summit Roofing", "Blue Heron Inn", "Cobalt Logistics", "Maple Street Bakery", "Ironbridge Tools", "Fairview Farms", "Northgate Motors", "Sterling Print", "Quarry Stone", "Orchard Pharmacy", "Beacon Security", "Tidewater Marine")  # fmt: skip


def _stamp(day: date | None) -> str | None:
    return f"{day.isoformat()} 00:00:00" if day else None


def _rows(seed: int) -> dict[str, list[Row]]:
    draw = random.Random(seed)
    span = (_LAST - _FIRST).days
    staff: list[Row] = [{"StaffID": i, "FullName": n, "Role": r, "HourlyRate": h, "SupervisorID": s, "HiredOn": f"{d} 00:00:00", "IsActive": a} for i, (n, r, h, s, d, a) in enumerate(_STAFF, 1)]  # fmt: skip
    people = [f"{g} {f}" for g in _GIVEN for f in _FAMILY]
    draw.shuffle(people)
    named = [(n, "Individual") for n in people[:122]] + [
        (f"{n} {draw.choice(('Inc', 'LLC'))}", "Company") for n in _FIRMS
    ]
    named += [(f"{n} Holdings", "Company") for n in _FIRMS[:9]]
    draw.shuffle(named)
    clients: list[Row] = []
    for i, (name, kind) in enumerate(named, 1):
        came = _FIRST + timedelta(days=span * (i - 1) // len(named))
        referred = draw.choice((draw.randint(1, i - 1), draw.choice((3, 4, 4, 5)))) if i > 8 and draw.random() < 0.3 else None  # fmt: skip
        clients.append({"ClientID": i, "ClientName": name, "ClientType": kind, "City": draw.choices(("Lakewood", "Fairmont", "Granville", "Ridgefield"), (5, 3, 2, 1))[0], "Phone": f"555-{draw.randint(1000, 9999)}" if draw.random() < 0.87 else None, "ReferredByID": referred, "CreatedAt": f"{came.isoformat()} {draw.randint(9, 16):02}:{draw.randint(0, 59):02}:00"})  # fmt: skip
    matters: list[Row] = []
    team: list[Row] = []
    entries: list[Row] = []
    invoices: list[Row] = []
    opened_days = sorted(draw.randint(0, span - 5) for _ in range(390))
    numbers: dict[int, int] = {}
    for i, offset in enumerate(opened_days, 1):
        opened = _FIRST + timedelta(days=offset)
        known = [c for c in clients if c["CreatedAt"][:10] <= opened.isoformat()]
        fresh = known[-1] if draw.random() < 0.45 else draw.choice(known)
        area = draw.choices(range(1, 7), (6, 4, 7, 3, 5, 2))[0] if fresh["ClientType"] == "Individual" else draw.choice((2, 3, 6, 6))  # fmt: skip
        responsible = draw.choices((1, 2, 3, 4, 5, 6, 7, 8), (1, 3, 3, 5, 4, 4, 3, 3 if opened.year < 2024 else 0))[0]
        ended = opened + timedelta(days=draw.randint(20, 420))
        closed = ended if ended <= _LAST and draw.random() < 0.93 else None
        status = "CL" if closed else draw.choices(("OP", "HD"), (5, 1))[0]
        numbers[opened.year] = numbers.get(opened.year, 0) + 1
        matters.append({"MatterID": i, "MatterNo": f"M-{opened.year}-{numbers[opened.year]:04}", "Title": draw.choice(_TITLES[area - 1]), "ClientID": fresh["ClientID"], "AreaID": area, "ResponsibleStaffID": responsible, "OriginatingStaffID": draw.choices((1, 2, 3, 4, 5), (6, 5, 3, 2, 1))[0], "StatusCd": status, "FeeType": draw.choices(("Hourly", "Fixed"), (3, 1))[0], "OpenedOn": _stamp(opened), "ClosedOn": _stamp(closed)})  # fmt: skip
        helpers = [s for s in (4, 5, 6, 7, 9, 10, 11, *((8, 12) if opened.year < 2024 else ())) if s != responsible]
        members = [responsible, *draw.sample(helpers, draw.randint(1, 3))]
        team += [{"MatterID": i, "StaffID": s, "AssignedOn": _stamp(opened + timedelta(days=draw.randint(0, 10)))} for s in members]  # fmt: skip
        until = min(closed or _LAST, _LAST)
        for _ in range(draw.randint(3, 14)):
            on = opened + timedelta(days=draw.randint(0, (until - opened).days))
            while on.weekday() > 4:
                on -= timedelta(days=1)
            who = draw.choice(members)
            if who in (8, 12) and on.year > 2023:
                who = responsible if responsible != 8 else 4
            rate = staff[who - 1]["HourlyRate"] - 5.0 * (2025 - on.year)
            entries.append({"EntryID": 0, "MatterID": i, "StaffID": who, "WorkDate": _stamp(on), "Hours": draw.randint(1, 28) / 4, "Rate": rate, "Billable": "Y" if draw.random() < 0.81 else "N", "Activity": draw.choices(("Research", "Drafting", "Court appearance", "Client meeting", "Phone call", "Travel"), (4, 6, 2, 3, 3, 1))[0], "Narrative": None if draw.random() < 0.3 else "as discussed"})  # fmt: skip
        for _ in range(draw.choice((1, 1, 2, 2, 3))):
            on = opened + timedelta(days=draw.randint(10, max(11, (until - opened).days)))
            if on > _LAST:
                continue
            paid = on + timedelta(days=draw.randint(4, 75)) if draw.random() < 0.9 else None
            invoices.append({"InvoiceID": 0, "InvoiceNo": "", "MatterID": i, "InvoiceDate": _stamp(on), "DueDate": _stamp(on + timedelta(days=30)), "Amount": round(draw.uniform(280, 6400), 2), "PaidOn": _stamp(paid if paid and paid <= _LAST else None)})  # fmt: skip
    entries.sort(key=lambda row: row["WorkDate"])
    invoices.sort(key=lambda row: row["InvoiceDate"])
    for i, row in enumerate(entries, 1):
        row["EntryID"] = i
    for i, row in enumerate(invoices, 1):
        row["InvoiceID"], row["InvoiceNo"] = i, f"INV{10000 + i}"
    log: list[Row] = [{"LogID": i, "TableName": draw.choice(("tblMatter", "tblClient", "tblInvoice")), "RecordID": draw.randint(1, 130), "ChangedBy": draw.choice(("hashworth", "glindholm", "system")), "ChangedAt": f"{(_FIRST + timedelta(days=draw.randint(0, span))).isoformat()} {draw.randint(8, 18):02}:{draw.randint(0, 59):02}:{draw.randint(0, 59):02}", "Action": draw.choice(("INSERT", "UPDATE", "UPDATE", "DELETE"))} for i in range(1, 301)]  # fmt: skip
    return {"lkpArea": [{"AreaID": i, "AreaDescr": n} for i, n in enumerate(_AREAS, 1)], "lkpMatterStatus": [{"StatusCd": "OP", "StatusDescr": "Open"}, {"StatusCd": "HD", "StatusDescr": "On hold"}, {"StatusCd": "CL", "StatusDescr": "Closed"}], "tblStaff": staff, "tblClient": clients, "tblMatter": matters, "tblMatterTeam": team, "tblTimeEntry": entries, "tblInvoice": invoices, "tblAuditLog": log}  # fmt: skip


_MA = "FROM tblMatter m JOIN lkpArea a USING (AreaID)"
_MS = "FROM tblMatter m JOIN lkpMatterStatus s USING (StatusCd)"
_TS = "FROM tblTimeEntry e JOIN tblStaff s USING (StaffID)"
_IM = "FROM tblInvoice i JOIN tblMatter m USING (MatterID) JOIN lkpArea a USING (AreaID) JOIN tblClient c USING (ClientID)"

QUESTIONS = (
    Asked("how many clients do we have", "SELECT count(*) FROM tblClient"),
    Asked("companies vs individuals among our clients", "SELECT ClientType, count(*) FROM tblClient GROUP BY 1"),
    Asked("how many matters are open right now?", f"SELECT count(*) {_MS} WHERE StatusDescr = 'Open'"),
    Asked("matters by practice area", f"SELECT AreaDescr, count(*) {_MA} GROUP BY 1"),
    Asked("new matters opened per month in 2024", "SELECT substr(OpenedOn, 1, 7) || '-01', count(*) FROM tblMatter WHERE OpenedOn LIKE '2024%' GROUP BY 1"),
    Asked("how many matters did we open last year", "SELECT count(*) FROM tblMatter WHERE OpenedOn LIKE '2024%'"),
    Asked("billable hours last month", "SELECT sum(Hours) FROM tblTimeEntry WHERE Billable = 'Y' AND WorkDate LIKE '2025-10%'"),
    Asked("top 5 people by hours worked in 2025", f"SELECT FullName, sum(Hours) {_TS} WHERE WorkDate LIKE '2025%' GROUP BY 1 ORDER BY 2 DESC LIMIT 5"),
    Asked("hours by activity in 2024", "SELECT Activity, sum(Hours) FROM tblTimeEntry WHERE WorkDate LIKE '2024%' GROUP BY 1"),
    Asked("how much did we invoice in 2024?", "SELECT sum(Amount) FROM tblInvoice WHERE InvoiceDate LIKE '2024%'"),
    Asked("invoiced amount per month this year", "SELECT substr(InvoiceDate, 1, 7) || '-01', sum(Amount) FROM tblInvoice WHERE InvoiceDate LIKE '2025%' GROUP BY 1"),
    Asked("how many invoices are still unpaid", "SELECT count(*) FROM tblInvoice WHERE PaidOn IS NULL"),
    Asked("total of unpaid invoices that are past their due date", "SELECT sum(Amount) FROM tblInvoice WHERE PaidOn IS NULL AND DueDate < '2025-11-12'"),
    Asked("on average how many days from invoice date until it gets paid", "SELECT avg(julianday(PaidOn) - julianday(InvoiceDate)) FROM tblInvoice WHERE PaidOn IS NOT NULL"),
    Asked("top 5 clients by invoiced amount", f"SELECT ClientName, sum(Amount) {_IM} GROUP BY ClientID ORDER BY 2 DESC LIMIT 5"),
    Asked("invoiced by practice area in 2024", f"SELECT AreaDescr, sum(Amount) {_IM} WHERE InvoiceDate LIKE '2024%' GROUP BY 1"),
    Asked("open matters per responsible lawyer", "SELECT FullName, count(*) FROM tblMatter m JOIN tblStaff s ON s.StaffID = m.ResponsibleStaffID WHERE StatusCd = 'OP' GROUP BY 1"),
    Asked("who was the originating lawyer on the most matters opened in 2023", "SELECT FullName, count(*) FROM tblMatter m JOIN tblStaff s ON s.StaffID = m.OriginatingStaffID WHERE OpenedOn LIKE '2023%' GROUP BY 1 ORDER BY 2 DESC LIMIT 1"),
    Asked("how many hours did Priya Nair log in september 2025", f"SELECT sum(Hours) {_TS} WHERE FullName = 'Priya Nair' AND WorkDate LIKE '2025-09%'"),
    Asked("what percentage of the hours in 2025 was billable", "SELECT 100.0 * sum(CASE WHEN Billable = 'Y' THEN Hours END) / sum(Hours) FROM tblTimeEntry WHERE WorkDate LIKE '2025%'"),
    Asked("clients in Lakewood", "SELECT count(*) FROM tblClient WHERE City = 'Lakewood'"),
    Asked("how many clients have no phone number on file", "SELECT count(*) FROM tblClient WHERE Phone IS NULL"),
    Asked("how many people does Ruth Okafor supervise", "SELECT count(*) FROM tblStaff s JOIN tblStaff b ON b.StaffID = s.SupervisorID WHERE b.FullName = 'Ruth Okafor'"),
    Asked("active staff by role", "SELECT Role, count(*) FROM tblStaff WHERE IsActive = 'Y' GROUP BY 1"),
    Asked("average hourly rate of our active associates", "SELECT avg(HourlyRate) FROM tblStaff WHERE Role = 'Associate' AND IsActive = 'Y'"),
    Asked("average number of days a closed matter took from opening to closing, by practice area", f"SELECT AreaDescr, avg(julianday(ClosedOn) - julianday(OpenedOn)) {_MA} WHERE ClosedOn IS NOT NULL GROUP BY 1"),
    Asked("how many fixed fee matters were opened in 2025", "SELECT count(*) FROM tblMatter WHERE FeeType = 'Fixed' AND OpenedOn LIKE '2025%'"),
    Asked("how many clients came to us through a referral", "SELECT count(*) FROM tblClient WHERE ReferredByID IS NOT NULL"),
    Asked("which client referred the most other clients?", "SELECT r.ClientName, count(*) FROM tblClient c JOIN tblClient r ON r.ClientID = c.ReferredByID GROUP BY r.ClientID ORDER BY 2 DESC LIMIT 1"),
    Asked("how much was the biggest invoice we ever sent", "SELECT max(Amount) FROM tblInvoice"),
    Asked("how many people are on the team for matter M-2024-0012", "SELECT count(*) FROM tblMatterTeam JOIN tblMatter USING (MatterID) WHERE MatterNo = 'M-2024-0012'"),
    Asked("non-billable hours per role this year", f"SELECT Role, sum(Hours) {_TS} WHERE Billable = 'N' AND WorkDate LIKE '2025%' GROUP BY 1"),
    Asked("matters closed in the last 90 days", "SELECT count(*) FROM tblMatter WHERE ClosedOn >= '2025-08-14' AND ClosedOn < '2025-11-12'"),
    Asked("number of family matters on hold", f"SELECT count(*) {_MS} JOIN lkpArea USING (AreaID) WHERE StatusDescr = 'On hold' AND AreaDescr = 'Family'"),
    Asked("average invoice amount per client type", f"SELECT ClientType, avg(Amount) {_IM} GROUP BY 1"),
    Asked("the 3 largest invoices of 2025 with their amounts", "SELECT InvoiceNo, Amount FROM tblInvoice WHERE InvoiceDate LIKE '2025%' ORDER BY 2 DESC LIMIT 3"),
    Asked("how many cases did we win in 2024", None),
    Asked("how profitable was the firm last year", None),
    Asked("court fees we paid in 2025", None),
    Asked("who is our best lawyer", None),
)  # fmt: skip


def law_office(seed: int = 71) -> World:
    """The law office with its questions."""
    return World("Law office", TODAY, TABLES, _rows(seed), QUESTIONS)
