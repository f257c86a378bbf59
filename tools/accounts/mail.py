"""The door through which messages to people leave. An installation without a mail server keeps them in a folder."""

import os
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol

import structlog

from storage.kernel.ids import new_id

_logger: structlog.stdlib.BoundLogger = structlog.get_logger("accounts.mail")


class Mailer(Protocol):
    """Sends one message. Returns once it is safe with whoever delivers it."""

    async def send(self, message: EmailMessage) -> None: ...


class FolderMailer:
    """Writes each message into a folder that only the operator can read, and logs that it is there, not what it says."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, message: EmailMessage) -> None:
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self._folder / f"{new_id()}.eml"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(message.as_bytes())
        _logger.info("message kept for the operator", path=str(path), subject=message["Subject"])


def password_message(email: str, token: str, minutes: int) -> EmailMessage:
    """Tells somebody how to set a new password."""
    message = EmailMessage()
    message["To"] = email
    message["Subject"] = "Set a new password"
    message.set_content(
        f"Somebody, hopefully you, asked for a new password for {email}.\n\n"
        f"Token: {token}\n\n"
        f"It is good for {minutes} minutes and for one use. If it was not you, nothing has changed.\n"
    )
    return message
