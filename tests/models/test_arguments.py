"""Arguments from words: only what was said, typed as the schema says; what is needed and not said is asked for."""

from datetime import date
from enum import StrEnum
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field

from agents.embedded.arguments import read_arguments

TODAY = date(2026, 11, 2)
IMPORT_ID = "01943ce1-7f2a-7c3d-8e4f-0123456789ab"


class Priority(StrEnum):
    LOW = "low"
    HIGH = "high"
    VERY_HIGH = "very_high"


class Ask(BaseModel):
    question: str = Field(description="The question in the user's own words.")


class Undo(BaseModel):
    import_id: str = Field(description="The import to undo. As it is listed.")


class Task(BaseModel):
    title: str
    priority: Priority = Priority.LOW
    due_on: date | None = None
    estimate_hours: float | None = Field(default=None, ge=0, le=100)
    urgent: bool = False


class Listing(BaseModel):
    since: date | None = None
    until: date | None = None
    limit: int = Field(default=50, ge=1, le=200)
    states: list[Priority] | None = None


class File(BaseModel):
    name: str = Field(description="The file's name.")
    dry_run: bool = False


def read(model: type[BaseModel], text: str) -> dict[str, Any]:
    return dict(read_arguments(model.model_json_schema(), text, TODAY).values)


def test_the_users_own_words_are_passed_on_whole() -> None:
    text = "  Wie viel\tUmsatz?? " + "x" * 9_000
    assert read(Ask, text) == {"question": text}


def test_an_id_is_taken_from_the_text_or_asked_for() -> None:
    assert read(Undo, f"undo import {IMPORT_ID.upper()} please") == {"import_id": IMPORT_ID}
    assert read_arguments(Undo.model_json_schema(), "undo the last import", TODAY).missing == ("the import to undo",)


@pytest.mark.parametrize(
    ("text", "file"),
    [
        ("undo the last import", "last"),
        ("take the newest upload back", "last"),
        ("I just uploaded the wrong file", "last"),
        ("undo orders.csv", "orders.csv"),
        (f"undo {IMPORT_ID}", IMPORT_ID),
        ("undo an import", None),
    ],
)
def test_words_that_the_schema_offers_are_recognised(text: str, file: str | None) -> None:
    schema = {
        "type": "object",
        "properties": {
            "file": {"type": "string", "description": 'Its id, its file name, or "last".', "examples": ["last"]}
        },
        "required": ["file"],
    }
    assert read_arguments(schema, text, TODAY).values.get("file") == file


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("add a task", {"title": "add a task"}),
        ("add a very high priority task", {"title": "add a very high priority task"} | {"priority": None}),
        ("low priority: water the plants", {"priority": "low"}),
        ("call Ben on 12 March 2027", {"due_on": "2027-03-12"}),
        ("urgent: call the supplier", {"urgent": True}),
        ("clean up, about 2.5 hours", {"estimate_hours": 2.5}),
        ("clean up, about 500 hours", {"estimate_hours": None}),
    ],
)
def test_optional_arguments_are_filled_only_when_said(text: str, expected: dict[str, Any]) -> None:
    found = read(Task, text)
    assert found["title"] == text
    for name, value in expected.items():
        if value is None:
            assert name not in found
        else:
            assert found[name] == value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("list imports", {}),
        ("the imports of September 2026", {"since": "2026-09-01", "until": "2026-09-30"}),
        ("the last 5 imports", {"limit": 5}),
        ("5 imports in 2025", {"limit": 5, "since": "2025-01-01", "until": "2025-12-31"}),
        ("between 3 and 5 imports", {}),
        ("1000 imports", {}),
        ("low and high ones", {"states": ["low", "high"]}),
    ],
)
def test_dates_counts_and_choices(text: str, expected: dict[str, Any]) -> None:
    assert read(Listing, text) == expected


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('undo "my orders (2).csv"', "my orders (2).csv"),
        ("undo the upload of superstore.csv", "superstore.csv"),
        ("remove ‘list.xlsx’ again", "list.xlsx"),
    ],
)
def test_names_are_quoted_or_look_like_a_file(text: str, name: str) -> None:
    schema = File.model_json_schema() | {"required": ["name", "dry_run"]}
    assert read_arguments(schema, text, TODAY).values["name"] == name


def test_every_missing_argument_is_named() -> None:
    schema = File.model_json_schema() | {"required": ["name", "dry_run"]}
    assert read_arguments(schema, "undo it", TODAY).missing == ("the file's name", "dry Run")


@pytest.mark.parametrize(
    "schema", [{}, {"properties": {}}, {"properties": {"x": True}}, {"properties": {"x": {"$ref": "#/nowhere"}}}]
)
def test_a_strange_schema_gives_no_arguments(schema: dict[str, Any]) -> None:
    assert dict(read_arguments(schema, "anything 5", TODAY).values) == {}


@given(st.text(max_size=300))
def test_whatever_is_said_the_arguments_are_valid(text: str) -> None:
    for model in (Listing, Task):
        arguments = read_arguments(model.model_json_schema(), text, TODAY)
        if not arguments.missing:
            model.model_validate(dict(arguments.values))
