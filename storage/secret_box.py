"""Secrets of others (a database's password) at rest: encrypted with keys made from this installation's own secrets."""

import base64
import hmac
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from storage.kernel.errors import CopilotError, ErrorKind


class SecretBox:
    """Seals with the first of `secrets`, and opens what any of them sealed: a secret is replaced by putting the new one
    in front of the old one, and the old one goes once `reseal` has been over everything. `purpose` keeps what is sealed
    for one use from being opened for another."""

    def __init__(self, secrets: Sequence[str], purpose: str) -> None:
        keys = (hmac.digest(secret.encode(), f"secret box: {purpose}".encode(), "sha256") for secret in secrets)
        self._fernet = MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])

    def seal(self, text: str) -> str:
        return self._fernet.encrypt(text.encode()).decode("ascii")

    def open(self, sealed: str) -> str:
        """Raises CONFLICT where the secret that sealed it is gone."""
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken:
            raise CopilotError(
                ErrorKind.CONFLICT,
                "The stored password can no longer be read: the installation has another secret now.",
                hint="Enter the password again.",
            ) from None

    def reseal(self, sealed: str) -> str:
        """The same, sealed with the newest secret. Raises CONFLICT like `open`."""
        return self.seal(self.open(sealed))
