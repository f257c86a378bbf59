"""What alerts offer to models and MCP."""

from pathlib import Path

from storage.kernel.actor import Module, Permission
from storage.uow import ReadUnitOfWork, WriteUnitOfWork
from tools.alerts.schemas import AlertList, AlertView, ListAlerts, WatchFor
from tools.alerts.service import AlertService
from tools.kit.blocks import Presentation
from tools.kit.capability import AnyCapability, Capability, Effect
from tools.kit.yaml_text import parse_yaml

_SHOWN = 20


def capabilities(service: AlertService) -> tuple[AnyCapability, ...]:
    """An alert that is set in words, and all that there are."""

    async def watch(uow: WriteUnitOfWork, request: WatchFor) -> AlertView:
        return await service.watch(uow, request)

    async def listed(uow: ReadUnitOfWork, _: ListAlerts) -> AlertList:
        return await service.overview(uow)

    examples: dict[str, list[str]] = parse_yaml(Path(__file__).with_name("examples.yaml").read_text("utf-8"))
    return (
        Capability(
            id="mini-foundry.create-alert",
            module=Module.MINI_FOUNDRY,
            title="Set an alert",
            description=(
                "Sets an alert on one figure, which notifies everybody when it goes above or below a bound, changes by more "
                "than so many per cent, or is unusual for its history."
            ),
            request=WatchFor,
            result=AlertView,
            handler=watch,
            present=present_made,
            permission=Permission.DASHBOARDS_WRITE,
            effect=Effect.WRITE,
            examples=tuple(examples["mini-foundry.create-alert"]),
        ),
        Capability(
            id="mini-foundry.list-alerts",
            module=Module.MINI_FOUNDRY,
            title="Alerts",
            description="Lists the alerts on figures that there are, and whether each is quiet or firing.",
            request=ListAlerts,
            result=AlertList,
            handler=listed,
            present=present_list,
            permission=Permission.DATA_READ,
            effect=Effect.READ,
            examples=tuple(examples["mini-foundry.list-alerts"]),
        ),
    )


def present_made(result: AlertView) -> Presentation:
    text = (
        f"The alert “{result.name}” is set. It looks at the last complete {result.grain} once a day, from {result.hour}:00 "
        f"on, and speaks up once when it comes to hold: again only after it was over, and not within "
        f"{result.cooldown_days} days."
    )
    return Presentation(text=text, facts=result.model_dump(mode="json", include={"id", "name", "condition", "grain"}))


def present_list(result: AlertList) -> Presentation:
    if not result.items:
        text = "There is no alert yet. Say when I shall tell you, and I set one."
        return Presentation(text=text, facts={"alerts": []})
    unread = f"{result.unread} unread notification{'s' * (result.unread != 1)}."
    facts = {"alerts": [one.model_dump(mode="json", include={"name", "state"}) for one in result.items[:_SHOWN]]}
    return Presentation(text="\n".join((*result.sentences[:_SHOWN], unread)), facts=facts)
