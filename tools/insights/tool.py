"""What insights offer to models and MCP."""

from pathlib import Path
from typing import Any

from storage.kernel.actor import Module, Permission
from storage.uow import ReadUnitOfWork
from tools.insights.schemas import FindInsights, InsightList
from tools.insights.service import InsightService
from tools.kit.blocks import Block, ChartBlock, Presentation, SourcesBlock
from tools.kit.capability import AnyCapability, Capability, Effect
from tools.kit.yaml_text import parse_yaml

_DRAWN = 3


def capabilities(service: InsightService) -> tuple[AnyCapability, ...]:
    """One capability: what stands out."""

    async def found(uow: ReadUnitOfWork, request: FindInsights) -> InsightList:
        return await service.find(uow, request)

    examples: dict[str, list[str]] = parse_yaml(Path(__file__).with_name("examples.yaml").read_text("utf-8"))
    return (
        Capability(
            id="mini-foundry.find-insights",
            module=Module.MINI_FOUNDRY,
            title="What stands out",
            description=(
                "Finds what stands out in the business's figures by itself, without a question about any one of them: "
                "unusual days and weeks, records, products and customers that fade or rise, and what the sales lean on."
            ),
            request=FindInsights,
            result=InsightList,
            handler=found,
            present=present,
            permission=Permission.DATA_READ,
            effect=Effect.READ,
            examples=tuple(examples["mini-foundry.find-insights"]),
        ),
    )


def present(result: InsightList) -> Presentation:
    lines = [f"- {one.sentence}" for one in result.items]
    text = "\n".join((result.message, *lines, *result.notes))
    blocks: list[Block] = [
        ChartBlock(title=one.title, spec=one.chart) for one in result.items[:_DRAWN] if one.chart is not None
    ]
    if result.items:
        blocks.append(SourcesBlock(provenance=result.provenance))
    kept = {"id", "kind", "title", "sentence", "metric", "dimension", "member", "actual", "expected", "q", "score"}
    facts: dict[str, Any] = {
        "as_of": result.as_of.isoformat(),
        "tested": result.tested,
        "insights": [one.model_dump(mode="json", include=kept) for one in result.items],
    }
    return Presentation(text=text, facts=facts, blocks=tuple(blocks))
