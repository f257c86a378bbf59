"""An OAuth 2.0 authorization server (RFC 6749, RFC 7636) whose tokens live and rotate by one vendor's exact rule.

A vendor's stand-in says the rule (`OAuthRules`) and gives the shapes of its answers; this file keeps the tokens.
"""

import base64
import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlencode

from evals.standins.vendors.kit.clock import VirtualClock
from evals.standins.vendors.kit.recorder import Asked
from evals.standins.vendors.kit.wire import BASE62, Json, identifier

Refresh = Literal["same", "new_each_use", "single_use", "until_replacement_used", "grace", "daily"]
"""What a refresh does to the refresh token: nothing; a new one while the old one lives on; a new one and the old one
dead at once; a new one and the old one good until the new one is used; good for some seconds more; a new value when
the present one is a day old."""

DAY = 86_400


@dataclass(frozen=True)
class OAuthRules:
    """Times in seconds; None means never. `refresh_hard_seconds` counts from the owner's consent, whatever happens."""

    access_seconds: int | None
    refresh: Refresh | None
    refresh_seconds: int | None = None
    refresh_hard_seconds: int | None = None
    grace_seconds: int = 0
    code_seconds: int = 600
    pkce: bool = False
    """Whether the vendor knows PKCE at all; a challenge given to one that does not is ignored."""
    max_refresh_tokens: int | None = None
    """How many refresh tokens an account may have with one client before the oldest dies."""
    token_length: int = 64


@dataclass(frozen=True)
class Client:
    """The registered application. `redirect_uris` empty: any loopback address."""

    id: str = "stand-in-client"
    secret: str = "stand-in-client-secret"  # noqa: S105  a made-up secret of a made-up client
    redirect_uris: tuple[str, ...] = ()


@dataclass
class RefreshToken:
    value: str
    issued_at: datetime
    expires_at: datetime | None
    first_used_at: datetime | None = None
    retired: bool = False
    parent: "RefreshToken | None" = None


@dataclass
class Grant:
    """What an owner allowed: an account of theirs, to a client, within scopes."""

    account: str
    scope: str
    consented_at: datetime
    uses_pkce: bool = False
    revoked: bool = False
    access: dict[str, datetime | None] = field(default_factory=dict[str, "datetime | None"])
    refresh: list[RefreshToken] = field(default_factory=list[RefreshToken])
    extra: Json = field(default_factory=dict[str, Any])


@dataclass(frozen=True)
class Tokens:
    access_token: str
    refresh_token: str | None
    access_expires_at: datetime | None
    refresh_expires_at: datetime | None
    grant: Grant


@dataclass
class _Code:
    grant: Grant
    redirect_uri: str
    challenge: str | None
    challenge_method: str
    expires_at: datetime
    tokens: Tokens | None = None


