"""Where cable may run, what was asked, and how the search for the cheapest answer went."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import number_format

from tinhso.foundation.access import may
from tinhso.foundation.append_only import AppendOnly, AppendOnlyQuerySet
from tinhso.foundation.text import Text
from tinhso.foundation.versioned import Versioned, VersionedQuerySet, one_current
from tinhso.infrastructure.network.models import Network
from tinhso.infrastructure.network.querysets import EXACT
from tinhso.infrastructure.planning.models.costs import CROSSINGS, METHODS, CostModel

IMPORTED, GENERATED = "imported", "generated"
SET_KINDS = {
    IMPORTED: Text("Nhập từ tệp", "Imported"),
    GENERATED: Text("Sinh từ các điểm", "Generated from points"),
}
ROUTE, OBSTACLE = "route", "obstacle"
COVER, DOUBLE, BYPASS = "cover", "double", "bypass"
QUESTIONS = {
    COVER: Text("Phủ: nối mọi nơi chưa có cáp", "Cover: connect every place without fibre"),
    DOUBLE: Text("Hai đường: không nơi nào chỉ còn một đường", "Double: leave no place with a single way"),
    BYPASS: Text("Đường vòng: khi đứt một đoạn cáp đã chọn", "Bypass: a way round one chosen span"),
}
ALL, MOST = "all", "most"
AIMS = {
    ALL: Text("Rẻ nhất mà phục vụ tất cả", "The cheapest that serves everyone"),
    MOST: Text("Được nhiều người nhất trong ngân sách", "The most people within the budget"),
}
UNITS, AGENCIES, NODES = "units", "agencies", "nodes"
TARGETS = {
    UNITS: Text("Các đơn vị cấp xã", "Commune-level units"),
    AGENCIES: Text("Các cơ quan", "Agencies"),
    NODES: Text("Mọi nút của mạng", "Every node of the network"),
}
SPAN, NODE = "span", "node"
PROTECTIONS = {
    SPAN: Text("khi đứt một đoạn cáp", "when any one span is cut"),
    NODE: Text("khi mất một nút hoặc đứt một đoạn cáp", "when any one node fails or any one span is cut"),
}
QUEUED, RUNNING, CANCELLED, FINISHED, FAILED = "queued", "running", "cancelled", "finished", "failed"
STATES = {
    QUEUED: Text("Đang chờ", "Queued"),
    RUNNING: Text("Đang tính", "Running"),
    CANCELLED: Text("Đã hủy", "Cancelled"),
    FINISHED: Text("Xong", "Finished"),
    FAILED: Text("Không xong", "Failed"),
}
OPEN_STATES = (QUEUED, RUNNING)


class ExactQuerySet(VersionedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Where cable may run is the engineer's to know."""
        return self if may(user, EXACT) else self.none()


class CandidateSet(models.Model):
    """Where new cable may run: roads and ducts from a file, or straight lines between neighbouring points.

    `neighbours`: how many nearest points each point is joined to, beside the Delaunay triangulation (generated).
    `reach_m`: how far a place may lie from a road and still be joined to it (imported).
    `obstacles`: the set whose obstacles (rivers, railways) generated lines are counted against.
    """

    uid = models.UUIDField(unique=True, default=uuid.uuid4)
    name = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=10)
    neighbours = models.PositiveSmallIntegerField(default=6)
    reach_m = models.PositiveIntegerField(default=3000)
    obstacles = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    made_by = models.CharField(max_length=80)
    made_by_name = models.CharField(max_length=200)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=list(SET_KINDS)), name="planning_set_kind"),
            models.CheckConstraint(condition=Q(neighbours__range=(1, 20)), name="planning_set_neighbours"),
        ]

    def __str__(self) -> str:
        return self.name


