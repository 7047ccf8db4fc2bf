"""National synchronisation: messages leave in the order of each dossier, and both sides are compared every day.

An attempt whose answer never came may have arrived. So before anything is sent a second time the portal is asked what
it holds: nothing is doubled there even where it does not recognise a repeated message.
"""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.delivery.commands import backoff
from tinhso.foundation.access import check
from tinhso.foundation.dates import VIETNAM, end_of, today
from tinhso.foundation.errors import Conflict
from tinhso.government.services.models import Dossier, SyncFinding, SyncMessage, SyncRun
from tinhso.government.services.national.messages import progress, same_progress, whole
from tinhso.government.services.national.outbox import PROGRESS, WHOLE
from tinhso.government.services.national.portal_client import PortalFailed, PortalRefused, call, configured
from tinhso.proof.audit import Actor, command, note

log = logging.getLogger("tinhso.services.sync")

#: An attempt holds its message this long, far beyond the client's timeouts.
LEASE = timedelta(minutes=5)
#: After so many failed attempts people are told; the attempts go on.
FAILED_AFTER = 5
#: A portal that fails so often in a row is left alone until the next round.
PATIENCE = 3
LOOK_UP = "TraCuuHoSo"
#: Every day the dossiers received within this many days are compared.
COMPARED = timedelta(days=90)


def due_messages() -> Any:
    """Messages to send now: the first unsent one of each dossier. Demonstration dossiers never leave."""
    earlier = SyncMessage.objects.filter(dossier=OuterRef("dossier"), sent_at=None, pk__lt=OuterRef("pk"))
    rows = SyncMessage.objects.filter(sent_at=None, next_attempt_at__lte=timezone.now())
    return rows.filter(~Exists(earlier), dossier__demonstration=False).order_by("next_attempt_at", "pk")


def send_due(limit: int = 500) -> int:
    """Send what is due; returns how many left. Several workers may run it: each message is claimed by one."""
    if not configured():
        return 0
    sent = tried = failed = 0
    while tried < limit and failed < PATIENCE:
        batch = list(due_messages().values_list("pk", "attempts")[: limit - tried])
        if not batch:
            break
        for pk, attempts in batch:
            now = timezone.now()
            claimed = SyncMessage.objects.filter(pk=pk, attempts=attempts, sent_at=None, next_attempt_at__lte=now)
            tried += 1
            if failed < PATIENCE and claimed.update(attempts=attempts + 1, next_attempt_at=now + LEASE):
                outcome = _send(pk)
                sent += outcome is True
                failed = failed + 1 if outcome is None else 0
    return sent


def _send(pk: int) -> bool | None:
    """Whether it is through; None where the portal could not be spoken to."""
    message = SyncMessage.objects.select_related("dossier__version__procedure__field").get(pk=pk)
    try:
        _deliver(message)
    except PortalRefused as refused:
        _failed(message, f"{refused}", for_good=True)
        return False
    except PortalFailed as failed:
        _failed(message, f"{failed}", for_good=False)
        return None
    with transaction.atomic():
        dossier = Dossier.objects.select_for_update().get(pk=message.dossier_id)
        SyncMessage.objects.filter(pk=pk).update(sent_at=timezone.now(), next_attempt_at=None, last_error="")
        settle(dossier)
    return True


def _deliver(message: SyncMessage) -> None:
    dossier = message.dossier
    held = look_up(dossier.code) if message.attempts > 1 else None
    if message.operation == WHOLE:
        before = SyncMessage.objects.filter(dossier=dossier, operation=WHOLE, pk__lt=message.pk).exclude(sent_at=None)
        known = held is not None if message.attempts > 1 else before.exists()
        call(WHOLE, whole(dossier, message.event, updating=known))
        return
    row = progress(dossier, message.event)
    if held is not None and _arrived(message, row, held):
        return
    call(PROGRESS, row)


