"""A verified answer as the worker stores it: by phase, each span with its ends, way, length and price."""

from __future__ import annotations

from typing import Any

from tinhso.infrastructure.solvers.planner.search import Answer, Search
from tinhso.infrastructure.solvers.verify import served


def told(search: Search, answer: Answer) -> dict[str, Any]:
    """The event "done"; `phases` holds one more than the budgets where something is left unpaid."""
    question = search.question
    won = search.won(answer)
    years = answer.years + ([answer.rest] if answer.rest else [])
    before = served(question.ground(), [], question.need)
    return {
        "event": "done",
        "cost": answer.cost,
        "bound": answer.bound if answer.value is None else None,
        "value": answer.value,
        "value_bound": answer.value_bound,
        "gap_ppm": answer.gap_ppm,
        "proven": answer.proven,
        "solved": answer.solved,
        "stopped": answer.stopped,
        "edges": len(question.offers),
        "edges_sha256": question.edges_sha256,
        "sites": len(question.problem.sites),
        "unserved": sorted(
            {site.key for site in question.problem.sites} - before - {key for keys in won for key in keys}
        ),
        "served_before": len(before),
        "served_after": len(before) + sum(map(len, won)),
        "junctions": {
            number: list(point) for number, point in enumerate(question.junctions, len(question.asked["places"]))
        },
        "phases": [
            {"spans": [_span(search, edge) for edge in year], "won": keys, "paid": number < len(answer.years)}
            for number, (year, keys) in enumerate(zip(years, won, strict=False))
        ],
        "checks": ["spans", "cost", "bound" if answer.value is None else "value", question.need],
    }


def _span(search: Search, edge: int) -> dict[str, Any]:
    question = search.question
    offer = question.offers[edge]
    sites, junctions = question.ends[edge]
    return {
        "candidate": edge,
        "a": offer.a,
        "b": offer.b,
        "metres": offer.metres,
        "method": offer.method,
        "crossed": list(offer.crossed),
        "sites": sites,
        "junctions": junctions,
        "cost": int(question.problem.costs[question.standing + edge]),
        "points": [list(point) for point in offer.points],
    }
