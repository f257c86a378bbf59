"""A phone repair counter whose till program abbreviates everything; no keys declared, Y/N flags, money in cents (`_ct`).

A ticket goes RECEIVED, WAIT PARTS, READY, COLLECTED, or CANCELLED. Figures of money are expected in dollars.
"""

import random
from datetime import date, timedelta

from evals.foreign.world import Asked, Row, World

_FIRST, TODAY = date(2023, 6, 1), date(2025, 11, 12)

TABLES = {
    "cust": "cust_id INTEGER PRIMARY KEY, cust_nm TEXT, tel TEXT, eml TEXT, biz_flg CHAR(1), crt_dt TEXT",
    "tch": "tch_id INTEGER PRIMARY KEY, tch_nm TEXT, act_flg CHAR(1)",
    "sup": "sup_id INTEGER PRIMARY KEY, sup_nm TEXT, ctry TEXT, lead_dys INTEGER",
    "prt": "prt_no TEXT PRIMARY KEY, prt_desc TEXT, cat TEXT, sup_id INTEGER, cost_ct INTEGER, price_ct INTEGER, qty_oh INTEGER, min_qty INTEGER",
    "tkt": "tkt_no INTEGER PRIMARY KEY, cust_id INTEGER, tch_id INTEGER, brand TEXT, model TEXT, fault TEXT, recv_dt TEXT, prom_dt TEXT, rdy_dt TEXT, pckup_dt TEXT, stat TEXT, labor_ct INTEGER, tot_ct INTEGER, paid_dt TEXT, pay_mthd TEXT, wrnty_end_dt TEXT",
    "tkt_prt": "tkt_no INTEGER, ln_no INTEGER, prt_no TEXT, qty INTEGER, price_ct INTEGER, PRIMARY KEY (tkt_no, ln_no)",
    "po": "po_no INTEGER PRIMARY KEY, sup_id INTEGER, prt_no TEXT, ord_dt TEXT, recv_dt TEXT, qty INTEGER, unit_cost_ct INTEGER",
    "wrnty_clm": "clm_no INTEGER PRIMARY KEY, tkt_no INTEGER, clm_dt TEXT, reason TEXT, outcome TEXT, clsd_dt TEXT",
}  # fmt: skip

_PHONES = {
    "Apple": ("iPhone 11", "iPhone 12", "iPhone 13", "iPhone 14 Pro", "iPhone SE"),
    "Samsung": ("Galaxy S21", "Galaxy S22", "Galaxy A54", "Galaxy S23"),
    "Google": ("Pixel 6", "Pixel 7a"),
    "Xiaomi": ("Redmi Note 12", "Mi 11"),
    "OnePlus": ("Nord 2", "9 Pro"),
}
_FAULTS = {
    "Cracked screen": ("Screen", 44),
    "Battery": ("Battery", 24),
    "Charging port": ("Charging port", 13),
    "Camera": ("Camera", 7),
    "Water damage": (None, 7),
    "Speaker": ("Speaker", 5),
}
_COST = {
    "Screen": (5500, 17500),
    "Battery": (1400, 3600),
    "Charging port": (700, 2100),
    "Camera": (2600, 7400),
    "Speaker": (600, 1700),
}
_SUPS = (
    ("MobiParts Direct", "USA", 3),
    ("Shenzhen Star Components", "China", 16),
    ("FixSource", "USA", 4),
    ("EuroCell Spares", "Germany", 11),
    ("Pacific Displays", "Taiwan", 13),
)
_TECHS = (("Leo Vance", "Y"), ("Mei Tanaka", "Y"), ("Rashid Karim", "Y"), ("Dana Brooks", "N"), ("Owen Pratt", "Y"))
_FN = (
    "Alice",
    "Brian",
    "Carmen",
    "Doug",
    "Elena",
    "Fred",
    "Gina",
    "Hank",
    "Irma",
    "Jamal",
    "Kira",
    "Luis",
    "Mona",
    "Nick",
    "Olga",
    "Pam",
    "Quinn",
    "Rosa",
    "Steve",
    "Tanya",
    "Umar",
    "Vera",
    "Walt",
    "Yara",
)
_LN = (
    "Adams",
    "Boyd",
    "Cruz",
    "Dalton",
    "Espinoza",
    "Foster",
    "Gupta",
    "Hale",
    "Ingram",
    "Jensen",
    "Khan",
    "Lopez",
    "Morris",
    "Nguyen",
    "Ortiz",
    "Pope",
    "Reyes",
    "Shaw",
    "Tran",
    "Underhill",
    "Vasquez",
    "Wong",
    "Young",
    "Zimmer",
    "Ford",
    "Banks",
)
_FIRMS = (
    "Ridge Courier Co",
    "Lakeview High School",
    "Summit Realty",
    "Bayside Plumbing",
    "Metro Taxi",
    "Delta Insurance Agency",
    "Pine Street Clinic",
    "Crestline Roofing",
    "Union Barbers",
    "Hillcrest Movers",
)


