"""Commands about businesses and people. They work on the store itself: whoever holds the machine may."""

import sys
from datetime import timedelta
from typing import Any

from pydantic import TypeAdapter, ValidationError

from api.cli_output import emit, note, table
from api.settings import Settings, load_settings, signing_secret
from api.store import find_tenant, open_database
from storage.database import Database
from storage.kernel.actor import Role
from storage.kernel.clock import SystemClock
from storage.kernel.errors import CopilotError, ErrorKind, FieldProblem
from storage.scope import SystemPurpose
from tools.accounts.mail import FolderMailer
from tools.accounts.passwords import Passwords
from tools.accounts.schemas import Email, Name, TenantSettings
from tools.accounts.service import AccountConfig, AccountService
from tools.accounts.throttling import Throttle
from tools.accounts.tokens import AccessTokens

_WEEKDAYS = {day: str(number) for number, day in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"), 1)}
_OPTIONS = {"fiscal_year_start": "--fiscal-start"}


def account_service(settings: Settings, database: Database, passwords: Passwords) -> AccountService:
    clock = SystemClock()
    return AccountService(
        database=database,
        passwords=passwords,
        tokens=AccessTokens(signing_secret(settings), timedelta(minutes=settings.access_token_minutes), clock),
        throttle=Throttle(None),
        mailer=FolderMailer(settings.home / "mail"),
        config=AccountConfig(timedelta(days=settings.refresh_token_days), settings.login_attempts),
    )


async def create_tenant(name: str, email: str, password: str, given: dict[str, str | None], *, as_json: bool) -> None:
    chosen: dict[str, Any] = {field: value for field, value in given.items() if value is not None}
    if (day := chosen.get("week_start")) is not None:
        chosen["week_start"] = _WEEKDAYS.get(day.lower()[:3], day)
    settings = load_settings()
    tenant_settings = _parsed(TenantSettings, chosen)
    name, email = _parsed(Name, name), _parsed(Email, email)
    passwords = Passwords(settings.password_memory_kib)
    try:
        async with open_database(settings) as database:
            service = account_service(settings, database, passwords)
            tenant_id, user_id = await service.create_tenant(name, tenant_settings, email, password)
    finally:
        passwords.close()
    emit(
        {"tenant_id": tenant_id, "user_id": user_id, "name": name, "email": email},
        f"Created {name} ({tenant_id}). Its owner signs in as {email}.",
        as_json=as_json,
    )


async def list_tenants(*, as_json: bool) -> None:
    async with open_database(load_settings()) as database, database.system(SystemPurpose.MAINTENANCE) as uow:
        found = [(one.id, one.name, one.currency, one.timezone) for one in await uow.tenants.all()]
    if as_json:
        headings = ("id", "name", "currency", "timezone")
        emit([dict(zip(headings, row, strict=True)) for row in found], "", as_json=True)
    else:
        table(("id", "name", "currency", "time zone"), found)


async def print_token(tenant: str, email: str | None, *, as_json: bool) -> None:
    settings = load_settings()
    passwords = Passwords(settings.password_memory_kib)
    try:
        async with open_database(settings) as database:
            tenant_id = await find_tenant(database, tenant)
            user_id = await _member(database, tenant_id, email)
            pair = await account_service(settings, database, passwords).operator_token(user_id)
    finally:
        passwords.close()
    if not as_json and sys.stderr.isatty():
        note(f"X-Tenant-ID: {tenant_id}")
    emit({"tenant_id": tenant_id, **pair.model_dump()}, pair.access_token, as_json=as_json)


async def _member(database: Database, tenant_id: str, email: str | None) -> str:
    async with database.system(SystemPurpose.MAINTENANCE) as uow:
        if email is not None:
            user = await uow.users.by_email(email)
            if user is None or await uow.memberships.find(tenant_id, user.id) is None:
                raise CopilotError(ErrorKind.NOT_FOUND, f"{email} is no member of this tenant.")
            return user.id
        owners = await uow.memberships.of_role(tenant_id, Role.OWNER)
    return owners[0].user_id


async def set_password(email: str, password: str, *, as_json: bool) -> None:
    settings = load_settings()
    passwords = Passwords(settings.password_memory_kib)
    try:
        async with open_database(settings) as database:
            await account_service(settings, database, passwords).set_password(_parsed(Email, email), password)
    finally:
        passwords.close()
    emit({"email": email}, f"{email} has a new password and is signed out everywhere.", as_json=as_json)


def _parsed(kind: Any, value: Any) -> Any:
    try:
        return TypeAdapter(kind).validate_python(value)
    except ValidationError as error:
        problems = tuple(
            FieldProblem(_option(item["loc"]), item["msg"].removeprefix("Value error, "))
            for item in error.errors(include_input=False, include_url=False)
        )
        raise CopilotError(ErrorKind.INVALID, "An option cannot be used.", problems=problems) from None


def _option(location: tuple[int | str, ...]) -> str:
    field = str(location[0]) if location else "value"
    return _OPTIONS.get(field, "--" + field.replace("_", "-"))
