"""Files uploaded to be checked: kept aside under MEDIA_ROOT until applied, dropped or a day old; read here or by the
worker."""

from __future__ import annotations

import hashlib
import json
import logging
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tinhso.files.imports import ImportRefused
from tinhso.files.models import Upload
from tinhso.files.uploaders import Given, ImportForm, Report, Uploader, uploaders
from tinhso.foundation.errors import Conflict, Invalid, Problem
from tinhso.proof.audit import Actor

KEPT = timedelta(days=1)
CHECK, APPLY = "check", "apply"


def refuse_size(size: int, largest: int, command: str) -> None:
    """Refuse a file (bytes) too large for the web, before it is read; `command` is the way left."""
    if size > largest:
        raise Invalid(
            _("Tệp %(size)d MB lớn hơn giới hạn %(limit)d MB của trang web.")
            % {"size": -(-size // 10**6), "limit": largest // 10**6},
            place="file",
            mend=_("Nhập bằng dòng lệnh trên máy chủ: %(command)s TỆP.") % {"command": command},
            status=413,
            code="too-large",
        )


def path_of(upload: Upload) -> Path:
    """Where the bytes lie: never under a name somebody typed."""
    return Path(settings.MEDIA_ROOT) / "uploads" / str(upload.uuid)


def keep(uploader: Uploader, file: Any, answers: dict[str, str], actor: Actor) -> Upload:
    """Set an uploaded file aside for its owner, and have it checked where it is large. What is older than a day goes.

    Invalid (413) beyond the uploader's largest size.
    """
    refuse_size(file.size or 0, uploader.largest(), uploader.command)
    for old in Upload.objects.filter(at__lt=timezone.now() - KEPT):
        forget(old)
    upload = Upload(
        uuid=uuid.uuid4(),
        importer=uploader.code,
        name=Path(file.name or "?").name.replace("\0", "")[:255],
        owner=actor.code,
        owner_name=actor.name,
        at=timezone.now(),
        answers=json.dumps(answers),
    )
    path = path_of(upload)
    path.parent.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256()
    with path.open("wb") as target:
        for block in file.chunks():
            digest.update(block)
            target.write(block)
    upload.sha256, upload.size = digest.hexdigest(), path.stat().st_size
    upload.save()
    if is_large(upload):
        hand_over(upload, CHECK)
    return upload


def is_large(upload: Upload) -> bool:
    """Whether the worker reads this file, not a request."""
    return upload.size > uploaders[upload.importer].at_once()


def answer_anew(upload: Upload, answers: dict[str, str]) -> None:
    """Read the file another way from now on; a large one is checked again."""
    with transaction.atomic():
        _idle(upload).update(answers=json.dumps(answers), report="")
        upload.answers = json.dumps(answers)
        if is_large(upload):
            hand_over(upload, CHECK)


def forget(upload: Upload) -> None:
    """Forget a kept file."""
    path_of(upload).unlink(missing_ok=True)
    upload.delete()


def drop(upload: Upload) -> None:
    """Forget a kept file at its owner's wish; Conflict while the worker holds it."""
    _idle(upload)
    forget(upload)


def form_of(upload: Upload) -> ImportForm:
    """The answers given with a file, as its form."""
    return uploaders[upload.importer].form(json.loads(upload.answers), kept=True)


def told(upload: Upload, *, apply: bool) -> Report:
    """Read a kept file and tell what it would change, or with `apply` record it: all or nothing."""
    form, path = form_of(upload), path_of(upload)
    if not form.is_valid():
        wrong = [f"{form.fields[name].label}: {' '.join(map(str, errors))}" for name, errors in form.errors.items()]
        return Report.failure(Invalid("; ".join(wrong), mend=_("Sửa câu trả lời rồi kiểm tra lại.")))
    if not path.exists():
        return Report.failure(Invalid(_("Tệp đã tải lên không còn."), mend=_("Tải tệp lên lại.")))
    actor = Actor(upload.owner, upload.owner_name)
    try:
        return uploaders[upload.importer].read(Given(actor, path, upload.name, form.cleaned_data, not apply))
    except ImportRefused as refused:
        return Report.refusal(refused.findings)
    except Problem as problem:
        return Report.failure(problem)


def _idle(upload: Upload) -> Any:
    """The upload's row, if the worker does not hold it."""
    row = Upload.objects.filter(pk=upload.pk)
    if not row.filter(state=Upload.IDLE).exists():
        raise Conflict(_("Tệp này đang được đọc."), place=upload.name, mend=_("Chờ đọc xong rồi làm tiếp."))
    return row


def hand_over(upload: Upload, step: str) -> None:
    """Have the worker check or apply a file; Conflict when it is at it already."""
    from tinhso.files.tasks import read_upload

    with transaction.atomic():
        if not Upload.objects.filter(pk=upload.pk, state=Upload.IDLE).update(state=Upload.QUEUED, report=""):
            _idle(upload)
        read_upload.enqueue(upload=str(upload.uuid), apply=step == APPLY, language=get_language() or "vi")


def work(upload: Upload, *, apply: bool) -> Report:
    """The worker's turn: read the file and leave the report beside it. A file that breaks the reader is told so."""
    Upload.objects.filter(pk=upload.pk).update(state=Upload.RUNNING)
    try:
        report = told(upload, apply=apply)
    except Exception:
        logging.getLogger("tinhso.files").exception("upload %s could not be read", upload.uuid)
        report = Report.failure(
            Problem(_("Hệ thống gặp lỗi khi đọc tệp này."), mend=_("Thử lại; nếu vẫn vậy, báo quản trị hệ thống."))
        )
    Upload.objects.filter(pk=upload.pk).update(state=Upload.IDLE, report=json.dumps(report.as_json()))
    return report
