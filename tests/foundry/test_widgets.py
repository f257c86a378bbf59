"""Widgets: of a question, of a query, or of an answer that a conversation gave; checked when they are saved."""

from datetime import date
from typing import Any

import pytest
from pydantic import ValidationError

from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.errors import CopilotError, ErrorKind
from storage.kernel.ids import new_id
from storage.models.conversations import ChatMessage
from tests.foundry.conftest import AS_OF, Add, Create, Show
from tools.foundry.foundry import Foundry
from tools.foundry.schemas import MOST_WIDGETS, AddWidget, WidgetDraft, WidgetReplacement
from tools.query.schemas import QueryRequest
from tools.query.service import QueryService

pytestmark = pytest.mark.anyio
SALES = {"metrics": ["revenue"], "dimensions": ["category"]}


async def refusal(add: Add, *arguments: Any, **fields: Any) -> CopilotError:
    with pytest.raises(CopilotError) as refused:
        await add(*arguments, **fields)
    assert refused.value.kind is ErrorKind.INVALID
    return refused.value


# ── checked when saved ───────────────────────────────────────────────────────────────────────────────────


async def test_a_question_without_an_answer_is_refused_in_the_answers_words(create: Create, add: Add) -> None:
    view = await create()
    unsupported = await refusal(add, view, "what will sales be next year")
    assert unsupported.problems[0].pointer == "/question"
    assert "forecast" in unsupported.message
    unclear = await refusal(add, view, "highest revenue")
    assert unclear.message == "The highest net sales of what?"
    assert unclear.hint is not None
    assert "product with the highest net sales" in unclear.hint


