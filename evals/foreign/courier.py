"""A same-day courier depot in Gloucester, as an old in-house program lays it out: every column carries its table's two-letter prefix, keys are
declared. A drop is BOOKED (waiting, mostly with no run yet), OUT (on today's run), DELIVERED, FAILED or CANCELLED (taken off before it had a run).
Invoices go out on the first of the month for the drops delivered in the month before; a VOID one lets go of its drops. The garage book's MOT dates
were typed in as dd/mm/yyyy."""

import random
from datetime import date, timedelta

from evals.foreign.world import Asked, Row, World

_FIRST, TODAY = date(2025, 6, 2), date(2026, 3, 12)

TABLES = {
    "zone": "zo_code TEXT PRIMARY KEY, zo_name TEXT NOT NULL, zo_surcharge REAL",
    "client": "cl_id INTEGER PRIMARY KEY, cl_code TEXT UNIQUE, cl_name TEXT NOT NULL, cl_trade TEXT, cl_town TEXT, cl_phone TEXT, "
    "cl_terms_days INTEGER, cl_on_stop INTEGER, cl_opened TEXT",
    "driver": "dr_id INTEGER PRIMARY KEY, dr_name TEXT NOT NULL, dr_type TEXT, dr_day_rate REAL, dr_started TEXT, dr_left TEXT",
    "driver_zone": "dz_driver INTEGER REFERENCES driver(dr_id), dz_zone TEXT REFERENCES zone(zo_code), PRIMARY KEY (dz_driver, dz_zone)",
    "van": "va_id INTEGER PRIMARY KEY, va_reg TEXT UNIQUE, va_model TEXT, va_size TEXT, va_fuel TEXT, va_odometer INTEGER, va_bought TEXT, "
    "va_mot_due TEXT, va_sold TEXT",
    "run": "ru_id INTEGER PRIMARY KEY, ru_date TEXT, ru_shift TEXT, ru_driver INTEGER REFERENCES driver(dr_id), "
    "ru_van INTEGER REFERENCES van(va_id), ru_miles INTEGER",
    "invoice": "in_id INTEGER PRIMARY KEY, in_no TEXT UNIQUE, in_client INTEGER REFERENCES client(cl_id), in_date TEXT, in_due TEXT, "
    "in_net REAL, in_vat REAL, in_gross REAL, in_status TEXT, in_paid_on TEXT",
    "drops": "dp_id INTEGER PRIMARY KEY, dp_docket TEXT UNIQUE, dp_client INTEGER REFERENCES client(cl_id), dp_zone TEXT REFERENCES zone(zo_code), "
    "dp_run INTEGER REFERENCES run(ru_id), dp_invoice INTEGER REFERENCES invoice(in_id), dp_service TEXT, dp_booked TEXT, dp_parcels INTEGER, "
    "dp_weight_kg REAL, dp_price REAL, dp_status TEXT, dp_delivered TEXT, dp_signed_by TEXT, dp_fail_reason TEXT",
    "complaint": "co_id INTEGER PRIMARY KEY, co_drop INTEGER REFERENCES drops(dp_id), co_date TEXT, co_kind TEXT, co_status TEXT, "
    "co_credit REAL, co_closed TEXT",
}

