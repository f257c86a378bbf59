"""An insurance broker: codes for states without a table for them, premiums by the year, several amounts and several dates
to a claim, a hierarchy of offices, flags as 0 and 1. Asked once before the draft had seen it."""

import random
from datetime import date, timedelta

from evals.foreign.world import Asked, Row, World

_FIRST, _LAST, TODAY = date(2022, 1, 1), date(2025, 7, 31), date(2025, 8, 4)

TABLES = {
    "t_office": "office_id INTEGER PRIMARY KEY, office_name TEXT, parent_office_id INTEGER, region TEXT",
    "t_broker": "broker_id INTEGER PRIMARY KEY, broker_name TEXT, office_id INTEGER, commission_pct REAL, start_date TEXT",
    "t_client": "client_id INTEGER PRIMARY KEY, client_name TEXT, client_type TEXT, postcode TEXT, county TEXT, onboarded_on TEXT, vip_flag INTEGER",
    "t_product": "product_code TEXT PRIMARY KEY, product_name TEXT, line_of_business TEXT",
    "t_policy": "policy_id INTEGER PRIMARY KEY, policy_no TEXT, client_id INTEGER, broker_id INTEGER, product_code TEXT, inception_date TEXT, expiry_date TEXT, cancelled_date TEXT, annual_premium REAL, sum_insured REAL, status TEXT, auto_renew INTEGER",
    "t_claim": "claim_id INTEGER PRIMARY KEY, policy_id INTEGER, loss_date TEXT, reported_date TEXT, settled_date TEXT, cause TEXT, reserve_amt REAL, paid_amt REAL, excess_amt REAL, claim_status TEXT, fraud_suspected INTEGER",
    "t_premium_payment": "payment_id INTEGER PRIMARY KEY, policy_id INTEGER, due_date TEXT, received_date TEXT, amount REAL, channel TEXT",
}  # fmt: skip


def _rows(seed: int) -> dict[str, list[Row]]:
    draw = random.Random(seed)
    span = (_LAST - _FIRST).days
    offices = [{"office_id": i, "office_name": n, "parent_office_id": p, "region": r} for i, (n, p, r) in enumerate((("Head Office", None, "South"), ("Bristol", 1, "West"), ("Leeds", 1, "North"), ("Hull", 3, "North")), 1)]  # fmt: skip
    brokers = [{"broker_id": i, "broker_name": n, "office_id": 1 + i % 4, "commission_pct": 5.0 + i, "start_date": f"20{10 + i}-04-01"} for i, n in enumerate(("Iris Cole", "Hugh Dean", "Ravi Nair", "Tess Wood", "Paul Finn"), 1)]  # fmt: skip
    clients: list[Row] = [{"client_id": i, "client_name": f"{draw.choice(('Alder', 'Birch', 'Cedar'))} {draw.choice(('Family', 'Ltd', 'Estates'))} {i}", "client_type": draw.choices(("personal", "commercial"), (3, 1))[0], "postcode": f"BS{i % 20} {i}", "county": draw.choice(("Avon", "Yorkshire", "Devon")), "onboarded_on": (_FIRST + timedelta(days=draw.randint(0, span - 30))).isoformat(), "vip_flag": int(draw.random() < 0.1)} for i in range(1, 281)]  # fmt: skip
    products = [{"product_code": c, "product_name": n, "line_of_business": b} for c, n, b in (("MOT", "Motor", "Personal lines"), ("HOM", "Home", "Personal lines"), ("FLT", "Fleet", "Commercial lines"), ("PRP", "Property", "Commercial lines"))]  # fmt: skip
    policies: list[Row] = []
    claims: list[Row] = []
    payments: list[Row] = []
    for i in range(1, 701):
        begin = _FIRST + timedelta(days=draw.randint(0, span - 20))
        gone = begin + timedelta(days=draw.randint(20, 200)) if draw.random() < 0.12 else None
        gone = gone if gone and gone <= _LAST else None
        premium = float(draw.randrange(180, 4200, 20))
        policies.append({"policy_id": i, "policy_no": f"POL{i:06d}", "client_id": draw.randint(1, 280), "broker_id": draw.randint(1, 5), "product_code": draw.choices(("MOT", "HOM", "FLT", "PRP"), (5, 4, 1, 1))[0], "inception_date": begin.isoformat(), "expiry_date": (begin + timedelta(days=365)).isoformat(), "cancelled_date": gone.isoformat() if gone else None, "annual_premium": premium, "sum_insured": premium * 120, "status": "C" if gone else draw.choices(("A", "L"), (8, 2))[0], "auto_renew": int(draw.random() < 0.6)})  # fmt: skip
        for k in range(draw.randint(1, 4)):
            due = begin + timedelta(days=90 * k)
            if due <= _LAST:
                got = due + timedelta(days=draw.randint(0, 12)) if draw.random() < 0.95 else None
                payments.append({"payment_id": len(payments) + 1, "policy_id": i, "due_date": due.isoformat(), "received_date": got.isoformat() if got and got <= _LAST else None, "amount": premium / 4, "channel": draw.choices(("direct debit", "card", "cheque"), (6, 3, 1))[0]})  # fmt: skip
        if draw.random() < 0.4:
            loss = begin + timedelta(days=draw.randint(1, 300))
            told = loss + timedelta(days=draw.randint(0, 20))
            if told <= _LAST:
                done = told + timedelta(days=draw.randint(10, 90)) if draw.random() < 0.7 else None
                done = done if done and done <= _LAST else None
                reserve = float(draw.randrange(200, 20000, 50))
                claims.append({"claim_id": len(claims) + 1, "policy_id": i, "loss_date": loss.isoformat(), "reported_date": told.isoformat(), "settled_date": done.isoformat() if done else None, "cause": draw.choice(("Collision", "Theft", "Storm", "Escape of water", "Fire")), "reserve_amt": reserve, "paid_amt": round(reserve * draw.uniform(0.3, 1.1), 2) if done else 0.0, "excess_amt": float(draw.choice((100, 250, 500))), "claim_status": "settled" if done else draw.choice(("open", "in review")), "fraud_suspected": int(draw.random() < 0.04)})  # fmt: skip
    return {"t_office": offices, "t_broker": brokers, "t_client": clients, "t_product": products, "t_policy": policies, "t_claim": claims, "t_premium_payment": payments}  # fmt: skip


