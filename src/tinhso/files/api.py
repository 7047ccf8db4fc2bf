"""The API of imports: for those who may read them."""

import uuid
from datetime import datetime

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router, Schema

from tinhso.files.import_views import may_read
from tinhso.files.imports import undo_last_import
from tinhso.files.models import ImportBatch
from tinhso.foundation.access import check
from tinhso.foundation.paging import Limit, Offset

router = Router(tags=["files"])


class ImportOut(Schema):
    """One import; `added`, `changed` and `removed` count rows."""

    id: uuid.UUID
    importer: str
    title: str
    source_name: str
    source_sha256: str
    actor_name: str
    at: datetime
    added: int
    changed: int
    removed: int
    undone_at: datetime | None


class ImportsOut(Schema):
    count: int
    items: list[ImportOut]


@router.get("/imports", response=ImportsOut, summary="Imports, the newest first")
def list_imports(request: HttpRequest, limit: Limit = 100, offset: Offset = 0) -> dict:
    """Imports the caller may see."""
    user = request.auth  # type: ignore[attr-defined]
    if not may_read(user):
        check(user, "files.read_imports")
    found = ImportBatch.objects.visible_to(user)
    return {"count": found.count(), "items": found[offset : offset + limit]}


@router.post("/imports/{batch_id}/undo", response=ImportOut, summary="Take the last import of its kind back")
def undo_import(request: HttpRequest, batch_id: uuid.UUID) -> ImportBatch:
    """409 when it is not the last one, or when other data rest on it."""
    user = request.auth  # type: ignore[attr-defined]
    batch = get_object_or_404(ImportBatch.objects.visible_to(user), id=batch_id)
    check(user, batch.permission)
    return undo_last_import(actor=user.actor(), importer=batch.importer, batch_id=batch.id)
