"""Every table. Whoever needs the whole schema imports ALL_MODELS from here, not a module for its side effect."""

from storage.models import (
    audit,
    commerce,
    conversations,
    foundry,
    identity,
    ingestion,
    intelligence,
    market,
    operations,
    predictions,
    privacy,
    rates,
    relations,
    resolution,
    rollup,
    security,
    system,
    tallies,
    watching,
    webhooks,
)
from storage.models.base import Base

MODULES = (
    audit,
    commerce,
    conversations,
    foundry,
    identity,
    ingestion,
    intelligence,
    market,
    operations,
    predictions,
    privacy,
    rates,
    relations,
    resolution,
    rollup,
    security,
    system,
    tallies,
    watching,
    webhooks,
)
ALL_MODELS: tuple[type[Base], ...] = tuple(mapper.class_ for mapper in Base.registry.mappers)
