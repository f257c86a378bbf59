"""What events of a tenant's own offer to models and MCP."""

from pathlib import Path

from storage.kernel.actor import Module, Permission
from storage.uow import WriteUnitOfWork
from tools.events.schemas import EventView, NoteEvent
from tools.events.service import EventService
from tools.kit.blocks import Presentation
from tools.kit.capability import AnyCapability, Capability, Effect
from tools.kit.yaml_text import parse_yaml


def capabilities(service: EventService) -> tuple[AnyCapability, ...]:
    """One capability: something that happened, told in words."""

    async def note(uow: WriteUnitOfWork, request: NoteEvent) -> EventView:
        return await service.note(uow, request)

    examples: dict[str, list[str]] = parse_yaml(Path(__file__).with_name("examples.yaml").read_text("utf-8"))
    return (
        Capability(
            id="mini-foundry.note-event",
            module=Module.MINI_FOUNDRY,
            title="Note what happened",
            description=(
                "Notes something that happened to the business and its day, such as a change of prices or a campaign, so that "
                "questions can count from it: sales since we changed the price."
            ),
            request=NoteEvent,
            result=EventView,
            handler=note,
            present=present,
            permission=Permission.DASHBOARDS_WRITE,
            effect=Effect.WRITE,
            examples=tuple(examples["mini-foundry.note-event"]),
        ),
    )


def present(result: EventView) -> Presentation:
    days = f"{result.occurred_on:%-d %B %Y}" + (f" to {result.ends_on:%-d %B %Y}" if result.ends_on else "")
    text = f"Noted: “{result.title}” ({days}). You can ask for figures since then, before it, and during it."
    return Presentation(
        text=text, facts=result.model_dump(mode="json", include={"id", "title", "occurred_on", "ends_on"})
    )
