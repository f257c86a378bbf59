"""The lists of a vendor, one after another, from wherever a run has come to."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from types import TracebackType
from typing import Final, Self

from storage.database import Database
from storage.models.ingestion import SyncCursor
from tools.connectors.core.errors import VendorRejected
from tools.connectors.core.listing import (
    Client,
    EndlessError,
    Page,
    PageState,
    Trail,
    moment_text,
    read_page,
    read_resource,
)
from tools.connectors.core.resources import Listing, Resource
from tools.ingestion.mapping.rosetta import TakenObject
from tools.privacy.redaction import left_of
from tools.sync.ahead import Ahead, Room, TakenPage, Turn
from tools.sync.run import OpenConnection, Run
from tools.sync.writing import PageWriter

_NOT_OURS: Final = (403, 404)
"""Answers that say that we may not read a kind of object, or that this account has none of it."""
_MAPPED_AT_ONCE: Final = 20
"""Objects, between which others have their turn: webhooks are answered, and the chat speaks, while a sync runs."""
Progress = Callable[[float, str], Awaitable[None]]


class ListReader:
    """Reads all that a run is to read, and has it written."""

    def __init__(self, database: Database, writer: PageWriter) -> None:
        self._database = database
        self._writer = writer

    async def read_all(self, run: Run, opened: OpenConnection, progress: Progress) -> None:
        """Raises the client's errors, and what writing raises."""
        try:
            await self._read(run, opened, progress)
        except _ForgottenError:
            # The vendor no longer knows what changed since: all is listed again, within the same run.
            run.full = True
            async with self._database.write(run.actor) as uow:
                for cursor in await uow.ingestion.sync_cursors(run.connector.id):
                    cursor.page, cursor.pending = None, None
            await self._read(run, opened, progress)

    async def _read(self, run: Run, opened: OpenConnection, progress: Progress) -> None:
        resources = run.resources.resources
        for resource in resources:  # before anything is listed: what changes meanwhile is among the changes then
            await self._begun(run, resource, opened)
        async with _Lists(partial(self._list, run, opened), resources) as lists:
            while (one := await lists.next()) is not None:
                async with aclosing(self._read_one(run, one, lists)) as counts:
                    async for count in counts:
                        share = 0.02 + 0.93 * (one.place + count / (count + 1_000)) / len(resources)
                        kind = one.resource.object.replace("_", " ")
                        await progress(share, f"{run.notes.total:,} objects; now {kind}")

    async def _list(
        self, run: Run, opened: OpenConnection, place: int, resource: Resource, lists: "_Lists"
    ) -> "_List | None":
        """A resource's list from where the run has come to; None where there is nothing to read."""
        cursor = await self._begun(run, resource, opened)
        if cursor is None:
            return None
        everything = run.full or (cursor.since is None and _is_by_token(resource))
        listing = _listing(resource, full=everything)
        state, since = cursor.page, None if everything else cursor.since
        settings = {**opened.settings, **resource.window_at(run.started_at)}
        if listing is None or state is None:
            return None

        trail = Trail(opened.client.title)

        async def read(at: PageState) -> TakenPage:
            trail.comes_to(at)
            page = await _page(opened.client, settings, resource, listing, at, since=since)
            return TakenPage(page, await _taken(run, resource, page, lists.turn))

        return _List(place, resource, Ahead(read, state, lists.room), at_start=not state)

    async def _read_one(self, run: Run, one: "_List", lists: "_Lists") -> AsyncGenerator[int]:
        """Yields how many objects of the list are in, after each transaction."""
        count, is_last = 0, False
        while not is_last:
            try:
                pages = await one.ahead.pages()
            except VendorRejected as error:
                # In the middle of a list it is no answer to whether we may read it: the rest would be lost.
                if not one.at_start or error.status not in (*_NOT_OURS, *one.resource.missing_statuses):
                    raise
                # A key or a plan that does not cover this kind of object: the others are read all the same.
                run.notes.refused(one.resource.object, error.message)
                run.notes.unread(one.resource.object)
                await self._writer.write(run, one.resource, [TakenPage(Page([], None, None), [])])
                await self._leave(run, one.resource)
                return
            for words in (words for page in pages for words in page.page.denied):
                run.notes.refused(one.resource.object, words)
            is_last = pages[-1].page.next is None
            with lists.turn.held() as resting:
                await self._writer.write(run, one.resource, pages, resting)
            one.at_start = False
            count += sum(len(page.page.items) for page in pages)
            yield count

    async def _leave(self, run: Run, resource: Resource) -> None:
        """Leaves a kind of object as if it had not been asked for: the next run asks for the same again."""
        async with self._database.write(run.actor) as uow:
            cursor = await uow.ingestion.sync_cursor(run.connector.id, resource.key)
            if cursor is not None:
                cursor.page, cursor.pending = None, None

    async def _begun(self, run: Run, resource: Resource, opened: OpenConnection) -> SyncCursor | None:
        """The cursor of a resource, begun; None where there is nothing to do, or it is done already."""
        async with self._database.read(run.actor) as uow:
            found = {cursor.object: cursor for cursor in await uow.ingestion.sync_cursors(run.connector.id)}
        known = found.get(resource.key)
        if known is not None and known.pending is not None:
            return known if known.page is not None else None
        if not run.full and resource.once and known is not None and known.full_at is not None:
            return None
        pending, is_stale = "", not run.full and _has_moved_on(resource, known, run.started_at)
        if resource.since is not None and resource.since.by == "moment":
            pending = moment_text(run.started_at, resource.since)
        elif resource.since is not None and (run.full or is_stale or known is None or known.since is None):
            if not run.full and known is not None and resource.list is None:
                raise _ForgottenError
            if resource.since.first is not None:
                first = resource.since.first
                page = await read_page(
                    opened.client, first, {}, since=None, settings=opened.settings, kept=resource.since
                )
                pending = page.token or ""
        elif known is not None:
            pending = known.since or ""
        async with self._database.write(run.actor) as uow:
            cursor = await uow.ingestion.sync_cursor(run.connector.id, resource.key)
            if cursor is None:
                cursor = SyncCursor(connector_id=run.connector.id, object=resource.key)
                uow.add(cursor)
            cursor.pending, cursor.page = pending, {}
            if is_stale:
                cursor.since = None
            if _listing(resource, full=run.full) is None:
                cursor.page = None
        return cursor


