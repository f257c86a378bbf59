"""Small databases of other fields, each with habits of its own: a boatyard in abbreviations, a music school in names that run
together, a waste collector in prefixed CamelCase. Few rows, so that every figure can be counted by hand."""

from datetime import date

from evals.foreign.world import Row, World

TODAY = date(2025, 6, 16)


def rows_of(columns: str, *rows: tuple[object, ...]) -> list[Row]:
    names = columns.split()
    return [dict(zip(names, row, strict=True)) for row in rows]


def boatyard() -> World:
    """Work orders with lines, berths within piers, boats with an owner and a skipper."""
    tables = {
        "own": "own_id INTEGER PRIMARY KEY, own_nm TEXT, town TEXT, eml TEXT",
        "mech": "mech_id INTEGER PRIMARY KEY, mech_nm TEXT, lead_mech_id INTEGER",
        "boat": "boat_id INTEGER PRIMARY KEY, boat_nm TEXT, boat_typ TEXT, own_id INTEGER, skip_own_id INTEGER, len_m REAL, bld_yr INTEGER, insrd_yn TEXT",
        "wo_st": "st_cd TEXT PRIMARY KEY, st_txt TEXT",
        "wo_hdr": "wo_no INTEGER PRIMARY KEY, boat_id INTEGER, mech_id INTEGER, wo_dt TEXT, start_dt TEXT, fin_dt TEXT, due_dt TEXT, st_cd TEXT",
        "wo_ln": "wo_no INTEGER, ln_no INTEGER, part_id INTEGER, qty INTEGER, ln_amt REAL, PRIMARY KEY (wo_no, ln_no)",
        "part": "part_id INTEGER PRIMARY KEY, part_nm TEXT, part_cat TEXT, unit_cst REAL, stk_qty INTEGER",
    }  # fmt: skip
    rows = {
        "own": rows_of("own_id own_nm town eml", (1, "Ana Duarte", "Cascais", "a@x.pt"), (2, "Rui Matos", "Setubal", None), (3, "Eva Lind", "Cascais", None)),
        "mech": rows_of("mech_id mech_nm lead_mech_id", (1, "Nuno Reis", None), (2, "Ines Faria", 1), (3, "Paulo Serra", 1)),
        "boat": rows_of("boat_id boat_nm boat_typ own_id skip_own_id len_m bld_yr insrd_yn", (1, "Gaivota", "sail", 1, 1, 9.5, 1998, "Y"), (2, "Sardinha", "motor", 2, 3, 7.0, 2008, "N"), (3, "Albatroz", "sail", 3, 1, 12.5, 2008, "Y"), (4, "Polvo", "motor", 1, None, 6.0, 2015, "N")),
        "wo_st": rows_of("st_cd st_txt", ("N", "New"), ("P", "In progress"), ("D", "Done"), ("X", "Cancelled")),
        "wo_hdr": rows_of("wo_no boat_id mech_id wo_dt start_dt fin_dt due_dt st_cd",
            (1, 1, 1, "2024-03-04", "2024-03-06", "2024-03-10", "2024-03-12", "D"), (2, 2, 2, "2024-11-02", "2024-11-05", "2024-11-25", "2024-11-20", "D"),
            (3, 3, 2, "2025-02-10", "2025-02-11", "2025-02-14", "2025-02-20", "D"), (4, 1, 3, "2025-04-01", "2025-04-08", None, "2025-05-01", "P"),
            (5, 4, 2, "2025-05-20", None, None, "2025-07-01", "N"), (6, 2, 1, "2025-05-22", None, None, "2025-06-10", "X")),
        "wo_ln": rows_of("wo_no ln_no part_id qty ln_amt", (1, 1, 1, 2, 80.0), (1, 2, 2, 1, 300.0), (2, 1, 1, 4, 160.0), (3, 1, 3, 1, 45.0), (3, 2, 1, 1, 40.0), (4, 1, 2, 2, 600.0), (6, 1, 3, 3, 135.0)),
        "part": rows_of("part_id part_nm part_cat unit_cst stk_qty", (1, "Impeller", "Engine", 25.0, 14), (2, "Battery", "Electric", 190.0, 3), (3, "Shackle", "Rigging", 9.0, 0)),
    }  # fmt: skip
    return World("Boatyard", TODAY, tables, rows, ())


