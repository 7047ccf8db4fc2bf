"""The page that imports candidate routes, as the command does."""

from __future__ import annotations

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy

from tinhso.files.uploaders import Given, Group, ImportForm, Report, Uploader, by_table, uploaders
from tinhso.foundation.text import Text
from tinhso.infrastructure.planning.commands.candidates import import_routes
from tinhso.infrastructure.planning.importers import ROUTES
from tinhso.infrastructure.planning.models import CandidateRoute
from tinhso.infrastructure.planning.wording import dong, km

LARGEST, AT_ONCE = 200 * 10**6, 10 * 10**6


class RoutesForm(ImportForm):
    name = forms.CharField(label=gettext_lazy("Tên tập ứng viên"), max_length=200)
    reach_m = forms.IntegerField(
        label=gettext_lazy("Nối nơi cách đường tới (mét)"), min_value=1, max_value=100_000, initial=3000
    )


def read(given: Given) -> Report:
    """A GeoJSON file of routes and obstacles."""
    done = import_routes(
        actor=given.actor,
        raw=given.path.read_bytes(),
        source_name=given.name,
        name=given.answers["name"],
        reach_m=given.answers["reach_m"],
        dry_run=given.dry_run,
    )
    said = Text(
        f"{dong(done.routes)} tuyến dài {km(done.metres)} km, {dong(done.obstacles)} vật cản",
        f"{dong(done.routes)} routes of {km(done.metres)} km, {dong(done.obstacles)} obstacles",
    )
    tables = by_table(done.diff, {CandidateRoute: Text("Tuyến ứng viên", "Candidate routes")})
    group = Group(done.candidate_set.name, str(said), tables)
    url = "" if given.dry_run else reverse("planning:candidates")
    return Report.of(done.diff, done.findings, done.batch, [group], dry_run=given.dry_run, url=url)


uploaders.add(
    ROUTES,
    Uploader(
        code=ROUTES,
        slug="tuyen-ung-vien",
        lead=Text(
            "GeoJSON các tuyến có thể đi cáp: LineString đường bộ hoặc cống bể, thuộc tính method (cách lắp đặt) và "
            "length_m; đường có crossing (river, road, rail) là vật cản.",
            "GeoJSON of where cable may run: LineStrings of roads or ducts with method and length_m; a line with "
            "crossing (river, road, rail) is an obstacle.",
        ),
        form=RoutesForm,
        read=read,
        largest=lambda: LARGEST,
        at_once=lambda: AT_ONCE,
        command="tinhso import_routes",
    ),
)
