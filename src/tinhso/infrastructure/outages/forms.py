"""What people type: shapes only, the rules are the commands'."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.dates import VIETNAM
from tinhso.infrastructure.network.models import Network
from tinhso.infrastructure.outages import codes
from tinhso.infrastructure.outages.rules.spells import Element


def _choices(texts: dict[str, Any]) -> list[tuple[str, Any]]:
    return list(texts.items())


def _text(label: Any, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=5000, widget=forms.Textarea(attrs={"rows": 4}), **more)


class MomentField(forms.DateTimeField):
    """A moment on the clocks of Vietnam."""

    def __init__(self, **more: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], **more)

    def to_python(self, value: Any) -> Any:
        found = super().to_python(value)
        return found.astimezone(VIETNAM) if found else None


class CauseForm(forms.Form):
    cause = forms.ChoiceField(label=_("Nguyên nhân"), choices=lambda: _choices(codes.CAUSES))
    text = _text(_("Ghi chú nội bộ"), required=False)


class ExpectForm(forms.Form):
    expected_at = MomentField(
        label=_("Dự kiến có lại lúc (công khai)"), required=False, help_text=_("Bỏ trống: chưa biết.")
    )
    text = _text(_("Ghi chú nội bộ"), required=False)


class TextForm(forms.Form):
    text = _text(_("Nội dung"))


class OptionalTextForm(forms.Form):
    text = _text(_("Ghi thêm"), required=False)


class NetworkForm(forms.Form):
    """A form about one network: chosen where there are several."""

    network = forms.ModelChoiceField(label=_("Mạng"), queryset=Network.objects.none(), empty_label=None)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["network"].queryset = Network.objects.order_by("demonstration", "name")  # type: ignore[attr-defined]


class WindowForm(NetworkForm):
    title = forms.CharField(label=_("Công việc (công khai)"), max_length=200)
    starts_at = MomentField(label=_("Bắt đầu"))
    ends_at = MomentField(label=_("Kết thúc"))
    spans = _text(_("Mã đoạn cáp"), required=False, help_text=_("Mỗi dòng một mã."))
    nodes = _text(_("Mã nút"), required=False, help_text=_("Mỗi dòng một mã."))
    works = _text(_("Mô tả nội bộ"), required=False)

    def elements(self) -> list[Element]:
        """The elements named, in order."""
        return [
            (kind, line.strip())
            for kind, field in ((codes.SPAN, "spans"), (codes.NODE, "nodes"))
            for line in self.cleaned_data[field].splitlines()
            if line.strip()
        ]


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Lý do"), max_length=500)


class SourceForm(NetworkForm):
    slug = forms.CharField(label=_("Mã nguồn"), max_length=40, help_text=_("Chữ thường, số, dấu gạch: nms-tinh."))
    name = forms.CharField(label=_("Tên"), max_length=200)
    token = forms.BooleanField(label=_("Cấp mã truy cập"), required=False, initial=True)
    signed = forms.BooleanField(label=_("Bắt buộc chữ ký HMAC"), required=False)
    certificate_subject = forms.CharField(label=_("Chủ thể chứng thư"), max_length=300, required=False)
    alert_names = forms.CharField(
        label=_("Tên các cảnh báo mất kết nối"),
        max_length=1000,
        required=False,
        help_text=_("Cách nhau bằng dấu cách; bỏ trống là mọi cảnh báo."),
    )
    field_order = ("network", "slug", "name")


class ChangeSourceForm(forms.Form):
    name = forms.CharField(label=_("Tên"), max_length=200)
    enabled = forms.BooleanField(label=_("Đang nhận"), required=False)
    certificate_subject = forms.CharField(label=_("Chủ thể chứng thư"), max_length=300, required=False)
    alert_names = forms.CharField(label=_("Tên các cảnh báo mất kết nối"), max_length=1000, required=False)
    new_token = forms.BooleanField(label=_("Cấp mã truy cập mới"), required=False)
    new_signing_key = forms.BooleanField(label=_("Cấp khóa ký mới"), required=False)


class AliasForm(forms.Form):
    element_kind = forms.ChoiceField(label=_("Loại"), choices=lambda: _choices(codes.ELEMENTS))
    reported = forms.CharField(label=_("Tên do nguồn báo"), max_length=200)
    element = forms.CharField(
        label=_("Mã phần tử trong mạng"),
        max_length=200,
        required=False,
        help_text=_("Bỏ trống: đây không phải phần tử của mạng."),
    )


class PromiseForm(forms.Form):
    subject = forms.ChoiceField(label=_("Cam kết với"), choices=lambda: _choices(codes.SUBJECTS))
    key = forms.CharField(
        label=_("Mã đơn vị hoặc cơ quan"),
        max_length=80,
        required=False,
        help_text=_("Bỏ trống: mọi nơi chưa có mức riêng."),
    )
    percent = forms.DecimalField(
        label=_("Mức sẵn sàng mỗi tháng, %"),
        min_value=Decimal("0.0001"),
        max_value=Decimal(100),
        max_digits=7,
        decimal_places=4,
        localize=True,
    )
    valid_from = forms.DateField(label=_("Từ ngày"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    basis = forms.CharField(label=_("Căn cứ"), max_length=300)


class ContactForm(forms.Form):
    agency = forms.CharField(label=_("Mã cơ quan"), max_length=80)
    email = forms.EmailField(
        label=_("Hộp thư cơ quan"), help_text=_("Địa chỉ chung của cơ quan, không phải của cá nhân.")
    )
