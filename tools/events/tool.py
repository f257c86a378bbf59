"""What the timeline of a business offers to models and MCP."""

from pathlib import Path
from typing import Final

from storage.kernel.actor import Module, Permission
from storage.uow import ReadUnitOfWork, WriteUnitOfWork
from tools.events.schemas import AskEvents, EventsFound, EventView, NoteEvent
from tools.events.service import EventService
from tools.events.wording import day
from tools.kit.blocks import Column, Presentation, TableBlock
from tools.kit.capability import AnyCapability, Capability, Effect
from tools.kit.yaml_text import parse_yaml

_TOLD: Final = 3
"""Events that are told in the text; the others are in the table."""


def capabilities(service: EventService) -> tuple[AnyCapability, ...]:
    """What happened, asked in words; and something that happened, told in words."""

    async def ask(uow: ReadUnitOfWork, request: AskEvents) -> EventsFound:
        return await service.ask(uow, request)

    async def note(uow: WriteUnitOfWork, request: NoteEvent) -> EventView:
        return await service.note(uow, request)

    examples: dict[str, list[str]] = parse_yaml(Path(__file__).with_name("examples.yaml").read_text("utf-8"))
    return (
        Capability(
            id="mini-foundry.list-events",
            module=Module.MINI_FOUNDRY,
            title="What happened",
            description=(
                "Tells what happened to the business, with its day and the records that show it: first sales of the shop and of "
                "products, changed prices, stock that ran out or came back, spikes of refunds, new sales channels, campaigns and "
                "discount codes, payouts, and what was noted by hand."
            ),
            request=AskEvents,
            result=EventsFound,
            handler=ask,
            present=present_found,
            permission=Permission.DATA_READ,
            effect=Effect.READ,
            examples=tuple(examples["mini-foundry.list-events"]),
        ),
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


def present_found(result: EventsFound) -> Presentation:
    """The latest in words, all that were found as a table."""
    facts = result.model_dump(mode="json", exclude={"items": {"__all__": {"figures", "created_at", "updated_at"}}})
    of = f" about “{result.name}”" if result.name else ""
    what = f" ({', '.join(_word(kind) for kind in result.kinds)})" if result.kinds else ""
    span = _span(result)
    if not result.items:
        return Presentation(
            text=f"Nothing of that kind{what}{of} was found in your data or noted{span}."
            if result.kinds or of
            else f"Nothing was found in your data or noted{span}.",
            facts=facts,
        )
    total = sum(result.counts.values())
    said = " ".join(f"{day(one.occurred_on)}: {_sentence(one.title)}" for one in result.items[:_TOLD])
    more = "" if total <= _TOLD else f" {total:,} in all; the latest are listed."
    head = f"What happened{of}{span}: " if total > 1 else ""
    columns = (
        Column(name="day", type="date", label="Day"),
        Column(name="kind", type="string", label="Kind"),
        Column(name="what", type="string", label="What happened"),
        Column(name="evidence", type="string", label="Shown by"),
    )
    rows = tuple(
        (one.occurred_on.isoformat(), _word(one.kind), one.title, one.evidence[0].href if one.evidence else None)
        for one in result.items
    )
    return Presentation(
        text=f"{head}{said}{more}",
        facts=facts,
        blocks=(TableBlock(title="What happened", columns=columns, rows=rows),),
    )


def _word(kind: str) -> str:
    return kind.replace("_", " ")


def _sentence(title: str) -> str:
    return title if title.endswith((".", "!", "?", "…")) else f"{title}."


def _span(result: EventsFound) -> str:
    if result.since and result.until:
        return f" from {day(result.since)} to {day(result.until)}"
    return f" since {day(result.since)}" if result.since else f" until {day(result.until)}" if result.until else ""
