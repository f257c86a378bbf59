"""The `state` of an authorization (RFC 6749 §10.12) and its PKCE verifier (RFC 7636). Pure."""

import base64
import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

LIFE: Final = timedelta(minutes=10)
_PURPOSE: Final = b"oauth state"
_LONGEST: Final = 300
_PARTS: Final = 4


@dataclass(frozen=True, slots=True)
class Begun:
    """Whose authorization it is, and for which vendor: what a state is bound to."""

    tenant_id: str
    user_id: str | None
    vendor: str


class StateSigner:
    """Signs with a key of its own, made from the installation's secret. A state is `nonce.seconds.mark.signature`: the mark
    shows without a look at the store that it was made here, the signature whose it is."""

    def __init__(self, secret: str) -> None:
        self._key = hmac.digest(secret.encode(), _PURPOSE, "sha256")

    def sign(self, nonce: str, expires_at: datetime, begun: Begun) -> str:
        seconds = int(expires_at.timestamp())
        return f"{nonce}.{seconds}.{self._mark(nonce, seconds)}.{self._signature(nonce, seconds, begun)}"

    def was_made_here(self, state: str) -> bool:
        """Whether it may be worth a look. Raises ValueError for a text that is no state."""
        nonce, seconds, mark, _ = _split(state)
        return hmac.compare_digest(mark, self._mark(nonce, seconds))

    def is_for(self, state: str, begun: Begun) -> bool:
        """Whether the state was signed for these."""
        nonce, seconds, _, signature = _split(state)
        return hmac.compare_digest(signature, self._signature(nonce, seconds, begun))

    def _mark(self, nonce: str, seconds: int) -> str:
        return _text(hmac.digest(self._key, f"mark\n{nonce}\n{seconds}".encode(), "sha256"))

    def _signature(self, nonce: str, seconds: int, begun: Begun) -> str:
        said = "\n".join((nonce, str(seconds), begun.tenant_id, begun.user_id or "", begun.vendor))
        return _text(hmac.digest(self._key, said.encode(), "sha256"))


def new_nonce() -> str:
    return secrets.token_urlsafe(32)


def nonce_hash(state: str) -> str:
    """What the store knows a state by. Raises ValueError for a text that is no state."""
    return hashlib.sha256(_split(state)[0].encode()).hexdigest()


def expiry_of(state: str) -> datetime:
    """Raises ValueError for a text that is no state."""
    return datetime.fromtimestamp(_split(state)[1], UTC)


def new_verifier() -> str:
    """43 characters of 256 bits (RFC 7636 §4.1)."""
    return secrets.token_urlsafe(32)


def challenge_of(verifier: str) -> str:
    """The S256 code challenge (RFC 7636 §4.2)."""
    return _text(hashlib.sha256(verifier.encode("ascii")).digest())


def _split(state: str) -> tuple[str, int, str, str]:
    parts = state.split(".")
    if len(state) > _LONGEST or not state.isascii() or len(parts) != _PARTS or not all(parts):
        raise ValueError("this is no state")
    seconds = parts[1]
    if not seconds.isdigit() or len(seconds) > 11:  # noqa: PLR2004 - seconds of a year that datetime knows
        raise ValueError("this is no state")
    return parts[0], int(seconds), parts[2], parts[3]


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode("ascii").rstrip("=")
