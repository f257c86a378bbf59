"""Sign-in, tokens, passwords, and machines' keys."""

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Depends
from starlette.responses import Response

from api.deps import AddressDep, PageDep, PersonDep, ServicesDep, permitted
from api.errors import problems
from api.idempotency import IdempotentRoute
from api.listing import Listing, listed
from storage.kernel.actor import Actor, Permission
from tools.accounts import tenants
from tools.accounts.schemas import (
    ApiKeyCreate,
    ApiKeyCreated,
    ApiKeyView,
    ForgotRequest,
    LoginRequest,
    Me,
    RefreshRequest,
    RegisterRequest,
    Registration,
    ResetRequest,
    TokenPair,
)

router = APIRouter(prefix="/api/auth", tags=["auth"])
keys = APIRouter(prefix="/api/auth/api-keys", tags=["auth"], route_class=IdempotentRoute)
KeyManager = Annotated[Actor, Depends(permitted(Permission.MEMBERS_MANAGE))]


@router.post("/register", status_code=HTTPStatus.CREATED, responses=problems(409, 422, 429))
async def register(services: ServicesDep, address: AddressDep, body: RegisterRequest) -> Registration:
    """Create a tenant and its owner, and sign the owner in."""
    return await services.accounts.register(body, address)


@router.post("/login", responses=problems(401, 422, 429))
async def login(services: ServicesDep, address: AddressDep, body: LoginRequest) -> TokenPair:
    """Sign in. Unknown addresses and wrong passwords are answered alike."""
    return await services.accounts.login(body, address)


@router.post("/refresh", responses=problems(401, 422))
async def refresh(services: ServicesDep, body: RefreshRequest) -> TokenPair:
    """Exchange a refresh token for a new pair. A token used twice revokes its whole family."""
    return await services.accounts.refresh(body.refresh_token.get_secret_value())


@router.post("/logout", status_code=HTTPStatus.NO_CONTENT, responses=problems(401))
async def logout(services: ServicesDep, person: PersonDep) -> None:
    """End this sign-in: its refresh tokens are revoked."""
    await services.accounts.logout(person.claims.sid)


@router.get("/me", responses=problems(401))
async def me(services: ServicesDep, person: PersonDep) -> Me:
    """Who is signed in, and where they belong."""
    return await services.accounts.me(person.claims.sub)


@router.post("/password/forgot", status_code=HTTPStatus.ACCEPTED, response_class=Response, responses=problems(422, 429))
async def forgot(
    services: ServicesDep, address: AddressDep, body: ForgotRequest, background: BackgroundTasks
) -> Response:
    """Send a token to set a new password with. The answer is the same whether or not there is such an account."""
    await services.accounts.throttle_reset(body.email, address)
    background.add_task(services.accounts.forgot, body.email)
    return Response(status_code=HTTPStatus.ACCEPTED, background=background)


@router.post("/password/reset", status_code=HTTPStatus.NO_CONTENT, responses=problems(422, 429))
async def reset(services: ServicesDep, address: AddressDep, body: ResetRequest) -> None:
    """Set a new password, and sign out everywhere."""
    await services.accounts.reset(body, address)


@keys.get("", responses=problems(400, 401, 403))
async def list_keys(services: ServicesDep, actor: KeyManager, page: PageDep) -> Listing[ApiKeyView]:
    """The tenant's keys, newest first."""
    async with services.database.read(actor) as uow:
        return listed(await tenants.list_keys(uow, page))


@keys.post("", status_code=HTTPStatus.CREATED, responses=problems(400, 401, 403, 409, 422))
async def create_key(services: ServicesDep, actor: KeyManager, body: ApiKeyCreate) -> ApiKeyCreated:
    """A key for a machine, with a role's rights. It is shown once."""
    async with services.database.write(actor) as uow:
        return await tenants.create_key(uow, body)


@keys.delete("/{key_id}", status_code=HTTPStatus.NO_CONTENT, responses=problems(400, 401, 403, 404))
async def revoke_key(services: ServicesDep, actor: KeyManager, key_id: str) -> None:
    """Revoke a key at once."""
    async with services.database.write(actor) as uow:
        await tenants.revoke_key(uow, key_id)
