"""Measured availability: of the time a unit was watched, how long it could be reached.

Times are whole seconds since 1970. A unit is cut off while every measured network that serves it is, as far as their
reports tell. It is watched from the moment from which reports about all of those networks are known, as long as the
unit exists. Time cut off by approved maintenance alone is told apart, and counts as cut off all the same. A unit that
no watched network serves is "no data".
"""

from collections import defaultdict
from itertools import pairwise


def count(inputs):
    """One row per unit: numerator seconds reachable, denominator seconds watched."""
    since = {one["network"]: one["from"] for one in inputs["networks"]}
    serving = defaultdict(list)
    for one in inputs["networks"]:
        for unit in one["units"]:
            serving[unit].append(one["network"])
    cuts = defaultdict(list)
    for one in inputs["cuts"]:
        cuts[one["network"], one["unit"]].append((one["from"], one["to"], one["planned"]))
    for unit in inputs["units"]:
        networks = serving[unit["unit"]]
        known = bool(networks) and all(since[network] is not None for network in networks)
        first = max([unit["from"], *(since[network] for network in networks)]) if known else unit["to"]
        last = max(first, unit["to"])
        unplanned, planned = _cut([cuts[network, unit["unit"]] for network in networks], first, last)
        watched = last - first
        yield {
            "key": unit["unit"],
            "unit": unit["unit"],
            "numerator": watched - unplanned - planned,
            "denominator": watched,
            "state": "no_data" if not watched else "cut" if unplanned or planned else "whole",
            "unplanned_seconds": unplanned,
            "planned_seconds": planned,
        }


def _cut(by_network, first, last):
    """Seconds cut off in all networks at once: unplanned, and planned (in at least one of them)."""
    marks = sorted({first, last, *(mark for cuts in by_network for one in cuts for mark in one[:2])})
    seconds = {False: 0, True: 0}
    for begin, end in pairwise(marks):
        if first <= begin and end <= last:
            here = [[one[2] for one in cuts if one[0] <= begin and one[1] >= end] for cuts in by_network]
            if here and all(here):
                seconds[any(planned for found in here for planned in found)] += end - begin
    return seconds[False], seconds[True]
