"""What targets offer to models and MCP."""

from pathlib import Path
from typing import Any

from storage.kernel.actor import Module, Permission
from storage.uow import ReadUnitOfWork, WriteUnitOfWork
from tools.kit.blocks import Block, Cell, ChartBlock, Column, Presentation, SourcesBlock, TableBlock
from tools.kit.capability import AnyCapability, Capability, Effect
from tools.kit.yaml_text import parse_yaml
from tools.kpis.schemas import CheckTargets, SetTarget, TargetsChecked, TargetSet
from tools.kpis.service import KpiService

_DRAWN = 3
_FACTS = {
    "from_",
    "to",
    "through",
    "actual",
    "target",
    "reached",
    "expected_share",
    "projected",
    "low",
    "high",
    "status",
}
_COLUMNS = (
    Column(name="target", type="string", label="Target"),
    Column(name="reached", type="number", unit="%", label="Reached"),
    Column(name="expected", type="number", unit="%", label="Usually in by now"),
    Column(name="status", type="string", label="Status"),
)


def capabilities(service: KpiService) -> tuple[AnyCapability, ...]:
    """A target that is set, and how all of them stand."""

    async def put(uow: WriteUnitOfWork, request: SetTarget) -> TargetSet:
        return await service.set_target(uow, request)

    async def check(uow: ReadUnitOfWork, request: CheckTargets) -> TargetsChecked:
        return await service.check(uow, request)

    examples: dict[str, list[str]] = parse_yaml(Path(__file__).with_name("examples.yaml").read_text("utf-8"))
    return (
        Capability(
            id="mini-foundry.set-target",
            module=Module.MINI_FOUNDRY,
            title="Set a target",
            description=(
                "Sets a target, goal or KPI for one figure and a month, quarter or year: a number that is to be reached, or "
                "so many per cent on last year."
            ),
            request=SetTarget,
            result=TargetSet,
            handler=put,
            present=present_set,
            permission=Permission.DASHBOARDS_WRITE,
            effect=Effect.WRITE,
            examples=tuple(examples["mini-foundry.set-target"]),
        ),
        Capability(
            id="mini-foundry.check-targets",
            module=Module.MINI_FOUNDRY,
            title="How targets stand",
            description=(
                "Tells how the targets, goals and KPIs that were set stand: how much of each is reached, whether it is on "
                "track, ahead or behind."
            ),
            request=CheckTargets,
            result=TargetsChecked,
            handler=check,
            present=present_checked,
            permission=Permission.DATA_READ,
            effect=Effect.READ,
            examples=tuple(examples["mini-foundry.check-targets"]),
        ),
    )


def present_set(result: TargetSet) -> Presentation:
    text = f"The target is set. {result.progress.sentence} {result.progress.rule}"
    return Presentation(text=text, facts=result.kpi.model_dump(mode="json"))


def present_checked(result: TargetsChecked) -> Presentation:
    if not result.items:
        nothing = result.note or "There is no target yet. Say what is to be reached and by when, and I set it."
        return Presentation(text="\n".join((nothing, *result.problems)), facts={"targets": []})
    lines = [one.sentence for one in result.items]
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (one.kpi.name, one.reached, one.expected_share, one.status.replace("_", " ")) for one in result.items
    )
    blocks: list[Block] = [TableBlock(title="Targets", columns=_COLUMNS, rows=rows)]
    blocks += [ChartBlock(title=one.kpi.name, spec=one.chart) for one in result.items[:_DRAWN] if one.chart]
    blocks.append(SourcesBlock(provenance=result.items[0].provenance))
    facts: dict[str, Any] = {
        "as_of": result.as_of.isoformat(),
        "targets": [
            {"name": one.kpi.name, "rule": one.rule} | one.model_dump(mode="json", include=_FACTS)
            for one in result.items
        ],
    }
    note = (result.note,) if result.note else ()
    return Presentation(text="\n".join((*note, *lines, *result.problems)), facts=facts, blocks=tuple(blocks))
