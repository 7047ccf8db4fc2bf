"""Reports on procedures as a page and as files, and the synchronisation as those who watch it see it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from tinhso.foundation.access import requires
from tinhso.foundation.dates import today
from tinhso.foundation.errors import Invalid, Problem
from tinhso.government.services.models import Dossier, SyncMessage, SyncRun
from tinhso.government.services.portal_client import configured
from tinhso.government.services.reports import COLUMNS, WRITERS, Report, about, period_title, periods, report
from tinhso.government.services.states import SYNC
from tinhso.government.services.syncing import failures, retry
from tinhso.identity.queries import agencies_by_uid

SHOWN = 50


def choices() -> dict[str, str]:
    """Agencies that have dossiers, by uid and name."""
    uids = Dossier.objects.order_by().values_list("competent_uid", flat=True).distinct()
    known = agencies_by_uid(uids)
    return {uid: str(agency.title) for uid, agency in sorted(known.items(), key=lambda item: item[1].sort_key)}


def _asked(request: HttpRequest) -> Report:
    code = request.GET.get("ky", "") or f"{today():%Y-%m}"
    uid = request.GET.get("co-quan", "")
    known = choices()
    if uid and uid not in known:
        raise Invalid(_("Không có cơ quan này."), place="co-quan")
    return report(code, [uid] if uid else None, known.get(uid, ""))


@requires("services.report")
def reports(request: HttpRequest) -> HttpResponse:
    """The report of a month, quarter or year, of one agency or of all."""
    fault, told, status = "", None, 200
    try:
        told = _asked(request)
    except Invalid as refused:
        fault, status = f"{refused.what} {refused.mend}", 422
    context: dict[str, Any] = {
        "told": told,
        "fault": fault,
        "about": list(about(told)) if told else [],
        "columns": COLUMNS.values(),
        "periods": [(code, period_title(code)) for code in periods(today())],
        "asked": request.GET.get("ky", "") or f"{today():%Y-%m}",
        "agencies": choices(),
        "agency": request.GET.get("co-quan", ""),
        "kinds": list(WRITERS),
    }
    return render(request, "services/index/reports.html", context, status=status)


@requires("services.report")
def report_file(request: HttpRequest, kind: str) -> HttpResponse:
    """The same report as CSV, XLSX or PDF."""
    if kind not in WRITERS:
        raise Http404
    write, content_type = WRITERS[kind]
    told = _asked(request)
    response = HttpResponse(write(told), content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, f"bao-cao-thu-tuc-{told.period_code}.{kind}")
    response["Cache-Control"] = "private, no-store"
    return response


@requires("services.synchronise")
def sync(request: HttpRequest) -> HttpResponse:
    """What waits, what failed and why, and what comparing found."""
    mine = Dossier.objects.visible_to(request.user)
    seen = failures().filter(dossier__in=mine)
    run = SyncRun.objects.first()
    states = dict(mine.filter(demonstration=False).order_by().values_list("sync").annotate(Count("pk")))
    context = {
        "configured": configured(),
        "states": [(title, states.get(code, 0)) for code, title in SYNC.items()],
        "demonstration": mine.filter(demonstration=True).count(),
        "page": Paginator(seen, SHOWN).get_page(request.GET.get("trang")),
        "run": run,
        "findings": run.findings.filter(Q(kind="unknown") | Q(code__in=mine.values("code")))[:200] if run else [],
    }
    return render(request, "services/index/sync.html", context)


@requires("services.synchronise")
@require_POST
def retry_sync(request: HttpRequest, pk: int) -> HttpResponse:
    """Try a failed message again now."""
    user: Any = request.user
    message = get_object_or_404(SyncMessage, pk=pk, dossier__in=Dossier.objects.visible_to(user))
    try:
        retry(actor=user.actor(), message=message.pk, user=user)
        messages.success(request, _("Tin sẽ được gửi lại trong một phút."))
    except Problem as refused:
        messages.error(request, refused.what)
    return redirect("services:sync")
