"""Reads of the catalogue: what can be filed on a day, and a procedure through its versions."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tinhso.foundation.dates import today
from tinhso.foundation.errors import Invalid
from tinhso.foundation.text import Text
from tinhso.government.services.catalogue import csv_files, importing
from tinhso.government.services.catalogue.wording import LEVELS
from tinhso.government.services.ground.definition import Definition
from tinhso.government.services.ground.schema import ONLINE
from tinhso.government.services.models import Procedure, ProcedureVersion
from tinhso.workdays import clock
from tinhso.workdays.clock import Due
from tinhso.workdays.queries import current
from tinhso.workdays.rules import Rule


@dataclass(frozen=True)
class Listed:
    """A procedure with its version in force."""

    procedure: Procedure
    version: ProcedureVersion

    @property
    def definition(self) -> Definition:
        return self.version.definition

    @property
    def level(self) -> Text:
        return LEVELS[self.definition.content["level"]]

    @property
    def online(self) -> Text:
        return ONLINE[self.definition.content["online"]]


@dataclass(frozen=True)
class Held:
    """A version and the interval it really is in force: until its own end, the next version, or the retirement.

    `until`: first day no longer; None: open. `replaced`: a later number took its place before it held a day.
    """

    version: ProcedureVersion
    until: date | None
    replaced: bool

    def holds(self, day: date) -> bool:
        """Whether this version is the one in force on a day."""
        return not self.replaced and self.version.valid_from <= day and (self.until is None or day < self.until)


def listed(procedures: Sequence[Procedure]) -> list[Listed]:
    """Rows of `in_force` with their versions, in two queries whatever their number."""
    versions = ProcedureVersion.objects.in_bulk([getattr(row, "version_id", 0) for row in procedures])
    return [Listed(row, versions[getattr(row, "version_id", 0)]) for row in procedures]


def history(procedure: Procedure, versions: Iterable[ProcedureVersion] | None = None) -> list[Held]:
    """Every version with when it is in force, newest first."""
    held: list[Held] = []
    following: date | None = procedure.retired_from
    for version in sorted(
        procedure.versions.all() if versions is None else versions, key=lambda row: (row.valid_from, row.number)
    )[::-1]:
        ends = [day for day in (version.valid_to, following) if day is not None]
        until = min(ends, default=None)
        held.append(Held(version, until, until is not None and until <= version.valid_from))
        following = min(version.valid_from, following) if following else version.valid_from
    return held


def version_on(procedure: Procedure, day: date | None = None) -> ProcedureVersion | None:
    """The version a dossier filed on a day (today) falls under; None when the procedure cannot be filed then."""
    asked = day or today()
    return next((held.version for held in history(procedure) if held.holds(asked)), None)


def appointment(rule: Rule, moment: datetime) -> Due | None:
    """When a dossier received at a moment would be due, nothing intervening; None beyond the calendar."""
    try:
        return clock.due([clock.Event(clock.RECEIVED, moment)], rule, current())
    except Invalid:
        return None


def exported(kind: str, codes: Sequence[str] = ()) -> tuple[str, list[str]]:
    """The published catalogue, or procedures of it, as a "json" or "csv" file, and the codes asked for in vain."""
    rows = Procedure.objects.filter(versions__isnull=False).distinct().prefetch_related("versions").order_by("code")
    if codes:
        rows = rows.filter(code__in=codes)
    found = list(rows)
    unknown = sorted(set(codes) - {row.code for row in found})
    if kind == "csv":
        return csv_files.write((row, csv_files.newest(row)) for row in found), unknown
    return json.dumps(importing.document(found), ensure_ascii=False, indent=1) + "\n", unknown
