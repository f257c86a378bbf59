"""Other names of the countries in a tenant's data: in other languages, as codes, and as demonyms."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import yaml

from tools.ingestion.places import country_code, country_names


def country_aliases(values: Iterable[str]) -> dict[str, str]:
    """Other name → the value as the data spells it, for each value that is a country."""
    by_code = {code: value for value in values if (code := country_code(value))}
    aliases = {name: by_code[code] for name, code in country_names().items() if code in by_code}
    for code, demonyms in _demonyms().items():
        if code in by_code:
            aliases |= dict.fromkeys(demonyms, by_code[code])
    return {alias: value for alias, value in aliases.items() if alias != value.casefold()}


@cache
def _demonyms() -> dict[str, list[str]]:
    return yaml.safe_load(Path(__file__).with_name("demonyms.yaml").read_text(encoding="utf-8"))
