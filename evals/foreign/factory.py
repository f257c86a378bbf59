"""A factory's quality log: three-letter tables, codes with and without a table for them, keys of two columns, moments as
seconds, no key declared. Asked once before the draft had seen it."""

import random
from datetime import UTC, date, datetime, timedelta

from evals.foreign.world import Asked, Row, World

_FIRST, _LAST, TODAY = date(2024, 1, 1), date(2025, 2, 28), date(2025, 3, 3)

TABLES = {
    "mach": "mach_no TEXT PRIMARY KEY, mach_descr TEXT, hall TEXT, purch_dt TEXT, purch_price REAL",
    "prod": "prod_no TEXT PRIMARY KEY, prod_name TEXT, prod_grp TEXT, std_cost REAL, weight_g INTEGER",
    "emp": "emp_no INTEGER PRIMARY KEY, emp_name TEXT, shift TEXT, mgr_emp_no INTEGER",
    "batch": "batch_no INTEGER PRIMARY KEY, prod_no TEXT, mach_no TEXT, operator_emp_no INTEGER, start_ts INTEGER, end_ts INTEGER, qty_made INTEGER, qty_scrap INTEGER, energy_kwh REAL",
    "dfct_cd": "dfct_cd TEXT PRIMARY KEY, dfct_descr TEXT, severity TEXT",
    "dfct": "batch_no INTEGER, line_no INTEGER, dfct_cd TEXT, dfct_qty INTEGER, PRIMARY KEY (batch_no, line_no)",
    "downtime": "dt_id INTEGER PRIMARY KEY, mach_no TEXT, start_dt TEXT, mins INTEGER, reason TEXT, planned INTEGER, repair_cost_eur REAL",
    "insp": "insp_id INTEGER PRIMARY KEY, batch_no INTEGER, insp_emp_no INTEGER, insp_dt TEXT, result TEXT, temperature_c REAL",
}  # fmt: skip


