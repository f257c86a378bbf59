"""The mapping files: which unified rows an object of a vendor makes, and from which of its values.

A file is `tools/connectors/<vendor>/mapping.yaml`. It is read once, and whatever is wrong in it (an unknown field, a
path that is no path) is named with its line.
"""

from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Annotated, Any, Final, Literal, cast

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from tools.ingestion.mapping.paths import compiled
from tools.ingestion.mapping.targets import TARGETS, FieldKind, Target
from tools.kit.yaml_text import parse_yaml, yaml_tree

VENDORS: Final = ("shopify", "stripe", "square", "hubspot", "zoho", "quickbooks", "xero", "gmail", "outlook")


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _checked(path: object) -> object:
    if isinstance(path, str):
        compiled(path)
    return path


Path = Annotated[str, BeforeValidator(_checked)]


def _listed(value: object) -> object:
    return list(cast("Sequence[Any]", value)) if isinstance(value, list | tuple) else [value]


Words = Annotated[tuple[str | int | bool | None, ...], BeforeValidator(_listed)]


def _rule(value: object) -> object:
    return {"path": value} if isinstance(value, str) else value


Conditions = dict[Path, Words]
"""Path → what it may say; null stands for nothing. All must hold."""


class Rule(_Strict):
    """How one field is read. A plain text in the file is its `path`.

    Of several values that a path leads to the first counts; `sum` adds up all of them, and `join` puts together what
    its paths lead to (of a field of several words or addresses: all of it). `first` are several rules, of which the first
    that says something counts. With `when` a rule says something only where its conditions hold. `map` renames what the
    vendor says (without regard to case; `*` is any other word); what it does not name is `default`, else nothing. `per`
    gives the field of an amount its currency where it is not the row's.
    """

    path: Path | None = None
    sum: Path | None = None
    join: tuple[Path, ...] = ()
    first: tuple[Annotated["Rule", BeforeValidator(_rule)], ...] = ()
    when: Conditions = Field(default_factory=dict)
    between: str = " "
    const: str | None = None
    map: dict[str, str] | None = None
    default: str | None = None
    style: str | None = None
    """A way of writing amounts or moments that differs from the vendor's usual one (see values). Of a moment also `utc_day`:
    midnight in UTC is a day without a time of day. Of a text: `header`, a mail's header, whose encoded words are decoded;
    `display_name`, the name before the address in one; `html`, with characters written as entities."""
    less: tuple[Path, ...] = ()
    """What is taken off an amount: taxes off a total."""
    negate: bool = False
    per: Path | None = None
    zone: Path | None = None
    """Where the time zone of a local moment stands."""
    divide_by: int | None = None
    """What a number or a quantity is divided by: 100 for per cent."""
    match: str | None = None
    """A regular expression; what its first group takes of the text, else nothing."""
    prefix: str = ""
    """Put before a text, and before each of several words."""

    @model_validator(mode="after")
    def _one_source(self) -> "Rule":
        given = [name for name in ("path", "sum", "const") if getattr(self, name) is not None]
        if len(given) + bool(self.join) + bool(self.first) != 1:
            raise ValueError("a field has one of path, sum, join, first and const")
        return self


class Made(_Strict):
    """Rows that an object makes: one, or with `each` one for each element of a list."""

    row: str
    each: Path | None = None
    when: Conditions = Field(default_factory=dict)
    unless: Conditions = Field(default_factory=dict)
    fields: dict[str, Annotated[Rule, BeforeValidator(_rule)]] = Field(default_factory=dict)
    parts: dict[str, Annotated[tuple["Made", ...], BeforeValidator(_listed)]] = Field(default_factory=dict)
    """What hangs on the row: its lines, its customer. Several entries of one part add up."""

    @model_validator(mode="before")
    @classmethod
    def _name_parts(cls, value: object) -> object:
        """A part's row follows from its name: `lines` of an order are lines."""
        if not isinstance(value, dict):
            return value
        given = cast("dict[str, Any]", value)
        target = TARGETS.get(str(given.get("row")))
        parts: dict[str, Any] = {}
        for name, made in cast("dict[str, Any]", given.get("parts") or {}).items():
            kind = target.parts.get(name) if target else None
            entries = cast("list[Any]", _listed(made))
            parts[name] = [{"row": kind, **cast("dict[str, Any]", entry)} for entry in entries] if kind else entries
        return {**given, "parts": parts}

    @model_validator(mode="after")
    def _known(self) -> "Made":
        target = TARGETS.get(self.row)
        if target is None:
            raise ValueError(f"there is no row “{self.row}”: {', '.join(TARGETS)}")
        for name in self.fields:
            if name not in target.fields:
                raise ValueError(f"{self.row} has no field “{name}”: {', '.join(target.fields)}")
        for name in self.parts:
            if name not in target.parts:
                raise ValueError(f"{self.row} has no part “{name}”: {', '.join(target.parts)}")
        return self

    @property
    def target(self) -> Target:
        return TARGETS[self.row]


