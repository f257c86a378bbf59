"""A chain of hotels with names in camel case, moments as seconds, amounts on the booking and extras on its lines.

Written after the haulage firm had been asked, before the draft had seen this database; asked once.
"""

import random
from datetime import UTC, date, datetime, timedelta

from evals.foreign.world import Asked, Row, Rows, World, count_by, index, mean, mean_by, month, sum_by, top

_FIRST, _LAST, TODAY = date(2023, 1, 1), date(2025, 9, 30), date(2025, 10, 1)
_HOTELS = (("Seaview Palace", "Brighton", "England", 5), ("Castle Inn", "Edinburgh", "Scotland", 4), ("Harbour Lodge", "Cork", "Ireland", 3), ("Meadow House", "York", "England", 3))  # fmt: skip
_TYPES = {"Single": 70, "Double": 110, "Suite": 240, "Family": 160}
_CHANNELS = ("Website", "Travel agent", "Phone", "Partner app")
_SERVICES = {"Breakfast": 14.0, "Parking": 12.0, "Massage": 65.0, "Airport transfer": 48.0, "Minibar": 9.5}
_JOBS = ("Receptionist", "Housekeeper", "Chef", "Porter")
_NAMES = ("Aoife Byrne", "Ewan Reid", "Mei Tan", "Lars Holm", "Sofia Conti", "Yusuf Kaya", "Nina Blom", "Paul Roux")

TABLES = {
    "Hotel": '"HotelId" INTEGER PRIMARY KEY, "HotelName" TEXT, "City" TEXT, "Country" TEXT, "Stars" INTEGER',
    "Room": '"RoomId" INTEGER PRIMARY KEY, "HotelId" INTEGER REFERENCES "Hotel", "RoomNumber" TEXT, "RoomType" TEXT, "NightlyRate" REAL',
    "Guest": '"GuestId" INTEGER PRIMARY KEY, "FullName" TEXT, "HomeCountry" TEXT, "IsVip" INTEGER',
    "Booking": '"BookingId" INTEGER PRIMARY KEY, "GuestId" INTEGER REFERENCES "Guest", "RoomId" INTEGER REFERENCES "Room", "BookedAt" INTEGER, '
    '"CheckIn" TEXT, "CheckOut" TEXT, "Nights" INTEGER, "Channel" TEXT, "Status" TEXT, "TotalAmount" REAL, "CancelledOn" TEXT',
    "BookingExtra": '"ExtraId" INTEGER PRIMARY KEY, "BookingId" INTEGER REFERENCES "Booking", "ServiceName" TEXT, "Quantity" INTEGER, "UnitPrice" REAL',
    "Review": '"ReviewId" INTEGER PRIMARY KEY, "BookingId" INTEGER REFERENCES "Booking", "PostedOn" TEXT, "Score" INTEGER, "Recommended" TEXT',
    "StaffMember": '"StaffId" INTEGER PRIMARY KEY, "HotelId" INTEGER REFERENCES "Hotel", "Name" TEXT, "JobTitle" TEXT, "HourlyWage" REAL, "HiredOn" TEXT',
}  # fmt: skip


