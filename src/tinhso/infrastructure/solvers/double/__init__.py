"""Two-way connection: the cheapest additions that leave no site behind a single span or node."""

from .problem import (
    AUGMENTATION,
    COVERING,
    SURVIVABLE,
    Impossible,
    Malformed,
    Need,
    Plan,
    Problem,
    Progress,
    Site,
    Spending,
)
from .solve import double

__all__ = [
    "AUGMENTATION",
    "COVERING",
    "SURVIVABLE",
    "Impossible",
    "Malformed",
    "Need",
    "Plan",
    "Problem",
    "Progress",
    "Site",
    "Spending",
    "double",
]
