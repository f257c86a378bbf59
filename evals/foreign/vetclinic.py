"""A small-animal practice in County Clare with two branches, as an old practice package lays it out: singular tables, prefixed columns,
Y/N flags, primary keys declared and foreign keys only on the later tables. cli_registered is DD/MM/YYYY (it came over from the card
index), all other dates are ISO. A voided invoice keeps its lines; an invoice without an appointment is a counter sale; a staff member
without stf_left is still there; prd_stock is NULL for what is not kept on a shelf."""

import random
from datetime import date, timedelta

from evals.foreign.world import Asked, Row, World

_FIRST, TODAY = date(2024, 1, 3), date(2026, 4, 14)
_LAST = TODAY - timedelta(days=1)

TABLES = {
    "branch": "br_code TEXT PRIMARY KEY, br_name TEXT NOT NULL, br_phone TEXT, br_opened TEXT",
    "staff": "stf_id INTEGER PRIMARY KEY, stf_name TEXT NOT NULL, stf_role TEXT, stf_base_br TEXT, stf_started TEXT, stf_left TEXT",
    "client": "cli_id INTEGER PRIMARY KEY, cli_name TEXT NOT NULL, cli_town TEXT, cli_mobile TEXT, cli_email TEXT, cli_sms_ok TEXT, "
    "cli_registered TEXT, cli_home_br TEXT, cli_archived TEXT",
    "patient": "pat_id INTEGER PRIMARY KEY, cli_id INTEGER, pat_name TEXT, pat_species TEXT, pat_breed TEXT, pat_sex TEXT, pat_neutered TEXT, "
    "pat_dob TEXT, pat_weight_kg REAL, pat_insurer TEXT, pat_status TEXT, pat_died_on TEXT",
    "appt": "apt_id INTEGER PRIMARY KEY, pat_id INTEGER, br_code TEXT, vet_id INTEGER, apt_date TEXT, apt_time TEXT, apt_mins INTEGER, "
    "apt_reason TEXT, apt_status TEXT",
    "product": "prd_code TEXT PRIMARY KEY, prd_descr TEXT, prd_group TEXT, prd_price REAL, prd_stock INTEGER, prd_reorder_level INTEGER",
    "invoice": "inv_no TEXT PRIMARY KEY, cli_id INTEGER REFERENCES client (cli_id), apt_id INTEGER REFERENCES appt (apt_id), "
    "br_code TEXT REFERENCES branch (br_code), inv_date TEXT, inv_total REAL, inv_paid_on TEXT, inv_pay_method TEXT, inv_void TEXT",
    "invoice_item": "itm_id INTEGER PRIMARY KEY, inv_no TEXT REFERENCES invoice (inv_no), prd_code TEXT REFERENCES product (prd_code), "
    "itm_qty INTEGER, itm_unit_price REAL, itm_amount REAL",
    "vaccination": "vac_id INTEGER PRIMARY KEY, pat_id INTEGER REFERENCES patient (pat_id), vac_type TEXT, vac_batch TEXT, vac_given_on TEXT, "
    "vac_due_on TEXT",
}

