"""The forms of the import pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tinhso.infrastructure.network.uploads import upload_limit


class UploadForm(forms.Form):
    """A file to check. Nothing is written before the second step."""

    file = forms.FileField(label=_("Tệp OFDS (JSON, chuẩn 0.3 hoặc 0.4)"))
    as_of = forms.DateField(
        label=_("Hiện trạng vào ngày"),
        required=False,
        help_text=_("Để trống: ngày thu thập (collectionDate) hoặc ngày công bố ghi trong tệp, không có thì hôm nay."),
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _("Không quá %(limit)d MB. Tệp lớn hơn: nhập bằng dòng lệnh.") % {
            "limit": upload_limit() // 10**6
        }


class CheckForm(forms.Form):
    """What the second step is asked: the day, and whether to mend."""

    ngay = forms.DateField(required=False)
    sua = forms.BooleanField(required=False)
