"""Looking at a database as a durable job: it may take a minute, and no request waits that long."""

from typing import Any

from memory.jobs import JobHandler, Report
from storage.kernel.actor import Actor
from tools.sources.service import DataSourceService

INTROSPECT = "data-source.introspect"


def introspecting(sources: DataSourceService) -> JobHandler:
    """The handler of INTROSPECT: its argument is a data source's id."""

    async def introspect(actor: Actor, arguments: dict[str, Any], report: Report) -> dict[str, Any]:
        report(0.1, "looking at tables and values")
        made = await sources.introspect(actor, arguments["source_id"])
        return made.model_dump(mode="json")

    return introspect
