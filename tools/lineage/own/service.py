"""A tenant's own rules: made, changed, tried, and looked at with the scores."""

from storage.kernel.actor import Permission
from storage.kernel.errors import CopilotError, ErrorKind, invalid
from storage.kernel.ids import new_id
from storage.models.intelligence import QualityRule
from storage.repositories.base import Page, PageRequest
from storage.uow import ReadUnitOfWork, WriteUnitOfWork
from tools.lineage.own.checking import check_rule, verdicts
from tools.lineage.own.fields import table_named
from tools.lineage.own.schemas import (
    MOST_RULES,
    ReplaceRule,
    RuleDraft,
    RuleList,
    RuleVerdict,
    RuleView,
    WishForRule,
)
from tools.lineage.own.words import in_words, read_rule
from tools.lineage.pace import kept_scores
from tools.lineage.words import word_of


class RuleService:
    """Stateless. Everybody of a tenant sees its rules; those who may import data make them."""

    async def page(self, uow: ReadUnitOfWork, request: PageRequest) -> Page[RuleView]:
        """The newest first."""
        found = await uow.quality.rules_page(request)
        return Page(tuple(map(rule_view, found.items)), found.next_cursor)

    async def get(self, uow: ReadUnitOfWork, rule_id: str) -> RuleView:
        """Raises CopilotError (not found)."""
        return rule_view(await uow.quality.rule(rule_id))

    async def create(self, uow: WriteUnitOfWork, draft: RuleDraft) -> RuleView:
        """Raises CopilotError: forbidden, or invalid with a pointer to what cannot be used."""
        _require_keeper(uow)
        row = QualityRule(id=new_id(), version=1, created_by=uow.actor.user_id)
        _write(row, draft)
        if len(await uow.quality.rules()) >= MOST_RULES:
            raise invalid(f"There are {MOST_RULES} rules at most.", hint="Delete one first.")
        uow.add(row)
        await uow.flush()
        return rule_view(row)

    async def replace(self, uow: WriteUnitOfWork, rule_id: str, request: ReplaceRule) -> RuleView:
        """Raises as `create` does; not found, and conflict where it is at another version by now."""
        _require_keeper(uow)
        row = await uow.quality.rule(rule_id, to_change=True)
        if row.version != request.version:
            raise CopilotError(
                ErrorKind.CONFLICT,
                f"The rule was changed since: it is at version {row.version}, and not at {request.version}.",
                hint="Load it again, and make your change to what it is now.",
            )
        _write(row, request)
        row.version += 1
        await uow.flush()
        return rule_view(row)

    async def delete(self, uow: WriteUnitOfWork, rule_id: str) -> None:
        """Raises CopilotError: forbidden, not found."""
        _require_keeper(uow)
        await uow.delete(await uow.quality.rule(rule_id, to_change=True))

    async def tried(self, uow: ReadUnitOfWork, draft: RuleDraft) -> RuleVerdict:
        """Whether a rule that is not kept would hold now. Raises CopilotError (invalid)."""
        row = QualityRule(id="", version=1, created_at=uow.clock.now(), updated_at=uow.clock.now())
        _write(row, draft)
        [found] = await verdicts(uow, [rule_view(row)])
        return found

    async def overview(self, uow: ReadUnitOfWork) -> RuleList:
        """The active rules, each with whether it holds. Those about scores go by the scores that were kept last."""
        return RuleList(items=tuple(await verdicts(uow, await active_rules(uow), await kept_scores(uow))))

    async def wish(self, uow: WriteUnitOfWork, request: WishForRule) -> RuleView:
        """A rule from plain words. Raises CopilotError (invalid) in the words of the question back."""
        return await self.create(uow, read_rule(request.question))


async def active_rules(uow: ReadUnitOfWork) -> list[RuleView]:
    """The oldest first."""
    return [rule_view(row) for row in await uow.quality.rules() if row.is_active]


def rule_view(row: QualityRule) -> RuleView:
    type_ = word_of(row.table)
    known = RuleDraft.model_validate({"name": row.name, "type": type_, "check": row.check})
    return RuleView(
        id=row.id,
        name=row.name,
        type=type_,
        check=known.check,
        says=in_words(type_, known.check),
        allowed=row.allowed,
        is_active=row.is_active,
        version=row.version,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )


def _write(row: QualityRule, draft: RuleDraft) -> None:
    row.table = table_named(draft.type)
    row.check = draft.check.model_dump(mode="json")
    row.allowed, row.is_active = draft.allowed, draft.is_active
    says = in_words(word_of(row.table), draft.check)
    row.name = draft.name or f"{says[:1].upper()}{says[1:]}"[:200]
    check_rule(row.table, draft.check, draft.allowed)


def _require_keeper(uow: ReadUnitOfWork) -> None:
    """Raises CopilotError (forbidden) for a role that may look only."""
    if not uow.actor.may(Permission.DATA_IMPORT):
        raise CopilotError(ErrorKind.FORBIDDEN, f"Your role “{uow.actor.role.value}” may not make rules for data.")
