"""The mapping files: which unified rows an object of a vendor makes, and from which of its values.

A file is `tools/connectors/<vendor>/mapping.yaml`. It is read once, and whatever is wrong in it (an unknown field, a
path that is no path) is named with its line.
"""

import re
from collections.abc import Sequence
from typing import Annotated, Any, Literal, cast

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from tools.connectors.core.folders import folder_of
from tools.ingestion.mapping.paths import compiled
from tools.ingestion.mapping.targets import TARGETS, Target
from tools.kit.yaml_text import parse_yaml, yaml_tree


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


def _checked(path: object) -> object:
    if isinstance(path, str):
        compiled(path)
    return path


Path = Annotated[str, BeforeValidator(_checked)]


def _listed(value: object) -> object:
    return list(cast("Sequence[Any]", value)) if isinstance(value, list | tuple) else [value]


def _flat(value: object) -> object:
    """Lists in a list are parts of it: so a list that several objects share can stand in theirs."""
    if not isinstance(value, list | tuple):
        return value
    parts = (_flat(entry) for entry in cast("Sequence[object]", value))
    return [name for part in parts for name in (cast("list[object]", part) if isinstance(part, list) else [part])]


Names = Annotated[tuple[str, ...], BeforeValidator(_flat)]
Words = Annotated[tuple[str | int | bool | None, ...], BeforeValidator(_listed)]


Conditions = dict[Path, Words]
"""Path → what it may say; null stands for nothing, "*" for anything. All must hold."""


def _rule(value: object) -> object:
    if isinstance(value, list):
        return {"first": cast("list[object]", value)}
    return {"path": value} if isinstance(value, str) else value


class Rule(_Strict):
    """How one field is read. A plain text in the file is its `path`, a list the rules of `first`.

    Of several values that a path leads to the first counts; `sum` adds up all that its paths lead to, and `join` puts
    together what its own do (of a field of several words or addresses all of it). `map` renames what the vendor says
    (without regard to case; `*` is any other word); what it does not name is `default`, else nothing. `per` gives the
    field of an amount its currency where it is not the row's. `first` are rules that are tried in turn until one says
    something.
    """

    first: tuple[Annotated["Rule", BeforeValidator(_rule)], ...] = ()
    when: Conditions = Field(default_factory=dict)
    """What must hold for the rule to say anything, and `unless` what must not."""
    unless: Conditions = Field(default_factory=dict)
    path: Path | None = None
    sum: Annotated[tuple[Path, ...], BeforeValidator(_listed)] = ()
    less: Annotated[tuple[Path, ...], BeforeValidator(_listed)] = ()
    """What is taken off an amount again: all that these paths lead to."""
    join: tuple[Path, ...] = ()
    between: str = " "
    const: str | None = None
    only: bool = False
    """Whether a path that leads to several different values says nothing, since none of them is the one."""
    map: dict[str, str] | None = None
    default: str | None = None
    style: str | None = None
    """A way of writing amounts or moments that differs from the vendor's usual one (see values). Of a moment also `utc_day`:
    midnight in UTC is a day without a time of day; `day`: only the day is meant, as it is written. Of a text: `header`, a mail's header, whose encoded words are decoded;
    `display_name`, the name before the address in one; `html`, with characters written as entities; `subject_of`, `sender_of`, `sender_name_of` and
    `recipients_of`, what the headers of a whole message in base64url say."""
    negate: bool = False
    per: Path | None = None
    zone: Path | None = None
    """Where the time zone of a local moment stands."""
    divide_by: int | None = None
    """What a number or a quantity is divided by: 100 for per cent."""
    match: str | None = None
    """A regular expression; what its first group takes of the text (before `map`), else nothing."""
    prefix: str = ""
    """Put before a text, and before each of several words."""

    @model_validator(mode="after")
    def _one_source(self) -> "Rule":
        given = [name for name in ("path", "const") if getattr(self, name) is not None]
        if len(given) + bool(self.sum) + bool(self.join) + bool(self.first) != 1:
            raise ValueError("a field has one of path, sum, join, const and first")
        return self


