"""What metrics of a tenant's own offer to models and MCP."""

from pathlib import Path

import yaml

from storage.kernel.actor import Module, Permission
from storage.uow import WriteUnitOfWork
from tools.kit.blocks import Presentation
from tools.kit.capability import AnyCapability, Capability, Effect
from tools.metrics.schemas import DefineMetric, MetricView
from tools.metrics.service import MetricService


def capabilities(service: MetricService) -> tuple[AnyCapability, ...]:
    """One capability: a figure that is defined in words."""

    async def define(uow: WriteUnitOfWork, request: DefineMetric) -> MetricView:
        return await service.define(uow, request)

    examples: dict[str, list[str]] = yaml.safe_load(Path(__file__).with_name("examples.yaml").read_text("utf-8"))
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
    )


def present(result: MetricView) -> Presentation:
    text = f"“{result.label}” is defined: {result.definition} You can ask for it like any other figure."
    return Presentation(
        text=text, facts=result.model_dump(mode="json", include={"id", "name", "label", "expression", "unit"})
    )