def _arrived(message: SyncMessage, row: dict[str, Any], held: dict[str, Any]) -> bool:
    """Whether the portal holds a progress row beyond the equal ones that went through before."""
    there = sum(same_progress(row, other) for other in _listed(held, "TienDo"))
    earlier = SyncMessage.objects.filter(dossier=message.dossier, operation=PROGRESS, pk__lt=message.pk)
    through = earlier.exclude(sent_at=None).values_list("event", flat=True)
    return there > sum(same_progress(row, progress(message.dossier, event)) for event in through)


def look_up(code: str) -> dict[str, Any] | None:
    """A dossier as the portal holds it; None where it does not."""
    found = _listed(call(LOOK_UP, {"MaHoSo": code}), "DanhSachHoSo")
    return next((one for one in found if one.get("MaHoSo") == code), None)


def _listed(answer: dict[str, Any], name: str) -> list[dict[str, Any]]:
    """The objects under a name; null and absent are none. PortalFailed where it is something else."""
    found = answer.get(name) or []
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise PortalFailed(f"{LOOK_UP}: {name} is no list of objects")
    return found


def _number(answer: dict[str, Any], name: str) -> int:
    try:
        if 0 <= (number := int(answer[name])) < 2**15:
            return number
    except (KeyError, TypeError, ValueError):
        pass
    raise PortalFailed(f"{LOOK_UP}: {name}: {answer.get(name)!r}")


def _failed(message: SyncMessage, reason: str, *, for_good: bool) -> None:
    reason = reason.replace("\0", "")[:300]
    log.warning("message %s, attempt %d failed", message.key, message.attempts)
    again = None if for_good else timezone.now() + backoff(message.attempts)
    with transaction.atomic():
        dossier = Dossier.objects.select_for_update().get(pk=message.dossier_id)
        SyncMessage.objects.filter(pk=message.pk).update(last_error=reason, next_attempt_at=again)
        settle(dossier)


def settle(dossier: Dossier) -> None:
    """Derive a locked dossier's synchronisation state from its messages: failed where one was refused, or failed
    several times."""
    unsent = SyncMessage.objects.filter(dossier=dossier, sent_at=None)
    failing = unsent.exclude(last_error="").filter(Q(next_attempt_at=None) | Q(attempts__gte=FAILED_AFTER))
    state = "failed" if failing.exists() else "pending" if unsent.exists() else "sent"
    if dossier.sync != state:
        Dossier.objects.filter(pk=dossier.pk).update(sync=state)
        dossier.sync = state


def failures() -> Any:
    """Messages that failed and are not through yet, the newest first."""
    rows = SyncMessage.objects.filter(sent_at=None).exclude(last_error="")
    return rows.select_related("dossier").order_by("-pk")


@command("services.retry_sync")
def retry(*, actor: Actor, message: int, user: Any) -> None:
    """Try a failed message again at once; Conflict where it went through in the meantime."""
    check(user, "services.synchronise")
    row = SyncMessage.objects.select_related("dossier").get(pk=message)
    dossier = Dossier.objects.select_for_update().get(pk=row.dossier_id)
    if not SyncMessage.objects.filter(pk=message, sent_at=None).update(next_attempt_at=timezone.now()):
        raise Conflict(_("Tin này đã gửi xong."), place=row.key)
    settle(dossier)
    note(target=row.key, after={"attempts": row.attempts})


