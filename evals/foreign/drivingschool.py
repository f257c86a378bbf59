"""A driving school in Somerset: full English names with declared keys. Lessons are completed, cancelled (no fee) or a no show
(fee charged all the same); a car's transmission is M for manual or A for automatic; a pupil is learning, passed or stopped;
tests end in Pass or Fail and count minor faults. Payments are what pupils hand over, in blocks, apart from the lesson fees."""

import random
from datetime import date, timedelta

from evals.foreign.world import Asked, Row, World

_FIRST, TODAY = date(2023, 2, 1), date(2025, 11, 12)
_LAST = TODAY - timedelta(days=1)

TABLES = {
    "areas": "area_id INTEGER PRIMARY KEY, area_name TEXT NOT NULL, miles_from_office REAL",
    "instructors": "instructor_id INTEGER PRIMARY KEY, full_name TEXT NOT NULL, mobile TEXT, joined_on TEXT NOT NULL, left_on TEXT",
    "cars": "car_id INTEGER PRIMARY KEY, registration TEXT NOT NULL, make TEXT NOT NULL, model TEXT NOT NULL, transmission TEXT NOT NULL, "
    "bought_on TEXT, purchase_price NUMERIC(10,2)",
    "pupils": "pupil_id INTEGER PRIMARY KEY, full_name TEXT NOT NULL, date_of_birth TEXT, area_id INTEGER NOT NULL REFERENCES areas(area_id), "
    "enrolled_on TEXT NOT NULL, status TEXT NOT NULL, heard_about_us TEXT",
    "lessons": "lesson_id INTEGER PRIMARY KEY, pupil_id INTEGER NOT NULL REFERENCES pupils(pupil_id), "
    "instructor_id INTEGER NOT NULL REFERENCES instructors(instructor_id), car_id INTEGER NOT NULL REFERENCES cars(car_id), lesson_date TEXT NOT NULL, "
    "lesson_type TEXT NOT NULL, duration_hours REAL NOT NULL, fee NUMERIC(8,2), miles_driven REAL, status TEXT NOT NULL",
    "test_centres": "test_centre_id INTEGER PRIMARY KEY, centre_name TEXT NOT NULL, postcode TEXT",
    "driving_tests": "driving_test_id INTEGER PRIMARY KEY, pupil_id INTEGER NOT NULL REFERENCES pupils(pupil_id), "
    "instructor_id INTEGER NOT NULL REFERENCES instructors(instructor_id), test_centre_id INTEGER NOT NULL REFERENCES test_centres(test_centre_id), "
    "test_date TEXT NOT NULL, attempt_number INTEGER NOT NULL, result TEXT NOT NULL, minor_faults INTEGER NOT NULL",
    "payments": "payment_id INTEGER PRIMARY KEY, pupil_id INTEGER NOT NULL REFERENCES pupils(pupil_id), paid_on TEXT NOT NULL, "
    "amount NUMERIC(10,2) NOT NULL, payment_method TEXT NOT NULL",
}

_AREAS = (
    ("Bridgwater", 0.8),
    ("North Petherton", 3.4),
    ("Burnham-on-Sea", 9.1),
    ("Glastonbury", 15.2),
    ("Langport", 12.6),
    ("Watchet", 17.9),
)
_STAFF = (
    ("Gary Holt", "2019-03-04", None),
    ("Sandra Pike", "2020-09-14", None),
    ("Imran Aziz", "2021-06-01", None),
    ("Bev Coombes", "2018-01-15", "2024-08-30"),
    ("Rhys Llewellyn", "2023-05-22", None),
    ("Tina Maddox", "2024-07-01", None),
)
_CARS = (
    ("WX20 KLM", "Ford", "Fiesta", "M", "2020-06-11", 13450.0),
    ("WV21 OTB", "Vauxhall", "Corsa", "M", "2021-04-19", 14180.0),
    ("WX71 HGE", "Toyota", "Yaris", "A", "2021-11-02", 17995.0),
    ("WA19 PDC", "Renault", "Clio", "M", "2019-02-27", 11200.0),
    ("WN23 RFJ", "Toyota", "Yaris", "A", "2023-05-15", 19640.0),
    ("WK73 ZUY", "Peugeot", "208", "M", "2023-10-06", 18325.0),
)
_FORENAMES = (
    "Aisha",
    "Ben",
    "Callum",
    "Daisy",
    "Ellie",
    "Freya",
    "George",
    "Harvey",
    "Isla",
    "Jayden",
    "Keira",
    "Lewis",
    "Megan",
    "Niamh",
    "Oscar",
    "Poppy",
)
_SURNAMES = (
    "Atkins",
    "Baker",
    "Chilcott",
    "Dyer",
    "Eastwood",
    "Fry",
    "Gillard",
    "Hawkins",
    "Inder",
    "Jeanes",
    "Kidner",
    "Loveridge",
    "Meaker",
    "Norris",
)
_KINDS = ("Standard", "Motorway", "Night driving", "Mock test", "Refresher")
_RATE = {"Standard": 36, "Motorway": 41, "Night driving": 39, "Mock test": 44, "Refresher": 38}


