"""What people type: shapes only, the rules are the commands'."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tinhso.payments.banks import banks
from tinhso.payments.codes import WAYS


def _do(name: str) -> forms.CharField:
    return forms.CharField(initial=name, widget=forms.HiddenInput)


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class AccountForm(forms.Form):
    agency_uid = forms.CharField(label=_("Mã cơ quan"), max_length=80)
    bank = forms.ChoiceField(
        label=_("Ngân hàng"),
        choices=lambda: [(bank.bin, f"{bank.short} · {bank.bin}") for bank in banks().values()],
    )
    number = forms.CharField(label=_("Số tài khoản"), max_length=30)
    holder = forms.CharField(label=_("Chủ tài khoản"), max_length=200)
    basis = forms.CharField(label=_("Căn cứ"), max_length=300, help_text=_("Quyết định hoặc hợp đồng mở tài khoản."))
    valid_from = _day(_("Từ ngày"))


class EndAccountForm(forms.Form):
    do = _do("end")
    valid_to = _day(_("Thôi nhận tiền từ ngày"))
    reason = forms.CharField(label=_("Lý do"), max_length=300)


class MatchForm(forms.Form):
    """`others`: further unmatched credits that make up the amount together."""

    do = _do("match")
    reference = forms.CharField(label=_("Mã tham chiếu của khoản phải nộp"), max_length=20)
    others = forms.MultipleChoiceField(
        label=_("Cộng thêm các khoản"), required=False, widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(label=_("Lý do"), max_length=500)

    def __init__(self, *args: Any, others: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if others:
            self.fields["others"].choices = others  # type: ignore[attr-defined]
        else:
            del self.fields["others"]


class ReturnForm(forms.Form):
    do = _do("return")
    reason = forms.CharField(label=_("Lý do"), max_length=500)


class RefundForm(forms.Form):
    way = forms.ChoiceField(label=_("Hình thức"), choices=lambda: list(WAYS.items()), widget=forms.RadioSelect)
    voucher = forms.CharField(label=_("Số phiếu chi hoặc mã giao dịch"), max_length=100)
