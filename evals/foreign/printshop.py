"""A print shop on an old in-house program: CamelCase tables with IDs, declared keys, money in decimals.

Quotes may become jobs (walk-in jobs have none), finished jobs are invoiced, paper comes in deliveries.
"""

import random
from datetime import date, timedelta

from evals.foreign.world import Asked, Row, World

_FIRST, TODAY = date(2023, 1, 2), date(2025, 9, 10)

TABLES = {
    "Customers": "CustomerID INTEGER PRIMARY KEY, CompanyName VARCHAR(80) NOT NULL, ContactName VARCHAR(60), City VARCHAR(40), Phone VARCHAR(20), Email VARCHAR(80), CustomerSince DATE, PaymentTermsDays INTEGER, IsTradeCustomer BIT",
    "Employees": "EmployeeID INTEGER PRIMARY KEY, FullName VARCHAR(60), Position VARCHAR(30), HireDate DATE, LeftDate DATE",
    "ProductTypes": "ProductTypeID INTEGER PRIMARY KEY, ProductName VARCHAR(40)",
    "PaperStock": "PaperStockID INTEGER PRIMARY KEY, StockName VARCHAR(60), Finish VARCHAR(20), WeightGSM INTEGER, SheetSize VARCHAR(10), SheetsOnHand INTEGER, ReorderLevel INTEGER, CostPerSheet DECIMAL(8,4), Supplier VARCHAR(40)",
    "PaperDeliveries": "DeliveryID INTEGER PRIMARY KEY, PaperStockID INTEGER REFERENCES PaperStock(PaperStockID), DeliveredOn DATE, Sheets INTEGER, TotalCost DECIMAL(10,2)",
    "Quotes": "QuoteID INTEGER PRIMARY KEY, CustomerID INTEGER REFERENCES Customers(CustomerID), ProductTypeID INTEGER REFERENCES ProductTypes(ProductTypeID), SalesRepID INTEGER REFERENCES Employees(EmployeeID), QuoteDate DATE, Quantity INTEGER, QuotedAmount DECIMAL(10,2), Status VARCHAR(12), DecisionDate DATE",
    "Jobs": "JobID INTEGER PRIMARY KEY, QuoteID INTEGER REFERENCES Quotes(QuoteID), CustomerID INTEGER REFERENCES Customers(CustomerID), ProductTypeID INTEGER REFERENCES ProductTypes(ProductTypeID), PaperStockID INTEGER REFERENCES PaperStock(PaperStockID), OperatorID INTEGER REFERENCES Employees(EmployeeID), OrderDate DATE, DueDate DATE, CompletedDate DATE, Quantity INTEGER, SheetsUsed INTEGER, SpoiledSheets INTEGER, IsRush BIT, Status VARCHAR(20)",
    "Invoices": "InvoiceID INTEGER PRIMARY KEY, InvoiceNumber VARCHAR(12), JobID INTEGER REFERENCES Jobs(JobID), InvoiceDate DATE, DueDate DATE, NetAmount DECIMAL(10,2), VATAmount DECIMAL(10,2), TotalAmount DECIMAL(10,2), PaidDate DATE",
}  # fmt: skip

