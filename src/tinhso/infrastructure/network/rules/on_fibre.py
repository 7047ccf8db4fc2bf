"""On fibre: which units are reached by the network in service, each weighing 1 or its persons.

A first-generation unit (part) is on fibre at the end of a day when, in a measured network, a node of status
"operational" lies within it, or a span of status "operational" ends at a node within it. A status that is missing is
"unknown" and does not count. A unit is on fibre when every part it is made of is. A unit of which a part is not
resolved, or whose weight is not known, is "no data": it is in neither number. Without any measured network all units
are "no data".
"""

OPERATIONAL = "operational"


def parts_reached(inputs):
    """Parts with an operational node or an end of an operational span, each with how its nodes were placed."""
    place = {node["node"]: node for node in inputs["nodes"]}
    serving = [node for node in inputs["nodes"] if node["status"] == OPERATIONAL]
    for span in inputs["spans"]:
        if span["status"] == OPERATIONAL:
            serving += [place[end] for end in span["ends"] if end in place]
    reached: dict = {}
    for node in serving:
        reached.setdefault(node["part"], set()).add(node["placed"])
    return reached


def count(inputs):
    """One row per unit: numerator its weight when on fibre, and the share of its own parts that are."""
    reached = parts_reached(inputs)
    for unit in inputs["units"]:
        parts, weight = unit["parts"], unit["weight"]
        on = [part["part"] for part in parts if part["part"] in reached]
        resolved = bool(parts) and all(part["resolved"] for part in parts)
        known = resolved and weight is not None and bool(inputs["networks"])
        if not known:
            state = "no_data"
        elif len(on) == len(parts):
            state = "on"
        else:
            state = "partial" if on else "off"
        yield {
            "key": unit["unit"],
            "unit": unit["unit"],
            "numerator": weight if state == "on" else 0,
            "denominator": weight if known else 0,
            "state": state,
            "parts": len(parts),
            "parts_on": len(on),
            "placed": " ".join(sorted(set().union(*(reached[part] for part in on)))) if on else "",
            **unit["facts"],
        }
