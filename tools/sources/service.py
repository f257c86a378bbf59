"""Databases of a tenant's own: connected, looked at, drafted, corrected, approved, asked."""

import asyncio
from typing import Any

from pydantic import TypeAdapter, ValidationError

from storage.database import Database
from storage.kernel.actor import Actor
from storage.kernel.clock import Clock
from storage.kernel.errors import CopilotError, ErrorKind, FieldProblem, invalid
from storage.metrics.model import SemanticModel, check_columns
from storage.models.foundry import DataSource
from storage.repositories.base import Page, PageRequest
from storage.resealing import reseal_rows
from storage.secret_box import SecretBox
from storage.sources.binding import SourceClasses
from storage.sources.connection import Address, opened
from storage.sources.reader import look_at
from storage.uow import ReadUnitOfWork, WriteUnitOfWork
from tools.query.draft import Context
from tools.query.schemas import QueryAnswer, QueryRequest
from tools.sources.asking import AskedSource, Question, SourceAnswers
from tools.sources.copies import Copies
from tools.sources.draft import draft_of
from tools.sources.guard import SourceGuard
from tools.sources.schemas import (
    DataSourceList,
    DataSourcePatch,
    DataSourceView,
    DraftLayer,
    LayerView,
    ListDataSourcesRequest,
    MysqlConfig,
    NewDataSource,
    PostgresConfig,
    ServerConfig,
    ShopSource,
    SourceConfig,
)

MOST_SOURCES = 50
_CONFIG: TypeAdapter[SourceConfig] = TypeAdapter(SourceConfig)


