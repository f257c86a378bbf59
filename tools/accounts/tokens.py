"""Access tokens: short-lived JSON web tokens (RFC 7519, HS256). They name the person, never a tenant or a role."""

from dataclasses import dataclass
from datetime import timedelta

import jwt
from pydantic import BaseModel, ConfigDict, ValidationError

from storage.kernel.clock import Clock
from storage.kernel.errors import CopilotError, ErrorKind
from storage.kernel.ids import new_id

_ALGORITHM = "HS256"
_ISSUER = "smb-command"


class Claims(BaseModel):
    """What a token says: who, in which sign-in (`sid`, the family of refresh tokens), until when (seconds since 1970)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    sub: str
    sid: str
    exp: int


@dataclass(frozen=True, slots=True)
class AccessTokens:
    """Issues and checks access tokens."""

    secret: str
    lifetime: timedelta
    clock: Clock

    def issue(self, user_id: str, family_id: str) -> str:
        now = self.clock.now()
        claims = {
            "iss": _ISSUER,
            "sub": user_id,
            "sid": family_id,
            "jti": new_id(),
            "iat": int(now.timestamp()),
            "exp": int((now + self.lifetime).timestamp()),
        }
        return jwt.encode(claims, self.secret, algorithm=_ALGORITHM)

    def verify(self, token: str) -> Claims:
        """Raises CopilotError(UNAUTHENTICATED) for a token that is forged, malformed or expired, without saying which."""
        try:
            # Expiry is checked below against our own clock.
            payload = jwt.decode(
                token,
                self.secret,
                algorithms=[_ALGORITHM],
                issuer=_ISSUER,
                options={"verify_exp": False, "verify_iat": False, "require": ["exp", "sub", "sid", "iss"]},
            )
            claims = Claims.model_validate(payload)
        except (jwt.InvalidTokenError, ValidationError):
            raise invalid_token() from None
        if claims.exp <= self.clock.now().timestamp():
            raise invalid_token()
        return claims


def invalid_token() -> CopilotError:
    return CopilotError(
        ErrorKind.UNAUTHENTICATED, "The access token is not valid or has expired.", hint="Sign in again or refresh it."
    )
