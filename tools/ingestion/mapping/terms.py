"""What vendors' terms say may be done with the data that came from them."""

from functools import cache
from typing import Final

from storage.uow import ReadUnitOfWork
from tools.connectors.core.folders import known_vendors
from tools.ingestion.mapping.spec import load_mapping

NO_TRAINING: Final = "no_training"
"""No model may be trained on it (Xero's terms of 4 December 2025, vendor-facts.md §7)."""


@cache
def usage_limits(source_type: str) -> tuple[str, ...]:
    """The limits that travel with what a source of this type has told; none where its terms set none."""
    if source_type not in known_vendors():
        return ()
    licence = load_mapping(source_type).licence
    return () if licence == "free" else (licence,)


async def withheld_sources(uow: ReadUnitOfWork) -> frozenset[str]:
    """The ids of the sources whose data the tenant keeps from remote models: where it says so, those that no model may be
    trained on. What was disconnected is among them: its rows stay."""
    if not (await uow.tenants.current()).keeps_restricted_data:
        return frozenset()
    return frozenset(one.id for one in await uow.ingestion.connectors() if NO_TRAINING in usage_limits(one.type))
