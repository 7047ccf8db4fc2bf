"""Outages as everyone may know them, month by month; one outage, with more for those who handle it."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from tinhso.foundation.access import may, public, requires
from tinhso.foundation.dates import VIETNAM, today
from tinhso.foundation.errors import Problem
from tinhso.foundation.forms import tell
from tinhso.foundation.text import Text, language
from tinhso.identity.queries import agencies_by_uid
from tinhso.infrastructure.network.coverage import default_scope
from tinhso.infrastructure.network.querysets import EXACT
from tinhso.infrastructure.outages import codes, commands
from tinhso.infrastructure.outages.elsewhere import Kept, kept, kept_of
from tinhso.infrastructure.outages.forms import CauseForm, ExpectForm, OptionalTextForm, TextForm
from tinhso.infrastructure.outages.models import Outage
from tinhso.infrastructure.outages.months import month_of_agencies, month_of_units
from tinhso.infrastructure.outages.notices import outage_kind
from tinhso.infrastructure.outages.queries import (
    board,
    coming_windows,
    element_names,
    month_of,
    next_month,
    ongoing_units,
    public_month,
    told_units,
)
from tinhso.infrastructure.outages.views.shared import TONES, actor_of, crumbs, unit_links

# The writer of PDF loads when first asked for, so that the web starts at once.
documents = SimpleLazyObject(lambda: import_module("tinhso.infrastructure.outages.documents"))


@public
def outages(request: HttpRequest) -> HttpResponse:
    """What is going on now, what is planned, and the outages of a month."""
    month = month_of(request.GET.get("thang", ""), today())
    unit = request.GET.get("don-vi", "")[:20]
    found = public_month(month, unit)
    now = ongoing_units()
    still = kept_of({*found, *(one for listed in now.values() for one in listed)})
    backed = [code for code, listed in now.items() if all(code in still[one.pk].units for one in listed)]
    context = {
        "crumbs": crumbs(),
        "month": month,
        "unit": next(iter(unit_links([unit], today())), None) if unit else None,
        "unit_code": unit,
        "before": month - timedelta(days=1),
        "next": next_month(month) if next_month(month) <= today() else None,
        "rows": [(outage, TONES[outage.state], _units(outage), len(still[outage.pk].units)) for outage in found],
        "backed": any(still[outage.pk].units for outage in found),
        "units_now": unit_links(now.keys() - set(backed), today()),
        "kept_now": unit_links(backed, today()),
        "ongoing": sorted({one for listed in now.values() for one in listed}, key=lambda one: one.started_at),
        "windows": coming_windows(),
        "demonstration": any(outage.network.demonstration for outage in found),
        "day": today(),
    }
    return render(request, "outages/outages.html", context)


def _units(outage: Outage) -> int:
    return outage.impact.units if outage.impact else 0


def _outage(request: HttpRequest, uid: UUID) -> Outage:
    rows = Outage.objects.visible_to(request.user).select_related("network", "impact", "merged_into")
    return get_object_or_404(rows.prefetch_related(told_units()), uid=uid)


@public
def outage(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One outage: by unit for everyone; agencies, elements and history for the operator's own people."""
    return _page(request, _outage(request, uid))


FORMS: dict[str, Any] = {
    "cause": CauseForm,
    "expect": ExpectForm,
    "works": TextForm,
    "close": OptionalTextForm,
    "reopen": TextForm,
    "report": TextForm,
    "tell": OptionalTextForm,
}


def _forms(outage: Outage) -> list[str]:
    if outage.state == codes.CLOSED:
        return ["reopen", "report", "tell"]
    shut = ["close"] if outage.state == codes.RESTORED else []
    due = ["expect"] if outage.state == codes.OPEN else []
    return ["cause", *due, "works", *shut, "report", "tell"] if outage.live else []


def _page(request: HttpRequest, outage: Outage, bound: dict[str, Any] | None = None) -> HttpResponse:
    inside = may(request.user, "outages.read")
    day = outage.started_at.astimezone(VIETNAM).date()
    impact = outage.impact
    still = kept(outage)
    lost = [code for code in impact.unit_codes if code not in still.units] if impact else []
    context: dict[str, Any] = {
        "outage": outage,
        "tone": TONES[outage.state],
        "impact": impact,
        "units": unit_links(lost, day),
        "kept_units": unit_links(still.units, day),
        "crumbs": crumbs((outage.code, "")),
        "inside": inside,
    }
    if inside:
        context |= _inside(request, outage, bound or {}, still)
    return render(request, "outages/outage.html", context, status=422 if bound else 200)


