"""Dashboards as their makers and readers have them: kept, changed against a version, taken back, shared or private."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from storage.database import Database
from storage.kernel.actor import Actor, Role
from storage.kernel.clock import FixedClock
from storage.kernel.errors import CopilotError, ErrorKind
from storage.kernel.ids import new_id
from storage.repositories.base import PageRequest
from tests.foundry.conftest import Add, Create
from tools.foundry.foundry import Foundry
from tools.foundry.schemas import (
    DashboardView,
    ListDashboards,
    ReplaceDashboard,
    ReplaceLayout,
    RestoreDashboard,
    VersionView,
)

pytestmark = pytest.mark.anyio
Replace = Callable[..., Awaitable[DashboardView]]


@pytest.fixture
def colleague(actor: Actor) -> Actor:
    """An analyst of the same tenant."""
    return replace(actor, user_id=new_id(), role=Role.ANALYST)


@pytest.fixture
def viewer(actor: Actor) -> Actor:
    return replace(actor, user_id=new_id(), role=Role.VIEWER)


@pytest.fixture
def change(database: Database, foundry: Foundry, actor: Actor) -> Replace:
    """Replaces a dashboard's properties: what is not named is as before."""

    async def put(view: DashboardView, *, who: Actor = actor, **fields: Any) -> DashboardView:
        before = view.model_dump(include={"name", "description", "filters", "period", "visibility", "version"})
        async with database.write(who) as uow:
            return await foundry.dashboards.replace(uow, view.id, ReplaceDashboard.model_validate(before | fields))

    return put


async def get(database: Database, foundry: Foundry, who: Actor, dashboard_id: str) -> DashboardView:
    async with database.read(who) as uow:
        return await foundry.dashboards.get(uow, dashboard_id)


async def history(database: Database, foundry: Foundry, who: Actor, view: DashboardView) -> tuple[VersionView, ...]:
    async with database.read(who) as uow:
        return (await foundry.dashboards.versions(uow, view.id, PageRequest())).items


async def restore(database: Database, foundry: Foundry, who: Actor, view: DashboardView, to: int) -> DashboardView:
    async with database.write(who) as uow:
        return await foundry.dashboards.restore(uow, view.id, RestoreDashboard(to=to, version=view.version))


async def kind_of(refused: Awaitable[Any]) -> ErrorKind:
    with pytest.raises(CopilotError) as error:
        await refused
    return error.value.kind


# ── making and listing ───────────────────────────────────────────────────────────────────────────────────


async def test_a_dashboard_is_kept_as_it_was_made(
    database: Database, foundry: Foundry, actor: Actor, create: Create
) -> None:
    filters = [{"dimension": "channel", "operator": "in", "values": ["online", "store"]}]
    made = await create(name="  Monday ", description="For the team", filters=filters, period="last 30 days")
    found = await get(database, foundry, actor, made.id)
    assert found == made
    assert (found.name, found.version, found.is_own, found.visibility) == ("Monday", 1, True, "private")
    assert found.filters[0].values == ("online", "store")


async def test_questions_become_widgets_that_do_not_overlap(create: Create) -> None:
    made = await create(questions=["sales by month", "orders last month", "top 3 products by revenue"])
    assert [widget.kind for widget in made.widgets] == ["line", "figure", "bar"]
    assert len({(widget.place.x, widget.place.y) for widget in made.widgets}) == 3


async def test_a_question_without_an_answer_is_refused_and_nothing_is_made(
    database: Database, foundry: Foundry, actor: Actor, create: Create
) -> None:
    with pytest.raises(CopilotError) as refused:
        await create(questions=["sales by month", "what is the meaning of life"])
    assert refused.value.problems[0].pointer == "/questions/1/question"
    assert refused.value.message.startswith("Question 2: ")
    async with database.read(actor) as uow:
        assert (await foundry.dashboards.page(uow, ListDashboards())).items == ()


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"filters": [{"dimension": "moon", "operator": "eq", "values": ["x"]}]}, "/filters/0/dimension"),
        ({"filters": [{"dimension": "channel", "operator": "gt", "values": ["x"]}]}, "/filters/0/operator"),
        ({"filters": [{"dimension": "channel", "operator": "in", "values": ["x", 5]}]}, "/filters/0/values/1"),
        ({"filters": [{"dimension": "channel", "operator": "eq", "values": [True]}]}, "/filters/0/values/0"),
        ({"filters": [{"dimension": "channel", "operator": "eq", "values": ["x" * 501]}]}, "/filters/0/values/0"),
        ({"period": "some time"}, "/period"),
        ({"period": "next year"}, "/period"),
    ],
)
async def test_what_cannot_be_used_is_named_by_its_place(create: Create, fields: Any, pointer: str) -> None:
    with pytest.raises(CopilotError) as refused:
        await create(**fields)
    assert refused.value.kind is ErrorKind.INVALID
    assert [problem.pointer for problem in refused.value.problems] == [pointer]


