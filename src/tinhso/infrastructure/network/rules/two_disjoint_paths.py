"""Two span-disjoint paths: which units keep their way to the core when any one span is cut.

Only spans of status "operational" whose two ends are recorded carry a path, and parallel spans are distinct. A
first-generation unit (part) counts at the end of a day when, whichever single span is cut, at least one node within it
still reaches a core node: two paths that share no span may begin at different nodes of the part and end at different
core nodes. A unit counts when every part it is made of does. A unit of which a part is not resolved is "no data". A
core node is one that the operator chose and whose status is "operational"; where there is none, every unit is "no
data": the core is never guessed.
"""

from tinhso.infrastructure.network.topology import reach

OPERATIONAL = "operational"


def working(spans):
    """Spans that carry a path, as (id, end, other end)."""
    return [(span["span"], *span["ends"]) for span in spans if span["status"] == OPERATIONAL and len(span["ends"]) == 2]


def nodes_by_part(nodes):
    """The nodes within each part."""
    within: dict = {}
    for node in nodes:
        within.setdefault(node["part"], []).append(node["node"])
    return within


def by_unit(inputs, ways):
    """One row per unit from the ways of its parts: numerator 1 when each has two."""
    for unit in inputs["units"]:
        counts = [ways.get(part["part"], 0) for part in unit["parts"]]
        known = bool(inputs["core"]) and bool(counts) and all(part["resolved"] for part in unit["parts"])
        state = ("none", "one", "two")[min(counts, default=0)]
        yield {
            "key": unit["unit"],
            "unit": unit["unit"],
            "numerator": int(known and state == "two"),
            "denominator": int(known),
            "state": state if known else "no_data" if inputs["core"] else "no_core",
            "parts": len(counts),
            "parts_two": counts.count(2),
        }


def count(inputs):
    """One row per unit: numerator 1 when each of its parts has two span-disjoint paths to the core."""
    found = reach(working(inputs["spans"]), inputs["core"])
    yield from by_unit(inputs, {part: found.ways(nodes) for part, nodes in nodes_by_part(inputs["nodes"]).items()})