def _instructor(draw: random.Random, usual: int, day: date) -> int:
    """The usual one, if working there on the day, or somebody else who is."""
    here = [i for i, (_, came, left) in enumerate(_STAFF, 1) if came <= day.isoformat() <= (left or "9999")]
    return usual if usual in here and draw.random() < 0.9 else draw.choice(here)


def _rows(seed: int) -> dict[str, list[Row]]:
    draw = random.Random(seed)
    areas: list[Row] = [{"area_id": i, "area_name": n, "miles_from_office": m} for i, (n, m) in enumerate(_AREAS, 1)]
    instructors: list[Row] = [
        {
            "instructor_id": i,
            "full_name": n,
            "mobile": f"07{draw.randint(700, 999)} {draw.randint(100000, 999999)}",
            "joined_on": came,
            "left_on": left,
        }
        for i, (n, came, left) in enumerate(_STAFF, 1)
    ]
    cars: list[Row] = [
        {"car_id": i, "registration": r, "make": a, "model": b, "transmission": t, "bought_on": d, "purchase_price": p}
        for i, (r, a, b, t, d, p) in enumerate(_CARS, 1)
    ]
    centres: list[Row] = [
        {"test_centre_id": i, "centre_name": n, "postcode": p}
        for i, (n, p) in enumerate((("Taunton", "TA2 8RX"), ("Yeovil", "BA20 2HP"), ("Weston", "BS23 3UJ")), 1)
    ]
    pupils: list[Row] = []
    lessons: list[Row] = []
    tests: list[Row] = []
    payments: list[Row] = []
    names = draw.sample([f"{a} {b}" for a in _FORENAMES for b in _SURNAMES], 210)
    starts = sorted(_FIRST + timedelta(days=draw.randint(0, (_LAST - _FIRST).days - 5)) for _ in names)
    for number, (name, enrolled) in enumerate(zip(names, starts, strict=True), 1):
        born = enrolled - timedelta(
            days=draw.choices((6230, 6700, 7800, 10400, 14000), (8, 6, 3, 2, 1))[0] + draw.randint(0, 340)
        )
        usual, base, balance, attempt, status = draw.randint(1, len(_STAFF)), draw.choice((0, 1, 2)), 0.0, 0, "learning"
        wanted, day, done, next_test = (
            draw.randint(6, 24),
            enrolled + timedelta(days=draw.randint(1, 12)),
            0,
            draw.randint(9, 16),
        )
        while day <= _LAST and done < wanted and status != "passed":
            teacher = _instructor(draw, usual, day)
            owned = [i for i, car in enumerate(_CARS, 1) if car[4] <= day.isoformat()]
            car = teacher if teacher in owned and draw.random() < 0.9 else draw.choice(owned)
            kind = draw.choices(_KINDS, (14, 2, 2, 2, 1))[0]
            hours = draw.choices((1.0, 1.5, 2.0), (5, 4, 3))[0]
            state = draw.choices(("completed", "cancelled", "no show"), (88, 9, 3))[0]
            fee = None if state == "cancelled" else round((_RATE[kind] + 2 * (day.year - 2023)) * hours, 2)
            lessons.append(
                {
                    "pupil_id": number,
                    "instructor_id": teacher,
                    "car_id": car,
                    "lesson_date": day.isoformat(),
                    "lesson_type": kind,
                    "duration_hours": hours,
                    "fee": fee,
                    "miles_driven": round(hours * draw.uniform(12, 26), 1) if state == "completed" else None,
                    "status": state,
                }
            )
            done += state == "completed"
            balance -= fee or 0
            if balance < 0:
                block = draw.choice((180, 220, 250, 340, 360, 380, 500)) if draw.random() < 0.7 else round(-balance, 2)
                balance += block
                how = draw.choices(("Card", "Bank transfer", "Cash"), (6, 4, 2))[0]
                payments.append(
                    {"pupil_id": number, "paid_on": day.isoformat(), "amount": float(block), "payment_method": how}
                )
            day += timedelta(days=draw.choices((4, 7, 8, 14, 21), (2, 6, 3, 3, 1))[0])
            if done >= next_test and day <= _LAST:
                attempt += 1
                next_test = done + draw.randint(3, 5)
                passed = draw.random() < 0.47 + 0.03 * (teacher % 3)
                tests.append(
                    {
                        "pupil_id": number,
                        "instructor_id": teacher,
                        "test_centre_id": draw.choices((1, 2, 3), ((6, 1, 2), (2, 5, 1), (2, 1, 5))[base])[0],
                        "test_date": day.isoformat(),
                        "attempt_number": attempt,
                        "result": "Pass" if passed else "Fail",
                        "minor_faults": draw.randint(0, 9) if passed else draw.randint(3, 17),
                    }
                )
                status = "passed" if passed else status
                day += timedelta(days=draw.randint(3, 14))
        if status != "passed" and day <= _LAST - timedelta(days=30):
            status = "stopped"
        heard = draw.choices(("Google", "Friend", "Facebook", "Leaflet", None), (6, 7, 4, 2, 2))[0]
        pupils.append(
            {
                "pupil_id": number,
                "full_name": name,
                "date_of_birth": born.isoformat(),
                "area_id": draw.choices(range(1, 7), (9, 4, 5, 3, 2, 2))[0],
                "enrolled_on": enrolled.isoformat(),
                "status": status,
                "heard_about_us": heard,
            }
        )
    found: dict[str, list[Row]] = {
        "areas": areas,
        "instructors": instructors,
        "cars": cars,
        "pupils": pupils,
        "test_centres": centres,
    }
    for table, key, when, rows in (
        ("lessons", "lesson_id", "lesson_date", lessons),
        ("driving_tests", "driving_test_id", "test_date", tests),
        ("payments", "payment_id", "paid_on", payments),
    ):
        found[table] = [{key: i, **row} for i, row in enumerate(sorted(rows, key=lambda row: row[when]), 1)]
    return found


