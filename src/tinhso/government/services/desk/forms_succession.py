"""Which dossiers of an ended agency go to whom, and why: once for all chosen, or for each by itself."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, cast

from django import forms
from django.http import QueryDict
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from tinhso.government.services.desk.commands import Wanted
from tinhso.government.services.desk.forms import act_field
from tinhso.government.services.dossiers.commands.particulars import LONGEST
from tinhso.government.services.models import Dossier
from tinhso.identity.models import Agency


class Line(NamedTuple):
    """A dossier with its own fields."""

    dossier: Dossier
    chosen: forms.BoundField
    to: forms.BoundField
    reason: forms.BoundField


class AssignForm(forms.Form):
    """Of dossier N: `chosen-N`, `to-N` (at first the successor proposed), `reason-N`, and `seen-N`, how many of its
    events the sender had seen."""

    key = forms.CharField(max_length=60, widget=forms.HiddenInput)
    to = forms.ChoiceField(label=_("Cơ quan nhận"), required=False, help_text=_("Cho hồ sơ không chọn riêng ở trên."))

    def __init__(
        self, rows: Sequence[Dossier], heirs: Sequence[Agency], proposed: Mapping[int, str], data: Any = None
    ) -> None:
        super().__init__(data, initial={"key": uuid.uuid4().hex}, auto_id="giao-%s")
        self.rows = list(rows)
        named = [(row.uid, row.title) for row in heirs]
        self.fields["to"].choices = [("", _("(chọn)")), *named]  # type: ignore[attr-defined]
        self.fields["reason"] = act_field("reason")
        self.fields["reason"].required = False
        self.fields["reason"].help_text = _("Lý do chung; hồ sơ nào khác thì ghi riêng ở trên.")
        for row in rows:
            said = {"chosen": _("Chọn"), "to": _("Giao cho"), "reason": _("Lý do riêng của")}
            label = {name: format_lazy("{} {}", text, row.code) for name, text in said.items()}
            own: dict[str, forms.Field] = {
                "chosen": forms.BooleanField(label=label["chosen"], required=False),
                "to": forms.ChoiceField(
                    label=label["to"],
                    required=False,
                    choices=[("", _("(như chung)")), *named],
                    initial=proposed.get(row.pk, ""),
                ),
                "reason": forms.CharField(label=label["reason"], max_length=LONGEST, required=False),
                "seen": forms.IntegerField(widget=forms.HiddenInput, initial=row.events_count),
            }
            self.fields |= {f"{name}-{row.pk}": field for name, field in own.items()}

    def lines(self) -> Iterator[Line]:
        for row in self.rows:
            yield Line(row, *(self[f"{name}-{row.pk}"] for name in ("chosen", "to", "reason")))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or self.cleaned_data
        wanted = self.wanted()
        if not wanted:
            self.add_error(None, _("Đánh dấu ít nhất một hồ sơ."))
        if any(not one.data["reason"] for one in wanted):
            self.add_error("reason", _("Ghi lý do chung, hoặc lý do riêng cho từng hồ sơ."))
        for one in wanted:
            if not one.data["to"]:
                self.add_error(f"to-{one.dossier.pk}", _("Chọn cơ quan nhận, riêng hoặc chung."))
        return given

    def wanted(self) -> list[Wanted]:
        """The dossiers chosen, each with its successor and reason."""

        def of(row: Dossier, name: str) -> str:
            return self.cleaned_data.get(f"{name}-{row.pk}") or self.cleaned_data.get(name) or ""

        return [
            Wanted(row, {name: of(row, name) for name in ("to", "reason")}, self.cleaned_data.get(f"seen-{row.pk}"))
            for row in self.rows
            if self.cleaned_data.get(f"chosen-{row.pk}")
        ]

    def renewed(self) -> QueryDict:
        """What was typed, with a new key and the dossiers as they are now."""
        data = cast("QueryDict", self.data).copy()
        data["key"] = uuid.uuid4().hex
        for row in self.rows:
            row.refresh_from_db(fields=["events_count"])
            data[f"seen-{row.pk}"] = str(row.events_count)
        return data
