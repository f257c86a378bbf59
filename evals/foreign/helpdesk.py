"""An IT support firm's ticket system: prefixed tables and shortened names, keys only by name, Y/N flags, two agents about one
ticket (who owns it and who booked time), minutes and money."""

import random
from datetime import date, datetime, timedelta

from evals.foreign.world import Asked, Row, World

_FIRST, TODAY = date(2023, 9, 1), date(2025, 11, 11)
_END = datetime(2025, 11, 10, 18)

TABLES = {
    "tblCust": "CustNo TEXT, CustName TEXT, City TEXT, Sector TEXT, ContractStartDt TEXT, ActiveYN TEXT",
    "tblAgent": "AgentNo INTEGER, AgentName TEXT, Team TEXT, HireDt TEXT",
    "tblCateg": "CatCd TEXT, CatDescr TEXT",
    "tblTicket": "TktNo INTEGER, CustNo TEXT, CatCd TEXT, AgentNo INTEGER, Subj TEXT, Prio TEXT, Stat TEXT, Channel TEXT, OpenDtm TEXT, CloseDtm TEXT, SlaMissedYN TEXT",
    "tblTimeEntry": "EntryNo INTEGER, TktNo INTEGER, AgentNo INTEGER, WorkDt TEXT, Mins INTEGER, BillableYN TEXT, Amt REAL",
    "tblDevice": "DevNo INTEGER, CustNo TEXT, DevType TEXT, Maker TEXT, PurchDt TEXT, WarrEndDt TEXT, PurchPrice REAL",
    "tblSurvey": "SurveyNo INTEGER, TktNo INTEGER, Score INTEGER, AnswerDt TEXT",
}  # fmt: skip

_CUSTOMERS = ("Alder Dental", "Beacon Travel", "Cobalt Design", "Dunmore Council", "Eastgate School", "Fennel Foods", "Granite Build", "Harrow Legal", "Ibis Pharmacy", "Juniper Homes", "Kestrel Couriers", "Larch Optics", "Maple Motors", "Nimbus Events", "Orchard Care", "Pinnacle Audit", "Quayside Media", "Rowan Printing", "Sable Interiors", "Thistle Bank")  # fmt: skip
_AGENTS = (("Amira Khan", "First line"), ("Ben Osborne", "First line"), ("Carla Nunes", "First line"), ("Derek Whyte", "Second line"), ("Ewa Nowak", "Second line"), ("Femi Ade", "Network"), ("Greta Lang", "Network"))  # fmt: skip
_CATEGORIES = (("HW", "Hardware"), ("SW", "Software"), ("NET", "Network"), ("EML", "Email"), ("ACC", "Passwords and access"), ("PRN", "Printing"))  # fmt: skip


