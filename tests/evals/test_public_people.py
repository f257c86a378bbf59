"""The public FEBRL sets, read as customers with what can be decided of them."""

from pathlib import Path

import pytest

from evals.people import public
from evals.people.measure import score_public

HEADER = "rec_id, given_name, surname, street_number, address_1, address_2, suburb, postcode, state, date_of_birth, soc_sec_id\n"
ROWS = """\
rec-1-org, lachlan, berry, 69, giblin street, killarney, bittern, 4814, qld, 19990219, 7364009
rec-1-dup-0, lachlan, bery, 69, giblin street, , bittern, 4841, qld, 19990219, 7364009
rec-2-org, chloe, ryan, 147, allott place, , aldgate, 2325, nsw, 19160405, 1111111
rec-2-dup-0, eboni, ryan, 147, allott place, , aldgate, 2325, nsw, 19160405, 1111111
rec-3-org, , waller, 6, tullaroop street, willaroo, st james, 4011, wa, 19081209, 6988048
rec-3-dup-0, , waller, 6, tullaroop street, willaroo, st james, 4011, wa, 19081209, 6988048
"""


@pytest.fixture
def held(tmp_path: Path) -> Path:
    (tmp_path / "dataset1.csv").write_text(HEADER + ROWS, "utf-8")
    return tmp_path


def test_a_row_is_a_customer_with_name_and_address(held: Path) -> None:
    first = public.load("febrl1", held)[0]
    assert (first.source, first.source_id, first.truth) == ("dataset1", "rec-1-org", "1")
    assert (first.name, first.line1, first.line2) == ("lachlan berry", "69 giblin street", "killarney")
    assert (first.city, first.postal_code, first.country) == ("bittern", "4814", "AU")
    assert first.email is None


def test_what_only_a_date_of_birth_tells_cannot_be_decided(held: Path) -> None:
    decidable = {one.source_id for one in public.load("febrl1", held) if one.decidable}
    assert decidable == {"rec-1-org", "rec-1-dup-0"}  # neither other given names, nor a family's name alone


def test_recall_is_told_of_all_pairs_and_of_those_that_can_be_decided(held: Path) -> None:
    every, decidable = score_public(public.load("febrl1", held))
    assert (every.owed.total, decidable.owed.total) == (3, 1)


@pytest.mark.prove
@pytest.mark.skipif(public.folder() is None, reason="make .venv-bench/.stamp")
@pytest.mark.parametrize(("name", "precision", "recall"), [("febrl1", 1.0, 0.73), ("febrl4", 0.998, 0.81)])
def test_precision_and_recall_over_public_pairs_stay(name: str, precision: float, recall: float) -> None:
    held = public.folder()
    assert held is not None
    _, decidable = score_public(public.load(name, held))
    assert decidable.precision >= precision
    assert decidable.recall >= recall
