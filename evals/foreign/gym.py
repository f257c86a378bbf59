"""A chain of gyms: "tbl_" before every table, abbreviations, keys that nobody declared, days first in dates, codes for
states with a table that spells them out. Asked once before the draft had seen it."""

import random
from datetime import date, timedelta

from evals.foreign.world import Asked, Row, World

_FIRST, _LAST, TODAY = date(2023, 1, 2), date(2025, 5, 31), date(2025, 6, 2)
_FIRST_NAMES = ("Jo", "Sam", "Ida", "Omar", "Lena", "Kofi", "Mia", "Tom", "Priya", "Nils")
_LAST_NAMES = ("Ward", "Stone", "Okoro", "Lund", "Patel", "Fry", "Berg", "Costa")

TABLES = {
    "tbl_site": "site_id INTEGER PRIMARY KEY, site_nm TEXT, twn TEXT, sq_m INTEGER",
    "tbl_mbr_sts": "sts_cd TEXT PRIMARY KEY, sts_desc TEXT",
    "tbl_plan": "plan_id INTEGER PRIMARY KEY, plan_nm TEXT, mthly_fee REAL",
    "tbl_cust": "cust_id INTEGER PRIMARY KEY, fname TEXT, lname TEXT, dob TEXT, gender TEXT, join_dt TEXT, sts_cd TEXT, plan_id INTEGER, site_id INTEGER, newsletter_yn TEXT",
    "tbl_trainer": "trainer_id INTEGER PRIMARY KEY, trainer_nm TEXT, site_id INTEGER, hrly_rate REAL",
    "tbl_cls": "cls_id INTEGER PRIMARY KEY, cls_nm TEXT, trainer_id INTEGER, cls_dt TEXT, max_places INTEGER, duration_min INTEGER",
    "tbl_cls_bkg": "bkg_id INTEGER PRIMARY KEY, cls_id INTEGER, cust_id INTEGER, attended_yn TEXT",
    "tbl_visit": "visit_id INTEGER PRIMARY KEY, cust_id INTEGER, site_id INTEGER, visit_dt TEXT, mins_spent INTEGER",
    "tbl_pmt": "pmt_id INTEGER PRIMARY KEY, cust_id INTEGER, pmt_dt TEXT, amt REAL, pmt_mthd TEXT",
}  # fmt: skip


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"


def _rows(seed: int) -> dict[str, list[Row]]:
    draw = random.Random(seed)
    span = (_LAST - _FIRST).days
    sites = [{"site_id": i, "site_nm": n, "twn": t, "sq_m": m} for i, (n, t, m) in enumerate((("Riverside Gym", "Leeds", 900), ("Arena", "York", 1400), ("The Vault", "Leeds", 650), ("Quayside", "Hull", 800)), 1)]  # fmt: skip
    states = [{"sts_cd": c, "sts_desc": d} for c, d in (("A", "Active"), ("F", "Frozen"), ("C", "Cancelled"))]
    plans = [{"plan_id": i, "plan_nm": n, "mthly_fee": f} for i, (n, f) in enumerate((("Off-peak", 19.0), ("Standard", 32.5), ("Premium", 54.0), ("Student", 22.0)), 1)]  # fmt: skip
    members: list[Row] = [
        {"cust_id": i, "fname": draw.choice(_FIRST_NAMES), "lname": draw.choice(_LAST_NAMES) + f"-{i}", "dob": _day(date(1950 + draw.randint(0, 55), draw.randint(1, 12), draw.randint(1, 28))), "gender": draw.choices(("F", "M", "X"), (5, 5, 1))[0], "join_dt": _day(_FIRST + timedelta(days=draw.randint(0, span - 40))), "sts_cd": draw.choices(("A", "F", "C"), (7, 1, 2))[0], "plan_id": draw.choices((1, 2, 3, 4), (2, 5, 2, 1))[0], "site_id": draw.choices((1, 2, 3, 4), (4, 3, 2, 1))[0], "newsletter_yn": draw.choice("YN")}
        for i in range(1, 421)
    ]  # fmt: skip
    trainers = [{"trainer_id": i, "trainer_nm": n, "site_id": 1 + i % 4, "hrly_rate": 18.0 + 1.5 * (i % 5)} for i, n in enumerate(("Dana Cole", "Finn Hart", "Ravi Shah", "Elsa Moe", "Gus Lane", "Ola Dahl"), 1)]  # fmt: skip
    classes: list[Row] = []
    bookings: list[Row] = []
    for i in range(1, 601):
        name, minutes = draw.choice((("Spin", 45), ("Yoga", 60), ("Pilates", 55), ("Boxing", 50), ("Zumba", 45)))
        classes.append({"cls_id": i, "cls_nm": name, "trainer_id": draw.randint(1, 6), "cls_dt": _day(_FIRST + timedelta(days=draw.randint(0, span))), "max_places": draw.choice((12, 16, 20)), "duration_min": minutes})  # fmt: skip
        for member in draw.sample(range(1, 421), draw.randint(2, 10)):
            bookings.append({"bkg_id": len(bookings) + 1, "cls_id": i, "cust_id": member, "attended_yn": draw.choices("YN", (8, 2))[0]})  # fmt: skip
    visits: list[Row] = [{"visit_id": i, "cust_id": min(int(draw.expovariate(0.008)) + 1, 420), "site_id": draw.choices((1, 2, 3, 4), (4, 3, 2, 1))[0], "visit_dt": _day(_FIRST + timedelta(days=draw.randint(0, span))), "mins_spent": draw.randint(15, 120)} for i in range(1, 5001)]  # fmt: skip
    payments: list[Row] = [{"pmt_id": i, "cust_id": draw.randint(1, 420), "pmt_dt": _day(_FIRST + timedelta(days=draw.randint(0, span))), "amt": draw.choice((19.0, 32.5, 54.0, 22.0, 10.0)), "pmt_mthd": draw.choices(("Card", "Direct debit", "Cash"), (3, 6, 1))[0]} for i in range(1, 3001)]  # fmt: skip
    return {"tbl_site": sites, "tbl_mbr_sts": states, "tbl_plan": plans, "tbl_cust": members, "tbl_trainer": trainers, "tbl_cls": classes, "tbl_cls_bkg": bookings, "tbl_visit": visits, "tbl_pmt": payments}  # fmt: skip


