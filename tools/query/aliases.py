"""Other names of values in a tenant's data: countries in other languages, as codes and demonyms; channels."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from tools.ingestion.places import country_code, country_names
from tools.kit.yaml_text import parse_yaml

_BY_ROWS = ("channel", "segment", "category", "subcategory", "part_of_week", "part_of_day", "city")
_IN_ONE_WORD = ("channel", "category", "subcategory")
NAMED_OTHERWISE = (*_BY_ROWS, "region", "country")
"""Dimensions whose values have other names."""
_ROWS = {"subcategory": "category"}
"""Dimensions whose values have the names of another's."""
_FEWEST_INITIALS = 2
_WORD = re.compile(r"[^\W_]+")
_QUARTERS = ("north", "south", "east", "west")


def value_aliases(values: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """Other name → the value as the data spells it, for the linked values of each dimension."""
    named = [_rows_of(kind, values.get(kind, ())) for kind in _BY_ROWS]
    named += [_in_one_word(values.get(kind, ())) for kind in _IN_ONE_WORD]
    named.append(_initials(values.get("channel", ())))
    quarters = {f"{value.casefold()}ern": value for value in values.get("region", ()) if value.casefold() in _QUARTERS}
    return (
        quarters
        | country_aliases(values.get("country", ()))
        | {name: value for row in named for name, value in row.items()}
    )


def country_aliases(values: Iterable[str]) -> dict[str, str]:
    """Other names of each value that is a country."""
    by_code = {code: value for value in values if (code := country_code(value))}
    aliases = {name: by_code[code] for name, code in country_names().items() if code in by_code}
    for code, demonyms in _names()["demonyms"].items():
        if code in by_code:
            aliases |= dict.fromkeys(demonyms, by_code[code])
    return {alias: value for alias, value in aliases.items() if alias != value.casefold()}


def _rows_of(kind: str, values: Iterable[str]) -> dict[str, str]:
    """The names of each row of which the data has exactly one."""
    known = {value.casefold(): value for value in values}
    aliases: dict[str, str] = {}
    for row in _names()[_ROWS.get(kind, kind)]:
        present = [name for name in row if name in known]
        if len(present) == 1:
            aliases |= {name: known[present[0]] for name in row if name != present[0]}
    return aliases


def _in_one_word(values: Iterable[str]) -> dict[str, str]:
    """ "ebikes" for E-Bikes, "webshop" for Web Shop."""
    words = {value: _WORD.findall(value.casefold()) for value in values}
    return {"".join(parts): value for value, parts in words.items() if len(parts) > 1}


def _initials(values: Iterable[str]) -> dict[str, str]:
    """ "NQ" for Northern Quarter, where no other has the same initials."""
    known = {value: "".join(word[0] for word in _WORD.findall(value.casefold())) for value in values}
    times = Counter(known.values())
    return {short: value for value, short in known.items() if len(short) >= _FEWEST_INITIALS and times[short] == 1}


def dimension_of_name(name: str) -> str | None:
    """The dimension that a common name belongs to ("online" is a channel), whether or not the data has it."""
    kinds = ("channel", "part_of_day")
    return next((kind for kind in kinds if any(name in row for row in _names()[kind])), None)


@cache
def _names() -> dict[str, Any]:
    return parse_yaml(Path(__file__).with_name("other_names.yaml").read_text(encoding="utf-8"))
