"""Of a percentage, what is the part and what the whole."""

from tools.sources.plain.asked import Making
from tools.sources.plain.dating import Dating
from tools.sources.plain.state import Bound, Condition, State

_SAID_OF = frozenset(["is", "are", "was", "were", "has", "have", "had", "been", "got", "did", "do", "does"])
"""Verbs behind which it stands what is said of something."""


class Parting(Dating):
    """The words of one question, asked for parts of a whole."""

    def _part(self, making: Making, conditions: list[Condition]) -> tuple[Condition | Bound, ...] | None:
        """Of "what percent of the members are students": the students. None where it is not clear which."""
        if "share" not in self._cues:
            return ()
        items = [*conditions, *(bound for bound in making.bounds if not (bound.way and bound.way.links))]
        begins = self._part_begins(making.state)
        found = (
            [item for item in items if item.at >= begins] if begins is not None else items if len(items) == 1 else []
        )
        said = [item for item in found if item.operator != "not_null"] or found
        if len(said) != 1 or len(making.groups) > 1 or making.state.havings:
            return None  # "was rejected in Leeds": Leeds may be where the whole is, too
        return tuple(found) if self._has_all_of(making, found) else None

    def _part_begins(self, state: State) -> int | None:
        """Where it is said what the part is: behind the verb that is said of the whole, or of "of those that are closed, what
        share …" behind that."""
        at = next((word.at for word in self._words.words if word.cue == "share"), 0)
        if any(item.at < at for item in (*state.conditions, *state.events, *state.bounds)) and state.root_at < at:
            return at
        verbs = [word.at for word in self._words.words if word.norm in _SAID_OF and word.at > max(at, state.root_at)]
        return verbs[-1] if verbs else None

    @staticmethod
    def _has_all_of(making: Making, part: list[Condition | Bound]) -> bool:
        """Whether all of the whole could be in the part: of what was returned late there is only what has been returned, and
        whether that is the whole is not said."""
        late = [item for item in part if isinstance(item, Bound) and item.attribute in making.state.root.days_between.values()]  # fmt: skip
        known = [item for item in part if isinstance(item, Condition) and item.operator == "not_null"]
        return not late or not known
