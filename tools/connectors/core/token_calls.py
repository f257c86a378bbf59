"""The calls to a vendor's token endpoint: code for tokens, tokens for newer ones, tokens for nothing (RFC 6749 §4.1.3, §6;
RFC 7009)."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any, Final, cast

import httpx
from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError

from storage.kernel.clock import Clock
from storage.kernel.errors import CopilotError, ErrorKind
from storage.tracing import spanned
from tools.connectors.core.config import OAuth, OAuthClient, VendorConfig
from tools.connectors.core.credentials import Credentials
from tools.connectors.core.endpoints import Endpoints
from tools.connectors.core.errors import VendorRefused, VendorRejected, VendorUnavailable
from tools.connectors.core.paths import text_at
from tools.connectors.core.wire import TooLargeError, UnreadableError, VendorResponse, exchange, scrubbed

_MAX_BYTES: Final = 256 * 1024
_SECONDS: Final = 15.0
"""A call takes no longer: a lease must outlive it."""
_LONGEST_ERROR: Final = 80


@dataclass(frozen=True, slots=True)
class Granted:
    """Credentials, and what else the answer says: which account, which data centre."""

    credentials: Credentials
    answer: Mapping[str, Any]


class _Answer(BaseModel):
    """A token answer (RFC 6749 §5.1), with the other names that vendors have for the ends of life."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    access_token: str = Field(min_length=1, max_length=8_192, pattern=r"^[\x21-\x7e]+$")
    refresh_token: str | None = Field(default=None, min_length=1, max_length=8_192)
    expires_in: float | None = Field(default=None, ge=0, le=10**9)
    expires_at: datetime | None = None
    refresh_token_expires_in: float | None = Field(default=None, ge=0, le=10**9)
    x_refresh_token_expires_in: float | None = Field(default=None, ge=0, le=10**9)
    refresh_token_expires_at: datetime | None = None


