"""Which agency is a party: each side says so for itself, as a correction or as a change from a day on."""

from __future__ import annotations

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.errors import Conflict, Invalid
from tinhso.identity.queries import agency_at
from tinhso.programme.models import Agreement, Party
from tinhso.programme.sides import Standing
from tinhso.proof.audit import Actor, command, note, nothing_changed


def present_party(agreement: str, side: str) -> Party | None:
    """The last row of a side, as recorded now."""
    return Party.objects.known_at().filter(agreement=agreement, side=side).order_by("valid_from").last()


def _within(row: Party, day: date) -> None:
    if (row.valid_from and day <= row.valid_from) or (row.valid_to and day >= row.valid_to):
        raise Invalid(
            _("Ngày %(day)s nằm ngoài thời gian hiệu lực của bản này.") % {"day": day.isoformat()},
            place="effective",
            mend=_("Chọn ngày sau %(day)s.") % {"day": row.valid_from},
        )


def _told(row: Party) -> dict[str, str]:
    return {"side": row.side, "agency": row.agency_uid, "name": row.name_vi, "valid_from": str(row.valid_from)}


@command("programme.change_party")
def change_party(
    *, actor: Actor, by: Standing, version: int, agency_uid: str, reason: str, effective: date | None = None
) -> Party:
    """Another agency is the party of one's own side: always should have been, or with `effective` from that day on.

    The agency must be in force on the first day of the row written, and not be the other side's party. Conflict when
    someone changed the side since `version` was shown. Repeating it changes nothing.
    """
    Agreement.objects.known_at().select_for_update().get(uid=by.agreement)
    row = present_party(by.agreement, by.side)
    if row is None or row.pk != version:
        raise Conflict(
            _("Có người đã sửa trong lúc bạn đang soạn."),
            place=by.agreement,
            mend=_("Mở lại trang, xem bản mới rồi sửa tiếp."),
        )
    if not reason.strip():
        raise Invalid(_("Cần lý do."), place="reason", mend=_("Ghi văn bản làm căn cứ."))
    since = effective or row.valid_from
    if effective is not None and effective != row.valid_from:
        _within(row, effective)
    agency = agency_at(agency_uid, since) if since else None
    if agency is None:
        raise Invalid(
            _("Không có cơ quan “%(uid)s” vào ngày ấy.") % {"uid": agency_uid},
            place="agency_uid",
            mend=_("Chọn trong danh sách, hoặc chọn ngày khác."),
        )
    others = Party.objects.known_at().filter(agreement=by.agreement, agency_uid=agency_uid).exclude(side=by.side)
    if others.exists():
        raise Invalid(
            _("Cơ quan này là bên kia của thỏa thuận."), place="agency_uid", mend=_("Chọn cơ quan của bên mình.")
        )
    new = row.again(agency_uid=agency_uid, name_vi=agency.name, name_en=agency.name_en or agency.name, valid_from=since)
    if (row.agency_uid, row.name) == (new.agency_uid, new.name):
        nothing_changed()
        return row
    moment = timezone.now()
    Party.objects.filter(pk=row.pk).supersede(moment)
    if since != row.valid_from:
        before = row.again(valid_to=since)
        before.recorded_at = moment
        before.save()
    new.recorded_at = moment
    new.save()
    note(target=f"agreement:{by.agreement}", before=_told(row), after={**_told(new), "reason": reason.strip()})
    return new
