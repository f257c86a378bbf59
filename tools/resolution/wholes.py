"""Rows that stand for several: which row stands for a group, and what it shows."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from storage.kernel.ids import new_id
from storage.models.commerce import Product
from storage.repositories.resolution_statements import Merged
from storage.uow import WriteUnitOfWork
from tools.resolution.golden import Member, best_of

Values = Callable[[Sequence[Member]], dict[str, Any]]


def whole_of(before: Sequence[str | None], taken: set[str]) -> str:
    """The row that stands for a group: the one that stood for most of it, unless another group has `taken` it; `before`
    says what stood for each of its members."""
    known = sorted(
        {one for one in before if one is not None and one not in taken}, key=lambda one: (-before.count(one), one)
    )
    whole = known[0] if known else new_id()
    taken.add(whole)
    return whole


def values_of(kind: str) -> Values:
    """What stands for members of a kind shows."""
    return lambda members: best_of(kind, members).values


async def stand_for(
    uow: WriteUnitOfWork,
    model: Merged,
    golden: Mapping[str, Sequence[str]],
    wholes: Mapping[str, str | None],
    before: Mapping[str, str | None],
    *,
    names: Sequence[str],
    shown: Values,
) -> set[str]:
    """Writes rows that stand for several, and says of each row which stands for it. `golden`: such a row → those; `before`:
    what stood for each row until now, absent where it is no more; `names`: the columns that `shown` chooses values of. Gives
    the rows whose facts count as another's now, or under another name."""
    every = {*golden, *(id_ for ids in golden.values() for id_ in ids)}
    told = {one.id: one for one in await uow.resolution.told(model, names, every)}
    made: list[dict[str, Any]] = []
    renamed: set[str] = set()
    for whole, ids in golden.items():
        values = shown(
            [Member(one.id, one.vendor, one.values, one.updated_at) for id_ in ids if (one := told.get(id_))]
        )
        if whole not in told:
            made.append({"id": whole, **values})
        elif any(told[whole].values[name] != value for name, value in values.items()):
            await uow.resolution.set_values(model, whole, values)
            renamed.add(whole)
    await uow.resolution.add_whole(model, made)
    other = {id_: whole for id_, whole in wholes.items() if id_ in before and before[id_] != whole}
    moved = await uow.resolution.assign(model, other, before) if other else set[str]()
    if model is Product and renamed:
        await uow.resolution.move_facts(model, renamed)
        moved |= renamed
    if moved:
        await uow.rollup.forget_things({model.__tablename__: moved})
    return moved


async def dissolve(uow: WriteUnitOfWork, model: Merged, among: set[str] | None) -> bool:
    """Takes out what stands for fewer than two rows, of all or of some: after an undo, or when an owner has parted some.
    While a batch is written, which may just give one of them something, they are left for the next run: True then."""
    empty = await uow.resolution.empty_wholes(model, among)
    if empty and await uow.ingestion.batches_in("applying"):
        return True
    if empty:
        await uow.rollup.forget_things({model.__tablename__: set(empty)})
        await uow.resolution.drop_wholes(model, empty)
    return False
