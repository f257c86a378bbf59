"""Which things a database holds and how they hang together: entities, many-to-one joins, the day of each row.

A table that can be reached on two ways of equal length (the origin and the destination of a shipment) becomes one
entity for each way, so that no figure is ever split by the one where the other was meant.
"""

from collections import deque
from dataclasses import dataclass, field

from storage.sources.catalogue import BoundColumn, ColumnFacts, SourceCatalogue, TableFacts
from tools.sources.kinds import happening_of, is_ahead, label_columns, time_score
from tools.sources.naming import Noun, identifier, noun_of, plural, shared_prefix, unique, words_of

_MOST_ROUNDS = 12
_MOST_COPIES = 60
_HOUSEKEEPING = ("alembic_version", "schema_migrations", "django_migrations", "django_content_type", "django_session", "django_admin_log", "auth_permission", "auth_group_permissions", "ar_internal_metadata", "flyway_schema_history", "knex_migrations", "knex_migrations_lock", "spatial_ref_sys", "__efmigrationshistory")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Edge:
    """One many-to-one step: the attribute that holds the key, and the entity that it leads to. `role` is what the
    column calls it ("origin")."""

    attribute: str
    target: str
    role: str
    confidence: float
    reason: str


@dataclass(slots=True)
class Thing:
    """An entity in the making. `role` is set for one that is a table seen in a role."""

    id: str
    noun: Noun
    facts: TableFacts
    role: str | None = None
    edges: dict[str, Edge] = field(default_factory=dict[str, Edge])
    time: str | None = None
    time_column: ColumnFacts | None = None
    time_reason: str = ""
    rivals: tuple[str, ...] = ()
    """Dates of which the name of none says more than that of the one taken, with it; the owner settles which counts."""
    own: str | None = None
    """Of an entity that is another one by another of its dates: that other one."""
    happening: str | None = None


@dataclass(slots=True)
class Skeleton:
    things: dict[str, Thing]
    attributes: dict[str, dict[str, BoundColumn]]
    """table → attribute → how it is read."""
    labels: dict[str, str]
    """table → the attribute that says what a row is called."""
    left_out: list[str]

    def attribute(self, table: str, wanted: str, column: str, form: str, **more: object) -> str:
        """Binds a column under a name of its own; the same column in the same form is bound once."""
        bound = self.attributes.setdefault(table, {})
        for name, item in bound.items():
            if item.column == column and item.form == form and item.other == more.get("other"):
                return name
        name = unique(identifier(wanted), [*bound, "id"])
        bound[name] = BoundColumn.model_validate({"attribute": name, "column": column, "form": form, **more})
        return name


def skeleton_of(catalogue: SourceCatalogue) -> Skeleton:
    """Entities, joins and times of a catalogue; no figures yet."""
    left_out = list(catalogue.left_out)
    tables = [table for table in catalogue.tables if table.name.lower() not in _HOUSEKEEPING and table.columns]
    views = [table for table in tables if table.is_view]
    if views and len(views) < len(tables):
        left_out.append(f"{len(views)} views: what they show is in the tables.")
        tables = [table for table in tables if not table.is_view]
    shared = shared_prefix(table.name for table in tables)
    others = {noun_of(table.name, shared).singular for table in tables}
    skeleton = Skeleton({}, {}, {}, left_out)
    by_table: dict[str, str] = {}
    for table in tables:
        noun = _of_a_header(noun_of(table.name, shared), others)
        name = unique(noun.id, skeleton.things)
        skeleton.things[name] = Thing(name, noun, table)
        by_table[table.name] = name
        skeleton.attributes[table.name] = {}
        if table.key is None:
            # Rows are counted by something that they have.
            skeleton.attribute(table.name, table.columns[0].name, table.columns[0].name, "text")
    for thing in skeleton.things.values():
        _bind_label(skeleton, thing)
        _join(skeleton, thing, by_table)
    _tell_roles_apart(skeleton)
    for thing in list(skeleton.things.values()):
        _find_time(skeleton, thing)
    for thing in list(skeleton.things.values()):
        _inherit_time(skeleton, thing)
    _add_happenings(skeleton)
    return skeleton


def _of_a_header(noun: Noun, others: set[str]) -> Noun:
    """The header of an order is the order, where nothing else is called so."""
    words = noun.singular.split()
    while len(words) > 1 and words[-1] in ("header", "head", "master"):
        words.pop()
    said = " ".join(words)
    return noun if said == noun.singular or said in others else Noun(said, plural(said))