_PLACES = (
    "Harbour",
    "Oakfield",
    "Northside",
    "Castle",
    "Millbrook",
    "Station Road",
    "Riverside",
    "St Anne's",
    "Greenway",
    "Old Town",
    "Kingsley",
    "Westgate",
    "Hilltop",
    "Priory",
    "Elm Street",
)
_TRADES = (
    "Cafe",
    "Dental Practice",
    "Estate Agents",
    "Primary School",
    "Garden Centre",
    "Solicitors",
    "Theatre",
    "Motors",
    "Bakery",
    "Yoga Studio",
    "Brewery",
    "Florist",
)
_CITIES = ("Norwich", "Ipswich", "Cambridge", "Lowestoft", "Great Yarmouth", "Thetford")
_PRODUCTS = {
    "Business cards": (500, 0.09),
    "Flyers": (2500, 0.06),
    "Brochures": (600, 1.1),
    "Posters": (80, 4.5),
    "Banners": (4, 62.0),
    "Letterheads": (1000, 0.12),
    "Wedding invitations": (90, 2.4),
    "Stickers": (1500, 0.11),
    "Booklets": (250, 2.7),
}
_STAFF = (
    ("Marion Fields", "Sales", "2016-03-01", None), ("Tobias Crane", "Sales", "2021-09-06", None), ("Lucy Hammond", "Sales", "2019-05-13", "2024-08-30"),
    ("Derek Moss", "Press operator", "2009-01-12", None), ("Aisha Rahman", "Press operator", "2020-02-03", None), ("Piotr Zielinski", "Press operator", "2022-07-04", None), ("Gary Stubbs", "Press operator", "2012-10-01", "2024-03-28"),
    ("Nina Okafor", "Prepress", "2018-04-09", None), ("Colin Webb", "Finisher", "2014-06-16", None), ("Beth Lawson", "Finisher", "2022-11-21", "2023-12-15"),
)  # fmt: skip
_PAPERS = (
    ("Claro Gloss 130", "Gloss", 130, "SRA3", 0.052), ("Claro Gloss 170", "Gloss", 170, "SRA3", 0.068), ("Claro Gloss 300", "Gloss", 300, "SRA3", 0.119), ("Claro Silk 130", "Silk", 130, "SRA3", 0.051), ("Claro Silk 170", "Silk", 170, "B2", 0.131), ("Claro Silk 350", "Silk", 350, "SRA3", 0.142),
    ("Essential Uncoated 90", "Uncoated", 90, "SRA3", 0.031), ("Essential Uncoated 120", "Uncoated", 120, "SRA3", 0.043), ("Essential Uncoated 300", "Uncoated", 300, "SRA3", 0.108), ("Nettuno Ivory 280", "Textured", 280, "SRA3", 0.31), ("Horizon Matt 150", "Matt", 150, "B2", 0.122), ("Horizon Matt 250", "Matt", 250, "SRA3", 0.097), ("Sticker Vinyl White", "Gloss", 200, "SRA3", 0.39), ("Recycled Grey 100", "Uncoated", 100, "SRA3", 0.037),
)  # fmt: skip
_SUPPLIERS = ("Northgate Paper", "Premier Sheets", "Fenland Merchants")


