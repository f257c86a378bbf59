"""The field catalogue: what a column of any source can mean (data in catalogue.yaml)."""

import re
import unicodedata
from enum import StrEnum
from importlib import resources
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from tools.kit.yaml_text import parse_yaml


class Entity(StrEnum):
    """What one row of a file is."""

    ORDER_LINE = "order_line"
    REFUND = "refund"
    CUSTOMER = "customer"
    PRODUCT = "product"
    STOCK = "stock"
    OBSERVATION = "observation"
    TRANSACTION = "transaction"


FieldKind = Literal["id", "text", "number", "money", "date", "time", "flag", "currency", "email", "zone"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CatalogueField(_Part):
    """One meaning. `many`: several columns of a file may have it (each its own series)."""

    label: str
    kind: FieldKind
    names: tuple[str, ...]
    many: bool = False


class EntityKind(_Part):
    """`needs`: of each inner list at least one field must be mapped, or the file is not this."""

    label: str
    hints: tuple[str, ...]
    groups: tuple[str, ...]
    needs: tuple[tuple[str, ...], ...]


class Catalogue(_Part):
    version: Literal[1]
    entities: dict[Entity, EntityKind]
    groups: dict[str, dict[str, CatalogueField]] = Field(min_length=1)

    def fields(self, entity: Entity) -> dict[str, CatalogueField]:
        """The fields a row of this entity can have, by id, in order of precedence."""
        found: dict[str, CatalogueField] = {}
        for group in self.entities[entity].groups:
            for name, field in self.groups[group].items():
                found.setdefault(name, field)
        return found


def load_catalogue() -> Catalogue:
    """Reads and checks the catalogue; raises pydantic's ValidationError where its file is wrong."""
    text = resources.files("tools.ingestion").joinpath("catalogue.yaml").read_text("utf-8")
    return Catalogue.model_validate(parse_yaml(text))


def word_set(text: str) -> frozenset[str]:
    """The words of a text: for lists of words that read better as one line."""
    return frozenset(text.split())


_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NOT_WORD = re.compile(r"[^a-z0-9]+")
_UMLAUTS = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "Ä": "Ae",
        "Ö": "Oe",
        "Ü": "Ue",
        "ß": "ss",
        "ø": "o",
        "æ": "ae",
        "œ": "oe",
        "%": " pct ",
        "№": " no ",
        "°": "o",
        "#": " no ",
        "&": " and ",
    }
)


def plain_name(heading: str) -> str:
    """A heading in lower-case ASCII words: "Bestell-Nr." → "bestell nr", "UnitPrice" → "unit price"."""
    text = _CAMEL.sub(" ", heading).translate(_UMLAUTS)
    text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return _NOT_WORD.sub(" ", text).strip()
