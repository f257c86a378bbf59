"""Filling a tenant with the demo shop."""

from pathlib import Path

import pytest

from evals.demo.fill import fill
from storage.kernel.errors import CopilotError, ErrorKind


def lines_in(path: Path) -> int:
    return path.read_bytes().count(b"\n")


class Importer:
    """Takes files as they come, until one that it refuses."""

    def __init__(self, refused: str = "") -> None:
        self.refused = refused
        self.lines: dict[str, int] = {}
        self.folder = Path()

    async def import_file(self, path: Path) -> None:
        if path.name == self.refused:
            raise CopilotError(ErrorKind.INVALID, f"{path.name} cannot be read.")
        self.folder = path.parent
        self.lines[path.name] = lines_in(path)


@pytest.mark.anyio
async def test_every_export_is_imported_products_first_and_the_files_are_gone_afterwards() -> None:
    importer = Importer()
    said: list[str] = []
    await fill(importer, said.append)
    assert list(importer.lines) == ["products.csv", "customers.csv", "orders.csv", "refunds.csv", "daily_metrics.csv"]
    assert importer.lines["products.csv"] == 121
    assert importer.lines["orders.csv"] > 55_000
    assert not importer.folder.exists()
    assert said == ["generating the demo shop", *(f"importing {name}" for name in importer.lines)]


@pytest.mark.anyio
async def test_a_file_that_is_refused_stops_the_filling() -> None:
    importer = Importer(refused="customers.csv")
    with pytest.raises(CopilotError, match=r"customers\.csv"):
        await fill(importer)
    assert list(importer.lines) == ["products.csv"]
    assert not importer.folder.exists()
