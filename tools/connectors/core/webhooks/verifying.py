"""Whether a webhook comes from the vendor (vendor-facts.md, each "Webhook" paragraph). Pure.

All secrets are compared with `hmac.compare_digest`: how long a refusal takes tells nothing about how much was right.
"""

import base64
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

import jwt
from pydantic import SecretStr

from storage.kernel.errors import CopilotError
from tools.connectors.core.paths import found_at
from tools.connectors.core.webhooks.post import Post
from tools.connectors.core.webhooks.rules import Echoed, Signed, TokenSigned, WebhookRule
from tools.ingestion.mapping.payload import parse_payload

_MOST_MARKS: Final = 10
"""Of one header: more than a roll of secrets gives."""
_LONGEST_MOMENT: Final = 16
_LEEWAY_SECONDS: Final = 60
"""For the clocks of two houses."""
_MOST_BEARER: Final = 8_192


class Verdict(StrEnum):
    """What became of the check. Only the log tells them apart: the sender of a forgery learns nothing."""

    VALID = "valid"
    NO_SECRET = "no_secret"  # noqa: S105 - not one
    MISSING = "missing"
    WRONG = "wrong"
    STALE = "stale"
    UNREADABLE = "unreadable"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class PushIdentity:
    """Who may push: what a token has to say of whose it is and whom it is for; None for the address that it came to."""

    email: str
    audience: str | None = None


@dataclass(frozen=True, slots=True)
class Trust:
    """What a check goes by. `secrets` are several while one is replaced by another; `keys` are public ones by their id, as
    JSON Web Keys; `pusher` goes with them."""

    secrets: Sequence[SecretStr] = ()
    keys: Mapping[str, Mapping[str, Any]] | None = None
    pusher: PushIdentity | None = None


def verify(rule: WebhookRule, post: Post, trust: Trust, now: datetime) -> Verdict:
    """Whether the vendor sent it, as its rule says."""
    match rule.check:
        case Signed() as check:
            return _verify_signed(check, post, trust.secrets, now)
        case Echoed() as check:
            return _verify_echo(check, post, trust.secrets)
        case TokenSigned() as check:
            return _verify_token(check, post, trust, now)


def key_id_of(post: Post) -> str | None:
    """Which key a push's token says it is signed with; None where there is no such token."""
    token = _bearer(post)
    if token is None:
        return None
    try:
        found = jwt.get_unverified_header(token).get("kid")
    except jwt.PyJWTError:
        return None
    return found if isinstance(found, str) else None


# ── by a signature ───────────────────────────────────────────────────────────────────────────────────────


def _verify_signed(check: Signed, post: Post, secrets: Sequence[SecretStr], now: datetime) -> Verdict:
    if not secrets:
        return Verdict.NO_SECRET
    marks, moment = _marks_of(check, post)
    if not marks or (check.tolerance_seconds is not None and not moment):
        return Verdict.MISSING
    over = _signed_bytes(check, post, moment)
    expected = [_encoded(check, hmac.digest(one.get_secret_value().encode(), over, "sha256")) for one in secrets]
    if not any(hmac.compare_digest(mine, mark.encode()) for mine in expected for mark in marks[:_MOST_MARKS]):
        return Verdict.WRONG
    if check.tolerance_seconds is None:
        return Verdict.VALID
    return Verdict.VALID if _is_fresh(check, moment, check.tolerance_seconds, now) else Verdict.STALE


def _marks_of(check: Signed, post: Post) -> tuple[list[str], str]:
    """What the headers hold: the marks, and the moment of the signing as it was written."""
    text = post.header(check.header)
    moment = post.header(check.timestamp_header) if check.timestamp_header else ""
    if check.mark_field is None:
        return ([text] if text else []), moment
    fields = [part.strip().partition("=") for part in text.split(",")]
    if check.timestamp_field is not None:
        moments = [value for name, _, value in fields if name == check.timestamp_field]
        moment = moments[0] if len(moments) == 1 else ""
    return [value for name, _, value in fields if name == check.mark_field and value], moment


def _signed_bytes(check: Signed, post: Post, moment: str) -> bytes:
    pieces = {
        "method": post.method.upper().encode(),
        "url": post.url.encode(),
        "body": post.body,
        "timestamp": moment.encode(),
    }
    return b"".join(pieces[piece] if piece in pieces else piece.strip("'").encode() for piece in check.over)


def _encoded(check: Signed, mark: bytes) -> bytes:
    return base64.b64encode(mark) if check.encoding == "base64" else mark.hex().encode()


def _is_fresh(check: Signed, moment: str, tolerance: int, now: datetime) -> bool:
    if not (moment.isascii() and moment.isdigit() and len(moment) <= _LONGEST_MOMENT):
        return False
    seconds = int(moment) / (1_000 if check.timestamp_unit == "milliseconds" else 1)
    return abs(now.timestamp() - seconds) <= tolerance


# ── by a secret that is repeated ─────────────────────────────────────────────────────────────────────────


def _verify_echo(check: Echoed, post: Post, secrets: Sequence[SecretStr]) -> Verdict:
    if not secrets:
        return Verdict.NO_SECRET
    if check.path is None:
        said: list[Any] = [post.header(check.header or "")]
    else:
        try:
            body = parse_payload(post.body)
        except CopilotError:
            return Verdict.UNREADABLE
        items = found_at(body, check.items) if check.items is not None else [body]
        said = [(found_at(item, check.path) or [None])[0] for item in items]
    if not said or not all(isinstance(one, str) and one for one in said):
        return Verdict.MISSING
    known = [one.get_secret_value().encode() for one in secrets]
    shown = [str(one).encode("utf-8", "surrogatepass") for one in said]
    right = [any(hmac.compare_digest(mine, one) for mine in known) for one in shown]
    return Verdict.VALID if all(right) else Verdict.WRONG


# ── by a token ───────────────────────────────────────────────────────────────────────────────────────────


def _bearer(post: Post) -> str | None:
    scheme, _, token = post.header("authorization").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and 0 < len(token) <= _MOST_BEARER else None


def _verify_token(check: TokenSigned, post: Post, trust: Trust, now: datetime) -> Verdict:
    """RFC 7519 §7.2, with the claims of Pub/Sub's tokens. The moments are judged by our clock, not by the library's."""
    if trust.pusher is None:
        return Verdict.NO_SECRET
    token, name = _bearer(post), key_id_of(post)
    if token is None or name is None:
        return Verdict.MISSING
    if (key := (trust.keys or {}).get(name)) is None:
        return Verdict.WRONG
    try:
        claims: dict[str, Any] = jwt.decode(
            token,
            jwt.PyJWK(dict(key), algorithm="RS256").key,
            algorithms=["RS256"],
            audience=trust.pusher.audience or post.url,
            issuer=list(check.issuers),
            options={
                "require": ["exp", "iat", "iss", "aud", "email"],
                "verify_exp": False,
                "verify_iat": False,
                "verify_nbf": False,
            },
        )
    except (jwt.PyJWTError, ValueError):
        return Verdict.WRONG
    if claims.get("email_verified") is not True or not hmac.compare_digest(
        str(claims["email"]).encode(), trust.pusher.email.encode()
    ):
        return Verdict.WRONG
    return Verdict.VALID if _is_in_time(claims, now) else Verdict.STALE


def _is_in_time(claims: Mapping[str, Any], now: datetime) -> bool:
    ends, begins = claims["exp"], claims["iat"]
    if not all(isinstance(one, int | float) and not isinstance(one, bool) for one in (ends, begins)):
        return False
    return begins - _LEEWAY_SECONDS <= now.timestamp() < ends + _LEEWAY_SECONDS
