"""Budgets: checked before a call, counted after it, per run and per tenant, estimates marked as such."""

import asyncio

import pytest

from agents.budget import Allowance, Meter, ModelUsage, current_meter, metered
from evals.standins.openai import Answer, Broken, Failure, Script, StandInModel
from memory.providers import Target
from storage.kernel.errors import CopilotError, ErrorKind
from tests.models.conftest import ACTOR, HELLO, Ledger, RemoteFactory, listen

pytestmark = pytest.mark.anyio


async def test_each_call_is_recorded_for_the_tenant(remote: RemoteFactory, meter: Meter, ledger: Ledger) -> None:
    with StandInModel(Script((Answer("eight letters"),), loop=True)) as server:
        model = remote(server)
        await listen(model)
        await listen(model)
    assert ledger.recorded == [("tenant-1", ModelUsage("openai/stand-in", 2, 4, None, False))] * 2
    assert (meter.calls, meter.input_tokens, meter.output_tokens) == (2, 4, 8)


async def test_usage_a_provider_omits_is_estimated_and_marked(
    remote: RemoteFactory, meter: Meter, ledger: Ledger
) -> None:
    with StandInModel([Answer("a" * 400, usage=False)]) as server:
        chunks = await listen(remote(server))
    [(_, usage)] = ledger.recorded
    assert usage.estimated
    assert meter.estimated
    assert usage.output_tokens == 100
    assert usage.input_tokens > 0
    assert any(chunk.response_metadata.get("usage_estimated") for chunk in chunks)


async def test_what_was_said_before_a_cut_is_counted(remote: RemoteFactory, meter: Meter) -> None:
    with StandInModel([Broken(Answer("a" * 80, fragment=40), 1, "cut")]) as server, pytest.raises(CopilotError):
        await listen(remote(server))
    assert (meter.output_tokens, meter.estimated) == (10, True)


async def test_a_call_that_never_began_costs_nothing(remote: RemoteFactory, meter: Meter, ledger: Ledger) -> None:
    with StandInModel([Failure(401)]) as server, pytest.raises(CopilotError):
        await listen(remote(server))
    assert (meter.calls, ledger.recorded) == (0, [])


async def test_a_known_model_has_its_list_price(remote: RemoteFactory, meter: Meter) -> None:
    with StandInModel([Answer("".join(f"{n:04}" for n in range(1_000)))]) as server:
        await listen(remote(Target("openai/gpt-4o-mini", server.base_url, "key")))
    assert meter.output_tokens == 1_000
    # 0.60 dollars for a million output tokens, 0.15 for a million input tokens.
    assert meter.cost_micros == 600


async def test_a_run_that_is_used_up_is_not_called(remote: RemoteFactory, ledger: Ledger) -> None:
    with StandInModel(Script((Answer("a" * 400),), loop=True)) as server:
        model = remote(server)
        async with metered(Meter(ACTOR, Allowance(tokens=100), ledger)):
            await listen(model)
            with pytest.raises(CopilotError) as caught:
                await listen(model)
        assert caught.value.kind is ErrorKind.BUDGET_EXCEEDED
        assert len(server.requests) == 1


async def test_a_question_larger_than_what_is_left_is_not_sent(remote: RemoteFactory, ledger: Ledger) -> None:
    with StandInModel([Answer("x")]) as server:
        async with metered(Meter(ACTOR, Allowance(tokens=1), ledger)):
            with pytest.raises(CopilotError, match="used up"):
                await listen(remote(server), HELLO * 10)
        assert server.requests == []


@pytest.mark.parametrize("left", [Allowance(tokens=0), Allowance(cost_micros=0), Allowance(cost_micros=-5)])
async def test_a_tenant_that_is_used_up_is_not_called(
    remote: RemoteFactory, meter: Meter, ledger: Ledger, left: Allowance
) -> None:
    ledger.left = left
    with StandInModel([Answer("x")]) as server:
        with pytest.raises(CopilotError) as caught:
            await listen(remote(server))
        assert caught.value.kind is ErrorKind.BUDGET_EXCEEDED
        assert server.requests == []


async def test_a_store_that_is_down_keeps_no_answer_back_and_loses_no_count(
    remote: RemoteFactory, ledger: Ledger
) -> None:
    with StandInModel(Script((Answer("fine"),), loop=True)) as server:
        model = remote(server)
        async with metered(Meter(ACTOR, Allowance(), ledger)):
            ledger.broken = True
            await listen(model)
            ledger.broken = False
        assert len(ledger.recorded) == 1


async def test_an_unmetered_remote_call_is_a_fault_of_ours(remote: RemoteFactory) -> None:
    with StandInModel([Answer("x")]) as server:
        with pytest.raises(RuntimeError, match="metered"):
            await listen(remote(server))
        assert server.requests == []


async def test_two_runs_at_once_count_apart_and_parallel_calls_of_one_together(
    remote: RemoteFactory, ledger: Ledger
) -> None:
    async def run(calls: int) -> Meter:
        async with metered(Meter(ACTOR, Allowance(), ledger)) as meter:
            await asyncio.gather(*(listen(model) for _ in range(calls)))
            assert current_meter() is meter
        return meter

    with StandInModel(Script((Answer("word"),), loop=True)) as server:
        model = remote(server)
        one, three = await asyncio.gather(run(1), run(3))
    assert (one.calls, three.calls) == (1, 3)
