"""What of a payload is held to tell of a person who was erased."""

from typing import Any

import pytest

from tools.privacy.redaction import Erased, digest, left_of

SEVEN = Erased("t", "c", frozenset([digest("t", "c", "id", "7"), digest("t", "c", "reach", "ann@mail.example")]))


@pytest.mark.parametrize(
    ("value", "is_person", "left"),
    [
        ({"Id": "7", "DisplayName": "Ann"}, True, {"Id": "7", "DisplayName": None}),
        ({"Id": "9", "CustomerRef": {"value": "7"}, "email": "a@b.example"}, False, {"email": None}),
        ({"id": 9, "customer": {"id": 7, "name": "Ann"}}, False, {"customer": {"id": 7, "name": None}}),
        ({"id": 9, "receipt": {"text": "for ann@mail.example"}, "email": "ann@mail.example"}, False, {"email": None}),
        # Another thing of the same number is not hers.
        ({"Id": "7", "Name": "Tea", "company": "Leaf & Co"}, False, {"Name": "Tea", "company": "Leaf & Co"}),
        ({"Id": "8", "DisplayName": "Bo", "TermsRef": {"value": "7"}}, True, {"DisplayName": "Bo"}),
    ],
)
def test_only_what_is_said_of_her_is_hers(value: dict[str, Any], is_person: bool, left: dict[str, Any]) -> None:
    found = left_of(value, SEVEN, is_person)
    assert {name: found[name] for name in left} == left
