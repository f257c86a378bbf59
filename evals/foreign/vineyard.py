"""A vineyard's estate and cellar-door sales in terse abbreviations: no declared keys, coded order states with a lookup, blocks
inside blocks, blends of varieties, orders billed to one customer and shipped to another, line amounts net of discount."""

import random
from datetime import date, timedelta

from evals.foreign.world import Asked, Row, World

_FIRST, _LAST, TODAY = date(2023, 1, 2), date(2025, 12, 8), date(2025, 12, 9)

TABLES = {
    "varty": "vty_cd TEXT PRIMARY KEY, vty_nm TEXT, colr TEXT",
    "blk": "blk_id INTEGER PRIMARY KEY, blk_nm TEXT, vty_cd TEXT, area_ha REAL, plnt_yr INTEGER, org_yn TEXT, prnt_blk_id INTEGER",
    "harv": "harv_id INTEGER PRIMARY KEY, blk_id INTEGER, harv_dt TEXT, qty_kg INTEGER, brix REAL, pickers INTEGER",
    "wine": "wine_id INTEGER PRIMARY KEY, wine_nm TEXT, vintg INTEGER, colr TEXT, alc_pct REAL, lst_prc REAL, btl_stk INTEGER, disc_yn TEXT",
    "wine_vty": "wine_id INTEGER, vty_cd TEXT, pct INTEGER, PRIMARY KEY (wine_id, vty_cd)",
    "cust": "cust_id INTEGER PRIMARY KEY, cust_nm TEXT, cust_typ TEXT, city TEXT, eml TEXT, club_yn TEXT, since_dt TEXT",
    "ord_st": "st_cd INTEGER PRIMARY KEY, st_txt TEXT",
    "ord_hdr": "ord_no INTEGER PRIMARY KEY, bill_cust_id INTEGER, ship_cust_id INTEGER, ord_dt TEXT, ship_dt TEXT, st_cd INTEGER, chan TEXT, frt_amt REAL",
    "ord_ln": "ord_no INTEGER, ln_no INTEGER, wine_id INTEGER, qty_btl INTEGER, disc_pct INTEGER, ln_amt REAL, PRIMARY KEY (ord_no, ln_no)",
}  # fmt: skip

_VARIETIES = (("PN", "Pinot Noir", "red"), ("SY", "Syrah", "red"), ("ME", "Merlot", "red"), ("CH", "Chardonnay", "white"), ("RI", "Riesling", "white"), ("SB", "Sauvignon Blanc", "white"))  # fmt: skip
_BLOCKS = (
    ("Home Hill", "PN", 3.2, 1998, "Y", None), ("Home Hill Upper", "PN", 1.1, 2004, "Y", 1), ("Home Hill Lower", "CH", 1.4, 2004, "Y", 1),
    ("River Flat", "SB", 4.6, 2009, "N", None), ("River Flat East", "RI", 1.8, 2011, "N", 4), ("Stone Terrace", "SY", 2.7, 2001, "N", None),
    ("Stone Terrace Top", "SY", 0.9, 2015, "Y", 6), ("Chapel Field", "ME", 2.2, 2006, "N", None), ("Orchard Side", "CH", 2.9, 2013, "Y", None),
    ("Windmill", "RI", 2.4, 1994, "Y", None), ("Fox Gully", "PN", 1.9, 2017, "N", None), ("Fox Gully North", "ME", 0.8, 2018, "N", 11),
)  # fmt: skip
_WINES = (
    ("Home Hill Pinot Noir", "red", 13.2, 34.0, (("PN", 100),)), ("Stone Terrace Syrah", "red", 13.8, 29.5, (("SY", 100),)), ("Estate Red", "red", 13.5, 17.0, (("ME", 55), ("SY", 30), ("PN", 15))),
    ("Orchard Chardonnay", "white", 13.0, 24.0, (("CH", 100),)), ("Windmill Riesling", "white", 11.8, 19.5, (("RI", 100),)), ("River Flat Sauvignon", "white", 12.4, 18.0, (("SB", 92), ("RI", 8))), ("Rose of the Hill", "rose", 12.6, 15.5, (("PN", 70), ("ME", 30))),
)  # fmt: skip
_STATES = ((10, "New"), (20, "Packed"), (30, "Shipped"), (40, "Delivered"), (90, "Cancelled"))
_GIVEN = ("Anna", "Bruno", "Celine", "David", "Erika", "Fabian", "Gina", "Henrik", "Ilse", "Jonas", "Karla", "Ludwig", "Marta", "Nils")  # fmt: skip
_FAMILY = ("Arnold", "Becker", "Castell", "Dorn", "Ebner", "Fink", "Graf", "Huber", "Imhof", "Jung", "Keller", "Lang")
_TRADE = (("Restaurant", ("Golden Stag", "Old Mill", "Lakeview", "Bistro Nord", "Chez Amelie", "Harvest Table", "The Anchor", "Casa Verde", "Linden Court")), ("Wine shop", ("Cork & Co", "Vintage Corner", "Cellar 21", "Grape Expectations", "Bottle Bank", "Red & White", "City Wines")))  # fmt: skip