@dataclass(slots=True)
class _List:
    """A list that is being read. `place` is its resource's among all; `at_start` until something of it is in."""

    place: int
    resource: Resource
    ahead: Ahead
    at_start: bool
    done: asyncio.Event = field(default_factory=asyncio.Event)
    """Set when all that is to be written of it is."""


class _Lists:
    """The lists of a run in their order, read one after another while what was read is written. At the end nothing is asked
    any more."""

    def __init__(
        self, opened: "Callable[[int, Resource, _Lists], Awaitable[_List | None]]", resources: Sequence[Resource]
    ) -> None:
        self.turn = Turn()
        self.room = Room()
        self._opened = opened
        self._resources = resources
        self._coming: asyncio.Queue[_List | BaseException | None] = asyncio.Queue()
        self._current: _List | None = None
        self._reading: asyncio.Task[None] | None = None

    async def next(self) -> _List | None:
        """The list after the one that was given before; None after the last. Raises what opening it raises."""
        if self._current is not None:
            self._current.done.set()
        found = await self._coming.get()
        if isinstance(found, BaseException):
            raise found
        self._current = found
        return found

    async def _read(self) -> None:
        try:
            for place, resource in enumerate(self._resources):
                one = await self._opened(place, resource, self)
                if one is None:
                    continue
                self._coming.put_nowait(one)
                # Where a list cannot be read, it is for the run to say whether it goes on to others.
                if not await one.ahead.read_on():
                    await one.done.wait()
            self._coming.put_nowait(None)
        except asyncio.CancelledError:
            raise
        except BaseException as error:  # raised where the list is asked for
            self._coming.put_nowait(error)

    async def __aenter__(self) -> Self:
        self._reading = asyncio.ensure_future(self._read())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._reading is not None:
            self._reading.cancel()
            await asyncio.gather(self._reading, return_exceptions=True)


class _ForgottenError(Exception):
    """The vendor no longer knows what changed since the last run."""


def _listing(resource: Resource, *, full: bool) -> Listing | None:
    """The call that a run makes for a resource."""
    return resource.list if full or resource.changes is None else resource.changes


def _is_by_token(resource: Resource) -> bool:
    return resource.since is not None and resource.since.by == "token"


def _has_moved_on(resource: Resource, known: SyncCursor | None, now: datetime) -> bool:
    """Whether the window that a resource's token was begun with is too far behind."""
    if resource.window is None or known is None or known.full_at is None:
        return False
    return now - known.full_at >= timedelta(days=resource.window.renew_days)


async def _page(
    client: Client,
    settings: Mapping[str, str],
    resource: Resource,
    listing: Listing,
    state: PageState,
    *,
    since: str | None,
) -> Page:
    try:
        return await read_resource(client, resource, listing, state, since=since, settings=settings)
    except EndlessError as error:
        if since is not None:
            raise _ForgottenError from error
        raise VendorRejected(client.title, "there is more than it lets be listed") from error
    except VendorRejected as error:
        dead = resource.since.dead_statuses if resource.since is not None else ()
        if since is not None and error.status in dead:
            raise _ForgottenError from error
        raise


async def _taken(run: Run, resource: Resource, page: Page, turn: Turn) -> list[TakenObject]:
    """What a page's objects are mapped to, oldest first."""
    taken: list[TakenObject] = []
    for place, one in enumerate(reversed(page.items) if resource.newest_first else page.items):
        if place % _MAPPED_AT_ONCE == 0:
            await turn.wait()
        value = left_of(one.value, run.erased, resource.object in run.people)
        taken += run.rosetta.take_all(resource.object, value, one.pointer)
    return taken
