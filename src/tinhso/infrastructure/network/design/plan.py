"""The demonstration network of a province: who is joined to whom, by what means, at what cost, and when.

The program designs it itself on the real points of the communes: a core of two nodes in the provincial city, a
backbone ring through the district seats, a ring in every district, spurs to the communes off it, and a short access
span to every agency. Budgets are spent in order of benefit, so the last communes wait until late 2020. Rates, budgets
and detours are assumptions of the demonstration, not facts about any operator.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from tinhso.infrastructure.network.design.geometry import Point, beside, draw, length, metres, route
from tinhso.infrastructure.network.design.rings import ring_with_spurs, tour

SEED = "tinhso-demonstration-1"
BEGIN, FIRST_SERVICE = date(2016, 1, 1), date(2016, 7, 1)
COMMUNES_DONE, AGENCIES_DONE = date(2020, 12, 18), date(2022, 6, 30)
YEARS = (2016, 2017, 2018, 2019, 2020)
BUDGET_SHARES = (10, 18, 23, 25, 24)
ON_RING_PERCENT = 62


@dataclass(frozen=True)
class Method:
    """How a cable is laid: OFDS deployment and support, đồng per metre, fibres, months from planning to service."""

    deployment: str
    support: str
    dong_per_m: int
    fibres: int
    build_days: int


METHODS = {
    "backbone": Method("belowGround", "ducts", 410_000, 96, 240),
    "ring": Method("belowGround", "directBuried", 235_000, 48, 150),
    "spur": Method("aboveGround", "utilityPoles", 78_000, 24, 75),
    "access": Method("aboveGround", "utilityPoles", 62_000, 8, 30),
}


@dataclass(frozen=True)
class Site:
    """A commune to reach: its point, district and weight (persons, or 1 where unknown)."""

    code: str
    name: str
    point: Point
    district: str
    persons: int


@dataclass(frozen=True)
class Customer:
    """An agency to reach, in the commune of its seat; level is province, district or commune."""

    uid: str
    name: str
    level: str
    seat: str


@dataclass(frozen=True)
class PlannedNode:
    """A node, with the days on which its state changes."""

    id: str
    name: str
    kind: str
    point: Point
    unit_code: str
    agency: str = ""
    begun: date = BEGIN
    ready: date = BEGIN


@dataclass(frozen=True)
class PlannedSpan:
    """A span between two nodes, with its route, cost in đồng and the days on which its state changes.

    `missing` names an attribute that the operator has not recorded, so that completeness has something to find.
    """

    id: str
    start: str
    end: str
    kind: str
    route: tuple[Point, ...]
    metres: int
    cost: int
    begun: date = BEGIN
    ready: date = BEGIN
    missing: str = ""

    @property
    def phase(self) -> int:
        return self.ready.year


@dataclass
class Plan:
    """A designed network: nodes and spans by id, the core, and what each year's phase may cost."""

    nodes: dict[str, PlannedNode] = field(default_factory=dict)
    spans: dict[str, PlannedSpan] = field(default_factory=dict)
    core: tuple[str, ...] = ()
    budgets: dict[int, int] = field(default_factory=dict)


def design(sites: Sequence[Site], customers: Sequence[Customer], capital: str, seats: dict[str, str]) -> Plan:
    """Design the network. `capital` is the commune of the province's seat, `seats` gives the commune in which each
    district's seat lies; a district without one gets the commune nearest to its middle."""
    at = {site.code: site for site in sites}
    plan = Plan()
    for site in sites:
        plan.nodes[f"N-{site.code}"] = PlannedNode(f"N-{site.code}", site.name, "commune", site.point, site.code)
    jobs = _backbone(plan, at, capital, seats) + _districts(plan, at, capital, seats)
    _schedule(plan, jobs)
    _agencies(plan, at, customers)
    _budgets(plan)
    return plan


def middle(sites: Sequence[Site]) -> str:
    """The commune with the least sum of distances to the others of its district."""
    return min(sites, key=lambda one: (sum(metres(one.point, two.point) for two in sites), one.code)).code


def _join(plan: Plan, start: str, end: str, kind: str) -> str:
    a, b = plan.nodes[start].point, plan.nodes[end].point
    span = f"S-{start[2:]}-{end[2:]}"
    way = tuple(route(a, b, 10 + draw(f"{SEED}/{span}/detour", 26)))
    measured = max(1, length(list(way)))
    lost = draw(f"{SEED}/{span}/missing", 100)
    missing = {0: "fibreCount", 1: "transmissionMedium", 2: "deployment", 3: "fibreLength"}.get(lost, "")
    cost = measured * METHODS[kind].dong_per_m
    plan.spans[span] = PlannedSpan(span, start, end, kind, way, measured, cost, missing=missing)
    return span


