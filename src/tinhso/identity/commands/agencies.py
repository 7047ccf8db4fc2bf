"""Agencies: importing the register, and one agency succeeding another."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.files.imports import Diff, ImportRefused, Plan, apply_import, compare
from tinhso.files.models import ImportBatch
from tinhso.foundation.dates import today
from tinhso.foundation.errors import Invalid
from tinhso.identity.agency_file import check_references, read
from tinhso.identity.commands.mandates import end_on
from tinhso.identity.importers import AGENCIES
from tinhso.identity.models import Agency, AgencySuccession, Deputation, RoleGrant
from tinhso.identity.succession import Link, Succession, announce
from tinhso.proof.audit import Actor, command, note, nothing_changed


def _follow(actor: Actor, rows: Iterable[AgencySuccession], batch: UUID | None) -> tuple[Link, ...]:
    """End the mandates of predecessors that have ended and tell the upper apps.

    A mandate is never carried over by itself: who acts for the successor is a decision people take. One that passed on
    a part and goes on keeps its people.
    """
    links = tuple(
        Link(row.predecessor_uid, row.successor_uid, row.valid_from, row.basis) for row in rows if row.valid_from
    )
    ends: dict[str, date] = {}
    for day in sorted({max(link.day, today()) for link in links}):
        in_force = set(Agency.objects.as_of(day).values_list("uid", flat=True))
        ends |= {
            link.predecessor_uid: day
            for link in links
            if max(link.day, today()) == day and link.predecessor_uid not in in_force
        }
    for model in (RoleGrant, Deputation):
        open_rows = model.objects.known_at().exclude(agency_uid="")
        for row in open_rows.filter(Q(valid_to=None) | Q(valid_to__gt=today())):
            last = ends.get(row.agency_uid)
            if last is not None and (row.valid_to is None or row.valid_to > last):
                end_on(row, last, batch)
    announce(Succession(links, actor, batch))
    return links


@command("identity.succeed_agencies")
def succeed_agencies(*, actor: Actor, day: date, links: Iterable[tuple[str, str]], basis: str) -> tuple[Link, ...]:
    """From `day` on, each pair's second agency carries on the first's rights and duties; the first ends that day.

    Both must be in the register: the predecessor in force the day before, the successor on the day. Repeating it
    changes nothing. Handlers of other apps (identity.succession) run inside this transaction.
    """
    pairs = sorted(set(links))
    if not basis.strip():
        raise Invalid(_("Cần ghi căn cứ của việc kế thừa."), place="basis", mend=_("Ghi số và ngày của quyết định."))
    held = {
        (row.predecessor_uid, row.successor_uid)
        for row in AgencySuccession.objects.known_at().filter(predecessor_uid__in=[old for old, _new in pairs])
    }
    fresh = [pair for pair in pairs if pair not in held]
    if not fresh:
        nothing_changed()
        return ()
    moment = timezone.now()
    current = Agency.objects.known_at().select_for_update()
    for uid in sorted({old for old, _new in fresh}):
        row = current.filter(uid=uid).filter(Q(valid_from=None) | Q(valid_from__lt=day)).order_by("valid_from").last()
        if row is None or (row.valid_to is not None and row.valid_to < day):
            raise Invalid(_("Cơ quan “%(uid)s” không hoạt động ngay trước ngày kế thừa.") % {"uid": uid}, place="links")
        if row.valid_to != day:
            Agency.objects.filter(pk=row.pk).supersede(moment)
            ended = row.again(valid_to=day)
            ended.recorded_at = moment
            ended.save()
    successors = {new for _old, new in fresh}
    present = set(Agency.objects.as_of(day).filter(uid__in=successors).values_list("uid", flat=True))
    if absent := sorted(successors - present):
        raise Invalid(
            _("Cơ quan kế thừa “%(uid)s” không hoạt động vào ngày kế thừa.") % {"uid": absent[0]},
            place="links",
            mend=_("Thêm cơ quan ấy vào danh mục trước, và không để nó vừa kết thúc vừa kế thừa."),
        )
    rows = [
        AgencySuccession(predecessor_uid=old, successor_uid=new, valid_from=day, basis=basis, recorded_at=moment)
        for old, new in fresh
    ]
    AgencySuccession.objects.bulk_create(rows)
    told = _follow(actor, rows, None)
    note(
        target="agencies",
        after={"day": str(day), "basis": basis, "links": [[link.predecessor_uid, link.successor_uid] for link in told]},
    )
    return told


def _plans(agencies: list[Agency], successions: list[AgencySuccession]) -> list[Plan]:
    """A register speaks for the whole history of the agencies it names, and for the successions into them."""
    uids = {row.uid for row in agencies}
    return [
        Plan(("uid", "valid_from"), Agency.objects.filter(uid__in=uids), agencies, removes=True),
        Plan(
            ("predecessor_uid", "successor_uid"),
            AgencySuccession.objects.filter(successor_uid__in=uids),
            successions,
            removes=True,
        ),
    ]


def write_register(
    *,
    actor: Actor,
    source_name: str,
    source_sha256: str,
    agencies: list[Agency],
    successions: list[AgencySuccession],
    dry_run: bool = False,
) -> tuple[ImportBatch | None, Diff]:
    """Compare and write rows already checked; new successions are followed inside the same transaction."""
    if dry_run:
        return None, compare(_plans(agencies, successions))

    def after(batch: ImportBatch, diff: Diff) -> None:
        _follow(actor, [row for row in diff.added if isinstance(row, AgencySuccession)], batch.id)

    return apply_import(
        actor=actor,
        importer=AGENCIES,
        source_name=source_name,
        source_sha256=source_sha256,
        plan=lambda: _plans(agencies, successions),
        after=after,
    )


def import_agencies(
    *, actor: Actor, source_name: str, content: bytes, dry_run: bool = False
) -> tuple[ImportBatch | None, Diff]:
    """Import a CSV register: all or nothing; ImportRefused lists every faulty line."""
    found = read(content)
    if not found.findings:
        check_references(found, Agency.objects.known_at().values_list("uid", flat=True).distinct())
    if any(finding.fatal for finding in found.findings):
        raise ImportRefused(found.findings)
    return write_register(
        actor=actor,
        source_name=source_name,
        source_sha256=hashlib.sha256(content).hexdigest(),
        agencies=found.agencies,
        successions=found.successions,
        dry_run=dry_run,
    )
