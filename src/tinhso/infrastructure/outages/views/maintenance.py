"""Planned maintenance: approved work for everyone, planning and approving for those who may."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.access import check, may, public, requires
from tinhso.foundation.dates import VIETNAM
from tinhso.foundation.errors import Problem
from tinhso.foundation.forms import attempt, tell
from tinhso.identity.queries import agencies_by_uid
from tinhso.infrastructure.network.querysets import EXACT
from tinhso.infrastructure.outages import codes, commands
from tinhso.infrastructure.outages.forms import OptionalTextForm, ReasonForm, WindowForm
from tinhso.infrastructure.outages.models import MaintenanceWindow
from tinhso.infrastructure.outages.queries import element_names
from tinhso.infrastructure.outages.views.shared import TONES, actor_of, crumbs, unit_links
from tinhso.infrastructure.outages.warning import cut_by, would_cut


def _way(*more: tuple[str, str]) -> list[tuple[str, str]]:
    return crumbs((_("Bảo trì"), reverse("outages:windows")), *more)


@public
def windows(request: HttpRequest) -> HttpResponse:
    """Planned maintenance, the latest first."""
    rows = MaintenanceWindow.objects.visible_to(request.user).select_related("network").order_by("-starts_at", "-id")
    page = Paginator(rows, 50).get_page(request.GET.get("trang"))
    listed = [(one, TONES[one.state]) for one in page]
    return render(request, "outages/windows.html", {"page": page, "rows": listed, "crumbs": _way()})


@requires("outages.handle")
def plan(request: HttpRequest) -> HttpResponse:
    """Plan maintenance: first who would be cut (`xem`), then propose it."""
    check(request.user, EXACT)
    form = WindowForm(request.POST or None)
    cut = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if "xem" in request.POST:
            cut = attempt(
                form, lambda: would_cut(given["network"], form.elements(), given["starts_at"], given["ends_at"])
            )
        else:
            made = attempt(
                form,
                lambda: commands.plan_maintenance(
                    actor=actor_of(request),
                    network=given["network"],
                    title=given["title"],
                    elements=form.elements(),
                    starts_at=given["starts_at"],
                    ends_at=given["ends_at"],
                    works=given["works"],
                ),
            )
            if made:
                messages.success(request, _("Đã lập kế hoạch; chờ người khác duyệt."))
                return redirect("outages:window", uid=made.uid)
    context: dict[str, Any] = {"form": form, "crumbs": _way((_("Lập kế hoạch"), "")), "cut": cut}
    if cut:
        context |= _cut(cut, form.cleaned_data["starts_at"])
    return render(request, "outages/plan.html", context, status=422 if form.errors else 200)


def _cut(cut: Any, starts_at: Any) -> dict[str, Any]:
    day = starts_at.astimezone(VIETNAM).date()
    known = agencies_by_uid(cut.total.agencies)
    return {
        "cut": cut,
        "cut_units": unit_links(cut.total.units, day),
        "cut_together": unit_links(cut.together, day),
        "cut_agencies": [str(known[uid].title) if uid in known else uid for uid in cut.total.agencies],
    }


def _window(request: HttpRequest, uid: UUID) -> MaintenanceWindow:
    rows = MaintenanceWindow.objects.visible_to(request.user).select_related("network").prefetch_related("elements")
    return get_object_or_404(rows, uid=uid)


@public
def window(request: HttpRequest, uid: UUID) -> HttpResponse:
    """One window: the units it cuts off for everyone, elements and history for the operator's own people."""
    return _page(request, _window(request, uid))


def _page(request: HttpRequest, found: MaintenanceWindow, bound: dict[str, Any] | None = None) -> HttpResponse:
    user, bound = request.user, bound or {}
    inside = may(user, "outages.read") or may(user, "outages.approve")
    coming = found.starts_at > timezone.now()
    context: dict[str, Any] = {
        "window": found,
        "tone": TONES[found.state],
        "inside": inside,
        "crumbs": _way((found.code, "")),
        **_cut(cut_by(found), found.starts_at),
    }
    if inside:
        elements = [(one.element_kind, one.element) for one in found.elements.all()]
        names = element_names(found.network, elements, may(user, EXACT))
        mine = found.entries.filter(state=codes.PROPOSED, actor_code=actor_of(request).code).exists()
        context |= {
            "exact": may(user, EXACT),
            "elements": [(one, names[one.element_kind, one.element]) for one in found.elements.all()],
            "entries": list(found.entries.all()),
            "notices": list(found.notices.all()),
            "may_approve": coming and found.state == codes.PROPOSED and may(user, "outages.approve") and not mine,
            "cancel": (bound.get("cancel") or ReasonForm(auto_id="cancel-%s"))
            if coming and found.state != codes.CANCELLED and may(user, "outages.handle")
            else None,
            "tell": (bound.get("tell") or OptionalTextForm(auto_id="tell-%s"))
            if coming and found.state == codes.APPROVED and may(user, "outages.handle")
            else None,
        }
    return render(request, "outages/window.html", context, status=422 if bound else 200)


@requires("outages.approve")
def approve(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Approve a plan of somebody else's."""
    if request.method == "POST":
        commands.approve_window(actor=actor_of(request), window=_window(request, uid))
        messages.success(request, _("Đã duyệt."))
    return redirect("outages:window", uid=uid)


@requires("outages.handle")
def change(request: HttpRequest, uid: UUID, what: str) -> HttpResponse:
    """Cancel a plan, or tell the agencies it cuts off."""
    found = _window(request, uid)
    if request.method != "POST" or what not in ("cancel", "tell"):
        return redirect("outages:window", uid=uid)
    form = (ReasonForm if what == "cancel" else OptionalTextForm)(request.POST, auto_id=f"{what}-%s")
    if form.is_valid():
        try:
            if what == "cancel":
                commands.cancel_window(actor=actor_of(request), window=found, reason=form.cleaned_data["reason"])
                messages.success(request, _("Đã hủy kế hoạch."))
            else:
                told = commands.tell_window(actor=actor_of(request), window=found, text=form.cleaned_data["text"])
                messages.success(
                    request,
                    _("Đã báo %(sent)d cơ quan; đã báo trước đó %(before)d; chưa có địa chỉ %(none)d.")
                    % {"sent": len(told.sent), "before": len(told.before), "none": len(told.unreachable)},
                )
            return redirect("outages:window", uid=uid)
        except Problem as problem:
            tell(form, problem)
    return _page(request, found, {what: form})
