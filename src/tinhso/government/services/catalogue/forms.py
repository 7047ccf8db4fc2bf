"""The editor's form of a definition: one field per value, named by its place in the definition.

`/limit/amount` is the field limit_amount, `/documents/2/name/vi` the field name_vi of the third paper: what a fault
names can be shown where it stands. Nothing is required here: a draft may be unfinished, publishing asks for the rest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tinhso.foundation.text import Text
from tinhso.government.services.catalogue import wording as words
from tinhso.government.services.ground.faults import Fault
from tinhso.government.services.ground.life_events import LIFE_EVENTS
from tinhso.government.services.ground.schema import COPIES, ONLINE
from tinhso.government.services.models import Field
from tinhso.workdays.rules import UNITS

NOTHING = Text("—", "—")
VI, EN = Text("tiếng Việt", "Vietnamese"), Text("tiếng Anh", "English")


def _chars(label: Any, most: int = 2000, *, area: bool = False, help_text: Any = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": 3}) if area else forms.TextInput()
    return forms.CharField(label=label, max_length=most, required=False, widget=widget, help_text=help_text)


class PartForm(forms.Form):
    """A part of a definition: fields named by place. `pairs`: texts in both languages, by their labels."""

    pairs: Mapping[str, Any] = {}
    texts: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    flags: tuple[str, ...] = ()
    #: Parts left out of the definition while they are empty.
    optional: tuple[str, ...] = ()
    long: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = {name: self.fields.pop(name) for name in list(self.fields)}
        for name, label in self.pairs.items():
            for code, language in (("vi", VI), ("en", EN)):
                key = f"{name}_{code}" if name else code
                self.fields[key] = _chars(f"{label} ({language})", area=name in self.long)
        self.fields.update(own)
        for name, known in self.choices().items():
            self.fields[name].choices = words.choices(known)  # type: ignore[attr-defined]

    def choices(self) -> Mapping[str, Mapping[str, Text]]:
        """Words of the fields that offer a choice, in the reader's language."""
        return {}

    @property
    def title(self) -> Text:
        """What the row was called when the page was made."""
        first = next(iter(self.pairs))
        keys = (f"{first}_{code}" if first else code for code in ("vi", "en"))
        return Text(*(self.initial.get(key) or "" for key in keys))

    @classmethod
    def told(cls, part: Mapping[str, Any]) -> dict[str, Any]:
        """A part of a definition as the form's values."""
        out: dict[str, Any] = {}
        for name in cls.pairs:
            pair = part.get(name, {}) if name else part
            for code in ("vi", "en"):
                out[f"{name}_{code}" if name else code] = pair.get(code, "") if isinstance(pair, Mapping) else ""
        for name in (*cls.texts, *cls.numbers, *cls.lists, *cls.flags):
            out[name] = part.get(name)
        return out

    def part(self) -> dict[str, Any]:
        """The form's values as a part of a definition."""
        said, out = self.cleaned_data, {}
        for name in self.pairs:
            pair = {code: said.get(f"{name}_{code}" if name else code, "") for code in ("vi", "en")}
            if name:
                out[name] = pair
            else:
                out |= pair
        out |= {name: said.get(name) or "" for name in self.texts}
        out |= {name: said[name] for name in self.numbers if said.get(name) is not None}
        out |= {name: list(said.get(name) or ()) for name in self.lists}
        out |= {name: bool(said.get(name)) for name in self.flags}
        empty: tuple[Any, ...] = (None, "", [], {"vi": "", "en": ""})
        return {name: value for name, value in out.items() if not (name in self.optional and value in empty)}


