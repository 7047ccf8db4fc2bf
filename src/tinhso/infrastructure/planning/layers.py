"""Approved plans on the province's map: from unit to unit for everyone, exact for engineers."""

from __future__ import annotations

from datetime import date
from typing import Any

from tinhso.foundation.dates import end_of
from tinhso.foundation.layers import Legend, map_layer
from tinhso.foundation.text import Text
from tinhso.infrastructure.network.models import STATUSES
from tinhso.infrastructure.network.querysets import EXACT
from tinhso.infrastructure.planning.mapping import collection, generalised, plan_features
from tinhso.infrastructure.planning.models import Decision, Plan
from tinhso.infrastructure.planning.models.works import APPROVED
from tinhso.infrastructure.planning.reading import PlanView, plan_view

LEGEND = (
    Legend("planned", STATUSES["planned"], "--ts-map-planned", dashed=True),
    Legend("underConstruction", STATUSES["underConstruction"], "--ts-map-partial", dashed=True),
    Legend("operational", STATUSES["operational"], "--ts-map-route"),
)


def _approved(day: date) -> list[PlanView]:
    """Plans with a phase approved by the end of a day, with those phases alone, as they stand now."""
    decided = Decision.objects.filter(at__lt=end_of(day), verdict=APPROVED).values("phase__result__run__plan")
    found = []
    for plan in Plan.objects.filter(pk__in=decided).select_related("network", "cost_model", "candidate_set"):
        view = plan_view(plan)
        kept = [one for one in view.phases if one.state.approved and one.state.decision.at < end_of(day)]  # type: ignore[union-attr]
        found.append(PlanView(view.plan, view.run, view.result, kept))
    return found


@map_layer(
    id="planning.approved",
    title=Text("Đợt đầu tư đã duyệt (khái quát)", "Approved phases (generalised)"),
    kind="line",
    legend=LEGEND,
    caveat=Text(
        "Đường thẳng nối điểm trung tâm hai đơn vị có cáp mới giữa chúng; không phải vị trí cáp.",
        "Straight lines between the points of two units with new cable between them; not where it will lie.",
    ),
    order=25,
)
def approved(day: date, user: Any) -> dict:
    """One line per pair of units that an approved phase joins."""
    return collection(feature for view in _approved(day) for feature in generalised(view.phases, view.plan.day))


@map_layer(
    id="planning.approved_exact",
    title=Text("Đợt đầu tư đã duyệt (chính xác)", "Approved phases (exact)"),
    kind="line",
    legend=LEGEND,
    permission=EXACT,
    order=35,
)
def approved_exact(day: date, user: Any) -> dict:
    """Every new span of an approved phase."""
    return collection(feature for view in _approved(day) for feature in plan_features(view, user))
