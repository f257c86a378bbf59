"""A tenant's own rules of data quality (contract: /api/data-lineage/rules)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field, FiniteFloat, StringConstraints, model_validator

from tools.kit.capability import Contract

MOST_RULES = 100
_MOST_VALUES = 200
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
FieldName = Annotated[str, Field(max_length=60, description="A field of the record: email, total, status …", examples=["email"])]  # fmt: skip
Bound = Annotated[Decimal, Field(ge=Decimal("-1e12"), le=Decimal("1e12"))] | date
Share = Annotated[FiniteFloat, Field(ge=0, le=1)]


class NotEmpty(Contract):
    """Every record has the field."""

    how: Literal["not_empty"] = "not_empty"
    field: FieldName


class Unique(Contract):
    """No two records have the same in the field; case is no matter."""

    how: Literal["unique"] = "unique"
    field: FieldName


class OneOf(Contract):
    """Where the field is filled it reads one of these, exactly."""

    how: Literal["one_of"] = "one_of"
    field: FieldName
    values: tuple[Annotated[str, Field(max_length=200)], ...] = Field(min_length=1, max_length=_MOST_VALUES)


class Pattern(Contract):
    """Where the field is filled the whole of it matches a regular expression: without look-around and back-references, so
    that no pattern takes longer than its text is long."""

    how: Literal["pattern"] = "pattern"
    field: FieldName
    pattern: str = Field(min_length=1, max_length=200, examples=["[A-Z]{2}-\\d{4}"])


class Between(Contract):
    """Where the field is filled it lies within bounds, both included: amounts in major units, days as ISO dates."""

    how: Literal["between"] = "between"
    field: FieldName
    at_least: Bound | None = None
    at_most: Bound | None = None

    @model_validator(mode="after")
    def _coherent(self) -> "Between":
        if self.at_least is None and self.at_most is None:
            raise ValueError("give at_least, at_most, or both")
        if self.at_least is not None and self.at_most is not None:
            if isinstance(self.at_least, date) != isinstance(self.at_most, date):
                raise ValueError("both bounds are days, or both are numbers")
            if self.at_least > self.at_most:  # pyright: ignore[reportOperatorIssue] - of one kind
                raise ValueError("at_least lies above at_most")
        return self


class Fresh(Contract):
    """The newest import or sync that ended well is no older: of one source, else of any that brings such records."""

    how: Literal["fresh"] = "fresh"
    within_hours: int = Field(ge=1, le=24 * 400)
    source: str | None = Field(default=None, max_length=200, description="The source's name, its vendor's, or its id.")


class SumsEqual(Contract):
    """The sum of a field over all records equals that of another field, of these or of other records."""

    how: Literal["sums_equal"] = "sums_equal"
    field: FieldName
    other_type: str | None = Field(default=None, max_length=60, description="The other kind of record; else this one.")
    other_field: FieldName
    tolerance: Share = Field(default=0.001, description="By which part of the larger sum the two may differ.")


class Rows(Contract):
    """So many records there are."""

    how: Literal["rows"] = "rows"
    at_least: int | None = Field(default=None, ge=0, le=10**12)
    at_most: int | None = Field(default=None, ge=0, le=10**12)

    @model_validator(mode="after")
    def _coherent(self) -> "Rows":
        if self.at_least is None and self.at_most is None:
            raise ValueError("give at_least, at_most, or both")
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            raise ValueError("at_least lies above at_most")
        return self


class Score(Contract):
    """The records' overall score of quality is no lower."""

    how: Literal["score"] = "score"
    at_least: Share


Check = Annotated[
    NotEmpty | Unique | OneOf | Pattern | Between | Fresh | SumsEqual | Rows | Score, Field(discriminator="how")
]


class RuleDraft(Contract):
    """A rule to be made. `allowed`: the share of the records looked at which may break it (of rules over single records)."""

    name: Name | None = None
    type: str = Field(
        max_length=60, description="The kind of record: order, customer, product …", examples=["customer"]
    )
    check: Check
    allowed: Share = 0.0
    is_active: bool = True


class ReplaceRule(RuleDraft):
    """What a rule shall be instead. `version` is the one that the caller has seen."""

    version: int = Field(ge=1)


class RuleView(Contract):
    id: str
    name: str
    type: str
    check: Check
    says: str = Field(description="The rule as a sentence.")
    allowed: float
    is_active: bool
    version: int
    created_at: datetime
    updated_at: datetime


class RuleVerdict(Contract):
    """Whether a rule holds now. `waits`: there is nothing yet that it could look at. `examples` are ids of records that break
    it; `seen` is the figure that was held against the rule, where it is about one."""

    rule_id: str | None
    name: str
    type: str
    says: str
    state: Literal["holds", "broken", "waits"]
    checked: int = 0
    broken: int = 0
    seen: Any = None
    found: str = Field(default="", description="What was seen, in words.")
    examples: tuple[str, ...] = ()


class WishForRule(Contract):
    """A rule told in words."""

    question: str = Field(
        min_length=1,
        max_length=500,
        description="What shall hold, in the user's own words, in full.",
        examples=["every customer must have an e-mail address", "order totals must lie between 0 and 10000"],
    )


class ListRules(Contract):
    """Which rules of their own there are, and whether they hold."""


class RuleList(Contract):
    items: tuple[RuleVerdict, ...]
