"""Lists as every route gives them: items and where to go on."""

from typing import Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from storage.repositories.base import Page

Item = TypeVar("Item")


class Listing(BaseModel, Generic[Item]):
    """One page. `next_cursor` is null on the last one."""

    model_config = ConfigDict(frozen=True)

    items: tuple[Item, ...]
    next_cursor: str | None = Field(default=None, examples=[None])


def listed(page: Page[Item]) -> Listing[Item]:
    """A page of a repository or a use case, as the outside sees it."""
    return Listing(items=page.items, next_cursor=page.next_cursor)
