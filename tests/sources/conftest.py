"""Databases that are not ours."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import URL

from evals.foreign.asker import Asker, file_asker
from evals.foreign.clinic import clinic
from storage.sources.connection import ServerAddress
from tests.sources.worlds import native, on_server, server_address


@pytest.fixture(scope="session")
def clinic_server(postgres_server: URL) -> Iterator[ServerAddress]:
    """The clinic in PostgreSQL, in its own types."""
    with on_server(postgres_server, f"smb_test_{os.getpid()}_foreign", native(clinic())) as name:
        yield server_address(postgres_server, name)


@pytest.fixture
async def vets(tmp_path: Path) -> Asker:
    """The clinic in SQLite, asked on the first of July 2025."""
    return await file_asker(clinic(), tmp_path)
