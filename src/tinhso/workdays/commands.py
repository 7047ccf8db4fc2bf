"""Publishing a calendar: the notices of a year become a version that never changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation import canonical
from tinhso.foundation.errors import Conflict, Invalid
from tinhso.proof.audit import Actor, command, note
from tinhso.workdays.calendars import Calendar
from tinhso.workdays.models import CalendarVersion
from tinhso.workdays.official import FIRST_YEAR, LAST_YEAR, compose
from tinhso.workdays.queries import current


def read(notices: Mapping[str, Any]) -> Calendar:
    """A calendar from notices in the form of data/vietnam.json; Invalid names what is wrong and where."""
    try:
        return Calendar(compose(notices, FIRST_YEAR, LAST_YEAR))
    except KeyError as absent:
        raise Invalid(_("Thiếu trường %(name)s.") % {"name": absent}, place=str(absent).strip("'")) from absent
    except (TypeError, ValueError, AttributeError) as broken:
        raise Invalid(_("Tệp lịch không đúng dạng: %(why)s") % {"why": broken}, place="calendar") from broken


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
