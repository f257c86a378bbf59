"""No revenue is counted twice because it arrived through two vendors: one shop at Shopify, Stripe and QuickBooks."""

from itertools import permutations

import pytest

from storage.database import DatabaseConfig
from tests.sync.one_shop import one_shop

pytestmark = pytest.mark.anyio
_ORDERS = tuple(permutations(("shopify", "stripe", "quickbooks")))
_IN_THE_SUITE = (("shopify", "stripe", "quickbooks"), ("quickbooks", "stripe", "shopify"))


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.prove)])
def config(request: pytest.FixtureRequest) -> DatabaseConfig:
    return request.getfixturevalue("embedded_config" if request.param == "sqlite" else "postgres_config")


@pytest.mark.parametrize(
    "order",
    [pytest.param(one, marks=() if one in _IN_THE_SUITE else pytest.mark.prove, id="-".join(one)) for one in _ORDERS],
)
async def test_whatever_is_connected_first_the_shop_has_its_true_figures_once(
    config: DatabaseConfig, order: tuple[str, ...]
) -> None:
    async with one_shop(config) as shop:
        for vendor in order:
            await shop.sync(vendor)
        assert await shop.told() == shop.true()
        # A second look, at everything again, finds nothing more.
        for vendor in order:
            await shop.sync(vendor, everything=True)
        assert await shop.told() == shop.true()