def _bind_label(skeleton: Skeleton, thing: Thing) -> None:
    columns = label_columns(thing.facts, thing.noun.singular)
    if len(columns) == 2:  # noqa: PLR2004 — a first and a last name
        first, last = columns
        skeleton.labels[thing.facts.name] = skeleton.attribute(thing.facts.name, "full_name", first, "full_name", other=last)  # fmt: skip
    elif columns:
        skeleton.labels[thing.facts.name] = skeleton.attribute(thing.facts.name, columns[0], columns[0], "text")


def _join(skeleton: Skeleton, thing: Thing, by_table: dict[str, str]) -> None:
    for key in thing.facts.foreign_keys:
        if key.target not in by_table:
            continue
        words = words_of(key.column)
        while len(words) > 1 and words[-1] in ("id", "key", "code", "number", "fk", "uuid"):
            words.pop()
        role = " ".join(words)
        if role.endswith("id") and len(role) > 4 and role[:-2].rstrip() in by_table:  # noqa: PLR2004
            role = role[:-2]
        target = by_table[key.target]
        attribute = skeleton.attribute(thing.facts.name, key.column, key.column, "plain")
        name = unique(identifier(role), thing.edges)
        thing.edges[name] = Edge(attribute, target, role, key.confidence, key.reason)


def _tell_roles_apart(skeleton: Skeleton) -> None:
    for thing in list(skeleton.things.values()):
        for join, edge in list(thing.edges.items()):
            if edge.target == thing.id:
                _split(skeleton, thing, join, edge)  # an employee's manager is an employee, and seen apart
    _name_roles(skeleton)
    for _ in range(_MOST_ROUNDS):
        target = next((t for t in skeleton.things if any(_ways(skeleton, start, t) > 1 for start in skeleton.things)), None)  # fmt: skip
        if target is None:
            break
        edges = [(thing, join, edge) for thing in skeleton.things.values() for join, edge in thing.edges.items() if edge.target == target]  # fmt: skip
        if len(skeleton.things) + len(edges) > _MOST_COPIES + len(skeleton.attributes):
            break
        for thing, join, edge in edges:
            _split(skeleton, thing, join, edge)
    for start in list(skeleton.things.values()):
        for target in list(skeleton.things):
            if _ways(skeleton, start.id, target) > 1:
                start.edges = {join: edge for join, edge in start.edges.items() if edge.target != target and not _leads(skeleton, edge.target, target)}  # fmt: skip
                skeleton.left_out.append(f"Links of {start.noun.plural} to {skeleton.things[target].noun.plural}: there are several ways, and no telling them apart.")  # fmt: skip


def _name_roles(skeleton: Skeleton) -> None:
    """Of columns that lead to one thing and call it differently ("selling agent", "listing agent", "agent"), each with a
    name of its own leads to an entity of its own."""
    for target in [thing for thing in skeleton.things.values() if thing.role is None]:
        noun = target.noun.singular
        edges = [(thing, join, edge) for thing in skeleton.things.values() for join, edge in thing.edges.items() if edge.target == target.id]  # fmt: skip
        named = [each for each in edges if each[2].role not in (noun, noun.split()[-1])]
        if len({edge.role for _, _, edge in edges}) < 2 or len(skeleton.things) + len(named) > _MOST_COPIES + len(skeleton.attributes):  # fmt: skip  # noqa: PLR2004
            continue
        for thing, join, edge in named:
            _split(skeleton, thing, join, edge)


def _split(skeleton: Skeleton, thing: Thing, join: str, edge: Edge) -> None:
    """Gives one join an entity of its own for what it leads to."""
    target = skeleton.things[edge.target]
    noun = target.noun.singular
    said = edge.role if edge.role not in (noun, noun.split()[-1]) else f"{thing.role or thing.noun.singular} {noun}"
    if thing.role and edge.role not in (noun, noun.split()[-1]):
        said = f"{thing.role} {edge.role}"
    name = unique(identifier(said), skeleton.things)
    copy = Thing(name, Noun(said, plural(said)), target.facts, role=said)
    copy.edges = {join: each for join, each in target.edges.items() if _goes_on(skeleton, thing, target, each)}
    skeleton.things[name] = copy
    thing.edges[join] = Edge(edge.attribute, name, edge.role, edge.confidence, edge.reason)


