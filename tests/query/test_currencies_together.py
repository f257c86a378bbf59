"""What converts amounts beside what came with it: reasons, cohorts, kept sums, and figures that are watched."""

from datetime import date

import pytest

from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.errors import CopilotError
from storage.metrics.model import mapped_classes
from storage.metrics.query import Filter
from storage.models.base import Base
from tests.query.asking import ask
from tests.query.test_currencies import Amount, amounts, only, total  # noqa: F401 — a fixture
from tools.foundry.single import FigureReader, SingleFigure, checked_figure, figure_column
from tools.query.rollup import RollupKeeper
from tools.query.service import QueryService
from tools.semantics.loader import load_semantics

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("database_config", ["sqlite"], indirect=True)]
TODAY = date(2025, 8, 31)
APRIL, MAY = date(2025, 4, 1), date(2025, 5, 1)


async def test_reasons_are_given_in_one_currency(
    database: Database,
    actor: Actor,
    service: QueryService,
    amounts: list[Amount],  # noqa: F811
) -> None:
    for words, into in (("", "EUR"), (" in dollars", "USD")):
        answer = await ask(
            database, actor, service, f"why did revenue change in May 2025{words}, by customer", as_of=TODAY
        )
        assert answer.status == "answered", answer.answer
        who = {one.customer for one in amounts}

        def month(number: int, name: str, into: str = into) -> float:
            return total(amounts, into, lambda a: (a.day.month, a.customer) == (number, name))

        assert {row[0]: row[1:3] for row in answer.rows} == {
            name: (pytest.approx(month(4, name)), pytest.approx(month(5, name))) for name in who
        }
        assert answer.columns[1].unit == into
        assert any("ECB reference rates" in note for note in answer.provenance.notes)
        assert answer.interpretation is not None
        assert answer.interpretation.converted


async def test_what_cohorts_came_to_is_converted_on_every_day_since(
    database: Database,
    actor: Actor,
    service: QueryService,
    amounts: list[Amount],  # noqa: F811
) -> None:
    answer = await ask(database, actor, service, "how much did the newcomers of March 2025 spend since", as_of=TODAY)
    assert answer.status == "answered", answer.answer
    first: dict[str, date] = {}
    for one in amounts:
        first[one.customer] = min(first.get(one.customer, one.ordered), one.ordered)
    spent = total(amounts, "EUR", lambda one: first[one.customer].month == 3)
    shown = {column.name: value for column, value in zip(answer.columns, answer.rows[0], strict=True)}
    assert shown["revenue"] == pytest.approx(spent)


async def test_kept_sums_never_stand_for_amounts_that_are_converted(
    database: Database,
    actor: Actor,
    amounts: list[Amount],  # noqa: F811
) -> None:
    mappers = mapped_classes(Base)
    keeper = RollupKeeper(load_semantics(), mappers, database, worth_from=0)
    assert await keeper.refresh(actor)
    service = QueryService(load_semantics(), mappers, database)
    answer = await ask(database, actor, service, "revenue by customer", as_of=TODAY)
    assert dict(answer.rows) == pytest.approx(
        {who: total(amounts, "EUR", lambda a, who=who: a.customer == who) for who in {a.customer for a in amounts}}
    )
    for _ in range(2):
        assert only(await ask(database, actor, service, "revenue in dollars", as_of=TODAY)) == pytest.approx(total(amounts, "USD"))  # fmt: skip


async def test_what_is_watched_never_adds_several_currencies(
    database: Database,
    actor: Actor,
    service: QueryService,
    amounts: list[Amount],  # noqa: F811
) -> None:
    async with database.read(actor) as uow:
        basis = await service.basis(uow, TODAY)
        for metric in ("revenue", "refund_rate"):  # a rate is made of amounts too
            with pytest.raises(CopilotError, match="several currencies"):
                checked_figure(SingleFigure(metric=metric), basis, "")
        dollars = SingleFigure(
            metric="revenue", filters=(Filter(dimension="currency", operator="eq", values=("USD",)),)
        )
        figure = checked_figure(dollars, basis, "")
        assert figure_column(figure, basis).unit == "USD"
        april = [a for a in amounts if a.currency == "USD" and a.day.month == 4]
        assert await FigureReader(uow, basis, figure).within(APRIL, MAY) == pytest.approx(total(april, "USD"))
