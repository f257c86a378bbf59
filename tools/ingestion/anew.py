"""Rows that are made anew from what is stored raw: under another mapping each is what a first sync would make of it.

The first that a batch says of such a row is said of an empty one: what the row held and nothing says any more is taken out
with the batch's commit. What is said later is laid over what was said before: a link to the row, written with each page,
tells whether it was made already, and the batch's changes tell as what. So a run that was killed goes on as if it had not
been.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any, Final

from storage.models.commerce import OrderLine
from storage.repositories.remaking import Scope
from storage.uow import WriteUnitOfWork

_KEPT: Final = frozenset(
    (
        "deleted_at", "merged_into_id", "duplicate_of_id", "created_by_batch_id",
        "order_id", "product_id", "source_product_id", "variant_id",
    )
)  # fmt: skip
"""What a deletion, a resolution or the order of the rows has settled, and no one record tells."""
_NAMED_BY: Final = frozenset(("title", "sku"))
"""By these a line is known to sell what it sold when goods have lost their id (see Orders)."""


async def lay_over(
    uow: WriteUnitOfWork,
    scope: Scope,
    model: type[Any],
    rows: Sequence[dict[str, Any]],
    unmade: dict[str, dict[str, Any]],
) -> None:
    """Makes stored rows what the batch has said of them so far: of one that it has said nothing of yet an empty one, whose
    values go into `unmade`. A row that other sources tell of too keeps what it holds: a value may be theirs."""
    stored = {row["id"]: row for row in rows if row["created_by_batch_id"] != scope.batch_id}
    if not stored:
        return
    links = await uow.remaking.links(scope, model.__tablename__, stored)
    made = [id_ for id_ in stored if id_ in links and links[id_].by_batch]
    pending = await uow.remaking.pending(scope.batch_id, model, made) if made else None
    for id_, row in stored.items():
        if pending is not None and id_ in made:
            row.update({name: value for name, value in pending.after.get(id_, {}).items() if name in row})
        elif id_ in links and not links[id_].by_others:
            unmade.setdefault(id_, dict(row))
            row.update(dict.fromkeys(name for name in _told(model) if name in row))


async def made(uow: WriteUnitOfWork, scope: Scope, model: type[Any], ids: Iterable[str]) -> set[str]:
    """Which of these rows the batch has made or made anew."""
    links = await uow.remaking.links(scope, model.__tablename__, ids)
    return {id_ for id_, one in links.items() if one.by_batch}


@lru_cache
def _told(model: type[Any]) -> frozenset[str]:
    """The columns that hold what records tell, and may hold nothing."""
    kept = _KEPT | _NAMED_BY if model is OrderLine else _KEPT
    return frozenset(column.key for column in model.__table__.columns if column.nullable and column.key not in kept)
