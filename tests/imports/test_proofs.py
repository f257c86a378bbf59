"""Slow proofs against real files beside the repository, where they are there (make prove)."""

import csv
import subprocess
import sys
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from sqlalchemy import func, select

from storage.kernel.actor import Actor
from storage.models.commerce import Address, MetricObservation, Order, OrderLine, Product
from tests.imports.conftest import Ask, Figures
from tools.imports.service import ImportService

pytestmark = [pytest.mark.anyio, pytest.mark.prove]
SHARED = Path(__file__).parents[3] / "shared" / "data"
Ledger = Callable[[], Awaitable[Figures]]


def _shared(name: str) -> Path:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{name} is kept beside the repository, in ../shared/data, and is not there")
    return path


async def test_superstore_equals_polars(imports: ImportService, actor: Actor, figures: Ledger, ask: Ask) -> None:
    path = _shared("superstore.csv")
    report = await imports.import_file(actor, path)
    table = pl.read_csv(path).with_columns(pl.col("Order Date").str.to_date("%m/%d/%Y"))

    assert (report.created, report.rejected) == (table.height, 0)
    found = await figures()
    assert float(found.net) == pytest.approx(table["Sales"].sum(), abs=1e-4)
    assert found.units == table["Quantity"].sum()
    assert found.orders == table["Order ID"].n_unique()
    assert float(found.net - found.cost) == pytest.approx(table["Profit"].sum(), abs=1e-4)
    by_day = dict(table.group_by("Order Date").agg(pl.col("Sales").sum()).iter_rows())
    assert {day: float(amount) for day, amount in found.by_day.items()} == pytest.approx(by_day)
    for column, heading in (
        (OrderLine.title, "Product Name"),
        (Product.category, "Category"),
        (Address.region, "Region"),
    ):
        rows = await ask(
            select(column, func.sum(OrderLine.net_micros))
            .select_from(OrderLine)
            .join(Order, Order.id == OrderLine.order_id)
            .join(Address, Address.id == Order.address_id)
            .join(Product, Product.id == OrderLine.product_id)
            .group_by(column)
        )
        truth = dict(table.group_by(heading).agg(pl.col("Sales").sum()).iter_rows())
        assert {name: float(total) / 1e6 for name, total in rows} == pytest.approx(truth)
    assert (await imports.import_file(actor, path)).unchanged == table.height


@pytest.mark.parametrize("name", ["nyc_taxi", "occupancy_6005", "exchange-2_cpc_results", "Twitter_volume_KO"])
async def test_series_equal_polars(name: str, imports: ImportService, actor: Actor, ask: Ask) -> None:
    path = _shared(f"nab/{name}.csv")
    report = await imports.import_file(actor, path)
    table = pl.read_csv(path)

    assert (report.created, report.rejected) == (table.height, 0)
    [(count, total, first)] = await ask(
        select(func.count(), func.sum(MetricObservation.value), func.min(MetricObservation.observed_on)).where(
            MetricObservation.series == name
        )
    )
    assert (count, first) == (table.height, date.fromisoformat(str(table["timestamp"].min())[:10]))
    assert total == pytest.approx(table["value"].sum())


@pytest.mark.timeout(1200)
def test_a_file_of_a_gigabyte_is_profiled_and_staged_in_bounded_memory(tmp_path: Path) -> None:
    """In a process of its own, whose peak of memory is its own. The store is left out: it holds no rows in memory."""
    path = tmp_path / "huge.csv"
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Order ID", "Order Date", "Customer ID", "Product Name", "Quantity", "Unit Price", "Remarks"])
        filler = "x" * 960
        for number in range(1_100_000):
            day = f"2024-{1 + number % 12:02d}-{1 + number % 28:02d}"
            # The lines of an order lie far apart.
            writer.writerow([number % 350_000, day, number % 50_000, f"Product {number % 5_000}", 2, "9.95", filler])
    assert path.stat().st_size > 1 << 30
    program = """
import resource, sys
from datetime import date
from pathlib import Path
from tools.connectors.files.source import rows
from tools.imports.profiling import read_file
from tools.ingestion.catalogue import load_catalogue
from tools.ingestion.cells import Cells, Defaults
from tools.ingestion.mapper import Mapper
from tools.ingestion.pipeline import record_chunks

path = Path(sys.argv[1])
read = read_file(path)
mapping = Mapper(load_catalogue()).propose(read.sample, filename=path.name).mapping
cells = Cells(read.shape.columns, mapping, Defaults("EUR", "UTC"))
chunks = record_chunks(
    rows(path, read.shape), cells, today=date(2024, 1, 1), directory=path.parent / "parts", size_bytes=path.stat().st_size
)
print(sum(chunk.rows for chunk in chunks), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
    run = subprocess.run(
        [sys.executable, "-c", program, str(path)],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    path.unlink()  # pytest keeps the directories of its last runs
    count, peak_kib = map(int, run.stdout.split())

    assert count == 1_100_000
    unit = 1 if sys.platform == "darwin" else 1024
    assert peak_kib * unit < 512 << 20
