"""Availability of agencies: how much of the time each reaches the core, when spans and nodes fail independently.

An agency is served while any of the nodes that the operator's records connect to it works and is joined to a core node
that works; shares are those of the rule "availability". An agency without a recorded node, or whose nodes no span in
service joins to the core, is "no data"; so is every agency while no core is in service, or while any working span or
node has no recorded rate.
"""

from tinhso.infrastructure.resilience.rules.availability import PARTS, missing, percent, shares


def count(inputs):
    """One row per agency: numerator its share in parts per 10^7, denominator 10^7."""
    lines: dict = {agency["agency"]: set() for agency in inputs["agencies"]}
    for link in inputs["connections"]:
        lines[link["agency"]].add(link["node"])
    found = shares(inputs, {agency: sorted(nodes) for agency, nodes in lines.items()})
    for agency in inputs["agencies"]:
        row = {"key": agency["agency"], "unit": agency["unit"], "level": agency["level"]}
        share = found.get(agency["agency"])
        if share:
            value, method, low, high = share
            interval = {"interval": f"{percent(low)}–{percent(high)}%"} if method == "simulated" else {}
            yield row | {"numerator": value, "denominator": PARTS, "state": method, **interval}
        else:
            lacks = "no_rates" if missing(inputs) else "unreached"
            yield row | {"numerator": 0, "denominator": 0, "state": lacks if inputs["core"] else "no_core"}
