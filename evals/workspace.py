"""A fresh tenant of the product, reached over its API: registered, filled with files, ready to be asked."""

import asyncio
import secrets
import time
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import httpx
import orjson

from evals.cases import Surface
from evals.tenants import TenantSettings
from storage.kernel.errors import CopilotError, ErrorKind
from storage.kernel.ids import new_id

_IMPORT_SECONDS = 600.0
_POLL_SECONDS = 0.2


class SignedIn(httpx.Auth):
    """Signs requests in as one user of one tenant, and renews the access token when it has run out."""

    def __init__(self, tenant_id: str, access_token: str, refresh_token: str) -> None:
        self._tenant_id = tenant_id
        self._access_token = access_token
        self._refresh_token = refresh_token

    async def async_auth_flow(self, request: httpx.Request) -> AsyncGenerator[httpx.Request, httpx.Response]:
        self._sign(request)
        response = yield request
        if response.status_code != httpx.codes.UNAUTHORIZED.value:
            return
        body = {"refresh_token": self._refresh_token}
        renewed = yield httpx.Request("POST", request.url.join("/api/auth/refresh"), json=body)
        if renewed.status_code == httpx.codes.OK.value:
            pair = orjson.loads(await renewed.aread())
            self._access_token, self._refresh_token = pair["access_token"], pair["refresh_token"]
            self._sign(request)
            yield request

    def _sign(self, request: httpx.Request) -> None:
        request.headers["Authorization"] = f"Bearer {self._access_token}"
        request.headers["X-Tenant-ID"] = self._tenant_id


@dataclass(frozen=True)
class Workspace:
    """A tenant and the right to use it."""

    client: httpx.AsyncClient
    auth: SignedIn

    @classmethod
    async def register(cls, client: httpx.AsyncClient, tenant: TenantSettings) -> "Workspace":
        """Creates a tenant and its owner. Raises CopilotError when the product refuses."""
        owner = {"email": f"evals-{new_id()}@evals.test", "password": secrets.token_urlsafe(24)}
        made = _json(await client.post("/api/auth/register", json={**tenant.as_json(), **owner}))
        return cls(client, SignedIn(made["tenant"]["id"], made["access_token"], made["refresh_token"]))

    async def import_file(self, path: Path) -> dict[str, Any]:
        """Uploads a file, commits it with the mapping that the product proposes, and returns the job's result.

        Raises CopilotError when the product refuses the file, rejects every row, or takes over ten minutes.
        """
        with path.open("rb") as file:
            upload = {"file": (path.name, file, "text/csv")}
            profile = _json(await self.client.post("/api/connectors/files", files=upload, auth=self.auth))
        commit = f"/api/connectors/files/{profile['file_id']}/commit"
        keyed = {"Idempotency-Key": new_id()}
        body = {"mapping": profile["mapping"]}
        job = _json(await self.client.post(commit, json=body, headers=keyed, auth=self.auth))
        return await self._finished(job["id"], path.name)

    async def conversation(self, surface: Surface) -> str:
        """An id under which follow-ups are understood: a new thread of the chat, or any id for the query endpoint."""
        if surface == "query":
            return new_id()
        thread = _json(await self.client.post("/api/chat/threads", json={}, auth=self.auth))
        return cast("str", thread["id"])

    async def cost_usd(self) -> float:
        """What providers have charged for this tenant so far."""
        usage = _json(await self.client.get("/api/tenants/current/usage", auth=self.auth))
        return float(usage["totals"]["cost_usd"])

    async def _finished(self, job_id: str, name: str) -> dict[str, Any]:
        give_up = time.monotonic() + _IMPORT_SECONDS
        while time.monotonic() < give_up:
            job = _json(await self.client.get(f"/api/jobs/{job_id}", auth=self.auth))
            if job["state"] == "succeeded":
                return cast("dict[str, Any]", job["result"] or {})
            if job["state"] in ("failed", "cancelled"):
                raise CopilotError(ErrorKind.CONFLICT, f"The import of {name} {job['state']}: {job['error']}")
            await asyncio.sleep(_POLL_SECONDS)
        raise CopilotError(ErrorKind.TIMEOUT, f"The import of {name} took more than {_IMPORT_SECONDS:.0f} seconds.")


def _json(response: httpx.Response) -> dict[str, Any]:
    if response.is_error:
        where = f"{response.request.method} {response.request.url.path}"
        raise CopilotError(ErrorKind.CONFLICT, f"{where} answered {response.status_code}: {response.text[:500]}")
    return cast("dict[str, Any]", response.json())
