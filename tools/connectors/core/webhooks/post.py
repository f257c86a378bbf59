"""A webhook as it came in, before anything of it is believed."""

from collections.abc import Mapping
from dataclasses import dataclass

MAX_BODY: int = 1024**2
"""Bytes."""


@dataclass(frozen=True, slots=True)
class Post:
    """`url` is the public address that the vendor posted to, with its query; `headers` by lower-case name; `body` the raw
    bytes: signatures are over these."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes

    def header(self, name: str) -> str:
        """Empty where it is missing."""
        return self.headers.get(name.lower(), "")
