"""Has a language model read what the planner could not: asked, checked, mended once, or given up."""

import asyncio
from dataclasses import dataclass

import structlog

from storage.kernel.actor import Actor
from tools.query.draft import Context
from tools.query.filling import Attempt, Filler, QueryModel
from tools.query.membership import cut_membership
from tools.query.planner import Plan

log = structlog.get_logger(__name__)
ATTEMPTS = 2


@dataclass(frozen=True, slots=True)
class Helper:
    """`seconds` bound all that a model is asked about one question."""

    model: QueryModel
    seconds: float = 20.0

    async def plan(self, filler: Filler, actor: Actor, question: str, previous: Context | None) -> Plan | None:
        """The plan of a query that is believed; None where there is none, in time or at all. Raises nothing for what a
        model may say."""
        if not filler.can_help or cut_membership(filler.annotation) is not None:
            return None
        asked = filler.asked(actor, question, previous)
        before: Attempt | None = None
        await self.model.ready()  # seconds the first time, which are no model's
        try:
            async with asyncio.timeout(self.seconds):
                for _ in range(ATTEMPTS):
                    arguments = await self.model.fill(asked, before)
                    found = filler.believed(arguments)
                    if not isinstance(found, str):
                        notes = ("A language model helped to read this question.",)
                        return Plan(found.query, notes=notes, ignored=found.ignored, corrections=found.corrections)
                    log.info("a filled query was not believed", problem=found[:200])
                    before = Attempt(arguments or "", found)
        except TimeoutError:
            log.info("no query was filled in time")
        return None
