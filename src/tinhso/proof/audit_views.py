"""Pages for auditors: who did what to what, when; values before and after only on asking, and that is recorded."""

import csv
import json
from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from tinhso.foundation.access import requires
from tinhso.foundation.csv_cells import guarded
from tinhso.foundation.dates import stamp, today
from tinhso.proof import commands
from tinhso.proof.forms import AuditForm
from tinhso.proof.models import AuditRecord
from tinhso.proof.querysets import AuditQuerySet
from tinhso.proof.views import LARGEST, PER_PAGE, actor_of

COLUMNS = ["id", "at", "verb", "actor_code", "actor_name", "target", "detail_hash", "entry_id"]


def _wanted(form: AuditForm, user: Any) -> AuditQuerySet:
    """The records a filter asks for, of those the reader may see; all of them while the filter is wrong or empty."""
    rows: AuditQuerySet = AuditRecord.objects.visible_to(user).order_by("-id")
    return rows.about(**form.cleaned_data) if form.is_valid() else rows


@requires("proof.audit")
@require_safe
def records(request: HttpRequest) -> HttpResponse:
    """Audit records, the newest first, by actor, verb, target and day."""
    form = AuditForm(request.GET)
    page = Paginator(_wanted(form, request.user), PER_PAGE).get_page(request.GET.get("trang"))
    context = {"form": form, "page": page, "crumbs": [(_("Kiểm toán"), "")]}
    return render(request, "proof/audit.html", context)


@requires("proof.audit")
def record(request: HttpRequest, record_id: int) -> HttpResponse:
    """One record; posted, its values before and after too, and that reading is recorded."""
    rows = AuditRecord.objects.visible_to(request.user).select_related("entry__leaf")
    found = rows.filter(pk=record_id).first() if record_id <= LARGEST else None
    if found is None:
        raise Http404
    context: dict[str, Any] = {
        "record": found,
        "crumbs": [(_("Kiểm toán"), reverse("proof:audit")), (_("Hồ sơ %(id)d") % {"id": found.pk}, "")],
    }
    if request.method == "POST":
        detail = commands.read_details(actor=actor_of(request), record=found)
        context["asked"] = True
        if detail is not None:
            values = json.loads(detail.values)
            names = sorted({*values["before"], *values["after"]})
            context["values"] = [
                (name, *(_shown(values[side][name]) if name in values[side] else "" for side in ("before", "after")))
                for name in names
            ]
            context["salt"] = detail.salt
    return render(request, "proof/audit_record.html", context)


def _shown(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, indent=1)


class _Echo:
    """A file that hands back what is written to it."""

    def write(self, text: str) -> str:
        return text


@requires("proof.audit")
@require_POST
def export(request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
    """The records of a filter as CSV; that they were taken away is recorded."""
    form = AuditForm(request.POST)
    if not form.is_valid():
        context = {"form": form, "page": Paginator([], PER_PAGE).get_page(1), "crumbs": [(_("Kiểm toán"), "")]}
        return render(request, "proof/audit.html", context, status=422)
    filters = {name: str(value) for name, value in form.cleaned_data.items() if value}
    commands.export_audit(actor=actor_of(request), filters=filters)
    rows = _wanted(form, request.user).order_by("id")
    writer = csv.writer(_Echo())

    def lines() -> Iterator[str]:
        yield "\ufeff" + writer.writerow(COLUMNS)
        for row in rows.iterator(chunk_size=2000):
            values = [stamp(row.at) if name == "at" else getattr(row, name) for name in COLUMNS]
            yield writer.writerow([guarded(str(value)) for value in values])

    name = f"kiem-toan-{today().isoformat()}.csv"
    return StreamingHttpResponse(
        lines(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
