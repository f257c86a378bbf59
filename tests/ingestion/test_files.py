"""Files of every sort become rows of text with their line numbers; what cannot be read says why."""

import io
import os
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage.kernel.errors import CopilotError, ErrorKind
from tools.connectors.files.source import rows, sniff
from tools.connectors.files.table import FileShape, Row

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(content: bytes | str, name: str = "file.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


def read(path: Path) -> tuple[FileShape, list[Row]]:
    shape = sniff(path)
    return shape, list(rows(path, shape))


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("cp1252", "cp1252"),
    ],
)
def test_the_encoding_is_found(encoding: str, expected: str, write: Write) -> None:
    text = "Kunde;Ort;Betrag\r\n" + "Müller & Söhne;Köln;12,50\r\nCafé Crème;Orléans;7,00\r\n" * 5
    shape, found = read(write(text.encode(encoding)))

    assert (shape.encoding, shape.delimiter, shape.columns) == (expected, ";", ("Kunde", "Ort", "Betrag"))
    assert found[0] == Row(2, ["Müller & Söhne", "Köln", "12,50"])


def test_two_encodings_in_one_file_are_both_read(write: Write) -> None:
    shape, found = read(
        write(b"name,city\n" + "Zoë,Köln\n".encode() + "Chloé,Nîmes\n".encode("cp1252") + "“Ana”,León\n".encode())
    )

    assert [row.cells for row in found] == [["Zoë", "Köln"], ["Chloé", "Nîmes"], ["“Ana”", "León"]]
    assert "two encodings" in shape.notes[0]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found_though_cells_hold_others(delimiter: str, write: Write) -> None:
    lines = [
        delimiter.join(("id", "note", "amount")),
        *(delimiter.join((str(n), '"a, b; c | d"', f'"{n},50"')) for n in range(9)),
    ]
    shape, found = read(write("\n".join(lines)))

    assert shape.delimiter == delimiter
    assert found[3].cells == ["3", "a, b; c | d", "3,50"]


def test_titles_above_and_totals_below_are_no_records(write: Write) -> None:
    text = "Sales report\nJanuary 2024,,\n\nOrder,Date,Amount\n1,2024-01-02,5\n\n2,2024-01-03,6\nTotal,,11\n2 record(s) downloaded\n"
    shape, found = read(write(text.replace("2 record(s) downloaded\n", "")))

    assert (shape.header_line, shape.columns) == (4, ("Order", "Date", "Amount"))
    assert [(row.line, row.problem) for row in found] == [(5, None), (7, None), (8, "a line of totals, not a record")]


def test_reports_glued_together_repeat_their_headings(write: Write) -> None:
    shape, found = read(write("Order ID,Product,Price\n1,Big mug,5\nOrder ID,Product,Price\n\n2,Tea,4\n,,\n"))
    assert shape.header_line == 1
    assert [(row.line, row.problem) for row in found] == [
        (2, None),
        (3, "the headings again, not a record"),
        (5, None),
    ]


def test_headings_are_made_unique_and_missing_ones_named(write: Write) -> None:
    shape, _ = read(write("Name,,Name\na,b,c\nd,e,f\n"))
    assert shape.columns == ("Name", "Column 2", "Name (2)")


def test_a_file_without_headings_keeps_its_first_row(write: Write) -> None:
    shape, found = read(write("2024-01-01,12\n2024-01-02,13\n2024-01-03,12\n"))
    assert (shape.header_line, shape.columns, len(found)) == (None, ("Column 1", "Column 2"), 3)


def test_line_numbers_are_those_of_the_file(write: Write) -> None:
    _, found = read(write('id,note\r\n1,"two\r\nlines"\r\n2,x\r\n'))
    assert [(row.line, row.cells) for row in found] == [(2, ["1", "two\r\nlines"]), (4, ["2", "x"])]


def test_a_quotation_mark_that_is_never_closed_costs_one_line(write: Write) -> None:
    lines = [f"{n},good,{n}" for n in range(3000)]
    lines[10] = '10,"never closed,10'
    _, found = read(write("id,text,n\n" + "\n".join(lines) + "\n"))

    assert len(found) == 3000
    assert [(row.line, row.problem) for row in found if row.problem] == [
        (12, "a quotation mark is opened and never closed")
    ]


