"""Files an engineer uploaded to be checked, kept aside until applied or a day old. The bytes lie under MEDIA_ROOT."""

from __future__ import annotations

import hashlib
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from tinhso.foundation.errors import Invalid
from tinhso.infrastructure.network.models import Upload

KEPT = timedelta(days=1)


def upload_limit() -> int:
    """The largest file taken by the web, in bytes (setting OFDS_MAX_UPLOAD_MB, megabytes): reading one takes about
    twelve times its size in memory, so larger files go through the command line."""
    return int(settings.OFDS_MAX_UPLOAD_MB) * 10**6


def refuse_upload(size: int) -> None:
    """Refuse a file too large for the web, before it is read."""
    if size > upload_limit():
        raise Invalid(
            _("Tệp %(size)d MB lớn hơn giới hạn %(limit)d MB của trang web.")
            % {"size": -(-size // 10**6), "limit": upload_limit() // 10**6},
            place="file",
            mend=_("Nhập bằng dòng lệnh trên máy chủ: tinhso import_ofds TỆP."),
            status=413,
            code="too-large",
        )


def _path(upload: Upload) -> Path:
    return Path(settings.MEDIA_ROOT) / "ofds" / f"{upload.uuid}.json"


def keep(file: Any, owner: str) -> Upload:
    """Set an uploaded file aside for its owner; what is older than a day goes."""
    refuse_upload(file.size or 0)
    for old in Upload.objects.filter(at__lt=timezone.now() - KEPT):
        drop(old)
    raw = file.read()
    upload = Upload(
        uuid=uuid.uuid4(),
        name=Path(file.name or "ofds.json").name[:255],
        sha256=hashlib.sha256(raw).hexdigest(),
        size=len(raw),
        owner=owner,
        at=timezone.now(),
    )
    path = _path(upload)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(raw)
    upload.save()
    return upload


def read(upload: Upload) -> bytes:
    """The bytes of a kept file; Invalid when it is gone."""
    try:
        return _path(upload).read_bytes()
    except FileNotFoundError as gone:
        raise Invalid(_("Tệp đã tải lên không còn."), mend=_("Tải tệp lên lại."), status=410) from gone


def drop(upload: Upload) -> None:
    """Forget a kept file."""
    _path(upload).unlink(missing_ok=True)
    upload.delete()
