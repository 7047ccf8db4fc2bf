"""The page that imports broadband measurements, as the command does."""

from __future__ import annotations

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.files.uploaders import Given, Group, ImportForm, Report, Uploader, by_table, uploaders
from tinhso.foundation.text import Text
from tinhso.infrastructure.coverage.commands import LARGEST, import_speed_tests
from tinhso.infrastructure.coverage.importers import SPEED_TESTS
from tinhso.infrastructure.coverage.models import SpeedTest


class SpeedTestsForm(ImportForm):
    publisher = forms.CharField(
        label=gettext_lazy("Đơn vị đo"),
        max_length=100,
        help_text=gettext_lazy("Ai đã đo và đánh số các lần đo, ví dụ i-Speed."),
    )


def read(given: Given) -> Report:
    """The CSV of one publisher."""
    outcome = import_speed_tests(
        actor=given.actor,
        content=given.path.read_bytes(),
        source_name=given.name,
        publisher=given.answers["publisher"],
        dry_run=given.dry_run,
    )
    note = _("Giữ nguyên %(number)d dòng.") % {"number": outcome.diff.unchanged}
    groups = [Group("", note, by_table(outcome.diff, {SpeedTest: Text("Lần đo", "Measurements")}))]
    url = reverse("coverage:broadband")
    return Report.of(outcome.diff, outcome.findings, outcome.batch, groups, dry_run=given.dry_run, url=url)


uploaders.add(
    SPEED_TESTS,
    Uploader(
        code=SPEED_TESTS,
        slug="bang-rong",
        lead=Text(
            "Kết quả đo băng rộng dạng CSV: mỗi lần đo một dòng, nơi đo là mã đơn vị hoặc tọa độ (không lưu).",
            "Broadband measurements as CSV: one row per test, its place a unit code or coordinates (not kept).",
        ),
        form=SpeedTestsForm,
        read=read,
        largest=lambda: LARGEST,
        at_once=lambda: 2 * 10**6,
        command="tinhso import_speed_tests",
    ),
)
