"""What the query engine offers to models, routes and MCP."""

from pathlib import Path
from typing import Any

from storage.kernel.actor import Module, Permission
from storage.uow import ReadUnitOfWork
from tools.kit.blocks import Block, ChartBlock, ChoicesBlock, Presentation, SourcesBlock, TableBlock
from tools.kit.capability import AnyCapability, Capability, Effect
from tools.kit.yaml_text import parse_yaml
from tools.query.schemas import QueryAnswer, QueryRequest
from tools.query.service import QueryService

_SHOWN_ROWS = 200
_QUOTED_ROWS = 50
_LONGEST_TITLE = 120


def capabilities(service: QueryService) -> tuple[AnyCapability, ...]:
    """One capability: a question about the tenant's own figures."""

    async def ask(uow: ReadUnitOfWork, request: QueryRequest) -> QueryAnswer:
        return await service.ask(uow, request)

    examples = parse_yaml(Path(__file__).with_name("examples.yaml").read_text(encoding="utf-8"))
    return (
        Capability(
            id="mini-foundry.query",
            module=Module.MINI_FOUNDRY,
            title="Ask your numbers",
            description=(
                "Answers a question about the shop's own past figures: sales, revenue, orders, units, average order "
                "value, customers, refunds, discounts, profit, by product, category, customer, place, channel, "
                "salesperson or date, ranked, the first few of each, running totals, moving averages, filtered, compared "
                "with another period, as a share, on a map or as a chart of a kind; what the change of a figure is made "
                "of ('why did sales fall in March'); "
                "retention and cohorts, what is bought together, how many orders were shipped or refunded. It also takes "
                "follow-ups such as 'and the year before?' or 'only "
                "Germany'. A question that names a connected database of the tenant's own ('in the clinic database, visits by "
                "month') is answered from that."
            ),
            request=QueryRequest,
            result=QueryAnswer,
            handler=ask,
            present=present,
            permission=Permission.DATA_READ,
            effect=Effect.READ,
            examples=tuple(examples["mini-foundry.query"]),
            asks_sources=True,
        ),
    )


def present(answer: QueryAnswer) -> Presentation:
    """The sentence, the table where there is more than one figure, the chart, and where it all comes from."""
    blocks: list[Block] = []
    for one in (answer, *answer.parts):
        title = one.answer.split(": ")[0]
        drawn = str(one.chart.get("title", "")) if one.chart else title
        title = drawn if len(title) > _LONGEST_TITLE else title
        if len(one.rows) > 1 or len(one.columns) > 2:  # noqa: PLR2004
            rows = one.rows[:_SHOWN_ROWS]
            truncated = len(one.rows) > _SHOWN_ROWS
            blocks.append(TableBlock(title=title[:_LONGEST_TITLE], columns=one.columns, rows=rows, truncated=truncated))
        if one.chart:
            blocks.append(ChartBlock(title=drawn, spec=one.chart))
    if answer.clarification and answer.clarification.options:
        options = tuple((option.label, option.question) for option in answer.clarification.options)
        blocks.append(ChoicesBlock(question=answer.clarification.question, options=options))
    if answer.status == "answered":
        statements = dict.fromkeys(one.sql for one in (answer, *answer.parts) if one.sql)
        blocks.append(SourcesBlock(provenance=answer.provenance, sql=";\n".join(statements) or None))
    facts: dict[str, Any] = {
        "status": answer.status,
        "columns": [column.model_dump(exclude_none=True) for column in answer.columns],
        "rows": [list(row) for row in answer.rows[:_QUOTED_ROWS]],
        "rows_in_all": len(answer.rows),
    }
    if answer.parts:
        facts["parts"] = [
            {
                "answer": part.answer,
                "columns": [column.model_dump(exclude_none=True) for column in part.columns],
                "rows": [list(row) for row in part.rows[:_QUOTED_ROWS]],
            }
            for part in answer.parts
        ]
    return Presentation(text=answer.answer, facts=facts, blocks=tuple(blocks))
