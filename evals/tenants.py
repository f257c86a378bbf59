"""What the owners of the shops say of them when they register."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class TenantSettings:
    """`country` is an ISO 3166 code, `timezone` an IANA name; see tools.accounts.schemas for the words."""

    tenant_name: str
    currency: str
    country: str
    timezone: str
    clock: Literal["today", "latest_data"] = "latest_data"

    def as_json(self) -> Mapping[str, str]:
        """The fields of a registration."""
        return {
            "tenant_name": self.tenant_name,
            "currency": self.currency,
            "country": self.country,
            "timezone": self.timezone,
            "clock": self.clock,
        }


DEMO_TENANT = TenantSettings("Harbour & Hearth", "EUR", "IE", "Europe/Dublin")
"""The demo shop; its data ends on a fixed day, so "now" is the last day with data."""
