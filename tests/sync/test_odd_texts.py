"""Whatever texts a vendor sends, a run comes to an end that can be told, and the next one can begin."""

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from evals.standins.vendors.kit.drift import Drift, Field, added
from evals.standins.vendors.kit.recorder import Asked
from evals.standins.vendors.kit.server import Answer
from evals.standins.vendors.stripe import StripeStandIn
from storage.kernel.errors import CopilotError
from tests.sync.conftest import Synced, on_both_databases
from tools.sync.schemas import ListRunsRequest, SyncRun

pytestmark = [pytest.mark.anyio, on_both_databases]

ODD = "half \ud800, nothing \0, red \x1b[31m"
TOLD = "half \ufffd, nothing \ufffd, red \ufffd[31m"


async def runs(shop: Synced) -> list[SyncRun]:
    async with shop.database.read(shop.actor) as uow:
        found = await shop.service.runs(uow, shop.connection.id, ListRunsRequest(connection="Stripe"))
    for one in found.items:
        one.model_dump_json()  # as it is answered
    return list(found.items)


async def test_the_words_of_a_refusal_are_told_and_leave_nothing_half_done(shop: Synced, stripe: StripeStandIn) -> None:
    stripe.on_answer = lambda _asked, _answer: Answer(json.dumps({"error": {"message": ODD}}).encode(), 400)
    with pytest.raises(CopilotError, match="Stripe refused the request: half"):
        await shop.sync()
    stripe.on_answer = None
    assert (await shop.sync()).created > 0
    assert [(one.status, one.error) for one in await runs(shop)] == [
        ("committed", None),
        ("failed", f"Stripe refused the request: {TOLD}"),
    ]


async def test_names_values_and_keys_that_no_store_holds_are_told_legibly(shop: Synced, stripe: StripeStandIn) -> None:
    new = Drift(Field("/v1/charges", "data", ODD), added(5))
    amount = Drift(Field("/v1/charges", "data", "amount"), added(ODD))
    stripe.on_answer = lambda asked, answer: _written(new(asked, amount(asked, answer)))
    run = await shop.sync()
    assert run.status == "committed"
    assert f"charge.{TOLD}" in run.unknown_fields
    assert f"amount: {TOLD} is no number" in {problem.message for problem in run.problems}
    assert [one.unknown_fields for one in await runs(shop)] == [run.unknown_fields]


@pytest.mark.parametrize("said", ["EURO", ODD, 5, ["eur"], "x" * 500])
async def test_a_currency_of_the_account_that_is_none_is_told(shop: Synced, stripe: StripeStandIn, said: Any) -> None:
    def account(asked: Asked, answer: Answer) -> Answer:
        if not asked.path.endswith("/account"):
            return answer
        return _written(replace(answer, body={**json.loads(answer.content()), "default_currency": said}))

    stripe.on_answer = account
    run = await shop.sync()
    assert run.created > 0
    [problem] = run.problems
    assert problem.object == "account"
    assert re.fullmatch(r"The account's currency, “.{1,80}”, is no currency code\. .*", problem.message)
    assert len(await runs(shop)) == 1


def _written(answer: Answer) -> Answer:
    """With all that is odd as JSON writes it: half a surrogate pair is no UTF-8."""
    return (
        answer
        if isinstance(answer.body, bytes)
        else replace(answer, body=json.dumps(answer.body, default=float).encode())
    )
