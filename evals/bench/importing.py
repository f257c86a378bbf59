"""Rows per second of an import, beside a bare bulk insert of the same rows."""

import time

from evals.bench.figures import Figure, Sample
from evals.bench.shop import new_shop, opened
from evals.bench.stores import bare_insert
from evals.bench.superstore import write_superstore
from evals.bench.workbench import Workbench
from evals.tenants import TenantSettings
from memory.embeddings import WordLlamaEmbedder
from tools.imports.service import ImportService
from tools.ingestion.catalogue import load_catalogue

LINES = 50_000
BARE_RUNS = 3
_TENANT = TenantSettings("Superstore", "USD", "US", "America/New_York")
_REFERENCE = "sqlite3 executemany of the rows it wrote"


async def measure(bench: Workbench) -> list[Figure]:
    return await measure_lines(bench, LINES)


async def measure_lines(bench: Workbench, lines: int) -> list[Figure]:
    """With so many lines in the file."""
    folder = bench.folder / "import"
    shop = await new_shop(folder, _TENANT)
    file = folder / "superstore.csv"
    write_superstore(file, lines)
    embedder = WordLlamaEmbedder()
    embedder.load()
    bench.say(f"import: {lines:,} lines")
    async with opened(shop.home) as database:
        service = ImportService(database, folder / "uploads", load_catalogue(), embedder)
        started = time.perf_counter()
        await service.import_file(shop.owner, file)
        seconds = time.perf_counter() - started
    bare: list[float] = []
    for run in range(bench.runs(BARE_RUNS)):
        bench.say(f"import: bare insert {run + 1}")
        inserting, _ = bare_insert(shop.store, folder / f"bare-{run}.sqlite3")
        bare.append(lines / inserting)
    return [Figure("import", "rows/s", Sample([lines / seconds]), Sample(bare), _REFERENCE)]
