"""Where the files of a vendor are: in a folder of ours, or in one that another installed distribution names as an entry point
of the group GROUP (its name is the vendor's, its value the package that holds the files)."""

from importlib.metadata import EntryPoint, entry_points
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Final

VENDORS: Final = (
    "shopify",
    "stripe",
    "square",
    "hubspot",
    "zoho",
    "zohobooks",
    "quickbooks",
    "xero",
    "gmail",
    "outlook",
)
"""Ours, in the order in which they are shown."""
GROUP: Final = "smb.connectors"


def known_vendors() -> tuple[str, ...]:
    """All that this installation can speak with: ours, then those of other distributions by name. Raises ValueError where
    one of those bears a name that is taken."""
    others = sorted(point.name for point in _others())
    if taken := [name for place, name in enumerate(others) if name in VENDORS or name in others[:place]]:
        raise ValueError(f"two connectors are called {taken[0]!r}")
    return (*VENDORS, *others)


def folder_of(vendor: str) -> Traversable:
    """Raises LookupError where there is no such vendor."""
    if vendor in VENDORS:
        return files("tools.connectors") / vendor
    for point in _others():
        if point.name == vendor:
            return files(point.value)
    raise LookupError(vendor)


def _others() -> tuple[EntryPoint, ...]:
    return tuple(entry_points(group=GROUP))
