"""Questions over the wire, and what is made of whatever comes back."""

from collections.abc import AsyncIterator
from datetime import date
from typing import Any

import httpx
import pytest

from evals.replies import ToolUse
from evals.solvers import ChatSolver, QuerySolver
from evals.workspace import SignedIn
from tests.evals.product import Events, Product, answered

DAY = date(2026, 10, 31)


def signed_in() -> SignedIn:
    return SignedIn("t1", "token", "refresh")


@pytest.fixture
def product() -> Product:
    return Product()


@pytest.fixture
async def client(product: Product) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(product.app), base_url="http://product") as client:
        yield client


@pytest.mark.anyio
class TestQuery:
    async def test_an_answer_with_its_rows_and_the_days_it_counted(
        self, product: Product, client: httpx.AsyncClient
    ) -> None:
        product.answers = lambda _: answered(
            [("country", "string"), ("revenue", "number")],
            [["Germany", 5.5]],
            interpretation={"metrics": ["revenue"], "time": {"from": "2026-01-01", "to": "2026-01-31", "grain": None}},
            sql="SELECT 1",
        )
        reply = await QuerySolver(client, signed_in()).ask("c1", "revenue in January", DAY)
        assert reply.status == "answered"
        assert reply.tables[0].rows == (("Germany", 5.5),)
        assert reply.period == (date(2026, 1, 1), date(2026, 1, 31))
        assert reply.elapsed_ms > 0
        assert product.asked == [{"question": "revenue in January", "as_of": "2026-10-31", "conversation_id": "c1"}]

    @pytest.mark.parametrize("answer", [500, 422, {"status": "answered", "answer": "x", "surprise": 1}])
    async def test_errors_and_answers_off_the_contract_are_failures(
        self, product: Product, client: httpx.AsyncClient, answer: Any
    ) -> None:
        product.answers = lambda _: answer
        assert (await QuerySolver(client, signed_in()).ask("c1", "x", DAY)).status == "failed"

    async def test_an_access_token_that_has_run_out_is_renewed(
        self, product: Product, client: httpx.AsyncClient
    ) -> None:
        product.answers = lambda _: {"status": "cannot_answer", "answer": "No."}
        asker = QuerySolver(client, signed_in())
        product.token = "another"
        assert (await asker.ask("c1", "x", DAY)).status == "cannot_answer"
        product.token = "yet another"
        assert (await asker.ask("c1", "x", DAY)).status == "cannot_answer"

    async def test_a_product_that_is_not_there_is_a_failure(self) -> None:
        async with httpx.AsyncClient(base_url="http://127.0.0.1:9") as nobody:
            assert (await QuerySolver(nobody, signed_in()).ask("c1", "x", DAY)).status == "failed"


STARTED = {"type": "RUN_STARTED", "threadId": "thread-1", "runId": "r1"}
FINISHED = {
    "type": "RUN_FINISHED",
    "threadId": "thread-1",
    "runId": "r1",
    "usage": [{"model": "m", "inputTokens": 7, "outputTokens": 3}],
}
TABLE = {
    "kind": "table",
    "title": "Revenue",
    "columns": [{"name": "revenue", "type": "number"}],
    "rows": [[5.5]],
}
SOURCES = {"kind": "sources", "provenance": {}}
CHOICES = {"kind": "choices", "question": "Which one?", "options": [["Net", "net sales"]]}


def text(*pieces: str) -> Events:
    content = [{"type": "TEXT_MESSAGE_CONTENT", "messageId": "m1", "delta": piece} for piece in pieces]
    return [
        {"type": "TEXT_MESSAGE_START", "messageId": "m1", "role": "assistant"},
        *content,
        {"type": "TEXT_MESSAGE_END", "messageId": "m1"},
    ]


def activity(block: dict[str, Any]) -> dict[str, Any]:
    return {"type": "ACTIVITY_SNAPSHOT", "messageId": "a1", "activityType": f"smb.{block['kind']}", "content": block}


def call(name: str, *arguments: str) -> Events:
    pieces = [{"type": "TOOL_CALL_ARGS", "toolCallId": "c1", "delta": piece} for piece in arguments]
    start = {"type": "TOOL_CALL_START", "toolCallId": "c1", "toolCallName": name}
    return [start, *pieces, {"type": "TOOL_CALL_END", "toolCallId": "c1"}]


