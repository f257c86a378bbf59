"""All capabilities of this installation, in one place, and who may use which."""

from collections.abc import Collection, Iterable, Iterator

from storage.kernel.actor import Actor, Module
from tools.kit.capability import AnyCapability

MIN_EXAMPLES = 5
_LONGEST_TOOL_NAME = 64
"""The strictest limit among model providers (OpenAI)."""


class Catalogue:
    """An immutable, ordered set of capabilities. Built once in the composition root.

    Raises ValueError for a declaration that no surface could serve: a repeated id, an id outside its module, too few
    examples, or a tool name that model providers refuse.
    """

    def __init__(self, capabilities: Iterable[AnyCapability]) -> None:
        self._by_id: dict[str, AnyCapability] = {}
        for capability in capabilities:
            _check(capability)
            if capability.id in self._by_id:
                raise ValueError(f"{capability.id} is declared twice")
            self._by_id[capability.id] = capability

    def __iter__(self) -> Iterator[AnyCapability]:
        return iter(self._by_id.values())

    def __len__(self) -> int:
        return len(self._by_id)

    def get(self, id: str) -> AnyCapability | None:  # noqa: A002 - it is the capability's id
        return self._by_id.get(id)

    def by_tool_name(self, name: str) -> AnyCapability | None:
        """The capability a model calls by this name."""
        return next((one for one in self if one.tool_name == name), None)

    def allowed(self, actor: Actor, modules: Collection[Module]) -> tuple[AnyCapability, ...]:
        """What this actor may call in a tenant with these modules switched on."""
        return tuple(one for one in self if one.module in modules and actor.may(one.permission))


def _check(capability: AnyCapability) -> None:
    if not capability.id.startswith(f"{capability.module}."):
        raise ValueError(f"{capability.id} does not begin with its module {capability.module}")
    if len(capability.examples) < MIN_EXAMPLES:
        raise ValueError(f"{capability.id} has fewer than {MIN_EXAMPLES} examples")
    if len(capability.tool_name) > _LONGEST_TOOL_NAME or not capability.tool_name.isidentifier():
        raise ValueError(f"{capability.tool_name!r} cannot be a tool's name")
