"""A charity: donations with fees and tax relief beside the amount, pledges, volunteers on shifts (many to many), a view
over it all, yes and no as letters. Asked once before the draft had seen it."""

import random
from datetime import date, timedelta

from evals.foreign.world import Asked, Row, World

_FIRST, _LAST, TODAY = date(2022, 1, 1), date(2025, 3, 31), date(2025, 4, 10)

TABLES = {
    "Campaigns": "CampaignID INTEGER PRIMARY KEY, CampaignName TEXT, StartDate TEXT, EndDate TEXT, GoalAmount REAL, CampaignManager TEXT",
    "Donors": "DonorID INTEGER PRIMARY KEY, FirstName TEXT, LastName TEXT, DonorType TEXT, Email TEXT, City TEXT, Country TEXT, DateAdded TEXT, DoNotContact TEXT",
    "Donations": "DonationID INTEGER PRIMARY KEY, DonorID INTEGER REFERENCES Donors, CampaignID INTEGER REFERENCES Campaigns, DonationDate TEXT, Amount REAL, ProcessingFee REAL, GiftAidAmount REAL, PaymentMethod TEXT, IsAnonymous TEXT, ReceiptSentDate TEXT, Status TEXT",
    "Pledges": "PledgeID INTEGER PRIMARY KEY, DonorID INTEGER REFERENCES Donors, PledgeDate TEXT, PledgedAmount REAL, FulfilledAmount REAL, Frequency TEXT",
    "Volunteers": "VolunteerID INTEGER PRIMARY KEY, FullName TEXT, BirthDate TEXT, City TEXT, JoinedOn TEXT, Active TEXT",
    "Shifts": "ShiftID INTEGER PRIMARY KEY, ShiftDate TEXT, Location TEXT, HoursPlanned REAL",
    "VolunteerShifts": "VolunteerID INTEGER REFERENCES Volunteers, ShiftID INTEGER REFERENCES Shifts, HoursWorked REAL, PRIMARY KEY (VolunteerID, ShiftID)",
    "Grants": "GrantID INTEGER PRIMARY KEY, Funder TEXT, AppliedOn TEXT, DecidedOn TEXT, AmountRequested REAL, AmountAwarded REAL, Outcome TEXT",
}  # fmt: skip
VIEWS = {"DonationOverview": "SELECT d.DonationID, d.Amount, d.DonationDate, o.Country FROM Donations d JOIN Donors o USING (DonorID)"}  # fmt: skip


