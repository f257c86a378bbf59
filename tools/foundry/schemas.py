"""Dashboards and their widgets as the outside sees them (contract: /api/modules/mini-foundry/dashboards)."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, ValidationError, model_validator

from storage.metrics.query import Analysis, Filter, Grain, Having, Member, MetricQuery, OrderBy, Window
from tools.kit.capability import Contract, context_field
from tools.query.drawn import ChartKind
from tools.query.schemas import ClarificationOption, ConversationId, QueryAnswer

COLUMNS = 12
MOST_WIDGETS = 40
MOST_FILTERS = 10
MOST_QUESTIONS = 20
Visibility = Literal["private", "shared"]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Phrase = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
Question = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=1_000)]
Filters = Annotated[tuple[Filter, ...], Field(max_length=MOST_FILTERS)]
PERIOD = "A period in words, which moves with the day: last 30 days, this quarter, year to date."


class Place(Contract):
    """A rectangle of the grid: 12 columns, and rows as far down as it takes."""

    x: int = Field(ge=0, lt=COLUMNS, examples=[0])
    y: int = Field(ge=0, lt=1_000, examples=[0])
    width: int = Field(ge=1, le=COLUMNS, examples=[6])
    height: int = Field(ge=1, le=40, examples=[4])

    @model_validator(mode="after")
    def _inside(self) -> "Place":
        if self.x + self.width > COLUMNS:
            raise ValueError(f"the grid has {COLUMNS} columns: x and width come to {self.x + self.width}")
        return self


class WidgetQuery(Contract):
    """A MetricQuery without its times, which the widget's period gives it anew on each day. `compare` holds it against
    another period: "previous period", "previous year" or a phrase of its own. `mean_over`: the mean over such buckets."""

    metrics: tuple[str, ...] = Field(min_length=1, max_length=8, examples=[["revenue"]])
    dimensions: tuple[str, ...] = Field(default=(), max_length=3, examples=[["category"]])
    filters: Filters = ()
    members: Annotated[tuple[Member, ...], Field(max_length=4)] = ()
    """Their periods stay the days that they are: only a widget of a question moves them too."""
    having: Annotated[tuple[Having, ...], Field(max_length=10)] = ()
    grain: Grain | None = None
    share_of_total: bool = False
    order: Annotated[tuple[OrderBy, ...], Field(max_length=5)] = ()
    limit: int | None = Field(default=None, ge=1, le=10_000)
    offset: int = Field(default=0, ge=0, le=10_000)
    per: str | None = None
    window: Window | None = None
    placed: Filter | None = None
    """Of the one dimension only these members are shown, each with its place among all."""
    count_groups: bool = False
    analysis: Analysis | None = None
    """Cohorts, baskets or a funnel; a period in which steps are taken stays the days that it is."""
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$")] | None = None
    """What amounts are shown in; the business's own where it is null."""
    compare: Phrase | None = Field(default=None, examples=["previous year"])
    mean_over: Grain | None = None

    @model_validator(mode="after")
    def _coherent(self) -> "WidgetQuery":
        try:
            self.untimed()
        except ValidationError as error:
            raise ValueError("; ".join(one["msg"].removeprefix("Value error, ") for one in error.errors())) from None
        steps = self.window is not None and self.window.kind == "change"
        if self.compare is not None and (self.count_groups or steps or self.mean_over or self.analysis or self.placed):
            raise ValueError("only figures, totals so far and moving means can be compared with another period")
        if self.compare is not None and self.per is not None and self.grain is not None:
            raise ValueError("the first of each cannot be compared bucket by bucket")
        if self.mean_over is not None and (self.mean_over != self.grain or self.dimensions or len(self.metrics) > 1):
            raise ValueError("a mean is of one figure over the buckets of its grain")
        return self

    def untimed(self) -> MetricQuery:
        return MetricQuery.model_validate(self.model_dump(exclude={"compare", "mean_over"}))


class WidgetOptions(Contract):
    """How a widget is shown. `rows`: how many rows of its table at most."""

    rows: int = Field(default=100, ge=1, le=1_000)


class WidgetContent(Contract):
    """What a widget is: of a `question`, planned anew each time it is shown, or of a `query` over a `period`."""

    kind: ChartKind
    title: Name
    question: Question | None = None
    query: WidgetQuery | None = None
    period: Phrase | None = Field(default=None, description=PERIOD, examples=["last 30 days"])
    place: Place
    options: WidgetOptions = WidgetOptions()


class WidgetView(WidgetContent):
    id: str


class WidgetDraft(Contract):
    """A widget to be made. Exactly one of `question` and `query`. Without a kind, title or place they are chosen."""

    kind: ChartKind | None = None
    title: Name | None = None
    question: Question | None = Field(default=None, examples=["top 5 products by revenue"])
    query: WidgetQuery | None = None
    period: Phrase | None = Field(default=None, description=PERIOD, examples=["last 30 days"])
    place: Place | None = None
    options: WidgetOptions = WidgetOptions()
    conversation_id: ConversationId | None = Field(
        default=None,
        description="Of an answer that is kept: a follow-up means what it meant in this conversation.",
    )
    as_of: date | None = Field(default=None, description="Check it as if this day were today.")

    @model_validator(mode="after")
    def _one_of_two(self) -> "WidgetDraft":
        if (self.question is None) == (self.query is None):
            raise ValueError("give either a question or a query")
        if self.conversation_id is not None and self.question is None:
            raise ValueError("a conversation goes with a question")
        return self


