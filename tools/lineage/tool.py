"""What lineage offers to models, routes and MCP."""

from pathlib import Path

from storage.kernel.actor import Module, Permission
from storage.uow import ReadUnitOfWork, WriteUnitOfWork
from tools.kit.capability import AnyCapability, Capability, Effect
from tools.kit.yaml_text import parse_yaml
from tools.lineage.own.schemas import ListRules, RuleList, RuleView, WishForRule
from tools.lineage.schemas import (
    AnswerRequest,
    AnswerTrace,
    FlowGraph,
    FlowRequest,
    HealthRequest,
    QualityReport,
    QualityRequest,
    SourceHealth,
    TraceFound,
    TraceRequest,
    TrendList,
    TrendsRequest,
)
from tools.lineage.service import LineageService
from tools.lineage.telling import (
    present_answer,
    present_flow,
    present_found,
    present_health,
    present_quality,
    present_rule,
    present_rules,
    present_trends,
)


def capabilities(service: LineageService) -> tuple[AnyCapability, ...]:
    """Where figures and fields come from, and how good, fresh and connected the data is."""

    async def answer(uow: ReadUnitOfWork, request: AnswerRequest) -> AnswerTrace:
        return await service.answer(uow, request)

    async def trace(uow: ReadUnitOfWork, request: TraceRequest) -> TraceFound:
        return await service.trace(uow, request)

    async def quality(uow: ReadUnitOfWork, request: QualityRequest) -> QualityReport:
        return await service.quality(uow, request)

    async def health(uow: ReadUnitOfWork, request: HealthRequest) -> SourceHealth:
        return await service.health(uow, request)

    async def flow(uow: ReadUnitOfWork, request: FlowRequest) -> FlowGraph:
        return await service.flow(uow, request)

    async def rules(uow: ReadUnitOfWork, _: ListRules) -> RuleList:
        return await service.rules.overview(uow)

    async def wish(uow: WriteUnitOfWork, request: WishForRule) -> RuleView:
        return await service.rules.wish(uow, request)

    async def trends(uow: ReadUnitOfWork, request: TrendsRequest) -> TrendList:
        return await service.trends(uow, request)

    examples: dict[str, list[str]] = parse_yaml(Path(__file__).with_name("examples.yaml").read_text("utf-8"))
    return (
        Capability(
            id="data-lineage.trace-answer",
            module=Module.DATA_LINEAGE,
            title="Where a figure comes from",
            description=(
                "Tells where the figure that was just shown comes from: how it is computed, and the imports and syncs "
                "whose records it was made from."
            ),
            request=AnswerRequest,
            result=AnswerTrace,
            handler=answer,
            present=present_answer,
            permission=Permission.DATA_READ,
            effect=Effect.READ,
            examples=tuple(examples["data-lineage.trace-answer"]),
            traces_answers=True,
        ),
        Capability(
            id="data-lineage.trace-entity",
            module=Module.DATA_LINEAGE,
            title="Where a record comes from",
            description=(
                "Follows a customer, order, product or contact, or one field of it, to the source's record that says it: "
                "which file or system, where in it, since when, and what other sources say."
            ),
            request=TraceRequest,
            result=TraceFound,
            handler=trace,
            present=present_found,
            permission=Permission.DATA_READ,
            effect=Effect.READ,
            examples=tuple(examples["data-lineage.trace-entity"]),
        ),
        Capability(
            id="data-lineage.quality",
            module=Module.DATA_LINEAGE,
            title="Data quality",
            description=(
                "Scores how good the data is now: complete, valid, free of duplicates, fresh, and the same in all sources, "
                "for each kind of record; names the rules that are broken."
            ),
            request=QualityRequest,
            result=QualityReport,
            handler=quality,
            present=present_quality,
            permission=Permission.DATA_READ,
            effect=Effect.READ,
            examples=tuple(examples["data-lineage.quality"]),
        ),
        Capability(
            id="data-lineage.source-health",
            module=Module.DATA_LINEAGE,
            title="Are sources up to date",
            description=(
                "Tells whether the data of one source, or of all, is up to date: when it last came in, whether that is later "
                "than usual, and which runs failed."
            ),
            request=HealthRequest,
            result=SourceHealth,
            handler=health,
            present=present_health,
            permission=Permission.DATA_READ,
            effect=Effect.READ,
            examples=tuple(examples["data-lineage.source-health"]),
        ),
        Capability(
            id="data-lineage.flow",
            module=Module.DATA_LINEAGE,
            title="Data flow",
            description="Shows how data flows from the sources over raw records and unified tables to the metrics, with volumes.",
            request=FlowRequest,
            result=FlowGraph,
            handler=flow,
            present=present_flow,
            permission=Permission.DATA_READ,
            effect=Effect.READ,
            examples=tuple(examples["data-lineage.flow"]),
        ),
        Capability(
            id="data-lineage.trends",
            module=Module.DATA_LINEAGE,
            title="Data quality over time",
            description="Shows how the scores of data quality changed from day to day.",
            request=TrendsRequest,
            result=TrendList,
            handler=trends,
            present=present_trends,
            permission=Permission.DATA_READ,
            effect=Effect.READ,
            examples=tuple(examples["data-lineage.trends"]),
        ),
        Capability(
            id="data-lineage.list-rules",
            module=Module.DATA_LINEAGE,
            title="Rules for data",
            description="Lists the rules that the owner has made for the data's quality, and whether each of them holds.",
            request=ListRules,
            result=RuleList,
            handler=rules,
            present=present_rules,
            permission=Permission.DATA_READ,
            effect=Effect.READ,
            examples=tuple(examples["data-lineage.list-rules"]),
        ),
        Capability(
            id="data-lineage.create-rule",
            module=Module.DATA_LINEAGE,
            title="Make a rule for data",
            description=(
                "Makes a rule that the data shall keep, from plain words: a field that is never empty, unique, one of some "
                "values or between two bounds; data that comes in every so often; a least number of records or score."
            ),
            request=WishForRule,
            result=RuleView,
            handler=wish,
            present=present_rule,
            permission=Permission.DATA_IMPORT,
            effect=Effect.WRITE,
            examples=tuple(examples["data-lineage.create-rule"]),
        ),
    )
