"""The forms of planning."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.foundation.dates import today
from tinhso.identity.models.agencies import LEVELS
from tinhso.infrastructure.network.coverage import default_scope
from tinhso.infrastructure.network.models import Network
from tinhso.infrastructure.planning.models import CROSSINGS, METHODS, CandidateSet, CostModel
from tinhso.infrastructure.planning.models.costs import CROSSING, METHOD, NODE, NODES, YEAR
from tinhso.infrastructure.planning.models.plans import AIMS as ALL_AIMS
from tinhso.infrastructure.planning.models.plans import ALL, COVER, IMPORTED, PROTECTIONS, QUESTIONS, TARGETS, UNITS
from tinhso.places.models import PROVINCE
from tinhso.places.scopes import scope_codes, scope_title
from tinhso.places.state import snapshot


class DayInput(forms.DateInput):
    """A day by the browser's own control."""

    def __init__(self) -> None:
        super().__init__(attrs={"type": "date"}, format="%Y-%m-%d")


class DongField(forms.CharField):
    """An amount in đồng as people write it: 5.000.000.000, 5,000,000,000 or 5000000000."""

    def to_python(self, value: Any) -> int | None:  # type: ignore[override]
        text = super().to_python(value)
        if text in (None, ""):
            return None
        return amount(text)


def amount(text: str) -> int:
    """Whole đồng of a text with or without thousands marks; ValidationError for anything else."""
    bare = text.strip().removesuffix("đ").strip()
    if not re.fullmatch(r"\d{1,3}(?:([.,  ])\d{3}(?:\1\d{3})*)?|\d{1,18}", bare):
        raise forms.ValidationError(_("“%(text)s” không phải số đồng nguyên.") % {"text": text[:40]})
    return int(re.sub(r"\D", "", bare))


class YearsField(forms.CharField):
    """Budgets by year, a line a year: "2026: 5.000.000.000"."""

    widget = forms.Textarea(attrs={"rows": 4})

    def to_python(self, value: Any) -> list[tuple[int, int]]:  # type: ignore[override]
        found = []
        for line in (super().to_python(value) or "").splitlines():
            if not line.strip():
                continue
            year, colon, dong = line.partition(":")
            if not colon or not year.strip().isdigit():
                raise forms.ValidationError(_("Dòng “%(line)s” phải có dạng 2026: số đồng.") % {"line": line[:60]})
            found.append((int(year), amount(dong)))
        return found


def _choices(known: Any, blank: str = "") -> Any:
    """Choices read when the form is made, in the reader's language."""
    return lambda: ([("", blank)] if blank else []) + [(code, str(text)) for code, text in known.items()]


def _scopes() -> list[tuple[str, str]]:
    found = [(code, str(scope_title(code))) for code in scope_codes()]
    return found + [(f"unit:{unit.code}", unit.name) for unit in snapshot(today()).units if unit.level == PROVINCE]


