"""Files from strangers: scanned, images made anew without what cameras add, active documents refused."""

from __future__ import annotations

from pathlib import Path

from django.utils.translation import gettext as _

from tinhso.files import images, office
from tinhso.files.pdf_content import refuse_active
from tinhso.files.scanning import scan
from tinhso.foundation.errors import Invalid

#: What a citizen may send; archives and plain text are no papers.
ACCEPTED = {
    "application/pdf": ".pdf",
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
    "application/vnd.oasis.opendocument.text": ".odt",
}


def clean(path: Path, kind: str) -> None:
    """Check a file in place, and rewrite it where it must be cleaned. Invalid says what is wrong and how to mend it."""
    if kind not in ACCEPTED:
        raise Invalid(
            _("Không nhận loại tệp này."),
            place="file",
            mend=_("Gửi một trong các loại: %(kinds)s.") % {"kinds": ", ".join(ACCEPTED.values())},
        )
    scan(path)
    if kind in images.FORMATS:
        images.rewrite(path, kind)
    elif kind == "application/pdf":
        refuse_active(path)
    else:
        office.refuse_active(path)