class OAuthError(Exception):
    """A refusal by its RFC 6749 name; the stand-in words it as its vendor does."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error
        self.description = description


@dataclass
class AuthorizationServer:
    """Keeps grants and tokens. `name` goes into the tokens, so that vendors' tokens differ."""

    name: str
    clock: VirtualClock
    rules: OAuthRules
    client: Client = field(default_factory=Client)
    grants: list[Grant] = field(default_factory=list[Grant])
    prefix: Callable[[Literal["access", "refresh"]], str] = lambda kind: ""  # noqa: ARG005  as those that need the kind
    rules_of: Callable[[Grant], OAuthRules] | None = None
    """Where grants of one vendor live by different rules."""
    _codes: dict[str, _Code] = field(default_factory=dict[str, _Code])
    _denied: bool = False
    _made: int = 0

    def deny_next(self) -> None:
        """Let the owner say no at the next authorization."""
        self._denied = True

    def authorize(
        self,
        query: Mapping[str, str],
        account: str,
        extra: Callable[[Mapping[str, str]], Mapping[str, str]] | None = None,
    ) -> str:
        """The owner's consent: the address to which the browser is sent, with a code or the refusal in its query.

        `extra` gives the vendor's own further parameters from those of the standard. Raises OAuthError where the request itself is
        wrong: then nobody is redirected (RFC 6749 §4.1.2.1).
        """
        if query.get("client_id") != self.client.id:
            raise OAuthError("invalid_client", "Unknown client")
        redirect_uri = query.get("redirect_uri", "")
        if not redirect_uri or (self.client.redirect_uris and redirect_uri not in self.client.redirect_uris):
            raise OAuthError("invalid_request", "The redirect URI is not registered")
        answer: dict[str, str] = {"state": query["state"]} if "state" in query else {}
        if self._denied:
            self._denied = False
            answer |= {"error": "access_denied", "error_description": "The owner denied the request"}
        else:
            code = self._token("code", 40)
            challenge = query.get("code_challenge") if self.rules.pkce else None
            grant = Grant(account, query.get("scope", ""), self.clock.now(), uses_pkce=challenge is not None)
            grant.extra["query"] = dict(query)
            self._codes[code] = _Code(
                grant,
                redirect_uri,
                challenge,
                query.get("code_challenge_method", "plain"),
                self.clock.now() + timedelta(seconds=self.rules.code_seconds),
            )
            answer["code"] = code
            answer |= extra(answer) if extra else {}
        return f"{redirect_uri}{'&' if '?' in redirect_uri else '?'}{urlencode(answer)}"

    def issue(self, account: str, scope: str = "", *, uses_pkce: bool = False, **fields: str) -> Tokens:
        """Tokens at once, as after a consent and an exchange with `fields`: for tests about something else."""
        grant = Grant(account, scope, self.clock.now(), uses_pkce=uses_pkce, extra={"fields": fields})
        return self._tokens(grant)

    def token(self, fields: Mapping[str, str]) -> Tokens:
        """The token endpoint for an authenticated client. Raises OAuthError."""
        match fields.get("grant_type"):
            case "authorization_code":
                return self._exchange(fields)
            case "refresh_token":
                return self._refresh(fields.get("refresh_token", ""))
            case other:
                raise OAuthError("unsupported_grant_type", f"The grant type {other} is not supported")

    def authenticate(self, client_id: str | None, secret: str | None, *, public: bool = False) -> None:
        """Raises OAuthError where it is not our client. A `public` client (PKCE) may leave out its secret."""
        if client_id != self.client.id or (secret != self.client.secret and not (public and not secret)):
            raise OAuthError("invalid_client", "Client authentication failed")

    def grant_of(self, access_token: str) -> Grant | None:
        """The grant behind an access token that is good now."""
        for grant in self.grants:
            if not grant.revoked and access_token in grant.access:
                expires_at = grant.access[access_token]
                return grant if expires_at is None or expires_at > self.clock.now() else None
        return None

    def expire_access_tokens(self) -> None:
        for grant in self.grants:
            grant.access = dict.fromkeys(grant.access, self.clock.now())

    def revoke(self, token: str) -> bool:
        """Ends the grant behind an access or refresh token; False where there is none."""
        for grant in self.grants:
            if token in grant.access or any(refresh.value == token for refresh in grant.refresh):
                grant.revoked = True
                return True
        return False

    def _exchange(self, fields: Mapping[str, str]) -> Tokens:
        code = self._codes.get(fields.get("code", ""))
        if code is None or code.expires_at <= self.clock.now():
            raise OAuthError("invalid_grant", "The authorization code is invalid or has expired")
        if code.tokens is not None:
            # RFC 6749 §4.1.2: a code used twice ends what it had given.
            code.grant.revoked = True
            raise OAuthError("invalid_grant", "The authorization code has already been used")
        if "redirect_uri" in fields and fields["redirect_uri"] != code.redirect_uri:
            raise OAuthError("invalid_grant", "The redirect URI is not the one of the authorization")
        if code.challenge is not None and not _proves(fields.get("code_verifier", ""), code):
            raise OAuthError("invalid_grant", "The code verifier does not match the challenge")
        code.grant.extra["fields"] = dict(fields)
        code.tokens = self._tokens(code.grant)
        return code.tokens

    def _refresh(self, value: str) -> Tokens:
        for grant in self.grants:
            for token in grant.refresh:
                if token.value == value and not grant.revoked and self._usable(token, grant):
                    return self._renewed(grant, token)
        raise OAuthError("invalid_grant", "The refresh token is invalid, expired or revoked")

    def _usable(self, token: RefreshToken, grant: Grant) -> bool:
        now = self.clock.now()
        rules = self._rules(grant)
        hard = rules.refresh_hard_seconds
        if token.retired or (token.expires_at is not None and token.expires_at <= now):
            return False
        if hard is not None and now >= grant.consented_at + timedelta(seconds=hard):
            return False
        if token.first_used_at is None or rules.refresh in {"same", "new_each_use"}:
            return True
        if rules.refresh == "single_use":
            return False
        return now < token.first_used_at + timedelta(seconds=rules.grace_seconds)

    def _renewed(self, grant: Grant, token: RefreshToken) -> Tokens:
        now = self.clock.now()
        rule = self._rules(grant).refresh
        if token.parent is not None and rule == "until_replacement_used":
            token.parent.retired = True
            for sibling in grant.refresh:
                if sibling.parent is token.parent and sibling is not token:
                    sibling.retired = True
        if rule == "same" or (rule == "daily" and now < token.issued_at + timedelta(seconds=DAY)):
            # A rolling life starts again with every use (QuickBooks' 100 days).
            token.expires_at = self._until(self._rules(grant).refresh_seconds)
            return self._tokens(grant, kept=token)
        token.first_used_at = token.first_used_at or now
        return self._tokens(grant, parent=token)

    def _rules(self, grant: Grant) -> OAuthRules:
        return self.rules_of(grant) if self.rules_of else self.rules

    def _tokens(self, grant: Grant, kept: RefreshToken | None = None, parent: RefreshToken | None = None) -> Tokens:
        if grant not in self.grants:
            self.grants.append(grant)
        rules = self._rules(grant)
        access = self.prefix("access") + self._token("access", rules.token_length)
        grant.access[access] = self._until(rules.access_seconds)
        refresh = kept
        if refresh is None and rules.refresh is not None:
            refresh = RefreshToken(
                self.prefix("refresh") + self._token("refresh", rules.token_length),
                self.clock.now(),
                self._until(rules.refresh_seconds),
                parent=parent,
            )
            grant.refresh.append(refresh)
            self._bound_tokens(grant.account)
        return Tokens(
            access,
            refresh.value if refresh else None,
            grant.access[access],
            refresh.expires_at if refresh else None,
            grant,
        )

    def _bound_tokens(self, account: str) -> None:
        most = self.rules.max_refresh_tokens
        live = [grant for grant in self.grants if grant.account == account and not grant.revoked]
        if most is not None and len(live) > most:
            live[0].revoked = True

    def _until(self, seconds: int | None) -> datetime | None:
        return None if seconds is None else self.clock.now() + timedelta(seconds=seconds)

    def _token(self, kind: str, length: int) -> str:
        self._made += 1
        return identifier(self.name, kind, self._made, length=min(length, 80), alphabet=BASE62)


def _proves(verifier: str, code: _Code) -> bool:
    if code.challenge_method == "plain":
        return verifier == code.challenge
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == code.challenge


def basic_credentials(asked: Asked) -> tuple[str | None, str | None]:
    """Client id and secret of an HTTP Basic header; (None, None) without one."""
    scheme, _, encoded = asked.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return None, None
    try:
        client_id, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        return None, None
    return client_id, secret


def fields_of(asked: Asked) -> dict[str, str]:
    """The token request's fields, from a JSON body or a form."""
    if asked.headers.get("content-type", "").startswith("application/json"):
        try:
            body = json.loads(asked.body)
        except ValueError:
            return {}
        return {str(key): value if isinstance(value, str) else json.dumps(value) for key, value in body.items()}
    return asked.form()
