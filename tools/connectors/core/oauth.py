"""Connecting a vendor's account: by the authorization code flow (RFC 6749 §4.1), or by a key; and the end of it."""

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

import structlog
from pydantic import SecretStr

from storage.kernel.actor import Actor, Permission, Role, Surface
from storage.kernel.errors import CopilotError, ErrorKind, FieldProblem, invalid
from storage.kernel.text import legible
from storage.models.ingestion import OAuthState
from storage.scope import SystemPurpose
from storage.uow import SystemUnitOfWork, WriteUnitOfWork
from tools.connectors.core.config import Account, OAuth, VendorConfig
from tools.connectors.core.credentials import Connection, Credentials, Ended, NewConnection
from tools.connectors.core.endpoints import Endpoints
from tools.connectors.core.errors import VendorError, VendorRefused, VendorRejected, VendorUnavailable
from tools.connectors.core.paths import first_at, found_at, text_at
from tools.connectors.core.renewal import StaticTokens
from tools.connectors.core.state import (
    LIFE,
    Begun,
    StateSigner,
    challenge_of,
    expiry_of,
    new_nonce,
    new_verifier,
    nonce_hash,
)
from tools.connectors.core.subscriptions.keeping import SubscriptionKeeper
from tools.connectors.core.token_calls import TokenCalls
from tools.connectors.core.vendors import Vendors

_logger: structlog.stdlib.BoundLogger = structlog.get_logger("tools.connectors")
_LONGEST_ID: Final = 200
_LONGEST_CODE: Final = 4_096
_FORGOTTEN_AFTER: Final = timedelta(days=1)
_SENT_BACK: Final = "Begin again from the list of connectors."


@dataclass(frozen=True, slots=True)
class AuthorizationRequest:
    """Where the owner's browser goes to give its permission, and until when it may come back."""

    authorization_url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Asking:
    """For whom an authorization was begun: the vendor's title, the business, and whose account asked, None for a machine."""

    vendor: str
    tenant: str
    by: str | None


@dataclass(frozen=True, slots=True)
class _Returned:
    """An authorization that came back, used up."""

    actor: Actor
    vendor: str
    settings: dict[str, str]
    verifier: str | None


