"""The page that imports the register of agencies, as the command does."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from tinhso.files.uploaders import Given, Group, ImportForm, Report, Uploader, by_table, uploaders
from tinhso.foundation.text import Text
from tinhso.identity.agency_file import LARGEST
from tinhso.identity.commands import import_agencies
from tinhso.identity.importers import AGENCIES
from tinhso.identity.models import Agency, AgencySuccession

TITLES: dict[type, Text] = {
    Agency: Text("Cơ quan", "Agencies"),
    AgencySuccession: Text("Kế thừa", "Successions"),
}


def read(given: Given) -> Report:
    """The CSV register."""
    batch, diff = import_agencies(
        actor=given.actor, source_name=given.name, content=given.path.read_bytes(), dry_run=given.dry_run
    )
    note = _("Giữ nguyên %(number)d dòng.") % {"number": diff.unchanged}
    groups = [Group("", note, by_table(diff, TITLES))]
    return Report.of(diff, [], batch, groups, dry_run=given.dry_run, url=reverse("identity:agencies"))


uploaders.add(
    AGENCIES,
    Uploader(
        code=AGENCIES,
        slug="co-quan",
        lead=Text(
            "Danh mục cơ quan dạng CSV: mỗi dòng một cơ quan trong một thời hạn, và cơ quan nó kế thừa.",
            "The register of agencies as CSV: one row per agency and interval, with whom it succeeds.",
        ),
        form=ImportForm,
        read=read,
        largest=lambda: LARGEST,
        at_once=lambda: LARGEST,
        command="tinhso import_agencies",
    ),
)
