"""Availability: how much of the time the people of each unit reach the core, when spans and nodes fail independently.

Each span of status "operational" with both ends recorded, and each node, works a share of the time that its mean times
between failures and to repair give (MTBF / (MTBF + MTTR), parts per 10^9). The people of a first-generation unit (part)
are served while any node within it works and is joined to a core node that works. A unit's share is that of its people:
the average over the parts that reach the core, by their people; where the parts have no numbers of their own, the
lowest of them. Parts that no span in service joins to the core are a matter of coverage and are counted apart. A unit
without a number, with a part that is not resolved, or of which no part reaches the core is "no data"; so is every
unit while no core is in service, or while any working span or node has no recorded rate.

Shares are exact where the method says "exact" (right to the last part per 10^7), else drawn at random from a fixed
seed, with an interval of at least 95% confidence.
"""

from tinhso.infrastructure.graphs.reliability.served import served
from tinhso.infrastructure.network.rules.two_disjoint_paths import nodes_by_part
from tinhso.infrastructure.resilience.rules.people_behind_single_span import people_of

PARTS = 10**7
SAMPLES, SEED = 20_000, 1


def shares(inputs, services):
    """By service, given its nodes: (value, method, low, high) in parts per 10^7, None where nothing joins it to the
    core; empty where no core is in service or a rate is missing."""
    if not inputs["core"] or missing(inputs):
        return {}
    number = {node["node"]: place for place, node in enumerate(inputs["works"])}
    spans = [(number[span["ends"][0]], number[span["ends"][1]], span["up"]) for span in inputs["spans"]]
    core = [number[node] for node in inputs["core"] if node in number]
    keys = sorted(services)
    asked = [[number[node] for node in services[key] if node in number] for key in keys]
    found = served([node["up"] for node in inputs["works"]], spans, core, asked, samples=SAMPLES, seed=SEED)
    return {
        key: (value // 100, method, low // 100, -(-high // 100)) if high else None
        for key, (value, method, low, high) in zip(keys, found, strict=True)
    }


def missing(inputs):
    """Whether the rate of any working span or node is not recorded."""
    return any(item["up"] is None for name in ("spans", "works") for item in inputs[name])


def percent(parts):
    """Parts per 10^7 as percent with five places."""
    return f"{parts // 100_000}.{parts % 100_000:05d}"


def count(inputs):
    """One row per unit: numerator its people's share in parts per 10^7, times the people; denominator 10^7 each."""
    within = nodes_by_part(inputs["nodes"])
    found = shares(
        inputs, {part["part"]: within.get(part["part"], []) for unit in inputs["units"] for part in unit["parts"]}
    )
    for unit in inputs["units"]:
        whole, apart = people_of(unit)
        told = {part["part"]: found.get(part["part"]) for part in unit["parts"]}
        reached = {part: share for part, share in told.items() if share}
        resolved = bool(unit["parts"]) and all(part["resolved"] for part in unit["parts"])
        row = {"key": unit["unit"], "unit": unit["unit"], "parts": len(told), "parts_reached": len(reached)}
        if not inputs["core"]:
            state = "no_core"
        elif missing(inputs):
            state = "no_rates"
        elif not resolved or whole is None:
            state = "no_data"
        elif not reached:
            state = "unreached"
        else:
            state = "told" if apart is None or sum(apart[part] for part in reached) else "no_data"
        if state != "told":
            yield row | {"numerator": 0, "denominator": 0, "state": state}
            continue
        people = {part: apart[part] for part in reached} if apart is not None else _lowest(reached, whole)
        sums = [sum(reached[part][side] * people[part] for part in people) for side in (0, 2, 3)]
        drawn = any(reached[part][1] == "simulated" for part in people)
        total = sum(people.values())
        interval = {"interval": f"{percent(sums[1] // total)}–{percent(-(-sums[2] // total))}%"} if drawn else {}
        yield row | {
            "numerator": sums[0],
            "denominator": PARTS * total,
            "state": "simulated" if drawn else "exact",
            "people": total,
            **interval,
        }


def _lowest(reached, whole):
    """The part served least of the time stands for the whole unit."""
    part = min(reached, key=lambda part: (reached[part][0], part))
    return {part: whole}
