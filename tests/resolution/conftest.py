import pytest

from storage.database import Database
from storage.kernel.actor import Actor
from tests.resolution.sources import Sources


@pytest.fixture
def sources(database: Database, actor: Actor) -> Sources:
    return Sources(database, actor)


@pytest.fixture
def other_sources(database: Database, other_actor: Actor) -> Sources:
    return Sources(database, other_actor)
