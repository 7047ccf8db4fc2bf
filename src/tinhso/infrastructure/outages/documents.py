"""The report of an outage as PDF."""

from __future__ import annotations

from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation import pdf
from tinhso.foundation.dates import VIETNAM
from tinhso.identity.queries import agencies_by_uid
from tinhso.infrastructure.outages import codes
from tinhso.infrastructure.outages.models import Outage
from tinhso.infrastructure.outages.notices import when
from tinhso.infrastructure.outages.queries import element_names
from tinhso.infrastructure.outages.views.shared import unit_links

TEMPLATES = Path(__file__).parent / "typst"


def report(outage: Outage, language: str, *, exact: bool) -> bytes:
    """PDF/A-2b: when, why, whom it cut off, what was done. Elements bear their public names unless `exact`."""
    elements, entries = list(outage.elements.all()), list(outage.entries.all())
    named = {(one.element_kind, one.element) for one in elements}
    named |= {(one.element_kind, one.element) for one in entries if one.element}
    names = element_names(outage.network, named, exact)
    impact = outage.impact
    units, agencies = [], []
    if impact:
        affected = list(impact.affected.values_list("kind", "key"))
        day = outage.started_at.astimezone(VIETNAM).date()
        units = [name for name, _url in unit_links([key for kind, key in affected if kind == codes.UNIT], day)]
        uids = sorted(key for kind, key in affected if kind == codes.AGENCY)
        known = agencies_by_uid(uids)
        agencies = [str(known[uid].title) if uid in known else uid for uid in uids]
    end = outage.ended_at
    lasted = int(((end or timezone.now()) - outage.started_at).total_seconds() // 60)
    people = impact.people if impact else None
    written = [one for one in entries if one.kind == codes.REPORT]
    data = {
        "language": language,
        "title": _("Báo cáo sự cố %(code)s") % {"code": outage.code},
        "foot": f"Tỉnh Số · {outage.code}",
        "demonstration": _("Dữ liệu trình diễn") if outage.network.demonstration else "",
        "facts": [
            [_("Mạng"), outage.network.name],
            [_("Tình trạng"), str(outage.state_title)],
            [_("Bắt đầu"), when(outage.started_at)],
            [_("Kết thúc"), when(end)],
            *([[_("Dự kiến có lại"), when(outage.expected_at)]] if outage.expected_at else []),
            [_("Số phút"), str(lasted)],
            [_("Nguyên nhân"), str(outage.cause_title)],
            [_("Có kế hoạch"), _("Có") if outage.planned else _("Không")],
            [_("Người bị ảnh hưởng"), _("không rõ") if people is None else str(people)],
            [_("Tính trên hiện trạng mạng ngày"), f"{impact.day:%d/%m/%Y}" if impact else "—"],
        ],
        "sections": [
            [_("Báo cáo"), [one.text for one in written[-1:]] or [_("Chưa có báo cáo.")]],
            [_("Đơn vị bị ảnh hưởng"), [", ".join(units) or _("Không có.")]],
            [_("Cơ quan bị ảnh hưởng"), ["; ".join(agencies) or _("Không có.")]],
            [
                _("Phần tử gián đoạn"),
                [
                    f"{one.kind_title} {names[one.element_kind, one.element]}: "
                    f"{when(one.starts_at)} – {when(one.ends_at)}"
                    for one in elements
                ],
            ],
        ],
        "history_title": _("Diễn biến"),
        "heads": [_("Lúc"), _("Việc"), _("Ai"), _("Nội dung")],
        "history": [
            [
                when(one.at),
                str(one.kind_title),
                one.actor_name,
                " ".join(
                    part
                    for part in (
                        names.get((one.element_kind, one.element), ""),
                        str(codes.CAUSES[one.cause]) if one.cause else "",
                        one.text if one.kind != codes.REPORT else "",
                    )
                    if part
                ),
            ]
            for one in entries
        ],
    }
    return pdf.render(TEMPLATES / "report.typ", data, moment=outage.started_at)