def _rows(seed: int) -> dict[str, list[Row]]:
    draw = random.Random(seed)
    span = (_LAST - _FIRST).days

    def day(least: int = 0, most: int = span) -> date:
        return _FIRST + timedelta(days=draw.randint(least, most))

    campaigns = [{"CampaignID": i, "CampaignName": n, "StartDate": f"{y}-0{m}-01", "EndDate": f"{y}-1{m % 3}-28", "GoalAmount": g, "CampaignManager": w} for i, (n, y, m, g, w) in enumerate((("Winter Shelter", 2022, 9, 50000.0, "Ana"), ("Clean Water", 2023, 2, 80000.0, "Ben"), ("School Meals", 2023, 6, 60000.0, "Ana"), ("Emergency Appeal", 2024, 3, 120000.0, "Cleo")), 1)]  # fmt: skip
    donors: list[Row] = [{"DonorID": i, "FirstName": draw.choice(("Amy", "Bob", "Chloe", "Dan", "Eve")), "LastName": f"Hill {i}", "DonorType": draw.choices(("Individual", "Company", "Trust"), (8, 2, 1))[0], "Email": f"d{i}@example.org", "City": draw.choice(("London", "Bristol", "Dublin", "Paris")), "Country": draw.choice(("UK", "Ireland", "France")), "DateAdded": day(0, span - 100).isoformat(), "DoNotContact": draw.choices("NY", (9, 1))[0]} for i in range(1, 351)]  # fmt: skip
    donations: list[Row] = []
    for i in range(1, 2801):
        when, amount = day(), float(draw.choice((5, 10, 20, 25, 50, 100, 250, 1000)))
        sent = when + timedelta(days=draw.randint(1, 20)) if draw.random() < 0.8 else None
        donations.append({"DonationID": i, "DonorID": min(int(draw.expovariate(0.009)) + 1, 350), "CampaignID": draw.choices((1, 2, 3, 4, None), (2, 3, 2, 4, 2))[0], "DonationDate": when.isoformat(), "Amount": amount, "ProcessingFee": round(amount * 0.02 + 0.2, 2), "GiftAidAmount": amount / 4 if draw.random() < 0.6 else 0.0, "PaymentMethod": draw.choices(("Card", "Bank transfer", "Cash", "Cheque"), (6, 3, 1, 1))[0], "IsAnonymous": draw.choices("NY", (8, 1))[0], "ReceiptSentDate": sent.isoformat() if sent and sent <= _LAST else None, "Status": draw.choices(("Completed", "Refunded", "Failed"), (92, 3, 5))[0]})  # fmt: skip
    pledges: list[Row] = []
    for i in range(1, 241):
        amount = float(draw.choice((60, 120, 240, 600)))
        pledges.append({"PledgeID": i, "DonorID": draw.randint(1, 350), "PledgeDate": day().isoformat(), "PledgedAmount": amount, "FulfilledAmount": round(amount * draw.choice((0, 0.25, 0.5, 1)), 2), "Frequency": draw.choice(("Monthly", "Quarterly", "Yearly"))})  # fmt: skip
    volunteers: list[Row] = [{"VolunteerID": i, "FullName": f"Helper {i}", "BirthDate": f"{1950 + i % 50}-04-12", "City": draw.choice(("London", "Bristol", "Dublin")), "JoinedOn": day(0, span - 60).isoformat(), "Active": draw.choices("YN", (7, 3))[0]} for i in range(1, 91)]  # fmt: skip
    shifts: list[Row] = [{"ShiftID": i, "ShiftDate": day().isoformat(), "Location": draw.choice(("Soup kitchen", "Warehouse", "Charity shop")), "HoursPlanned": draw.choice((3.0, 4.0, 6.0))} for i in range(1, 401)]  # fmt: skip
    worked: list[Row] = [{"VolunteerID": v, "ShiftID": s["ShiftID"], "HoursWorked": s["HoursPlanned"] + draw.choice((-1, 0, 0, 0.5))} for s in shifts for v in draw.sample(range(1, 91), draw.randint(1, 5))]  # fmt: skip
    grants: list[Row] = []
    for i in range(1, 61):
        applied, asked = day(0, span - 120), float(draw.randrange(5000, 60000, 1000))
        outcome = draw.choices(("Awarded", "Rejected", "Pending"), (4, 4, 1))[0]
        grants.append({"GrantID": i, "Funder": draw.choice(("City Council", "Lottery Fund", "Green Trust")), "AppliedOn": applied.isoformat(), "DecidedOn": (applied + timedelta(days=draw.randint(30, 100))).isoformat() if outcome != "Pending" else None, "AmountRequested": asked, "AmountAwarded": asked * draw.choice((0.5, 0.8, 1)) if outcome == "Awarded" else None, "Outcome": outcome})  # fmt: skip
    return {"Campaigns": campaigns, "Donors": donors, "Donations": donations, "Pledges": pledges, "Volunteers": volunteers, "Shifts": shifts, "VolunteerShifts": worked, "Grants": grants}  # fmt: skip


_D = "FROM Donations JOIN Donors USING (DonorID)"
_C = "FROM Donations JOIN Campaigns USING (CampaignID)"

