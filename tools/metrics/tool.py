"""What metrics of a tenant's own offer to models and MCP."""

from pathlib import Path

from storage.kernel.actor import Module, Permission
from storage.uow import WriteUnitOfWork
from tools.kit.blocks import Presentation
from tools.kit.capability import AnyCapability, Capability, Effect
from tools.kit.yaml_text import parse_yaml
from tools.metrics.dimension_schemas import DefineDimension, DimensionView
from tools.metrics.dimensions import DimensionService
from tools.metrics.schemas import DefineMetric, MetricView
from tools.metrics.service import MetricService


def capabilities(service: MetricService, dimensions: DimensionService) -> tuple[AnyCapability, ...]:
    """Figures, and things to group by, that are defined in words."""

    async def define(uow: WriteUnitOfWork, request: DefineMetric) -> MetricView:
        return await service.define(uow, request)

    async def define_dimension(uow: WriteUnitOfWork, request: DefineDimension) -> DimensionView:
        return await dimensions.define(uow, request)

    examples: dict[str, list[str]] = parse_yaml(Path(__file__).with_name("examples.yaml").read_text("utf-8"))
    return (
        Capability(
            id="mini-foundry.define-metric",
            module=Module.MINI_FOUNDRY,
            title="Define a figure",
            description=(
                "Defines a new figure of the business's own from figures that there are, with plus, minus, times and divided "
                "by, so that it can be asked for by its name from then on."
            ),
            request=DefineMetric,
            result=MetricView,
            handler=define,
            present=present,
            permission=Permission.DASHBOARDS_WRITE,
            effect=Effect.WRITE,
            examples=tuple(examples["mini-foundry.define-metric"]),
        ),
        Capability(
            id="mini-foundry.define-dimension",
            module=Module.MINI_FOUNDRY,
            title="Define a group or bands",
            description=(
                "Groups countries or others together as a name of the business's own, or draws other price or order size bands, "
                "so that figures can be split by them from then on."
            ),
            request=DefineDimension,
            result=DimensionView,
            handler=define_dimension,
            present=present_dimension,
            permission=Permission.DASHBOARDS_WRITE,
            effect=Effect.WRITE,
            examples=tuple(examples["mini-foundry.define-dimension"]),
        ),
    )


def present(result: MetricView) -> Presentation:
    text = f"“{result.label}” is defined: {result.definition} You can ask for it like any other figure."
    return Presentation(
        text=text, facts=result.model_dump(mode="json", include={"id", "name", "label", "expression", "unit"})
    )


def present_dimension(result: DimensionView) -> Presentation:
    named = ", ".join(group.label for group in result.groups) or ", ".join(result.bands)
    text = f"“{result.label}” is defined: {named}. You can split figures by it and ask for each of them."
    return Presentation(text=text, facts=result.model_dump(mode="json", include={"id", "name", "label", "bands"}))