def music_school() -> World:
    """Pupils with a main and a substitute teacher who come and go, lessons that were held or not, invoices with two dates."""
    tables = {
        "teacher": "teacherid INTEGER PRIMARY KEY, fullname TEXT, startdate DATE, enddate DATE, weeklyhours NUMERIC",
        "instrument": "instrumentcode TEXT PRIMARY KEY, instrumentname TEXT",
        "pupil": "pupilid INTEGER PRIMARY KEY, givenname TEXT, familyname TEXT, sex CHAR(1), instrumentcode TEXT REFERENCES instrument(instrumentcode), mainteacherid INTEGER REFERENCES teacher(teacherid), substituteteacherid INTEGER REFERENCES teacher(teacherid), joindate DATE, leavedate DATE",
        "contact": "contactid INTEGER PRIMARY KEY, fullname TEXT, phone TEXT",
        "pupilcontact": "pupilid INTEGER REFERENCES pupil(pupilid), contactid INTEGER REFERENCES contact(contactid), maycollect SMALLINT, PRIMARY KEY (pupilid, contactid)",
        "lesson": "lessonid INTEGER PRIMARY KEY, pupilid INTEGER REFERENCES pupil(pupilid), lessondate DATE, lengthmins INTEGER, attended BOOLEAN",
        "invoice": "invoiceid INTEGER PRIMARY KEY, pupilid INTEGER REFERENCES pupil(pupilid), invoicedate DATE, duedate DATE, paiddate DATE, amount NUMERIC(8,2), paymethod TEXT",
    }  # fmt: skip
    rows = {
        "teacher": rows_of("teacherid fullname startdate enddate weeklyhours", (1, "Olga Brandt", "2019-02-01", None, 20), (2, "Tim Vos", "2021-09-01", None, 12), (3, "Ada Kray", "2018-01-08", "2024-07-31", 18)),
        "instrument": rows_of("instrumentcode instrumentname", ("PF", "Piano"), ("VL", "Violin"), ("CL", "Clarinet")),
        "pupil": rows_of("pupilid givenname familyname sex instrumentcode mainteacherid substituteteacherid joindate leavedate",
            (1, "Ida", "Falk", "F", "PF", 1, 2, "2023-09-04", None), (2, "Leo", "Berg", "M", "VL", 2, None, "2024-02-12", None), (3, "Mia", "Roth", "F", "PF", 1, 3, "2022-09-05", "2024-06-28"), (4, "Jan", "Stern", "M", "CL", 2, 1, "2024-09-02", None), (5, "Eli", "Kohl", "M", "PF", 1, None, "2025-01-13", "2025-04-11")),
        "contact": rows_of("contactid fullname phone", (1, "Vera Falk", "0171"), (2, "Otto Falk", None), (3, "Rosa Berg", "0172")),
        "pupilcontact": rows_of("pupilid contactid maycollect", (1, 1, 1), (1, 2, 0), (2, 3, 1)),
        "lesson": rows_of("lessonid pupilid lessondate lengthmins attended", (1, 1, "2025-05-05", 45, 1), (2, 1, "2025-05-12", 45, 0), (3, 2, "2025-05-06", 30, 1), (4, 4, "2025-05-07", 30, 1), (5, 4, "2025-06-04", 30, 0), (6, 2, "2025-06-03", 30, 1), (7, 1, "2024-11-04", 45, 1), (8, 3, "2024-05-06", 60, 1)),
        "invoice": rows_of("invoiceid pupilid invoicedate duedate paiddate amount paymethod", (1, 1, "2024-10-01", "2024-10-15", "2024-10-11", 120.0, "card"), (2, 2, "2024-10-01", "2024-10-15", "2024-10-30", 90.0, "transfer"), (3, 1, "2025-04-01", "2025-04-15", "2025-04-05", 125.0, "card"), (4, 2, "2025-04-01", "2025-04-15", None, 95.0, None), (5, 4, "2025-06-02", "2025-06-30", None, 95.0, None)),
    }  # fmt: skip
    return World("Music school", TODAY, tables, rows, ())


