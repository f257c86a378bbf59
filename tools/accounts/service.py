"""Sign-in and what belongs to it: registration, tokens, passwords. Nobody has a tenant yet here, so each step opens
a short system unit of work of its own; nothing slow (a hash, a message) happens inside one."""

from dataclasses import dataclass
from datetime import timedelta

from storage.database import Database
from storage.kernel.actor import Module, Role
from storage.kernel.errors import CopilotError, ErrorKind, invalid
from storage.kernel.ids import new_id
from storage.models.identity import Membership, PasswordReset, RefreshToken, Tenant, User
from storage.scope import SystemPurpose
from storage.uow import SystemUnitOfWork
from tools.accounts.engine import REFRESH_PREFIX, RESET_PREFIX, hash_secret, new_secret, password_problem
from tools.accounts.mail import Mailer, password_message
from tools.accounts.passwords import Passwords
from tools.accounts.schemas import (
    LoginRequest,
    Me,
    MembershipView,
    RegisterRequest,
    Registration,
    ResetRequest,
    TenantSettings,
    TokenPair,
    UserView,
)
from tools.accounts.throttling import Limit, Throttle
from tools.accounts.tokens import AccessTokens
from tools.accounts.views import tenant_view, user_view

RESET_MINUTES = 60
INVITATION_MINUTES = 7 * 24 * 60
_WINDOW_SECONDS = 15 * 60
_ADDRESS_FACTOR = 10
"""A network address may stand for a whole office."""


@dataclass(frozen=True, slots=True)
class AccountConfig:
    refresh_lifetime: timedelta
    login_attempts: int
    """Per e-mail address and quarter of an hour."""


