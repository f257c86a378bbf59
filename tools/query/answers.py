"""Answers that are made of several queries: what a change is made of, and the parts of a sentence."""

from collections.abc import Sequence

from storage.metrics.model import SemanticModel
from tools.query.explained import ChangeWriter
from tools.query.explaining import Change
from tools.query.interpretation import interpretation
from tools.query.knowledge import Knowledge
from tools.query.planner import Plan
from tools.query.schemas import AnswerPart, QueryAnswer
from tools.query.trust import tables_of
from tools.query.voices import EnglishVoice

_OF_A_PART = {"answer", "columns", "rows", "sql", "chart"}


def answer_to_why(
    plan: Plan,
    change: Change,
    model: SemanticModel,
    knowledge: Knowledge,
    *,
    told: Sequence[str],
    statements: Sequence[str],
    rates: tuple[str, ...] = (),
) -> QueryAnswer:
    """The members that the change is made of, with the drivers of the figure as a part; every statement that ran. `told`
    are notes on the data, `rates` what is told of those at which amounts were converted."""
    writer = ChangeWriter(model, change, change.query.currency)
    tables = [writer.members(change.split)] if change.split else []
    tables += [table] if (table := writer.drivers()) else []
    notes = (*(f"“{typed}” was read as {meant}." for typed, meant in plan.corrections), *plan.notes, *told)
    rested_on = tables_of(change.query, model)
    trusted = knowledge.trust(rested_on)
    if trusted is not None and trusted.is_low:
        notes = (*notes, EnglishVoice().low_quality(trusted.score))
    ignored = f" Not used: {', '.join(plan.ignored)}." if plan.ignored else ""
    first = tables[0] if tables else None
    shown = change.query.model_copy(update={"dimensions": (change.split.dimension,) if change.split else ()})
    metric, history = model.metrics[change.metric], change.history
    parts = [
        AnswerPart(answer=f"{one.title}.", columns=one.columns, rows=one.rows, chart=one.chart) for one in tables[1:]
    ]
    if history is not None:
        looked_at = change.query.model_copy(update={"compare": None, "time": history.since, "grain": history.unit})
        told_of = f"{metric.label} by {history.unit} before, which the change was held against."
        parts.append(
            AnswerPart(answer=told_of, interpretation=interpretation(Plan(looked_at), looked_at), sql=history.sql)
        )
    return QueryAnswer(
        status="answered",
        answer=" ".join((writer.answer(plan.why.claim if plan.why else None), *notes)) + ignored,
        columns=first.columns if first else (),
        rows=first.rows if first else (),
        interpretation=interpretation(plan, shown),
        sql=";\n".join(one for one in statements if history is None or one != history.sql),
        chart=first.chart if first else None,
        parts=tuple(parts),
        provenance=knowledge.provenance(
            change.row_count, (f"{metric.label}: {metric.definition}", *rates), tables=rested_on
        ),
    )


def together(answers: Sequence[QueryAnswer], said: Sequence[str]) -> QueryAnswer:
    """The answers to the parts of a sentence as one: the first, with the others as its parts."""
    first, *others = answers
    if not others:
        return first
    parts = [
        AnswerPart(
            question=text or None,
            **one.model_dump(include=_OF_A_PART),
            interpretation=one.interpretation,
            drill=one.drill,
        )
        for one, text in zip(others, said[1:], strict=True)
    ]
    behind = [part for one in others for part in one.parts]
    return first.model_copy(
        update={
            "answer": " ".join(one.answer for one in answers),
            "parts": (*first.parts, *parts, *behind),
            "elapsed_ms": max(one.elapsed_ms for one in answers),
        }
    )
