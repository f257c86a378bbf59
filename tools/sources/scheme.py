"""The tables of a source as plain questions are read against them: every column with its words and the forms in which it
is bound, every link. It is drafted with the layer and kept beside it."""

from pydantic import Field

from tools.kit.capability import Contract


class SchemeMeasure(Contract):
    """What figures a column of numbers gives: how it adds up, and its unit."""

    additivity: str
    unit: str
    in_words: str | None
    divisor: int
    is_money: bool


class SchemeColumn(Contract):
    """One column. `words` are those of its name, written out, `raw` as they are; the attributes that are None say that it
    cannot be read so."""

    name: str
    words: tuple[str, ...]
    raw: tuple[str, ...]
    kind: str
    is_nullable: bool
    is_whole: bool
    groups: bool
    linked: bool
    distinct: int
    low: float | None = None
    high: float | None = None
    text: str | None = None
    figure: str | None = None
    day: str | None = None
    flag: str | None = None
    labels: tuple[str, str] | None = None
    measure: SchemeMeasure | None = None
    drafted: tuple[str, ...] = ()
    """Names of the drafted figures and dimensions that show it: once an owner has taken out all of them it is read no
    more."""


class SchemeLink(Contract):
    """A many-to-one step: `role` are the words of the column, without its "id"; `attribute` holds the key, and `known`
    whether it is filled."""

    column: str
    attribute: str
    target: str
    role: tuple[str, ...]
    raw: tuple[str, ...]
    is_nullable: bool
    text: str


class SchemeTable(Contract):
    """One table. `entity` is what it is in the drafted layer."""

    name: str
    entity: str
    singular: str
    plural: str
    words: tuple[str, ...]
    raw: tuple[str, ...]
    key: str | None
    rows: int
    label: str | None
    label_column: str | None
    label_repeats: bool
    is_person: bool
    columns: tuple[SchemeColumn, ...]
    links: tuple[SchemeLink, ...]
    days_between: dict[str, str]
    """"one column|another" → the attribute that counts the days from the one to the other."""
    gone: tuple[str, ...] = ()
    """Words of the marks of deletion by which rows are left out already: "void"."""
    deleted_by_day: bool = False
    """Whether a mark of deletion says on which day."""
    differences: dict[str, str] = Field(default_factory=dict[str, str])
    """"one column|another" → the attribute that says how much more the one is than the other, of two numbers of one unit."""
