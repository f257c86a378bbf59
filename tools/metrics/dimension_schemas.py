"""Dimensions of a tenant's own as the outside sees them (contract: /api/modules/mini-foundry/dimensions)."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field, FiniteFloat, StringConstraints, model_validator

from storage.metrics.model import MemberGroup
from tools.kit.capability import Contract
from tools.metrics.schemas import Label

MOST_DIMENSIONS = 50
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class GroupDraft(Contract):
    """Members of a dimension under one name: those listed, those whose name begins with a text, those that contain one."""

    label: Label = Field(examples=["Northern countries"])
    values: Annotated[tuple[Text, ...], Field(max_length=500)] = ()
    begins_with: Annotated[tuple[Text, ...], Field(max_length=20)] = ()
    contains: Annotated[tuple[Text, ...], Field(max_length=20)] = ()

    @model_validator(mode="after")
    def _of_something(self) -> "GroupDraft":
        if not (self.values or self.begins_with or self.contains):
            raise ValueError("a group has members")
        return self

    @property
    def group(self) -> MemberGroup:
        return MemberGroup(**self.model_dump())


class DimensionDraft(Contract):
    """Groups of a dimension's members, or other edges for the bands of one of the product's (price_band, order_size,
    order_items, customer_age). There is one of them for each dimension `of`."""

    of: str = Field(description="The dimension that is grouped, or whose bands are drawn anew.", examples=["country"])
    groups: Annotated[tuple[GroupDraft, ...], Field(max_length=50)] = ()
    edges: Annotated[tuple[FiniteFloat, ...], Field(max_length=30)] = Field(
        default=(), description="Ascending, in major units of the business's currency, in pieces or in months."
    )

    @model_validator(mode="after")
    def _one_kind(self) -> "DimensionDraft":
        if bool(self.groups) == bool(self.edges):
            raise ValueError("a dimension has groups or edges")
        return self


class DimensionView(Contract):
    """One dimension of the tenant's own. `name` is what queries call it, `bands` what its bands are called."""

    id: str
    name: str
    kind: Literal["groups", "bands"]
    of: str
    label: str
    definition: str
    groups: tuple[GroupDraft, ...] = ()
    edges: tuple[float, ...] = ()
    bands: tuple[str, ...] = ()
    created_at: datetime
    updated_at: datetime


class DefineDimension(Contract):
    """Groups or bands that are defined in words."""

    definition: str = Field(
        min_length=1,
        max_length=1_000,
        description="The definition in the user's own words, in full, such as: define northern countries as Norway and Sweden.",
        examples=["group products starting with LAMP as lamps"],
    )