_BRANCHES = (("ABG", "Abbeygate", "065 555 0140", "2009-03-02"), ("LKS", "Lakeside", "065 555 0177", "2018-09-17"))
_STAFF = (
    ("Niamh Keane", "Vet", "ABG", "2009-03-02", None),
    ("Tom Lally", "Vet", "LKS", "2018-09-17", None),
    ("Beatriz Moura", "Vet", "ABG", "2021-06-14", None),
    ("Colm Hehir", "Vet", "LKS", "2020-01-13", "2025-06-27"),
    ("Ewa Nowicka", "Vet", "LKS", "2025-05-06", None),
    ("Sinead Roche", "Nurse", "ABG", "2012-10-01", None),
    ("Gary Considine", "Nurse", "LKS", "2019-02-11", None),
    ("Orla Tuohy", "Nurse", "ABG", "2022-08-22", None),
    ("Jess Molony", "Nurse", "ABG", "2023-01-09", "2024-11-15"),
    ("Ciara Fahy", "Nurse", "ABG", "2024-12-02", None),
    ("Bernie Slattery", "Receptionist", "ABG", "2010-05-04", None),
    ("Dominik Pawlak", "Receptionist", "LKS", "2022-03-28", None),
    ("Aine Kerin", "Receptionist", "LKS", "2019-07-01", "2022-03-18"),
)
_PRODUCTS = (
    ("CON1", "Consultation", "Consults", 52.0, None, None),
    ("CON2", "Follow-up consultation", "Consults", 32.0, None, None),
    ("CON3", "Out-of-hours call", "Consults", 110.0, None, None),
    ("VAD7", "Dog booster DHP/L4", "Vaccines", 44.0, 38, 20),
    ("VAKC", "Kennel cough nasal", "Vaccines", 29.5, 9, 12),
    ("VAC3", "Cat booster FVRCP", "Vaccines", 41.0, 27, 15),
    ("VAFL", "Feline leukaemia", "Vaccines", 36.0, 6, 8),
    ("VARB", "Rabbit myxo/RHD", "Vaccines", 48.0, 11, 5),
    ("MDAN", "Amoxiclav tablets x14", "Medicines", 23.8, 44, 25),
    ("MDPR", "Prednisolone tablets x30", "Medicines", 18.2, 13, 20),
    ("MDME", "Meloxicam oral 32ml", "Medicines", 27.6, 31, 15),
    ("MDFL", "Flea and tick spot-on", "Medicines", 16.9, 72, 40),
    ("MDWO", "Worming tablet", "Medicines", 9.4, 118, 60),
    ("MDEA", "Ear drops 17g", "Medicines", 21.3, 8, 10),
    ("MDIN", "Insulin vial 10ml", "Medicines", 58.0, 4, 3),
    ("SGSP", "Spay", "Surgery", 235.0, None, None),
    ("SGCA", "Castration", "Surgery", 165.0, None, None),
    ("SGLM", "Lump removal", "Surgery", 310.0, None, None),
    ("SGCR", "Cruciate repair", "Surgery", 1450.0, None, None),
    ("SGST", "Wound stitching", "Surgery", 128.0, None, None),
    ("DNSC", "Scale and polish", "Dental", 190.0, None, None),
    ("DNEX", "Tooth extraction", "Dental", 46.0, None, None),
    ("DXBL", "Blood profile", "Diagnostics", 88.0, None, None),
    ("DXXR", "X-ray, two views", "Diagnostics", 142.0, None, None),
    ("DXUS", "Ultrasound abdomen", "Diagnostics", 155.0, None, None),
    ("FDRD", "Renal diet dog 4kg", "Food", 39.9, 14, 6),
    ("FDRC", "Renal diet cat 1.5kg", "Food", 21.5, 10, 8),
    ("FDGI", "Gastro diet 2kg", "Food", 27.4, 5, 9),
    ("FDPU", "Puppy starter 3kg", "Food", 24.9, 17, 10),
    ("FDHY", "Rabbit hay 1kg", "Food", 8.75, 21, 12),
    ("FDHP", "Hypoallergenic diet 7kg", "Food", 71.0, 3, 2),
    ("FDOB", "Weight control cat 3kg", "Food", 33.6, 7, 4),
)
_PRICES = {code: price for code, _, _, price, _, _ in _PRODUCTS}
_NEVER_SOLD = ("FDHP", "DXUS", "FDOB")
_SURNAMES = (
    (
        "Burke",
        "Clancy",
        "Daly",
        "Egan",
        "Flanagan",
        "Griffin",
        "Hogan",
        "Keating",
        "Liddy",
        "McInerney",
        "Nagle",
        "O'Dea",
    ),
    (
        "Aoife",
        "Brian",
        "Catriona",
        "Declan",
        "Eimear",
        "Frank",
        "Grainne",
        "Hugh",
        "Imelda",
        "Joe",
        "Kate",
        "Liam",
        "Maeve",
        "Noel",
        "Paula",
    ),
)
_NEWCOMERS = ("Kowalska, Marta", "Silva, Thiago", "Petrov, Ilia", "Schmidt, Jutta", "Okafor, Chidi", "Rossi, Elena")
_TOWNS = ("Ennis", "Clarecastle", "Quin", "Corofin", "Killaloe", "Shannon")
_BREEDS = {
    "Canine": (
        ("Labrador", 31.0),
        ("Border Collie", 19.0),
        ("Jack Russell", 7.2),
        ("Cocker Spaniel", 13.5),
        ("Bichon Frise", 5.8),
        ("Greyhound", 29.0),
    ),
    "Feline": (("Domestic Shorthair", 4.4), ("Domestic Longhair", 4.8), ("Siamese", 3.9), ("Maine Coon", 6.9)),
    "Rabbit": (("Lop", 2.3), ("Netherland Dwarf", 1.1)),
    "Guinea pig": (("Abyssinian", 0.9),),
}
_PETS = (
    "Bella",
    "Max",
    "Luna",
    "Charlie",
    "Poppy",
    "Teddy",
    "Milo",
    "Daisy",
    "Rex",
    "Biscuit",
    "Ollie",
    "Molly",
    "Shadow",
    "Ginger",
    "Fionn",
    "Sooty",
)
_MINUTES = {
    "Vaccination": (15, 20),
    "Check-up": (15, 20),
    "Illness": (20, 30),
    "Injury": (20, 30, 40),
    "Surgery": (60, 75, 90, 120),
    "Dental": (45, 60),
}
_VACCINES = {
    "Canine": (("DHP/L4", "VAD7"), ("Kennel cough", "VAKC")),
    "Feline": (("FVRCP", "VAC3"), ("FeLV", "VAFL")),
    "Rabbit": (("Myxo/RHD", "VARB"),),
}


