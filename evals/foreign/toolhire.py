"""A tool and machine rental yard with three depots: abbreviated names, no keys declared. A hire is of one machine and is OUT,
RET (returned) or CAN (cancelled: no days, no money); a machine is AVL, HIRE, WSHP (workshop) or SOLD; customers are TRADE, PRIV or
CNCL (council), their accounts OK, STOP or CLSD; no dlv_chg: the customer collected it; no cmp_dt: the repair is still going on."""

import random
from datetime import date, timedelta

from evals.foreign.world import Asked, Row, World

_FIRST, TODAY = date(2023, 6, 1), date(2026, 2, 5)
_LAST = TODAY - timedelta(days=1)

TABLES = {
    "dep": "dep_no INTEGER, dep_nm TEXT, tel_no TEXT",
    "emp": "emp_no INTEGER, emp_nm TEXT, dep_no INTEGER, role_cd TEXT, strt_dt TEXT",
    "cust": "cust_no INTEGER, cust_nm TEXT, cust_typ TEXT, twn TEXT, tel_no TEXT, cr_lim NUMERIC(10,2), acct_stat TEXT, opn_dt TEXT",
    "cat": "cat_cd TEXT, cat_dsc TEXT",
    "mdl": "mdl_no INTEGER, mdl_dsc TEXT, mfr TEXT, cat_cd TEXT, day_rt NUMERIC(8,2)",
    "itm": "itm_no INTEGER, mdl_no INTEGER, ser_no TEXT, dep_no INTEGER, stat TEXT, pur_dt TEXT, pur_prc NUMERIC(10,2), sld_dt TEXT, sld_prc NUMERIC(10,2)",
    "hir": (
        "hir_no INTEGER, cust_no INTEGER, itm_no INTEGER, emp_no INTEGER, stat TEXT, out_dt TEXT, due_dt TEXT, ret_dt TEXT, days INTEGER, "
        "hir_amt NUMERIC(10,2), dlv_chg NUMERIC(8,2), dmg_chg NUMERIC(8,2), pay_cd TEXT"
    ),
    "rpr": "rpr_no INTEGER, itm_no INTEGER, mech_no INTEGER, in_dt TEXT, cmp_dt TEXT, flt_cd TEXT, prt_cst NUMERIC(8,2), lab_hrs REAL",
}

_DEPOTS = (("Northgate", 5), ("Riverside", 3), ("Station Road", 2))
_STAFF = (
    ("Tomasz Wrona", 1, "CNTR"),
    ("Gary Pike", 1, "CNTR"),
    ("Shauna Bell", 1, "CNTR"),
    ("Dean Foster", 2, "CNTR"),
    ("Aleks Mazur", 2, "CNTR"),
    ("Ruth Okoro", 3, "CNTR"),
    ("Zbyszek Kania", 1, "MECH"),
    ("Colin Marsh", 1, "MECH"),
    ("Pete Lowry", 2, "MECH"),
    ("Mick Toner", 1, "DRVR"),
    ("Leroy Grant", 2, "DRVR"),
)
_CATS = (
    ("EXC", "Excavators"),
    ("DMP", "Dumpers"),
    ("GEN", "Generators"),
    ("BRK", "Breakers"),
    ("CMP", "Compactors"),
    ("ACC", "Access towers"),
    ("GDN", "Garden machinery"),
)
_MODELS = (
    ("KX016 mini digger", "Kubota", "EXC", 95),
    ("U27 digger 2.7t", "Kubota", "EXC", 130),
    ("8018 digger", "JCB", "EXC", 100),
    ("HTD-5 tip dumper", "JCB", "DMP", 70),
    ("DV60 dumper", "Wacker", "DMP", 85),
    ("EU22 generator", "Honda", "GEN", 28),
    ("QAS 20 generator", "Atlas Copco", "GEN", 75),
    ("TE 1000 breaker", "Hilti", "BRK", 34),
    ("GSH 27 breaker", "Bosch", "BRK", 31),
    ("HM1812 breaker", "Makita", "BRK", 29),
    ("VP1340 wacker plate", "Wacker", "CMP", 25),
    ("BS50 trench rammer", "Wacker", "CMP", 33),
    ("Span 400 tower", "BoSS", "ACC", 45),
    ("MiniMax tower", "Euro Towers", "ACC", 36),
    ("HS82 hedge trimmer", "Stihl", "GDN", 18),
    ("BT131 earth auger", "Stihl", "GDN", 27),
    ("GTS1300 stump grinder", "Predator", "GDN", 88),
)
_TOWNS = ("Swindon", "Chippenham", "Cirencester", "Devizes", "Marlborough")
_SURNAMES = (
    "Abbott",
    "Barlow",
    "Cheney",
    "Dyer",
    "Eames",
    "Fry",
    "Gough",
    "Hillier",
    "Iles",
    "Jefferies",
    "Kerslake",
    "Lovell",
    "Maslin",
    "Nash",
    "Pocock",
    "Rudd",
    "Sartin",
    "Tuck",
    "Viveash",
    "Witts",
)
_TRADES = ("Builders", "Groundworks", "Roofing", "Landscapes", "Paving")
_COUNCILS = tuple(f"{town} Town Council" for town in _TOWNS)