class DataSourceService:
    """One per process."""

    def __init__(
        self,
        database: Database,
        *,
        guard: SourceGuard,
        copies: Copies,
        box: SecretBox,
        answers: SourceAnswers,
        clock: Clock,
    ) -> None:
        self._database = database
        self._guard = guard
        self._copies = copies
        self._box = box
        self._answers = answers
        self._clock = clock

    # ── what there is ────────────────────────────────────────────────────────────────────────────────────

    async def page(self, uow: ReadUnitOfWork, request: PageRequest) -> Page[DataSourceView]:
        """Newest first."""
        found = await uow.data_sources.page_of(request)
        return Page(tuple(_view(source) for source in found.items), found.next_cursor)

    async def list_sources(self, uow: ReadUnitOfWork, request: ListDataSourcesRequest) -> DataSourceList:  # noqa: ARG002 — a capability has a request
        """All of them, newest first."""
        page = await self.page(uow, PageRequest(limit=MOST_SOURCES))
        shop = tuple(ShopSource(name=one.name, rows=one.rows) for one in await uow.metrics.sources({}))
        return DataSourceList(items=page.items, shop=shop)

    async def get(self, uow: ReadUnitOfWork, source_id: str) -> DataSourceView:
        return _view(await uow.data_sources.get(source_id))

    # ── connecting ───────────────────────────────────────────────────────────────────────────────────────

    async def create(self, actor: Actor, request: NewDataSource) -> DataSourceView:
        """A source that may be opened and can be. Raises FORBIDDEN, UNAVAILABLE, CONFLICT."""
        config = request.connection
        await self._try(config, _password(config))
        async with self._database.write(actor) as uow:
            if await uow.data_sources.count() >= MOST_SOURCES:
                raise CopilotError(ErrorKind.CONFLICT, f"There are {MOST_SOURCES} data sources already: no more are kept.")  # fmt: skip
            await _refuse_taken_name(uow, request.name)
            source = DataSource(name=request.name, type=config.type, status="connected")
            self._put_connection(source, config)
            uow.add(source)
            await uow.flush()
            return _view(source)

    async def patch(self, actor: Actor, source_id: str, request: DataSourcePatch) -> DataSourceView:
        """Another name, or another connection: then what was drafted is drafted anew."""
        if request.connection is not None:
            await self._try(request.connection, _password(request.connection))
        async with self._database.write(actor) as uow:
            source = await uow.data_sources.get(source_id)
            if request.name is not None and request.name.lower() != source.name.lower():
                await _refuse_taken_name(uow, request.name)
            source.name = request.name or source.name
            if request.connection is not None:
                self._put_connection(source, request.connection)
                source.type, source.layer, source.status = request.connection.type, None, "connected"
            await uow.flush()
            self._answers.forget(source_id)
            return _view(source)

    async def delete(self, actor: Actor, source_id: str) -> None:
        """Forgets a source. The database itself is not touched: nothing ever is written there."""
        async with self._database.write(actor) as uow:
            await uow.delete(await uow.data_sources.get(source_id))
        self._answers.forget(source_id)

    async def reseal_all(self) -> int:
        """Seals all passwords anew with the newest secret of the installation. Returns how many (see reseal_rows)."""
        return await reseal_rows(
            self._database,
            self._box,
            lambda uow, after, limit: uow.data_sources.sealed_after(after, limit),
            ("credentials",),
        )

    def _put_connection(self, source: DataSource, config: SourceConfig) -> None:
        source.config = config.model_dump(mode="json", exclude={"password"})
        password = _password(config)
        source.credentials = self._box.seal(password) if password else None

    async def _try(self, config: SourceConfig, password: str) -> None:
        async with opened(await self._copies.address(await self._guard.address(config, password))):
            pass

    async def _address(self, source: DataSource, *, fresh: bool = False) -> Address:
        """Looked at again each time: the operator's list and the host's address may have changed."""
        password = self._box.open(source.credentials) if source.credentials else ""
        found = await self._guard.address(_CONFIG.validate_python(source.config), password)
        return await self._copies.address(found, fresh=fresh)

    # ── the semantic layer ───────────────────────────────────────────────────────────────────────────────

    async def introspect(self, actor: Actor, source_id: str) -> DataSourceView:
        """Looks at the database and drafts its semantic layer. What was corrected before is drafted anew."""
        async with self._database.read(actor) as uow:
            source = await uow.data_sources.get(source_id)
        catalogue = await look_at(await self._address(source, fresh=True))
        layer = await asyncio.to_thread(draft_of, catalogue)
        async with self._database.write(actor) as uow:
            source = await uow.data_sources.get(source_id)
            source.layer = layer.model_dump(mode="json")
            source.status = "draft"
            source.last_refreshed_at = self._clock.now()
            await uow.flush()
            self._answers.forget(source_id)
            return _view(source)

    async def layer(self, uow: ReadUnitOfWork, source_id: str) -> LayerView:
        """Raises CONFLICT where the source was not introspected yet."""
        source = await uow.data_sources.get(source_id)
        return _layer_view(source, _layer(source))

    async def correct(self, actor: Actor, source_id: str, model: SemanticModel) -> LayerView:
        """The owner's layer in place of the draft. Raises INVALID with the place of what cannot be used."""
        async with self._database.write(actor) as uow:
            source = await uow.data_sources.get(source_id)
            before = _layer(source)
            await asyncio.to_thread(_check, model, before)
            kept = tuple(p for p in before.proposals if _is_there(model, p.pointer))
            names = {name: other for name, other in before.other_names.items() if name in model.dimensions}
            layer = before.model_copy(
                update={"model": model, "proposals": kept, "other_names": names, "unsettled_days": {}}
            )
            source.layer = layer.model_dump(mode="json")
            source.status = "draft"
            await uow.flush()
            self._answers.forget(source_id)
            return _layer_view(source, layer)

    async def approve(self, actor: Actor, source_id: str) -> DataSourceView:
        """From now on answers no longer say that they read a draft."""
        async with self._database.write(actor) as uow:
            source = await uow.data_sources.get(source_id)
            layer = _layer(source)
            source.layer = layer.model_copy(update={"unsettled_days": {}}).model_dump(mode="json")
            source.status = "approved"
            await uow.flush()
            return _view(source)

    # ── asking ───────────────────────────────────────────────────────────────────────────────────────────

    async def asked(self, source: DataSource) -> AskedSource:
        """A source, ready to be asked. Raises CONFLICT where it was not introspected, FORBIDDEN where its address may no
        longer be opened."""
        layer = _layer(source)
        return AskedSource(
            id=source.id,
            version=str(source.updated_at),
            name=source.name,
            type=source.type,
            address=await self._address(source),
            layer=layer,
            is_approved=source.status == "approved",
            looked_at=source.last_refreshed_at,
        )

    async def ask(self, uow: ReadUnitOfWork, request: QueryRequest) -> QueryAnswer:
        """Raises not found, CONFLICT where the source was not introspected, UNAVAILABLE or TIMEOUT where it cannot be
        read."""
        source = await uow.data_sources.get(request.data_source_id or "")
        asked = await self.asked(source)
        conversation = f"{source.id}:{request.conversation_id}" if request.conversation_id else None
        stored = await uow.contexts.get(conversation) if conversation else None
        previous = Context.model_validate(stored) if stored else None
        question = Question(request.question, await uow.tenants.current(), request.as_of, previous)
        answer, context = await self._answers.ask(asked, question)
        if conversation and context is None and previous is not None and not previous.stale:
            context = previous.model_copy(update={"stale": True})
        if conversation and context is not None:
            async with self._database.write(uow.actor) as write:
                await write.contexts.put(conversation, context.model_dump(mode="json"))
        return answer


