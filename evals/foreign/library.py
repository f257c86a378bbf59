"""A town library. Written after the clinic, the haulage firm and the hotels had taught the draft, before it had seen
this database; asked once."""

import random
from datetime import date, timedelta

from evals.foreign.world import Asked, Row, Rows, World, count_by, index, mean, month, sum_by, top

_FIRST, _LAST, TODAY = date(2022, 1, 1), date(2024, 12, 31), date(2025, 3, 1)
_GENRES = ("Crime", "Romance", "Science fiction", "History", "Cooking")
_BRANCHES = (("Central", "Leeds"), ("Riverside", "Leeds"), ("Hilltop", "Otley"))

TABLES = {
    "branches": "id INTEGER PRIMARY KEY, branch_name TEXT, town TEXT",
    "genres": "id INTEGER PRIMARY KEY, genre TEXT",
    "authors": "id INTEGER PRIMARY KEY, full_name TEXT, country TEXT",
    "books": "id INTEGER PRIMARY KEY, title TEXT, author_id INTEGER REFERENCES authors(id), genre_id INTEGER REFERENCES genres(id), pages INTEGER, published_year INTEGER",
    "members": "id INTEGER PRIMARY KEY, name TEXT, joined_on TEXT, membership_type TEXT, home_branch_id INTEGER REFERENCES branches(id)",
    "loans": "id INTEGER PRIMARY KEY, book_id INTEGER REFERENCES books(id), member_id INTEGER REFERENCES members(id), branch_id INTEGER REFERENCES branches(id), loaned_on TEXT, due_on TEXT, returned_on TEXT, renewals INTEGER",
    "fines": "id INTEGER PRIMARY KEY, loan_id INTEGER REFERENCES loans(id), amount_gbp REAL, issued_on TEXT, is_paid INTEGER",
}  # fmt: skip


def _rows(seed: int) -> dict[str, list[Row]]:
    draw = random.Random(seed)
    authors: list[Row] = [{"id": i, "full_name": f"Author {chr(64 + i)}", "country": draw.choice(("UK", "USA", "France", "Japan"))} for i in range(1, 21)]  # fmt: skip
    books: list[Row] = [{"id": i, "title": f"Volume {i}", "author_id": draw.randint(1, 20), "genre_id": draw.randint(1, 5), "pages": draw.randint(90, 800), "published_year": draw.randint(1985, 2021)} for i in range(1, 201)]  # fmt: skip
    members: list[Row] = [{"id": i, "name": f"Reader {i}", "joined_on": (_FIRST + timedelta(days=draw.randint(0, 1000))).isoformat(), "membership_type": draw.choices(("adult", "child", "senior"), (5, 3, 2))[0], "home_branch_id": draw.randint(1, 3)} for i in range(1, 301)]  # fmt: skip
    loans: list[Row] = []
    fines: list[Row] = []
    for i in range(1, 2501):
        day = _FIRST + timedelta(days=int(draw.betavariate(1.5, 1.1) * (_LAST - _FIRST).days))
        back = day + timedelta(days=draw.randint(1, 40)) if draw.random() < 0.94 else None
        loans.append({"id": i, "book_id": draw.randint(1, 200), "member_id": min(int(draw.expovariate(0.01)) + 1, 300), "branch_id": draw.choices((1, 2, 3), (5, 3, 2))[0], "loaned_on": day.isoformat(), "due_on": (day + timedelta(days=21)).isoformat(), "returned_on": back.isoformat() if back else None, "renewals": draw.choices((0, 1, 2), (7, 2, 1))[0]})  # fmt: skip
        if back is not None and (back - day).days > 21:  # fmt: skip
            fines.append({"id": len(fines) + 1, "loan_id": i, "amount_gbp": round(0.25 * ((back - day).days - 21), 2), "issued_on": back.isoformat(), "is_paid": int(draw.random() < 0.7)})  # fmt: skip
    return {
        "branches": [{"id": i, "branch_name": name, "town": town} for i, (name, town) in enumerate(_BRANCHES, 1)],
        "genres": [{"id": i, "genre": genre} for i, genre in enumerate(_GENRES, 1)],
        "authors": authors,
        "books": books,
        "members": members,
        "loans": loans,
        "fines": fines,
    }


def _loans(rows: Rows, *prefixes: str) -> list[Row]:
    books, members, branches = index(rows["books"], "id"), index(rows["members"], "id"), index(rows["branches"], "id")
    genres, authors = index(rows["genres"], "id"), index(rows["authors"], "id")
    return [
        {**row, "book": (book := books[row["book_id"]]), "genre": genres[book["genre_id"]]["genre"], "author": authors[book["author_id"]], "member": members[row["member_id"]], "branch": branches[row["branch_id"]]}
        for row in rows["loans"]
        if not prefixes or row["loaned_on"].startswith(prefixes)
    ]  # fmt: skip