class PlanForm(forms.Form):
    """A question, from what is wanted to the limits of the search."""

    title = forms.CharField(label=gettext_lazy("Tên phương án"), max_length=200)
    network = forms.ModelChoiceField(Network.objects.all(), to_field_name="uuid", label=gettext_lazy("Mạng"))
    question = forms.ChoiceField(
        label=gettext_lazy("Câu hỏi"), choices=_choices(QUESTIONS), widget=forms.RadioSelect, initial=COVER
    )
    protect = forms.ChoiceField(
        label=gettext_lazy("Vẫn nối được"),
        choices=_choices(PROTECTIONS),
        required=False,
        help_text=gettext_lazy("Chỉ cho câu hỏi “hai đường”."),
    )
    span_id = forms.CharField(
        label=gettext_lazy("Đoạn cáp cần đường vòng"),
        max_length=200,
        required=False,
        help_text=gettext_lazy(
            "Chỉ cho câu hỏi “đường vòng”: mã đoạn cáp. Bấm “lập đường vòng” cạnh một đoạn ở trang điểm yếu của mạng "
            "để khỏi phải gõ."
        ),
    )
    target = forms.ChoiceField(label=gettext_lazy("Cho"), choices=_choices(TARGETS), initial=UNITS)
    level = forms.ChoiceField(label=gettext_lazy("Cấp cơ quan"), choices=_choices(LEVELS, "—"), required=False)
    scope = forms.ChoiceField(label=gettext_lazy("Trong phạm vi"), choices=_scopes, required=False)
    day = forms.DateField(label=gettext_lazy("Theo hiện trạng mạng ngày"), widget=DayInput())
    aim = forms.ChoiceField(
        label=gettext_lazy("Mục tiêu"), choices=_choices(ALL_AIMS), widget=forms.RadioSelect, initial=ALL
    )
    budget = DongField(
        label=gettext_lazy("Ngân sách chung (đồng)"),
        required=False,
        help_text=gettext_lazy("Chỉ cho mục tiêu “nhiều người nhất”, khi không ghi ngân sách từng năm."),
    )
    years = YearsField(
        label=gettext_lazy("Ngân sách từng năm"),
        required=False,
        help_text=gettext_lazy("Mỗi dòng một năm, ví dụ 2026: 5.000.000.000. Mỗi năm là một đợt."),
    )
    cost_model = forms.ModelChoiceField(CostModel.objects.none(), label=gettext_lazy("Bảng giá"))
    candidate_set = forms.ModelChoiceField(
        CandidateSet.objects.all(), to_field_name="uid", label=gettext_lazy("Tuyến ứng viên")
    )
    time_limit_s = forms.IntegerField(
        label=gettext_lazy("Thời gian tính (giây)"), min_value=1, max_value=3600, initial=60
    )
    memory_mb = forms.IntegerField(label=gettext_lazy("Bộ nhớ (MB)"), min_value=256, max_value=65536, initial=2048)
    seed = forms.IntegerField(
        label=gettext_lazy("Số gieo"),
        min_value=0,
        max_value=2**31 - 1,
        initial=1,
        help_text=gettext_lazy("Cùng câu hỏi, cùng số gieo thì cùng phương án."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        prices = CostModel.objects.known_at()
        self.fields["cost_model"].queryset = prices  # type: ignore[attr-defined]
        self.fields["cost_model"].initial = prices.order_by("demonstration", "-recorded_at").first()
        newest = CandidateSet.objects.order_by("-at").first()
        self.fields["candidate_set"].initial = newest and newest.uid
        self.fields["scope"].initial = default_scope()
        self.fields["day"].initial = today()
        networks = list(Network.objects.all()[:2])
        self.fields["network"].empty_label = _("Chọn mạng")  # type: ignore[attr-defined]
        self.fields["network"].initial = networks[0].uuid if len(networks) == 1 else None

    @property
    def groups(self) -> list[tuple[str, bool, list[forms.BoundField]]]:
        """The fields as the page shows them: a heading, whether it may stay folded, its fields."""
        shown = [
            (_("Câu hỏi"), False, ("title", "network", "question", "protect", "span_id")),
            (_("Cho ai"), False, ("target", "level", "scope", "day")),
            (_("Mục tiêu và tiền"), False, ("aim", "budget", "years")),
            (_("Giá và tuyến"), False, ("cost_model", "candidate_set")),
            (_("Giới hạn của phép tính"), True, ("time_limit_s", "memory_mb", "seed")),
        ]
        return [
            (title, folded and not any(self[name].errors for name in names), [self[name] for name in names])
            for title, folded, names in shown
        ]


class GenerateForm(forms.Form):
    """The recipe of a generated set."""

    name = forms.CharField(label=gettext_lazy("Tên tập ứng viên"), max_length=200)
    neighbours = forms.IntegerField(
        label=gettext_lazy("Số láng giềng gần nhất của mỗi điểm"), min_value=1, max_value=20, initial=6
    )
    obstacles = forms.ModelChoiceField(
        CandidateSet.objects.filter(kind=IMPORTED),
        to_field_name="uid",
        required=False,
        label=gettext_lazy("Vật cản (sông, đường sắt) lấy từ tập"),
    )


class CostForm(forms.Form):
    """A price list or a new version of one."""

    code = forms.CharField(
        label=gettext_lazy("Mã"),
        max_length=40,
        help_text=gettext_lazy("Chữ không dấu, số, dấu gạch. Ghi lại mã cũ để sửa bảng giá ấy."),
    )
    title = forms.CharField(label=gettext_lazy("Tên bảng giá"), max_length=200)
    source = forms.CharField(
        label=gettext_lazy("Nguồn của giá"), max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    valid_from = forms.DateField(label=gettext_lazy("Giá của ngày"), widget=DayInput(), initial=today)
    method = forms.ChoiceField(
        label=gettext_lazy("Cách lắp đặt thường dùng"),
        choices=lambda: [(code, str(method.title)) for code, method in METHODS.items()],
    )
    detour_permille = forms.IntegerField(
        label=gettext_lazy("Hệ số đường vòng (phần nghìn)"),
        min_value=1000,
        max_value=5000,
        initial=1300,
        help_text=gettext_lazy("1300: tuyến thật dài gấp 1,3 lần đường thẳng."),
    )
    years = forms.CharField(
        label=gettext_lazy("Hệ số giá từng năm (phần nghìn)"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("Mỗi dòng một năm, ví dụ 2027: 1050 là đắt hơn giá gốc 5%."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for code, method in METHODS.items():
            label = _("%(what)s (đồng mỗi km)") % {"what": method.title}
            self.fields[f"{METHOD}_{code}"] = DongField(label=label, required=False)
        for code, title in NODES.items():
            label = _("%(what)s (đồng mỗi đầu)") % {"what": title}
            self.fields[f"{NODE}_{code}"] = DongField(label=label, required=False)
        for code, title in CROSSINGS.items():
            label = _("%(what)s (đồng mỗi lần)") % {"what": title}
            self.fields[f"{CROSSING}_{code}"] = DongField(label=label, required=False)

    def clean_years(self) -> dict[str, int]:
        found = {}
        for line in self.cleaned_data["years"].splitlines():
            year, colon, value = (part.strip() for part in line.partition(":"))
            if not line.strip():
                continue
            if not colon or not (year.isascii() and year.isdigit() and value.isascii() and value.isdigit()):
                raise forms.ValidationError(_("Dòng “%(line)s” phải có dạng 2027: 1050.") % {"line": line[:60]})
            found[year] = int(value)
        return found

    def prices(self) -> dict[str, dict[str, int]]:
        """The prices given, by kind and item."""
        found: dict[str, dict[str, int]] = {YEAR: self.cleaned_data["years"]}
        for kind in (METHOD, NODE, CROSSING):
            found[kind] = {
                name.partition("_")[2]: value
                for name, value in self.cleaned_data.items()
                if name.startswith(f"{kind}_") and value is not None
            }
        return found


class ApproveForm(forms.Form):
    """A decision on a phase."""

    due_on = forms.DateField(label=gettext_lazy("Hạn hoàn thành"), widget=DayInput())
    remark = forms.CharField(label=gettext_lazy("Ghi chú"), max_length=500, required=False)


class WithdrawForm(forms.Form):
    """Why an approval is withdrawn."""

    remark = forms.CharField(label=gettext_lazy("Lý do rút duyệt"), max_length=500)


class StepForm(forms.Form):
    """The day of a step of the works."""

    on_day = forms.DateField(label=gettext_lazy("Vào ngày"), widget=DayInput())
    remark = forms.CharField(label=gettext_lazy("Ghi chú"), max_length=500, required=False)


class SurveyForm(forms.Form):
    """A survey with its signature, or the hash that an officer confirms."""

    file = forms.FileField(
        label=gettext_lazy("Tệp khảo sát (GeoJSON hoặc CSV)"),
        help_text=gettext_lazy("Cột span_id, built, length_m, fibre_count, method, wkt; bỏ trống là như phương án."),
    )
    signature = forms.CharField(
        label=gettext_lazy("Chữ ký Ed25519 của tệp (base64)"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("Do lệnh tinhso sign_file in ra, bằng khóa đã đăng ký."),
    )
    sha256 = forms.CharField(
        label=gettext_lazy("Hoặc xác nhận mã SHA-256 của tệp"),
        max_length=64,
        required=False,
        help_text=gettext_lazy("Chỉ dành cho văn phòng chương trình của doanh nghiệp."),
    )