def _rows(seed: int) -> dict[str, list[Row]]:
    draw = random.Random(seed)
    span = (_LAST - _FIRST).days
    machines = [{"mach_no": f"M{i:02d}", "mach_descr": n, "hall": h, "purch_dt": f"20{10 + i}-05-0{i}", "purch_price": 20000.0 + 5000 * i} for i, (n, h) in enumerate((("Press North", "Hall A"), ("Press South", "Hall A"), ("Laser cutter", "Hall B"), ("Welding robot", "Hall B"), ("Paint line", "Hall C")), 1)]  # fmt: skip
    products = [{"prod_no": f"P{i:03d}", "prod_name": n, "prod_grp": g, "std_cost": c, "weight_g": w} for i, (n, g, c, w) in enumerate((("Bracket", "Metal", 2.4, 120), ("Hinge", "Metal", 1.1, 60), ("Door panel", "Body", 34.0, 5200), ("Hood", "Body", 58.0, 8100), ("Clip", "Small parts", 0.2, 5), ("Washer", "Small parts", 0.05, 2)), 1)]  # fmt: skip
    people: list[Row] = [{"emp_no": i, "emp_name": n, "shift": ("Early", "Late", "Night")[i % 3], "mgr_emp_no": None if i == 1 else 1 + i % 2} for i, n in enumerate(("Hanna Vogt", "Uwe Kern", "Ali Demir", "Petra Sommer", "Jan Novak", "Rosa Lind", "Karl Beck", "Lea Funk"), 1)]  # fmt: skip
    codes = [{"dfct_cd": c, "dfct_descr": d, "severity": s} for c, d, s in (("SC", "Scratch", "minor"), ("CR", "Crack", "critical"), ("DM", "Dimension off", "major"), ("PT", "Paint fault", "minor"))]  # fmt: skip
    batches: list[Row] = []
    defects: list[Row] = []
    checks: list[Row] = []
    for i in range(1, 1301):
        begin = datetime(2024, 1, 1, 6, tzinfo=UTC) + timedelta(days=draw.randint(0, span), hours=draw.randint(0, 14))
        made = draw.randint(50, 900)
        batches.append({"batch_no": i, "prod_no": f"P{draw.randint(1, 6):03d}", "mach_no": f"M{draw.randint(1, 5):02d}", "operator_emp_no": draw.randint(1, 8), "start_ts": int(begin.timestamp()), "end_ts": int((begin + timedelta(hours=3)).timestamp()), "qty_made": made, "qty_scrap": draw.randint(0, made // 12), "energy_kwh": round(made * draw.uniform(0.1, 0.4), 1)})  # fmt: skip
        defects += [{"batch_no": i, "line_no": line + 1, "dfct_cd": draw.choice(("SC", "SC", "CR", "DM", "PT")), "dfct_qty": draw.randint(1, 12)} for line in range(draw.choices((0, 1, 2, 3), (5, 3, 2, 1))[0])]  # fmt: skip
        if draw.random() < 0.5:
            checks.append({"insp_id": len(checks) + 1, "batch_no": i, "insp_emp_no": draw.randint(1, 8), "insp_dt": begin.date().isoformat(), "result": draw.choices(("passed", "failed", "rework"), (8, 1, 1))[0], "temperature_c": round(draw.uniform(18, 26), 1)})  # fmt: skip
    stops: list[Row] = [{"dt_id": i, "mach_no": f"M{draw.randint(1, 5):02d}", "start_dt": (_FIRST + timedelta(days=draw.randint(0, span))).isoformat() + f" {draw.randint(6, 21):02d}:15", "mins": draw.randint(5, 240), "reason": draw.choice(("Tool change", "Breakdown", "No material", "Cleaning")), "planned": int(draw.random() < 0.4), "repair_cost_eur": round(draw.uniform(0, 900), 2)} for i in range(1, 501)]  # fmt: skip
    return {"mach": machines, "prod": products, "emp": people, "batch": batches, "dfct_cd": codes, "dfct": defects, "downtime": stops, "insp": checks}  # fmt: skip


_M = "date(start_ts, 'unixepoch')"

QUESTIONS = (
    Asked("how many batches did we make in 2024", f"SELECT count(*) FROM batch WHERE {_M} LIKE '2024%'"),
    Asked("batches per month in 2024", f"SELECT substr({_M}, 1, 7) || '-01', count(*) FROM batch WHERE {_M} LIKE '2024%' GROUP BY 1"),
    Asked("total quantity made", "SELECT sum(qty_made) FROM batch"),
    Asked("quantity made by product", "SELECT prod_name, sum(qty_made) FROM batch JOIN prod USING (prod_no) GROUP BY 1"),
    Asked("quantity made per machine in january 2025", f"SELECT mach_descr, sum(qty_made) FROM batch JOIN mach USING (mach_no) WHERE {_M} LIKE '2025-01%' GROUP BY 1"),
    Asked("how many hinges did we make last month", f"SELECT sum(qty_made) FROM batch WHERE prod_no = 'P002' AND {_M} LIKE '2025-02%'"),
    Asked("total scrap by product group", "SELECT prod_grp, sum(qty_scrap) FROM batch JOIN prod USING (prod_no) GROUP BY 1"),
    Asked("scrap quantity by machine", "SELECT mach_descr, sum(qty_scrap) FROM batch JOIN mach USING (mach_no) GROUP BY 1"),
    Asked("which machine produced the most scrap in 2024", f"SELECT mach_descr, sum(qty_scrap) FROM batch JOIN mach USING (mach_no) WHERE {_M} LIKE '2024%' GROUP BY 1 ORDER BY 2 DESC LIMIT 1"),
    Asked("total energy used in 2024", f"SELECT sum(energy_kwh) FROM batch WHERE {_M} LIKE '2024%'"),
    Asked("energy by hall", "SELECT hall, sum(energy_kwh) FROM batch JOIN mach USING (mach_no) GROUP BY 1"),
    Asked("average energy per batch", "SELECT avg(energy_kwh) FROM batch"),
    Asked("batches by operator", "SELECT emp_name, count(*) FROM batch JOIN emp ON emp_no = operator_emp_no GROUP BY 1"),
    Asked("top 3 operators by quantity made", "SELECT emp_name, sum(qty_made) FROM batch JOIN emp ON emp_no = operator_emp_no GROUP BY 1 ORDER BY 2 DESC LIMIT 3"),
    Asked("how many batches ran on the Laser cutter", "SELECT count(*) FROM batch WHERE mach_no = 'M03'"),
    Asked("how many machines do we have", "SELECT count(*) FROM mach"),
    Asked("machines per hall", "SELECT hall, count(*) FROM mach GROUP BY 1"),
    Asked("defect quantity by defect code", "SELECT dfct_descr, sum(dfct_qty) FROM dfct JOIN dfct_cd USING (dfct_cd) GROUP BY 1"),
    Asked("defect quantity by severity", "SELECT severity, sum(dfct_qty) FROM dfct JOIN dfct_cd USING (dfct_cd) GROUP BY 1"),
    Asked("how many critical defects in 2024", None),
    Asked("quantity of scratches by machine", "SELECT mach_descr, sum(dfct_qty) FROM dfct JOIN batch USING (batch_no) JOIN mach USING (mach_no) WHERE dfct_cd = 'SC' GROUP BY 1"),
    Asked("total downtime minutes in 2024", "SELECT sum(mins) FROM downtime WHERE start_dt LIKE '2024%'"),
    Asked("downtime minutes by reason", "SELECT reason, sum(mins) FROM downtime GROUP BY 1"),
    Asked("unplanned downtime minutes by machine", "SELECT mach_descr, sum(mins) FROM downtime JOIN mach USING (mach_no) WHERE planned = 0 GROUP BY 1"),
    Asked("how many breakdowns did we have in 2024", "SELECT count(*) FROM downtime WHERE reason = 'Breakdown' AND start_dt LIKE '2024%'"),
    Asked("total repair cost by machine", "SELECT mach_descr, sum(repair_cost_eur) FROM downtime JOIN mach USING (mach_no) GROUP BY 1"),
    Asked("repair cost per month in 2024", "SELECT substr(start_dt, 1, 7) || '-01', sum(repair_cost_eur) FROM downtime WHERE start_dt LIKE '2024%' GROUP BY 1"),
    Asked("average repair cost", "SELECT avg(repair_cost_eur) FROM downtime"),
    Asked("which machine has the highest repair cost", "SELECT mach_descr, sum(repair_cost_eur) FROM downtime JOIN mach USING (mach_no) GROUP BY 1 ORDER BY 2 DESC LIMIT 1"),
    Asked("inspections by result", "SELECT result, count(*) FROM insp GROUP BY 1"),
    Asked("how many inspections failed", "SELECT count(*) FROM insp WHERE result = 'failed'"),
    Asked("how many inspections failed in 2024", "SELECT count(*) FROM insp WHERE result = 'failed' AND insp_dt LIKE '2024%'"),
    Asked("average temperature", "SELECT avg(temperature_c) FROM insp"),
    Asked("failed inspections by product", "SELECT prod_name, count(*) FROM insp JOIN batch USING (batch_no) JOIN prod USING (prod_no) WHERE result = 'failed' GROUP BY 1"),
    Asked("employees by shift", "SELECT shift, count(*) FROM emp GROUP BY 1"),
    Asked("how many employees work nights", "SELECT count(*) FROM emp WHERE shift = 'Night'"),
    Asked("standard cost of the Hood", "SELECT std_cost FROM prod WHERE prod_name = 'Hood'"),
    Asked("average weight by product group", "SELECT prod_grp, avg(weight_g) FROM prod GROUP BY 1"),
    Asked("number of products per product group", "SELECT prod_grp, count(*) FROM prod GROUP BY 1"),
    Asked("share of batches by machine", "SELECT mach_descr, count(*) FROM batch JOIN mach USING (mach_no) GROUP BY 1"),
    Asked("how many customer complaints", None),
    Asked("revenue by product", None),
    Asked("oee last month", None),
)  # fmt: skip


def factory(seed: int = 45) -> World:
    """The factory with its questions."""
    return World("Factory", TODAY, TABLES, _rows(seed), QUESTIONS)
