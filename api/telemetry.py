"""What Prometheus may read. One registry per application: nothing is shared between two in the same process."""

from collections.abc import Generator
from contextlib import contextmanager

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.process_collector import ProcessCollector

_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class HttpMetrics:
    """Counts and times requests by method, declared route and status."""

    def __init__(self, registry: CollectorRegistry) -> None:
        labels = ("method", "route", "status")
        self._requests = Counter("smb_http_requests_total", "Requests answered.", labels, registry=registry)
        self._seconds = Histogram(
            "smb_http_request_seconds", "Time to the last byte.", labels[:2], buckets=_BUCKETS, registry=registry
        )
        self._in_progress = Gauge("smb_http_requests_in_progress", "Requests being answered.", registry=registry)

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        method = method if method in _METHODS else "other"
        self._requests.labels(method, route, str(status)).inc()
        self._seconds.labels(method, route).observe(seconds)

    @contextmanager
    def in_progress(self) -> Generator[None]:
        self._in_progress.inc()
        try:
            yield
        finally:
            self._in_progress.dec()


class Telemetry:
    """The metrics of one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        self.http = HttpMetrics(self.registry)

    def exposition(self) -> tuple[bytes, str]:
        """The metrics as text and its media type."""
        return generate_latest(self.registry), CONTENT_TYPE_LATEST
