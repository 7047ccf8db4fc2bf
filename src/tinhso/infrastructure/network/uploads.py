"""The page that imports OFDS files; larger ones are read by the worker."""

from __future__ import annotations

from django import forms
from django.conf import settings
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.files.uploaders import Given, Group, ImportForm, Report, Uploader, uploaders
from tinhso.files.uploads import refuse_size
from tinhso.foundation.text import Text
from tinhso.infrastructure.network.commands import NetworkChange, import_ofds
from tinhso.infrastructure.network.importers import OFDS
from tinhso.infrastructure.network.ofds.reader import max_bytes

COMMAND = "tinhso import_ofds"
TABLES = {
    "nodes": Text("Nút", "Nodes"),
    "spans": Text("Đoạn cáp", "Spans"),
    "records": Text("Bản ghi khác", "Other records"),
}


def at_once() -> int:
    """The largest file read within a request, in bytes (setting OFDS_MAX_UPLOAD_MB, megabytes): reading one takes about
    ten times its size in memory."""
    return int(settings.OFDS_MAX_UPLOAD_MB) * 10**6


def refuse_upload(size: int) -> None:
    """Refuse a file too large to be read within a request of the API."""
    refuse_size(size, at_once(), COMMAND)


class OfdsForm(ImportForm):
    as_of = forms.DateField(
        label=gettext_lazy("Hiện trạng vào ngày"),
        required=False,
        help_text=gettext_lazy(
            "Để trống: ngày thu thập (collectionDate) hoặc ngày công bố ghi trong tệp, không có thì hôm nay."
        ),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    repair = forms.BooleanField(label=gettext_lazy("Sửa những lỗi sửa được, và liệt kê từng chỗ"), required=False)


def _group(change: NetworkChange) -> Group:
    said = [_("Hiện trạng từ ngày %(day)s") % {"day": date_format(change.reading.valid_from or "", "d/m/Y")}]
    if change.until:
        said.append(
            _("đến trước ngày %(day)s, ngày đã có một hiện trạng mới hơn") % {"day": date_format(change.until, "d/m/Y")}
        )
    known = _("Phần tử không còn trong tệp sẽ kết thúc vào ngày này.") if change.network.pk else _("Mạng mới.")
    tables: list[tuple[str, int, int, int, int | None]] = [
        (str(TABLES[name]), numbers["added"], numbers["changed"], numbers["removed"], numbers["unchanged"])
        for name, numbers in change.counts.items()
    ]
    return Group(change.reading.name, f"{' '.join(said)}. {known}", tables)


def read(given: Given) -> Report:
    """An OFDS package, 0.3 or 0.4."""
    by_worker = given.path.stat().st_size > at_once()
    outcome = import_ofds(
        actor=given.actor,
        raw=given.path.read_bytes(),
        source_name=given.name,
        as_of=given.answers["as_of"],
        repair=given.answers["repair"],
        dry_run=given.dry_run,
        limit=max_bytes() if by_worker else at_once(),
    )
    first = outcome.changes[0]
    url = ""
    if not given.dry_run and first.network.pk:
        url = f"{reverse('infrastructure:network', args=[first.network.uuid])}?ngay={first.reading.valid_from}"
    groups = [_group(change) for change in outcome.changes]
    return Report.of(outcome.diff, outcome.faults, outcome.batch, groups, dry_run=given.dry_run, url=url)


uploaders.add(
    OFDS,
    Uploader(
        code=OFDS,
        slug="mang-cap-quang",
        lead=Text(
            "Tệp OFDS 0.3 hoặc 0.4 (JSON, GeoJSON, GeoPackage, hoặc các bảng CSV nén thành zip): hiện trạng của một "
            "hay nhiều mạng từ một ngày.",
            "An OFDS file, version 0.3 or 0.4 (JSON, GeoJSON, GeoPackage, or CSV tables in a zip): the state of one or "
            "more networks from a day on.",
        ),
        form=OfdsForm,
        read=read,
        largest=max_bytes,
        at_once=at_once,
        command=COMMAND,
        repair="repair",
    ),
)
