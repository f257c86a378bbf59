"""Whose an e-mail address is: the mailbox behind its ways of writing, and whether it is a person's. Pure."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Final

from tools.kit.yaml_text import parse_yaml

_MAIL: Final = re.compile(r"[^\s<>,;:\"'()\[\]]+@[^\s<>,;:\"'()\[\]]+")
_ROLES: Final = frozenset(
    "info sales office contact accounts accounting account admin billing hello mail team support service shop orders order invoice "
    "invoices finance purchasing enquiries enquiry kontakt buero rechnung einkauf contacto ventas reception post webmaster "
    "compras comercial biuro".split()
)
_NOBODY: Final = frozenset(
    "noreply donotreply nobody none test guest example unknown na noemail null anonymous".split()
)
_RELAYS: Final = re.compile(
    r"(?:^|\.)(?:marketplace\.amazon\.[a-z.]+|privaterelay\.appleid\.com|relay\.[a-z.]+|members\.ebay\.com|mozmail\.com|duck\.com)$"
)
_WITHOUT_DOTS: Final = frozenset(("gmail.com", "googlemail.com"))
FAMILY: Final = frozenset(["family", "familie", "familia", "famille"])
"""Words for a household in mailboxes' names."""
_HOUSES: Final = tuple(FAMILY)


def mailboxes(email: str | None) -> tuple[tuple[str, bool], ...]:
    """The addresses of a field that should hold one ("<a@b.ie>; c@d.ie"), as mailboxes."""
    found = (mailbox(one.rstrip(".")) for one in _MAIL.findall(email or ""))
    return tuple(dict.fromkeys(one for one in found if one[0]))


def mailbox(email: str | None) -> tuple[str, bool]:
    """An address as its mailbox, and whether that is an office's or a household's. Empty for what reaches nobody."""
    if not email or "@" not in email:
        return "", False
    local, _, domain = email.strip().casefold().rpartition("@")
    local = local.partition("+")[0]
    if domain in _WITHOUT_DOTS:
        local, domain = local.replace(".", ""), "gmail.com"
    bare = re.sub(r"[^a-z]", "", local)
    is_nobodys = bare in _NOBODY or (len(local) == 1 and len(domain.partition(".")[0]) == 1)
    if not local or is_nobodys or domain.startswith("example.") or domain.endswith((".invalid", ".test", ".example")):
        return "", False
    return f"{local}@{domain}", bare in _ROLES or bare.startswith(_HOUSES) or bare.endswith(_HOUSES)


def is_relayed(box: str) -> bool:
    """Whether a mailbox is one that a marketplace or provider makes up for each shop: another one says nothing."""
    return _RELAYS.search(box.rpartition("@")[2]) is not None


@lru_cache(maxsize=1)
def _providers() -> tuple[frozenset[str], frozenset[str]]:
    found: dict[str, str] = parse_yaml(Path(__file__).with_name("providers.yaml").read_text("utf-8"))
    return frozenset(found["everywhere"].split()), frozenset(found["domains"].split())


def is_provider(box: str) -> bool:
    """Whether a mailbox is at one of the known providers, where anybody may have one."""
    domain = box.rpartition("@")[2]
    everywhere, domains = _providers()
    return domain in domains or domain.partition(".")[0] in everywhere
