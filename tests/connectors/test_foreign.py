"""What is given as an object and is none is told to be none: errors, hints, other things. A recorded object that makes no row yet is not."""

from typing import Any

import pytest

from tests.connectors.mapping import assert_nothing_lost, mapped


@pytest.mark.parametrize(
    ("vendor", "object_", "payload"),
    [
        ("shopify", "order", {"errors": "Not Found"}),
        ("stripe", "charge", {"error": {"type": "invalid_request_error", "message": "No such charge"}}),
        ("stripe", "charge", {"type": "RECORD", "stream": "charges", "record": {"id": "ch_1", "amount": 1}}),
        ("square", "order", {"payment": {"id": "P1", "status": "COMPLETED"}}),
        ("hubspot", "contact", {"status": "error", "category": "OBJECT_NOT_FOUND"}),
        ("quickbooks", "invoice", {"Fault": {"type": "ValidationFault", "Error": [{"code": "610"}]}}),
        ("xero", "invoice", {"ErrorNumber": 10, "Type": "ValidationException"}),
        ("gmail", "message", {"error": {"code": 404}}),
        ("outlook", "event", {"error": {"code": "ErrorItemNotFound"}}),
    ],
)
def test_what_is_no_such_object_is_told(vendor: str, object_: str, payload: dict[str, Any]) -> None:
    report = mapped(vendor, object_, payload)
    assert report.rows == ()
    [note] = report.notes
    assert note == f"/ is no {object_}: it has no key of one, and makes no row. It is kept raw."
    assert_nothing_lost(report, payload)


def test_which_of_several_it_is_is_told() -> None:
    charge = {"id": "ch_1", "object": "charge", "amount": 1, "currency": "eur", "created": 1767225600, "paid": True}
    report = mapped("stripe", "charge", {"object": "list", "data": [charge, {"message": "gone"}]})
    assert [note.split(" is ")[0] for note in report.notes] == ["/data/1"]


def test_an_object_that_makes_no_row_yet_is_still_one() -> None:
    report = mapped("stripe", "invoice", {"id": "in_1", "object": "invoice", "status": "draft", "created": 1767225600})
    assert (report.rows, report.notes, report.problems) == ((), (), ())
