"""A nursery school on Postgres with run-together lower-case names: declared keys, children with a key worker and a backup, a
guardian table joined many to many, attendance registers and monthly fees."""

import random
from datetime import date, timedelta

from evals.foreign.world import Asked, Row, World

_OPENED, _REGISTER, _LAST, TODAY = date(2022, 9, 1), date(2025, 1, 6), date(2025, 6, 23), date(2025, 6, 24)

TABLES = {
    "staff": "staffid INTEGER PRIMARY KEY, fullname TEXT NOT NULL, jobtitle TEXT, mentorid INTEGER REFERENCES staff(staffid), startdate DATE, enddate DATE, weeklyhours NUMERIC, firstaider SMALLINT",
    "room": "roomid INTEGER PRIMARY KEY, roomname TEXT NOT NULL, leadstaffid INTEGER REFERENCES staff(staffid), capacity INTEGER",
    "diet": "dietcode TEXT PRIMARY KEY, dietname TEXT",
    "child": "childid INTEGER PRIMARY KEY, givenname TEXT, familyname TEXT, birthdate DATE, sex CHAR(1), roomid INTEGER REFERENCES room(roomid), keyworkerid INTEGER REFERENCES staff(staffid), backupworkerid INTEGER REFERENCES staff(staffid), dietcode TEXT REFERENCES diet(dietcode), joindate DATE, leavedate DATE, fundedplace SMALLINT, photoconsent SMALLINT",
    "guardian": "guardianid INTEGER PRIMARY KEY, fullname TEXT, phone TEXT, email TEXT, village TEXT",
    "childguardian": "childid INTEGER REFERENCES child(childid), guardianid INTEGER REFERENCES guardian(guardianid), relation TEXT, maycollect SMALLINT, PRIMARY KEY (childid, guardianid)",
    "attendance": "attendanceid INTEGER PRIMARY KEY, childid INTEGER REFERENCES child(childid), attdate DATE, session TEXT, present SMALLINT, absencereason TEXT, latepickupmins INTEGER",
    "fee": "feeid INTEGER PRIMARY KEY, childid INTEGER REFERENCES child(childid), feemonth DATE, amount NUMERIC(8,2), duedate DATE, paiddate DATE, paymethod TEXT",
    "accident": "accidentid INTEGER PRIMARY KEY, childid INTEGER REFERENCES child(childid), reportedby INTEGER REFERENCES staff(staffid), happenedon DATE, place TEXT, injury TEXT, parentinformed SMALLINT",
}  # fmt: skip

_STAFF = (
    ("Moira Kelleher", "Manager", None, "2022-08-01", None, 40, 1), ("Agnes Byrne", "Deputy", 1, "2022-08-15", None, 40, 1),
    ("Ciara Nolan", "Room leader", 2, "2022-08-22", None, 37.5, 1), ("Deirdre Walsh", "Room leader", 2, "2022-09-01", None, 37.5, 1), ("Fergal Quinn", "Room leader", 2, "2023-01-09", None, 37.5, 0),
    ("Grainne Daly", "Practitioner", 3, "2022-09-01", None, 35, 1), ("Hazel Roche", "Practitioner", 3, "2022-09-12", "2024-07-31", 35, 0), ("Imelda Foley", "Practitioner", 4, "2023-02-01", None, 30, 0),
    ("Jack Tierney", "Practitioner", 4, "2023-08-28", None, 35, 1), ("Keela Burke", "Practitioner", 5, "2024-01-15", None, 25, 0), ("Liam Sheehan", "Practitioner", 5, "2024-08-26", None, 35, 1),
    ("Maeve Power", "Apprentice", 3, "2024-09-02", None, 30, 0), ("Niall Egan", "Apprentice", 4, "2023-09-04", "2024-08-30", 30, 0), ("Oona Casey", "Cook", None, "2022-08-29", None, 25, 0),
)  # fmt: skip
_DIETS = (("STD", "Standard"), ("VEG", "Vegetarian"), ("HAL", "Halal"), ("GLF", "Gluten free"), ("DYF", "Dairy free"))
_GIRLS = ("Aoife", "Bella", "Clara", "Daisy", "Esme", "Freya", "Grace", "Hannah", "Isla", "Juno", "Lily", "Molly")
_BOYS = ("Alfie", "Ben", "Conor", "Darragh", "Eoin", "Finn", "George", "Harry", "Isaac", "Jude", "Luca", "Noah")
_ADULTS = ("Karen", "Louise", "Marian", "Niamh", "Olive", "Declan", "Shane", "Trevor", "Ultan", "Victor")
_FAMILY = ("Ahern", "Boland", "Cronin", "Doyle", "Ennis", "Farrell", "Gavin", "Hogan", "Irwin", "Joyce", "Keane", "Lacey", "Mangan", "Nugent", "Phelan", "Reilly", "Savage", "Tobin")  # fmt: skip


