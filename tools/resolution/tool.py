"""What entity resolution offers to models, routes and MCP."""

from pathlib import Path

from storage.kernel.actor import Module, Permission
from storage.uow import ReadUnitOfWork
from tools.kit.blocks import Column, Presentation, TableBlock
from tools.kit.capability import AnyCapability, Capability, Effect
from tools.kit.yaml_text import parse_yaml
from tools.resolution.schemas import DuplicateList, DuplicatesRequest, SourceCustomer
from tools.resolution.service import ResolutionService


def capabilities(service: ResolutionService) -> tuple[AnyCapability, ...]:
    """Customers that may be one."""

    async def duplicates(uow: ReadUnitOfWork, request: DuplicatesRequest) -> DuplicateList:
        return await service.duplicates(uow, request)

    examples: dict[str, list[str]] = parse_yaml(Path(__file__).with_name("examples.yaml").read_text("utf-8"))
    return (
        Capability(
            id="data-lineage.duplicates",
            module=Module.DATA_LINEAGE,
            title="Customers who may be one",
            description=(
                "Lists pairs of customers or contacts of several sources that may be one person and were not sure enough to "
                "be put together, the likeliest first, with what speaks for it."
            ),
            request=DuplicatesRequest,
            result=DuplicateList,
            handler=duplicates,
            present=present_duplicates,
            permission=Permission.DATA_READ,
            effect=Effect.READ,
            examples=tuple(examples["data-lineage.duplicates"]),
        ),
    )


def present_duplicates(result: DuplicateList) -> Presentation:
    """The pairs as a table."""
    facts = result.model_dump(mode="json")
    if not result.items:
        return Presentation(
            text="No two customers look like one who were not put together: what is sure enough is one customer already.",
            facts=facts,
        )
    columns = (
        Column(name="one", type="string", label="Customer"),
        Column(name="other", type="string", label="May be"),
        Column(name="why", type="string", label="What speaks for it"),
        Column(name="likelihood", type="number", label="Likelihood", unit="%"),
    )
    rows = tuple((_named(one.one), _named(one.other), "; ".join(one.evidence), one.likelihood) for one in result.items)
    count = len(rows)
    more = "" if result.next_cursor is None else " There are more."
    text = f"{count} {'pair' if count == 1 else 'pairs'} of customers may be one and the same.{more}"
    return Presentation(
        text=text, facts=facts, blocks=(TableBlock(title="Customers who may be one", columns=columns, rows=rows),)
    )


def _named(one: SourceCustomer) -> str:
    """How a row is told apart from another of the same name."""
    name = one.name or one.company or one.email or one.phone or "without a name"
    detail = one.email if one.email and one.email != name else one.city
    return f"{name} ({', '.join(filter(None, (one.source, detail)))})"