def _customers(draw: random.Random) -> list[Row]:
    names = (
        [(n, "CNCL") for n in _COUNCILS]
        + [(f"{n} {draw.choice(_TRADES)}", "TRADE") for n in _SURNAMES]
        + [(f"{n} & Sons", "TRADE") for n in _SURNAMES[::2]]
    )
    names += [(f"{letter} {n}", "PRIV") for letter in ("Mr A", "Mrs J", "Mr P", "Ms S") for n in _SURNAMES]
    customers: list[Row] = []
    for i, (name, kind) in enumerate(names):
        opened = (
            date(2019, 3, 1) + timedelta(days=draw.randint(0, 1500))
            if kind != "PRIV"
            else date(2023, 1, 9) + timedelta(days=draw.randint(0, 1100))
        )
        limit = (
            None
            if kind == "PRIV"
            else float(draw.choice((1000, 2000, 3000, 5000) if kind == "TRADE" else (8000, 10000)))
        )
        customers.append(
            {
                "cust_no": 1001 + i,
                "cust_nm": name,
                "cust_typ": kind,
                "twn": name.split()[0] if kind == "CNCL" else draw.choices(_TOWNS, (6, 4, 3, 2, 1))[0],
                "tel_no": f"01793 {draw.randint(200000, 899999)}" if draw.random() < 0.88 else None,
                "cr_lim": limit,
                "acct_stat": "OK" if kind == "CNCL" else draw.choices(("OK", "STOP", "CLSD"), (86, 8, 6))[0],
                "opn_dt": opened.isoformat(),
            }
        )
    return customers


def _items(draw: random.Random) -> list[Row]:
    items: list[Row] = []
    for number, (_, _, cat, rate) in enumerate(_MODELS, 11):
        for _ in range(draw.randint(4, 9)):
            fate = draw.random()
            bought = date(2021, 1, 4) + timedelta(days=draw.randint(0, 1650 if fate > 0.14 else 800))
            price = round(rate * draw.uniform(160, 210) if cat in ("EXC", "DMP") else rate * draw.uniform(30, 55), 2)
            sold = date(2024, 1, 15) + timedelta(days=draw.randint(0, 700)) if fate <= 0.14 else None
            items.append(
                {
                    "itm_no": 5001 + len(items),
                    "mdl_no": number,
                    "ser_no": f"{cat}{draw.randint(100000, 999999)}",
                    "dep_no": draw.choices((1, 2, 3), [weight for _, weight in _DEPOTS])[0],
                    "stat": "SOLD" if sold else "AVL",
                    "pur_dt": bought.isoformat(),
                    "pur_prc": price,
                    "sld_dt": sold.isoformat() if sold else None,
                    "sld_prc": round(price * draw.uniform(0.25, 0.5), 2) if sold else None,
                }
            )
    return items