def _fines(rows: Rows, *prefixes: str) -> list[Row]:
    loans = index(_loans(rows), "id")
    return [{**f, "loan": loans[f["loan_id"]]} for f in rows["fines"] if not prefixes or f["issued_on"].startswith(prefixes)]  # fmt: skip


QUESTIONS = (
    Asked("how many loans were there in 2023", lambda r: len(_loans(r, "2023"))),
    Asked("loans per month in 2024", lambda r: count_by([month(x["loaned_on"]) for x in _loans(r, "2024")])),
    Asked("which genre was borrowed the most", lambda r: top(count_by([x["genre"] for x in _loans(r)]), 1)),
    Asked("loans by genre last year", lambda r: count_by([x["genre"] for x in _loans(r, "2024")])),
    Asked("top 10 books by loans", lambda r: top(count_by([x["book"]["title"] for x in _loans(r)]), 10)),
    Asked("most popular author in 2024", lambda r: top(count_by([x["author"]["full_name"] for x in _loans(r, "2024")]), 1)),
    Asked("total fines in 2024", lambda r: sum(f["amount_gbp"] for f in _fines(r, "2024"))),
    Asked("fine amount by branch", lambda r: sum_by([(f["loan"]["branch"]["branch_name"], f["amount_gbp"]) for f in _fines(r)])),
    Asked("how many unpaid fines do we have", lambda r: sum(not f["is_paid"] for f in r["fines"])),
    Asked("total amount of unpaid fines", lambda r: sum(f["amount_gbp"] for f in r["fines"] if not f["is_paid"])),
    Asked("average fine", lambda r: mean([f["amount_gbp"] for f in r["fines"]])),
    Asked("how many books have not been returned", lambda r: sum(x["returned_on"] is None for x in r["loans"])),
    Asked("how many loans are not returned", lambda r: sum(x["returned_on"] is None for x in r["loans"])),
    Asked("loans returned in January 2024", lambda r: sum((x["returned_on"] or "").startswith("2024-01") for x in r["loans"])),
    Asked("members by membership type", lambda r: count_by([m["membership_type"] for m in r["members"]])),
    Asked("how many members joined in 2023", lambda r: sum(m["joined_on"].startswith("2023") for m in r["members"])),
    Asked("how many children are members", lambda r: sum(m["membership_type"] == "child" for m in r["members"])),
    Asked("number of books by genre", lambda r: count_by([index(r["genres"], "id")[b["genre_id"]]["genre"] for b in r["books"]])),
    Asked("average number of pages of crime books", lambda r: mean([b["pages"] for b in r["books"] if b["genre_id"] == 1])),
    Asked("average pages by genre", lambda r: {g["genre"]: mean([b["pages"] for b in r["books"] if b["genre_id"] == g["id"]]) for g in r["genres"]}),
    Asked("books by Japanese authors", lambda r: sum(index(r["authors"], "id")[b["author_id"]]["country"] == "Japan" for b in r["books"])),
    Asked("books by authors from Japan", lambda r: sum(index(r["authors"], "id")[b["author_id"]]["country"] == "Japan" for b in r["books"])),
    Asked("loans of senior members by branch", lambda r: count_by([x["branch"]["branch_name"] for x in _loans(r) if x["member"]["membership_type"] == "senior"])),
    Asked("loans at the Hilltop branch in 2024", lambda r: sum(x["branch"]["branch_name"] == "Hilltop" for x in _loans(r, "2024"))),
    Asked("average number of loans per month in 2024", lambda r: len(_loans(r, "2024")) / 12),
    Asked("total renewals by genre", lambda r: sum_by([(x["genre"], x["renewals"]) for x in _loans(r)])),
    Asked("fines in 2024 compared to 2023", None),
    Asked("members with more than 40 loans", lambda r: {k: v for k, v in count_by([x["member"]["name"] for x in _loans(r)]).items() if v > 40}),
    Asked("how many overdue loans are there", "SELECT count(*) FROM loans WHERE returned_on IS NULL AND due_on < '2025-03-01'"),
    Asked("how many e-books were downloaded in 2024", None),
)  # fmt: skip


def library(seed: int = 31) -> World:
    """The library with its questions."""
    return World("Library", TODAY, TABLES, _rows(seed), QUESTIONS)
