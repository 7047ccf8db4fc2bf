"""Forms of the proof pages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from tinhso.proof.models import KeyRole


class LookupForm(forms.Form):
    """Find an entry by its number in the log or by its leaf hash."""

    tim = forms.CharField(
        label=_("Số thứ tự hoặc băm lá"),
        max_length=64,
        help_text=_("Ví dụ 17, hoặc 64 chữ số hệ 16 ghi trong gói bằng chứng."),
    )


class CountersignForm(forms.Form):
    """A signature line from another machine."""

    line = forms.CharField(
        label=_("Dòng chữ ký"),
        max_length=1000,
        help_text=_("Dòng bắt đầu bằng “— ” mà lệnh tinhso sign in ra. Chỉ nhận chữ ký của khóa đã đăng ký."),
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    )


class KeyForm(forms.Form):
    """A party's verifier key."""

    verifier = forms.CharField(
        label=_("Khóa kiểm tra"), max_length=200, help_text=_("Dòng tên+mã+base64 mà lệnh tinhso make_key in ra.")
    )
    owner = forms.CharField(
        label=_("Mã chủ khóa"), max_length=80, help_text=_("Mã định danh của cơ quan hoặc doanh nghiệp, ví dụ H40.")
    )
    role = forms.ChoiceField(
        label=_("Vai trò"), choices=[choice for choice in KeyRole.choices if choice[0] != KeyRole.LOG]
    )


class AuditForm(forms.Form):
    """Which audit records to show."""

    actor = forms.CharField(label=_("Người làm (mã hoặc tên)"), max_length=80, required=False)
    verb = forms.CharField(label=_("Việc bắt đầu bằng"), max_length=80, required=False)
    target = forms.CharField(label=_("Đối tượng bắt đầu bằng"), max_length=200, required=False)
    since = forms.DateField(label=_("Từ ngày"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label=_("Đến hết ngày"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
