"""Asks sets of labelled questions over the API, and tells what was answered and where it differs from what was meant."""

from dataclasses import dataclass

import httpx

from evals.labels.holding import doubts
from evals.labels.label import Label, read_set
from evals.shops import shop_source
from evals.statistics import Proportion
from evals.workspace import Workspace
from storage.kernel.ids import new_id
from tools.query.schemas import QueryAnswer

TODAY = {
    "superstore": "2019-12-31",
    "northwind": "1998-05-06",
    "bakery": "2026-11-20",
    "bikes": "2026-11-15",
    "demo": "2026-10-31",
}
"""The day on which each shop's questions were written."""


@dataclass(frozen=True, slots=True)
class Held:
    """One question, its answer, and where the two differ."""

    label: Label
    answer: QueryAnswer
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LabelledRun:
    name: str
    held: tuple[Held, ...]

    @property
    def coverage(self) -> Proportion:
        answerable = [one for one in self.held if one.label.answerable]
        return Proportion(sum(one.answer.status == "answered" for one in answerable), len(answerable))

    @property
    def agreeing(self) -> Proportion:
        answered = [one for one in self.held if one.answer.status == "answered"]
        return Proportion(sum(not one.doubts for one in answered), len(answered))


async def ask_set(client: httpx.AsyncClient, name: str) -> LabelledRun:
    """Imports the set's shop into a fresh tenant and asks each question in a conversation of its own. Raises CopilotError
    where a file of the shop is absent or refused, httpx.HTTPStatusError where a question is no question to the server."""
    shop = name.rsplit("_", 1)[0]
    source = shop_source(shop)
    files = source.files()
    workspace = await Workspace.register(client, source.tenant)
    for path in files:
        await workspace.import_file(path)
    held: list[Held] = []
    for label in read_set(name):
        body = {"question": label.question, "as_of": TODAY[shop], "conversation_id": new_id()}
        reply = await client.post("/api/modules/mini-foundry/query", json=body, auth=workspace.auth)
        reply.raise_for_status()
        answer = QueryAnswer.model_validate_json(reply.content)
        held.append(Held(label, answer, doubts(label, answer)))
    return LabelledRun(name, tuple(held))
