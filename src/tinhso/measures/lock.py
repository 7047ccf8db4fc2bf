"""The committed lock: which source text each version of an indicator stands for.

One line per indicator, `id version rule-hash`, sorted; regenerating it is how two branches are merged.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from django.core.checks import Error, register

from tinhso.measures.contract import Indicator, indicators

LOCK = Path(__file__).with_name("indicators.lock")


class Locked(NamedTuple):
    """One line of the lock."""

    id: str
    version: int
    rule_hash: str

    @classmethod
    def of(cls, item: Indicator) -> Locked:
        return cls(item.id, item.version, item.rule_hash())


class UnraisedVersion(Exception):
    """Sources changed under a version that was locked already."""


def read(path: Path = LOCK) -> set[Locked]:
    """The lines of the lock; ValueError names a broken one. A merge may leave two lines for one id."""
    locked = set()
    for number, line in enumerate(path.read_text().splitlines() if path.exists() else [], 1):
        parts = line.split()
        if len(parts) != 3 or not parts[1].isdecimal() or len(parts[2]) != 64:
            raise ValueError(f"{path.name} line {number}: expected `id version rule-hash`, found {line!r}")
        locked.add(Locked(parts[0], int(parts[1]), parts[2]))
    return locked


def disagreements(items: Iterable[Indicator], locked: set[Locked]) -> dict[str, str]:
    """By indicator id, in what code and lock differ."""
    current = {item.id: Locked.of(item) for item in items}
    found = {}
    for name in current.keys() | {line.id for line in locked}:
        lines = {line for line in locked if line.id == name}
        mine = current.get(name)
        if mine is None:
            found[name] = "is locked but not registered"
        elif not lines:
            found[name] = "is not locked"
        elif mine not in lines and any(line.version == mine.version for line in lines):
            found[name] = f"has another source than version {mine.version} was locked with"
        elif lines != {mine}:
            found[name] = f"version {mine.version} is registered, the lock names others"
    return found


def unraised(items: Iterable[Indicator], locked: set[Locked]) -> list[Locked]:
    """Indicators whose source changed while the version did not rise above every locked one."""
    changed = []
    for item in items:
        mine = Locked.of(item)
        lines = {line for line in locked if line.id == item.id}
        if lines and mine not in lines and mine.version <= max(line.version for line in lines):
            changed.append(mine)
    return changed


def text(items: Iterable[Indicator]) -> str:
    """The lock of these indicators."""
    return "".join(f"{line.id} {line.version} {line.rule_hash}\n" for line in sorted(Locked.of(item) for item in items))


@register()
def lock_agrees(app_configs: object, **kwargs: object) -> list[Error]:
    """System check: no indicator's source differs from what its version was locked with."""
    hint = (
        "Raise its version and run `tinhso lock_indicators`; while a version was never published, "
        "`tinhso lock_indicators --unpublished` locks it anew."
    )
    try:
        found = disagreements(indicators, read())
    except ValueError as fault:
        return [Error(str(fault), hint="Run `tinhso lock_indicators`.", id="measures.E001")]
    return [Error(f"{name} {why}", hint=hint, id="measures.E001") for name, why in sorted(found.items())]
