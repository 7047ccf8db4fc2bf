"""What one act on many dossiers asks: its particulars once, and a reason for each that differs."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from tinhso.government.services.access import DOERS
from tinhso.government.services.desk.forms import ASKED, act_field
from tinhso.government.services.dossiers.commands.particulars import LONGEST
from tinhso.government.services.dossiers.people import people_of
from tinhso.government.services.models import Dossier


class BulkForm(forms.Form):
    """`seen-N`: how many events of dossier N the sender had seen; `reason-N`: its own reason."""

    key = forms.CharField(max_length=60, widget=forms.HiddenInput)

    def __init__(self, verb: str, rows: Sequence[Dossier], data: Any = None) -> None:
        super().__init__(data, initial={"key": uuid.uuid4().hex}, auto_id="nhieu-%s")
        self.verb, self.rows = verb, rows
        self.names = [name for name in ASKED.get(verb, ()) if name != "papers"]
        for name in self.names:
            self.fields[name] = act_field(name)
        if "holder" in self.fields:
            self.fields["holder"].choices = self._holders()  # type: ignore[attr-defined]
        if "reason" in self.fields:
            self.fields["reason"].required = False
            self.fields["reason"].help_text = _("Lý do chung; hồ sơ nào khác thì ghi riêng ở dưới.")
        for row in rows:
            hidden = forms.IntegerField(widget=forms.HiddenInput, initial=row.events_count)
            self.fields[f"seen-{row.pk}"] = hidden
            if "reason" in self.names:
                label = format_lazy("{} {}", _("Lý do riêng của"), row.code)
                own = forms.CharField(label=label, max_length=LONGEST, required=False)
                self.fields[f"reason-{row.pk}"] = own

    def _holders(self) -> list[tuple[str, str]]:
        agencies = {task.agency_uid for row in self.rows for task in row.open_tasks}  # type: ignore[attr-defined]
        roles = {task.role for row in self.rows for task in row.open_tasks}  # type: ignore[attr-defined]
        able = frozenset.intersection(*(DOERS[role] for role in roles)) if roles else frozenset()
        return [(f"user:{one.pk}", str(one)) for one in people_of(agencies, able)]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        if "reason" in self.names and not given.get("reason"):
            for row in self.rows:
                if not given.get(f"reason-{row.pk}"):
                    self.add_error("reason", _("Ghi lý do chung, hoặc lý do riêng cho từng hồ sơ."))
                    break
        return given

    def expected(self, row: Dossier) -> int:
        return self.cleaned_data[f"seen-{row.pk}"]

    def particulars(self, row: Dossier) -> dict[str, Any]:
        """The act's data for one of the dossiers."""
        data = {name: self.cleaned_data[name] for name in self.names}
        if "reason" in data:
            data["reason"] = self.cleaned_data.get(f"reason-{row.pk}") or data["reason"]
        return data
