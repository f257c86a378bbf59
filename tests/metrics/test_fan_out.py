"""Amounts of an invoice, its lines, credits and payments side by side: no join may multiply any of them, in no group,
in no total, in no ratio (the chasm and the fan trap). Held against loops on both databases."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import create_engine, make_url
from sqlalchemy.orm import Session

from storage.database import DatabaseConfig
from storage.kernel.errors import CopilotError
from storage.metrics.compiler import Compiler
from storage.metrics.model import check_columns, mapped_classes
from storage.metrics.query import Filter, Having, MetricQuery, OrderBy, TimeRange, Window
from tests.metrics.ledger import FIRST, LEDGER, PRODUCTS, REGIONS, Ledger, LedgerBase, write_ledger

MONTHS = [date(2026, month, 1) for month in range(1, 6)]
EVERYTHING = ("billed", "freight", "credited", "paid", "invoices", "owed", "freight_rate")


@dataclass
class Books:
    """The ledger's rows in a database, and as the loops see them."""

    session: Session
    ledger: Ledger

    def rows(self, **query: Any) -> list[dict[str, Any]]:
        """The rows of a query by column, amounts in major units."""
        compiled = Compiler(LEDGER, mapped_classes(LedgerBase)).compile(MetricQuery(**query))
        scales = {column.name: 10 ** (6 * column.micros) for column in compiled.columns}
        return [
            {
                name: float(value) / scales[name] if scales[name] > 1 and value is not None else value
                for name, value in row.items()
            }
            for row in map(dict, self.session.execute(compiled.statement).mappings())
        ]

    def figure(
        self,
        metric: str,
        start: date = date.min,
        end: date = date.max,
        *,
        region: str | None = None,
        product: str | None = None,
    ) -> float | None:
        return self.ledger.figure(
            metric, lambda day, r, p: start <= day < end and region in (None, r) and product in (None, p)
        )


@pytest.fixture
def books(database_config: DatabaseConfig) -> Iterator[Books]:
    check_columns(LEDGER, mapped_classes(LedgerBase))
    url = make_url(database_config.url)
    engine = create_engine(url if database_config.embedded_path else url.set(drivername="postgresql+psycopg"))
    with Session(engine) as session:
        # Rolled back at the end, its tables too.
        LedgerBase.metadata.create_all(session.connection())
        yield Books(session, write_ledger(session, seed=5))
    engine.dispose()


def test_the_schema_does_multiply_when_it_is_joined_as_it_stands(books: Books) -> None:
    """Else the rest proves nothing."""
    from sqlalchemy import func, select

    from tests.metrics.ledger import Credit, Invoice, Item

    naive = select(func.sum(Invoice.freight_micros), func.sum(Credit.amount_micros))
    naive = naive.join(Item, Item.invoice_id == Invoice.id).join(Credit, Credit.invoice_id == Invoice.id)
    freight, credited = books.session.execute(naive).one()
    assert float(freight) / 1e6 > 1.5 * (books.figure("freight") or 0)
    assert float(credited) / 1e6 > 1.5 * (books.figure("credited") or 0)


def test_a_total_row_counts_every_amount_once(books: Books) -> None:
    (row,) = books.rows(metrics=EVERYTHING)
    assert {name: row[name] for name in EVERYTHING} == pytest.approx({name: books.figure(name) for name in EVERYTHING})


@pytest.mark.parametrize("months", [(0, 4), (1, 3)])
def test_every_group_counts_every_amount_once_and_the_groups_add_up_to_the_total(
    books: Books, months: tuple[int, int]
) -> None:
    start, end = (MONTHS[n] for n in months)
    by_region = books.rows(metrics=EVERYTHING, dimensions=("region",), time=TimeRange(start=start, end=end))
    assert {row["region"] for row in by_region} == set(REGIONS)
    for row in by_region:
        for name in EVERYTHING:
            assert row[name] == pytest.approx(books.figure(name, start, end, region=row["region"])), name
    for name in EVERYTHING[:-1]:
        assert sum(row[name] for row in by_region) == pytest.approx(books.figure(name, start, end)), name