def _goes_on(skeleton: Skeleton, start: Thing, seen: Thing, edge: Edge) -> bool:
    """Whether what is seen in a role leads on by an edge: not back to its own kind or to where one came from (the dean
    of a faculty is in a faculty), and not to another role (the dean of the faculty of an advisor)."""
    target = skeleton.things[edge.target]
    return target.role is None and target.facts.name not in (seen.facts.name, start.facts.name)


def _ways(skeleton: Skeleton, start: str, target: str) -> int:
    """How many shortest ways lead from one entity to another."""
    counts, distance, pending = {start: 1}, {start: 0}, deque([start])
    while pending:
        at = pending.popleft()
        for edge in skeleton.things[at].edges.values():
            if edge.target not in distance:
                distance[edge.target] = distance[at] + 1
                counts[edge.target] = counts[at]
                pending.append(edge.target)
            elif distance[edge.target] == distance[at] + 1:
                counts[edge.target] += counts[at]
    return counts.get(target, 0) if target != start else 0


def _leads(skeleton: Skeleton, start: str, target: str) -> bool:
    return start == target or _ways(skeleton, start, target) > 0


def _find_time(skeleton: Skeleton, thing: Thing) -> None:
    scored: list[tuple[float, int, ColumnFacts]] = []
    for i, column in enumerate(thing.facts.columns):
        score = time_score(column, thing.noun.singular)
        if score is not None:
            scored.append((score - _missing(column, thing.facts), -i, column))
    if not scored:
        return
    highest, _, best = max(scored, key=lambda each: each[:2])
    equal = [column.name for score, _, column in scored if score == highest]
    if is_ahead(best):
        # By when something is to be done says nothing of when it was, where that is told as well.
        equal += [
            column.name
            for _, _, column in sorted(scored, key=lambda each: each[:2], reverse=True)
            if not is_ahead(column)
        ]
    thing.rivals = tuple(dict.fromkeys(equal)) if len(equal) > 1 else ()
    thing.time = skeleton.attribute(thing.facts.name, f"{best.name}_day", best.name, best.form)
    thing.time_column = best
    others = [column.name for _, _, column in scored if column is not best]
    thing.time_reason = f"“{best.name}” holds dates" + (f"; so do {', '.join(others[:4])}." if others else ", and nothing else does.")  # fmt: skip


def _missing(column: ColumnFacts, table: TableFacts) -> float:
    """What empty values speak against a date: what has not happened to every row is not when a row happened."""
    filled = column.filled / max(table.looked_at, 1)
    return 3 if filled < 0.9 else 2 if filled < 0.99 else 0  # noqa: PLR2004 — a few are forgotten everywhere


def _inherit_time(skeleton: Skeleton, thing: Thing) -> None:
    """What has no date of its own happens when what it belongs to does: an order's lines on the order's day. A person
    or a product has no such day."""
    if thing.time is not None or thing.facts.name in skeleton.labels:
        return
    pending, seen = deque([(thing, "")]), {thing.id}
    while pending:
        at, path = pending.popleft()
        for join, edge in at.edges.items():
            target = skeleton.things[edge.target]
            if target.id in seen or target.facts.name in skeleton.labels:
                continue
            seen.add(target.id)
            if target.time_column is not None and target.time is not None:
                thing.time = f"{path}{join}.{target.time}"
                thing.rivals = target.rivals
                thing.time_reason = f"The day of the {target.noun.singular} that it belongs to."
                return
            pending.append((target, f"{path}{join}."))


def _add_happenings(skeleton: Skeleton) -> None:
    """ "invoices paid in March" are those whose day of payment lies there: one more entity for every such date."""
    for thing in [each for each in skeleton.things.values() if each.role is None and each.facts.key]:
        for column in thing.facts.columns:
            what = happening_of(column) if column.kind == "date" and column.filled else None
            if what is None or thing.time_column is None or column is thing.time_column:
                continue
            name = unique(identifier(f"{thing.noun.singular} {what}"), skeleton.things)
            copy = Thing(name, thing.noun, thing.facts, own=thing.id, happening=what)
            copy.edges = {"own": Edge("id", thing.id, thing.noun.singular, 1.0, "The same row.")}
            copy.time = skeleton.attribute(thing.facts.name, f"{column.name}_day", column.name, column.form)
            copy.time_column = column
            copy.time_reason = f"“{column.name}” says when {thing.noun.plural} were {what}."
            skeleton.things[name] = copy
