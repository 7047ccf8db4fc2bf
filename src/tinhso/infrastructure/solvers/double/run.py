"""One run: its limits, its best plan and bound so far, and what it tells meanwhile."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence

from .problem import Progress, Report

# Doubles carry 15 digits; what HiGHS proves is trusted to this relative accuracy.
TRUST = 1e-9
# Better plans are told at once, better bounds no more often than this.
TELL_SECONDS = 0.2


class Run:
    """Best value and bound of a search, integers; `sense` 1 for least cost, -1 for most weight.

    Bounds arrive as doubles and are moved outward by 1e-9 of their size, then to the next multiple of `unit` (the
    greatest common divisor of all costs or weights, so no plan lies between). A bound within 1e-9 of the value
    is a proof.
    """

    def __init__(
        self,
        *,
        sense: int = 1,
        unit: int = 1,
        time_limit: float = math.inf,
        memory_mb: int | None = None,
        on_progress: Report | None = None,
        should_stop: Callable[[], bool] | None = None,
    ) -> None:
        self.sense, self.unit = sense, max(1, unit)
        self.began = time.monotonic()
        self.time_limit, self.memory_mb = time_limit, memory_mb
        self.on_progress, self.should_stop = on_progress, should_stop
        self.value: int | None = None
        self.bound: int | None = None
        self.edges: tuple[int, ...] = ()
        self.reason = ""
        self.told = -math.inf

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.began

    @property
    def left(self) -> float:
        return max(0.0, self.time_limit - self.seconds)

    @property
    def proven(self) -> bool:
        return self.value is not None and self.bound is not None and self.sense * (self.value - self.bound) <= 0

    def offer(self, value: int, edges: Sequence[int]) -> bool:
        """Take a plan if it is the best so far."""
        if self.value is not None and self.sense * (value - self.value) >= 0:
            return False
        self.value, self.edges = value, tuple(edges)
        if self.bound is not None and self.sense * (self.value - self.bound) < 0:
            self.bound = self.value
        self._tell()
        return True

    def prove(self, bound: float | int) -> None:
        """Take a bound if it is the tightest so far."""
        whole = self._outward(bound)
        if self.value is not None:
            near = abs(self.value - whole) <= TRUST * abs(self.value)
            if near or self.sense * (whole - self.value) > 0:
                whole = self.value
        if self.bound is None or self.sense * (whole - self.bound) > 0:
            self.bound = whole
            if self.proven or self.seconds - self.told >= TELL_SECONDS:
                self._tell()

    def floor(self, bound: float) -> None:
        """The same for a search that minimises `sense` times the value."""
        self.prove(self.sense * bound)

    @property
    def margin(self) -> float:
        """What a search that minimises `sense` times the value must reach or undercut to better the best plan."""
        return math.inf if self.value is None else float(self.sense * self.value - self.unit)

    def closed(self) -> None:
        """The search is exhausted: nothing better exists."""
        if self.value is not None:
            self.prove(self.value)

    def _outward(self, bound: float | int) -> int:
        if isinstance(bound, int):
            return bound
        least = self.sense * bound
        least -= TRUST * abs(least) + 1e-6
        return self.sense * math.ceil(least / self.unit) * self.unit

    def _tell(self) -> None:
        self.told = self.seconds
        if self.on_progress and self.value is not None and self.bound is not None:
            self.on_progress(Progress(self.seconds, self.value, self.bound, self.edges))

    def stopped(self) -> bool:
        """Whether to stop now; `reason` then says why."""
        if not self.reason:
            if self.should_stop is not None and self.should_stop():
                self.reason = "asked"
            elif self.seconds >= self.time_limit:
                self.reason = "time"
            elif self.memory_mb is not None and resident_mb() > self.memory_mb:
                self.reason = "memory"
        return bool(self.reason)


def resident_mb() -> float:
    """Megabytes of memory this process holds; 0 where the system does not tell."""
    try:
        with open("/proc/self/statm", encoding="ascii") as status:  # noqa: PTH123
            pages = int(status.read().split()[1])
    except OSError:
        return 0.0
    return pages * 4096 / 1e6
