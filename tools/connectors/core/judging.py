"""What an answer means, by the vendor's rules. Pure."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum
from http import HTTPStatus
from typing import Any, Final

from tools.connectors.core.config import CostBucket, VendorConfig
from tools.connectors.core.errors import LONGEST_REASON
from tools.connectors.core.ledger import Told
from tools.connectors.core.paths import first_at, found_at
from tools.connectors.core.wire import VendorResponse

_LONGEST_WAIT: Final = 7 * 86_400.0
"""A vendor that asks for more is not taken at its word."""


class Meaning(Enum):
    FINE = "fine"
    REFUSED = "refused"
    """Credentials."""
    LATER = "later"
    """Too much was asked, or the vendor has trouble: the same request may work in a while."""
    SPENT = "spent"
    """Waiting is of no use now."""
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Verdict:
    meaning: Meaning
    wait: float | None = None
    """Seconds that the vendor asks to wait, where it says."""
    reason: str = ""
    """The vendor's own words."""


def judged(config: VendorConfig, response: VendorResponse, now: datetime) -> Verdict:
    """What to make of an answer that came at `now`."""
    wait = wait_of(config, response, now)
    for signal in config.throttle.signals:
        if response.status == signal.status and (
            signal.path is None or any(one in signal.values for one in found_at(response.body, signal.path))
        ):
            meaning = Meaning.SPENT if signal.gives_up else Meaning.LATER
            return Verdict(meaning, wait, "too many requests")
    if response.status == HTTPStatus.UNAUTHORIZED:
        return Verdict(Meaning.REFUSED, reason=reason_of(config, response))
    if (name := config.retry.should_retry_header) and response.status >= HTTPStatus.BAD_REQUEST:
        said = response.headers.get(name.lower(), "").lower()
        if said in ("true", "false"):
            return Verdict(Meaning.LATER if said == "true" else Meaning.WRONG, wait, reason_of(config, response))
    if response.status in config.retry.statuses:
        return Verdict(Meaning.LATER, wait, f"it answered {response.status}")
    if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Verdict(Meaning.SPENT, wait, f"it answered {response.status}")
    if HTTPStatus.OK <= response.status < HTTPStatus.MULTIPLE_CHOICES or response.status == HTTPStatus.NOT_MODIFIED:
        return Verdict(Meaning.FINE)
    return Verdict(Meaning.WRONG, reason=reason_of(config, response))


def wait_of(config: VendorConfig, response: VendorResponse, now: datetime) -> float | None:
    """Seconds until the moment that Retry-After (RFC 9110 §10.2.3: seconds, or an HTTP date) or the vendor's message
    names."""
    if (header := response.headers.get("retry-after")) is not None and (seconds := _seconds(header, now)) is not None:
        return seconds
    if config.throttle.wait_pattern is None or response.status < HTTPStatus.BAD_REQUEST:
        return None
    said = re.search(config.throttle.wait_pattern, reason_of(config, response))
    if said is None:
        return None
    try:
        at = datetime.fromisoformat(said[1].rstrip(".,"))
    except ValueError:
        return None
    return _bounded(((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds())


def reason_of(config: VendorConfig, response: VendorResponse) -> str:
    """The vendor's words about a refusal, or the status's own phrase."""
    found = first_at(response.body, config.error_path)
    if isinstance(found, str) and found.strip():
        return found.strip()[:LONGEST_REASON]
    if found is not None:
        return json.dumps(found, ensure_ascii=False, default=str)[:LONGEST_REASON]
    try:
        return HTTPStatus(response.status).phrase
    except ValueError:
        return f"status {response.status}"


def told_of(rule: CostBucket, body: Any) -> Told | None:
    """What an answer tells of the bucket; None where it does not, or tells nonsense."""
    status = first_at(body, rule.path)
    try:
        return Told(
            available=float(first_at(status, "currentlyAvailable")),
            maximum=float(first_at(status, "maximumAvailable")),
            rate=float(first_at(status, "restoreRate")),
            actual=float(first_at(body, rule.actual_path) or 0),
        )
    except (TypeError, ValueError):
        return None


def _seconds(text: str, now: datetime) -> float | None:
    text = text.strip()
    if re.fullmatch(r"\d{1,9}(\.\d+)?", text):
        return _bounded(float(text))
    try:
        at = parsedate_to_datetime(text)
    except ValueError:
        return None
    return _bounded(((at if at.tzinfo else at.replace(tzinfo=UTC)) - now).total_seconds())


def _bounded(seconds: float) -> float:
    return min(max(0.0, seconds), _LONGEST_WAIT)