def _clients(draw: random.Random) -> list[Row]:
    names = draw.sample([f"{a}, {b}" for a in _SURNAMES[0] for b in _SURNAMES[1]], 138) + list(_NEWCOMERS)
    draw.shuffle(names)
    days = sorted(draw.choices((draw.randint(0, 1600), draw.randint(1601, 2290)), (1, 1))[0] for _ in names)
    clients: list[Row] = []
    for i, (name, day) in enumerate(zip(names, days, strict=True), 1):
        surname, forename = name.lower().replace("'", "").split(", ")
        town = draw.choices(_TOWNS, (8, 4, 3, 2, 3, 4))[0]
        at_lake = draw.random() < (0.85 if town in ("Killaloe", "Shannon") else 0.25)
        mobile = f"08{draw.choice('3567')} 555 {draw.randint(1000, 9999)}" if draw.random() < 0.93 else None
        clients.append(
            {
                "cli_id": 1000 + i,
                "cli_name": name,
                "cli_town": town,
                "cli_mobile": mobile,
                "cli_email": f"{forename}.{surname}@example.ie" if draw.random() < 0.78 else None,
                "cli_sms_ok": "Y" if mobile and draw.random() < 0.7 else "N",
                "cli_registered": (date(2020, 1, 2) + timedelta(days=day)).strftime("%d/%m/%Y"),
                "cli_home_br": "LKS" if at_lake else "ABG",
                "cli_archived": "Y" if day < 1800 and draw.random() < 0.13 else "N",
            }
        )
    return clients


def _registered(client: Row) -> date:
    day, month, year = client["cli_registered"].split("/")
    return date(int(year), int(month), int(day))


def _patients(draw: random.Random, clients: list[Row]) -> list[Row]:
    patients: list[Row] = []
    for client in clients:
        for _ in range(draw.choices((0, 1, 2, 3, 4), (7, 55, 26, 9, 3))[0]):
            species = draw.choices(tuple(_BREEDS), (56, 35, 7, 3))[0]
            breed, weight = draw.choice(_BREEDS[species])
            born = _registered(client) - timedelta(days=draw.randint(50, 2600))
            status = (
                "MOVED"
                if client["cli_archived"] == "Y"
                else draw.choices(("ACTIVE", "DECEASED", "MOVED"), (82, 14, 4))[0]
            )
            died = None
            if status == "DECEASED":
                since = max(_FIRST, _registered(client)) + timedelta(days=25)
                died = since + timedelta(days=draw.randint(0, max(1, (_LAST - since).days)))
                if died > _LAST:
                    status, died = "ACTIVE", None
            patients.append(
                {
                    "pat_id": len(patients) + 1,
                    "cli_id": client["cli_id"],
                    "pat_name": draw.choice(_PETS),
                    "pat_species": species,
                    "pat_breed": breed,
                    "pat_sex": draw.choice("MF"),
                    "pat_neutered": "Y" if draw.random() < (0.74 if species == "Feline" else 0.55) else "N",
                    "pat_dob": born.isoformat() if draw.random() < 0.88 else None,
                    "pat_weight_kg": round(weight * draw.uniform(0.8, 1.25), 1) if draw.random() < 0.92 else None,
                    "pat_insurer": draw.choice(("Allianz", "PetGuard", "Petinsure"))
                    if species in ("Canine", "Feline") and draw.random() < 0.36
                    else None,
                    "pat_status": status,
                    "pat_died_on": died.isoformat() if died else None,
                }
            )
    return patients


