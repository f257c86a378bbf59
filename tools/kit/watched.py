"""Something that is watched beside figures: what one capability sees, for another one to tell of once in a spell."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Watched:
    """`subject` is "<kind>:<of what>". `met`: it is as it should not be; `over`: clearly not; neither in between, or where it
    cannot be judged. `title` and `text` are what everybody is told when it begins, `evidence` what was seen."""

    subject: str
    met: bool
    over: bool
    title: str = ""
    text: str = ""
    subject_id: str | None = None
    evidence: Mapping[str, Any] = field(default_factory=dict[str, Any])
    judged: bool = True

    @property
    def kind(self) -> str:
        return self.subject.partition(":")[0]