@pytest.mark.anyio
class TestChat:
    async def test_a_run_gathered_from_its_events(self, product: Product, client: httpx.AsyncClient) -> None:
        product.events = lambda _: [
            STARTED,
            {"type": "STEP_STARTED", "stepName": "route"},
            {"type": "STEP_STARTED", "stepName": "agent:mini-foundry"},
            *call("mini_foundry__query", '{"question": "reven', 'ue"}'),
            activity(TABLE),
            activity(SOURCES),
            *text("Net sales were ", "€5.50."),
            FINISHED,
        ]
        reply = await ChatSolver(client, signed_in()).ask("thread-1", "revenue?", DAY)
        assert (reply.status, reply.text) == ("answered", "Net sales were €5.50.")
        assert reply.agents == ("mini-foundry",)
        assert reply.tools == (ToolUse("mini_foundry__query", {"question": "revenue"}),)
        assert reply.tables[0].rows == ((5.5,),)
        assert (reply.input_tokens, reply.output_tokens) == (7, 3)
        assert reply.first_event_ms is not None
        sent = product.asked[0]
        assert (sent["threadId"], sent["forwardedProps"]) == ("thread-1", {"as_of": "2026-10-31"})

    async def test_what_waits_is_allowed_where_the_case_says_so(
        self, product: Product, client: httpx.AsyncClient
    ) -> None:
        interrupt = {"id": "i1", "reason": "approval"}
        waits = FINISHED | {"outcome": {"type": "interrupt", "interrupts": [interrupt]}}
        product.events = lambda question: (
            [STARTED, *call("define", '{"text": "x"}'), *text("May I?"), waits]
            if question
            else [STARTED, *text("It is defined."), FINISHED]
        )
        asker = ChatSolver(client, signed_in())
        assert (await asker.ask("thread-1", "define x", DAY)).text == "May I?"
        reply = await asker.ask("thread-1", "define x", DAY, approve=True)
        assert (reply.status, reply.text) == ("cannot_answer", "It is defined.")
        assert reply.tools == (ToolUse("define", {"text": "x"}),)
        decided = {"interruptId": "i1", "status": "resolved", "payload": {"decision": "approve"}}
        assert product.asked[-1]["resume"] == [decided]
        assert product.asked[-1]["runId"] != product.asked[-2]["runId"]

    async def test_a_question_back_and_plain_words_are_told_apart(
        self, product: Product, client: httpx.AsyncClient
    ) -> None:
        asker = ChatSolver(client, signed_in())
        product.events = lambda _: [STARTED, *text("Which one?"), activity(CHOICES), FINISHED]
        assert (await asker.ask("thread-1", "sales", DAY)).status == "needs_clarification"
        product.events = lambda _: [STARTED, *text("I cannot do that yet."), FINISHED]
        assert (await asker.ask("thread-1", "forecast", DAY)).status == "cannot_answer"

    @pytest.mark.parametrize(
        "events",
        [
            pytest.param([STARTED, *text("half a")], id="torn: no final event"),
            pytest.param([STARTED, FINISHED, FINISHED], id="two final events"),
            pytest.param([STARTED, {"type": "RUN_ERROR", "message": "The model is not there."}], id="run error"),
            pytest.param([STARTED, {"type": "NO_SUCH_EVENT"}, FINISHED], id="an event that AG-UI does not know"),
            pytest.param([STARTED, activity({"kind": "table"}), FINISHED], id="a block that is none"),
        ],
    )
    async def test_whatever_does_not_end_well_is_a_failure(
        self, product: Product, client: httpx.AsyncClient, events: Events
    ) -> None:
        product.events = lambda _: events
        assert (await ChatSolver(client, signed_in()).ask("thread-1", "x", DAY)).status == "failed"

    async def test_arguments_that_are_no_json_are_none(self, product: Product, client: httpx.AsyncClient) -> None:
        product.events = lambda _: [STARTED, *call("tool", '{"question": '), *text("x"), FINISHED]
        assert (await ChatSolver(client, signed_in()).ask("thread-1", "x", DAY)).tools == (ToolUse("tool", {}),)