async def test_lists_go_on_where_the_page_before_ended(
    database: Database, foundry: Foundry, actor: Actor, create: Create
) -> None:
    made = [await create(name=f"Dashboard {i}") for i in range(5)]
    seen: list[str] = []
    cursor = None
    for _ in range(3):
        async with database.read(actor) as uow:
            page = await foundry.dashboards.page(uow, ListDashboards(limit=2, cursor=cursor))
        seen += [one.id for one in page.items]
        cursor = page.next_cursor
    assert cursor is None
    assert seen == [one.id for one in reversed(made)]


async def test_a_template_keeps_what_the_data_answers_and_says_what_it_left_out(create: Create) -> None:
    made = await create(name=None, sentence="a dashboard for my weekly stock meeting")
    assert made.name == "Products and range"
    titles = {widget.title for widget in made.widgets}
    assert {"Best sellers", "Sales by category", "Units by week"} <= titles
    left = {one.question: one.reason for one in made.left_out}
    assert "Your data says nothing about the supplier." in left["top 10 suppliers by revenue in the last 90 days"]
    assert "stock on hand by product" in left


async def test_a_sentence_may_list_what_a_dashboard_shows(create: Create) -> None:
    made = await create(name=None, sentence='make a dashboard called "Mondays" with sales by month, orders by channel')
    assert made.name == "Mondays"
    assert [widget.question for widget in made.widgets] == ["sales by month", "orders by channel"]


# ── versions ─────────────────────────────────────────────────────────────────────────────────────────────


async def test_a_stale_version_is_a_conflict_and_loses_nothing(
    database: Database, foundry: Foundry, actor: Actor, create: Create, change: Replace
) -> None:
    seen = await create()
    newer = await change(seen, name="Tuesday")
    assert await kind_of(change(seen, name="Wednesday")) is ErrorKind.CONFLICT
    assert await get(database, foundry, actor, seen.id) == newer


async def test_of_two_changes_at_once_one_is_told(
    database: Database, foundry: Foundry, actor: Actor, create: Create, change: Replace
) -> None:
    seen = await create()
    done = await asyncio.gather(*(change(seen, name=f"Name {i}") for i in range(4)), return_exceptions=True)
    kept = [one for one in done if isinstance(one, DashboardView)]
    refused = [one for one in done if isinstance(one, CopilotError)]
    assert (len(kept), {one.kind for one in refused}) == (1, {ErrorKind.CONFLICT})
    assert await get(database, foundry, actor, seen.id) == kept[0]


async def test_every_change_says_who_when_and_what(
    database: Database, foundry: Foundry, actor: Actor, colleague: Actor, clock: FixedClock, create: Create, change: Replace, add: Add
) -> None:  # fmt: skip
    view = await create(questions=["sales by month"], visibility="shared")
    await add(view, "orders by channel", who=colleague)
    view = await get(database, foundry, actor, view.id)
    await change(view, name="Tuesday", period="last 30 days")
    changes = await history(database, foundry, actor, view)
    assert [(one.version, one.changed_by) for one in changes] == [
        (3, actor.user_id),
        (2, colleague.user_id),
        (1, actor.user_id),
    ]
    assert changes[0].summary == "Renamed from “Monday” to “Tuesday”. Set the period to “last 30 days”."
    assert changes[1].summary == "Added “orders by channel”."
    assert changes[0].changed_at == clock.now()


async def test_a_change_that_changes_nothing_is_no_version(
    database: Database, foundry: Foundry, actor: Actor, create: Create, change: Replace
) -> None:
    view = await create()
    assert (await change(view)).version == 1
    assert len(await history(database, foundry, actor, view)) == 1


async def test_going_back_is_a_change_that_can_be_taken_back(
    database: Database, foundry: Foundry, actor: Actor, create: Create, change: Replace
) -> None:
    first = await create(questions=["sales by month", "orders by channel"], period="last 90 days")
    renamed = await change(first, name="Tuesday", period=None)
    async with database.write(actor) as uow:
        without = await foundry.widgets.remove(uow, first.id, first.widgets[0].id, renamed.version)
    assert len(without.widgets) == 1
    undone = await restore(database, foundry, actor, without, to=1)
    same = {"name", "description", "filters", "period", "widgets"}
    assert undone.model_dump(include=same) == first.model_dump(include=same)
    assert undone.version == 4
    redone = await restore(database, foundry, actor, undone, to=3)
    assert redone.model_dump(include=same) == without.model_dump(include=same)
    changes = await history(database, foundry, actor, redone)
    assert changes[0].summary.startswith("Went back to version 3. ")
    assert await kind_of(restore(database, foundry, actor, redone, to=99)) is ErrorKind.NOT_FOUND


# ── the grid ─────────────────────────────────────────────────────────────────────────────────────────────


