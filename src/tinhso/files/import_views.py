"""The page of imports: what came in, from whom, what it changed, and taking the last one back."""

import uuid
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.files.importers import importers
from tinhso.files.imports import undo_last_import
from tinhso.files.models import ImportBatch
from tinhso.files.upload_views import offered
from tinhso.foundation.access import check, may, signed_in


def may_read(user: object) -> bool:
    """Whether a user has any business with imports."""
    return may(user, "files.read_imports") or any(may(user, item.permission) for item in importers)


@signed_in
def imports(request: HttpRequest) -> HttpResponse:
    """Imports the reader may see, the newest first."""
    if not may_read(request.user):
        check(request.user, "files.read_imports")
    found = ImportBatch.objects.visible_to(request.user)
    page = Paginator(found, 50).get_page(request.GET.get("trang"))
    last = set(found.undoable().values_list("id", flat=True))
    rows = [(batch, batch.id in last and may(request.user, batch.permission)) for batch in page]
    context = {
        "page": page,
        "rows": rows,
        "offered": [
            (importers[item.code].title, reverse("files:upload", args=[item.slug])) for item in offered(request.user)
        ],
        "crumbs": [(_("Các lần nhập dữ liệu"), "")],
    }
    return render(request, "files/imports.html", context)


@signed_in
def undo(request: HttpRequest, batch_id: uuid.UUID) -> HttpResponse:
    """Ask first (GET), then take an import back (POST)."""
    user: Any = request.user
    batch = get_object_or_404(ImportBatch.objects.visible_to(user), id=batch_id)
    check(user, batch.permission)
    if request.method == "POST":
        undo_last_import(actor=user.actor(), importer=batch.importer, batch_id=batch.id)
        messages.success(request, _("Đã hoàn tác lần nhập “%(name)s”.") % {"name": batch.source_name})
        return redirect("files:imports")
    crumbs = [(_("Các lần nhập dữ liệu"), reverse("files:imports")), (_("Hoàn tác"), "")]
    return render(request, "files/undo_import.html", {"batch": batch, "crumbs": crumbs})
