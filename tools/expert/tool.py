"""What expert mode offers to a remote model, where the operator switched it on."""

from pathlib import Path
from typing import Any

from storage.expert.views import VIEWS
from storage.kernel.actor import Module, Permission
from storage.uow import ReadUnitOfWork
from tools.expert.schemas import SqlAnswer, SqlRequest
from tools.expert.service import ExpertService
from tools.kit.blocks import Cell, Column, Presentation, TableBlock
from tools.kit.capability import AnyCapability, Capability, Effect
from tools.kit.yaml_text import parse_yaml

_SHOWN_ROWS = 200
_QUOTED_ROWS = 50


def capabilities(service: ExpertService) -> tuple[AnyCapability, ...]:
    """One capability: a SELECT over the views."""

    async def run(uow: ReadUnitOfWork, request: SqlRequest) -> SqlAnswer:
        return await service.run(uow.actor, request)

    examples: dict[str, list[str]] = parse_yaml(Path(__file__).with_name("examples.yaml").read_text("utf-8"))
    tables = "; ".join(f"{view.name} ({', '.join(one.name for one in view.columns)})" for view in VIEWS)
    return (
        Capability(
            id="mini-foundry.sql",
            module=Module.MINI_FOUNDRY,
            title="Ask in SQL",
            description=(
                "Runs one read-only statement over the shop's own tables, for what no other tool can answer. Say that the "
                f"figure follows from SQL and from no definition of the business. {service.dialect}. Tables: {tables}."
            ),
            request=SqlRequest,
            result=SqlAnswer,
            handler=run,
            present=present,
            permission=Permission.DATA_SQL,
            effect=Effect.READ,
            examples=tuple(examples["mini-foundry.sql"]),
        ),
    )


def present(answer: SqlAnswer) -> Presentation:
    """The rows as a table, and the statement that gave them."""
    columns = tuple(
        Column(name=name, type=_type([row[i] for row in answer.rows])) for i, name in enumerate(answer.columns)
    )
    rows = answer.rows[:_SHOWN_ROWS]
    cut = answer.truncated or len(answer.rows) > _SHOWN_ROWS
    more = " There are more." if answer.truncated else ""
    text = f"The statement gave {len(answer.rows):,} rows.{more} It ran as: {answer.sql}"
    facts: dict[str, Any] = {"columns": list(answer.columns), "rows": [list(row) for row in answer.rows[:_QUOTED_ROWS]]}
    blocks = (TableBlock(title="SQL", columns=columns, rows=rows, truncated=cut),) if columns else ()
    return Presentation(text=text, facts=facts, blocks=blocks)


def _type(cells: list[Cell]) -> Any:
    known = [cell for cell in cells if cell is not None]
    if known and all(isinstance(cell, bool) for cell in known):
        return "boolean"
    if known and all(isinstance(cell, int) for cell in known):
        return "integer"
    return "number" if known and all(isinstance(cell, int | float) for cell in known) else "string"
