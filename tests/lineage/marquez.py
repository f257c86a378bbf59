"""A receiver of OpenLineage events, as far as a sender sees."""

import json
import threading
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tools.lineage.openlineage.events import RunEvent


@dataclass
class Marquez:
    """Keeps what is posted to it. `answers`: the statuses of the next posts; then 201."""

    url: str = ""
    paths: list[str] = field(default_factory=list[str])
    keys: list[str | None] = field(default_factory=list[str | None])
    bodies: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    answers: list[int] = field(default_factory=list[int])

    @property
    def events(self) -> list[RunEvent]:
        """Each of them read by the models that were written after the spec: a field that it does not know is refused."""
        return [RunEvent.model_validate(body) for body in self.bodies]

    @property
    def text(self) -> str:
        return json.dumps(self.bodies, ensure_ascii=False)

    def told(self) -> list[tuple[str, str]]:
        """(kind of job, transition) in the order in which they came."""
        return [(event.job.name.split(".")[1], event.event_type) for event in self.events]


@contextmanager
def receiving() -> Generator[Marquez]:
    marquez = Marquez()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            marquez.paths.append(self.path)
            marquez.keys.append(self.headers["Authorization"])
            status = marquez.answers.pop(0) if marquez.answers else 201
            if status < 300:
                marquez.bodies.append(body)
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    marquez.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield marquez
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
