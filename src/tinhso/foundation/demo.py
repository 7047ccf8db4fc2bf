"""The demonstration province: each app adds its part, lower layers first, all from a fixed seed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from tinhso.foundation.registry import Registry


@dataclass(frozen=True)
class DemoStep:
    order: int
    name: str
    run: Callable[[str, date, Callable[[str], None]], None]


steps: Registry[DemoStep] = Registry("demonstration step", "demo")


def demo_step(name: str, *, order: int) -> Callable:
    """Declare `run(province_code, as_of, say)`; repeating it changes nothing. Orders: places 10, identity 20,
    infrastructure 30, programme 40, measures 50."""

    def declare(run: Callable[[str, date, Callable[[str], None]], None]) -> Callable:
        steps.add(f"{order:03} {name}", DemoStep(order, name, run))
        return run

    return declare
