"""What engineers record about failure: which elements fail together, and how often and how long each fails."""

from __future__ import annotations

import json

from django.db import models
from django.db.models import Q

from tinhso.foundation.text import Text
from tinhso.foundation.versioned import Versioned, interval_ordered, one_current
from tinhso.infrastructure.network.models import Network
from tinhso.infrastructure.network.querysets import ElementQuerySet

RISKS = {
    "duct": Text("Chung cống, bể cáp", "Shared duct"),
    "bridge": Text("Chung cầu", "Shared bridge"),
    "pole_line": Text("Chung tuyến cột", "Shared pole line"),
    "power": Text("Chung nguồn điện", "Shared power"),
    "other": Text("Khác", "Other"),
}
SPAN, DEPLOYMENT, MEDIUM, SPANS, NODE, NODE_TYPE, NODES = (
    "span",
    "deployment",
    "medium",
    "spans",
    "node",
    "node_type",
    "nodes",
)
TARGETS = {
    SPAN: Text("Một đoạn cáp", "One span"),
    DEPLOYMENT: Text("Đoạn cáp theo cách lắp đặt", "Spans of a deployment"),
    MEDIUM: Text("Đoạn cáp theo môi trường truyền", "Spans of a medium"),
    SPANS: Text("Mọi đoạn cáp", "All spans"),
    NODE: Text("Một nút", "One node"),
    NODE_TYPE: Text("Nút theo loại", "Nodes of a type"),
    NODES: Text("Mọi nút", "All nodes"),
}
ELEMENTS = (SPAN, NODE)


class Recorded(Versioned):
    """Who recorded a version, by code and name, and on what basis."""

    source = models.CharField(max_length=300)
    recorded_by = models.CharField(max_length=80)
    recorded_by_name = models.CharField(max_length=200)

    objects = ElementQuerySet.as_manager()

    class Meta:
        abstract = True


class SharedRiskGroup(Recorded):
    """Spans and nodes of one network that one event takes down together (shared risk link group, RFC 4202 §2.3).

    `spans`, `nodes`: canonical JSON lists of element identifiers, sorted. `code` names the group through its versions.
    """

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=60)
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=[(code, text.vi) for code, text in RISKS.items()])
    spans = models.TextField(default="[]")
    nodes = models.TextField(default="[]")

    class Meta:
        constraints = [
            one_current("resilience_group_once", "network", "code", "valid_from"),
            interval_ordered("resilience_group_interval"),
            models.CheckConstraint(condition=Q(kind__in=list(RISKS)), name="resilience_group_kind"),
            models.CheckConstraint(condition=~Q(spans="[]", nodes="[]"), name="resilience_group_not_empty"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"

    @property
    def span_ids(self) -> list[str]:
        return json.loads(self.spans)

    @property
    def node_ids(self) -> list[str]:
        return json.loads(self.nodes)

    @property
    def kind_title(self) -> Text:
        return RISKS[self.kind]


class Reliability(Recorded):
    """Mean time between failures and mean time to repair of an element, or of all elements of a sort.

    `network` None: for every network, and then never for one element. `subject`: the element's identifier, or a code
    of `deployment`, `transmissionMedium` or node `type`; empty where `target` is all spans or all nodes. `per_km`: the
    failures are those of one kilometre, so that a span of L km fails L times as often. The nearest fits: the element,
    then deployment, medium, all spans (or type, all nodes), each first for the network, then for every network.
    """

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+", null=True)
    target = models.CharField(max_length=12, choices=[(code, text.vi) for code, text in TARGETS.items()])
    subject = models.CharField(max_length=200, blank=True)
    mtbf_hours = models.PositiveIntegerField()
    mttr_minutes = models.PositiveIntegerField()
    per_km = models.BooleanField(default=False)

    class Meta:
        constraints = [
            one_current("resilience_reliability_once", "network", "target", "subject", "valid_from"),
            models.UniqueConstraint(
                fields=["target", "subject", "valid_from"],
                condition=Q(superseded_at=None, network=None),
                name="resilience_reliability_general_once",
            ),
            interval_ordered("resilience_reliability_interval"),
            models.CheckConstraint(condition=Q(target__in=list(TARGETS)), name="resilience_reliability_target"),
            models.CheckConstraint(condition=Q(mtbf_hours__gt=0), name="resilience_reliability_fails"),
            models.CheckConstraint(
                condition=~Q(target__in=ELEMENTS, network=None), name="resilience_reliability_of_network"
            ),
            models.CheckConstraint(
                condition=Q(target__in=(SPANS, NODES), subject="") | (~Q(target__in=(SPANS, NODES)) & ~Q(subject="")),
                name="resilience_reliability_subject",
            ),
            models.CheckConstraint(
                condition=Q(per_km=False) | Q(target__in=(SPAN, DEPLOYMENT, MEDIUM, SPANS)),
                name="resilience_reliability_length",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.target} {self.subject}".strip()

    @property
    def target_title(self) -> Text:
        return TARGETS[self.target]
