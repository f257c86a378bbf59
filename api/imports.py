"""Imports as durable jobs: committed once, taken up after a crash, one at a time for a tenant."""

from typing import Any

from api.happened import Happened
from api.scores import Scores
from api.turns import in_turn
from memory.jobs import JobHandler, Report
from storage.kernel.actor import Actor
from tools.imports.service import ImportService
from tools.ingestion.file_mapping import FileMapping
from tools.resolution.service import ResolutionService

COMMIT = "import.commit"


def committing(imports: ImportService, resolution: ResolutionService, happened: Happened, scores: Scores) -> JobHandler:
    """The handler of COMMIT: arguments are a file's id and, where it was edited, its mapping."""

    async def commit(actor: Actor, arguments: dict[str, Any], report: Report) -> dict[str, Any]:
        file_id, given = arguments["file_id"], arguments["mapping"]
        mapping = FileMapping.model_validate(given) if given is not None else None

        async def progress(done: float, message: str) -> None:
            report(done, message)

        made = await in_turn(lambda: imports.commit(actor, file_id, mapping, progress), report)
        await resolution.resolve(actor, lambda words: report(0.99, words))
        report(0.99, "looking at what happened")
        await happened.tell(actor)
        report(1.0, "adding up days and months")
        await scores.work_out(actor, file_id)
        rejects = f"/api/connectors/files/{file_id}/rejects" if made.rejected else None
        return made.model_dump(mode="json") | {"rejects": rejects}

    return commit
