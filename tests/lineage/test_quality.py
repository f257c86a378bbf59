"""Quality is measured over the store, and moves the right way when data is spoiled."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.clock import FixedClock
from storage.kernel.errors import CopilotError, ErrorKind
from storage.models.commerce import Customer, Order, OrderLine
from storage.repositories.quality import Measured, QualityRepository
from tests.lineage.conftest import Import
from tests.sync.conftest import Synced
from tools.lineage.counting import Counting
from tools.lineage.quality import keep_scores, quality_of, trends_of
from tools.lineage.schemas import QualityReport, QualityRequest, QualityScore, TrendsRequest

pytestmark = pytest.mark.anyio

ORDERS = """\
Order ID,Order Date,Customer Name,E-mail,Product,SKU,Quantity,Unit Price,Tax,Shipping,Order Total
A1,2026-10-01,Ann Lee,ann@example.com,Blue mug,BM1,2,10.50,2.00,4.90,27.90
A2,2026-10-02,Bob Ray,bob@example.com,Red mug,RM1,3,5.50,1.00,4.90,22.40
A3,2026-10-03,Cy Poe,cy@example.com,Red mug,RM1,1,5.50,0.50,4.90,10.90
"""


async def measure(database: Database, actor: Actor, **how: Any) -> QualityReport:
    async with database.read(actor) as uow:
        return await quality_of(uow, QualityRequest(**how))


def of(report: QualityReport, kind: str, source: str | None = None) -> QualityScore:
    return next(one for one in report.items if one.type == kind and one.source_id == source)


async def spoil(database: Database, actor: Actor, model: Any, *where: Any, **values: Any) -> None:
    async with database.write(actor) as uow:
        await uow.session.execute(
            update(model).where(*where).values(**values).execution_options(synchronize_session=False)
        )


def broken(score: QualityScore) -> dict[str, int]:
    return {rule.id: rule.broken for rule in score.rules if rule.broken}


async def test_clean_data_breaks_no_rule(import_file: Import, database: Database, actor: Actor) -> None:
    report = await import_and_measure(import_file, database, actor)
    assert all(not broken(one) for one in report.items), [broken(one) for one in report.items]
    orders = of(report, "order")
    assert (orders.rows, orders.validity, orders.uniqueness, orders.freshness) == (3, 1.0, 1.0, 1.0)
    assert (orders.accuracy_by, orders.compared) == ("rules", 0)
    assert next(rule.checked for rule in orders.rules if rule.id == "order-adds-up") == 3
    assert report.score is not None
    assert 0.5 < report.score <= 1


async def import_and_measure(import_file: Import, database: Database, actor: Actor) -> QualityReport:
    await import_file(ORDERS)
    return await measure(database, actor)


@pytest.mark.parametrize(
    ("model", "values", "kind", "rule"),
    [
        (Customer, {"email": "ann.example.com"}, "customer", "customer-email"),
        (Order, {"currency": "eu"}, "order", "order-currency"),
        (Order, {"ordered_on": date(2027, 1, 1)}, "order", "order-not-in-the-future"),
        (Order, {"total_micros": 99_000_000}, "order", "order-adds-up"),
        (Order, {"shipped_on": date(2020, 1, 1)}, "order", "order-shipped-after-ordered"),
        (OrderLine, {"quantity_e6": -1_000_000}, "order_line", "line-quantity"),
        (OrderLine, {"net_micros": 1}, "order_line", "line-adds-up"),
    ],
)
async def test_a_spoiled_value_breaks_its_rule_and_lowers_the_score(
    import_file: Import, database: Database, actor: Actor, model: Any, values: dict[str, Any], kind: str, rule: str
) -> None:
    before = of(await import_and_measure(import_file, database, actor), kind)
    await spoil(database, actor, model, **values)
    after = of(await measure(database, actor), kind)
    assert broken(after).get(rule, 0) >= 1
    assert after.validity < before.validity
    assert after.score < before.score


async def test_emptied_fields_lower_completeness_by_their_weight(
    import_file: Import, database: Database, actor: Actor
) -> None:
    before = of(await import_and_measure(import_file, database, actor), "customer")
    await spoil(database, actor, Customer, Customer.name == "Bob Ray", email=None)
    report = await measure(database, actor, detail="fields")
    after = of(report, "customer")
    assert after.completeness == pytest.approx(before.completeness - 2 / (3 * 10), abs=1e-4)
    assert next(one.filled for one in after.fields if one.name == "email") == pytest.approx(2 / 3, abs=1e-4)
    assert after.score < before.score


async def test_two_customers_of_one_address_lower_uniqueness(
    import_file: Import, database: Database, actor: Actor
) -> None:
    await import_file(ORDERS)
    await spoil(database, actor, Customer, Customer.name == "Bob Ray", email="ANN@example.com")
    assert of(await measure(database, actor), "customer").uniqueness == pytest.approx(2 / 3, abs=1e-4)


async def test_files_grow_old_against_the_rhythm_of_their_imports(
    import_file: Import, clock: FixedClock, database: Database, actor: Actor
) -> None:
    start = clock.at
    for week in range(4):
        clock.at = start + timedelta(weeks=week)
        await import_file(ORDERS.replace("A", f"W{week}-"))
    [source] = {one.source_id for one in (await measure(database, actor)).items} - {None}
    assert of(await measure(database, actor), "order", source).freshness == 1.0
    clock.at += timedelta(weeks=2)
    assert of(await measure(database, actor), "order", source).freshness == 0.5


async def test_accuracy_is_the_agreement_of_sources_where_two_tell_the_same_customers(
    shop: Synced, import_file: Import, clock: FixedClock, database: Database, actor: Actor
) -> None:
    await shop.sync()
    async with database.read(actor) as uow:
        known = [(one.name, one.email) for one in await uow.session.scalars(_with_phone())][:2]
    clock.at += timedelta(days=1)
    (first, mail), (second, other) = known
    await import_file(
        f"Name,E-mail,Phone,Segment\n{first},{mail},+49 89 777,Wholesale\n{second},{other},,Wholesale\n", "people.csv"
    )
    report = await measure(database, actor, detail="fields")
    customers = of(report, "customer")
    assert (customers.accuracy_by, customers.compared, customers.accuracy) == ("sources", 2, 0.5)
    assert {one.name: one.disputed for one in customers.fields}["phone"] == 1
    assert of(report, "transaction").accuracy_by == "rules"


def _with_phone() -> Any:
    return select(Customer).where(Customer.email.is_not(None), Customer.phone.is_not(None)).order_by(Customer.id)


async def test_scores_are_kept_once_a_day_and_told_as_trends(
    import_file: Import, clock: FixedClock, database: Database, actor: Actor
) -> None:
    await import_file(ORDERS)
    for _ in range(2):
        await keep_scores(database, actor)
    await spoil(database, actor, Customer, email=None)
    clock.at += timedelta(days=1)
    await keep_scores(database, actor)
    async with database.read(actor) as uow:
        found = (await trends_of(uow, TrendsRequest())).items
        short = (await trends_of(uow, TrendsRequest(days=1))).items
    customers = [one for one in found if one.type == "customer" and one.source_id is None]
    assert [one.day for one in customers] == [date(2026, 11, 2), date(2026, 11, 3)]
    assert customers[1].completeness < customers[0].completeness
    assert len(short) == len(found)
    clock.at += timedelta(days=5)
    async with database.read(actor) as uow:
        assert (await trends_of(uow, TrendsRequest(days=1))).items == ()


async def test_counts_are_kept_until_an_import_or_another_day_changes_them(
    import_file: Import, clock: FixedClock, database: Database, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[str] = []
    counts = QualityRepository.counts

    async def noted(self: QualityRepository, what: Measured) -> Any:
        counted.append(what.table)
        return await counts(self, what)

    monkeypatch.setattr(QualityRepository, "counts", noted)
    counting = Counting()

    async def measured() -> QualityReport:
        async with database.read(actor) as uow:
            return await quality_of(uow, QualityRequest(), counting)

    await import_file(ORDERS)
    first = await measured()
    once = len(counted)
    clock.at += timedelta(hours=1)
    assert (await measured()).items == first.items
    assert len(counted) == once
    await import_file(ORDERS.replace("A", "B"))
    assert of(await measured(), "order").rows == 6
    assert len(counted) == 2 * once
    clock.at += timedelta(days=1)
    await measured()
    assert len(counted) == 3 * once


async def test_a_source_is_asked_for_by_name_and_another_tenant_sees_nothing(
    import_file: Import, database: Database, actor: Actor, other_actor: Actor
) -> None:
    await import_file(ORDERS)
    report = await measure(database, actor, source="orders")
    assert {one.source for one in report.items} == {"Orders"}
    with pytest.raises(CopilotError) as refused:
        await measure(database, actor, source="etsy")
    assert refused.value.kind is ErrorKind.NOT_FOUND
    theirs = await measure(database, other_actor)
    assert (theirs.score, theirs.items) == (None, ())
