"""What targets, alerts and widgets watch may be of money too: payments, fees, payouts and expenses."""

from datetime import UTC, date, datetime

import pytest

from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.errors import CopilotError
from storage.metrics.model import mapped_classes
from storage.models.base import Base
from storage.models.commerce import Transaction
from tests.query.asking import sell
from tools.foundry.single import FigureReader, SingleFigure, adds_up, checked_figure, read_figure
from tools.language.dictionary import Dictionary
from tools.query.service import QueryService
from tools.semantics.loader import load_semantics

pytestmark = pytest.mark.anyio
TODAY = date(2026, 5, 20)


@pytest.fixture
async def service(database: Database, actor: Actor) -> QueryService:
    async with database.write(actor) as uow:
        await sell(uow, "Mug", date(2026, 4, 2), 40)
        for i, (kind, day, amount, fee) in enumerate(
            [("charge", 5, 200, 6), ("charge", 20, 50, 2), ("fee", 20, -10, None), ("payout", 21, -150, None)]
        ):
            uow.add(
                Transaction(
                    source_key=str(i), kind=kind, occurred_on=date(2026, 4, day), currency="EUR", account="Stripe",
                    occurred_at=datetime(2026, 4, day, tzinfo=UTC), amount_micros=amount * 1_000_000,
                    fee_micros=fee and fee * 1_000_000,
                )
            )  # fmt: skip
    return QueryService(load_semantics(), mapped_classes(Base), database, words=Dictionary())


async def test_fees_are_watched_like_any_figure(service: QueryService, database: Database, actor: Actor) -> None:
    async with database.read(actor) as uow:
        basis = await service.basis(uow, TODAY)
        figure = read_figure("fees", basis, service.plan, "/figure")
        assert (figure.metric, adds_up(figure, basis)) == ("processing_fees", True)
        reader = FigureReader(uow, basis, figure)
        assert await reader.within(date(2026, 4, 1), date(2026, 5, 1)) == 18
        days = [date(2026, 4, day) for day in (19, 20, 21)]
        assert await reader.by("day", days, date(2026, 4, 22)) == [0, 12, 0]
        rate = checked_figure(SingleFigure(metric="fee_rate"), basis, "/figure")
        assert not adds_up(rate, basis)
        assert await FigureReader(uow, basis, rate).within(date(2026, 4, 1), date(2026, 5, 1)) == pytest.approx(0.072)


async def test_what_they_cannot_be_narrowed_to_is_said(service: QueryService, database: Database, actor: Actor) -> None:
    async with database.read(actor) as uow:
        basis = await service.basis(uow, TODAY)
        figure = SingleFigure.model_validate(
            {"metric": "payouts", "filters": [{"dimension": "channel", "operator": "eq", "values": ["Online"]}]}
        )
        with pytest.raises(CopilotError, match="Payouts is not known per channel"):
            checked_figure(figure, basis, "/figure")
