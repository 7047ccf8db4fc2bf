"""Agencies with two span-disjoint paths: which keep their way to the core when any one span is cut.

An agency counts at the end of a day when, whichever single span is cut, at least one of the nodes that the operator's
records connect to it still reaches a core node over spans of status "operational" with both ends recorded. An agency
without a recorded node has no path. When no core node that the operator chose is in service, every agency is "no data".
"""

from tinhso.infrastructure.network.rules.two_disjoint_paths import working
from tinhso.infrastructure.network.topology import reach


def count(inputs):
    """One row per agency: numerator 1 when it has two span-disjoint paths to the core."""
    found = reach(working(inputs["spans"]), inputs["core"])
    lines: dict = {}
    for link in inputs["connections"]:
        lines.setdefault(link["agency"], set()).add(link["node"])
    known = bool(inputs["core"])
    for agency in inputs["agencies"]:
        nodes = lines.get(agency["agency"], set())
        ways = found.ways(nodes)
        yield {
            "key": agency["agency"],
            "unit": agency["unit"],
            "numerator": int(known and ways == 2),
            "denominator": int(known),
            "state": ("none", "one", "two")[ways] if known else "no_core",
            "level": agency["level"],
            "nodes": len(nodes),
        }
