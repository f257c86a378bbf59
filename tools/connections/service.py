"""The use cases of connections: what there is, connecting, and ending it."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Final

import structlog
from pydantic import SecretStr

from storage.kernel.actor import Actor, Role, Surface
from storage.kernel.errors import CopilotError, ErrorKind, not_found
from storage.models.ingestion import Connector
from storage.models.webhooks import VendorSubscription
from storage.uow import ReadUnitOfWork, WriteUnitOfWork
from tools.connections.schemas import (
    AskedField,
    AuthorizationView,
    Completed,
    ConnectionView,
    ConnectorList,
    DisconnectRequest,
    ListConnectorsRequest,
    SubscriptionView,
    VendorView,
    Way,
)
from tools.connectors.core.config import VendorConfig
from tools.connectors.core.credentials import DISCONNECTED, Connection
from tools.connectors.core.oauth import Asking, Connecting
from tools.connectors.core.subscriptions.keeping import SubscriptionKeeper
from tools.connectors.core.vendors import Vendors

_QUOTES: Final = " \"'“”„«»"
_logger: structlog.stdlib.BoundLogger = structlog.get_logger("tools.connections")


class ConnectionService:
    """One per process. `aclose` waits for vendors that are being told; what a crash leaves is found by `sweep`."""

    def __init__(self, vendors: Vendors, connecting: Connecting, subscriptions: SubscriptionKeeper) -> None:
        self._vendors = vendors
        self._subscriptions = subscriptions
        self._connecting = connecting
        self._telling: set[asyncio.Task[None]] = set()

    async def aclose(self) -> None:
        await asyncio.gather(*self._telling)

    async def list_connectors(self, uow: ReadUnitOfWork, _request: ListConnectorsRequest) -> ConnectorList:
        """All vendors in the order of the catalogue; connections oldest first."""
        rows = await uow.connections.all()
        kept: dict[str, list[VendorSubscription]] = defaultdict(list)
        for one in await uow.vendor_subscriptions.all():
            kept[one.connector_id].append(one)
        return ConnectorList(
            items=tuple(
                self._kind(config, tuple(self._view(row, kept[row.id]) for row in rows if row.type == config.vendor))
                for config in self._vendors.configs.values()
            )
        )

    def _kind(self, config: VendorConfig, connections: tuple[ConnectionView, ...]) -> VendorView:
        offered: dict[Way, bool] = {
            "oauth": config.oauth is not None and self._vendors.has_client(config.vendor),
            "key": config.key is not None,
        }
        asked = [(name, one) for name, one in config.settings.items() if one.asked or one.chosen]
        key = config.key.fields.items() if config.key is not None else ()
        return VendorView(
            type=config.vendor,
            title=config.title,
            ways=tuple(way for way, is_offered in offered.items() if is_offered),
            settings=tuple(AskedField(name=name, title=one.title, required=one.asked) for name, one in asked),
            key=tuple(AskedField(name=name, title=one.title, secret=name == "token") for name, one in key),
            connections=connections,
        )

    # ── connecting ───────────────────────────────────────────────────────────────────────────────────────

    async def authorize(self, actor: Actor, vendor: str, settings: Mapping[str, str]) -> AuthorizationView:
        """As Connecting.begin."""
        begun = await self._connecting.begin(actor, vendor, settings)
        return AuthorizationView(authorization_url=begun.authorization_url, expires_at=begun.expires_at)

    async def asking(self, params: Mapping[str, str]) -> Asking:
        """As Connecting.asking."""
        return await self._connecting.asking(params.get("state", ""))

    async def complete(self, params: Mapping[str, str]) -> Completed:
        """As Connecting.complete."""
        made = await self._connecting.complete(params)
        actor = Actor(made.tenant_id, None, Role.VIEWER, Surface.SYSTEM)
        async with self._vendors.store.database.read(actor) as uow:
            tenant = await uow.tenants.current()
        return Completed(vendor=self._vendors.config(made.vendor).title, account=made.name, tenant=tenant.name)

    async def connect(self, actor: Actor, vendor: str, fields: Mapping[str, SecretStr]) -> ConnectionView:
        """As Connecting.connect_with_key."""
        return await self._shown(actor, await self._connecting.connect_with_key(actor, vendor, fields))

    async def _shown(self, actor: Actor, connection: Connection) -> ConnectionView:
        async with self._vendors.store.database.read(actor) as uow:
            row = await uow.connections.get(connection.id)
            return self._view(row, await uow.vendor_subscriptions.of(row.id))

    def _view(self, row: Connector, kept: Sequence[VendorSubscription]) -> ConnectionView:
        return ConnectionView(
            id=row.id,
            type=row.type,
            name=row.name,
            account=row.external_key,
            status=row.status,  # pyright: ignore[reportArgumentType] - the table's states are the contract's
            message=row.status_message,
            connected_at=row.created_at,
            last_sync_at=row.last_sync_at,
            subscriptions=tuple(
                SubscriptionView(
                    topics=one.topics,
                    state=one.state,  # pyright: ignore[reportArgumentType] - the keeper's states are the contract's
                    message=one.message,
                    expires_at=one.expires_at,
                )
                for one in self._subscriptions.shown(row, kept)
            ),
        )

    # ── the end ──────────────────────────────────────────────────────────────────────────────────────────

    async def disconnect(self, actor: Actor, connection_id: str) -> None:
        """As Connecting.disconnect."""
        await self._connecting.disconnect(actor, connection_id)

    async def disconnect_named(self, uow: WriteUnitOfWork, request: DisconnectRequest) -> ConnectionView:
        """The same inside the caller's unit of work. The vendor is told beside it: no unit waits for anybody outside.
        Raises not found, and CONFLICT where the name says several."""
        row = await self.named(uow, request.connection)
        untold = await self._connecting.forget(uow, row.id)
        await uow.flush()
        if untold is not None:
            self._follow(uow.tenant_id, row.id, untold)
        return self._view(row, ())

    async def sweep(self) -> None:
        """Begins to tell vendors of ends that they were not told of. Waits for none of them."""
        for untold in await self._connecting.untold():
            self._follow(*untold)

    def _follow(self, *untold: str) -> None:
        task = asyncio.create_task(self._tell(*untold))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _tell(self, *untold: str) -> None:
        try:
            await self._connecting.tell(*untold)
        except Exception as error:  # it is written down, and the next sweep takes it up
            _logger.warning("an end is not told", reason=type(error).__name__)

    async def named(self, uow: ReadUnitOfWork, name: str) -> Connector:
        """A connection by its id, its own name or account, or what its vendor is called. Raises not found, and CONFLICT
        where it may be several."""
        wanted = name.strip(_QUOTES).casefold()
        rows = [row for row in await uow.connections.all() if row.status != DISCONNECTED]
        found = [row for row in rows if wanted == row.id] or [row for row in rows if wanted in self._called(row)]
        if not found:
            raise not_found(f"A connection called {name!r}")
        if len(found) > 1:
            raise CopilotError(
                ErrorKind.CONFLICT,
                f"{name!r} may be any of {', '.join(sorted(map(self._shown_apart, found)))}.",
                hint="Say which by its account in quotes, or by its vendor.",
            )
        return found[0]

    def _called(self, row: Connector) -> set[str]:
        config = self._vendors.config(row.type)
        return {one.casefold() for one in (row.name, row.external_key, row.type, *config.called)}

    def _shown_apart(self, row: Connector) -> str:
        """One business bears the same name at every vendor, and perhaps at two accounts of one."""
        account = "" if row.external_key == row.name else f", “{row.external_key}”"
        return f"{row.name} ({self._vendors.config(row.type).title}{account})"