@pytest.mark.parametrize(
    ("fields", "pointer", "says"),
    [
        ({"query": SALES | {"metrics": ["moonshine"]}}, "/query/metrics/0", "There is no 'moonshine'"),
        ({"query": SALES | {"dimensions": ["moon"]}}, "/query/dimensions/0", "There are: product"),
        (
            {"query": SALES | {"having": [{"metric": "moon", "operator": "gt", "values": [1]}]}},
            "/query/having/0/metric",
            "There is no",
        ),
        (
            {"query": SALES | {"filters": [{"dimension": "channel", "operator": "eq", "values": [3]}]}},
            "/query/filters/0/values/0",
            "takes a text",
        ),
        ({"query": SALES, "period": "soonish"}, "/period", "is no period"),
        ({"query": SALES | {"compare": "previous year"}}, "/query", "open period"),
        ({"query": SALES | {"metrics": ["shipping"]}}, "/query", "cannot be split by category"),
        ({"query": SALES | {"order": [{"by": "moon"}]}}, "/query", "no 'moon' to sort by"),
        ({"query": SALES, "kind": "line"}, "/kind", "A line goes over time"),
        ({"question": "sales by month", "kind": "pie", "query": None}, None, None),
        ({"question": "orders by category", "kind": "pie"}, "/kind", "cannot be added up"),
        (
            {"query": {"metrics": ["revenue"], "grain": "month", "mean_over": "month"}, "kind": "line"},
            "/kind",
            "a single figure",
        ),
    ],
)
async def test_what_cannot_be_shown_is_refused_by_its_place(
    create: Create, add: Add, fields: dict[str, Any], pointer: str | None, says: str | None
) -> None:
    view = await create()
    if pointer is None:
        assert (await add(view, **fields)).widget.kind == fields["kind"]
        return
    refused = await refusal(add, view, **fields)
    assert [problem.pointer for problem in refused.problems] == [pointer]
    assert says is not None
    assert says in refused.problems[0].message


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"question": "sales", "query": SALES},
        {"query": SALES, "conversation_id": "c-1"},
        {"question": " "},
        {"question": "sales", "colour": "red"},
        {"question": "sales", "kind": "gauge"},
        {"question": "sales", "options": {"rows": 0}},
        {"query": SALES | {"time": {"start": "2026-01-01"}}},
        {"query": SALES | {"window": {"kind": "running"}}},
        {"query": SALES | {"limit": 0}},
        {"query": {"metrics": []}},
        {"query": {"metrics": ["revenue"] * 2}},
        {"query": SALES | {"per": "channel", "limit": 3}},
        {"query": SALES | {"mean_over": "month"}},
        {"query": SALES | {"having": [{"metric": "revenue", "operator": "gt", "values": [float("inf")]}]}},
        {"query": SALES | {"filters": [{"dimension": "channel", "operator": "eq", "values": [float("nan")]}]}},
    ],
)
def test_what_is_no_widget_is_none(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        WidgetDraft.model_validate(fields)


async def test_a_widget_finds_its_place_or_says_what_lies_there(create: Create, add: Add) -> None:
    view = await create()
    place = {"x": 2, "y": 1, "width": 6, "height": 4}
    first = await add(view, "sales by month", place=place)
    assert first.widget.place.model_dump() == place
    refused = await refusal(add, view, "orders by month", place=place | {"x": 4})
    assert refused.problems[0].pointer == "/place"
    assert refused.message == "There lies “sales by month” already."
    second = await add(view, "orders last month")
    assert (second.widget.place.x, second.widget.place.y) == (8, 0)


async def test_a_dashboard_has_an_end(create: Create, add: Add) -> None:
    view = await create(questions=["sales last month"] * 20)
    for _ in range(MOST_WIDGETS - 20):
        await add(view, "orders last month")
    refused = await refusal(add, view, "orders last month")
    assert f"{MOST_WIDGETS} widgets" in refused.message


async def test_a_widget_is_replaced_in_its_place_and_a_stale_version_is_refused(
    database: Database, foundry: Foundry, actor: Actor, create: Create
) -> None:
    view = await create(questions=["sales by month", "orders by channel"])
    widget = view.widgets[0]

    async def replace(version: int) -> Any:
        draft = WidgetReplacement(query={"metrics": ["units"], "grain": "week"}, version=version, as_of=AS_OF)  # type: ignore[arg-type]
        async with database.write(actor) as uow:
            return await foundry.widgets.replace(uow, view.id, widget.id, draft)

    done = await replace(1)
    assert (done.widget.id, done.widget.place, done.version) == (widget.id, widget.place, 2)
    assert (done.widget.question, done.widget.title) == (None, "Units sold by week")
    with pytest.raises(CopilotError) as refused:
        await replace(1)
    assert refused.value.kind is ErrorKind.CONFLICT


# ── kept from a conversation ─────────────────────────────────────────────────────────────────────────────


async def asked(
    database: Database, actor: Actor, query: QueryService, conversation: str, *questions: str, as_of: date = AS_OF
) -> Any:
    for question in questions:
        async with database.read(actor) as uow:
            answer = await query.ask(uow, QueryRequest(question=question, as_of=as_of, conversation_id=conversation))
    return answer


async def test_a_question_that_stands_by_itself_stays_a_question(
    database: Database, actor: Actor, query: QueryService, create: Create, add: Add
) -> None:
    view = await create()
    await asked(database, actor, query, "c-1", "sales by category last month")
    added = await add(view, "sales by category last month", conversation_id="c-1")
    assert added.widget.question == "sales by category last month"
    assert added.notes == ()


async def test_a_follow_up_is_kept_as_what_it_meant(
    database: Database, actor: Actor, query: QueryService, create: Create, add: Add, show: Show
) -> None:
    view = await create()
    answer = await asked(database, actor, query, "c-1", "sales by category in the last 30 days", "only online")
    added = await add(view, "only online", conversation_id="c-1")
    assert added.widget.question is None
    assert added.widget.query is not None
    assert added.widget.query.filters[0].values == ("online",)
    assert (added.widget.period, added.notes) == ("the last 30 days", ())
    shown = (await show(view)).widgets[0].answer
    assert shown is not None
    assert (shown.columns, shown.rows) == (answer.columns, answer.rows)


async def test_a_period_that_cannot_move_stays_and_it_is_said(
    database: Database, actor: Actor, query: QueryService, create: Create, add: Add
) -> None:
    view = await create()
    await asked(database, actor, query, "c-1", "sales by category last month", "by channel")
    added = await add(view, "by channel", conversation_id="c-1")
    assert added.widget.period == "February 2026"
    assert "The period stays February 2026" in added.notes[0]
    moving = await add(view, "by channel", conversation_id="c-1", period="last month")
    assert (moving.widget.period, moving.notes) == ("last month", ())


async def test_a_comparison_moves_with_its_period(
    database: Database, actor: Actor, query: QueryService, create: Create, add: Add, show: Show
) -> None:
    view = await create()
    question = "revenue in the last 30 days compared with the previous period"
    answer = await asked(database, actor, query, "c-1", question, "orders instead")
    added = await add(view, "orders instead", conversation_id="c-1")
    assert added.widget.query is not None
    assert added.widget.query.compare == "previous period"
    shown = (await show(view)).widgets[0].answer
    assert shown is not None
    assert shown.rows == answer.rows


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("where does Germany rank by revenue in the last 90 days", "orders instead"),
        ("running total of revenue by week in the last 60 days compared with the previous period", "orders instead"),
    ],
)
async def test_a_place_and_a_total_held_against_another_are_kept(
    database: Database, actor: Actor, query: QueryService, create: Create, add: Add, show: Show, first: str, second: str
) -> None:
    view = await create()
    answer = await asked(database, actor, query, "c-1", first, second)
    assert answer.status == "answered"
    await add(view, second, conversation_id="c-1")
    shown = (await show(view)).widgets[0].answer
    assert shown is not None
    assert shown.columns == answer.columns
    assert shown.rows == answer.rows


