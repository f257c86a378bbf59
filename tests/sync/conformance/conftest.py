"""Every scenario goes over every vendor: on SQLite in the suite, on PostgreSQL too where all is to be proved."""

import shutil
from collections.abc import AsyncIterator, Callable
from itertools import count
from pathlib import Path

import pytest

from storage.database import DatabaseConfig
from tests.sync.conformance.business import Business, followed
from tests.sync.conformance.table import VENDORS, Vendor


@pytest.fixture(params=VENDORS, ids=str)
def vendor(request: pytest.FixtureRequest) -> Vendor:
    return request.param


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.prove)])
def config(request: pytest.FixtureRequest) -> DatabaseConfig:
    return request.getfixturevalue("embedded_config" if request.param == "sqlite" else "postgres_config")


@pytest.fixture
async def business(vendor: Vendor, config: DatabaseConfig) -> AsyncIterator[Business]:
    async with followed(vendor, config) as business:
        yield business


@pytest.fixture
def fresh(embedded_template: Path, tmp_path: Path) -> Callable[[], DatabaseConfig]:
    """Makes empty stores, one after another."""
    number = count()

    def make() -> DatabaseConfig:
        path = tmp_path / f"{next(number)}.db"
        shutil.copyfile(embedded_template, path)
        return DatabaseConfig(f"sqlite:///{path}")

    return make