def _vet(draw: random.Random, branch: str, day: date) -> int:
    there = [
        i
        for i, (_, role, _, started, left) in enumerate(_STAFF, 1)
        if role == "Vet" and started <= day.isoformat() and (left is None or day.isoformat() <= left)
    ]
    return draw.choices(there, [{1: 7, 3: 5}.get(i, 4) if _STAFF[i - 1][2] == branch else 1 for i in there])[0]


def _appts(draw: random.Random, clients: list[Row], patients: list[Row]) -> list[Row]:
    by_id = {client["cli_id"]: client for client in clients}
    seen = [patient for patient in patients if draw.random() < 0.93]
    plans: list[tuple[date, str, Row]] = []
    while len(plans) < 620:
        day = _FIRST + timedelta(days=draw.randint(0, (_LAST - _FIRST).days + 42))
        patient = draw.choice(seen)
        until = {"DECEASED": patient["pat_died_on"], "MOVED": "2025-08-31"}.get(patient["pat_status"], "9999")
        free = day.weekday() < 5 or (day.weekday() == 5 and draw.random() < 0.55)
        if (
            free
            and _registered(by_id[patient["cli_id"]]) <= day
            and day.isoformat() <= until
            and (day <= _LAST or draw.random() < 0.8)
        ):
            late = 12 if day.weekday() == 5 else 17
            plans.append((day, f"{draw.randint(9, late):02}:{draw.choice(('00', '15', '30', '45'))}", patient))
    appts: list[Row] = []
    for day, time, patient in sorted(plans, key=lambda plan: plan[:2]):
        home = by_id[patient["cli_id"]]["cli_home_br"]
        branch = home if draw.random() < 0.88 else "ABG" if home == "LKS" else "LKS"
        coming = day > _LAST
        reason = draw.choices(tuple(_MINUTES), (32, 16, 24, 10, 10, 8))[0]
        if reason == "Vaccination" and patient["pat_species"] not in _VACCINES:
            reason = "Check-up"
        status = draw.choices(
            ("BOOKED" if coming else "COMPLETED", "CANCELLED", "NO-SHOW"), (84, 9, 0 if coming else 7)
        )[0]
        appts.append(
            {
                "apt_id": len(appts) + 1,
                "pat_id": patient["pat_id"],
                "br_code": branch,
                "vet_id": None if coming and draw.random() < 0.25 else _vet(draw, branch, day),
                "apt_date": day.isoformat(),
                "apt_time": time,
                "apt_mins": draw.choice(_MINUTES[reason]),
                "apt_reason": reason,
                "apt_status": status,
            }
        )
    return appts


def _basket(draw: random.Random, reason: str, patient: Row, vaccine: str | None) -> list[tuple[str, int]]:
    """What one visit is billed for: product, quantity."""
    found: list[tuple[str, int]] = []
    if vaccine:
        found += [("CON2", 1), (vaccine, 1)]
    elif reason in ("Check-up", "Illness", "Injury"):
        found.append((draw.choices(("CON1", "CON2", "CON3"), (8, 3, 1))[0], 1))
    if reason == "Surgery":
        spay = "SGSP" if patient["pat_sex"] == "F" else "SGCA"
        found.append(
            (draw.choices((spay, "SGLM", "SGCR"), (7, 3, 1 if patient["pat_species"] == "Canine" else 0))[0], 1)
        )
    if reason == "Dental":
        found += [("DNSC", 1)] + ([("DNEX", draw.randint(1, 4))] if draw.random() < 0.5 else [])
    if reason == "Illness":
        found.append((draw.choice(("MDAN", "MDPR", "MDEA", "DXBL", "MDME", "MDIN")), 1))
    if reason == "Injury":
        found.append((draw.choice(("DXXR", "SGST", "MDME")), 1))
    if draw.random() < 0.25:
        found.append((draw.choice(("MDFL", "MDWO")), draw.randint(1, 3)))
    return found


