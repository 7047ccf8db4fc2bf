"""Candidate routes as the list of imports knows them."""

from django.utils.translation import gettext as _

from tinhso.files.importers import importer
from tinhso.files.models import ImportBatch
from tinhso.foundation.text import Text

ROUTES = "planning.routes"


@importer(ROUTES, Text("Tuyến ứng viên (GeoJSON)", "Candidate routes (GeoJSON)"), permission="planning.plan")
def resting(batch: ImportBatch) -> str:
    """Plans that wait or run and would find other routes than they were asked with."""
    from tinhso.infrastructure.planning.models import CandidateRoute, PlanRun
    from tinhso.infrastructure.planning.models.plans import OPEN_STATES

    sets = CandidateRoute.objects.filter(batch=batch.id).values("candidate_set")
    count = PlanRun.objects.filter(plan__candidate_set__in=sets, state__in=OPEN_STATES).count()
    return _("%(count)d phương án đang tính với các tuyến này.") % {"count": count} if count else ""