def reconcile(first: date | None = None, last: date | None = None) -> SyncRun | None:
    """Compare the dossiers received between two days (90 days up to today) with what the portal holds.

    What is missing there, or stands otherwise there, is sent again whole; what is unknown here is listed.
    """
    if not configured():
        return None
    last = last or today()
    first = first or last - COMPARED
    run = SyncRun.objects.create(started_at=timezone.now(), first_day=first, last_day=last)
    try:
        theirs = _theirs(first, last)
        ours = _ours(first, last)
        found = _compare(ours, theirs)
    except (PortalFailed, PortalRefused) as failed:
        SyncRun.objects.filter(pk=run.pk).update(error=f"{failed}".replace("\0", "")[:300], ended_at=timezone.now())
        run.refresh_from_db()
        return run
    for finding in found:
        finding.run = run
    with transaction.atomic():
        SyncFinding.objects.bulk_create(found)
        SyncRun.objects.filter(pk=run.pk).update(ours=len(ours), theirs=len(theirs), ended_at=timezone.now())
    for finding in found:
        if finding.kind != "unknown":
            send_again(finding.code, run)
    run.refresh_from_db()
    return run


def _theirs(first: date, last: date) -> dict[str, int]:
    """State by code of what the portal holds as received in those days."""
    found: dict[str, int] = {}
    page = 1
    while True:
        asked = {"TuNgay": f"{first:%Y%m%d}", "DenNgay": f"{last:%Y%m%d}", "Trang": page}
        answer = call(LOOK_UP, asked)
        listed = {str(one.get("MaHoSo", "")): _number(one, "TrangThaiHoSo") for one in _listed(answer, "DanhSachHoSo")}
        # A page that tells nothing new ends it too: a portal that knows no pages answers the same one for ever.
        fresh = listed.keys() - found.keys()
        found.update(listed)
        if not fresh or page >= (_number(answer, "SoTrang") if answer.get("SoTrang") is not None else 1):
            return found
        page += 1


def _ours(first: date, last: date) -> dict[str, int]:
    """State by code of our dossiers of those days that are through, with nothing on its way, and not erased."""
    start = datetime.combine(first, datetime.min.time(), VIETNAM)
    inside = Q(filed_at__gte=start, filed_at__lt=end_of(last)) | Q(received_at__gte=start, received_at__lt=end_of(last))
    waiting = SyncMessage.objects.filter(dossier=OuterRef("pk"), sent_at=None)
    rows = Dossier.objects.filter(inside, ~Exists(waiting), demonstration=False, erased_at=None)
    return dict(rows.values_list("code", "status"))


def _compare(ours: dict[str, int], theirs: dict[str, int]) -> list[SyncFinding]:
    found = []
    for code in sorted(ours.keys() - theirs.keys()):
        # Days may be told differently on both sides: only what the portal cannot find by its code is missing.
        held = look_up(code)
        if held is None:
            found.append(SyncFinding(code=code, kind="missing", ours=ours[code]))
        elif (theirs_now := _number(held, "TrangThaiHoSo")) != ours[code]:
            found.append(SyncFinding(code=code, kind="differs", ours=ours[code], theirs=theirs_now))
    for code in sorted(ours.keys() & theirs.keys()):
        if ours[code] != theirs[code]:
            found.append(SyncFinding(code=code, kind="differs", ours=ours[code], theirs=theirs[code]))
    strange = theirs.keys() - ours.keys()
    known = set(Dossier.objects.filter(code__in=strange).values_list("code", flat=True))
    found += [SyncFinding(code=code, kind="unknown", theirs=theirs[code]) for code in sorted(strange - known)]
    return found


def send_again(code: str, run: SyncRun) -> None:
    """Queue a dossier whole, as it is now; once per comparison."""
    with transaction.atomic():
        dossier = Dossier.objects.select_for_update().get(code=code)
        now = timezone.now()
        # The portal may hold it or not: as one that was attempted before, it is looked up first.
        SyncMessage.objects.get_or_create(
            key=f"{code}/{dossier.events_count}/r{run.pk}",
            defaults={
                "dossier": dossier,
                "event": dossier.events_count,
                "operation": WHOLE,
                "created_at": now,
                "next_attempt_at": now,
                "attempts": 1,
            },
        )
        settle(dossier)


def reconcile_daily() -> None:
    """Compare, then send what was found missing."""
    if reconcile() is not None:
        send_due()
