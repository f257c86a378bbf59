"""A shop at Stripe's stand-in and an import service over the same store."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from storage.kernel.actor import Actor
from tests.imports.conftest import imports, write
from tests.sync.conftest import shop, sleep, stripe, vendors, world
from tools.imports.schemas import ImportReport
from tools.imports.service import ImportService

__all__ = ["Import", "imports", "shop", "sleep", "stripe", "vendors", "world", "write"]

Import = Callable[..., Awaitable[ImportReport]]


@pytest.fixture
def import_file(imports: ImportService, actor: Actor, write: Callable[..., Path]) -> Import:
    """Imports a text as a file, as proposed."""

    async def import_file(content: str, name: str = "orders.csv") -> ImportReport:
        profile = await imports.profile(actor, write(content, name), name)
        return await imports.commit(actor, profile.file_id)

    return import_file
