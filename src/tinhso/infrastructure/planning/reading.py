"""Plans as pages, the API and printed sheets show them: one reading for all three."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tinhso.foundation.access import may
from tinhso.foundation.templatetags.tinhso import link_to
from tinhso.foundation.text import Text
from tinhso.identity.models.agencies import LEVELS
from tinhso.identity.queries import agencies_by_uid
from tinhso.infrastructure.planning.ends import node_names
from tinhso.infrastructure.planning.models import (
    Gain,
    Plan,
    PlannedNode,
    PlannedPhase,
    PlannedSpan,
    PlanResult,
    PlanRun,
)
from tinhso.infrastructure.planning.models.plans import (
    AIMS,
    DOUBLE,
    FAILED,
    GENERATED,
    OPEN_STATES,
    PROTECTIONS,
    QUESTIONS,
    STATES,
    TARGETS,
)
from tinhso.infrastructure.planning.states import PhaseState, states_of
from tinhso.infrastructure.planning.wording import FAILURES, STOPPED, dong, km
from tinhso.places.models import Unit
from tinhso.places.scopes import scope_title

STATE_TONES = {
    "queued": "neutral",
    "running": "info",
    "cancelled": "neutral",
    "finished": "success",
    "failed": "danger",
}
KIND_TITLES = {"unit": Text("Đơn vị", "Units"), "agency": Text("Cơ quan", "Agencies"), "node": Text("Nút", "Nodes")}
GAINS_SHOWN = 200


@dataclass(frozen=True)
class GainView:
    """A unit or agency served by a phase, with its name."""

    kind: str
    key: str
    name: str
    people: int | None

    @property
    def kind_title(self) -> Text:
        return KIND_TITLES[self.kind]

    @property
    def url(self) -> str:
        """The page of a unit."""
        return link_to("places:place", self.key) if self.kind == "unit" else ""


@dataclass(frozen=True)
class Gained:
    """Those of one kind that a phase serves: how many, the first by name, and how many more there are."""

    code: str
    title: Text
    count: int
    first: list[GainView]

    @property
    def more(self) -> int:
        return self.count - len(self.first)


@dataclass(frozen=True)
class PhaseView:
    """A phase with how far it has come and who gains by it."""

    phase: PlannedPhase
    state: PhaseState
    gains: list[GainView]

    @property
    def title(self) -> str:
        told = _("Đợt %(number)d") % {"number": self.phase.number}
        return f"{told} ({self.phase.year})" if self.phase.year else told

    @property
    def gained(self) -> list[Gained]:
        """Who gains, kind by kind, those with most people first."""
        found = []
        for kind, title in KIND_TITLES.items():
            mine = sorted((one for one in self.gains if one.kind == kind), key=lambda one: -(one.people or 0))
            if mine:
                found.append(Gained(kind, title, len(mine), mine[:GAINS_SHOWN]))
        return found

    @property
    def summary(self) -> str:
        """What the phase builds and who gains, in one sentence."""
        phase = self.phase
        told = [_("%(km)s km cáp, %(cost)s đồng") % {"km": km(phase.metres), "cost": dong(phase.cost)}]
        if phase.units:
            told.append(ngettext("%(n)d đơn vị", "%(n)d đơn vị", phase.units) % {"n": phase.units})
        if phase.agencies:
            told.append(ngettext("%(n)d cơ quan", "%(n)d cơ quan", phase.agencies) % {"n": phase.agencies})
        if phase.people:
            told.append(_("%(n)s người") % {"n": dong(phase.people)})
        return "; ".join(told) + "."


@dataclass(frozen=True)
class Calculated:
    """A plan, its latest run and its newest result."""

    plan: Plan
    run: PlanRun | None
    result: PlanResult | None

    @property
    def state_title(self) -> Text:
        return STATES[self.run.state if self.run else "queued"]

    @property
    def state_tone(self) -> str:
        return STATE_TONES[self.run.state if self.run else "queued"]


@dataclass(frozen=True)
class PlanView(Calculated):
    """A plan with its phases."""

    phases: list[PhaseView] = field(default_factory=list)

    @property
    def question(self) -> str:
        """The whole question in words."""
        return question_text(self.plan)

    @property
    def candidates(self) -> str:
        """Which routes were on offer, in words."""
        chosen = self.plan.candidate_set
        if chosen.kind == GENERATED:
            told = _("%(name)s: đường thẳng Delaunay và %(k)d láng giềng gần nhất, hệ số đường vòng %(factor)s") % {
                "name": chosen.name,
                "k": chosen.neighbours,
                "factor": number_format(Decimal(self.plan.cost_model.detour_permille) / 1000),
            }
        else:
            told = _("%(name)s: tuyến nhập từ tệp, nối trong vòng %(reach)s m") % {
                "name": chosen.name,
                "reach": dong(chosen.reach_m),
            }
        if self.result is None:
            return told
        return f"{told}; " + _("%(n)s đoạn ứng viên") % {"n": dong(self.result.edges)}

    @property
    def demonstration(self) -> bool:
        return self.plan.network.demonstration or self.plan.cost_model.demonstration

    @property
    def open(self) -> bool:
        return self.run is not None and self.run.state in OPEN_STATES

    @property
    def failure(self) -> Text | None:
        """Why there is no plan."""
        if self.run is None or self.run.state != FAILED:
            return None
        return FAILURES.get(self.run.reason_code, FAILURES["crashed"])

    @property
    def bound_text(self) -> str:
        """How near to the best possible the plan is known to be."""
        result = self.result
        if result is None:
            return ""
        if result.proven:
            return _("tốt nhất có thể trên tập ứng viên này (đã chứng minh)")
        gap = number_format(Decimal(result.gap_ppm) / 10_000, 2)
        why = STOPPED.get(self.run.reason_code) if self.run and self.run.reason_code else None
        more = f" ({why})" if why else ""
        if result.bound is not None:
            return (
                _("không phương án nào dưới %(bound)s đồng; khoảng cách %(gap)s%%")
                % {
                    "bound": dong(result.bound),
                    "gap": gap,
                }
                + more
            )
        return (
            _("không phương án nào được hơn %(bound)s người; khoảng cách %(gap)s%%")
            % {
                "bound": dong(result.value_bound or 0),
                "gap": gap,
            }
            + more
        )

    @property
    def cost(self) -> int:
        """Đồng at the prices of each phase's year."""
        return sum(view.phase.cost for view in self.phases)

    @property
    def people(self) -> int:
        return sum(view.phase.people for view in self.phases)

    @property
    def units(self) -> int:
        return sum(view.phase.units for view in self.phases)

    @property
    def agencies(self) -> int:
        return sum(view.phase.agencies for view in self.phases)


