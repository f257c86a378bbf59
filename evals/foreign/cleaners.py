"""A contract cleaning company as an Access database: names in full with spaces, keys declared. Yes/No columns hold -1 and 0.
A visit is Completed, Cancelled (no hours, no charge) or No Access (no hours, a call-out fee); invoices are written on the first
of the month for the month before, an empty Paid Date is an unpaid one; an empty Leaving Date is somebody still employed."""

import random
from datetime import date, timedelta

from evals.foreign.world import Asked, Row, World

_FIRST, TODAY = date(2023, 1, 2), date(2025, 10, 14)
_LAST = TODAY - timedelta(days=1)

TABLES = {
    "Clients": (
        '"Client ID" INTEGER PRIMARY KEY, "Client Name" TEXT NOT NULL, "Client Type" TEXT NOT NULL, "Contact Person" TEXT, "Email Address" '
        'TEXT, "Customer Since" TEXT NOT NULL, "Active" INTEGER NOT NULL'
    ),
    "Sites": (
        '"Site ID" INTEGER PRIMARY KEY, "Client ID" INTEGER NOT NULL REFERENCES "Clients"("Client ID"), "Site Name" TEXT NOT NULL, "Town" '
        'TEXT NOT NULL, "Floor Area" INTEGER, "Key Held" INTEGER NOT NULL'
    ),
    "Employees": (
        '"Employee ID" INTEGER PRIMARY KEY, "Full Name" TEXT NOT NULL, "Job Title" TEXT NOT NULL, "Hire Date" TEXT NOT NULL, "Leaving '
        'Date" TEXT, "Hourly Wage" NUMERIC(6,2) NOT NULL'
    ),
    "Service Types": '"Service ID" INTEGER PRIMARY KEY, "Service Name" TEXT NOT NULL, "Price Per Hour" NUMERIC(6,2) NOT NULL',
    "Visits": (
        '"Visit ID" INTEGER PRIMARY KEY, "Site ID" INTEGER NOT NULL REFERENCES "Sites"("Site ID"), "Employee ID" INTEGER REFERENCES '
        '"Employees"("Employee ID"), "Service ID" INTEGER NOT NULL REFERENCES "Service Types"("Service ID"), "Visit Date" TEXT NOT NULL, '
        '"Visit Status" TEXT NOT NULL, "Hours Worked" REAL, "Amount Charged" NUMERIC(8,2)'
    ),
    "Invoices": (
        '"Invoice Number" INTEGER PRIMARY KEY, "Client ID" INTEGER NOT NULL REFERENCES "Clients"("Client ID"), "Invoice Date" TEXT NOT '
        'NULL, "Due Date" TEXT NOT NULL, "Invoice Total" NUMERIC(10,2) NOT NULL, "Paid Date" TEXT, "Payment Method" TEXT'
    ),
    "Complaints": (
        '"Complaint ID" INTEGER PRIMARY KEY, "Visit ID" INTEGER NOT NULL REFERENCES "Visits"("Visit ID"), "Received Date" TEXT NOT NULL, '
        '"Complaint Category" TEXT NOT NULL, "Resolved Date" TEXT, "Refund Amount" NUMERIC(8,2)'
    ),
    "Supply Purchases": (
        '"Purchase ID" INTEGER PRIMARY KEY, "Purchase Date" TEXT NOT NULL, "Supplier" TEXT NOT NULL, "Product Name" TEXT NOT NULL, '
        '"Quantity" INTEGER NOT NULL, "Unit Price" NUMERIC(6,2) NOT NULL, "Total Cost" NUMERIC(8,2) NOT NULL'
    ),
}