def test_too_many_cells_are_said_too_few_are_filled_up(write: Write) -> None:
    _, found = read(write("a,b,c\n1,2,3\n1,2,3,4\n1,2\n1,2,3,,\n"))
    assert [(row.cells, row.problem) for row in found] == [
        (["1", "2", "3"], None),
        (["1", "2", "3", "4"], "the line has 4 cells, the headings are 3"),
        (["1", "2", ""], None),
        (["1", "2", "3"], None),
    ]


def test_nul_bytes_damage_their_line_only(write: Write) -> None:
    _, found = read(write(b"id,name,n\n1,Ann,1\n2,B\0b,2\n3,Cy,3\n"))
    assert [row.problem for row in found] == [None, "the line holds NUL bytes: it is damaged", None]
    assert found[1].cells == ["2", "B\u2400b", "2"]


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", ErrorKind.INVALID),
        (b"\n\n  \n", ErrorKind.INVALID),
        (b"\xef\xbb\xbf", ErrorKind.INVALID),
        (b"\0\0\0\0", ErrorKind.INVALID),
        (b"%PDF-1.7\n...", ErrorKind.UNSUPPORTED),
        (b"\x1f\x8b\x08 gz", ErrorKind.UNSUPPORTED),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 xls", ErrorKind.UNSUPPORTED),
        (b'[{"a": 1}]', ErrorKind.UNSUPPORTED),
        (b"PK\x03\x04 broken", ErrorKind.INVALID),
        (b"x" * (17 << 20), ErrorKind.UNSUPPORTED),
    ],
)
def test_what_is_no_table_gets_a_clear_answer(content: bytes, kind: ErrorKind, write: Write) -> None:
    with pytest.raises(CopilotError) as refused:
        read(write(content))
    assert refused.value.kind == kind


