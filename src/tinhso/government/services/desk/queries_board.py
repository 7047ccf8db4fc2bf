"""A leader's board: open, soon, late and paused per agency, procedure, officer and unit."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from tinhso.foundation.dates import today
from tinhso.foundation.errors import Forbidden
from tinhso.government.services.desk.queries import LATE, RUNNING, SOON, STOPPED, Moment
from tinhso.government.services.ground.states import FINISHED, REGISTERED, SUPPLEMENTING
from tinhso.government.services.models import Dossier, DossierTask, Procedure
from tinhso.identity.models import User
from tinhso.identity.queries import agencies_by_uid
from tinhso.places.models import Unit


@dataclass
class Tally:
    """What is open under one heading; `soon`, `late` and `paused` are among `open`."""

    key: str
    title: Any
    open: int = 0
    soon: int = 0
    late: int = 0
    paused: int = 0
    waiting: int = 0
    ready: int = 0

    def add(self, row: dict[str, Any]) -> None:
        for name in ("open", "soon", "late", "paused", "waiting", "ready"):
            setattr(self, name, getattr(self, name) + row.get(name, 0))


@dataclass
class Board:
    """Tallies, the most late first. `units` only where the agencies sit in several."""

    total: Tally
    agencies: list[Tally] = field(default_factory=list)
    units: list[Tally] = field(default_factory=list)
    procedures: list[Tally] = field(default_factory=list)
    officers: list[Tally] = field(default_factory=list)


def _counted(rows: QuerySet, by: Iterable[str], moment: Moment, prefix: str = "") -> QuerySet:
    return (
        rows.order_by()
        .values(*by)
        .annotate(
            open=Count("pk"),
            soon=Count("pk", filter=moment.among(SOON, prefix)),
            late=Count("pk", filter=moment.among(LATE, prefix)),
            paused=Count("pk", filter=moment.among(STOPPED, prefix)),
        )
    )


def board(uids: set[str] | None, moment: Moment) -> Board:
    """Everything open at these agencies (None: at all)."""
    scope = Q() if uids is None else Q(competent_uid__in=uids)
    rows = Dossier.objects.filter(scope)
    running = rows.filter(status__in=RUNNING, received_at__isnull=False)
    running = running.annotate(procedure=F("version__procedure"))
    open_rows = _counted(running, ("competent_uid", "procedure"), moment)
    other = rows.filter(Q(status=FINISHED) | Q(status=REGISTERED) | Q(status=SUPPLEMENTING, received_at=None))
    other_rows = (
        other.order_by()
        .values("competent_uid")
        .annotate(
            ready=Count("pk", filter=Q(status=FINISHED)),
            waiting=Count("pk", filter=Q(status=REGISTERED) | Q(status=SUPPLEMENTING, supplemented=True)),
        )
    )
    told = Board(Tally("", ""))
    agencies: dict[str, Tally] = {}
    procedures: dict[int, Tally] = {}
    for row in (*open_rows, *other_rows):
        told.total.add(row)
        agencies.setdefault(row["competent_uid"], Tally(row["competent_uid"], row["competent_uid"])).add(row)
        if "procedure" in row:
            procedures.setdefault(row["procedure"], Tally("", "")).add(row)
    for procedure in Procedure.objects.filter(pk__in=procedures):
        procedures[procedure.pk].key, procedures[procedure.pk].title = procedure.code, procedure.title
    told.units = _named(agencies)
    told.agencies, told.procedures = _sorted(agencies.values()), _sorted(procedures.values())
    told.officers = _officers(uids, moment)
    return told


def _sorted(tallies: Iterable[Tally]) -> list[Tally]:
    return sorted(tallies, key=lambda one: (-one.late, -one.soon, -one.open, str(one.title)))


def _named(agencies: dict[str, Tally]) -> list[Tally]:
    """Give agencies their names; the units they sit in, added up."""
    known = agencies_by_uid(agencies)
    units: dict[str, Tally] = {}
    for uid, tally in agencies.items():
        if uid in known:
            tally.title = known[uid].title
            code = known[uid].seat_unit_code
            unit = units.setdefault(code, Tally(code, _("Mã địa bàn %(code)s") % {"code": code}))
            unit.add(vars(tally))
    for row in Unit.objects.as_of(today()).filter(code__in=set(units) - {""}):
        units[row.code].title = row.name
    units.pop("", None)
    return _sorted(units.values()) if len(units) > 1 else []


def _officers(uids: set[str] | None, moment: Moment) -> list[Tally]:
    tasks = DossierTask.objects.filter(closed_at=None)
    if uids is not None:
        tasks = tasks.filter(agency_uid__in=uids)
    rows = list(_counted(tasks, ("holder",), moment, "dossier__"))
    names = {user.pk: user.full_name for user in User.objects.filter(pk__in=[row["holder"] for row in rows])}
    found = []
    for row in rows:
        tally = Tally(str(row["holder"] or ""), names.get(row["holder"], ""))
        tally.add(row)
        found.append(tally)
    return _sorted(found)


def led(user: Any, agency: str = "") -> set[str] | None:
    """The agencies a leader's board is about, or the one chosen of them (None: every one); Forbidden for another."""
    uids: set[str] | None = user.agency_uids("leader")
    if agency and uids is not None and agency not in uids:
        raise Forbidden(_("Bạn không thuộc cơ quan này."), place="agency")
    return {agency} if agency else uids
