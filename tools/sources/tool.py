"""What data sources offer to models, routes and MCP."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from storage.kernel.actor import Module, Permission
from storage.uow import ReadUnitOfWork
from tools.kit.blocks import Column, Presentation, TableBlock
from tools.kit.capability import AnyCapability, Capability, Effect
from tools.kit.yaml_text import parse_yaml
from tools.sources.schemas import DataSourceList, DataSourceView, ListDataSourcesRequest, ShopSource
from tools.sources.service import DataSourceService

_NAMED = 10
_STATES = (
    ("approved", "One database can be asked", "{n} databases can be asked"),
    ("draft", "One can be asked, from a draft that is not yet approved", "{n} can be asked, from drafts that are not yet approved"),
    ("connected", "One is connected and not yet introspected", "{n} are connected and not yet introspected"),
)  # fmt: skip
"""Status → how those in it are told, one and several."""


def capabilities(service: DataSourceService) -> tuple[AnyCapability, ...]:
    """The databases that can be asked."""

    async def listed(uow: ReadUnitOfWork, request: ListDataSourcesRequest) -> DataSourceList:
        return await service.list_sources(uow, request)

    examples: dict[str, list[str]] = parse_yaml(Path(__file__).with_name("examples.yaml").read_text("utf-8"))
    return (
        Capability(
            id="mini-foundry.list-data-sources",
            module=Module.MINI_FOUNDRY,
            title="Data sources",
            description="Lists the data sources that the tenant has: the databases that were connected, and whether each can be asked yet.",
            request=ListDataSourcesRequest,
            result=DataSourceList,
            handler=listed,
            present=present,
            permission=Permission.DATA_READ,
            effect=Effect.READ,
            examples=tuple(examples["mini-foundry.list-data-sources"]),
        ),
    )


def present(result: DataSourceList) -> Presentation:
    """Which can be asked and which not yet, and where the shop's own figures come from."""
    text = " ".join((*_told(result.items), *_told_of_shop(result.shop)))
    facts = {"items": [item.model_dump(mode="json") for item in result.items], "shop": [one.model_dump() for one in result.shop]}  # fmt: skip
    if not result.items:
        return Presentation(text=text, facts=facts)
    columns = (Column(name="name", type="string", label="Name"), Column(name="type", type="string", label="Kind"), Column(name="place", type="string", label="Where"), Column(name="status", type="string", label="State"))  # fmt: skip
    rows = tuple((item.name, item.type, item.place, item.status) for item in result.items)
    return Presentation(text=text, facts=facts, blocks=(TableBlock(title="Data sources", columns=columns, rows=rows),))


def _told(items: Sequence[DataSourceView]) -> Iterator[str]:
    if not items:
        yield "No database is connected."
    for status, one, several in _STATES:
        named = [item.name for item in items if item.status == status]
        if named:
            shown = ", ".join(named[:_NAMED]) + (" and more" if len(named) > _NAMED else "")
            yield f"{one if len(named) == 1 else several.format(n=len(named))}: {shown}."
    if usable := sorted((item for item in items if item.status != "connected"), key=lambda item: item.status):
        name = usable[0].name  # an approved one, where there is one
        yield f"Name one in a question to ask it, as in “in {name}: …”."


def _told_of_shop(shop: Sequence[ShopSource]) -> Iterator[str]:
    if shop:
        more = f" and {len(shop) - _NAMED} more" if len(shop) > _NAMED else ""
        yield f"Your shop's figures come from {', '.join(f'{one.name} ({one.rows:,} rows)' for one in shop[:_NAMED])}{more}."