QUESTIONS = (
    Asked("how many donors do we have", "SELECT count(*) FROM Donors"),
    Asked("how many donations did we get in 2024", "SELECT count(*) FROM Donations WHERE DonationDate LIKE '2024%'"),
    Asked("total amount donated in 2024", "SELECT sum(Amount) FROM Donations WHERE DonationDate LIKE '2024%'"),
    Asked("how much money was donated last month", "SELECT sum(Amount) FROM Donations WHERE DonationDate LIKE '2025-03%'"),
    Asked("how much did we raise for Clean Water", "SELECT sum(Amount) FROM Donations WHERE CampaignID = 2"),
    Asked("donation amount by campaign", "SELECT CampaignName, sum(Amount) FROM Donations JOIN Campaigns USING (CampaignID) GROUP BY 1 UNION ALL SELECT NULL, sum(Amount) FROM Donations WHERE CampaignID IS NULL"),
    Asked("average donation", "SELECT avg(Amount) FROM Donations"),
    Asked("average donation amount by donor type", f"SELECT DonorType, avg(Amount) {_D} GROUP BY 1"),
    Asked("number of donations per month in 2024", "SELECT substr(DonationDate, 1, 7) || '-01', count(*) FROM Donations WHERE DonationDate LIKE '2024%' GROUP BY 1"),
    Asked("who are our top 10 donors by amount", f"SELECT FirstName || ' ' || LastName, sum(Amount) {_D} GROUP BY DonorID ORDER BY 2 DESC, 1 LIMIT 10"),
    Asked("donations by country", f"SELECT Country, count(*) {_D} GROUP BY 1"),
    Asked("total donation amount from companies", f"SELECT sum(Amount) {_D} WHERE DonorType = 'Company'"),
    Asked("how many anonymous donations", "SELECT count(*) FROM Donations WHERE IsAnonymous = 'Y'"),
    Asked("how many donations failed", "SELECT count(*) FROM Donations WHERE Status = 'Failed'"),
    Asked("refunded donations by payment method", "SELECT PaymentMethod, count(*) FROM Donations WHERE Status = 'Refunded' GROUP BY 1"),
    Asked("total processing fees in 2023", "SELECT sum(ProcessingFee) FROM Donations WHERE DonationDate LIKE '2023%'"),
    Asked("gift aid amount per year", "SELECT substr(DonationDate, 1, 4) || '-01-01', sum(GiftAidAmount) FROM Donations GROUP BY 1"),
    Asked("how many donations were paid by card", "SELECT count(*) FROM Donations WHERE PaymentMethod = 'Card'"),
    Asked("how many companies donated in 2024", f"SELECT count(DISTINCT DonorID) {_D} WHERE DonorType = 'Company' AND DonationDate LIKE '2024%'"),
    Asked("how many new donors did we get in 2024", "SELECT count(*) FROM Donors WHERE DateAdded LIKE '2024%'"),
    Asked("donors by city", "SELECT City, count(*) FROM Donors GROUP BY 1"),
    Asked("how many individual donors are in London", "SELECT count(*) FROM Donors WHERE City = 'London' AND DonorType = 'Individual'"),
    Asked("total pledged amount", "SELECT sum(PledgedAmount) FROM Pledges"),
    Asked("pledged amount by frequency", "SELECT Frequency, sum(PledgedAmount) FROM Pledges GROUP BY 1"),
    Asked("how many monthly pledges are there", "SELECT count(*) FROM Pledges WHERE Frequency = 'Monthly'"),
    Asked("total fulfilled amount of pledges in 2024", "SELECT sum(FulfilledAmount) FROM Pledges WHERE PledgeDate LIKE '2024%'"),
    Asked("how many volunteers do we have in Bristol", "SELECT count(*) FROM Volunteers WHERE City = 'Bristol'"),
    Asked("how many active volunteers", "SELECT count(*) FROM Volunteers WHERE Active = 'Y'"),
    Asked("total hours worked in 2024", "SELECT sum(HoursWorked) FROM VolunteerShifts JOIN Shifts USING (ShiftID) WHERE ShiftDate LIKE '2024%'"),
    Asked("hours worked by location", "SELECT Location, sum(HoursWorked) FROM VolunteerShifts JOIN Shifts USING (ShiftID) GROUP BY 1"),
    Asked("which volunteer worked the most hours in 2024", "SELECT FullName, sum(HoursWorked) FROM VolunteerShifts JOIN Shifts USING (ShiftID) JOIN Volunteers USING (VolunteerID) WHERE ShiftDate LIKE '2024%' GROUP BY 1 ORDER BY 2 DESC LIMIT 1"),
    Asked("how many shifts at the warehouse in 2023", "SELECT count(*) FROM Shifts WHERE Location = 'Warehouse' AND ShiftDate LIKE '2023%'"),
    Asked("grants by outcome", "SELECT Outcome, count(*) FROM Grants GROUP BY 1"),
    Asked("how many grants were rejected", "SELECT count(*) FROM Grants WHERE Outcome = 'Rejected'"),
    Asked("total amount awarded by funder", "SELECT Funder, sum(AmountAwarded) FROM Grants GROUP BY 1"),
    Asked("total amount requested", "SELECT sum(AmountRequested) FROM Grants"),
    Asked("which funder awarded the most", "SELECT Funder, sum(AmountAwarded) FROM Grants GROUP BY 1 ORDER BY 2 DESC LIMIT 1"),
    Asked("goal amount of the Emergency Appeal", "SELECT GoalAmount FROM Campaigns WHERE CampaignID = 4"),
    Asked("donations without a campaign", "SELECT count(*) FROM Donations WHERE CampaignID IS NULL"),
    Asked("how many donations have no receipt sent", "SELECT count(*) FROM Donations WHERE ReceiptSentDate IS NULL"),
    Asked("how many legacies did we receive", None),
    Asked("how many volunteers left in 2024", None),
    Asked("retention rate of donors", None),
    Asked("cost per donor by campaign", None),
)  # fmt: skip


def charity(seed: int = 43) -> World:
    """The charity with its questions."""
    return World("Charity", TODAY, TABLES, _rows(seed), QUESTIONS, VIEWS)