def question_text(plan: Plan) -> str:
    """The question in words: what, for whom, where, within what."""
    told = [str(QUESTIONS[plan.question])]
    if plan.question == DOUBLE:
        told.append(str(PROTECTIONS[plan.protect]))
    who = str(TARGETS[plan.target])
    if plan.level:
        who += f" ({LEVELS[plan.level]})"
    if plan.scope:
        who += f", {scope_title(plan.scope)}"
    told.append(who)
    told.append(str(AIMS[plan.aim]))
    if plan.budget:
        told.append(_("ngân sách %(dong)s đồng") % {"dong": dong(plan.budget)})
    return "; ".join([told[0], *(text[0].lower() + text[1:] for text in told[1:])])


def plan_view(plan: Plan) -> PlanView:
    """A plan with its run and newest result."""
    runs = list(plan.runs.select_related("result").order_by("-queued_at", "-pk"))
    result = next((run.result for run in runs if hasattr(run, "result")), None)
    if result is None:
        return PlanView(plan, runs[0] if runs else None, None)
    phases = list(
        result.phases.prefetch_related(
            Prefetch("gains", Gain.objects.order_by("kind", "key")),
            Prefetch("built_spans", PlannedSpan.objects.order_by("span_id")),
            Prefetch("nodes", PlannedNode.objects.order_by("node_id")),
        )
    )
    for phase in phases:
        phase.result = result
    result.run.plan = plan
    states = states_of(phases)
    named = _names([gain for phase in phases for gain in phase.gains.all()], plan)
    views = [PhaseView(phase, states[phase.pk], [named[gain.pk] for gain in phase.gains.all()]) for phase in phases]
    return PlanView(plan, runs[0], result, views)


