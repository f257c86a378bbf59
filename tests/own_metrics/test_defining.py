"""Which metrics may be defined, what unit they have, and what is refused and why."""

from typing import Any

import pytest

from storage.database import Database, DatabaseConfig
from storage.kernel.actor import Actor
from storage.kernel.errors import CopilotError, ErrorKind
from tests.own_metrics.conftest import Define
from tools.metrics.schemas import MOST_METRICS, MetricDraft
from tools.metrics.service import MetricService

pytestmark = pytest.mark.anyio


@pytest.fixture
def database_config(embedded_config: DatabaseConfig) -> DatabaseConfig:
    """What is checked here is checked before anything is stored."""
    return embedded_config


async def refused(define: Define, *args: str, **fields: Any) -> tuple[ErrorKind, str, str]:
    with pytest.raises(CopilotError) as error:
        await define(*args, **fields)
    (problem,) = error.value.problems
    return error.value.kind, problem.pointer, error.value.message


@pytest.mark.parametrize(
    ("expression", "unit"),
    [
        ("revenue - shipping", "money"),
        ("(revenue - shipping) / orders", "money"),
        ("profit / units", "money"),
        ("0.9 * revenue", "money"),
        ("revenue * refund_rate", "money"),
        ("profit / revenue", "share"),
        ("1 - refund_rate", "share"),
        ("orders + new_customers", "count"),
        ("0.5 * orders", "number"),
        ("orders / customers", "number"),
        ("units - returned_units", "quantity"),
        ("units / 12", "quantity"),
        ("-refunds", "money"),
        ("orders - 5", "count"),
    ],
)
async def test_the_unit_follows_from_the_expression(define: Define, expression: str, unit: str) -> None:
    assert (await define("Test figure", expression)).unit == unit


@pytest.mark.parametrize(
    ("expression", "unit"),
    [
        ("profit / revenue", "money"),
        ("revenue - shipping", "share"),
        ("orders / customers", "money"),
        ("orders", "days"),
    ],
)
async def test_a_unit_that_contradicts_the_expression_is_refused(define: Define, expression: str, unit: str) -> None:
    assert (await refused(define, "Test figure", expression, unit=unit))[:2] == (ErrorKind.INVALID, "/unit")


async def test_a_ratio_may_be_read_as_per_cent_or_as_a_number(define: Define) -> None:
    assert (await define("Returning share", "returning_customers / customers", unit="share")).unit == "share"
    assert (await define("Return on discount", "revenue / discounts", unit="number")).unit == "number"


@pytest.mark.parametrize(
    ("expression", "reason"),
    [
        ("revenue -", "not arithmetic"),
        ("revenue ** 2", "not arithmetic"),
        ("__import__('os')", "not arithmetic"),
        ("revenue if orders else 0", "not arithmetic"),
        ("True * revenue", "is no number"),
        ("1e400 * revenue", "grow beyond"),
        ("revenue * 3000000000", "between"),
        ("(2 + 3) * revenue", "one number"),
        ("42", "names no metric"),
        ("revenue / 0", "divides by zero"),
        ("revenue + 5", "plain number"),
        ("revenue + orders", "cannot be added"),
        ("units - orders", "cannot be added"),
        ("average_order_value - average_price", "different scales"),
        ("revenue * profit", "money times money"),
        ("revenue + nothing_known", "no metric 'nothing_known'"),
        ("last_order - first_order", "is a day"),
        ("test_figure + revenue", "derive from themselves"),
        ("*".join(["orders"] * 20), "grow beyond"),
        ("(" * 240 + "revenue" + ")" * 240, "not arithmetic"),
    ],
)
async def test_what_cannot_be_reckoned_is_refused_with_the_reason(define: Define, expression: str, reason: str) -> None:
    kind, pointer, message = await refused(define, "Test figure", expression)
    assert (kind, pointer) == (ErrorKind.INVALID, "/expression")
    assert reason in message


async def test_a_chain_that_doubles_at_each_step_is_stopped(define: Define) -> None:
    await define("Step 0", "orders + orders", name="step_0")
    for i in range(1, 6):
        await define(f"Step number {chr(97 + i)}", f"step_{i - 1} + step_{i - 1}", name=f"step_{i}")
    with pytest.raises(CopilotError, match="goes back to 128 figures"):
        await define("The last step", "step_5 + step_5")


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("Net sales", ErrorKind.CONFLICT),
        ("Revenue", ErrorKind.CONFLICT),
        ("Country", ErrorKind.INVALID),
        ("by", ErrorKind.INVALID),
        ("last month", ErrorKind.INVALID),
        ("42", ErrorKind.INVALID),
        ("—", ErrorKind.INVALID),
        ("“take-home”", ErrorKind.INVALID),
        ("a b c d e f g h i j", ErrorKind.INVALID),
    ],
)
async def test_a_label_that_means_something_already_is_refused(define: Define, label: str, kind: ErrorKind) -> None:
    assert (await refused(define, label, "revenue - shipping", name="some_name"))[:2] == (kind, "/label")


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("revenue", ErrorKind.CONFLICT),
        ("revenue_share", ErrorKind.CONFLICT),
        ("product_count", ErrorKind.CONFLICT),
        ("ship_method_count", ErrorKind.CONFLICT),
        ("lambda", ErrorKind.INVALID),
        ("country", ErrorKind.INVALID),
        ("change", ErrorKind.INVALID),
    ],
)
async def test_a_name_that_means_something_already_is_refused(define: Define, name: str, kind: ErrorKind) -> None:
    assert (await refused(define, "Take-home", "revenue - shipping", name=name))[:2] == (kind, "/name")


async def test_two_of_her_own_have_different_labels_and_a_synonym_is_nobodys_label(define: Define) -> None:
    await define("Take-home", "revenue - shipping", synonyms=("leftover money",))
    assert (await refused(define, "take home", "revenue", name="other"))[:2] == (ErrorKind.CONFLICT, "/label")
    assert (await refused(define, "Leftover money", "revenue"))[:2] == (ErrorKind.CONFLICT, "/label")
    assert (await refused(define, "Rest", "revenue", synonyms=("x y", "take-home")))[:2] == (
        ErrorKind.CONFLICT,
        "/synonyms/1",
    )
    assert (await refused(define, "Rest", "revenue", synonyms=("per country", "by")))[1] == "/synonyms/1"


async def test_a_label_without_latin_letters_needs_a_name(define: Define) -> None:
    assert (await refused(define, "毛利", "profit"))[:2] == (ErrorKind.INVALID, "/name")
    assert (await define("毛利", "profit", name="gross")).name == "gross"
    assert (await define("Überschuss (netto)", "revenue - shipping")).name == "uberschuss_netto"


async def test_without_a_definition_the_expression_is_read_out(define: Define) -> None:
    made = await define("Take-home per order", "(revenue - shipping) / orders")
    assert made.definition == "(net sales minus shipping charged) divided by orders."
    assert "product" in made.not_by
    assert "country" not in made.not_by


async def test_there_is_a_most(define: Define, database: Database, metrics: MetricService, actor: Actor) -> None:
    async with database.write(actor) as uow:
        for i in range(MOST_METRICS):
            await metrics.create(
                uow, MetricDraft(label=f"Figure {chr(97 + i // 26)}{chr(97 + i % 26)}x", expression="revenue")
            )
    with pytest.raises(CopilotError, match="100 metrics"):
        await define("One more", "revenue")