class CandidateRoute(Versioned):
    """A line of an imported set: a route that cable may take, or an obstacle that it costs to cross.

    `points`: JSON list of [lat, lon] in 1e-7 degree. `crossing`: what an obstacle is; empty for a route.
    """

    candidate_set = models.ForeignKey(CandidateSet, on_delete=models.PROTECT, related_name="routes")
    key = models.CharField(max_length=80)
    role = models.CharField(max_length=10, default=ROUTE)
    method = models.CharField(max_length=20, blank=True, default="")
    crossing = models.CharField(max_length=10, blank=True, default="")
    length_m = models.PositiveIntegerField()
    points = models.TextField()

    objects = ExactQuerySet.as_manager()

    class Meta:
        constraints = [
            one_current("planning_route_once", "candidate_set", "key"),
            models.CheckConstraint(
                condition=Q(role=ROUTE, crossing="", method__in=["", *METHODS])
                | Q(role=OBSTACLE, method="", crossing__in=list(CROSSINGS)),
                name="planning_route_role",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.candidate_set_id}/{self.key}"


class PlanQuerySet(AppendOnlyQuerySet):
    def visible_to(self, user: Any) -> Self:
        """All plans for those who make or approve them; for others those with an approved phase."""
        if may(user, "planning.plan") or may(user, "planning.approve"):
            return self
        from tinhso.infrastructure.planning.models.works import APPROVED, Decision

        latest = Decision.objects.filter(phase=models.OuterRef("phase")).order_by("-id").values("id")[:1]
        held = Decision.objects.filter(verdict=APPROVED, id=models.Subquery(latest))
        return self.filter(pk__in=held.values("phase__result__run__plan"))


class Plan(AppendOnly):
    """A question as it was asked; it is never edited, only asked anew.

    `day`, `known_at`: the network, units and agencies as of the end of that day, as known then. `aim` all: the
    cheapest that serves everyone, its phases within the yearly budgets; most: the most people within `budget` đồng or
    the yearly budgets. `level`: of the agencies, empty for all. `span_id`: the span to go round (bypass).
    `time_limit_s`, `memory_mb`: limits of one search.
    """

    uid = models.UUIDField(unique=True, default=uuid.uuid4)
    title = models.CharField(max_length=200)
    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    question = models.CharField(max_length=10)
    protect = models.CharField(max_length=10, blank=True, default="")
    target = models.CharField(max_length=10)
    level = models.CharField(max_length=20, blank=True, default="")
    scope = models.CharField(max_length=60, blank=True, default="")
    day = models.DateField()
    known_at = models.DateTimeField()
    span_id = models.CharField(max_length=200, blank=True, default="")
    aim = models.CharField(max_length=10, default=ALL)
    budget = models.BigIntegerField(null=True)
    cost_model = models.ForeignKey(CostModel, on_delete=models.PROTECT, related_name="+")
    candidate_set = models.ForeignKey(CandidateSet, on_delete=models.PROTECT, related_name="+")
    seed = models.PositiveIntegerField(default=1)
    time_limit_s = models.PositiveIntegerField(default=60)
    memory_mb = models.PositiveIntegerField(default=2048)
    made_by = models.CharField(max_length=80)
    made_by_name = models.CharField(max_length=200)
    at = models.DateTimeField(default=timezone.now)

    objects = PlanQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        abstract = False
        ordering = ["-at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(question=COVER, protect="", span_id="")
                | Q(question=DOUBLE, protect__in=list(PROTECTIONS), span_id="")
                | Q(question=BYPASS, protect="") & ~Q(span_id=""),
                name="planning_plan_question",
            ),
            models.CheckConstraint(condition=Q(target__in=list(TARGETS)), name="planning_plan_target"),
            models.CheckConstraint(
                condition=Q(aim=ALL, budget=None) | Q(aim=MOST) & (Q(budget=None) | Q(budget__gt=0)),
                name="planning_plan_budget",
            ),
            models.CheckConstraint(condition=Q(time_limit_s__range=(1, 3600)), name="planning_plan_time"),
            models.CheckConstraint(condition=Q(memory_mb__range=(256, 65536)), name="planning_plan_memory"),
        ]

    def __str__(self) -> str:
        return self.title


class YearBudget(AppendOnly):
    """What may be spent in a year of the plan, in đồng; without any, the plan is one phase."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="years")
    year = models.PositiveSmallIntegerField()
    dong = models.BigIntegerField()

    class Meta(AppendOnly.Meta):
        abstract = False
        ordering = ["year"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "year"], name="planning_year_once"),
            models.CheckConstraint(condition=Q(dong__gt=0), name="planning_year_positive"),
        ]


class PlanRun(models.Model):
    """One search for the answer. `problem`: all the search is given, as JSON, so that it can be repeated or resumed.

    `best`: the candidate edges of the best plan so far (JSON list of numbers), from which a run that was killed goes
    on. `attempts`: how often a worker took it up. `reason`: why it failed, for the reader.
    """

    uid = models.UUIDField(unique=True, default=uuid.uuid4)
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="runs")
    state = models.CharField(max_length=10, default=QUEUED)
    reason_code = models.CharField(max_length=40, blank=True, default="")
    reason = models.CharField(max_length=2000, blank=True, default="")
    queued_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    cancel_asked_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.TextField(blank=True, default="")
    problem_sha256 = models.CharField(max_length=64, blank=True, default="")
    best = models.TextField(blank=True, default="")
    actor_code = models.CharField(max_length=80)
    actor_name = models.CharField(max_length=200)

    class Meta:
        ordering = ["-queued_at"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=list(STATES)), name="planning_run_state"),
            models.UniqueConstraint(
                fields=["plan"], condition=Q(state__in=OPEN_STATES), name="planning_run_one_open_a_plan"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.state}"


class Progress(AppendOnly):
    """A better plan or a better bound: cost and bound in đồng, the gap in millionths of the cost, after so many ms."""

    run = models.ForeignKey(PlanRun, on_delete=models.PROTECT, related_name="progress")
    number = models.PositiveIntegerField()
    at = models.DateTimeField(default=timezone.now)
    after_ms = models.PositiveIntegerField()
    cost = models.BigIntegerField(null=True)
    bound = models.BigIntegerField(null=True)
    gap_ppm = models.PositiveIntegerField(null=True)
    value = models.BigIntegerField(null=True)

    class Meta(AppendOnly.Meta):
        abstract = False
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="planning_progress_once")]

    @property
    def seconds(self) -> str:
        """Seconds since the start, to a tenth."""
        return number_format(Decimal(self.after_ms // 100) / 10, 1)