_CLIENTS = (
    ("Hartley & Moss Accountants", "Office"),
    ("Brightwell Software", "Office"),
    ("Penrose Architects", "Office"),
    ("Corvin Recruitment", "Office"),
    ("Tully Brothers", "Office"),
    ("Meridian Travel", "Office"),
    ("Alder Finance", "Office"),
    ("Oakfield Primary School", "School"),
    ("St Bede's College", "School"),
    ("Ashdown Nursery", "School"),
    ("Merrow Infants", "School"),
    ("Wharf Road Surgery", "Medical Practice"),
    ("Smile Dental", "Medical Practice"),
    ("Castle Physiotherapy", "Medical Practice"),
    ("Greenlane Opticians", "Medical Practice"),
    ("Daisy Gift Shop", "Shop"),
    ("Fenwick Shoes", "Shop"),
    ("Paper & Pen", "Shop"),
    ("The Cheese Corner", "Shop"),
    ("Bellamy Furniture", "Shop"),
    ("Mrs Adeyemi", "Private Household"),
    ("Mr and Mrs Cole", "Private Household"),
    ("Dr Finch", "Private Household"),
    ("Mrs Larkin", "Private Household"),
    ("Mr Osei", "Private Household"),
    ("Ms Yardley", "Private Household"),
)
_CONTACTS = (
    "Anna Hartley",
    "Piers Webb",
    "Judith Penrose",
    "Sam Corvin",
    "Nora Tully",
    "Ivan Petrov",
    "Helen Alder",
    "Carol Dunne",
    "Father Quinn",
    "Lily Marsh",
)
_TOWNS = ("Guildford", "Woking", "Farnham", "Godalming", "Aldershot")
_STAFF = (
    ("Rosa Delgado", "Cleaner", "2021-05-10", None, 12.8),
    ("Beata Nowak", "Cleaner", "2022-02-01", None, 12.6),
    ("Grace Mensah", "Cleaner", "2022-09-12", None, 12.6),
    ("Tina Holloway", "Cleaner", "2020-01-20", "2024-06-28", 12.2),
    ("Comfort Asante", "Cleaner", "2023-03-06", None, 12.4),
    ("Ioana Popescu", "Cleaner", "2023-08-14", "2025-02-14", 12.1),
    ("Kelly Stokes", "Cleaner", "2024-01-15", None, 12.1),
    ("Marta Silva", "Cleaner", "2024-05-20", None, 12.0),
    ("Denise Ward", "Cleaner", "2024-09-02", None, 12.0),
    ("Jamal Brooks", "Cleaner", "2025-03-03", None, 11.9),
    ("Lucy Tran", "Cleaner", "2025-06-16", None, 11.9),
    ("Barry Noakes", "Window Cleaner", "2019-04-01", None, 14.5),
    ("Craig Pullen", "Window Cleaner", "2022-06-13", None, 13.9),
    ("Owen Rees", "Window Cleaner", "2024-03-11", None, 13.5),
    ("Sandra Keane", "Supervisor", "2018-10-01", None, 16.4),
    ("Victor Amadi", "Supervisor", "2022-11-07", None, 15.8),
)
_SERVICES = (
    ("Regular Clean", 21.5),
    ("Deep Clean", 27.0),
    ("Window Cleaning", 29.5),
    ("Carpet Cleaning", 32.0),
    ("End of Tenancy Clean", 30.0),
)
_PRODUCTS = (
    ("Floor Cleaner 5L", 11.4),
    ("Nitrile Gloves", 6.9),
    ("Microfibre Cloths", 8.5),
    ("Refuse Sacks", 9.2),
    ("Toilet Cleaner", 2.1),
    ("Mop Heads", 4.3),
    ("Glass Cleaner", 3.4),
    ("Paper Towels", 14.8),
)