def _rows(seed: int) -> dict[str, list[Row]]:
    draw = random.Random(seed)
    span = (TODAY - _FIRST).days

    def iso(day: date | None) -> str | None:
        return day.isoformat() if day else None

    names = draw.sample([f"{place} {trade}" for place in _PLACES for trade in _TRADES], 149)
    names = ["Harbour Cafe", *[name for name in names if name != "Harbour Cafe"][:148]]
    firsts, lasts = ("Tom", "Sue", "Raj", "Ellen", "Mick", "Joanna", "Pete", "Fay", "Ian", "Zoe"), ("Baker", "Lowe", "Patel", "Reeve", "Thorn", "Sadler", "Bloom", "Kerr")  # fmt: skip
    customers: list[Row] = []
    for i, name in enumerate(names, 1):
        since = date(2011, 1, 1) + timedelta(days=int(draw.betavariate(2.2, 1.0) * (TODAY - date(2011, 1, 1)).days))
        customers.append({"CustomerID": i, "CompanyName": name, "ContactName": f"{draw.choice(firsts)} {draw.choice(lasts)}" if draw.random() < 0.9 else None, "City": draw.choices(_CITIES, (40, 22, 14, 10, 8, 5))[0], "Phone": f"01{draw.randint(200, 999)} {draw.randint(100000, 999999)}", "Email": f"office@{name.lower().replace(' ', '').replace(chr(39), '')}.example" if draw.random() < 0.86 else None, "CustomerSince": since.isoformat() if i > 1 else "2014-05-19", "PaymentTermsDays": draw.choices((30, 14, 60, 0), (70, 15, 10, 5))[0], "IsTradeCustomer": int(draw.random() < 0.18)})  # fmt: skip
    weights = [1.0 if i else 3.5 for i in range(len(customers))]
    weights = [w * min(draw.paretovariate(1.3), 9.0) for w in weights]
    papers: list[Row] = [
        {"PaperStockID": i, "StockName": name, "Finish": finish, "WeightGSM": gsm, "SheetSize": size, "SheetsOnHand": draw.choices((draw.randint(90, 900), draw.randint(2500, 16000)), (35, 65))[0], "ReorderLevel": draw.choice((1000, 1500, 2000)), "CostPerSheet": cost, "Supplier": _SUPPLIERS[(0, 0, 0, 0, 1, 0, 1, 1, 1, 2, 2, 2, 2, 1)[i - 1]]}
        for i, (name, finish, gsm, size, cost) in enumerate(_PAPERS, 1)
    ]  # fmt: skip
    deliveries: list[Row] = []
    day = _FIRST
    while day < TODAY:
        paper = draw.choice(papers)
        sheets = draw.choice((1000, 2000, 2500, 4000, 5000, 10000))
        deliveries.append({"DeliveryID": len(deliveries) + 1, "PaperStockID": paper["PaperStockID"], "DeliveredOn": day.isoformat(), "Sheets": sheets, "TotalCost": round(sheets * paper["CostPerSheet"] * draw.uniform(0.92, 1.06), 2)})  # fmt: skip
        day += timedelta(days=draw.choice((1, 2, 3, 4, 5, 7, 9)))
    kinds = list(_PRODUCTS)

    def at_work(position: str, day: date) -> int:
        able = [i for i, (_, p, hired, left) in enumerate(_STAFF, 1) if p == position and hired <= day.isoformat() and (left is None or left > day.isoformat())]  # fmt: skip
        return draw.choices(able, [1 + 0.7 * (i % 3) for i in able])[0]

    quotes: list[Row] = []
    orders: list[tuple[date, Row | None, int, int, int, float]] = []
    for offset in sorted(int(span * draw.betavariate(1.2, 1.0)) for _ in range(1500)):
        day = _FIRST + timedelta(days=offset)
        while day.weekday() > 4 or day >= TODAY:
            day -= timedelta(days=1)
        customer = draw.choices(customers, weights)[0]
        while customer["CustomerSince"] > day.isoformat():
            customer = draw.choices(customers, weights)[0]
        kind = draw.choices(range(9), (22, 20, 13, 12, 7, 8, 5, 6, 7))[0]
        usual, price = _PRODUCTS[kinds[kind]]
        quantity = max(1, int(usual * draw.choice((0.5, 1, 1, 1, 2, 2, 4, 5))))
        amount = round(28 + quantity * price * draw.uniform(0.75, 1.3), 2)
        if draw.random() < 0.22:
            orders.append((day, None, customer["CustomerID"], kind + 1, quantity, amount))
            continue
        decided = day + timedelta(days=draw.randint(0, 21))
        status = draw.choices(("Accepted", "Rejected", "Expired"), (66, 20, 14))[0]
        if decided >= TODAY or ((TODAY - day).days <= 30 and status == "Expired"):
            status = "Open"
        if status == "Expired":
            decided = day + timedelta(days=30)
        asked: Row = {"QuoteID": len(quotes) + 1, "CustomerID": customer["CustomerID"], "ProductTypeID": kind + 1, "SalesRepID": at_work("Sales", day), "QuoteDate": day.isoformat(), "Quantity": quantity, "QuotedAmount": amount, "Status": status, "DecisionDate": None if status == "Open" else decided.isoformat()}  # fmt: skip
        quotes.append(asked)
        if status == "Accepted":
            orders.append((decided, asked, customer["CustomerID"], kind + 1, quantity, amount))
    jobs: list[Row] = []
    drafts: list[Row] = []
    for day, quote, customer_id, kind_id, quantity, amount in sorted(orders, key=lambda order: order[0]):
        rush = draw.random() < 0.14
        due = day + timedelta(days=draw.randint(1, 3) if rush else draw.randint(5, 15))
        done: date | None = due + timedelta(days=draw.choices((-3, -2, -1, 0, 1, 2, 5), (10, 16, 24, 28, 11, 7, 4))[0])
        done = max(done, day)
        cancelled = draw.random() < 0.055
        status = "Cancelled" if cancelled else "Completed"
        if not cancelled and done >= TODAY:
            status = "In production" if draw.random() < 0.6 else "Waiting for proof"
        if not cancelled and status == "Completed" and (TODAY - day).days < 40 and draw.random() < 0.12:
            status = "In production"
        if status != "Completed":
            done = None
        used = max(2, int(quantity / draw.choice((2, 4, 8, 10)))) if done else None
        paper_id = draw.choices(range(1, 15), (9, 12, 8, 11, 6, 14, 7, 9, 6, 2, 4, 6, 3, 2))[0]
        job: Row = {"JobID": len(jobs) + 1001, "QuoteID": quote["QuoteID"] if quote else None, "CustomerID": customer_id, "ProductTypeID": kind_id, "PaperStockID": paper_id, "OperatorID": at_work("Press operator", done) if done else None, "OrderDate": day.isoformat(), "DueDate": due.isoformat(), "CompletedDate": iso(done), "Quantity": quantity, "SheetsUsed": used, "SpoiledSheets": int(used * abs(draw.gauss(0, 0.04))) if used else None, "IsRush": int(rush), "Status": status}  # fmt: skip
        jobs.append(job)
        if done:
            issued = done + timedelta(days=draw.choice((0, 0, 1, 1, 2, 4)))
            if issued < TODAY:
                net = round(amount * (1.25 if rush else 1.0), 2)
                vat = round(net * 0.2, 2)
                terms = customers[customer_id - 1]["PaymentTermsDays"]
                paid = issued + timedelta(days=max(0, int(draw.gauss(terms, 12)))) if draw.random() < 0.97 else None
                drafts.append({"JobID": job["JobID"], "InvoiceDate": issued.isoformat(), "DueDate": (issued + timedelta(days=terms)).isoformat(), "NetAmount": net, "VATAmount": vat, "TotalAmount": round(net + vat, 2), "PaidDate": iso(paid) if paid and paid < TODAY else None})  # fmt: skip
    drafts.sort(key=lambda row: row["InvoiceDate"])
    invoices: list[Row] = [
        {"InvoiceID": i, "InvoiceNumber": f"INV-{20000 + i}", **row} for i, row in enumerate(drafts, 1)
    ]
    return {
        "Customers": customers,
        "Employees": [{"EmployeeID": i, "FullName": n, "Position": p, "HireDate": h, "LeftDate": left} for i, (n, p, h, left) in enumerate(_STAFF, 1)],
        "ProductTypes": [{"ProductTypeID": i, "ProductName": name} for i, name in enumerate(kinds, 1)],
        "PaperStock": papers,
        "PaperDeliveries": deliveries,
        "Quotes": quotes,
        "Jobs": jobs,
        "Invoices": invoices,
    }  # fmt: skip