def _rows(seed: int) -> dict[str, list[Row]]:
    draw = random.Random(seed)
    span = (_LAST - _FIRST).days
    blocks: list[Row] = [{"blk_id": i, "blk_nm": n, "vty_cd": v, "area_ha": a, "plnt_yr": y, "org_yn": o, "prnt_blk_id": p} for i, (n, v, a, y, o, p) in enumerate(_BLOCKS, 1)]  # fmt: skip
    picks: list[Row] = []
    for year in (2021, 2022, 2023, 2024, 2025):
        for b in blocks:
            if b["blk_nm"] == "Fox Gully North" and year == 2021:
                continue
            start = date(year, 8, 28) + timedelta(days=draw.randint(0, 30))
            load = (
                b["area_ha"] * draw.uniform(4200, 8200) * {2021: 0.8, 2022: 1.05, 2023: 1.0, 2024: 0.7, 2025: 1.1}[year]
            )
            passes = draw.randint(2, 6)
            for n in range(passes):
                picks.append({"harv_id": 0, "blk_id": b["blk_id"], "harv_dt": (start + timedelta(days=2 * n)).isoformat(), "qty_kg": int(load / passes * draw.uniform(0.8, 1.2)), "brix": round(draw.uniform(19.0, 25.5), 1), "pickers": draw.randint(4, 22)})  # fmt: skip
    picks.sort(key=lambda row: row["harv_dt"])
    for i, row in enumerate(picks, 1):
        row["harv_id"] = i
    wines: list[Row] = []
    blend: list[Row] = []
    for vintage in (2020, 2021, 2022, 2023, 2024):
        for name, colour, alcohol, price, parts in _WINES:
            if vintage == 2024 and colour == "red":
                continue
            i = len(wines) + 1
            gone = vintage == 2020 or (vintage == 2021 and colour != "red")
            wines.append({"wine_id": i, "wine_nm": name, "vintg": vintage, "colr": colour, "alc_pct": round(alcohol + draw.choice((-0.3, -0.1, 0.0, 0.2, 0.4)), 1), "lst_prc": price + (vintage - 2020) * 0.5, "btl_stk": 0 if gone and draw.random() < 0.7 else draw.randint(40, 2600), "disc_yn": "Y" if gone else "N"})  # fmt: skip
            blend += [{"wine_id": i, "vty_cd": v, "pct": p} for v, p in parts]
    names = [(f"{g} {f}", "Private") for g in _GIVEN for f in _FAMILY]
    draw.shuffle(names)
    named = names[:150] + [(n, kind) for kind, several in _TRADE for n in several]
    draw.shuffle(named)
    customers: list[Row] = [{"cust_id": i, "cust_nm": n, "cust_typ": k, "city": draw.choices(("Basel", "Zurich", "Bern", "Lucerne", "Chur"), (6, 5, 4, 3, 1))[0], "eml": f"c{i}@example.ch" if draw.random() < 0.82 else None, "club_yn": "Y" if k == "Private" and draw.random() < 0.35 else "N", "since_dt": (date(2018, 3, 1) + timedelta(days=draw.randint(0, 1700))).isoformat()} for i, (n, k) in enumerate(named, 1)]  # fmt: skip
    for row in draw.sample(customers, 34):
        row["since_dt"] = (_FIRST + timedelta(days=draw.randint(0, span))).isoformat()
    orders: list[Row] = []
    lines: list[Row] = []
    trade = [c["cust_id"] for c in customers if c["cust_typ"] != "Private"]
    weights = [3.0 if c["cust_typ"] != "Private" else 1.6 if c["club_yn"] == "Y" else 0.8 for c in customers]
    when = sorted(draw.choices(range(span + 1), [2.0 if (_FIRST + timedelta(days=d)).month in (11, 12) else 1.0 for d in range(span + 1)], k=1150))  # fmt: skip
    for number, offset in enumerate(when, 20001):
        on = _FIRST + timedelta(days=offset)
        payer = draw.choices(list(customers), weights)[0]
        while payer["since_dt"] > on.isoformat():
            payer = draw.choices(customers, weights)[0]
        receiver = draw.choice(customers)["cust_id"] if draw.random() < 0.12 else payer["cust_id"]
        sent = on + timedelta(days=draw.randint(1, 12))
        cancelled = draw.random() < 0.06
        shipped = not cancelled and sent <= _LAST
        state = 90 if cancelled else (40 if (_LAST - sent).days > 4 else 30) if shipped else draw.choice((10, 20))
        orders.append({"ord_no": number, "bill_cust_id": payer["cust_id"], "ship_cust_id": receiver, "ord_dt": on.isoformat(), "ship_dt": sent.isoformat() if shipped else None, "st_cd": state, "chan": draw.choices(("Web shop", "Cellar door", "Phone", "Wine fair"), (6, 4, 2, 1))[0], "frt_amt": draw.choice((0.0, 9.5, 9.5, 14.0))})  # fmt: skip
        sellable = [w for w in wines if w["vintg"] in (on.year - 3, on.year - 2) or (w["vintg"] == on.year - 1 and w["colr"] != "red" and on.month > 3)]  # fmt: skip
        for n, w in enumerate(draw.sample(sellable, draw.choice((1, 1, 2, 2, 3, 4))), 1):
            bottles = (
                draw.choice((6, 12, 12, 24, 36, 60)) if payer["cust_id"] in trade else draw.choice((1, 2, 3, 6, 6, 12))
            )
            cut = draw.choice((10, 15, 20)) if payer["cust_id"] in trade else 10 if payer["club_yn"] == "Y" else 0
            lines.append({"ord_no": number, "ln_no": n, "wine_id": w["wine_id"], "qty_btl": bottles, "disc_pct": cut, "ln_amt": round(bottles * w["lst_prc"] * (100 - cut) / 100, 2)})  # fmt: skip
    return {"varty": [{"vty_cd": c, "vty_nm": n, "colr": k} for c, n, k in _VARIETIES], "blk": blocks, "harv": picks, "wine": wines, "wine_vty": blend, "cust": customers, "ord_st": [{"st_cd": c, "st_txt": t} for c, t in _STATES], "ord_hdr": orders, "ord_ln": lines}  # fmt: skip