class Wrapped(_Strict):
    """An object that holds another one (a vendor's event): where the inner one stands, and where its kind does."""

    path: Path
    by: Path


class ObjectSpec(_Strict):
    """One kind of object of a vendor. Without `makes` it is kept raw as a whole."""

    names: tuple[str, ...] = ()
    """What it is called besides."""
    id: Annotated[Rule, BeforeValidator(_rule)] | None = None
    """Where the vendor's own key stands; without it the content is the key."""
    updated: Path | None = None
    """When the vendor last changed it."""
    where: Conditions = Field(default_factory=dict)
    """What tells this kind of object from others, for files that hold several kinds."""
    items: tuple[Path, ...] = ()
    """Where lists of it stand in an answer of the vendor, tried before the vendor's own."""
    makes: tuple[Made, ...] = ()
    wraps: Wrapped | None = None
    keeps: tuple[str, ...] = ()
    """Leaves that are kept raw on purpose: paths without places, `*` for one name and `**` for any number of them."""


class VendorMapping(_Strict):
    """A whole mapping file."""

    vendor: str
    version: int = Field(ge=1)
    """Raised with every change of what comes out: rows made by an older one are made anew from the raw records."""
    money: Literal["minor", "major"] = "major"
    moments: Literal["iso", "unix", "unix_ms"] = "iso"
    either_case: bool = False
    value_in: str | None = None
    """The member of which a value may be found in, where it stands in an object with its history: `value`."""
    items: tuple[Path, ...] = ()
    """Where lists of objects stand in an answer."""
    minor_digits: dict[str, int] = Field(default_factory=dict)
    """Currencies whose smallest unit the vendor counts otherwise than ISO 4217."""
    licence: Literal["free", "no_training"] = "free"
    """`no_training`: the vendor's terms forbid training models on this data (vendor-facts.md §7)."""
    keeps: tuple[str, ...] = ()
    objects: dict[str, ObjectSpec]

    def object_named(self, name: str) -> str | None:
        """The object that a word means: singular or plural, in any case and with any joints."""
        wanted = _plain(name)
        for key, spec in self.objects.items():
            for known in (key, *spec.names):
                if wanted in (_plain(known), _plain(known) + "s", _plural(_plain(known))):
                    return key
                if _plain(known) in (wanted + "s", _plural(wanted)):
                    return key
        return None


def _plain(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


def _plural(word: str) -> str:
    return word[:-1] + "ies" if word.endswith("y") else word + "es" if word.endswith(("s", "x", "h")) else word + "s"


class MappingError(ValueError):
    """What is wrong in a mapping file, with its line."""


def load_mapping(vendor: str) -> VendorMapping:
    """A vendor's mapping. Raises MappingError where its file is wrong, LookupError where there is none."""
    if vendor not in VENDORS:
        raise LookupError(vendor)
    file = resources.files(f"tools.connectors.{vendor}").joinpath("mapping.yaml")
    return parse_mapping(file.read_text("utf-8"), f"{vendor}/mapping.yaml")


def parse_mapping(text: str, name: str) -> VendorMapping:
    """The same from text; `name` is the file's, for what is said of it."""
    try:
        return VendorMapping.model_validate(parse_yaml(text))
    except yaml.YAMLError as error:
        raise MappingError(f"{name}: {error}") from None
    except ValidationError as error:
        tree = yaml_tree(text)
        said = [
            f"{name}:{_line_of(tree, problem['loc'])}: {'.'.join(map(str, problem['loc']))}: {problem['msg']}"
            for problem in error.errors()
        ]
        raise MappingError("\n".join(said)) from None


def _line_of(node: yaml.Node | None, location: Sequence[int | str]) -> int:
    """The line of the innermost thing that a location names."""
    line = 1
    for step in location:
        if node is None:
            break
        line = node.start_mark.line + 1
        node = _child(node, step)
    return node.start_mark.line + 1 if node is not None else line


def _child(node: yaml.Node, step: int | str) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        pairs = cast("list[tuple[yaml.Node, yaml.Node]]", node.value)
        return next((value for key, value in pairs if key.value == str(step)), node)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int):
        entries = cast("list[yaml.Node]", node.value)
        return entries[step] if step < len(entries) else None
    return node


def kinds_of(made: Made) -> Mapping[str, FieldKind]:
    """The kind of each field that a rule of the mapping fills."""
    return {name: made.target.fields[name] for name in made.fields}
