"""What routes ask for: the services, who is calling, and for which tenant."""

import hmac
from dataclasses import dataclass, replace
from typing import Annotated, Protocol
from uuid import UUID

from fastapi import Depends, Header, Query, Request
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from opentelemetry import trace

from api.bootstrap import Services
from api.errors import request_id_of
from storage.kernel.actor import Actor, Module, Permission, Role, Surface
from storage.kernel.errors import CopilotError, ErrorKind, invalid
from storage.repositories.base import DEFAULT_LIMIT, MAX_LIMIT, PageRequest
from tools.accounts.access import actor_of_key, actor_of_person, tenant_of_key
from tools.accounts.engine import API_KEY_PREFIX
from tools.accounts.tokens import Claims

TENANT_HEADER = "X-Tenant-ID"
_bearer = HTTPBearer(auto_error=False, description="An access token from /api/auth/login, or an API key.")


def services_of(request: Request) -> Services:
    """The composition root's services, or 503 while they start."""
    return request.app.state.services


ServicesDep = Annotated[Services, Depends(services_of)]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signed in; `claims.sid` is the sign-in."""

    claims: Claims


@dataclass(frozen=True, slots=True)
class Machine:
    """An API key, as it was sent. It is checked when the tenant is known."""

    key: str


@dataclass(frozen=True, slots=True)
class Operator:
    """The command line on the server's own machine: it can read the token file in SMB_HOME."""


Credential = Person | Machine | Operator


def credential_of(
    request: Request, _scheme: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Credential:
    """The credential of a request; depending on the scheme puts it into the OpenAPI document."""
    return credential_from(request)


def credential_from(request: Request) -> Credential:
    """Who sent the request, as far as the token alone says. Raises CopilotError(UNAUTHENTICATED)."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise CopilotError(
            ErrorKind.UNAUTHENTICATED, "This needs an access token.", hint="Send Authorization: Bearer <token>."
        )
    services, token = services_of(request), token.strip()
    if token.startswith(API_KEY_PREFIX):
        return Machine(token)
    if services.operator_token and hmac.compare_digest(token.encode(), services.operator_token.encode()):
        return Operator()
    return Person(services.tokens.verify(token))


CredentialDep = Annotated[Credential, Depends(credential_of)]


def person_of(credential: CredentialDep) -> Person:
    """For routes about a person: keys have no password and no membership."""
    if not isinstance(credential, Person):
        raise CopilotError(ErrorKind.FORBIDDEN, "This is for people, not for keys.")
    return credential


PersonDep = Annotated[Person, Depends(person_of)]


async def actor_of(
    request: Request,
    services: ServicesDep,
    credential: CredentialDep,
    tenant_id: Annotated[str, Header(alias=TENANT_HEADER, description="The tenant to act in.", max_length=64)],
) -> Actor:
    """The caller in the tenant of the header. Raises 403 for one who is no member."""
    return await resolve_actor(services, credential, tenant_id, Surface.REST, request_id_of(request))


ActorDep = Annotated[Actor, Depends(actor_of)]


async def resolve_actor(
    services: Services, credential: Credential, tenant_id: str, surface: Surface, request_id: str | None
) -> Actor:
    """The one place where a credential and a tenant become an actor."""
    tenant_id = canonical_tenant(tenant_id)
    match credential:
        case Operator():
            return Actor(tenant_id, None, Role.OWNER, Surface.CLI, request_id)
        case Machine(key):
            actor = await actor_of_key(services.database, key, tenant_id, surface)
        case Person(claims):
            actor = await actor_of_person(services.database, claims.sub, tenant_id, surface)
    trace.get_current_span().set_attribute("smb.tenant.id", tenant_id)
    return replace(actor, request_id=request_id)


async def protocol_actor(request: Request, services: Services, credential: Credential, surface: Surface) -> Actor:
    """The caller at an endpoint whose protocol knows no tenants: the header's, else the key's, else a person's only one."""
    tenant_id = request.headers.get(TENANT_HEADER) or await _implied_tenant(services, credential)
    return await resolve_actor(services, credential, tenant_id, surface, request_id_of(request))


async def _implied_tenant(services: Services, credential: Credential) -> str:
    match credential:
        case Machine(key):
            return tenant_of_key(key)
        case Person(claims):
            memberships = (await services.accounts.me(claims.sub)).memberships
            if len(memberships) == 1:
                return memberships[0].tenant_id
        case Operator():
            pass
    raise invalid(f"Say which tenant is meant: send {TENANT_HEADER}.")


def canonical_tenant(tenant_id: str) -> str:
    """A tenant id as it is stored. A malformed one names a tenant that the caller is no member of."""
    try:
        return str(UUID(tenant_id))
    except ValueError:
        raise not_a_member() from None


def not_a_member() -> CopilotError:
    return CopilotError(ErrorKind.FORBIDDEN, "You are no member of this tenant.")


class _ActorCheck(Protocol):
    async def __call__(self, services: Services, actor: Actor) -> Actor: ...


def permitted(permission: Permission, module: Module | None = None) -> _ActorCheck:
    """A dependency: the actor, if the role allows it and the tenant has the module switched on."""

    async def check(services: ServicesDep, actor: ActorDep) -> Actor:
        require(actor, permission)
        if module is not None:
            await require_module(services, actor, module)
        return actor

    return check


def require(actor: Actor, permission: Permission) -> None:
    if not actor.may(permission):
        raise CopilotError(ErrorKind.FORBIDDEN, f"Your role “{actor.role.value}” may not do this.")


async def require_module(services: Services, actor: Actor, module: Module) -> None:
    async with services.database.read(actor) as uow:
        tenant = await uow.tenants.current()
    if module.value not in tenant.modules:
        raise CopilotError(ErrorKind.FORBIDDEN, f"The module {module.value} is switched off.")


def page_of(
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = DEFAULT_LIMIT,
    cursor: Annotated[str | None, Query(max_length=1000, description="`next_cursor` of the page before.")] = None,
) -> PageRequest:
    return PageRequest(limit=limit, cursor=cursor)


PageDep = Annotated[PageRequest, Depends(page_of)]


def client_address(request: Request) -> str:
    """The network address that attempts are counted for."""
    return request.client.host if request.client else "unknown"


AddressDep = Annotated[str, Depends(client_address)]
