"""Pages that import units and boundaries, as the commands do."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.files.uploaders import Given, Group, ImportForm, Report, Uploader, by_table, uploaders
from tinhso.foundation.dates import today
from tinhso.foundation.text import Text
from tinhso.places.commands import (
    BOUNDARIES,
    MAX_BOUNDARIES_BYTES,
    MAX_UNITS_BYTES,
    UNITS,
    Outcome,
    import_boundaries,
    import_units,
    import_vietnam,
)
from tinhso.places.models import Population, Unit, UnitGeometry, UnitLink
from tinhso.places.vietnam import FORMER_SINCE

AT_ONCE = 10**6
CSV, VIETNAM = "csv", "vietnamadminunits"
TITLES: dict[type, Text] = {
    Unit: Text("Đơn vị", "Units"),
    UnitLink: Text("Liên kết trước sau", "Links to predecessors"),
    UnitGeometry: Text("Hình", "Geometries"),
    Population: Text("Dân số", "Populations"),
}


def _day_field(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


def _source_field() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Nguồn dữ liệu"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Để trống: tên tệp."),
    )


class UnitsForm(ImportForm):
    kind = forms.ChoiceField(
        label=gettext_lazy("Dạng tệp"),
        choices=[
            (CSV, gettext_lazy("CSV theo mẫu của hệ thống")),
            (VIETNAM, gettext_lazy("Gói vietnamadminunits (.whl)")),
        ],
        initial=CSV,
    )
    source = _source_field()
    provinces = forms.CharField(
        label=gettext_lazy("Với gói vietnamadminunits: mã các tỉnh trước 01/07/2025"),
        max_length=300,
        required=False,
        help_text=gettext_lazy("Cách nhau bằng dấu cách, ví dụ 36 37. Để trống: cả nước."),
    )
    since = _day_field(
        gettext_lazy("Với gói vietnamadminunits: các đơn vị cũ đúng từ ngày"), required=False, initial=FORMER_SINCE
    )

    def clean_provinces(self) -> list[str]:
        codes: list[str] = self.cleaned_data["provinces"].replace(",", " ").split()
        if wrong := [code for code in codes if not (code.isascii() and code.isdigit() and len(code) == 2)]:
            raise ValidationError(_("“%(code)s” không phải mã tỉnh hai chữ số.") % {"code": wrong[0][:20]})
        return codes


class BoundariesForm(ImportForm):
    valid_on = _day_field(
        gettext_lazy("Đường bao của các đơn vị có hiệu lực vào ngày"),
        required=False,
        help_text=gettext_lazy("Để trống: hôm nay."),
    )
    property = forms.CharField(
        label=gettext_lazy("Thuộc tính ghi mã đơn vị"),
        max_length=80,
        required=False,
        help_text=gettext_lazy("Để trống: id của hình, hoặc thuộc tính code."),
    )
    skip_unknown = forms.BooleanField(label=gettext_lazy("Bỏ qua hình của đơn vị chưa có"), required=False)
    source = _source_field()


def _report(outcome: Outcome, given: Given) -> Report:
    note = _("Giữ nguyên %(number)d dòng.") % {"number": outcome.diff.unchanged}
    groups = [Group("", note, by_table(outcome.diff, TITLES))]
    return Report.of(
        outcome.diff, outcome.findings, outcome.batch, groups, dry_run=given.dry_run, url=reverse("places:index")
    )


def read_units(given: Given) -> Report:
    """The CSV, or the package of the whole country."""
    said = given.answers
    about: dict[str, Any] = {"actor": given.actor, "path": given.path, "name": given.name, "dry_run": given.dry_run}
    if said["kind"] == VIETNAM:
        outcome = import_vietnam(**about, provinces=said["provinces"], since=said["since"] or FORMER_SINCE)
    else:
        outcome = import_units(**about, source=said["source"])
    return _report(outcome, given)


def read_boundaries(given: Given) -> Report:
    """GeoJSON by code."""
    said = given.answers
    outcome = import_boundaries(
        actor=given.actor,
        path=given.path,
        name=given.name,
        valid_on=said["valid_on"] or today(),
        source=said["source"],
        code_property=said["property"],
        skip_unknown=said["skip_unknown"],
        dry_run=given.dry_run,
    )
    return _report(outcome, given)


uploaders.add(
    UNITS,
    Uploader(
        code=UNITS,
        slug="don-vi-hanh-chinh",
        lead=Text(
            "Đơn vị hành chính với thời hạn hiệu lực, cấp trên và đơn vị trước đó.",
            "Administrative units with the time they are in force, the unit above and their predecessors.",
        ),
        form=UnitsForm,
        read=read_units,
        largest=lambda: MAX_UNITS_BYTES,
        at_once=lambda: AT_ONCE,
        command="tinhso import_units",
    ),
)
uploaders.add(
    BOUNDARIES,
    Uploader(
        code=BOUNDARIES,
        slug="duong-bao",
        lead=Text(
            "Đường bao của các đơn vị: GeoJSON, WGS 84 (CRS84), khớp theo mã.",
            "Boundaries of units: GeoJSON, WGS 84 (CRS84), matched by code.",
        ),
        form=BoundariesForm,
        read=read_boundaries,
        largest=lambda: MAX_BOUNDARIES_BYTES,
        at_once=lambda: AT_ONCE,
        command="tinhso import_boundaries",
    ),
)