def _rows(seed: int) -> dict[str, list[Row]]:
    draw = random.Random(seed)
    customers: list[Row] = [{"CustNo": f"C{100 + i}", "CustName": n, "City": draw.choices(("Leeds", "York", "Hull", "Sheffield"), (4, 3, 2, 2))[0], "Sector": draw.choice(("Private", "Private", "Public", "Non-profit")), "ContractStartDt": (date(2021, 1, 1) + timedelta(days=draw.randint(0, 1700))).isoformat(), "ActiveYN": "N" if i in (4, 11, 17) else "Y"} for i, n in enumerate(_CUSTOMERS, 1)]  # fmt: skip
    agents: list[Row] = [{"AgentNo": 10 + i, "AgentName": n, "Team": t, "HireDt": (date(2018, 1, 1) + timedelta(days=draw.randint(0, 2000))).isoformat()} for i, (n, t) in enumerate(_AGENTS)]  # fmt: skip
    categories: list[Row] = [{"CatCd": c, "CatDescr": d} for c, d in _CATEGORIES]
    span = (_END.date() - _FIRST).days
    tickets: list[Row] = []
    entries: list[Row] = []
    surveys: list[Row] = []
    moments = sorted(datetime(2023, 9, 1, 8) + timedelta(days=draw.randint(0, span), minutes=draw.randint(0, 590)) for _ in range(760))  # fmt: skip
    for number, opened in enumerate(moments, 50001):
        prio = draw.choices(("Low", "Normal", "High", "Urgent"), (3, 6, 3, 1))[0]
        category = draw.choices(_CATEGORIES, (4, 6, 2, 3, 5, 1))[0]
        hours = draw.uniform(0.5, {"Low": 300, "Normal": 160, "High": 60, "Urgent": 20}[prio])
        closed = opened + timedelta(minutes=int(hours * 60))
        open_still = closed > _END or draw.random() < 0.015
        agent = draw.choices(range(10, 17), (6, 5, 4, 4, 3, 2, 2))[0]
        tickets.append({"TktNo": number, "CustNo": f"C{100 + draw.choices(range(1, 21), range(25, 5, -1))[0]}", "CatCd": category[0], "AgentNo": agent, "Subj": f"{category[1]} problem", "Prio": prio, "Stat": draw.choice(("New", "In progress", "Waiting for customer")) if open_still else "Closed", "Channel": draw.choices(("Phone", "Email", "Portal"), (3, 5, 4))[0], "OpenDtm": opened.isoformat(" "), "CloseDtm": None if open_still else closed.isoformat(" "), "SlaMissedYN": "Y" if draw.random() < 0.14 else "N"})  # fmt: skip
        for _ in range(draw.choices((0, 1, 2, 3), (1, 5, 3, 1))[0]):
            minutes, paid = draw.choice((10, 15, 20, 30, 45, 60, 90, 120)), draw.random() < 0.6
            work = min(opened.date() + timedelta(days=draw.randint(0, max(0, int(hours // 24)))), _END.date())
            entries.append({"EntryNo": len(entries) + 1, "TktNo": number, "AgentNo": agent if draw.random() < 0.75 else draw.randint(10, 16), "WorkDt": work.isoformat(), "Mins": minutes, "BillableYN": "Y" if paid else "N", "Amt": round(minutes / 60 * draw.choice((72.0, 85.0, 98.5)), 2) if paid else 0.0})  # fmt: skip
        if not open_still and draw.random() < 0.4:
            surveys.append({"SurveyNo": len(surveys) + 1, "TktNo": number, "Score": draw.choices((1, 2, 3, 4, 5), (1, 1, 3, 7, 8))[0], "AnswerDt": min(closed.date() + timedelta(days=draw.randint(0, 5)), _END.date()).isoformat()})  # fmt: skip
    devices: list[Row] = []
    for i in range(1, 281):
        kind = draw.choices(("Laptop", "Desktop", "Printer", "Server", "Router"), (8, 5, 2, 1, 2))[0]
        bought = date(2020, 3, 1) + timedelta(days=draw.randint(0, 2050))
        low = {"Laptop": 650, "Desktop": 500, "Printer": 180, "Server": 2400, "Router": 120}[kind]
        devices.append({"DevNo": 7000 + i, "CustNo": f"C{draw.randint(101, 120)}", "DevType": kind, "Maker": draw.choice({"Laptop": ("Dell", "Lenovo", "HP"), "Desktop": ("Dell", "HP"), "Printer": ("Brother", "HP"), "Server": ("Dell",), "Router": ("Cisco", "Netgear")}[kind]), "PurchDt": bought.isoformat(), "WarrEndDt": (bought + timedelta(days=draw.choice((365, 730, 1095)))).isoformat(), "PurchPrice": round(draw.uniform(low, low * 2), 2)})  # fmt: skip
    return {"tblCust": customers, "tblAgent": agents, "tblCateg": categories, "tblTicket": tickets, "tblTimeEntry": entries, "tblDevice": devices, "tblSurvey": surveys}  # fmt: skip


_TK = "FROM tblTicket t JOIN tblCust c USING (CustNo) JOIN tblCateg k USING (CatCd) JOIN tblAgent a USING (AgentNo)"
_TE = "FROM tblTimeEntry e JOIN tblAgent a ON a.AgentNo = e.AgentNo JOIN tblTicket t ON t.TktNo = e.TktNo JOIN tblCust c ON c.CustNo = t.CustNo JOIN tblCateg k ON k.CatCd = t.CatCd"  # fmt: skip
_SU = "FROM tblSurvey s JOIN tblTicket t USING (TktNo) JOIN tblAgent a USING (AgentNo) JOIN tblCateg k USING (CatCd)"

QUESTIONS = (
    Asked("how many tickets came in last month?", "SELECT count(*) FROM tblTicket WHERE OpenDtm LIKE '2025-10%'"),
    Asked("tickets opened per month in 2025", "SELECT substr(OpenDtm, 1, 7) || '-01', count(*) FROM tblTicket WHERE OpenDtm LIKE '2025%' GROUP BY 1"),
    Asked("how many tickets are not closed yet", "SELECT count(*) FROM tblTicket WHERE Stat <> 'Closed'"),
    Asked("open tickets by priority", "SELECT Prio, count(*) FROM tblTicket WHERE Stat <> 'Closed' GROUP BY 1"),
    Asked("what are the problems about? tickets by category", f"SELECT k.CatDescr, count(*) {_TK} GROUP BY 1"),
    Asked("top 5 customers by number of tickets opened in 2025", f"SELECT c.CustName, count(*) {_TK} WHERE t.OpenDtm LIKE '2025%' GROUP BY 1 ORDER BY 2 DESC LIMIT 5"),
    Asked("how many urgent tickets did Thistle Bank have", f"SELECT count(*) {_TK} WHERE c.CustName = 'Thistle Bank' AND t.Prio = 'Urgent'"),
    Asked("how many tickets are waiting for the customer?", "SELECT count(*) FROM tblTicket WHERE Stat = 'Waiting for customer'"),
    Asked("tickets closed in October 2025 by team", f"SELECT a.Team, count(*) {_TK} WHERE t.CloseDtm LIKE '2025-10%' GROUP BY 1"),
    Asked("on average how many hours from opening to closing a ticket, by priority", "SELECT Prio, avg((julianday(CloseDtm) - julianday(OpenDtm)) * 24) FROM tblTicket WHERE CloseDtm IS NOT NULL GROUP BY 1"),
    Asked("what percentage of the tickets opened in 2025 missed the SLA?", "SELECT 100.0 * avg(SlaMissedYN = 'Y') FROM tblTicket WHERE OpenDtm LIKE '2025%'"),
    Asked("SLA misses by category for tickets opened in 2024", f"SELECT k.CatDescr, count(*) {_TK} WHERE t.SlaMissedYN = 'Y' AND t.OpenDtm LIKE '2024%' GROUP BY 1"),
    Asked("how do tickets reach us - phone, email or portal? count for 2025", "SELECT Channel, count(*) FROM tblTicket WHERE OpenDtm LIKE '2025%' GROUP BY 1"),
    Asked("tickets opened in the last 7 days", "SELECT count(*) FROM tblTicket WHERE date(OpenDtm) BETWEEN '2025-11-04' AND '2025-11-10'"),
    Asked("how many tickets from before August 2025 are still open?", "SELECT count(*) FROM tblTicket WHERE Stat <> 'Closed' AND OpenDtm < '2025-08-01'"),
    Asked("how much billable work did we do this year, in money?", "SELECT sum(Amt) FROM tblTimeEntry WHERE BillableYN = 'Y' AND WorkDt LIKE '2025%'"),
    Asked("billed amount per customer in 2025, the 5 biggest", f"SELECT c.CustName, sum(e.Amt) {_TE} WHERE e.WorkDt LIKE '2025%' GROUP BY 1 ORDER BY 2 DESC LIMIT 5"),
    Asked("minutes worked by each person last month", f"SELECT a.AgentName, sum(e.Mins) {_TE} WHERE e.WorkDt LIKE '2025-10%' GROUP BY 1"),
    Asked("minutes that weren't billable in 2024, by category", f"SELECT k.CatDescr, sum(e.Mins) {_TE} WHERE e.BillableYN = 'N' AND e.WorkDt LIKE '2024%' GROUP BY 1"),
    Asked("average survey score per month in 2025, by date answered", "SELECT substr(AnswerDt, 1, 7) || '-01', avg(Score) FROM tblSurvey WHERE AnswerDt LIKE '2025%' GROUP BY 1"),
    Asked("how many surveys gave us a 1 or a 2?", "SELECT count(*) FROM tblSurvey WHERE Score <= 2"),
    Asked("average score for password and access tickets", f"SELECT avg(s.Score) {_SU} WHERE k.CatCd = 'ACC'"),
    Asked("how many active customers do we have in each city", "SELECT City, count(*) FROM tblCust WHERE ActiveYN = 'Y' GROUP BY 1"),
    Asked("how many laptops do our customers have, by brand?", "SELECT Maker, count(*) FROM tblDevice WHERE DevType = 'Laptop' GROUP BY 1"),
    Asked("how many devices run out of warranty in December 2025", "SELECT count(*) FROM tblDevice WHERE WarrEndDt LIKE '2025-12%'"),
    Asked("average purchase price of a server", "SELECT avg(PurchPrice) FROM tblDevice WHERE DevType = 'Server'"),
    Asked("newest customer by contract start", "SELECT CustName, ContractStartDt FROM tblCust ORDER BY ContractStartDt DESC LIMIT 1"),
    Asked("how many days were our people off sick in 2025?", None),
    Asked("which invoices are overdue", None),
    Asked("which laptop had the most tickets?", None),
)  # fmt: skip


def helpdesk(seed: int = 89) -> World:
    """The support firm with its questions."""
    return World("Helpdesk", TODAY, TABLES, _rows(seed), QUESTIONS)
