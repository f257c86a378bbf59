"""Groups and bands of a tenant's own: defined in words or over the API, used like any other, hers alone."""

import pytest

from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.errors import CopilotError, ErrorKind
from tests.metrics.shop import MILLION, Shop
from tests.query.asking import AS_OF, ask
from tools.metrics.dimension_schemas import DefineDimension, DimensionDraft, DimensionView
from tools.metrics.dimensions import DimensionService
from tools.query.service import QueryService

pytestmark = pytest.mark.anyio


@pytest.fixture
def dimensions(query: QueryService) -> DimensionService:
    return DimensionService(query)


async def said(database: Database, who: Actor, dimensions: DimensionService, words: str) -> DimensionView:
    async with database.write(who) as uow:
        return await dimensions.define(uow, DefineDimension(definition=words))


def net(shop: Shop, **keep: tuple[str, ...]) -> float:
    lines = [
        x
        for x in shop.lines
        if x.day <= AS_OF and not x.cancelled and all(getattr(x, name) in members for name, members in keep.items())
    ]
    return sum((x.gross - x.discount) * (-1 if x.refund else 1) for x in lines) / MILLION


async def test_a_group_is_asked_for_by_its_name_and_split_by(
    database: Database, actor: Actor, other_actor: Actor, query: QueryService, dimensions: DimensionService, shop: Shop
) -> None:
    made = await said(database, actor, dimensions, "define home markets as Germany and Austria")
    assert (made.name, made.kind, made.of) == ("country_group", "groups", "country")
    home = net(shop, country=("Germany", "Austria"))
    for question in ("sales in home markets", "revenue for Home Markets", "net sales from home markets"):
        answer = await ask(database, actor, query, question)
        assert answer.rows == ((pytest.approx(home),),), question
        assert "for Home markets" in answer.answer
    more = await said(database, actor, dimensions, "group France as abroad")
    assert [group.label for group in more.groups] == ["Home markets", "Abroad"]
    split = await ask(database, actor, query, "net sales by country group")
    assert dict(split.rows) == pytest.approx({"Home markets": home, "Abroad": net(shop, country=("France",))})
    rest = await ask(database, actor, query, "net sales by country group without abroad")
    assert dict(rest.rows) == pytest.approx({"Home markets": home})
    assert (await ask(database, other_actor, query, "sales in home markets")).status != "answered"
    beside = await ask(database, actor, query, "sales in home markets vs France")
    assert beside.status == "needs_clarification"


async def test_members_are_grouped_by_what_their_names_begin_with(
    database: Database, actor: Actor, query: QueryService, dimensions: DimensionService, shop: Shop
) -> None:
    await said(database, actor, dimensions, "group products starting with PRODUCT 1 as starters")
    answer = await ask(database, actor, query, "net sales for starters")
    assert answer.rows == ((pytest.approx(net(shop, product=("Product 1",))),),)


async def test_bands_are_drawn_anew_and_given_back(
    database: Database, actor: Actor, query: QueryService, dimensions: DimensionService, shop: Shop
) -> None:
    made = await said(database, actor, dimensions, "price bands: under 10, 10 to 25, over 25")
    assert made.bands == ("under €10", "€10 to €25", "€25 and over")
    want = dict.fromkeys(made.bands, 0.0)
    for x in shop.lines:
        if not (x.cancelled or x.refund):
            price = x.gross / x.quantity / MILLION
            want[made.bands[(price >= 10) + (price >= 25)]] += (x.gross - x.discount) / MILLION
    answer = await ask(database, actor, query, "sales by price band")
    assert dict(answer.rows) == pytest.approx(want)
    async with database.write(actor) as uow:
        await dimensions.delete(uow, made.id)
    again = await ask(database, actor, query, "sales by price band")
    assert "€10 to €20" in dict(again.rows)


@pytest.mark.parametrize(
    ("words", "kind", "says"),
    [
        ("define revenue as Germany and Austria", ErrorKind.CONFLICT, "means something"),
        ("define France as Germany and Austria", ErrorKind.CONFLICT, "country in your data"),
        ("define last month as Germany", ErrorKind.INVALID, "no name"),
        ("define 20 as Germany", ErrorKind.INVALID, "no name"),
        ("define the as Germany", ErrorKind.INVALID, "no name"),
        ("define north as Germany and Atlantis", ErrorKind.INVALID, "Atlantis"),
        ("define mix as Germany and Tea", ErrorKind.INVALID, "not all of one kind"),
        ("price bands: under 10, 12 to 25, over 25", ErrorKind.INVALID, "gap or overlap"),
        ("price bands: under 25, 10 to 25", ErrorKind.INVALID, "gap or overlap"),
        ("price bands: under $10, over $10", ErrorKind.INVALID, "own currency"),
        ("price bands: under lots", ErrorKind.INVALID, "lots"),
        ("sales by month", ErrorKind.INVALID, "no group or bands"),
    ],
)
async def test_what_is_unclear_or_taken_is_asked_back(
    database: Database, actor: Actor, dimensions: DimensionService, shop: Shop, words: str, kind: ErrorKind, says: str
) -> None:
    with pytest.raises(CopilotError) as refused:
        await said(database, actor, dimensions, words)
    assert (refused.value.kind, says in refused.value.message) == (kind, True), refused.value.message
    async with database.read(actor) as uow:
        assert await dimensions.all(uow) == ()


async def test_drafts_over_the_api_are_held_to_the_same(
    database: Database, actor: Actor, dimensions: DimensionService, shop: Shop
) -> None:
    async def make(**draft: object) -> DimensionView:
        async with database.write(actor) as uow:
            return await dimensions.create(uow, DimensionDraft.model_validate(draft))

    tea = {"label": "Hot drinks", "values": ["Tea"]}
    for wrong in (
        {"of": "nothing", "groups": [tea]},
        {"of": "weekday", "groups": [tea]},
        {"of": "price_band", "groups": [tea]},
        {"of": "category", "edges": [10, 20]},
        {"of": "price_band", "edges": [20, 10]},
        {"of": "customer_age", "edges": [1.5]},
        {"of": "category", "groups": [tea, {"label": "Cold drinks", "values": ["Tea"]}]},
        {"of": "category", "groups": [tea, {"label": "hot drink", "values": ["Mugs"]}]},
    ):
        with pytest.raises(CopilotError):
            await make(**wrong)
    made = await make(of="category", groups=[tea])
    with pytest.raises(CopilotError, match="already"):
        await make(of="category", groups=[tea])
    async with database.write(actor) as uow:
        changed = await dimensions.replace(uow, made.id, DimensionDraft.model_validate({"of": "category", "groups": [tea, {"label": "Ware", "contains": ["mug", "pot"]}]}))  # fmt: skip
    assert [group.label for group in changed.groups] == ["Hot drinks", "Ware"]


async def test_a_question_defines_nothing(database: Database, actor: Actor, query: QueryService, shop: Shop) -> None:
    answer = await ask(database, actor, query, "define home markets as Germany and Austria")
    assert (answer.status, "in the chat" in answer.answer) == ("needs_clarification", True)
