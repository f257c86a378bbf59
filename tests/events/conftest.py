import pytest

from storage.database import Database
from storage.kernel.actor import Actor
from tests.events.shop import Shop


@pytest.fixture
def shop(database: Database, actor: Actor) -> Shop:
    return Shop(database, actor)
