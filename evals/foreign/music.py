"""A seller of music files, in the manner of the well-known sample database: a line for each track sold, a track on an
album of an artist, playlists (many to many), employees who report to one another and look after customers. Asked once
before the draft had seen it."""

import random
from datetime import date, timedelta

from evals.foreign.world import Asked, Row, World

_FIRST, _LAST, TODAY = date(2021, 1, 1), date(2024, 12, 22), date(2025, 1, 2)

TABLES = {
    "Artist": "ArtistId INTEGER PRIMARY KEY, Name TEXT",
    "Album": "AlbumId INTEGER PRIMARY KEY, Title TEXT, ArtistId INTEGER REFERENCES Artist(ArtistId)",
    "Genre": "GenreId INTEGER PRIMARY KEY, Name TEXT",
    "MediaType": "MediaTypeId INTEGER PRIMARY KEY, Name TEXT",
    "Track": "TrackId INTEGER PRIMARY KEY, Name TEXT, AlbumId INTEGER REFERENCES Album(AlbumId), MediaTypeId INTEGER REFERENCES MediaType(MediaTypeId), GenreId INTEGER REFERENCES Genre(GenreId), Composer TEXT, Milliseconds INTEGER, Bytes INTEGER, UnitPrice NUMERIC",
    "Playlist": "PlaylistId INTEGER PRIMARY KEY, Name TEXT",
    "PlaylistTrack": "PlaylistId INTEGER REFERENCES Playlist(PlaylistId), TrackId INTEGER REFERENCES Track(TrackId), PRIMARY KEY (PlaylistId, TrackId)",
    "Employee": "EmployeeId INTEGER PRIMARY KEY, LastName TEXT, FirstName TEXT, Title TEXT, ReportsTo INTEGER REFERENCES Employee(EmployeeId), BirthDate TEXT, HireDate TEXT, City TEXT, Country TEXT",
    "Customer": "CustomerId INTEGER PRIMARY KEY, FirstName TEXT, LastName TEXT, Company TEXT, City TEXT, Country TEXT, Email TEXT, SupportRepId INTEGER REFERENCES Employee(EmployeeId)",
    "Invoice": "InvoiceId INTEGER PRIMARY KEY, CustomerId INTEGER REFERENCES Customer(CustomerId), InvoiceDate TEXT, BillingCity TEXT, BillingCountry TEXT, Total NUMERIC",
    "InvoiceLine": "InvoiceLineId INTEGER PRIMARY KEY, InvoiceId INTEGER REFERENCES Invoice(InvoiceId), TrackId INTEGER REFERENCES Track(TrackId), UnitPrice NUMERIC, Quantity INTEGER",
}  # fmt: skip