def test_months_of_each_region(books: Books) -> None:
    rows = books.rows(metrics=EVERYTHING, dimensions=("region",), grain="month")
    for row in rows:
        start = date.fromisoformat(str(row["month"]))
        end = (start + timedelta(days=31)).replace(day=1)
        for name in EVERYTHING:
            assert row[name] == pytest.approx(books.figure(name, start, end, region=row["region"])), (name, start)
    for name in EVERYTHING[:4]:
        assert sum(row[name] for row in rows) == pytest.approx(books.figure(name)), name


@pytest.mark.parametrize("product", PRODUCTS)
def test_lines_and_credits_of_a_product_leave_each_other_alone(books: Books, product: str) -> None:
    only = Filter(dimension="product", operator="eq", values=(product,))
    (row,) = books.rows(metrics=("billed", "credited", "invoices"), filters=(only,))
    assert row["billed"] == pytest.approx(books.figure("billed", product=product))
    assert row["credited"] == pytest.approx(books.figure("credited", product=product))
    assert row["invoices"] == books.figure("invoices", product=product)


@pytest.mark.parametrize("metric", ["freight", "paid", "owed", "freight_rate"])
@pytest.mark.parametrize("how", ["split", "filtered"])
def test_what_stands_on_the_header_cannot_be_split_by_what_stands_on_its_lines(
    books: Books, metric: str, how: str
) -> None:
    only = Filter(dimension="product", operator="eq", values=("Nut",))
    cut = {"dimensions": ("product",)} if how == "split" else {"filters": (only,)}
    with pytest.raises(CopilotError, match="cannot be split by product"):
        books.rows(metrics=(metric,), **cut)


def test_a_comparison_counts_once_in_both_periods(books: Books) -> None:
    now, before = (MONTHS[2], MONTHS[4]), (MONTHS[0], MONTHS[2])
    rows = books.rows(
        metrics=("owed", "freight"),
        dimensions=("region",),
        time=TimeRange(start=now[0], end=now[1]),
        compare=TimeRange(start=before[0], end=before[1]),
    )
    for row in rows:
        for name in ("owed", "freight"):
            assert row[name] == pytest.approx(books.figure(name, *now, region=row["region"]))
            assert row[f"{name}_previous"] == pytest.approx(books.figure(name, *before, region=row["region"]))


def test_shares_are_of_a_total_that_counts_once(books: Books) -> None:
    rows = books.rows(metrics=("owed", "billed"), dimensions=("region",), share_of_total=True)
    for row in rows:
        for name in ("owed", "billed"):
            part, whole = books.figure(name, region=row["region"]), books.figure(name)
            assert part is not None
            assert whole is not None
            assert row[f"{name}_share"] == pytest.approx(part / whole)


def test_conditions_and_rankings_look_at_amounts_counted_once(books: Books) -> None:
    want = sorted(((books.figure("owed", region=region) or 0, region) for region in REGIONS), reverse=True)
    bar = (want[0][0] + want[1][0]) / 2
    above = books.rows(
        metrics=("paid",), dimensions=("region",), having=(Having(metric="owed", operator="gt", values=(bar,)),)
    )
    assert [row["region"] for row in above] == [want[0][1]]
    ranked = books.rows(metrics=("owed",), dimensions=("region",), order=(OrderBy(by="owed"),), limit=2)
    assert [(row["region"], row["owed"]) for row in ranked] == [
        (region, pytest.approx(value)) for value, region in want[:2]
    ]


def test_running_totals_of_several_facts_end_in_their_totals(books: Books) -> None:
    rows = books.rows(
        metrics=("owed", "freight"),
        grain="month",
        time=TimeRange(start=FIRST, end=MONTHS[4]),
        window=Window(kind="running"),
    )
    for name in ("owed", "freight"):
        assert rows[-1][name] == pytest.approx(books.figure(name, FIRST, MONTHS[4]))
