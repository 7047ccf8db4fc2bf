"""What everyone may know of a network on a day: counts, lengths, phases and how complete its data are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from tinhso.infrastructure.network.models import PHASE, STATUSES, Network, Node, Reading, Record, Span


@dataclass(frozen=True)
class StatusCount:
    """Nodes and spans of one status; `length_m` metres."""

    status: str
    title: str
    nodes: int
    spans: int
    length_m: int


@dataclass(frozen=True)
class PhaseCount:
    """Spans of one phase; the phase without id holds those that name none."""

    id: str
    name: str
    spans: int
    operational: int
    length_m: int


@dataclass(frozen=True)
class Completeness:
    """How many elements state a fact, of how many."""

    key: str
    stated: int
    of: int


@dataclass(frozen=True)
class Summary:
    """A network at the end of a day, as known at a moment."""

    nodes: int
    spans: int
    length_m: int
    statuses: list[StatusCount]
    phases: list[PhaseCount]
    completeness: list[Completeness]


def summary(network: Network, day: date, known_at: datetime | None = None) -> Summary:
    """Counts of a network in five statements, whatever its size."""
    nodes = Node.objects.filter(network=network).as_of(day, known_at)
    spans = Span.objects.filter(network=network).as_of(day, known_at)
    node_counts = dict(nodes.values_list("status").annotate(Count("id")))
    span_counts = {
        status: (count, metres or 0)
        for status, count, metres in spans.values_list("status").annotate(Count("id"), Sum("length_m"))
    }
    statuses = [
        StatusCount(code, str(title), node_counts.get(code, 0), *span_counts.get(code, (0, 0)))
        for code, title in STATUSES.items()
        if code in node_counts or code in span_counts
    ]
    return Summary(
        nodes=sum(node_counts.values()),
        spans=sum(count for count, _metres in span_counts.values()),
        length_m=sum(metres for _count, metres in span_counts.values()),
        statuses=statuses,
        phases=_phases(network, spans, day, known_at),
        completeness=_completeness(nodes, spans),
    )


def _phases(network: Network, spans: QuerySet, day: date, known_at: datetime | None) -> list[PhaseCount]:
    records = Record.objects.filter(network=network, kind=PHASE).as_of(day, known_at)
    names = dict(records.values_list("element_id", "name"))
    counted = spans.values_list("phase_id").annotate(
        spans=Count("id"), operational=Count("id", filter=Q(status="operational")), metres=Sum("length_m")
    )
    found = [
        PhaseCount(phase, names.get(phase, ""), count, operational, metres or 0)
        for phase, count, operational, metres in counted
    ]
    return sorted(found, key=lambda phase: (phase.id == "", phase.name, phase.id))


def _completeness(nodes: QuerySet, spans: QuerySet) -> list[Completeness]:
    of_nodes = nodes.aggregate(
        all=Count("id"),
        location=Count("id", filter=Q(lat_e7__isnull=False)),
        status=Count("id", filter=~Q(status="unknown")),
        unit=Count("id", filter=~Q(unit_code="")),
    )
    of_spans = spans.aggregate(
        all=Count("id"),
        ends=Count("id", filter=~Q(start_id="") & ~Q(end_id="")),
        status=Count("id", filter=~Q(status="unknown")),
        length=Count("id", filter=Q(length_basis="fibreLength")),
        route=Count("id", filter=Q(length_basis__in=("fibreLength", "route"))),
        medium=Count("id", filter=~Q(medium="")),
        ready=Count("id", filter=Q(ready_on__isnull=False)),
        phase=Count("id", filter=~Q(phase_id="")),
    )
    return [
        Completeness(f"{kind}.{key}", counts[key], counts["all"])
        for kind, counts in (("node", of_nodes), ("span", of_spans))
        for key in counts
        if key != "all"
    ]


def listed(user: Any) -> list[tuple[Network, Reading]]:
    """Networks the reader may see that have been read, each with its latest reading, by name."""
    last: dict[int, Reading] = {}
    for reading in Reading.objects.known_at().order_by("valid_from"):
        last[reading.network_id] = reading
    found = Network.objects.visible_to(user).filter(pk__in=last)
    return [(network, last[network.pk]) for network in found]


def readings(network: Network, known_at: datetime | None = None) -> QuerySet[Reading]:
    """The readings of a network, the latest day first."""
    return Reading.objects.filter(network=network).known_at(known_at).order_by("-valid_from", "-recorded_at")