def _rows(seed: int) -> dict[str, list[Row]]:
    draw = random.Random(seed)

    def iso(day: date | None) -> str | None:
        return day.isoformat() if day else None

    sups: list[Row] = [{"sup_id": i, "sup_nm": n, "ctry": c, "lead_dys": d} for i, (n, c, d) in enumerate(_SUPS, 1)]
    prts: list[Row] = []
    for brand, models in _PHONES.items():
        for model in models:
            for cat, (low, high) in _COST.items():
                if cat in ("Camera", "Speaker") and brand not in ("Apple", "Samsung"):
                    continue
                cost = draw.randint(low // 10, high // 10) * 10
                prts.append({"prt_no": f"{brand[:2].upper()}{len(prts) + 101}", "prt_desc": f"{cat} {model}", "cat": cat, "sup_id": draw.choices(range(1, 6), (30, 26, 18, 14, 12))[0], "cost_ct": cost, "price_ct": int(cost * draw.uniform(1.35, 1.9)) // 100 * 100 + 99, "qty_oh": draw.choices((0, 1, 2, draw.randint(3, 9), draw.randint(10, 30)), (6, 7, 9, 50, 28))[0], "min_qty": draw.choice((1, 2, 2, 3))})  # fmt: skip
    fitting = {(p["prt_desc"], p["cat"]): p for p in prts}
    names = _FIRMS + tuple(draw.sample([f"{f} {n}" for f in _FN for n in _LN], 560))
    custs: list[Row] = [{"cust_id": i, "cust_nm": name, "tel": f"555-{draw.randint(1000, 9999)}", "eml": f"c{i}@mail.example" if draw.random() < 0.71 else None, "biz_flg": "Y" if i <= len(_FIRMS) else "N", "crt_dt": ""} for i, name in enumerate(names, 1)]  # fmt: skip
    order = list(range(len(custs)))
    draw.shuffle(order)
    span = (TODAY - _FIRST).days
    days = sorted(_FIRST + timedelta(days=min(span - 1, int(draw.betavariate(1.25, 1.0) * span))) for _ in range(1750))
    tkts: list[Row] = []
    used: list[Row] = []
    seen: list[int] = []
    for day in days:
        while day.weekday() == 6:
            day -= timedelta(days=1)
        if order and (not seen or draw.random() < 0.36):
            who = order.pop()
            custs[who]["crt_dt"] = iso(day)
            seen += [who] * (9 if who < len(_FIRMS) else draw.choice((1, 1, 1, 2, 4)))
        else:
            who = draw.choice(seen)
        brand = draw.choices(list(_PHONES), (52, 29, 8, 7, 4))[0]
        model = draw.choice(_PHONES[brand])
        fault = draw.choices(list(_FAULTS), [w for _, w in _FAULTS.values()])[0]
        cat = _FAULTS[fault][0]
        part = fitting.get((f"{cat} {model}", cat))
        promised = day + timedelta(days=draw.choice((1, 2, 2, 3, 4)))
        took = draw.choices((0, 1, 2, 3, 5, 9, 17), (18, 27, 21, 14, 10, 7, 3))[0]
        ready: date | None = day + timedelta(days=took)
        stat = "CANCELLED" if draw.random() < 0.06 else "COLLECTED"
        if stat != "CANCELLED" and (ready >= TODAY or ((TODAY - day).days < 14 and draw.random() < 0.3)):
            stat, ready = draw.choices(("RECEIVED", "WAIT PARTS"), (45, 55))[0], None
        picked = ready + timedelta(days=int(draw.expovariate(1 / 3.2))) if ready else None
        if stat == "COLLECTED" and (picked is None or picked >= TODAY or draw.random() < 0.018):
            stat, picked = "READY", None
        if stat == "CANCELLED":
            ready = picked = None
        number = 70001 + len(tkts)
        labor = draw.choice((2500, 3500, 3500, 4500, 6000, 9000)) if ready else None
        total = labor
        if ready:
            fitted = [part] if part else []
            if draw.random() < 0.08:
                fitted.append(draw.choice([p for p in prts if p["prt_desc"].endswith(model)]))
            for line, p in enumerate(fitted, 1):
                used.append({"tkt_no": number, "ln_no": line, "prt_no": p["prt_no"], "qty": 1 if draw.random() < 0.96 else 2, "price_ct": p["price_ct"]})  # fmt: skip
                total += used[-1]["qty"] * p["price_ct"]
        tech = (
            None
            if stat == "RECEIVED" and draw.random() < 0.6
            else draw.choices((1, 2, 3, 4, 5), (30, 26, 19, 14 if day < date(2025, 2, 1) else 0, 9))[0]
        )
        tkts.append({"tkt_no": number, "cust_id": custs[who]["cust_id"], "tch_id": tech, "brand": brand, "model": model, "fault": fault, "recv_dt": iso(day), "prom_dt": iso(promised), "rdy_dt": iso(ready), "pckup_dt": iso(picked), "stat": stat, "labor_ct": labor, "tot_ct": total, "paid_dt": iso(picked), "pay_mthd": draw.choices(("CARD", "CASH", "TRANSFER"), (71, 24, 5))[0] if picked else None, "wrnty_end_dt": iso(picked + timedelta(days=180)) if picked and fault != "Water damage" else None})  # fmt: skip
    pos: list[Row] = []
    day = _FIRST
    while day < TODAY:
        part = draw.choice(prts)
        lead = sups[part["sup_id"] - 1]["lead_dys"]
        arrived = day + timedelta(days=max(1, int(draw.gauss(lead + 1.5, 2.2))))
        lost = draw.random() < 0.01
        pos.append({"po_no": 3001 + len(pos), "sup_id": part["sup_id"], "prt_no": part["prt_no"], "ord_dt": iso(day), "recv_dt": iso(arrived) if arrived < TODAY and not lost else None, "qty": draw.choice((2, 3, 5, 5, 10)), "unit_cost_ct": int(part["cost_ct"] * draw.uniform(0.94, 1.08))})  # fmt: skip
        day += timedelta(days=draw.choices((0, 1, 2, 3), (30, 35, 25, 10))[0])
    clms: list[Row] = []
    for tkt in tkts:
        if tkt["wrnty_end_dt"] and draw.random() < 0.075:
            day = date.fromisoformat(tkt["pckup_dt"]) + timedelta(days=int(draw.betavariate(1, 2.2) * 179) + 1)
            if day >= TODAY:
                continue
            closed = day + timedelta(days=draw.randint(0, 20))
            shut = closed < TODAY and draw.random() < 0.97
            clms.append({"tkt_no": tkt["tkt_no"], "clm_dt": iso(day), "reason": draw.choices(("Same fault again", "Part defective", "Dead pixels", "Battery drains"), (40, 28, 18, 14))[0], "outcome": draw.choices(("REPAIRED", "REFUNDED", "REJECTED"), (62, 15, 23))[0] if shut else None, "clsd_dt": iso(closed) if shut else None})  # fmt: skip
    clms = [{"clm_no": 501 + i, **row} for i, row in enumerate(sorted(clms, key=lambda r: r["clm_dt"]))]
    return {
        "cust": [c for c in custs if c["crt_dt"]],
        "tch": [{"tch_id": i, "tch_nm": name, "act_flg": flag} for i, (name, flag) in enumerate(_TECHS, 1)],
        "sup": sups,
        "prt": prts,
        "tkt": tkts,
        "tkt_prt": used,
        "po": pos,
        "wrnty_clm": clms,
    }  # fmt: skip


QUESTIONS = (
    Asked("How many phones are waiting for parts?", "SELECT COUNT(*) FROM tkt WHERE stat = 'WAIT PARTS'"),
    Asked("repair tickets taken in per month, 2024", "SELECT substr(recv_dt, 1, 7) || '-01', COUNT(*) FROM tkt WHERE recv_dt LIKE '2024%' GROUP BY 1"),
    Asked("What faults do we see in 2025? tickets by fault", "SELECT fault, COUNT(*) FROM tkt WHERE recv_dt LIKE '2025%' GROUP BY 1"),
    Asked("how much did customers pay us last month, in dollars", "SELECT SUM(tot_ct) / 100.0 FROM tkt WHERE paid_dt LIKE '2025-10%'"),
    Asked("payments received by month in the first half of 2025, in dollars", "SELECT substr(paid_dt, 1, 7) || '-01', SUM(tot_ct) / 100.0 FROM tkt WHERE paid_dt BETWEEN '2025-01-01' AND '2025-06-30' GROUP BY 1"),
    Asked("Which three brands come in for repair most often?", "SELECT brand, COUNT(*) FROM tkt GROUP BY 1 ORDER BY 2 DESC LIMIT 3"),
    Asked("average number of days from receiving a phone to having it ready, per technician", "SELECT t.tch_nm, AVG(julianday(k.rdy_dt) - julianday(k.recv_dt)) FROM tkt k JOIN tch t ON t.tch_id = k.tch_id WHERE k.rdy_dt IS NOT NULL GROUP BY t.tch_id"),
    Asked("how many repaired phones are ready but have not been collected?", "SELECT COUNT(*) FROM tkt WHERE stat = 'READY'"),
    Asked("Which parts are below their minimum quantity, and how many do we have of each?", "SELECT prt_desc, qty_oh FROM prt WHERE qty_oh < min_qty"),
    Asked("value of all parts on hand at cost, in dollars", "SELECT SUM(qty_oh * cost_ct) / 100.0 FROM prt"),
    Asked("pieces in stock by part category", "SELECT cat, SUM(qty_oh) FROM prt GROUP BY 1"),
    Asked("How many warranty claims were made in 2024?", "SELECT COUNT(*) FROM wrnty_clm WHERE clm_dt LIKE '2024%'"),
    Asked("of the warranty claims that are closed, what percentage was rejected", "SELECT 100.0 * SUM(outcome = 'REJECTED') / COUNT(*) FROM wrnty_clm WHERE clsd_dt IS NOT NULL"),
    Asked("warranty claims not closed yet", "SELECT COUNT(*) FROM wrnty_clm WHERE clsd_dt IS NULL"),
    Asked("tickets received in the third quarter of 2025, per technician", "SELECT t.tch_nm, COUNT(*) FROM tkt k JOIN tch t ON t.tch_id = k.tch_id WHERE k.recv_dt BETWEEN '2025-07-01' AND '2025-09-30' GROUP BY t.tch_id"),
    Asked("How many cracked screens came in during October 2025?", "SELECT COUNT(*) FROM tkt WHERE fault = 'Cracked screen' AND recv_dt LIKE '2025-10%'"),
    Asked("new customers in 2024, counted by quarter", "SELECT substr(crt_dt, 1, 5) || substr('0' || ((CAST(substr(crt_dt, 6, 2) AS INTEGER) - 1) / 3 * 3 + 1), -2) || '-01', COUNT(*) FROM cust WHERE crt_dt LIKE '2024%' GROUP BY 1"),
    Asked("how many business customers do we serve", "SELECT COUNT(*) FROM cust WHERE biz_flg = 'Y'"),
    Asked("Customers with no email on file, how many?", "SELECT COUNT(*) FROM cust WHERE eml IS NULL"),
    Asked("what does a collected repair cost the customer on average, in dollars?", "SELECT AVG(tot_ct) / 100.0 FROM tkt WHERE stat = 'COLLECTED'"),
    Asked("tickets received in 2024 that were cancelled", "SELECT COUNT(*) FROM tkt WHERE stat = 'CANCELLED' AND recv_dt LIKE '2024%'"),
    Asked("How many purchase orders have not arrived yet?", "SELECT COUNT(*) FROM po WHERE recv_dt IS NULL"),
    Asked("how many days do deliveries really take on average from each supplier", "SELECT s.sup_nm, AVG(julianday(p.recv_dt) - julianday(p.ord_dt)) FROM po p JOIN sup s ON s.sup_id = p.sup_id WHERE p.recv_dt IS NOT NULL GROUP BY s.sup_id"),
    Asked("Dollar value of the parts we ordered last year, by supplier", "SELECT s.sup_nm, SUM(p.qty * p.unit_cost_ct) / 100.0 FROM po p JOIN sup s ON s.sup_id = p.sup_id WHERE p.ord_dt LIKE '2024%' GROUP BY s.sup_id"),
    Asked("top 3 parts by number of pieces used in repairs", "SELECT p.prt_desc, SUM(u.qty) FROM tkt_prt u JOIN prt p ON p.prt_no = u.prt_no GROUP BY p.prt_no ORDER BY 2 DESC LIMIT 3"),
    Asked("how many batteries did we use on the tickets received in 2024?", "SELECT SUM(u.qty) FROM tkt_prt u JOIN prt p ON p.prt_no = u.prt_no JOIN tkt k ON k.tkt_no = u.tkt_no WHERE p.cat = 'Battery' AND k.recv_dt LIKE '2024%'"),
    Asked("How many repairs became ready in 2025 later than we had promised?", "SELECT COUNT(*) FROM tkt WHERE rdy_dt LIKE '2025%' AND rdy_dt > prom_dt"),
    Asked("what percentage of the paid tickets was paid by card", "SELECT 100.0 * SUM(pay_mthd = 'CARD') / COUNT(*) FROM tkt WHERE paid_dt IS NOT NULL"),
    Asked("number of tickets with a total above $300", "SELECT COUNT(*) FROM tkt WHERE tot_ct > 30000"),
    Asked("Which customers have brought us more than 15 tickets?", "SELECT c.cust_nm, COUNT(*) FROM tkt k JOIN cust c ON c.cust_id = k.cust_id GROUP BY c.cust_id HAVING COUNT(*) > 15"),
    Asked("for how many repairs is the warranty still running today?", "SELECT COUNT(*) FROM tkt WHERE wrnty_end_dt >= '2025-11-12'"),
    Asked("How many tickets did we open last week?", "SELECT COUNT(*) FROM tkt WHERE recv_dt BETWEEN '2025-11-03' AND '2025-11-09'"),
    Asked("labor charged in dollars on the tickets Mei Tanaka got ready in 2025", "SELECT SUM(k.labor_ct) / 100.0 FROM tkt k JOIN tch t ON t.tch_id = k.tch_id WHERE t.tch_nm = 'Mei Tanaka' AND k.rdy_dt LIKE '2025%'"),
    Asked("suppliers whose lead time is over 10 days, with the lead time", "SELECT sup_nm, lead_dys FROM sup WHERE lead_dys > 10"),
    Asked("how many warranty claims concern Samsung phones", "SELECT COUNT(*) FROM wrnty_clm w JOIN tkt k ON k.tkt_no = w.tkt_no WHERE k.brand = 'Samsung'"),
    Asked("On average, how many days after pick-up does a warranty claim come in?", "SELECT AVG(julianday(w.clm_dt) - julianday(k.pckup_dt)) FROM wrnty_clm w JOIN tkt k ON k.tkt_no = w.tkt_no"),
    Asked("How many second-hand phones did we sell in 2025?", None),
    Asked("what star rating do customers give each technician", None),
    Asked("shop rent in 2024", None),
    Asked("how many screen protectors did we sell over the counter last month?", None),
)  # fmt: skip


def phone_repair(seed: int = 5) -> World:
    """The phone repair counter with its questions."""
    return World("Phone repair", TODAY, TABLES, _rows(seed), QUESTIONS)