class WidgetReplacement(WidgetDraft):
    """What a widget shall be instead. `version` is that of the dashboard which the caller has seen."""

    version: int = Field(ge=1)


class WidgetAdded(Contract):
    """`notes` say what could not be kept as it was asked, such as a period that does not move."""

    widget: WidgetView
    version: int
    notes: tuple[str, ...] = ()


class DashboardContent(Contract):
    """A dashboard as one of its versions keeps it."""

    name: Name
    description: str | None = None
    filters: Filters = ()
    period: Phrase | None = None
    visibility: Visibility = "private"
    widgets: tuple[WidgetView, ...] = ()


class DashboardSummary(Contract):
    id: str
    name: str
    description: str | None
    visibility: Visibility
    widget_count: int
    version: int
    is_own: bool
    created_at: datetime
    updated_at: datetime


class LeftOut(Contract):
    question: str
    reason: str


class DashboardView(Contract):
    """A dashboard with its widgets. `left_out`: questions of a template that this data does not answer, and why."""

    id: str
    name: str
    description: str | None
    filters: Filters
    period: str | None
    visibility: Visibility
    version: int
    is_own: bool
    created_at: datetime
    updated_at: datetime
    widgets: tuple[WidgetView, ...]
    left_out: tuple[LeftOut, ...] = ()


class _Properties(Contract):
    description: str | None = Field(default=None, max_length=2_000)
    filters: Filters = ()
    period: Phrase | None = Field(default=None, description=PERIOD, examples=["this month"])
    visibility: Visibility = "private"


class MakeDashboard(Contract):
    """A new dashboard: by name, with a widget for each question, or from a sentence that says what it is for."""

    name: Name | None = Field(default=None, description="What it is called.", examples=["Monday meeting"])
    questions: Annotated[tuple[Question, ...], Field(max_length=MOST_QUESTIONS)] = Field(
        default=(), description="What it shows, one question each.", examples=[["sales by week this year"]]
    )
    sentence: Question | None = Field(
        default=None,
        description="What it is for, in the user's own words: a ready-made set of widgets is chosen by it.",
        examples=["a dashboard for my weekly sales meeting"],
    )
    as_of: date | None = context_field("as_of", "Check its questions as if this day were today.")

    @model_validator(mode="after")
    def _named(self) -> "MakeDashboard":
        if self.name is None and self.sentence is None:
            raise ValueError("give a name, or a sentence that says what it is for")
        return self


class CreateDashboard(_Properties, MakeDashboard):
    """A new dashboard with all of its properties."""


class ReplaceDashboard(_Properties):
    """All properties of a dashboard anew; its widgets stay. `version` is the one that the caller has seen."""

    name: Name
    version: int = Field(ge=1)


class WidgetPlace(Contract):
    widget_id: str = Field(max_length=64)
    place: Place


class ReplaceLayout(Contract):
    """Where widgets go, all at once: those that are not named stay where they are."""

    version: int = Field(ge=1)
    places: tuple[WidgetPlace, ...] = Field(min_length=1, max_length=MOST_WIDGETS)


class RestoreDashboard(Contract):
    """Takes a dashboard to what it was at the version `to`. That is a new version, and can be taken back like any."""

    to: int = Field(ge=1)
    version: int = Field(ge=1)


class VersionView(Contract):
    """One change: who, when, and what in a sentence. `changed_by` is a user's id, null for a machine."""

    version: int
    changed_at: datetime
    changed_by: str | None
    summary: str


class VersionList(Contract):
    items: tuple[VersionView, ...]
    next_cursor: str | None = None


class WidgetProblem(Contract):
    """Why a widget shows nothing; `options` are questions that would."""

    kind: str
    message: str
    options: tuple[ClarificationOption, ...] = ()


class WidgetData(Contract):
    """What a widget shows as of a day: its `answer`, or its own `problem` in its place. `rows_in_all` counts the rows of
    which the answer holds as many as the widget shows."""

    widget: WidgetView
    answer: QueryAnswer | None = None
    rows_in_all: int = 0
    problem: WidgetProblem | None = None


class DashboardData(Contract):
    """What a whole dashboard shows as of a day."""

    dashboard: DashboardView
    as_of: date
    widgets: tuple[WidgetData, ...]


class ListDashboards(Contract):
    limit: int = Field(default=50, ge=1, le=200)
    cursor: str | None = Field(default=None, max_length=1_000)


class DashboardList(Contract):
    items: tuple[DashboardSummary, ...]
    next_cursor: str | None = None


class ShowDashboard(Contract):
    """Which dashboard, by its name or id."""

    dashboard: str = Field(min_length=1, max_length=1_000, description="The dashboard's name, in the user's own words.")
    as_of: date | None = context_field("as_of", "Show it as if this day were today.")


class AddWidget(Contract):
    """A widget for a dashboard that is named; without a name the one that was made last."""

    question: Question = Field(
        description="What it shows, in the user's own words, such as: sales by week this year.",
        examples=["refunds by month this year"],
    )
    dashboard: str | None = Field(default=None, max_length=200, description="The dashboard's name or id.")
    kind: ChartKind | None = None
    as_of: date | None = context_field("as_of", "Check it as if this day were today.")
    conversation_id: ConversationId | None = context_field(
        "conversation_id", "A follow-up means what it meant in this conversation."
    )


class NamedWidgetAdded(Contract):
    """A widget, and the dashboard that it went to."""

    dashboard_id: str
    dashboard: str
    added: WidgetAdded
