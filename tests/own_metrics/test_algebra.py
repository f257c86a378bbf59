"""Whatever expression is accepted, its figure is the expression over the figures that loops give."""

import random
from datetime import date

import pytest

from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.errors import CopilotError, ErrorKind
from storage.metrics.query import MetricQuery, TimeRange
from tests.metrics.shop import Shop, expected
from tools.metrics.schemas import MetricDraft
from tools.metrics.service import MetricService
from tools.query.service import QueryService

pytestmark = pytest.mark.anyio
BASES = ("revenue", "gross_sales", "refunds", "orders", "customers", "units", "average_order_value")
START, END = date(2026, 1, 1), date(2026, 2, 1)
TRIES = 120


def expression(rng: random.Random, depth: int) -> str:
    if depth == 0 or rng.random() < 0.2:
        return rng.choice([*BASES, *BASES, str(rng.choice((2, 7, 100, 0.25, 1.5)))])
    left, right = expression(rng, depth - 1), expression(rng, depth - 1)
    return f"({left} {rng.choice('+-*/')} {right})" if rng.random() < 0.9 else f"-{left}"


async def test_an_accepted_expression_is_reckoned_as_it_reads(
    database: Database, actor: Actor, shop: Shop, metrics: MetricService, query: QueryService
) -> None:
    rng = random.Random(7)
    figures = {name: expected(shop, name, None, START, END, {})[None] for name in BASES}
    accepted, refusals = 0, set[ErrorKind]()
    for n in range(TRIES):
        said = expression(rng, 3)
        draft = MetricDraft(label="Test figure", expression=said)
        try:
            async with database.write(actor) as uow:
                made = await metrics.create(uow, draft)
        except CopilotError as error:
            refusals.add(error.kind)
            continue
        async with database.read(actor) as uow:
            basis = await query.basis(uow, None)
            asked = MetricQuery(metrics=("test_figure",), time=TimeRange(start=START, end=END))
            rows = await uow.metrics.run(basis.compiler.compile(asked))
        try:
            wanted = eval(said, {}, figures)  # noqa: S307 - the expression is made above
        except ZeroDivisionError:
            wanted = None
        assert rows.rows[0][0] == (wanted if wanted is None else pytest.approx(wanted, rel=1e-9, abs=1e-9)), (n, said)
        accepted += 1
        async with database.write(actor) as uow:
            await metrics.delete(uow, made.id)
    assert accepted >= TRIES // 6
    assert refusals == {ErrorKind.INVALID}
