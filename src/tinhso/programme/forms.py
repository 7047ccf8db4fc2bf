"""What programme officers type. Rules live in the commands; forms only gather and show what was refused."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from tinhso.foundation.dates import today
from tinhso.identity.models import Agency
from tinhso.measures.contract import indicators
from tinhso.programme.models import COMPARATORS, Agreement, Commitment, Party, Pillar
from tinhso.programme.reviews import Signing


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


def _area(rows: int = 3) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class AgreementForm(forms.Form):
    title_vi = forms.CharField(label=_("Tên (tiếng Việt)"), max_length=300)
    title_en = forms.CharField(label=_("Tên (tiếng Anh)"), max_length=300)
    period_from = forms.DateField(label=_("Kỳ, từ ngày"), widget=DayInput())
    period_to = forms.DateField(label=_("Kỳ, đến hết ngày"), widget=DayInput())
    signed_on = forms.CharField(
        label=_("Ngày ký"),
        max_length=10,
        required=False,
        help_text=_("Chính xác đến đâu ghi đến đó: 2021, 2021-03 hoặc 2021-03-09."),
    )
    note_vi = forms.CharField(label=_("Ghi chú (tiếng Việt)"), widget=_area(), required=False)
    note_en = forms.CharField(label=_("Ghi chú (tiếng Anh)"), widget=_area(), required=False)
    signed_file = forms.FileField(
        label=_("Văn bản đã ký"), required=False, help_text=_("PDF, tối đa 20 MB; công khai.")
    )
    version = forms.IntegerField(widget=forms.HiddenInput())

    @classmethod
    def of(cls, row: Agreement) -> AgreementForm:
        names = [name for name in cls.base_fields if name not in ("version", "signed_file")]
        return cls(initial={**{name: getattr(row, name) for name in names}, "version": row.pk})


class CommitmentForm(forms.Form):
    pillar = forms.ChoiceField(label=_("Trụ cột"))
    text_vi = forms.CharField(label=_("Cam kết (tiếng Việt)"), max_length=500, widget=_area(2))
    text_en = forms.CharField(label=_("Cam kết (tiếng Anh)"), max_length=500, widget=_area(2))
    quote = forms.CharField(label=_("Trích nguyên văn"), widget=_area(2), required=False)
    owner_uid = forms.ChoiceField(label=_("Cơ quan chịu trách nhiệm"), required=False)
    indicator = forms.ChoiceField(label=_("Chỉ số"), required=False)
    comparator = forms.ChoiceField(label=_("So sánh"), required=False)
    target = forms.CharField(
        label=_("Giá trị chỉ tiêu"), max_length=40, required=False, help_text=_("Ví dụ 100%, 99,5%, 226/226 hoặc 12.")
    )
    due = forms.DateField(label=_("Thời hạn, đến hết ngày"), widget=DayInput(), required=False)
    reading_vi = forms.CharField(
        label=_("Cách hiểu văn bản (tiếng Việt)"),
        max_length=500,
        widget=_area(2),
        required=False,
        help_text=_("Cần khi văn bản không nêu rõ chỉ tiêu, thời hạn hoặc thước đo."),
    )
    reading_en = forms.CharField(
        label=_("Cách hiểu văn bản (tiếng Anh)"), max_length=500, widget=_area(2), required=False
    )
    weight = forms.IntegerField(label=_("Trọng số"), min_value=1, max_value=1000, initial=1)
    headline = forms.BooleanField(label=_("Kết quả chính"), required=False)
    effective = forms.DateField(
        label=_("Thay đổi từ ngày"),
        widget=DayInput(),
        required=False,
        help_text=_(
            "Để trống nếu sửa cho đúng điều đã thỏa thuận; ghi ngày nếu hai bên thỏa thuận khác đi từ ngày đó."
        ),
    )
    version = forms.IntegerField(widget=forms.HiddenInput(), required=False)

    def __init__(self, *args: Any, agreement: str, owner: tuple[str, str] = ("", ""), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        pillars = Pillar.objects.known_at().filter(agreement=agreement).order_by("order")
        choices = {
            "pillar": [(pillar.uid, str(pillar.title)) for pillar in pillars],
            "owner_uid": [("", _("— chưa nêu —")), *_owners(owner)],
            "indicator": [("", _("— chưa nêu —")), *((item.id, f"{item.title} ({item.id})") for item in indicators)],
            "comparator": [("", _("— chưa nêu —")), *COMPARATORS.items()],
        }
        for name, options in choices.items():
            self.fields[name].choices = options  # type: ignore[attr-defined]

    @classmethod
    def of(cls, row: Commitment) -> CommitmentForm:
        names = [name for name in cls.base_fields if name not in ("target", "version", "effective")]
        initial = {name: getattr(row, name) for name in names}
        if row.target_numerator is not None:
            initial["target"] = f"{row.target_numerator}/{row.target_denominator}"
        return cls(
            initial={**initial, "version": row.pk}, agreement=row.agreement, owner=(row.owner_uid, str(row.owner))
        )


def _owners(present: tuple[str, str]) -> Iterable[tuple[str, str]]:
    """Agencies of the province and above; and whoever owns the commitment now."""
    rows = Agency.objects.as_of(today()).filter(level__in=["central", "province"]).order_by("sort_key", "uid")
    owners = {row.uid: str(row.title) for row in rows}
    if present[0]:
        owners.setdefault(*present)
    return owners.items()


class PartyForm(forms.Form):
    agency_uid = forms.ChoiceField(label=_("Cơ quan là bên của thỏa thuận"))
    effective = forms.DateField(
        label=_("Thay đổi từ ngày"),
        widget=DayInput(),
        required=False,
        help_text=_("Để trống nếu ghi sai từ đầu; ghi ngày nếu cơ quan khác tiếp nhận thỏa thuận từ ngày đó."),
    )
    reason = forms.CharField(label=_("Căn cứ"), widget=_area())
    version = forms.IntegerField(widget=forms.HiddenInput())

    def __init__(self, *args: Any, party: Party, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency_uid"].choices = _owners((party.agency_uid, str(party.name)))  # type: ignore[attr-defined]


class EndForm(forms.Form):
    day = forms.DateField(label=_("Hết hiệu lực từ ngày"), widget=DayInput())
    reason = forms.CharField(label=_("Căn cứ"), widget=_area())
    version = forms.IntegerField(widget=forms.HiddenInput())


class ClaimForm(forms.Form):
    value = forms.CharField(label=_("Kết quả"), max_length=40, help_text=_("Ví dụ 100%, 226/226 hoặc 12."))
    as_of = forms.DateField(label=_("Tính đến hết ngày"), widget=DayInput())
    reason = forms.CharField(label=_("Nguồn và cách tính"), widget=_area())
    file = forms.FileField(label=_("Bằng chứng"), required=False, help_text=_("Tối đa 20 MB."))


class AppraisalForm(forms.Form):
    value = forms.CharField(label=_("Giá trị thẩm định"), max_length=40)
    reason = forms.CharField(
        label=_("Lý do"), widget=_area(), help_text=_("Đã xem bằng chứng nào, vì sao giữ hay cắt.")
    )


class EvidenceForm(forms.Form):
    file = forms.FileField(label=_("Tệp"), help_text=_("PDF, ảnh, văn bản hoặc bảng tính; tối đa 20 MB."))
    label = forms.CharField(label=_("Tệp này cho thấy điều gì"), max_length=200)
    public = forms.BooleanField(label=_("Công khai cho mọi người"), required=False, initial=True)


class ReasonForm(forms.Form):
    reason = forms.CharField(label=_("Lý do"), widget=_area())


class ReviewForm(forms.Form):
    title_vi = forms.CharField(label=_("Tên (tiếng Việt)"), max_length=300)
    title_en = forms.CharField(label=_("Tên (tiếng Anh)"), max_length=300)
    period_from = forms.DateField(label=_("Từ ngày"), widget=DayInput())
    period_to = forms.DateField(label=_("Đến hết ngày"), widget=DayInput())


class FindingsForm(forms.Form):
    """A finding and an action for each commitment of a review, and the summary."""

    summary = forms.CharField(label=_("Nhận xét chung"), widget=_area(4), required=False)
    version = forms.IntegerField(widget=forms.HiddenInput())

    def __init__(self, *args: Any, signing: Signing, language: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = signing.fields["findings"]
        self.fields["summary"].initial = signing.review.summary
        self.fields["version"].initial = signing.review.pk
        for index, row in enumerate(self.rows):
            text = row["text"][language]
            for name, label in (("finding", _("Nhận xét")), ("action", _("Việc phải làm"))):
                self.fields[f"{name}-{index}"] = forms.CharField(
                    label=f"{index + 1}. {text} · {label}",
                    widget=_area(2),
                    required=False,
                    initial=row[name],
                    max_length=4000,
                )

    def findings(self) -> dict[str, tuple[str, str]]:
        data = self.cleaned_data
        return {
            row["commitment"]: (data[f"finding-{index}"], data[f"action-{index}"])
            for index, row in enumerate(self.rows)
        }


class SignForm(forms.Form):
    position = forms.CharField(label=_("Chức vụ của người ký"), max_length=200)
    content_sha256 = forms.CharField(widget=forms.HiddenInput(), max_length=64)
