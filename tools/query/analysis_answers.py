"""Answers to cohorts, baskets and funnels."""

from storage.metrics.query import BasketAnalysis, CohortAnalysis, FunnelAnalysis
from storage.repositories.metrics import MetricRows
from tools.query.analysis_words import Analysed, AnalysisWords
from tools.query.basket_answers import BasketAnswers
from tools.query.cohort_answers import CohortAnswers
from tools.query.funnel_answers import FunnelAnswers


def answered(words: AnalysisWords, result: MetricRows) -> Analysed:
    """Raises ValueError for a query of plain figures."""
    basis = (words.model, words.query, words.days, words.week_start, words.currency)
    match words.query.analysis:
        case CohortAnalysis() as analysis:
            return CohortAnswers(*basis).of(analysis, result)
        case BasketAnalysis() as analysis:
            return BasketAnswers(*basis).of(analysis, result)
        case FunnelAnalysis() as analysis:
            return FunnelAnswers(*basis).of(analysis, result)
        case None:
            raise ValueError("the query has no analysis")