def waste_collector() -> World:
    """Rounds with a crew, weighings, contracts with a rep of those who work there, and no declared key."""
    tables = {
        "tblStaff": "StaffID INTEGER PRIMARY KEY, FullName TEXT, JobTitle TEXT, ManagerID INTEGER, IsActive TEXT",
        "lkpWasteType": "WasteTypeID INTEGER PRIMARY KEY, WasteTypeDescr TEXT",
        "tblCustomer": "CustomerID INTEGER PRIMARY KEY, CustomerName TEXT, Town TEXT, Phone TEXT",
        "tblContract": "ContractID INTEGER PRIMARY KEY, ContractNo TEXT, CustomerID INTEGER, SalesRepID INTEGER, SignedOn DATETIME, EndedOn DATETIME, MonthlyFee REAL, HasLock TEXT",
        "tblRound": "RoundID INTEGER PRIMARY KEY, RoundNo TEXT, DriverID INTEGER, PlannedFor DATETIME, CompletedOn DATETIME",
        "tblRoundCrew": "RoundID INTEGER, StaffID INTEGER, PRIMARY KEY (RoundID, StaffID)",
        "tblWeighing": "WeighingID INTEGER PRIMARY KEY, RoundID INTEGER, WasteTypeID INTEGER, WeighedOn DATETIME, NetKg INTEGER",
    }  # fmt: skip
    rows = {
        "tblStaff": rows_of("StaffID FullName JobTitle ManagerID IsActive", (1, "Bo Ek", "Manager", None, "Y"), (2, "Siv Dahl", "Driver", 1, "Y"), (3, "Per Holm", "Driver", 1, "N"), (4, "Eva Nord", "Loader", 2, "Y"), (5, "Ulf Sand", "Sales", 1, "Y")),
        "lkpWasteType": rows_of("WasteTypeID WasteTypeDescr", (1, "Paper"), (2, "Glass"), (3, "Organic")),
        "tblCustomer": rows_of("CustomerID CustomerName Town Phone", (1, "Cafe Sol", "Malmo", "040"), (2, "Hotell Norr", "Lund", None), (3, "Skola Ost", "Malmo", None)),
        "tblContract": rows_of("ContractID ContractNo CustomerID SalesRepID SignedOn EndedOn MonthlyFee HasLock", (1, "C-001", 1, 5, "2023-04-03 00:00:00", None, 80.0, "Y"), (2, "C-002", 2, 5, "2024-02-12 00:00:00", "2025-01-31 00:00:00", 200.0, "N"), (3, "C-003", 3, 1, "2024-08-20 00:00:00", None, 120.0, "Y"), (4, "C-004", 2, 5, "2025-03-10 00:00:00", None, 210.0, "N")),
        "tblRound": rows_of("RoundID RoundNo DriverID PlannedFor CompletedOn", (1, "R-01", 2, "2025-05-05 00:00:00", "2025-05-05 00:00:00"), (2, "R-02", 3, "2025-05-12 00:00:00", "2025-05-13 00:00:00"), (3, "R-03", 2, "2025-06-10 00:00:00", None), (4, "R-04", 2, "2025-07-01 00:00:00", None)),
        "tblRoundCrew": rows_of("RoundID StaffID", (1, 2), (1, 4), (2, 3), (3, 2), (3, 4)),
        "tblWeighing": rows_of("WeighingID RoundID WasteTypeID WeighedOn NetKg", (1, 1, 1, "2025-05-05 00:00:00", 420), (2, 1, 2, "2025-05-05 00:00:00", 310), (3, 2, 1, "2025-05-13 00:00:00", 505), (4, 2, 3, "2025-05-13 00:00:00", 90)),
    }  # fmt: skip
    return World("Waste collector", TODAY, tables, rows, ())


