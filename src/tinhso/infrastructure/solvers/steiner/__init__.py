"""The Steiner tree problem in graphs: the cheapest edges that join chosen nodes, with a certified lower bound.

`solve(Instance.of(nodes, tails, heads, costs, terminals), time_limit=60, seed=0)` gives a Solution.
"""

from tinhso.infrastructure.solvers.steiner.problem import Instance, Invalid, Progress, Solution, Unreachable
from tinhso.infrastructure.solvers.steiner.solver import solve

__all__ = ["Instance", "Invalid", "Progress", "Solution", "Unreachable", "solve"]
