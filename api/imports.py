"""Imports as durable jobs: committed once, taken up after a crash, one at a time for a tenant."""

from typing import Any

from api.afterwards import Afterwards
from api.turns import in_turn
from memory.jobs import JobHandler, Report
from storage.kernel.actor import Actor
from tools.imports.schemas import ImportReport
from tools.imports.service import ImportService
from tools.ingestion.file_mapping import FileMapping

COMMIT = "import.commit"


def told(made: ImportReport) -> dict[str, Any]:
    """What the tenant's feed tells of an import's rows."""
    return made.model_dump(mode="json", include={"file_id", "created", "updated", "unchanged"})


def committing(imports: ImportService, afterwards: Afterwards) -> JobHandler:
    """The handler of COMMIT: arguments are a file's id and, where it was edited, its mapping."""

    async def commit(actor: Actor, arguments: dict[str, Any], report: Report) -> dict[str, Any]:
        file_id, given = arguments["file_id"], arguments["mapping"]
        mapping = FileMapping.model_validate(given) if given is not None else None

        async def progress(done: float, message: str) -> None:
            report(done, message)

        made = await in_turn(lambda: imports.commit(actor, file_id, mapping, progress), report)
        await afterwards.see_to(actor, file_id, told(made), report)
        rejects = f"/api/connectors/files/{file_id}/rejects" if made.rejected else None
        return made.model_dump(mode="json") | {"rejects": rejects}

    return commit
