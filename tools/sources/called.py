"""What values of a source are called besides their spelling."""

from collections.abc import Iterable, Mapping

from tools.query.aliases import country_aliases
from tools.sources.deeds import PARTICIPLES
from tools.sources.german import values_in_english
from tools.sources.naming import words_of
from tools.sources.schemas import DraftLayer


def aliases_of(layer: DraftLayer, values: Mapping[str, list[str]]) -> dict[str, str]:
    """Other names of values that the source holds, of those no value bears itself."""
    held = {text.casefold() for texts in values.values() for text in texts}
    named = [(name, value) for names in layer.other_names.values() for name, value in names.items()]
    named += PARTICIPLES
    return {name: value for name, value in named if value.casefold() in held and name not in held}


def plain_names(values: Mapping[str, Iterable[str]], *, german: bool) -> dict[str, str]:
    """Other names of values: sexes, countries and those who come from there, and German states."""
    countries = [text for place, texts in values.items() if {*words_of(place)} & _COUNTRIES for text in texts]
    named = {name: text.casefold() for name, text in country_aliases(countries).items()}
    return named | _meant_by_sex(values) | (values_in_english(values) if german else {})


_COUNTRIES = frozenset(["country", "nation", "nationality"])


def _meant_by_sex(values: Mapping[str, Iterable[str]]) -> dict[str, str]:
    """ "girls" where a sex is kept as a letter or a word."""
    held = {text.casefold() for place, texts in values.items() if {"sex", "gender"} & {*words_of(place)} for text in texts}  # fmt: skip
    named = {"girl": ("f", "female"), "boy": ("m", "male"), "woman": ("f", "female"), "man": ("m", "male"), "female": ("f",), "male": ("m",), "women": ("f", "female"), "men": ("m", "male")}  # fmt: skip
    return {name: value for name, texts in named.items() for value in texts if value in held and name not in held}