def _clients(draw: random.Random) -> tuple[list[Row], list[Row]]:
    clients: list[Row] = []
    sites: list[Row] = []
    for i, (name, kind) in enumerate(_CLIENTS, 1):
        private = kind == "Private Household"
        since = date(2019, 1, 7) + timedelta(days=draw.randint(0, 1440 if i % 4 else 2100))
        clients.append(
            {
                "Client ID": i,
                "Client Name": name,
                "Client Type": kind,
                "Contact Person": None if private else draw.choice(_CONTACTS),
                "Email Address": f"contact{i}@example.com" if draw.random() < 0.8 else None,
                "Customer Since": since.isoformat(),
                "Active": 0 if i in (5, 14, 18, 24) else -1,
            }
        )
        count = (
            1
            if private
            else {"School": 3, "Office": 2, "Medical Practice": 2, "Shop": 1}[kind] + int(draw.random() < 0.3)
        )
        for town in draw.sample(_TOWNS, count) if count > 1 else draw.choices(_TOWNS, (5, 4, 2, 2, 1)):
            area = draw.randint(60, 240) if private or kind == "Shop" else draw.randint(180, 1900)
            sites.append(
                {
                    "Site ID": len(sites) + 1,
                    "Client ID": i,
                    "Site Name": f"{name}, {town}",
                    "Town": town,
                    "Floor Area": area if draw.random() < 0.93 else None,
                    "Key Held": -int(draw.random() < 0.6),
                }
            )
    return clients, sites


def _visits(draw: random.Random, clients: list[Row], sites: list[Row]) -> list[Row]:
    plans: list[tuple[date, int]] = []
    for site in sites:
        client: Row = clients[site["Client ID"] - 1]
        end = _LAST if client["Active"] else date(2024, 3, 1) + timedelta(days=40 * (client["Client ID"] % 7))
        day = max(_FIRST, date.fromisoformat(client["Customer Since"])) + timedelta(days=draw.randint(0, 14))
        gap = draw.choice((14, 14, 21, 21))
        while day <= end:
            plans.append((day, site["Site ID"]))
            day += timedelta(days=gap + draw.randint(-1, 2))
    visits: list[Row] = []
    for day, site_id in sorted(plans):
        service = draw.choices(range(1, 6), (60, 12, 15, 9, 4))[0]
        status = draw.choices(("Completed", "Cancelled", "No Access"), (90, 7, 3))[0]
        able = [
            i
            for i, (_, title, hired, left, _) in enumerate(_STAFF, 1)
            if hired <= day.isoformat() <= (left or "9999") and (title == "Window Cleaner") == (service == 3)
        ]
        employee = draw.choices(
            able, [1.6 if i == 1 else 0.5 if _STAFF[i - 1][1] == "Supervisor" else 1 + i % 4 / 6 for i in able]
        )[0]
        hours = (
            draw.choice((1.5, 2, 2.5, 3, 3.5, 4, 5) if service != 5 else (5, 6, 7, 8))
            if status == "Completed"
            else None
        )
        price = _SERVICES[service - 1][1] * (1.05 if day.year == 2025 else 1.0)
        amount = round(price * hours, 2) if hours else 25.0 if status == "No Access" else None
        visits.append(
            {
                "Visit ID": len(visits) + 1,
                "Site ID": site_id,
                "Employee ID": None if status == "Cancelled" and draw.random() < 0.4 else employee,
                "Service ID": service,
                "Visit Date": day.isoformat(),
                "Visit Status": status,
                "Hours Worked": hours,
                "Amount Charged": amount,
            }
        )
    return visits


