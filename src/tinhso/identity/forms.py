"""What people type: shapes only, the rules are the commands'."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.access import ROLES
from tinhso.foundation.dates import today
from tinhso.identity.models.agencies import KINDS, LEVELS

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

NEW_PASSWORD_HELP = _("Ít nhất 8 ký tự, không phải mật khẩu thường gặp.")


def password_field(label: StrOrPromise, autocomplete: str, help_text: StrOrPromise = "") -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, widget=widget, strip=False, max_length=200, help_text=help_text)


def day_field(label: StrOrPromise, **options: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options)


class UntilDay(forms.Form):
    """A form whose `until` is the last day in force, as people say it; commands take the first day after."""

    def valid_to(self) -> date | None:
        last: date | None = self.cleaned_data["until"]
        return last + timedelta(days=1) if last else None


class SignInForm(forms.Form):
    username = forms.CharField(
        label=_("Tên đăng nhập hoặc địa chỉ thư"),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}),
    )
    password = password_field(_("Mật khẩu"), "current-password")


class CodeForm(forms.Form):
    code = forms.CharField(
        label=_("Mã xác thực"),
        max_length=20,
        help_text=_("Sáu chữ số trong ứng dụng xác thực, hoặc một mã dự phòng."),
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "text", "spellcheck": "false"}),
    )


class RegisterForm(forms.Form):
    full_name = forms.CharField(
        label=_("Họ và tên"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    email = forms.EmailField(
        label=_("Địa chỉ thư điện tử"), max_length=80, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class EmailForm(forms.Form):
    email = forms.EmailField(
        label=_("Địa chỉ thư điện tử"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class NewPasswordForm(forms.Form):
    password = password_field(_("Mật khẩu mới"), "new-password", NEW_PASSWORD_HELP)


class ChangePasswordForm(forms.Form):
    old = password_field(_("Mật khẩu hiện tại"), "current-password")
    password = password_field(_("Mật khẩu mới"), "new-password", NEW_PASSWORD_HELP)


class ProfileForm(forms.Form):
    full_name = forms.CharField(
        label=_("Họ và tên"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )


class DeputyForm(UntilDay):
    """`mandates` are (key, label) pairs of what the person may lend."""

    mandate = forms.ChoiceField(label=_("Vai trò ủy quyền"))
    holder = forms.CharField(label=_("Tên đăng nhập của người nhận"), max_length=80)
    valid_from = day_field(_("Từ ngày"), initial=today)
    until = day_field(_("Đến hết ngày"))
    reason = forms.CharField(label=_("Lý do"), max_length=300, help_text=_("Ví dụ: đi công tác, nghỉ phép."))

    def __init__(self, *args: Any, mandates: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["mandate"].choices = mandates  # type: ignore[attr-defined]


class TokenForm(forms.Form):
    name = forms.CharField(label=_("Tên"), max_length=120, help_text=_("Máy hoặc chương trình sẽ dùng mã này."))
    roles = forms.MultipleChoiceField(label=_("Vai trò của mã"), widget=forms.CheckboxSelectMultiple)
    days = forms.IntegerField(label=_("Số ngày hiệu lực"), min_value=1, max_value=366, initial=90)

    def __init__(self, *args: Any, roles: set[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["roles"].choices = [  # type: ignore[attr-defined]
            (code, str(title)) for code, title in ROLES.items() if code in roles
        ]


class PersonForm(forms.Form):
    username = forms.CharField(
        label=_("Tên đăng nhập"), max_length=80, help_text=_("Chữ không dấu, số và các dấu - _ . @ +")
    )
    full_name = forms.CharField(label=_("Họ và tên"), max_length=200)
    email = forms.EmailField(
        label=_("Địa chỉ thư điện tử"), max_length=254, help_text=_("Liên kết đặt mật khẩu được gửi tới đây.")
    )


class GrantForm(UntilDay):
    role = forms.ChoiceField(label=_("Vai trò"))
    agency_uid = forms.CharField(
        label=_("Mã định danh cơ quan"),
        max_length=80,
        required=False,
        help_text=_("Để trống: cho mọi cơ quan. Mã định danh xem ở trang của cơ quan, ví dụ nb.ubnd."),
    )
    valid_from = day_field(_("Từ ngày"), initial=today)
    until = day_field(_("Đến hết ngày"), required=False)
    reason = forms.CharField(label=_("Căn cứ"), max_length=300, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            (code, str(title)) for code, title in ROLES.items()
        ]


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Lý do"), max_length=300, required=False)


class AgencyFilter(forms.Form):
    q = forms.CharField(label=_("Tên hoặc mã"), max_length=120, required=False)
    level = forms.ChoiceField(label=_("Cấp"), required=False)
    kind = forms.ChoiceField(label=_("Loại"), required=False)
    unit = forms.CharField(label=_("Mã địa bàn trụ sở"), max_length=20, required=False)
    ngay = day_field(_("Vào ngày"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, known in (("level", LEVELS), ("kind", KINDS)):
            self.fields[name].choices = [  # type: ignore[attr-defined]
                ("", _("Tất cả")),
                *((code, str(title)) for code, title in known.items()),
            ]


class PersonFilter(forms.Form):
    q = forms.CharField(label=_("Tên, tên đăng nhập hoặc địa chỉ thư"), max_length=120, required=False)
    role = forms.ChoiceField(label=_("Vai trò"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["role"].choices = [  # type: ignore[attr-defined]
            ("", _("Tất cả")),
            *((code, str(title)) for code, title in ROLES.items()),
        ]
