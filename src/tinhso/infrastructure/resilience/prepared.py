"""A network made ready for questions: kept in the process, and as arrays on disk that other processes map.

The key is all that an answer rests on: the network's version, the generation of units, the agencies in force, people.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tinhso.identity.models import Agency, AgencySuccession
from tinhso.infrastructure.graphs.kernels import Runner, plain
from tinhso.infrastructure.graphs.loss import Prepared, prepare
from tinhso.infrastructure.graphs.multigraph import Multigraph
from tinhso.infrastructure.graphs.rooted import Rooted
from tinhso.infrastructure.graphs.services import Services
from tinhso.infrastructure.network.coverage import default_scope, units_day
from tinhso.infrastructure.network.models import Network
from tinhso.infrastructure.network.situation import version
from tinhso.infrastructure.resilience import cache
from tinhso.infrastructure.resilience.gathered import AGENCY, UNIT, Service, gathered
from tinhso.places.models import Population, ScopeSegment, UnitLink
from tinhso.places.state import Stamp, generation, geometry_stamp, stamp_of

#: Changes with what a prepared network means, so that none kept on disk before is taken for one of now.
MEANING = "core in service"


@dataclass(frozen=True)
class PreparedNetwork:
    """A network at the end of a day with its services laid upon it.

    `loss` answers for weights "people", "agencies" and "parts"; services of `loss` and `services` are numbered alike.
    `lengths`: metres by span, -1 where not known. `whole`, `uncounted`: see `gathered.Gathered`.
    """

    network: Network
    loss: Prepared
    services: list[Service]
    lengths: NDArray[np.int64]
    whole: dict[str, int]
    uncounted: frozenset[str]

    @property
    def rooted(self) -> Rooted:
        return self.loss.rooted

    @property
    def graph(self) -> Multigraph:
        return self.loss.rooted.graph

    @property
    def has_core(self) -> bool:
        """Whether a core node is in service; without one nothing is known to be lost."""
        return len(self.rooted.core) > 0

    @cached_property
    def served(self) -> tuple[frozenset[str], frozenset[str]]:
        """Uids of the parts and of the agencies that reach the core when all works."""
        reached = [self.services[number] for number in np.flatnonzero(self.loss.reached).tolist()]
        return (
            frozenset(service.part for service in reached if service.kind == UNIT),
            frozenset(service.code for service in reached if service.kind == AGENCY),
        )

    @cached_property
    def parts(self) -> tuple[dict[str, str], dict[str, int]]:
        """By part uid, the code of its unit, and its people where they are counted apart (0 otherwise)."""
        units = [service for service in self.services if service.kind == UNIT]
        return {one.part: one.code for one in units}, {one.part: one.people for one in units}

    @cached_property
    def unit_services(self) -> dict[str, list[int]]:
        """By unit code, the numbers of its parts' services."""
        found: dict[str, list[int]] = {}
        for number, service in enumerate(self.services):
            if service.kind == UNIT:
                found.setdefault(service.code, []).append(number)
        return found


def prepared_for(network: Network, day: date, known_at: datetime | None = None, run: Runner = plain) -> PreparedNetwork:
    """A network at the end of a day, as known at a moment (default now). `run`: how kernels run when it has to be
    worked out; the worker gives compiled ones."""
    scope = default_scope() or ""
    units_on = generation(units_day(scope, day)) if scope else None
    turns = (version(day), units_on, _agency_turn(stamp_of(Agency, AgencySuccession), day))
    written = (stamp_of(Agency, AgencySuccession, Population, UnitLink, ScopeSegment), geometry_stamp())
    key = hashlib.sha256(repr((MEANING, network.uuid, scope, turns, known_at, written)).encode()).hexdigest()[:32]
    return _prepared(network, key, _Asked((day, known_at, scope, run)))


class _Asked(tuple):
    """What to read where nothing is kept; all of them equal, since the key says what the answer rests on."""

    def __hash__(self) -> int:
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Asked)


@lru_cache(maxsize=8)
def _prepared(network: Network, key: str, asked: _Asked) -> PreparedNetwork:
    found = cache.load(network.uuid, key)
    if found is not None:
        rooted, rest = found
    else:
        day, known_at, scope, run = asked
        rooted, rest = _read(network, day, known_at, scope, run)
        cache.save(network.uuid, key, rooted, rest)
    services = [Service(kind, code, part, tuple(nodes), people) for kind, code, part, nodes, people in rest["services"]]
    return PreparedNetwork(
        network,
        prepare(rooted, _laid(services)),
        services,
        np.array(rest["lengths"], np.int64),
        rest["whole"],
        frozenset(rest["uncounted"]),
    )


def _read(network: Network, day: date, known_at: datetime | None, scope: str, run: Runner) -> tuple[Rooted, Any]:
    read = gathered(network, day, known_at, scope)
    graph = Multigraph.build(read.nodes, ((span.id, span.start_id, span.end_id) for span in read.spans))
    number = graph.node_index
    rooted = Rooted.of(graph, [number[node] for node in read.core or ()], run)
    rest = {
        "services": [
            [service.kind, service.code, service.part, [number[node] for node in service.nodes], service.people]
            for service in read.services
        ],
        "lengths": [-1 if span.length_m is None else span.length_m for span in read.spans],
        "whole": read.whole,
        "uncounted": sorted(read.uncounted),
    }
    return rooted, rest


def _laid(services: list[Service]) -> Services:
    weights = {
        "people": [service.people for service in services],
        "agencies": [int(service.kind == AGENCY) for service in services],
        "parts": [int(service.kind == UNIT) for service in services],
    }
    return Services.build(range(len(services)), [service.nodes for service in services], weights)


@lru_cache(maxsize=8)
def _agency_days(stamp: Stamp) -> list[date]:
    days: set[date | None] = set()
    for model in (Agency, AgencySuccession):
        for pair in model.objects.values_list("valid_from", "valid_to").distinct():
            days.update(pair)
    return sorted(day for day in days if day)


def _agency_turn(stamp: Stamp, day: date) -> date:
    """The last day up to a day on which any agency changes."""
    days = _agency_days(stamp)
    place = bisect_right(days, day)
    return days[place - 1] if place else date.min