def _rows(seed: int) -> dict[str, list[Row]]:
    draw = random.Random(seed)
    hotels = [{"HotelId": i, "HotelName": n, "City": c, "Country": k, "Stars": s} for i, (n, c, k, s) in enumerate(_HOTELS, 1)]  # fmt: skip
    kinds = list(_TYPES)
    rooms: list[Row] = [{"RoomId": i, "HotelId": 1 + i % 4, "RoomNumber": f"{1 + i // 20}{i % 20:02d}", "RoomType": kinds[(i // 4) % 4], "NightlyRate": _TYPES[kinds[(i // 4) % 4]] + 5.0 * (i % 7)} for i in range(1, 81)]  # fmt: skip
    guests = [{"GuestId": i, "FullName": f"{draw.choice(_NAMES).split()[0]} {draw.choice(_NAMES).split()[1]} {i}", "HomeCountry": draw.choice(("Ireland", "France", "Germany", "USA", "Japan")), "IsVip": int(draw.random() < 0.1)} for i in range(1, 501)]  # fmt: skip
    bookings: list[Row] = []
    extras: list[Row] = []
    reviews: list[Row] = []
    for i in range(1, 3001):
        arrives = _FIRST + timedelta(days=int(draw.betavariate(1.3, 1.1) * (_LAST - _FIRST).days))
        booked = datetime(arrives.year, arrives.month, arrives.day, 12, tzinfo=UTC) - timedelta(
            days=draw.randint(0, 60)
        )
        nights, room = draw.choice((1, 1, 2, 2, 3, 5, 7)), rooms[draw.randrange(80)]
        cancelled = draw.random() < 0.12
        bookings.append({"BookingId": i, "GuestId": draw.randint(1, 500), "RoomId": room["RoomId"], "BookedAt": int(booked.timestamp()), "CheckIn": arrives.isoformat(), "CheckOut": (arrives + timedelta(days=nights)).isoformat(), "Nights": nights, "Channel": draw.choices(_CHANNELS, (5, 3, 1, 2))[0], "Status": "cancelled" if cancelled else "stayed", "TotalAmount": round(nights * room["NightlyRate"] * draw.uniform(0.9, 1.1), 2), "CancelledOn": (arrives - timedelta(days=draw.randint(1, 20))).isoformat() if cancelled else None})  # fmt: skip
        if cancelled:
            continue
        for service in draw.sample(list(_SERVICES), draw.choice((0, 0, 1, 2))):
            extras.append({"ExtraId": len(extras) + 1, "BookingId": i, "ServiceName": service, "Quantity": draw.randint(1, 4), "UnitPrice": _SERVICES[service]})  # fmt: skip
        if draw.random() < 0.3:
            reviews.append({"ReviewId": len(reviews) + 1, "BookingId": i, "PostedOn": (arrives + timedelta(days=nights)).isoformat(), "Score": draw.choices(range(1, 11), (1, 1, 1, 2, 3, 5, 9, 12, 10, 6))[0], "Recommended": draw.choices(("yes", "no"), (4, 1))[0]})  # fmt: skip
    staff = [{"StaffId": i, "HotelId": 1 + i % 4, "Name": f"{name} {i}", "JobTitle": _JOBS[i % 4], "HourlyWage": 13.0 + i % 9, "HiredOn": f"{2018 + i % 7}-0{1 + i % 9}-15"} for i, name in enumerate(_NAMES * 4, 1)]  # fmt: skip
    return {"Hotel": hotels, "Room": rooms, "Guest": guests, "Booking": bookings, "BookingExtra": extras, "Review": reviews, "StaffMember": staff}  # fmt: skip


def _bookings(rows: Rows, *prefixes: str) -> list[Row]:
    """Bookings of the days on which somebody was to check in."""
    rooms, hotels, guests = index(rows["Room"], "RoomId"), index(rows["Hotel"], "HotelId"), index(rows["Guest"], "GuestId")  # fmt: skip
    return [
        {**b, "room": rooms[b["RoomId"]], "hotel": hotels[rooms[b["RoomId"]]["HotelId"]], "guest": guests[b["GuestId"]]}
        for b in rows["Booking"]
        if not prefixes or b["CheckIn"].startswith(prefixes)
    ]


def _joined(rows: Rows, table: str) -> list[Row]:
    bookings = index(_bookings(rows), "BookingId")
    return [{**row, "booking": bookings[row["BookingId"]]} for row in rows[table]]


def _reviews(rows: Rows, *prefixes: str) -> list[Row]:
    # An answer as of a day knows nothing of the days after it; some reviews are posted later.
    known = [r for r in _joined(rows, "Review") if r["PostedOn"] <= TODAY.isoformat()]
    return [r for r in known if not prefixes or r["PostedOn"].startswith(prefixes)]


def _name(booking: Row) -> str:
    return booking["hotel"]["HotelName"]


QUESTIONS = (
    Asked("how many bookings are there", lambda r: len(r["Booking"])),
    Asked("bookings per channel", lambda r: count_by([b["Channel"] for b in r["Booking"]])),
    Asked("How many bookings were cancelled in August 2024?", lambda r: sum((b["CancelledOn"] or "").startswith("2024-08") for b in r["Booking"])),
    Asked("how many bookings are cancelled", lambda r: sum(b["Status"] == "cancelled" for b in r["Booking"])),
    Asked("total amount of bookings by hotel", lambda r: sum_by([(_name(b), b["TotalAmount"]) for b in _bookings(r)])),
    Asked("booking amount by room type", lambda r: sum_by([(b["room"]["RoomType"], b["TotalAmount"]) for b in _bookings(r)])),
    Asked("average booking amount", lambda r: mean([b["TotalAmount"] for b in r["Booking"]])),
    Asked("average number of nights per channel", lambda r: mean_by([(b["Channel"], b["Nights"]) for b in r["Booking"]])),
    Asked("average nights by room type", lambda r: mean_by([(b["room"]["RoomType"], b["Nights"]) for b in _bookings(r)])),
    Asked("total nights by city", lambda r: sum_by([(b["hotel"]["City"], b["Nights"]) for b in _bookings(r)])),
    Asked("which hotel has the best average review score", lambda r: top(mean_by([(_name(v["booking"]), v["Score"]) for v in _reviews(r)]), 1)),
    Asked("average score by hotel in 2024", lambda r: mean_by([(_name(v["booking"]), v["Score"]) for v in _reviews(r, "2024")])),
    Asked("number of reviews per month in 2025", lambda r: count_by([month(v["PostedOn"]) for v in _reviews(r, "2025")])),
    Asked("how many reviews are recommended", lambda r: sum(v["Recommended"] == "yes" for v in _reviews(r))),
    Asked("how many guests come from Japan", lambda r: sum(g["HomeCountry"] == "Japan" for g in r["Guest"])),
    Asked("guests by home country", lambda r: count_by([g["HomeCountry"] for g in r["Guest"]])),
    Asked("how many vip guests do we have?", lambda r: sum(g["IsVip"] for g in r["Guest"])),
    Asked("how many rooms does each hotel have", lambda r: count_by([index(r["Hotel"], "HotelId")[x["HotelId"]]["HotelName"] for x in r["Room"]])),
    Asked("how many suites are there", lambda r: sum(x["RoomType"] == "Suite" for x in r["Room"])),
    Asked("average nightly rate by room type", lambda r: mean_by([(x["RoomType"], x["NightlyRate"]) for x in r["Room"]])),
    Asked("total extra amount by service", lambda r: sum_by([(e["ServiceName"], e["Quantity"] * e["UnitPrice"]) for e in r["BookingExtra"]])),
    Asked("quantity of extras by service name", lambda r: sum_by([(e["ServiceName"], e["Quantity"]) for e in r["BookingExtra"]])),
    Asked("how many massages were sold", lambda r: sum(e["Quantity"] for e in r["BookingExtra"] if e["ServiceName"] == "Massage")),
    Asked("bookings at Castle Inn by channel", lambda r: count_by([b["Channel"] for b in _bookings(r) if _name(b) == "Castle Inn"])),
    Asked("top 3 hotels by total amount", lambda r: top(sum_by([(_name(b), b["TotalAmount"]) for b in _bookings(r)]), 3)),
    Asked("share of bookings by channel", lambda r: count_by([b["Channel"] for b in r["Booking"]])),
    Asked("how many staff members work at Harbour Lodge", lambda r: sum(s["HotelId"] == 3 for s in r["StaffMember"])),
    Asked("staff by job title", lambda r: count_by([s["JobTitle"] for s in r["StaffMember"]])),
    Asked("average hourly wage by job title", lambda r: mean_by([(s["JobTitle"], s["HourlyWage"]) for s in r["StaffMember"]])),
    Asked("how many chefs do we employ", lambda r: sum(s["JobTitle"] == "Chef" for s in r["StaffMember"])),
    Asked("how many staff members were hired in 2022", lambda r: sum(s["HiredOn"].startswith("2022") for s in r["StaffMember"])),
    Asked("bookings without the website by hotel", lambda r: count_by([_name(b) for b in _bookings(r) if b["Channel"] != "Website"])),
    Asked("bookings for vip guests by hotel", lambda r: count_by([_name(b) for b in _bookings(r) if b["guest"]["IsVip"]])),
    Asked("suite bookings by hotel", lambda r: count_by([_name(b) for b in _bookings(r) if b["room"]["RoomType"] == "Suite"])),
    Asked("hotels with more than 700 bookings", lambda r: {k: v for k, v in count_by([_name(b) for b in _bookings(r)]).items() if v > 700}),
    Asked("which channel brings the most nights", lambda r: top(sum_by([(b["Channel"], b["Nights"]) for b in r["Booking"]]), 1)),
    Asked("average score of reviews in the third quarter of 2024", lambda r: mean([v["Score"] for v in _reviews(r, "2024-07", "2024-08", "2024-09")])),
    Asked("reviews in 2024 compared to 2023", lambda r: len(_reviews(r, "2024"))),
    Asked("occupancy rate by hotel", None),
    Asked("total amount by service name", None),
    Asked("bookings by country", None),
    Asked("how many guests complained", None),
)  # fmt: skip


def hotel(seed: int = 23) -> World:
    """The hotels with their questions."""
    return World("Hotels", TODAY, TABLES, _rows(seed), QUESTIONS)
