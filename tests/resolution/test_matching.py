"""What is compared stays little, however often one amount is sold."""

from datetime import UTC, datetime, timedelta

from tools.resolution.matching import Record, match

OPENS = datetime(2026, 5, 4, 8, tzinfo=UTC)


def coffee(source: str, rank: int, place: int) -> Record:
    at = OPENS + timedelta(seconds=place)
    return Record(f"{source}{place:06}", source, rank, at, "EUR", (3_500_000,), is_for_all=True)


def test_a_till_that_sells_one_thing_all_day_is_matched_in_no_time() -> None:
    sold = [coffee("square", 0, place) for place in range(20_000)]  # two hundred million pairs
    booked = [coffee("xero", 5, place) for place in range(0, 20_000, 2_000)]
    found = match([*sold, *booked])
    assert {one.repeats for one in found} == {one.id for one in booked}
    assert len({one.counts for one in found}) == len(booked)


def test_what_the_books_date_on_the_day_alone_finds_the_sales_of_that_day() -> None:
    sold = [coffee("square", 0, 60 * place) for place in range(1, 201)]
    booked = [Record(f"x{place:03}", "xero", 5, OPENS, "EUR", (3_500_000,), is_for_all=True) for place in range(200)]
    assert len(match([*sold, *booked])) == len(booked)