class Connecting:
    """One per process. `redirect_uri` is the callback's public address, the same one that the vendors know; `subscriptions`
    takes away what vendors were asked to send."""

    def __init__(
        self, vendors: Vendors, *, secret: str, redirect_uri: str, subscriptions: SubscriptionKeeper | None = None
    ) -> None:
        self._vendors = vendors
        self._store = vendors.store
        self._signer = StateSigner(secret)
        self._redirect_uri = redirect_uri
        self._subscriptions = subscriptions

    # ── by permission ────────────────────────────────────────────────────────────────────────────────────

    async def begin(self, actor: Actor, vendor: str, settings: Mapping[str, str]) -> AuthorizationRequest:
        """Raises not found, FORBIDDEN, INVALID for settings, CONFLICT where the operator has not set the vendor up."""
        require_connecting(actor)
        calls = self._vendors.token_calls(vendor)
        config, oauth, endpoints = calls.config, calls.oauth, self._vendors.endpoints(vendor)
        asked = {name: one.asked for name, one in config.settings.items() if one.asked or one.chosen}
        checked = _settings(endpoints, settings, asked, config, "/settings")
        nonce, verifier = new_nonce(), new_verifier() if oauth.pkce else None
        expires_at = self._vendors.clock.now() + LIFE
        state = self._signer.sign(nonce, expires_at, Begun(actor.tenant_id, actor.user_id, vendor))
        sealed = self._store.seal(json.dumps({"verifier": verifier, "settings": checked}))
        async with self._store.database.write(actor) as uow:
            uow.add(
                OAuthState(
                    user_id=actor.user_id,
                    role=actor.role.value,
                    vendor=vendor,
                    nonce_hash=nonce_hash(state),
                    sealed=sealed,
                    expires_at=expires_at,
                )
            )
        query = self._query(oauth, self._vendors.clients[vendor].client_id, state, verifier)
        url = endpoints.url("authorize", oauth.authorize_url, checked)
        return AuthorizationRequest(f"{url}{'&' if urlsplit(url).query else '?'}{urlencode(query)}", expires_at)

    def _query(self, oauth: OAuth, client_id: str, state: str, verifier: str | None) -> dict[str, str]:
        query = {
            "response_type": "code",
            "client_id": client_id,
            "redirect_uri": self._redirect_uri,
            "state": state,
            **oauth.authorize_params,
        }
        if oauth.scopes:
            query["scope"] = oauth.scope_separator.join(oauth.scopes)
        if verifier is not None:
            query |= {"code_challenge": challenge_of(verifier), "code_challenge_method": "S256"}
        return query

    async def complete(self, params: Mapping[str, str]) -> Connection:
        """What the vendor sent the browser back with, as a connection. The state is used up whatever comes of it. Raises
        CopilotError with a text that the browser may show."""
        returned = await self._returned(params.get("state", ""))
        config = self._vendors.config(returned.vendor)
        if "error" in params:
            raise CopilotError(ErrorKind.CONFLICT, f"{config.title} was not connected: it was declined.", hint=_SENT_BACK)  # fmt: skip
        calls = self._vendors.token_calls(returned.vendor)
        settings = self._told(calls, params, returned.settings)
        code = params.get("code", "")
        if not 0 < len(code) <= _LONGEST_CODE:
            raise invalid(f"{config.title} sent no code.", hint=_SENT_BACK)
        granted = await calls.exchange_code(code, self._redirect_uri, returned.verifier, settings)
        for field, setting in calls.oauth.token_settings.items():
            if (value := text_at(granted.answer, field)) is not None:
                settings[setting] = self._vendors.endpoints(returned.vendor).checked(setting, value)
        return await self._connect(returned, settings, granted.credentials, calls.oauth.account, granted.answer)

    async def asking(self, state: str) -> Asking:
        """For whom a permission is, before it is used. Raises FORBIDDEN as `complete` does; the state stays as it is."""
        hashed, expires_at = self._checked(state)
        async with self._store.database.system(SystemPurpose.OAUTH) as uow:
            row = await uow.oauth_states.find(hashed)
            if row is None or not self._is_for(state, row) or min(expires_at, row.expires_at) <= uow.clock.now():
                raise _refused()
            if await _still_allowed(uow, row) is None:
                raise _refused()
            tenant = await uow.tenants.get(row.tenant_id)
            user = await uow.users.get(row.user_id) if row.user_id is not None else None
            return Asking(self._vendors.config(row.vendor).title, tenant.name, user.email if user else None)

    async def _returned(self, state: str) -> _Returned:
        """Whose authorization a state is. Raises FORBIDDEN for one that is forged, expired or used before, alike."""
        hashed, expires_at = self._checked(state)
        async with self._store.database.system(SystemPurpose.OAUTH) as uow:
            row = await uow.oauth_states.take(hashed)
            if row is None or not self._is_for(state, row):
                raise _refused()  # and a row that was only guessed at stays
            now = uow.clock.now()
            await uow.oauth_states.forget_expired(now - _FORGOTTEN_AFTER)
            actor = await _still_allowed(uow, row)
            kept: dict[str, Any] = json.loads(self._store.open(row.sealed))
            is_late = min(expires_at, row.expires_at) <= now
        if is_late or actor is None:
            raise _refused()
        return _Returned(actor, row.vendor, kept["settings"], kept["verifier"])

    def _checked(self, state: str) -> tuple[str, datetime]:
        """What the store knows a state by, and when it ends. Raises FORBIDDEN for one that was not made here."""
        try:
            hashed, expires_at, is_made_here = nonce_hash(state), expiry_of(state), self._signer.was_made_here(state)
        except ValueError:
            raise _refused() from None
        if not is_made_here:
            raise _refused()
        return hashed, expires_at

    def _is_for(self, state: str, row: OAuthState) -> bool:
        return self._signer.is_for(state, Begun(row.tenant_id, row.user_id, row.vendor))

    def _told(self, calls: TokenCalls, params: Mapping[str, str], begun: Mapping[str, str]) -> dict[str, str]:
        """The settings with what the vendor sent back beside the code."""
        config, oauth = calls.config, calls.oauth
        if oauth.callback_hmac and not _is_signed(params, self._vendors.clients[config.vendor].client_secret):
            raise invalid(f"This does not come from {config.title}.", hint=_SENT_BACK)
        settings = dict(begun)
        for one in oauth.callback:
            if (value := params.get(one.name)) is None:
                if one.required:
                    raise invalid(f"{config.title} did not say which account it is.", hint=_SENT_BACK)
                continue
            checked = self._vendors.endpoints(config.vendor).checked(one.setting, value)
            if settings.get(one.setting, checked) != checked:
                raise invalid(f"{config.title} sent back another account than was asked for.", hint=_SENT_BACK)
            settings[one.setting] = checked
        return settings

    # ── by key ───────────────────────────────────────────────────────────────────────────────────────────

    async def connect_with_key(self, actor: Actor, vendor: str, fields: Mapping[str, SecretStr]) -> Connection:
        """Tries a key with one cheap call and keeps it where it works. Raises not found, FORBIDDEN, CONFLICT where the
        vendor takes no keys, INVALID for fields and for a key that does not work, VendorUnavailable."""
        require_connecting(actor)
        config = self._vendors.config(vendor)
        if (way := config.key) is None:
            raise CopilotError(ErrorKind.CONFLICT, f"{config.title} takes no keys.", hint="Authorize it instead.")
        plain = {name: value.get_secret_value().strip() for name, value in fields.items()}
        problems = [FieldProblem(f"/fields/{name}", "is no field of this") for name in plain if name not in way.fields]
        problems += [FieldProblem(f"/fields/{name}", "is missing") for name in way.fields if not plain.get(name)]
        problems += [
            FieldProblem(f"/fields/{name}", f"does not look like: {one.title}")
            for name, one in way.fields.items()
            if plain.get(name) and not one.matches(plain[name])
        ]
        if problems:
            raise CopilotError(ErrorKind.INVALID, f"{config.title} cannot be connected with this.", problems=tuple(problems))  # fmt: skip
        own = {name: value for name, value in plain.items() if name != "token"}
        settings = _settings(self._vendors.endpoints(vendor), own, dict.fromkeys(own, True), config, "/fields")
        returned, token = _Returned(actor, vendor, settings, None), plain["token"]
        try:
            return await self._connect(
                returned,
                settings,
                Credentials(access_token=SecretStr(token)),
                way.account,
                mark=way.mark_of(token),
            )
        except (VendorRefused, VendorRejected) as refused:
            raise invalid(f"{config.title} does not take this key.", pointer="/fields/token") from refused

    # ── the account ──────────────────────────────────────────────────────────────────────────────────────

    async def _connect(
        self,
        returned: _Returned,
        settings: dict[str, str],
        credentials: Credentials,
        where: Account,
        answer: Mapping[str, Any] | None = None,
        *,
        mark: str | None = None,
    ) -> Connection:
        """Finds out whose account it is, and stores the connection to it. `mark` tells it from another of the same id."""
        config = self._vendors.config(returned.vendor)
        told: Any = answer
        if where.source != "token":
            # Only a signed callback says by itself whose account it is.
            is_vouched_for = where.source == "setting" and config.oauth is not None and config.oauth.callback_hmac
            told = await self._look(returned, settings, credentials, must=answer is None or not is_vouched_for)
        if where.among is not None:
            told = _permitted(told, where, settings, config)
        account = settings[where.path] if where.source == "setting" else text_at(told, where.path)
        name = text_at(told, where.name_path) if where.name_path else None
        # Some say what is wrong with a key in an answer of status 200 (GraphQL).
        is_unproven = where.source == "setting" and answer is None and name is None
        if not account or len(account) > _LONGEST_ID or account != legible(account) or is_unproven:
            raise VendorRejected(config.title, "it did not say which account it is")
        if where.setting is not None:
            settings[where.setting] = self._vendors.endpoints(returned.vendor).checked(where.setting, account)
        shown = legible(name or "").strip() or f"{config.title} {account}"
        if mark is not None:
            account, shown = f"{account}:{mark}", f"{shown} ({mark})"
        way = "oauth" if answer is not None else "key"
        new = NewConnection(returned.vendor, account, shown[:_LONGEST_ID], settings, way)
        return await self._store.connect(returned.actor, new, credentials)

    async def _look(
        self, returned: _Returned, settings: Mapping[str, str], credentials: Credentials, *, must: bool
    ) -> Any:
        """The vendor's answer to its check. Where the account is known already, only its name is lost without it."""
        config = self._vendors.config(returned.vendor)
        client = self._vendors.client_with(
            returned.vendor,
            settings,
            StaticTokens(credentials.access_token, config.title),
            budget_of=f"new:{returned.actor.tenant_id}",
        )
        check = config.check
        try:
            answer = await client.request(check.method, check.path, json=check.json_body, repeatable=True)
        except VendorError:
            if must:
                raise
            return None
        return answer.body

    # ── the end ──────────────────────────────────────────────────────────────────────────────────────────

    async def disconnect(self, actor: Actor, connection_id: str) -> Connection:
        """Forgets the credentials, and revokes at the vendor where that can be done: where it cannot now, later. What was read
        stays."""
        async with self._store.database.write(actor) as uow:
            untold = await self.forget(uow, connection_id)
            connection = Connection.of(await uow.connections.get(connection_id))
        if untold is not None:
            try:
                await self.tell(actor.tenant_id, connection_id, untold)
            except CopilotError as error:  # it has ended, and what is left is written down
                _logger.warning("an end is not told", reason=error.message)
        return connection

    async def forget(self, uow: WriteUnitOfWork, connection_id: str) -> str | None:
        """The half of it that needs no vendor, inside the caller's unit of work. Returns what `tell` needs for the other
        half, None where there is nothing to tell."""
        require_connecting(uow.actor)
        return await self._store.forget(uow, connection_id)

    async def untold(self) -> list[tuple[str, str, str]]:
        """What `tell` is to be called with now: for what a crash, or a vendor that could not be reached, left undone."""
        return await self._store.untold()

    async def tell(self, tenant_id: str, connection_id: str, disconnection_id: str) -> None:
        """The other half: tells the vendor to send nothing more and to end what was held, unless somebody else does. Where it
        cannot be reached that is done again until it can be, or too late. Begun inside the unit of work that ends the
        connection it waits for that, and does nothing where it fails."""
        actor = Actor(tenant_id, None, Role.OWNER, Surface.SYSTEM)
        ended = await self._store.take_up(actor, connection_id, disconnection_id)
        if ended is not None:
            ended, is_told = await self._told_of(ended)
            await self._store.let_go(ended, is_told=is_told)

    async def _told_of(self, ended: Ended) -> tuple[Ended, bool]:
        """Returns what is known of it now, and False where it is to be tried again. The permission goes last: what it was
        asked to send can only be ended by it."""
        vendor, is_left = ended.connection.vendor, True
        if self._subscriptions is not None:
            ended, is_left = await self._subscriptions.leave(ended)
        if not is_left and not ended.is_last:
            return ended, False
        if ended.connection.way != "oauth" or not self._vendors.has_client(vendor):
            return ended, is_left
        if not await self._store.note(ended):
            return ended, True  # connected again: the vendor may end that permission with this one
        try:
            await self._vendors.token_calls(vendor).revoke(ended.credentials, ended.connection.settings)
        except VendorUnavailable:
            return ended, False
        return ended, is_left


