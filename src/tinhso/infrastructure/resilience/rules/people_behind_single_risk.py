"""People behind a single risk: how many would lose the core to one event: one span cut, or one recorded shared risk.

A shared risk is a set of spans and nodes that the operator's records say fall together: cables in one duct, on one
bridge, on one power supply. The people of a first-generation unit (part) are behind a single risk at the end of a day
when they are behind a single span, or when some one shared risk in force, with all its spans and nodes, takes the core
from every node of the part. All else is as for people behind a single span. Risks are known only where someone looked:
where none is recorded the number is that of single spans.
"""

from tinhso.infrastructure.network.rules.two_disjoint_paths import nodes_by_part, working
from tinhso.infrastructure.network.topology import reach
from tinhso.infrastructure.resilience.rules.people_behind_single_span import people_of, row_of


def lost_to(inputs, within, reached):
    """Parts that reach the core, and that some one shared risk cuts off."""
    spans = working(inputs["spans"])
    lost: set = set()
    for risk in inputs["risks"]:
        cut, down = set(risk["spans"]), set(risk["nodes"])
        left = [span for span in spans if span[0] not in cut and down.isdisjoint(span[1:])]
        still = reach(left, set(inputs["core"]) - down).one
        lost.update(part for part in reached if still.isdisjoint(within[part]))
    return lost


def count(inputs):
    """One row per unit: numerator the persons behind a single risk, denominator all its persons."""
    within = nodes_by_part(inputs["nodes"])
    found = reach(working(inputs["spans"]), inputs["core"])
    by_span = {part: found.ways(nodes) for part, nodes in within.items()}
    lost = lost_to(inputs, within, [part for part, ways in by_span.items() if ways])
    ways = by_span | dict.fromkeys(lost, 1)
    for unit in inputs["units"]:
        apart = people_of(unit)[1]
        only = [part["part"] for part in unit["parts"] if by_span.get(part["part"]) == 2 and part["part"] in lost]
        yield row_of(unit, ways, bool(inputs["core"])) | {
            "risks": len(inputs["risks"]),
            "parts_shared_only": len(only),
            "shared_only": sum(apart[part] for part in only) if apart is not None else 0,
        }
