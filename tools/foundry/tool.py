"""What dashboards offer to models and MCP."""

from pathlib import Path
from typing import Any

from storage.kernel.actor import Module, Permission
from storage.uow import ReadUnitOfWork, WriteUnitOfWork
from tools.foundry.foundry import Foundry
from tools.foundry.schemas import (
    AddWidget,
    CreateDashboard,
    DashboardData,
    DashboardList,
    DashboardView,
    ListDashboards,
    MakeDashboard,
    NamedWidgetAdded,
    ShowDashboard,
    WidgetData,
)
from tools.kit.blocks import Block, ChartBlock, Column, Presentation, SourcesBlock, TableBlock
from tools.kit.capability import AnyCapability, Capability, Effect
from tools.kit.yaml_text import parse_yaml

_SHOWN = 20
_ROWS = 50
_QUOTED_ROWS = 5


def capabilities(foundry: Foundry) -> tuple[AnyCapability, ...]:
    """Which dashboards there are, what one shows, a new one, and one more widget."""

    async def listed(uow: ReadUnitOfWork, request: ListDashboards) -> DashboardList:
        return await foundry.dashboards.page(uow, request)

    async def shown(uow: ReadUnitOfWork, request: ShowDashboard) -> DashboardData:
        view = await foundry.dashboards.named(uow, request.dashboard)
        return await foundry.rendering.dashboard(uow, view.id, request.as_of)

    async def created(uow: WriteUnitOfWork, request: MakeDashboard) -> DashboardView:
        return await foundry.dashboards.create(uow, CreateDashboard.model_validate(request.model_dump()))

    async def added(uow: WriteUnitOfWork, request: AddWidget) -> NamedWidgetAdded:
        return await foundry.widgets.add_named(uow, request)

    examples: dict[str, list[str]] = parse_yaml(Path(__file__).with_name("examples.yaml").read_text("utf-8"))
    return (
        Capability(
            id="mini-foundry.list-dashboards",
            module=Module.MINI_FOUNDRY,
            title="Dashboards",
            description="Lists the dashboards that the user may see: their own and those that colleagues shared.",
            request=ListDashboards,
            result=DashboardList,
            handler=listed,
            present=present_list,
            permission=Permission.DATA_READ,
            effect=Effect.READ,
            examples=tuple(examples["mini-foundry.list-dashboards"]),
        ),
        Capability(
            id="mini-foundry.show-dashboard",
            module=Module.MINI_FOUNDRY,
            title="Show a dashboard",
            description="Shows what is on one dashboard, which the user names: every widget with its present figures.",
            request=ShowDashboard,
            result=DashboardData,
            handler=shown,
            present=present_dashboard,
            permission=Permission.DATA_READ,
            effect=Effect.READ,
            examples=tuple(examples["mini-foundry.show-dashboard"]),
        ),
        Capability(
            id="mini-foundry.create-dashboard",
            module=Module.MINI_FOUNDRY,
            title="Make a dashboard",
            description=(
                "Makes a new dashboard from a name and a list of questions, or a ready-made one for what the user says that "
                "it is for."
            ),
            request=MakeDashboard,
            result=DashboardView,
            handler=created,
            present=present_created,
            permission=Permission.DASHBOARDS_WRITE,
            effect=Effect.WRITE,
            examples=tuple(examples["mini-foundry.create-dashboard"]),
        ),
        Capability(
            id="mini-foundry.add-widget",
            module=Module.MINI_FOUNDRY,
            title="Add a widget",
            description=(
                "Adds a figure, table or chart to a dashboard: the answer to a question, or the answer that was given last."
            ),
            request=AddWidget,
            result=NamedWidgetAdded,
            handler=added,
            present=present_added,
            permission=Permission.DASHBOARDS_WRITE,
            effect=Effect.WRITE,
            examples=tuple(examples["mini-foundry.add-widget"]),
        ),
    )


def present_list(result: DashboardList) -> Presentation:
    if not result.items:
        text = "There is no dashboard yet. Say what one should show, and I make it."
        return Presentation(text=text, facts={"dashboards": []})
    columns = (
        Column(name="dashboard", type="string", label="Dashboard"),
        Column(name="widgets", type="integer", label="Widgets"),
        Column(name="visibility", type="string", label="Seen by"),
        Column(name="changed", type="datetime", label="Last change"),
    )
    rows = tuple(
        (one.name, one.widget_count, "everybody" if one.visibility == "shared" else "you", one.updated_at.isoformat())
        for one in result.items
    )
    names = ", ".join(one.name for one in result.items[:_SHOWN])
    count = len(result.items)
    facts: dict[str, Any] = {"dashboards": [one.model_dump(mode="json") for one in result.items[:_SHOWN]]}
    table = TableBlock(title="Dashboards", columns=columns, rows=rows, truncated=result.next_cursor is not None)
    return Presentation(text=f"{count} dashboard{'s' * (count > 1)}: {names}.", facts=facts, blocks=(table,))


def present_dashboard(result: DashboardData) -> Presentation:
    view = result.dashboard
    if not result.widgets:
        return Presentation(text=f"The dashboard “{view.name}” is still empty.", facts={"dashboard": view.name})
    blocks = [block for widget in result.widgets for block in _blocks(widget)]
    answered = [widget for widget in result.widgets if widget.answer]
    if answered and answered[0].answer:
        blocks.append(SourcesBlock(provenance=answered[0].answer.provenance))
    lines = [f"{one.widget.title}: {_said(one)}" for one in result.widgets]
    facts: dict[str, Any] = {
        "dashboard": view.name,
        "as_of": result.as_of.isoformat(),
        "widgets": [
            {
                "title": one.widget.title,
                "says": _said(one),
                "rows": [list(row) for row in one.answer.rows[:_QUOTED_ROWS]] if one.answer else [],
            }
            for one in result.widgets
        ],
    }
    return Presentation(text="\n".join([f"“{view.name}”:", *lines]), facts=facts, blocks=tuple(blocks))


def present_created(result: DashboardView) -> Presentation:
    titles = ", ".join(widget.title for widget in result.widgets)
    text = f"The dashboard “{result.name}” is made" + (f", with {titles}." if titles else ", and still empty.")
    if result.left_out:
        text += " Left out: " + "; ".join(f"{one.question} ({one.reason})" for one in result.left_out) + "."
    return Presentation(text=text, facts=result.model_dump(mode="json", include={"id", "name", "version", "left_out"}))


def present_added(result: NamedWidgetAdded) -> Presentation:
    widget = result.added.widget
    text = f"“{widget.title}” is on the dashboard “{result.dashboard}” now, as a {widget.kind}."
    return Presentation(text=" ".join((text, *result.added.notes)), facts=result.model_dump(mode="json"))


def _said(data: WidgetData) -> str:
    return data.answer.answer if data.answer else data.problem.message if data.problem else ""


def _blocks(data: WidgetData) -> list[Block]:
    title, answer = data.widget.title, data.answer
    if answer is None:
        return []
    if answer.chart:
        return [ChartBlock(title=title, spec=answer.chart)]
    if data.widget.kind == "figure":
        return []
    cut = data.rows_in_all > _ROWS
    return [TableBlock(title=title, columns=answer.columns, rows=answer.rows[:_ROWS], truncated=cut)]