def _rows(seed: int) -> dict[str, list[Row]]:
    draw = random.Random(seed)
    customers, items = _customers(draw), _items(draw)
    staff: list[Row] = [
        {
            "emp_no": 301 + i,
            "emp_nm": n,
            "dep_no": d,
            "role_cd": r,
            "strt_dt": (date(2016, 1, 4) + timedelta(days=draw.randint(0, 2500))).isoformat(),
        }
        for i, (n, d, r) in enumerate(_STAFF)
    ]
    weight = {
        c["cust_no"]: {"TRADE": 5, "CNCL": 8, "PRIV": 1}[c["cust_typ"]] * draw.uniform(0.5, 1.6) for c in customers
    }
    hires: list[Row] = []
    repairs: list[Row] = []

    def repair(item: Row, day: date) -> date | None:
        done = day + timedelta(days=draw.randint(1, 16))
        ended = done <= _LAST
        repairs.append(
            {
                "rpr_no": 0,
                "itm_no": item["itm_no"],
                "mech_no": draw.choices((307, 308, 309), (5, 4, 2))[0],
                "in_dt": day.isoformat(),
                "cmp_dt": done.isoformat() if ended else None,
                "flt_cd": draw.choices(("ENG", "HYD", "ELEC", "BODY"), (5, 3, 4, 2))[0],
                "prt_cst": round(draw.uniform(8, 60) + item["pur_prc"] * draw.uniform(0, 0.03), 2) if ended else None,
                "lab_hrs": draw.choice((0.5, 1, 1.5, 2, 3, 4.5, 6)) if ended else None,
            }
        )
        return done if ended else None

    for item in items:
        day = max(_FIRST, date.fromisoformat(item["pur_dt"])) + timedelta(days=draw.randint(1, 20))
        end = date.fromisoformat(item["sld_dt"]) if item["sld_dt"] else TODAY
        rate: float = _MODELS[item["mdl_no"] - 11][3]
        while day < end:
            days = draw.choices((1, 2, 3, 5, 7, 10, 14), (5, 6, 6, 4, 5, 2, 2))[0]
            stay = days + (draw.randint(1, 6) if draw.random() < 0.12 else 0)
            back = day + timedelta(days=stay)
            if back >= end and end != TODAY:
                break
            stat = "CAN" if draw.random() < 0.06 else "RET" if back <= _LAST else "OUT"
            known = [c for c in customers if c["opn_dt"] <= day.isoformat()]
            customer = draw.choices(known, [weight[c["cust_no"]] for c in known])[0]
            clerk = draw.choice(
                [e["emp_no"] for e in staff if e["dep_no"] == item["dep_no"] and e["role_cd"] == "CNTR"]
            )
            lasted = stay if stat == "RET" else days
            gone = stat == "CAN"
            pay = (
                draw.choices(("CARD", "CASH"), (7, 3))[0]
                if customer["cust_typ"] == "PRIV"
                else draw.choices(("ACCT", "CARD"), (8, 2))[0]
            )
            hires.append(
                {
                    "hir_no": 0,
                    "cust_no": customer["cust_no"],
                    "itm_no": item["itm_no"],
                    "emp_no": clerk,
                    "stat": stat,
                    "out_dt": day.isoformat(),
                    "due_dt": (day + timedelta(days=days)).isoformat(),
                    "ret_dt": back.isoformat() if stat == "RET" else None,
                    "days": None if gone else lasted,
                    "hir_amt": None if gone else round(rate * lasted * (0.8 if lasted >= 5 else 1), 2),
                    "dlv_chg": None if gone or draw.random() < 0.6 else float(draw.choice((20, 25, 35, 50))),
                    "dmg_chg": round(draw.uniform(15, 220), 2) if stat == "RET" and draw.random() < 0.05 else None,
                    "pay_cd": None if gone else pay,
                }
            )
            if stat == "OUT":
                item["stat"] = "HIRE"
                break
            day = back if not gone else day + timedelta(days=1)
            if not gone and draw.random() < 0.13 and (end == TODAY or day + timedelta(days=17) < end):
                ready = repair(item, day)
                if ready is None:
                    item["stat"] = "WSHP" if item["stat"] == "AVL" else item["stat"]
                    break
                day = ready
            day += timedelta(days=draw.randint(3, 55 if day.month in (11, 12, 1, 2) else 38))
    hires.sort(key=lambda row: (row["out_dt"], row["itm_no"]))
    repairs.sort(key=lambda row: (row["in_dt"], row["itm_no"]))
    for number, row in enumerate(hires, 40001):
        row["hir_no"] = number
    for number, row in enumerate(repairs, 701):
        row["rpr_no"] = number
    depots: list[Row] = [{"dep_no": i, "dep_nm": n, "tel_no": f"01793 55000{i}"} for i, (n, _) in enumerate(_DEPOTS, 1)]
    models: list[Row] = [
        {"mdl_no": i, "mdl_dsc": n, "mfr": m, "cat_cd": c, "day_rt": float(r)}
        for i, (n, m, c, r) in enumerate(_MODELS, 11)
    ]
    return {
        "dep": depots,
        "emp": staff,
        "cust": customers,
        "cat": [{"cat_cd": c, "cat_dsc": d} for c, d in _CATS],
        "mdl": models,
        "itm": items,
        "hir": hires,
        "rpr": repairs,
    }