def _workbook(fill: Callable[[openpyxl.Workbook], None]) -> bytes:
    book = openpyxl.Workbook()
    fill(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def _leave_empty(_book: openpyxl.Workbook) -> None:
    """A workbook with one empty sheet."""


def test_a_workbook_is_read_from_its_fullest_sheet(write: Write) -> None:
    def fill(book: openpyxl.Workbook) -> None:
        cover = book.active
        assert cover is not None
        cover.title = "Cover"
        cover["A1"] = "Report"
        sheet = book.create_sheet("Orders")
        sheet.append(["Shop report"])
        sheet.append(["Order", "Date", "Price", "Paid"])
        from datetime import datetime

        sheet.append([1001, datetime(2024, 1, 31), 9.5, True])
        sheet.append([1002, datetime(2024, 2, 1, 13, 30), 10.0, False])

    shape, found = read(write(_workbook(fill), "book.xlsx"))

    assert (shape.sheet, shape.other_sheets, shape.header_line) == ("Orders", ("Cover",), 2)
    assert found == [
        Row(3, ["1001", "2024-01-31", "9.5", "TRUE"]),
        Row(4, ["1002", "2024-02-01 13:30:00", "10", "FALSE"]),
    ]


def test_a_formula_is_never_run(write: Write) -> None:
    def fill(book: openpyxl.Workbook) -> None:
        sheet = book.active
        assert sheet is not None
        sheet.append(["Order", "Product", "Price"])
        sheet.append([1, '=HYPERLINK("http://x")', "=1+1"])
        sheet.append([2, "Mug", 5])

    _, found = read(write(_workbook(fill), "book.xlsx"))
    # openpyxl stores no shown value beside a formula, so there is none to read.
    assert found[0].cells == ["1", "", ""]
    _, found = read(write("id,name\n1,\"=cmd|' /C calc'!A0\"\n2,x\n"))
    assert found[0].cells == ["1", "=cmd|' /C calc'!A0"]


def test_a_zip_bomb_is_not_opened(write: Write) -> None:
    content = _workbook(_leave_empty)
    buffer = io.BytesIO(content)
    with (
        zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet9.xml", "w") as part,
    ):
        for _ in range(64):
            part.write(b"\0" * (1 << 20))
    path = write(buffer.getvalue(), "bomb.xlsx")

    assert path.stat().st_size < 1 << 20
    tracemalloc.start()
    with pytest.raises(CopilotError) as refused:
        sniff(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert refused.value.kind == ErrorKind.TOO_LARGE
    assert peak < 16 << 20


def test_a_bomb_that_lies_about_its_size_is_not_opened(write: Write) -> None:
    buffer = io.BytesIO(_workbook(_leave_empty))
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet9.xml", b"\0" * (64 << 20))
    content = buffer.getvalue().replace((64 << 20).to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    with pytest.raises(CopilotError) as refused:
        sniff(write(content, "bomb.xlsx"))
    assert refused.value.kind in (ErrorKind.TOO_LARGE, ErrorKind.INVALID)


def test_json_lines_keep_numbers_as_written_and_spread_the_lines_of_an_order(write: Write) -> None:
    text = (
        '{"id": 1, "total": 1.10, "customer": {"email": "a@x.com"}, "items": [{"sku": "A", "qty": 2}, {"sku": "B", "qty": 1}]}\n'
        "\n"
        "not json\n"
        '{"id": 2, "total": 5, "items": [{"sku": "A", "qty": 1, "gift": true}]}\n'
    )
    shape, found = read(write(text, "orders.jsonl"))

    assert shape.columns == ("id", "total", "customer.email", "items.sku", "items.qty", "items.gift")
    assert found == [
        Row(1, ["1", "1.10", "a@x.com", "A", "2", ""]),
        Row(1, ["1", "1.10", "a@x.com", "B", "1", ""]),
        Row(3, ["not json"], "the line is not a JSON object"),
        Row(4, ["2", "5", "", "A", "1", "true"]),
    ]


def test_a_large_file_is_read_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "large.csv"
    line = b"12345,2024-01-01,Some product with a name,3,19.99\n"
    with path.open("wb") as file:
        file.write(b"order,date,product,qty,price\n")
        for _ in range(64):
            file.write(line * (1 << 13))
    size = os.path.getsize(path)  # noqa: PTH202 - the number only
    tracemalloc.start()
    shape = sniff(path)
    count = sum(1 for _ in rows(path, shape))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert count == 64 << 13
    assert peak < size / 2


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(min_size=1, max_size=400))
def test_no_bytes_can_break_the_reader(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "any"
    path.write_bytes(content)
    try:
        for row in rows(path, sniff(path)):
            assert isinstance(row.line, int)
    except CopilotError:
        pass


def test_a_cell_that_ends_in_a_backslash_ends_there(tmp_path: Path) -> None:
    path = tmp_path / "any.csv"
    path.write_bytes(b'Order,Customer,Remarks\n1,Ann,"see\nC:\\"\n2,Bob,fine\n3,Cy,ok\n')
    assert [row.cells for row in rows(path, sniff(path))] == [
        ["1", "Ann", "see\nC:\\"], ["2", "Bob", "fine"], ["3", "Cy", "ok"],
    ]  # fmt: skip


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.lists(
        st.lists(st.text(st.characters(codec="utf-8", exclude_characters="\0\r"), max_size=12), min_size=3, max_size=3),
        min_size=1,
        max_size=8,
    )
)
def test_no_cell_is_lost(tmp_path: Path, body: list[list[str]]) -> None:
    from tests.ingestion.exports import table

    path = tmp_path / "any.csv"
    head = ["Order number", "Customer name", "Remarks here"]
    path.write_bytes(table([head, *body, ["1001", "Ann", "fine"], ["1002", "Bob", "ok"]]))
    shape = sniff(path)
    if shape.columns != tuple(head):  # cells that look more like headings, or another delimiter, than ours
        return
    found = [row.cells for row in rows(path, shape)]
    assert found[-2:] == [["1001", "Ann", "fine"], ["1002", "Bob", "ok"]]
    assert found[:-2] == [row for row in body if any(row)]
