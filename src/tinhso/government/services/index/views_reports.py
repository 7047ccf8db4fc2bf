"""Reports on procedures as a page and as files."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from tinhso.foundation.access import requires
from tinhso.foundation.dates import today
from tinhso.foundation.errors import Invalid
from tinhso.government.services.index.reports import COLUMNS, WRITERS, Report, about, period_title, periods, report
from tinhso.government.services.models import Dossier
from tinhso.identity.queries import agencies_by_uid


def choices() -> dict[str, str]:
    """Agencies that have dossiers, by uid and name."""
    uids = Dossier.objects.order_by().values_list("competent_uid", flat=True).distinct()
    known = agencies_by_uid(uids)
    return {uid: str(agency.title) for uid, agency in sorted(known.items(), key=lambda item: item[1].sort_key)}


def _period(request: HttpRequest) -> str:
    """The period asked for, by default this month."""
    return request.GET.get("ky", "") or f"{today():%Y-%m}"


def _asked(request: HttpRequest, known: dict[str, str]) -> Report:
    """The report asked for, of one of the known agencies or of all."""
    uid = request.GET.get("co-quan", "")
    if uid and uid not in known:
        raise Invalid(_("Không có cơ quan này."), place="co-quan")
    return report(_period(request), [uid] if uid else None, known.get(uid, ""))


@requires("services.report")
def reports(request: HttpRequest) -> HttpResponse:
    """The report of a month, quarter or year, of one agency or of all."""
    fault, told, status, known = "", None, 200, choices()
    try:
        told = _asked(request, known)
    except Invalid as refused:
        fault, status = f"{refused.what} {refused.mend}", 422
    context: dict[str, Any] = {
        "crumbs": [(_("Chỉ số phục vụ"), reverse("services:index766")), (_("Báo cáo"), "")],
        "told": told,
        "fault": fault,
        "about": list(about(told)) if told else [],
        "columns": COLUMNS.values(),
        "periods": [(code, period_title(code)) for code in periods(today())],
        "asked": _period(request),
        "agencies": known,
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
    told = _asked(request, choices())
    response = HttpResponse(write(told), content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(True, f"bao-cao-thu-tuc-{told.period_code}.{kind}")
    response["Cache-Control"] = "private, no-store"
    return response
