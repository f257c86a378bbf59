"""What can go wrong between us and a vendor, as a sync has to tell it apart. None of them holds a secret."""

from typing import Final

from storage.kernel.errors import CopilotError, ErrorKind
from storage.kernel.text import legible

LONGEST_REASON: Final = 300
"""Characters of a vendor's own words."""


class VendorError(CopilotError):
    """`vendor` is its title; `status` the HTTP status, where there was an answer."""

    def __init__(
        self,
        kind: ErrorKind,
        vendor: str,
        message: str,
        *,
        status: int | None = None,
        hint: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(kind, legible(message), hint=hint, retry_after=retry_after)
        self.vendor = vendor
        self.status = status


class VendorUnavailable(VendorError):  # noqa: N818 - says what happened
    """It cannot be had now: late, not wrong. `retry_after` says when to try again, where that is known."""

    def __init__(
        self, vendor: str, reason: str, *, status: int | None = None, retry_after: float | None = None
    ) -> None:
        super().__init__(
            ErrorKind.UNAVAILABLE,
            vendor,
            f"{vendor} cannot be reached now: {reason}.",
            status=status,
            hint="It is tried again later; nothing is lost.",
            retry_after=retry_after,
        )


class VendorRefused(VendorError):  # noqa: N818 - says what happened
    """It does not take our credentials any more: the owner must connect again."""

    def __init__(self, vendor: str, reason: str, *, status: int | None = None) -> None:
        super().__init__(
            ErrorKind.CONFLICT,
            vendor,
            f"{vendor} no longer lets us in: {reason}.",
            status=status,
            hint=f"Connect {vendor} again.",
        )


class VendorRejected(VendorError):  # noqa: N818 - says what happened
    """The request is wrong for the vendor, and would be again. `reason` is its own words, cut short. 404 and 410 come as
    this too: only the caller knows whether they mean a dead cursor."""

    def __init__(self, vendor: str, reason: str, *, status: int | None = None) -> None:
        reason = legible(reason[:LONGEST_REASON])
        super().__init__(ErrorKind.INVALID, vendor, f"{vendor} refused the request: {reason}", status=status)
        self.reason = reason


class CursorExpired(VendorError):  # noqa: N818 - says what happened
    """Where we left off is no longer known to the vendor: everything is to be read again."""

    def __init__(self, vendor: str, *, status: int | None = None) -> None:
        super().__init__(ErrorKind.CONFLICT, vendor, f"{vendor} no longer knows where we left off.", status=status)
