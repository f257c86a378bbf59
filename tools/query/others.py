"""Questions that are for a database of the tenant's own, as the query service hands them on (see tools.sources)."""

from collections.abc import Callable
from typing import Protocol

from storage.uow import ReadUnitOfWork
from tools.query.draft import Context
from tools.query.schemas import QueryAnswer, QueryRequest


class OtherSources(Protocol):
    """All raise CopilotError where a source cannot be read."""

    async def ask(self, uow: ReadUnitOfWork, request: QueryRequest) -> QueryAnswer:
        """The answer of the source whose id the request names."""
        ...

    async def meant(
        self, uow: ReadUnitOfWork, request: QueryRequest, before: Context | None, changes: Callable[[], bool]
    ) -> QueryAnswer | None:
        """The answer of the source that the words are for: one that they name, one that was just asked and whose answer
        they change, or one that was asked about and is meant. None: they are for the shop's figures. `before` is what the
        conversation keeps; `changes` tells whether the shop too takes them for a change to a question before."""
        ...

    async def instead(
        self, uow: ReadUnitOfWork, request: QueryRequest, refused: QueryAnswer, kept: Context
    ) -> QueryAnswer | None:
        """For a question with words that the shop's figures do not know: whether it is meant for a source that knows all
        of them. None where there is none. `kept` is what the conversation keeps of it."""
        ...
