"""What is asked and told of customers and products that several sources know."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class _Request(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _View(BaseModel):
    model_config = ConfigDict(frozen=True)


class SourceCustomer(_View):
    """A customer or contact as one source knows it."""

    id: str
    kind: str
    """customer or contact."""
    source: str | None
    """The vendor, or "file"."""
    name: str | None
    company: str | None
    email: str | None
    phone: str | None
    city: str | None


class SourceProduct(_View):
    """A product as one source knows it."""

    id: str
    source: str | None
    """The vendor, or "file"."""
    title: str
    sku: str | None
    barcode: str | None
    brand: str | None
    price: float | None
    """In major units of `currency`."""
    currency: str | None
    variants: int
    """How many sizes, colours or packs the source tells apart."""


class Tie(_View):
    """Why two of them are one."""

    one_id: str
    other_id: str
    likelihood: float
    """0 to 1."""
    evidence: tuple[str, ...]
    """In words, what spoke most for it first."""


class Identity(_View):
    """A customer and the rows of sources that it is made of."""

    customer_id: str
    name: str | None
    members: tuple[SourceCustomer, ...]
    evidence: tuple[Tie, ...]


class MaybeOne(_View):
    """Two that may be one."""

    one: SourceCustomer
    other: SourceCustomer
    likelihood: float
    """0 to 1."""
    evidence: tuple[str, ...]


class ProductIdentity(_View):
    """A product and the rows of sources that it is made of."""

    product_id: str
    title: str
    members: tuple[SourceProduct, ...]
    evidence: tuple[Tie, ...]


class MaybeOneProduct(_View):
    """Two that may be one."""

    one: SourceProduct
    other: SourceProduct
    likelihood: float
    """0 to 1."""
    evidence: tuple[str, ...]


class DuplicatesRequest(_Request):
    of: Literal["customers", "products"] = Field(default="customers", description="Of what: customers or products.")
    limit: int = Field(default=20, ge=1, le=200, description="How many pairs at most.")
    cursor: str | None = Field(default=None, max_length=500, description="Where the list goes on.")


class DuplicateList(_View):
    """Of what was asked for; the other list is empty."""

    items: tuple[MaybeOne, ...] = ()
    """Customers."""
    products: tuple[MaybeOneProduct, ...] = ()
    next_cursor: str | None = None


class IdentityRequest(_Request):
    customer_id: str = Field(max_length=36, description="The customer's id.")


class MergeRequest(_Request):
    one_id: str = Field(max_length=36, description="The id of one of the two.")
    other_id: str = Field(max_length=36, description="The id of the other.")


class SplitRequest(_Request):
    customer_id: str = Field(
        max_length=36,
        description="The id of one source's customer, to part it from the rest, or of a merged one, to part all.",
    )


class SplitProductRequest(_Request):
    product_id: str = Field(
        max_length=36,
        description="The id of one source's product, to part it from the rest, or of a merged one, to part all.",
    )