_BILLED = "Invoices i JOIN Jobs j ON j.JobID = i.JobID JOIN Customers c ON c.CustomerID = j.CustomerID"
_MADE = "Jobs j JOIN ProductTypes p ON p.ProductTypeID = j.ProductTypeID"

QUESTIONS = (
    Asked("How many jobs are in production right now?", "SELECT COUNT(*) FROM Jobs WHERE Status = 'In production'"),
    Asked("what did we invoice in August 2025 before VAT", "SELECT SUM(NetAmount) FROM Invoices WHERE InvoiceDate LIKE '2025-08%'"),
    Asked("Invoiced amount including VAT, month by month for 2024", "SELECT substr(InvoiceDate, 1, 7) || '-01', SUM(TotalAmount) FROM Invoices WHERE InvoiceDate LIKE '2024%' GROUP BY 1"),
    Asked("which customers still owe us money, and how much including VAT?", f"SELECT c.CompanyName, SUM(i.TotalAmount) FROM {_BILLED} WHERE i.PaidDate IS NULL GROUP BY c.CustomerID"),
    Asked("How many unpaid invoices are past their due date?", "SELECT COUNT(*) FROM Invoices WHERE PaidDate IS NULL AND DueDate < '2025-09-10'"),
    Asked("our 5 best customers of 2025 so far by net invoiced amount", f"SELECT c.CompanyName, SUM(i.NetAmount) FROM {_BILLED} WHERE i.InvoiceDate LIKE '2025%' GROUP BY c.CustomerID ORDER BY 2 DESC LIMIT 5"),
    Asked("which papers have fallen below their reorder level and how many sheets are left of each", "SELECT StockName, SheetsOnHand FROM PaperStock WHERE SheetsOnHand < ReorderLevel"),
    Asked("How many sheets of silk paper are on hand?", "SELECT SUM(SheetsOnHand) FROM PaperStock WHERE Finish = 'Silk'"),
    Asked("average quoted amount for each type of product", "SELECT p.ProductName, AVG(q.QuotedAmount) FROM Quotes q JOIN ProductTypes p ON p.ProductTypeID = q.ProductTypeID GROUP BY 1"),
    Asked("What percentage of the quotes from 2024 were accepted?", "SELECT 100.0 * SUM(Status = 'Accepted') / COUNT(*) FROM Quotes WHERE QuoteDate LIKE '2024%'"),
    Asked("quotes that are still open: how many?", "SELECT COUNT(*) FROM Quotes WHERE Status = 'Open'"),
    Asked("rush jobs ordered per month from January to August 2025", "SELECT substr(OrderDate, 1, 7) || '-01', COUNT(*) FROM Jobs WHERE IsRush = 1 AND OrderDate BETWEEN '2025-01-01' AND '2025-08-31' GROUP BY 1"),
    Asked("Of the jobs ordered last year, how many ended up cancelled?", "SELECT COUNT(*) FROM Jobs WHERE Status = 'Cancelled' AND OrderDate LIKE '2024%'"),
    Asked("how many days does a job take on average from order to completion", "SELECT AVG(julianday(CompletedDate) - julianday(OrderDate)) FROM Jobs WHERE CompletedDate IS NOT NULL"),
    Asked("Which press operator completed the most jobs in 2025?", "SELECT e.FullName, COUNT(*) FROM Jobs j JOIN Employees e ON e.EmployeeID = j.OperatorID WHERE j.CompletedDate LIKE '2025%' GROUP BY 1 ORDER BY 2 DESC LIMIT 1"),
    Asked("how many of the jobs completed last month were finished after their due date", "SELECT COUNT(*) FROM Jobs WHERE CompletedDate LIKE '2025-08%' AND CompletedDate > DueDate"),
    Asked("customers by city", "SELECT City, COUNT(*) FROM Customers GROUP BY 1"),
    Asked("How many new customers did we win in 2024?", "SELECT COUNT(*) FROM Customers WHERE CustomerSince LIKE '2024%'"),
    Asked("spoiled sheets in total per paper finish", "SELECT s.Finish, SUM(j.SpoiledSheets) FROM Jobs j JOIN PaperStock s ON s.PaperStockID = j.PaperStockID GROUP BY 1"),
    Asked("What is the largest invoice total we ever sent out?", "SELECT MAX(TotalAmount) FROM Invoices"),
    Asked("total quantity of business cards in jobs completed in 2024", f"SELECT SUM(j.Quantity) FROM {_MADE} WHERE p.ProductName = 'Business cards' AND j.CompletedDate LIKE '2024%'"),
    Asked("how many flyer jobs were ordered in the first quarter of 2025?", f"SELECT COUNT(*) FROM {_MADE} WHERE p.ProductName = 'Flyers' AND j.OrderDate BETWEEN '2025-01-01' AND '2025-03-31'"),
    Asked("For how many customers do we have no email address?", "SELECT COUNT(*) FROM Customers WHERE Email IS NULL"),
    Asked("on average, how many days after the invoice date do we get paid", "SELECT AVG(julianday(PaidDate) - julianday(InvoiceDate)) FROM Invoices WHERE PaidDate IS NOT NULL"),
    Asked("What is the paper we have in stock worth at cost, by supplier?", "SELECT Supplier, SUM(SheetsOnHand * CostPerSheet) FROM PaperStock GROUP BY 1"),
    Asked("top sales rep by value of accepted quotes, quotes from 2024", "SELECT e.FullName, SUM(q.QuotedAmount) FROM Quotes q JOIN Employees e ON e.EmployeeID = q.SalesRepID WHERE q.Status = 'Accepted' AND q.QuoteDate LIKE '2024%' GROUP BY 1 ORDER BY 2 DESC LIMIT 1"),
    Asked("number of trade customers", "SELECT COUNT(*) FROM Customers WHERE IsTradeCustomer = 1"),
    Asked("How many jobs that are neither completed nor cancelled should already be finished by their due date?", "SELECT COUNT(*) FROM Jobs WHERE Status NOT IN ('Completed', 'Cancelled') AND DueDate < '2025-09-10'"),
    Asked("net invoiced by quarter, 2024", "SELECT substr(InvoiceDate, 1, 5) || substr('0' || ((CAST(substr(InvoiceDate, 6, 2) AS INTEGER) - 1) / 3 * 3 + 1), -2) || '-01', SUM(NetAmount) FROM Invoices WHERE InvoiceDate LIKE '2024%' GROUP BY 1"),
    Asked("show me the three largest unpaid invoices", "SELECT InvoiceNumber, TotalAmount FROM Invoices WHERE PaidDate IS NULL ORDER BY TotalAmount DESC LIMIT 3"),
    Asked("How many jobs came in without a quote?", "SELECT COUNT(*) FROM Jobs WHERE QuoteID IS NULL"),
    Asked("how many jobs has Harbour Cafe ordered since 1 January 2024", "SELECT COUNT(*) FROM Jobs j JOIN Customers c ON c.CustomerID = j.CustomerID WHERE c.CompanyName = 'Harbour Cafe' AND j.OrderDate >= '2024-01-01'"),
    Asked("VAT on the invoices issued between April and June 2025", "SELECT SUM(VATAmount) FROM Invoices WHERE InvoiceDate BETWEEN '2025-04-01' AND '2025-06-30'"),
    Asked("what did we spend on paper deliveries from Northgate Paper in 2024?", "SELECT SUM(d.TotalCost) FROM PaperDeliveries d JOIN PaperStock s ON s.PaperStockID = d.PaperStockID WHERE s.Supplier = 'Northgate Paper' AND d.DeliveredOn LIKE '2024%'"),
    Asked("How many people who used to work for us have left?", "SELECT COUNT(*) FROM Employees WHERE LeftDate IS NOT NULL"),
    Asked("how many customers have not ordered a single job in 2025", "SELECT COUNT(*) FROM Customers WHERE CustomerID NOT IN (SELECT CustomerID FROM Jobs WHERE OrderDate LIKE '2025%')"),
    Asked("What were our electricity costs for the presses in 2024?", None),
    Asked("how many hours did Derek Moss work in July 2025", None),
    Asked("average customer satisfaction score per product", None),
    Asked("How much did we spend on ink last year?", None),
)  # fmt: skip


def printshop(seed: int = 21) -> World:
    """The print shop with its questions."""
    return World("Print shop", TODAY, TABLES, _rows(seed), QUESTIONS)
