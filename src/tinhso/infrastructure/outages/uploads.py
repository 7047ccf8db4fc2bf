"""The page that imports a network's events, as the command does."""

from __future__ import annotations

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.files.uploaders import Given, Group, ImportForm, Report, Uploader, by_table, uploaders
from tinhso.foundation.text import Text
from tinhso.infrastructure.network.models import Network
from tinhso.infrastructure.outages.commands.importing import IMPORTER, import_events
from tinhso.infrastructure.outages.event_file import LARGEST
from tinhso.infrastructure.outages.models import FileEvent


class EventsForm(ImportForm):
    network = forms.ModelChoiceField(
        label=gettext_lazy("Mạng"), queryset=Network.objects.none(), to_field_name="uuid", empty_label=None
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["network"].queryset = Network.objects.order_by("demonstration", "name")  # type: ignore[attr-defined]


def read(given: Given) -> Report:
    """The CSV of one network's events."""
    batch, diff, findings = import_events(
        actor=given.actor,
        network=given.answers["network"],
        source_name=given.name,
        content=given.path.read_bytes(),
        dry_run=given.dry_run,
    )
    note = _("Giữ nguyên %(number)d dòng.") % {"number": diff.unchanged}
    groups = [Group("", note, by_table(diff, {FileEvent: Text("Sự kiện", "Events")}))]
    return Report.of(diff, findings, batch, groups, dry_run=given.dry_run, url=reverse("outages:board"))


uploaders.add(
    IMPORTER,
    Uploader(
        code=IMPORTER,
        slug="su-kien-mang",
        lead=Text(
            "Sự kiện của một mạng dạng CSV, các cột element_kind (span, node), element, starts_at, ends_at. Chỉ có "
            "starts_at: còn gián đoạn; chỉ có ends_at: đã có lại. Ví dụ một dòng: "
            "span,MÃ-ĐOẠN-CÁP,2024-06-03 09:00,03/06/2024 10:30",
            "Events of one network as CSV, columns element_kind (span, node), element, starts_at, ends_at. Only "
            "starts_at: still down; only ends_at: back again. A row for example: "
            "span,ID-OF-A-SPAN,2024-06-03 09:00,03/06/2024 10:30",
        ),
        form=EventsForm,
        read=read,
        largest=lambda: LARGEST,
        at_once=lambda: 2 * 10**6,
        command="tinhso import_outage_events",
    ),
)
