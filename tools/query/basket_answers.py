"""What is bought together, as rows and in words."""

from collections.abc import Sequence

from storage.metrics.analyses import MOST_PAIRED
from storage.metrics.output import OutputColumn
from storage.metrics.query import BasketAnalysis
from storage.repositories.metrics import MetricRows
from tools.kit.blocks import Cell, Column
from tools.query.analysis_words import NAMED, Analysed, AnalysisWords
from tools.query.figures import Figures, plural
from tools.query.wording import filter_phrase


class BasketAnswers(AnalysisWords):
    """Answers about what one order holds."""

    __slots__ = ()

    def of(self, analysis: BasketAnalysis, result: MetricRows) -> Analysed:
        (name,) = self.query.dimensions
        label = self.model.dimensions[name].label
        told = {role.subject: int(result.rows[0][i] or 0) for i, role in enumerate(result.columns) if role.role == "aside" and result.rows}  # fmt: skip
        shown = [i for i, role in enumerate(result.columns) if role.role != "aside"]
        roles = tuple(result.columns[i] for i in shown)
        rows = tuple(tuple(row[i] for i in shown) for row in result.rows if row[0] is not None)
        columns = tuple(self._basket_column(role, label, pairs=not analysis.of) for role in roles)
        figures = Figures(columns, rows, roles)
        things = plural(name, self.model)
        if analysis.of:
            what = " ".join(filter_phrase(self.model, item) for item in analysis.of).removeprefix("for ")
            title = f"{things.capitalize()} bought in the same order as {what}{self.scope()}"
        else:
            title = f"{things.capitalize()} bought in the same order{self.scope()}"
        least = f"in at least {analysis.least} orders" if analysis.least > 1 else "in any order"
        notes: list[str] = []
        if told.get("left_out"):
            notes.append(f"{told['left_out']:,} orders with more than {MOST_PAIRED} different {things} are left out.")
        of = f" ({told['asked']:,} orders)" if "asked" in told else ""
        if not rows:
            return Analysed(figures, f"{title}{of}: none {least}.", title, tuple(notes))
        named = "; ".join(self._basket(row, pairs=not analysis.of) for row in rows[:NAMED])
        more = f"; and {len(rows) - NAMED} more" if len(rows) > NAMED else ""
        notes.append(
            f"Only what is together {least} counts. Lift is how many times as often they are in one order as they would be by chance."
        )
        return Analysed(figures, f"{title}{of}: {named}{more}.", title, tuple(notes))

    def _basket(self, row: Sequence[Cell], *, pairs: bool) -> str:
        if pairs:
            one, other, both, _, _, lift = row
            return f"{one} and {other} in {both:,} orders (lift {lift:.2f})"
        thing, both, share, lift = row
        return f"{thing} in {both:,} of them ({float(share or 0) * 100:.1f} %, lift {lift:.2f})"

    def _basket_column(self, role: OutputColumn, label: str, *, pairs: bool) -> Column:
        names = {
            "share": f"Share of the {label.lower()}'s orders" if pairs else "Share of these orders",
            "share_of_other": f"Share of the other {label.lower()}'s orders",
        }
        match role.role:
            case "dimension":
                return Column(name=role.name, type="string", label=f"Other {label.lower()}" if role.name.startswith("other_") else label)  # fmt: skip
            case "metric":
                return Column(name=role.name, type="integer", label="Orders with both")
            case "lift":
                return Column(name=role.name, type="number", label="Lift")
            case _:
                return Column(name=role.name, type="number", unit="%", label=names[role.role])
