"""What building costs: prices as data, each version kept with the source it rests on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

from django.db import models
from django.db.models import Q

from tinhso.foundation.append_only import AppendOnly
from tinhso.foundation.text import Text
from tinhso.foundation.versioned import Versioned, VersionedQuerySet, one_current


@dataclass(frozen=True)
class Method:
    """A way of laying cable: its name, and how the Open Fibre Data Standard calls it and its support."""

    title: Text
    deployment: str
    support: str


METHODS = {
    "aerial": Method(Text("Treo trên cột", "Aerial, on poles"), "aboveGround", "utilityPoles"),
    "buried": Method(Text("Chôn trực tiếp", "Direct buried"), "belowGround", "directBuried"),
    "ducted": Method(Text("Luồn trong cống bể có sẵn", "In existing ducts"), "belowGround", "ducts"),
    "newDuct": Method(Text("Xây cống bể mới", "In new ducts"), "belowGround", "ducts"),
    "underwater": Method(Text("Dưới nước", "Underwater"), "belowGround", ""),
}
CROSSINGS = {
    "river": Text("Vượt sông", "River crossing"),
    "road": Text("Vượt quốc lộ", "Main road crossing"),
    "rail": Text("Vượt đường sắt", "Railway crossing"),
}
# Charged at each end of a new span, so that the cost of a plan is the sum over its spans.
NODES = {
    "site": Text("Đầu nối tại trạm", "Span end at a place or network node"),
    "junction": Text("Đầu nối tại điểm rẽ", "Span end at a branching point"),
}
METHOD, NODE, CROSSING, YEAR = "method", "node", "crossing", "year"
KINDS = (METHOD, NODE, CROSSING, YEAR)
# Above any real price by far, and far below what the columns and the solvers' integers hold.
MOST_DONG = 10**13


class CostModelQuerySet(VersionedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Prices that plans rest on are everybody's to check."""
        return self


class CostModel(Versioned):
    """One version of a price list. Plans name the version they were made with.

    `detour_permille`: how much longer a route is than the straight line where no road is known (1000: not at all).
    `valid_from`: the day its prices are of.
    """

    code = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    source = models.CharField(max_length=1000)
    method = models.CharField(max_length=20)
    detour_permille = models.PositiveIntegerField(default=1300)
    demonstration = models.BooleanField(default=False)
    made_by = models.CharField(max_length=80)
    made_by_name = models.CharField(max_length=200)

    objects = CostModelQuerySet.as_manager()

    class Meta:
        ordering = ["title", "-recorded_at"]
        constraints = [
            one_current("planning_cost_once", "code"),
            models.CheckConstraint(condition=Q(method__in=list(METHODS)), name="planning_cost_method"),
            models.CheckConstraint(condition=Q(detour_permille__range=(1000, 5000)), name="planning_cost_detour"),
        ]

    def __str__(self) -> str:
        return self.title

    def prices(self) -> dict[str, dict[str, int]]:
        """By kind and item: đồng per km (method), đồng (node, crossing), permille of the base (year)."""
        found: dict[str, dict[str, int]] = {kind: {} for kind in KINDS}
        for item in self.items.all():
            found[item.kind][item.item] = item.value
        return found


class CostItem(AppendOnly):
    """One price of one version: đồng per km of a method, đồng per node or crossing, permille of the base in a year."""

    cost_model = models.ForeignKey(CostModel, on_delete=models.PROTECT, related_name="items")
    kind = models.CharField(max_length=10)
    item = models.CharField(max_length=20)
    value = models.BigIntegerField()

    class Meta(AppendOnly.Meta):
        abstract = False
        ordering = ["kind", "item"]
        constraints = [
            models.UniqueConstraint(fields=["cost_model", "kind", "item"], name="planning_price_once"),
            models.CheckConstraint(condition=Q(kind__in=KINDS), name="planning_price_kind"),
            models.CheckConstraint(condition=Q(value__range=(0, MOST_DONG)), name="planning_price_range"),
        ]
