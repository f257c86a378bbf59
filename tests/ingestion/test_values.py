"""Numbers, dates and flags as sources write them."""

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.ingestion.values import (
    DateOrder,
    DateReader,
    DecimalMark,
    MarkVotes,
    NumberReader,
    OrderVotes,
    clean_text,
    is_date,
    is_number,
    read_clock,
    read_flag,
    take_number_apart,
)


@pytest.mark.parametrize(
    ("mark", "cell", "micros"),
    [
        (".", "14", 14_000_000),
        (".", "9.8", 9_800_000),
        (".", "1,234.56", 1_234_560_000),
        (",", "1.234,56 €", 1_234_560_000),
        (",", "1.234", 1_234_000_000),
        (",", "12,5", 12_500_000),
        (".", "$12.00", 12_000_000),
        (".", "-$1.00", -1_000_000),
        (".", "$-1.00", -1_000_000),
        (".", "($1.00)", -1_000_000),
        (".", "12.50-", -12_500_000),
        (".", "−3", -3_000_000),
        (".", "R$ 1,000.00", 1_000_000_000),
        (".", "USD 12", 12_000_000),
        (",", "12,50 EUR", 12_500_000),
        (".", "1 234.5", 1_234_500_000),
        (".", "1\u202f234.5", 1_234_500_000),
        (".", "1'234.50", 1_234_500_000),
        (".", "12,34,567.1", 1_234_567_100_000),
        (".", "12%", 120_000),
        (".", "-.5", -500_000),
        (".", "1e-3", 1_000),
        (".", '="12.50"', 12_500_000),
        (".", "41.9136", 41_913_600),
        (".", "0.0000005", 0),
        (".", "0.0000015", 2),
    ],
)
def test_numbers_are_read_to_the_micro_unit(mark: DecimalMark, cell: str, micros: int) -> None:
    assert NumberReader(mark).micros(cell) == micros


@pytest.mark.parametrize(
    "cell", ["", "abc", "=1", "1,2,3", "1.2.3", "12:30", "=cmd|'/c calc'!A1", "9" * 40, "1e400", "NaN", "inf", "1,23"]
)
def test_what_is_no_number_is_refused(cell: str) -> None:
    with pytest.raises(ValueError, match=r"number|large"):
        NumberReader(".").micros(cell)


@given(st.integers(min_value=-(10**17), max_value=10**17))
def test_any_amount_survives_both_notations(micros: int) -> None:
    whole, fraction = divmod(abs(micros), 10**6)
    sign = "-" if micros < 0 else ""
    assert NumberReader(".").micros(f"{sign}{whole:,}.{fraction:06d}") == micros
    assert NumberReader(",").micros(f"{sign}{whole:,}".replace(",", ".") + f",{fraction:06d}") == micros


@pytest.mark.parametrize(
    ("cells", "mark"),
    [
        (["1.234,56"], ","),
        (["12,5", "1.234"], ","),
        (["0.125"], "."),
        (["1.234", "5.678"], None),
        (["1.234.567"], ","),
        (["1,234,567"], "."),
        (["1234.567"], "."),
        (["12", "7"], None),
    ],
)
def test_the_decimal_mark_is_told_from_what_can_only_be_read_one_way(
    cells: list[str], mark: DecimalMark | None
) -> None:
    votes = MarkVotes()
    for cell in cells:
        parts = take_number_apart(cell)
        assert parts is not None
        votes.add(parts.body)
    assert votes.winner == mark