_ZONES = (
    ("CIT", "City", 0.0),
    ("CHE", "Cheltenham", 2.5),
    ("VAL", "Five Valleys", 4.0),
    ("FOD", "Forest of Dean", 6.5),
    ("COT", "Cotswolds", 8.0),
    ("BRS", "Bristol", 12.0),
)
_CLIENTS = (
    ("Hollins Print", "Printer", "Gloucester", 9),
    ("Barton Dental Lab", "Medical", "Gloucester", 8),
    ("Severn Motor Factors", "Motor parts", "Gloucester", 10),
    ("Cathedral Flowers", "Florist", "Gloucester", 4),
    ("Quays Pharmacy", "Medical", "Gloucester", 6),
    ("Kingsholm Trophies", "Retail", "Gloucester", 2),
    ("Eastgate Solicitors", "Legal", "Gloucester", 5),
    ("Matson Tool Hire", "Trade supplies", "Gloucester", 3),
    ("Montpellier Blooms", "Florist", "Cheltenham", 4),
    ("Regency Optical", "Medical", "Cheltenham", 5),
    ("Pittville Legal", "Legal", "Cheltenham", 4),
    ("Leckhampton Press", "Printer", "Cheltenham", 6),
    ("Spa Auto Spares", "Motor parts", "Cheltenham", 7),
    ("Suffolks Wine", "Retail", "Cheltenham", 3),
    ("Prestbury Plumbing", "Trade supplies", "Cheltenham", 3),
    ("Stratford Park Signs", "Printer", "Stroud", 4),
    ("Nailsworth Cheese", "Retail", "Stroud", 3),
    ("Thrupp Bearings", "Trade supplies", "Stroud", 5),
    ("Cainscross Vets", "Medical", "Stroud", 3),
    ("Uplands Books", "Retail", "Stroud", 2),
    ("Corinium Brakes", "Motor parts", "Cirencester", 5),
    ("Watermoor Dental", "Medical", "Cirencester", 3),
    ("Abbey Grounds Florist", "Florist", "Cirencester", 2),
    ("Lydney Fixings", "Trade supplies", "Lydney", 3),
    ("Tufthorn Tyres", "Motor parts", "Lydney", 4),
    ("Bream Ceramics", "Retail", "Lydney", 0),
    ("Tewkesbury Maps", "Printer", "Tewkesbury", 0),
    ("Mythe Marine", "Trade supplies", "Tewkesbury", 0),
    ("Ashchurch Linen", "Retail", "Tewkesbury", 2),
)
_DRIVERS = (
    ("Darren Pugh", "Employed", 118.0, "2017-09-04", None, "CIT CHE VAL BRS"),
    ("Ewa Nowak", "Employed", 115.0, "2020-02-17", None, "CIT CHE COT"),
    ("Mo Hussain", "Self-employed", 142.0, "2021-06-01", None, "CIT FOD BRS"),
    ("Terry Blandford", "Employed", 121.0, "2014-03-10", None, "FOD VAL COT"),
    ("Chloe Awre", "Employed", 108.0, "2024-10-07", None, "CIT CHE"),
    ("Ion Popescu", "Self-employed", 138.0, "2023-01-16", None, "BRS CIT"),
    ("Gaz Merrett", "Agency", 126.0, "2025-06-02", "2025-11-14", "CHE VAL"),
    ("Lorna Teague", "Self-employed", 140.0, "2022-05-23", "2026-01-30", "COT CHE VAL"),
    ("Kwame Boateng", "Agency", 124.0, "2025-11-17", None, "CIT VAL CHE"),
    ("Jodie Fry", "Agency", 122.0, "2026-03-09", None, ""),
)
_VANS = (
    ("VX19 KLO", "Ford Transit", "LWB", "Diesel", 128460, "2019-04-11", "14/04/2026", None),
    ("VX21 RDA", "Ford Transit Custom", "SWB", "Diesel", 86215, "2021-07-02", "29/07/2026", None),
    ("WU22 EHT", "Vauxhall Vivaro", "SWB", "Diesel", 61980, "2022-09-15", "03/09/2026", None),
    ("VN70 BJX", "Citroen Berlingo", "Small", "Petrol", 74330, "2020-11-20", "21/03/2026", None),
    ("VK73 ZPE", "Renault Kangoo", "Small", "Electric", 31075, "2023-12-08", "07/12/2026", None),
    ("VO68 NFU", "Iveco Daily", "Luton", "Diesel", 143720, "2018-10-01", "23/04/2026", None),
    ("VA24 MWC", "Maxus eDeliver", "LWB", "Electric", 22890, "2024-05-30", "29/05/2027", None),
    ("VX16 GTH", "Peugeot Partner", "Small", "Diesel", 171905, "2016-03-21", "18/03/2026", "2025-10-24"),
    ("WR17 AVD", "Mercedes Sprinter", "LWB", "Diesel", 189340, "2017-08-14", "11/08/2025", "2025-08-01"),
)
_SERVICES = {"Same-day": 14.0, "Timed AM": 19.5, "Return trip": 22.0, "Pallet": 48.0}
_KINDS = ("Late", "Damaged", "Wrong address", "Missing parcel", "Driver manner")
_SIGNED = ("Reception", "J Hale", "Goods in", "P Marsh", "Neighbour", "S Iqbal", "Front desk")


