"""Figures of a tenant's own are asked for, split, ranked and compared like any other, and are what loops give."""

from datetime import date

import pytest

from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.errors import CopilotError, ErrorKind
from storage.models.foundry import Dashboard, Widget
from tests.metrics.shop import Shop, expected, write_shop
from tests.own_metrics.conftest import AS_OF, Ask, Define
from tools.metrics.schemas import DefineMetric, MetricDraft
from tools.metrics.service import MetricService
from tools.query.service import QueryService

pytestmark = pytest.mark.anyio
START, END = date(2026, 1, 1), date(2026, 2, 1)


def figures(shop: Shop, dimension: str | None = None) -> dict[object, float]:
    """Net sales in January less a tenth of gross sales, per order."""
    of = {name: expected(shop, name, dimension, START, END, {}) for name in ("revenue", "gross_sales", "orders")}
    return {key: (of["revenue"][key] - 0.1 * of["gross_sales"][key]) / of["orders"][key] for key in of["orders"]}


async def test_a_figure_is_what_loops_give_whole_and_split_and_ranked(define: Define, ask: Ask, shop: Shop) -> None:
    await define("Commission", "0.1 * gross_sales")
    await define("Left per order", "(revenue - commission) / orders", definition="What is left of an order.")
    whole = await ask("left per order in January 2026")
    assert whole.status == "answered", whole.answer
    assert whole.rows == ((pytest.approx(figures(shop)[None]),),)
    assert (whole.columns[0].name, whole.columns[0].unit, whole.columns[0].label) == (
        "left_per_order",
        "EUR",
        "Left per order",
    )
    assert whole.provenance.notes == ("Left per order: What is left of an order.",)
    split = await ask("left per order by category in January 2026")
    assert dict(split.rows) == pytest.approx(figures(shop, "category"))
    best = await ask("top 2 categories by left per order in January 2026")
    ranked = sorted(figures(shop, "category").items(), key=lambda item: -item[1])[:2]
    assert [name for name, _ in best.rows] == [name for name, _ in ranked]


async def test_a_figure_is_followed_up_compared_and_gathered(define: Define, ask: Ask, shop: Shop) -> None:
    await define("Take-home", "revenue - refunds", synonyms=("leftover money",))
    first = await ask("take-home in January 2026", conversation="c1")
    again = await ask("only Germany", conversation="c1")
    assert again.interpretation is not None
    assert again.interpretation.metrics == ("take_home",)
    assert again.rows[0][0] != first.rows[0][0]
    compared = await ask("leftover money in January 2026 compared with December 2025")
    assert [column.name for column in compared.columns][:2] == ["take_home", "take_home_previous"]
    months = await ask("running total of take-home by month in the last 3 months")
    assert months.status == "answered", months.answer
    assert len(months.rows) == 3


async def test_a_word_that_the_product_has_too_is_asked_back_and_my_tells_it_apart(
    define: Define, ask: Ask, shop: Shop
) -> None:
    await define("Margin", "revenue - cost_of_goods")
    unclear = await ask("margin in January 2026")
    assert unclear.status == "needs_clarification"
    assert unclear.clarification is not None
    names: list[tuple[str, ...]] = []
    for option in unclear.clarification.options:
        chosen = await ask(option.question)
        assert chosen.status == "answered", option.question
        assert chosen.interpretation is not None
        names.append(chosen.interpretation.metrics)
    assert sorted(names) == [("margin",), ("profit_margin",)]
    mine = await ask("what was my margin by category in January 2026")
    assert [column.label for column in mine.columns] == ["Category", "Margin"]


async def test_profit_of_her_own_says_how_much_of_the_cost_is_known(define: Define, ask: Ask, shop: Shop) -> None:
    await define("Profit per piece", "profit / units")
    sold = [one for one in shop.lines if not one.refund and not one.cancelled and START <= one.day < END]
    known = sum(one.gross - one.discount for one in sold if one.cost is not None)
    share = known / sum(one.gross - one.discount for one in sold) * 100
    answer = await ask("profit per piece in January 2026")
    assert f"The cost is known for {share:.0f} % of these sales" in answer.answer
    profit, units = (expected(shop, name, None, START, END, {})[None] for name in ("profit", "units"))
    assert answer.rows[0][0] == pytest.approx(profit / units)


