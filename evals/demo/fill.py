"""Fills a tenant with the demo shop: its exports are imported like any owner's files."""

import tempfile
from asyncio import to_thread
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from evals.demo.generate import SEED, generate


class FileImporter(Protocol):
    """Imports a file with the mapping that the product itself proposes, and returns when its rows can be read.

    Raises CopilotError when that cannot be done."""

    async def import_file(self, path: Path) -> object: ...


async def fill(importer: FileImporter, say: Callable[[str], None] = lambda _: None, seed: int = SEED) -> None:
    """Generates the files, hands them to the importer one after the other, and removes them. The truth behind them is
    not kept: whoever needs it generates it again from the same seed."""
    with tempfile.TemporaryDirectory(prefix="smb-demo-") as folder:
        say("generating the demo shop")
        files = await to_thread(generate, Path(folder), seed)
        for path in files.exports:
            say(f"importing {path.name}")
            await importer.import_file(path)
