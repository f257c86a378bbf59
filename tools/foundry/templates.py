"""Ready-made dashboards, and which of them a sentence asks for."""

from importlib.resources import files
from itertools import pairwise

from pydantic import BaseModel, ConfigDict, TypeAdapter

from storage.kernel.errors import CopilotError, ErrorKind, FieldProblem
from tools.kit.yaml_text import parse_yaml
from tools.language.text import tokenize
from tools.query.drawn import ChartKind


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class TemplateWidget(_Part):
    title: str
    question: str
    kind: ChartKind


class Template(_Part):
    """`about` are the words that decide for it, in the singular."""

    name: str
    about: frozenset[str]
    widgets: tuple[TemplateWidget, ...]


class Templates:
    def __init__(self, by_id: dict[str, Template]) -> None:
        self.by_id = by_id

    def chosen(self, sentence: str) -> Template:
        """The one that most words of the sentence decide for. Raises CopilotError (invalid) with those that there are
        where none does, or two do alike: no guess."""
        tokens = tokenize(sentence)
        said = {form for token in tokens for form in (token.norm, token.lemma)}
        said |= {f"{one.norm}-{other.norm}" for one, other in pairwise(tokens)}
        scores = {template_id: len(one.about & said) for template_id, one in self.by_id.items()}
        best = max(scores.values())
        fitting = [template_id for template_id, score in scores.items() if score == best]
        if best and len(fitting) == 1:
            return self.by_id[fitting[0]]
        meant = fitting if best else list(self.by_id)
        names = "; ".join(self.by_id[template_id].name for template_id in meant)
        message = (
            f"Several dashboards would fit: {names}." if best else f"No ready-made dashboard fits. There are: {names}."
        )
        raise CopilotError(
            ErrorKind.INVALID,
            message,
            hint="Name one of them, or say what the dashboard shall show, one question each.",
            problems=(FieldProblem("/sentence", message),),
        )


def load_templates() -> Templates:
    """Raises ValueError where the file does not hold what it should."""
    plain = parse_yaml((files("tools.foundry") / "templates.yaml").read_text(encoding="utf-8"))
    return Templates(TypeAdapter(dict[str, Template]).validate_python(plain))
