"""What entity resolution offers to models, routes and MCP."""

from pathlib import Path

from storage.kernel.actor import Module, Permission
from storage.uow import ReadUnitOfWork
from tools.kit.blocks import Column, Presentation, TableBlock
from tools.kit.capability import AnyCapability, Capability, Effect
from tools.kit.yaml_text import parse_yaml
from tools.resolution.schemas import DuplicateList, DuplicatesRequest, SourceCustomer, SourceProduct
from tools.resolution.service import ResolutionService


def capabilities(service: ResolutionService) -> tuple[AnyCapability, ...]:
    """Customers or products that may be one."""

    async def duplicates(uow: ReadUnitOfWork, request: DuplicatesRequest) -> DuplicateList:
        return await service.duplicates(uow, request)

    examples: dict[str, list[str]] = parse_yaml(Path(__file__).with_name("examples.yaml").read_text("utf-8"))
    return (
        Capability(
            id="data-lineage.duplicates",
            module=Module.DATA_LINEAGE,
            title="Customers or products that may be one",
            description=(
                "Lists pairs of customers or contacts of several sources that may be one person, or of products that may be one "
                "and the same, and were not sure enough to be put together, the likeliest first, with what speaks for it."
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
    if not result.items and not result.products:
        return Presentation(
            text="No two look like one that were not put together: what is sure enough is one already.", facts=facts
        )
    what, title = (
        ("products", "Products that may be one") if result.products else ("customers", "Customers who may be one")
    )
    columns = (
        Column(name="one", type="string", label=what[:-1].capitalize()),
        Column(name="other", type="string", label="May be"),
        Column(name="why", type="string", label="What speaks for it"),
        Column(name="likelihood", type="number", label="Likelihood", unit="%"),
    )
    rows = tuple(
        (_named(one.one), _named(one.other), "; ".join(one.evidence), one.likelihood)
        for one in (*result.items, *result.products)
    )
    count = len(rows)
    more = "" if result.next_cursor is None else " There are more."
    text = f"{count} {'pair' if count == 1 else 'pairs'} of {what} may be one and the same.{more}"
    return Presentation(text=text, facts=facts, blocks=(TableBlock(title=title, columns=columns, rows=rows),))


def _named(one: SourceCustomer | SourceProduct) -> str:
    """How a row is told apart from another of the same name."""
    if isinstance(one, SourceProduct):
        return f"{one.title} ({', '.join(filter(None, (one.source, one.sku)))})"
    name = one.name or one.company or one.email or one.phone or "without a name"
    detail = one.email if one.email and one.email != name else one.city
    return f"{name} ({', '.join(filter(None, (one.source, detail)))})"