async def test_two_of_like_name_make_the_engine_ask(define: Define, ask: Ask, shop: Shop) -> None:
    await define("Take-home", "revenue - refunds", synonyms=("leftover money",))
    await define("Pocket money", "0.5 * revenue", synonyms=("leftover money", "turnover"))
    asked = await ask("leftover money in January 2026")
    assert asked.status == "needs_clarification"
    assert asked.clarification is not None
    assert [option.label for option in asked.clarification.options] == ["Take-home", "Pocket money"]
    for option in asked.clarification.options:
        assert (await ask(option.question)).status == "answered", option
    mixed = await ask("turnover in January 2026")
    assert mixed.clarification is not None
    assert {option.label for option in mixed.clarification.options} == {"Net sales", "Pocket money"}
    assert (await ask("net sales in January 2026")).status == "answered"


async def test_another_tenant_does_not_know_the_figure(
    define: Define,
    ask: Ask,
    shop: Shop,
    database: Database,
    metrics: MetricService,
    query: QueryService,
    other_actor: Actor,
) -> None:
    made = await define("Take-home", "revenue - refunds")
    await write_shop(database, other_actor, seed=3)
    assert (await ask("take-home in January 2026")).status == "answered"
    assert (await ask("take-home in January 2026", who=other_actor)).status != "answered"
    async with database.read(other_actor) as uow:
        assert not any(one.own for one in await metrics.all(uow))
        assert await uow.own_metrics.all() == []
        with pytest.raises(CopilotError) as error:
            await metrics.get(uow, made.id)
        assert error.value.kind is ErrorKind.NOT_FOUND
        assert (await query.basis(uow, AS_OF)).layer is query.layers.base
    theirs = await define("Take-home", "0.5 * revenue", who=other_actor)
    mine = await ask("take-home in January 2026")
    other = await ask("take-home in January 2026", who=other_actor)
    assert theirs.id != made.id
    assert mine.rows != other.rows


async def test_what_is_built_of_them_is_kept_until_they_change(
    define: Define, database: Database, metrics: MetricService, query: QueryService, actor: Actor
) -> None:
    async def layer() -> object:
        async with database.read(actor) as uow:
            return (await query.basis(uow, AS_OF)).layer

    assert await layer() is query.layers.base
    made = await define("Take-home", "revenue - refunds")
    built = await layer()
    assert built is not query.layers.base
    assert await layer() is built
    async with database.write(actor) as uow:
        await metrics.replace(uow, made.id, MetricDraft(label="Take-home", expression="revenue - shipping"))
    assert await layer() is not built
    async with database.write(actor) as uow:
        await metrics.delete(uow, made.id)
    assert await layer() is query.layers.base


async def test_a_change_is_audited_and_takes_effect_at_once(
    define: Define, ask: Ask, shop: Shop, database: Database, metrics: MetricService, actor: Actor
) -> None:
    made = await define("Take-home", "revenue - refunds")
    before = await ask("take-home in January 2026")
    async with database.write(actor) as uow:
        changed = await metrics.replace(uow, made.id, MetricDraft(label="Take-home", expression="0.5 * revenue"))
    assert (changed.id, changed.name, changed.expression) == (made.id, "take_home", "0.5 * revenue")
    after = await ask("take-home in January 2026")
    assert after.rows[0][0] == pytest.approx(expected(shop, "revenue", None, START, END, {})[None] / 2)
    assert after.rows != before.rows