def _names(gains: Iterable[Gain], plan: Plan) -> dict[int, GainView]:
    listed = list(gains)
    units = {gain.key for gain in listed if gain.kind == "unit"}
    agencies = agencies_by_uid({gain.key for gain in listed if gain.kind == "agency"})
    names = node_names(plan, {gain.key for gain in listed if gain.kind == "node"})
    if units:
        rows = Unit.objects.known_at().filter(code__in=units).order_by("valid_from")
        for code, name, since in rows.values_list("code", "name", "valid_from"):
            if code not in names or since is None or since <= plan.day:
                names[code] = name
    found = {}
    for gain in listed:
        name = names.get(gain.key, gain.key)
        if gain.kind == "agency" and gain.key in agencies:
            name = str(agencies[gain.key].title)
        found[gain.pk] = GainView(gain.kind, gain.key, name, gain.people)
    return found


def for_reader(view: PlanView, user: Any) -> PlanView:
    """What a reader may see of a plan: those who neither make nor approve plans see approved phases only."""
    if may(user, "planning.plan") or may(user, "planning.approve"):
        return view
    return replace(view, phases=[phase for phase in view.phases if phase.state.approved])


@dataclass(frozen=True)
class Listed(Calculated):
    """A plan in a list, with the furthest status of its phases."""

    best: str

    @property
    def question(self) -> str:
        return str(QUESTIONS[self.plan.question])


def listed(plans: Iterable[Plan]) -> list[Listed]:
    """Plans with their latest run, their newest result and the furthest status of a phase: four statements."""
    rows = list(plans)
    latest: dict[int, PlanRun] = {}
    results: dict[int, PlanResult] = {}
    runs = PlanRun.objects.filter(plan__in=rows).defer("problem", "best").select_related("result")
    for run in runs.order_by("queued_at", "pk"):
        latest[run.plan_id] = run
        if hasattr(run, "result"):
            results[run.plan_id] = run.result
    phases = list(PlannedPhase.objects.filter(result__in=results.values()))
    states = states_of(phases)
    order = ["proposed", "planned", "underConstruction", "operational"]
    furthest: dict[int, str] = {}
    for phase in phases:
        here = states[phase.pk].ofds
        if order.index(here) >= order.index(furthest.get(phase.result_id, "proposed")):
            furthest[phase.result_id] = here
    made = []
    for plan in rows:
        result = results.get(plan.pk)
        made.append(Listed(plan, latest.get(plan.pk), result, furthest.get(result.pk, "") if result else ""))
    return made


def comparison(one: PlanView, other: PlanView) -> list[tuple[str, Any, Any]]:
    """Rows of two plans side by side."""

    def row(label: str, tell: Any) -> tuple[str, Any, Any]:
        told = [tell(view) if view.result else "—" for view in (one, other)]
        return label, told[0], told[1]

    return [
        row(_("Câu hỏi"), lambda view: view.question),
        row(_("Tuyến ứng viên"), lambda view: view.candidates),
        row(_("Bảng giá"), lambda view: view.plan.cost_model.title),
        row(_("Chi phí (đồng)"), lambda view: dong(view.cost)),
        row(_("Cận đã chứng minh"), lambda view: view.bound_text),
        row(_("Km cáp mới"), lambda view: km(sum(one.phase.metres for one in view.phases))),
        row(_("Số đợt"), lambda view: len(view.phases)),
        row(_("Đơn vị được lợi"), lambda view: dong(view.units)),
        row(_("Cơ quan được lợi"), lambda view: dong(view.agencies)),
        row(_("Người được lợi"), lambda view: dong(view.people)),
        row(_("Nơi được phục vụ"), lambda view: f"{view.result.served_after}/{view.result.sites}"),
    ]
