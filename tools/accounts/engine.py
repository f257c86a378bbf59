"""Rules of accounts: which passwords are taken, what tokens look like, who may give which role."""

import hashlib
import secrets

from storage.kernel.actor import GRANTS, Role

MIN_PASSWORD_LENGTH = 8
MAX_PASSWORD_LENGTH = 256
_MIN_DISTINCT_CHARACTERS = 4
# The head of every published list of leaked passwords, as far as it is eight characters long.
_COMMON = frozenset(
    {
        "password",
        "passwort",
        "12345678",
        "123456789",
        "1234567890",
        "qwertyui",
        "qwertyuiop",
        "iloveyou",
        "sunshine",
        "princess",
    }
)

API_KEY_PREFIX = "smb_key_"
REFRESH_PREFIX = "smb_ref_"
RESET_PREFIX = "smb_pwd_"
_SHOWN_CHARACTERS = 6


def password_problem(password: str, email: str) -> str | None:
    """Why a password is not taken, or None. NIST SP 800-63B-3, 5.1.1.2: a length and a list of known bad
    ones, no rules about kinds of characters."""
    if len(password) < MIN_PASSWORD_LENGTH:
        return f"The password needs at least {MIN_PASSWORD_LENGTH} characters."
    if len(password) > MAX_PASSWORD_LENGTH:
        return f"The password may have at most {MAX_PASSWORD_LENGTH} characters."
    if len(set(password)) < _MIN_DISTINCT_CHARACTERS or password.casefold() in _COMMON:
        return "This password is among the first that anybody would try."
    if password.casefold() in {email.casefold(), email.casefold().partition("@")[0]}:
        return "The password must not be the e-mail address."
    return None


def new_secret(prefix: str) -> str:
    """A token with 256 random bits; its prefix tells what it is to a reader and to secret scanners."""
    return prefix + secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    """How a random token is kept. It needs no slow hash: there is nothing to guess in 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def shown_prefix(secret: str, prefix: str) -> str:
    """The part of a key that lists may show, so that its owner can tell one from another."""
    return secret[: len(prefix) + _SHOWN_CHARACTERS]


def may_grant(own: Role, given: Role) -> bool:
    """Nobody gives more than they have."""
    return GRANTS[given] <= GRANTS[own]
