"""Imports as durable jobs: committed once, taken up after a crash, one at a time for a tenant."""

import asyncio
from typing import Any

from memory.jobs import JobHandler, Report
from storage.kernel.actor import Actor
from storage.kernel.errors import CopilotError, ErrorKind
from tools.imports.service import ImportService
from tools.ingestion.file_mapping import FileMapping
from tools.query.rollup import RollupKeeper

COMMIT = "import.commit"
_LONGEST_PAUSE = 5.0


def committing(imports: ImportService, rollup: RollupKeeper) -> JobHandler:
    """The handler of COMMIT: arguments are a file's id and, where it was edited, its mapping."""

    async def commit(actor: Actor, arguments: dict[str, Any], report: Report) -> dict[str, Any]:
        file_id, given = arguments["file_id"], arguments["mapping"]
        mapping = FileMapping.model_validate(given) if given is not None else None

        async def progress(done: float, message: str) -> None:
            report(done, message)

        while True:
            try:
                made = await imports.commit(actor, file_id, mapping, progress)
                break
            except CopilotError as error:
                # Another import of the tenant is running: this one takes its turn after it.
                if error.kind is not ErrorKind.CONFLICT or error.retry_after is None:
                    raise
                report(0.0, f"waiting: {error.message}")
                await asyncio.sleep(min(error.retry_after, _LONGEST_PAUSE))
        report(1.0, "adding up days and months")
        await rollup.refresh(actor)
        rejects = f"/api/connectors/files/{file_id}/rejects" if made.rejected else None
        return made.model_dump(mode="json") | {"rejects": rejects}

    return commit
