"""Expert mode: a statement of one's own over one's own data. Off unless the operator switches it on."""

from storage.database import Database
from storage.expert.runner import dialect_of, run
from storage.expert.views import VIEWS, Dialect
from storage.kernel.actor import Actor, Permission
from storage.kernel.errors import CopilotError, ErrorKind
from tools.expert.schemas import ColumnView, SqlAnswer, SqlRequest, SqlTables, TableView


class ExpertService:
    def __init__(self, database: Database, *, is_on: bool) -> None:
        self._database = database
        self._is_on = is_on

    @property
    def dialect(self) -> Dialect:
        """The database's SQL that statements are written in."""
        return dialect_of(self._database)

    async def run(self, actor: Actor, request: SqlRequest) -> SqlAnswer:
        """Raises CopilotError: forbidden where it is off or the actor may not, invalid for what is no such SELECT, timeout
        for one that takes too long."""
        self._refuse(actor)
        found = await run(self._database, actor, request.sql, request.limit)
        return SqlAnswer(
            columns=found.columns,
            rows=found.rows,
            truncated=found.truncated,
            sql=found.sql,
            elapsed_ms=round(found.seconds * 1000, 2),
        )

    def tables(self, actor: Actor) -> SqlTables:
        """Raises CopilotError (forbidden) like `run`."""
        self._refuse(actor)
        views = (
            TableView(
                name=view.name,
                about=view.about,
                columns=tuple(ColumnView(name=one.name, type=one.type) for one in view.columns),
            )
            for view in VIEWS
        )
        return SqlTables(dialect=self.dialect, tables=tuple(views))

    def _refuse(self, actor: Actor) -> None:
        if not self._is_on:
            raise CopilotError(
                ErrorKind.FORBIDDEN,
                "Asking in SQL is switched off in this installation.",
                hint="Its operator switches it on with SMB_EXPERT_SQL.",
            )
        if not actor.may(Permission.DATA_SQL):
            raise CopilotError(ErrorKind.FORBIDDEN, "Your role does not include asking in SQL.")