def _rows(seed: int) -> dict[str, list[Row]]:
    draw = random.Random(seed)
    clients, sites = _clients(draw)
    visits = _visits(draw, clients, sites)
    staff: list[Row] = [
        {"Employee ID": i, "Full Name": n, "Job Title": t, "Hire Date": h, "Leaving Date": left, "Hourly Wage": w}
        for i, (n, t, h, left, w) in enumerate(_STAFF, 1)
    ]
    services: list[Row] = [
        {"Service ID": i, "Service Name": n, "Price Per Hour": p} for i, (n, p) in enumerate(_SERVICES, 1)
    ]
    owed: dict[tuple[date, int], float] = {}
    for visit in visits:
        if visit["Amount Charged"]:
            written = (date.fromisoformat(visit["Visit Date"]).replace(day=1) + timedelta(days=32)).replace(day=1)
            key: tuple[date, int] = (written, sites[visit["Site ID"] - 1]["Client ID"])
            owed[key] = owed.get(key, 0.0) + visit["Amount Charged"]
    invoices: list[Row] = []
    for (written, client), total in sorted(owed.items()):
        if written <= _LAST:
            paid = written + timedelta(days=draw.randint(5, 55))
            settled = paid <= _LAST and draw.random() < 0.97
            invoices.append(
                {
                    "Invoice Number": 20001 + len(invoices),
                    "Client ID": client,
                    "Invoice Date": written.isoformat(),
                    "Due Date": (written + timedelta(days=30)).isoformat(),
                    "Invoice Total": round(total, 2),
                    "Paid Date": paid.isoformat() if settled else None,
                    "Payment Method": draw.choices(("Bank Transfer", "Direct Debit", "Cheque", "Cash"), (6, 4, 1, 1))[0]
                    if settled
                    else None,
                }
            )
    complaints: list[Row] = []
    for visit in visits:
        received = date.fromisoformat(visit["Visit Date"]) + timedelta(days=draw.randint(0, 4))
        if visit["Visit Status"] == "Completed" and received <= _LAST and draw.random() < 0.065:
            solved = received + timedelta(days=draw.randint(1, 30))
            complaints.append(
                {
                    "Complaint ID": len(complaints) + 1,
                    "Visit ID": visit["Visit ID"],
                    "Received Date": received.isoformat(),
                    "Complaint Category": draw.choices(
                        ("Missed Area", "Late Arrival", "Damage", "Lost Key"), (6, 4, 3, 1)
                    )[0],
                    "Resolved Date": solved.isoformat() if solved <= _LAST and draw.random() < 0.94 else None,
                    "Refund Amount": float(draw.choice((15, 20, 30, 45, 60))) if draw.random() < 0.35 else None,
                }
            )
    bought: list[Row] = []
    for day in sorted(_FIRST + timedelta(days=draw.randint(0, (_LAST - _FIRST).days)) for _ in range(380)):
        product, price = draw.choice(_PRODUCTS)
        price, quantity = round(price * draw.choice((1, 1, 1.05, 1.1)), 2), draw.randint(2, 24)
        bought.append(
            {
                "Purchase ID": len(bought) + 1,
                "Purchase Date": day.isoformat(),
                "Supplier": draw.choices(("Janitorial Direct", "Cleanmart", "Surrey Hygiene"), (5, 3, 2))[0],
                "Product Name": product,
                "Quantity": quantity,
                "Unit Price": price,
                "Total Cost": round(price * quantity, 2),
            }
        )
    return {
        "Clients": clients,
        "Sites": sites,
        "Employees": staff,
        "Service Types": services,
        "Visits": visits,
        "Invoices": invoices,
        "Complaints": complaints,
        "Supply Purchases": bought,
    }


_VI = (
    "FROM Visits v JOIN Sites s ON s.[Site ID] = v.[Site ID] JOIN Clients c ON c.[Client ID] = s.[Client ID] JOIN [Service Types] t ON "
    "t.[Service ID] = v.[Service ID] LEFT JOIN Employees e ON e.[Employee ID] = v.[Employee ID]"
)
_IN = "FROM Invoices i JOIN Clients c ON c.[Client ID] = i.[Client ID]"
_CO = _VI.replace("FROM Visits v", "FROM Complaints k JOIN Visits v ON v.[Visit ID] = k.[Visit ID]")