class Made(_Strict):
    """Rows that an object makes: one, or with `each` one for each element of a list; of several paths each begins at
    what the one before leads to, and `^` goes back to that."""

    row: str
    of: str | None = None
    """The object whose name the row's key is made with, where another object makes the same row too."""
    each: Annotated[tuple[Path, ...], BeforeValidator(_listed)] = ()
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
        row = str(given.get("row"))
        if row not in TARGETS:
            raise ValueError(f"there is no row “{row}”: {', '.join(TARGETS)}")
        known, parts = TARGETS[row].parts, dict[str, Any]()
        for name, made in cast("dict[str, Any]", given.get("parts") or {}).items():
            if name not in known:
                raise ValueError(f"{row} has no part “{name}”: {', '.join(known)}")
            entries = cast("list[dict[str, Any]]", _listed(made))
            parts[name] = [{"row": known[name], **entry} for entry in entries]
        return {**given, "parts": parts}

    @model_validator(mode="after")
    def _known_fields(self) -> "Made":
        for name in self.fields:
            if name not in self.target.fields:
                raise ValueError(f"{self.row} has no field “{name}”: {', '.join(self.target.fields)}")
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
    key: str | None = None
    """What the vendor's answers call it: put in the place of `{key}` in the vendor's own `items`."""
    items: tuple[Path, ...] = ()
    """Where lists of it stand in an answer of the vendor, tried before the vendor's own."""
    makes: tuple[Made, ...] = ()
    wraps: Wrapped | None = None
    sales: Literal["shop", "invoices"] = "shop"
    """Whether its orders are sales as a shop or a till tells them, or invoices: with an invoice that is gone goes the claim
    to its money, and what was paid for an order that is gone was paid all the same."""
    keeps: Names = ()
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
    """Where lists of objects stand in an answer; `{key}` is what the object is called there."""
    minor_digits: dict[str, int] = Field(default_factory=dict)
    """Currencies whose smallest unit the vendor counts otherwise than ISO 4217."""
    licence: Literal["free", "no_training"] = "free"
    """`no_training`: the vendor's terms forbid training models on this data (vendor-facts.md §7)."""
    keeps: Names = ()
    objects: dict[str, ObjectSpec]

    def object_named(self, name: str) -> str | None:
        """The object that a word means: singular or plural, in any case and with any joints."""
        return next(iter(self.objects_named(name)), None)

    def objects_named(self, name: str) -> list[str]:
        """All objects that a word may mean: two products of one vendor may both have an invoice."""
        wanted = _plain(name)
        return [key for key, spec in self.objects.items() if any(_alike(wanted, _plain(n)) for n in (key, *spec.names))]


def _alike(wanted: str, known: str) -> bool:
    return wanted in (known, known + "s", _plural(known)) or known in (wanted + "s", _plural(wanted))


def _plain(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


def _plural(word: str) -> str:
    return word[:-1] + "ies" if word.endswith("y") else word + "es" if word.endswith(("s", "x", "h")) else word + "s"


class MappingError(ValueError):
    """What is wrong in a mapping file, with its line."""


def load_mapping(vendor: str) -> VendorMapping:
    """A vendor's mapping. Raises MappingError where its file is wrong, LookupError where there is none."""
    text = (folder_of(vendor) / "mapping.yaml").read_text("utf-8")
    if (other := _same_as(text)) is not None:
        return load_mapping(other).model_copy(update={"vendor": vendor})
    return parse_mapping(text, f"{vendor}/mapping.yaml")


def _same_as(text: str) -> str | None:
    """The vendor in whose mapping this one's objects are, where the file says nothing else: two products of one maker."""
    found = re.fullmatch(r"(?:\s*#.*\n)*same_as: ([a-z]+)\s*", text)
    return found[1] if found is not None else None


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
