"""A product of a few answers, spoken to over the real contract: what the harness makes of it can then be said exactly."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

Answers = Callable[[str], dict[str, Any] | int]
"""From a question to the answer's JSON, or to an HTTP status."""
Events = list[dict[str, Any]]


class Product:
    """Answers the questions it is told to; remembers what it was sent."""

    def __init__(self, answers: Answers = lambda _: 500, events: Callable[[str], Events] = lambda _: []) -> None:
        self.answers = answers
        self.events = events
        self.files: list[str] = []
        self.asked: list[dict[str, Any]] = []
        self.tenants: list[dict[str, Any]] = []
        self.token = "token"
        self.job_states = ["running", "succeeded"]
        self.app = Starlette(
            routes=[
                Route("/api/auth/register", self._register, methods=["POST"]),
                Route("/api/auth/refresh", self._refresh, methods=["POST"]),
                Route("/api/connectors/files", self._upload, methods=["POST"]),
                Route("/api/connectors/files/{id}/commit", self._commit, methods=["POST"]),
                Route("/api/jobs/{id}", self._job),
                Route("/api/tenants/current/usage", self._usage),
                Route("/api/modules/mini-foundry/query", self._query, methods=["POST"]),
                Route("/api/chat/threads", self._thread, methods=["POST"]),
                Route("/api/chat/runs", self._run, methods=["POST"]),
            ]
        )

    async def _register(self, request: Request) -> Response:
        self.tenants.append(await request.json())
        return JSONResponse(
            {"access_token": self.token, "refresh_token": "refresh", "tenant": {"id": f"t{len(self.tenants)}"}}, 201
        )

    async def _upload(self, request: Request) -> Response:
        if not self._signed_in(request):
            return JSONResponse({"title": "Unauthenticated"}, 401)
        async with request.form() as form:
            upload = form["file"]
            assert not isinstance(upload, str)
            self.files.append(str(upload.filename))
        return JSONResponse({"file_id": f"f{len(self.files)}", "mapping": {"columns": {}}}, 201)

    async def _commit(self, request: Request) -> Response:
        assert (await request.json())["mapping"] == {"columns": {}}
        return JSONResponse({"id": "j1"}, 202)

    async def _job(self, _: Request) -> Response:
        state = self.job_states[0]
        self.job_states = self.job_states[1:] or self.job_states
        return JSONResponse({"id": "j1", "state": state, "result": {"created": 3}, "error": None})

    async def _usage(self, _: Request) -> Response:
        return JSONResponse({"totals": {"cost_usd": f"{len(self.asked) * 0.5:.6f}"}})

    async def _refresh(self, request: Request) -> Response:
        assert await request.json() == {"refresh_token": "refresh"}
        return JSONResponse({"access_token": self.token, "refresh_token": "refresh"})

    def _signed_in(self, request: Request) -> bool:
        return request.headers["authorization"] == f"Bearer {self.token}" and request.headers["x-tenant-id"] != ""

    async def _query(self, request: Request) -> Response:
        if not self._signed_in(request):
            return JSONResponse({"title": "Unauthenticated"}, 401)
        body = await request.json()
        self.asked.append(body)
        answer = self.answers(body["question"])
        if isinstance(answer, int):
            return JSONResponse({"title": "wrong", "status": answer}, answer)
        return JSONResponse(answer)

    async def _thread(self, _: Request) -> Response:
        return JSONResponse({"id": "thread-1"}, 201)

    async def _run(self, request: Request) -> Response:
        body = await request.json()
        self.asked.append(body)
        question = body["messages"][-1]["content"] if body["messages"] else ""

        async def stream() -> AsyncIterator[bytes]:
            yield b": keep-alive\n\n"
            for event in self.events(question):
                yield b"id: 1\ndata: " + orjson.dumps(event) + b"\n\n"

        return StreamingResponse(stream(), media_type="text/event-stream")


def answered(columns: list[tuple[str, str]], rows: list[list[Any]], **more: Any) -> dict[str, Any]:
    """An answer of the query endpoint."""
    return {
        "status": "answered",
        "answer": "Here it is.",
        "columns": [{"name": name, "type": kind} for name, kind in columns],
        "rows": rows,
    } | more
