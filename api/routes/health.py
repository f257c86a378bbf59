"""Is the process alive, can it work, and what do its metrics say."""

import asyncio
from http import HTTPStatus
from typing import Literal

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict

from api.deps import ServicesDep
from api.health import failure_of
from api.telemetry import Telemetry

router = APIRouter(tags=["operations"])


class Live(BaseModel):
    model_config = ConfigDict(frozen=True)

    status: Literal["ok"] = "ok"


class Dependency(BaseModel):
    """One dependency by name. `detail` says what is wrong, without addresses or secrets."""

    model_config = ConfigDict(frozen=True)

    name: str
    status: Literal["ok", "failing"]
    detail: str | None = None


class Ready(BaseModel):
    model_config = ConfigDict(frozen=True)

    status: Literal["ok", "failing"]
    dependencies: tuple[Dependency, ...]


@router.get("/health/live")
async def live() -> Live:
    """The process answers."""
    return Live()


@router.get("/health/ready", responses={503: {"model": Ready, "description": "A dependency fails."}})
async def ready(services: ServicesDep, response: Response) -> Ready:
    """Each dependency by name; 503 while one fails."""
    failures = await asyncio.gather(*(failure_of(name, probe) for name, probe in services.probes.items()))
    found = [
        Dependency(name=name, status="ok" if failure is None else "failing", detail=failure)
        for name, failure in zip(services.probes, failures, strict=True)
    ]
    failing = any(one.status == "failing" for one in found)
    if failing:
        response.status_code = HTTPStatus.SERVICE_UNAVAILABLE
    return Ready(status="failing" if failing else "ok", dependencies=tuple(found))


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def metrics(request: Request) -> Response:
    """Prometheus's text format."""
    telemetry: Telemetry = request.app.state.telemetry
    body, media_type = telemetry.exposition()
    return Response(body, media_type=media_type)
