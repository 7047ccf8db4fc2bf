"""Forms of the calendar's pages."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.foundation.errors import Invalid
from tinhso.foundation.json_faults import json_fault
from tinhso.workdays.calendars import Calendar
from tinhso.workdays.clock import Pause
from tinhso.workdays.models import CalendarVersion
from tinhso.workdays.rules import LARGEST, PAUSES, UNITS

WAITS = 3
LARGEST_FILE = 256 * 2**10
MOMENTS = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%d/%m/%Y %H:%M"]


def versions() -> list[tuple[str, str]]:
    """Published calendars, the newest first; "" stands for the one in force."""
    numbers = CalendarVersion.objects.order_by("-number").values_list("number", flat=True)
    return [("", _("Bản đang dùng")), *((str(number), _("Bản số %(n)d") % {"n": number}) for number in numbers)]


class Moment(forms.DateTimeField):
    """A minute in Vietnam, from the browser's field or typed as dd/mm/yyyy hh:mm."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(input_formats=MOMENTS, widget=widget, **kwargs)


class YearForm(forms.Form):
    """Which year of which version to show."""

    nam = forms.IntegerField(label=gettext_lazy("Năm"))
    ban = forms.ChoiceField(label=gettext_lazy("Bản lịch"), required=False)

    def __init__(self, data: Any, *, calendar: Calendar) -> None:
        super().__init__(data)
        first, last = calendar.first.year, calendar.last.year
        self.fields["nam"] = forms.IntegerField(label=_("Năm"), min_value=first, max_value=last)
        self.fields["ban"].choices = versions()  # type: ignore[attr-defined]


class CompareForm(forms.Form):
    """Two versions to compare."""

    truoc = forms.ChoiceField(label=gettext_lazy("Bản trước"))
    sau = forms.ChoiceField(label=gettext_lazy("Bản sau"))

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        for name in ("truoc", "sau"):
            self.fields[name].choices = versions()[1:]  # type: ignore[attr-defined]


class DueForm(forms.Form):
    """A time limit and what stopped its clock."""

    nhan = Moment(label=gettext_lazy("Tiếp nhận hợp lệ lúc"))
    don_vi = forms.ChoiceField(label=gettext_lazy("Đơn vị thời hạn"), initial="working_days")
    so = forms.IntegerField(
        label=gettext_lazy("Thời hạn"),
        min_value=0,
        max_value=max(LARGEST.values()),
        help_text=gettext_lazy("0 ngày làm việc là “trong ngày”."),
    )
    chot = forms.TimeField(
        label=gettext_lazy("Giờ chốt nhận hồ sơ"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=gettext_lazy("Nhận sau giờ này, hoặc vào ngày nghỉ, tính như nhận ngày làm việc kế tiếp."),
    )
    ban = forms.ChoiceField(label=gettext_lazy("Bản lịch"), required=False)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.fields["don_vi"].choices = [(code, str(title)) for code, title in UNITS.items()]  # type: ignore[attr-defined]
        self.fields["ban"].choices = versions()  # type: ignore[attr-defined]
        waits = [("", _("không")), *((code, str(title)) for code, title in PAUSES.items())]
        for number in range(1, WAITS + 1):
            self.fields[f"dung{number}"] = forms.ChoiceField(label=_("Vì sao"), choices=waits, required=False)
            self.fields[f"tu{number}"] = Moment(label=_("Từ lúc"), required=False)
            self.fields[f"den{number}"] = Moment(
                label=_("Đến lúc"), required=False, help_text=_("Bỏ trống: còn đang dừng.")
            )

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for number in range(1, WAITS + 1):
            kind, start, end = (given.get(f"{name}{number}") for name in ("dung", "tu", "den"))
            if kind and not start and f"tu{number}" not in self.errors:
                self.add_error(f"tu{number}", _("Cần lúc bắt đầu."))
            if not kind and (start or end):
                self.add_error(f"dung{number}", _("Chọn vì sao đồng hồ dừng."))
        return given

    @property
    def limit(self) -> list[forms.BoundField]:
        return [self[name] for name in ("nhan", "so", "don_vi", "chot", "ban")]

    @property
    def waits(self) -> list[tuple[int, list[forms.BoundField]]]:
        return [(number, [self[f"{name}{number}"] for name in ("dung", "tu", "den")]) for number in range(1, WAITS + 1)]

    @property
    def opened(self) -> bool:
        """Whether the waits have something to show."""
        return any(self[f"{name}{number}"].data for number in range(1, WAITS + 1) for name in ("dung", "tu", "den"))

    def pauses(self) -> tuple[list[Pause], dict[str, str]]:
        """The waits asked for, and the field each one's errors belong to."""
        found: list[Pause] = []
        places: dict[str, str] = {}
        for number in range(1, WAITS + 1):
            if kind := self.cleaned_data[f"dung{number}"]:
                places[f"pauses.{len(found)}"] = f"tu{number}"
                start, end = self.cleaned_data[f"tu{number}"], self.cleaned_data[f"den{number}"]
                found.append(Pause(kind, start, end))
        return found, places


class PublishForm(forms.Form):
    """Notices as a file or as text, and the reason. What a file held stands in the text from then on."""

    file = forms.FileField(
        label=gettext_lazy("Tệp thông báo nghỉ (JSON)"),
        required=False,
        help_text=gettext_lazy("Tối đa 256 KB. Nội dung tệp được chép vào ô dưới đây."),
    )
    notices = forms.CharField(
        label=gettext_lazy("Nội dung"),
        required=False,
        max_length=LARGEST_FILE,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 14, "spellcheck": "false"}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Lý do hoặc văn bản"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("Ví dụ: Công văn 10065/VPCP-KGVX ngày 02/10/2026. Cần khi ban hành."),
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_file(self) -> Any:
        given = self.cleaned_data["file"]
        if given and given.size > LARGEST_FILE:
            raise forms.ValidationError(_("Tệp lớn hơn 256 KB."))
        return given

    def text(self) -> str:
        """The notices as typed or as in the file. Invalid where the file is not UTF-8 or there is nothing."""
        given = self.cleaned_data["file"]
        if given:
            try:
                return given.read().decode("utf-8-sig")
            except UnicodeDecodeError as broken:
                raise Invalid(_("Tệp không phải UTF-8."), place="file") from broken
        if not self.cleaned_data["notices"].strip():
            raise Invalid(_("Chọn tệp hoặc dán nội dung."), place="notices")
        return self.cleaned_data["notices"]


def parsed(text: str) -> Any:
    """The notices of a text; Invalid names line and column."""
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise json_fault(error, _("Nội dung không phải JSON")) from error
    except (RecursionError, ValueError) as error:
        raise Invalid(_("Nội dung không phải JSON."), place="notices") from error
