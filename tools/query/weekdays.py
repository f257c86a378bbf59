"""Days of the week that a question names: "on Mondays", "weekends against weekdays", "for the Monday meeting"."""

from storage.metrics.days import WORKING_DAYS
from storage.metrics.query import Filter
from tools.language.annotation import Meaning, Span
from tools.query.sentence import Sentence
from tools.query.vocabulary import OCCASIONS, OF_THE_DAY


def is_an_occasion(s: Sentence, span: Span) -> bool:
    """ "for the monday meeting": when the answer is needed."""
    if span.values[0].dimension not in OF_THE_DAY:
        return False
    return bool(OCCASIONS & {token.norm for token in s.annotation.tokens[span.end : span.end + 2]})


def take_working_days(s: Sentence, roles: dict[int, Meaning | None]) -> None:
    """ "on weekdays", "weekends against weekdays": from Monday to Friday, where "by weekday" is each of the seven."""
    weekend = any(value.dimension == "part_of_week" for span in s.spans for value in span.values)
    for i, span in enumerate(s.spans):
        if "weekday" in span.ids(Meaning.DIMENSION) and s.is_plural(span) and s.is_said(i, "weekdays"):
            if not weekend and s.word_before(i) not in ("on", "during"):
                continue
            roles[i] = None
            s.slots.used.add(i)
            earlier = next((item for item in s.slots.filters if item.dimension == "part_of_week"), None)
            values = (*(earlier.values if earlier else ()), WORKING_DAYS)
            s.slots.filters[:] = [item for item in s.slots.filters if item is not earlier]
            operator = "in" if earlier else "eq"
            s.slots.filters.append(Filter(dimension="part_of_week", operator=operator, values=values))
