"""What the tenant's databases are about, in a few nouns each: for whoever has to tell whether a request is about them."""

from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime

from storage.metrics.model import SemanticModel
from storage.uow import ReadUnitOfWork
from tools.language.text import TokenKind, listed, tokenize
from tools.sources.schemas import DraftLayer

MOST_NOUNS = 40
_SOURCES_KEPT = 64
_EVERYWHERE = frozenset(
    listed(
        """total average different number count amount type status name date day month year value level code note channel city
        region country price cost quantity unit kind category whether description title min max start end rate time not or
        of and by per in to the on at active paid list line group sum extra business area product sale sales order customer
        discount"""
    )
)
"""Words that say nothing of what a database is about, or that the shop's figures are about too."""


class SourceNouns:
    """One per process; keeps what it read of each version of a source."""

    def __init__(self) -> None:
        self._kept: OrderedDict[str, tuple[datetime, tuple[str, ...]]] = OrderedDict()

    async def of(self, uow: ReadUnitOfWork) -> Mapping[str, tuple[str, ...]]:
        """Name → nouns, of all sources of the unit's tenant. One that is not approved is asked by its name only: it has
        none."""
        found: dict[str, tuple[str, ...]] = {}
        for one in await uow.data_sources.known():
            found[one.name] = ()
            if one.status != "approved":
                continue
            kept = self._kept.get(one.id)
            if kept is None or kept[0] != one.updated_at:
                layer = (await uow.data_sources.get(one.id)).layer
                kept = (one.updated_at, nouns_of(DraftLayer.model_validate(layer).model) if layer else ())
                self._kept[one.id] = kept
                while len(self._kept) > _SOURCES_KEPT:
                    self._kept.popitem(last=False)
            found[one.name] = kept[1]
        return found


def nouns_of(model: SemanticModel) -> tuple[str, ...]:
    """Lemmas: what it counts first, then what it measures and splits by."""
    counted = [entity.replace("_", " ") for entity in model.entities]
    labels = [*counted, *(one.label for one in (*model.metrics.values(), *model.dimensions.values()))]
    lemmas = (token.lemma for label in labels for token in tokenize(label) if token.kind is TokenKind.WORD)
    return tuple(dict.fromkeys(lemma for lemma in lemmas if lemma not in _EVERYWHERE and len(lemma) > 2))[:MOST_NOUNS]  # noqa: PLR2004 — "kg", "or"