async def test_widgets_change_places_all_at_once(
    database: Database, foundry: Foundry, actor: Actor, create: Create
) -> None:
    view = await create(questions=["sales by month", "orders by channel"])
    one, other = view.widgets
    swapped = ReplaceLayout.model_validate(
        {
            "version": view.version,
            "places": [
                {"widget_id": one.id, "place": other.place},
                {"widget_id": other.id, "place": one.place},
            ],
        }
    )
    async with database.write(actor) as uow:
        moved = await foundry.dashboards.rearrange(uow, view.id, swapped)
    assert [widget.id for widget in moved.widgets] == [other.id, one.id]
    changes = await history(database, foundry, actor, view)
    assert changes[0].summary == "Moved “sales by month” and “orders by channel”."


async def test_widgets_on_each_other_are_refused_with_the_place(
    database: Database, foundry: Foundry, actor: Actor, create: Create
) -> None:
    view = await create(questions=["sales by month", "orders by channel"])
    request = ReplaceLayout.model_validate(
        {"version": 1, "places": [{"widget_id": view.widgets[1].id, "place": view.widgets[0].place}]}
    )
    with pytest.raises(CopilotError) as refused:
        async with database.write(actor) as uow:
            await foundry.dashboards.rearrange(uow, view.id, request)
    assert refused.value.problems[0].pointer == "/places/0/place"
    assert await get(database, foundry, actor, view.id) == view


# ── who may what ─────────────────────────────────────────────────────────────────────────────────────────


async def test_a_private_dashboard_is_its_makers_alone(
    database: Database, foundry: Foundry, actor: Actor, colleague: Actor, create: Create, change: Replace
) -> None:
    mine = await create(who=colleague)
    for other in (actor, replace(actor, user_id=new_id(), role=Role.ADMIN), replace(actor, user_id=None)):
        assert await kind_of(get(database, foundry, other, mine.id)) is ErrorKind.NOT_FOUND
        assert await kind_of(change(mine, who=other, name="Stolen")) is ErrorKind.NOT_FOUND
        async with database.read(other) as uow:
            assert (await foundry.dashboards.page(uow, ListDashboards())).items == ()


async def test_a_shared_dashboard_is_read_by_all_and_changed_by_whoever_makes_dashboards(
    database: Database, foundry: Foundry, actor: Actor, colleague: Actor, viewer: Actor, create: Create, change: Replace
) -> None:
    shared = await create(visibility="shared")
    assert (await get(database, foundry, viewer, shared.id)).is_own is False
    assert await kind_of(change(shared, who=viewer, name="No")) is ErrorKind.FORBIDDEN
    changed = await change(shared, who=colleague, name="Ours")
    assert changed.name == "Ours"
    assert await kind_of(change(changed, who=colleague, visibility="private")) is ErrorKind.FORBIDDEN
    assert (await change(changed, visibility="private")).visibility == "private"


async def test_deleting_is_for_its_maker_and_for_admins(
    database: Database, foundry: Foundry, actor: Actor, colleague: Actor, create: Create
) -> None:
    async def delete(who: Actor, view: DashboardView) -> None:
        async with database.write(who) as uow:
            await foundry.dashboards.delete(uow, view.id)

    shared = await create(visibility="shared", questions=["sales by month"])
    assert await kind_of(delete(colleague, shared)) is ErrorKind.FORBIDDEN
    own = await create(who=colleague, visibility="shared", questions=["sales by month"])
    await delete(colleague, own)
    await delete(replace(actor, user_id=new_id(), role=Role.ADMIN), shared)
    for gone in (own, shared):
        assert await kind_of(get(database, foundry, actor, gone.id)) is ErrorKind.NOT_FOUND
    async with database.read(actor) as uow:
        assert await uow.dashboards.widgets([own.id, shared.id]) == []


async def test_a_viewer_makes_none(create: Create, viewer: Actor) -> None:
    assert await kind_of(create(who=viewer)) is ErrorKind.FORBIDDEN


async def test_another_tenants_dashboard_is_not_there(
    database: Database, foundry: Foundry, other_actor: Actor, create: Create, change: Replace
) -> None:
    shared = await create(visibility="shared")
    assert await kind_of(get(database, foundry, other_actor, shared.id)) is ErrorKind.NOT_FOUND
    assert await kind_of(change(shared, who=other_actor, name="Theirs")) is ErrorKind.NOT_FOUND
    assert await kind_of(restore(database, foundry, other_actor, shared, to=1)) is ErrorKind.NOT_FOUND


async def test_what_a_machine_makes_is_a_machines(
    database: Database, foundry: Foundry, actor: Actor, create: Create
) -> None:
    machine = replace(actor, user_id=None)
    made = await create(who=machine)
    assert (await get(database, foundry, machine, made.id)).is_own
    assert await kind_of(get(database, foundry, actor, made.id)) is ErrorKind.NOT_FOUND