def costume_hire() -> World:
    """Names with spaces and no declared key; costumes go by their names, hires have a promised and a real day of return."""
    tables = {
        "Costumes": '"Costume Name" TEXT, "Costume Kind" TEXT, "Daily Rate" REAL, "Pieces In Store" INTEGER, "Reorder Level" INTEGER, "Sewn Year" INTEGER, "Weight kg" REAL',
        "Clients": '"Client No" INTEGER, "Client Name" TEXT, "Town" TEXT, "Email" TEXT, "Credit Limit" REAL',
        "Hires": '"Hire No" INTEGER, "Client No" INTEGER, "Costume" TEXT, "Hired On" DATETIME, "Promised Back" DATETIME, "Returned On" DATETIME, "Status" TEXT, "Total Charge" REAL, "Paid On" DATETIME, "Pay Method" TEXT',
        "Cleanings": '"ID" INTEGER, "Costume" TEXT, "Cleaned On" DATETIME, "Result" TEXT',
    }  # fmt: skip
    rows: dict[str, list[Row]] = {
        "Costumes": [dict(zip(("Costume Name", "Costume Kind", "Daily Rate", "Pieces In Store", "Reorder Level", "Sewn Year", "Weight kg"), row, strict=True)) for row in (
            ("Baroque gown", "Gown", 45.0, 2, 3, 2016, 14.0), ("Pirate coat", "Coat", 22.0, 6, 4, 2019, 5.5), ("Bear suit", "Suit", 18.0, 1, 2, 2022, 9.0), ("Knight mail", "Armour", 30.0, 4, 4, 2014, 21.0), ("Court gown", "Gown", 28.0, 5, 2, None, 6.5))],
        "Clients": [dict(zip(("Client No", "Client Name", "Town", "Email", "Credit Limit"), row, strict=True)) for row in (
            (11, "Adler Bau", "Kiel", "a@x.de", 2000.0), (12, "Brunn Kg", "Kiel", None, 500.0), (13, "Cordes", "Plön", None, None), (14, "Dahm", "Eutin", "d@x.de", 800.0))],
        "Hires": [dict(zip(("Hire No", "Client No", "Costume", "Hired On", "Promised Back", "Returned On", "Status", "Total Charge", "Paid On", "Pay Method"), row, strict=True)) for row in (
            (901, 11, "Baroque gown", "2025-02-03 00:00:00", "2025-02-07 00:00:00", "2025-02-07 00:00:00", "Closed", 180.0, "2025-02-07 00:00:00", "Card"),
            (902, 11, "Knight mail", "2025-03-10 00:00:00", "2025-03-12 00:00:00", "2025-03-15 00:00:00", "Closed", 150.0, "2025-04-02 00:00:00", "Transfer"),
            (903, 12, "Bear suit", "2025-04-01 00:00:00", "2025-04-03 00:00:00", "2025-04-02 00:00:00", "Closed", 36.0, "2025-04-02 00:00:00", "Card"),
            (904, 14, "Baroque gown", "2025-05-05 00:00:00", "2025-05-20 00:00:00", "2025-05-23 00:00:00", "Closed", 810.0, None, None),
            (905, 12, "Pirate coat", "2025-05-26 00:00:00", "2025-05-30 00:00:00", None, "Out", 110.0, None, None),
            (906, 11, "Bear suit", "2025-06-12 00:00:00", "2025-06-20 00:00:00", None, "Out", 144.0, None, None),
            (907, 14, "Court gown", "2024-11-04 00:00:00", "2024-11-05 00:00:00", None, "Cancelled", 0.0, None, None),
            (908, 12, "Baroque gown", "2024-12-02 00:00:00", "2024-12-09 00:00:00", "2024-12-09 00:00:00", "Closed", 315.0, "2024-12-20 00:00:00", "Card"))],
        "Cleanings": [dict(zip(("ID", "Costume", "Cleaned On", "Result"), row, strict=True)) for row in (
            (1, "Baroque gown", "2025-01-08 00:00:00", "clean"), (2, "Pirate coat", "2025-05-02 00:00:00", "clean"), (3, "Bear suit", "2024-10-01 00:00:00", "stained"), (4, "Baroque gown", "2025-06-02 00:00:00", "clean"), (5, "Court gown", "2025-03-03 00:00:00", "stained"))],
    }  # fmt: skip
    return World("Costume hire", TODAY, tables, rows, ())


