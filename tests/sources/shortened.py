"""Two small databases whose names say little: a violin workshop that leaves out vowels and keeps its money in cents, and a
pottery that was exported with spaces in its names and without keys."""

from evals.foreign.world import World
from tests.sources.fields import TODAY, rows_of


def violin_workshop() -> World:
    """Jobs with six dates, of which every job has two, and one of those says by when it was promised."""
    tables = {
        "clnt": "clnt_id INTEGER PRIMARY KEY, clnt_nm TEXT, biz_flg TEXT, crtd_dt TEXT",
        "mkr": "mkr_id INTEGER PRIMARY KEY, mkr_nm TEXT",
        "jb": "jb_no INTEGER PRIMARY KEY, clnt_id INTEGER, mkr_id INTEGER, recv_dt TEXT, prom_dt TEXT, clsd_dt TEXT, paid_dt TEXT, stat TEXT, wrk_ct INTEGER, tot_ct INTEGER",
        "wrnty_clm": "clm_no INTEGER PRIMARY KEY, jb_no INTEGER, clm_dt TEXT, clsd_dt TEXT, outcm TEXT",
        "prt": "prt_no TEXT PRIMARY KEY, prt_desc TEXT, cat TEXT, qty_oh INTEGER, cost_ct INTEGER, price_ct INTEGER",
        "po": "po_no INTEGER PRIMARY KEY, prt_no TEXT, ord_dt TEXT, recv_dt TEXT, qty INTEGER, unit_cost_ct INTEGER",
    }  # fmt: skip
    rows = {
        "clnt": rows_of("clnt_id clnt_nm biz_flg crtd_dt", (1, "Anna Weiss", "N", "2024-01-10"), (2, "City Orchestra", "Y", "2024-02-01"), (3, "Jo Marsh", "N", "2025-03-01")),
        "mkr": rows_of("mkr_id mkr_nm", (1, "Luca Serra"), (2, "Mara Holt")),
        "jb": rows_of("jb_no clnt_id mkr_id recv_dt prom_dt clsd_dt paid_dt stat wrk_ct tot_ct",
            (501, 1, 1, "2024-03-04", "2024-03-20", "2024-03-18", "2024-04-02", "CLOSED", 12000, 15000), (502, 2, 1, "2024-11-02", "2024-12-01", "2025-01-10", "2025-02-01", "CLOSED", 30000, 41050),
            (503, 2, 2, "2025-02-10", "2025-02-20", "2025-02-19", "2025-05-09", "CLOSED", 8000, 9900), (504, 3, 2, "2025-06-03", "2025-07-01", None, None, "RECEIVED", None, None),
            (505, 1, 2, "2025-06-10", "2025-06-28", None, None, "RECEIVED", None, None), (506, 1, 1, "2025-01-20", "2025-02-01", None, None, "CANCELLED", None, None)),
        "wrnty_clm": rows_of("clm_no jb_no clm_dt clsd_dt outcm", (1, 501, "2024-05-02", "2024-05-20", "REJECTED"), (2, 502, "2025-03-02", "2025-03-05", "REPAIRED"), (3, 503, "2025-06-01", None, None)),
        "prt": rows_of("prt_no prt_desc cat qty_oh cost_ct price_ct", ("S1", "Gut string", "String", 40, 350, 900), ("S2", "Steel string", "String", 25, 120, 400), ("B1", "Maple bridge", "Bridge", 6, 1500, 3200)),
        "po": rows_of("po_no prt_no ord_dt recv_dt qty unit_cost_ct", (1, "S1", "2024-02-01", "2024-02-09", 10, 340), (2, "B1", "2024-08-01", "2024-08-20", 4, 1450), (3, "S2", "2025-06-02", None, 50, 118)),
    }  # fmt: skip
    return World("Violin workshop", TODAY, tables, rows, ())


def pottery() -> World:
    """Kilns belong to studios by name, firings to kilns by number, and order lines are worth their bowls."""
    tables = {
        "Studios": '"Studio Name" VARCHAR(50), "Town" VARCHAR(50)',
        "Kilns": '"Kiln No" INTEGER, "Studio" VARCHAR(50), "Lit On" DateTime, "Active" INTEGER',
        "Firings": '"ID" INTEGER, "Kiln No" INTEGER, "Fired On" DateTime, "Clay Kind" VARCHAR(20), "Kg" DOUBLE',
        "Shop Orders": '"Order No" INTEGER, "Order Date" DateTime, "Shipped On" DateTime, "Status" VARCHAR(12)',
        "Order Lines": '"ID" INTEGER, "Order No" INTEGER, "Bowls" INTEGER, "Price per Bowl" NUMERIC',
    }
    rows = {
        "Studios": rows_of("Studio_Name Town", ("Mill Lane", "Ash"), ("Old Forge", "Ash"), ("Quay", "Port Isle")),
        "Kilns": rows_of("Kiln_No Studio Lit_On Active", (11, "Mill Lane", "2020-05-01 00:00:00", -1), (12, "Old Forge", "2021-04-01 00:00:00", -1), (13, "Quay", "2019-03-01 00:00:00", 0)),
        "Firings": rows_of("ID Kiln_No Fired_On Clay_Kind Kg", (1, 11, "2024-05-02 00:00:00", "Stoneware", 20.5), (2, 11, "2025-01-12 00:00:00", "Porcelain", 8.0), (3, 12, "2025-02-03 00:00:00", "Stoneware", 31.0), (4, 13, "2025-04-09 00:00:00", "Stoneware", 12.0)),
        "Shop_Orders": rows_of("Order_No Order_Date Shipped_On Status", (901, "2024-12-01 00:00:00", "2024-12-05 00:00:00", "Shipped"), (902, "2025-03-02 00:00:00", "2025-03-09 00:00:00", "Shipped"), (903, "2025-06-01 00:00:00", None, "Open")),
        "Order_Lines": rows_of("ID Order_No Bowls Price_per_Bowl", (1, 901, 4, 12.5), (2, 902, 10, 11.0), (3, 902, 1, 20.0), (4, 903, 2, 12.5)),
    }  # fmt: skip
    spaced = {
        table.replace("_", " "): [{name.replace("_", " "): value for name, value in row.items()} for row in held]
        for table, held in rows.items()
    }
    return World("Pottery", TODAY, tables, spaced, ())
