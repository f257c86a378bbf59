"""All that is needed to speak with any vendor, in one hand: configurations, addresses, clients, budgets."""

import asyncio
import random
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

import httpx

from storage.kernel.actor import Actor
from storage.kernel.clock import Clock
from storage.kernel.errors import CopilotError, ErrorKind, not_found
from tools.connectors.core.budget import Budget, LedgerStore, Sleep
from tools.connectors.core.config import OAuthClient, VendorConfig
from tools.connectors.core.credentials import Connection, CredentialStore
from tools.connectors.core.endpoints import Endpoints, Role
from tools.connectors.core.http import Tokens, VendorClient
from tools.connectors.core.renewal import ConnectionTokens
from tools.connectors.core.token_calls import TokenCalls
from tools.connectors.core.wire import LONGEST_SECONDS, MAX_BYTES

Overrides = Mapping[str, Mapping[Role, str]]
NOT_SET_UP: Final = "The operator of this installation sets its client id and secret in SMB_CONNECTOR_CLIENTS."


@dataclass(frozen=True)
class Vendors:
    """One per process. `clients` is what each vendor knows this installation by; `overrides` as in Endpoints."""

    configs: Mapping[str, VendorConfig]
    http: httpx.AsyncClient
    ledgers: LedgerStore
    store: CredentialStore
    clock: Clock
    clients: Mapping[str, OAuthClient] = field(default_factory=dict[str, OAuthClient])
    overrides: Overrides = field(default_factory=dict[str, Mapping[Role, str]])
    sleep: Sleep = asyncio.sleep
    jitter: random.Random = field(default_factory=random.SystemRandom)
    max_bytes: int = MAX_BYTES
    longest_seconds: float = LONGEST_SECONDS

    def config(self, vendor: str) -> VendorConfig:
        """Raises not found."""
        if (found := self.configs.get(vendor)) is None:
            raise not_found("The connector")
        return found

    def endpoints(self, vendor: str) -> Endpoints:
        return self._endpoints[self.config(vendor).vendor]

    def has_client(self, vendor: str) -> bool:
        return vendor in self.clients

    def token_calls(self, vendor: str) -> TokenCalls:
        """Raises CONFLICT where the vendor knows no such flow, or the operator has not set it up."""
        config = self.config(vendor)
        if config.oauth is None:
            raise CopilotError(
                ErrorKind.CONFLICT, f"{config.title} is connected by a key.", hint="Connect it with a key."
            )
        if (client := self.clients.get(vendor)) is None:
            way = f" Or connect with a key: {config.key.title}." if config.key is not None else ""
            raise CopilotError(
                ErrorKind.CONFLICT, f"{config.title} is not set up in this installation.", hint=NOT_SET_UP + way
            )
        return TokenCalls(self.endpoints(vendor), client, self.http, self.clock)

    def tokens(self, actor: Actor, connection: Connection) -> ConnectionTokens:
        """The tokens of a connection, renewed where they can be."""
        config = self.config(connection.vendor)
        renewable = config.oauth is not None and connection.way == "oauth" and self.has_client(connection.vendor)
        calls = self.token_calls(connection.vendor) if renewable else None
        return ConnectionTokens(self.store, actor, connection.id, config.title, calls, self.sleep)

    def client(self, actor: Actor, connection: Connection) -> VendorClient:
        """The API of a connection."""
        return self.client_with(
            connection.vendor, connection.settings, self.tokens(actor, connection), budget_of=connection.id
        )

    def client_with(self, vendor: str, settings: Mapping[str, str], tokens: Tokens, *, budget_of: str) -> VendorClient:
        """The same with other tokens: for a look at an account before its connection is stored."""
        return VendorClient(
            self.endpoints(vendor),
            settings,
            tokens,
            budget=Budget(self.ledgers, self.config(vendor), budget_of, self.sleep),
            http=self.http,
            clock=self.clock,
            sleep=self.sleep,
            jitter=self.jitter,
            max_bytes=self.max_bytes,
            longest_seconds=self.longest_seconds,
        )

    @cached_property
    def _endpoints(self) -> dict[str, Endpoints]:
        return {name: Endpoints(config, self.overrides.get(name)) for name, config in self.configs.items()}
