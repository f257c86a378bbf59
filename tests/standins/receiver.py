"""A plain web server that keeps what is posted to it: where a test lets webhooks arrive."""

import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Arrived:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """`with Receiver() as receiver: …` listens at `receiver.url`."""

    seen: list[Arrived] = field(default_factory=list[Arrived])
    port: int = 0
    echoes: bool = True
    """Whether a validation token in the query is given back, as Microsoft Graph wants it."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    def __enter__(self) -> Self:
        seen, echoes = self.seen, self.echoes

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", "0")))
                headers = {name.lower(): value for name, value in self.headers.items()}
                seen.append(Arrived(self.path, headers, body))
                token = parse_qs(urlsplit(self.path).query).get("validationToken", [""])[0] if echoes else ""
                self.send_response(200)
                self.send_header("content-type", "text/plain")
                self.end_headers()
                self.wfile.write(token.encode())

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the library's name
                """Silent."""

        self._server = HTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()