_PP = "FROM t_policy p JOIN t_product d USING (product_code)"
_CP = "FROM t_claim c JOIN t_policy p USING (policy_id) JOIN t_product d USING (product_code)"

QUESTIONS = (
    Asked("how many policies do we have", "SELECT count(*) FROM t_policy"),
    Asked("policies by product", f"SELECT product_name, count(*) {_PP} GROUP BY 1"),
    Asked("how many motor policies are there", f"SELECT count(*) {_PP} WHERE product_name = 'Motor'"),
    Asked("policies by status", "SELECT status, count(*) FROM t_policy GROUP BY 1"),
    Asked("how many active policies", None),
    Asked("policies by line of business", f"SELECT line_of_business, count(*) {_PP} GROUP BY 1"),
    Asked("total annual premium", "SELECT sum(annual_premium) FROM t_policy"),
    Asked("annual premium by product", f"SELECT product_name, sum(annual_premium) {_PP} GROUP BY 1"),
    Asked("average annual premium by broker", "SELECT broker_name, avg(annual_premium) FROM t_policy JOIN t_broker USING (broker_id) GROUP BY 1"),
    Asked("total sum insured by line of business", f"SELECT line_of_business, sum(sum_insured) {_PP} GROUP BY 1"),
    Asked("how many policies were cancelled in 2024", "SELECT count(*) FROM t_policy WHERE cancelled_date LIKE '2024%'"),
    Asked("how many policies expired in 2024", "SELECT count(*) FROM t_policy WHERE expiry_date LIKE '2024%'"),
    Asked("top 3 brokers by number of policies", "SELECT broker_name, count(*) FROM t_policy JOIN t_broker USING (broker_id) GROUP BY 1 ORDER BY 2 DESC LIMIT 3"),
    Asked("policies by office", "SELECT office_name, count(*) FROM t_policy JOIN t_broker USING (broker_id) JOIN t_office USING (office_id) GROUP BY 1"),
    Asked("policies by region", "SELECT region, count(*) FROM t_policy JOIN t_broker USING (broker_id) JOIN t_office USING (office_id) GROUP BY 1"),
    Asked("how many policies are set to auto renew", "SELECT count(*) FROM t_policy WHERE auto_renew = 1"),
    Asked("how many clients do we have", "SELECT count(*) FROM t_client"),
    Asked("how many commercial clients", "SELECT count(*) FROM t_client WHERE client_type = 'commercial'"),
    Asked("clients by county", "SELECT county, count(*) FROM t_client GROUP BY 1"),
    Asked("how many clients were onboarded in 2024", "SELECT count(*) FROM t_client WHERE onboarded_on LIKE '2024%'"),
    Asked("how many vip clients", "SELECT count(*) FROM t_client WHERE vip_flag = 1"),
    Asked("how many claims are open", "SELECT count(*) FROM t_claim WHERE claim_status = 'open'"),
    Asked("claims by cause", "SELECT cause, count(*) FROM t_claim GROUP BY 1"),
    Asked("number of claims by cause", "SELECT cause, count(*) FROM t_claim GROUP BY 1"),
    Asked("how many theft claims", "SELECT count(*) FROM t_claim WHERE cause = 'Theft'"),
    Asked("how many claims were reported in 2024", "SELECT count(*) FROM t_claim WHERE reported_date LIKE '2024%'"),
    Asked("how many claims were settled in may 2025", "SELECT count(*) FROM t_claim WHERE settled_date LIKE '2025-05%'"),
    Asked("total paid amount by cause", "SELECT cause, sum(paid_amt) FROM t_claim GROUP BY 1"),
    Asked("total reserve amount", "SELECT sum(reserve_amt) FROM t_claim"),
    Asked("average reserve by product", f"SELECT product_name, avg(reserve_amt) {_CP} GROUP BY 1"),
    Asked("average paid amount of storm claims", "SELECT avg(paid_amt) FROM t_claim WHERE cause = 'Storm'"),
    Asked("how many claims with suspected fraud", "SELECT count(*) FROM t_claim WHERE fraud_suspected = 1"),
    Asked("how many settled claims by product", f"SELECT product_name, count(*) {_CP} WHERE claim_status = 'settled' GROUP BY 1"),
    Asked("premium payments by channel", None),
    Asked("payment amount by channel", "SELECT channel, sum(amount) FROM t_premium_payment GROUP BY 1"),
    Asked("total amount received in 2024", "SELECT sum(amount) FROM t_premium_payment WHERE received_date LIKE '2024%'"),
    Asked("average commission by office", "SELECT office_name, avg(commission_pct) FROM t_broker JOIN t_office USING (office_id) GROUP BY 1"),
    Asked("brokers per office", "SELECT office_name, count(*) FROM t_broker JOIN t_office USING (office_id) GROUP BY 1"),
    Asked("loss ratio by product", None),
    Asked("how many quotes did we send", None),
)  # fmt: skip


def insurance(seed: int = 52) -> World:
    """The insurance broker with its questions."""
    return World("Insurance", TODAY, TABLES, _rows(seed), QUESTIONS)