def _rows(seed: int) -> dict[str, list[Row]]:
    draw = random.Random(seed)
    clients = _clients(draw)
    patients = _patients(draw, clients)
    appts = _appts(draw, clients, patients)
    owners = {patient["pat_id"]: patient for patient in patients}
    vaccinations: list[Row] = []
    sales: list[tuple[str, int, int | None, str, list[tuple[str, int]]]] = []
    for appt in appts:
        if appt["apt_status"] != "COMPLETED":
            continue
        patient, vaccine = owners[appt["pat_id"]], None
        if appt["apt_reason"] == "Vaccination":
            kind, vaccine = draw.choices(
                _VACCINES[patient["pat_species"]], (7, 3)[: len(_VACCINES[patient["pat_species"]])]
            )[0]
            given = date.fromisoformat(appt["apt_date"])
            due = given + timedelta(days=28 if draw.random() < 0.12 else 365)
            vaccinations.append(
                {
                    "vac_id": len(vaccinations) + 1,
                    "pat_id": patient["pat_id"],
                    "vac_type": kind,
                    "vac_batch": f"{draw.choice('ABKR')}{draw.randint(100, 999)}{draw.choice('XYZ')}",
                    "vac_given_on": given.isoformat(),
                    "vac_due_on": due.isoformat() if draw.random() < 0.95 else None,
                }
            )
        if draw.random() < 0.97:
            sales.append(
                (
                    appt["apt_date"],
                    patient["cli_id"],
                    appt["apt_id"],
                    appt["br_code"],
                    _basket(draw, appt["apt_reason"], patient, vaccine),
                )
            )
    foods = [code for code, _, group, *_ in _PRODUCTS if group == "Food" and code not in _NEVER_SOLD]
    while len(sales) < 590:
        day, client = _FIRST + timedelta(days=draw.randint(0, (_LAST - _FIRST).days)), draw.choice(clients)
        if day.weekday() < 6 and client["cli_archived"] == "N" and _registered(client) <= day:
            picked = draw.sample([*foods, "MDFL", "MDWO"], draw.choice((1, 1, 2)))
            sales.append(
                (
                    day.isoformat(),
                    client["cli_id"],
                    None,
                    client["cli_home_br"],
                    [(code, draw.randint(1, 3)) for code in picked],
                )
            )
    invoices: list[Row] = []
    items: list[Row] = []
    for number, (day, client_id, appt_id, branch, basket) in enumerate(sorted(sales, key=lambda sale: sale[0]), 20411):
        factor = {"2024": 1.0, "2025": 1.04}.get(day[:4], 1.08)
        lines = [(code, quantity, round(_PRICES[code] * factor, 2)) for code, quantity in basket]
        void = draw.random() < 0.045
        wait = draw.choices((0, draw.randint(3, 45)), (8, 2))[0] if appt_id else 0
        paid = date.fromisoformat(day) + timedelta(days=wait)
        settled = not void and paid <= _LAST and (appt_id is None or draw.random() < (0.94 if day < "2025-12" else 0.8))
        invoices.append(
            {
                "inv_no": f"V{number}",
                "cli_id": client_id,
                "apt_id": appt_id,
                "br_code": branch,
                "inv_date": day,
                "inv_total": round(sum(round(quantity * price, 2) for _, quantity, price in lines), 2),
                "inv_paid_on": paid.isoformat() if settled else None,
                "inv_pay_method": draw.choices(("CARD", "CASH", "TRANSFER"), (7, 2, 2))[0] if settled else None,
                "inv_void": "Y" if void else "N",
            }
        )
        for code, quantity, price in lines:
            items.append(
                {
                    "itm_id": len(items) + 1,
                    "inv_no": f"V{number}",
                    "prd_code": code,
                    "itm_qty": quantity,
                    "itm_unit_price": price,
                    "itm_amount": round(quantity * price, 2),
                }
            )
    return {
        "branch": [{"br_code": c, "br_name": n, "br_phone": p, "br_opened": o} for c, n, p, o in _BRANCHES],
        "staff": [
            {"stf_id": i, "stf_name": n, "stf_role": r, "stf_base_br": b, "stf_started": s, "stf_left": e}
            for i, (n, r, b, s, e) in enumerate(_STAFF, 1)
        ],
        "client": clients,
        "patient": patients,
        "appt": appts,
        "product": [
            {"prd_code": c, "prd_descr": d, "prd_group": g, "prd_price": p, "prd_stock": s, "prd_reorder_level": r}
            for c, d, g, p, s, r in _PRODUCTS
        ],
        "invoice": invoices,
        "invoice_item": items,
        "vaccination": vaccinations,
    }


