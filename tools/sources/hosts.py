"""One entry of the operator's list of database servers."""

from dataclasses import dataclass

DEFAULT_PORT = 5432
_PRIVATE = "private:"


@dataclass(frozen=True, slots=True)
class HostRule:
    """One entry of the operator's list. `private` lets a host through whose address is not public; such a host is named
    in full, never by a pattern."""

    host: str
    port: int
    private: bool = False

    @classmethod
    def parse(cls, text: str) -> "HostRule":
        """Raises ValueError for what is no host[:port], *.domain[:port] or private:host[:port]."""
        private = text.startswith(_PRIVATE)
        rest = text.removeprefix(_PRIVATE).strip().lower()
        if rest.startswith("["):
            host, _, tail = rest[1:].partition("]")
            port = tail.removeprefix(":")
        else:
            host, _, port = rest.partition(":") if rest.count(":") == 1 else (rest, "", "")
        if not host or (port and not port.isdigit()) or not 0 < int(port or DEFAULT_PORT) < 65_536:  # noqa: PLR2004
            raise ValueError(f"{text!r} is no host[:port]")
        if private and "*" in host:
            raise ValueError(f"{text!r}: a private host is named in full")
        if "*" in host.removeprefix("*.") and host != "*":
            raise ValueError(f"{text!r}: only *.domain stands for several hosts")
        return cls(host.rstrip("."), int(port or DEFAULT_PORT), private)

    def allows(self, host: str, port: int) -> bool:
        if port != self.port:
            return False
        if self.host == "*":
            return True
        return host.endswith(self.host[1:]) if self.host.startswith("*.") else host == self.host
