"""Agencies on fibre: which agencies of a level have a line of the network in service.

An agency counts at the end of a day when a span of status "operational" ends at a node that the operator's records
connect to that agency. A node alone, a planned span or a span without a status do not count. Without any measured
network no agency has data.
"""

OPERATIONAL = "operational"


def count(inputs):
    """One row per agency: numerator 1 when a span in service ends at one of its nodes."""
    served = {end for span in inputs["spans"] if span["status"] == OPERATIONAL for end in span["ends"]}
    lines: dict = {}
    for link in inputs["connections"]:
        lines.setdefault(link["agency"], set()).add(link["node"])
    for agency in inputs["agencies"]:
        nodes = lines.get(agency["agency"], set())
        known = bool(inputs["networks"])
        on = known and not served.isdisjoint(nodes)
        yield {
            "key": agency["agency"],
            "unit": agency["unit"],
            "numerator": int(on),
            "denominator": int(known),
            "state": ("on" if on else "off") if known else "no_data",
            "nodes": len(nodes),
        }
