"""Requests and results of sign-in, tenants, members, keys, usage and audit."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import Annotated, Any, Literal, cast
from zoneinfo import available_timezones

from email_validator import EmailNotValidError, validate_email
from pydantic import AfterValidator, Field, SecretStr, StringConstraints

from storage.kernel.actor import Module, Role
from tools.kit.capability import Contract

MAX_EMAIL_LENGTH = 254


def _email(value: str) -> str:
    # No name server is asked; .test (RFC 6761) is let in, since trial installations use it.
    try:
        return validate_email(value, check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError as error:
        raise ValueError(str(error)) from None


def _timezone(value: str) -> str:
    if value not in _timezones():
        raise ValueError("is not an IANA time zone such as Europe/Berlin")
    return value


def _currency(value: str) -> str:
    if value not in _currencies():
        raise ValueError("is not an ISO 4217 currency code such as EUR")
    return value


def _country(value: str) -> str:
    if value not in _countries():
        raise ValueError("is not an ISO 3166 country code such as DE")
    return value


@cache
def _timezones() -> frozenset[str]:
    return frozenset(available_timezones())


@cache
def _currencies() -> frozenset[str]:
    from babel.numbers import list_currencies

    return frozenset(list_currencies())


@cache
def _countries() -> frozenset[str]:
    from babel import Locale

    territories = cast("Mapping[str, str]", Locale("en").territories)
    return frozenset(filter(re.compile("[A-Z]{2}").fullmatch, territories))


Email = Annotated[
    str,
    Field(max_length=MAX_EMAIL_LENGTH, examples=["ana@example.com"], json_schema_extra={"format": "email"}),
    AfterValidator(_email),
]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Currency = Annotated[
    str, StringConstraints(strip_whitespace=True, to_upper=True), AfterValidator(_currency), Field(examples=["EUR"])
]
Country = Annotated[
    str, StringConstraints(strip_whitespace=True, to_upper=True), AfterValidator(_country), Field(examples=["DE"])
]
TimeZone = Annotated[str, AfterValidator(_timezone), Field(examples=["Europe/Berlin"])]
Weekday = Annotated[int, Field(ge=1, le=7, description="ISO weekday: 1 is Monday, 7 is Sunday.")]
Month = Annotated[int, Field(ge=1, le=12, description="1 is January.")]
ClockRule = Annotated[
    Literal["today", "latest_data"],
    Field(description='What "now" means in answers: this day, or the last day with data.'),
]
Password = Annotated[SecretStr, Field(max_length=1000, examples=["correct horse battery"])]
Token = Annotated[SecretStr, Field(min_length=1, max_length=2000)]


class TenantSettings(Contract):
    """What a business can say of itself when it is created."""

    currency: Currency | None = None
    timezone: TimeZone = "UTC"
    country: Country | None = None
    week_start: Weekday = 1
    fiscal_year_start: Month = 1
    clock: ClockRule = "today"


class RegisterRequest(TenantSettings):
    """A new business and its owner."""

    tenant_name: Name = Field(examples=["Ana's Corner Shop"])
    email: Email
    password: Password
    name: Name | None = Field(default=None, examples=["Ana Silva"])


class LoginRequest(Contract):
    email: Email
    password: Password


class RefreshRequest(Contract):
    refresh_token: Token


class ForgotRequest(Contract):
    email: Email


class ResetRequest(Contract):
    token: Token
    password: Password


class TokenPair(Contract):
    """`access_token` goes into `Authorization: Bearer`; `refresh_token` is good for one use."""

    access_token: str
    refresh_token: str
    token_type: Literal["bearer"] = "bearer"  # noqa: S105  RFC 6749's word, not a secret
    expires_in: int = Field(description="Seconds that the access token lives.", examples=[1800])


class UserView(Contract):
    id: str
    email: str
    name: str | None = None


class TenantView(Contract):
    id: str
    name: str
    plan: str
    modules: tuple[Module, ...]
    currency: str | None
    timezone: str
    country: str | None
    week_start: int
    fiscal_year_start: int
    clock: str
    keeps_restricted_data: bool
    created_at: datetime


class MembershipView(Contract):
    tenant_id: str
    tenant_name: str
    role: Role


class Me(Contract):
    user: UserView
    memberships: tuple[MembershipView, ...]


class Registration(TokenPair):
    user: UserView
    tenant: TenantView


class TenantPatch(Contract):
    """Only the fields that are sent change. `null` clears a currency or a country."""

    name: Name = ""
    currency: Currency | None = None
    timezone: TimeZone = "UTC"
    country: Country | None = None
    week_start: Weekday = 1
    fiscal_year_start: Month = 1
    clock: ClockRule = "today"
    keeps_restricted_data: bool = Field(
        default=False,
        description="Whether data whose vendor's terms allow no training (Xero's) is kept from remote language models.",
    )
    modules: tuple[Module, ...] = Field(default=(), description="The modules that are switched on.")


class MemberView(Contract):
    user_id: str
    email: str
    name: str | None
    role: Role
    created_at: datetime


class MemberInvite(Contract):
    """Somebody with an account is added at once; a new person gets a token to set a password with."""

    email: Email
    role: Role
    name: Name | None = None


class MemberAdded(MemberView):
    password_token: str | None = Field(
        default=None, description="Shown once, for a new person: POST /api/auth/password/reset takes it."
    )


class MemberPatch(Contract):
    role: Role


class ApiKeyCreate(Contract):
    name: Name = Field(examples=["nightly export"])
    role: Role = Role.VIEWER
    expires_at: datetime | None = None


class ApiKeyView(Contract):
    id: str
    name: str
    prefix: str
    role: Role
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None


class ApiKeyCreated(ApiKeyView):
    key: str = Field(description="Shown once. It is sent as `Authorization: Bearer <key>`.")


class UsageLine(Contract):
    """What one user caused in one day with one kind of use. `cost_usd` is what providers charge, in US dollars."""

    day: date
    user_id: str | None
    kind: str
    model: str | None
    requests: int
    input_tokens: int
    output_tokens: int
    cost_usd: str = Field(examples=["0.013400"])


class UsageTotals(Contract):
    requests: int
    input_tokens: int
    output_tokens: int
    cost_usd: str


class PlanLimits(Contract):
    plan: str
    run_tokens: int | None
    daily_cost_usd: str | None


class Usage(Contract):
    items: tuple[UsageLine, ...]
    totals: UsageTotals
    limits: PlanLimits


class AuditView(Contract):
    """One write: who, through which door, and what it changed. Secrets are masked."""

    id: str
    at: datetime
    user_id: str | None
    surface: str
    action: str
    entity_type: str
    entity_id: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    request_id: str | None
