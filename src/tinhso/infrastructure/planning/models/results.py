"""A plan that was found and checked: its phases, spans, nodes, and who gains by each phase."""

from __future__ import annotations

from typing import Any, Self

from django.db import models
from django.db.models import Q

from tinhso.foundation.access import may
from tinhso.foundation.append_only import AppendOnly, AppendOnlyQuerySet
from tinhso.infrastructure.network.querysets import EXACT
from tinhso.infrastructure.planning.models.costs import METHODS
from tinhso.infrastructure.planning.models.plans import PlanRun
from tinhso.infrastructure.planning.wording import km


class ExactRowQuerySet(AppendOnlyQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Planned cable lies as exactly as built cable: the engineer's to know."""
        return self if may(user, EXACT) else self.none()


class PlanResult(AppendOnly):
    """The plan a run ended with. `cost` and `bound` in đồng at base prices, the gap in millionths of the cost.

    Where the aim is people, `value` and `value_bound` count them (each for every year served), the gap is between
    those, and `bound` is None. `proven`: no better plan exists on these candidates. `solved`: which problem was solved.
    `edges`: how many candidates there were, `edges_sha256` exactly which. `checks`: what the verifier confirmed, JSON.
    """

    run = models.OneToOneField(PlanRun, on_delete=models.PROTECT, related_name="result")
    cost = models.BigIntegerField()
    bound = models.BigIntegerField(null=True)
    value = models.BigIntegerField(null=True)
    value_bound = models.BigIntegerField(null=True)
    gap_ppm = models.PositiveIntegerField()
    proven = models.BooleanField()
    solved = models.CharField(max_length=60)
    metres = models.BigIntegerField()
    sites = models.PositiveIntegerField()
    served_before = models.PositiveIntegerField()
    served_after = models.PositiveIntegerField()
    edges = models.PositiveIntegerField()
    edges_sha256 = models.CharField(max_length=64)
    checks = models.TextField()

    class Meta(AppendOnly.Meta):
        abstract = False
        constraints = [
            models.CheckConstraint(condition=Q(cost__gte=0), name="planning_result_not_negative"),
            models.CheckConstraint(
                condition=Q(bound=None) | Q(bound__gte=0, bound__lte=models.F("cost")), name="planning_result_bound"
            ),
        ]


class PlannedPhase(AppendOnly):
    """Work of one year (`year` None: not dated), `cost` in đồng at that year's prices.

    `units`, `agencies`, `people`: those that get what the plan asks for once this phase and all before it are built,
    and not before.
    """

    result = models.ForeignKey(PlanResult, on_delete=models.PROTECT, related_name="phases")
    number = models.PositiveSmallIntegerField()
    year = models.PositiveSmallIntegerField(null=True)
    budget = models.BigIntegerField(null=True)
    cost = models.BigIntegerField()
    metres = models.BigIntegerField()
    spans = models.PositiveIntegerField()
    units = models.PositiveIntegerField(default=0)
    agencies = models.PositiveIntegerField(default=0)
    people = models.BigIntegerField(default=0)

    class Meta(AppendOnly.Meta):
        abstract = False
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["result", "number"], name="planning_phase_once")]

    @property
    def km(self) -> str:
        """Kilometres of new cable, as text."""
        return km(self.metres)


class PlannedNode(AppendOnly):
    """A node to build: `kind` site (a unit's or agency's) or junction. Coordinates in 1e-7 degree."""

    phase = models.ForeignKey(PlannedPhase, on_delete=models.PROTECT, related_name="nodes")
    node_id = models.CharField(max_length=80)
    name = models.CharField(max_length=300, blank=True, default="")
    kind = models.CharField(max_length=10)
    lat_e7 = models.IntegerField()
    lon_e7 = models.IntegerField()
    unit_code = models.CharField(max_length=20, blank=True, default="")
    agency_uid = models.CharField(max_length=80, blank=True, default="")

    objects = ExactRowQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        abstract = False
        ordering = ["node_id"]
        constraints = [models.UniqueConstraint(fields=["phase", "node_id"], name="planning_node_once")]


class PlannedSpan(AppendOnly):
    """A span to build between two nodes, planned or in the network. `points`: JSON [lat, lon] in 1e-7 degree;
    `cost` in đồng at base prices: its length, what it crosses, and both its ends (`sites` at places and network nodes,
    `junctions` at branchings). `start_unit`, `end_unit`: the units it ends in, where known."""

    phase = models.ForeignKey(PlannedPhase, on_delete=models.PROTECT, related_name="built_spans")
    span_id = models.CharField(max_length=80)
    start_id = models.CharField(max_length=200)
    end_id = models.CharField(max_length=200)
    start_unit = models.CharField(max_length=20, blank=True, default="")
    end_unit = models.CharField(max_length=20, blank=True, default="")
    method = models.CharField(max_length=20)
    length_m = models.PositiveIntegerField()
    rivers = models.PositiveSmallIntegerField(default=0)
    roads = models.PositiveSmallIntegerField(default=0)
    rails = models.PositiveSmallIntegerField(default=0)
    sites = models.PositiveSmallIntegerField(default=0)
    junctions = models.PositiveSmallIntegerField(default=0)
    cost = models.BigIntegerField()
    points = models.TextField()

    objects = ExactRowQuerySet.as_manager()

    class Meta(AppendOnly.Meta):
        abstract = False
        ordering = ["span_id"]
        constraints = [
            models.UniqueConstraint(fields=["phase", "span_id"], name="planning_span_once"),
            models.CheckConstraint(condition=Q(method__in=list(METHODS)), name="planning_span_method"),
        ]


class Gain(AppendOnly):
    """A unit (`kind` unit, its code) or agency (its uid) that a phase is the first to serve, with its people."""

    phase = models.ForeignKey(PlannedPhase, on_delete=models.PROTECT, related_name="gains")
    kind = models.CharField(max_length=10)
    key = models.CharField(max_length=80)
    people = models.PositiveIntegerField(null=True)

    class Meta(AppendOnly.Meta):
        abstract = False
        ordering = ["kind", "key"]
        constraints = [models.UniqueConstraint(fields=["phase", "kind", "key"], name="planning_gain_once")]
