"""Members of a dimension put together under names."""

from sqlalchemy import case, false, func, or_
from sqlalchemy.sql.elements import ColumnElement

from storage.metrics.model import Groups, MemberGroup


def group_of(member: ColumnElement[str], groups: Groups) -> ColumnElement[str]:
    """The name of the first group that a member is in; NULL where it is in none. Case does not tell members apart where
    their names begin with or hold a text."""
    return case(*((_is_in(member, group), group.label) for group in groups.groups))


def _is_in(member: ColumnElement[str], group: MemberGroup) -> ColumnElement[bool]:
    lowered = func.lower(member)
    return or_(
        false(),
        *([member.in_(group.values)] if group.values else []),
        *(lowered.startswith(text.lower(), autoescape=True) for text in group.begins_with),
        *(member.icontains(text, autoescape=True) for text in group.contains),
    )
