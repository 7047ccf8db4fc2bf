"""From a question to the problem a solver is given: the network then, who is to be served, where cable may run."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from tinhso.foundation.errors import Invalid
from tinhso.identity.queries import agencies_in
from tinhso.infrastructure.network.coverage import units_day
from tinhso.infrastructure.network.queries import NetworkAt, SpanAt, network_at
from tinhso.infrastructure.planning.models import CandidateRoute, Plan
from tinhso.infrastructure.planning.models.costs import CROSSING, METHOD, NODE, YEAR
from tinhso.infrastructure.planning.models.plans import (
    BYPASS,
    GENERATED,
    NODES,
    OBSTACLE,
    UNITS,
)
from tinhso.infrastructure.resilience.gathered import AGENCY, UNIT, Service, gathered
from tinhso.places.queries import parts_of, points, populations
from tinhso.places.scopes import units_in
from tinhso.places.state import snapshot

# What is being built will stand before a plan made today is built.
STANDING = ("operational", "underConstruction")
Problem = dict[str, Any]


@dataclass
class Sites:
    """Who is to be served. `fresh`: places to be built for those that have none, with what is known of them.
    `unplaced`: names of those that can be put nowhere."""

    sites: list[Problem] = field(default_factory=list)
    fresh: list[Problem] = field(default_factory=list)
    unplaced: list[str] = field(default_factory=list)
    people: dict[str, int] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)


def problem_of(plan: Plan, years: Sequence[tuple[int, int]]) -> Problem:
    """The problem as solvers.planner takes it; `about` (which it passes over) says what the numbers stand for.

    `years`: budgets in đồng by year. The plan need not be recorded yet.

    Invalid where the question cannot be asked: no core, nobody to serve, no routes.
    """
    state = network_at(plan.network, plan.day, plan.known_at)
    if not state.core:
        raise Invalid(
            _("Ngày %(day)s mạng này không có nút lõi nào đang hoạt động.") % {"day": f"{plan.day:%d/%m/%Y}"},
            place="network",
            mend=_("Chọn lõi ở trang của mạng, hoặc nhập tình trạng mới của các nút đã chọn."),
        )
    standing = [span for span in state.spans if span.status in STANDING and span.start_id and span.end_id]
    if plan.question == BYPASS and plan.span_id not in {span.id for span in standing}:
        raise Invalid(
            _("Ngày %(day)s mạng không có đoạn cáp “%(span)s” đang dùng.")
            % {"day": f"{plan.day:%d/%m/%Y}", "span": plan.span_id},
            place="span_id",
            mend=_("Chọn đoạn cáp ở trang sức chống chịu."),
        )
    ids = {node.id: number for number, node in enumerate(state.nodes)}
    for name in [end for span in standing for end in (span.start_id, span.end_id)] + list(state.core):
        ids.setdefault(name, len(ids))
    wanted = _sites(plan, state, standing, ids)
    if wanted.unplaced:
        raise Invalid(
            _("Không rõ vị trí của: %(names)s.") % {"names": ", ".join(wanted.unplaced[:10])},
            place="scope",
            mend=_("Nạp tọa độ của các đơn vị này, hoặc chọn phạm vi khác."),
        )
    if not wanted.sites:
        raise Invalid(_("Không có nơi nào để phục vụ trong câu hỏi này."), place="target", mend=_("Chọn phạm vi khác."))
    where: list[list[int] | None] = [None] * len(ids)
    for node in state.nodes:
        if node.lat_e7 is not None and node.lon_e7 is not None:
            where[ids[node.id]] = [node.lat_e7, node.lon_e7]
    prices = plan.cost_model.prices()
    kept = [span for span in standing if plan.question != BYPASS or span.id != plan.span_id]
    return {
        "need": plan.protect or "reach",
        "aim": plan.aim,
        "budgets": budgets(plan.budget, years, prices[YEAR]),
        "places": where + [place["point"] for place in wanted.fresh],
        "fresh": list(range(len(ids), len(ids) + len(wanted.fresh))),
        "existing": [[ids[span.start_id], ids[span.end_id]] for span in kept],
        "core": sorted(ids[name] for name in state.core),
        "sites": wanted.sites,
        **_candidates(plan),
        "prices": {kind: prices[kind] for kind in (METHOD, NODE, CROSSING)},
        "method": plan.cost_model.method,
        "detour_permille": plan.cost_model.detour_permille,
        "seed": plan.seed,
        "time_limit_s": plan.time_limit_s,
        "memory_mb": plan.memory_mb,
        "start": None,
        "search": True,
        "about": {"nodes": list(ids), "fresh": wanted.fresh, "people": wanted.people, "names": wanted.names},
    }


def budgets(whole: int | None, years: Sequence[tuple[int, int]], permille: Mapping[str, int]) -> list[int]:
    """Budgets at base prices: a year whose prices are 5% up buys as much as 1/1.05 of its money."""
    if whole is not None:
        return [whole]
    return [dong * 1000 // permille.get(str(year), 1000) for year, dong in sorted(years)]


def _candidates(plan: Plan) -> Problem:
    chosen = plan.candidate_set
    source = chosen.obstacles if chosen.kind == GENERATED else chosen
    rows = CandidateRoute.objects.known_at(plan.known_at).filter(candidate_set=source) if source else ()
    routes: list[Problem] = []
    obstacles: list[Problem] = []
    for row in sorted(rows, key=lambda row: row.key):
        line = json.loads(row.points)
        if row.role == OBSTACLE:
            obstacles.append({"crossing": row.crossing, "points": line})
        else:
            routes.append({"method": row.method, "metres": row.length_m, "points": line})
    if chosen.kind == GENERATED:
        return {"candidates": {"kind": GENERATED, "neighbours": chosen.neighbours}, "obstacles": obstacles}
    if not routes:
        raise Invalid(
            _("Tập ứng viên “%(name)s” không có tuyến nào.") % {"name": chosen.name},
            place="candidate_set",
            mend=_("Nhập tuyến vào tập, hoặc chọn tập khác."),
        )
    if unpriced := sorted({row["method"] for row in routes} - {"", *plan.cost_model.prices()[METHOD]}):
        raise Invalid(
            _("Bảng giá không có giá của: %(methods)s.") % {"methods": ", ".join(unpriced)},
            place="cost_model",
            mend=_("Thêm giá của các cách lắp đặt này."),
        )
    return {
        "candidates": {"kind": chosen.kind, "reach_m": chosen.reach_m, "routes": routes},
        "obstacles": obstacles,
    }


def _sites(plan: Plan, state: NetworkAt, standing: list[SpanAt], ids: dict[str, int]) -> Sites:
    found = Sites()
    if plan.target == NODES:
        for name, number in ids.items():
            found.sites.append({"key": f"node:{name}", "places": [number], "weight": 1})
    else:
        served = gathered(plan.network, plan.day, plan.known_at, plan.scope or None).services
        if plan.target == UNITS:
            _units(plan, [one for one in served if one.kind == UNIT], ids, found)
        else:
            _agencies(plan, [one for one in served if one.kind == AGENCY], ids, found)
    if plan.question == BYPASS:
        _only_behind(plan.span_id, standing, [ids[name] for name in state.core or ()], ids, found)
    return found


def _fresh(ids: dict[str, int], found: Sites, about: Problem) -> int:
    found.fresh.append(about)
    return len(ids) + len(found.fresh) - 1


def _units(plan: Plan, served: list[Service], ids: dict[str, int], found: Sites) -> None:
    """One site a part (first-generation unit), as the rules of coverage count; a part without a node gets a place."""
    day = units_day(plan.scope, plan.day)
    units = units_in(plan.scope, day, known_at=plan.known_at)
    parts = parts_of([unit.uid for unit in units], plan.known_at)
    nodes = {(one.code, one.part): one.nodes for one in served}
    every = [part.uid for listed in parts.values() for part in listed]
    at, people = points(every, plan.known_at), populations(every, plan.known_at)
    current = snapshot(day, plan.known_at).by_code
    for unit in units:
        for part in parts[unit.uid]:
            if not part.resolved:
                continue
            key = f"unit:{unit.code}/{part.uid}"
            persons = people[part.uid].persons if part.uid in people else None
            if known := nodes.get((unit.code, part.uid)):
                places = [ids[name] for name in known if name in ids]
            elif part.uid in at:
                code = part.code if part.code in current and current[part.code].uid == part.uid else ""
                about = {"point": list(at[part.uid]), "unit": code, "agency": "", "name": part.name}
                places = [_fresh(ids, found, about)]
            else:
                found.unplaced.append(part.name)
                continue
            found.sites.append({"key": key, "places": places, "weight": max(persons or 1, 1)})
            found.people[key] = persons or 0
            found.names[key] = part.name


def _agencies(plan: Plan, served: list[Service], ids: dict[str, int], found: Sites) -> None:
    """One site an agency; one without a line gets a place at the point of the unit it sits in."""
    lines = {one.code: one.nodes for one in served}
    day = units_day(plan.scope, plan.day)
    agencies = [
        one for one in agencies_in(plan.scope, day, plan.level or None, plan.known_at) if one.kind != "operator"
    ]
    current = snapshot(day, plan.known_at).by_code
    seats = {agency.uid: current[agency.seat_unit_code].uid for agency in agencies if agency.seat_unit_code in current}
    at = points(set(seats.values()), plan.known_at)
    for agency in agencies:
        if known := lines.get(agency.uid):
            places = [ids[name] for name in known if name in ids]
        elif seats.get(agency.uid) in at:
            about = {"point": list(at[seats[agency.uid]]), "unit": agency.seat_unit_code, "name": agency.name}
            places = [_fresh(ids, found, {**about, "agency": agency.uid})]
        else:
            found.unplaced.append(agency.name)
            continue
        found.sites.append({"key": f"agency:{agency.uid}", "places": places, "weight": 1})
        found.names[f"agency:{agency.uid}"] = agency.name


def _only_behind(span_id: str, standing: list[SpanAt], core: list[int], ids: dict[str, int], found: Sites) -> None:
    """Keep the sites that lose the core with a span."""
    before = _reached(standing, core, ids)
    after = _reached([span for span in standing if span.id != span_id], core, ids)
    found.sites = [
        site for site in found.sites if not before.isdisjoint(site["places"]) and after.isdisjoint(site["places"])
    ]
    found.fresh, found.unplaced = [], []
    kept = {site["key"] for site in found.sites}
    found.people = {key: people for key, people in found.people.items() if key in kept}
    if not found.sites:
        raise Invalid(
            _("Đứt đoạn cáp này không làm nơi nào mất đường về lõi."),
            place="span_id",
            mend=_("Chọn đoạn cáp khác, hoặc đối tượng khác."),
        )


def _reached(spans: Iterable[SpanAt], core: list[int], ids: dict[str, int]) -> set[int]:
    ways: dict[int, list[int]] = {}
    for span in spans:
        a, b = ids[span.start_id], ids[span.end_id]
        ways.setdefault(a, []).append(b)
        ways.setdefault(b, []).append(a)
    found, waiting = set(core), list(core)
    while waiting:
        for other in ways.get(waiting.pop(), ()):
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found
