"""Headers of e-mails as the vendors hand them on: addresses with names around them (RFC 5322, section 3.4), words encoded
for seven bits (RFC 2047). Whatever does not fit is left as it is; nothing here raises."""

import re
from typing import Final

_BETWEEN: Final = re.compile(r"[\s<>()\[\]\\,;:\"']+")
_LONGEST: Final = 100_000
"""Characters of a header: several thousand addresses."""
_ENCODED: Final = re.compile(r"=\?[^?\s]+\?[bBqQ]\?[^?]*\?=")


def addresses(header: str) -> list[str]:
    """The addresses alone of a list of mailboxes, in lower case, each once: of ``"Lee, Ann" <Ann@x.org>, bo@y.org`` two.
    Lists that keep to no rule (parted by semicolons, say) are searched for what looks like one."""
    strict = [address for _, address in _mailboxes(header) if _is_address(address)]
    found = strict or [word for word in _BETWEEN.split(header[:_LONGEST]) if _is_address(word)]
    return list(dict.fromkeys(address.lower() for address in found))


def display_name(header: str) -> str | None:
    """The name of the first mailbox of a header, decoded; None where only an address stands."""
    mailboxes = _mailboxes(header)
    return (decoded(mailboxes[0][0]).strip() or None) if mailboxes else None


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
        return str(make_header(decode_header(text)))
    except (MessageError, LookupError, ValueError):
        return text
