"""Planned maintenance: proposed by one, approved by another, announced, perhaps cancelled."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.errors import Conflict, Forbidden, Invalid
from tinhso.infrastructure.network.models import Network
from tinhso.infrastructure.outages import codes
from tinhso.infrastructure.outages.models import MaintenanceWindow, Notice, WindowElement, WindowEntry
from tinhso.infrastructure.outages.notices import Told, announce
from tinhso.infrastructure.outages.reports import Names
from tinhso.infrastructure.outages.rules.spells import Element
from tinhso.infrastructure.outages.warning import cut_by
from tinhso.proof.audit import Actor, command, note, nothing_changed

LONGEST = timedelta(days=14)
MOST_ELEMENTS = 500


@command("outages.plan_maintenance")
def plan_maintenance(
    *,
    actor: Actor,
    network: Network,
    title: str,
    elements: Iterable[Element],
    starts_at: datetime,
    ends_at: datetime,
    works: str = "",
) -> MaintenanceWindow:
    """Propose work that takes these elements down. `title` is public, `works` is for the operator's own people."""
    title, works = " ".join(title.split()), works.strip()
    if not title or len(title) > 200 or len(works) > 5000:
        raise Invalid(_("Cần tên công việc, không quá 200 ký tự."), place="title", mend=_("Ghi ngắn gọn việc sẽ làm."))
    if ends_at <= starts_at:
        raise Invalid(_("Kết thúc phải sau bắt đầu."), place="ends_at", mend=_("Sửa thời gian kết thúc."))
    if ends_at - starts_at > LONGEST:
        raise Invalid(
            _("Một kế hoạch dài nhất %(days)d ngày.") % {"days": LONGEST.days}, place="ends_at", mend=_("Chia nhỏ.")
        )
    if starts_at <= timezone.now():
        raise Invalid(
            _("Kế hoạch phải bắt đầu trong tương lai: việc đã xảy ra là sự cố."),
            place="starts_at",
            mend=_("Chọn thời gian sau lúc này."),
        )
    wanted = sorted(set(elements))
    if not wanted or len(wanted) > MOST_ELEMENTS:
        raise Invalid(
            _("Cần từ 1 đến %(most)d phần tử.") % {"most": MOST_ELEMENTS}, place="elements", mend=_("Ghi mã phần tử.")
        )
    names = Names(network)
    if strangers := [element for kind, element in wanted if not names.has(kind, element)]:
        raise Invalid(
            _("Mạng không có phần tử: %(elements)s.") % {"elements": ", ".join(strangers[:10])},
            place="elements",
            mend=_("Chép đúng mã trong dữ liệu mạng."),
        )
    window = MaintenanceWindow.objects.create(
        network=network, title=title, works=works, starts_at=starts_at, ends_at=ends_at
    )
    WindowElement.objects.bulk_create(
        WindowElement(window=window, element_kind=kind, element=element) for kind, element in wanted
    )
    _say(actor, window, codes.PROPOSED)
    note(
        target=f"maintenance:{window.uid}",
        after={
            "title": title,
            "from": starts_at.isoformat(),
            "to": ends_at.isoformat(),
            "elements": [f"{kind} {element}" for kind, element in wanted],
        },
    )
    return window


def _say(actor: Actor, window: MaintenanceWindow, state: str, text: str = "") -> None:
    WindowEntry.objects.create(
        window=window, state=state, actor_code=actor.code, actor_name=actor.name[:200], text=text
    )


@command("outages.approve_maintenance")
def approve_window(*, actor: Actor, window: MaintenanceWindow) -> MaintenanceWindow:
    """Approve a plan, by someone who did not propose it, before it begins."""
    window = MaintenanceWindow.objects.select_for_update().get(pk=window.pk)
    if window.state == codes.APPROVED:
        nothing_changed()
        return window
    if window.state != codes.PROPOSED:
        raise Conflict(_("Kế hoạch đã hủy."), place=window.code, mend=_("Lập kế hoạch mới."))
    if window.entries.filter(state=codes.PROPOSED, actor_code=actor.code).exists():
        raise Forbidden(
            _("Người lập kế hoạch không tự duyệt."), place=window.code, mend=_("Nhờ người có quyền khác duyệt.")
        )
    if window.starts_at <= timezone.now():
        raise Conflict(_("Đã quá giờ bắt đầu: không duyệt lùi."), place=window.code, mend=_("Hủy và lập kế hoạch mới."))
    window.state = codes.APPROVED
    window.save(update_fields=["state"])
    _say(actor, window, codes.APPROVED)
    note(target=f"maintenance:{window.uid}", before={"state": codes.PROPOSED}, after={"state": codes.APPROVED})
    return window


@command("outages.cancel_maintenance")
def cancel_window(*, actor: Actor, window: MaintenanceWindow, reason: str) -> MaintenanceWindow:
    """Cancel a plan that has not begun; agencies that were told of it are told of this as well."""
    window = MaintenanceWindow.objects.select_for_update().get(pk=window.pk)
    reason = " ".join(reason.split())
    if not reason or len(reason) > 500:
        raise Invalid(_("Cần lý do, không quá 500 ký tự."), place="reason", mend=_("Ghi vì sao hủy."))
    if window.state == codes.CANCELLED:
        nothing_changed()
        return window
    if window.starts_at <= timezone.now():
        raise Conflict(_("Kế hoạch đã bắt đầu."), place=window.code, mend=_("Kế hoạch đã bắt đầu thì không hủy được."))
    before, window.state = window.state, codes.CANCELLED
    window.save(update_fields=["state"])
    _say(actor, window, codes.CANCELLED, reason)
    informed = Notice.objects.filter(window=window, kind="maintenance").values_list("agency_uid", flat=True)
    announce(actor, window=window, kind="cancelled", agencies=sorted(set(informed)))
    note(
        target=f"maintenance:{window.uid}",
        before={"state": before},
        after={"state": codes.CANCELLED, "reason": reason},
    )
    return window


@command("outages.tell_maintenance")
def tell_window(*, actor: Actor, window: MaintenanceWindow, text: str = "") -> Told:
    """Tell the agencies that would be cut off; repeating it tells nobody twice."""
    window = MaintenanceWindow.objects.select_for_update().get(pk=window.pk)
    if window.state != codes.APPROVED:
        raise Conflict(_("Chỉ báo kế hoạch đã duyệt."), place=window.code, mend=_("Duyệt trước khi báo."))
    told = announce(
        actor, window=window, kind="maintenance", agencies=list(cut_by(window).total.agencies), text=text.strip()[:2000]
    )
    if not told.sent:
        nothing_changed()
        return told
    note(target=f"maintenance:{window.uid}", after={"agencies": sorted(told.sent)})
    return told
