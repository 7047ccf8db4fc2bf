"""Publishing a calendar: the notices of a year become a version that never changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation import canonical
from tinhso.foundation.errors import Conflict, Invalid
from tinhso.proof.audit import SYSTEM, Actor, command, note
from tinhso.workdays.calendars import Calendar
from tinhso.workdays.models import CalendarVersion
from tinhso.workdays.official import FIRST_YEAR, LAST_YEAR, check, compose, read_notices
from tinhso.workdays.queries import current

FIRST_REASON = "Bản đầu tiên: các thông báo nghỉ lễ kèm chương trình"


def read(notices: Any) -> Calendar:
    """A calendar from notices in the form of data/vietnam.json; Invalid names what is wrong and where."""
    check(notices)
    return Calendar(compose(notices, FIRST_YEAR, LAST_YEAR))


@command("workdays.publish_calendar")
def publish_calendar(*, actor: Actor, notices: Mapping[str, Any], reason: str) -> CalendarVersion:
    """Make a calendar the one new time limits are counted by. Conflict when nothing would change.

    Dossiers already received keep the version they began with.
    """
    fresh = read(notices)
    if CalendarVersion.objects.filter(sha256=fresh.sha256).exists():
        raise Conflict(_("Lịch này đã được ban hành."), place="calendar", mend=_("Không cần làm gì thêm."))
    if not reason.strip():
        raise Invalid(_("Cần nêu lý do hoặc văn bản."), place="reason")
    number = (CalendarVersion.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    former = current()
    version = CalendarVersion.objects.create(
        number=number,
        content=canonical.dumps(fresh.content).decode(),
        sha256=fresh.sha256,
        published_at=timezone.now(),
        published_by=actor.code,
        published_by_name=actor.name,
        note=reason.strip()[:500],
    )
    note(target=str(number), before={"sha256": former.sha256}, after={"sha256": fresh.sha256, "reason": version.note})
    return version


def pinned() -> str:
    """The hash of the calendar in force, published if none is yet: what is counted by it names it for ever, and the
    one shipped with the program changes with the program."""
    if not CalendarVersion.objects.exists():
        try:
            with transaction.atomic():
                publish_calendar(actor=SYSTEM, notices=read_notices(), reason=FIRST_REASON)
        except IntegrityError:
            # Another process published it in the same moment.
            pass
    return current().sha256
