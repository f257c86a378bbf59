"""A session never shows or changes what belongs to another tenant."""

import pytest
from sqlalchemy import select

from storage.database import Database
from storage.kernel.actor import Actor
from storage.models.commerce import Customer


@pytest.fixture
async def customers(database: Database, actor: Actor, other_actor: Actor) -> dict[str, str]:
    """One customer of each tenant: its id by name."""
    ids: dict[str, str] = {}
    for owner, name in ((actor, "Ada"), (other_actor, "Otto")):
        async with database.write(owner) as uow:
            customer = Customer(source_key=name, name=name)
            uow.add(customer)
            await uow.flush()
            ids[name] = customer.id
    return ids


@pytest.mark.anyio
async def test_a_select_sees_its_own_tenant_alone(database: Database, actor: Actor, customers: dict[str, str]) -> None:
    async with database.read(actor) as uow:
        assert (await uow.session.scalars(select(Customer.name))).all() == ["Ada"]
