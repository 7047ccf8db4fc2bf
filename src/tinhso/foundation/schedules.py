"""Schedules: work the worker starts by itself, once per name and slot."""

from collections.abc import Callable
from dataclasses import dataclass

from tinhso.foundation.registry import Registry


@dataclass(frozen=True)
class Schedule:
    """`run()` once in every slot of `every_minutes`, counted from midnight UTC; it must be idempotent."""

    name: str
    every_minutes: int
    run: Callable[[], object]


schedules: Registry[Schedule] = Registry("schedule", "schedules")


def scheduled(name: str, *, every_minutes: int) -> Callable:
    """Declare a function as scheduled work."""

    def declare(run: Callable[[], object]) -> Callable:
        schedules.add(name, Schedule(name, every_minutes, run))
        return run

    return declare