_JOINED = "tbl_visit v JOIN tbl_cust c USING (cust_id)"

QUESTIONS = (
    Asked("how many customers do we have", "SELECT count(*) FROM tbl_cust"),
    Asked("how many active customers", "SELECT count(*) FROM tbl_cust WHERE sts_cd = 'A'"),
    Asked("how many customers are frozen", "SELECT count(*) FROM tbl_cust WHERE sts_cd = 'F'"),
    Asked("customers by status", "SELECT sts_desc, count(*) FROM tbl_cust JOIN tbl_mbr_sts USING (sts_cd) GROUP BY 1"),
    Asked("how many people are on the Premium plan?", "SELECT count(*) FROM tbl_cust JOIN tbl_plan USING (plan_id) WHERE plan_nm = 'Premium'"),
    Asked("customers per plan", "SELECT plan_nm, count(*) FROM tbl_cust JOIN tbl_plan USING (plan_id) GROUP BY 1"),
    Asked("how many customers joined in 2024", "SELECT count(*) FROM tbl_cust WHERE substr(join_dt, 7) = '2024'"),
    Asked("new customers per month in 2024", "SELECT substr(join_dt, 7, 4) || '-' || substr(join_dt, 4, 2) || '-01', count(*) FROM tbl_cust WHERE substr(join_dt, 7) = '2024' GROUP BY 1"),
    Asked("visits last month", "SELECT count(*) FROM tbl_visit WHERE substr(visit_dt, 4) = '05/2025'"),
    Asked("number of visits by site", "SELECT site_nm, count(*) FROM tbl_visit JOIN tbl_site USING (site_id) GROUP BY 1"),
    Asked("which site had the most visits in 2024?", "SELECT site_nm, count(*) FROM tbl_visit JOIN tbl_site USING (site_id) WHERE substr(visit_dt, 7) = '2024' GROUP BY 1 ORDER BY 2 DESC LIMIT 1"),
    Asked("how many visits did we have in Leeds in march 2025", "SELECT count(*) FROM tbl_visit JOIN tbl_site USING (site_id) WHERE twn = 'Leeds' AND substr(visit_dt, 4) = '03/2025'"),
    Asked("how long does a visit take on average", "SELECT avg(mins_spent) FROM tbl_visit"),
    Asked("average minutes spent per visit by site", "SELECT site_nm, avg(mins_spent) FROM tbl_visit JOIN tbl_site USING (site_id) GROUP BY 1"),
    Asked("total payments in 2024", "SELECT sum(amt) FROM tbl_pmt WHERE substr(pmt_dt, 7) = '2024'"),
    Asked("how much money did we take in january 2025", "SELECT sum(amt) FROM tbl_pmt WHERE substr(pmt_dt, 4) = '01/2025'"),
    Asked("payment amount by payment method", "SELECT pmt_mthd, sum(amt) FROM tbl_pmt GROUP BY 1"),
    Asked("how many payments were in cash", "SELECT count(*) FROM tbl_pmt WHERE pmt_mthd = 'Cash'"),
    Asked("payments by month this year", "SELECT substr(pmt_dt, 7, 4) || '-' || substr(pmt_dt, 4, 2) || '-01', count(*) FROM tbl_pmt WHERE substr(pmt_dt, 7) = '2025' GROUP BY 1"),
    Asked("average payment", "SELECT avg(amt) FROM tbl_pmt"),
    Asked("how many yoga classes did we run in 2024", "SELECT count(*) FROM tbl_cls WHERE cls_nm = 'Yoga' AND substr(cls_dt, 7) = '2024'"),
    Asked("classes per trainer", "SELECT trainer_nm, count(*) FROM tbl_cls JOIN tbl_trainer USING (trainer_id) GROUP BY 1"),
    Asked("who taught the most classes", "SELECT trainer_nm, count(*) FROM tbl_cls JOIN tbl_trainer USING (trainer_id) GROUP BY 1 ORDER BY 2 DESC LIMIT 1"),
    Asked("how many bookings does each class type have", None),
    Asked("bookings by class name", "SELECT cls_nm, count(*) FROM tbl_cls_bkg JOIN tbl_cls USING (cls_id) GROUP BY 1"),
    Asked("how many bookings were attended", "SELECT count(*) FROM tbl_cls_bkg WHERE attended_yn = 'Y'"),
    Asked("class bookings not attended by trainer", "SELECT trainer_nm, count(*) FROM tbl_cls_bkg JOIN tbl_cls USING (cls_id) JOIN tbl_trainer USING (trainer_id) WHERE attended_yn = 'N' GROUP BY 1"),
    Asked("how many women are members", None),
    Asked("customers by gender", "SELECT gender, count(*) FROM tbl_cust GROUP BY 1"),
    Asked("average hourly rate of trainers", "SELECT avg(hrly_rate) FROM tbl_trainer"),
    Asked("how many trainers work at the Arena", "SELECT count(*) FROM tbl_trainer JOIN tbl_site USING (site_id) WHERE site_nm = 'Arena'"),
    Asked("average duration of classes by class name", "SELECT cls_nm, avg(duration_min) FROM tbl_cls GROUP BY 1"),
    Asked("what is the monthly fee of the Student plan", "SELECT mthly_fee FROM tbl_plan WHERE plan_nm = 'Student'"),
    Asked("top 5 customers by number of visits", "SELECT fname || ' ' || lname, count(*) FROM tbl_visit JOIN tbl_cust USING (cust_id) GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 5"),
    Asked("visits of premium customers by site", "SELECT site_nm, count(*) FROM tbl_visit v JOIN tbl_site s USING (site_id) JOIN tbl_cust c USING (cust_id) JOIN tbl_plan p USING (plan_id) WHERE plan_nm = 'Premium' GROUP BY 1"),
    Asked("how many customers get the newsletter", "SELECT count(*) FROM tbl_cust WHERE newsletter_yn = 'Y'"),
    Asked("how many sites do we have", "SELECT count(*) FROM tbl_site"),
    Asked("total places in boxing classes in 2024", "SELECT sum(max_places) FROM tbl_cls WHERE cls_nm = 'Boxing' AND substr(cls_dt, 7) = '2024'"),
    Asked("how many customers cancelled in 2024", None),
    Asked("how many lockers are broken", None),
    Asked("profit by site", None),
    Asked("visits in 2024 versus 2023 by town", "SELECT twn, count(*) FROM tbl_visit JOIN tbl_site USING (site_id) WHERE substr(visit_dt, 7) = '2024' GROUP BY 1"),
)  # fmt: skip


def gym(seed: int = 41) -> World:
    """The gyms with their questions."""
    return World("Gym", TODAY, TABLES, _rows(seed), QUESTIONS)
