"""The calculated cost of a query, and the bucket that it is taken from (vendor-facts §1)."""

import math
from dataclasses import dataclass
from typing import Any, cast

from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    InlineFragmentNode,
    OperationDefinitionNode,
    OperationType,
    SelectionSetNode,
    get_named_type,
    value_from_ast_untyped,
)

from evals.standins.vendors.kit.clock import VirtualClock
from evals.standins.vendors.kit.wire import Json

MAX_QUERY_COST = 1000  # vendor-facts §1 [K]
MUTATION_COST = 10  # shopify.dev/docs/api/usage/limits [K]
RESTORE_RATES = {"standard": 100, "advanced": 200, "plus": 1000, "enterprise": 2000}  # vendor-facts §1 [V]
BUCKET_SECONDS = 20  # vendor-facts §1 [V/R]: the bucket holds twenty seconds of restoring


def sized(count: int) -> int:
    """How often the cost of a node counts in a page of so many. Shopify does not publish it; less than linear since a
    published answer of 25 points for 250 variants with an item each (community forum 23101) [S]."""
    return math.ceil(1.5 * math.log2(count + 1)) if count else 0


@dataclass
class Bucket:
    clock: VirtualClock
    plan: str = "standard"
    taken: float = 0.0

    def __post_init__(self) -> None:
        self._at = self.clock.now()

    @property
    def rate(self) -> int:
        return RESTORE_RATES[self.plan]

    @property
    def size(self) -> int:
        return self.rate * BUCKET_SECONDS

    def available(self) -> int:
        now = self.clock.now()
        self.taken = max(0.0, self.taken - (now - self._at).total_seconds() * self.rate)
        self._at = now
        # Points are whole; the clock counts microseconds, so a computed wait may come out a hair short.
        return math.floor(self.size - self.taken + 0.01)

    def take(self, points: float) -> None:
        self.available()
        self.taken += points

    def status(self) -> Json:
        # Recorded as whole numbers [R].
        return {
            "maximumAvailable": self.size,
            "currentlyAvailable": self.available(),
            "restoreRate": self.rate,
        }


@dataclass(frozen=True)
class Costs:
    """Objects cost 1, scalars and enums nothing (vendor-facts §1 [V])."""

    schema: GraphQLSchema
    document: DocumentNode
    variables: dict[str, Any]

    def requested(self, operation: OperationDefinitionNode) -> int:
        if operation.operation is OperationType.MUTATION:
            return MUTATION_COST
        return self._of(operation.selection_set, self.schema.query_type, None, known=False)

    def actual(self, operation: OperationDefinitionNode, data: Json | None) -> int:
        """By what came: a null costs no more than itself, a page as much as it has nodes."""
        if operation.operation is OperationType.MUTATION:
            return MUTATION_COST
        return self._of(operation.selection_set, self.schema.query_type, data or {}, known=True)

    def _of(self, selection: SelectionSetNode | None, parent: Any, data: Any, *, known: bool) -> int:
        if selection is None or not isinstance(parent, GraphQLObjectType | GraphQLInterfaceType):
            return 0
        total = 0
        for node in selection.selections:
            if isinstance(node, FieldNode):
                total += self._field(node, parent, data, known=known)
            elif isinstance(node, InlineFragmentNode):
                of: Any = self.schema.get_type(node.type_condition.name.value) if node.type_condition else parent
                total += self._of(node.selection_set, of, data, known=known)
            elif isinstance(node, FragmentSpreadNode):
                fragment = self._fragment(node.name.value)
                of: Any = self.schema.get_type(fragment.type_condition.name.value)
                total += self._of(fragment.selection_set, of, data, known=known)
        return total

    def _field(self, node: FieldNode, parent: Any, data: Any, *, known: bool) -> int:
        definition = parent.fields.get(node.name.value)
        if definition is None or node.selection_set is None:
            return 0
        of = cast("Any", get_named_type(definition.type))
        value: Any = cast("Json", data).get((node.alias or node.name).value) if known and data is not None else None
        if of.name.endswith("Connection"):
            return self._connection(node, of, value, known=known)
        if of.name.endswith("Edge") or node.name.value == "nodes" or of.name == "PageInfo":
            return 0
        if known and isinstance(value, list):
            several = cast("list[Any]", value)
            costs = [1 + self._of(node.selection_set, of, each, known=True) for each in several]
            return max(costs, default=0) * sized(len(several))
        if known and value is None:
            return 1
        return 1 + self._of(node.selection_set, of, value, known=known)

    def _connection(self, node: FieldNode, of: Any, value: Any, *, known: bool) -> int:
        """A page costs its nodes, `sized`; the connection, its edges and its page info cost nothing."""
        arguments = {argument.name.value: argument.value for argument in node.arguments or ()}
        size = 0
        for name in ("first", "last"):
            if name in arguments:
                size = value_from_ast_untyped(arguments[name], self.variables) or 0
        nodes: list[Any] = []
        if known:
            page: Json = value or {}
            edges: list[Json] = page.get("edges") or []
            nodes = page.get("nodes") or [edge.get("node") for edge in edges]
            size = len(nodes)
        of_node = cast("Any", get_named_type(of.fields["nodes"].type))
        per_node = 0
        for part in self._fields(node.selection_set):
            inner = part.selection_set
            if part.name.value == "edges" and inner is not None:
                inner = next((edge.selection_set for edge in self._fields(inner) if edge.name.value == "node"), None)
            if part.name.value in {"nodes", "edges"} and inner is not None:
                samples: list[Any] = nodes if known else [None]
                costs = [1 + self._of(inner, of_node, each, known=known) for each in samples]
                per_node = max(per_node, *costs) if costs else per_node
        return per_node * sized(size)

    def _fields(self, selection: SelectionSetNode | None) -> list[FieldNode]:
        found: list[FieldNode] = []
        for node in selection.selections if selection else ():
            if isinstance(node, FieldNode):
                found.append(node)
            elif isinstance(node, FragmentSpreadNode):
                found += self._fields(self._fragment(node.name.value).selection_set)
            elif isinstance(node, InlineFragmentNode):
                found += self._fields(node.selection_set)
        return found

    def _fragment(self, name: str) -> FragmentDefinitionNode:
        return next(
            part
            for part in self.document.definitions
            if isinstance(part, FragmentDefinitionNode) and part.name.value == name
        )
