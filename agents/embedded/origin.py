"""Whether a message asks where the figure comes from that was just shown. Pure.

Such messages are short and made of words without a subject ("who told you that?"), so that likeness to examples takes them for
small talk or for a change of the question; and a whole clause has to be of a known form, so that nothing else is taken for one.
"""

import re
from functools import lru_cache
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict

from agents.embedded.features import words_of
from tools.kit.yaml_text import parse_yaml

_CLAUSE: Final = re.compile(r"[,.;:!?()\n]+|\s[-–—]+\s")
_APOSTROPHE: Final = re.compile("['’´`]")
_LEADING: Final = r"(?:(?:and|but|so|then|ok|okay|well|hm+|wait|sorry|please|now) )*"
_TRAILING: Final = r"(?: (?:please|then|though|exactly|actually|again))*"
_MOST_WORDS: Final = 30


class _Forms(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")

    that: str
    source: str
    aside: tuple[str, ...]
    asks: tuple[str, ...]


@lru_cache(maxsize=1)
def _read() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """(what a clause beside the point is, what a clause that asks is)."""
    forms = _Forms.model_validate(parse_yaml(Path(__file__).with_name("origin.yaml").read_text("utf-8")))

    def any_of(patterns: tuple[str, ...]) -> str:
        whole = "|".join(f"(?:{pattern})" for pattern in patterns)
        return f"(?:{whole})".replace("{that}", forms.that).replace("{source}", forms.source)

    return re.compile(_LEADING + any_of(forms.aside) + _TRAILING), re.compile(_LEADING + any_of(forms.asks) + _TRAILING)


def asks_origin(message: str) -> bool:
    """Whether every clause asks for the origin of what was shown, but for those that ask nothing."""
    clauses = [" ".join(words_of(clause)) for clause in _CLAUSE.split(_APOSTROPHE.sub(" ", message))]
    clauses = [clause for clause in clauses if clause]
    if sum(clause.count(" ") + 1 for clause in clauses) > _MOST_WORDS:
        return False
    aside, asks = _read()
    left = [clause for clause in clauses if not aside.fullmatch(clause)]
    return bool(left) and all(asks.fullmatch(clause) for clause in left)
