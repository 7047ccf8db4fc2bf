"""The demonstration province: each app adds its part, lower layers first, all from a fixed seed.

While it is being made a file says how far it is, so that pages can say so and a start that was killed goes on.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from django.conf import settings

from tinhso.foundation.registry import Registry

MARK = "demonstration.json"


@dataclass(frozen=True)
class DemoStep:
    """`essential`: done before the first page is shown; the others follow while pages are being read."""

    order: int
    name: str
    run: Callable[[str, date, Callable[[str], None]], None]
    essential: bool


@dataclass(frozen=True)
class Making:
    """A demonstration that is not whole yet: of which province and day, and the step it is at."""

    province: str
    as_of: str
    step: int
    steps: int

    def keep(self) -> None:
        """Say so; whoever reads meanwhile sees the former or this, never half."""
        path = _path()
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"{MARK}.{os.getpid()}")
        fresh.write_text(json.dumps(asdict(self)))
        fresh.replace(path)


steps: Registry[DemoStep] = Registry("demonstration step", "demo")


def demo_step(name: str, *, order: int, essential: bool = False) -> Callable:
    """Declare `run(province_code, as_of, say)`; repeating it changes nothing, and after a kill it completes what is
    missing. Steps run by their orders."""

    def declare(run: Callable[[str, date, Callable[[str], None]], None]) -> Callable:
        steps.add(f"{order:03} {name}", DemoStep(order, name, run, essential))
        return run

    return declare


def _path() -> Path:
    return Path(settings.VAR) / MARK


def making() -> Making | None:
    """The demonstration that is being made or was interrupted; None when whole, absent, or in production."""
    if settings.PRODUCTION:
        return None
    try:
        return Making(**json.loads(_path().read_text()))
    except (FileNotFoundError, ValueError, TypeError):
        return None


def made() -> None:
    """The demonstration is whole."""
    _path().unlink(missing_ok=True)