_HB = "FROM harv h JOIN blk b USING (blk_id) JOIN varty v USING (vty_cd)"
_OS = "FROM ord_hdr o JOIN ord_st s USING (st_cd)"
_LO = "FROM ord_ln l JOIN ord_hdr o USING (ord_no) JOIN ord_st s USING (st_cd) JOIN wine w USING (wine_id) JOIN cust c ON c.cust_id = o.bill_cust_id"
_OK = "st_txt <> 'Cancelled'"

QUESTIONS = (
    Asked("how many blocks do we have per grape variety", "SELECT vty_nm, count(*) FROM blk JOIN varty USING (vty_cd) GROUP BY 1"),
    Asked("how many blocks are organic", "SELECT count(*) FROM blk WHERE org_yn = 'Y'"),
    Asked("which block is the oldest? with planting year", "SELECT blk_nm, plnt_yr FROM blk ORDER BY 2 LIMIT 1"),
    Asked("kilos harvested per variety in 2025", f"SELECT vty_nm, sum(qty_kg) {_HB} WHERE harv_dt LIKE '2025%' GROUP BY 1"),
    Asked("total harvest in kg in 2024", "SELECT sum(qty_kg) FROM harv WHERE harv_dt LIKE '2024%'"),
    Asked("top 3 blocks by kg harvested in 2025", f"SELECT blk_nm, sum(qty_kg) {_HB} WHERE harv_dt LIKE '2025%' GROUP BY 1 ORDER BY 2 DESC LIMIT 3"),
    Asked("average brix of the riesling harvested in 2025", f"SELECT avg(brix) {_HB} WHERE vty_nm = 'Riesling' AND harv_dt LIKE '2025%'"),
    Asked("how much did we pick in september 2023 (kg)", "SELECT sum(qty_kg) FROM harv WHERE harv_dt LIKE '2023-09%'"),
    Asked("white vs red grapes harvested in 2025, kg", f"SELECT v.colr, sum(qty_kg) {_HB} WHERE harv_dt LIKE '2025%' GROUP BY 1"),
    Asked("how many blocks belong to Home Hill as their parent", "SELECT count(*) FROM blk b JOIN blk p ON p.blk_id = b.prnt_blk_id WHERE p.blk_nm = 'Home Hill'"),
    Asked("bottles in stock by colour", "SELECT colr, sum(btl_stk) FROM wine GROUP BY 1"),
    Asked("how many bottles of Home Hill Pinot Noir are left, by vintage", "SELECT vintg, btl_stk FROM wine WHERE wine_nm = 'Home Hill Pinot Noir'"),
    Asked("stock value at list price", "SELECT sum(btl_stk * lst_prc) FROM wine"),
    Asked("how many wines are out of stock (each vintage counts)", "SELECT count(*) FROM wine WHERE btl_stk = 0"),
    Asked("how many wines contain Merlot, every vintage counted separately", "SELECT count(DISTINCT wine_id) FROM wine_vty JOIN varty USING (vty_cd) WHERE vty_nm = 'Merlot'"),
    Asked("average alcohol of our 2023 vintage", "SELECT avg(alc_pct) FROM wine WHERE vintg = 2023"),
    Asked("customers by type", "SELECT cust_typ, count(*) FROM cust GROUP BY 1"),
    Asked("how many wine club members do we have", "SELECT count(*) FROM cust WHERE club_yn = 'Y'"),
    Asked("customers without an email address", "SELECT count(*) FROM cust WHERE eml IS NULL"),
    Asked("new customers since the start of 2025", "SELECT count(*) FROM cust WHERE since_dt >= '2025-01-01'"),
    Asked("orders by status", f"SELECT st_txt, count(*) {_OS} GROUP BY 1"),
    Asked("how many orders were placed last month", "SELECT count(*) FROM ord_hdr WHERE ord_dt LIKE '2025-11%'"),
    Asked("orders per month in 2024 by order date", "SELECT substr(ord_dt, 1, 7) || '-01', count(*) FROM ord_hdr WHERE ord_dt LIKE '2024%' GROUP BY 1"),
    Asked("wine sales ordered in 2024 without cancelled orders", f"SELECT sum(ln_amt) {_LO} WHERE {_OK} AND ord_dt LIKE '2024%'"),
    Asked("sales per channel for orders of 2025, not counting cancelled ones", f"SELECT chan, sum(ln_amt) {_LO} WHERE {_OK} AND ord_dt LIKE '2025%' GROUP BY 1"),
    Asked("best 5 wines by bottles ordered in 2025, cancelled orders left out, all vintages together", f"SELECT wine_nm, sum(qty_btl) {_LO} WHERE {_OK} AND ord_dt LIKE '2025%' GROUP BY 1 ORDER BY 2 DESC LIMIT 5"),
    Asked("top 5 customers we billed in 2025 by order amount (no cancelled orders)", f"SELECT cust_nm, sum(ln_amt) {_LO} WHERE {_OK} AND ord_dt LIKE '2025%' GROUP BY c.cust_id ORDER BY 2 DESC LIMIT 5"),
    Asked("bottles shipped per month this year", f"SELECT substr(ship_dt, 1, 7) || '-01', sum(qty_btl) {_LO} WHERE ship_dt LIKE '2025%' GROUP BY 1"),
    Asked("how many orders haven't been shipped yet, leaving out cancelled", f"SELECT count(*) {_OS} WHERE ship_dt IS NULL AND {_OK}"),
    Asked("how many orders went to a different customer than the one billed", "SELECT count(*) FROM ord_hdr WHERE bill_cust_id <> ship_cust_id"),
    Asked("average days between order and shipping", "SELECT avg(julianday(ship_dt) - julianday(ord_dt)) FROM ord_hdr WHERE ship_dt IS NOT NULL"),
    Asked("cancelled orders in 2025", f"SELECT count(*) {_OS} WHERE st_txt = 'Cancelled' AND ord_dt LIKE '2025%'"),
    Asked("freight charged on orders in 2025, cancelled ones excluded", f"SELECT sum(frt_amt) {_OS} WHERE {_OK} AND ord_dt LIKE '2025%'"),
    Asked("how many orders were shipped to customers in Bern in 2025", "SELECT count(*) FROM ord_hdr JOIN cust ON cust_id = ship_cust_id WHERE city = 'Bern' AND ship_dt LIKE '2025%'"),
    Asked("average bottles per order by type of the billed customer", f"SELECT cust_typ, 1.0 * sum(qty_btl) / count(DISTINCT ord_no) {_LO} GROUP BY 1"),
    Asked("orders in the last 7 days", "SELECT count(*) FROM ord_hdr WHERE ord_dt BETWEEN '2025-12-02' AND '2025-12-08'"),
    Asked("how much rain did we get in august", None),
    Asked("what does a bottle of Estate Red cost us to make", None),
    Asked("how many tasting visitors did we have last month", None),
    Asked("which wine won the most awards", None),
)  # fmt: skip


def vineyard(seed: int = 74) -> World:
    """The vineyard with its questions."""
    return World("Vineyard", TODAY, TABLES, _rows(seed), QUESTIONS)
