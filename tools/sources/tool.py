"""What data sources offer to models, routes and MCP."""

from pathlib import Path

import yaml

from storage.kernel.actor import Module, Permission
from storage.uow import ReadUnitOfWork
from tools.kit.blocks import Column, Presentation, TableBlock
from tools.kit.capability import AnyCapability, Capability, Effect
from tools.sources.schemas import DataSourceList, ListDataSourcesRequest
from tools.sources.service import DataSourceService


def capabilities(service: DataSourceService) -> tuple[AnyCapability, ...]:
    """The databases that can be asked."""

    async def listed(uow: ReadUnitOfWork, request: ListDataSourcesRequest) -> DataSourceList:
        return await service.list_sources(uow, request)

    examples: dict[str, list[str]] = yaml.safe_load(Path(__file__).with_name("examples.yaml").read_text("utf-8"))
    return (
        Capability(
            id="mini-foundry.list-data-sources",
            module=Module.MINI_FOUNDRY,
            title="Connected databases",
            description="Lists the databases of the tenant's own that were connected, and whether each can be asked yet.",
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
    """A table of them."""
    if not result.items:
        return Presentation(text="No database is connected.", facts={"items": []})
    columns = (Column(name="name", type="string", label="Name"), Column(name="type", type="string", label="Kind"), Column(name="place", type="string", label="Where"), Column(name="status", type="string", label="State"))  # fmt: skip
    rows = tuple((item.name, item.type, item.place, item.status) for item in result.items)
    named = ", ".join(item.name for item in result.items[:10])
    text = f"{len(result.items)} connected database{'s' * (len(result.items) != 1)}: {named}."
    return Presentation(
        text=text,
        facts={"items": [item.model_dump(mode="json", include={"name", "type", "status"}) for item in result.items]},
        blocks=(TableBlock(title="Connected databases", columns=columns, rows=rows),),
    )
