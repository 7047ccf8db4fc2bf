"""Tables of planning: what building costs, where it may run, what was asked, what came out, what was built."""

from tinhso.infrastructure.planning.models.costs import CROSSINGS, METHODS, CostItem, CostModel
from tinhso.infrastructure.planning.models.plans import (
    COVER,
    DOUBLE,
    CandidateRoute,
    CandidateSet,
    Plan,
    PlanRun,
    Progress,
    YearBudget,
)
from tinhso.infrastructure.planning.models.results import Gain, PlannedNode, PlannedPhase, PlannedSpan, PlanResult
from tinhso.infrastructure.planning.models.works import Decision, Survey, SurveyedSpan, WorksStep

__all__ = [
    "COVER",
    "CROSSINGS",
    "DOUBLE",
    "METHODS",
    "CandidateRoute",
    "CandidateSet",
    "CostItem",
    "CostModel",
    "Decision",
    "Gain",
    "Plan",
    "PlanResult",
    "PlanRun",
    "PlannedNode",
    "PlannedPhase",
    "PlannedSpan",
    "Progress",
    "Survey",
    "SurveyedSpan",
    "WorksStep",
    "YearBudget",
]
