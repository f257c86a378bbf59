"""Headers of e-mails as the vendors hand them on: addresses with names around them (RFC 5322, section 3.4), words encoded
for seven bits (RFC 2047). Whatever does not fit is left as it is; nothing here raises."""

import base64
import binascii
import re
from typing import Final

_BETWEEN: Final = re.compile(r"[\s<>()\[\]\\,;:\"']+")
_LONGEST: Final = 100_000
"""Characters of a header: several thousand addresses."""
_LONGEST_HEAD: Final = 400_000
"""Characters of a message in base64 that may hold its headers; all that follows is its body."""
_FOLD: Final = re.compile(r"\r?\n(?=[ \t])")
_ENCODED: Final = re.compile(r"=\?([^?\s]+)(?=\?[bBqQ]\?[^?]*\?=)")
_CODECS: Final = {
    "iso-8859-8-i": "iso8859-8",
    "iso-8859-8-e": "iso8859-8",
    "windows-31j": "cp932",
    "windows-874": "cp874",
    "windows-949": "cp949",
    "sjis": "cp932",
}
"""Labels of character sets that mail programs write and Python does not know (WHATWG, Encoding, section 4.2)."""


def addresses(header: str) -> list[str]:
    """The addresses alone of a list of mailboxes, in lower case, each once: of ``"Lee, Ann" <Ann@x.org>, bo@y.org`` two.
    Lists that keep to no rule (parted by semicolons, say) are searched for what looks like one."""
    strict = [address for _, address in _mailboxes(header) if _is_address(address)]
    found = strict or [word for word in _BETWEEN.split(header[:_LONGEST]) if _is_address(word)]
    return list(dict.fromkeys(address.lower() for address in found))


def display_name(header: str) -> str | None:
    """The name of the first mailbox of a header, decoded; None where only an address stands."""
    mailboxes = _mailboxes(header)
    if not mailboxes:
        return None
    name, address = mailboxes[0]
    if not _is_address(address):
        # `Lee, Ann <ann@x.org>`: one mailbox, where the comma should have stood in quotation marks.
        before, _, behind = header[:_LONGEST].strip().partition("<")
        name = before if behind.endswith(">") and _is_address(behind[:-1]) else name
    return decoded(name).strip() or None


def _is_address(word: str) -> bool:
    local, _, host = word.partition("@")
    return bool(local and host) and "@" not in host and _BETWEEN.search(word) is None


def _mailboxes(header: str) -> list[tuple[str, str]]:
    from email.utils import getaddresses

    try:
        return getaddresses([header[:_LONGEST]])
    except RecursionError:  # brackets in brackets: no real header
        return []


def decoded(text: str) -> str:
    """Text with its encoded words (``=?utf-8?B?…?=``) decoded, as it is where one cannot be."""
    if _ENCODED.search(text) is None:
        return text
    from email.errors import MessageError
    from email.header import decode_header, make_header

    try:
        return str(make_header(decode_header(_ENCODED.sub(_known, text))))
    except (MessageError, LookupError, ValueError):
        return text


def _known(word: "re.Match[str]") -> str:
    """The beginning of an encoded word with a character set that Python knows, and without the language that may stand
    behind it (RFC 2231, section 5)."""
    label = word[1].partition("*")[0].lower().removeprefix("x-")
    return f"=?{_CODECS.get(label, label)}"


def subject_of(message: str) -> str | None:
    """The subject of a whole message (RFC 5322) in base64url, decoded."""
    found = _headers(message, "subject")
    return decoded(found[0]).strip() or None if found else None


def sender_of(message: str) -> str | None:
    """The header of the same that says who wrote it."""
    return next(iter(_headers(message, "from") or _headers(message, "sender")), None)


def sender_name_of(message: str) -> str | None:
    header = sender_of(message)
    return display_name(header) if header else None


def recipients_of(message: str) -> str | None:
    """All those of the same to whom it was written, in one header."""
    return ", ".join(header for name in ("to", "cc", "bcc") for header in _headers(message, name)) or None


def _headers(message: str, name: str) -> list[str]:
    """The values of a header, unfolded; none of what is no message."""
    head = message[:_LONGEST_HEAD].rstrip("=")
    head = head[: len(head) - (len(head) % 4 == 1)]
    try:
        raw = base64.b64decode(head + "=" * (-len(head) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return []
    try:
        text = raw.decode()  # RFC 6532
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    lines = _FOLD.sub("", re.split(r"\r?\n\r?\n", text, maxsplit=1)[0]).splitlines()
    fields = [line.partition(":") for line in lines]
    return [value.strip() for field, colon, value in fields if colon and field.strip().casefold() == name]
