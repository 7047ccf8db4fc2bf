"""The fibre network as tables: what an Open Fibre Data Standard (OFDS) file says, with both clocks.

Every element keeps its JSON as compact text, number tokens unchanged, so that what came in can be given back; the
columns beside it are derived from that text by `ofds.columns` and serve queries.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from tinhso.foundation.text import Text
from tinhso.foundation.versioned import Versioned, interval_ordered, one_current
from tinhso.infrastructure.network.querysets import ElementQuerySet, NetworkQuerySet

UNKNOWN = "unknown"
STATUSES = {
    "proposed": Text("Đề xuất", "Proposed"),
    "planned": Text("Đã lên kế hoạch", "Planned"),
    "underConstruction": Text("Đang thi công", "Under construction"),
    "inactive": Text("Chưa hoạt động", "Inactive"),
    "operational": Text("Đang hoạt động", "Operational"),
    "decommissioned": Text("Đã dừng", "Decommissioned"),
    UNKNOWN: Text("Không rõ", "Unknown"),
}
HEAD, PHASE, ORGANISATION, CONTRACT, WAYLEAVE, ORDER = (
    "network",
    "phase",
    "organisation",
    "contract",
    "wayleave",
    "order",
)
RECORD_KINDS = (HEAD, PHASE, ORGANISATION, CONTRACT, WAYLEAVE, ORDER)
KNOWN_STATUS = Q(status__in=list(STATUSES))


class Network(models.Model):
    """One network by its UUID. `name` and `operator` are as last read; history is in its readings.

    `demonstration` networks are designed by the program itself and must be labelled wherever they are shown.
    A network out of use is one whose last reading holds nothing; what it was can still be read back.
    """

    uuid = models.UUIDField(unique=True)
    name = models.CharField(max_length=300)
    operator = models.CharField(max_length=300, blank=True, default="")
    demonstration = models.BooleanField(default=False)

    objects = NetworkQuerySet.as_manager()

    class Meta:
        ordering = ["name", "uuid"]

    def __str__(self) -> str:
        return self.name


class Element(Versioned):
    """What every part of a network has: its network, its identifier in the file, its JSON text."""

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    element_id = models.CharField(max_length=200)
    data = models.TextField()

    objects = ElementQuerySet.as_manager()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self._meta.model_name} {self.element_id}"


class Node(Element):
    """A point of the network. Coordinates are 1e-7 degree (WGS 84), None where the file gives none.

    `unit_code` is the administrative unit the file names explicitly (extension field `unitCode`), or empty.
    """

    name = models.CharField(max_length=300, blank=True, default="")
    status = models.CharField(max_length=20, default=UNKNOWN)
    lat_e7 = models.IntegerField(null=True)
    lon_e7 = models.IntegerField(null=True)
    unit_code = models.CharField(max_length=20, blank=True, default="")
    phase_id = models.CharField(max_length=200, blank=True, default="")
    access_point = models.BooleanField(null=True)
    power = models.BooleanField(null=True)

    class Meta:
        constraints = [
            one_current("infrastructure_node_once", "network", "element_id", "valid_from"),
            interval_ordered("infrastructure_node_interval"),
            models.CheckConstraint(condition=KNOWN_STATUS, name="infrastructure_node_status"),
            models.CheckConstraint(
                condition=Q(lat_e7=None, lon_e7=None)
                | Q(lat_e7__range=(-900_000_000, 900_000_000), lon_e7__range=(-1_800_000_000, 1_800_000_000)),
                name="infrastructure_node_on_earth",
            ),
        ]


class Span(Element):
    """A cable route between two nodes of the same network.

    `length_m` metres: from `fibreLength` (kilometres in the standard), else along `route`, else straight between its
    nodes; `length_basis` says which ("fibreLength", "route", "straight") or is empty where none is known.
    `medium`: codes of `transmissionMedium`, sorted, joined by commas; empty where the file does not say.
    """

    name = models.CharField(max_length=300, blank=True, default="")
    start_id = models.CharField(max_length=200, blank=True, default="")
    end_id = models.CharField(max_length=200, blank=True, default="")
    status = models.CharField(max_length=20, default=UNKNOWN)
    length_m = models.PositiveIntegerField(null=True)
    length_basis = models.CharField(max_length=12, blank=True, default="")
    phase_id = models.CharField(max_length=200, blank=True, default="")
    ready_on = models.DateField(null=True)
    medium = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        constraints = [
            one_current("infrastructure_span_once", "network", "element_id", "valid_from"),
            interval_ordered("infrastructure_span_interval"),
            models.CheckConstraint(condition=KNOWN_STATUS, name="infrastructure_span_status"),
        ]


class Record(Element):
    """The rest of a network: its head (all fields that are not lists of elements), phases, organisations, contracts,
    wayleaves, and per list of elements the order of its identifiers (kind `order`)."""

    kind = models.CharField(max_length=20)
    name = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = [
            one_current("infrastructure_record_once", "network", "kind", "element_id", "valid_from"),
            interval_ordered("infrastructure_record_interval"),
            models.CheckConstraint(condition=Q(kind__in=RECORD_KINDS), name="infrastructure_record_kind"),
        ]


class Reading(Versioned):
    """A network read from a file: its state on `valid_from` as the file says. `valid_to` stays empty; the state holds
    until the next reading. Undoing the import supersedes it."""

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="readings")
    name = models.CharField(max_length=300)
    operator = models.CharField(max_length=300, blank=True, default="")
    source_name = models.CharField(max_length=255)
    source_sha256 = models.CharField(max_length=64)
    nodes = models.PositiveIntegerField()
    spans = models.PositiveIntegerField()
    findings = models.TextField(default="[]")  # canonical JSON: repairs made and warnings, each with its place

    objects = ElementQuerySet.as_manager()

    class Meta:
        constraints = [one_current("infrastructure_reading_once", "network", "valid_from")]

    def __str__(self) -> str:
        return f"{self.source_name} ({self.valid_from})"


class AgencyConnection(Versioned):
    """An agency's building served by a node: what "the agency is on fibre" rests on. `basis` says how it is known."""

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    node_id = models.CharField(max_length=200)
    agency_uid = models.CharField(max_length=80, db_index=True)
    basis = models.CharField(max_length=300)

    objects = ElementQuerySet.as_manager()

    class Meta:
        constraints = [
            one_current("infrastructure_agency_once", "network", "agency_uid", "node_id", "valid_from"),
            interval_ordered("infrastructure_agency_interval"),
        ]

    def __str__(self) -> str:
        return f"{self.agency_uid} – {self.node_id}"


class CoreChoice(Versioned):
    """Which nodes the operator calls the core, from a day on. Without a choice in force there is no core.

    `nodes`: canonical JSON list of element identifiers, sorted; empty where the choice was withdrawn from that day on.
    """

    network = models.ForeignKey(Network, on_delete=models.PROTECT, related_name="+")
    nodes = models.TextField()
    reason = models.CharField(max_length=500)
    chosen_by = models.CharField(max_length=80)
    chosen_by_name = models.CharField(max_length=200)

    objects = ElementQuerySet.as_manager()

    class Meta:
        constraints = [
            one_current("infrastructure_core_once", "network", "valid_from"),
            interval_ordered("infrastructure_core_interval"),
        ]

    @property
    def withdrawn(self) -> bool:
        """Whether this row says that from its day on there is no core."""
        return self.nodes == "[]"