QUESTIONS = (
    Asked(
        "Could you tell me how many active clients we have, please?", "SELECT count(*) FROM Clients WHERE Active = -1"
    ),
    Asked(
        "How many clients of each type are on file, active or not?",
        "SELECT [Client Type], count(*) FROM Clients GROUP BY 1",
    ),
    Asked("How many sites are there in each town?", "SELECT Town, count(*) FROM Sites GROUP BY 1"),
    Asked(
        "What is the total floor area of the sites in Guildford?",
        "SELECT sum([Floor Area]) FROM Sites WHERE Town = 'Guildford'",
    ),
    Asked("For how many sites do we hold a key?", "SELECT count(*) FROM Sites WHERE [Key Held] = -1"),
    Asked(
        "How many employees are still with us, please?", "SELECT count(*) FROM Employees WHERE [Leaving Date] IS NULL"
    ),
    Asked("How many people did we hire in 2024?", "SELECT count(*) FROM Employees WHERE [Hire Date] LIKE '2024%'"),
    Asked(
        "Please give me the average hourly wage by job title, only for employees who have not left.",
        "SELECT [Job Title], avg([Hourly Wage]) FROM Employees WHERE [Leaving Date] IS NULL GROUP BY 1",
    ),
    Asked(
        "How many completed visits did we have last month?",
        "SELECT count(*) FROM Visits WHERE [Visit Status] = 'Completed' AND [Visit Date] LIKE '2025-09%'",
    ),
    Asked(
        "Please show me the completed visits per month in 2024.",
        "SELECT substr([Visit Date], 1, 7) || '-01', count(*) FROM Visits WHERE [Visit Status] = 'Completed' AND [Visit Date] LIKE '2024%' GROUP BY 1",
    ),
    Asked(
        "How many hours did Rosa Delgado work in September 2025?",
        f"SELECT sum(v.[Hours Worked]) {_VI} WHERE e.[Full Name] = 'Rosa Delgado' AND v.[Visit Date] LIKE '2025-09%'",
    ),
    Asked(
        "Could I have the hours worked this year for each service?",
        f"SELECT t.[Service Name], sum(v.[Hours Worked]) {_VI} WHERE v.[Visit Date] LIKE '2025%' GROUP BY 1",
    ),
    Asked(
        "Who are the five employees with the most hours worked in 2024?",
        f"SELECT e.[Full Name], sum(v.[Hours Worked]) {_VI} WHERE v.[Visit Date] LIKE '2024%' AND e.[Full Name] IS NOT NULL GROUP BY 1 ORDER BY 2 DESC LIMIT 5",
    ),
    Asked(
        "How much did we charge for completed window cleaning visits this year?",
        f"SELECT sum(v.[Amount Charged]) {_VI} WHERE t.[Service Name] = 'Window Cleaning' AND v.[Visit Status] = 'Completed' AND v.[Visit Date] LIKE '2025%'",
    ),
    Asked(
        "What did we charge for visits in each town in 2024?",
        f"SELECT s.Town, sum(v.[Amount Charged]) {_VI} WHERE v.[Visit Date] LIKE '2024%' GROUP BY 1",
    ),
    Asked(
        "What do we charge on average for a completed carpet cleaning visit?",
        f"SELECT avg(v.[Amount Charged]) {_VI} WHERE t.[Service Name] = 'Carpet Cleaning' AND v.[Visit Status] = 'Completed'",
    ),
    Asked(
        "How many visits have been cancelled since March?",
        "SELECT count(*) FROM Visits WHERE [Visit Status] = 'Cancelled' AND [Visit Date] >= '2025-03-01'",
    ),
    Asked(
        "What percentage of the visits in 2024 were cancelled?",
        "SELECT 100.0 * sum([Visit Status] = 'Cancelled') / count(*) FROM Visits WHERE [Visit Date] LIKE '2024%'",
    ),
    Asked(
        "How many visits this year ended with no access, by client type?",
        f"SELECT c.[Client Type], count(*) {_VI} WHERE v.[Visit Status] = 'No Access' AND v.[Visit Date] LIKE '2025%' GROUP BY 1",
    ),
    Asked(
        "How many completed visits has Oakfield Primary School had in 2025?",
        f"SELECT count(*) {_VI} WHERE c.[Client Name] = 'Oakfield Primary School' AND v.[Visit Status] = 'Completed' AND v.[Visit Date] LIKE '2025%'",
    ),
    Asked("How many visits have no employee assigned?", "SELECT count(*) FROM Visits WHERE [Employee ID] IS NULL"),
    Asked(
        "How long does a completed visit take on average, in hours, for each service?",
        f"SELECT t.[Service Name], avg(v.[Hours Worked]) {_VI} WHERE v.[Visit Status] = 'Completed' GROUP BY 1",
    ),
    Asked(
        "How much did we invoice in 2024?",
        "SELECT sum([Invoice Total]) FROM Invoices WHERE [Invoice Date] LIKE '2024%'",
    ),
    Asked(
        "Please list the invoiced amounts per month for this year.",
        "SELECT substr([Invoice Date], 1, 7) || '-01', sum([Invoice Total]) FROM Invoices WHERE [Invoice Date] LIKE '2025%' GROUP BY 1",
    ),
    Asked(
        "What is the total of the invoices that have not been paid yet?",
        "SELECT sum([Invoice Total]) FROM Invoices WHERE [Paid Date] IS NULL",
    ),
    Asked(
        "How many unpaid invoices are past their due date today?",
        "SELECT count(*) FROM Invoices WHERE [Paid Date] IS NULL AND [Due Date] < '2025-10-14'",
    ),
    Asked("What was our largest invoice ever?", "SELECT max([Invoice Total]) FROM Invoices"),
    Asked(
        "Could you give me the top three clients by invoiced total in 2024?",
        f"SELECT c.[Client Name], sum(i.[Invoice Total]) {_IN} WHERE i.[Invoice Date] LIKE '2024%' GROUP BY 1 ORDER BY 2 DESC LIMIT 3",
    ),
    Asked(
        "How much money was paid this year by each payment method?",
        "SELECT [Payment Method], sum([Invoice Total]) FROM Invoices WHERE [Paid Date] LIKE '2025%' GROUP BY 1",
    ),
    Asked(
        "What share of the invoiced total in 2024 came from schools, in percent?",
        f"SELECT 100.0 * sum(CASE WHEN c.[Client Type] = 'School' THEN i.[Invoice Total] ELSE 0 END) / sum(i.[Invoice Total]) {_IN} WHERE "
        "i.[Invoice Date] LIKE '2024%'",
    ),
    Asked(
        "How many complaints did we receive this year, by category?",
        "SELECT [Complaint Category], count(*) FROM Complaints WHERE [Received Date] LIKE '2025%' GROUP BY 1",
    ),
    Asked("How many complaints are not resolved yet?", "SELECT count(*) FROM Complaints WHERE [Resolved Date] IS NULL"),
    Asked("Please count all the complaints for each service.", f"SELECT t.[Service Name], count(*) {_CO} GROUP BY 1"),
    Asked(
        "How much did we refund in total for complaints received last year?",
        "SELECT sum([Refund Amount]) FROM Complaints WHERE [Received Date] LIKE '2024%'",
    ),
    Asked(
        "What did we spend on supplies from each supplier in 2024?",
        "SELECT Supplier, sum([Total Cost]) FROM [Supply Purchases] WHERE [Purchase Date] LIKE '2024%' GROUP BY 1",
    ),
    Asked(
        "How many nitrile gloves have we bought in 2025, please?",
        "SELECT sum(Quantity) FROM [Supply Purchases] WHERE [Product Name] = 'Nitrile Gloves' AND [Purchase Date] LIKE '2025%'",
    ),
    Asked("How many miles did our vans drive last month?", None),
    Asked("How much electricity does our office use in a month?", None),
    Asked("Could you tell me how many days of sick leave the staff took this year?", None),
    Asked("How many people looked at our website in September?", None),
)


def cleaners(seed: int = 23) -> World:
    """The cleaning company with its questions."""
    return World("Cleaners", TODAY, TABLES, _rows(seed), QUESTIONS)
