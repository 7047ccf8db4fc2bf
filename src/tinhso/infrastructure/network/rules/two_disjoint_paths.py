"""Two span-disjoint paths: which units keep their way to the core when any one span is cut.

Only spans of status "operational" whose two ends are recorded carry a path, and parallel spans are distinct. A
first-generation unit (part) counts at the end of a day when at least one node within it is a core node, or has two
paths to the core that share no span; the two may end at different core nodes. A unit counts when every part it is made
of does. A unit of which a part is not resolved is "no data". When the operator has chosen no core, every unit is "no
data": the core is never guessed.
"""

from tinhso.infrastructure.network.topology import reach

OPERATIONAL = "operational"


def count(inputs):
    """One row per unit: numerator 1 when each of its parts has two span-disjoint paths to the core."""
    working = [span for span in inputs["spans"] if span["status"] == OPERATIONAL and len(span["ends"]) == 2]
    spans = [(span["span"], *span["ends"]) for span in working]
    found = reach(spans, inputs["core"])
    one = {node["part"] for node in inputs["nodes"] if node["node"] in found.one}
    two = {node["part"] for node in inputs["nodes"] if node["node"] in found.two}
    for unit in inputs["units"]:
        parts = [part["part"] for part in unit["parts"]]
        known = bool(inputs["core"]) and bool(parts) and all(part["resolved"] for part in unit["parts"])
        state = "two" if two.issuperset(parts) else "one" if one.issuperset(parts) else "none"
        yield {
            "key": unit["unit"],
            "unit": unit["unit"],
            "numerator": int(known and state == "two"),
            "denominator": int(known),
            "state": state if known else "no_data" if inputs["core"] else "no_core",
            "parts": len(parts),
            "parts_two": len(two.intersection(parts)),
        }