def _rows(seed: int) -> dict[str, list[Row]]:
    draw = random.Random(seed)
    artists = [{"ArtistId": i, "Name": f"The {n}"} for i, n in enumerate(("Lanterns", "Harbours", "Foxes", "Violets", "Comets", "Owls"), 1)]  # fmt: skip
    albums = [{"AlbumId": i, "Title": f"{w} Sessions", "ArtistId": 1 + i % 6} for i, w in enumerate(("Morning", "Night", "Winter", "Summer", "River", "City", "Desert", "Ocean", "Forest"), 1)]  # fmt: skip
    genres = [{"GenreId": i, "Name": n} for i, n in enumerate(("Rock", "Jazz", "Metal", "Latin", "Classical"), 1)]
    media = [{"MediaTypeId": i, "Name": n} for i, n in enumerate(("MPEG audio file", "AAC audio file"), 1)]
    tracks: list[Row] = [{"TrackId": i, "Name": f"Song {i}", "AlbumId": draw.randint(1, 9), "MediaTypeId": draw.choices((1, 2), (4, 1))[0], "GenreId": draw.choices(range(1, 6), (5, 2, 3, 2, 1))[0], "Composer": draw.choice(("A. Writer", "B. Maker", None)), "Milliseconds": draw.randint(120000, 420000), "Bytes": draw.randint(3000000, 9000000), "UnitPrice": draw.choices((0.99, 1.99), (4, 1))[0]} for i in range(1, 301)]  # fmt: skip
    lists = [{"PlaylistId": i, "Name": n} for i, n in enumerate(("Workout", "Dinner", "Road trip"), 1)]
    listed = [{"PlaylistId": p, "TrackId": t} for p in (1, 2, 3) for t in sorted(draw.sample(range(1, 301), 40 + p))]
    people = [{"EmployeeId": i, "LastName": n.split()[1], "FirstName": n.split()[0], "Title": t, "ReportsTo": b, "BirthDate": f"197{i}-02-18", "HireDate": f"20{12 + i}-08-14", "City": "Calgary", "Country": "Canada"} for i, (n, t, b) in enumerate((("Ada Boss", "General Manager", None), ("Nancy Ed", "Sales Manager", 1), ("Jane Pea", "Sales Support Agent", 2), ("Margo Park", "Sales Support Agent", 2), ("Steve John", "Sales Support Agent", 2)), 1)]  # fmt: skip
    customers: list[Row] = [{"CustomerId": i, "FirstName": draw.choice(("Luis", "Leo", "Helena", "Bjorn")), "LastName": f"Client{i}", "Company": draw.choice((None, None, "Acme", "Globex")), "City": draw.choice(("Oslo", "Prague", "Berlin", "Lyon")), "Country": draw.choice(("Norway", "Czechia", "Germany", "France", "Brazil")), "Email": f"c{i}@mail.example", "SupportRepId": draw.randint(3, 5)} for i in range(1, 61)]  # fmt: skip
    invoices: list[Row] = []
    lines: list[Row] = []
    for i in range(1, 1001):
        customer, total = draw.choice(customers), 0.0
        for track in draw.sample(tracks, draw.choice((1, 2, 2, 4, 6))):
            lines.append({"InvoiceLineId": len(lines) + 1, "InvoiceId": i, "TrackId": track["TrackId"], "UnitPrice": track["UnitPrice"], "Quantity": 1})  # fmt: skip
            total += float(track["UnitPrice"])
        day = _FIRST + timedelta(days=draw.randint(0, (_LAST - _FIRST).days))
        invoices.append({"InvoiceId": i, "CustomerId": customer["CustomerId"], "InvoiceDate": f"{day} 00:00:00", "BillingCity": customer["City"], "BillingCountry": customer["Country"], "Total": round(total, 2)})  # fmt: skip
    return {"Artist": artists, "Album": albums, "Genre": genres, "MediaType": media, "Track": tracks, "Playlist": lists, "PlaylistTrack": listed, "Employee": people, "Customer": customers, "Invoice": invoices, "InvoiceLine": lines}  # fmt: skip


_LT = "FROM InvoiceLine l JOIN Track t USING (TrackId) JOIN Genre g USING (GenreId) JOIN Album a USING (AlbumId) JOIN Artist r USING (ArtistId)"
_IC = "FROM Invoice i JOIN Customer c USING (CustomerId)"