async def test_a_metric_that_is_used_is_not_deleted_and_not_broken(
    define: Define, database: Database, metrics: MetricService, actor: Actor
) -> None:
    base = await define("Commission", "0.1 * gross_sales")
    await define("Take-home", "revenue - commission")
    async with database.write(actor) as uow:
        mine = Dashboard(name="Monday", created_by=actor.user_id)
        secret = Dashboard(name="Bosses only", created_by="somebody else")
        uow.add(mine, secret)
        await uow.flush()
        shown = {"metrics": ["commission"]}
        uow.add(
            Widget(dashboard_id=mine.id, kind="figure", title="Fees", query=shown),
            Widget(dashboard_id=mine.id, kind="line", title="By month", question="commissions by month"),
            Widget(dashboard_id=mine.id, kind="line", title="Other", question="orders by month"),
            Widget(dashboard_id=secret.id, kind="figure", title="Hidden", query=shown),
        )
    with pytest.raises(CopilotError) as error:
        async with database.write(actor) as uow:
            await metrics.delete(uow, base.id)
    assert error.value.kind is ErrorKind.CONFLICT
    assert error.value.message == (
        "“Commission” cannot be deleted: it is used by the metric “Take-home”, the widget “Fees” on the dashboard “Monday”, "
        "the widget “By month” on the dashboard “Monday”, 1 widget on private dashboards of colleagues."
    )
    for draft, reason in (
        (MetricDraft(label="Commission", expression="0.1 * gross_sales", name="fee"), "given another name"),
        (MetricDraft(label="Commission", expression="orders / customers"), "would not hold"),
        (MetricDraft(label="Commission", expression="take_home / 2"), "derive from themselves"),
    ):
        with pytest.raises(CopilotError, match=reason):
            async with database.write(actor) as uow:
                await metrics.replace(uow, base.id, draft)
    async with database.read(actor) as uow:
        assert (await metrics.get(uow, base.id)).expression == "0.1 * gross_sales"


async def test_a_follow_up_of_a_figure_that_is_gone_is_asked_back(
    define: Define, ask: Ask, shop: Shop, database: Database, metrics: MetricService, actor: Actor
) -> None:
    made = await define("Take-home", "revenue - refunds")
    await ask("take-home in January 2026", conversation="c1")
    async with database.write(actor) as uow:
        await metrics.delete(uow, made.id)
    assert (await ask("only Germany", conversation="c1")).status == "needs_clarification"


async def test_a_figure_that_a_release_took_the_ground_from_takes_no_other_with_it(
    define: Define, ask: Ask, shop: Shop, database: Database, metrics: MetricService, actor: Actor
) -> None:
    await define("Take-home", "revenue - refunds")
    gone = await define("Old one", "profit / units")
    async with database.write(actor) as uow:
        (await uow.own_metrics.get(gone.id)).expression = "what_there_was / units"
        await uow.own_metrics.changed()
    assert (await ask("take-home in January 2026")).status == "answered"
    async with database.read(actor) as uow:
        assert {one.name for one in await metrics.all(uow) if one.own} == {"take_home", "old_one"}
    async with database.write(actor) as uow:
        await metrics.replace(uow, gone.id, MetricDraft(label="Old one", expression="profit / units"))
    assert (await ask("old one in January 2026")).status == "answered"


async def test_it_is_defined_in_words(
    ask: Ask, shop: Shop, database: Database, metrics: MetricService, actor: Actor
) -> None:
    asked = await ask("define take-home as net sales minus refunds")
    assert asked.status == "needs_clarification"
    assert "“take-home” is not kept as a figure yet" in asked.answer
    assert "revenue - refunds" in asked.answer
    async with database.write(actor) as uow:
        made = await metrics.define(uow, DefineMetric(definition="define take-home as net sales minus refunds"))
        other = await metrics.define(uow, DefineMetric(label="Half", definition="50 % of take-home"))
    assert (made.label, made.expression, made.unit) == ("Take-home", "revenue - refunds", "money")
    assert (other.expression, other.definition) == ("0.5 * take_home", "0.5 times take-home.")
    of = {name: expected(shop, name, None, START, END, {})[None] for name in ("revenue", "refunds")}
    assert (await ask("half in January 2026")).rows[0][0] == pytest.approx((of["revenue"] - of["refunds"]) / 2)


@pytest.mark.parametrize(
    ("definition", "pointer"),
    [
        ("define take-home as what we keep", "/definition"),
        ("define take-home as net sales minus", "/definition"),
        ("net sales minus refunds", "/label"),
        ("define net sales as gross sales minus refunds", "/label"),
        ("define take-home as net sales plus orders", "/expression"),
    ],
)
async def test_words_that_are_not_clear_are_asked_back(
    definition: str, pointer: str, database: Database, metrics: MetricService, actor: Actor
) -> None:
    with pytest.raises(CopilotError) as error:
        async with database.write(actor) as uow:
            await metrics.define(uow, DefineMetric(definition=definition))
    assert [problem.pointer for problem in error.value.problems] == [pointer]