class BasicsForm(PartForm):
    """What a procedure has once."""

    pairs = {
        "name": gettext_lazy("Tên thủ tục"),
        "summary": gettext_lazy("Tóm tắt"),
        "authority": gettext_lazy("Cơ quan giải quyết"),
    }
    long = ("summary",)
    texts = ("field", "level", "online")
    lists = ("audience", "channels", "events")
    optional = ("summary", "authority", "events")

    field = forms.ChoiceField(label=gettext_lazy("Lĩnh vực"), required=False)
    level = forms.ChoiceField(label=gettext_lazy("Cấp giải quyết"), required=False)
    online = forms.ChoiceField(label=gettext_lazy("Mức trực tuyến"), required=False)
    audience = forms.MultipleChoiceField(
        label=gettext_lazy("Ai được nộp"), required=False, widget=forms.CheckboxSelectMultiple
    )
    channels = forms.MultipleChoiceField(
        label=gettext_lazy("Cách nộp"), required=False, widget=forms.CheckboxSelectMultiple
    )
    events = forms.MultipleChoiceField(
        label=gettext_lazy("Việc cần làm"), required=False, widget=forms.CheckboxSelectMultiple
    )
    limit_amount = forms.IntegerField(label=gettext_lazy("Thời hạn"), required=False, min_value=0)
    limit_unit = forms.ChoiceField(label=gettext_lazy("Đơn vị thời hạn"), required=False)
    limit_cut_off = forms.TimeField(
        label=gettext_lazy("Giờ chốt trong ngày"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text=gettext_lazy("Nhận sau giờ này thì tính sang ngày làm việc tiếp theo; để trống nếu không có."),
    )
    result_name_vi = _chars(gettext_lazy("Kết quả (tiếng Việt)"))
    result_name_en = _chars(gettext_lazy("Kết quả (tiếng Anh)"))
    result_kind = _chars(gettext_lazy("Mã loại kết quả"), 40, help_text=gettext_lazy("Chữ thường không dấu, số, _."))
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def choices(self) -> Mapping[str, Mapping[str, Text]]:
        fields = {row.code: row.title for row in Field.objects.order_by("name_vi")}
        return {
            "field": {"": NOTHING, **fields},
            "level": words.LEVELS,
            "online": ONLINE,
            "audience": words.AUDIENCES,
            "channels": words.WAYS,
            "events": LIFE_EVENTS,
            "limit_unit": UNITS,
        }

    @classmethod
    def told(cls, part: Mapping[str, Any]) -> dict[str, Any]:
        out = super().told(part)
        limit, result = part.get("limit", {}), part.get("result", {})
        out |= {f"limit_{name}": limit.get(name) for name in ("amount", "unit", "cut_off")}
        name = result.get("name", {})
        return out | {
            "result_name_vi": name.get("vi", ""),
            "result_name_en": name.get("en", ""),
            "result_kind": result.get("kind", ""),
        }

    def part(self) -> dict[str, Any]:
        said, out = self.cleaned_data, super().part()
        out["limit"] = {"unit": said["limit_unit"]}
        if said["limit_amount"] is not None:
            out["limit"]["amount"] = said["limit_amount"]
        if said["limit_cut_off"]:
            out["limit"]["cut_off"] = said["limit_cut_off"].strftime("%H:%M")
        name = {"vi": said["result_name_vi"], "en": said["result_name_en"]}
        out["result"] = {"name": name, "kind": said["result_kind"]}
        return out


class TextForm(PartForm):
    """A text in both languages."""

    pairs = {"": gettext_lazy("Nội dung")}
    long = ("",)


class DocumentForm(PartForm):
    pairs = {"name": gettext_lazy("Tên giấy tờ")}
    texts, numbers, lists, flags = ("code",), ("copies",), ("kinds",), ("required",)

    code = _chars(gettext_lazy("Mã"), 40)
    kinds = forms.MultipleChoiceField(
        label=gettext_lazy("Loại bản nhận"), required=False, widget=forms.CheckboxSelectMultiple
    )
    copies = forms.IntegerField(label=gettext_lazy("Số bản"), required=False, initial=1)
    required = forms.BooleanField(label=gettext_lazy("Bắt buộc"), required=False)

    def choices(self) -> Mapping[str, Mapping[str, Text]]:
        return {"kinds": COPIES}


class QuestionForm(PartForm):
    """A field of the form citizens fill in; options and columns one a line: key | Vietnamese | English."""

    pairs = {"label": gettext_lazy("Câu hỏi"), "help": gettext_lazy("Hướng dẫn")}
    texts, flags, optional = ("key", "kind"), ("required",), ("help",)

    key = _chars(gettext_lazy("Mã"), 40)
    kind = forms.ChoiceField(label=gettext_lazy("Loại"), required=False)
    required = forms.BooleanField(label=gettext_lazy("Bắt buộc"), required=False)
    options = _chars(
        gettext_lazy("Lựa chọn"), 20000, area=True, help_text=gettext_lazy("Mỗi dòng: mã | tiếng Việt | tiếng Anh.")
    )
    columns = _chars(
        gettext_lazy("Cột của bảng"), 4000, area=True, help_text=gettext_lazy("Mỗi dòng: mã | tiếng Việt | tiếng Anh.")
    )

    def choices(self) -> Mapping[str, Mapping[str, Text]]:
        return {"kind": {"": NOTHING, **words.KINDS}}

    @classmethod
    def told(cls, part: Mapping[str, Any]) -> dict[str, Any]:
        out = super().told(part)
        for name in ("options", "columns"):
            rows = [(item.get("key", ""), item.get("label", {})) for item in part.get(name, ())]
            out[name] = "\n".join(f"{key} | {said.get('vi', '')} | {said.get('en', '')}" for key, said in rows)
        return out

    def part(self) -> dict[str, Any]:
        out = super().part()
        for name in ("options", "columns"):
            rows = [line.split("|") for line in self.cleaned_data[name].splitlines() if line.strip()]
            if rows:
                cells = [[cell.strip() for cell in (*row, "", "")][:3] for row in rows]
                out[name] = [{"key": key, "label": {"vi": vi, "en": en}} for key, vi, en in cells]
        return out


class FeeForm(PartForm):
    pairs = {"name": gettext_lazy("Tên khoản thu")}
    texts, numbers = ("code",), ("amount",)

    code = _chars(gettext_lazy("Mã"), 40)
    amount = forms.IntegerField(label=gettext_lazy("Số tiền (đồng)"), required=False, min_value=0)


class StepForm(PartForm):
    pairs = {"title": gettext_lazy("Tên bước")}
    texts = ("key", "role", "agency")

    key = _chars(gettext_lazy("Mã"), 40)
    role = forms.ChoiceField(label=gettext_lazy("Người làm"), required=False)
    agency = _chars(
        gettext_lazy("Mã cơ quan"), 80, help_text=gettext_lazy("Để trống: cơ quan có thẩm quyền của hồ sơ.")
    )

    def choices(self) -> Mapping[str, Mapping[str, Text]]:
        return {"role": {"": NOTHING, **words.ROLES}}


class PartFormSet(forms.BaseFormSet):
    """Rows of one part, in the order their numbers say."""

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        form.fields["ORDER"].label = _("Thứ tự")
        form.fields["DELETE"].label = _("Bỏ dòng này")

    def parts(self) -> list[dict[str, Any]]:
        return [form.part() for form in self.ordered_forms]


def _rows(form: type[PartForm], extra: int = 1) -> type[PartFormSet]:
    made: Any = forms.formset_factory(
        form, formset=PartFormSet, extra=extra, can_order=True, can_delete=True, max_num=120
    )
    return made


SETS: dict[str, tuple[Any, type[PartFormSet]]] = {
    "conditions": (gettext_lazy("Điều kiện"), _rows(TextForm)),
    "documents": (gettext_lazy("Giấy tờ cần có"), _rows(DocumentForm)),
    "form": (gettext_lazy("Tờ khai"), _rows(QuestionForm)),
    "fees": (gettext_lazy("Phí, lệ phí"), _rows(FeeForm)),
    "steps": (gettext_lazy("Các bước giải quyết"), _rows(StepForm)),
    "legal_basis": (gettext_lazy("Căn cứ pháp lý"), _rows(TextForm)),
}


class DefinitionForms:
    """All forms of one definition together."""

    def __init__(self, content: Mapping[str, Any], seen: str, data: Any = None) -> None:
        self.content = content
        self.basics = BasicsForm(data, initial={**BasicsForm.told(content), "seen": seen}, prefix="basics")
        self.sets = {
            name: kind(data, initial=self._initial(kind, content.get(name, ())), prefix=name)
            for name, (_title, kind) in SETS.items()
        }

    @staticmethod
    def _initial(kind: Any, items: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        return [kind.form.told(item) for item in items]

    @property
    def titled(self) -> list[tuple[Any, PartFormSet]]:
        return [(SETS[name][0], formset) for name, formset in self.sets.items()]

    def is_valid(self) -> bool:
        """Whether every value can be read; faults of the definition are another matter."""
        return all([self.basics.is_valid(), *(formset.is_valid() for formset in self.sets.values())])

    def part(self) -> dict[str, Any]:
        """The definition as typed; parts the form does not ask (pauses, excluded days) stay as they were."""
        out = {**self.content, **self.basics.part()}
        for name in ("summary", "authority", "events"):
            if name not in self.basics.part():
                out.pop(name, None)
        asked = ("unit", "amount", "cut_off")
        kept = {name: value for name, value in self.content.get("limit", {}).items() if name not in asked}
        out["limit"] = {**kept, **out["limit"]}
        for name, formset in self.sets.items():
            out[name] = formset.parts()
        if not out["conditions"]:
            del out["conditions"]
        return out

    def tell(self, found: Iterable[Fault]) -> None:
        """Show each fault at its field; what has no field stands above all."""
        for fault in found:
            part, *rest = fault.place.strip("/").split("/")
            form: Any = self.basics
            name = "_".join([part, *rest])
            if part in self.sets and rest and rest[0].isdigit() and int(rest[0]) < len(self.sets[part].forms):
                form, name = self.sets[part].forms[int(rest[0])], "_".join(rest[1:])
            name = next((known for known in (name, name.split("_")[0]) if known in form.fields), "")
            _add(form if name else self.basics, name or None, str(fault.what) if name else str(fault))


def _add(form: Any, name: str | None, said: str) -> None:
    if not form.is_bound:
        # A form nobody sent has no errors of its own; the saved draft's faults are told at their places all the same.
        form.cleaned_data = getattr(form, "cleaned_data", {})
        form._errors = form._errors if form._errors is not None else ErrorDict()
    form.add_error(name, said)


class DraftTextForm(forms.Form):
    """The definition as JSON."""

    text = forms.CharField(
        label=gettext_lazy("Định nghĩa (JSON)"), widget=forms.Textarea(attrs={"rows": 30, "class": "ts-mono"}),
        max_length=1_000_000,
    )  # fmt: skip
    seen = forms.CharField(required=False, widget=forms.HiddenInput)


class PublishForm(forms.Form):
    valid_from = forms.DateField(
        label=gettext_lazy("Có hiệu lực từ ngày"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    valid_to = forms.DateField(
        label=gettext_lazy("Hết hiệu lực từ ngày"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=gettext_lazy("Ngày đầu tiên không còn hiệu lực; để trống nếu chưa biết."),
    )
    reason = forms.CharField(label=gettext_lazy("Nội dung hoặc lý do thay đổi"), max_length=500)
    seen = forms.CharField(required=False, widget=forms.HiddenInput)


class RetireForm(forms.Form):
    day = forms.DateField(
        label=gettext_lazy("Bãi bỏ từ ngày"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    reason = forms.CharField(label=gettext_lazy("Lý do bãi bỏ"), max_length=500)


class ReinstateForm(forms.Form):
    reason = forms.CharField(label=gettext_lazy("Lý do khôi phục"), max_length=500)


class FieldForm(forms.Form):
    code = forms.CharField(label=gettext_lazy("Mã lĩnh vực"), max_length=40, help_text=gettext_lazy("Ví dụ: ho-tich."))
    name_vi = forms.CharField(label=gettext_lazy("Tên (tiếng Việt)"), max_length=200)
    name_en = forms.CharField(label=gettext_lazy("Tên (tiếng Anh)"), max_length=200)


class NewProcedureForm(forms.Form):
    code = forms.CharField(label=gettext_lazy("Mã thủ tục"), max_length=40, help_text=gettext_lazy("Ví dụ: 1.001193."))
    field = forms.ModelChoiceField(
        Field.objects.order_by("name_vi"), label=gettext_lazy("Lĩnh vực"), to_field_name="code"
    )
    level = forms.ChoiceField(label=gettext_lazy("Cấp giải quyết"))
    name_vi = forms.CharField(label=gettext_lazy("Tên (tiếng Việt)"), max_length=500)
    name_en = forms.CharField(label=gettext_lazy("Tên (tiếng Anh)"), max_length=500)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["level"].choices = words.choices(words.LEVELS)  # type: ignore[attr-defined]
        field: Any = self.fields["field"]
        field.label_from_instance = lambda row: str(row.title)