def _clients(draw: random.Random) -> list[Row]:
    found: list[Row] = []
    for i, (name, trade, town, _) in enumerate(_CLIENTS, 1):
        opened = (
            _FIRST - timedelta(days=draw.randint(20, 2500))
            if i not in (26, 27, 28)
            else TODAY - timedelta(days=draw.randint(3, 40))
        )
        found.append(
            {
                "cl_id": i,
                "cl_code": f"{name[:3].upper()}{i:02d}",
                "cl_name": name,
                "cl_trade": trade,
                "cl_town": town,
                "cl_phone": f"01452 55{draw.randint(1000, 9999)}" if draw.random() < 0.8 else None,
                "cl_terms_days": draw.choice((14, 30, 30, 30, 60)),
                "cl_on_stop": int(name in ("Suffolks Wine", "Tufthorn Tyres", "Kingsholm Trophies")),
                "cl_opened": opened.isoformat(),
            }
        )
    return found


def _runs(draw: random.Random) -> list[Row]:
    found: list[Row] = []
    day = _FIRST
    while day <= TODAY:
        text = day.isoformat()
        if day.weekday() < 5 and text not in ("2025-08-25", "2025-12-25", "2025-12-26", "2026-01-01"):
            drivers = [i for i, d in enumerate(_DRIVERS, 1) if d[3] <= text and (d[4] is None or text <= d[4])]
            vans = [i for i, v in enumerate(_VANS, 1) if v[7] is None or text < v[7]]
            count = min(draw.choice((1, 2, 2, 3, 3) if day.month != 12 else (2, 3, 3, 4)), 4)
            weights = [(6, 5, 5, 4, 3, 4, 3, 3, 4, 1)[i - 1] for i in drivers]
            picked: list[int] = []
            while len(picked) < count:
                one = draw.choices(drivers, weights)[0]
                if one not in picked:
                    picked.append(one)
            for driver, van in zip(picked, draw.sample(vans, count), strict=True):
                shift = draw.choices(("AM", "PM"), (6, 4))[0]
                miles = draw.randint(38, 131) if shift == "AM" else draw.randint(22, 96)
                known = day < TODAY and draw.random() < 0.94
                found.append(
                    {
                        "ru_date": text,
                        "ru_shift": shift,
                        "ru_driver": driver,
                        "ru_van": van,
                        "ru_miles": miles if known else None,
                    }
                )
        day += timedelta(days=1)
    found.sort(key=lambda row: (row["ru_date"], row["ru_shift"]))
    return [{"ru_id": i, **row} for i, row in enumerate(found, 1)]


def _drop(draw: random.Random, day: date, run: Row | None, status: str) -> Row:
    """One drop for a day, not numbered yet."""
    zones = _DRIVERS[run["ru_driver"] - 1][5].split() if run else []
    zone = draw.choice(zones or [code for code, _, _ in _ZONES])
    if run and draw.random() < 0.15:
        zone = draw.choice(_ZONES)[0]
    client = draw.choices(range(1, len(_CLIENTS) + 1), [weight for _, _, _, weight in _CLIENTS])[0]
    service = draw.choices(tuple(_SERVICES), (10, 5, 3, 2))[0]
    parcels = draw.choices((1, 2, 3, 4, 6, 9), (9, 5, 3, 2, 1, 1))[0] if service != "Pallet" else draw.randint(1, 2)
    weight = round(draw.uniform(90, 420), 1) if service == "Pallet" else round(parcels * draw.uniform(0.4, 13.5), 1)
    extra = next(surcharge for code, _, surcharge in _ZONES if code == zone)
    morning = bool(run and run["ru_shift"] == "AM")
    before = timedelta(days=1) if morning and draw.random() < 0.6 and day > _FIRST else timedelta(0)
    booked = day - before
    while booked.weekday() > 4:
        booked -= timedelta(days=1)
    if booked == day:
        clock = f"{draw.randint(7, 8 if morning else 11):02d}:{draw.randint(0, 59):02d}"
    else:
        clock = f"{draw.randint(12, 17):02d}:{draw.randint(0, 59):02d}"
    done = f"{day.isoformat()} {draw.randint(9, 12) if morning else draw.randint(13, 18):02d}:{draw.randint(0, 59):02d}"
    reasons = draw.choices(("Nobody in", "Closed", "Bad address", "Refused", "Ran out of time"), (8, 5, 3, 2, 3))[0]
    return {
        "dp_client": client,
        "dp_zone": zone,
        "dp_run": run["ru_id"] if run else None,
        "dp_invoice": None,
        "dp_service": service,
        "dp_booked": f"{booked.isoformat()} {clock}",
        "dp_parcels": parcels,
        "dp_weight_kg": weight if draw.random() < 0.9 else None,
        "dp_price": round(_SERVICES[service] + extra + 1.25 * (parcels - 1), 2),
        "dp_status": status,
        "dp_delivered": done if status == "DELIVERED" else None,
        "dp_signed_by": draw.choice(_SIGNED) if status == "DELIVERED" and draw.random() < 0.85 else None,
        "dp_fail_reason": reasons if status == "FAILED" else None,
    }