class TokenCalls:
    """One vendor's token endpoint, called as this installation's client."""

    def __init__(self, endpoints: Endpoints, client: OAuthClient, http: httpx.AsyncClient, clock: Clock) -> None:
        self.config: VendorConfig = endpoints.config
        if (oauth := self.config.oauth) is None:
            raise CopilotError(ErrorKind.CONFLICT, f"{self.config.title} is connected by a key.")
        self.oauth: OAuth = oauth
        self._endpoints = endpoints
        self._client = client
        self._http = http
        self._clock = clock

    async def exchange_code(
        self, code: str, redirect_uri: str, verifier: str | None, settings: Mapping[str, str]
    ) -> Granted:
        """Raises VendorRefused for a code that the vendor does not take, VendorUnavailable, VendorRejected."""
        fields = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        fields |= {"code_verifier": verifier} if verifier else {}
        return await self._grant({**fields, **self.oauth.token_params}, settings, None, code)

    async def refresh(self, refresh_token: SecretStr, settings: Mapping[str, str]) -> Granted:
        """Raises VendorRefused where the vendor says that the grant is gone, VendorUnavailable, VendorRejected."""
        token = refresh_token.get_secret_value()
        fields = {"grant_type": "refresh_token", "refresh_token": token}
        return await self._grant(fields, settings, refresh_token, token)

    async def revoke(self, credentials: Credentials, settings: Mapping[str, str]) -> bool:
        """Tells the vendor to forget a token. Returns whether it said that it did. Raises VendorUnavailable where it cannot be
        asked now."""
        rule = self.oauth.revoke
        token = credentials.access_token
        if rule is not None and rule.kind == "refresh":
            token = credentials.refresh_token or token
        if rule is None:
            return False
        secret = token.get_secret_value()
        fields: dict[str, str] = {rule.field: secret} if rule.body != "none" else {}
        headers: dict[str, str] = {}
        match rule.client:
            case "basic":
                headers["Authorization"] = self._basic()
            case "body":
                fields |= self._client_fields()
            case "header":
                headers["Authorization"] = f"Client {self._client.client_secret.get_secret_value()}"
                fields["client_id"] = self._client.client_id
            case "none" if rule.body == "none":
                shown = self.config.authorization
                headers[shown.header] = f"{shown.scheme} {secret}".strip()
            case "none":
                pass
        try:
            url = self._endpoints.url("revoke", rule.url, settings)
            body: dict[str, Any] = {} if rule.body == "none" else {"json" if rule.body == "json" else "data": fields}
            answer = await self._send(rule.method, url, headers, body)
        except VendorUnavailable:
            raise
        except CopilotError:
            return False
        if answer.status == HTTPStatus.TOO_MANY_REQUESTS or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise VendorUnavailable(self.config.title, "its sign-in server asks to wait", status=answer.status)
        return answer.status < HTTPStatus.BAD_REQUEST

    # ── the exchange ─────────────────────────────────────────────────────────────────────────────────────

    async def _grant(
        self, fields: dict[str, str], settings: Mapping[str, str], refresh_token: SecretStr | None, shown: str
    ) -> Granted:
        headers = {"Accept": "application/json", **self.oauth.token_headers}
        if self.oauth.client_auth == "body":
            fields |= self._client_fields()
        else:
            headers["Authorization"] = self._basic()
        url = self._endpoints.url("token", self.oauth.token_url, settings)
        sent = {"json" if self.oauth.body == "json" else "data": fields}
        asked_at = self._clock.now()
        answer = await self._send("POST", url, headers, sent)
        self._refuse(answer, shown)
        try:
            read = _Answer.model_validate(answer.body)
        except ValidationError:
            raise VendorRejected(self.config.title, "its token cannot be read", status=answer.status) from None
        return Granted(self._credentials(read, asked_at, refresh_token), cast("dict[str, Any]", answer.body))

    async def _send(self, method: str, url: str, headers: Mapping[str, str], body: dict[str, Any]) -> VendorResponse:
        title = self.config.title
        request = self._http.build_request(method, url, headers=dict(headers), **body)
        try:
            with spanned(
                f"{method} {self.config.vendor} token",
                http__request__method=method,
                server__address=request.url.host,
                smb__vendor=self.config.vendor,
            ):
                return await exchange(self._http, request, _MAX_BYTES, _SECONDS)
        except (httpx.TransportError, TimeoutError):
            raise VendorUnavailable(title, "its sign-in server does not answer") from None
        except (TooLargeError, UnreadableError):
            raise VendorUnavailable(title, "its sign-in server's answer cannot be read") from None

    def _refuse(self, answer: VendorResponse, shown: str) -> None:
        """Raises what an answer without tokens means. Some vendors say no with status 200 (vendor-facts.md §5)."""
        title, body = self.config.title, answer.body
        said = text_at(body, "error") or text_at(body, "errors.0.code") or ""
        if answer.status < HTTPStatus.MULTIPLE_CHOICES and not said:
            return
        if said.lower() in {one.lower() for one in self.oauth.refused_errors}:
            raise VendorRefused(title, "the permission has ended or was withdrawn", status=answer.status)
        is_busy = said.lower() in {one.lower() for one in self.oauth.busy_errors}
        if (
            is_busy
            or answer.status == HTTPStatus.TOO_MANY_REQUESTS
            or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR
        ):
            raise VendorUnavailable(title, "its sign-in server asks to wait", status=answer.status)
        secrets = (shown, self._client.client_secret.get_secret_value())
        reason = scrubbed(said, *secrets)[:_LONGEST_ERROR] or f"status {answer.status}"
        raise VendorRejected(title, f"its sign-in server says “{reason}”", status=answer.status)

    def _credentials(self, read: _Answer, asked_at: datetime, refresh_token: SecretStr | None) -> Credentials:
        refresh_life = read.refresh_token_expires_in or read.x_refresh_token_expires_in
        if read.expires_at is not None and read.expires_at.tzinfo is not None:
            expires_at = read.expires_at
        elif read.expires_in is not None:
            expires_at = asked_at + timedelta(seconds=read.expires_in)
        else:
            expires_at = asked_at + timedelta(seconds=self.oauth.access_life_seconds)
        refresh_end = asked_at + timedelta(seconds=refresh_life) if refresh_life else read.refresh_token_expires_at
        return Credentials(
            access_token=SecretStr(read.access_token),
            # Where none comes the one that was used stays good.
            refresh_token=SecretStr(read.refresh_token) if read.refresh_token else refresh_token,
            expires_at=expires_at,
            refresh_expires_at=refresh_end,
        )

    def _client_fields(self) -> dict[str, str]:
        return {"client_id": self._client.client_id, "client_secret": self._client.client_secret.get_secret_value()}

    def _basic(self) -> str:
        user, password = self._client.client_id, self._client.client_secret.get_secret_value()
        if self.oauth.client_auth == "secret_basic":
            user, password = password, ""
        return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode("ascii")
