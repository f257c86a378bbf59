"""A shop at Stripe's stand-in and an import service over the same store."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from storage.kernel.actor import Actor
from tests.imports.conftest import ask as ask
from tests.imports.conftest import imports as imports
from tests.imports.conftest import write as write
from tests.sync.conftest import shop as shop
from tests.sync.conftest import sleep as sleep
from tests.sync.conftest import stripe as stripe
from tests.sync.conftest import vendors as vendors
from tests.sync.conftest import world as world
from tools.imports.schemas import ImportReport
from tools.imports.service import ImportService

Import = Callable[..., Awaitable[ImportReport]]


@pytest.fixture
def import_file(imports: ImportService, actor: Actor, write: Callable[..., Path]) -> Import:
    """Imports a text as a file, as proposed."""

    async def import_file(content: str, name: str = "orders.csv") -> ImportReport:
        profile = await imports.profile(actor, write(content, name), name)
        return await imports.commit(actor, profile.file_id)

    return import_file
