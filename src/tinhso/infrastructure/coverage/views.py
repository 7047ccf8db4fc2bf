"""Pages of coverage: a commune's sheet, what is missing and its cost, broadband and its level of service."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.foundation import xlsx
from tinhso.foundation.access import may, public
from tinhso.foundation.dates import today
from tinhso.foundation.errors import Forbidden
from tinhso.foundation.forms import attempt
from tinhso.foundation.templatetags.tinhso import link_to
from tinhso.infrastructure.coverage.commands import set_level
from tinhso.infrastructure.coverage.gaps import Gap, Gaps, gaps
from tinhso.infrastructure.coverage.models import ServiceLevel
from tinhso.infrastructure.coverage.sheet import sheet, unit_on
from tinhso.infrastructure.coverage.speeds import DAYS, ENOUGH, STATES, TONES, speeds
from tinhso.infrastructure.network.coverage import FIBRE_STATES, default_scope, generations, tone, units_day
from tinhso.infrastructure.network.pages import actor_of, asked_day, crumbs
from tinhso.places.scopes import scope_title

PER_PAGE = 100
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SET = "coverage.set_level"


def _crumbs(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return crumbs((_("Độ phủ"), link_to("coverage:overview")), *more)


@public
def unit_sheet(request: HttpRequest, code: str) -> HttpResponse:
    """Everything a commune's official needs to know of the fibre in their commune, on one sheet."""
    day = asked_day(request, "ngay", today())
    unit = unit_on(code, day)
    if unit is None:
        raise Http404(_("Không có đơn vị cấp xã mã %(code)s vào ngày %(day)s.") % {"code": code, "day": day})
    found = sheet(unit, day)
    context = {
        "crumbs": _crumbs((unit.name, "")),
        "day": day,
        "sheet": found,
        "fibre_label": FIBRE_STATES[found.fibre["state"]],
        "fibre_tone": tone(found.fibre["state"]),
        "speed_label": STATES[found.speed["state"]],
        "speed_tone": TONES[found.speed["state"]],
        "enough": ENOUGH,
        "days": DAYS,
        "place_url": link_to("places:place", unit.code),
    }
    return render(request, "coverage/sheet.html", context)


@public
def missing(request: HttpRequest) -> HttpResponse:
    """Units and agencies without fibre, the distance to the nearest node, and about what closing the gap costs."""
    scope, day = request.GET.get("pham-vi") or default_scope(), asked_day(request, "ngay", today())
    context: dict[str, Any] = {"crumbs": _crumbs((_("Còn thiếu"), "")), "day": day}
    if scope is not None:
        found = gaps(scope, day)
        if request.GET.get("dang") == "xlsx":
            return _workbook(found, day)
        pages = Paginator(found.agencies, PER_PAGE)
        context |= {
            "scope": scope,
            "scope_title": scope_title(scope),
            "gaps": found,
            "agencies": pages.get_page(request.GET.get("trang")),
            "earlier": bool(known := generations(scope)) and day < known[0],
            "units_day": units_day(scope, day),
        }
    return render(request, "coverage/missing.html", context)


def _workbook(found: Gaps, day: date) -> HttpResponse:
    heads = [
        _("Mã"),
        _("Tên"),
        _("Số dân"),
        _("Cách nút gần nhất (m)"),
        _("Tuyến ước tính (m)"),
        _("Chi phí ước tính (đồng)"),
    ]

    def row(gap: Gap) -> list[xlsx.Value]:
        name = gap.agency.name if gap.agency else gap.unit.name
        code = gap.agency.uid if gap.agency else gap.unit.code
        return [code, name, gap.people, gap.distance_m, gap.route_m, gap.cost]

    about: list[list[xlsx.Value]] = [
        [_("Ngày"), day],
        [_("Bảng giá"), f"{found.prices} – {found.prices.source}" if found.prices else _("không có")],
        [_("Trình diễn"), _("có") if found.demonstration else _("không")],
    ]
    widths = (14, 44, 12, 20, 20, 24)
    book = xlsx.write(
        [
            xlsx.Sheet(_("Đơn vị"), heads, map(row, found.units), widths),
            xlsx.Sheet(_("Cơ quan"), heads, map(row, found.agencies), widths),
            xlsx.Sheet(_("Thông tin"), [_("Mục"), _("Nội dung")], about, (20, 80)),
        ]
    )
    response = HttpResponse(book, content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="con-thieu-{day}.xlsx"'
    return response


@public
def broadband(request: HttpRequest) -> HttpResponse:
    """What people measured in each unit in the last year, against the level of service."""
    scope, day = request.GET.get("pham-vi") or default_scope(), asked_day(request, "ngay", today())
    context: dict[str, Any] = {
        "crumbs": _crumbs((_("Băng rộng"), "")),
        "day": day,
        "enough": ENOUGH,
        "days": DAYS,
        "may_import": may(request.user, "coverage.import_tests"),
        "import_url": link_to("files:upload", "bang-rong"),
    }
    if scope is not None:
        found = speeds(scope, day)
        context |= {
            "scope": scope,
            "scope_title": scope_title(scope),
            "speeds": found,
            "rows": [
                (
                    unit,
                    found.rows[unit.code],
                    STATES[found.rows[unit.code]["state"]],
                    TONES[found.rows[unit.code]["state"]],
                )
                for unit in found.units
            ],
        }
    return render(request, "coverage/broadband.html", context)


class LevelForm(forms.Form):
    valid_from = forms.DateField(
        label=gettext_lazy("Có hiệu lực từ ngày"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    download_mbps = forms.IntegerField(label=gettext_lazy("Tải xuống ít nhất (Mbit/s)"), min_value=1)
    upload_mbps = forms.IntegerField(label=gettext_lazy("Tải lên ít nhất (Mbit/s)"), min_value=1)
    latency_ms = forms.IntegerField(label=gettext_lazy("Độ trễ nhiều nhất (ms)"), min_value=1)
    share_percent = forms.IntegerField(
        label=gettext_lazy("Tỷ lệ lần đo phải đạt (%)"), min_value=1, max_value=100, initial=80
    )
    basis = forms.CharField(label=gettext_lazy("Căn cứ"), max_length=500)


@public
def levels(request: HttpRequest) -> HttpResponse:
    """The level of service in force and all there were; the programme office of the province sets a new one."""
    allowed = may(request.user, SET)
    form = LevelForm(request.POST if request.method == "POST" else None, initial={"valid_from": today()})
    if request.method == "POST":
        if not allowed:
            raise Forbidden(_("Bạn không có quyền đặt mức dịch vụ."))
        made = _set(request, form) if form.is_valid() else None
        if made:
            messages.success(request, _("Đã đặt mức dịch vụ."))
            return redirect("coverage:levels")
    context = {
        "crumbs": _crumbs((_("Băng rộng"), link_to("coverage:broadband")), (_("Mức dịch vụ"), "")),
        "form": form if allowed else None,
        "levels": ServiceLevel.objects.visible_to(request.user).order_by("-valid_from", "-recorded_at"),
    }
    return render(request, "coverage/levels.html", context, status=422 if form.errors else 200)


def _set(request: HttpRequest, form: LevelForm) -> ServiceLevel | None:
    return attempt(form, lambda: set_level(actor=actor_of(request), **form.cleaned_data))
