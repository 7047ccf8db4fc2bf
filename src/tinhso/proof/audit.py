"""Every write is a command: one transaction, one audit record, one log entry.

    @command("places.import_units")
    def import_units(*, actor: Actor, …): …
        note(target="36", before={…}, after={…})

Below identity an actor is a code and a name snapshot. A command called by another joins its transaction
and leaves its own record.
"""

import hashlib
import secrets
import unicodedata
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from django.db import transaction
from django.utils import timezone

from tinhso.foundation import canonical
from tinhso.foundation.dates import stamp
from tinhso.proof.log import entry_of
from tinhso.proof.models import AuditDetail, AuditRecord, Entry

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True)
class Actor:
    """Who acts: a stable code (user, machine or `system`) and the name at that time."""

    code: str
    name: str


SYSTEM = Actor("system", "Tỉnh Số")


@dataclass
class _Notes:
    target: str = ""
    before: dict = field(default_factory=dict)
    after: dict = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    silent: bool = False


_notes: ContextVar[_Notes | None] = ContextVar("notes", default=None)


def note(*, target: str, before: dict | None = None, after: dict | None = None) -> None:
    """Inside a command: what it acts on, and the values (canonical) before and after."""
    notes = _open_notes()
    notes.target = target
    notes.before.update(before or {})
    notes.after.update(after or {})


def tell(kind: str, subject: str, payload: dict) -> None:
    """Inside a command: an entry of the log beside its audit entry, written with it in one statement."""
    _open_notes().entries.append(entry_of(kind, subject, payload))


def _open_notes() -> _Notes:
    notes = _notes.get()
    if notes is None:
        raise RuntimeError("note() and tell() are called inside a command")
    return notes


def nothing_changed() -> None:
    """Inside a command that found nothing to do: leave no record."""
    notes = _notes.get()
    if notes is not None:
        notes.silent = True


def command(verb: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function (keyword-only, with `actor`) the one way to do `verb`."""

    def declare(act: Callable[P, R]) -> Callable[P, R]:
        @wraps(act)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            actor: Any = kwargs["actor"]
            token = _notes.set(_Notes())
            try:
                with transaction.atomic():
                    result = act(*args, **kwargs)
                    notes = _notes.get()
                    if notes is not None and not notes.silent:
                        _record(verb, actor, notes)
                    return result
            finally:
                _notes.reset(token)

        run.verb = verb  # type: ignore[attr-defined]
        return run

    return declare


def _record(verb: str, actor: Actor, notes: _Notes) -> None:
    salt = secrets.token_hex(16)
    name = unicodedata.normalize("NFC", actor.name)[:200]
    values = canonical.dumps({"actor_name": name, "before": notes.before, "after": notes.after}).decode()
    sealed = hashlib.sha256(f"{salt}{values}".encode()).hexdigest()
    now = timezone.now()
    # As the canonical payload will have it: the record must be comparable with its entry.
    target = unicodedata.normalize("NFC", notes.target)
    said = {"verb": verb, "actor": actor.code, "target": target, "at": stamp(now), "detail": sealed}
    entry = entry_of("audit", verb, said)
    Entry.objects.bulk_create([*notes.entries, entry])
    record = AuditRecord.objects.create(
        verb=verb,
        actor_code=actor.code,
        actor_name=name,
        target=target[:200],
        at=now,
        detail_hash=sealed,
        entry=entry,
    )
    AuditDetail.objects.create(record=record, salt=salt, values=values)