def caterer() -> World:
    """Parties with what was agreed and what came, ingredients with what is there and the least there should be, in cents."""
    tables = {
        "supplier": "supplier_id INTEGER PRIMARY KEY, supplier_name TEXT, country TEXT, delivery_days INTEGER",
        "ingredient": "ingredient_id INTEGER PRIMARY KEY, ingredient_name TEXT, supplier_id INTEGER REFERENCES supplier(supplier_id), qty_in_stock INTEGER, minimum_qty INTEGER, unit_price_cents INTEGER, best_before TEXT",
        "host": "host_id INTEGER PRIMARY KEY, host_name TEXT, town TEXT, phone TEXT, newsletter TEXT",
        "party": "party_id INTEGER PRIMARY KEY, host_id INTEGER REFERENCES host(host_id), booked_on TEXT, party_date TEXT, guests_booked INTEGER, guests_served INTEGER, estimate_cents INTEGER, total_cents INTEGER, status TEXT, confirmed_on TEXT, cancelled_on TEXT",
        "purchase": "purchase_id INTEGER PRIMARY KEY, ingredient_id INTEGER REFERENCES ingredient(ingredient_id), ordered_on TEXT, expected_on TEXT, received_on TEXT, qty INTEGER, unit_price_cents INTEGER",
        "complaint": "complaint_id INTEGER PRIMARY KEY, party_id INTEGER REFERENCES party(party_id), raised_on TEXT, closed_on TEXT, outcome TEXT",
    }  # fmt: skip
    rows = {
        "supplier": rows_of("supplier_id supplier_name country delivery_days", (1, "Fresh Farm", "NL", 2), (2, "Sea Port", "DK", 6), (3, "Oil Mill", "IT", 12)),
        "ingredient": rows_of("ingredient_id ingredient_name supplier_id qty_in_stock minimum_qty unit_price_cents best_before", (1, "Leek", 1, 40, 20, 120, "2025-06-20"), (2, "Salmon", 2, 3, 8, 2400, "2025-06-10"), (3, "Olive oil", 3, 12, 12, 900, "2026-03-01"), (4, "Cream", 1, 2, 6, 210, "2025-06-14"), (5, "Capers", 3, 0, 2, 450, "2025-01-31")),
        "host": rows_of("host_id host_name town phone newsletter", (1, "Ida Moor", "Aarhus", "86", "Y"), (2, "Jens Kold", "Vejle", None, "N"), (3, "Lone Skov", "Aarhus", "87", "Y"), (4, "Mads Lund", "Ribe", None, "N")),
        "party": rows_of("party_id host_id booked_on party_date guests_booked guests_served estimate_cents total_cents status confirmed_on cancelled_on",
            (1, 1, "2025-01-10", "2025-02-14", 40, 44, 120000, 131500, "held", "2025-01-12", None), (2, 1, "2025-02-20", "2025-05-03", 25, 25, 80000, 78000, "held", "2025-03-01", None), (3, 2, "2025-03-03", "2025-05-17", 60, 52, 200000, 199000, "held", "2025-03-04", None),
            (4, 3, "2025-04-22", "2025-06-28", 30, None, 95000, None, "booked", "2025-04-25", None), (5, 3, "2025-05-30", "2025-08-09", 80, None, 260000, None, "booked", None, None), (6, 2, "2024-08-01", "2024-09-21", 35, None, 99000, None, "cancelled", "2024-08-02", "2024-09-01")),
        "purchase": rows_of("purchase_id ingredient_id ordered_on expected_on received_on qty unit_price_cents", (1, 1, "2025-04-28", "2025-04-30", "2025-04-30", 50, 110), (2, 2, "2025-04-20", "2025-04-26", "2025-04-29", 10, 2300), (3, 3, "2025-02-01", "2025-02-13", "2025-02-11", 6, 880), (4, 2, "2025-06-05", "2025-06-11", None, 12, 2450), (5, 4, "2025-06-14", "2025-06-16", None, 20, 205)),
        "complaint": rows_of("complaint_id party_id raised_on closed_on outcome", (1, 1, "2025-02-15", "2025-03-01", "rejected"), (2, 3, "2025-05-18", "2025-05-25", "refunded"), (3, 2, "2025-05-04", None, None), (4, 3, "2025-05-19", "2025-06-01", "rejected")),
    }  # fmt: skip
    return World("Caterer", TODAY, tables, rows, ())