async def test_a_mean_stays_a_mean(
    database: Database, actor: Actor, query: QueryService, create: Create, add: Add, show: Show
) -> None:
    view, later = await create(), date(2026, 6, 1)
    answer = await asked(database, actor, query, "c-1", "average monthly revenue", "only online", as_of=later)
    added = await add(view, "only online", conversation_id="c-1", as_of=later)
    assert (added.widget.kind, added.widget.query and added.widget.query.mean_over) == ("figure", "month")
    shown = (await show(view, later)).widgets[0].answer
    assert shown is not None
    assert shown.rows == answer.rows


async def test_a_conversation_without_an_answer_keeps_nothing(
    database: Database, actor: Actor, query: QueryService, create: Create, add: Add
) -> None:
    view = await create()
    nothing = await refusal(add, view, "only online", conversation_id="never-had")
    assert nothing.problems[0].pointer == "/conversation_id"
    await asked(database, actor, query, "c-1", "sales by category", "why is the sky blue")
    assert (await refusal(add, view, "why is the sky blue", conversation_id="c-1")).problems


async def test_another_persons_conversation_is_none(
    database: Database, actor: Actor, query: QueryService, create: Create, add: Add, other_actor: Actor
) -> None:
    view = await create()
    async with database.write(other_actor) as uow:
        await uow.contexts.put("theirs", {"query": {"metrics": ["revenue"]}})
    assert (await refusal(add, view, "only online", conversation_id="theirs")).problems


async def test_an_answer_of_a_chat_is_kept_as_it_was_then(
    database: Database, actor: Actor, create: Create, add: Add
) -> None:
    """A thread keeps what each of its answers was about: an earlier one is kept as well as the last."""
    view, thread = await create(), new_id()

    def message(role: str, content: str, context: dict[str, Any] | None = None) -> ChatMessage:
        return ChatMessage(
            id=new_id(), thread_id=thread, role=role, content=content, blocks=[], tool_calls=[], context=context
        )

    def about(dimension: str) -> dict[str, Any]:
        return {"query": {"metrics": ["revenue"], "dimensions": [dimension]}}

    async with database.write(actor) as uow:
        await uow.threads.begin(thread, "Sales")
        await uow.threads.say(
            message("user", "sales by category"),
            message("assistant", "…", about("category")),
            message("user", "the same by channel"),
            message("assistant", "…", about("channel")),
            message("user", "the same by country"),
            message("assistant", "…", about("country")),
        )
    earlier = await add(view, "the same by channel", conversation_id=thread)
    assert earlier.widget.query is not None
    assert earlier.widget.query.dimensions == ("channel",)
    last = await add(view, "that", conversation_id=thread)
    assert last.widget.query is not None
    assert last.widget.query.dimensions == ("country",)
    assert last.widget.title == "Net sales by country"


# ── by name ──────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_widget_goes_to_the_dashboard_that_is_named(
    database: Database, foundry: Foundry, actor: Actor, create: Create
) -> None:
    monday = await create(name="Monday meeting")
    newest = await create(name="Month end")

    async def put(question: str, **fields: Any) -> Any:
        async with database.write(actor) as uow:
            return await foundry.widgets.add_named(uow, AddWidget(question=question, as_of=AS_OF, **fields))

    named = await put("add sales by channel to the Monday dashboard as a pie chart")
    assert (named.dashboard_id, named.added.widget.kind) == (monday.id, "pie")
    assert named.added.widget.question == "sales by channel"
    assert (await put("add orders by month")).dashboard_id == newest.id
    with pytest.raises(CopilotError) as refused:
        await put("sales", dashboard="Christmas")
    assert refused.value.kind is ErrorKind.NOT_FOUND
