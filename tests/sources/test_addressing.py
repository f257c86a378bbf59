"""Which data source a question is for, by its words alone."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.sources.addressing import Addresses, addressing

NAMES = ("Warehouse", "Hotel system", "Clinic", "Main library DB", "Hotel archive", "House of Tea", "Sales archive")
FIRM = {
    "in my warehouse database, how many shipments were late last month?": ("Warehouse", "how many shipments were late last month?"),
    "ask the hotel system: occupancy by month": ("Hotel system", "occupancy by month"),
    "Please ask the Warehouse: late shipments": ("Warehouse", "late shipments"),
    "ask clinic how many visits in 2024": ("Clinic", "how many visits in 2024"),
    "how many visits in march 2025 in the clinic database?": ("Clinic", "how many visits in march 2025?"),
    "visits from the clinic db by month": ("Clinic", "visits by month"),
    "clinic: visits by species": ("Clinic", "visits by species"),
    "according to the library system, loans by month": ("Main library DB", "loans by month"),
    "tell me, from the hotel archive data source, stays by month": ("Hotel archive", "tell me stays by month"),
    "search the clinic database for visits by month": ("Clinic", "visits by month"),
    "query the house of tea data: cups by month": ("House of Tea", "cups by month"),
    "from the database clinic, how many visits": ("Clinic", "how many visits"),
    "occupancy by month in the hotel data": ("Hotel system", "occupancy by month"),
    "use the warehouse database": ("Warehouse", ""),
}  # fmt: skip
MISTYPED = {
    "in the warehous database how many shipments": "Warehouse",
    "visits from the clinc db by month": "Clinic",
    "ask the hotle for occupancy": "Hotel system",
    "how many visits were there in the clinic databse last month": "Clinic",
}
NOT_FOR_ONE = (
    "revenue by month", "which system sold best", "how many orders in March", "the data for March", "sales: by month",
    "sales data for 2024 by month", "best month in the sales data", "show me sales in the system", "ask for a forecast of sales",
    "which data sources do I have?", "", "?", ":", "in",
)  # fmt: skip


@pytest.mark.parametrize("question", FIRM)
def test_a_source_is_named_and_the_rest_is_the_question(question: str) -> None:
    heard = Addresses(NAMES).of(question)
    assert heard is not None
    assert (heard.names, heard.rest, heard.firm) == ((FIRM[question][0],), FIRM[question][1], True)


@pytest.mark.parametrize("question", MISTYPED)
def test_letters_of_a_name_may_be_wrong(question: str) -> None:
    heard = Addresses(NAMES).of(question)
    assert heard is not None
    assert heard.names == (MISTYPED[question],)


@pytest.mark.parametrize("question", NOT_FOR_ONE)
def test_what_names_none_is_for_none(question: str) -> None:
    assert Addresses(NAMES).of(question) is None


def test_a_bare_name_may_be_something_else_too() -> None:
    for question in ("how many visits in Clinic", "In Clinic, how many visits"):
        heard = Addresses(NAMES).of(question)
        assert heard is not None
        assert (heard.names, heard.rest, heard.firm) == (("Clinic",), "how many visits", False)


def test_names_that_do_not_tell_sources_apart_name_them_all() -> None:
    heard = Addresses(("Hotel Berlin", "Hotel Hamburg", "Clinic")).of("stays in the hotel database")
    assert heard is not None
    assert heard.names == ("Hotel Berlin", "Hotel Hamburg")
    assert not heard.apart


def test_two_sources_at_once_are_told() -> None:
    heard = Addresses(NAMES).of("compare visits in the clinic database with stays in the hotel system")
    assert heard is not None
    assert heard.apart
    assert heard.names == ("Clinic", "Hotel system")


def test_a_database_of_no_known_name_is_told_from_none() -> None:
    addresses = Addresses(NAMES)
    unknown, unnamed = (
        addresses.of("in the foo database how many bars"),
        addresses.of("in my database, how many visits"),
    )
    assert unknown is not None
    assert (unknown.names, unknown.said) == ((), "foo")
    assert unnamed is not None
    assert (unnamed.names, unnamed.said, unnamed.rest) == ((), "", "how many visits")


@given(st.lists(st.text(min_size=1, max_size=30).map(str.strip).filter(bool), min_size=1, max_size=4, unique_by=str.casefold), st.text(max_size=60))  # fmt: skip
def test_an_address_that_is_written_is_read_whatever_the_name(names: list[str], question: str) -> None:
    heard = Addresses(names).of(addressing(names[0], question))
    assert heard is not None
    assert heard.firm
    assert heard.names[0].casefold().startswith(names[0].casefold()), "or a longer name that begins alike"
    Addresses(names).of(question)
    Addresses(names).name_said(question)