def _inside(request: HttpRequest, outage: Outage, bound: dict[str, Any], still: Kept) -> dict[str, Any]:
    exact = may(request.user, EXACT)
    elements, entries = list(outage.elements.all()), list(outage.entries.all())
    named = {(one.element_kind, one.element) for one in elements}
    named |= {(one.element_kind, one.element) for one in entries if one.element}
    names = element_names(outage.network, named, exact)
    agencies: list[str] = []
    if outage.impact:
        agencies = list(outage.impact.affected.filter(kind=codes.AGENCY).values_list("key", flat=True))
    notices = list(outage.notices.all())
    told = {one.agency_uid: one.at for one in reversed(notices) if one.kind == "outage"}
    known = agencies_by_uid(agencies)
    handle = may(request.user, "outages.handle")
    (row,) = board([outage])
    offered = _forms(outage) if handle else []
    return {
        "exact": exact,
        "elements": [(one, names[one.element_kind, one.element]) for one in elements],
        "entries": [(one, names.get((one.element_kind, one.element), "")) for one in entries],
        "agencies": [(known.get(uid), uid, told.get(uid), uid in still.agencies) for uid in sorted(agencies)],
        "notices": notices,
        "row": row,
        "acts": [(act, LABELS[act], bound.get(act) or FORMS[act](auto_id=f"{act}-%s")) for act in offered],
        "restored": outage_kind(outage) == "restored",
    }


LABELS = {
    "cause": codes.ENTRIES[codes.CAUSE],
    "works": codes.ENTRIES[codes.WORKS],
    "expect": Text("Báo giờ dự kiến có lại", "Say when service is expected back"),
    "close": Text("Đóng sự cố", "Close"),
    "reopen": Text("Mở lại", "Reopen"),
    "report": Text("Viết báo cáo", "Write the report"),
    "tell": Text("Báo cho các cơ quan bị ảnh hưởng", "Tell the affected agencies"),
}


@requires("outages.handle")
def act(request: HttpRequest, uid: UUID, what: str) -> HttpResponse:
    """One act on an outage."""
    found = _outage(request, uid)
    if request.method != "POST" or what not in FORMS:
        return redirect("outages:outage", uid=uid)
    form = FORMS[what](request.POST, auto_id=f"{what}-%s")
    if form.is_valid():
        try:
            done = _do(request, found, what, form.cleaned_data)
        except Problem as problem:
            tell(form, problem)
        else:
            messages.success(request, done)
            return redirect("outages:outage", uid=uid)
    return _page(request, found, {what: form})


def _do(request: HttpRequest, outage: Outage, what: str, given: dict[str, Any]) -> str:
    actor, text = actor_of(request), given["text"]
    if what == "tell":
        told = commands.tell_outage(actor=actor, outage=outage, text=text)
        return _("Đã báo %(sent)d cơ quan; đã báo trước đó %(before)d; chưa có địa chỉ %(none)d.") % {
            "sent": len(told.sent),
            "before": len(told.before),
            "none": len(told.unreachable),
        }
    if what == "cause":
        commands.set_cause(actor=actor, outage=outage, cause=given["cause"], text=text)
    elif what == "expect":
        commands.expect_back(actor=actor, outage=outage, at=given["expected_at"], text=text)
    else:
        {
            "works": commands.add_works,
            "close": commands.close_outage,
            "reopen": commands.reopen_outage,
            "report": commands.write_report,
        }[what](actor=actor, outage=outage, text=text)
    return _("Đã ghi.")


@requires("outages.read")
def report(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The report as PDF; elements by their public names for those who may not know them."""
    found = _outage(request, uid)
    content = documents.report(found, language(), exact=may(request.user, EXACT))
    headers = {"Content-Disposition": f'attachment; filename="{found.code}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@requires("outages.read")
def duty(request: HttpRequest) -> HttpResponse:
    """The board: what is not closed, by people cut off; red where the time to tell runs out."""
    rows = Outage.objects.filter(state__in=(codes.OPEN, codes.RESTORED)).select_related("network", "impact")
    listed = [(row, TONES[row.outage.state]) for row in board(rows)]
    return render(
        request,
        "outages/board.html",
        {"rows": listed, "crumbs": crumbs((_("Bảng trực"), "")), "late": any(row.late for row, _tone in listed)},
    )


@public
def availability(request: HttpRequest) -> HttpResponse:
    """Each unit's availability over a month against what was promised; agencies for the operator's own people."""
    month = month_of(request.GET.get("thang", ""), today())
    scope = default_scope()
    inside = may(request.user, "outages.read")
    told = month_of_units(scope, month) if scope else None
    context = {
        "crumbs": crumbs((_("Độ sẵn sàng"), "")),
        "month": month,
        "before": month - timedelta(days=1),
        "next": next_month(month) if next_month(month) <= today() else None,
        "told": told,
        "agencies": month_of_agencies(scope, month) if scope and inside else None,
        "promised": bool(told and any(row.promised is not None for row in told.rows)),
    }
    return render(request, "outages/availability.html", context)