_IT = "JOIN mdl m ON m.mdl_no = i.mdl_no JOIN cat k ON k.cat_cd = m.cat_cd JOIN dep d ON d.dep_no = i.dep_no"
_HI = f"FROM hir h JOIN itm i ON i.itm_no = h.itm_no {_IT} JOIN cust c ON c.cust_no = h.cust_no JOIN emp e ON e.emp_no = h.emp_no"
_RE = f"FROM rpr r JOIN itm i ON i.itm_no = r.itm_no {_IT} JOIN emp e ON e.emp_no = r.mech_no"

QUESTIONS = (
    Asked("how many machine is in workshop now", "SELECT count(*) FROM itm WHERE stat = 'WSHP'"),
    Asked("how many machines out on hire now?", "SELECT count(*) FROM itm WHERE stat = 'HIRE'"),
    Asked(
        "machines for each category, sold ones do not count",
        f"SELECT k.cat_dsc, count(*) FROM itm i {_IT} WHERE i.stat <> 'SOLD' GROUP BY 1",
    ),
    Asked(
        "how many available machine in each depot",
        f"SELECT d.dep_nm, count(*) FROM itm i {_IT} WHERE i.stat = 'AVL' GROUP BY 1",
    ),
    Asked("how many machines we sold in 2025", "SELECT count(*) FROM itm WHERE sld_dt LIKE '2025%'"),
    Asked(
        "how much money we get for machines sold last year", "SELECT sum(sld_prc) FROM itm WHERE sld_dt LIKE '2025%'"
    ),
    Asked(
        "what we paid together for machines bought in 2024", "SELECT sum(pur_prc) FROM itm WHERE pur_dt LIKE '2024%'"
    ),
    Asked("what is highest price we ever paid for one machine", "SELECT max(pur_prc) FROM itm"),
    Asked("how many models we have from Stihl?", "SELECT count(*) FROM mdl WHERE mfr = 'Stihl'"),
    Asked("lowest day rate from all models", "SELECT min(day_rt) FROM mdl"),
    Asked("customers by type, how many", "SELECT cust_typ, count(*) FROM cust GROUP BY 1"),
    Asked("how many customer accounts on stop", "SELECT count(*) FROM cust WHERE acct_stat = 'STOP'"),
    Asked("how many customers from Swindon", "SELECT count(*) FROM cust WHERE twn = 'Swindon'"),
    Asked("how many customers have no phone number", "SELECT count(*) FROM cust WHERE tel_no IS NULL"),
    Asked("average credit limit of trade customer", "SELECT avg(cr_lim) FROM cust WHERE cust_typ = 'TRADE'"),
    Asked("how many new customers opened account in 2025", "SELECT count(*) FROM cust WHERE opn_dt LIKE '2025%'"),
    Asked(
        "hires for each month of 2025 by day going out, without cancelled",
        "SELECT substr(out_dt, 1, 7) || '-01', count(*) FROM hir WHERE stat <> 'CAN' AND out_dt LIKE '2025%' GROUP BY 1",
    ),
    Asked("hire money for what went out last month", "SELECT sum(hir_amt) FROM hir WHERE out_dt LIKE '2026-01%'"),
    Asked(
        "give me hire money for each depot, hires going out in 2025",
        f"SELECT d.dep_nm, sum(h.hir_amt) {_HI} WHERE h.out_dt LIKE '2025%' GROUP BY 1",
    ),
    Asked(
        "how many hires Tomasz Wrona wrote that went out in 2025, cancelled not count",
        f"SELECT count(*) {_HI} WHERE e.emp_nm = 'Tomasz Wrona' AND h.stat <> 'CAN' AND h.out_dt LIKE '2025%'",
    ),
    Asked(
        "top 5 customers by hire money for hires out in 2025",
        f"SELECT c.cust_nm, sum(h.hir_amt) {_HI} WHERE h.out_dt LIKE '2025%' GROUP BY 1 ORDER BY 2 DESC LIMIT 5",
    ),
    Asked("what percent of all hires is cancelled", "SELECT 100.0 * sum(stat = 'CAN') / count(*) FROM hir"),
    Asked(
        "how many hires still out should be back before today?",
        "SELECT count(*) FROM hir WHERE stat = 'OUT' AND due_dt < '2026-02-05'",
    ),
    Asked("how many hires came back in January 2026", "SELECT count(*) FROM hir WHERE ret_dt LIKE '2026-01%'"),
    Asked(
        "how many days on average people keep excavator, only returned hires",
        f"SELECT avg(h.days) {_HI} WHERE h.stat = 'RET' AND k.cat_dsc = 'Excavators'",
    ),
    Asked(
        "damage charges by category, all time",
        f"SELECT k.cat_dsc, sum(h.dmg_chg) {_HI} WHERE h.dmg_chg IS NOT NULL GROUP BY 1",
    ),
    Asked(
        "delivery charges together for hires that went out in december",
        "SELECT sum(dlv_chg) FROM hir WHERE out_dt LIKE '2025-12%'",
    ),
    Asked(
        "what part of hire money is paid by cash, in percent, from all hires",
        "SELECT 100.0 * sum(CASE WHEN pay_cd = 'CASH' THEN hir_amt ELSE 0 END) / sum(hir_amt) FROM hir",
    ),
    Asked(
        "how many hires of KX016 mini digger, without cancelled",
        f"SELECT count(*) {_HI} WHERE m.mdl_dsc = 'KX016 mini digger' AND h.stat <> 'CAN'",
    ),
    Asked(
        "top 3 models by number of returned hires",
        f"SELECT m.mdl_dsc, count(*) {_HI} WHERE h.stat = 'RET' GROUP BY 1 ORDER BY 2 DESC LIMIT 3",
    ),
    Asked(
        "hire money from council for hires out this year",
        f"SELECT sum(h.hir_amt) {_HI} WHERE c.cust_typ = 'CNCL' AND h.out_dt LIKE '2026%'",
    ),
    Asked(
        "hire money by category from customers in Chippenham, all years",
        f"SELECT k.cat_dsc, sum(h.hir_amt) {_HI} WHERE c.twn = 'Chippenham' GROUP BY 1",
    ),
    Asked(
        "repairs that came in 2025, how many for each fault",
        "SELECT flt_cd, count(*) FROM rpr WHERE in_dt LIKE '2025%' GROUP BY 1",
    ),
    Asked(
        "cost of parts for repairs that came in since November",
        "SELECT sum(prt_cst) FROM rpr WHERE in_dt >= '2025-11-01'",
    ),
    Asked(
        "how many labour hours Zbyszek Kania has on repairs that came in 2025",
        f"SELECT sum(r.lab_hrs) {_RE} WHERE e.emp_nm = 'Zbyszek Kania' AND r.in_dt LIKE '2025%'",
    ),
    Asked("average parts cost of one generator repair", f"SELECT avg(r.prt_cst) {_RE} WHERE k.cat_dsc = 'Generators'"),
    Asked("how much diesel our lorries burn last month", None),
    Asked("how many stars we have on google", None),
    Asked("how many accidents at work we had in 2025?", None),
    Asked("how many days of holiday Gary Pike has left", None),
)


def toolhire(seed: int = 37) -> World:
    """The rental yard with its questions."""
    return World("Toolhire", TODAY, TABLES, _rows(seed), QUESTIONS)
