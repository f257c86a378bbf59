"""Everything that can be done with dashboards, in one place for those who call it."""

from dataclasses import dataclass

from storage.database import Database
from tools.foundry.exports import ExportService
from tools.foundry.rendering import RenderingService
from tools.foundry.service import DashboardService
from tools.foundry.templates import load_templates
from tools.foundry.widgets import WidgetService
from tools.kit.workers import Workers
from tools.query.service import QueryService


@dataclass(frozen=True, slots=True)
class Foundry:
    dashboards: DashboardService
    widgets: WidgetService
    rendering: RenderingService
    exports: ExportService

    @classmethod
    def over(cls, query: QueryService, workers: Workers, database: Database) -> "Foundry":
        rendering = RenderingService(query)
        dashboards = DashboardService(query, load_templates(), database)
        return cls(dashboards, WidgetService(query, database), rendering, ExportService(rendering, workers))
