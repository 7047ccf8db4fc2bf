"""The page that imports catalogue files, as the command does."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.files.uploaders import LONGEST_LINE, SHOWN, Given, Group, ImportForm, Report, Uploader, uploaders
from tinhso.foundation.text import Text
from tinhso.government.services.catalogue.commands import import_file
from tinhso.government.services.importers import CATALOGUE

LARGEST = 50 * 10**6
AT_ONCE = 5 * 10**6
PROCEDURES = Text("Thủ tục", "Procedures")


def read(given: Given) -> Report:
    """A catalogue file: JSON publishes versions, CSV makes drafts."""
    done = import_file(
        actor=given.actor, source_name=given.name, content=given.path.read_bytes(), dry_run=given.dry_run
    )
    note = _("Giữ nguyên %(number)d thủ tục.") % {"number": done.unchanged}
    tables: list[tuple[str, int, int, int, int | None]] = []
    if done.added or done.changed:
        tables.append((str(PROCEDURES), done.added, done.changed, 0, None))
    lines = done.lines if given.dry_run else []
    return Report(
        groups=[Group("", note, tables)],
        lines=[line[:LONGEST_LINE] for line in lines[:SHOWN]],
        more=max(0, len(lines) - SHOWN),
        changed=bool(done.lines),
        applied=not given.dry_run,
        url=reverse("services:edit_catalogue"),
    )


uploaders.add(
    CATALOGUE,
    Uploader(
        code=CATALOGUE,
        slug="thu-tuc",
        lead=Text(
            "JSON: cả danh mục hoặc một thủ tục, ghi thành phiên bản có hiệu lực. CSV: phần bảng (mã, tên, cấp, "
            "lĩnh vực, thời hạn, phí, mức trực tuyến), ghi vào bản thảo để xem lại rồi công bố.",
            "JSON: the whole catalogue or one procedure, published as versions. CSV: the flat part (code, names, "
            "level, field, limit, fees, online level), kept as drafts to be looked at and published.",
        ),
        form=ImportForm,
        read=read,
        largest=lambda: LARGEST,
        at_once=lambda: AT_ONCE,
        command="tinhso import_procedures",
    ),
)
