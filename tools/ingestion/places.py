"""Countries by whatever name a source gives them."""

from functools import lru_cache

from tools.ingestion.catalogue import plain_name

_LANGUAGES = ("en", "de", "fr", "es", "pt", "it", "nl")
# What people write that no locale lists.
_ALSO = {
    "usa": "US", "us": "US", "u s a": "US", "u s": "US", "united states of america": "US", "america": "US",
    "uk": "GB", "u k": "GB", "great britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB",
    "eire": "IE", "republic of ireland": "IE", "rsa": "ZA", "holland": "NL", "the netherlands": "NL", "uae": "AE",
    "korea": "KR", "south korea": "KR", "russian federation": "RU", "czech republic": "CZ", "brasil": "BR",
    "viet nam": "VN", "hong kong": "HK", "macau": "MO", "channel islands": "JE", "ivory coast": "CI", "turkey": "TR",
    "republic of korea": "KR", "bosnia": "BA", "macedonia": "MK", "swaziland": "SZ", "burma": "MM", "brd": "DE",
}  # fmt: skip


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    from babel import Locale

    codes: dict[str, str] = {}
    for language in _LANGUAGES:
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha():  # noqa: PLR2004 - ISO 3166-1 alpha-2
                codes.setdefault(plain_name(name), code)
    return codes | _ALSO


def country_names() -> dict[str, str]:
    """Every known name of a country, plain (see catalogue.plain_name) → its ISO 3166-1 alpha-2 code."""
    return _codes()


@lru_cache(maxsize=4096)
def country_code(name: str) -> str | None:
    """ISO 3166-1 alpha-2 of a country's name in a western language, or of its code; None where it is none."""
    plain = plain_name(name)
    if (code := _codes().get(plain)) is not None:
        return code
    upper = name.strip().upper()
    return upper if upper in _english() else None


@lru_cache(maxsize=4096)
def country_name(name: str) -> str:
    """The source's own word for a country; a bare ISO code becomes its English short name."""
    stripped = name.strip()
    upper = stripped.upper()
    return _english().get(upper, stripped) if stripped == upper and upper not in ("UK", "EU") else stripped


@lru_cache(maxsize=1)
def _english() -> dict[str, str]:
    from babel import Locale

    return {code: str(name) for code, name in Locale("en").territories.items() if len(code) == 2 and code.isalpha()}  # noqa: PLR2004 - ISO 3166-1 alpha-2
