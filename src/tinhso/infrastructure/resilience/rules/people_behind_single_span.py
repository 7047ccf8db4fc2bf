"""People behind a single span: how many would lose the core if one certain span were cut.

The people of a first-generation unit (part) are behind a single span at the end of a day when the part reaches the core
over spans of status "operational" with both ends recorded, and one span alone can take that away. Where the parts of
a unit have no numbers of their own, all its people are behind a single span as soon as one of its parts is. People whom
the network does not reach at all are not behind a span and are counted apart. A unit without a number, or with a part
that is not resolved, is "no data", as is every unit while no core node is in service.
"""

from tinhso.infrastructure.network.rules.two_disjoint_paths import nodes_by_part, working
from tinhso.infrastructure.network.topology import reach


def people_of(unit):
    """(persons, persons by part) of a unit: the latter None where they are known for the whole only; (None, None)
    without a number."""
    parts = {part["part"]: part["people"] for part in unit["parts"]}
    if parts and all(people is not None for people in parts.values()):
        return sum(parts.values()), parts
    return unit["people"], None


def row_of(unit, ways, core):
    """The row of a unit, given the ways of its parts (0, 1 or 2) and whether a core is chosen."""
    by_ways: dict = {0: [], 1: [], 2: []}
    for part in unit["parts"]:
        by_ways[ways.get(part["part"], 0)].append(part["part"])
    whole, apart = people_of(unit)
    resolved = bool(unit["parts"]) and all(part["resolved"] for part in unit["parts"])
    known = core and resolved and whole is not None
    if apart is not None:
        behind = sum(apart[part] for part in by_ways[1])
        unreached = sum(apart[part] for part in by_ways[0])
    else:
        behind = whole if by_ways[1] else 0
        unreached = whole if by_ways[0] and not by_ways[1] else 0
    unknown = "no_data" if core else "no_core"
    state = ("some" if behind else "none") if known else unknown
    return {
        "key": unit["unit"],
        "unit": unit["unit"],
        "numerator": behind if known else 0,
        "denominator": whole if known else 0,
        "state": state,
        "parts": len(unit["parts"]),
        "parts_behind": len(by_ways[1]),
        "unreached": unreached if known else 0,
    }


def count(inputs):
    """One row per unit: numerator the persons behind a single span, denominator all its persons."""
    found = reach(working(inputs["spans"]), inputs["core"])
    ways = {part: found.ways(nodes) for part, nodes in nodes_by_part(inputs["nodes"]).items()}
    for unit in inputs["units"]:
        yield row_of(unit, ways, bool(inputs["core"]))
