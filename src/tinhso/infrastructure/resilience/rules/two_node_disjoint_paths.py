"""Two node-disjoint paths: which units keep their way to the core when any one span or any one node on the way fails.

A first-generation unit (part) counts at the end of a day when it keeps a way to the core whichever single span is cut,
and whichever single node fails that is neither a core node nor one of its own: its two paths share no span and no node
between. All else is as for two span-disjoint paths.
"""

from tinhso.infrastructure.network.rules.two_disjoint_paths import by_unit, nodes_by_part, working
from tinhso.infrastructure.network.topology import reach


def count(inputs):
    """One row per unit: numerator 1 when each of its parts has two node-disjoint paths to the core."""
    found = reach(working(inputs["spans"]), inputs["core"])
    ways = {part: found.node_ways(nodes) for part, nodes in nodes_by_part(inputs["nodes"]).items()}
    yield from by_unit(inputs, ways)
