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
