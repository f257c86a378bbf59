"""Python's collector of reference cycles in a process that serves for long."""

import gc
from typing import Final

_NEW_OBJECTS: Final = 50_000
"""Containers made and not yet freed, at which the youngest of them are looked through; Python's own bound is 700. A page of a
vendor's JSON is thousands of them, none in a cycle: looking through them again and again took a tenth of a sync."""


def settle() -> None:
    """Called when what the process serves with is loaded: that stays, and is not looked through any more."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_NEW_OBJECTS, *gc.get_threshold()[1:])