_AP = "FROM appt a JOIN branch b ON b.br_code = a.br_code"
_VT = "FROM appt a JOIN staff s ON s.stf_id = a.vet_id"
_IN = "FROM invoice i JOIN client c ON c.cli_id = i.cli_id JOIN branch b ON b.br_code = i.br_code"
_IT = "FROM invoice_item t JOIN invoice i ON i.inv_no = t.inv_no JOIN product p ON p.prd_code = t.prd_code"

QUESTIONS = (
    Asked(
        "nurses still working here, by base branch",
        "SELECT b.br_name, count(*) FROM staff s JOIN branch b ON b.br_code = s.stf_base_br "
        "WHERE s.stf_role = 'Nurse' AND s.stf_left IS NULL GROUP BY 1",
    ),
    Asked(
        "active patients split by species pls",
        "SELECT pat_species, count(*) FROM patient WHERE pat_status = 'ACTIVE' GROUP BY 1",
    ),
    Asked(
        "How many cats did we lose in 2025 (died)?",
        "SELECT count(*) FROM patient WHERE pat_species = 'Feline' AND pat_died_on LIKE '2025%'",
    ),
    Asked(
        "avrage weight of the active labradors",
        "SELECT avg(pat_weight_kg) FROM patient WHERE pat_breed = 'Labrador' AND pat_status = 'ACTIVE'",
    ),
    Asked(
        "What share of the active cats is neutered, in percent?",
        "SELECT 100.0 * sum(pat_neutered = 'Y') / count(*) FROM patient WHERE pat_species = 'Feline' AND pat_status = 'ACTIVE'",
    ),
    Asked(
        "what was the total on the latest void invoice?",
        "SELECT inv_total FROM invoice WHERE inv_void = 'Y' ORDER BY inv_date DESC LIMIT 1",
    ),
    Asked(
        "vaccinations due next month for active patients - how many",
        "SELECT count(*) FROM vaccination v JOIN patient p ON p.pat_id = v.pat_id "
        "WHERE v.vac_due_on LIKE '2026-05%' AND p.pat_status = 'ACTIVE'",
    ),
    Asked(
        "how many clients havent given an email, not counting archived",
        "SELECT count(*) FROM client WHERE cli_email IS NULL AND cli_archived = 'N'",
    ),
    Asked(
        "How many clients have registered in 2025? Archived also count.",
        "SELECT count(*) FROM client WHERE substr(cli_registered, 7) = '2025'",
    ),
    Asked(
        "products that were never on any invoice, how many",
        "SELECT count(*) FROM product p WHERE NOT EXISTS (SELECT 1 FROM invoice_item t WHERE t.prd_code = p.prd_code)",
    ),
    Asked(
        "clients with no animal on file at all, how many are they? archived or not",
        "SELECT count(*) FROM client c WHERE NOT EXISTS (SELECT 1 FROM patient p WHERE p.cli_id = c.cli_id)",
    ),
    Asked(
        "how many clients own 3 or more active patients",
        "SELECT count(*) FROM (SELECT cli_id FROM patient WHERE pat_status = 'ACTIVE' GROUP BY 1 HAVING count(*) >= 3)",
    ),
    Asked(
        "completed appointments each month of 2025",
        "SELECT substr(apt_date, 1, 7) || '-01', count(*) FROM appt WHERE apt_status = 'COMPLETED' AND apt_date LIKE '2025%' GROUP BY 1",
    ),
    Asked(
        "what % of all the appointments in 2025 were no-shows",
        "SELECT 100.0 * sum(apt_status = 'NO-SHOW') / count(*) FROM appt WHERE apt_date LIKE '2025%'",
    ),
    Asked(
        "no shows last year by branch",
        f"SELECT b.br_name, count(*) {_AP} WHERE a.apt_status = 'NO-SHOW' AND a.apt_date LIKE '2025%' GROUP BY 1",
    ),
    Asked(
        "how many apointments are booked at lakeside still to come",
        f"SELECT count(*) {_AP} WHERE a.apt_status = 'BOOKED' AND b.br_name = 'Lakeside'",
    ),
    Asked(
        "booked appts with no vet on them yet?",
        "SELECT count(*) FROM appt WHERE apt_status = 'BOOKED' AND vet_id IS NULL",
    ),
    Asked(
        "Top 3 vets for completed appointments in 2025",
        f"SELECT s.stf_name, count(*) {_VT} WHERE a.apt_status = 'COMPLETED' AND a.apt_date LIKE '2025%' GROUP BY 1 ORDER BY 2 DESC LIMIT 3",
    ),
    Asked(
        "abbeygate vs lakeside, completed appts so far this year",
        f"SELECT b.br_name, count(*) {_AP} WHERE a.apt_status = 'COMPLETED' AND a.apt_date LIKE '2026%' GROUP BY 1",
    ),
    Asked(
        "How many minutes takes a completed surgery appointment in average?",
        "SELECT avg(apt_mins) FROM appt WHERE apt_status = 'COMPLETED' AND apt_reason = 'Surgery'",
    ),
    Asked(
        "completed appts on saturdays in 2025?",
        "SELECT count(*) FROM appt WHERE apt_status = 'COMPLETED' AND apt_date LIKE '2025%' AND strftime('%w', apt_date) = '6'",
    ),
    Asked(
        "invoice totals for march by branch, leave the void ones out",
        f"SELECT b.br_name, sum(i.inv_total) {_IN} WHERE i.inv_void = 'N' AND i.inv_date LIKE '2026-03%' GROUP BY 1",
    ),
    Asked(
        "how much money is still not paid on invoices? no voids",
        "SELECT sum(inv_total) FROM invoice WHERE inv_void = 'N' AND inv_paid_on IS NULL",
    ),
    Asked(
        "the 5 clients owing us most, ie unpaid invoices that arent void",
        f"SELECT c.cli_name, sum(i.inv_total) {_IN} WHERE i.inv_void = 'N' AND i.inv_paid_on IS NULL GROUP BY c.cli_id ORDER BY 2 DESC LIMIT 5",
    ),
    Asked(
        "2 oldest unpaid invoices (not void) and the total of each",
        "SELECT inv_no, inv_total FROM invoice WHERE inv_void = 'N' AND inv_paid_on IS NULL ORDER BY inv_date LIMIT 2",
    ),
    Asked(
        "invoices dated 2025 that are paid - total per payment method",
        "SELECT inv_pay_method, sum(inv_total) FROM invoice WHERE inv_paid_on IS NOT NULL AND inv_date LIKE '2025%' GROUP BY 1",
    ),
    Asked(
        "what did the appointments of niamh keane and of tom lally bring in, invoices dated 2025, voids excluded?",
        "SELECT s.stf_name, sum(i.inv_total) FROM invoice i JOIN appt a ON a.apt_id = i.apt_id JOIN staff s ON s.stf_id = a.vet_id "
        "WHERE s.stf_name IN ('Niamh Keane', 'Tom Lally') AND i.inv_void = 'N' AND i.inv_date LIKE '2025%' GROUP BY 1",
    ),
    Asked(
        "How many invoices of 2025 have no appointment behind them? Void ones please not.",
        "SELECT count(*) FROM invoice WHERE apt_id IS NULL AND inv_void = 'N' AND inv_date LIKE '2025%'",
    ),
    Asked(
        "3 best selling foods since jan 2025, by quantity, no void invoices",
        f"SELECT p.prd_descr, sum(t.itm_qty) {_IT} WHERE p.prd_group = 'Food' AND i.inv_void = 'N' AND i.inv_date >= '2025-01-01' "
        "GROUP BY 1 ORDER BY 2 DESC LIMIT 3",
    ),
    Asked(
        "what percentage of the 2025 invoice item amounts is dental products? w/o voided invoices",
        f"SELECT 100.0 * sum(CASE WHEN p.prd_group = 'Dental' THEN t.itm_amount ELSE 0 END) / sum(t.itm_amount) {_IT} "
        "WHERE i.inv_void = 'N' AND i.inv_date LIKE '2025%'",
    ),
    Asked(
        "how many prodcuts have less in stock than there reorder level",
        "SELECT count(*) FROM product WHERE prd_stock < prd_reorder_level",
    ),
    Asked(
        "How many active dogs have not one vaccination recorded?",
        "SELECT count(*) FROM patient p WHERE p.pat_species = 'Canine' AND p.pat_status = 'ACTIVE' "
        "AND NOT EXISTS (SELECT 1 FROM vaccination v WHERE v.pat_id = p.pat_id)",
    ),
    Asked("average google review for lakeside?", None),
    Asked("what we pay for rent in the abbeygate building each month", None),
    Asked("how many miles did the practice van do last year", None),
    Asked("whats ewa's salary", None),
)


def vetclinic(seed: int = 417) -> World:
    """The veterinary practice with its questions."""
    return World("Vet practice", TODAY, TABLES, _rows(seed), QUESTIONS)