@pytest.mark.parametrize(
    ("order", "cell", "expected"),
    [
        ("mdy", "12/1/2010 8:26", datetime(2010, 12, 1, 8, 26)),
        ("dmy", "12/1/2010 8:26", datetime(2010, 1, 12, 8, 26)),
        ("dmy", "31.12.2024", datetime(2024, 12, 31)),
        ("dmy", "31.12.24 14:05", datetime(2024, 12, 31, 14, 5)),
        ("dmy", "10.1.2024 um 14:30 Uhr", datetime(2024, 1, 10, 14, 30)),
        ("mdy", "1/31/2024, 1:08:09 PM", datetime(2024, 1, 31, 13, 8, 9)),
        ("mdy", "01/31/2024 12:00 AM", datetime(2024, 1, 31)),
        ("dmy", "2024-01-31", datetime(2024, 1, 31)),
        ("mdy", "2024/1/5", datetime(2024, 1, 5)),
        ("dmy", "20240131", datetime(2024, 1, 31)),
        ("dmy", "5. Januar 2024", datetime(2024, 1, 5)),
        ("dmy", "3 März 2024", datetime(2024, 3, 3)),
        ("dmy", "1er février 2024", datetime(2024, 2, 1)),
        ("dmy", "15 de enero de 2024", datetime(2024, 1, 15)),
        ("dmy", "Jan-05-21", datetime(2021, 1, 5)),
        ("dmy", "12-Jan-99", datetime(1999, 1, 12)),
        ("dmy", "Mon, 12 Jan 2024", datetime(2024, 1, 12)),
        ("dmy", "March 3, 2024 5:04 pm", datetime(2024, 3, 3, 17, 4)),
        ("dmy", "Jan 2024", datetime(2024, 1, 1)),
        ("dmy", "2024-02", datetime(2024, 2, 1)),
        ("dmy", "1706695200", datetime(2024, 1, 31, 10)),
        ("dmy", "45321.5", datetime(2024, 1, 30, 12)),
    ],
)
def test_dates_are_read_in_the_agreed_order(order: DateOrder, cell: str, expected: datetime) -> None:
    assert DateReader(order).moment(cell).at == expected


@pytest.mark.parametrize(
    "cell", ["", "31/04/2024", "2024-13-01", "2024-02-30", "1/1/1", "tomorrow", "99/99/9999", "13:00 PM", "0001-01-01"]
)
def test_impossible_dates_are_refused(cell: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - datetime words its own
        DateReader("dmy").moment(cell)


@pytest.mark.parametrize(
    ("cell", "offset"),
    [
        ("2024-01-31T10:00:00Z", timedelta()),
        ("2024-01-31T10:00:00+01:00", timedelta(hours=1)),
        ("2024-01-31 10:00:00 -0500", timedelta(hours=-5)),
        ("Jan 5, 2024 10:12:13 PM PST", timedelta(hours=-8)),
        ("2024-01-31 10:00:00", None),
    ],
)
def test_an_offset_is_kept_where_the_cell_has_one(cell: str, offset: timedelta | None) -> None:
    assert DateReader("dmy").moment(cell).offset == offset


def _votes(cells: list[str]) -> OrderVotes:
    votes = OrderVotes()
    for cell in cells:
        votes.add(cell)
    return votes


def test_day_and_month_are_told_apart_by_evidence() -> None:
    assert _votes(["03/04/2024", "13/04/2024"]).winner == "dmy"
    assert _votes(["03/04/2024", "04/13/2024"]).winner == "mdy"
    assert _votes(["03/04/2024", "05/06/2024"]).winner is None


def test_a_file_in_order_of_time_shows_which_is_the_month() -> None:
    # The first of December to the twelfth, month first: read the other way it would leap through a year.
    days = [f"12/{day}/2010 8:{minute:02d}" for day in range(1, 13) for minute in range(0, 60, 20)]
    votes = _votes(days)
    assert (votes.winner, votes.sorted_order) == (None, "mdy")


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("8:26", time(8, 26)),
        ("1:08:00 PM", time(13, 8)),
        ("14h30", time(14, 30)),
        ("09.15 Uhr", time(9, 15)),
        ("7 am", time(7)),
    ],
)
def test_times_of_day(cell: str, expected: time) -> None:
    assert read_clock(cell) == expected


@pytest.mark.parametrize(
    ("cell", "expected"), [("Yes", True), ("nein", False), ("", None), ("0", False), ("Wahr", True), ("N/A", None)]
)
def test_flags(cell: str, expected: bool | None) -> None:
    assert read_flag(cell) is expected


def test_text_loses_only_its_wrapping() -> None:
    assert clean_text(" 007 ") == "007"
    assert clean_text('="007"') == "007"
    assert clean_text("'02110") == "02110"
    assert clean_text("O'Neil") == "O'Neil"
    assert clean_text("'=cmd|x") == "=cmd|x"
    assert clean_text("NULL") is None
    assert clean_text("Nanette") == "Nanette"


@given(st.text(max_size=40))
def test_no_cell_can_break_a_reader(cell: str) -> None:
    is_number(cell)
    is_date(cell)
    clean_text(cell)
    for read in (NumberReader(",").micros, DateReader("mdy").moment, read_clock, read_flag):
        try:
            read(cell)
        except ValueError:
            continue