QUESTIONS = (
    Asked("how many tracks do we have", "SELECT count(*) FROM Track"),
    Asked("tracks by genre", "SELECT g.Name, count(*) FROM Track JOIN Genre g USING (GenreId) GROUP BY 1"),
    Asked("how many jazz tracks are there", "SELECT count(*) FROM Track WHERE GenreId = 2"),
    Asked("how many albums does each artist have", "SELECT r.Name, count(*) FROM Album JOIN Artist r USING (ArtistId) GROUP BY 1"),
    Asked("tracks per album", "SELECT Title, count(*) FROM Track JOIN Album USING (AlbumId) GROUP BY 1"),
    Asked("how many customers are from Germany", "SELECT count(*) FROM Customer WHERE Country = 'Germany'"),
    Asked("customers by country", "SELECT Country, count(*) FROM Customer GROUP BY 1"),
    Asked("customers per support rep", "SELECT e.FirstName || ' ' || e.LastName, count(*) FROM Customer c JOIN Employee e ON EmployeeId = SupportRepId GROUP BY 1"),
    Asked("total revenue in 2024", "SELECT sum(Total) FROM Invoice WHERE InvoiceDate LIKE '2024%'"),
    Asked("revenue by month in 2023", "SELECT substr(InvoiceDate, 1, 7) || '-01', sum(Total) FROM Invoice WHERE InvoiceDate LIKE '2023%' GROUP BY 1"),
    Asked("revenue by billing country", "SELECT BillingCountry, sum(Total) FROM Invoice GROUP BY 1"),
    Asked("how many invoices in 2022", "SELECT count(*) FROM Invoice WHERE InvoiceDate LIKE '2022%'"),
    Asked("average invoice total", "SELECT avg(Total) FROM Invoice"),
    Asked("top 5 customers by invoice total", f"SELECT FirstName || ' ' || LastName, sum(Total) {_IC} GROUP BY CustomerId ORDER BY 2 DESC LIMIT 5"),
    Asked("which country has the most customers", "SELECT Country, count(*) FROM Customer GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT 1"),
    Asked("invoice total by support rep", f"SELECT e.FirstName || ' ' || e.LastName, sum(Total) {_IC} JOIN Employee e ON EmployeeId = SupportRepId GROUP BY 1"),
    Asked("quantity sold by genre", f"SELECT g.Name, sum(Quantity) {_LT} GROUP BY 1"),
    Asked("sales by artist", f"SELECT r.Name, sum(l.UnitPrice * Quantity) {_LT} GROUP BY 1"),
    Asked("top 3 artists by quantity sold", f"SELECT r.Name, sum(Quantity) {_LT} GROUP BY 1 ORDER BY 2 DESC LIMIT 3"),
    Asked("revenue by genre in 2024", f"SELECT g.Name, sum(l.UnitPrice * Quantity) {_LT} JOIN Invoice i USING (InvoiceId) WHERE InvoiceDate LIKE '2024%' GROUP BY 1"),
    Asked("how many rock tracks did we sell in 2024", f"SELECT sum(Quantity) {_LT} JOIN Invoice i USING (InvoiceId) WHERE g.Name = 'Rock' AND InvoiceDate LIKE '2024%'"),
    Asked("which genre sells best", None),
    Asked("average unit price of tracks", "SELECT avg(UnitPrice) FROM Track"),
    Asked("tracks by media type", "SELECT m.Name, count(*) FROM Track JOIN MediaType m USING (MediaTypeId) GROUP BY 1"),
    Asked("average milliseconds by genre", "SELECT g.Name, avg(Milliseconds) FROM Track JOIN Genre g USING (GenreId) GROUP BY 1"),
    Asked("total bytes by album", "SELECT Title, sum(Bytes) FROM Track JOIN Album USING (AlbumId) GROUP BY 1"),
    Asked("tracks by composer", "SELECT Composer, count(*) FROM Track GROUP BY 1"),
    Asked("how many tracks are in the Dinner playlist", "SELECT count(*) FROM PlaylistTrack WHERE PlaylistId = 2"),
    Asked("how many playlists are there", "SELECT count(*) FROM Playlist"),
    Asked("how many employees do we have", "SELECT count(*) FROM Employee"),
    Asked("employees by title", "SELECT Title, count(*) FROM Employee GROUP BY 1"),
    Asked("how many employees were hired in 2015", "SELECT count(*) FROM Employee WHERE HireDate LIKE '2015%'"),
    Asked("how many sales support agents are there", "SELECT count(*) FROM Employee WHERE Title = 'Sales Support Agent'"),
    Asked("how many customers bought something in 2024", "SELECT count(DISTINCT CustomerId) FROM Invoice WHERE InvoiceDate LIKE '2024%'"),
    Asked("customers without a company", "SELECT count(*) FROM Customer WHERE Company IS NULL"),
    Asked("revenue from Brazil in 2024", "SELECT sum(Total) FROM Invoice WHERE BillingCountry = 'Brazil' AND InvoiceDate LIKE '2024%'"),
    Asked("how many downloads in 2024", None),
    Asked("profit by genre", None),
)  # fmt: skip


def music(seed: int = 51) -> World:
    """The seller of music with its questions."""
    return World("Music", TODAY, TABLES, _rows(seed), QUESTIONS)
