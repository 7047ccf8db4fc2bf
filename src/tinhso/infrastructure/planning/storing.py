"""A verified answer becomes rows: phases, spans, nodes, and who gains by what. Called inside a command."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from tinhso.foundation import canonical
from tinhso.infrastructure.network.coverage import units_day
from tinhso.infrastructure.planning.models import Gain, PlannedNode, PlannedPhase, PlannedSpan, PlanResult, PlanRun
from tinhso.infrastructure.planning.models.costs import YEAR
from tinhso.places.models import code_of
from tinhso.places.queries import locate

Told = Mapping[str, Any]
SPAN_FACTS = ("method", "cost", "sites", "junctions")


class _Places:
    """What the numbers of a problem stand for: nodes of the network, places to build, junctions of roads."""

    def __init__(self, run: PlanRun, told: Told) -> None:
        problem = json.loads(run.problem)
        self.about = problem["about"]
        self.where = problem["places"]
        self.junctions = {int(number): point for number, point in told["junctions"].items()}
        self.prefix = prefix(run)
        used = {span[end] for phase in told["phases"] for span in phase["spans"] for end in ("a", "b")}
        plan = run.plan
        day = units_day(plan.scope, plan.day) if plan.scope else plan.day
        known = [(number, point) for number in sorted(used) if (point := self.point(number))]
        found = locate([(lat, lon) for _number, (lat, lon) in known], day, plan.known_at)
        self.units = {
            number: code_of(where.uid) if where.uid else ""
            for (number, _point), where in zip(known, found, strict=True)
        }

    def point(self, number: int) -> list[int] | None:
        return self.junctions[number] if number in self.junctions else self.where[number]

    def stands(self, number: int) -> bool:
        return number < len(self.about["nodes"])

    def node_id(self, number: int) -> str:
        return self.about["nodes"][number] if self.stands(number) else f"{self.prefix}-n{number}"

    def node(self, phase: PlannedPhase, number: int) -> PlannedNode:
        lat, lon = self.point(number) or (0, 0)
        made = PlannedNode(phase=phase, node_id=self.node_id(number), kind="junction", lat_e7=lat, lon_e7=lon)
        if number not in self.junctions:
            about = self.about["fresh"][number - len(self.about["nodes"])]
            made.kind, made.name = "site", about["name"][:300]
            made.unit_code, made.agency_uid = about["unit"], about["agency"]
        return made


def prefix(run: PlanRun) -> str:
    """What the identifiers of a run's elements begin with, in the plan and later in the network."""
    return f"p{run.uid.hex[:10]}"


def store(run: PlanRun, told: Told) -> PlanResult:
    """The rows of a plan that its verifier confirmed (the event "done" of solvers.planner)."""
    places = _Places(run, told)
    result = PlanResult.objects.create(
        run=run,
        metres=sum(span["metres"] for phase in told["phases"] for span in phase["spans"]),
        checks=canonical.dumps(told["checks"]).decode(),
        **{
            name: told[name]
            for name in (
                "cost",
                "bound",
                "value",
                "value_bound",
                "gap_ppm",
                "proven",
                "solved",
                "sites",
                "served_before",
                "served_after",
                "edges",
                "edges_sha256",
            )
        },
    )
    years: list[Any] = list(run.plan.years.all())
    factors = run.plan.cost_model.prices()[YEAR]
    gains = _Gains(places.about, json.loads(run.problem)["sites"], told)
    built: set[int] = set()
    for number, given in enumerate(told["phases"], 1):
        year = years[number - 1] if number <= len(years) and given["paid"] else None
        gain = gains.of(given["won"])
        if not given["spans"] and not gain:
            continue
        cost = sum(span["cost"] for span in given["spans"])
        phase = PlannedPhase.objects.create(
            result=result,
            number=number,
            year=year.year if year else None,
            budget=year.dong if year else run.plan.budget,
            cost=-(-cost * (factors.get(str(year.year), 1000) if year else 1000) // 1000),
            metres=sum(span["metres"] for span in given["spans"]),
            spans=len(given["spans"]),
            units=sum(kind == "unit" for kind, _key, _people in gain),
            agencies=sum(kind == "agency" for kind, _key, _people in gain),
            people=gains.people(given["won"]),
        )
        _elements(places, phase, given["spans"], built)
        Gain.objects.bulk_create(Gain(phase=phase, kind=kind, key=key, people=people) for kind, key, people in gain)
    return result


def _elements(places: _Places, phase: PlannedPhase, spans: Iterable[Told], built: set[int]) -> None:
    rows, nodes = [], []
    for span in spans:
        for number in (span["a"], span["b"]):
            if not places.stands(number) and number not in built:
                built.add(number)
                nodes.append(places.node(phase, number))
        rivers, roads, rails = span["crossed"]
        rows.append(
            PlannedSpan(
                phase=phase,
                span_id=f"{places.prefix}-s{span['candidate']}",
                start_id=places.node_id(span["a"]),
                end_id=places.node_id(span["b"]),
                start_unit=places.units.get(span["a"], ""),
                end_unit=places.units.get(span["b"], ""),
                length_m=span["metres"],
                rivers=rivers,
                roads=roads,
                rails=rails,
                points=json.dumps(span["points"], separators=(",", ":")),
                **{name: span[name] for name in SPAN_FACTS},
            )
        )
    PlannedNode.objects.bulk_create(nodes, batch_size=2000)
    PlannedSpan.objects.bulk_create(rows, batch_size=2000)


class _Gains:
    """Units and agencies as phases win their sites: a unit is won with the last of its parts."""

    def __init__(self, about: Told, sites: Iterable[Told], told: Told) -> None:
        self.counted: dict[str, int] = about["people"]
        won = {key for phase in told["phases"] for key in phase["won"]}
        waiting = won | set(told["unserved"])
        self.missing: dict[str, set[str]] = defaultdict(set)
        for site in sites:
            if site["key"] in waiting:
                self.missing[_whole(site["key"])].add(site["key"])

    def of(self, keys: Iterable[str]) -> list[tuple[str, str, int | None]]:
        """Kind, code and people of those completed by these sites."""
        won: dict[str, list[str]] = defaultdict(list)
        for key in keys:
            won[_whole(key)].append(key)
        found = []
        for whole, sites in sorted(won.items()):
            self.missing[whole] -= set(sites)
            if not self.missing[whole]:
                kind, _colon, code = whole.partition(":")
                found.append((kind, code, self.people(sites) if kind == "unit" else None))
        return found

    def people(self, keys: Iterable[str]) -> int:
        return sum(self.counted.get(key, 0) for key in keys)


def _whole(key: str) -> str:
    """unit:13705/13705@2020-01-01 → unit:13705; others are whole already."""
    return key.partition("/")[0] if key.startswith("unit:") else key
