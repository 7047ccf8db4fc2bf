"""Importing a file as a page: upload it, see what it would change, apply it; the way back is below."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.files import uploads
from tinhso.files.importers import importers
from tinhso.files.models import ImportBatch, Upload
from tinhso.files.uploaders import LEVELS, ImportForm, Report, Uploader, uploaders
from tinhso.foundation.access import check, may, signed_in
from tinhso.foundation.errors import Problem
from tinhso.foundation.forms import tell

RECENT = 10


def offered(user: object) -> list[Uploader]:
    """The uploaders a person may use."""
    return [item for item in uploaders if may(user, importers[item.code].permission)]


def _crumbs(uploader: Uploader, last: str = "") -> list[tuple[str, str]]:
    here = (str(importers[uploader.code].title), reverse("files:upload", args=[uploader.slug]) if last else "")
    return [(_("Các lần nhập dữ liệu"), reverse("files:imports")), here, *([(last, "")] if last else [])]


@signed_in
def upload(request: HttpRequest, slug: str) -> HttpResponse:
    """First step: take a file and what its importer asks, and set them aside."""
    user: Any = request.user
    uploader = next((item for item in uploaders if item.slug == slug), None)
    if uploader is None:
        raise Http404
    importer = importers[uploader.code]
    check(user, importer.permission)
    form = uploader.form(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            kept = uploads.keep(uploader, form.cleaned_data["file"], form.answers(), user.actor())
        except Problem as problem:
            tell(form, problem)
        else:
            return redirect("files:check_upload", kept.uuid)
    made = ImportBatch.objects.filter(importer=uploader.code).order_by("-at")
    context = {
        "form": form,
        "title": importer.title,
        "lead": uploader.lead,
        "largest": uploader.largest() // 10**6,
        "at_once": uploader.at_once() // 10**6,
        "made": made[:RECENT],
        "last": made.undoable().first(),
        "waiting": Upload.objects.filter(importer=uploader.code, owner=user.actor().code).order_by("-at"),
        "crumbs": _crumbs(uploader),
    }
    return render(request, "files/upload.html", context, status=422 if request.method == "POST" else 200)


@signed_in
def check_upload(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Second step: what the file says and would change (GET); apply it, read it another way, or forget it (POST)."""
    user: Any = request.user
    kept = get_object_or_404(Upload, uuid=uuid, owner=user.actor().code)
    check(user, importers[kept.importer].permission)
    if request.method == "POST":
        return _decide(request, kept)
    if not uploads.is_large(kept):
        return _shown(request, kept, uploads.told(kept, apply=False))
    return _shown(request, kept, Report.from_json(json.loads(kept.report)) if kept.report else None)


def _decide(request: HttpRequest, kept: Upload) -> HttpResponse:
    uploader = uploaders[kept.importer]
    if "bo" in request.POST:
        uploads.drop(kept)
        messages.info(request, _("Đã bỏ tệp “%(name)s”.") % {"name": kept.name})
        return redirect("files:upload", uploader.slug)
    if "doi" in request.POST:
        form = uploader.form(request.POST, kept=True)
        if not form.is_valid():
            return _shown(request, kept, None, form)
        uploads.answer_anew(kept, form.answers())
        return redirect("files:check_upload", kept.uuid)
    if uploads.is_large(kept):
        uploads.hand_over(kept, uploads.APPLY)
        return redirect("files:check_upload", kept.uuid)
    report = uploads.told(kept, apply=True)
    if not report.ready:
        return _shown(request, kept, report)
    uploads.forget(kept)
    said = _("Đã ghi “%(name)s”.") if report.changed else _("Tệp “%(name)s” không thay đổi gì.")
    messages.success(request, said % {"name": kept.name})
    return redirect(report.url or reverse("files:upload", args=[uploader.slug]))


def _shown(request: HttpRequest, kept: Upload, report: Report | None, form: ImportForm | None = None) -> HttpResponse:
    """The second step's page; without a report the worker holds the file, or the answers were refused."""
    uploader = uploaders[kept.importer]
    answers = json.loads(kept.answers)
    context: dict[str, Any] = {
        "kept": kept,
        "title": importers[kept.importer].title,
        "form": form or uploads.form_of(kept),
        "asks": len(uploader.form.base_fields) > 1,
        "report": report,
        "pending": kept.state != Upload.IDLE,
        "running": kept.state == Upload.RUNNING,
        "mended": {**answers, uploader.repair: "on"} if report and report.repairable else {},
        "upload_url": reverse("files:upload", args=[uploader.slug]),
        "crumbs": _crumbs(uploader, _("Kiểm tra")),
    }
    if report:
        context["findings"] = [(*LEVELS[item["level"]], item) for item in report.findings]
        context["counts"] = [(*shown, report.counts[key]) for key, shown in LEVELS.items() if report.counts.get(key)]
        context["hidden"] = sum(report.counts.values()) - len(report.findings)
    return render(request, "files/check_upload.html", context, status=422 if request.method == "POST" else 200)
