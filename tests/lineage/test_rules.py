"""Owners ask things of their data beside what is asked of everybody's, and see whether they hold."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from storage.database import Database
from storage.kernel.actor import Actor, Role, Surface
from storage.kernel.clock import FixedClock
from storage.kernel.errors import CopilotError, ErrorKind
from storage.models.audit import AuditEntry
from storage.models.commerce import Customer, Order
from storage.repositories.base import PageRequest
from tests.lineage.conftest import Import
from tests.lineage.test_quality import ORDERS, measure, of, spoil
from tools.lineage.own.schemas import ReplaceRule, RuleDraft, RuleVerdict, RuleView, WishForRule
from tools.lineage.own.service import RuleService
from tools.lineage.own.words import read_rule

pytestmark = pytest.mark.anyio
RULES = RuleService()


async def tried(database: Database, actor: Actor, type_: str, allowed: float = 0.0, **check: Any) -> RuleVerdict:
    draft = RuleDraft.model_validate({"type": type_, "check": check, "allowed": allowed})
    async with database.read(actor) as uow:
        return await RULES.tried(uow, draft)


async def made(database: Database, actor: Actor, type_: str, **check: Any) -> RuleView:
    async with database.write(actor) as uow:
        return await RULES.create(uow, RuleDraft.model_validate({"type": type_, "check": check}))


@pytest.mark.parametrize(
    ("type_", "check", "state", "broken"),
    [
        ("customer", {"how": "not_empty", "field": "email"}, "holds", 0),
        ("customers", {"how": "not_empty", "field": "phone"}, "broken", 3),
        ("order", {"how": "unique", "field": "number"}, "holds", 0),
        ("order line", {"how": "unique", "field": "sku"}, "broken", 1),
        ("product", {"how": "one_of", "field": "title", "values": ["Blue mug", "Red mug"]}, "holds", 0),
        ("product", {"how": "one_of", "field": "title", "values": ["Blue mug"]}, "broken", 1),
        ("order", {"how": "pattern", "field": "number", "pattern": "A\\d"}, "holds", 0),
        ("order", {"how": "pattern", "field": "number", "pattern": "A[12]"}, "broken", 1),
        ("customer", {"how": "pattern", "field": "name", "pattern": "[A-Z]"}, "broken", 3),
        ("order", {"how": "between", "field": "total", "at_least": "10.90", "at_most": 27.9}, "holds", 0),
        ("order", {"how": "between", "field": "total", "at_least": 22.4}, "broken", 1),
        ("order", {"how": "between", "field": "ordered_on", "at_least": "2026-10-02"}, "broken", 1),
        ("order line", {"how": "between", "field": "quantity", "at_most": 2}, "broken", 1),
        ("order", {"how": "sums_equal", "field": "total", "other_field": "total"}, "holds", 0),
        (
            "order line",
            {"how": "sums_equal", "field": "net", "other_type": "order", "other_field": "total"},
            "broken",
            0,
        ),
        ("order", {"how": "rows", "at_least": 3, "at_most": 3}, "holds", 0),
        ("order", {"how": "rows", "at_least": 4}, "broken", 0),
        ("order", {"how": "fresh", "within_hours": 1}, "holds", 0),
        ("refund", {"how": "not_empty", "field": "amount"}, "waits", 0),
        ("refund", {"how": "sums_equal", "field": "amount", "other_field": "tax"}, "waits", 0),
    ],
)
async def test_a_rule_is_held_against_the_data(
    import_file: Import, database: Database, actor: Actor, type_: str, check: dict[str, Any], state: str, broken: int
) -> None:
    await import_file(ORDERS)
    verdict = await tried(database, actor, type_, **check)
    assert (verdict.state, verdict.broken) == (state, broken), verdict


async def test_a_broken_rule_names_records_that_break_it_and_a_share_of_them_can_be_allowed(
    import_file: Import, database: Database, actor: Actor
) -> None:
    await import_file(ORDERS)
    async with database.read(actor) as uow:
        third = await uow.session.scalar(select(Order.id).where(Order.number == "A3"))
    wanted = {"how": "pattern", "field": "number", "pattern": "A[12]"}
    assert (await tried(database, actor, "order", **wanted)).examples == (third,)
    low = {"how": "between", "field": "total", "at_least": 22.4}
    assert (await tried(database, actor, "order", **low)).examples == (third,)
    assert (await tried(database, actor, "order", allowed=0.3, **low)).state == "broken"
    assert (await tried(database, actor, "order", allowed=0.34, **low)).state == "holds"


async def test_data_that_no_longer_comes_in_is_not_fresh(
    import_file: Import, clock: FixedClock, database: Database, actor: Actor
) -> None:
    await import_file(ORDERS)
    clock.at += timedelta(hours=5)
    verdict = await tried(database, actor, "order", how="fresh", within_hours=4, source="orders")
    assert (verdict.state, verdict.seen) == ("broken", 5.0)
    assert (await tried(database, actor, "order", how="fresh", within_hours=6)).state == "holds"
    unknown = await tried(database, actor, "order", how="fresh", within_hours=6, source="etsy")
    assert (unknown.state, unknown.found) == ("waits", "A source called “etsy” was not found.")


async def test_rules_of_ones_own_count_in_the_overall_score_and_are_told_with_it(
    import_file: Import, database: Database, actor: Actor
) -> None:
    await import_file(ORDERS)
    before = of(await measure(database, actor), "customer")
    phones = await made(database, actor, "customer", how="not_empty", field="phone")
    score = await made(database, actor, "customer", how="score", at_least=0.99)
    report = await measure(database, actor)
    after = of(report, "customer")
    assert after.validity < before.validity
    assert after.score < before.score
    assert {rule.id: rule.broken for rule in after.rules}[phones.id] == 3
    assert [(one.rule_id, one.state) for one in report.own_rules] == [(phones.id, "broken"), (score.id, "broken")]
    assert report.own_rules[1].seen == after.score
    [source] = {one.source_id for one in report.items} - {None}
    assert of(report, "customer", source).validity == before.validity
    await spoil(database, actor, Customer, phone="+49 89 1234")
    assert of(await measure(database, actor), "customer").validity == 1.0


@pytest.mark.parametrize(
    ("type_", "check", "pointer"),
    [
        ("unicorn", {"how": "not_empty", "field": "email"}, "/type"),
        ("customer", {"how": "not_empty", "field": "tenant_id"}, "/check/field"),
        ("customer", {"how": "not_empty", "field": "email); DROP TABLE"}, "/check/field"),
        ("customer", {"how": "between", "field": "email", "at_least": 3}, "/check/at_least"),
        ("order", {"how": "between", "field": "total", "at_least": "2026-01-01"}, "/check/at_least"),
        ("order", {"how": "one_of", "field": "total", "values": ["3"]}, "/check/field"),
        ("order", {"how": "pattern", "field": "number", "pattern": "(a"}, "/check/pattern"),
        ("order", {"how": "pattern", "field": "number", "pattern": "(?=a)b"}, "/check/pattern"),
        ("order", {"how": "pattern", "field": "number", "pattern": "((\\w{900}){900}){900}"}, "/check/pattern"),
        ("order", {"how": "sums_equal", "field": "number", "other_field": "total"}, "/check/field"),
        ("order", {"how": "sums_equal", "field": "total", "other_field": "number"}, "/check/other_field"),
    ],
)
async def test_a_rule_that_the_store_has_nothing_for_is_refused_where_it_is_wrong(
    database: Database, actor: Actor, type_: str, check: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(CopilotError) as refused:
        await made(database, actor, type_, **check)
    assert [problem.pointer for problem in refused.value.problems] == [pointer]


async def test_a_pattern_takes_no_longer_than_its_text_is_long(
    import_file: Import, database: Database, actor: Actor
) -> None:
    await import_file(ORDERS)
    await spoil(database, actor, Customer, name="a" * 5_000)
    verdict = await tried(database, actor, "customer", how="pattern", field="name", pattern="(a+)+(a*)*b")
    assert verdict.broken == 3


async def test_rules_are_changed_deleted_audited_and_kept_apart(
    database: Database, actor: Actor, other_actor: Actor
) -> None:
    rule = await made(database, actor, "customer", how="not_empty", field="email")
    changed = {"type": "customer", "check": {"how": "unique", "field": "email"}, "version": 1}
    async with database.write(actor) as uow:
        assert (await RULES.replace(uow, rule.id, ReplaceRule.model_validate(changed))).version == 2
    with pytest.raises(CopilotError) as stale:
        async with database.write(actor) as uow:
            await RULES.replace(uow, rule.id, ReplaceRule.model_validate(changed))
    assert stale.value.kind is ErrorKind.CONFLICT
    with pytest.raises(CopilotError) as unseen:
        async with database.write(other_actor) as uow:
            await RULES.delete(uow, rule.id)
    assert unseen.value.kind is ErrorKind.NOT_FOUND
    viewer = Actor(actor.tenant_id, actor.user_id, Role.VIEWER, Surface.REST)
    with pytest.raises(CopilotError) as forbidden:
        await made(database, viewer, "customer", how="not_empty", field="email")
    assert forbidden.value.kind is ErrorKind.FORBIDDEN
    async with database.write(actor) as uow:
        await RULES.delete(uow, rule.id)
    async with database.read(actor) as uow:
        assert not (await RULES.page(uow, PageRequest())).items
        noted = select(AuditEntry.action).where(AuditEntry.entity_id == rule.id).order_by(AuditEntry.id)
        assert len(list(await uow.session.scalars(noted))) == 3


@pytest.mark.parametrize(
    ("said", "type_", "check"),
    [
        ("every customer must have an e-mail address", "customer", {"how": "not_empty", "field": "email"}),
        ("make a rule that order numbers must be unique", "order", {"how": "unique", "field": "number"}),
        ("add a data rule that order totals must lie between 0 and 10000", "order",
         {"how": "between", "field": "total", "at_least": "0", "at_most": "10000"}),
        ("the status of orders must be one of completed, pending or cancelled", "order",
         {"how": "one_of", "field": "status", "values": ["completed", "pending", "cancelled"]}),
        ("rule for data quality, each product needs a category", "product", {"how": "not_empty", "field": "category"}),
        ("no two products have the same sku", "product", {"how": "unique", "field": "sku"}),
        ("orders must come in every 2 days", "order", {"how": "fresh", "within_hours": 48}),
        ("the quality of customers scores at least 80 %", "customer", {"how": "score", "at_least": 0.8}),
        ("there must be at least 100 customers", "customer", {"how": "rows", "at_least": 100}),
        ("prices of products must not be below 5", "product", {"how": "between", "field": "list_price", "at_least": "5"}),
    ],
)  # fmt: skip
def test_a_rule_is_read_from_an_owners_words(said: str, type_: str, check: dict[str, Any]) -> None:
    wanted = RuleDraft.model_validate({"type": type_, "check": check})
    assert read_rule(said) == wanted


@pytest.mark.parametrize(
    ("said", "asked"),
    [
        ("everything must be good", "Of which records"),
        ("orders must be nice", "Which field"),
        ("the total of orders must be nice", "What shall hold of the total"),
        ("the total of orders must be 5", "At least, at most"),
    ],
)
async def test_what_is_not_clear_is_asked_back(database: Database, actor: Actor, said: str, asked: str) -> None:
    with pytest.raises(CopilotError) as refused:
        async with database.write(actor) as uow:
            await RULES.wish(uow, WishForRule(question=said))
    assert asked in refused.value.message