def _backbone(plan: Plan, at: dict[str, Site], capital: str, seats: dict[str, str]) -> list[list[str]]:
    """Two core nodes in the capital's district, some way apart, and the ring through the seats that both close."""
    city = [site for site in at.values() if site.district == at[capital].district and site.code != capital]
    far = sorted(city or at.values(), key=lambda site: (metres(site.point, at[capital].point), site.code))
    second = far[len(far) // 2].code
    plan.core = (f"N-{capital}", f"N-{second}")
    for code in (capital, second):
        node = plan.nodes[f"N-{code}"]
        plan.nodes[node.id] = replace(node, kind="core", name=f"{node.name} (lõi)")
    stops = {code: at[code].point for code in seats.values() if code != second} | {capital: at[capital].point}
    way = [*tour(stops, capital), second, capital]
    spans = [_join(plan, f"N-{a}", f"N-{b}", "backbone") for a, b in itertools.pairwise(way)]
    return [[spans[-1]], spans[:-1]]


def _districts(plan: Plan, at: dict[str, Site], capital: str, seats: dict[str, str]) -> list[list[str]]:
    """A ring and spurs in each district; rings come first, those first that bring fibre to most people per đồng."""
    rings, spurs = [], []
    for district in sorted({site.district for site in at.values()}):
        here = [site for site in at.values() if site.district == district]
        seat = seats.get(district) or middle(here)
        start = capital if district == at[capital].district else seat
        ring = ring_with_spurs({site.code: site.point for site in here}, start, ON_RING_PERCENT)
        around = [*ring.around, start] if len(ring.around) > 2 else ring.around
        pairs = [(a, b) for a, b in itertools.pairwise(around)]
        job = [_join(plan, f"N-{a}", f"N-{b}", "ring") for a, b in pairs if f"S-{a}-{b}" not in plan.spans]
        rings.append((_benefit(plan, job, [at[code] for code in ring.around]), job))
        for code, tie in ring.spurs.items():
            span = _join(plan, f"N-{tie}", f"N-{code}", "spur")
            spurs.append((_benefit(plan, [span], [at[code]]), [span]))
    return [job for _, job in sorted(rings, reverse=True)] + [job for _, job in sorted(spurs, reverse=True)]


def _benefit(plan: Plan, job: list[str], served: Sequence[Site]) -> int:
    cost = sum(plan.spans[span].cost for span in job)
    return sum(site.persons for site in served) * 10**9 // max(1, cost)


def _schedule(plan: Plan, jobs: list[list[str]]) -> None:
    """Spend the budgets in the order of the jobs: a span is ready when the money spent so far includes it."""
    whole = sum(plan.spans[span].cost for job in jobs for span in job)
    spent = 0
    for span in (span for job in jobs for span in job):
        planned = plan.spans[span]
        spent += planned.cost
        ready = _day_by_which(spent, whole)
        begun = max(BEGIN + timedelta(days=31), ready - timedelta(days=METHODS[planned.kind].build_days))
        plan.spans[span] = replace(planned, begun=begun, ready=ready)
        for end in (planned.start, planned.end):
            node = plan.nodes[end]
            if node.ready == BEGIN or node.ready > ready:
                plan.nodes[end] = replace(node, begun=begun, ready=ready)


def _day_by_which(spent: int, whole: int) -> date:
    """The day on which the budgets reach a sum: each spent evenly over its year, the first from FIRST_SERVICE, the
    last until COMMUNES_DONE."""
    left = spent * 100
    for year, share in zip(YEARS, BUDGET_SHARES, strict=True):
        if left <= share * whole:
            first, last = max(FIRST_SERVICE, date(year, 1, 1)), min(date(year, 12, 31), COMMUNES_DONE)
            return first + timedelta(days=(last - first).days * left // (share * whole))
        left -= share * whole
    return COMMUNES_DONE


def _agencies(plan: Plan, at: dict[str, Site], customers: Sequence[Customer]) -> None:
    """An access node and span for each agency, weeks after its commune; a few commune agencies wait past 2020."""
    for customer in sorted(customers, key=lambda one: one.uid):
        if customer.seat not in at:
            continue
        home = plan.nodes[f"N-{customer.seat}"]
        node = f"N-{customer.seat}-{draw(f'{SEED}/{customer.uid}/id', 16**6):06x}"
        point = beside(home.point, f"{SEED}/{customer.uid}", 60, 340)
        plan.nodes[node] = PlannedNode(node, customer.name, "agency", point, customer.seat, customer.uid)
        span = _join(plan, home.id, node, "access")
        late = customer.level == "commune" and draw(f"{SEED}/{customer.uid}/late", 100) < 4
        wait = 14 + draw(f"{SEED}/{customer.uid}/wait", 120)
        ready = max(home.ready, date(2020, 12, 1)) + timedelta(days=120 + 3 * wait) if late else None
        ready = ready or min(home.ready + timedelta(days=wait), max(home.ready, COMMUNES_DONE))
        ready = min(ready, AGENCIES_DONE)
        begun = ready - timedelta(days=METHODS["access"].build_days)
        plan.spans[span] = replace(plan.spans[span], begun=begun, ready=ready)
        plan.nodes[node] = replace(plan.nodes[node], begun=begun, ready=ready)


def _budgets(plan: Plan) -> None:
    """A year's budget: what its phase costs, rounded up to the next hundred million đồng."""
    for year in sorted({span.phase for span in plan.spans.values()}):
        cost = sum(span.cost for span in plan.spans.values() if span.phase == year)
        plan.budgets[year] = -(-cost // 10**8) * 10**8