class AccountService:
    """Use cases of people who are not, or not yet, acting for a tenant."""

    def __init__(
        self,
        *,
        database: Database,
        passwords: Passwords,
        tokens: AccessTokens,
        throttle: Throttle,
        mailer: Mailer,
        config: AccountConfig,
    ) -> None:
        self._database = database
        self._passwords = passwords
        self._tokens = tokens
        self._throttle = throttle
        self._mailer = mailer
        self._config = config
        self._per_email = Limit("login-email", config.login_attempts, _WINDOW_SECONDS)
        self._per_address = Limit("login-address", config.login_attempts * _ADDRESS_FACTOR, _WINDOW_SECONDS)

    async def register(self, request: RegisterRequest, address: str) -> Registration:
        """A new tenant with its owner, signed in. Raises conflict when the e-mail address has an account."""
        await self._throttle.hit(self._per_address, address)
        hashed = await self._new_hash(request.password.get_secret_value(), request.email)
        async with self._database.system(SystemPurpose.REGISTRATION) as uow:
            if await uow.users.by_email(request.email) is not None:
                raise CopilotError(
                    ErrorKind.CONFLICT,
                    "This e-mail address already has an account.",
                    hint="Sign in, or reset the password.",
                )
            user = User(email=request.email, name=request.name, password_hash=hashed)
            uow.add(user)
            await uow.flush()
            tenant = await _new_tenant(uow, request.tenant_name, request, user)
            view, tenant_seen = user_view(user), tenant_view(tenant)
        pair = await self._sign_in(view.id)
        return Registration(user=view, tenant=tenant_seen, **pair.model_dump())

    async def create_tenant(self, name: str, settings: TenantSettings, email: str, password: str) -> tuple[str, str]:
        """For the operator: a tenant for a new person, or for one whose password is given. Returns tenant and user id."""
        async with self._database.system(SystemPurpose.REGISTRATION) as uow:
            known = await uow.users.by_email(email)
            known_hash = known.password_hash if known else None
        if known_hash is not None and not await self._passwords.verify(password, known_hash):
            raise CopilotError(ErrorKind.CONFLICT, "This e-mail address already has an account with another password.")
        hashed = known_hash or await self._new_hash(password, email)
        async with self._database.system(SystemPurpose.REGISTRATION) as uow:
            user = await uow.users.by_email(email)
            if user is None:
                user = User(email=email, password_hash=hashed)
                uow.add(user)
                await uow.flush()
            tenant = await _new_tenant(uow, name, settings, user)
            return tenant.id, user.id

    async def login(self, request: LoginRequest, address: str) -> TokenPair:
        """Tokens for an e-mail address and its password. An unknown address, a wrong password and a closed account are
        answered alike, in words and in time, and counted alike."""
        await self._throttle.hit(self._per_address, address)
        await self._throttle.hit(self._per_email, request.email)
        async with self._database.system(SystemPurpose.LOGIN) as uow:
            user = await uow.users.by_email(request.email)
            user_id, hashed = (user.id, user.password_hash) if user is not None and user.is_active else (None, None)
        if not await self._passwords.verify(request.password.get_secret_value(), hashed) or user_id is None:
            raise CopilotError(ErrorKind.UNAUTHENTICATED, "The e-mail address or the password is wrong.")
        await self._throttle.forgive(self._per_email, request.email)
        return await self._sign_in(user_id)

    async def operator_token(self, user_id: str) -> TokenPair:
        """Tokens for a person without a password, for whoever holds the machine."""
        return await self._sign_in(user_id)

    async def refresh(self, token: str) -> TokenPair:
        """A new pair for a refresh token, which is used up by it. A token that comes a second time has been stolen by
        somebody: its whole family is revoked, so that thief and owner both have to sign in again."""
        now = self._tokens.clock.now()
        pair: TokenPair | None = None
        async with self._database.system(SystemPurpose.LOGIN) as uow:
            link = await uow.refresh_tokens.by_hash(hash_secret(token))
            if link is not None and link.used_at is not None:
                await uow.refresh_tokens.revoke_family(link.family_id, now)
                uow.audit("refresh_token_reused", "users", link.user_id)
            elif link is not None and link.revoked_at is None and link.expires_at > now:
                link.used_at = now
                user = await uow.users.get(link.user_id)
                pair = self._issue(uow, user.id, link.family_id) if user.is_active else None
        # Raised out here: an exception inside would roll the revocation back.
        if pair is None:
            raise CopilotError(
                ErrorKind.UNAUTHENTICATED, "The refresh token is not valid or has expired.", hint="Sign in again."
            )
        return pair

    async def logout(self, family_id: str) -> None:
        """Revokes the refresh tokens of one sign-in."""
        async with self._database.system(SystemPurpose.LOGIN) as uow:
            await uow.refresh_tokens.revoke_family(family_id, self._tokens.clock.now())

    async def me(self, user_id: str) -> Me:
        """Who somebody is, and where they belong."""
        async with self._database.system(SystemPurpose.LOGIN) as uow:
            user = await uow.users.get(user_id)
            memberships = await uow.memberships.of_user(user_id)
            return Me(
                user=user_view(user),
                memberships=tuple(
                    MembershipView(tenant_id=tenant.id, tenant_name=tenant.name, role=Role(membership.role))
                    for membership, tenant in memberships
                ),
            )

    async def throttle_reset(self, email: str, address: str) -> None:
        """Counts a request for a password message. Raises CopilotError(RATE_LIMITED)."""
        await self._throttle.hit(self._per_address, address)
        await self._throttle.hit(self._per_email, f"reset:{email}")

    async def forgot(self, email: str) -> None:
        """Sends a token to set a new password with, if there is such an account. Says nothing either way."""
        async with self._database.system(SystemPurpose.LOGIN) as uow:
            user = await uow.users.by_email(email)
            token = self._new_reset(uow, user.id, RESET_MINUTES) if user is not None and user.is_active else None
        if token is not None:
            await self._mailer.send(password_message(email, token, RESET_MINUTES))

    async def reset(self, request: ResetRequest, address: str) -> None:
        """Sets a new password by a token, which is used up, and signs the person out everywhere."""
        await self._throttle.hit(self._per_address, address)
        now = self._tokens.clock.now()
        token_hash = hash_secret(request.token.get_secret_value())
        async with self._database.system(SystemPurpose.LOGIN) as uow:
            reset = await uow.password_resets.by_hash(token_hash)
            email = (await uow.users.get(reset.user_id)).email if reset is not None else ""
        hashed = await self._new_hash(request.password.get_secret_value(), email)
        async with self._database.system(SystemPurpose.LOGIN) as uow:
            reset = await uow.password_resets.by_hash(token_hash)
            if reset is None or reset.used_at is not None or reset.expires_at <= now:
                raise invalid("The token is not valid or has expired.", pointer="/token", hint="Ask for a new one.")
            await self._set_password(uow, reset.user_id, hashed)

    async def set_password(self, email: str, password: str) -> None:
        """For the operator: a new password without a token."""
        hashed = await self._new_hash(password, email)
        async with self._database.system(SystemPurpose.MAINTENANCE) as uow:
            user = await uow.users.by_email(email)
            if user is None:
                raise CopilotError(ErrorKind.NOT_FOUND, "No account has this e-mail address.")
            await self._set_password(uow, user.id, hashed)

    async def invited(self, email: str, name: str | None) -> tuple[UserView, str | None]:
        """The person of an e-mail address, and, where the account is new, the token to set its first password with."""
        nobody_knows = await self._passwords.hash(new_secret(""))
        async with self._database.system(SystemPurpose.REGISTRATION) as uow:
            user = await uow.users.by_email(email)
            if user is not None:
                return user_view(user), None
            user = User(email=email, name=name, password_hash=nobody_knows)
            uow.add(user)
            await uow.flush()
            token = self._new_reset(uow, user.id, INVITATION_MINUTES)
            return user_view(user), token

    async def _new_hash(self, password: str, email: str) -> str:
        problem = password_problem(password, email)
        if problem is not None:
            raise invalid(problem, pointer="/password")
        return await self._passwords.hash(password)

    async def _set_password(self, uow: SystemUnitOfWork, user_id: str, hashed: str) -> None:
        now = self._tokens.clock.now()
        (await uow.users.get(user_id)).password_hash = hashed
        for reset in await uow.password_resets.of_user(user_id):
            reset.used_at = now
        await uow.refresh_tokens.revoke_user(user_id, now)

    async def _sign_in(self, user_id: str) -> TokenPair:
        async with self._database.system(SystemPurpose.LOGIN) as uow:
            user = await uow.users.get(user_id)
            user.last_login_at = self._tokens.clock.now()
            uow.audit("login", "users", user_id)
            return self._issue(uow, user_id, new_id())

    def _issue(self, uow: SystemUnitOfWork, user_id: str, family_id: str) -> TokenPair:
        refresh = new_secret(REFRESH_PREFIX)
        uow.add(
            RefreshToken(
                user_id=user_id,
                family_id=family_id,
                token_hash=hash_secret(refresh),
                expires_at=self._tokens.clock.now() + self._config.refresh_lifetime,
            )
        )
        return TokenPair(
            access_token=self._tokens.issue(user_id, family_id),
            refresh_token=refresh,
            expires_in=int(self._tokens.lifetime.total_seconds()),
        )

    def _new_reset(self, uow: SystemUnitOfWork, user_id: str, minutes: int) -> str:
        token = new_secret(RESET_PREFIX)
        expires = self._tokens.clock.now() + timedelta(minutes=minutes)
        uow.add(PasswordReset(user_id=user_id, token_hash=hash_secret(token), expires_at=expires))
        return token


async def _new_tenant(uow: SystemUnitOfWork, name: str, settings: TenantSettings, owner: User) -> Tenant:
    tenant = Tenant(
        name=name,
        modules=[module.value for module in Module],
        clock=settings.clock,
        currency=settings.currency,
        timezone=settings.timezone,
        country=settings.country,
        fiscal_year_start=settings.fiscal_year_start,
        week_start=settings.week_start,
    )
    uow.add(tenant)
    await uow.flush()
    uow.add(Membership(tenant_id=tenant.id, user_id=owner.id, role=Role.OWNER.value))
    return tenant
