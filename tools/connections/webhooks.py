"""The use case of webhooks: who sent one, which connections it tells of, and what is written down of it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import structlog
from pydantic import SecretStr

from storage.kernel.errors import CopilotError, not_found
from storage.kernel.ids import new_id
from storage.models.ingestion import Connector
from storage.models.privacy import PrivacyRequest
from storage.models.watching import Notification
from storage.models.webhooks import WebhookDelivery
from storage.repositories.webhooks import DONE
from storage.scope import SystemPurpose
from storage.uow import SystemUnitOfWork
from tools.connectors.core.credentials import ACTIVE, DISCONNECTED, NEEDS_RECONNECT
from tools.connectors.core.vendors import Vendors
from tools.connectors.core.webhooks.hints import Hint, hints_of
from tools.connectors.core.webhooks.keys import PublicKeys
from tools.connectors.core.webhooks.post import Post
from tools.connectors.core.webhooks.rules import TokenSigned, WebhookRule
from tools.connectors.core.webhooks.verifying import PushIdentity, Trust, Verdict, key_id_of, verify
from tools.privacy.erasure import ACCESS, ANSWERED_WITHIN, ERASE_ACCOUNT, ERASE_PERSON
from tools.privacy.subject import Subject, subject_of

_FETCHED: Final = ("change", "deleted", "subscription")
"""What a sync sees."""
_PRIVACY: Final = ("redact", "data_request")
_OF_ACCOUNTS: Final = ("shop/redact",)
"""Topics that ask for all of an account to be erased."""
_AT_ONCE: Final = 500
_logger: structlog.stdlib.BoundLogger = structlog.get_logger("tools.webhooks")


@dataclass(frozen=True, slots=True)
class Told:
    """What one webhook newly told of one connection. `is_due`: there is something to fetch, and it can be."""

    tenant_id: str
    connection_id: str
    vendor: str
    status: str
    hints: int
    received_at: datetime
    is_due: bool
    is_lapsing: bool = False
    """Whether its subscriptions are to be looked at."""
    notices: tuple[Notification, ...] = ()
    requests: tuple[str, ...] = ()
    """Ids of what people ask of the data about them."""


@dataclass(frozen=True, slots=True)
class Received:
    """What came of a webhook: `told` holds only what was not told before, and nothing unless it is valid."""

    verdict: Verdict
    told: tuple[Told, ...] = ()


class WebhookService:
    """One per process. `secrets` are the operator's by vendor; `pusher` who pushes for Google, None where nobody may."""

    def __init__(
        self, vendors: Vendors, secrets: Mapping[str, Sequence[SecretStr]], pusher: PushIdentity | None = None
    ) -> None:
        self._vendors = vendors
        self._database = vendors.store.database
        self._secrets = secrets
        self._pusher = pusher
        self._keys = {
            name: PublicKeys(vendors.endpoints(name).url("token", config.webhook.check.keys_url, {}), vendors.http, vendors.clock)
            for name, config in vendors.configs.items()
            if config.webhook is not None and isinstance(config.webhook.check, TokenSigned)
        }  # fmt: skip

    def rule(self, vendor: str, connection_id: str | None) -> WebhookRule:
        """That of the installation's address, or of a connection's own. Raises not found."""
        if (found := self._vendors.config(vendor).webhook) is None:
            raise not_found("The connector")
        return found.at(connection_id)

    async def receive(self, vendor: str, connection_id: str | None, post: Post) -> Received:
        """Checks a webhook and writes down what it tells, once. Posted to a connection's own address it tells of that
        connection only. An account that nobody has connected is noted in the log. Raises not found for a vendor, INVALID
        for a valid one that is no JSON, UNAVAILABLE where it can be neither checked nor kept: it is sent again then."""
        rule = self.rule(vendor, connection_id)
        verdict = await self._verdict(rule, vendor, connection_id, post)
        hints = hints_of(rule, post) if verdict is Verdict.VALID else ()
        told: tuple[Told, ...] = ()
        if hints:
            async with self._database.system(SystemPurpose.WEBHOOK) as uow:
                if await _comes_by_one_of(uow, rule, connection_id, post):
                    told = await self._kept(uow, vendor, connection_id, hints, post.body)
                else:
                    verdict = Verdict.UNKNOWN
        if verdict is not Verdict.VALID:
            _logger.warning("webhook refused", vendor=vendor, reason=verdict.value)
        return Received(verdict, told)

    # ── whose it is ──────────────────────────────────────────────────────────────────────────────────────

    async def _verdict(self, rule: WebhookRule, vendor: str, connection_id: str | None, post: Post) -> Verdict:
        now = self._vendors.clock.now()
        first = verify(rule, post, await self._trust(rule, vendor, post), now)
        # Only at an address of its own may a connection's own secret open: it could speak for others elsewhere.
        if first not in (Verdict.WRONG, Verdict.NO_SECRET) or connection_id is None or rule.secret == "none":  # noqa: S105 - not one
            return first
        own = await self._own_secret(vendor, connection_id)
        return first if own is None else verify(rule, post, Trust(secrets=(own,)), now)

    async def _trust(self, rule: WebhookRule, vendor: str, post: Post) -> Trust:
        secrets = list(self._secrets.get(vendor, ())) if rule.secret in ("operator", "client") else []
        if rule.secret == "client" and vendor in self._vendors.clients:  # noqa: S105 - not one
            secrets.insert(0, self._vendors.clients[vendor].client_secret)
        keys: Mapping[str, Mapping[str, Any]] | None = None
        if isinstance(rule.check, TokenSigned) and self._pusher is not None and (key_id := key_id_of(post)) is not None:
            keys = await self._keys[vendor].find(key_id)
        return Trust(secrets, keys, self._pusher)

    async def _own_secret(self, vendor: str, connection_id: str) -> SecretStr | None:
        async with self._database.system(SystemPurpose.WEBHOOK) as uow:
            row = await uow.connections.of_vendor(vendor, connection_id)
            sealed = row.webhook_secret if row is not None else None
        try:
            return SecretStr(self._vendors.store.open(sealed)) if sealed else None
        except CopilotError:
            return None  # sealed with a secret of the installation that is gone

    # ── what it tells ────────────────────────────────────────────────────────────────────────────────────

    async def _kept(
        self, uow: SystemUnitOfWork, vendor: str, connection_id: str | None, hints: Sequence[Hint], body: bytes
    ) -> tuple[Told, ...]:
        pairs = await self._resolved(uow, vendor, connection_id, hints)
        kept = await uow.webhooks.keep([_delivery(row, hint) for row, hint in pairs])
        for connector_id in {one.connector_id for one in kept if one.kind == "subscription"}:
            await uow.vendor_subscriptions.look_again(connector_id)
        fresh = {(one.connector_id, one.dedup_key): one for one in kept}
        by_connection: dict[str, list[tuple[Hint, WebhookDelivery]]] = defaultdict(list)
        rows: dict[str, Connector] = {}
        for row, hint in pairs:
            if (delivery := fresh.pop((row.id, hint.key), None)) is not None:
                by_connection[row.id].append((hint, delivery))
                rows[row.id] = row
        return tuple(self._told(uow, rows[one], news, body) for one, news in by_connection.items())

    async def _resolved(
        self, uow: SystemUnitOfWork, vendor: str, connection_id: str | None, hints: Sequence[Hint]
    ) -> list[tuple[Connector, Hint]]:
        """Each hint with each connection that it tells of: two tenants may have connected one account."""
        accounts = sorted({hint.account for hint in hints if hint.account is not None})
        rows: list[Connector] = []
        if connection_id is not None:
            one = await uow.connections.of_vendor(vendor, connection_id)
            rows = [one] if one is not None else []
        else:
            for start in range(0, len(accounts), _AT_ONCE):
                rows += await uow.connections.of_accounts(vendor, accounts[start : start + _AT_ONCE])
        of_account: dict[str | None, list[Connector]] = defaultdict(list)
        for row in rows:
            of_account[row.external_key].append(row)
        if connection_id is not None:
            of_account[None] = rows
        found = [(row, hint) for hint in hints for row in of_account.get(hint.account, ()) if _concerns(row, hint)]
        strangers = [hint for hint in hints if hint.account not in of_account]
        if strangers:
            named = sorted({hint.account or "none named" for hint in strangers})
            _logger.info("webhook of unknown accounts", vendor=vendor, events=len(strangers), accounts=named[:5])
        return found

    def _told(
        self, uow: SystemUnitOfWork, row: Connector, news: Iterable[tuple[Hint, WebhookDelivery]], body: bytes
    ) -> Told:
        """Does what needs nothing from outside. The rest waits as received."""
        pairs = list(news)
        title = self._vendors.config(row.type).title
        if row.status == ACTIVE and any(_is_its_end(row, hint) for hint, _ in pairs):
            row.status = NEEDS_RECONNECT
            row.status_message = f"{title} says that its owner took the permission back. Connect {title} again."
        asked = [hint for hint, _ in pairs if hint.kind in _PRIVACY]
        requests = tuple(self._request(row, hint, body, uow.clock.now()) for hint in asked)
        notices = tuple(_notice(row, title, hint) for hint in asked)
        uow.add(*notices, *requests)
        is_due = row.status == ACTIVE and any(hint.kind in _FETCHED for hint, _ in pairs)
        for hint, delivery in pairs:
            if row.status != ACTIVE or hint.kind not in _FETCHED:
                delivery.status = DONE
        received_at = max(delivery.received_at for _, delivery in pairs)
        return Told(
            row.tenant_id,
            row.id,
            row.type,
            row.status,
            len(pairs),
            received_at,
            is_due,
            is_due and any(hint.kind == "subscription" for hint, _ in pairs),
            notices,
            tuple(one.id for one in requests),
        )

    def _request(self, row: Connector, hint: Hint, body: bytes, now: datetime) -> PrivacyRequest:
        """What is asked, for a job to do: it holds what the person is reached by, and so is sealed."""
        kind = ACCESS if hint.kind == "data_request" else ERASE_PERSON
        if hint.topic in _OF_ACCOUNTS:
            kind = ERASE_ACCOUNT
        subject = subject_of(body, hint.resource) if kind != ERASE_ACCOUNT else Subject()
        return PrivacyRequest(
            id=new_id(),
            tenant_id=row.tenant_id,
            connector_id=row.id,
            kind=kind,
            status="received",
            subject=self._vendors.store.seal(subject.model_dump_json()),
            due_at=now + ANSWERED_WITHIN,
        )