def _rows(seed: int) -> dict[str, list[Row]]:
    draw = random.Random(seed)
    staff: list[Row] = [{"staffid": i, "fullname": n, "jobtitle": j, "mentorid": m, "startdate": s, "enddate": e, "weeklyhours": h, "firstaider": f} for i, (n, j, m, s, e, h, f) in enumerate(_STAFF, 1)]  # fmt: skip
    rooms = [{"roomid": i, "roomname": n, "leadstaffid": s, "capacity": c} for i, (n, s, c) in enumerate((("Ladybirds", 3, 18), ("Hedgehogs", 4, 32), ("Foxes", 5, 52)), 1)]  # fmt: skip
    children: list[Row] = []
    guardians: list[Row] = []
    links: list[Row] = []
    used: set[str] = set()
    while len(children) < 124:
        sex = draw.choice(("F", "M"))
        given, family = draw.choice(_GIRLS if sex == "F" else _BOYS), draw.choice(_FAMILY)
        if f"{given} {family}" in used:
            continue
        used.add(f"{given} {family}")
        i = len(children) + 1
        joined = _OPENED + timedelta(days=draw.choice((0, 0, draw.randint(0, 1000), draw.randint(0, 1000), draw.randint(0, 1000))))  # fmt: skip
        born = joined - timedelta(days=draw.randint(300, 1150))
        leave = date(born.year + (4 if born.month < 9 else 5), 8, 29)
        if draw.random() < 0.18:
            leave = min(leave, joined + timedelta(days=draw.randint(60, 500)))
        left = leave if leave <= _LAST else None
        age = ((left or _LAST) - born).days
        room = 1 if age < 730 else 2 if age < 1190 else 3
        keys = {1: (3, 6, 6), 2: (4, 8, 9, 9), 3: (5, 10, 11, 11)}[room]
        key = draw.choice(keys)
        backup = draw.choice([k for k in keys if k != key]) if draw.random() < 0.7 else None
        children.append({"childid": i, "givenname": given, "familyname": family, "birthdate": born.isoformat(), "sex": sex, "roomid": room, "keyworkerid": key, "backupworkerid": backup, "dietcode": draw.choices(("STD", "VEG", "HAL", "GLF", "DYF"), (14, 4, 3, 2, 2))[0], "joindate": joined.isoformat(), "leavedate": left.isoformat() if left else None, "fundedplace": int(draw.random() < 0.4), "photoconsent": int(draw.random() < 0.85)})  # fmt: skip
        sibling = next((c for c in children[:-1] if c["familyname"] == family), None)
        if sibling and draw.random() < 0.35:
            links += [{**link, "childid": i} for link in links if link["childid"] == sibling["childid"]]
            continue
        village = draw.choices(("Ballymore", "Kilbride", "Rathdown", "Castletown"), (5, 4, 3, 2))[0]
        relations = draw.choice((("mother",), ("mother", "father"), ("mother", "father"), ("mother", "father", "grandparent"), ("father",)))  # fmt: skip
        for relation in relations:
            guardians.append({"guardianid": len(guardians) + 1, "fullname": f"{draw.choice(_ADULTS[:5] if relation == 'mother' else _ADULTS[5:] if relation == 'father' else _ADULTS)} {family}", "phone": f"08{draw.randint(5, 9)} {draw.randint(100, 999)} {draw.randint(1000, 9999)}", "email": f"{relation[0]}.{family}{len(guardians)}@example.ie".lower() if draw.random() < 0.8 else None, "village": village})  # fmt: skip
            links.append({"childid": i, "guardianid": len(guardians), "relation": relation, "maycollect": int(relation != "grandparent" or draw.random() < 0.6)})  # fmt: skip
    register: list[Row] = []
    pattern = {c["childid"]: sorted(draw.sample(range(5), draw.choice((2, 3, 3, 5)))) for c in children}
    session = {c["childid"]: draw.choices(("full day", "morning", "afternoon"), (5, 3, 2))[0] for c in children}
    day = _REGISTER
    while day <= _LAST:
        text = day.isoformat()
        for c in children:
            if day.weekday() not in pattern[c["childid"]] or c["joindate"] > text or (c["leavedate"] and c["leavedate"] < text):  # fmt: skip
                continue
            here = int(draw.random() < 0.92)
            register.append({"attendanceid": len(register) + 1, "childid": c["childid"], "attdate": text, "session": session[c["childid"]], "present": here, "absencereason": None if here else draw.choices(("sick", "holiday", "no notice"), (6, 3, 1))[0], "latepickupmins": draw.randint(3, 40) if here and draw.random() < 0.05 else None})  # fmt: skip
        day += timedelta(days=1)
    fees: list[Row] = []
    for year, month in [(2024, m) for m in range(1, 13)] + [(2025, m) for m in range(1, 7)]:
        first = date(year, month, 1)
        for c in children:
            if c["joindate"] > first.isoformat() or (c["leavedate"] and c["leavedate"] < first.isoformat()):
                continue
            days = len(pattern[c["childid"]])
            amount = round(days * {"full day": 238.5, "morning": 142.25, "afternoon": 128.75}[session[c["childid"]]] * (0.55 if c["fundedplace"] else 1), 2)  # fmt: skip
            paid = first + timedelta(days=draw.choice((2, 5, 9, 11, 13, 16, 24, 38)))
            unpaid = draw.random() < (0.3 if year == 2025 and month > 4 else 0.015) or paid > _LAST
            fees.append({"feeid": len(fees) + 1, "childid": c["childid"], "feemonth": first.isoformat(), "amount": amount, "duedate": (first + timedelta(days=14)).isoformat(), "paiddate": None if unpaid else paid.isoformat(), "paymethod": None if unpaid else draw.choices(("direct debit", "card", "childcare voucher"), (5, 2, 2))[0]})  # fmt: skip
    accidents: list[Row] = []
    when = sorted(draw.randint(0, (_LAST - date(2023, 9, 4)).days) for _ in range(210))
    for offset in when:
        on = date(2023, 9, 4) + timedelta(days=offset)
        on -= timedelta(days=max(0, on.weekday() - 4))
        child = draw.choice([c for c in children if c["joindate"] <= on.isoformat() <= (c["leavedate"] or "9999")])
        accidents.append({"accidentid": len(accidents) + 1, "childid": child["childid"], "reportedby": draw.choices((3, 4, 5, 6, 8, 9), (2, 3, 4, 2, 3, 5))[0], "happenedon": on.isoformat(), "place": draw.choices(("garden", "playroom", "bathroom", "outing"), (6, 5, 2, 1))[0], "injury": draw.choices(("bump", "graze", "bite", "cut"), (5, 4, 2, 2))[0], "parentinformed": int(draw.random() < 0.93)})  # fmt: skip
    return {"staff": staff, "room": rooms, "diet": [{"dietcode": c, "dietname": n} for c, n in _DIETS], "child": children, "guardian": guardians, "childguardian": links, "attendance": register, "fee": fees, "accident": accidents}  # fmt: skip


