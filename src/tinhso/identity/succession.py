"""When agencies succeed each other, upper apps follow: they register a handler here.

    @on_succession("programme.owners")
    def follow(event: Succession) -> None: …

Handlers run inside identity's command, in its transaction: one that raises stops the whole succession. Rows they
record as Versioned with `batch=event.batch` are taken back together with the import that caused them. Declare them in
the app's `succession.py`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from tinhso.foundation.registry import Registry
from tinhso.proof.audit import Actor


@dataclass(frozen=True)
class Link:
    """From a day on, the successor carries on the predecessor's rights and duties."""

    predecessor_uid: str
    successor_uid: str
    day: date
    basis: str


@dataclass(frozen=True)
class Succession:
    """The links one command recorded."""

    links: tuple[Link, ...]
    actor: Actor
    batch: UUID | None = None


@dataclass(frozen=True)
class Handler:
    name: str
    run: Callable[[Succession], None]


handlers: Registry[Handler] = Registry("succession handler", "succession")


def on_succession(name: str) -> Callable[[Callable[[Succession], None]], Callable[[Succession], None]]:
    """Declare a handler of successions."""

    def declare(run: Callable[[Succession], None]) -> Callable[[Succession], None]:
        handlers.add(name, Handler(name, run))
        return run

    return declare


def announce(event: Succession) -> None:
    """Tell every handler, in order of name."""
    if event.links:
        for handler in handlers:
            handler.run(event)