_LE = (
    "FROM lessons l JOIN pupils p ON p.pupil_id = l.pupil_id JOIN areas a ON a.area_id = p.area_id "
    "JOIN instructors i ON i.instructor_id = l.instructor_id JOIN cars c ON c.car_id = l.car_id"
)
_TE = "FROM driving_tests t JOIN test_centres c ON c.test_centre_id = t.test_centre_id JOIN instructors i ON i.instructor_id = t.instructor_id"
_PA = "FROM payments y JOIN pupils p ON p.pupil_id = y.pupil_id JOIN areas a ON a.area_id = p.area_id"

QUESTIONS = (
    Asked("how many pupils have we ever had?", "SELECT count(*) FROM pupils"),
    Asked("how many are still learning?", "SELECT count(*) FROM pupils WHERE status = 'learning'"),
    Asked(
        "pupils by area", "SELECT a.area_name, count(*) FROM pupils p JOIN areas a ON a.area_id = p.area_id GROUP BY 1"
    ),
    Asked("how many pupils found us on facebook", "SELECT count(*) FROM pupils WHERE heard_about_us = 'Facebook'"),
    Asked(
        "how many pupils where we don't know how they heard about us?",
        "SELECT count(*) FROM pupils WHERE heard_about_us IS NULL",
    ),
    Asked(
        "new pupils per month in 2024",
        "SELECT substr(enrolled_on, 1, 7) || '-01', count(*) FROM pupils WHERE enrolled_on LIKE '2024%' GROUP BY 1",
    ),
    Asked("how many pupils enrolled last month?", "SELECT count(*) FROM pupils WHERE enrolled_on LIKE '2025-10%'"),
    Asked("how many instructors are still with us", "SELECT count(*) FROM instructors WHERE left_on IS NULL"),
    Asked(
        "completed lessons last month?",
        "SELECT count(*) FROM lessons WHERE status = 'completed' AND lesson_date LIKE '2025-10%'",
    ),
    Asked(
        "how many no shows this year",
        "SELECT count(*) FROM lessons WHERE status = 'no show' AND lesson_date LIKE '2025%'",
    ),
    Asked("what % of all lessons get cancelled?", "SELECT 100.0 * sum(status = 'cancelled') / count(*) FROM lessons"),
    Asked(
        "hours of completed lessons by instructor in 2024",
        f"SELECT i.full_name, sum(l.duration_hours) {_LE} WHERE l.status = 'completed' AND l.lesson_date LIKE '2024%' GROUP BY 1",
    ),
    Asked(
        "how many completed lessons did gary holt do in june 2025?",
        f"SELECT count(*) {_LE} WHERE i.full_name = 'Gary Holt' AND l.status = 'completed' AND l.lesson_date LIKE '2025-06%'",
    ),
    Asked("total lesson fees last month", "SELECT sum(fee) FROM lessons WHERE lesson_date LIKE '2025-10%'"),
    Asked(
        "lesson fees per month this year",
        "SELECT substr(lesson_date, 1, 7) || '-01', sum(fee) FROM lessons WHERE lesson_date LIKE '2025%' GROUP BY 1",
    ),
    Asked("average fee for a motorway lesson?", "SELECT avg(fee) FROM lessons WHERE lesson_type = 'Motorway'"),
    Asked(
        "fees by type of lesson in 2024",
        "SELECT lesson_type, sum(fee) FROM lessons WHERE lesson_date LIKE '2024%' GROUP BY 1",
    ),
    Asked(
        "miles per car this year, by reg",
        f"SELECT c.registration, sum(l.miles_driven) {_LE} WHERE l.lesson_date LIKE '2025%' GROUP BY 1",
    ),
    Asked(
        "how many miles have the automatics done in lessons altogether?",
        f"SELECT sum(l.miles_driven) {_LE} WHERE c.transmission = 'A'",
    ),
    Asked(
        "which area gives us the most completed lesson hours?",
        f"SELECT a.area_name, sum(l.duration_hours) {_LE} WHERE l.status = 'completed' GROUP BY 1 ORDER BY 2 DESC LIMIT 1",
    ),
    Asked("no shows by area, all time", f"SELECT a.area_name, count(*) {_LE} WHERE l.status = 'no show' GROUP BY 1"),
    Asked(
        "how many different pupils had a completed lesson with sandra pike in 2025",
        f"SELECT count(DISTINCT l.pupil_id) {_LE} WHERE i.full_name = 'Sandra Pike' AND l.status = 'completed' AND l.lesson_date LIKE '2025%'",
    ),
    Asked(
        "top 3 pupils by how much they've paid us",
        f"SELECT p.full_name, sum(y.amount) {_PA} GROUP BY p.pupil_id ORDER BY 2 DESC LIMIT 3",
    ),
    Asked(
        "payments by method in 2024, in pounds",
        "SELECT payment_method, sum(amount) FROM payments WHERE paid_on LIKE '2024%' GROUP BY 1",
    ),
    Asked(
        "how much cash have we been paid this year?",
        "SELECT sum(amount) FROM payments WHERE payment_method = 'Cash' AND paid_on LIKE '2025%'",
    ),
    Asked("average payment since march", "SELECT avg(amount) FROM payments WHERE paid_on >= '2025-03-01'"),
    Asked("how much have pupils paid by area", f"SELECT a.area_name, sum(y.amount) {_PA} GROUP BY 1"),
    Asked("how many tests in 2024?", "SELECT count(*) FROM driving_tests WHERE test_date LIKE '2024%'"),
    Asked("passes by test centre", f"SELECT c.centre_name, count(*) {_TE} WHERE t.result = 'Pass' GROUP BY 1"),
    Asked(
        "pass rate at yeovil in percent",
        f"SELECT 100.0 * sum(t.result = 'Pass') / count(*) {_TE} WHERE c.centre_name = 'Yeovil'",
    ),
    Asked(
        "pass rate by instructor, percent, all time",
        f"SELECT i.full_name, 100.0 * sum(t.result = 'Pass') / count(*) {_TE} GROUP BY 1",
    ),
    Asked(
        "how many passed first time?", "SELECT count(*) FROM driving_tests WHERE result = 'Pass' AND attempt_number = 1"
    ),
    Asked("average minors on a passed test", "SELECT avg(minor_faults) FROM driving_tests WHERE result = 'Pass'"),
    Asked(
        "how many failed tests this year per instructor",
        f"SELECT i.full_name, count(*) {_TE} WHERE t.result = 'Fail' AND t.test_date LIKE '2025%' GROUP BY 1",
    ),
    Asked("what did the cars cost us to buy, all in?", "SELECT sum(purchase_price) FROM cars"),
    Asked("dearest toyota we bought, price?", "SELECT max(purchase_price) FROM cars WHERE make = 'Toyota'"),
    Asked("how much rent do we pay on the office?", None),
    Asked("whats our google star rating", None),
    Asked("how many days holiday has gary got left?", None),
    Asked("how many website visits did we get last month", None),
)


def drivingschool(seed: int = 412) -> World:
    """The driving school with its questions."""
    return World("Driving school", TODAY, TABLES, _rows(seed), QUESTIONS)