_NOW = "leavedate IS NULL"
_CR = "FROM child c JOIN room r USING (roomid)"
_AC = "FROM attendance a JOIN child c USING (childid) JOIN room r USING (roomid)"
_XC = "FROM accident x JOIN child c USING (childid) JOIN room r USING (roomid)"

QUESTIONS = (
    Asked("how many children are with us at the moment", f"SELECT count(*) FROM child WHERE {_NOW}"),
    Asked("current children per room", f"SELECT roomname, count(*) {_CR} WHERE {_NOW} GROUP BY 1"),
    Asked("boys and girls currently enrolled", f"SELECT sex, count(*) FROM child WHERE {_NOW} GROUP BY 1"),
    Asked("how many places do we have altogether", "SELECT sum(capacity) FROM room"),
    Asked("how many children joined us in 2024", "SELECT count(*) FROM child WHERE joindate LIKE '2024%'"),
    Asked("how many children left in 2024?", "SELECT count(*) FROM child WHERE leavedate LIKE '2024%'"),
    Asked("how many kids currently here are vegetarian", f"SELECT count(*) FROM child JOIN diet USING (dietcode) WHERE dietname = 'Vegetarian' AND {_NOW}"),
    Asked("how many people may collect Ben Savage", "SELECT count(*) FROM childguardian JOIN child USING (childid) WHERE givenname = 'Ben' AND familyname = 'Savage' AND maycollect = 1"),
    Asked("how many of our current children have a funded place", f"SELECT count(*) FROM child WHERE fundedplace = 1 AND {_NOW}"),
    Asked("number of current kids without photo consent", f"SELECT count(*) FROM child WHERE photoconsent = 0 AND {_NOW}"),
    Asked("current children per key worker", f"SELECT fullname, count(*) FROM child JOIN staff ON staffid = keyworkerid WHERE {_NOW} GROUP BY 1"),
    Asked("for how many current children is Jack Tierney the backup", f"SELECT count(*) FROM child JOIN staff ON staffid = backupworkerid WHERE fullname = 'Jack Tierney' AND {_NOW}"),
    Asked("how many children here now have no backup worker", f"SELECT count(*) FROM child WHERE backupworkerid IS NULL AND {_NOW}"),
    Asked("absences last month", "SELECT count(*) FROM attendance WHERE present = 0 AND attdate LIKE '2025-05%'"),
    Asked("absences by reason in 2025", "SELECT absencereason, count(*) FROM attendance WHERE present = 0 AND attdate LIKE '2025%' GROUP BY 1"),
    Asked("attendance rate in percent by room in 2025", "SELECT roomname, 100.0 * sum(present) / count(*) " + _AC + " WHERE attdate LIKE '2025%' GROUP BY 1"),
    Asked("children absent because sick, per month this year", "SELECT substr(attdate, 1, 7) || '-01', count(*) FROM attendance WHERE absencereason = 'sick' AND attdate LIKE '2025%' GROUP BY 1"),
    Asked("how many children were present on 12 March 2025", "SELECT count(*) FROM attendance WHERE present = 1 AND attdate = '2025-03-12'"),
    Asked("children present yesterday by session", "SELECT session, count(*) FROM attendance WHERE present = 1 AND attdate = '2025-06-23' GROUP BY 1"),
    Asked("how many late pickups in the last 30 days", "SELECT count(*) FROM attendance WHERE latepickupmins > 0 AND attdate BETWEEN '2025-05-25' AND '2025-06-23'"),
    Asked("how many of the children currently here have only one guardian", f"SELECT count(*) FROM (SELECT childid FROM child JOIN childguardian USING (childid) WHERE {_NOW} GROUP BY 1 HAVING count(*) = 1)"),
    Asked("top 3 children by total late pickup minutes", "SELECT givenname || ' ' || familyname, sum(latepickupmins) FROM attendance JOIN child USING (childid) GROUP BY childid ORDER BY 2 DESC LIMIT 3"),
    Asked("total fees charged for 2024", "SELECT sum(amount) FROM fee WHERE feemonth LIKE '2024%'"),
    Asked("fees charged per fee month in 2025", "SELECT feemonth, sum(amount) FROM fee WHERE feemonth LIKE '2025%' GROUP BY 1"),
    Asked("how much in fees is still unpaid", "SELECT sum(amount) FROM fee WHERE paiddate IS NULL"),
    Asked("how many fees were paid after the due date", "SELECT count(*) FROM fee WHERE paiddate > duedate"),
    Asked("how much money came in from fees paid in may 2025, by payment method", "SELECT paymethod, sum(amount) FROM fee WHERE paiddate LIKE '2025-05%' GROUP BY 1"),
    Asked("average monthly fee for june 2025", "SELECT avg(amount) FROM fee WHERE feemonth = '2025-06-01'"),
    Asked("accidents per month in 2024", "SELECT substr(happenedon, 1, 7) || '-01', count(*) FROM accident WHERE happenedon LIKE '2024%' GROUP BY 1"),
    Asked("accidents so far this year by place", "SELECT place, count(*) FROM accident WHERE happenedon LIKE '2025%' GROUP BY 1"),
    Asked("which type of injury is the most common", "SELECT injury, count(*) FROM accident GROUP BY 1 ORDER BY 2 DESC LIMIT 1"),
    Asked("how many accidents where the parents have not been told", "SELECT count(*) FROM accident WHERE parentinformed = 0"),
    Asked("who reported the most accidents", "SELECT fullname, count(*) FROM accident JOIN staff ON staffid = reportedby GROUP BY 1 ORDER BY 2 DESC LIMIT 1"),
    Asked("current staff by job title", "SELECT jobtitle, count(*) FROM staff WHERE enddate IS NULL GROUP BY 1"),
    Asked("total weekly hours of the staff who still work here", "SELECT sum(weeklyhours) FROM staff WHERE enddate IS NULL"),
    Asked("how many guardians live in Kilbride", "SELECT count(*) FROM guardian WHERE village = 'Kilbride'"),
    Asked("how many staff called in sick last month", None),
    Asked("how many children are on the waiting list", None),
    Asked("what did we spend on food in 2024", None),
    Asked("how satisfied are the parents", None),
)  # fmt: skip


def nursery(seed: int = 73) -> World:
    """The nursery school with its questions."""
    return World("Nursery", TODAY, TABLES, _rows(seed), QUESTIONS)