def require_connecting(actor: Actor) -> None:
    """Raises FORBIDDEN for a role that may not bring in data."""
    if not actor.may(Permission.DATA_IMPORT):
        raise CopilotError(
            ErrorKind.FORBIDDEN, "Your role may not connect sources.", hint="Ask an owner or an analyst."
        )


def _refused() -> CopilotError:
    return CopilotError(ErrorKind.FORBIDDEN, "This sign-in is unknown, expired or was used before.", hint=_SENT_BACK)


async def _still_allowed(uow: SystemUnitOfWork, row: OAuthState) -> Actor | None:
    """Who began, if they still may: ten minutes are enough to lose a role."""
    role = Role(row.role)
    if row.user_id is not None:
        membership = await uow.memberships.find(row.tenant_id, row.user_id)
        if membership is None or not (await uow.users.get(row.user_id)).is_active:
            return None
        role = Role(membership.role)
    actor = Actor(row.tenant_id, row.user_id, role, Surface.REST)
    return actor if actor.may(Permission.DATA_IMPORT) else None


def _permitted(told: Any, where: Account, settings: Mapping[str, str], config: VendorConfig) -> Any:
    """Of all that a sign-in permits the one to connect."""
    listed = found_at(told, where.among or "")
    if where.setting is not None and (wanted := settings.get(where.setting)) is not None:
        for one in listed:
            if (text_at(one, where.path) or "").casefold() == wanted.casefold():
                return one
        what = config.settings[where.setting].title
        raise invalid(
            f"{config.title} was not permitted for this {what.lower()}.", pointer=f"/settings/{where.setting}"
        )
    if where.preferred is not None:
        return next((one for one in listed if first_at(one, where.preferred) is True), next(iter(listed), None))
    return max(listed, key=lambda one: text_at(one, where.latest or "") or "", default=None)


def _settings(
    endpoints: Endpoints, given: Mapping[str, str], asked: Mapping[str, bool], config: VendorConfig, pointer: str
) -> dict[str, str]:
    """`asked`: the settings that may be given, and whether each must be."""
    for name in given:
        if name not in asked:
            raise invalid(f"{config.title} has no such setting.", pointer=f"{pointer}/{name}")
    for name, is_required in sorted(asked.items()):
        if is_required and not given.get(name):
            raise invalid(f"{config.settings[name].title} is missing.", pointer=f"{pointer}/{name}")
    return {name: endpoints.checked(name, value, f"{pointer}/{name}") for name, value in given.items()}


def _is_signed(params: Mapping[str, str], secret: SecretStr) -> bool:
    """Shopify's signature of a callback (vendor-facts.md §1)."""
    said = "&".join(f"{name}={value}" for name, value in sorted(params.items()) if name != "hmac")
    expected = hmac.new(secret.get_secret_value().encode(), said.encode(), hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected.encode(), params.get("hmac", "").encode())