def _drops(draw: random.Random, runs: list[Row]) -> list[Row]:
    found: list[Row] = []
    for run in runs:
        day = date.fromisoformat(run["ru_date"])
        for _ in range(draw.choice((2, 3, 3, 4, 5, 6))):
            status = (
                "OUT"
                if day == TODAY
                else draw.choices(("DELIVERED", "FAILED"), (91, 9 if run["ru_shift"] == "AM" else 14))[0]
            )
            found.append(_drop(draw, day, run, status))
        if draw.random() < 0.16:
            found.append(_drop(draw, day, None, "CANCELLED"))
    found.extend(_drop(draw, TODAY, None, "BOOKED") for _ in range(11))
    found.sort(key=lambda row: row["dp_booked"])
    return [{"dp_id": i, "dp_docket": f"GL{20400 + i}", **row} for i, row in enumerate(found, 1)]


def _invoices(draw: random.Random, clients: list[Row], drops: list[Row]) -> list[Row]:
    """An invoice per client and month; sets dp_invoice."""
    found: list[Row] = []
    for k in range(9):
        year, number = (2025, 6 + k) if k < 7 else (2026, k - 6)
        after = date(year + number // 12, number % 12 + 1, 1)
        for client in clients:
            mine = [
                d
                for d in drops
                if d["dp_client"] == client["cl_id"] and (d["dp_delivered"] or "").startswith(f"{year}-{number:02d}")
            ]
            if not mine:
                continue
            due = after + timedelta(days=client["cl_terms_days"])
            paid = due + timedelta(days=draw.choice((-9, -4, -1, 0, 2, 5, 11, 19, 34)))
            slow = draw.random() < (0.6 if client["cl_on_stop"] else 0.07)
            status = "PAID" if paid < TODAY and not slow else "SENT"
            if k == 8 and status == "SENT" and draw.random() < 0.4:
                status = "DRAFT"
            if draw.random() < 0.04:
                status = "VOID"
            net = round(sum(d["dp_price"] for d in mine), 2)
            vat = round(net * 0.2, 2)
            key = len(found) + 1
            if status != "VOID":
                for drop in mine:
                    drop["dp_invoice"] = key
            found.append(
                {
                    "in_id": key,
                    "in_no": f"INV-{3100 + key}",
                    "in_client": client["cl_id"],
                    "in_date": after.isoformat(),
                    "in_due": due.isoformat(),
                    "in_net": net,
                    "in_vat": vat,
                    "in_gross": round(net + vat, 2),
                    "in_status": status,
                    "in_paid_on": paid.isoformat() if status == "PAID" else None,
                }
            )
    return found


def _complaints(draw: random.Random, drops: list[Row], runs: list[Row]) -> list[Row]:
    found: list[Row] = []
    for drop in drops:
        if drop["dp_status"] not in ("DELIVERED", "FAILED"):
            continue
        run = runs[drop["dp_run"] - 1]
        if draw.random() > (0.13 if drop["dp_status"] == "FAILED" else 0.1 if run["ru_driver"] == 7 else 0.055):
            continue
        day = date.fromisoformat(run["ru_date"]) + timedelta(days=draw.randint(0, 4))
        kind = draw.choices(_KINDS, (8, 5, 3, 4, 2))[0]
        closed = day + timedelta(days=draw.randint(1, 21))
        ended = closed < TODAY and draw.random() < 0.95
        if day >= TODAY:
            continue
        credit = (
            round(draw.uniform(8, 45) if kind == "Late" else draw.uniform(15, 160), 2)
            if ended and draw.random() < 0.55
            else None
        )
        status = "OPEN" if not ended else "UPHELD" if credit else draw.choice(("REJECTED", "UPHELD"))
        found.append(
            {
                "co_drop": drop["dp_id"],
                "co_date": day.isoformat(),
                "co_kind": kind,
                "co_status": status,
                "co_credit": credit,
                "co_closed": closed.isoformat() if ended else None,
            }
        )
    found.sort(key=lambda row: row["co_date"])
    return [{"co_id": i, **row} for i, row in enumerate(found, 1)]


def _rows(seed: int) -> dict[str, list[Row]]:
    draw = random.Random(seed)
    clients = _clients(draw)
    runs = _runs(draw)
    drops = _drops(draw, runs)
    names = ("va_reg", "va_model", "va_size", "va_fuel", "va_odometer", "va_bought", "va_mot_due", "va_sold")
    people = ("dr_name", "dr_type", "dr_day_rate", "dr_started", "dr_left")
    return {
        "zone": [{"zo_code": c, "zo_name": n, "zo_surcharge": s} for c, n, s in _ZONES],
        "client": clients,
        "driver": [{"dr_id": i, **dict(zip(people, d[:5], strict=True))} for i, d in enumerate(_DRIVERS, 1)],
        "driver_zone": [{"dz_driver": i, "dz_zone": z} for i, d in enumerate(_DRIVERS, 1) for z in d[5].split()],
        "van": [{"va_id": i, **dict(zip(names, v, strict=True))} for i, v in enumerate(_VANS, 1)],
        "run": runs,
        "invoice": _invoices(draw, clients, drops),
        "drops": drops,
        "complaint": _complaints(draw, drops, runs),
    }


_DC = "FROM drops JOIN client ON cl_id = dp_client"
_DZ = "FROM drops JOIN zone ON zo_code = dp_zone"
_RD = "FROM run JOIN driver ON dr_id = ru_driver"
_IC = "FROM invoice JOIN client ON cl_id = in_client"
_CD = "FROM complaint JOIN drops ON dp_id = co_drop"

QUESTIONS = (
    Asked("how many drivers still with us?", "SELECT count(*) FROM driver WHERE dr_left IS NULL"),
    Asked(
        "day rate on average per driver type, all drivers ever",
        "SELECT dr_type, avg(dr_day_rate) FROM driver GROUP BY 1",
    ),
    Asked("vans we havent sold, by fuel", "SELECT va_fuel, count(*) FROM van WHERE va_sold IS NULL GROUP BY 1"),
    Asked(
        "how many of the vans we still have need there MOT before the end of april",
        "SELECT count(*) FROM van WHERE va_sold IS NULL AND "
        "substr(va_mot_due, 7) || '-' || substr(va_mot_due, 4, 2) || '-' || substr(va_mot_due, 1, 2) < '2026-04-30'",
    ),
    Asked(
        "what is on the odometer of the van we bought last?",
        "SELECT va_odometer FROM van ORDER BY va_bought DESC LIMIT 1",
    ),
    Asked("clients on stop?", "SELECT count(*) FROM client WHERE cl_on_stop = 1"),
    Asked("how many client we have in each town", "SELECT cl_town, count(*) FROM client GROUP BY 1"),
    Asked("clinets with no phone no, how many", "SELECT count(*) FROM client WHERE cl_phone IS NULL"),
    Asked(
        "clients who never had one drop with us, how many is it",
        "SELECT count(*) FROM client WHERE cl_id NOT IN (SELECT dp_client FROM drops)",
    ),
    Asked(
        "how many of the drivers we have now cover each zone",
        "SELECT zo_name, count(*) FROM driver_zone JOIN zone ON zo_code = dz_zone JOIN driver ON dr_id = dz_driver "
        "WHERE dr_left IS NULL GROUP BY 1",
    ),
    Asked(
        "drivers w no zone set", "SELECT count(*) FROM driver WHERE dr_id NOT IN (SELECT dz_driver FROM driver_zone)"
    ),
    Asked("drops booked yesterday?", "SELECT count(*) FROM drops WHERE dp_booked LIKE '2026-03-11%'"),
    Asked(
        "drops booked in febuary split by service please",
        "SELECT dp_service, count(*) FROM drops WHERE dp_booked LIKE '2026-02%' GROUP BY 1",
    ),
    Asked(
        "drops w no run yet, skip cancelled ones",
        "SELECT count(*) FROM drops WHERE dp_run IS NULL AND dp_status <> 'CANCELLED'",
    ),
    Asked(
        "What percentage of the drops booked in January were delivered?",
        "SELECT 100.0 * sum(dp_status = 'DELIVERED') / count(*) FROM drops WHERE dp_booked LIKE '2026-01%'",
    ),
    Asked(
        "failed drops: count for every reason",
        "SELECT dp_fail_reason, count(*) FROM drops WHERE dp_status = 'FAILED' GROUP BY 1",
    ),
    Asked(
        "how many parcels did we deliver in december, per zone",
        f"SELECT zo_name, sum(dp_parcels) {_DZ} WHERE dp_status = 'DELIVERED' AND dp_delivered LIKE '2025-12%' GROUP BY 1",
    ),
    Asked("avg weight pallet drop, kg", "SELECT avg(dp_weight_kg) FROM drops WHERE dp_service = 'Pallet'"),
    Asked(
        "top 5 clients on price of delivered drops",
        f"SELECT cl_name, sum(dp_price) {_DC} WHERE dp_status = 'DELIVERED' GROUP BY cl_id ORDER BY 2 DESC LIMIT 5",
    ),
    Asked(
        "compare please delivered drops for Hollins Print and Leckhampton Press, how many each",
        f"SELECT cl_name, count(*) {_DC} WHERE dp_status = 'DELIVERED' AND cl_name IN ('Hollins Print', 'Leckhampton Press') GROUP BY 1",
    ),
    Asked(
        "delivered drops nobody signed for since new year?",
        "SELECT count(*) FROM drops WHERE dp_status = 'DELIVERED' AND dp_signed_by IS NULL AND dp_delivered >= '2026-01-01'",
    ),
    Asked(
        "total price of drops delivered but not on any invoice",
        "SELECT sum(dp_price) FROM drops WHERE dp_status = 'DELIVERED' AND dp_invoice IS NULL",
    ),
    Asked(
        "miles each van did last month",
        "SELECT va_reg, sum(ru_miles) FROM run JOIN van ON va_id = ru_van WHERE ru_date LIKE '2026-02%' GROUP BY 1",
    ),
    Asked(
        "darren pugh vs ewa nowak - number of runs this year",
        f"SELECT dr_name, count(*) {_RD} WHERE dr_name IN ('Darren Pugh', 'Ewa Nowak') AND ru_date LIKE '2026%' GROUP BY 1",
    ),
    Asked("avrage miles of a run, am and pm", "SELECT ru_shift, avg(ru_miles) FROM run GROUP BY 1"),
    Asked(
        "Gross total of the invoices that are sent but not yet paid?",
        "SELECT sum(in_gross) FROM invoice WHERE in_status = 'SENT'",
    ),
    Asked(
        "how many sent invoices r past there due date",
        "SELECT count(*) FROM invoice WHERE in_status = 'SENT' AND in_due < '2026-03-12'",
    ),
    Asked(
        "who owes most? top 3 clients, gross on sent invoices",
        f"SELECT cl_name, sum(in_gross) {_IC} WHERE in_status = 'SENT' GROUP BY cl_id ORDER BY 2 DESC LIMIT 3",
    ),
    Asked(
        "net of paid invoices month by month, by invoice date",
        "SELECT substr(in_date, 1, 7) || '-01', sum(in_net) FROM invoice WHERE in_status = 'PAID' GROUP BY 1",
    ),
    Asked(
        "how many complaints are open",
        "SELECT count(*) FROM complaint WHERE co_status = 'OPEN'",
    ),
    Asked(
        "how much credit we gave for complaints closed in 2025, by kind of complaint",
        "SELECT co_kind, sum(co_credit) FROM complaint WHERE co_closed LIKE '2025%' GROUP BY 1",
    ),
    Asked(
        "Which driver has had the most complaints, and how many?",
        f"SELECT dr_name, count(*) {_CD} JOIN run ON ru_id = dp_run JOIN driver ON dr_id = ru_driver GROUP BY dr_id ORDER BY 2 DESC LIMIT 1",
    ),
    Asked("fuel cost per van in feb", None),
    Asked("how many driver was sick last week", None),
    Asked("whats our google review score", None),
    Asked("How many parking fines did we get this year?", None),
)


def courier(seed: int = 417) -> World:
    """The courier depot with its questions."""
    return World("Courier depot", TODAY, TABLES, _rows(seed), QUESTIONS)