def _password(config: SourceConfig) -> str:
    return config.password.get_secret_value() if isinstance(config, ServerConfig) else ""


async def _refuse_taken_name(uow: WriteUnitOfWork, name: str) -> None:
    if await uow.data_sources.by_name(name) is not None:
        raise CopilotError(ErrorKind.CONFLICT, "There is a data source of this name already.", problems=(FieldProblem("/name", "is taken"),))  # fmt: skip


def _layer(source: DataSource) -> DraftLayer:
    if source.layer is None:
        raise CopilotError(
            ErrorKind.CONFLICT, "Nobody has looked at this data source yet.", hint="Introspect it first."
        )
    return DraftLayer.model_validate(source.layer)


def _check(model: SemanticModel, layer: DraftLayer) -> None:
    classes = SourceClasses(layer.binding)
    try:
        check_columns(model, classes.mappers)
        _check_joins(model, {table.name for table in layer.binding.tables if table.key})
    except ValueError as error:
        place, colon, _ = str(error).partition(":")
        pointer = "/" + place.replace(".", "/") if colon and " " not in place else "/model"
        raise invalid(f"The semantic layer cannot be used: {error}.", pointer=pointer) from None
    finally:
        classes.dispose()


def _check_joins(model: SemanticModel, keyed: set[str]) -> None:
    """A join to a table without a key could multiply rows. Raises ValueError."""
    for name, entity in model.entities.items():
        for join, (_, target) in entity.joins.items():
            if model.entities[target].table not in keyed:
                raise ValueError(f"entities.{name}.joins.{join}: {model.entities[target].table!r} has no key that tells its rows apart")  # fmt: skip


def parsed_model(document: dict[str, Any]) -> SemanticModel:
    """The semantic layer that somebody sent. Raises INVALID with a JSON pointer to each thing that is wrong with it."""
    try:
        return SemanticModel.model_validate(document)
    except ValidationError as error:
        problems = tuple(_problem(item["loc"], item["msg"]) for item in error.errors(include_input=False, include_url=False))  # fmt: skip
        raise CopilotError(ErrorKind.INVALID, "The semantic layer cannot be used.", problems=problems) from None


def _problem(location: tuple[int | str, ...], message: str) -> FieldProblem:
    text = message.removeprefix("Value error, ")
    if not location:  # the model's own check names the place in its words: "metrics.x: no dimension 'y'"
        place, colon, reason = text.partition(":")
        if colon and " " not in place:
            return FieldProblem("/" + place.replace(".", "/"), reason.strip())
    return FieldProblem("".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in location), text)


def _is_there(model: SemanticModel, pointer: str) -> bool:
    _, kind, name, *_ = pointer.split("/")
    return name in getattr(model, kind)


def _place(source: DataSource) -> str:
    config = _CONFIG.validate_python(source.config)
    if isinstance(config, PostgresConfig | MysqlConfig):
        return f"{config.database} at {config.host}:{config.port}"
    return config.path.rsplit("/", 1)[-1]


def _view(source: DataSource) -> DataSourceView:
    layer = source.layer
    model = layer["model"] if layer else None
    return DataSourceView(
        id=source.id,
        name=source.name,
        type=source.type,  # pyright: ignore[reportArgumentType] — stored by us
        place=_place(source),
        status=source.status,  # pyright: ignore[reportArgumentType] — stored by us
        tables=len(layer["binding"]["tables"]) if layer else None,
        metrics=len(model["metrics"]) if model else None,
        dimensions=len(model["dimensions"]) if model else None,
        last_introspected_at=source.last_refreshed_at,
        created_at=source.created_at,
    )


def _layer_view(source: DataSource, layer: DraftLayer) -> LayerView:
    return LayerView(
        status=source.status,  # pyright: ignore[reportArgumentType] — stored by us
        model=layer.model,
        proposals=layer.proposals,
        left_out=layer.left_out,
        currency=layer.currency,
        columns={table.name: ("id", *(column.attribute for column in table.columns)) for table in layer.binding.tables},
    )