async def _comes_by_one_of(uow: SystemUnitOfWork, rule: WebhookRule, connection_id: str | None, post: Post) -> bool:
    """Whether what names its subscription names one that the connection has now. What comes by one that was replaced says
    nothing that is not fetched: a sync follows whatever is made."""
    if rule.comes_by is None or connection_id is None:
        return True
    named = (post.header(rule.comes_by.id_header), post.header(rule.comes_by.resource_id_header))
    return named in {(one.external_id, one.resource_id) for one in await uow.vendor_subscriptions.of(connection_id)}


def _delivery(row: Connector, hint: Hint) -> dict[str, Any]:
    return {
        "tenant_id": row.tenant_id,
        "connector_id": row.id,
        "dedup_key": hint.key,
        "topic": hint.topic,
        "kind": hint.kind,
        "resource": hint.resource,
        "occurred_at": hint.occurred_at,
    }


def _concerns(row: Connector, hint: Hint) -> bool:
    """A connection that was ended is told nothing but what people ask of the data that it left."""
    return row.status != DISCONNECTED or hint.kind in _PRIVACY


def _is_its_end(row: Connector, hint: Hint) -> bool:
    """Not where it was connected again since: deliveries come late, and in any order."""
    is_older = row.connected_at is not None and hint.occurred_at is not None and hint.occurred_at < row.connected_at
    return hint.kind == "ended" and not is_older


def _notice(row: Connector, title: str, hint: Hint) -> Notification:
    whose = f"{title} ({row.name}), {hint.resource}" if hint.resource else f"{title} ({row.name})"
    if hint.kind == "redact":
        text = f"{whose}: personal data is to be erased. It is being erased here."
    else:
        days = ANSWERED_WITHIN.days
        text = f"{whose}: a person asks which data is held about them. Answer within {days} days: it is being gathered here."
    return Notification(
        id=new_id(),
        tenant_id=row.tenant_id,
        kind="privacy",
        title=f"A privacy request from {title}"[:200],
        text=text,
        subject_id=row.id,
    )
